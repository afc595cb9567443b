/* What no single cell can tell. */
#include "check.h"

#include "m13/clock.h"
#include "m13/store.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    char *folder;
    struct store *store;
    struct local_check_memory memory;
    struct local_problems problems;
    int faults;
    char *unit; /* of amounts; NULL = none */
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct failure failure;
    fixture->folder = scratch_new();
    scratch_store(fixture->folder);
    assert_int_equal(store_open(fixture->folder, STORE_WRITER, &fixture->store, &failure), 0);
    store_write(fixture->store);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    store_commit(fixture->store);
    store_close(fixture->store);
    local_problems_free(&fixture->problems);
    scratch_remove(fixture->folder);
    free(fixture);
    return 0;
}

/* A whole record: "key=cell|key=cell"; its cells go through the parsers of their columns. */
static void check(struct fixture *fixture, const char *kind, const char *cells)
{
    struct local_headers headers = {.kind = local_kind(kind)};
    struct local_header items[LOCAL_COLUMNS];
    json_t *array = json_array();
    char *copy = strdup(cells), *rest = copy;
    for (char *cell; (cell = strsep(&rest, "|")) != NULL && *cell != '\0';) {
        char *name = strsep(&cell, "=");
        size_t column = 0;
        while (column < headers.kind->column_count && strcmp(headers.kind->columns[column].key, name) != 0)
            column++;
        if (column == headers.kind->column_count)
            fail_msg("no column %s", name);
        items[headers.count++] = (struct local_header){
            .text = name, .column = (int)column, .unit = strcmp(name, "amount") == 0 ? fixture->unit : NULL};
        json_array_append_new(array, json_string(cell));
    }
    headers.items = items;

    struct local_row row = LOCAL_ROW_EMPTY;
    int64_t warnings;
    local_problems_free(&fixture->problems);
    local_row_read(&headers, array, 3, false, &fixture->problems, &row, &warnings);
    if (row.errors > 0)
        fail_msg("%s", fixture->problems.items[0].reason);
    local_problems_free(&fixture->problems);
    fixture->faults =
        local_check(fixture->store, &headers, &row, row.value, &fixture->problems, &fixture->memory);
    text_free(&row.memory);
    json_decref(array);
    free(copy);
}

static void assert_good(struct fixture *fixture, const char *kind, const char *cells)
{
    check(fixture, kind, cells);
    if (fixture->problems.count > 0)
        fail_msg("%s: %s: %s", cells, fixture->problems.items[0].field, fixture->problems.items[0].reason);
    assert_int_equal(fixture->faults, 0);
}

static void assert_one(struct fixture *fixture, const char *field, const char *said, bool warning)
{
    assert_int_equal(fixture->problems.count, 1);
    assert_int_equal(fixture->faults, warning ? 0 : 1);
    const struct local_problem *problem = &fixture->problems.items[0];
    if (strcmp(problem->field, field) != 0 || strstr(problem->reason, said) == NULL ||
        problem->warning != warning)
        fail_msg("%s: %s", problem->field, problem->reason);
    assert_true(problem->expected[0] != '\0');
}

static void assert_fault(
    struct fixture *fixture, const char *kind, const char *cells, const char *field, const char *said)
{
    check(fixture, kind, cells);
    if (fixture->problems.count == 0)
        fail_msg("nothing is said of %s", cells);
    assert_one(fixture, field, said, false);
}

static void assert_warning(
    struct fixture *fixture, const char *kind, const char *cells, const char *field, const char *said)
{
    check(fixture, kind, cells);
    if (fixture->problems.count == 0)
        fail_msg("nothing is said of %s", cells);
    assert_one(fixture, field, said, true);
}

static void know(struct fixture *fixture, const char *kind, const char *key, const char *fields)
{
    query_run(
        query_bind(query(fixture->store, "INSERT INTO local_record (kind, key, version, seq_from, assurance, "
                                         "fields, file, row) VALUES (?, ?, 1, 1, 'documented', ?, 1, 1)"),
            "ttt", kind, key, fields));
}

#define FIRM "uscc=91110000802100433B|"

static void every_required_column_is_asked_for(void **state)
{
    struct fixture *fixture = *state;
    check(fixture, "costs", "cost_id=C1|" FIRM "payer=A|authority=FDA");
    assert_int_equal(fixture->faults, 7);
    assert_int_equal(fixture->problems.count, 7);
    assert_string_equal(fixture->problems.items[0].field, "产品分摊");
    assert_fault(fixture, "firms", FIRM, "企业名称", "必填");
    assert_fault(fixture, "firms", FIRM "name_zh=无", "name_zh", "不能写");
    assert_good(fixture, "firms", FIRM "name_zh=某公司");
}

static void a_candidate_needs_a_name_of_any_language(void **state)
{
    struct fixture *fixture = *state;
    assert_good(fixture, "firms", "srn=CN-MF-000012345|name_en=A Co.|city=Beijing");
    assert_good(fixture, "firms", "fei=3006400113|name_zh=某公司");
    assert_fault(fixture, "firms", "srn=CN-MF-000012345", "企业名称", "必填");
    check(fixture, "firms", "name_en=A Co.");
    assert_int_equal(fixture->faults, 2); /* who is it? */
    assert_fault(fixture, "firms", FIRM "name_en=A Co.|srn=CN-MF-000012345", "企业名称", "必填");
}

static void dates_go_forward(void **state)
{
    struct fixture *fixture = *state;
    assert_fault(fixture, "firms", FIRM "name_zh=某公司|beijing_from=2026-03-05|beijing_to=2026-03-04",
        "beijing_to", "早于");
    assert_good(fixture, "firms", FIRM "name_zh=某公司|beijing_from=2026-03-05|beijing_to=2026-03");
    assert_good(fixture, "firms", FIRM "name_zh=某公司|beijing_from=2026|beijing_to=2026-01-01");
    assert_fault(
        fixture, "firms", FIRM "name_zh=某公司|beijing_from=2026|beijing_to=2025", "beijing_to", "早于");
    assert_fault(fixture, "entities", FIRM "name=A|country=US|relation=子公司|from=2025-01-02|to=2025-01-01",
        "to", "早于");
    assert_fault(fixture, "scopes",
        "authority=CE|number=N1|product_id=P1|in_scope_from=2025-01-02|out_of_scope_on=2025-01-01",
        "out_of_scope_on", "早于");
    assert_fault(fixture, "approvals",
        "authority=CE|number=N1|holder=A|decision_date=2025-01-02|valid_to=2024", "valid_to", "早于");
    assert_fault(fixture, "credit", FIRM "flag=召回|from=2025-01-02|to=2025-01-01", "to", "早于");
}

static void what_has_happened_was_before_today(void **state)
{
    struct fixture *fixture = *state;
#define DATED "sale_id=S1|" FIRM "product_id=P1|country=US|amount=5|currency=USD|date="
    assert_warning(fixture, "sales", DATED "2026-11-23", "date", "今天之后");
    assert_good(fixture, "sales", DATED "2026-11-22");
    assert_good(fixture, "sales", DATED "2026");
    assert_warning(fixture, "sales", DATED "1926-05-20", "date", "过早");
}

static void amounts_have_the_decimals_of_their_currency(void **state)
{
    struct fixture *fixture = *state;
#define SALE "sale_id=S1|" FIRM "product_id=P1|country=US|date=2026-01-05|"
    assert_good(fixture, "sales", SALE "amount=1000.00|currency=日元");
    assert_fault(fixture, "sales", SALE "amount=1000.5|currency=JPY", "amount", "最多 0 位小数");
    assert_fault(fixture, "sales", SALE "amount=10.005|currency=USD", "amount", "最多 2 位小数");
    assert_good(fixture, "sales", SALE "amount=10.005|currency=KWD");
    assert_fault(fixture, "sales", SALE "amount=0|currency=USD", "amount", "是零");
    assert_warning(fixture, "sales", SALE "amount=-5|currency=USD", "amount", "负数");
    assert_good(fixture, "sales", SALE "amount=-5|currency=USD|return_of=S0");
    assert_fault(fixture, "sales", SALE "amount=-5|currency=USD|return_of=S1", "return_of", "自己");
}

static void the_amounts_own_currency_is_that_of_its_column(void **state)
{
    struct fixture *fixture = *state;
    assert_good(fixture, "sales", SALE "amount=US$5|currency=USD");
    assert_good(fixture, "sales", SALE "amount=$5|currency=AUD");
    assert_good(fixture, "sales", SALE "amount=5元|currency=USD");
    assert_good(fixture, "sales", SALE "amount=￥5|currency=JPY");
    assert_fault(fixture, "sales", SALE "amount=$5|currency=CNY", "amount", "币种是 CNY");
    assert_fault(fixture, "sales", SALE "amount=5万欧元|currency=USD", "amount", "币种是 USD");
}

static void ten_thousand_yuan_of_dollars_are_asked_about_once(void **state)
{
    struct fixture *fixture = *state;
    char unit[] = "万元";
    fixture->unit = unit;
    assert_warning(fixture, "sales", SALE "amount=10|currency=USD", "amount", "单位写的是万元，币种是 USD");
    assert_good(fixture, "sales", SALE "amount=20|currency=USD");
    memset(&fixture->memory, 0, sizeof fixture->memory);
    assert_good(fixture, "sales", SALE "amount=20|currency=CNY");
    char dollars[] = "万美元";
    fixture->unit = dollars;
    assert_good(fixture, "sales", SALE "amount=20|currency=USD");
}

#define COST                                                                                                    \
    "cost_id=C1|" FIRM "payer=A|authority=FDA|shares=P1@60%;P2@40%|category=官方费用|paid_date=2026-01-05|" \
    "payee=FDA|invoice_no=I1|"

static void a_column_without_a_unit_beside_one_with_is_told_once(void **state)
{
    struct fixture *fixture = *state;
    char unit[] = "万元";
    fixture->unit = unit;
    assert_warning(fixture, "costs", COST "amount=20|currency=CNY|vat=1", "vat", "没有写单位");
    assert_good(fixture, "costs", COST "amount=20|currency=CNY|vat=1");
    memset(&fixture->memory, 0, sizeof fixture->memory);
    check(fixture, "costs", COST "amount=20|currency=CNY|vat=1|other_funding=2");
    assert_int_equal(fixture->problems.count, 2);
    memset(&fixture->memory, 0, sizeof fixture->memory);
    assert_good(fixture, "costs", COST "amount=20|currency=CNY");
}

static void china_is_not_abroad(void **state)
{
    struct fixture *fixture = *state;
    assert_warning(fixture, "sales",
        "sale_id=S1|" FIRM "product_id=P1|country=中国|date=2026-01-05|amount=5|currency=USD", "country",
        "不算境外");
}

static void costs_are_no_gifts(void **state)
{
    struct fixture *fixture = *state;
    assert_good(fixture, "costs", COST "amount=24335|currency=USD|vat=0|cny_debited=17.3万|other_funding=0");
    assert_fault(fixture, "costs", COST "amount=5|currency=USD|other_funding=-1", "other_funding", "负数");
    assert_fault(fixture, "costs", COST "amount=5|currency=USD|vat=-1", "vat", "负数");
    assert_fault(
        fixture, "costs", COST "amount=24335|currency=USD|cny_debited=17.3", "cny_debited", "不相称");
    assert_fault(
        fixture, "costs", COST "amount=12.5万|currency=CNY|cny_debited=12.5", "cny_debited", "不相称");
    assert_good(fixture, "costs", COST "amount=125000|currency=CNY|cny_debited=125100");
    assert_good(fixture, "costs", COST "amount=5|currency=ETB|cny_debited=1");
    assert_fault(fixture, "costs", COST "amount=5|currency=USD|vat=5", "vat", "不小于金额");
    assert_good(fixture, "costs", COST "amount=212000|currency=CNY|vat=12000");
    assert_fault(fixture, "costs", COST "amount=0.00|currency=USD", "amount", "是零");
    assert_fault(fixture, "costs", COST "amount=-5|currency=USD", "amount", "不收负数");
    assert_fault(fixture, "costs", COST "amount=(5)|currency=USD", "amount", "不收负数");
}

static void a_payment_names_a_case_or_a_firms_product(void **state)
{
    struct fixture *fixture = *state;
#define PAYMENT "payment_id=Z1|policy=M13|level=市级|kind=拨付|amount_cny=50万|"
    assert_good(fixture, "payments", PAYMENT "case=M13-2026-00042");
    assert_good(fixture, "payments", PAYMENT FIRM "product_id=P1");
    assert_fault(fixture, "payments", PAYMENT FIRM, "线索编号", "哪一项");
    assert_fault(fixture, "payments", PAYMENT "product_id=P1", "线索编号", "哪一项");
}

static void an_approval_has_somebody(void **state)
{
    struct fixture *fixture = *state;
    assert_fault(fixture, "approvals", "authority=CE|number=N1|decision_date=2025", "持有人", "都是空的");
    assert_good(fixture, "approvals", "authority=CE|number=N1|decision_date=2025|holder=A");
    assert_good(fixture, "approvals", "authority=CE|number=N1|decision_date=2025|" FIRM);
    assert_fault(fixture, "approvals",
        "authority=CE|number=N1|decision_date=2025|holder=A|predecessor_number=n1", "predecessor_number",
        "相同");
}

static void a_number_that_fda_never_gave_is_told(void **state)
{
    struct fixture *fixture = *state;
#define SCOPE "authority=FDA|product_id=P1|in_scope_from=2026|number="
    assert_good(fixture, "scopes", SCOPE "k253101");
    assert_good(fixture, "scopes", SCOPE "P250001/S012");
    assert_good(fixture, "scopes", SCOPE "DEN250001");
    assert_warning(fixture, "scopes", SCOPE "K25310", "number", "FDA");
    assert_warning(fixture, "scopes", SCOPE "K2531011", "number", "FDA");
    assert_warning(fixture, "scopes", SCOPE "253101", "number", "FDA");
    assert_warning(fixture, "scopes", SCOPE "P250001/S1", "number", "FDA");
    assert_good(fixture, "scopes", "authority=CE|product_id=P1|in_scope_from=2026|number=K25310");
}

static void officers_are_two_people_and_papers_complete(void **state)
{
    struct fixture *fixture = *state;
#define DECISION                                                                                             \
    "case=M13-2026-00042|item=结论|value=eligible|reason=R|officer=甲|date=2026-01-05|"                   \
    "facts_hash=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad|"
    assert_good(fixture, "decisions", DECISION "second_officer=乙");
    assert_fault(fixture, "decisions", DECISION "second_officer=甲", "second_officer", "同一人");
    assert_fault(fixture, "documents", "case=M13-2026-00042|slot=报关单|file=a.pdf|original_seen_by=甲",
        "核验日期", "同时填写");
    assert_good(fixture, "documents", "case=M13-2026-00042|slot=报关单|file=a.pdf");
    assert_fault(fixture, "answers", "case=M13-2026-00042|answer=异议|date=2026-01-05", "异议事项", "对什么");
    assert_good(fixture, "answers", "case=M13-2026-00042|answer=异议|about=批准日期|date=2026-01-05");
    assert_warning(fixture, "declarations",
        FIRM "product_id=P1|authority=FDA|first_approval=是|earlier_approvals=K1|signed_on=2026-01-05",
        "earlier_approvals", "既往批准");
}

static void an_address_fits_its_channel(void **state)
{
    struct fixture *fixture = *state;
    assert_good(fixture, "contacts", FIRM "channel=邮箱|address=li.wei@example.com");
    assert_good(
        fixture, "contacts", FIRM "channel=钉钉|address=https://oapi.dingtalk.com/robot/send?access_token=x");
    assert_good(fixture, "contacts", FIRM "channel=webhook|address=https://hook.example.com/x");
    assert_fault(
        fixture, "contacts", FIRM "channel=邮箱|address=https://hook.example.com/x", "address", "不符");
    assert_fault(fixture, "contacts", FIRM "channel=飞书|address=li.wei@example.com", "address", "不符");
    assert_fault(
        fixture, "contacts", FIRM "channel=企业微信|address=https://open.feishu.cn/x", "address", "另一种");
    assert_null(strstr(fixture->problems.items[0].reason, "feishu"));
}

static void a_class_that_the_register_contradicts_is_told(void **state)
{
    struct fixture *fixture = *state;
#define PRODUCT "product_id=P1|" FIRM "name_zh=产品|"
    assert_good(fixture, "products", PRODUCT "class=二类|nmpa_number=京械注准20252400123");
    assert_warning(
        fixture, "products", PRODUCT "class=三类|nmpa_number=京械注准20252400123", "class", "类别");
    assert_good(fixture, "products", PRODUCT "class=一类|nmpa_number=京械备20210001号");
    assert_warning(fixture, "products", PRODUCT "class=二类|nmpa_number=京械备20210001号", "class", "类别");
    assert_good(fixture, "products", PRODUCT "class=三类|nmpa_number=国食药监械(准)字2013第3460123号");
}

static void a_renamed_firm_keeps_its_old_name(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "firms", "91110000802100433B", "{\"name_zh\":\"北京旧名（医疗）有限公司\"}");
    assert_warning(fixture, "firms", FIRM "name_zh=北京新名有限公司", "name_zh", "旧名填入曾用名");
    assert_warning(
        fixture, "firms", FIRM "name_zh=北京新名有限公司|former_names=北京另名有限公司", "name_zh", "旧名");
    assert_good(
        fixture, "firms", FIRM "name_zh=北京新名有限公司|former_names=甲;北京旧名(医疗)有限公司@2026-05");
    assert_good(fixture, "firms", FIRM "name_zh=北京旧名(医疗) 有限公司");
}

/* Registers go on showing the name under which an approval was given. */
static void a_firm_with_another_english_name_keeps_its_old_one(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "firms", "91110000802100433B",
        "{\"name_zh\":\"北京旧名医疗有限公司\",\"name_en\":\"Beijing Old Name Co., Ltd.\"}");
    assert_warning(fixture, "firms", FIRM "name_zh=北京旧名医疗有限公司|name_en=New Name Inc.", "name_en",
        "把旧名填入曾用名或别名");
    assert_good(fixture, "firms",
        FIRM "name_zh=北京旧名医疗有限公司|name_en=New Name Inc.|former_names=Beijing Old Name Co., "
             "Ltd.@2026-05");
    assert_good(fixture, "firms",
        FIRM "name_zh=北京旧名医疗有限公司|name_en=New Name Inc.|aliases=ONM;BEIJING OLD NAME CO., LTD.");
    assert_good(fixture, "firms", FIRM "name_zh=北京旧名医疗有限公司|name_en=Beijing Old Name Co.,Ltd.");
    assert_good(fixture, "firms", FIRM "name_zh=北京旧名医疗有限公司|district=海淀区");
}

static void words_for_nothing_are_told_of_where_something_is_known(void **state)
{
    struct fixture *fixture = *state;
    const struct local_kind *kind = local_kind("firms");
    struct local_headers headers = {.kind = kind};
    struct local_row row = LOCAL_ROW_EMPTY;
    const char *merged[LOCAL_COLUMNS] = {"91110000802100433B", "某公司"};
    row.untold[7] = true; /* park */
    assert_int_equal(local_check(fixture->store, &headers, &row, merged, &fixture->problems, NULL), 0);
    assert_int_equal(fixture->problems.count, 0);
    merged[7] = "中关村";
    assert_int_equal(local_check(fixture->store, &headers, &row, merged, &fixture->problems, NULL), 0);
    assert_one(fixture, "园区", "没有改动", true);
}

/* --- exchange rates ---------------------------------------------------------------------------------------
 */

static void check_fx(
    struct fixture *fixture, const char *currency, const char *date, const char *rate, const char *quote)
{
    char cells[200];
    snprintf(cells, sizeof cells, "currency=%s|date=%s|rate=%s|quote=%s|source=CFETS", currency, date, rate,
        quote);
    check(fixture, "fx", cells);
}

static void a_rate_that_jumps_against_the_nearest_earlier_one_is_refused(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "fx", "USD|2026-01-05|direct",
        "{\"date\":\"2026-01-05\",\"rate\":\"710.5\",\"quote\":\"direct\"}");
    know(fixture, "fx", "USD|2026-03-05|direct",
        "{\"date\":\"2026-03-05\",\"rate\":\"2000\",\"quote\":\"direct\"}");
    check_fx(fixture, "USD", "2026-02-05", "712.3", "直接");
    assert_int_equal(fixture->faults, 0);
    memset(&fixture->memory, 0, sizeof fixture->memory);
    check_fx(fixture, "USD", "2026-02-05", "71.23", "直接");
    assert_one(fixture, "rate", "超过 30%", false);
    assert_non_null(strstr(fixture->problems.items[0].reason, "2026-01-05 的 710.5000 元"));
    check_fx(fixture, "USD", "2026-02-05", "923.65", "直接"); /* exactly 30 % */
    assert_int_equal(fixture->faults, 0);
    memset(&fixture->memory, 0, sizeof fixture->memory);
    check_fx(fixture, "USD", "2026-02-05", "923.66", "直接");
    assert_int_equal(fixture->faults, 1);
    /* nothing earlier: the nearest later one */
    check_fx(fixture, "USD", "2025-12-31", "705", "直接");
    assert_int_equal(fixture->faults, 0);
}

static void direct_and_indirect_quotes_are_compared(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "fx", "RUB|2026-01-05|indirect",
        "{\"date\":\"2026-01-05\",\"rate\":\"1127.34\",\"quote\":\"indirect\"}");
    check_fx(fixture, "RUB", "2026-01-06", "8.87", "直接");
    assert_int_equal(fixture->faults, 0);
    memset(&fixture->memory, 0, sizeof fixture->memory);
    check_fx(fixture, "RUB", "2026-01-06", "1127.34", "直接");
    assert_one(fixture, "rate", "8.8704", false);
    check_fx(fixture, "RUB", "2026-01-06", "8.87", "间接");
    assert_int_equal(fixture->faults, 1);
}

static void rates_of_the_same_file_are_compared_too(void **state)
{
    struct fixture *fixture = *state;
    check_fx(fixture, "USD", "2026-01-05", "710.5", "直接");
    assert_int_equal(fixture->faults, 0);
    check_fx(fixture, "EUR", "2026-01-05", "800", "直接");
    assert_int_equal(fixture->faults, 0);
    check_fx(fixture, "USD", "2026-01-06", "1710.5", "直接");
    assert_one(fixture, "rate", "2026-01-05", false);
    check_fx(fixture, "USD", "2026-01-07", "711", "直接"); /* against the good one */
    assert_int_equal(fixture->faults, 0);
}

static void a_first_rate_per_one_instead_of_per_hundred_is_refused(void **state)
{
    struct fixture *fixture = *state;
    check_fx(fixture, "USD", "2026-01-05", "7.105", "直接");
    assert_one(fixture, "rate", "每 100", false);
    check_fx(fixture, "JPY", "2026-01-05", "4.7012", "间接");
    assert_int_equal(fixture->faults, 1);
    check_fx(fixture, "JPY", "2026-01-05", "4.7012", "直接");
    assert_int_equal(fixture->faults, 0);
    check_fx(fixture, "ETB", "2026-01-05", "0.045", "直接"); /* nobody knows */
    assert_int_equal(fixture->faults, 0);
}

static void rates_far_apart_may_differ(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "fx", "TRY|2022-01-05|direct",
        "{\"date\":\"2022-01-05\",\"rate\":\"48\",\"quote\":\"direct\"}");
    check_fx(fixture, "TRY", "2026-01-05", "17", "直接");
    assert_one(fixture, "rate", "2022-01-05", true);
}

static void a_wrong_rate_can_be_corrected(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, "fx", "USD|2026-01-05|direct",
        "{\"date\":\"2026-01-05\",\"rate\":\"2000\",\"quote\":\"direct\"}");
    check_fx(fixture, "USD", "2026-01-05", "710.5", "直接");
    assert_int_equal(fixture->faults, 0);
}

static void the_yuan_has_no_rate_to_itself(void **state)
{
    struct fixture *fixture = *state;
    check_fx(fixture, "CNY", "2026-01-05", "100", "直接");
    assert_one(fixture, "currency", "人民币", false);
}

static void examples_of_a_kind_agree_with_each_other(void **state)
{
    struct fixture *fixture = *state;
    for (size_t k = 0; k < local_kind_count; k++) {
        struct text cells = TEXT_WITH_CEILING(4000);
        for (size_t i = 0; i < local_kinds[k].column_count; i++) {
            const struct local_column *column = &local_kinds[k].columns[i];
            if (column->example != NULL)
                text_append_format(
                    &cells, "%s%s=%s", cells.length > 0 ? "|" : "", column->key, column->example);
        }
        check(fixture, local_kinds[k].kind, text_string(&cells));
        for (size_t i = 0; i < fixture->problems.count; i++)
            if (strstr(fixture->problems.items[i].reason, "必填") == NULL)
                fail_msg("%s.%s: %s", local_kinds[k].kind, fixture->problems.items[i].field,
                    fixture->problems.items[i].reason);
        text_free(&cells);
    }
}

#define CHECK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    clock_override(1795305600000); /* 2026-11-22 08:00 in Beijing */
    const struct CMUnitTest tests[] = {
        CHECK_TEST(every_required_column_is_asked_for),
        CHECK_TEST(a_candidate_needs_a_name_of_any_language),
        CHECK_TEST(dates_go_forward),
        CHECK_TEST(what_has_happened_was_before_today),
        CHECK_TEST(amounts_have_the_decimals_of_their_currency),
        CHECK_TEST(the_amounts_own_currency_is_that_of_its_column),
        CHECK_TEST(ten_thousand_yuan_of_dollars_are_asked_about_once),
        CHECK_TEST(a_column_without_a_unit_beside_one_with_is_told_once),
        CHECK_TEST(china_is_not_abroad),
        CHECK_TEST(costs_are_no_gifts),
        CHECK_TEST(a_payment_names_a_case_or_a_firms_product),
        CHECK_TEST(an_approval_has_somebody),
        CHECK_TEST(a_number_that_fda_never_gave_is_told),
        CHECK_TEST(officers_are_two_people_and_papers_complete),
        CHECK_TEST(an_address_fits_its_channel),
        CHECK_TEST(a_class_that_the_register_contradicts_is_told),
        CHECK_TEST(a_renamed_firm_keeps_its_old_name),
        CHECK_TEST(a_firm_with_another_english_name_keeps_its_old_one),
        CHECK_TEST(words_for_nothing_are_told_of_where_something_is_known),
        CHECK_TEST(examples_of_a_kind_agree_with_each_other),
        CHECK_TEST(a_rate_that_jumps_against_the_nearest_earlier_one_is_refused),
        CHECK_TEST(direct_and_indirect_quotes_are_compared),
        CHECK_TEST(rates_of_the_same_file_are_compared_too),
        CHECK_TEST(a_first_rate_per_one_instead_of_per_hundred_is_refused),
        CHECK_TEST(rates_far_apart_may_differ),
        CHECK_TEST(a_wrong_rate_can_be_corrected),
        CHECK_TEST(the_yuan_has_no_rate_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
