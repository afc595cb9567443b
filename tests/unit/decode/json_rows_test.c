/* JSON documents as registers and their enemies write them. */
#include "reading.h"

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

#define GOOD(number)                                                                                         \
    "{\"number\":\"" number "\",\"holder\":\"Firm " number "\",\"date\":\"2026-01-05\",\"route\":\"510k\","  \
    "\"status\":\"active\"}"

static struct feed_definition *definition;

static int set_up(void **state)
{
    (void)state;
    definition = reading_plain_definition();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    feed_definition_free(definition);
    return 0;
}

/* The document is read to its end, with so many records and rejects. */
static struct reading *read_whole(const char *document, int64_t rows, int64_t rejected)
{
    struct reading *reading = reading_of_text(definition, document);
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, rows);
    assert_int_equal(reading->rejected, rejected);
    assert_non_null(reading_line(reading, "done", 0));
    return reading;
}

/* The document as a whole is refused, with these words. */
static void refuse(const char *document, size_t length, int code, const char *words)
{
    struct reading *reading = reading_of(definition, document, length);
    assert_int_equal(reading->code, code);
    if (strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got `%s`\n", words, reading->failure.text);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void refuse_text(const char *document, const char *words)
{
    refuse(document, strlen(document), -EBADMSG, words);
}

/* One bad row between two good ones is one reject, which says these words. */
static void reject_row(const char *row, const char *words)
{
    struct text document = TEXT_WITH_CEILING(64 << 20);
    text_append_format(&document, "{\"results\":[" GOOD("K1") ",\n");
    text_append_string(&document, row);
    text_append_format(&document, ",\n" GOOD("K3") "]}");
    struct reading *reading = read_whole(text_string(&document), 2, 1);
    const char *reject = reading_line(reading, "reject", 0);
    if (strstr(reading_member(reject, "reason"), words) == NULL)
        print_error("expected `%s`, got `%s`\n", words, reading_member(reject, "reason"));
    assert_non_null(strstr(reading_member(reject, "reason"), words));
    assert_non_null(strstr(reject, "{\"row\":2,"));
    assert_string_equal(reading_member(reading_line(reading, "record", 1), "number"), "K3");
    reading_free(reading);
    text_free(&document);
}

static void rows_come_out_in_order_with_their_numbers(void **state)
{
    (void)state;
    struct reading *reading = read_whole("{\"results\":[" GOOD("K1") "," GOOD("K2") "]}", 2, 0);
    assert_non_null(
        strstr(reading_line(reading, "record", 0), "{\"row\":1,\"record\":{\"authority\":\"FDA\""));
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "number"), "K1");
    assert_non_null(strstr(reading_line(reading, "record", 1), "{\"row\":2,"));
    reading_free(reading);
}

static void total_and_date_are_told_wherever_they_stand(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "{\"meta\":{\"total\":41,\"as_of\":\"2026-01-12\"},\"results\":[" GOOD("K1") "]}",
        "{\"results\":[" GOOD("K1") "],\"meta\":{\"as_of\":\"2026-01-12\",\"total\":\"41\"}}",
    };
    static const char told[] = "{\"page\":0,\"total\":41,\"as_of\":\"2026-01-12\"}";
    for (int i = 0; i < 2; i++) {
        struct reading *reading = read_whole(documents[i], 1, 0);
        /* Before the rows only what stood there is known. */
        assert_true((strstr(reading->lines[0], told) != NULL) == (i == 0));
        assert_non_null(strstr(reading_line(reading, "done", 0), told));
        reading_free(reading);
    }
}

static void rows_may_be_the_document_itself_or_lie_deep(void **state)
{
    (void)state;
    static const char fields[] =
        "number = \"n\"; holder = \"h\"; decision_date = { from = \"d\"; forms = [\"iso\"]; };"
        "route = \"r\"; status = \"s\";";
    struct feed_definition *top = reading_definition("kind = \"json\"; charset = \"utf-8\";", fields, "");
    struct reading *reading = reading_of_text(top, "\xef\xbb\xbf [{\"n\":\"K1\"}]");
    assert_int_equal(reading->rows, 1);
    reading_free(reading);
    feed_definition_free(top);

    struct feed_definition *deep =
        reading_definition("kind = \"json\"; charset = \"utf-8\"; rows = \"a.b.c\";", fields, "");
    reading = reading_of_text(
        deep, "{\"b\":{\"c\":[1]},\"a\":{\"c\":7,\"b\":{\"x\":[{}],\"c\":[{\"n\":\"K1\"}]}}}");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    reading_free(reading);
    feed_definition_free(deep);
}

static void an_empty_array_has_no_rows(void **state)
{
    (void)state;
    struct reading *reading = read_whole("{\"meta\":{\"total\":0},\"results\":[ ]}", 0, 0);
    assert_non_null(strstr(reading->lines[0], "\"total\":0"));
    reading_free(reading);
}

static void what_is_no_array_of_rows_is_malformed(void **state)
{
    (void)state;
    refuse_text("{\"results\":{\"0\":" GOOD("K1") "}}", "at `results` stands an object");
    refuse_text("{\"results\":\"none\"}", "at `results` stands a string");
    refuse_text("{\"results\":null}", "at `results` stands null");
    refuse_text("{\"result\":[]}", "no array at `results`");
    refuse_text("[]", "no array at `results`");
    refuse_text("7", "no array at `results`");
    refuse_text("", "the document ends here");
    refuse_text("<!DOCTYPE html><html>", "byte 0");
    refuse_text("{\"results\":[],\"results\":[]}", "stands twice");
    refuse_text("{\"meta\":{\"total\":\"many\"},\"results\":[]}", "`meta.total` is not a count");
    refuse_text("{\"meta\":{\"as_of\":[2026]},\"results\":[]}", "`meta.as_of` is not a date");
}

static void what_follows_the_document_makes_it_malformed(void **state)
{
    (void)state;
    refuse_text("{\"results\":[" GOOD("K1") "]} x", "the document has ended, but more follows");
    refuse_text("{\"results\":[]}{\"results\":[]}", "byte 14");
    refuse_text("{\"results\":[]}]", "byte 14");
    refuse("{\"results\":[]}\0", 15, -EBADMSG, "byte 14");
}

static void broken_structure_says_where(void **state)
{
    (void)state;
    refuse_text("{\"results\":[" GOOD("K1") " " GOOD("K2") "]}", "in or behind row 1");
    refuse_text("{\"results\":[" GOOD("K1") ",]}", "is missing here");
    refuse_text("{\"results\":[," GOOD("K1") "]}", "a value is missing here");
    refuse_text("{\"results\":[" GOOD("K1") "}", "a comma or the closing bracket");
    refuse_text("{\"results\":[{\"number\":[\"K1\"}]}", "the closing bracket is missing");
    refuse_text("{\"results\":[{\"number\":[\"K1\"}]," GOOD("K2") "]}", "the closing bracket is missing");
    refuse_text("{\"results\":[" GOOD("K1") ",," GOOD("K2") "]}", "in or behind row 2");
    refuse_text("{\"a\":1 \"results\":[]}", "byte 7");
    refuse_text("{\"a\":nul,\"results\":[]}", "a word that JSON does not know");
    refuse_text("{\"a\":\"\x01\",\"results\":[]}", "control character");
    refuse_text("{results:[]}", "byte 1: a byte with which nothing in JSON begins");
    refuse_text("{7:[]}", "a quoted name or } is missing here");
}

static void a_document_cut_anywhere_never_passes_for_a_shorter_one(void **state)
{
    (void)state;
    static const char document[] =
        "{ \"meta\": {\"total\": 3, \"as_of\": \"2026-01-12\"},\n \"results\": [\n" GOOD(
            "K1") ",\n {\"number\":\"K\\u00e9\\n\","
                  "\"x\":[1,-2.5e3,true,false,null,{\"y\":[]}]},\n" GOOD("K3") "], \"z\": [0]}";
    for (size_t length = 0; length < sizeof document - 1; length++) {
        struct reading *reading = reading_of(definition, document, length);
        assert_int_equal(reading->code, -EBADMSG);
        assert_null(reading_line(reading, "done", 0));
        reading_free(reading);
    }
    reading_free(read_whole(document, 3, 0));
}

static void a_bad_row_is_one_reject_and_the_next_row_is_read(void **state)
{
    (void)state;
    reject_row("{\"number\":\"K2\",\"x\":nul}", "a word that JSON does not know");
    reject_row("{\"number\":\"K2\",\"x\":NaN}", "nothing in JSON begins");
    reject_row("{\"number\":\"K2\",\"x\":01}", "a number that JSON does not know");
    reject_row("{\"number\":\"K2\",\"x\":1.}", "a number that does not go on");
    reject_row("{\"number\":\"K2\",\"x\":+1}", "nothing in JSON begins");
    reject_row("{\"number\":\"K2\" \"x\":1}", "a comma or the closing bracket");
    reject_row("{\"number\":\"K2\",}", "a quoted name");
    reject_row("{\"number\" \"K2\"}", "a colon is missing");
    reject_row("{number:\"K2\"}", "a word that JSON does not know");
    reject_row("{1:\"K2\"}", "a quoted name or }");
    reject_row("{\"number\":}", "a value is missing");
    reject_row("{'number':'K2'}", "nothing in JSON begins");
    reject_row("{\"number\":\"K2\",\"x\":\"bad \\q escape\"}", "a backslash with a letter");
    reject_row("{\"number\":\"K2\",\"x\":\"\\u12G4\"}", "four hexadecimal digits");
    reject_row("{\"number\":\"K2\",\"x\":\"two\nlines\"}", "control character");
    reject_row("\"K2\"", "a row must be an object");
    reject_row("null", "a row must be an object");
    reject_row("[\"K2\"]", "a row must be an object");
    reject_row("nonsense", "a word that JSON does not know");
}

static void rejects_say_where_and_show_little(void **state)
{
    (void)state;
    struct reading *reading = read_whole("{\"results\":[{\"number\":\"K2\",\"contact\":\"Somebody's Name, "
                                         "far from the fault, which nobody else needs to "
                                         "see\",\"x\":nul,\"number\":\"K2\"}]}",
        0, 1);
    const char *reject = reading_line(reading, "reject", 0);
    assert_non_null(strstr(reading_member(reject, "reason"), "byte 1"));
    assert_non_null(strstr(reading_member(reject, "excerpt"), "nul"));
    assert_null(strstr(reading_member(reject, "excerpt"), "Somebody"));
    reading_free(reading);
}

static void a_doubled_name_that_is_read_is_a_reject(void **state)
{
    (void)state;
    reject_row("{\"number\":\"K2\",\"number\":\"K9\"}", "stands twice");
    reject_row("{\"number\":\"K2\",\"numb\\u0065r\":\"K9\"}", "stands twice");
    reject_row("{\"number\":\"K2\",\"extra\":{\"class\":\"1\",\"class\":\"2\"}}", "stands twice");
    /* Nobody reads this one. */
    reading_free(read_whole("{\"results\":[{\"number\":\"K1\",\"x\":1,\"x\":2}]}", 1, 0));
}

static void text_that_is_no_character_is_a_reject_where_it_is_read(void **state)
{
    (void)state;
    reject_row("{\"number\":\"K2\",\"holder\":\"\\ud83d alone\"}", "half of a surrogate pair");
    reject_row("{\"number\":\"K2\",\"holder\":\"\\udc4d\\ud83d\"}", "half of a surrogate pair");
    reading_free(read_whole("{\"results\":[{\"number\":\"K1\",\"x\":\"\\ud83d\"}]}", 1, 0));
    struct reading *reading = read_whole(
        "{\"results\":[{\"number\":\"K\\u0031\",\"holder\":\"\\ud83d\\udc4d \\u5317\\u4EAC\"}]}", 1, 0);
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "number"), "K1");
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "holder"), "👍 北京");
    reading_free(reading);
}

static void a_member_that_is_no_text_is_a_reject(void **state)
{
    (void)state;
    reject_row("{\"number\":[\"K2\"]}", "found an array");
    reject_row("{\"number\":\"K2\",\"holder\":{}}", "found an object");
    /* Numbers keep their source text, null is nothing, an absent parent has no members. */
    struct reading *reading =
        read_whole("{\"results\":[{\"number\":1234567890123456789012345.10,\"holder\":null,"
                   "\"route\":true,\"extra\":\"none\"}]}",
            1, 0);
    const char *record = reading_line(reading, "record", 0);
    assert_string_equal(reading_member(record, "number"), "1234567890123456789012345.10");
    assert_string_equal(reading_member(record, "route"), "true");
    assert_null(reading_member(record, "holder"));
    assert_null(reading_member(record, "device_class"));
    reading_free(reading);
}

static void numbers_are_checked_and_kept_as_they_stand(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-0", "-0.5", "10.25", "1E5", "1e-5", "-12.5e+300", "7e00"};
    static const char *const bad[] = {
        "00", "-", "-a", ".5", "1.e5", "1e", "1e+", "0x1", "1.5.2", "--1", "Infinity"};
    char row[64];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(row, sizeof row, "{\"results\":[{\"number\":%s}]}", good[i]);
        struct reading *reading = read_whole(row, 1, 0);
        assert_string_equal(reading_member(reading_line(reading, "record", 0), "number"), good[i]);
        reading_free(reading);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(row, sizeof row, "{\"number\":%s}", bad[i]);
        reject_row(row, "byte 1");
    }
}

static void a_stray_quote_cannot_swallow_rows(void **state)
{
    (void)state;
    /* Read by brackets alone, the second quote would end the row only three rows later. */
    refuse_text(
        "{\"results\":[{\"number\":\"5\" tube\"}," GOOD("K2") ",{\"number\":\"6\" tube\"}," GOOD("K4") "]}",
        "in or behind row 1");
    refuse_text("{\"results\":[{\"number\":\"K1},\n {\"number\":\"K2\"}]}", "in or behind row 1");
    refuse_text("{\"results\":[" GOOD("K1") ",{\"number\":\"K2}]}", "in or behind row 2");
    /* Two stray quotes in one row leave its bounds alone. */
    reject_row("{\"number\":\"5\" x 6\" tube\"}", "nothing in JSON begins");
}

static void text_of_count(struct text *text, const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_string(text, piece);
}

static void a_row_nested_too_deeply_is_a_reject(void **state)
{
    (void)state;
    struct text row = TEXT_WITH_CEILING(8 << 20);
    /* The row itself is one level. */
    text_append_string(&row, "{\"results\":[{\"number\":\"K2\",\"x\":");
    text_of_count(&row, "[", LIMIT_JSON_DEPTH - 1);
    text_of_count(&row, "]", LIMIT_JSON_DEPTH - 1);
    text_append_string(&row, "}]}");
    reading_free(read_whole(text_string(&row), 1, 0));
    text_clear(&row);
    text_append_string(&row, "{\"number\":\"K2\",\"x\":");
    text_of_count(&row, "[", LIMIT_JSON_DEPTH);
    text_of_count(&row, "]", LIMIT_JSON_DEPTH);
    text_append_string(&row, "}");
    reject_row(text_string(&row), "nested too deeply");
    text_clear(&row);
    text_append_string(&row, "{\"number\":\"K2\",\"x\":");
    text_of_count(&row, "[", 100000);
    text_of_count(&row, "]", 100000);
    text_append_string(&row, "}");
    reject_row(text_string(&row), "nested too deeply");
    text_free(&row);
}

static void a_bomb_of_brackets_is_refused(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&document, "{\"results\":[");
    text_of_count(&document, "[{\"a\":", 1000000);
    refuse(document.bytes, document.length, -EFBIG, "nested too deeply");
    text_clear(&document);
    text_of_count(&document, "[", 5000000);
    refuse(document.bytes, document.length, -EFBIG, "nested too deeply");
    text_free(&document);
}

static void a_row_of_five_megabytes_is_a_reject(void **state)
{
    (void)state;
    struct text row = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&row, "{\"number\":\"K2\",\"holder\":\"");
    text_of_count(&row, "five megabytes ", 350000);
    text_append_string(&row, "\",\"x\":[1.5,{\"y\":null}]}");
    reject_row(text_string(&row), "larger than any row may be");

    /* Passed over, but not unchecked: what is lost in it makes the document malformed. */
    row.bytes[row.length - 2] = '"';
    struct text document = TEXT_WITH_CEILING(16 << 20);
    text_append_format(&document, "{\"results\":[%s," GOOD("K3") "]}", text_string(&row));
    refuse(document.bytes, document.length, -EBADMSG, "row 1");
    text_free(&document);
    text_free(&row);
}

static void a_value_over_its_ceiling_is_a_reject(void **state)
{
    (void)state;
    struct text row = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&row, "{\"number\":\"K2\",\"holder\":\"");
    text_of_count(&row, "x", LIMIT_FIELD_BYTES + 1);
    text_append_string(&row, "\"}");
    reject_row(text_string(&row), "262145 bytes of text; at most 262144");
    text_clear(&row);
    text_append_string(&row, "{\"number\":");
    text_of_count(&row, "9", LIMIT_FIELD_BYTES + 1);
    text_append_string(&row, "}");
    reject_row(text_string(&row), "bytes of text; at most 262144");
    text_free(&row);
}

static void something_huge_outside_the_rows_is_refused(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(32 << 20);
    text_append_string(&document, "{\"disclaimer\":\"");
    text_of_count(&document, "0123456789abcdef", LIMIT_ROW_BYTES / 8);
    text_append_string(&document, "\",\"results\":[]}");
    refuse(document.bytes, document.length, -EFBIG, "larger than any row may be");
    text_free(&document);
}

/* Rows of every length up to a few hundred bytes cross the window's ends in every place there is. */
static void rows_that_cross_the_window_come_out_whole(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(64 << 20);
    text_append_string(&document, "{\"results\":[");
    for (int i = 0; i < 3000; i++) {
        text_append_format(&document, "%s{\"number\":\"K%d\",\"pad\":[\"", i > 0 ? ",\n  " : "", i);
        text_of_count(&document, i % 7 == 0 ? "\\u0041\\\"" : "pad ", (size_t)(i % 331));
        text_append_format(&document, "\"],\"holder\":\"Firm %d\"}", i);
    }
    text_append_string(&document, "]}");
    struct reading *reading = read_whole(text_string(&document), 3000, 0);
    for (int i = 0; i < 3000; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "Firm %d", i);
        assert_string_equal(reading_member(reading->lines[i + 1], "holder"), expected);
    }
    reading_free(reading);
    text_free(&document);
}

static void a_stream_larger_than_every_buffer_comes_out_whole(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    struct text document = TEXT_WITH_CEILING(64 << 20);
    text_append_string(&document, "{\"results\":[" GOOD("K0"));
    for (int i = 1; i < ROWS; i++)
        text_append_string(&document, "," GOOD("K1"));
    text_append_string(&document, "]}");
    struct reading *reading = read_whole(text_string(&document), ROWS, 0);
    assert_int_equal(reading->line_count, ROWS + 2); /* page and done */
    reading_free(reading);
    text_free(&document);
}

static void bad_bytes_in_values_are_replaced_and_counted(void **state)
{
    (void)state;
    struct reading *reading =
        read_whole("{\"results\":[{\"number\":\"K1\",\"holder\":\"A\xff\xc3(B\",\"x\":\"\xfe\"}]}", 1, 0);
    assert_string_equal(
        reading_member(reading_line(reading, "record", 0), "holder"), "A\xef\xbf\xbd\xef\xbf\xbd(B");
    assert_int_equal(reading->replaced, 2);
    reading_free(reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_out_in_order_with_their_numbers),
        cmocka_unit_test(total_and_date_are_told_wherever_they_stand),
        cmocka_unit_test(rows_may_be_the_document_itself_or_lie_deep),
        cmocka_unit_test(an_empty_array_has_no_rows),
        cmocka_unit_test(what_is_no_array_of_rows_is_malformed),
        cmocka_unit_test(what_follows_the_document_makes_it_malformed),
        cmocka_unit_test(broken_structure_says_where),
        cmocka_unit_test(a_document_cut_anywhere_never_passes_for_a_shorter_one),
        cmocka_unit_test(a_bad_row_is_one_reject_and_the_next_row_is_read),
        cmocka_unit_test(rejects_say_where_and_show_little),
        cmocka_unit_test(a_doubled_name_that_is_read_is_a_reject),
        cmocka_unit_test(text_that_is_no_character_is_a_reject_where_it_is_read),
        cmocka_unit_test(a_member_that_is_no_text_is_a_reject),
        cmocka_unit_test(numbers_are_checked_and_kept_as_they_stand),
        cmocka_unit_test(a_stray_quote_cannot_swallow_rows),
        cmocka_unit_test(a_row_nested_too_deeply_is_a_reject),
        cmocka_unit_test(a_bomb_of_brackets_is_refused),
        cmocka_unit_test(a_row_of_five_megabytes_is_a_reject),
        cmocka_unit_test(a_value_over_its_ceiling_is_a_reject),
        cmocka_unit_test(something_huge_outside_the_rows_is_refused),
        cmocka_unit_test(rows_that_cross_the_window_come_out_whole),
        cmocka_unit_test(a_stream_larger_than_every_buffer_comes_out_whole),
        cmocka_unit_test(bad_bytes_in_values_are_replaced_and_counted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
