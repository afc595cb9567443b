/* One row of a file: what its cells come to. */
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct local_headers headers;
    struct local_problems problems;
    struct local_row row;
    int64_t warnings;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->row = LOCAL_ROW_EMPTY;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    local_headers_free(&fixture->headers);
    local_problems_free(&fixture->problems);
    text_free(&fixture->row.memory);
    free(fixture);
    return 0;
}

static void set_headers(struct fixture *fixture, const char *names)
{
    local_headers_free(&fixture->headers);
    struct local_header_search *search = local_header_search_new("");
    char *copy = strdup(names), *rest = copy;
    const char *cells[32];
    size_t count = 0;
    for (char *cell; (cell = strsep(&rest, "|")) != NULL;)
        cells[count++] = cell;
    struct failure why = {0};
    if (local_header_search_row(search, cells, count, &fixture->headers, &why) != HEADER_FOUND) {
        local_header_search_end(search, &why);
        fail_msg("%s: %s", names, why.text);
    }
    local_header_search_free(search);
    free(copy);
}

static void read_row(struct fixture *fixture, const char *cells, bool epoch_1904)
{
    local_problems_free(&fixture->problems);
    json_t *json = json_loads(cells, JSON_ALLOW_NUL, NULL);
    assert_non_null(json);
    local_row_read(
        &fixture->headers, json, 7, epoch_1904, &fixture->problems, &fixture->row, &fixture->warnings);
    json_decref(json);
}

static const char *value(const struct fixture *fixture, const char *key)
{
    for (size_t i = 0; i < fixture->headers.kind->column_count; i++)
        if (strcmp(fixture->headers.kind->columns[i].key, key) == 0)
            return fixture->row.value[i];
    fail_msg("no column %s", key);
    return NULL;
}

static void assert_value(const struct fixture *fixture, const char *key, const char *expected)
{
    const char *got = value(fixture, key);
    if (got == NULL || strcmp(got, expected) != 0)
        fail_msg("%s is '%s', not '%s'", key, got == NULL ? "unchanged" : got, expected);
}

/* The one problem that there is. */
static void assert_problem(const struct fixture *fixture, const char *field, const char *said)
{
    assert_int_equal(fixture->problems.count, 1);
    const struct local_problem *problem = &fixture->problems.items[0];
    if (strcmp(problem->field, field) != 0 || strstr(problem->reason, said) == NULL)
        fail_msg("%s: %s", problem->field, problem->reason);
    assert_int_equal(problem->row, 7);
}

static void cells_become_canonical_values_in_their_columns(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|统一社会信用代码|产品编号|最终目的国|日期|金额（万元）|币种|备注|序号");
    read_row(fixture,
        "[\"S-1\",\"９１110000802100433b\",\" P1 "
        "\",\"美国\",\"2026年1月5日\",\"4.8\",\"美元\",\"随便\",\"1\"]",
        false);
    assert_int_equal(fixture->row.errors, 0);
    assert_int_equal(fixture->problems.count, 0);
    assert_value(fixture, "uscc", "91110000802100433B");
    assert_value(fixture, "product_id", "P1");
    assert_value(fixture, "country", "US");
    assert_value(fixture, "date", "2026-01-05");
    assert_value(fixture, "amount", "48000");
    assert_value(fixture, "currency", "USD");
    assert_null(value(fixture, "buyer"));
}

static void blank_changes_nothing_and_words_for_nothing_neither(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|别名|园区|在京截止日期|曾用名");
    read_row(fixture, "[\"91110000802100433B\",\"\",\" 　\",\"无\",\"至今\",\"/\"]", false);
    assert_int_equal(fixture->row.errors, 0);
    assert_null(value(fixture, "name_zh"));
    assert_null(value(fixture, "aliases"));
    assert_null(value(fixture, "park"));
    assert_null(value(fixture, "beijing_to"));
    assert_null(value(fixture, "former_names"));
    assert_true(fixture->row.untold[4]); /* by column: former_names is the fifth */
}

static void cleared_cells_are_empty_and_required_ones_cannot_be(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|园区");
    read_row(fixture, "[\"91110000802100433B\",\"某公司\",\" 清 空 \"]", false);
    assert_value(fixture, "park", "");
    assert_int_equal(fixture->row.errors, 0);
    read_row(fixture, "[\"91110000802100433B\",\"清空\",\"\"]", false);
    assert_problem(fixture, "企业名称", "不能清空");
    assert_int_equal(fixture->row.errors, 1);
}

static void withdrawal_is_said_with_yes(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|作废");
    read_row(fixture, "[\"91110000802100433B\",\"是\"]", false);
    assert_true(fixture->row.withdrawn);
    read_row(fixture, "[\"91110000802100433B\",\"作废\"]", false);
    assert_true(fixture->row.withdrawn);
    read_row(fixture, "[\"91110000802100433B\",\"已删除\"]", false);
    assert_true(fixture->row.withdrawn);
    read_row(fixture, "[\"91110000802100433B\",\"否\"]", false);
    assert_false(fixture->row.withdrawn);
    read_row(fixture, "[\"91110000802100433B\",\"大概\"]", false);
    assert_problem(fixture, "作废", "无法判断");
}

static void what_the_spreadsheet_has_ruined_is_named(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|报关单号|金额|序号");
    read_row(fixture, "[\"S-1\",{\"number\":\"20220080525641700\"},\"5\"]", false);
    assert_problem(fixture, "报关单号", "超过 15 位");
    assert_non_null(strstr(fixture->problems.items[0].expected, "“文本”"));
    assert_true(fixture->row.errors == 1);
    read_row(fixture, "[\"S-1\",\"\",{\"error\":\"#REF!\"}]", false);
    assert_problem(fixture, "金额", "#REF!");
    read_row(fixture, "[\"S-1\",\"\",{\"error\":\"\"}]", false);
    assert_problem(fixture, "金额", "没有结果");
    read_row(fixture, "[\"S-1\",\"\",{\"error\":\"1900-01-00\"}]", false);
    assert_problem(fixture, "金额", "1900-01-00");
    read_row(fixture, "[\"S-1\",\"\",\"5\",{\"error\":\"#REF!\"}]", false);
    assert_int_equal(fixture->problems.count, 0);
    read_row(fixture, "[\"S-1\",\"\",\"5\",\"\",{\"number\":\"12345678901234567\"}]", false);
    assert_int_equal(fixture->row.errors, 1);
    read_row(fixture, "[\"S-1\",null,true,[1],{\"number\":5}]", false);
    assert_int_equal(fixture->row.errors, 3);
}

static void tricks_against_spreadsheets_are_undone_and_their_damage_named(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|报关单号|发票号|购买方");
    read_row(fixture, "[\"'00123\",\"=\\\"010120260516000001\\\"\",\"‘45\",\"'s Hertogenbosch BV\"]", false);
    assert_int_equal(fixture->row.errors, 0);
    assert_value(fixture, "sale_id", "00123");
    assert_value(fixture, "declaration_no", "010120260516000001");
    assert_value(fixture, "invoice_no", "45");
    assert_value(fixture, "buyer", "'s Hertogenbosch BV");
    read_row(fixture, "[\"S-1\",\"1.0120260516E+16\"]", false);
    assert_problem(fixture, "报关单号", "科学计数");
    read_row(fixture, "[\"1E+05\"]", false);
    assert_problem(fixture, "销售编号", "科学计数");
    read_row(fixture, "[\"E+05\",\"\",\"12E+05\"]", false);
    assert_int_equal(fixture->row.errors, 0);
    read_row(fixture, "[\"'\",\"=\\\"\\\"\"]", false);
    assert_null(value(fixture, "sale_id"));
    assert_int_equal(fixture->row.errors, 0);
}

static void a_cell_without_a_header_must_be_empty(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码||企业名称");
    read_row(fixture, "[\"91110000802100433B\",\"\",\"某公司\",\"\"]", false);
    assert_int_equal(fixture->row.errors, 0);
    read_row(fixture, "[\"91110000802100433B\",\"x\",\"某公司\"]", false);
    assert_problem(fixture, "", "没有表头");
    read_row(fixture, "[\"91110000802100433B\",\"\",\"某公司\",\"y\"]", false);
    assert_problem(fixture, "", "没有表头");
}

static void nul_in_a_cell_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称");
    read_row(fixture, "[\"91110000802100433B\",\"某公\\u0000司\"]", false);
    assert_problem(fixture, "企业名称", "NUL");
    read_row(fixture, "[\"91110000802100433B\",\"\\u0000\"]", false);
    assert_null(value(fixture, "name_zh"));
}

static void a_character_that_was_lost_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|备注");
    read_row(fixture, "[\"91110000802100433B\",\"某公\\ufffd\",\"\\ufffd\"]", false);
    assert_problem(fixture, "企业名称", "无法辨认");
}

static void rows_between_two_stray_quotes_are_no_name(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "产品编号|统一社会信用代码|产品名称|管理类别");
    read_row(fixture,
        "[\"P2\",\"91110000802100433B\",\"乙,x\\nP3,91110000802100433B,丙,x\\nP4,9,丁\",\"二类\"]", false);
    assert_problem(fixture, "产品名称", "引号");
    assert_int_equal(fixture->row.errors, 1);
    read_row(fixture, "[\"P2\",\"91110000802100433B\",\"乙\\n（二代）\",\"二类\"]", false);
    assert_problem(fixture, "产品名称", "换行");
    assert_true(fixture->problems.items[0].warning);
    assert_value(fixture, "name_zh", "乙 （二代）");
    set_headers(fixture, "统一社会信用代码|企业名称|地址|备注"); /* text may have commas in its lines */
    read_row(fixture,
        "[\"91110000802100433B\",\"某公司\",\"A\\nRoom 1, No. 2, X Road, Beijing\",\"a\\nb,c,d,e\"]", false);
    assert_int_equal(fixture->problems.count, 0);
}

static void a_blank_row_is_blank(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称");
    read_row(fixture, "[]", false);
    assert_true(fixture->row.blank);
    read_row(fixture, "[\"\",\" 　\\n\"]", false);
    assert_true(fixture->row.blank);
    assert_int_equal(fixture->problems.count, 0);
}

static void sums_and_signatures_below_a_table_are_no_rows(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "序号|销售编号|金额|购买方");
    static const char *const below[] = {"[\"合计\",\"\",\"500\"]", "[\"\",\" 合 计：\",\"500\"]",
        "[\"小计（元）\",\"\",\"5\"]", "[\"制表人：李\",\"\",\"审核人：\"]", "[\"\",\"注：以上均为出口\"]"};
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        read_row(fixture, below[i], false);
        assert_true(fixture->row.blank);
        assert_int_equal(fixture->problems.count, 0);
    }
    read_row(fixture, "[\"1\",\"S-1\",\"5\",\"合计\"]", false);
    assert_false(fixture->row.blank);
    read_row(fixture, "[\"\",\"合计01\",\"5\"]", false);
    assert_false(fixture->row.blank);
    /* a remark in front of a row that has its key */
    set_headers(fixture, "备注|销售编号|金额|购买方");
    read_row(fixture, "[\"说明：退货\",\"S-2\",\"5\",\"\"]", false);
    assert_false(fixture->row.blank);
    read_row(fixture, "[\"合计\",\"S-3\",\"5\",\"\"]", false);
    assert_false(fixture->row.blank);
    read_row(fixture, "[\"注：甲\",\"\",\"5\",\"某公司\"]", false);
    assert_false(fixture->row.blank);
    read_row(fixture, "[\"注：以上未审\",\"\",\"\",\"\"]", false);
    assert_true(fixture->row.blank);
}

static void a_long_cell_of_wide_blanks_is_blank(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|园区");
    read_row(
        fixture, "[\"91110000802100433B\",\"某公司\",\"　　　　　　　　　　　　　　　　　　　　\"]", false);
    assert_null(value(fixture, "park"));
    read_row(fixture, "[\"91110000802100433B\",\"某公司\",\"\\u200b\\u200b\"]", false);
    assert_null(value(fixture, "park"));
}

static void namibia_is_no_word_for_nothing(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|最终目的国|是否关联方");
    read_row(fixture, "[\"S-1\",\"NA\",\"非关联\"]", false);
    assert_value(fixture, "country", "NA");
    assert_value(fixture, "related", "no");
}

static void an_old_macintosh_counts_days_from_1904(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|成立日期");
    read_row(fixture, "[\"91110000802100433B\",\"某公司\",\"44565\"]", true);
    assert_value(fixture, "established_on", "2026-01-05");
    read_row(fixture, "[\"91110000802100433B\",\"某公司\",\"46027\"]", false);
    assert_value(fixture, "established_on", "2026-01-05");
}

static void a_cells_own_unit_goes_before_the_headers(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|金额（万元）");
    const struct {
        const char *cell, *amount;
    } examples[] = {{"12.5", "125000"}, {"12.5 ", "125000"}, {"12.5万元", "125000"}, {"125000元", "125000"},
        {"(3)", "-30000"}, {"（３）", "-30000"}, {"$2", "20000"}, {"0", "0"}, {"１２", "120000"}};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        json_t *cells = json_pack("[ss]", "S-1", examples[i].cell);
        char *text = json_dumps(cells, 0);
        read_row(fixture, text, false);
        assert_value(fixture, "amount", examples[i].amount);
        free(text);
        json_decref(cells);
    }
    set_headers(fixture, "信用代码|关联企业名称|国别|持股比例（％）");
    read_row(fixture, "[\"91110000802100433B\",\"A Inc.\",\"US\",\"0.5\"]", false);
    assert_value(fixture, "share", "0.5");
}

static void an_amount_with_its_currency_is_remembered_for_the_check(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|金额|币种");
    read_row(fixture, "[\"S-1\",\"US$5\",\"CNY\"]", false);
    assert_string_equal(fixture->row.currencies[8], "USD");
    set_headers(fixture, "销售编号|金额（万欧元）|币种");
    read_row(fixture, "[\"S-1\",\"5\",\"CNY\"]", false);
    assert_string_equal(fixture->row.currencies[8], "EUR");
}

static void twenty_one_digits_are_a_declaration_and_its_item(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "销售编号|报关单号|项号");
    read_row(fixture, "[\"S-1\",\"020220080525641690002\",\"\"]", false);
    assert_value(fixture, "declaration_no", "020220080525641690");
    assert_value(fixture, "item_no", "2");
    read_row(fixture, "[\"S-1\",\"020220080525641690012\",\"12\"]", false);
    assert_value(fixture, "item_no", "12");
    assert_int_equal(fixture->row.errors, 0);
    read_row(fixture, "[\"S-1\",\"020220080525641690012\",\"2\"]", false);
    assert_problem(fixture, "项号", "不一致");
    assert_int_equal(fixture->row.errors, 1);
    set_headers(fixture, "销售编号|报关单号");
    read_row(fixture, "[\"S-1\",\"020220080525641690002\"]", false);
    assert_value(fixture, "item_no", "2");
}

static void no_value_of_a_contact_is_quoted(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|通知渠道|通知地址|联系人");
    read_row(fixture, "[\"9111\",\"寻呼机\",\"li.wei(at)example.com\",\"李伟\"]", false);
    assert_int_equal(fixture->row.errors, 3);
    for (size_t i = 0; i < fixture->problems.count; i++) {
        const char *reason = fixture->problems.items[i].reason;
        assert_null(strstr(reason, "9111"));
        assert_null(strstr(reason, "寻呼机"));
        assert_null(strstr(reason, "example"));
    }
}

static void a_wrong_check_character_is_a_warning(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称");
    read_row(fixture, "[\"91350211M0000XUF46\",\"某公司\"]", false);
    assert_problem(fixture, "统一社会信用代码", "校验码");
    assert_true(fixture->problems.items[0].warning);
    assert_int_equal(fixture->row.errors, 0);
    assert_int_equal(fixture->warnings, 1);
    assert_value(fixture, "uscc", "91350211M0000XUF46");
}

static void keys_are_joined_and_candidates_have_their_own(void **state)
{
    struct fixture *fixture = *state;
    struct text key = TEXT_WITH_CEILING(1000);
    set_headers(fixture, "币种|日期|标价方式|汇率");
    read_row(fixture, "[\"美元\",\"2026/1/5\",\"直接\",\"710.5\"]", false);
    assert_true(local_row_key(&fixture->row, fixture->headers.kind, &key));
    assert_string_equal(text_string(&key), "USD|2026-01-05|direct");
    read_row(fixture, "[\"美元\",\"\",\"直接\",\"710.5\"]", false);
    assert_false(local_row_key(&fixture->row, fixture->headers.kind, &key));
    assert_string_equal(text_string(&key), "");

    set_headers(fixture, "统一社会信用代码|英文名称|SRN|FEI");
    read_row(fixture, "[\"\",\"A Co.\",\"CN-MF-000012345;CN-MF-000000001\",\"3006400113\"]", false);
    assert_true(local_row_key(&fixture->row, fixture->headers.kind, &key));
    assert_string_equal(text_string(&key), "SRN:CN-MF-000012345");
    assert_true(registry_is_candidate(text_string(&key)));
    read_row(fixture, "[\"\",\"A Co.\",\"\",\"3006400113\"]", false);
    assert_true(local_row_key(&fixture->row, fixture->headers.kind, &key));
    assert_string_equal(text_string(&key), "FEI:3006400113");
    read_row(fixture, "[\"91110000802100433B\",\"A Co.\",\"CN-MF-000012345\",\"\"]", false);
    assert_true(local_row_key(&fixture->row, fixture->headers.kind, &key));
    assert_string_equal(text_string(&key), "91110000802100433B");
    assert_false(registry_is_candidate(text_string(&key)));
    /* a mistyped code makes no candidate of a firm */
    read_row(fixture, "[\"9111\",\"A Co.\",\"CN-MF-000012345\",\"\"]", false);
    assert_false(local_row_key(&fixture->row, fixture->headers.kind, &key));
    text_free(&key);
}

static void nobody_claims_a_roster_row_without_a_code(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|SRN号|参考城市");
    read_row(fixture, "[\"\",\"\",\"CN-MF-000012345\",\"Beijing\"]", false);
    assert_true(fixture->row.blank);
    read_row(fixture, "[]", false);
    assert_true(fixture->row.blank);
    read_row(fixture, "[\"91110000802100433B\",\"某公司\",\"CN-MF-000012345\",\"Beijing\"]", false);
    assert_false(fixture->row.blank);
    assert_value(fixture, "srn", "CN-MF-000012345");
    read_row(fixture, "[{\"number\":\"911100008021004330\"},\"某公司\"]", false);
    assert_int_equal(fixture->row.errors, 1);
}

static void a_row_of_half_a_megabyte_is_refused_as_a_whole(void **state)
{
    struct fixture *fixture = *state;
    set_headers(fixture, "统一社会信用代码|企业名称|别名|曾用名|园区|地址|英文名称");
    char *cell = malloc(16000);
    memset(cell, 'x', 15999);
    cell[15999] = '\0';
    fixture->row.memory.ceiling = 20000;
    json_t *cells = json_pack("[sssssss]", "91110000802100433B", "某公司", "a", "b", cell, cell, "n");
    char *text = json_dumps(cells, 0);
    read_row(fixture, text, false);
    assert_problem(fixture, "", "过长");
    for (int i = 0; i < LOCAL_COLUMNS; i++)
        assert_true(fixture->row.value[i] == NULL || strlen(fixture->row.value[i]) < 16000);
    free(text);
    free(cell);
    json_decref(cells);
}

#define ROW_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW_TEST(cells_become_canonical_values_in_their_columns),
        ROW_TEST(blank_changes_nothing_and_words_for_nothing_neither),
        ROW_TEST(cleared_cells_are_empty_and_required_ones_cannot_be),
        ROW_TEST(withdrawal_is_said_with_yes),
        ROW_TEST(what_the_spreadsheet_has_ruined_is_named),
        ROW_TEST(tricks_against_spreadsheets_are_undone_and_their_damage_named),
        ROW_TEST(a_cell_without_a_header_must_be_empty),
        ROW_TEST(nul_in_a_cell_is_an_error),
        ROW_TEST(a_character_that_was_lost_is_an_error),
        ROW_TEST(rows_between_two_stray_quotes_are_no_name),
        ROW_TEST(a_blank_row_is_blank),
        ROW_TEST(sums_and_signatures_below_a_table_are_no_rows),
        ROW_TEST(a_long_cell_of_wide_blanks_is_blank),
        ROW_TEST(namibia_is_no_word_for_nothing),
        ROW_TEST(an_old_macintosh_counts_days_from_1904),
        ROW_TEST(a_cells_own_unit_goes_before_the_headers),
        ROW_TEST(an_amount_with_its_currency_is_remembered_for_the_check),
        ROW_TEST(twenty_one_digits_are_a_declaration_and_its_item),
        ROW_TEST(no_value_of_a_contact_is_quoted),
        ROW_TEST(a_wrong_check_character_is_a_warning),
        ROW_TEST(keys_are_joined_and_candidates_have_their_own),
        ROW_TEST(nobody_claims_a_roster_row_without_a_code),
        ROW_TEST(a_row_of_half_a_megabyte_is_refused_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
