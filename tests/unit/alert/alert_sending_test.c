/* How a message leaves: when it is tried again, how it is signed, how it gets into a file. */
#include "channels.h"
#include "deliver.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/limits.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- again and again, for about three days
 * ------------------------------------------------------------------
 */

static void each_wait_is_longer_than_the_one_before(void **state)
{
    (void)state;
    for (int64_t attempts = 2; attempts < LIMIT_DELIVERY_ATTEMPTS; attempts++)
        assert_true(retry_wait(attempts, "msg_01") > retry_wait(attempts - 1, "msg_01"));
}

static void all_attempts_together_take_about_three_days(void **state)
{
    (void)state;
    int64_t all = 0;
    for (int64_t attempts = 1; attempts < LIMIT_DELIVERY_ATTEMPTS; attempts++)
        all += retry_wait(attempts, "msg_01");
    assert_true(all > 57 * CLOCK_HOUR); /* each wait may be a fifth longer or shorter */
    assert_true(all < 86 * CLOCK_HOUR);
}

static void after_the_last_attempt_there_is_none(void **state)
{
    (void)state;
    assert_true(retry_wait(LIMIT_DELIVERY_ATTEMPTS - 1, "msg_01") > 0);
    assert_int_equal(retry_wait(LIMIT_DELIVERY_ATTEMPTS, "msg_01"), -1);
    assert_int_equal(retry_wait(LIMIT_DELIVERY_ATTEMPTS + 1000, "msg_01"), -1);
}

static void message_that_never_failed_has_no_wait(void **state)
{
    (void)state;
    assert_int_equal(retry_wait(0, "msg_01"), -1);
    assert_int_equal(retry_wait(-1, "msg_01"), -1);
}

/* --- signatures
 * ---------------------------------------------------------------------------------------------
 */

static const char secret[] = "whsec_bTEzZC10ZXN0LWtleS0wMTIzNDU2Nzg5YWJjZGVmMDE=";

static void signature_is_that_of_the_known_vector(void **state)
{
    (void)state;
    char *signature = alert_webhook_signature(secret, "msg_01", 1700000000, "{\"a\":1}");
    assert_string_equal(signature, "v1,O0yHpwi5dSZIUPpVRXOLffiav/AK5m9sovbvqj0Qc88=");
    free(signature);
}

static void signature_covers_id_time_and_body(void **state)
{
    (void)state;
    const struct {
        const char *id;
        int64_t at;
        const char *body;
    } others[] = {{"msg_02", 1700000000, "{\"a\":1}"}, {"msg_01", 1700000001, "{\"a\":1}"},
        {"msg_01", 1700000000, "{}"}};
    char *known = alert_webhook_signature(secret, "msg_01", 1700000000, "{\"a\":1}");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *other = alert_webhook_signature(secret, others[i].id, others[i].at, others[i].body);
        assert_string_not_equal(other, known);
        free(other);
    }
    free(known);
}

static void what_is_no_secret_signs_nothing(void **state)
{
    (void)state;
    assert_null(alert_webhook_signature("", "msg_01", 1, "{}"));
    assert_null(alert_webhook_signature("bTEzZC10ZXN0", "msg_01", 1, "{}"));
    assert_null(alert_webhook_signature("whsec_*not base64*", "msg_01", 1, "{}"));
}

/* --- the file
 * -----------------------------------------------------------------------------------------------
 */

struct ended {
    int times;
    struct sending_end end;
};

static void keep_end(const struct sending_end *end, void *context)
{
    struct ended *ended = context;
    ended->times++;
    ended->end = *end;
}

static struct ended send_to(char *path, const char *body)
{
    struct ended ended = {0};
    struct alert_channel file = {.kind = CHANNEL_FILE, .path = path};
    json_t *facts = json_loads(body, 0, NULL);
    struct parcel parcel = {.channel = &file, .message_id = "msg_01", .recipient = "", .facts = facts};
    channel_of(CHANNEL_FILE)->send(NULL, &parcel, keep_end, &ended);
    json_decref(facts);
    return ended;
}

static void file_gets_one_line_for_each_message(void **state)
{
    char *path = scratch_path(*state, "alerts.ndjson");
    struct ended first = send_to(path, "{\"id\":\"msg_01\"}");
    struct ended second = send_to(path, "{\"id\":\"msg_02\"}");
    assert_int_equal(first.times, 1);
    assert_int_equal(first.end.sending, SENDING_DONE);
    assert_int_equal(second.end.sending, SENDING_DONE);
    assert_non_null(strstr(first.end.text, "sha256 "));
    char *lines = scratch_read(path, NULL);
    assert_string_equal(lines, "{\"id\":\"msg_01\"}\n{\"id\":\"msg_02\"}\n");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    free(lines);
    free(path);
}

static void file_that_cannot_be_written_is_tried_again_and_not_named(void **state)
{
    char *path = scratch_path(*state, "no such folder/alerts.ndjson");
    struct ended ended = send_to(path, "{}");
    assert_int_equal(ended.times, 1);
    assert_int_equal(ended.end.sending, SENDING_RETRY);
    assert_string_not_equal(ended.end.text, "");
    assert_null(strstr(ended.end.text, "alerts.ndjson"));
    free(path);
}

static void full_disk_is_no_delivery(void **state)
{
    (void)state;
    struct ended ended = send_to((char[]){"/dev/full"}, "{}");
    assert_int_equal(ended.end.sending, SENDING_RETRY);
}

static int open_folder(void **state)
{
    *state = scratch_new();
    return 0;
}

static int close_folder(void **state)
{
    scratch_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wait_is_longer_than_the_one_before),
        cmocka_unit_test(all_attempts_together_take_about_three_days),
        cmocka_unit_test(after_the_last_attempt_there_is_none),
        cmocka_unit_test(message_that_never_failed_has_no_wait),
        cmocka_unit_test(signature_is_that_of_the_known_vector),
        cmocka_unit_test(signature_covers_id_time_and_body),
        cmocka_unit_test(what_is_no_secret_signs_nothing),
        cmocka_unit_test_setup_teardown(file_gets_one_line_for_each_message, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(
            file_that_cannot_be_written_is_tried_again_and_not_named, open_folder, close_folder),
        cmocka_unit_test(full_disk_is_no_delivery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
