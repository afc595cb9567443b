/* How a message leaves: when it is tried again, how it is signed. */
#include "deliver.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
