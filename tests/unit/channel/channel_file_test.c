/* Messages to a file: whole lines, or none. */
#include "posting_desk.h"

#include "scratch.h"

#include "m13/digest.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int open_file(void **state)
{
    struct posting_desk *desk = posting_desk_open(CHANNEL_FILE, "");
    desk->channel.path = scratch_path(desk->folder, "alerts.ndjson");
    *state = desk;
    return 0;
}

static int close_file(void **state)
{
    struct posting_desk *desk = *state;
    free(desk->channel.path);
    posting_desk_close(desk);
    return 0;
}

static void file_gets_one_line_for_each_message(void **state)
{
    struct posting_desk *desk = *state;
    struct stat status;
    char hex[DIGEST_HEX_BYTES];
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_DONE);
    char *lines = scratch_read(desk->channel.path, NULL), *second = strchr(lines, '\n') + 1;
    assert_string_equal(second + strlen(second) - 1, "\n");
    second[strlen(second) - 1] = '\0';
    assert_null(strchr(second, '\n'));
    assert_string_equal(end->sent_sha256, digest_hex_of(second, strlen(second), hex));
    assert_non_null(strstr(end->text, "sha256 "));
    json_t *told = json_loads(second, 0, NULL);
    assert_non_null(json_object_get(told, "text_zh"));
    assert_string_equal(json_string_value(json_object_get(told, "id")), "msg_01");
    assert_int_equal(stat(desk->channel.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    json_decref(told);
    free(lines);
}

static void check_failure(struct posting_desk *desk)
{
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_RETRY);
    assert_string_not_equal(end->text, "");
    assert_null(strstr(end->text, desk->channel.path));
}

static void file_that_cannot_be_written_is_tried_again_and_not_named(void **state)
{
    struct posting_desk *desk = *state;
    free(desk->channel.path);
    desk->channel.path = scratch_path(desk->folder, "no such folder/alerts.ndjson");
    check_failure(desk);
}

static void full_disk_is_no_delivery(void **state)
{
    struct posting_desk *desk = *state;
    free(desk->channel.path);
    desk->channel.path = strdup("/dev/full");
    check_failure(desk);
}

/* The disk has room for the beginning of the second line. */
static void half_a_line_is_taken_back(void **state)
{
    struct posting_desk *desk = *state;
    struct stat status;
    struct rlimit before, tight;
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    assert_int_equal(stat(desk->channel.path, &status), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = (struct rlimit){.rlim_cur = (rlim_t)status.st_size + 10, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    enum sending sending = posting_desk_send(desk)->sending;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(sending, SENDING_RETRY);
    off_t length = status.st_size;
    assert_int_equal(stat(desk->channel.path, &status), 0);
    assert_int_equal(status.st_size, length);
}

static void pipe_that_nobody_reads_holds_nobody_up(void **state)
{
    struct posting_desk *desk = *state;
    assert_int_equal(mkfifo(desk->channel.path, 0600), 0);
    check_failure(desk);
    int reader = open(desk->channel.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    close(reader);
}

#define ON_DESK(claim) cmocka_unit_test_setup_teardown(claim, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DESK(file_gets_one_line_for_each_message),
        ON_DESK(file_that_cannot_be_written_is_tried_again_and_not_named),
        ON_DESK(full_disk_is_no_delivery),
        ON_DESK(half_a_line_is_taken_back),
        ON_DESK(pipe_that_nobody_reads_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
