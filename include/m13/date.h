/* date.h - civil dates as intervals of days.
 *
 * A register may give a year only, so a date is the interval of days that it may be, and a comparison is true
 * when true for every day, false when false for every day, else unknown (measure13.md). A day is an int32_t
 * count from 1970-01-01 in the proleptic Gregorian calendar, without any time zone: a regulator's date is
 * never shifted. */
#ifndef M13_DATE_H
#define M13_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_NONE         INT32_MIN
#define DAY_STRING_BYTES 12

struct date {
    int32_t first; /* DAY_NONE when there is no date */
    int32_t last;  /* inclusive */
};

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

#define DATE_NONE ((struct date){DAY_NONE, DAY_NONE})

bool date_is_known(struct date date);
bool date_is_exact(struct date date);
struct date date_of_day(int32_t day);
enum truth date_on_or_after(struct date date, int32_t day);
enum truth date_on_or_before(struct date date, int32_t day);
enum truth date_within(struct date date, int32_t first, int32_t last);

int32_t day_from_civil(int year, int month, int day); /* DAY_NONE when there is no such day */
void day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day);
int32_t day_in_beijing(int64_t wall); /* the policy's civil day: fixed +08:00 */
int32_t day_in_utc(int64_t wall);
int day_of_week(int32_t day);                    /* ISO 8601: 1 = Monday ... 7 = Sunday */
int32_t day_add_months(int32_t day, int months); /* clamped to the month's end */

/* What forms a source uses; a definition lists those it accepts. */
enum date_form {
    DATE_FORM_ISO,   /* 2026-01-05, 2026-01, 2026 */
    DATE_FORM_PLAIN, /* 20260105 */
    DATE_FORM_US,    /* 01/05/2026 */
    DATE_FORM_EU,    /* 05/01/2026, 05.01.2026 */
    DATE_FORM_SLASH, /* 2026/1/5, 2026/1 */
    DATE_FORM_ZH,    /* 2026年1月5日, 2026年1月, 2026年 */
    DATE_FORM_JA, /* 令和8年1月5日, 令和元年5月1日, 令和8年1月, R8.1.5; full-width too; within the era's days
                   */
    DATE_FORM_MONTH, /* 05-JAN-2026, 5 Jan 2026, Jan 5, 2026, Jan 2026, Mon, 05 Jan 2026 08:00:00 GMT */
    DATE_FORM_EXCEL, /* 46027: days since 1899-12-30, five digits */
    DATE_FORM_ULID,  /* the first ten characters of 26: milliseconds in Crockford's base 32; the day in UTC */
};
/* The whole string in that form, 1800 to 2200; -EINVAL otherwise. Never guesses between forms. */
int date_parse(const char *string, enum date_form form, struct date *ret_date);
/* 2025-09-17T00:00:00, 2025-09-17 12:42:27.657Z, 2025-09-17T12:42+02:00: the day as it is written. A time
 * zone is passed over, since a regulator's date is never shifted. */
int date_parse_stamp(const char *string, struct date *ret_date);
/* ISO, with the precision that it has: 2026, 2026-01 or 2026-01-05; other intervals as FIRST/LAST; "" for
 * none. */
#define DATE_STRING_BYTES 24
const char *date_format(struct date date, char out[DATE_STRING_BYTES]);
const char *day_format(int32_t day, char out[DAY_STRING_BYTES]);
const char *date_precision(struct date date); /* "day", "month", "year", "interval", "" */

#endif
