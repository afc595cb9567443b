/* alerts.conf: nothing goes out by accident, and nobody is told something without knowing whom to ask. */
#include "conf_folder.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DESK "desk = { name = \"甲\"; phone = \"1\"; mail = \"a@example.org\"; address = \"乙\"; };\n"
#define HOOK                                                                                                 \
    "bureau = { kind = \"webhook\"; url = \"https://hooks.example.org/m13\"; secret-files = [\"a\"]; };"

static void nothing_is_sent_unless_somebody_says_so(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    static const char *const drafts[] = {"", "alerts = { };", "alerts = { channels = { " HOOK " }; };"};
    for (size_t i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        folder_write(folder, "alerts.conf", drafts[i]);
        assert_int_equal(folder_load(folder)->alerts.mode, ALERT_DRAFT);
    }
    folder_free(folder);
}

static void every_setting_has_its_default_with_and_without_the_file(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    for (int with_file = 0; with_file < 2; with_file++) {
        if (with_file)
            folder_write(folder, "alerts.conf", "alerts = { digest = { }; alarms = { }; operator = { }; };");
        const struct config *config = folder_load(folder);
        folder_expect_good(folder);
        assert_int_equal(config->alerts.language, ALERT_ZH);
        assert_int_equal(config->alerts.times.digest_at, 9 * CLOCK_HOUR);
        assert_false(config->alerts.times.digest_all_days);
        assert_int_equal(config->alerts.times.quiet_from, config->alerts.times.quiet_to);
        assert_int_equal(config->alerts.quiet_period_days, 7);
        assert_int_equal(config->alerts.reminder_count, 2);
        assert_int_equal(config->alerts.reminder_days[0], 30);
        assert_int_equal(config->alerts.reminder_days[1], 90);
        assert_int_equal(config->alerts.deadline.day, DAY_NONE);
        assert_null(config->alerts.deadline.name);
        assert_int_equal(config->alerts.deadline.notice_days, 14);
        assert_null(config->alerts.templates);
        assert_null(config->alerts.operator.mail);
        assert_int_equal(config->alerts.alarms.feed_failures, 3);
        assert_int_equal(config->alerts.alarms.review_days, 30);
        assert_int_equal(config->alerts.alarms.disk_bytes, (int64_t)2 << 30);
    }
    folder_free(folder);
}

static void everything_is_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "alerts.conf",
        "alerts = { mode = \"live\"; language = \"both\";\n" DESK
        "operator = { mail = \"ops@example.org\"; };\n"
        "digest = { at = \"16:30\"; days = \"all\"; };\n"
        "quiet = { from = \"22:00\"; to = \"07:45\"; };\n"
        "quiet-period = \"2w\";\n"
        "reminders = [\"1w\", \"30d\", \"180d\"];\n"
        "deadline = { day = \"2026-12-31\"; name = \"2026年度第二批申报截止\"; notice = \"3w\"; };\n"
        "templates = \"words\";\n"
        "alarms = { feed-failures = 5; review-age = \"10d\"; disk-free = \"512M\"; };\n"
        "channels = { " HOOK " }; };");
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(config->alerts.mode, ALERT_LIVE);
    assert_int_equal(config->alerts.language, ALERT_BOTH);
    assert_string_equal(config->alerts.desk.name, "甲");
    assert_string_equal(config->alerts.desk.phone, "1");
    assert_string_equal(config->alerts.desk.mail, "a@example.org");
    assert_string_equal(config->alerts.desk.address, "乙");
    assert_string_equal(config->alerts.operator.mail, "ops@example.org");
    assert_int_equal(config->alerts.times.digest_at, 16 * CLOCK_HOUR + 30 * CLOCK_MINUTE);
    assert_true(config->alerts.times.digest_all_days);
    assert_int_equal(config->alerts.times.quiet_from, 22 * CLOCK_HOUR);
    assert_int_equal(config->alerts.times.quiet_to, 7 * CLOCK_HOUR + 45 * CLOCK_MINUTE);
    assert_int_equal(config->alerts.quiet_period_days, 14);
    assert_int_equal(config->alerts.reminder_count, 3);
    assert_int_equal(config->alerts.reminder_days[0], 7);
    assert_int_equal(config->alerts.reminder_days[2], 180);
    assert_int_equal(config->alerts.deadline.day, day_from_civil(2026, 12, 31));
    assert_string_equal(config->alerts.deadline.name, "2026年度第二批申报截止");
    assert_int_equal(config->alerts.deadline.notice_days, 21);
    assert_true(string_starts(config->alerts.templates, folder->path));
    assert_true(string_ends(config->alerts.templates, "/words"));
    assert_int_equal(config->alerts.alarms.feed_failures, 5);
    assert_int_equal(config->alerts.alarms.review_days, 10);
    assert_int_equal(config->alerts.alarms.disk_bytes, (int64_t)512 << 20);
    assert_int_equal(config->alerts.channels[0].language, ALERT_BOTH);
    folder_free(folder);
}

static void reminders_may_be_none(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "alerts.conf", "alerts = { reminders = []; quiet-period = \"0d\"; };");
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(config->alerts.reminder_count, 0);
    assert_int_equal(config->alerts.quiet_period_days, 0);
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
        {"mode = \"live\";", 1, "`mode` does not stand here; it belongs to group `alerts`"},
        {"alerts = {\nphone = \"1\"; };", 2, "it belongs to group `desk` in group `alerts`"},
        {"alerts = \"draft\";", 1, "accepted is a group"},
        {"alerts = { state = \"/x\"; };", 1, "`state` does not stand here but in m13d.conf"},
        {"language = \"en\";", 1, "it belongs to group `alerts`"},
        {"alerts = { language = \"fr\"; };", 1, "one of: zh, en, both"},
        {"alerts = { operator = { mail = \"ops\"; }; };", 1, "an address of mail, like desk@example.gov.cn"},
        {"alerts = { digest = { at = \"9\"; }; };", 1, "a time of day in Beijing"},
        {"alerts = { digest = {\n days = \"weekdays\"; }; };", 2, "one of: working, all"},
        {"alerts = { quiet = {\n from = \"22:00\"; }; };", 1, "`to` is missing"},
        {"alerts = { quiet = { from = \"22:00\"; to = \"24:00\"; }; };", 1, "\"00:00\" to \"23:59\""},
        {"alerts = { quiet-period = \"12h\"; };", 1, "from 0d to 365d"},
        {"alerts = { reminders = [\"30d\", \"60d\", \"90d\",\n\"120d\"]; };", 1, "at most 3 waits"},
        {"alerts = { reminders = \"30d\"; };", 1, "at most 3 waits"},
        {"alerts = { reminders = [\"30d\",\n\"30d\"]; };", 2, "later than the one before"},
        {"alerts = { reminders = [\"0d\"]; };", 1, "from 1d to 3650d"},
        {"alerts = { reminders = [30]; };", 1, "from 1d to 3650d"},
        {"alerts = { deadline = { day = \"2026-12-31\"; }; };", 1, "`name` is missing"},
        {"alerts = { deadline = { name = \"x\"; }; };", 1, "`day` is missing"},
        {"alerts = { deadline = { day = \"2026-02-30\"; name = \"x\"; }; };", 1, "a day that exists"},
        {"alerts = { deadline = { day = \"2026-12-31\"; name = \"a\\nb\"; }; };", 1, "one line of text"},
        {"alerts = { deadline = { day = \"2026-12-31\"; name = \"x\"; notice = \"0d\"; }; };", 1, "from 1d"},
        {"alerts = { alarms = { feed-failures = 0; }; };", 1, "1 to 1000"},
        {"alerts = { alarms = { review-age = \"90\"; }; };", 1, "from 1d to 3650d"},
        {"alerts = { alarms = { disk-free = \"1K\"; }; };", 1, "from 1M"},
        {"alerts = {\n mode = \"live\";\n" DESK "};", 1, "`channels` is missing"},
        {"alerts = {\n mode = \"release\";\n channels = { " HOOK " }; };", 1, "`desk` is missing"},
        {"alerts = {\n mode = \"release\"; channels = { " HOOK " };\n"
         "desk = { name = \"a\"; phone = \"1\"; mail = \"m@example.org\"; }; };",
            3, "`address` is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        folder_write(folder, "alerts.conf", cases[i].text);
        folder_load(folder);
        folder_expect_only(folder, "alerts.conf", cases[i].line, cases[i].part);
        folder_free(folder);
    }
}

/* They stand in headers of mail, in texts of robots and in calendar files. */
static void names_of_the_desk_cannot_bring_a_line_in(void **state)
{
    (void)state;
    static const char *const settings[] = {"name", "phone", "address"};
    static const char *const values[] = {"a\\nBcc: b@example.org", "a\\rb", "a\\tb", "a\\x7f", "\\xc2\\x85",
        "\\xe2\\x80\\xa8" /* LINE SEPARATOR */, "\\xe2\\x80\\xae" /* RIGHT-TO-LEFT OVERRIDE */, " "};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            struct text text = TEXT_WITH_CEILING(256);
            text_append_format(&text, "alerts = { desk = { %s = \"%s\"; }; };", settings[i], values[j]);
            struct conf_folder *folder = folder_new();
            folder_write(folder, "alerts.conf", text_string(&text));
            folder_load(folder);
            folder_expect_only(folder, "alerts.conf", 1, "one line of text, without control characters");
            folder_free(folder);
            text_free(&text);
        }
}

static void only_plain_addresses_of_mail_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool good;
    } cases[] = {
        {"desk@example.gov.cn", true}, {"o'neil+m13=x@mail.example.org", true}, {"desk@localhost", true},
        {"desk", false}, {"@example.org", false}, {"desk@", false},
        {"desk@example.org,boss@example.org", false}, {"desk@example.org boss@example.org", false},
        {"<desk@example.org>", false}, {"desk@a@b", false}, {".desk@example.org", false},
        {"de..sk@example.org", false}, {"desk@example..org", false}, {"desk@example.org.", false},
        {"desk@-example.org", false}, {"desk@[127.0.0.1]", false}, {"\\\"a b\\\"@example.org", false},
        {"desk@example.org\\r\\nRCPT TO:<x@example.org>", false}, {"主任@example.org", false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org", false}, /* 65 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = TEXT_WITH_CEILING(256);
        text_append_format(&text, "alerts = { operator = { mail = \"%s\"; }; };", cases[i].address);
        struct conf_folder *folder = folder_new();
        folder_write(folder, "alerts.conf", text_string(&text));
        folder_load(folder);
        if (cases[i].good)
            folder_expect_good(folder);
        else
            folder_expect_only(folder, "alerts.conf", 1, "an address of mail");
        folder_free(folder);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_unless_somebody_says_so),
        cmocka_unit_test(every_setting_has_its_default_with_and_without_the_file),
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(reminders_may_be_none),
        cmocka_unit_test(mistake_names_line_and_what_is_accepted),
        cmocka_unit_test(names_of_the_desk_cannot_bring_a_line_in),
        cmocka_unit_test(only_plain_addresses_of_mail_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
