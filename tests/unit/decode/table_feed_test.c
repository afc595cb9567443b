/* Tables of registers, CSV and workbooks: which row is the header, and where stands what is read. */
#include "reading.h"
#include "tables.h"

#include "m13/limits.h"
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

/* Columns as Japan's register has them: two are called 法人番号. */
#define CERTIFIED                                                                                              \
    "number = \"認証番号\"; holder = \"認証取得者*\"; decision_date = { from = \"認証年月日\"; " \
    "forms = [\"iso\"]; }; route = \"法人番号\"; status = \"法人番号#2\"; device_class = \"No?\";"
#define PLAIN                                                                                                \
    "number = \"NUMBER\"; holder = \"FIRM\"; decision_date = { from = \"DATE\"; forms = [\"iso\"]; };"       \
    "route = \"R\"; status = \"S\";"

#define CSV  "kind = \"csv\"; separator = \",\"; charset = \"utf-8\";"
#define BOOK "kind = \"xlsx\";"

static struct reading *read_csv(const char *fields, const char *payload)
{
    struct feed_definition *definition = reading_definition(CSV, fields, "");
    struct reading *reading = reading_of_text(definition, payload);
    feed_definition_free(definition);
    return reading;
}

static struct reading *read_book(
    const char *format, const char *fields, const struct table_workbook *workbook)
{
    char *bytes;
    struct feed_definition *definition = reading_definition(format, fields, "");
    size_t length = table_workbook_bytes(workbook, &bytes);
    struct reading *reading = reading_of(definition, bytes, length);
    feed_definition_free(definition);
    free(bytes);
    return reading;
}

/* A row of a sheet: `cells` parted by |. */
static void append_row(struct text *sheet, int number, const char *cells)
{
    text_append_format(sheet, "<row r=\"%d\">", number);
    for (const char *at = cells;; at++) {
        size_t length = strcspn(at, "|");
        text_append_format(sheet, "<c t=\"inlineStr\"><is><t>%.*s</t></is></c>", (int)length, at);
        at += length;
        if (*at == '\0')
            break;
    }
    text_append_string(sheet, "</row>");
}

/* One sheet of these lines, from row 1 on; the text is the caller's. */
static char *sheet_of(const char *lines)
{
    struct text sheet = TEXT_WITH_CEILING(1 << 20);
    char line[1000];
    for (int number = 1; *lines != '\0'; number++) {
        size_t length = strcspn(lines, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, lines);
        append_row(&sheet, number, line);
        lines += length + (lines[length] == '\n');
    }
    return text_take(&sheet);
}

static struct reading *read_sheet(const char *format, const char *fields, const char *lines)
{
    char *sheet = sheet_of(lines);
    struct reading *reading = read_book(format, fields, &(struct table_workbook){.sheets = {sheet}});
    free(sheet);
    return reading;
}

static void is(const char *line, const char *name, const char *expected)
{
    assert_non_null(line);
    const char *found = reading_member(line, name);
    assert_non_null(found);
    assert_string_equal(found, expected);
}

static void counts(const struct reading *reading, int64_t rows, int64_t rejected)
{
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, rows);
    assert_int_equal(reading->rejected, rejected);
}

static void refused(struct reading *reading, int code, const char *words)
{
    if (reading->code != code || strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got %d `%s`\n", words, reading->code, reading->failure.text);
    assert_int_equal(reading->code, code);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

/* --- the header ------------------------------------------------------------------------------------------
 */

static void titles_above_the_header_are_no_rows(void **state)
{
    (void)state;
    static const char lines[] = "認証品目リスト\n令和8年11月1日現在|||\n"
                                "Ｎｏ|認証番号|認証取得者（氏名）|認証年月日|法人番号|法人番号\n"
                                "1|A1|辰岚医疗|2026-10-01|one|two\n";
    struct reading *reading = read_sheet(BOOK, CERTIFIED, lines);
    counts(reading, 1, 0);
    const char *record = reading_line(reading, "record", 0);
    assert_non_null(strstr(record, "{\"row\":4,")); /* as the spreadsheet shows it */
    is(record, "number", "A1");
    is(record, "holder", "辰岚医疗"); /* the column's name goes on behind what the definition says */
    is(record, "route", "one");       /* the first of two columns of that name */
    is(record, "status", "two");      /* and the second */
    is(record, "device_class", "1");  /* full-width letters are letters */
    reading_free(reading);

    char csv[sizeof lines];
    memcpy(csv, lines, sizeof lines);
    for (char *at = csv; (at = strchr(at, '|')) != NULL;)
        *at = ',';
    reading = read_csv(CERTIFIED, csv);
    counts(reading, 1, 0);
    assert_non_null(strstr(reading_line(reading, "record", 0), "{\"row\":4,"));
    is(reading_line(reading, "record", 0), "status", "two");
    is(reading_line(reading, "record", 0), "device_class", "1");
    reading_free(reading);
}

static void columns_may_change_their_places(void **state)
{
    (void)state;
    struct reading *one = read_sheet(BOOK, PLAIN, "NUMBER|FIRM|DATE|R|S\nK1|F|2026-10-01|r|s\n");
    struct reading *other = read_sheet(BOOK, PLAIN, "S|NEW|DATE|R|FIRM|NUMBER\ns|x|2026-10-01|r|F|K1\n");
    counts(one, 1, 0);
    counts(other, 1, 0);
    assert_string_equal(reading_line(one, "record", 0), reading_line(other, "record", 0));
    assert_non_null(strstr(one->ending, "{\"shape\":\"NUMBER|FIRM|DATE|R|S\"}"));
    assert_non_null(strstr(other->ending, "{\"shape\":\"S|NEW|DATE|R|FIRM|NUMBER\"}"));
    reading_free(one);
    reading_free(other);
}

static void a_column_that_is_gone_is_named(void **state)
{
    (void)state;
    refused(read_sheet(BOOK, PLAIN, "title\nNUMBER|FIRM|DATUM|R|STATE\nK1|F|2026-10-01|r|s\n"), -EBADMSG,
        "no column `S`, `DATE` (sheet 表1, row 2), which the definition reads");
    refused(read_csv(PLAIN, "title\nNUMBER,FIRM,DATUM,R,STATE\nK1,F,2026-10-01,r,s\n"), -EBADMSG,
        "no column `S`, `DATE` (row 2), which the definition reads");
    refused(read_csv(PLAIN, "<html>\n<p>Wartung</p>\n"), -EBADMSG, "none of the first 20 rows");
    refused(read_sheet(BOOK, PLAIN, "a|b\n"), -EBADMSG, "none of the first 20 rows");
    /* One of two columns of a name is gone: which one is left cannot be told. */
    refused(read_csv(CERTIFIED, "No,認証番号,認証取得者,認証年月日,法人番号\n"), -EBADMSG,
        "no column `法人番号#2` (row 1)");
}

static void a_column_that_may_be_missing_is_empty(void **state)
{
    (void)state;
    struct reading *reading =
        read_csv(CERTIFIED, "認証番号,認証取得者,認証年月日,法人番号,法人番号\nA1,F,2026-10-01,1,2\n");
    counts(reading, 1, 0);
    assert_null(strstr(reading_line(reading, "record", 0), "device_class"));
    assert_non_null(strstr(reading->ending, "|法人番号|法人番号#2\"}"));
    reading_free(reading);
}

static void two_columns_of_a_name_that_is_read_once_are_refused(void **state)
{
    (void)state;
    refused(read_csv(PLAIN, "NUMBER,FIRM,DATE,R,S,ＦＩＲＭ\nK1,F,2026-10-01,r,s,G\n"), -EBADMSG,
        "`FIRM` stands twice in the header (row 1)");
    refused(read_csv(CERTIFIED, "認証番号,認証取得者（新）,認証取得者（旧）,認証年月日,法人番号,法人番号\n"),
        -EBADMSG, "`認証取得者*` stands twice");
    refused(read_csv(CERTIFIED, "認証番号,認証取得者1,認証取得者2,認証年月日,法人番号,法人番号\n"), -EBADMSG,
        "write `認証取得者*#1` or `#2`");
    /* But a column whose whole name it is, is meant. */
    struct reading *reading = read_csv(CERTIFIED,
        "認証番号,認証取得者コード,認証取得者,認証年月日,法人番号,法人番号\nA1,7,F,2026-10-01,1,2\n");
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "holder", "F");
    reading_free(reading);
    reading = read_csv("number = \"N#2\"; holder = \"F*#2\"; decision_date = { from = \"D\"; "
                       "forms = [\"iso\"]; }; route = \"R\"; status = \"S\";",
        "N,F1,F2,D,R,S,N\nK1,a,b,2026-10-01,r,s,K2\n");
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K2");
    is(reading_line(reading, "record", 0), "holder", "b");
    reading_free(reading);
}

static void a_columns_name_may_go_over_lines(void **state)
{
    (void)state;
    struct reading *reading =
        read_csv("number = \"NUMBER OF IT\"; holder = \"FIRM\"; decision_date = { from = \"D\"; "
                 "forms = [\"iso\"]; }; route = \"R\"; status = { from = \"S\"; after = \"b\\n\"; };",
            "\"NUMBER\r\n OF IT\",FIRM,D,R,S\nK1,F,2026-10-01,r,\"a b\nc\"\n");
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K1");
    reading_free(reading);
}

static void a_header_is_looked_for_in_the_first_rows_only(void **state)
{
    (void)state;
    struct text lines = TEXT_WITH_CEILING(4000);
    for (int i = 1; i < LIMIT_HEADER_ROWS; i++)
        text_append_string(&lines, "note\n");
    text_append_string(&lines, "NUMBER,FIRM,DATE,R,S\nK1,F,2026-10-01,r,s\n");
    struct reading *reading = read_csv(PLAIN, text_string(&lines));
    counts(reading, 1, 0);
    reading_free(reading);
    struct text later = TEXT_WITH_CEILING(4000);
    text_append_format(&later, "note\n%s", text_string(&lines));
    refused(read_csv(PLAIN, text_string(&later)), -EBADMSG, "none of the first 20 rows");
    text_free(&later);
    text_free(&lines);
}

static void a_header_too_wide_to_be_read_is_refused(void **state)
{
    (void)state;
    struct text csv = TEXT_WITH_CEILING(8000);
    text_append_string(&csv, "NUMBER,FIRM,DATE,R,S");
    for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
        text_append_format(&csv, ",c%d", i);
    text_append_string(&csv, "\n");
    refused(read_csv(PLAIN, text_string(&csv)), -EFBIG, "the header has 517 columns; at most 512");
    text_free(&csv);
}

/* --- workbooks -------------------------------------------------------------------------------------------
 */

#define ROWS "NUMBER|FIRM|DATE|R|S\nK1|F|2026-10-01|r|s\nK2|F|2026-10-02|r|s\n"

static void the_first_sheet_with_the_columns_is_read(void **state)
{
    (void)state;
    char *rows = sheet_of(ROWS), *notes = sheet_of("Notes\nNUMBER of things\n");
    char *other = sheet_of("NUMBER|FIRM|DATE|R|S\nK9|F|2026-10-01|r|s\n");
    struct table_workbook workbook = {
        .sheets = {notes, rows, other}, .names = {"Notes", "Approved", "Withdrawn"}};
    struct reading *reading = read_book(BOOK, PLAIN, &workbook);
    counts(reading, 2, 0);
    is(reading_line(reading, "record", 1), "number", "K2");
    reading_free(reading);

    reading = read_book(BOOK " sheet = \"With*\";", PLAIN, &workbook);
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K9");
    reading_free(reading);

    refused(read_book(BOOK " sheet = \"Not*\";", PLAIN, &workbook), -EBADMSG, "none of the first 20 rows");
    refused(read_book(BOOK " sheet = \"2026*\";", PLAIN, &workbook), -EBADMSG,
        "no sheet fits `2026*`; there are `Notes`, `Approved`, `Withdrawn`");
    workbook.states[1] = "hidden";
    reading = read_book(BOOK, PLAIN, &workbook);
    is(reading_line(reading, "record", 0), "number", "K9");
    reading_free(reading);
    free(rows);
    free(notes);
    free(other);
}

static void a_long_sheet_of_something_else_is_left(void **state)
{
    (void)state;
    struct text notes = TEXT_WITH_CEILING(1 << 20);
    for (int i = 1; i <= 300; i++)
        append_row(&notes, i, "NUMBER|FIRM|note");
    char *rows = sheet_of(ROWS);
    struct reading *reading =
        read_book(BOOK, PLAIN, &(struct table_workbook){.sheets = {text_string(&notes), rows}});
    counts(reading, 2, 0);
    reading_free(reading);
    /* Nothing else fits: what the nearest row lacked. */
    refused(read_book(BOOK, PLAIN, &(struct table_workbook){.sheets = {text_string(&notes)}}), -EBADMSG,
        "no column `R`, `S`, `DATE` (sheet 表1, row 1)");
    free(rows);
    text_free(&notes);
}

static void values_that_a_cell_cannot_hold_cost_their_row(void **state)
{
    (void)state;
    struct text sheet = TEXT_WITH_CEILING(1 << 16);
    append_row(&sheet, 1, "NUMBER|FIRM|DATE|R|S|X");
    text_append_string(&sheet, "<row r=\"2\"><c><v>12345678901234567890</v></c></row>"
                               "<row r=\"3\"><c><v>7</v></c><c t=\"e\"><v>#REF!</v></c></row>"
                               "<row r=\"5\"><c><v>8</v></c><c><f>A1</f></c></row>"
                               "<row r=\"6\"><c><v>9</v></c><c r=\"F6\" t=\"e\"><v>#REF!</v></c></row>");
    struct reading *reading =
        read_book(BOOK, PLAIN, &(struct table_workbook){.sheets = {text_string(&sheet)}});
    counts(reading, 1, 3);
    is(reading_line(reading, "reject", 0), "reason",
        "found a number of more digits than a cell holds: the last ones are lost");
    is(reading_line(reading, "reject", 0), "field", "NUMBER");
    is(reading_line(reading, "reject", 1), "reason", "found the failure of a formula");
    is(reading_line(reading, "reject", 1), "excerpt", "#REF!");
    is(reading_line(reading, "reject", 2), "reason", "found a formula without its value");
    assert_non_null(strstr(reading_line(reading, "reject", 2), "{\"row\":5,"));
    is(reading_line(reading, "record", 0), "number", "9"); /* nobody reads column X */
    reading_free(reading);
    text_free(&sheet);
}

static void days_counted_from_1904_are_refused_where_days_are_counted(void **state)
{
    (void)state;
    char *rows = sheet_of(ROWS);
    struct table_workbook workbook = {.properties = "<workbookPr date1904=\"1\"/>", .sheets = {rows}};
    struct reading *reading = read_book(BOOK, PLAIN, &workbook);
    counts(reading, 2, 0); /* dates by the cells' number format are right either way */
    reading_free(reading);
    refused(read_book(BOOK,
                "number = \"NUMBER\"; holder = \"FIRM\"; decision_date = { from = \"DATE\"; "
                "forms = [\"excel\"]; }; route = \"R\"; status = \"S\";",
                &workbook),
        -EBADMSG, "counts days from 1904");
    free(rows);
}

static void a_workbook_that_is_none_is_malformed(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(BOOK, PLAIN, "");
    refused(
        reading_of_text(definition, "<!DOCTYPE html><html></html>"), -EBADMSG, "archive is damaged or cut");
    refused(reading_of_text(definition, ""), -EBADMSG, "archive is damaged or cut");
    feed_definition_free(definition);
}

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void a_last_line_without_an_end_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *payload;
        bool unended;
    } cases[] = {
        {"NUMBER,FIRM,DATE,R,S\nK1,F,2026-10-01,r,s\n", false},
        {"NUMBER,FIRM,DATE,R,S\r\nK1,F,2026-10-01,r,s\r\n", false},
        {"NUMBER,FIRM,DATE,R,S\rK1,F,2026-10-01,r,s\r", false},
        {"NUMBER,FIRM,DATE,R,S\nK1,F,2026-10-01,r,s", true},
        {"NUMBER,FIRM,DATE,R,S\nK1,F,2026-10-01,r,\"s\"", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading *reading = read_csv(PLAIN, cases[i].payload);
        counts(reading, 1, 0);
        assert_non_null(strstr(reading->ending, cases[i].unended ? "\"unended\":true" : "\"unended\":false"));
        reading_free(reading);
    }
}

static void payloads_of_one_poll_have_one_shape(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(CSV, PLAIN, "");
    struct reading_desk *desk = reading_desk_new(definition);
    static const char one[] = "NUMBER,FIRM,DATE,R,S\nK1,F,2026-10-01,r,s";
    static const char other[] = "note\nS,R,DATE,FIRM,NUMBER,A|B\ns,r,2026-10-01,F,K2,x\n";
    reading_free(reading_on(desk, one, sizeof one - 1));
    struct reading *reading = reading_on(desk, other, sizeof other - 1);
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K2"); /* each payload has its own header */
    assert_non_null(strstr(reading->ending, "{\"shape\":\"NUMBER|FIRM|DATE|R|S|A/B\"}"));
    assert_non_null(strstr(reading->ending, "\"unended\":true")); /* the first was */
    reading_free(reading);
    reading_desk_free(desk);
    feed_definition_free(definition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_above_the_header_are_no_rows),
        cmocka_unit_test(columns_may_change_their_places),
        cmocka_unit_test(a_column_that_is_gone_is_named),
        cmocka_unit_test(a_column_that_may_be_missing_is_empty),
        cmocka_unit_test(two_columns_of_a_name_that_is_read_once_are_refused),
        cmocka_unit_test(a_columns_name_may_go_over_lines),
        cmocka_unit_test(a_header_is_looked_for_in_the_first_rows_only),
        cmocka_unit_test(a_header_too_wide_to_be_read_is_refused),
        cmocka_unit_test(the_first_sheet_with_the_columns_is_read),
        cmocka_unit_test(a_long_sheet_of_something_else_is_left),
        cmocka_unit_test(values_that_a_cell_cannot_hold_cost_their_row),
        cmocka_unit_test(days_counted_from_1904_are_refused_where_days_are_counted),
        cmocka_unit_test(a_workbook_that_is_none_is_malformed),
        cmocka_unit_test(a_last_line_without_an_end_is_told),
        cmocka_unit_test(payloads_of_one_poll_have_one_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
