/* From the first rows of a sheet to its kind and columns. */
#include "headers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CELLS_MOST 24

/* Rows as people see them, cells parted by '|'; NULL ends them. */
static enum header_found search(
    const char *sheet, const char *const *rows, struct local_headers *ret_headers, struct failure *ret_why)
{
    struct local_header_search *search = local_header_search_new(sheet);
    enum header_found found = HEADER_NOT_YET;
    for (; *rows != NULL && found == HEADER_NOT_YET; rows++) {
        char *copy = strdup(*rows), *rest = copy;
        const char *cells[CELLS_MOST];
        size_t count = 0;
        for (char *cell; (cell = strsep(&rest, "|")) != NULL && count < CELLS_MOST;)
            cells[count++] = cell;
        found = local_header_search_row(search, cells, count, ret_headers, ret_why);
        free(copy);
    }
    if (found == HEADER_NOT_YET && !local_header_search_end(search, ret_why))
        found = HEADER_FAILED;
    local_header_search_free(search);
    return found;
}

#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* "firms: uscc name_zh -", with - for a column that is left out and ! for 作废. */
static void assert_headers(const char *sheet, const char *const *rows, const char *expected)
{
    struct local_headers headers;
    struct failure why = {0};
    if (search(sheet, rows, &headers, &why) != HEADER_FOUND) {
        fail_msg("no header in '%s': %s", rows[0], why.text);
        return;
    }
    struct text got = TEXT_WITH_CEILING(4000);
    text_append_format(&got, "%s:", headers.kind->kind);
    for (size_t i = 0; i < headers.count; i++) {
        int column = headers.items[i].column;
        text_append_format(&got, " %s",
            column >= 0                  ? headers.kind->columns[column].key
            : column == HEADER_WITHDRAWS ? "!"
                                         : "-");
        if (headers.items[i].unit != NULL)
            text_append_format(&got, "[%s]", headers.items[i].unit);
    }
    if (headers.full_list)
        text_append_string(&got, " FULL");
    if (headers.reference)
        text_append_string(&got, " REFERENCE");
    if (strcmp(text_string(&got), expected) != 0)
        fail_msg("'%s' is\n%s, not\n%s", rows[0], text_string(&got), expected);
    text_free(&got);
    local_headers_free(&headers);
}

static void assert_refused(const char *sheet, const char *const *rows, const char *said)
{
    struct local_headers headers;
    struct failure why = {0};
    if (search(sheet, rows, &headers, &why) != HEADER_FAILED)
        fail_msg("'%s' was taken", rows[0]);
    if (strstr(why.text, said) == NULL)
        fail_msg("'%s' is refused with: %s", rows[0], why.text);
}

static void every_kind_is_told_by_its_english_keys_and_by_its_chinese_headers(void **state)
{
    (void)state;
    for (size_t k = 0; k < local_kind_count; k++) {
        const struct local_kind *kind = &local_kinds[k];
        struct text english = TEXT_WITH_CEILING(4000), chinese = TEXT_WITH_CEILING(4000),
                    expected = TEXT_WITH_CEILING(4000);
        text_append_format(&expected, "%s:", kind->kind);
        for (size_t i = 0; i < kind->column_count; i++) {
            text_append_format(&english, "%s%s", i > 0 ? "|" : "", kind->columns[i].key);
            text_append_format(&chinese, "%s%s%s", i > 0 ? "|" : "", kind->columns[i].headers[0],
                kind->columns[i].required ? "*" : "");
            text_append_format(&expected, " %s", kind->columns[i].key);
        }
        assert_headers("", ROWS(text_string(&english)), text_string(&expected));
        assert_headers("Sheet1", ROWS(text_string(&chinese)), text_string(&expected));
        text_free(&english);
        text_free(&chinese);
        text_free(&expected);
    }
}

static void the_key_alone_tells_a_kind_when_rows_are_withdrawn(void **state)
{
    (void)state;
    for (size_t k = 0; k < local_kind_count; k++) {
        const struct local_kind *kind = &local_kinds[k];
        struct text row = TEXT_WITH_CEILING(4000), expected = TEXT_WITH_CEILING(4000);
        text_append_format(&expected, "%s:", kind->kind);
        for (size_t i = 0; i < kind->column_count; i++)
            if (kind->columns[i].is_key) {
                text_append_format(&row, "%s|", kind->columns[i].headers[0]);
                text_append_format(&expected, " %s", kind->columns[i].key);
            }
        text_append_string(&row, "作废");
        text_append_string(&expected, " !");
        assert_headers("", ROWS(text_string(&row)), text_string(&expected));
        text_free(&row);
        text_free(&expected);
    }
}

static void headers_are_folded_as_people_write_them(void **state)
{
    (void)state;
    assert_headers("", ROWS("序号|统一社会信用代码（18位）|＊企业名称＊| 所 属 区 |注册地址\n（住所）|备注|"),
        "firms: - uscc name_zh district address - -");
    assert_headers("", ROWS("1.统一社会信用代码*|2、公司名称【必填】|(选填)英文名称|曾用名：|是否作废"),
        "firms: uscc name_zh name_en former_names !");
    assert_headers("", ROWS("ＵＳＣＣ|NAME_ZH|Name En|SRN（欧盟单一注册号）|必填企业地址"),
        "firms: uscc name_zh name_en srn address");
    assert_headers("", ROWS("产品编号|统一社会信用代码|产品名称|注册证编号/备案号|UDI-DI（最小销售单元）"),
        "products: product_id uscc name_zh nmpa_number udi_di");
    assert_headers("", ROWS("销售编号|统一社会信用代码|产品编号|最终目的国（地区）|日期|金额|币种"),
        "sales: sale_id uscc product_id country date amount currency");
}

static void a_unit_in_the_header_belongs_to_amounts_and_shares(void **state)
{
    (void)state;
    assert_headers("", ROWS("销售编号|产品编号|信用代码|金额（万元）|币种|国家（元）|日期"),
        "sales: sale_id product_id uscc amount[万元] currency country date");
    assert_headers("", ROWS("销售编号|金额（单位：万美元，保留两位小数）"), "sales: sale_id amount[万美元]");
    assert_headers("", ROWS("销售编号|金额/万元"), "sales: sale_id amount[万元]");
    assert_headers("", ROWS("销售编号|金额（元）"), "sales: sale_id amount");
    assert_headers("", ROWS("销售编号|金额（含税）"), "sales: sale_id amount");
    assert_headers("", ROWS("销售编号|销售金额（原币）"), "sales: sale_id amount");
    assert_headers("", ROWS("信用代码|关联企业名称|国别|关系|持股比例（%）|起始日期"),
        "entities: uscc name country relation share[%] from");
    assert_headers("", ROWS("支付编号|拨付金额（万元）"), "payments: payment_id amount_cny[万元]");
    assert_headers(
        "", ROWS("支付编号|拨付金额（人民币万元）"), "payments: payment_id amount_cny[万元人民币]");
    assert_headers(
        "", ROWS("支付编号|拨付金额（万元人民币）"), "payments: payment_id amount_cny[万元人民币]");
}

static void a_unit_above_the_table_is_that_of_bare_amounts(void **state)
{
    (void)state;
#define SALES "销售编号|金额|币种"
    assert_headers("", ROWS("销售表", "||单位：万元", SALES), "sales: sale_id amount[万元] currency");
    assert_headers("", ROWS("销售表（单位：万美元）", SALES), "sales: sale_id amount[万美元] currency");
    assert_headers("", ROWS("|单位:|千元", SALES), "sales: sale_id amount[千元] currency");
    assert_headers("", ROWS("金额单位：人民币万元", SALES), "sales: sale_id amount[万元人民币] currency");
    assert_headers(
        "", ROWS("填报单位：某某公司    单位：万元", SALES), "sales: sale_id amount[万元] currency");
    assert_headers("", ROWS("单位：元", SALES), "sales: sale_id amount currency");
    assert_headers("", ROWS("填报单位：|某某公司", SALES), "sales: sale_id amount currency");
    assert_headers("", ROWS("单位：台", SALES), "sales: sale_id amount currency");
    /* the column's own word goes before */
    assert_headers("", ROWS("单位：万元", "销售编号|金额（元）|币种"), "sales: sale_id amount currency");
    assert_headers(
        "", ROWS("单位：万元", "销售编号|金额（千元）|币种"), "sales: sale_id amount[千元] currency");
    assert_headers("", ROWS("单位：万元", "币种|日期|汇率|标价方式"), "fx: currency date rate quote");
}

static void titles_notes_and_blank_rows_stand_above_the_headers(void **state)
{
    (void)state;
    assert_headers("Sheet1",
        ROWS("||", "北京市医疗器械企业名单", "", "填报单位：|某局|联系人：|",
            "统一社会信用代码|企业名称|所属区"),
        "firms: uscc name_zh district");
    assert_headers(
        "", ROWS("说明：统一社会信用代码不得改动", "统一社会信用代码|企业名称"), "firms: uscc name_zh");
    assert_headers(
        "", ROWS("统一社会信用代码|91110000802100433B|填报人|李", "销售编号|金额"), "sales: sale_id amount");
}

static void headers_of_two_levels_are_read_downwards(void **state)
{
    (void)state;
    assert_headers("",
        ROWS(
            "统一社会信用代码|企业名称|基本信息|||状态信息|", "||所属区|注册地址|成立日期|经营状态|迁出日期"),
        "firms: uscc name_zh district address established_on status beijing_to");
    assert_headers("", ROWS("基本信息||所在地|", "统一社会信用代码|企业名称|所属区|住所"),
        "firms: uscc name_zh district address");
    assert_headers("", ROWS("销售||||报关单|", "编号|日期|金额（万元）|币种|编号|项号"),
        "sales: sale_id date amount[万元] currency declaration_no item_no");
    assert_headers("", ROWS("序号|基本信息||作废", "|统一社会信用代码|企业名称|"), "firms: - uscc name_zh !");
    assert_headers("", ROWS("企业名单|备注：无", "统一社会信用代码|企业名称||"), "firms: uscc name_zh - -");
    assert_headers("", ROWS("某区企业表", "统一社会信用代码|企业名称|地点|", "||所属区|地址", "91|x|y|z"),
        "firms: uscc name_zh district address");
}

static void a_full_list_says_so_in_its_name_or_above(void **state)
{
    (void)state;
    assert_headers("企业（全量）", ROWS("统一社会信用代码|企业名称"), "firms: uscc name_zh FULL");
    assert_headers("", ROWS("全量", "统一社会信用代码|企业名称"), "firms: uscc name_zh FULL");
    assert_headers("", ROWS("2026年企业全量名单|", "统一社会信用代码|企业名称"), "firms: uscc name_zh FULL");
    assert_headers("", ROWS("全量|统一社会信用代码|企业名称"), "firms: - uscc name_zh FULL");
    assert_headers("", ROWS("非全量", "统一社会信用代码|企业名称"), "firms: uscc name_zh");
    assert_headers(
        "", ROWS("如为全量名单，请在首格写全量", "统一社会信用代码|企业名称"), "firms: uscc name_zh");
    assert_headers("企业", ROWS("统一社会信用代码|企业名称", "全量"), "firms: uscc name_zh");
    assert_headers("", ROWS("报送方式：全量", "统一社会信用代码|企业名称"), "firms: uscc name_zh FULL");
    assert_headers("", ROWS("全量企业名单", "统一社会信用代码|企业名称"), "firms: uscc name_zh FULL");
    static const char *const remarks[] = {"本次只报变更，全量见附件二", "全量表另报", "以全量为准",
        "上月全量", "全量数据见附件", "是否全量：", "增量（非全量）", "各区全量名单由市局汇总"};
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++)
        assert_headers("", ROWS(remarks[i], "统一社会信用代码|企业名称"), "firms: uscc name_zh");
}

static void kinds_with_like_columns_are_told_apart(void **state)
{
    (void)state;
    assert_headers(
        "", ROWS("批准机构|批准编号|产品编号|纳入日期"), "scopes: authority number product_id in_scope_from");
    assert_headers("", ROWS("统一社会信用代码|产品编号|批准机构|是否首次获批|签署日期"),
        "declarations: uscc product_id authority first_approval signed_on");
    assert_headers("", ROWS("统一社会信用代码|产品编号|产品名称"), "products: uscc product_id name_zh");
    assert_headers("", ROWS("批准机构|批准编号|统一社会信用代码|批准日期"),
        "approvals: authority number uscc decision_date");
    assert_headers("", ROWS("统一社会信用代码|渠道|地址|联系人"), "contacts: uscc channel address name");
    assert_headers("", ROWS("线索编号|材料类型|文件名"), "documents: case slot file");
    assert_headers("", ROWS("币种|日期|中间价|标价方式|来源"), "fx: currency date rate quote source");
    assert_headers("", ROWS("SRN|英文名称|城市"), "firms: srn name_en city");
    assert_headers("", ROWS("FEI号|英文名称"), "firms: fei name_en");
}

static void a_firms_name_beside_its_code_is_for_the_eye(void **state)
{
    (void)state;
    assert_headers(
        "", ROWS("企业名称|统一社会信用代码|产品编号|产品名称"), "products: - uscc product_id name_zh");
    assert_headers("", ROWS("单位名称（全称）|信用代码|销售编号|金额"), "sales: - uscc sale_id amount");
    assert_refused("", ROWS("企业名称|批准机构|批准编号|产品编号"), "没有这些列：企业名称");
    assert_refused("", ROWS("统一社会信用代码|企业名称|联系人|联系电话"), "请另填联系方式表");
    assert_refused("", ROWS("统一社会信用代码|企业名称|法定代表人"), "或删去这些列");
}

static void our_roster_comes_back_with_columns_for_the_eye(void **state)
{
    (void)state;
    assert_headers("", ROWS("统一社会信用代码*|企业名称*|英文名称|城市|SRN号|参考批准|参考（城市）|作废"),
        "firms: uscc name_zh name_en city srn - - ! REFERENCE");
}

static void an_unknown_column_refuses_the_sheet_by_name(void **state)
{
    (void)state;
    assert_refused("", ROWS("统一社会信用代码|企业名称|法定代表人|注册资本"), "法定代表人、注册资本");
    assert_refused("", ROWS("统一社会信用代码|企业名称|法定代表人"), "企业表中没有这些列");
    assert_refused("", ROWS("统一社会信用代码|信用代码|企业名称"), "两列是同一项");
    assert_refused("", ROWS("统一社会信用代码|企业名称|作废|是否作废"), "两列是同一项");
}

static void a_kind_that_is_unclear_is_refused_with_what_each_kind_needs(void **state)
{
    (void)state;
    assert_refused("", ROWS("企业名称|所属区"), "表头为 企业名称、所属区");
    assert_refused("", ROWS("企业名称|所属区"), "企业：统一社会信用代码；关联主体：");
    assert_refused("", ROWS("企业名称|所属区"), "企业答复：线索编号、答复");
    assert_refused("", ROWS("一份通知", "各单位：", "请于月底前报送"), "无法判断");
}

static void somebodys_address_in_a_table_without_headers_stays_out_of_the_message(void **state)
{
    (void)state;
    struct local_headers headers;
    struct failure why = {0};
    assert_int_equal(
        search("", ROWS("91110000802100433B|邮箱|li.wei@example.com|李伟"), &headers, &why), HEADER_FAILED);
    assert_null(strstr(why.text, "example.com"));
    assert_null(strstr(why.text, "9111"));
    assert_null(strstr(why.text, "李伟"));
    assert_int_equal(
        search("", ROWS("信用代码|li.wei@example.com|13800000000"), &headers, &why), HEADER_FAILED);
    assert_null(strstr(why.text, "example.com"));
    assert_null(strstr(why.text, "13800000000"));
}

static void a_refused_sheet_is_still_known_by_its_key(void **state)
{
    (void)state;
    struct local_header_search *search = local_header_search_new("");
    struct local_headers headers;
    struct failure why;
    assert_false(local_header_search_is_personal(search));
    const char *const title[] = {"联系人"}, *const unknown[] = {"信用代码", "渠道", "地址", "生日"};
    local_header_search_row(search, title, 1, &headers, &why);
    assert_false(local_header_search_is_personal(search));
    local_header_search_row(search, unknown, 4, &headers, &why);
    assert_true(local_header_search_is_personal(search));
    local_header_search_free(search);
}

static void a_sheet_of_notes_and_an_empty_one_are_left_out(void **state)
{
    (void)state;
    struct local_headers headers;
    struct failure why;
    assert_int_equal(
        search("填写说明", ROWS("统一社会信用代码|企业名称", "全量|x"), &headers, &why), HEADER_NOT_YET);
    assert_int_equal(search("README", ROWS("anything"), &headers, &why), HEADER_NOT_YET);
    assert_int_equal(
        search("填报须知", ROWS("一、怎样填写", "二、何时报送"), &headers, &why), HEADER_NOT_YET);
    /* a table under such a name is one all the same */
    assert_headers("产品目录", ROWS("产品编号|信用代码|产品名称"), "products: product_id uscc name_zh");
    assert_refused("费用说明", ROWS("费用编号|金额|币种|备忘"), "没有这些列：备忘");
    assert_int_equal(search("Sheet2", ROWS("", "| ", "　"), &headers, &why), HEADER_NOT_YET);
}

static void the_search_ends(void **state)
{
    (void)state;
    struct local_header_search *search = local_header_search_new("");
    struct local_headers headers;
    struct failure why = {0};
    const char *cells[] = {"数据", "1"};
    enum header_found found = HEADER_NOT_YET;
    int rows = 0;
    while (found == HEADER_NOT_YET && rows < 1000) {
        found = local_header_search_row(search, cells, 2, &headers, &why);
        rows++;
    }
    assert_int_equal(found, HEADER_FAILED);
    assert_in_range(rows, 10, 50);
    assert_non_null(strstr(why.text, "无法判断"));
    local_header_search_free(search);
}

static void a_header_of_a_megabyte_and_hundreds_of_columns_are_only_refused(void **state)
{
    (void)state;
    struct local_header_search *search = local_header_search_new("");
    struct local_headers headers;
    struct failure why = {0};
    enum { COLUMNS = 2000 };
    char *long_text = malloc(1 << 20);
    memset(long_text, '(', (1 << 20) - 1);
    long_text[(1 << 20) - 1] = '\0';
    const char *cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = i % 2 == 0 ? "uscc" : "地址（";
    cells[7] = long_text;
    assert_int_equal(local_header_search_row(search, cells, COLUMNS, &headers, &why), HEADER_NOT_YET);
    assert_false(local_header_search_end(search, &why));
    assert_true(why.text[0] != '\0');
    const char *with_long_text[] = {"统一社会信用代码", "企业名称", long_text};
    assert_int_equal(local_header_search_row(search, with_long_text, 3, &headers, &why), HEADER_NOT_YET);
    assert_false(local_header_search_end(search, &why));
    assert_non_null(strstr(why.text, "没有这些列"));
    local_header_search_free(search);
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_told_by_its_english_keys_and_by_its_chinese_headers),
        cmocka_unit_test(the_key_alone_tells_a_kind_when_rows_are_withdrawn),
        cmocka_unit_test(headers_are_folded_as_people_write_them),
        cmocka_unit_test(a_unit_in_the_header_belongs_to_amounts_and_shares),
        cmocka_unit_test(a_unit_above_the_table_is_that_of_bare_amounts),
        cmocka_unit_test(titles_notes_and_blank_rows_stand_above_the_headers),
        cmocka_unit_test(headers_of_two_levels_are_read_downwards),
        cmocka_unit_test(a_full_list_says_so_in_its_name_or_above),
        cmocka_unit_test(kinds_with_like_columns_are_told_apart),
        cmocka_unit_test(a_firms_name_beside_its_code_is_for_the_eye),
        cmocka_unit_test(our_roster_comes_back_with_columns_for_the_eye),
        cmocka_unit_test(an_unknown_column_refuses_the_sheet_by_name),
        cmocka_unit_test(a_kind_that_is_unclear_is_refused_with_what_each_kind_needs),
        cmocka_unit_test(somebodys_address_in_a_table_without_headers_stays_out_of_the_message),
        cmocka_unit_test(a_refused_sheet_is_still_known_by_its_key),
        cmocka_unit_test(a_sheet_of_notes_and_an_empty_one_are_left_out),
        cmocka_unit_test(the_search_ends),
        cmocka_unit_test(a_header_of_a_megabyte_and_hundreds_of_columns_are_only_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
