/* When a message is tried again that did not arrive. */
#include "deliver.h"

#include "m13/clock.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wait_is_longer_than_the_one_before),
        cmocka_unit_test(all_attempts_together_take_about_three_days),
        cmocka_unit_test(after_the_last_attempt_there_is_none),
        cmocka_unit_test(message_that_never_failed_has_no_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
