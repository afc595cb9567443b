/* Workbooks: what a person sees in their cells is what comes. */
#include "tables.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(cells) "<row r=\"1\">" cells "</row>"

/* --- texts -----------------------------------------------------------------------------------------------
 */

static void shared_texts_are_put_together_and_their_readings_left_out(void **state)
{
    (void)state;
    table_is(table_of_workbook(&(struct table_workbook){
                 .sheets = {ROWS("<c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v> 2 </v></c>"
                                 "<c r=\"C1\" t=\"s\"><v>1</v></c><c r=\"D1\" t=\"s\"><v>3</v></c>")},
                 .strings = "<si><t xml:space=\"preserve\"> 甲 </t></si>"
                            "<si><r><rPr><b/></rPr><t>北京</t></r><r><t>虚构</t></r><rPh sb=\"0\" "
                            "eb=\"2\"><t>ペキン</t></rPh>"
                            "<phoneticPr fontId=\"1\"/></si><si><t>a_x000D_\nb_x005F_x000D_ _x4E01_</t></si>"
                            "<si><t>&lt;&amp;&quot;&#x4e19;<![CDATA[<丁>]]></t></si>"}),
        "# 表1\n1 [\"甲\",\"a\\nb_x000D_ 丁\",\"北京虚构\",\"<&\\\"丙<丁>\"]\n");
}

static void texts_may_stand_in_their_cells(void **state)
{
    (void)state;
    table_is(
        table_of_sheet(ROWS(
            "<c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c>"
            "<c r=\"B1\" t=\"inlineStr\"><is><r><t>乙</t></r><r><t>丙</t></r><rPh><t>x</t></rPh></is></c>"
            "<c r=\"C1\" t=\"str\"><v> 1,234.50 </v></c>"
            "<c r=\"D1\" t=\"inlineStr\"><is><t/></is></c>")),
        "# 表1\n1 [\"甲\",\"乙丙\",\"1,234.50\"]\n");
}

/* --- numbers, dates, truths, formulas --------------------------------------------------------------------
 */

static void numbers_come_as_a_person_sees_them(void **state)
{
    (void)state;
    table_is(
        table_of_sheet(ROWS("<c><v>0.30000000000000004</v></c><c><v>1E+5</v></c><c t=\"n\"><v>-12.5</v></c>"
                            "<c><v>9.1110108000000002E+17</v></c><c><v>91110108000000</v></c><c><v>x</v></c>"
                            "<c><v></v></c><c/>")),
        "# 表1\n1 [\"0.3\",\"100000\",\"-12.5\",{\"number\":\"911101080000000000\"},\"91110108000000\","
        "{\"error\":\"x\"}]\n");
}

#define STYLED                                                                                               \
    .formats =                                                                                               \
        "<numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"    \
        "<numFmt numFmtId=\"14\" formatCode=\"0.00\"/>",                                                     \
    .styles = "<xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/>"         \
              "<xf numFmtId=\"57\"/><xf numFmtId=\"9\"/><xf numFmtId=\"20\"/>"

static void the_style_of_a_cell_tells_what_its_number_is(void **state)
{
    (void)state;
    static const char cells[] =
        ROWS("<c s=\"0\"><v>46086</v></c><c s=\"1\"><v>46086</v></c><c s=\"2\"><v>46086</v></c>"
             "<c s=\"3\"><v>46086.572916666664</v></c><c s=\"4\"><v>46082</v></c><c "
             "s=\"5\"><v>0.60000000000000009</v></c>"
             "<c s=\"6\"><v>0.572916666666667</v></c><c s=\"99\"><v>46086</v></c><c s=\"1\"><v>60</v></c>");
    table_is(table_of_workbook(&(struct table_workbook){.sheets = {cells}, STYLED}),
        "# 表1\n1 [\"46086\",\"2026-03-05\",\"46086\",\"2026-03-05 "
        "13:45\",\"2026-03\",\"60%\",\"13:45\",\"46086\","
        "{\"error\":\"1900-02-29\"}]\n");
    table_is(table_of_workbook(&(struct table_workbook){.properties = "<workbookPr date1904=\"1\"/>",
                 .sheets = {ROWS("<c s=\"1\"><v>44624</v></c><c><v>44624</v></c>")},
                 STYLED}),
        "# 表1 1904\n1 [\"2026-03-05\",\"44624\"]\n");
}

static void truths_errors_and_iso_dates_have_types_of_their_own(void **state)
{
    (void)state;
    table_is(
        table_of_sheet(ROWS("<c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#REF!</v></c>"
                            "<c t=\"d\"><v>2026-03-05</v></c><c t=\"d\"><v>2026-03-05T13:45:10.5Z</v></c>"
                            "<c t=\"d\"><v>2026-03-05T00:00:00</v></c>")),
        "# 表1\n1 [\"TRUE\",\"FALSE\",{\"error\":\"#REF!\"},\"2026-03-05\",\"2026-03-05 "
        "13:45\",\"2026-03-05\"]\n");
}

static void formulas_are_their_values(void **state)
{
    (void)state;
    table_is(table_of_sheet(
                 ROWS("<c><f>A2*2</f><v>2469</v></c><c t=\"str\"><f>A2</f><v>甲</v></c>"
                      "<c t=\"str\"><f>IF(1,\"\")</f><v></v></c><c><f t=\"shared\" si=\"0\"/><v>0</v></c>")),
        "# 表1\n1 [\"2469\",\"甲\",\"\",\"0\"]\n");
}

static void formulas_that_nobody_has_computed_are_errors(void **state)
{
    (void)state;
    static const char missing[] = "{\"error\":\"公式没有计算结果\"}";
    char expected[200];
    snprintf(expected, sizeof expected, "# 表1\n1 [%s,%s,%s]\n", missing, missing, missing);
    table_is(
        table_of_sheet(ROWS("<c><f>A9</f></c><c><f>A9</f><v/></c><c t=\"str\"><f>A9</f></c>")), expected);
    /* A library that computes nothing writes 0, and says that Excel should compute. */
    snprintf(expected, sizeof expected, "# 表1\n1 [%s,\"7\",\"0\"]\n", missing);
    table_is(table_of_workbook(&(struct table_workbook){
                 .sheets = {ROWS("<c><f>A9</f><v>0</v></c><c><f>3+4</f><v>7</v></c><c><v>0</v></c>")},
                 .behind = "<calcPr calcId=\"124519\" fullCalcOnLoad=\"1\"/>"}),
        expected);
}

/* --- places ----------------------------------------------------------------------------------------------
 */

static void rows_and_cells_may_have_no_place(void **state)
{
    (void)state;
    table_is(
        table_of_sheet(
            "<row><c><v>1</v></c><c r=\"D1\"><v>2</v></c><c><v>3</v></c></row><row/>"
            "<row r=\"7\"><c><v>4</v></c></row><row><c r=\"B9\"><v>5</v></c><c r=\"A9\"><v>6</v></c></row>"),
        "# 表1\n1 [\"1\",\"\",\"\",\"2\",\"3\"]\n7 [\"4\"]\n9 [\"6\",\"5\"]\n");
}

static void blank_rows_and_blanks_at_the_end_are_left_out(void **state)
{
    (void)state;
    table_is(table_of_sheet(
                 "<row r=\"2\" s=\"3\"><c r=\"A2\" s=\"1\"/><c r=\"XFD2\"/></row>"
                 "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"C3\" t=\"inlineStr\"><is><t>　</t></is></c>"
                 "<c r=\"XFD3\" s=\"1\"/></row>"),
        "# 表1\n3 [\"\",\"1\"]\n");
}

static void a_cell_far_to_the_right_costs_its_row(void **state)
{
    (void)state;
    /* SR is column 512. */
    struct reading *reading = table_of_sheet(
        "<row r=\"1\"><c r=\"SR1\"><v>2</v></c></row><row r=\"2\"><c r=\"SS2\"><v>2</v></c></row>"
        "<row r=\"3\"><c r=\"SR3\"/><c r=\"SS3\"/></row><row r=\"4\"><c><v>4</v></c></row>");
    assert_int_equal(reading->rows, 2);
    const char *first = reading_line(reading, "row", 0);
    size_t cells = 1;
    for (const char *at = strstr(first, "\"cells\":"); *at != '\0'; at++)
        cells += *at == ',';
    assert_int_equal(cells, LIMIT_CSV_COLUMNS);
    assert_string_equal(
        reading_member(reading_line(reading, "row", 1), "reason"), "第 512 列以后还有内容：一行最多 512 列");
    assert_string_equal(reading_line(reading, "row", 2), "{\"row\":4,\"cells\":[\"4\"]}");
    reading_free(reading);
}

/* --- workbooks -------------------------------------------------------------------------------------------
 */

static void visible_sheets_come_in_order(void **state)
{
    (void)state;
    static const struct table_workbook workbook = {
        .sheets = {ROWS("<c><v>1</v></c>"), ROWS("<c><v>2</v></c>"), ROWS("<c><v>3</v></c>"),
            ROWS("<c><v>4</v></c>")},
        .states = {NULL, "hidden", "veryHidden", NULL}};
    table_is(table_of_workbook(&workbook), "# 表1\n1 [\"1\"]\n# 表4\n1 [\"4\"]\n");
}

static void the_strict_form_of_the_standard_is_the_same(void **state)
{
    (void)state;
    table_is(table_of_workbook(&(struct table_workbook){.strict = true,
                 .absolute = true,
                 .properties = "<workbookPr date1904=\"false\"/>",
                 .sheets = {ROWS("<c t=\"s\"><v>0</v></c><c s=\"1\"><v>46086</v></c>")},
                 .strings = "<si><t>甲</t></si>",
                 STYLED}),
        "# 表1\n1 [\"甲\",\"2026-03-05\"]\n");
}

static void what_is_of_other_namespaces_is_passed_over(void **state)
{
    (void)state;
    table_is(table_of_sheet("<row r=\"1\" xmlns:x=\"urn:other\"><x:c><v>9</v></x:c><c><x:v>8</x:v><v>1</v>"
                            "<extLst><ext><v>7</v></ext></extLst></c></row>"),
        "# 表1\n1 [\"1\"]\n");
    struct table_part parts[TABLE_PARTS + 1];
    table_plain_parts(parts);
    parts[PART_SHEET].bytes = "<w:worksheet xmlns:w=\"" TABLE_MAIN
                              "\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\">"
                              "<mc:AlternateContent><mc:Choice><w:sheetData><w:row><w:c><w:v>9</w:v></w:c></"
                              "w:row></w:sheetData></mc:Choice>"
                              "</mc:AlternateContent><w:sheetData><w:row><w:c><w:v>1</w:v></w:c></w:row></"
                              "w:sheetData></w:worksheet>";
    parts[TABLE_PARTS] = (struct table_part){"xl/media/图片1.png", "\x89PNG", 4};
    table_is(table_of_parts(parts, TABLE_PARTS + 1, NULL), "# 表\n1 [\"1\"]\n");
}

static void parts_are_found_however_they_are_named(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    table_is(table_of_parts(parts, TABLE_PARTS, "zip:compression=store"), "# 表\n1 [\"甲\"]\n");
    parts[PART_RELATIONS].name =
        "[Content_Types].xml"; /* without relations of its own the usual place is meant */
    parts[PART_SHEET].name = "XL\\Sheet.XML";
    table_is(table_of_parts(parts, TABLE_PARTS, NULL), "# 表\n1 [\"甲\"]\n");
}

/* Pictures in GB18030, as packers on Windows leave them. */
static void names_in_another_character_set_do_no_harm(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS + 2];
    table_plain_parts(parts);
    parts[TABLE_PARTS] = (struct table_part){"xl/media/\xcd\xbc\xc6\xac.png", "1", 1};
    parts[TABLE_PARTS + 1] = (struct table_part){"xl/media/\xd5\xd5\xc6\xac.png", "2", 1};
    table_is(table_of_parts(parts, TABLE_PARTS + 2, NULL), "# 表\n1 [\"甲\"]\n");
}

static void signs_in_a_sheets_name_are_themselves(void **state)
{
    (void)state;
    table_is(table_of_workbook(&(struct table_workbook){.sheets = {"<row><c><v>1</v></c></row>"},
                 .names = {"R&amp;D &lt;&#x5317;&#20140;&gt; &quot;&apos;"}}),
        "# R&D <北京> \"'\n1 [\"1\"]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_in_a_sheets_name_are_themselves),
        cmocka_unit_test(shared_texts_are_put_together_and_their_readings_left_out),
        cmocka_unit_test(texts_may_stand_in_their_cells),
        cmocka_unit_test(numbers_come_as_a_person_sees_them),
        cmocka_unit_test(the_style_of_a_cell_tells_what_its_number_is),
        cmocka_unit_test(truths_errors_and_iso_dates_have_types_of_their_own),
        cmocka_unit_test(formulas_are_their_values),
        cmocka_unit_test(formulas_that_nobody_has_computed_are_errors),
        cmocka_unit_test(rows_and_cells_may_have_no_place),
        cmocka_unit_test(blank_rows_and_blanks_at_the_end_are_left_out),
        cmocka_unit_test(a_cell_far_to_the_right_costs_its_row),
        cmocka_unit_test(visible_sheets_come_in_order),
        cmocka_unit_test(the_strict_form_of_the_standard_is_the_same),
        cmocka_unit_test(what_is_of_other_namespaces_is_passed_over),
        cmocka_unit_test(parts_are_found_however_they_are_named),
        cmocka_unit_test(names_in_another_character_set_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
