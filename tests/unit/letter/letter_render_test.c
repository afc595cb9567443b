/* letter_render_test.c - what people read: the golden words of every message, and what hostile facts become.
 *
 * messages/TYPE.json are facts (m13/letter.h); messages/TYPE.zh.txt and .en.txt what is made of them:
 * subject, text, and what a robot says. With M13_WRITE_GOLDEN=1 in the environment they are written anew, to
 * be read in the diff. */
#include "view.h"

#include "m13/config.h"
#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/text.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config config;
static struct templates *templates;

static char desk_name[] = "北京示例医药健康产业处", desk_phone[] = "010-5557 0100",
            desk_mail[] = "desk@example.invalid", desk_address[] = "北京市通州区示例路1号";

static int set_up(void **state)
{
    (void)state;
    config.alerts.desk.name = desk_name;
    config.alerts.desk.phone = desk_phone;
    config.alerts.desk.mail = desk_mail;
    config.alerts.desk.address = desk_address;
    templates = templates_new(&config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    templates_free(templates);
    return 0;
}

static json_t *facts_of(const char *type)
{
    char path[64];
    json_error_t error;
    snprintf(path, sizeof path, "messages/%s.json", type);
    json_t *facts = json_load_file(path, 0, &error);
    if (!facts)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return facts;
}

static struct rendering rendered(const json_t *facts, enum alert_language language)
{
    struct rendering rendering = {0};
    render_message(templates, &config, facts, language, &rendering);
    return rendering;
}

/* The facts of a lead with one member of its first case changed. */
static json_t *lead_with(const char *member, const char *value)
{
    json_t *facts = facts_of("lead");
    json_object_set_new(json_array_get(json_object_get(facts, "cases"), 0), member, json_string(value));
    return facts;
}

/* --- golden -----------------------------------------------------------------------------------------------
 */

static void assert_golden(const char *type, enum alert_language language, const char *suffix)
{
    char path[64];
    json_t *facts = facts_of(type);
    struct rendering rendering = rendered(facts, language);
    char *robot = render_robot(templates, &config, facts, language, 2048);
    struct text all = TEXT_WITH_CEILING(1 << 20);
    text_append_format(&all, "%s\n\n%s\n--- robot\n%s\n", rendering.subject, rendering.text, robot);
    snprintf(path, sizeof path, "messages/%s.%s.txt", type, suffix);
    if (getenv("M13_WRITE_GOLDEN")) {
        scratch_write(path, all.bytes, all.length);
    } else {
        char *golden = scratch_read(path, NULL);
        assert_string_equal(text_string(&all), golden);
        free(golden);
    }
    text_free(&all);
    free(robot);
    rendering_clear(&rendering);
    json_decref(facts);
}

static const char *const types[] = {"lead", "question", "correction", "reminder", "deadline", "weekly",
    "receipt", "alarm", "delivery", "health", "test"};
enum { TYPES = sizeof types / sizeof *types };

static void every_message_says_what_is_agreed_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < TYPES; i++) {
        assert_golden(types[i], ALERT_ZH, "zh");
        assert_golden(types[i], ALERT_EN, "en");
    }
}

static void both_languages_are_one_message_chinese_first(void **state)
{
    (void)state;
    json_t *facts = facts_of("lead");
    struct rendering both = rendered(facts, ALERT_BOTH), zh = rendered(facts, ALERT_ZH),
                     en = rendered(facts, ALERT_EN);
    assert_memory_equal(both.text, zh.text, strlen(zh.text));
    assert_string_equal(both.text + strlen(both.text) - strlen(en.text), en.text);
    assert_memory_equal(both.subject, zh.subject, strlen(zh.subject));
    assert_non_null(strstr(both.subject, en.subject));
    assert_non_null(strstr(both.html, "<div lang=\"zh-CN\">"));
    assert_non_null(strstr(both.html, "<div lang=\"en\""));
    rendering_clear(&both);
    rendering_clear(&zh);
    rendering_clear(&en);
    json_decref(facts);
}

/* --- what a firm is told, and what not
 * --------------------------------------------------------------------- */

static void firm_reads_no_amount_but_the_caps_and_no_rule_that_failed(void **state)
{
    static const char *const of_firms[] = {"lead", "reminder", "deadline", "correction"};
    (void)state;
    for (size_t i = 0; i < sizeof of_firms / sizeof *of_firms; i++) {
        json_t *facts = facts_of(of_firms[i]);
        json_t *first = json_array_get(json_object_get(facts, "cases"), 0);
        json_object_set_new(first, "why_zh", json_pack("[s]", "失败的规则"));
        json_object_set_new(first, "award_cny", json_string("876543.21"));
        struct rendering zh = rendered(facts, ALERT_BOTH);
        assert_null(strstr(zh.text, "失败的规则"));
        assert_null(strstr(zh.text, "876543.21"));
        assert_true(i == 3 || strstr(zh.text, "100万元"));
        rendering_clear(&zh);
        json_decref(facts);
    }
}

static void first_load_is_told_as_no_news(void **state)
{
    (void)state;
    json_t *facts = facts_of("lead");
    struct rendering zh = rendered(facts, ALERT_ZH);
    assert_non_null(strstr(zh.text, "已于2026年1月（登记信息仅载明月份）获批"));
    assert_null(strstr(zh.text, "新获"));
    rendering_clear(&zh);
    json_decref(facts);
}

static void dates_are_said_as_exact_as_they_are_known(void **state)
{
    static const char *const dates[][3] = {
        {"2026-03-05", "2026年3月5日", "5 March 2026"},
        {"2026-03", "2026年3月（登记信息仅载明月份）", "March 2026 (the register gives no day)"},
        {"2026", "2026年（登记信息仅载明年份）", "2026 (the register gives the year alone)"},
        {"2026-01-01/2026-02-03", "2026-01-01/2026-02-03", "2026-01-01/2026-02-03"},
        {"", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char words[128];
        view_date(dates[i][0], false, words, sizeof words);
        assert_string_equal(words, dates[i][1]);
        view_date(dates[i][0], true, words, sizeof words);
        assert_string_equal(words, dates[i][2]);
    }
}

static void robot_of_a_firm_shows_public_facts_alone(void **state)
{
    (void)state;
    json_t *facts = facts_of("lead");
    char *robot = render_robot(templates, &config, facts, ALERT_BOTH, 4096);
    static const char *const hidden[] = {
        "91110108", "骨科", "MRX", "M13-2026", "待补", "missing", "msg_", "desk@", "通州", "2026-02"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (strstr(robot, hidden[i]))
            fail_msg("a firm's robot shows %s", hidden[i]);
    assert_non_null(strstr(robot, "K253019"));
    assert_non_null(strstr(robot, "010-5557 0100"));
    free(robot);
    json_decref(facts);
}

/* A third party runs the robots' service and reads along. */
static void robot_of_the_desk_tells_no_verdict_and_of_no_firm_that_it_is_silent(void **state)
{
    (void)state;
    static const char *const told[] = {"question", "weekly", "delivery", "receipt"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        json_t *facts = facts_of(told[i]);
        char *robot = render_robot(templates, &config, facts, ALERT_BOTH, 4096);
        if (strstr(robot, "待人工核定") || strstr(robot, "review") || strstr(robot, ".xlsx") ||
            (i > 0 && strstr(robot, "有限公司")))
            fail_msg("the desk's robot says of %s: %s", told[i], robot);
        free(robot);
        json_decref(facts);
    }
}

static void robot_text_is_cut_at_a_character(void **state)
{
    (void)state;
    json_t *facts = facts_of("lead");
    for (size_t most = 0; most < 200; most++) {
        char *robot = render_robot(templates, &config, facts, ALERT_ZH, most);
        assert_true(strlen(robot) <= most);
        assert_true(utf8_is_valid(robot, strlen(robot)));
        free(robot);
    }
    json_decref(facts);
}

static void webhook_has_the_facts_and_the_words_of_both_languages(void **state)
{
    (void)state;
    json_t *facts = facts_of("reminder");
    char *bytes = render_webhook(templates, &config, facts);
    json_t *body = json_loads(bytes, 0, NULL);
    const char *zh = json_string_value(json_object_get(body, "text_zh"));
    assert_non_null(strstr(zh, "线索 M13-2026-00042"));
    assert_null(strstr(zh, "附件")); /* nothing is attached to a webhook */
    assert_non_null(strstr(json_string_value(json_object_get(body, "text_en")), "Lead M13-2026-00042"));
    json_object_del(body, "text_zh");
    json_object_del(body, "text_en");
    assert_true(json_equal(body, facts));
    free(bytes);
    json_decref(body);
    json_decref(facts);
}

/* --- hostile facts -----------------------------------------------------------------------------------------
 */

static void register_text_is_no_markup_no_html_and_no_template(void **state)
{
    (void)state;
    json_t *facts = lead_with("device", "# x | y <img src=//evil> {{desk.mail}}\r\n= 批准编号：假");
    struct rendering zh = rendered(facts, ALERT_ZH);
    assert_non_null(strstr(zh.text, "登记名称：# x | y <img src=//evil> {{desk.mail}}  = 批准编号：假"));
    assert_null(strstr(zh.html, "<img"));
    assert_non_null(strstr(zh.html, "# x | y &lt;img src=//evil&gt; {{desk.mail}}  = 批准编号：假"));
    rendering_clear(&zh);
    json_decref(facts);
}

static void only_web_addresses_become_links(void **state)
{
    static const struct {
        const char *url;
        bool link;
    } urls[] = {{"https://example.invalid/a?b=1&c=\"x", true}, {"http://example.invalid/", true},
        {"javascript:alert(1)", false}, {"https://a b", false}, {"data:text/html,x", false}};
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        json_t *facts = lead_with("url", urls[i].url);
        struct rendering zh = rendered(facts, ALERT_ZH);
        assert_int_equal(strstr(zh.html, "<a href=") != NULL, urls[i].link);
        assert_null(strstr(zh.html, "\"x\" style")); /* it does not break out of its quotes */
        rendering_clear(&zh);
        json_decref(facts);
    }
}

static void subject_is_one_short_line(void **state)
{
    (void)state;
    json_t *facts = facts_of("lead");
    struct text name = TEXT_WITH_CEILING(5000);
    text_append_string(&name, "甲\r\nBcc: x@example.invalid\x1b");
    while (!name.overflowed)
        text_append_string(&name, "长");
    json_object_set_new(json_object_get(facts, "firm"), "name_zh",
        json_stringn_nocheck(name.bytes, utf8_cut(name.bytes, name.length)));
    struct rendering zh = rendered(facts, ALERT_ZH);
    assert_null(strpbrk(zh.subject, "\r\n\x1b"));
    assert_true(strlen(zh.subject) <= LIMIT_SUBJECT_BYTES + 3);
    assert_true(utf8_is_valid(zh.subject, strlen(zh.subject)));
    rendering_clear(&zh);
    text_free(&name);
    json_decref(facts);
}

static void assert_short_lines(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        assert_true(length <= 998);
        text += length + (text[length] == '\n');
    }
}

static void lines_are_short_even_of_words_without_end(void **state)
{
    (void)state;
    struct text word = TEXT_WITH_CEILING(20000);
    while (!word.overflowed)
        text_append_string(&word, "x");
    json_t *facts = lead_with("device", text_string(&word));
    struct rendering zh = rendered(facts, ALERT_BOTH);
    assert_short_lines(zh.text);
    assert_null(strstr(zh.text, "\r"));
    rendering_clear(&zh);
    text_free(&word);
    json_decref(facts);
}

/* 5 MB: 5,000 cases with a kilobyte each. */
static void list_that_nobody_would_read_is_cut_and_counted(void **state)
{
    char filler[1001];
    (void)state;
    memset(filler, 'y', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    json_t *facts = lead_with("device", filler), *cases = json_object_get(facts, "cases");
    json_array_remove(cases, 1);
    for (int i = 1; i < 5000; i++)
        json_array_append(cases, json_array_get(cases, 0));
    struct rendering zh = rendered(facts, ALERT_ZH);
    assert_true(strlen(zh.text) < 2 * LIMIT_MESSAGE_BYTES);
    assert_non_null(strstr(zh.subject, "5000项"));
    assert_true(strstr(zh.text, "另有4800项") || strstr(zh.text, "内容过长"));
    assert_true(utf8_is_valid(zh.text, strlen(zh.text)));
    assert_non_null(strstr(zh.html, "</html>"));
    rendering_clear(&zh);
    json_decref(facts);
}

static void html_asks_for_nothing_from_outside(void **state)
{
    static const char *const asking[] = {
        "src=", "url(", "<link", "<script", "<style", "@import", "<img", "http-equiv"};
    (void)state;
    for (size_t i = 0; i < TYPES; i++) {
        json_t *facts = facts_of(types[i]);
        struct rendering both = rendered(facts, ALERT_BOTH);
        for (size_t j = 0; j < sizeof asking / sizeof *asking; j++)
            assert_null(strstr(both.html, asking[j]));
        assert_non_null(strstr(both.html, "<html lang=\"zh-CN\">"));
        assert_null(strpbrk(both.html, "\x01\x02"));
        assert_null(strpbrk(both.text, "\x01\x02"));
        rendering_clear(&both);
        json_decref(facts);
    }
}

static void facts_of_no_known_type_are_told_all_the_same(void **state)
{
    (void)state;
    json_t *facts = json_pack("{s:s, s:s, s:s}", "id", "msg_1", "type", "m13.future", "audience", "desk");
    struct rendering zh = rendered(facts, ALERT_ZH);
    assert_non_null(strstr(zh.text, "msg_1"));
    rendering_clear(&zh);
    json_decref(facts);
    facts = json_pack("{s:n, s:i, s:[i]}", "id", "type", 3, "cases", 4);
    zh = rendered(facts, ALERT_ZH);
    assert_non_null(zh.subject);
    rendering_clear(&zh);
    json_decref(facts);
}

/* --- a folder of the bureau's own --------------------------------------------------------------------------
 */

static void own_templates_override_file_by_file_and_bad_ones_do_not(void **state)
{
    (void)state;
    char *folder = scratch_new(), *lead = scratch_path(folder, "lead.zh.txt"),
         *part = scratch_path(folder, "part-desk.zh.txt"), *odd = scratch_path(folder, "laed.zh.txt");
    struct config own = config;
    struct config_problems problems = {0};
    own.alerts.templates = folder;
    scratch_write(lead, "自己的主题\n{{firm.nmae}}\n", strlen("自己的主题\n{{firm.nmae}}\n"));
    scratch_write(part, "> 本处自己的结尾\n", strlen("> 本处自己的结尾\n"));
    scratch_write(odd, "x", 1);
    templates_check(&own, &problems);
    assert_int_equal(problems.count, 2);
    for (size_t i = 0; i < problems.count; i++) {
        bool misspelt_file = strstr(problems.items[i].file, "laed") != NULL;
        assert_non_null(strstr(problems.items[i].text, misspelt_file ? "lead" : "there is no \"firm.nmae\""));
        assert_int_equal(problems.items[i].line, misspelt_file ? 0 : 2);
    }
    struct templates *theirs = templates_new(&own);
    json_t *facts = facts_of("lead"), *question = facts_of("question");
    struct rendering zh = {0};
    render_message(theirs, &own, facts, ALERT_ZH, &zh);
    assert_non_null(strstr(zh.subject, "可能符合支持条件"));
    rendering_clear(&zh);
    render_message(theirs, &own, question, ALERT_ZH, &zh);
    assert_non_null(strstr(zh.text, "本处自己的结尾"));
    rendering_clear(&zh);
    json_decref(facts);
    json_decref(question);
    templates_free(theirs);
    config_problems_free(&problems);
    free(lead);
    free(part);
    free(odd);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_says_what_is_agreed_in_both_languages),
        cmocka_unit_test(both_languages_are_one_message_chinese_first),
        cmocka_unit_test(firm_reads_no_amount_but_the_caps_and_no_rule_that_failed),
        cmocka_unit_test(first_load_is_told_as_no_news),
        cmocka_unit_test(dates_are_said_as_exact_as_they_are_known),
        cmocka_unit_test(robot_of_a_firm_shows_public_facts_alone),
        cmocka_unit_test(robot_of_the_desk_tells_no_verdict_and_of_no_firm_that_it_is_silent),
        cmocka_unit_test(robot_text_is_cut_at_a_character),
        cmocka_unit_test(webhook_has_the_facts_and_the_words_of_both_languages),
        cmocka_unit_test(register_text_is_no_markup_no_html_and_no_template),
        cmocka_unit_test(only_web_addresses_become_links),
        cmocka_unit_test(subject_is_one_short_line),
        cmocka_unit_test(lines_are_short_even_of_words_without_end),
        cmocka_unit_test(list_that_nobody_would_read_is_cut_and_counted),
        cmocka_unit_test(html_asks_for_nothing_from_outside),
        cmocka_unit_test(facts_of_no_known_type_are_told_all_the_same),
        cmocka_unit_test(own_templates_override_file_by_file_and_bad_ones_do_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
