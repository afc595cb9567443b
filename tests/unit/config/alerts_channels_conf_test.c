/* The channels of alerts.conf: each kind with what it needs, and nobody is told the same thing twice. */
#include "conf_folder.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DESK     "desk = { name = \"甲\"; phone = \"1\"; mail = \"a@example.org\"; address = \"乙\"; };\n"
#define OPERATOR "operator = { mail = \"ops@example.org\"; };\n"
#define HOOK     "kind = \"webhook\"; url = \"https://hooks.example.org/m13\"; secret-files = [\"a\"];"
#define MAIL     "kind = \"smtp\"; url = \"smtps://mail.example.org\"; from = \"m13@example.org\";"
#define ROBOT    "kind = \"wecom\"; url-file = \"robot\";"
#define ARCHIVE  "kind = \"file\"; path = \"x\";"

static const struct config *load(struct conf_folder *folder, const char *settings, const char *channels)
{
    struct text text = TEXT_WITH_CEILING(4096);
    text_append_format(&text, "alerts = { %s channels = {\n%s\n}; };", settings, channels);
    folder_write(folder, "alerts.conf", text_string(&text));
    text_free(&text);
    return folder_load(folder);
}

static void expect_audiences(const struct alert_channel *channel, bool firm, bool desk, bool operator)
{
    if (channel->to[AUDIENCE_FIRM] != firm || channel->to[AUDIENCE_DESK] != desk ||
        channel->to[AUDIENCE_OPERATOR] != operator)
        fail_msg("%s: firm %d, desk %d, operator %d", channel->name, channel->to[AUDIENCE_FIRM],
            channel->to[AUDIENCE_DESK], channel->to[AUDIENCE_OPERATOR]);
}

static void webhook_and_file_are_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    unsetenv("CREDENTIALS_DIRECTORY");
    const struct config *config = load(folder, "mode = \"live\";" DESK,
        "bureau = { kind = \"webhook\"; url = \"http://hooks.example.org:81/m13\"; allow-http = true;\n"
        "           secret-files = [\"new\", \"/etc/m13d/old\"]; language = \"en\"; per-minute = 7; };\n"
        "archive = { kind = \"file\"; path = \"sent/alerts.ndjson\"; };\n");
    folder_expect_good(folder);
    assert_int_equal(config->alerts.channel_count, 2);
    const struct alert_channel *bureau = &config->alerts.channels[0], *archive = &config->alerts.channels[1];
    assert_string_equal(bureau->name, "bureau");
    assert_int_equal(bureau->kind, CHANNEL_WEBHOOK);
    assert_string_equal(bureau->url, "http://hooks.example.org:81/m13");
    assert_true(bureau->allow_http);
    assert_false(bureau->allow_private);
    assert_false(bureau->contacts);
    assert_int_equal(bureau->language, ALERT_EN);
    assert_int_equal(bureau->per_minute, 7);
    assert_int_equal(bureau->secret_count, 2);
    assert_true(string_starts(bureau->secret_files[0], folder->path));
    assert_string_equal(bureau->secret_files[1], "/etc/m13d/old");
    assert_int_equal(archive->kind, CHANNEL_FILE);
    assert_true(string_starts(archive->path, folder->path));
    assert_true(string_ends(archive->path, "/sent/alerts.ndjson"));
    assert_int_equal(archive->language, ALERT_ZH);
    folder_free(folder);
}

static void mail_is_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    unsetenv("CREDENTIALS_DIRECTORY");
    const struct config *config = load(folder, DESK,
        "a = { kind = \"smtp\"; url = \"smtp://mail.example.org:587\"; from = \"医药处 <m13@example.org>\";\n"
        "      user = \"m13\"; password-file = \"word\"; to = \"firm\"; };\n"
        "b = { kind = \"smtp\"; url = \"smtp://127.0.0.1:2525\"; from = \"m13@example.org\"; to = "
        "[\"desk\"];\n"
        "      allow-http = true; };\n");
    folder_expect_good(folder);
    const struct alert_channel *mail = &config->alerts.channels[0], *local = &config->alerts.channels[1];
    assert_string_equal(mail->url, "smtp://mail.example.org:587");
    assert_string_equal(mail->from, "医药处 <m13@example.org>");
    assert_string_equal(mail->user, "m13");
    assert_true(string_ends(mail->password_file, "/word"));
    assert_true(string_starts(mail->password_file, folder->path));
    assert_true(mail->contacts);
    assert_false(mail->allow_http);
    assert_int_equal(mail->per_minute, 0);
    expect_audiences(mail, true, false, false);
    expect_audiences(local, false, true, false);
    assert_true(local->allow_http);
    folder_free(folder);
}

static void robots_are_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    unsetenv("CREDENTIALS_DIRECTORY");
    const struct config *config = load(folder, "",
        "a = { kind = \"wecom\"; url-file = \"robot\"; };\n"
        "b = { kind = \"dingtalk\"; url = \"http://127.0.0.1:8080/robot\"; secret-files = \"sign\"; };\n"
        "c = { kind = \"feishu\"; contacts = true; allow-private = true; };\n");
    folder_expect_good(folder);
    const struct alert_channel *channels = config->alerts.channels;
    assert_true(string_ends(channels[0].url_file, "/robot"));
    assert_null(channels[0].url);
    assert_int_equal(channels[0].per_minute, 20);
    assert_int_equal(channels[1].per_minute, 20);
    assert_int_equal(channels[1].secret_count, 1);
    assert_true(channels[1].allow_private); /* of this machine */
    assert_false(channels[0].allow_private);
    assert_int_equal(channels[2].per_minute, 100);
    assert_true(channels[2].contacts);
    assert_true(channels[2].allow_private);
    folder_free(folder);
}

static void channel_carries_what_its_kind_is_for(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct config *config = load(folder, "",
        "hook = { " HOOK " }; file = { " ARCHIVE " }; robot = { " ROBOT " }; mail = { " MAIL " };\n"
        "firms = { kind = \"feishu\"; contacts = true; };\n"
        "own = { kind = \"webhook\"; contacts = true; secret-files = \"s\"; };\n"
        "named = { kind = \"dingtalk\"; url-file = \"u\"; to = [\"firm\", \"operator\"]; };\n");
    folder_expect_good(folder);
    expect_audiences(&config->alerts.channels[0], true, true, true);
    expect_audiences(&config->alerts.channels[1], true, true, true);
    expect_audiences(&config->alerts.channels[2], false, true, false);
    expect_audiences(&config->alerts.channels[3], true, false, false);
    expect_audiences(&config->alerts.channels[4], true, false, false);
    expect_audiences(&config->alerts.channels[5], true, false, false);
    expect_audiences(&config->alerts.channels[6], true, false, true);
    folder_free(folder);
}

/* Wherever the addresses stand, before the channel or behind it. */
static void mail_goes_to_desk_and_operator_when_their_addresses_are_known(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    expect_audiences(&load(folder, DESK, "mail = { " MAIL " };")->alerts.channels[0], true, true, false);
    expect_audiences(&load(folder, OPERATOR, "mail = { " MAIL " };")->alerts.channels[0], true, false, true);
    folder_write(
        folder, "alerts.conf", "alerts = { channels = { mail = { " MAIL " }; }; " DESK OPERATOR " };");
    expect_audiences(&folder_load(folder)->alerts.channels[0], true, true, true);
    folder_free(folder);
}

static void bare_name_of_a_secret_is_a_credential_under_systemd(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/m13d.service", 1);
    const struct config *config = load(folder, "",
        "a = { kind = \"webhook\"; url-file = \"where\"; secret-files = [\"hook\", \"secrets/hook\"]; };\n"
        "b = { " MAIL " user = \"m\"; password-file = \"word\"; };\n"
        "c = { kind = \"file\"; path = \"out\"; };");
    unsetenv("CREDENTIALS_DIRECTORY");
    folder_expect_good(folder);
    const struct alert_channel *channels = config->alerts.channels;
    assert_string_equal(channels[0].secret_files[0], "/run/credentials/m13d.service/hook");
    assert_true(string_ends(channels[0].secret_files[1], "/secrets/hook"));
    assert_false(string_starts(channels[0].secret_files[1], "/run/credentials"));
    assert_string_equal(channels[0].url_file, "/run/credentials/m13d.service/where");
    assert_string_equal(channels[1].password_file, "/run/credentials/m13d.service/word");
    assert_false(string_starts(channels[2].path, "/run/credentials"));
    folder_free(folder);
}

/* A line of `channels` begins on line 2. */
static void mistake_names_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *channels;
        int line;
        const char *part;
    } cases[] = {
        {"a = 5;", 2, "`a`: accepted is a group"},
        {"a = { };", 2, "`kind` is missing"},
        {"a = { kind = \"mail\"; };", 2, "one of: webhook, file, smtp, wecom, dingtalk, feishu"},
        {"a = { kind = \"file\"; };", 2, "`path` is missing"},
        {"a = { " ARCHIVE "\n url = \"https://x.example\"; };", 3,
            "`url` has no effect: the kind is \"file\""},
        {"a = { " ARCHIVE "\n secret-files = \"s\"; };", 3, "`secret-files` has no effect"},
        {"a = { " ARCHIVE "\n contacts = true; };", 3, "`contacts` has no effect"},
        {"a = { " ARCHIVE "\n per-minute = 5; };", 3, "`per-minute` has no effect"},
        {"a = { " ARCHIVE "\n ca-file = \"x\"; };", 3, "`ca-file` has no effect"},
        {"a = { kind = \"webhook\"; secret-files = \"s\"; };", 2, "`url` is missing"},
        {"a = { kind = \"webhook\"; url = \"https://x.example\"; };", 2,
            "`secret-files` is missing: each message is signed"},
        {"a = { " HOOK "\n path = \"p\"; };", 3, "`path` has no effect"},
        {"a = { " HOOK "\n from = \"p@example.org\"; };", 3, "`from` has no effect"},
        {"a = { kind = \"webhook\"; secret-files = \"s\";\n url = \"http://x.example\"; };", 3,
            "http is accepted on this machine's own"},
        {"a = { " HOOK "\n allow-http = true; };", 3, "`allow-http` has no effect"},
        {"a = { kind = \"webhook\"; secret-files = \"s\"; url = \"https://x.example/ä\"; };", 2,
            "percent-encoded"},
        {"a = { kind = \"webhook\"; secret-files = \"s\"; url = \"x.example\"; };", 2,
            "https://HOST[:PORT][/PATH]"},
        {"a = { kind = \"webhook\"; secret-files = \"s\"; url = \"smtps://x.example\"; };", 2,
            "of the kind \"webhook\" accepted is https://"},
        {"a = { kind = \"webhook\"; url = \"https://x.example\"; secret-files = [\"s\",\n\"s\"]; };", 3,
            "\"s\" stands here twice"},
        {"a = { kind = \"webhook\"; url = \"https://x.example\";\nsecret = \"s\"; };", 3,
            "secrets do not stand in a conf file"},
        {"a = { " HOOK "\n password = \"s\"; };", 3, "secrets do not stand in a conf file"},
        {"a = { " HOOK "\n url-file = \"u\"; };", 2, "`url` has no effect: the address is in `url-file`"},
        {"a = { kind = \"wecom\"; url = \"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=7\"; };", 2,
            "a secret in the text of a conf file"},
        {"a = { kind = \"wecom\"; };", 2, "or `url-file`, or `contacts = true`"},
        {"a = { " ROBOT "\n secret-files = \"s\"; };", 3,
            "`secret-files` has no effect: the kind is \"wecom\""},
        {"a = { kind = \"feishu\"; url-file = \"u\";\n secret-files = [\"s\", \"t\"]; };", 3,
            "a robot has one secret"},
        {"a = { kind = \"feishu\"; contacts = true;\n url = \"https://x.example\"; };", 3,
            "`url` has no effect: each firm has an address of its own"},
        {"a = { kind = \"feishu\"; contacts = true;\n url-file = \"u\"; };", 3, "`url-file` has no effect"},
        {"a = { kind = \"dingtalk\"; contacts = true;\n secret-files = \"s\"; };", 3,
            "stands behind # in its address"},
        {"a = { kind = \"feishu\"; contacts = true;\n to = [\"firm\", \"desk\"]; };", 3,
            "so accepted is \"firm\" alone"},
        {"a = { " ARCHIVE "\n to = \"firms\"; };", 3, "one of: firm, desk, operator"},
        {"a = { " ARCHIVE "\n to = []; };", 3, "`to`: accepted is one or several of"},
        {"a = { " ARCHIVE "\n to = { }; };", 3, "`to`: accepted is one or several of"},
        {"a = { " ARCHIVE "\n to = 5; };", 3, "`to`: accepted is one or several of"},
        {"a = { " ARCHIVE "\n to = [\"desk\",\n\"desk\"]; };", 4, "`to`: \"desk\" stands here twice"},
        {"a = { " ROBOT "\n per-minute = -1; };", 3, "0 to 100000"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\"; };", 2, "`url` is missing: it says which server"},
        {"a = { kind = \"smtp\"; url = \"smtps://mail.example.org\"; };", 2, "`from` is missing"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\";\n url = \"https://mail.example.org\"; };", 3,
            "of the kind \"smtp\" accepted is smtps://HOST[:PORT]"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\";\n url = \"smtps://mail.example.org/x\"; };", 3,
            "accepted is smtps://HOST[:PORT]"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\";\n url = \"smtp://:25\"; };", 3,
            "accepted is smtps://HOST[:PORT]"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\"; url = \"smtp://mail.example.org\";\n allow-http = "
         "true; };",
            3, "without TLS to this machine's own addresses only"},
        {"a = { kind = \"smtp\"; from = \"m@example.org\"; url = \"smtp://127.0.0.1.evil.example\";\n "
         "allow-http = true; };",
            3, "without TLS to this machine's own addresses only"},
        {"a = { " MAIL "\n allow-http = true; };", 3, "smtps:// is TLS from the first byte on"},
        {"a = { " MAIL "\n user = \"m\"; };", 2, "`password-file` is missing: there is a `user`"},
        {"a = { " MAIL "\n password-file = \"m\"; };", 2, "`user` is missing: there is a `password-file`"},
        {"a = { " MAIL "\n contacts = true; };", 3, "`contacts` has no effect"},
        {"a = { " MAIL "\n url-file = \"u\"; };", 3, "`url-file` has no effect"},
        {"a = { " MAIL "\n allow-private = true; };", 3, "`allow-private` has no effect"},
        {"a = { " MAIL "\n to = \"desk\"; };", 3, "the desk has no address"},
        {"a = { " MAIL "\n to = \"operator\"; };", 3, "the operator has no address"},
        {"a = { " MAIL "\n ca-file = \"none.pem\"; };", 3, "none.pem cannot be read"},
        {"a = { kind = \"smtp\"; url = \"smtps://mail.example.org\";\n from = \"a\\nBcc: b@example.org\"; };",
            3, "NAME <ADDRESS>"},
        {"a = { kind = \"smtp\"; url = \"smtps://mail.example.org\";\n from = \"a <b@example.org>, c "
         "<d@example.org>\"; };",
            3, "NAME <ADDRESS>"},
        {"a = { kind = \"smtp\"; url = \"smtps://mail.example.org\";\n from = \"a\\tb <c@example.org>\"; };",
            3, "NAME <ADDRESS>"},
        {"a = { kind = \"smtp\"; url = \"smtps://mail.example.org\";\n from = \"<c@example.org>\"; };", 3,
            "NAME <ADDRESS>"},
        {"a = { " MAIL "\n user = \"a\\r\\nb\"; password-file = \"w\"; };", 3, "one line of text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        load(folder, "", cases[i].channels);
        folder_expect_only(folder, "alerts.conf", cases[i].line, cases[i].part);
        folder_free(folder);
    }
}

static void channels_are_a_group(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "alerts.conf", "alerts = { channels = (); };");
    folder_load(folder);
    folder_expect_only(folder, "alerts.conf", 1, "a group of groups");
    folder_free(folder);
}

static void nobody_is_told_the_same_thing_twice(void **state)
{
    (void)state;
    static const struct {
        const char *channels;
        const char *part; /* NULL = good */
    } cases[] = {
        {"a = { " MAIL " };\nb = { " MAIL " };", "`b`: what it sends to \"firm\" the channel `a` sends"},
        {"a = { " MAIL " to = \"firm\"; };\nb = { " MAIL " to = \"desk\"; };", NULL},
        {"a = { " MAIL " to = \"desk\"; };\nb = { " MAIL " to = [\"firm\", \"desk\"]; };",
            "`b`: what it sends to \"desk\""},
        {"a = { kind = \"wecom\"; contacts = true; };\nb = { kind = \"wecom\"; contacts = true; };",
            "`b`: what it sends to \"firm\""},
        {"a = { kind = \"wecom\"; contacts = true; };\nb = { kind = \"feishu\"; contacts = true; };", NULL},
        {"a = { kind = \"wecom\"; contacts = true; };\nb = { " ROBOT " to = \"firm\"; };", NULL},
        {"a = { " ROBOT " };\nb = { " ROBOT " };", "`b`: what it sends to \"desk\""},
        {"a = { " ROBOT " };\nb = { kind = \"wecom\"; url-file = \"other\"; };", NULL},
        {"a = { " HOOK " };\nb = { " HOOK " to = \"operator\"; };", "`b`: what it sends to \"operator\""},
        {"a = { " ARCHIVE " };\nb = { " ARCHIVE " };", "`b`: what it sends to \"firm\""},
        {"a = { " ARCHIVE " };\nb = { kind = \"file\"; path = \"y\"; };", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        load(folder, DESK, cases[i].channels);
        if (cases[i].part != NULL)
            folder_expect_only(folder, "alerts.conf", 4, cases[i].part);
        else
            folder_expect_good(folder);
        folder_free(folder);
    }
}

static void mode_that_sends_needs_a_way_to_firms_and_desk(void **state)
{
    (void)state;
    static const char mode[] = "mode = \"release\"; " DESK;
    struct conf_folder *folder = folder_new();
    load(folder, mode, "a = { " ROBOT " };");
    folder_expect_only(folder, "alerts.conf", 2, "no channel carries those to \"firm\"");
    load(folder, mode, "a = { kind = \"wecom\"; contacts = true; };");
    folder_expect_only(folder, "alerts.conf", 2, "no channel carries those to \"desk\"");
    load(folder, mode, "a = { kind = \"wecom\"; contacts = true; }; b = { " ROBOT " };");
    folder_expect_good(folder);
    load(folder, mode, "a = { " MAIL " };");
    folder_expect_good(folder);
    load(folder, "", "a = { " ROBOT " };"); /* a draft goes nowhere */
    folder_expect_good(folder);
    load(folder, mode, "a = { " ARCHIVE " to = \"operator\"; };");
    folder_expect(folder, "alerts.conf", 2, "to \"firm\"");
    folder_expect(folder, "alerts.conf", 2, "to \"desk\"");
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webhook_and_file_are_read),
        cmocka_unit_test(mail_is_read),
        cmocka_unit_test(robots_are_read),
        cmocka_unit_test(channel_carries_what_its_kind_is_for),
        cmocka_unit_test(mail_goes_to_desk_and_operator_when_their_addresses_are_known),
        cmocka_unit_test(bare_name_of_a_secret_is_a_credential_under_systemd),
        cmocka_unit_test(mistake_names_line_and_what_is_accepted),
        cmocka_unit_test(channels_are_a_group),
        cmocka_unit_test(nobody_is_told_the_same_thing_twice),
        cmocka_unit_test(mode_that_sends_needs_a_way_to_firms_and_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
