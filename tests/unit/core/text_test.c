#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void text_stops_at_its_ceiling_and_says_so(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(10);
    text_append_string(&text, "12345");
    text_append_string(&text, "67890");
    assert_false(text.overflowed);
    assert_string_equal(text_string(&text), "1234567890");
    text_append_character(&text, 'x');
    assert_true(text.overflowed);
    assert_string_equal(text_string(&text), "1234567890");
    text_free(&text);
}

static void nothing_is_appended_behind_a_gap(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(10);
    text_append_string(&text, "123");
    text_append_string(&text, "much too long");
    text_append_string(&text, "4");
    assert_string_equal(text_string(&text), "123");
    text_clear(&text);
    text_append_format(&text, "%d", 4);
    assert_false(text.overflowed);
    assert_string_equal(text_string(&text), "4");
    text_free(&text);
}

static void format_keeps_to_the_ceiling_to_the_byte(void **state)
{
    (void)state;
    for (int length = 250; length < 262; length++) {
        struct text text = TEXT_WITH_CEILING(256);
        text_append_format(&text, "%0*d", length, 7);
        assert_int_equal(text.overflowed, length > 256);
        assert_int_equal(text.length, length > 256 ? 0 : length);
        text_free(&text);
    }
}

static void text_of_no_ceiling_holds_nothing(void **state)
{
    (void)state;
    struct text text = {0};
    text_append(&text, NULL, 0);
    assert_false(text.overflowed);
    text_append_character(&text, 'x');
    assert_true(text.overflowed);
    assert_string_equal(text_string(&text), "");
    text_free(&text);
}

static void taken_text_is_the_callers(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(100);
    char *nothing = text_take(&text);
    assert_string_equal(nothing, "");
    text_append_integer(&text, INT64_MIN);
    char *number = text_take(&text);
    assert_string_equal(number, "-9223372036854775808");
    assert_int_equal(text.length, 0);
    assert_int_equal(text.ceiling, 100);
    free(nothing);
    free(number);
}

static void json_strings_are_escaped_as_rfc_8259_says(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *json;
    } cases[] = {
        {"plain", 5, "\"plain\""}, {"", 0, "\"\""}, {"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""}, {"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
        {"北京\U0001f3e5", 10, "\"北京\U0001f3e5\""},
        {"a\xff"
         "b",
            3, "\"a\uFFFDb\""},
        {"\xe5\x8c", 2, "\"\uFFFD\uFFFD\""},                     /* cut in the midst */
        {"\xe5\x8c|", 3, "\"\uFFFD\uFFFD|\""},                   /* ... by something else */
        {"\xe0\x80\x80", 3, "\"\uFFFD\uFFFD\uFFFD\""},           /* overlong */
        {"\xed\xa0\x80", 3, "\"\uFFFD\uFFFD\uFFFD\""},           /* a surrogate */
        {"\xc0\x80", 2, "\"\uFFFD\uFFFD\""},                     /* an overlong NUL */
        {"\xf4\x90\x80\x80", 4, "\"\uFFFD\uFFFD\uFFFD\uFFFD\""}, /* above U+10FFFF */
        {"\xef\xbf\xbd", 3, "\"\uFFFD\""},                       /* the replacement itself */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text = TEXT_WITH_CEILING(100);
        text_append_json_bytes(&text, cases[i].bytes, cases[i].length);
        assert_string_equal(text_string(&text), cases[i].json);
        text_free(&text);
    }
    struct text text = TEXT_WITH_CEILING(100);
    text_append_json(&text, NULL);
    assert_string_equal(text_string(&text), "null");
    text_free(&text);
}

static void every_code_point_survives_utf8(void **state)
{
    (void)state;
    for (uint32_t code_point = 1; code_point <= 0x10ffff; code_point++) {
        char bytes[4];
        size_t length = utf8_put(code_point, bytes);
        const char *cursor = bytes;
        bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
        if (!utf8_is_valid(bytes, length) ||
            utf8_next(&cursor, bytes + length) != (surrogate ? 0xfffd : code_point) ||
            cursor != bytes + length)
            fail_msg("U+%04X", code_point);
    }
    char bytes[4];
    const char *cursor = bytes;
    assert_int_equal(utf8_next(&cursor, bytes), 0);
    assert_int_equal(utf8_put(0x110000, bytes), 3);
}

/* All sequences of three bytes: valid ones are exactly those that utf8_put() makes. */
static void no_other_bytes_are_utf8(void **state)
{
    (void)state;
    int valid = 0;
    for (int lead = 0x80; lead < 0x100; lead++)
        for (int rest = 0; rest < 0x10000; rest++) {
            const char bytes[3] = {(char)lead, (char)(rest >> 8), (char)rest};
            const char *cursor = bytes;
            uint32_t code_point = utf8_next(&cursor, bytes + 3);
            if (cursor - bytes == 3) {
                char again[4];
                assert_int_equal(utf8_put(code_point, again), 3);
                assert_memory_equal(again, bytes, 3);
                valid++;
            }
        }
    assert_int_equal(valid, 0x10000 - 0x800 - 0x800); /* U+0800 to U+FFFF without the surrogates */
}

static void cut_never_splits_a_character(void **state)
{
    (void)state;
    static const char text[] = "a\u00e9北\U0001f3e5z";
    for (size_t most = 0; most < sizeof text; most++) {
        size_t kept = utf8_cut(text, most);
        assert_true(kept <= most && most - kept < 4);
        assert_true(utf8_is_valid(text, kept));
    }
    assert_int_equal(utf8_cut(text, sizeof text - 1), sizeof text - 1);
    /* What is no UTF-8 anyway is left as it is. */
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80", 5), 5);
}

static void integers_are_whole_and_in_range(void **state)
{
    (void)state;
    int64_t number = 77;
    static const char *const malformed[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "0x10", "１２", "1e3", "--1", NULL};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_int_equal(string_to_integer(malformed[i], INT64_MIN, INT64_MAX, &number), -EINVAL);
    assert_int_equal(number, 77);

    assert_int_equal(string_to_integer("9223372036854775807", INT64_MIN, INT64_MAX, &number), 0);
    assert_true(number == INT64_MAX);
    assert_int_equal(string_to_integer("-9223372036854775808", INT64_MIN, INT64_MAX, &number), 0);
    assert_true(number == INT64_MIN);
    assert_int_equal(string_to_integer("9223372036854775808", INT64_MIN, INT64_MAX, &number), -ERANGE);
    assert_int_equal(string_to_integer("-9223372036854775809", INT64_MIN, INT64_MAX, &number), -ERANGE);
    assert_int_equal(
        string_to_integer("99999999999999999999999999x", INT64_MIN, INT64_MAX, &number), -EINVAL);
    assert_int_equal(string_to_integer("11", 1, 10, &number), -ERANGE);
    assert_int_equal(string_to_integer("0", 1, 10, &number), -ERANGE);
    assert_int_equal(string_to_integer("007", 1, 10, &number), 0);
    assert_int_equal(number, 7);
}

static void strings_compare_and_trim(void **state)
{
    (void)state;
    assert_true(string_equal(NULL, NULL));
    assert_false(string_equal(NULL, ""));
    assert_true(string_starts("K260001", "K26"));
    assert_false(string_starts("K2", "K26"));
    assert_true(string_ends("fda.conf", ".conf"));
    assert_false(string_ends("conf", ".conf"));
    assert_true(string_is_blank(NULL));
    assert_true(string_is_blank(" \t\r\n\v\f"));
    assert_false(string_is_blank("\u3000")); /* an ideographic space is no ASCII blank */
    char padded[] = "\t 北京 firm \n", blank[] = " \n ";
    assert_string_equal(string_trim(padded), "北京 firm");
    assert_string_equal(string_trim(blank), "");
}

static void paths_are_joined_by_one_slash(void **state)
{
    (void)state;
    static const char *const cases[][3] = {{"conf", "m13d.conf", "conf/m13d.conf"},
        {"", "m13d.conf", "m13d.conf"}, {"/etc/m13d", "feeds.d", "/etc/m13d/feeds.d"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = path_join(cases[i][0], cases[i][1]);
        assert_string_equal(path, cases[i][2]);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stops_at_its_ceiling_and_says_so),
        cmocka_unit_test(nothing_is_appended_behind_a_gap),
        cmocka_unit_test(format_keeps_to_the_ceiling_to_the_byte),
        cmocka_unit_test(text_of_no_ceiling_holds_nothing),
        cmocka_unit_test(taken_text_is_the_callers),
        cmocka_unit_test(json_strings_are_escaped_as_rfc_8259_says),
        cmocka_unit_test(every_code_point_survives_utf8),
        cmocka_unit_test(no_other_bytes_are_utf8),
        cmocka_unit_test(cut_never_splits_a_character),
        cmocka_unit_test(integers_are_whole_and_in_range),
        cmocka_unit_test(strings_compare_and_trim),
        cmocka_unit_test(paths_are_joined_by_one_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
