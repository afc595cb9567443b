/* CSV as registers publish it. */
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

static void a_cell_over_the_limit_costs_its_row(void **state)
{
    (void)state;
    struct text payload = TEXT_WITH_CEILING(4 << 20);
    text_append_string(&payload, "NUMBER,FIRM,DATE,R,S\nK1,\"");
    for (int i = 0; i < 40000; i++)
        text_append_string(&payload, "0123456789");
    text_append_string(&payload, " \"\"x\"\" y\",,,\nK2,");
    for (int i = 0; i < 40000; i++)
        text_append_string(&payload, "0123456 \"\"");
    text_append_string(&payload, ",,,\nK3,F,,,\n");
    struct reading *reading = read_feed(COMMAS, text_string(&payload));
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_int_equal(reading->rejected, 2);
    is(reading_line(reading, "reject", 1), "reason", "found 5 cells of too many bytes, the header has 5");
    is(reading_line(reading, "record", 0), "number", "K3");
    reading_free(reading);
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
        cmocka_unit_test(a_cell_over_the_limit_costs_its_row),
        cmocka_unit_test(a_row_of_very_many_cells_is_a_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
