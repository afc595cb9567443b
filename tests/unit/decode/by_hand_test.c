/* `m13d decode FEED [FILE]`. */
#include "decoding.h"

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
#include <unistd.h>

#include <cmocka.h>

struct hand {
    char *config, *file;
    const char *feed;
};

static void by_hand(void *context)
{
    struct hand *hand = context;
    char program[600];
    snprintf(program, sizeof program, "%s/m13d", getenv("M13_BUILD"));
    char *output = scratch_path(decoding.folder, "output");
    int descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(descriptor, STDOUT_FILENO);
    execl(program, "m13d", hand->config, hand->feed, hand->file, (char *)NULL);
    _exit(99);
}

/* `m13d decode FEED FILE`: its exit code; stdout and stderr in `output` and `complaints`. */
static char *output, complaints[4096];

static int decode_by_hand(const char *feed, const char *payload)
{
    struct hand hand = {
        scratch_path(decoding.folder, "m13d.conf"), scratch_path(decoding.folder, "page.json"), feed};
    char conf[1200];
    snprintf(conf, sizeof conf, "state = \"%s/state\";\nfeeds = \"%s/conf/feeds.d\";\n", decoding.folder,
        getenv("M13_SOURCE"));
    scratch_write(hand.config, conf, strlen(conf));
    if (payload != NULL)
        scratch_write(hand.file, payload, strlen(payload));
    int code = process_run_telling(by_hand, &hand, complaints, sizeof complaints);
    char *path = scratch_path(decoding.folder, "output");
    free(output);
    output = scratch_read(path, NULL);
    free(path);
    free(hand.config);
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

#define claim(test) cmocka_unit_test_setup_teardown(test, decoding_set_up, decoding_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(by_hand_the_records_are_on_stdout_and_rejects_on_stderr),
        claim(by_hand_a_missing_file_is_an_input_error),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
