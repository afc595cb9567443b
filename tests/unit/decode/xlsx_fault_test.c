/* Workbooks that are cut, damaged, locked, or made to do harm: none of them gives half of its rows. */
#include "tables.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- the archive -----------------------------------------------------------------------------------------
 */

static void a_cut_workbook_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    char *bytes;
    struct reading_desk *desk = reading_desk_new(NULL);
    size_t length = table_archive(parts, TABLE_PARTS, NULL, &bytes);
    for (size_t cut = 4; cut < length; cut += 7)
        table_is_refused(reading_on(desk, bytes, cut), -EBADMSG, "工作簿已损坏或不完整");
    table_is_refused(reading_on(desk, bytes, length - 1), -EBADMSG, "工作簿已损坏或不完整");
    table_is(reading_on(desk, bytes, length), "# 表\n1 [\"甲\"]\n");
    reading_desk_free(desk);
    free(bytes);
}

static void a_part_whose_checksum_is_wrong_is_refused(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    char *bytes;
    size_t length = table_archive(parts, TABLE_PARTS, "zip:compression=store", &bytes);
    char *text = memmem(bytes, length, "甲", 3);
    memcpy(text, "乙", 3);
    table_is_refused(
        reading_of(NULL, bytes, length), -EBADMSG, "工作簿已损坏或不完整，可能没有传完（ZIP bad CRC");
    free(bytes);
}

static void locked_doubled_and_strangely_packed_parts_are_refused(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS + 1];
    table_plain_parts(parts);
    table_is_refused(
        table_of_parts(parts, TABLE_PARTS, "zip:encryption=zipcrypt"), -EBADMSG, "工作簿经过加密");
    parts[TABLE_PARTS] = (struct table_part){"XL/Strings.xml", "<x/>", 0};
    table_is_refused(table_of_parts(parts, TABLE_PARTS + 1, NULL), -EBADMSG, "两个同名部件");
    /* The method is a number of two bytes in both lists of the archive: 14 is LZMA. */
    char *bytes;
    size_t length = table_archive(parts, TABLE_PARTS, NULL, &bytes);
    for (size_t i = 0; i + 12 < length; i++)
        if (memcmp(bytes + i, "PK\x01\x02", 4) == 0)
            bytes[i + 10] = 14;
        else if (memcmp(bytes + i, "PK\x03\x04", 4) == 0)
            bytes[i + 8] = 14;
    table_is_refused(reading_of(NULL, bytes, length), -EBADMSG, "不是 Excel 使用的方式");
    free(bytes);
}

static void a_workbook_of_very_many_parts_is_refused(void **state)
{
    (void)state;
    struct table_part *parts = memory_get_zeroed(LIMIT_WORKBOOK_PARTS + 1, sizeof *parts);
    char(*names)[16] = memory_get_zeroed(LIMIT_WORKBOOK_PARTS + 1, sizeof *names);
    table_plain_parts(parts);
    for (int i = TABLE_PARTS; i <= LIMIT_WORKBOOK_PARTS; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        parts[i] = (struct table_part){names[i], "x", 1};
    }
    table_is(table_of_parts(parts, LIMIT_WORKBOOK_PARTS, NULL), "# 表\n1 [\"甲\"]\n");
    table_is_refused(table_of_parts(parts, LIMIT_WORKBOOK_PARTS + 1, NULL), -EFBIG, "内部的部件超过 4096 个");
    free(names);
    free(parts);
}

static void a_bomb_is_refused_by_its_ratio(void **state)
{
    (void)state;
    struct text sheet = TEXT_WITH_CEILING(64 << 20);
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    text_append_string(&sheet, "<worksheet xmlns=\"" TABLE_MAIN "\"><sheetData>");
    while (sheet.length < 33 << 20)
        text_append_string(
            &sheet, "<row/><row/><row/><row/><row/><row/><row/><row/><row/><row/><row/><row/>");
    text_append_string(&sheet, "</sheetData></worksheet>");
    parts[PART_STRINGS].bytes = text_string(&sheet);
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EFBIG, "疑似压缩炸弹");
    text_free(&sheet);
}

static void archives_that_are_no_workbook_say_what_they_are(void **state)
{
    (void)state;
    static const struct table_part any[] = {{"a.txt", "x", 1}};
    static const struct table_part ods[] = {
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0}, {"content.xml", "<x/>", 0}};
    struct table_part parts[TABLE_PARTS];
    table_is_refused(table_of_parts(any, 1, NULL), -EBADMSG, "不是 Excel 工作簿");
    table_is_refused(table_of_parts(ods, 2, NULL), -EBADMSG, ".ods");
    table_plain_parts(parts);
    parts[PART_RELATIONS].bytes =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
        "Id=\"r\" Type=\"x/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>";
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, ".xlsb");
    parts[PART_RELATIONS].bytes =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
        "Id=\"r\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, "不是 Excel 工作簿");
}

/* --- the workbook ----------------------------------------------------------------------------------------
 */

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    parts[PART_SHEET].name = "xl/elsewhere.xml";
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, "缺少部件 xl/sheet.xml");
    table_plain_parts(parts);
    parts[PART_WORKBOOK_RELATIONS].name = "xl/_rels/other.xml.rels";
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, "xl/workbook.xml 不是应有的内容");
    table_plain_parts(parts);
    parts[PART_SHEET].bytes = "<chartsheet xmlns=\"" TABLE_MAIN "\"/>";
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, "xl/sheet.xml 不是应有的内容");
}

static void a_workbook_without_a_visible_cell_is_refused(void **state)
{
    (void)state;
    table_is_refused(table_of_workbook(&(struct table_workbook){
                         .sheets = {"<row><c><v>1</v></c></row>"}, .states = {"hidden"}}),
        -EBADMSG, "没有可见的工作表");
    table_is_refused(table_of_sheet("<row r=\"1\"/>"), -EBADMSG, "文件是空的");
}

static void very_many_sheets_are_refused(void **state)
{
    (void)state;
    struct text workbook = TEXT_WITH_CEILING(1 << 20);
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    text_append_string(&workbook,
        "<workbook xmlns=\"" TABLE_MAIN "\" xmlns:r=\"http://schemas.openxmlformats.org/"
        "officeDocument/2006/relationships\"><sheets>");
    for (int i = 0; i <= LIMIT_WORKBOOK_SHEETS; i++)
        text_append_string(&workbook, "<sheet name=\"x\" state=\"hidden\" r:id=\"r1\"/>");
    text_append_string(&workbook, "</sheets></workbook>");
    parts[PART_WORKBOOK].bytes = text_string(&workbook);
    table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EFBIG, "工作表超过 256 个");
    text_free(&workbook);
}

/* --- XML -------------------------------------------------------------------------------------------------
 */

static void a_doctype_is_refused(void **state)
{
    (void)state;
    static const char *const doctypes[] = {
        "<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>",
        "<!DOCTYPE worksheet SYSTEM \"http://127.0.0.1:9/x.dtd\">",
        "<!DOCTYPE worksheet [<!ENTITY % x SYSTEM \"file:///etc/passwd\"> %x;]>",
    };
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    for (size_t i = 0; i < sizeof doctypes / sizeof doctypes[0]; i++) {
        struct text sheet = TEXT_WITH_CEILING(1000);
        text_append_format(
            &sheet, "%s<worksheet xmlns=\"" TABLE_MAIN "\"><sheetData/></worksheet>", doctypes[i]);
        parts[PART_SHEET].bytes = text_string(&sheet);
        table_is_refused(table_of_parts(parts, TABLE_PARTS, NULL), -EBADMSG, "DOCTYPE");
        text_free(&sheet);
    }
}

static void xml_that_is_none_is_refused_with_its_line(void **state)
{
    (void)state;
    struct text deep = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < 2000; i++)
        text_append_string(&deep, "<x>");
    table_is_refused(table_of_sheet("\n<row></c>"), -EBADMSG, "工作簿已损坏（xl/worksheets/sheet1.xml: ");
    table_is_refused(table_of_sheet("\n<row></c>"), -EBADMSG, "第 2 行");
    table_is_refused(table_of_sheet("<row a=\"1\" a=\"2\"/>"), -EBADMSG, "redefined");
    table_is_refused(table_of_sheet("<row>&unknown;</row>"), -EBADMSG, "unknown");
    table_is_refused(table_of_sheet("<row><c t=\"str\"><v>\x01</v></c></row>"), -EBADMSG, "工作簿已损坏");
    table_is_refused(table_of_sheet("<row><c t=\"str\"><v>\xff</v></c></row>"), -EBADMSG, "工作簿已损坏");
    table_is_refused(table_of_sheet(text_string(&deep)), -EBADMSG, "depth");
    text_free(&deep);
}

static void a_tag_or_a_text_of_any_size_is_not_taken(void **state)
{
    (void)state;
    struct text rows = TEXT_WITH_CEILING(4 << 20);
    text_append_string(&rows, "<row ");
    while (rows.length < LIMIT_XML_RUN_BYTES + 10000)
        text_append_format(&rows, "a%zu=\"\" ", rows.length);
    text_append_string(&rows, "/>");
    table_is_refused(table_of_sheet(text_string(&rows)), -EFBIG, "有一段超过 524288 字节");
    /* Without a tag between them the parts of a text are one. */
    text_clear(&rows);
    text_append_string(&rows, "<row><c t=\"str\"><v>");
    for (int i = 0; i < 3 * LIMIT_FIELD_BYTES / 100; i++)
        text_append_format(&rows, "%098d<!---->", i);
    text_append_string(&rows, "</v></c></row>");
    table_is_refused(table_of_sheet(text_string(&rows)), -EFBIG, "表1 的文字超过 262144 字节");
    text_free(&rows);
}

/* --- cells -----------------------------------------------------------------------------------------------
 */

static void rows_and_cells_out_of_their_places_are_refused(void **state)
{
    (void)state;
    static const char *const sheets[][2] = {
        {"<row r=\"2\"/><row r=\"2\"/>", "工作表 表1：第 2 行的行号不对"},
        {"<row r=\"2\"/><row r=\"1\"/>", "第 1 行的行号不对"},
        {"<row r=\"0\"/>", "行号不对"},
        {"<row r=\"-1\"/>", "行号不对"},
        {"<row r=\"1048577\"/>", "行号不对"},
        {"<row r=\"99999999999999999999\"/>", "行号不对"},
        {"<row r=\"1048576\"/><row/>", "行号不对"},
        {"<row r=\"1\"><c r=\"A2\"/></row>", "第 1 行：有单元格的位置不对"},
        {"<row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row>", "单元格的位置不对"},
        {"<row r=\"1\"><c r=\"XFE1\"/></row>", "单元格的位置不对"},
        {"<row r=\"1\"><c r=\"1\"/></row>", "单元格的位置不对"},
        {"<row r=\"1\"><c r=\"A\"/></row>", "单元格的位置不对"},
        {"<row r=\"1\"><c r=\"AAAAAAAAAAAAA1\"/></row>", "单元格的位置不对"},
        {"<row r=\"1\"><c r=\"XFD1\"/><c/></row>", "单元格的位置不对"},
        {"<row><c r=\"A3\"/><c r=\"B4\"/></row>", "单元格的位置不对"},
        {"<row r=\"9\"/><row><c r=\"A9\"/></row>", "单元格的位置不对"},
        {"<row><c t=\"zzz\"><v>1</v></c></row>", "单元格的类型不明"},
        {"<row><c t=\"s\"><v>0</v></c></row>", "引用了不存在的文字"},
        {"<row><c t=\"s\"><v>-1</v></c></row>", "引用了不存在的文字"},
        {"<row><c t=\"s\"><v>18446744073709551616</v></c></row>", "引用了不存在的文字"},
    };
    for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++)
        table_is_refused(table_of_sheet(sheets[i][0]), -EBADMSG, sheets[i][1]);
}

static void a_row_with_too_much_text_is_a_reject(void **state)
{
    (void)state;
    struct text strings = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&strings, "<si><t>");
    for (int i = 0; i < 20000; i++)
        text_append_string(&strings, "0123456789");
    text_append_string(&strings, "</t></si>");
    table_is(table_of_workbook(&(struct table_workbook){
                 .sheets = {"<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>"
                            "<row><c><v>1</v></c></row>"},
                 .strings = text_string(&strings)}),
        "# 表1\n1 内容过多：一格最多 256 KB，一行最多 512 KB\n2 [\"1\"]\n");
    text_free(&strings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_workbook_is_refused_wherever_it_is_cut),
        cmocka_unit_test(a_part_whose_checksum_is_wrong_is_refused),
        cmocka_unit_test(locked_doubled_and_strangely_packed_parts_are_refused),
        cmocka_unit_test(a_workbook_of_very_many_parts_is_refused),
        cmocka_unit_test(a_bomb_is_refused_by_its_ratio),
        cmocka_unit_test(archives_that_are_no_workbook_say_what_they_are),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_workbook_without_a_visible_cell_is_refused),
        cmocka_unit_test(very_many_sheets_are_refused),
        cmocka_unit_test(a_doctype_is_refused),
        cmocka_unit_test(xml_that_is_none_is_refused_with_its_line),
        cmocka_unit_test(a_tag_or_a_text_of_any_size_is_not_taken),
        cmocka_unit_test(rows_and_cells_out_of_their_places_are_refused),
        cmocka_unit_test(a_row_with_too_much_text_is_a_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
