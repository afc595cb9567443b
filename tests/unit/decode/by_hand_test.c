/* `m13d decode FEED [FILE]`. */
#include "decoding.h"
#include "tables.h"

#include "process.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct hand {
    char *config, *file;
    const char *feed;
    const char *piped; /* comes through standard input, a pipe; NULL = the file is named */
    size_t length;
};

static void by_hand(void *context)
{
    struct hand *hand = context;
    char program[600];
    snprintf(program, sizeof program, "%s/m13d", getenv("M13_BUILD"));
    char *output = scratch_path(decoding.folder, "output");
    int descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(descriptor, STDOUT_FILENO);
    int ends[2];
    if (hand->piped != NULL && pipe(ends) == 0 &&
        write(ends[1], hand->piped, hand->length) == (ssize_t)hand->length) {
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
    }
    execl(program, "m13d", hand->config, hand->feed, hand->piped != NULL ? NULL : hand->file, (char *)NULL);
    _exit(99);
}

/* `m13d decode FEED FILE`: its exit code; stdout and stderr in `output` and `complaints`. */
static char *output, complaints[4096];

static int run_by_hand(struct hand *hand, const char *definitions)
{
    char conf[1200];
    hand->config = scratch_path(decoding.folder, "m13d.conf");
    snprintf(conf, sizeof conf, "state = \"%s/state\";\nfeeds = \"%s\";\n", decoding.folder, definitions);
    scratch_write(hand->config, conf, strlen(conf));
    int code = process_run_telling(by_hand, hand, complaints, sizeof complaints);
    char *path = scratch_path(decoding.folder, "output");
    free(output);
    output = scratch_read(path, NULL);
    free(path);
    free(hand->config);
    return code;
}

static int decode_by_hand(const char *feed, const char *payload)
{
    struct hand hand = {.file = scratch_path(decoding.folder, "page.json"), .feed = feed};
    char shipped[1000];
    snprintf(shipped, sizeof shipped, "%s/conf/feeds.d", getenv("M13_SOURCE"));
    if (payload != NULL)
        scratch_write(hand.file, payload, strlen(payload));
    int code = run_by_hand(&hand, shipped);
    free(hand.file);
    return code;
}

static void by_hand_the_records_are_on_stdout_and_rejects_on_stderr(void **state)
{
    (void)state;
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") "," ROW("K2") "]}"), 0);
    assert_true(string_starts(output, "{\"authority\":\"FDA\",\"number\":\"K1\""));
    assert_non_null(strstr(output, "}\n{\"authority\":\"FDA\",\"number\":\"K2\""));
    assert_string_equal(complaints, "");

    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") ",{\"k_number\":\"K2\"}]}"), 3);
    assert_non_null(strstr(complaints, "row 2: manufacturer: required, but there is nothing in `applicant`"));
    assert_non_null(strstr(output, "\"K1\""));

    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[{\"k_number\":\"K2\"}]}"), 65);
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[]}"), 0);
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") ""), 65);
    assert_non_null(strstr(complaints, "in or behind row 1: "));
    assert_int_equal(decode_by_hand("nonesuch", "{}"), 64);
    free(output);
    output = NULL;
}

static void by_hand_a_missing_file_is_an_input_error(void **state)
{
    (void)state;
    assert_int_equal(decode_by_hand("fda-510k", NULL), 74);
    free(output);
    output = NULL;
}

#define DEFINITION                                                                                           \
    "authority = \"FDA\"; routes = [\"510k\"];\n"                                                            \
    "title = { zh = \"测试\"; en = \"test\"; }; covers = { zh = \"全部\"; en = \"all\"; };\n"            \
    "limits = { zh = \"无\"; en = \"none\"; };\n"                                                           \
    "request = { base = \"https://register.example\"; poll = { path = \"/rows\"; }; };\n"                    \
    "schedule = { every = \"1d\"; };\n"                                                                      \
    "expect = { completeness = \"register\"; fresh = \"3d\"; };\n"                                           \
    "format = { kind = \"csv\"; charset = \"utf-8\"; container = \"zip\"; member = \"*.csv\"; };\n"          \
    "fields = { number = \"N\"; holder = \"H\"; decision_date = { from = \"D\"; forms = [\"iso\"]; };\n"     \
    "route = \"R\"; status = \"S\"; };\n"

/* An archive's list stands at its end: a pipe must be kept first. */
static void by_hand_an_archive_may_come_through_a_pipe(void **state)
{
    (void)state;
    char *bytes, *folder = scratch_path(decoding.folder, "feeds.d");
    char *definition = scratch_path(decoding.folder, "feeds.d/zipped.conf");
    const struct table_part parts[] = {{"rows.csv", "N,H,D,R,S\nK1,Firm,2026-10-01,r,s", 0}};
    size_t length = table_archive(parts, 1, NULL, &bytes);
    assert_int_equal(mkdir(folder, 0700), 0);
    scratch_write(definition, DEFINITION, strlen(DEFINITION));
    struct hand hand = {.feed = "zipped", .piped = bytes, .length = length};
    assert_int_equal(run_by_hand(&hand, folder), 0);
    assert_true(string_starts(output, "{\"authority\":\"FDA\",\"number\":\"K1\""));
    assert_non_null(strstr(complaints, "the last line has no line end"));
    hand.length /= 2;
    assert_int_equal(run_by_hand(&hand, folder), 65);
    assert_non_null(strstr(complaints, "the archive is damaged or cut"));
    free(bytes);
    free(folder);
    free(definition);
    free(output);
    output = NULL;
}

#define claim(test) cmocka_unit_test_setup_teardown(test, decoding_set_up, decoding_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(by_hand_the_records_are_on_stdout_and_rejects_on_stderr),
        claim(by_hand_an_archive_may_come_through_a_pipe),
        claim(by_hand_a_missing_file_is_an_input_error),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
