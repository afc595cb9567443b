/* CSV as registers publish it and as people save it. */
#include "reading.h"

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

#define FIELDS                                                                                               \
    "number = \"NUMBER\"; holder = \"FIRM\"; decision_date = { from = \"DATE\"; forms = [\"us\"]; };"        \
    "route = \"R\"; status = \"S\";"
#define HEADER "NUMBER|FIRM|DATE|R|S\n"

static struct reading *read_feed(const char *settings, const char *payload)
{
    struct text format = TEXT_WITH_CEILING(1000);
    text_append_format(&format, "kind = \"csv\"; %s", settings);
    struct feed_definition *definition = reading_definition(text_string(&format), FIELDS, "");
    struct reading *reading = reading_of_text(definition, payload);
    feed_definition_free(definition);
    text_free(&format);
    return reading;
}

#define PIPES  "separator = \"|\"; quote = \"none\"; charset = \"windows-1252\";"
#define COMMAS "separator = \",\"; charset = \"utf-8\";"

static void is(const char *line, const char *name, const char *expected)
{
    assert_non_null(line);
    const char *found = reading_member(line, name);
    assert_non_null(found);
    assert_string_equal(found, expected);
}

static void refused(struct reading *reading, int code, const char *words)
{
    assert_int_equal(reading->code, code);
    if (strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got `%s`\n", words, reading->failure.text);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void quotes_are_data_where_the_register_has_none(void **state)
{
    (void)state;
    struct reading *reading =
        read_feed(PIPES, "\r\n" HEADER "\"K1|\"Firm\" \x93X\x94|01/05/2026|r|s\r\n\r\nK2|F|||\r\n");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    is(reading_line(reading, "record", 0), "number", "\"K1");
    is(reading_line(reading, "record", 0), "holder", "\"Firm\" “X”");
    is(reading_line(reading, "record", 0), "decision_date", "2026-01-05");
    /* Counted as a spreadsheet shows them: an empty line, the header, the row, an empty line. */
    assert_non_null(strstr(reading_line(reading, "record", 0), "{\"row\":3,"));
    assert_non_null(strstr(reading_line(reading, "record", 1), "{\"row\":5,"));
    reading_free(reading);
}

static void quoted_cells_may_hold_separators_and_line_breaks(void **state)
{
    (void)state;
    struct reading *reading = read_feed(COMMAS,
        "S,R,DATE,FIRM,NUMBER\ns,r,01/05/2026,\"Firm, \"\"Inc.\"\"\nBeijing\",K1\ns,r,01/05/2026,F,K2");
    assert_int_equal(reading->rows, 2);
    is(reading_line(reading, "record", 0), "holder", "Firm, \"Inc.\" Beijing");
    is(reading_line(reading, "record", 1), "number", "K2");
    assert_non_null(strstr(reading_line(reading, "record", 1), "{\"row\":3,"));
    reading_free(reading);
}

static void a_row_of_another_width_is_a_reject(void **state)
{
    (void)state;
    struct reading *reading =
        read_feed(PIPES, HEADER "K1|F|01/05/2026|r|s\nK2|F|too|01/05/2026|r|s\nK3|F\nK4|F|||");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    assert_int_equal(reading->rejected, 2);
    is(reading_line(reading, "reject", 0), "reason", "found 6 cells, the header has 5");
    is(reading_line(reading, "reject", 0), "excerpt", "K2");
    is(reading_line(reading, "reject", 1), "reason", "found 2 cells, the header has 5");
    reading_free(reading);
}

static void a_header_without_a_column_that_is_read_is_refused(void **state)
{
    (void)state;
    refused(read_feed(PIPES, "NUMBER|FIRM|DATE|R|STATE\nK1|||||\n"), -EBADMSG, "no column `S`");
    refused(read_feed(PIPES, "NUMBER|FIRM|DATE|R|S|FIRM\n"), -EBADMSG, "`FIRM` stands twice");
    refused(read_feed(PIPES, "\n\n"), -EBADMSG, "empty");
    refused(read_feed(PIPES, ""), -EBADMSG, "empty");
    struct reading *reading = read_feed(PIPES, " NUMBER |FIRM|DATE|R|S|X|X\nK1|||||x|x\n");
    assert_int_equal(reading->rows, 1); /* what nobody reads may be called what it likes */
    reading_free(reading);
}

static void a_bare_quote_in_a_quoted_cell_is_a_reject(void **state)
{
    (void)state;
    struct reading *reading = read_feed(COMMAS,
        "NUMBER,FIRM,DATE,R,S\nK1,\"5\" tube\",,,\nK2,5\" tube,,,\nK3, \"F\" ,,,\nK4,\"F\" \"x\",,,\n");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    assert_int_equal(reading->rejected, 2);
    is(reading_line(reading, "reject", 0), "reason", "a quote inside a quoted cell is not doubled");
    is(reading_line(reading, "record", 0), "holder", "5\" tube"); /* in a plain cell a quote is a character */
    is(reading_line(reading, "record", 1), "holder", "F");
    assert_non_null(strstr(reading_line(reading, "reject", 1), "{\"row\":5,"));
    reading_free(reading);
}

static void a_stray_quote_cannot_swallow_rows(void **state)
{
    (void)state;
    /* Five cells, as the header has; but two rows are in them. */
    refused(read_feed(COMMAS, "NUMBER,FIRM,DATE,R,S\nK1,\"never\nclosed,,,\nK2,\"F\",,,\n"), -EBADMSG,
        "row 2: its quotes do not pair");
    refused(reading_of_text(NULL, "a,b\n1,\"x\n2,\"y\"\n3,z\n"), -EBADMSG, "row 2: its quotes do not pair");
}

static void a_quote_that_is_never_closed_is_refused(void **state)
{
    (void)state;
    refused(
        read_feed(COMMAS, "NUMBER,FIRM,DATE,R,S\nK1,\"F,,,\nK2,F,,,\n"), -EBADMSG, "row 2: a quote opens");
    struct text payload = TEXT_WITH_CEILING(4 << 20);
    text_append_string(&payload, "NUMBER,FIRM,DATE,R,S\nK1,\"F,,,\n");
    for (int i = 0; i < 40000; i++)
        text_append_string(&payload, "K2,F,,,\n");
    refused(read_feed(COMMAS, text_string(&payload)), -EFBIG, "row 2: a cell of more than");
    text_free(&payload);
}

static void a_row_of_very_many_cells_is_a_reject(void **state)
{
    (void)state;
    struct text payload = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&payload, HEADER);
    for (int i = 0; i < 1000000; i++)
        text_append_character(&payload, '|');
    text_append_string(&payload, "\nK2|F|||\n");
    struct reading *reading = read_feed(PIPES, text_string(&payload));
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    is(reading_line(reading, "reject", 0), "reason", "found 1000001 cells, the header has 5");
    reading_free(reading);

    text_clear(&payload);
    text_append_string(&payload, HEADER "K1");
    for (int i = 0; i < 500; i++) {
        text_append_character(&payload, '|');
        for (int j = 0; j < 1000; j++)
            text_append_string(&payload, "0123456789");
    }
    text_append_string(&payload, "\nK2|F|||\n");
    reading = read_feed(PIPES, text_string(&payload));
    assert_int_equal(reading->rows, 1);
    is(reading_line(reading, "reject", 0), "reason", "found 501 cells of too many bytes, the header has 5");
    reading_free(reading);
    text_free(&payload);
}

/* --- local tables ----------------------------------------------------------------------------------------
 */

static void tables_give_cells_under_their_headers(void **state)
{
    (void)state;
    struct reading *reading = reading_of_text(
        NULL, "\xef\xbb\xbf企业名称, 统一社会信用代码 ,别名\n\n北京虚构医疗公司,9111,\"甲\n乙\"\n");
    assert_int_equal(reading->code, 0);
    assert_non_null(strstr(reading->lines[0], "\"columns\":[\"企业名称\",\"统一社会信用代码\",\"别名\"]"));
    assert_string_equal(reading_line(reading, "cells", 0),
        "{\"row\":3,\"cells\":{\"企业名称\":\"北京虚构医疗公司\","
        "\"统一社会信用代码\":\"9111\",\"别名\":\"甲\\n乙\"}}");
    reading_free(reading);
}

static void a_table_without_rows_tells_its_columns(void **state)
{
    (void)state;
    struct reading *reading = reading_of_text(NULL, "uscc,name_zh");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 0);
    assert_non_null(strstr(reading->lines[0], "\"columns\":[\"uscc\",\"name_zh\"]"));
    reading_free(reading);
}

static void gb18030_is_what_is_no_utf8(void **state)
{
    (void)state;
    struct reading *reading =
        reading_of_text(NULL, "\xc6\xf3\xd2\xb5\xc3\xfb\xb3\xc6,uscc\r\n\xb1\xb1\xbe\xa9,1\r\n");
    is(reading_line(reading, "cells", 0), "企业名称", "北京");
    assert_int_equal(reading->replaced, 0);
    reading_free(reading);
    /* With a mark it is UTF-8, whatever else is wrong with it. */
    reading = reading_of_text(NULL, "\xef\xbb\xbfname\n\xb1\xb1\n");
    is(reading_line(reading, "cells", 0), "name", "\xef\xbf\xbd\xef\xbf\xbd");
    assert_int_equal(reading->replaced, 2);
    reading_free(reading);
    /* Overlong forms, half a surrogate pair and what is beyond Unicode are none either. */
    static const char *const almost[][2] = {
        {"name\n\xe0\x80\x81\x40\n", "鄝丂"},
        {"name\n\xed\xa0\x81\x40\n", "頎丂"},
        {"name\n\xf4\x90\x81\x82\n", "魫亗"},
        {"name\n\xf0\x84\x81\x82\n", "饎亗"},
        {"name\n\xc1\x81\n", "羴"},
    };
    for (size_t i = 0; i < sizeof almost / sizeof almost[0]; i++) {
        reading = reading_of_text(NULL, almost[i][0]);
        is(reading_line(reading, "cells", 0), "name", almost[i][1]);
        reading_free(reading);
    }
    /* A cut character is no UTF-8. */
    reading = reading_of_text(NULL, "name\n\xe5\x8c");
    is(reading_line(reading, "cells", 0), "name", "鍖");
    reading_free(reading);
}

static void the_header_line_tells_the_separator(void **state)
{
    (void)state;
    static const char *const tables[] = {
        "a,b\n1;x,2\n", "a;b\n\"1;x\";2,0\n", "a\tb\n1;x\t2\n", "\"a;c;d\",b\n1,2\n"};
    static const char *const expected[][2] = {{"1;x", "2"}, {"1;x", "2,0"}, {"1;x", "2"}, {NULL, "2"}};
    for (size_t i = 0; i < 4; i++) {
        struct reading *reading = reading_of_text(NULL, tables[i]);
        assert_int_equal(reading->rows, 1);
        if (expected[i][0] != NULL)
            is(reading_line(reading, "cells", 0), "a", expected[i][0]);
        is(reading_line(reading, "cells", 0), "b", expected[i][1]);
        reading_free(reading);
    }
    struct reading *reading = reading_of_text(NULL, "only\n1\n2\n");
    assert_int_equal(reading->rows, 2);
    reading_free(reading);
}

static void missing_cells_are_blank_and_too_many_are_a_reject(void **state)
{
    (void)state;
    struct reading *reading = reading_of_text(NULL, ",,\na,b\n1\n1,2,,,\n1,2,3\n,,,\n ,　\n4,5\n");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 3);
    assert_int_equal(reading->rejected, 1);
    is(reading_line(reading, "cells", 0), "b", "");
    is(reading_line(reading, "reject", 0), "reason",
        "found 3 cells, the header names 2 columns; there is text in cell 3, which has no header");
    assert_non_null(strstr(reading_line(reading, "reject", 0), "{\"row\":5,"));
    assert_non_null(strstr(reading_line(reading, "cells", 2), "{\"row\":8,"));
    reading_free(reading);
    /* A column without a name may be empty. */
    reading = reading_of_text(NULL, "a,,b\n1,,2\n1,x,2\n");
    assert_int_equal(reading->rows, 1);
    assert_int_equal(reading->rejected, 1);
    reading_free(reading);
}

static void a_doubled_header_is_refused(void **state)
{
    (void)state;
    refused(reading_of_text(NULL, "uscc,name, uscc\n1,2,3\n"), -EBADMSG, "column `uscc` stands twice");
}

static void what_is_no_csv_says_what_it_is(void **state)
{
    (void)state;
    refused(reading_of(NULL, "PK\x03\x04\x14\0", 6), -EBADMSG, "Excel workbook (XLSX)");
    refused(reading_of(NULL, "\xd0\xcf\x11\xe0\xa1\xb1", 6), -EBADMSG, "old Excel workbook");
    refused(reading_of(NULL,
                "\xff\xfe"
                "a\0,\0",
                6),
        -EBADMSG, "UTF-16");
    refused(reading_of(NULL, "a,b\n1,\0\n", 8), -EBADMSG, "NUL bytes");
    refused(reading_of_text(NULL, ""), -EBADMSG, "empty");
    refused(reading_of_text(NULL, "\n ,\n"), -EBADMSG, "empty");
}

static void a_table_row_too_large_is_a_reject(void **state)
{
    (void)state;
    struct text payload = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&payload, "a,b,c\n");
    for (int cell = 0; cell < 3; cell++) {
        for (int i = 0; i < 20000; i++)
            text_append_string(&payload, "0123456789");
        text_append_character(&payload, cell < 2 ? ',' : '\n');
    }
    text_append_string(&payload, "1,2,3\n");
    struct reading *reading = reading_of_text(NULL, text_string(&payload));
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_int_equal(reading->rejected, 1);
    reading_free(reading);
    text_free(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_are_data_where_the_register_has_none),
        cmocka_unit_test(quoted_cells_may_hold_separators_and_line_breaks),
        cmocka_unit_test(a_row_of_another_width_is_a_reject),
        cmocka_unit_test(a_header_without_a_column_that_is_read_is_refused),
        cmocka_unit_test(a_bare_quote_in_a_quoted_cell_is_a_reject),
        cmocka_unit_test(a_stray_quote_cannot_swallow_rows),
        cmocka_unit_test(a_quote_that_is_never_closed_is_refused),
        cmocka_unit_test(a_row_of_very_many_cells_is_a_reject),
        cmocka_unit_test(tables_give_cells_under_their_headers),
        cmocka_unit_test(a_table_without_rows_tells_its_columns),
        cmocka_unit_test(gb18030_is_what_is_no_utf8),
        cmocka_unit_test(the_header_line_tells_the_separator),
        cmocka_unit_test(missing_cells_are_blank_and_too_many_are_a_reject),
        cmocka_unit_test(a_doubled_header_is_refused),
        cmocka_unit_test(what_is_no_csv_says_what_it_is),
        cmocka_unit_test(a_table_row_too_large_is_a_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
