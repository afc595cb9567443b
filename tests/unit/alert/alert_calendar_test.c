/* The hours and days that messages keep: Beijing's, with the State Council's arrangement of holidays. */
#include "calendar.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOLIDAYS_MOST 800
static struct alert_holiday days[HOLIDAYS_MOST];
static struct alert_times times;

static int32_t day(const char *iso)
{
    struct date date;
    assert_int_equal(date_parse(iso, DATE_FORM_ISO, &date), 0);
    return date.first;
}

/* "2026-10-08T09:00" in Beijing. */
static int64_t at(const char *time)
{
    struct text whole = TEXT_WITH_CEILING(64);
    int64_t wall;
    text_append_format(&whole, "%s:00+08:00", time);
    assert_int_equal(clock_parse(text_string(&whole), &wall), 0);
    text_free(&whole);
    return wall;
}

static void add_days(const char *first, const char *last, bool works)
{
    for (int32_t each = day(first); each <= day(last); each++) {
        assert_true(times.holiday_count < HOLIDAYS_MOST);
        days[times.holiday_count++] = (struct alert_holiday){.day = each, .works = works};
    }
}

/* The week of the national holiday in 2026, with the Sunday before and the Saturday after it. */
static int set_up(void **state)
{
    (void)state;
    times = (struct alert_times){.digest_at = 9 * CLOCK_HOUR, .holidays = days};
    add_days("2026-09-20", "2026-09-20", true);
    add_days("2026-10-01", "2026-10-07", false);
    add_days("2026-10-10", "2026-10-10", true);
    return 0;
}

static void expect_digest(const char *now, const char *digest)
{
    if (calendar_next_digest(&times, at(now)) != at(digest))
        fail_msg("after %s not %s", now, digest);
}

static void expect_out_of_quiet(const char *now, const char *end)
{
    if (calendar_after_quiet(&times, at(now)) != at(end))
        fail_msg("%s ends not at %s", now, end);
}

static void people_work_from_monday_to_friday(void **state)
{
    (void)state;
    for (const char *const *each = (const char *const[]){"2026-11-02", "2026-11-03", "2026-11-04",
             "2026-11-05", "2026-11-06", NULL};
         *each != NULL; each++)
        assert_true(calendar_is_working_day(&times, day(*each)));
    assert_false(calendar_is_working_day(&times, day("2026-11-07")));
    assert_false(calendar_is_working_day(&times, day("2026-11-08")));
}

static void arrangement_takes_days_off_and_gives_weekends_back(void **state)
{
    (void)state;
    assert_true(calendar_is_working_day(&times, day("2026-09-20")));  /* a Sunday */
    assert_false(calendar_is_working_day(&times, day("2026-10-01"))); /* a Thursday */
    assert_false(calendar_is_working_day(&times, day("2026-10-07")));
    assert_true(calendar_is_working_day(&times, day("2026-10-08")));
    assert_true(calendar_is_working_day(&times, day("2026-10-10"))); /* a Saturday */
    assert_false(calendar_is_working_day(&times, day("2026-10-11")));
}

static void digest_waits_for_its_hour(void **state)
{
    (void)state;
    expect_digest("2026-11-03T00:00", "2026-11-03T09:00");
    expect_digest("2026-11-03T08:59", "2026-11-03T09:00");
    expect_digest("2026-11-03T09:01", "2026-11-04T09:00");
    expect_digest("2026-11-03T23:59", "2026-11-04T09:00");
}

static void digest_of_this_very_moment_is_due_now(void **state)
{
    (void)state;
    expect_digest("2026-11-03T09:00", "2026-11-03T09:00");
    const int64_t nine = at("2026-11-03T09:00");
    assert_int_equal(calendar_next_digest(&times, nine - 1), nine);
    assert_int_equal(calendar_next_digest(&times, nine + 1), nine + CLOCK_DAY);
}

static void digest_waits_over_weekend_and_holiday(void **state)
{
    (void)state;
    expect_digest("2026-11-06T10:00", "2026-11-09T09:00");
    expect_digest("2026-09-30T10:00", "2026-10-08T09:00");
    expect_digest("2026-10-09T10:00", "2026-10-10T09:00"); /* on the Saturday that is worked */
    expect_digest("2026-10-10T10:00", "2026-10-12T09:00");
    expect_digest("2026-09-19T12:00", "2026-09-20T09:00");
    times.digest_all_days = true;
    expect_digest("2026-10-01T08:00", "2026-10-01T09:00");
    expect_digest("2026-11-06T10:00", "2026-11-07T09:00");
}

static void digest_goes_over_the_end_of_the_year(void **state)
{
    (void)state;
    add_days("2027-01-01", "2027-01-01", false);
    expect_digest("2026-12-31T09:01", "2027-01-04T09:00");
    expect_digest("2027-12-31T08:00", "2027-12-31T09:00"); /* a year that the list does not know */
    expect_digest("2027-12-31T10:00", "2028-01-03T09:00");
    expect_digest("2028-02-28T10:00", "2028-02-29T09:00");
}

/* In 2026 clocks elsewhere were set on 29 March and on 25 October. */
static void hours_of_beijing_know_no_summer_time(void **state)
{
    (void)state;
    for (int32_t each = day("2026-03-27"); each <= day("2026-11-03"); each++) {
        int64_t digest = calendar_next_digest(&times, (int64_t)each * CLOCK_DAY);
        assert_int_equal(digest % CLOCK_DAY, CLOCK_HOUR); /* 01:00 UTC */
    }
}

static void midnight_and_the_last_minute_are_digest_hours_too(void **state)
{
    (void)state;
    times.digest_at = 0;
    expect_digest("2026-11-03T00:00", "2026-11-03T00:00");
    expect_digest("2026-11-03T00:01", "2026-11-04T00:00");
    times.digest_at = CLOCK_DAY - CLOCK_MINUTE;
    expect_digest("2026-11-03T00:01", "2026-11-03T23:59");
}

static void year_of_nothing_but_holidays_still_has_a_digest(void **state)
{
    (void)state;
    times.holiday_count = 0;
    add_days("2026-11-01", "2028-11-05", false);
    expect_digest("2026-11-03T08:00", "2026-11-03T09:00");
    expect_digest("2026-11-03T10:00", "2026-11-04T09:00");
    expect_digest("2028-11-03T10:00", "2028-11-06T09:00"); /* its end is in sight */
}

static void quiet_hours_go_over_midnight(void **state)
{
    (void)state;
    times.quiet_from = 22 * CLOCK_HOUR;
    times.quiet_to = 8 * CLOCK_HOUR;
    expect_out_of_quiet("2026-11-03T21:59", "2026-11-03T21:59");
    expect_out_of_quiet("2026-11-03T22:00", "2026-11-04T08:00");
    expect_out_of_quiet("2026-12-31T23:59", "2027-01-01T08:00");
    expect_out_of_quiet("2026-11-03T00:00", "2026-11-03T08:00");
    expect_out_of_quiet("2026-11-03T07:59", "2026-11-03T08:00");
    expect_out_of_quiet("2026-11-03T08:00", "2026-11-03T08:00");
    expect_out_of_quiet("2026-11-03T12:00", "2026-11-03T12:00");
}

static void quiet_hours_lie_within_a_day(void **state)
{
    (void)state;
    times.quiet_from = 12 * CLOCK_HOUR;
    times.quiet_to = 14 * CLOCK_HOUR;
    expect_out_of_quiet("2026-11-03T11:59", "2026-11-03T11:59");
    expect_out_of_quiet("2026-11-03T12:00", "2026-11-03T14:00");
    expect_out_of_quiet("2026-11-03T13:59", "2026-11-03T14:00");
    expect_out_of_quiet("2026-11-03T14:00", "2026-11-03T14:00");
    expect_out_of_quiet("2026-11-03T02:00", "2026-11-03T02:00");
}

static void quiet_hours_from_midnight_and_to_midnight(void **state)
{
    (void)state;
    times.quiet_from = 0;
    times.quiet_to = 7 * CLOCK_HOUR;
    expect_out_of_quiet("2026-11-03T00:00", "2026-11-03T07:00");
    expect_out_of_quiet("2026-11-03T23:59", "2026-11-03T23:59");
    times.quiet_from = 20 * CLOCK_HOUR;
    times.quiet_to = 0;
    expect_out_of_quiet("2026-11-03T20:00", "2026-11-04T00:00");
    expect_out_of_quiet("2026-11-04T00:00", "2026-11-04T00:00");
}

static void equal_hours_are_no_quiet_hours(void **state)
{
    (void)state;
    for (int64_t hour = 0; hour < 24; hour++) {
        times.quiet_from = times.quiet_to = hour * CLOCK_HOUR;
        for (int64_t now = 0; now < 24; now++) {
            int64_t wall = at("2026-11-03T00:00") + now * CLOCK_HOUR;
            assert_int_equal(calendar_after_quiet(&times, wall), wall);
        }
    }
}

/* Whatever the hours: what comes out is not before now, is at most a day later, and is not quiet itself. */
static void end_of_quiet_hours_is_not_quiet(void **state)
{
    (void)state;
    for (int64_t from = 0; from < 24; from += 3)
        for (int64_t to = 0; to < 24; to += 2)
            for (int64_t half_hour = 0; half_hour < 48; half_hour++) {
                times.quiet_from = from * CLOCK_HOUR;
                times.quiet_to = to * CLOCK_HOUR;
                int64_t now = at("2026-12-31T00:00") + half_hour * 30 * CLOCK_MINUTE;
                int64_t end = calendar_after_quiet(&times, now);
                assert_in_range(end - now, 0, CLOCK_DAY);
                assert_int_equal(calendar_after_quiet(&times, end), end);
            }
}

static void week_begins_on_its_first_working_day(void **state)
{
    (void)state;
    assert_true(calendar_begins_week(&times, day("2026-11-02")));
    assert_false(calendar_begins_week(&times, day("2026-11-03")));
    assert_false(calendar_begins_week(&times, day("2026-11-07")));
    assert_false(calendar_begins_week(&times, day("2026-10-05"))); /* a Monday, and a holiday */
    assert_true(calendar_begins_week(&times, day("2026-10-08")));
    assert_false(calendar_begins_week(&times, day("2026-10-10")));
    assert_false(calendar_begins_week(&times, day("2026-09-20"))); /* its week began on the 14th */
}

static void each_week_with_a_working_day_begins_once(void **state)
{
    (void)state;
    for (int32_t monday = day("2026-08-31"); monday < day("2027-03-01"); monday += 7) {
        int begins = 0, works = 0;
        for (int32_t each = monday; each < monday + 7; each++) {
            begins += calendar_begins_week(&times, each);
            works += calendar_is_working_day(&times, each);
        }
        assert_int_equal(begins, works > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(people_work_from_monday_to_friday, set_up),
        cmocka_unit_test_setup(arrangement_takes_days_off_and_gives_weekends_back, set_up),
        cmocka_unit_test_setup(digest_waits_for_its_hour, set_up),
        cmocka_unit_test_setup(digest_of_this_very_moment_is_due_now, set_up),
        cmocka_unit_test_setup(digest_waits_over_weekend_and_holiday, set_up),
        cmocka_unit_test_setup(digest_goes_over_the_end_of_the_year, set_up),
        cmocka_unit_test_setup(hours_of_beijing_know_no_summer_time, set_up),
        cmocka_unit_test_setup(midnight_and_the_last_minute_are_digest_hours_too, set_up),
        cmocka_unit_test_setup(year_of_nothing_but_holidays_still_has_a_digest, set_up),
        cmocka_unit_test_setup(quiet_hours_go_over_midnight, set_up),
        cmocka_unit_test_setup(quiet_hours_lie_within_a_day, set_up),
        cmocka_unit_test_setup(quiet_hours_from_midnight_and_to_midnight, set_up),
        cmocka_unit_test_setup(equal_hours_are_no_quiet_hours, set_up),
        cmocka_unit_test_setup(end_of_quiet_hours_is_not_quiet, set_up),
        cmocka_unit_test_setup(week_begins_on_its_first_working_day, set_up),
        cmocka_unit_test_setup(each_week_with_a_working_day_begins_once, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
