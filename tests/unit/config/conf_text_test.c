/* Whatever bytes a conf file holds: a line and a reason, soon, and nothing else is touched. */
#include "conf_folder.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_bytes(const void *bytes, size_t length, int line, const char *part)
{
    struct conf_folder *folder = folder_new();
    folder_write_bytes(folder, "m13d.conf", bytes, length);
    folder_load(folder);
    folder_expect_only(folder, "m13d.conf", line, part);
    folder_free(folder);
}

#define EXPECT(literal, line, part) expect_bytes((literal), sizeof(literal) - 1, (line), (part))

static void byte_order_mark_has_a_message_of_its_own(void **state)
{
    (void)state;
    EXPECT("\xef\xbb\xbfstate = \"/x\";\n", 1, "byte-order mark");
}

static void bytes_that_are_no_text_are_refused_with_their_line(void **state)
{
    (void)state;
    EXPECT("state = \"/x\";\nlan\0guage = \"zh\";\n", 2, "NUL");
    EXPECT("# one\n# two\nstate = \"\xff\";\n", 3, "UTF-8");
    EXPECT("state = \"\xe4\xb8\";\n", 1, "UTF-8"); /* half a character */
    EXPECT("\xff\xfes\0t\0a\0", 1, "NUL");         /* UTF-16 */
    EXPECT("state = \"/x\";\n\x1b[31m\n", 2, "control character");
    EXPECT("state = \"a\\x00b\";\n", 1, "NUL");
    EXPECT("state = \"\\xff\";\n", 1, "no UTF-8");
}

static void what_is_not_closed_is_told_where_it_opens(void **state)
{
    (void)state;
    EXPECT("\nstate = \"/x;\nlanguage = 5;\n", 2, "string that starts here is not closed");
    EXPECT("state = \"/x\";\n/* never\nclosed\n", 2, "comment that starts here is not closed");
    EXPECT("state = \"ends in an escape\\", 1, "not closed");
    EXPECT("overrides = {\n  a = {\n    b = 1;\n  };\n# }\n", 1, "bracket that opens here is not closed");
    EXPECT("overrides = (\n[1,\n2);\n", 1, "bracket that opens here is not closed");
}

static void file_cut_at_any_byte_is_refused_or_whole(void **state)
{
    (void)state;
    static const char whole[] = "state = \"/x\"; # a\noverrides = {\n};\nlanguage = \"en\";\n";
    struct conf_folder *folder = folder_new();
    size_t good = 0;
    for (size_t length = 0; length < sizeof whole; length++) {
        folder_write_bytes(folder, "m13d.conf", whole, length);
        folder_load(folder);
        good += folder->config != NULL;
        for (size_t i = 0; i < folder->problems.count; i++)
            assert_in_range(folder->problems.items[i].line, 1, 5);
    }
    assert_in_range(good, 5, sizeof whole - 20); /* between settings only */
    folder_free(folder);
}

static void syntax_error_names_line_and_grammar(void **state)
{
    (void)state;
    EXPECT("state = \"/x\";\nlanguage zh;\n", 2, "name = value;");
    EXPECT("state = \"/x\";\n};\n", 2, "syntax error");
    EXPECT("state = [\"/x\", 5];\n", 1, "mismatched element type");
    EXPECT("state = '/x';\n", 1, "strings in quotes");
}

static void doubled_name_is_an_error(void **state)
{
    (void)state;
    EXPECT("state = \"/x\";\nlanguage = \"en\";\nstate = \"/y\";\n", 3, "a setting of this name already");
}

static void include_is_refused_and_opens_nothing(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    struct text text = TEXT_WITH_CEILING(4096);
    text_append_format(&text, "# innocent\n  @include \"%s/fifo\"\n", folder->path);
    char *fifo = memory_copy_bytes(text_string(&text) + 23, strlen(folder->path) + 5);
    assert_int_equal(mkfifo(fifo, 0600), 0); /* opening it would hang */
    folder_write(folder, "m13d.conf", text_string(&text));
    folder_load(folder);
    folder_expect_only(folder, "m13d.conf", 2, "@include is not accepted");
    folder_write(folder, "m13d.conf", "# @include \"/etc/passwd\"\nlog-level = \"@include\";\n");
    folder_load(folder); /* in comments and strings it is a word like any other */
    folder_expect_only(folder, "m13d.conf", 2, "one of: error");
    text_free(&text);
    free(fifo);
    folder_free(folder);
}

static void number_that_libconfig_would_cut_is_refused(void **state)
{
    (void)state;
    EXPECT("overrides = {\n  x = 4294967297; };\n", 2, "beyond 2147483647");
    EXPECT("overrides = { x = 0x100000001; };\n", 1, "beyond 2147483647");
    EXPECT("overrides = { x = 99999999999999999999999999999999999999; };\n", 1, "beyond 2147483647");
}

static char *repeated(const char *piece, size_t times, const char *end)
{
    size_t length = strlen(piece);
    char *text = memory_get(length * times + strlen(end) + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * length, piece, length);
    memcpy(text + length * times, end, strlen(end) + 1);
    return text;
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    char *deep = repeated("a={", 300000, "\n");
    EXPECT("a = (((((((((((((((((1)))))))))))))))));\n", 1, "nested too deeply: 16 are accepted");
    expect_bytes(deep, strlen(deep), 1, "nested too deeply: 16 are accepted");
    free(deep);
}

/* libconfig alone would take most of a minute for each of these. */
static void a_megabyte_of_anything_is_answered_soon(void **state)
{
    (void)state;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    struct text settings = TEXT_WITH_CEILING(LIMIT_CONF_BYTES);
    for (int i = 0; !settings.overflowed; i++)
        text_append_format(&settings, "a%d=1;\n", i);
    expect_bytes(text_string(&settings), settings.length, 4097, "too many names, values and brackets");
    text_free(&settings);
    static const char *const pieces[] = {
        "a=[1", ",1", "a=(()", ",()", "a=(\"\"", ",\"\"", "a=(true", ",true"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i += 2) {
        char *many = repeated(pieces[i + 1], 200000, "");
        struct text list = TEXT_WITH_CEILING(LIMIT_CONF_BYTES);
        text_append_format(&list, "%s%s", pieces[i], many);
        expect_bytes(
            text_string(&list), list.length, 1, "too many names, values and brackets in one file: 8192");
        text_free(&list);
        free(many);
    }

    char *comment = repeated("#", LIMIT_CONF_BYTES, "");
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", comment);
    folder_load(folder);
    folder_expect_good(folder);
    folder_free(folder);
    free(comment);

    char *larger = repeated("#", (size_t)LIMIT_CONF_BYTES + 1, "");
    expect_bytes(larger, strlen(larger), 0, "larger than");
    free(larger);
    char *quotes = repeated("\"\"", LIMIT_CONF_BYTES / 2, "");
    expect_bytes(quotes, strlen(quotes), 1, "syntax error");
    free(quotes);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec < 20);
}

static void what_is_no_file_is_not_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    struct text name = TEXT_WITH_CEILING(4096);
    text_append_format(&name, "%s/alerts.conf", folder->path);
    assert_int_equal(mkfifo(text_string(&name), 0600), 0);
    folder_load(folder);
    folder_expect_only(folder, "alerts.conf", 0, "cannot be read");
    assert_int_equal(unlink(text_string(&name)), 0);
    assert_int_equal(mkdir(text_string(&name), 0700), 0);
    folder_load(folder);
    folder_expect_only(folder, "alerts.conf", 0, "Is a directory");
    text_free(&name);
    folder_free(folder);
}

static void windows_line_ends_and_strings_over_lines_are_fine(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "state = \"/x\"\r\n  \"/y\";\r\nlanguage : \"en\"\r\n");
    folder_load(folder);
    folder_expect_good(folder);
    assert_string_equal(folder->config->state, "/x/y");
    folder_free(folder);
}

static void mistake_in_a_long_array_has_the_line_of_its_element(void **state)
{
    (void)state;
    char *text = changed_definition("routes", "routes = [\n  \"510k\" # one\n  ,\n  \"510K\"\n];\n");
    struct conf_folder *folder = folder_new();
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/x.conf", 5, "\"510K\" is not accepted");
    free(text);
    folder_free(folder);
}

static void secret_in_the_text_is_a_mistake_and_is_not_repeated(void **state)
{
    (void)state;
    static const struct {
        const char *text, *secret;
    } cases[] = {
        {"state = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\";", "MfKQ9r8G"},
        {"log-level = \"https://desk:hunter2@example.org/\";", "hunter2"},
        {"language = \"limit=1&api_key=abcdef\";", "abcdef"},
        {"language = \"https://example.org/send?access_token=abcdef\";", "abcdef"},
        {"language = \"Authorization: Bearer abcdef\";", "abcdef"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        folder_write(folder, "m13d.conf", cases[i].text);
        assert_null(folder_load(folder));
        folder_expect(folder, "m13d.conf", 1, "a secret in the text");
        for (size_t j = 0; j < folder->problems.count; j++)
            assert_null(strstr(folder->problems.items[j].text, cases[i].secret));
        folder_free(folder);
    }
    expect_mistake_in("m13d.conf", "state = \"/x\";\npassword = \"x\";\n", 2, "files of their own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(byte_order_mark_has_a_message_of_its_own),
        cmocka_unit_test(bytes_that_are_no_text_are_refused_with_their_line),
        cmocka_unit_test(what_is_not_closed_is_told_where_it_opens),
        cmocka_unit_test(file_cut_at_any_byte_is_refused_or_whole),
        cmocka_unit_test(syntax_error_names_line_and_grammar),
        cmocka_unit_test(doubled_name_is_an_error),
        cmocka_unit_test(include_is_refused_and_opens_nothing),
        cmocka_unit_test(number_that_libconfig_would_cut_is_refused),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(a_megabyte_of_anything_is_answered_soon),
        cmocka_unit_test(what_is_no_file_is_not_read),
        cmocka_unit_test(windows_line_ends_and_strings_over_lines_are_fine),
        cmocka_unit_test(mistake_in_a_long_array_has_the_line_of_its_element),
        cmocka_unit_test(secret_in_the_text_is_a_mistake_and_is_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
