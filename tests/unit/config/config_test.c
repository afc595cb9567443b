/* m13d.conf and the whole: defaults, mistakes all at once, reload, hash. */
#include "conf_folder.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void file_with_nothing_but_state_is_valid(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "state = \"/srv/m13d\";\n");
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_string_equal(config->state, "/srv/m13d");
    assert_int_equal(config->language, LANGUAGE_ZH);
    assert_int_equal(config->log_level, LOG_LEVEL_INFO);
    assert_int_equal(config->publish_every_ms, 30 * CLOCK_SECOND);
    assert_int_equal(config->feed_count, 0);
    assert_int_equal(config->alerts.mode, ALERT_DRAFT);
    assert_int_equal(config->alerts.channel_count, 0);
    struct policy_parameters *defaults = parameters_default();
    assert_string_equal(config->parameters->hash, defaults->hash);
    parameters_free(defaults);
    folder_free(folder);
}

static void every_setting_is_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf",
        "state = \"data\"; language = \"en\"; log-level = \"debug\"; publish-every = \"2m\"; feeds = "
        "\"feeds.d\";"
        "overrides = { register = { base = \"http://127.0.0.1:8080\"; minimum-rows = 100; }; };");
    folder_write(folder, "feeds.d/register.conf", minimal_definition);
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(config->state[0], '/'); /* relative to the file, absolute from then on */
    assert_true(string_starts(config->state, folder->path));
    assert_true(string_ends(config->state, "/data"));
    assert_int_equal(config->language, LANGUAGE_EN);
    assert_int_equal(config->log_level, LOG_LEVEL_DEBUG);
    assert_int_equal(config->publish_every_ms, 2 * CLOCK_MINUTE);
    const struct feed_definition *feed = config_feed(config, "register");
    assert_non_null(feed);
    assert_string_equal(feed->base, "http://127.0.0.1:8080");
    assert_int_equal(feed->minimum_rows, 100);
    assert_null(config_feed(config, "other"));
    folder_free(folder);
}

static void mistake_names_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } cases[] = {
        {"\nstaet = \"/x\";\n", 2, "`staet` is no known setting; did you mean `state`?"},
        {"log_level = \"info\";", 1, "did you mean `log-level`?"},
        {"colour = \"red\";", 1, "is no known setting. Accepted: state, language, log-level, feeds"},
        {"state = 5;", 1, "a string in quotes"},
        {"state = \"  \";", 1, "not blank"},
        {"state = [\"/x\"];", 1, "a string in quotes"},
        {"language = \"fr\";", 1, "\"fr\" is not accepted; accepted is one of: zh, en"},
        {"log-level = 7;", 1, "one of: error, warning, notice, info, debug"},
        {"publish-every = 30;", 1, "a whole number with a unit"},
        {"publish-every = \"30\";", 1, "like \"6h\", from 1s to 1d"},
        {"publish-every = \"0s\";", 1, "from 1s to 1d"},
        {"publish-every = \"8d\";", 1, "from 1s to 1d"},
        {"publish-every = \"1.5h\";", 1, "a whole number"},
        {"publish-every = \"1h30m\";", 1, "a whole number"},
        {"publish-every = \"-5m\";", 1, "a whole number"},
        {"publish-every = \"99999999999999999999w\";", 1, "a whole number"},
        {"feeds = \"nowhere\";", 1, "nowhere cannot be read: No such file or directory"},
        {"feeds = 5;", 1, "a string in quotes"},
        {"mode = \"live\";", 1, "`mode` does not stand here but in alerts.conf"},
        {"alerts = { mode = \"live\"; };", 1, "`alerts` does not stand here but in alerts.conf"},
        {"newly-approved = { };", 1, "in measure13.conf"},
        {"schedule = { };", 1, "in a definition in the folder of feeds"},
        {"overrides = 5;", 1, "a group of groups"},
        {"overrides = {\n  fda-501k = { base = \"https://x.example\"; };\n};", 2,
            "`fda-501k` is no feed. Accepted: nothing, there is none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_mistake_in("m13d.conf", cases[i].text, cases[i].line, cases[i].part);
}

static void override_is_held_to_known_feeds_and_safe_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *override;
        const char *part; /* NULL = good */
    } cases[] = {
        {"fda-510k = { base = \"https://mirror.example:8443\"; };", NULL},
        {"fda-510k = { base = \"http://localhost:1\"; };", NULL},
        {"fda-510k = { base = \"http://[::1]:8080\"; };", NULL},
        {"fda-510k = { base = \"http://mirror.example\"; allow-http = true; };", NULL},
        {"fda-510k = { minimum-rows = 0; };", NULL},
        {"fda-501k = { base = \"https://mirror.example\"; };", "did you mean `fda-510k`"},
        {"fda-510k = { base = \"http://mirror.example\"; };", "http is accepted on this machine's own"},
        {"fda-510k = { base = \"http://mirror.example\"; allow-http = false; };",
            "http is accepted on this machine"},
        {"fda-510k = { base = \"http://127.0.0.1.example\"; };", "http is accepted on this machine's own"},
        {"fda-510k = { base = \"http://127.evil.example\"; };", "http is accepted on this machine's own"},
        {"fda-510k = { base = \"https://mirror.example\"; allow-http = true; };",
            "`allow-http` has no effect"},
        {"fda-510k = { allow-http = true; };", "`allow-http` has no effect"},
        {"fda-510k = { base = \"https://mirror.example/api\"; };", "without a path"},
        {"fda-510k = { base = \"https://mirror.example/\"; };", "without a path"},
        {"fda-510k = { base = \"ftp://mirror.example\"; };", "https://HOST"},
        {"fda-510k = { base = \"https://mirror.example:0\"; };", "https://HOST"},
        {"fda-510k = { base = \"https://mirror.example:99999\"; };", "https://HOST"},
        {"fda-510k = { base = \"https://\"; };", "https://HOST"},
        {"fda-510k = { bass = \"https://mirror.example\"; };", "did you mean `base`"},
        {"fda-510k = { minimum-rows = -1; };", "a whole number without quotes"},
        {"fda-510k = { minimum-rows = \"1\"; };", "a whole number without quotes"},
        {"fda-510k = \"https://mirror.example\";", "accepted is a group"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        struct text text = TEXT_WITH_CEILING(4096);
        text_append_format(&text, "overrides = {\n%s\n};\n", cases[i].override);
        folder_write(folder, "feeds.d/fda-510k.conf", minimal_definition);
        folder_write(folder, "m13d.conf", text_string(&text));
        folder_load(folder);
        if (cases[i].part == NULL)
            folder_expect_good(folder);
        else
            folder_expect_only(folder, "m13d.conf", 2, cases[i].part);
        text_free(&text);
        folder_free(folder);
    }
}

/* A feed whose own definition is broken is still a feed: its override is no second mistake. */
static void override_of_a_broken_feed_is_no_mistake(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *broken = changed_definition("authority", "");
    folder_write(folder, "feeds.d/fda-510k.conf", broken);
    folder_write(folder, "m13d.conf", "overrides = { fda-510k = { base = \"https://mirror.example\"; }; };");
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/fda-510k.conf", 0, "`authority` is missing");
    free(broken);
    folder_free(folder);
}

static void all_mistakes_of_all_files_are_told_at_once(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "langauge = \"en\";\npublish-every = \"soon\";\n");
    folder_write(folder, "alerts.conf", "alerts = {\n  mode = \"loud\";\n};\n");
    folder_write(folder, "measure13.conf", "product-cap = {\n  yuan = 1000000;\n};\n");
    folder_write(folder, "authorities.conf", "authorities = {\n  FDA = { markets = [\"UK\"]; };\n};\n");
    folder_write(folder, "feeds.d/a.conf", "\nauthority = \"fda\"");
    folder_write(folder, "feeds.d/b.conf", "cut = {\n");
    folder_load(folder);
    folder_expect(folder, "m13d.conf", 1, "did you mean `language`");
    folder_expect(folder, "m13d.conf", 2, "publish-every");
    folder_expect(folder, "alerts.conf", 2, "draft, release, live");
    folder_expect(folder, "measure13.conf", 2, "an amount in yuan");
    folder_expect(folder, "authorities.conf", 2, "the United Kingdom is GB");
    folder_expect(folder, "feeds.d/a.conf", 2, "authority");
    folder_expect(folder, "feeds.d/a.conf", 0, "`request` is missing");
    folder_expect(folder, "feeds.d/b.conf", 1, "the bracket that opens here is not closed");
    folder_free(folder);
}

static void broken_main_file_hides_no_mistake_of_the_others(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "state = ;\n");
    folder_write(folder, "alerts.conf", "alerts = { mode = \"loud\"; };\n");
    folder_write(folder, "feeds.d/a.conf", "x");
    folder_load(folder);
    assert_int_equal(folder->problems.count, 3);
    folder_expect(folder, "m13d.conf", 1, "syntax error");
    folder_free(folder);
}

static void mistakes_beyond_the_limit_are_counted(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    struct text text = TEXT_WITH_CEILING(100000);
    for (int i = 0; i < LIMIT_PROBLEMS + 17; i++)
        text_append_format(&text, "zzzzzzzz%d = 1;\n", i);
    folder_write(folder, "m13d.conf", text_string(&text));
    folder_load(folder);
    assert_int_equal(folder->problems.count, LIMIT_PROBLEMS);
    assert_int_equal(folder->problems.left_out, 17);
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    config_problems_print(&folder->problems, out);
    fclose(out);
    assert_non_null(strstr(printed, "m13d.conf:200: `zzzzzzzz199`"));
    assert_non_null(strstr(printed, "... and 17 more\n"));
    free(printed);
    text_free(&text);
    folder_free(folder);
}

static void missing_main_file_is_the_only_problem(void **state)
{
    (void)state;
    struct config_problems problems = {0};
    assert_null(config_load("/nonexistent/m13d.conf", &problems));
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.items[0].file, "/nonexistent/m13d.conf");
    assert_int_equal(problems.items[0].line, 0);
    config_problems_free(&problems);
}

static void feeds_come_in_order_of_name_and_strays_are_told(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *off = changed_definition(NULL, "enabled = false;\n");
    folder_write(folder, "feeds.d/b.conf", minimal_definition);
    folder_write(folder, "feeds.d/a-2.conf", minimal_definition);
    folder_write(folder, "feeds.d/a.conf", off);
    folder_write(folder, "feeds.d/.b.conf.swp", "x");
    folder_write(folder, "feeds.d/b.conf~", "x");
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(config->feed_count, 3);
    assert_string_equal(config->feeds[0]->name, "a-2"); /* as bytes: '-' before '.' */
    assert_string_equal(config->feeds[1]->name, "a");
    assert_string_equal(config->feeds[2]->name, "b");
    assert_false(config->feeds[1]->enabled);
    folder_write(folder, "feeds.d/B b.conf", minimal_definition);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/B b.conf", 0, "`B b` is no name for a feed");
    free(off);
    folder_free(folder);
}

static void feeds_of_one_budget_agree_on_it(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *a = changed_definition(NULL, "budget = { group = \"g\"; a-minute = 60; a-day = 500; };\n");
    char *b = changed_definition(NULL, "\nbudget = { group = \"g\"; a-minute = 60; a-day = 400; };\n");
    folder_write(folder, "feeds.d/a.conf", a);
    folder_write(folder, "feeds.d/b.conf", b);
    folder_load(folder);
    folder_expect_only(
        folder, "feeds.d/b.conf", 17, "the feed a gives the group \"g\" 60 requests a minute and 500");
    free(a);
    free(b);
    folder_free(folder);
}

static void authority_of_a_feed_is_one_that_is_known(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *text = changed_definition("authority", "authority = \"NMPB\";\n");
    folder_write(folder, "feeds.d/a.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/a.conf", 1, "authorities.conf");
    folder_write(folder, "authorities.conf", "authorities = { NMPB = { zh = \"甲\"; en = \"a\"; }; };");
    folder_load(folder);
    folder_expect_good(folder);
    /* Where authorities.conf itself cannot be parsed, nothing is said of who is in it. */
    folder_write(folder, "authorities.conf", "authorities = {");
    folder_load(folder);
    folder_expect_only(folder, "authorities.conf", 1, "not closed");
    free(text);
    folder_free(folder);
}

static void reload_with_a_mistake_leaves_the_old_one_whole(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "state = \"/one\";");
    folder_write(folder, "feeds.d/a.conf", minimal_definition);
    folder_load(folder);
    folder_expect_good(folder);
    struct config *old = folder->config;
    folder->config = NULL; /* kept, as the daemon does */

    folder_write(folder, "m13d.conf", "state = \"/two\";");
    folder_write(folder, "alerts.conf", "alerts = { mode = 1; };");
    assert_null(folder_load(folder));
    assert_string_equal(old->state, "/one");
    assert_string_equal(old->feeds[0]->base, "https://register.example");

    folder_write(folder, "alerts.conf", "");
    assert_string_equal(folder_load(folder)->state, "/two");
    assert_string_not_equal(folder->config->hash, old->hash);
    config_free(old);
    folder_free(folder);
}

static void hash_tells_contents_not_places(void **state)
{
    (void)state;
    struct conf_folder *one = folder_new(), *other = folder_new();
    struct conf_folder *folders[] = {one, other};
    for (size_t i = 0; i < 2; i++) {
        folder_write(folders[i], "m13d.conf", "state = \"/x\";");
        folder_write(folders[i], "feeds.d/a.conf", minimal_definition);
        folder_load(folders[i]);
        folder_expect_good(folders[i]);
    }
    assert_string_equal(one->config->hash, other->config->hash);
    assert_int_equal(strlen(one->config->hash), 64);

    folder_write(other, "m13d.conf", "state = \"/x\"; "); /* a blank is a change: the bytes count */
    assert_string_not_equal(folder_load(other)->hash, one->config->hash);
    folder_write(other, "m13d.conf", "state = \"/x\";");
    assert_string_equal(folder_load(other)->hash, one->config->hash);
    folder_write(other, "measure13.conf", ""); /* and so does a file more */
    assert_string_not_equal(folder_load(other)->hash, one->config->hash);
    assert_string_equal(other->config->parameters->hash, one->config->parameters->hash);
    folder_free(one);
    folder_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_with_nothing_but_state_is_valid),
        cmocka_unit_test(every_setting_is_read),
        cmocka_unit_test(mistake_names_line_and_what_is_accepted),
        cmocka_unit_test(override_is_held_to_known_feeds_and_safe_addresses),
        cmocka_unit_test(override_of_a_broken_feed_is_no_mistake),
        cmocka_unit_test(all_mistakes_of_all_files_are_told_at_once),
        cmocka_unit_test(broken_main_file_hides_no_mistake_of_the_others),
        cmocka_unit_test(mistakes_beyond_the_limit_are_counted),
        cmocka_unit_test(missing_main_file_is_the_only_problem),
        cmocka_unit_test(feeds_come_in_order_of_name_and_strays_are_told),
        cmocka_unit_test(feeds_of_one_budget_agree_on_it),
        cmocka_unit_test(authority_of_a_feed_is_one_that_is_known),
        cmocka_unit_test(reload_with_a_mistake_leaves_the_old_one_whole),
        cmocka_unit_test(hash_tells_contents_not_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
