/* letter_template_test.c - the language of the templates: what it takes, what it refuses, what becomes of
 * values. */
#include "template.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct template_member item_members[] = {{.name = "number"}, {.name = "name"}, {.name = NULL}};
static const struct template_member members[] = {
    {.name = "name"},
    {.name = "phone"},
    {.name = "count"},
    {.name = "firm", .members = item_members},
    {.name = "cases", .members = item_members},
    {.name = "words"},
    {.name = "body", .raw = true},
    {.name = NULL},
};

static bool part_of(const char *name, void *context, struct template_source *ret_source)
{
    const char *text = context;
    *ret_source = (struct template_source){"part.txt", text, strlen(text)};
    return string_equal(name, "part");
}

static struct template *compile(
    const char *text, enum template_kind kind, const char *part, struct template_problem *ret_problem)
{
    const struct template_source source = {"words.txt", text, strlen(text)};
    const struct template_rules rules = {kind, members, part_of, (char *)(uintptr_t)part};
    *ret_problem = (struct template_problem){0};
    return template_compile(&source, &rules, ret_problem);
}

static char *filled_as(const char *text, enum template_kind kind, const char *values, size_t ceiling)
{
    struct template_problem problem;
    struct text out = TEXT_WITH_CEILING(ceiling);
    json_t *json = json_loads(values, JSON_ALLOW_NUL, NULL);
    struct template *template = compile(text, kind, "<{{name}}>", &problem);
    if (!template)
        fail_msg("%s:%d: %s", problem.file, problem.line, problem.failure.text);
    assert_non_null(json);
    template_fill(template, json, &out);
    text_append_string(&out, "");
    template_free(template);
    json_decref(json);
    return text_take(&out);
}

static void assert_filled(const char *text, const char *values, const char *expected)
{
    char *out = filled_as(text, TEMPLATE_PLAIN, values, 65536);
    assert_string_equal(out, expected);
    free(out);
}

static void assert_refused(const char *text, int line, const char *word)
{
    struct template_problem problem;
    struct template *template = compile(text, TEMPLATE_WORDS, "{{>part}}", &problem);
    if (template)
        fail_msg("taken: %s", text);
    if (!strstr(problem.failure.text, word))
        fail_msg("\"%s\" lacks \"%s\"", problem.failure.text, word);
    assert_int_equal(problem.line, line);
}

/* --- what it gives ----------------------------------------------------------------------------------------
 */

static void names_are_replaced_by_values(void **state)
{
    (void)state;
    assert_filled("{{name}}: {{ firm.number }}, {{count}}",
        "{\"name\":\"甲\",\"firm\":{\"number\":\"K1\"},\"count\":3}", "甲: K1, 3");
    assert_filled("[{{name}}{{firm.name}}]", "{}", "[]");
    assert_filled("a{{! nothing }}b", "{}", "ab");
}

static void lists_are_walked_and_what_is_not_there_is_said(void **state)
{
    (void)state;
    const char *text = "{{#cases}}({{number}}){{/cases}}{{^cases}}none{{/cases}}";
    assert_filled(text, "{\"cases\":[{\"number\":\"1\"},{\"number\":\"2\"}]}", "(1)(2)");
    assert_filled(text, "{\"cases\":[]}", "none");
    assert_filled(text, "{}", "none");
    assert_filled("{{#words}}<{{.}}>{{/words}}", "{\"words\":[\"a\",\"b\"]}", "<a><b>");
}

static void zero_empty_and_false_are_not_there(void **state)
{
    static const char *const nothing[] = {"0", "\"\"", "false", "null", "[]", "{}"};
    (void)state;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        char values[64];
        snprintf(values, sizeof values, "{\"count\":%s}", nothing[i]);
        assert_filled("{{#count}}there{{/count}}{{^count}}not{{/count}}", values, "not");
    }
    assert_filled("{{#count}}there {{count}}{{/count}}", "{\"count\":7}", "there 7");
}

static void inner_names_hide_outer_ones_and_outer_ones_are_seen(void **state)
{
    (void)state;
    assert_filled("{{#cases}}{{name}} {{phone}};{{/cases}}",
        "{\"name\":\"out\",\"phone\":\"010\",\"cases\":[{\"name\":\"in\"},{}]}", "in 010;out 010;");
}

static void tag_alone_on_its_line_takes_the_line_with_it(void **state)
{
    (void)state;
    assert_filled("a\n  {{#count}}\nb\n{{/count}}\nc\n", "{\"count\":1}", "a\nb\nc\n");
    assert_filled("a\r\n{{#count}}\r\nb\r\n{{/count}}\r\nc", "{\"count\":1}", "a\r\nb\r\nc");
    assert_filled("a\n{{name}}\nb", "{}", "a\n\nb");
    assert_filled("{{>part}}\n{{name}}", "{\"name\":\"x\"}", "<x>x");
}

/* --- values ----------------------------------------------------------------------------------------------
 */

static void values_are_never_read_as_template(void **state)
{
    (void)state;
    assert_filled(
        "{{name}}", "{\"name\":\"{{phone}}{{#cases}}\",\"phone\":\"secret\"}", "{{phone}}{{#cases}}");
}

static void values_have_no_line_ends_controls_or_turns_of_writing(void **state)
{
    (void)state;
    assert_filled("{{name}}", "{\"name\":\"a\\r\\nBcc: x\\u0000\\u001b[31m\\u2028b\"}", "a  Bcc: x  [31m b");
    assert_filled("{{name}}", "{\"name\":\"\\u202Etxt.exe\\u2066\\u200F\\uFEFF\\u200Bz\"}", "txt.exez");
}

static void html_is_escaped_but_for_what_is_our_own(void **state)
{
    (void)state;
    char *out = filled_as("<p>{{name}}</p>{{{body}}}", TEMPLATE_HTML,
        "{\"name\":\"<script>'\\\"&\",\"body\":\"<b>x</b>\"}", 1000);
    assert_string_equal(out, "<p>&lt;script&gt;&#39;&quot;&amp;</p><b>x</b>");
    free(out);
}

static void words_mark_what_is_a_value(void **state)
{
    (void)state;
    char *out = filled_as("# {{name}}", TEMPLATE_WORDS, "{\"name\":\"# \\u0001x\\u0002\"}", 1000);
    assert_string_equal(out, "# \x01#  x \x02");
    free(out);
}

/* --- what it refuses --------------------------------------------------------------------------------------
 */

static void misspelt_name_is_refused_with_what_is_accepted(void **state)
{
    (void)state;
    assert_refused("a\nb {{nmae}}", 2, "there is no \"nmae\" here; accepted: name, phone");
    assert_refused("{{#cases}}{{nmae}}{{/cases}}", 1, "accepted: number, name");
    assert_refused("{{firm.phone}}", 1, "there is no \"firm.phone\" here; accepted: number, name");
    assert_refused("{{#case}}{{/case}}", 1, "there is no \"case\"");
    assert_refused("{{.}}", 1, "in a section");
}

static void broken_tags_are_refused_with_their_line(void **state)
{
    (void)state;
    assert_refused("\n{{#cases}}\n", 2, "not closed");
    assert_refused("{{#cases}}\n{{/firm}}", 2, "{{/cases}} is awaited, which was opened in line 1");
    assert_refused("x\n{{/cases}}", 2, "closes nothing");
    assert_refused("a {{name", 1, "not closed");
    assert_refused("{{}}", 1, "is no name");
    assert_refused("{{=<% %>=}}", 1, "is no name");
    assert_refused("{{& name}}", 1, "is no name");
    assert_refused("{{{name}}}", 1, "only what m13d has made itself");
    assert_refused("{{>nobody}}", 1, "no such part");
    assert_refused("\xff", 1, "UTF-8");
    assert_refused("a\n\x01", 2, "control character");
}

static void part_has_no_parts_and_leaves_no_section_open(void **state)
{
    static const char *const parts[] = {"{{>part}}", "a\n{{#cases}}", "{{/cases}}"};
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct template_problem problem;
        assert_null(compile("{{#cases}}\n{{>part}}\n{{/cases}}", TEMPLATE_PLAIN, parts[i], &problem));
        assert_string_equal(problem.file, "part.txt");
        assert_int_equal(problem.line, i == 1 ? 2 : 1);
    }
}

static void depth_and_size_have_ceilings(void **state)
{
    struct text deep = TEXT_WITH_CEILING(1 << 20);
    (void)state;
    for (int i = 0; i <= LIMIT_TEMPLATE_DEPTH; i++)
        text_append_string(&deep, "{{#cases}}");
    assert_refused(text_string(&deep), 1, "deeper than");
    text_clear(&deep);
    for (int i = 0; i < LIMIT_TEMPLATE_BYTES; i++)
        text_append_character(&deep, 'x');
    text_append_character(&deep, 'x');
    assert_refused(text_string(&deep), 1, "larger than");
    text_clear(&deep);
    for (int i = 0; i <= LIMIT_TEMPLATE_NODES; i++)
        text_append_string(&deep, "{{name}}");
    assert_refused(text_string(&deep), 1, "tags and texts");
    text_free(&deep);
}

/* 100 to the power of 8 walks, and not a byte. */
static void lists_in_lists_end_at_the_ceiling_of_steps(void **state)
{
    struct text deep = TEXT_WITH_CEILING(4096);
    struct template_problem problem;
    (void)state;
    for (int i = 0; i < LIMIT_TEMPLATE_DEPTH; i++)
        text_append_string(&deep, "{{#cases}}");
    for (int i = 0; i < LIMIT_TEMPLATE_DEPTH; i++)
        text_append_string(&deep, "{{/cases}}");
    struct template *template = compile(text_string(&deep), TEMPLATE_PLAIN, "", &problem);
    json_t *values = json_pack("{s:[]}", "cases");
    for (int i = 0; i < 100; i++)
        json_array_append_new(json_object_get(values, "cases"), json_pack("{s:i}", "number", 1));
    struct text out = TEXT_WITH_CEILING(100);
    assert_non_null(template);
    assert_false(template_fill(template, values, &out));
    template_free(template);
    json_decref(values);
    text_free(&deep);
    text_free(&out);
}

static void output_ends_at_its_ceiling(void **state)
{
    (void)state;
    char *out =
        filled_as("{{#words}}{{.}}{{/words}}", TEMPLATE_PLAIN, "{\"words\":[\"aaaa\",\"bbbb\",\"cccc\"]}", 6);
    assert_true(strlen(out) <= 6);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_replaced_by_values),
        cmocka_unit_test(lists_are_walked_and_what_is_not_there_is_said),
        cmocka_unit_test(zero_empty_and_false_are_not_there),
        cmocka_unit_test(inner_names_hide_outer_ones_and_outer_ones_are_seen),
        cmocka_unit_test(tag_alone_on_its_line_takes_the_line_with_it),
        cmocka_unit_test(values_are_never_read_as_template),
        cmocka_unit_test(values_have_no_line_ends_controls_or_turns_of_writing),
        cmocka_unit_test(html_is_escaped_but_for_what_is_our_own),
        cmocka_unit_test(words_mark_what_is_a_value),
        cmocka_unit_test(misspelt_name_is_refused_with_what_is_accepted),
        cmocka_unit_test(broken_tags_are_refused_with_their_line),
        cmocka_unit_test(part_has_no_parts_and_leaves_no_section_open),
        cmocka_unit_test(depth_and_size_have_ceilings),
        cmocka_unit_test(lists_in_lists_end_at_the_ceiling_of_steps),
        cmocka_unit_test(output_ends_at_its_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
