/* Days of the proleptic Gregorian calendar, counted from 1970-01-01. */
#include "m13/clock.h"
#include "m13/date.h"

#define LEAST_YEAR 1
#define MOST_YEAR  9999

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* The count of days runs through eras of 400 years whose years begin in March, so that the leap day is the
 * last of its year (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms). */
#define DAYS_OF_ERA        146097
#define DAYS_BEFORE_1970   719468 /* from 0000-03-01 */
#define DAYS_OF_FOUR_YEARS 1460
#define DAYS_OF_A_CENTURY  36524

int32_t day_from_civil(int year, int month, int day)
{
    if (year < LEAST_YEAR || year > MOST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month))
        return DAY_NONE;
    int shifted = month <= 2 ? year - 1 : year;
    int era = shifted / 400, year_of_era = shifted % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970;
}

void day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t count = (int64_t)day + DAYS_BEFORE_1970;
    int64_t era = (count >= 0 ? count : count - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    int day_of_era = (int)(count - era * DAYS_OF_ERA);
    int year_of_era = (day_of_era - day_of_era / DAYS_OF_FOUR_YEARS + day_of_era / DAYS_OF_A_CENTURY -
                          day_of_era / (DAYS_OF_ERA - 1)) /
                      365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *ret_month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *ret_year = (int)(era * 400) + year_of_era + (*ret_month <= 2 ? 1 : 0);
}

static int32_t day_at(int64_t wall, int64_t offset)
{
    int64_t shifted;
    if (__builtin_add_overflow(wall, offset, &shifted))
        return DAY_NONE;
    int64_t day = shifted / CLOCK_DAY - (shifted % CLOCK_DAY < 0 ? 1 : 0);
    return day > INT32_MIN && day <= INT32_MAX ? (int32_t)day : DAY_NONE;
}

int32_t day_in_beijing(int64_t wall)
{
    return day_at(wall, 8 * CLOCK_HOUR);
}

int32_t day_in_utc(int64_t wall)
{
    return day_at(wall, 0);
}

int day_of_week(int32_t day)
{
    enum { THURSDAY = 3 }; /* 1970-01-01, counted from Monday */
    return (int)((((int64_t)day + THURSDAY) % 7 + 7) % 7) + 1;
}

int32_t day_add_months(int32_t day, int months)
{
    if (day == DAY_NONE)
        return DAY_NONE;
    int year, month, day_of_month;
    day_to_civil(day, &year, &month, &day_of_month);
    int64_t count = (int64_t)year * 12 + (month - 1) + months;
    if (count < LEAST_YEAR * 12 || count >= (MOST_YEAR + 1) * 12)
        return DAY_NONE;
    year = (int)(count / 12);
    month = (int)(count % 12) + 1;
    int last = days_of_month(year, month);
    return day_from_civil(year, month, day_of_month < last ? day_of_month : last);
}

static char *put_digits(char *out, int number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

const char *day_format(int32_t day, char out[DAY_STRING_BYTES])
{
    int year, month, day_of_month;
    out[0] = '\0';
    if (day == DAY_NONE)
        return out;
    day_to_civil(day, &year, &month, &day_of_month);
    if (year < LEAST_YEAR || year > MOST_YEAR)
        return out;
    char *next = put_digits(out, year, 4);
    *next++ = '-';
    next = put_digits(next, month, 2);
    *next++ = '-';
    *put_digits(next, day_of_month, 2) = '\0';
    return out;
}
