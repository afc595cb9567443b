#include "m13/clock.h"
#include "m13/http.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t at(const char *rfc3339)
{
    int64_t wall;
    if (clock_parse(rfc3339, &wall) < 0)
        fail_msg("%s is no time", rfc3339);
    return wall;
}

static void retry_after_is_read_as_seconds_or_as_any_of_the_three_dates(void **state)
{
    (void)state;
    int64_t now = at("1994-11-06T08:49:00Z");
    static const struct {
        const char *value;
        int64_t delay;
    } values[] = {
        {"0", 0},
        {"120", 120 * 1000},
        {"  120\t ", 120 * 1000},
        {"00120", 120 * 1000},
        {"86400", LIMIT_RETRY_AFTER_MS},
        {"86401", LIMIT_RETRY_AFTER_MS},
        {"99999999999999999999999999999999", LIMIT_RETRY_AFTER_MS},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 37 * 1000},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 37 * 1000},
        {"Sun Nov  6 08:49:37 1994", 37 * 1000},
        {"Sun, 06 Nov 1994 08:49:37 GMT  ", 37 * 1000},
        {"Sun, 06 Nov 1994 08:48:00 GMT", 0}, /* already past */
        {"Fri, 01 Jan 2100 00:00:00 GMT", LIMIT_RETRY_AFTER_MS},
        {"", -1},
        {"   ", -1},
        {"-5", -1},
        {"+5", -1},
        {"1.5", -1},
        {"120s", -1},
        {"120, 240", -1},
        {"soon", -1},
        {"0x10", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 08:49:37 CET", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT and then some", -1},
        {"Sun, 46 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 28:49:37 GMT", -1},
        {"2026-01-05T00:00:00Z", -1},
        {"\xff\xfe", -1},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (http_retry_after(values[i].value, now) != values[i].delay)
            fail_msg("'%s' is taken for %lld ms", values[i].value,
                (long long)http_retry_after(values[i].value, now));
    assert_int_equal(http_retry_after(NULL, now), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after_is_read_as_seconds_or_as_any_of_the_three_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
