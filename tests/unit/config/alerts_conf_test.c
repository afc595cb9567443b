/* alerts.conf: nothing goes out by accident, and nobody is told something without knowing whom to ask. */
#include "conf_folder.h"

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

static void channels_and_desk_are_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "alerts.conf",
        "alerts = { mode = \"live\";\n" DESK "channels = {\n"
        "  bureau = { kind = \"webhook\"; url = \"http://hooks.example.org:81/m13\"; allow-http = true;\n"
        "             secret-files = [\"new\", \"/etc/m13d/old\"]; };\n"
        "  archive = { kind = \"file\"; path = \"sent/alerts.ndjson\"; };\n"
        "}; };");
    unsetenv("CREDENTIALS_DIRECTORY");
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(config->alerts.mode, ALERT_LIVE);
    assert_string_equal(config->alerts.desk.name, "甲");
    assert_string_equal(config->alerts.desk.phone, "1");
    assert_string_equal(config->alerts.desk.mail, "a@example.org");
    assert_string_equal(config->alerts.desk.address, "乙");
    assert_int_equal(config->alerts.channel_count, 2);
    const struct alert_channel *bureau = &config->alerts.channels[0], *archive = &config->alerts.channels[1];
    assert_string_equal(bureau->name, "bureau");
    assert_int_equal(bureau->kind, CHANNEL_WEBHOOK);
    assert_string_equal(bureau->url, "http://hooks.example.org:81/m13");
    assert_true(bureau->allow_http);
    assert_int_equal(bureau->secret_count, 2);
    assert_true(string_starts(bureau->secret_files[0], folder->path));
    assert_string_equal(bureau->secret_files[1], "/etc/m13d/old");
    assert_int_equal(archive->kind, CHANNEL_FILE);
    assert_true(string_starts(archive->path, folder->path));
    assert_true(string_ends(archive->path, "/sent/alerts.ndjson"));
    folder_free(folder);
}

static void bare_name_of_a_secret_is_a_credential_under_systemd(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "alerts.conf",
        "alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example\";\n"
        "secret-files = [\"hook\", \"secrets/hook\"]; }; }; };");
    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/m13d.service", 1);
    folder_load(folder);
    unsetenv("CREDENTIALS_DIRECTORY");
    folder_expect_good(folder);
    char *const *files = folder->config->alerts.channels[0].secret_files;
    assert_string_equal(files[0], "/run/credentials/m13d.service/hook");
    assert_true(string_ends(files[1], "/secrets/hook"));
    assert_false(string_starts(files[1], "/run/credentials"));
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
        {"alerts = { channels = (); };", 1, "a group of groups"},
        {"alerts = { channels = {\n a = 5; }; };", 2, "`a`: accepted is a group"},
        {"alerts = { channels = {\n a = { }; }; };", 2, "`kind` is missing"},
        {"alerts = { channels = { a = { kind = \"mail\"; }; }; };", 1, "one of: webhook, file"},
        {"alerts = { channels = {\n a = { kind = \"file\"; }; }; };", 2, "`path` is missing"},
        {"alerts = { channels = { a = { kind = \"file\"; path = \"x\";\n url = \"https://x.example\"; }; }; "
         "};",
            2, "`url` has no effect: the kind is \"file\""},
        {"alerts = { channels = { a = { kind = \"file\"; path = \"x\";\n secret-files = \"s\"; }; }; };", 2,
            "`secret-files` has no effect"},
        {"alerts = { channels = { a = { kind = \"webhook\"; secret-files = \"s\"; }; }; };", 1,
            "`url` is missing"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example\"; }; }; };", 1,
            "`secret-files` is missing: each message is signed"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example\"; secret-files = "
         "\"s\";\n"
         "path = \"p\"; }; }; };",
            2, "`path` has no effect"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"http://x.example\"; secret-files = "
         "\"s\"; }; }; };",
            1, "http is accepted on this machine's own"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example/ä\"; secret-files = "
         "\"s\"; }; "
         "}; };",
            1, "percent-encoded"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"x.example\"; secret-files = \"s\"; }; }; "
         "};",
            1, "https://HOST[:PORT][/PATH]"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example\";\n"
         "secret-files = [\"s\",\n\"s\"]; }; }; };",
            3, "\"s\" stands here twice"},
        {"alerts = { channels = { a = { kind = \"webhook\"; url = \"https://x.example\";\nsecret = \"s\"; }; "
         "}; };",
            2, "secrets do not stand in a conf file"},
        {"alerts = {\n mode = \"live\";\n" DESK "};", 1, "`channels` is missing"},
        {"alerts = {\n mode = \"release\";\n channels = { " HOOK " }; };", 1, "`desk` is missing"},
        {"alerts = {\n mode = \"release\"; channels = { " HOOK " };\n"
         "desk = { name = \"a\"; phone = \"1\"; mail = \"m\"; }; };",
            3, "`address` is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* The mistake may bring another in its train only where the test says so. */
        struct conf_folder *folder = folder_new();
        folder_write(folder, "alerts.conf", cases[i].text);
        folder_load(folder);
        folder_expect(folder, "alerts.conf", cases[i].line, cases[i].part);
        assert_in_range(folder->problems.count, 1, 2);
        folder_free(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_unless_somebody_says_so),
        cmocka_unit_test(channels_and_desk_are_read),
        cmocka_unit_test(bare_name_of_a_secret_is_a_credential_under_systemd),
        cmocka_unit_test(mistake_names_line_and_what_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
