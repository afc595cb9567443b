#include "schedule.h"

#include "m13/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static struct feed_definition daily(void)
{
    static char name[] = "fda-510k";
    return (struct feed_definition){
        .name = name, .every_ms = CLOCK_DAY, .at_ms = 19 * CLOCK_HOUR + 30 * CLOCK_MINUTE};
}

/* --- turns -----------------------------------------------------------------------------------------------
 */

static void a_daily_feed_is_asked_at_its_time_of_the_beijing_day(void **state)
{
    (void)state;
    struct feed_definition feed = daily();
    static const struct {
        const char *now, *next;
    } turns[] = {
        {"2026-01-05T19:31:00+08:00", "2026-01-06T19:30:00+08:00"},
        {"2026-01-06T02:00:00+08:00", "2026-01-06T19:30:00+08:00"}, /* a retry at night */
        {"2026-01-05T16:00:00Z", "2026-01-06T19:30:00+08:00"},      /* midnight in Beijing */
        {"2026-12-31T20:00:00+08:00", "2027-01-01T19:30:00+08:00"},
        {"2028-02-28T20:00:00+08:00", "2028-02-29T19:30:00+08:00"},
        /* A first load shortly before is not followed by another poll on its heels. */
        {"2026-01-05T19:10:00+08:00", "2026-01-06T19:30:00+08:00"},
    };
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++)
        assert_int_equal(feed_next_turn(&feed, (int64_t)i, at(turns[i].now)), at(turns[i].next));
}

static void a_weekly_feed_keeps_its_weekday_whatever_a_turn_takes(void **state)
{
    (void)state;
    struct feed_definition feed = daily();
    feed.every_ms = 7 * CLOCK_DAY;
    int64_t now = at("2026-01-05T19:30:00+08:00");
    for (int week = 1; week <= 52; week++) {
        int64_t next = feed_next_turn(&feed, week, now + week * 1000); /* each turn takes a little longer */
        assert_int_equal(next - now, 7 * CLOCK_DAY);
        now = next;
    }
}

static void an_hourly_feed_keeps_its_minute(void **state)
{
    (void)state;
    struct feed_definition feed = daily();
    feed.every_ms = CLOCK_HOUR;
    assert_int_equal(
        feed_next_turn(&feed, 1, at("2026-01-05T10:31:00+08:00")), at("2026-01-05T11:30:00+08:00"));
    feed.at_ms = -1;
    int64_t first = feed_next_turn(&feed, 1, at("2026-01-05T10:31:00+08:00"));
    int64_t second = feed_next_turn(&feed, 2, first + 5000);
    assert_int_equal(second - first, CLOCK_HOUR);
}

static void feeds_without_a_time_of_day_spread_over_it(void **state)
{
    (void)state;
    int64_t now = at("2026-01-05T10:00:00+08:00");
    int hours[24] = {0}, used = 0;
    for (int i = 0; i < 200; i++) {
        char name[32];
        snprintf(name, sizeof name, "feed-%d", i);
        struct feed_definition feed = {.name = name, .every_ms = CLOCK_DAY, .at_ms = -1};
        int64_t next = feed_next_turn(&feed, 1, now);
        assert_true(next > now && next <= now + CLOCK_DAY + CLOCK_DAY / 4);
        hours[next / CLOCK_HOUR % 24]++;
    }
    for (int i = 0; i < 24; i++)
        used += hours[i] > 0;
    assert_int_equal(used, 24);
}

static void jitter_depends_on_name_and_cycle_alone(void **state)
{
    (void)state;
    struct feed_definition feed = daily(), other = daily();
    other.name = (char[]){"fda-pma"};
    feed.jitter_ms = other.jitter_ms = 40 * CLOCK_MINUTE;
    int64_t now = at("2026-01-05T20:30:00+08:00"), base = at("2026-01-06T19:30:00+08:00");
    int same_as_other = 0;
    int64_t least = CLOCK_DAY, most = 0;
    for (int64_t cycle = 0; cycle < 200; cycle++) {
        int64_t jitter = feed_next_turn(&feed, cycle, now) - base;
        assert_in_range(jitter, 0, 40 * CLOCK_MINUTE - 1);
        assert_int_equal(feed_next_turn(&feed, cycle, now), feed_next_turn(&feed, cycle, now));
        /* In another cycle's place in time it is the same: nothing else goes in. */
        assert_int_equal(feed_next_turn(&feed, cycle, now + 9 * CLOCK_DAY) - base - 9 * CLOCK_DAY, jitter);
        same_as_other += feed_next_turn(&other, cycle, now) - base == jitter;
        least = jitter < least ? jitter : least;
        most = jitter > most ? jitter : most;
    }
    assert_int_equal(same_as_other, 0);
    assert_true(least < 4 * CLOCK_MINUTE && most > 36 * CLOCK_MINUTE);
    /* Pinned: a restart of another build must give the same turn. */
    assert_int_equal(feed_next_turn(&feed, 7, now) - base, 12987);
}

static void the_next_turn_is_always_ahead(void **state)
{
    (void)state;
    static const int64_t intervals[] = {0, 1, 1000, CLOCK_MINUTE, CLOCK_HOUR, CLOCK_DAY, 30 * CLOCK_DAY};
    struct feed_definition feed = daily();
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
        for (int timed = 0; timed < 2; timed++)
            for (int64_t now = -3; now < 500; now++) {
                feed.every_ms = intervals[i];
                feed.at_ms = timed ? 19 * CLOCK_HOUR : -1;
                int64_t next = feed_next_turn(&feed, now, now * 7919 * 1000);
                assert_true(next > now * 7919 * 1000 || intervals[i] == 1);
                assert_true(next <= schedule_latest(&feed, now * 7919 * 1000));
            }
}

/* --- back-off --------------------------------------------------------------------------------------------
 */

static void failures_back_off_to_a_day_and_never_further(void **state)
{
    (void)state;
    int64_t pause = CLOCK_MINUTE;
    for (int64_t failures = 1; failures <= 1000; failures++) {
        int64_t back_off = feed_back_off("fda-510k", failures);
        assert_true(back_off <= pause && back_off > pause - pause / 4 - 1);
        assert_int_equal(back_off, feed_back_off("fda-510k", failures));
        pause = 2 * pause < CLOCK_DAY ? 2 * pause : CLOCK_DAY;
    }
    assert_true(feed_back_off("fda-510k", INT64_MAX) <= CLOCK_DAY);
    assert_true(feed_back_off("fda-510k", 0) <= CLOCK_MINUTE && feed_back_off("fda-510k", 0) > 0);
    assert_int_not_equal(feed_back_off("fda-510k", 9), feed_back_off("fda-pma", 9));
}

static void the_next_day_begins_after_midnight_utc(void **state)
{
    (void)state;
    int64_t midnight = at("2026-01-06T00:00:00Z");
    int64_t next = schedule_next_day("fda-510k", at("2026-01-05T23:59:59Z"));
    assert_true(next >= midnight && next < midnight + 10 * CLOCK_MINUTE);
    assert_int_equal(next, schedule_next_day("fda-510k", at("2026-01-05T00:00:00Z")));
    assert_true(schedule_next_day("fda-510k", midnight) >= midnight + CLOCK_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daily_feed_is_asked_at_its_time_of_the_beijing_day),
        cmocka_unit_test(a_weekly_feed_keeps_its_weekday_whatever_a_turn_takes),
        cmocka_unit_test(an_hourly_feed_keeps_its_minute),
        cmocka_unit_test(feeds_without_a_time_of_day_spread_over_it),
        cmocka_unit_test(jitter_depends_on_name_and_cycle_alone),
        cmocka_unit_test(the_next_turn_is_always_ahead),
        cmocka_unit_test(failures_back_off_to_a_day_and_never_further),
        cmocka_unit_test(the_next_day_begins_after_midnight_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
