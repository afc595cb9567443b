#include "m13/date.h"

#include "m13/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An independent calendar: one day after the other, counted by the rule of leap years. */
static int days_in(int year, int month)
{
    if (month == 2)
        return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void check_day(int32_t day, int year, int month, int day_of_month)
{
    int y, m, d;
    struct date date;
    char expected[40], string[DAY_STRING_BYTES];
    day_to_civil(day, &y, &m, &d);
    if (y != year || m != month || d != day_of_month || day_from_civil(year, month, day_of_month) != day)
        fail_msg("%d is not %d-%d-%d", day, year, month, day_of_month);
    snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, day_of_month);
    if (strcmp(day_format(day, string), expected) != 0 || date_parse(expected, DATE_FORM_ISO, &date) != 0 ||
        date.first != day || date.last != day)
        fail_msg("%s is written as %s", expected, string);
}

static void every_day_of_four_centuries_counts_both_ways(void **state)
{
    (void)state;
    int32_t day = day_from_civil(1800, 1, 1);
    for (int year = 1800; year <= 2200; year++)
        for (int month = 1; month <= 12; month++)
            for (int day_of_month = 1; day_of_month <= days_in(year, month); day_of_month++)
                check_day(day++, year, month, day_of_month);
    assert_int_equal(day_from_civil(1970, 1, 1), 0);
    assert_int_equal(day_from_civil(2000, 3, 1), 11017);
    assert_int_equal(day - day_from_civil(1800, 1, 1), 146097 + 366 - 1);
}

static void days_that_are_not_in_the_calendar_are_none(void **state)
{
    (void)state;
    assert_int_equal(day_from_civil(2026, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(1900, 2, 29), DAY_NONE);
    assert_int_not_equal(day_from_civil(2000, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(2026, 13, 1), DAY_NONE);
    assert_int_equal(day_from_civil(2026, 0, 1), DAY_NONE);
    assert_int_equal(day_from_civil(2026, 1, 0), DAY_NONE);
    assert_int_equal(day_from_civil(2026, 4, 31), DAY_NONE);
    assert_int_equal(day_from_civil(0, 1, 1), DAY_NONE);
    assert_int_equal(day_from_civil(10000, 1, 1), DAY_NONE);
    char string[DAY_STRING_BYTES];
    assert_string_equal(day_format(DAY_NONE, string), "");
    assert_string_equal(day_format(INT32_MAX, string), "");
    assert_string_equal(day_format(INT32_MIN + 1, string), "");
    assert_string_equal(day_format(day_from_civil(1, 1, 1), string), "0001-01-01");
    assert_string_equal(day_format(day_from_civil(9999, 12, 31), string), "9999-12-31");
}

static void forms_are_read_whole_and_never_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *string;
        enum date_form form;
        const char *expected; /* NULL = refused */
    } cases[] = {
        {"2026-01-05", DATE_FORM_ISO, "2026-01-05"},
        {"2026-01", DATE_FORM_ISO, "2026-01"},
        {"2026", DATE_FORM_ISO, "2026"},
        {"2026-02-29", DATE_FORM_ISO, NULL},
        {"2026-1-5", DATE_FORM_ISO, NULL},
        {"2026-01-5", DATE_FORM_ISO, NULL},
        {"2026-", DATE_FORM_ISO, NULL},
        {"2026-01-", DATE_FORM_ISO, NULL},
        {"2026-01-055", DATE_FORM_ISO, NULL},
        {"2026-00-01", DATE_FORM_ISO, NULL},
        {"2026-01-00", DATE_FORM_ISO, NULL},
        {"2026-01-05T00:00:00Z", DATE_FORM_ISO, NULL},
        {" 2026-01-05", DATE_FORM_ISO, NULL},
        {"2026-01-05 ", DATE_FORM_ISO, NULL},
        {"２０２６-01-05", DATE_FORM_ISO, NULL},
        {"-2026-01-05", DATE_FORM_ISO, NULL},
        {"+026", DATE_FORM_ISO, NULL},
        {"1799-12-31", DATE_FORM_ISO, NULL},
        {"1800-01-01", DATE_FORM_ISO, "1800-01-01"},
        {"2200-12-31", DATE_FORM_ISO, "2200-12-31"},
        {"2201-01-01", DATE_FORM_ISO, NULL},
        {"20260105", DATE_FORM_ISO, NULL},
        {"", DATE_FORM_ISO, NULL},
        {NULL, DATE_FORM_ISO, NULL},
        {"20260105", DATE_FORM_PLAIN, "2026-01-05"},
        {"202601", DATE_FORM_PLAIN, NULL},
        {"2026010", DATE_FORM_PLAIN, NULL},
        {"202601055", DATE_FORM_PLAIN, NULL},
        {"01/05/2026", DATE_FORM_US, "2026-01-05"},
        {"1/5/2026", DATE_FORM_US, "2026-01-05"},
        {"13/01/2026", DATE_FORM_US, NULL},
        {"01/05/26", DATE_FORM_US, NULL},
        {"001/05/2026", DATE_FORM_US, NULL},
        {"05/01/2026", DATE_FORM_EU, "2026-01-05"},
        {"05.01.2026", DATE_FORM_EU, "2026-01-05"},
        {"05/01.2026", DATE_FORM_EU, NULL},
        {"01/13/2026", DATE_FORM_EU, NULL},
        {"2026/1/5", DATE_FORM_SLASH, "2026-01-05"},
        {"2026/12", DATE_FORM_SLASH, "2026-12"},
        {"2026/", DATE_FORM_SLASH, NULL},
        {"2026年1月5日", DATE_FORM_ZH, "2026-01-05"},
        {"2026年12月", DATE_FORM_ZH, "2026-12"},
        {"2026年", DATE_FORM_ZH, "2026"},
        {"2026年1月5", DATE_FORM_ZH, NULL},
        {"２０２６年1月5日", DATE_FORM_ZH, NULL},
        {"2026\xe5\xb9", DATE_FORM_ZH, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date date = {11, 22};
        char string[DATE_STRING_BYTES];
        int r = date_parse(cases[i].string, cases[i].form, &date);
        if (r != (cases[i].expected != NULL ? 0 : -EINVAL))
            fail_msg("'%s' gives %d", cases[i].string, r);
        if (r < 0)
            assert_true(date.first == 11 && date.last == 22);
        else
            assert_string_equal(date_format(date, string), cases[i].expected);
    }
}

/* Whatever is parsed must have been one of the forms: mutations of good strings never crash nor shift. */
static void mutated_dates_are_refused_or_mean_what_they_say(void **state)
{
    (void)state;
    srandom(13);
    static const char *const seeds[] = {
        "2026-01-05", "20260105", "01/05/2026", "05.01.2026", "2026/1/5", "2026年1月5日"};
    static const char letters[] = "0123456789/-.\xe5\xb9\xb4 \0x";
    for (int round = 0; round < 60000; round++) {
        char string[32], written[DATE_STRING_BYTES];
        struct date date, again;
        size_t length = strlen(strcpy(string, seeds[round % 6]));
        for (int i = 0; i < 2; i++)
            string[(size_t)random() % length] = letters[(size_t)random() % (sizeof letters - 1)];
        for (enum date_form form = DATE_FORM_ISO; form <= DATE_FORM_ZH; form++) {
            if (date_parse(string, form, &date) < 0)
                continue;
            assert_true(date.first <= date.last && date.last - date.first <= 366);
            assert_int_equal(date_parse(date_format(date, written), DATE_FORM_ISO, &again), 0);
            assert_true(again.first == date.first && again.last == date.last);
        }
    }
}

static struct date month_of_2025(int month)
{
    struct date date;
    char string[16];
    snprintf(string, sizeof string, "2025-%02d", month);
    assert_int_equal(date_parse(string, DATE_FORM_ISO, &date), 0);
    return date;
}

static void a_comparison_is_true_when_true_for_every_day(void **state)
{
    (void)state;
    int32_t first = day_from_civil(2025, 6, 1), middle = first + 14, last = first + 29;
    struct date june = month_of_2025(6);
    assert_true(june.first == first && june.last == last);
    assert_int_equal(date_on_or_after(june, first), TRUTH_YES);
    assert_int_equal(date_on_or_after(june, middle), TRUTH_UNKNOWN);
    assert_int_equal(date_on_or_after(june, last), TRUTH_UNKNOWN);
    assert_int_equal(date_on_or_after(june, last + 1), TRUTH_NO);
    assert_int_equal(date_on_or_before(june, last), TRUTH_YES);
    assert_int_equal(date_on_or_before(june, first), TRUTH_UNKNOWN);
    assert_int_equal(date_on_or_before(june, first - 1), TRUTH_NO);
    assert_int_equal(date_within(june, first, last), TRUTH_YES);
    assert_int_equal(date_within(june, first + 1, last), TRUTH_UNKNOWN);
    assert_int_equal(date_within(june, first, last - 1), TRUTH_UNKNOWN);
    assert_int_equal(date_within(june, last + 1, last + 9), TRUTH_NO);
    assert_int_equal(date_within(june, first - 9, first - 1), TRUTH_NO);
    assert_int_equal(date_within(june, middle, middle), TRUTH_UNKNOWN);
}

/* Against the definition itself, day by day. */
static void intervals_agree_with_their_days(void **state)
{
    (void)state;
    for (int32_t first = 0; first < 6; first++)
        for (int32_t last = first; last < 6; last++)
            for (int32_t from = 0; from < 6; from++)
                for (int32_t to = from; to < 6; to++) {
                    int inside = 0, days = last - first + 1;
                    for (int32_t day = first; day <= last; day++)
                        inside += day >= from && day <= to;
                    enum truth truth = inside == days ? TRUTH_YES : inside == 0 ? TRUTH_NO : TRUTH_UNKNOWN;
                    assert_int_equal(date_within((struct date){first, last}, from, to), truth);
                }
}

static void an_unknown_date_makes_every_comparison_unknown(void **state)
{
    (void)state;
    assert_int_equal(date_on_or_after(DATE_NONE, 0), TRUTH_UNKNOWN);
    assert_int_equal(date_on_or_before(DATE_NONE, 0), TRUTH_UNKNOWN);
    assert_int_equal(date_within(DATE_NONE, 0, 1), TRUTH_UNKNOWN);
    assert_int_equal(date_on_or_after(date_of_day(1), DAY_NONE), TRUTH_UNKNOWN);
    assert_false(date_is_known(DATE_NONE));
    assert_false(date_is_exact(DATE_NONE));
    assert_true(date_is_exact(date_of_day(3)));
    assert_false(date_is_exact(month_of_2025(6)));
}

static void precision_is_what_the_source_gave(void **state)
{
    (void)state;
    char string[DATE_STRING_BYTES];
    struct date year;
    assert_int_equal(date_parse("2024", DATE_FORM_ISO, &year), 0);
    assert_string_equal(date_precision(year), "year");
    assert_string_equal(date_precision(month_of_2025(2)), "month");
    assert_string_equal(date_precision(date_of_day(0)), "day");
    assert_string_equal(date_precision(DATE_NONE), "");
    assert_string_equal(date_format(DATE_NONE, string), "");
    struct date odd = {day_from_civil(2025, 2, 1), day_from_civil(2025, 3, 31)};
    assert_string_equal(date_precision(odd), "interval");
    assert_string_equal(date_format(odd, string), "2025-02-01/2025-03-31");
}

static void months_are_added_up_to_the_months_end(void **state)
{
    (void)state;
    int32_t end_of_january = day_from_civil(2025, 1, 31);
    assert_int_equal(day_add_months(end_of_january, 1), day_from_civil(2025, 2, 28));
    assert_int_equal(day_add_months(end_of_january, 37), day_from_civil(2028, 2, 29));
    assert_int_equal(day_add_months(end_of_january, -2), day_from_civil(2024, 11, 30));
    assert_int_equal(day_add_months(end_of_january, 12), day_from_civil(2026, 1, 31));
    assert_int_equal(day_add_months(day_from_civil(2024, 2, 29), 12), day_from_civil(2025, 2, 28));
    assert_int_equal(day_add_months(DAY_NONE, 1), DAY_NONE);
    assert_int_equal(day_add_months(0, INT32_MAX), DAY_NONE);
    assert_int_equal(day_add_months(0, INT32_MIN), DAY_NONE);
    assert_int_equal(day_add_months(INT32_MAX, INT32_MAX), DAY_NONE);
}

static void beijings_day_begins_eight_hours_before_utcs(void **state)
{
    (void)state;
    int64_t wall;
    assert_int_equal(clock_parse("2026-11-21T16:00:00Z", &wall), 0);
    assert_int_equal(day_in_beijing(wall), day_from_civil(2026, 11, 22));
    assert_int_equal(day_in_beijing(wall - 1), day_from_civil(2026, 11, 21));
    assert_int_equal(day_in_utc(wall), day_from_civil(2026, 11, 21));
    assert_int_equal(day_in_utc(-1), -1);
    assert_int_equal(day_in_utc(-CLOCK_DAY), -1);
    assert_int_equal(day_in_utc(-CLOCK_DAY - 1), -2);
    assert_int_equal(day_in_beijing(CLOCK_NEVER), DAY_NONE);
    assert_int_equal(day_in_utc(CLOCK_NEVER), DAY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_counts_both_ways),
        cmocka_unit_test(days_that_are_not_in_the_calendar_are_none),
        cmocka_unit_test(forms_are_read_whole_and_never_guessed),
        cmocka_unit_test(mutated_dates_are_refused_or_mean_what_they_say),
        cmocka_unit_test(a_comparison_is_true_when_true_for_every_day),
        cmocka_unit_test(intervals_agree_with_their_days),
        cmocka_unit_test(an_unknown_date_makes_every_comparison_unknown),
        cmocka_unit_test(precision_is_what_the_source_gave),
        cmocka_unit_test(months_are_added_up_to_the_months_end),
        cmocka_unit_test(beijings_day_begins_eight_hours_before_utcs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
