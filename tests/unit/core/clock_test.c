#include "m13/clock.h"

#include "m13/failure.h"

#include "apart.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int64_t wall_of(const char *rfc3339)
{
    int64_t wall;
    if (clock_parse(rfc3339, &wall) < 0)
        fail_msg("'%s' was refused", rfc3339);
    return wall;
}

static void times_of_rfc_3339_are_read(void **state)
{
    (void)state;
    assert_true(wall_of("1970-01-01T00:00:00Z") == 0);
    assert_true(wall_of("2026-11-22T08:00:00+08:00") == wall_of("2026-11-22T00:00:00Z"));
    assert_true(wall_of("2026-11-21T16:30:00-07:30") == wall_of("2026-11-22T00:00:00Z"));
    assert_true(wall_of("2026-11-22t00:00:00.123456789z") == wall_of("2026-11-22T00:00:00Z") + 123);
    assert_true(wall_of("1969-12-31T23:59:59.9Z") == -100);
    assert_true(wall_of("2016-12-31T23:59:60Z") == wall_of("2017-01-01T00:00:00Z")); /* leap second */
    assert_true(wall_of("2024-02-29T12:00:00-00:00") == wall_of("2024-02-29T12:00:00Z"));
}

static void other_strings_are_no_times(void **state)
{
    (void)state;
    static const char *const refused[] = {"", "2026", "2026-11-22", "2026-11-22T08:00:00",
        "2026-11-22 08:00:00Z", "2026-11-22T08:00Z", "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z",
        "2026-11-22T08:00:61Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T08:00:00+0800",
        "2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+08:60", "2026-11-22T08:00:00.Z",
        "2026-11-22T08:00:00Zx", " 2026-11-22T08:00:00Z", "2026-11-22T8:00:00Z", "２026-11-22T08:00:00Z",
        "0000-01-01T00:00:00Z", "2026-11-22T08:00:00+08"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t wall = 42;
        if (clock_parse(refused[i], &wall) != -EINVAL || wall != 42)
            fail_msg("'%s' was taken", refused[i]);
    }
}

static void times_are_written_for_machines_and_for_people(void **state)
{
    (void)state;
    char string[CLOCK_STRING_BYTES];
    int64_t wall = wall_of("2026-11-21T23:59:59.999Z");
    assert_string_equal(clock_format(wall, string), "2026-11-21T23:59:59Z");
    assert_string_equal(clock_format_beijing(wall, string), "2026-11-22 07:59");
    assert_string_equal(clock_format(-1, string), "1969-12-31T23:59:59Z");
    assert_string_equal(clock_format(CLOCK_NEVER, string), "never");
    assert_string_equal(clock_format_beijing(CLOCK_NEVER, string), "never");
    for (int64_t at = wall_of("1899-12-31T00:00:00Z"); at < wall_of("2101-01-01T00:00:00Z");
         at += 7 * CLOCK_HOUR + 1001 * CLOCK_SECOND)
        assert_true(wall_of(clock_format(at, string)) == at);
}

static void read_then_override(void)
{
    clock_wall();
    clock_override(0);
}

static void jump_back(void)
{
    clock_override(1000);
    clock_jump_to(999);
}

static void jump_the_real_clock(void)
{
    clock_jump_to(INT64_MAX);
}

static void misuse_of_the_override_is_fatal(void **state)
{
    (void)state;
    static struct apart apart;
    void (*const misuses[])(void) = {read_then_override, jump_back, jump_the_real_clock};
    for (size_t i = 0; i < 3; i++) {
        run_apart(misuses[i], 0, &apart);
        assert_int_equal(apart.exit_code, EXIT_INTERNAL);
        assert_non_null(strstr(apart.said, "clock"));
    }
}

static void overridden_clock_stands_but_for_jumps(void **state)
{
    (void)state;
    int64_t start = wall_of("2026-11-22T00:00:00Z");
    assert_false(clock_is_overridden());
    int64_t before = clock_monotonic_us();
    clock_override(start);
    assert_true(clock_is_overridden());
    while (clock_monotonic_us() - before < 3000)
        ;
    assert_true(clock_wall() == start);
    clock_jump_to(start + CLOCK_DAY);
    assert_true(clock_wall() == start + CLOCK_DAY);
    assert_true(clock_monotonic() >= before / 1000); /* runs on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_rfc_3339_are_read),
        cmocka_unit_test(other_strings_are_no_times),
        cmocka_unit_test(times_are_written_for_machines_and_for_people),
        cmocka_unit_test(misuse_of_the_override_is_fatal),
        cmocka_unit_test(overridden_clock_stands_but_for_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
