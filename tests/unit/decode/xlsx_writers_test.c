/* One roster from three writers: LibreOffice (fixtures/roster.xlsx), libxlsxwriter, and what WPS and the
 * export functions of other systems make of it. The same cells come of all of them. */
#include "tables.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cmocka.h>

#define ABOVE "# 企业名单\n1 [\"2026年企业名单（全量）\"]\n3 [\"基本信息\",\"\",\"\",\"其他\"]\n"
#define HEADER                                                                                                                      \
    "4 "                                                                                                                            \
    "[\"统一社会信用代码\",\"企业名称\",\"成立日期\",\"金额\",\"占比\",\"高新\",\"登记时间\",\"年月\"," \
    "\"备注\"]\n"
/* Full-width headers stay as they are: what they mean is the registry's affair. */
#define WIDE_HEADER                                                                                                               \
    "4 "                                                                                                                          \
    "[\"统一社会信用代码\",\"企业名称\",\"成立日期\",\"金额（元）\",\"占比\",\"高新\",\"登记时间\"," \
    "\"年月\",\"备注\"]\n"
#define FIRMS                                                                                                              \
    "5 [\"91110108MA01ABCD2X\",\"北京辰岚虚构医疗科技有限公司\",\"2019-03-05\",\"1234.5\",\"60%\",\"TRUE\"," \
    "\"2026-03-05 13:45\",\"2026-03\",\"甲\\n乙 \\\"丙\\\" & <丁>\"]\n"                                                \
    "6 "                                                                                                                   \
    "[\"911101156000000027\",\"北京虚构生物（亦庄）有限公司\",\"2020-12-31\",\"2469\",\"12.5%\",\"FALSE\","  \
    "\"2026-01-01\",\"2025-12\",\"合计企业名称\"]\n"                                                                 \
    "7 [{\"number\":\"911101080000000000\"},{\"error\":\"#DIV/0!\"},\"\",\"0.3\"]\n"
#define PRODUCTS "# 产品\n1 [\"product_id\",\"\",\"udi_di\"]\n2 [\"00123\",\"\",\"06971254923411\"]\n"

static void of_libreoffice(void **state)
{
    (void)state;
    table_is(reading_of_file(NULL, "fixtures/roster.xlsx"), ABOVE HEADER FIRMS PRODUCTS);
}

/* --- libxlsxwriter ---------------------------------------------------------------------------------------
 */

static const char *const headers[] = {
    "统一社会信用代码", "企业名称", "成立日期", "金额", "占比", "高新", "登记时间", "年月", "备注"};

struct formats {
    lxw_format *day, *month, *moment, *share, *amount, *bold;
};

static lxw_format *add_format(lxw_workbook *workbook, const char *code)
{
    lxw_format *format = workbook_add_format(workbook);
    format_set_num_format(format, code);
    return format;
}

static void write_first_firm(lxw_worksheet *sheet, const struct formats *formats)
{
    static char parts[][40] = {"北京", "辰岚", "虚构医疗科技有限公司"};
    lxw_rich_string_tuple begin = {NULL, parts[0]}, bold = {formats->bold, parts[1]}, rest = {NULL, parts[2]};
    lxw_rich_string_tuple *name[] = {&begin, &bold, &rest, NULL};
    lxw_datetime founded = {2019, 3, 5, 0, 0, 0}, registered = {2026, 3, 5, 13, 45, 0},
                 month = {2026, 3, 1, 0, 0, 0};
    worksheet_write_string(sheet, 4, 0, "91110108MA01ABCD2X", NULL);
    worksheet_write_rich_string(sheet, 4, 1, name, NULL);
    worksheet_write_datetime(sheet, 4, 2, &founded, formats->day);
    worksheet_write_number(sheet, 4, 3, 1234.5, formats->amount);
    worksheet_write_number(sheet, 4, 4, 0.6, formats->share);
    worksheet_write_boolean(sheet, 4, 5, 1, NULL);
    worksheet_write_datetime(sheet, 4, 6, &registered, formats->moment);
    worksheet_write_datetime(sheet, 4, 7, &month, formats->month);
    worksheet_write_string(sheet, 4, 8, "甲\n乙 \"丙\" & <丁>", NULL);
}

static void write_second_firm(lxw_worksheet *sheet, const struct formats *formats)
{
    lxw_datetime founded = {2020, 12, 31, 0, 0, 0}, registered = {2026, 1, 1, 0, 0, 0},
                 month = {2025, 12, 1, 0, 0, 0};
    worksheet_write_string(sheet, 5, 0, "911101156000000027", NULL);
    worksheet_write_string(sheet, 5, 1, "北京虚构生物（亦庄）有限公司", NULL);
    worksheet_write_datetime(sheet, 5, 2, &founded, formats->day);
    worksheet_write_formula_num(sheet, 5, 3, "=D5*2", formats->amount, 2469);
    worksheet_write_number(sheet, 5, 4, 0.125, formats->share);
    worksheet_write_boolean(sheet, 5, 5, 0, NULL);
    worksheet_write_datetime(sheet, 5, 6, &registered, formats->moment);
    worksheet_write_datetime(sheet, 5, 7, &month, formats->month);
    worksheet_write_formula_str(sheet, 5, 8, "=\"合计\"&B4", NULL, "合计企业名称");
}

static void write_roster(lxw_workbook *workbook)
{
    struct formats formats = {add_format(workbook, "yyyy\"年\"m\"月\"d\"日\""),
        add_format(workbook, "mmm-yy"), add_format(workbook, "yyyy-mm-dd hh:mm"),
        add_format(workbook, "0.0%"), add_format(workbook, "#,##0.00"), workbook_add_format(workbook)};
    format_set_bold(formats.bold);
    lxw_worksheet *firms = workbook_add_worksheet(workbook, "企业名单");
    lxw_worksheet *hidden = workbook_add_worksheet(workbook, "字典");
    lxw_worksheet *products = workbook_add_worksheet(workbook, "产品");
    worksheet_merge_range(firms, 0, 0, 0, 8, "2026年企业名单（全量）", formats.bold);
    worksheet_merge_range(firms, 2, 0, 2, 2, "基本信息", formats.bold);
    worksheet_merge_range(firms, 2, 3, 2, 8, "其他", formats.bold);
    for (lxw_col_t i = 0; i < 9; i++)
        worksheet_write_string(firms, 3, i, headers[i], NULL);
    write_first_firm(firms, &formats);
    write_second_firm(firms, &formats);
    worksheet_write_number(firms, 6, 0, 911101080000000000.0, NULL);
    worksheet_write_formula_str(firms, 6, 1, "=1/0", NULL, "#DIV/0!");
    worksheet_write_number(firms, 6, 3, 0.1 + 0.2, NULL);
    worksheet_write_string(hidden, 0, 0, "不读", NULL);
    worksheet_hide(hidden);
    worksheet_write_string(products, 0, 0, "product_id", NULL);
    worksheet_write_string(products, 0, 2, "udi_di", NULL);
    worksheet_write_string(products, 1, 0, "00123", NULL);
    worksheet_write_string(products, 1, 2, "06971254923411", NULL);
}

static struct reading *of_library(uint8_t constant_memory)
{
    char path[] = "/tmp/m13-roster-XXXXXX";
    lxw_workbook_options options = {.constant_memory = constant_memory};
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    lxw_workbook *workbook = workbook_new_opt(path, &options);
    write_roster(workbook);
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
    struct reading *reading = reading_of_file(NULL, path);
    unlink(path);
    return reading;
}

static void of_libxlsxwriter(void **state)
{
    (void)state;
    table_is(of_library(LXW_FALSE), ABOVE HEADER FIRMS PRODUCTS);
}

/* Its texts stand in their cells then. */
static void of_libxlsxwriter_in_constant_memory(void **state)
{
    (void)state;
    table_is(of_library(LXW_TRUE), ABOVE HEADER FIRMS PRODUCTS);
}

/* --- WPS and exports -------------------------------------------------------------------------------------
 */

#define TEXT(text) "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">" text "</t></is></c>"

/* No shared texts, no places, numbers and dates as texts or with Excel's own format numbers. */
static void of_wps(void **state)
{
    (void)state;
    static const char firms[] =
        "<row r=\"1\" spans=\"1:9\">" TEXT("2026年企业名单（全量）") "</row><row r=\"3\">" TEXT(
            "基本信息") "<c/><c/>" TEXT("其他") "</row><row r=\"4\">" TEXT("统一社会信用代码")
            TEXT("企业名称 ") TEXT("　成立日期") TEXT("金额（元）") TEXT("占比") TEXT("高新") TEXT("登记时间")
                TEXT("年月") TEXT("备注") "</row><row r=\"5\">" TEXT(
                    " 91110108MA01ABCD2X") "<c "
                                           "t=\"inlineStr\"><is><r><t>北京辰岚</t></"
                                           "r><r><t>虚构医疗科技有限公司</t></r></is></c>" TEXT("2019-03-05")
                                               TEXT("1234.5") TEXT("60%") TEXT("TRUE")
                                                   TEXT("2026-03-05 13:45") TEXT("2026-03") TEXT(
                                                       "甲_x000D_\n乙 &quot;丙&quot; &amp; "
                                                       "&lt;丁&gt;") "</row><row r=\"6\">" TEXT("9111"
                                                                                                "0115"
                                                                                                "6000"
                                                                                                "0000"
                                                                                                "27")
                                                       TEXT("北京虚构生物（亦庄）有限公司") "<c "
                                                                                            "s=\"2\"><v>"
                                                                                            "44196</v></"
                                                                                            "c><c "
                                                                                            "t=\"n\"><v>2."
                                                                                            "469E3</v></"
                                                                                            "c><c "
                                                                                            "s=\"3\"><v>0."
                                                                                            "125</v></c>"
                                                                                            "<c "
                                                                                            "t=\"b\"><v>0</"
                                                                                            "v></c><c "
                                                                                            "s=\"4\"><v>"
                                                                                            "46023</v></"
                                                                                            "c><c "
                                                                                            "s=\"5\"><v>"
                                                                                            "45992</v></"
                                                                                            "c>" TEXT(
                                                                                                "合计企业名"
                                                                                                "称") "</"
                                                                                                      "row><"
                                                                                                      "row "
                                                                                                      "r="
                                                                                                      "\"7\""
                                                                                                      ">"
                                                                                                      "<c><"
                                                                                                      "v>"
                                                                                                      "91110"
                                                                                                      "10800"
                                                                                                      "00000"
                                                                                                      "000</"
                                                                                                      "v></"
                                                                                                      "c><c "
                                                                                                      "t="
                                                                                                      "\"e\""
                                                                                                      "><f>"
                                                                                                      "1/0</"
                                                                                                      "f><v>"
                                                                                                      "#DIV/"
                                                                                                      "0!</"
                                                                                                      "v></"
                                                                                                      "c><c/"
                                                                                                      "><c><"
                                                                                                      "v>0."
                                                                                                      "30000"
                                                                                                      "00000"
                                                                                                      "00000"
                                                                                                      "04</"
                                                                                                      "v></"
                                                                                                      "c></"
                                                                                                      "row>";
    static const char products[] =
        "<row r=\"1\">" TEXT("product_id") "<c r=\"C1\" t=\"str\"><v>udi_di</v></c></row><row r=\"2\">" TEXT(
            "00123") "<c r=\"C2\" t=\"str\"><v>06971254923411</v></c></row>";
    table_is(
        table_of_workbook(&(struct table_workbook){.absolute = true,
            .names = {"企业名单", "字典", "产品"},
            .sheets = {firms, "<row>" TEXT("不读") "</row>", products},
            .states = {NULL, "veryHidden", NULL},
            .styles = "<xf numFmtId=\"0\"/><xf numFmtId=\"49\"/><xf numFmtId=\"31\"/><xf numFmtId=\"10\"/>"
                      "<xf numFmtId=\"22\"/><xf numFmtId=\"57\"/>"}),
        ABOVE WIDE_HEADER FIRMS PRODUCTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_libreoffice),
        cmocka_unit_test(of_libxlsxwriter),
        cmocka_unit_test(of_libxlsxwriter_in_constant_memory),
        cmocka_unit_test(of_wps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
