#include "m13/date.h"

#include <string.h>

bool date_is_known(struct date date)
{
    return date.first != DAY_NONE;
}

bool date_is_exact(struct date date)
{
    return date_is_known(date) && date.first == date.last;
}

struct date date_of_day(int32_t day)
{
    return (struct date){day, day};
}

enum truth date_on_or_after(struct date date, int32_t day)
{
    if (!date_is_known(date) || day == DAY_NONE)
        return TRUTH_UNKNOWN;
    return date.first >= day ? TRUTH_YES : date.last < day ? TRUTH_NO : TRUTH_UNKNOWN;
}

enum truth date_on_or_before(struct date date, int32_t day)
{
    if (!date_is_known(date) || day == DAY_NONE)
        return TRUTH_UNKNOWN;
    return date.last <= day ? TRUTH_YES : date.first > day ? TRUTH_NO : TRUTH_UNKNOWN;
}

enum truth date_within(struct date date, int32_t first, int32_t last)
{
    enum truth after = date_on_or_after(date, first), before = date_on_or_before(date, last);
    if (after == TRUTH_NO || before == TRUTH_NO)
        return TRUTH_NO;
    return after == TRUTH_YES && before == TRUTH_YES ? TRUTH_YES : TRUTH_UNKNOWN;
}

/* Months that the interval covers exactly from the first day of one to the last day of another; 0 = not so.
 */
static int whole_months(struct date date)
{
    int year, month, day;
    day_to_civil(date.first, &year, &month, &day);
    if (day != 1)
        return 0;
    if (month == 1 && day_add_months(date.first, 12) - 1 == date.last)
        return 12;
    return day_add_months(date.first, 1) - 1 == date.last ? 1 : 0;
}

const char *date_precision(struct date date)
{
    if (!date_is_known(date))
        return "";
    if (date_is_exact(date))
        return "day";
    int months = whole_months(date);
    return months == 12 ? "year" : months == 1 ? "month" : "interval";
}

const char *date_format(struct date date, char out[DATE_STRING_BYTES])
{
    char first[DAY_STRING_BYTES], last[DAY_STRING_BYTES];
    size_t kept = DAY_STRING_BYTES - 1;
    out[0] = '\0';
    if (!date_is_known(date))
        return out;
    day_format(date.first, first);
    if (!date_is_exact(date)) {
        int months = whole_months(date);
        kept = months == 12 ? strlen("2026") : months == 1 ? strlen("2026-01") : kept;
    }
    size_t length = strnlen(first, kept);
    memcpy(out, first, length);
    out[length] = '\0';
    if (strcmp(date_precision(date), "interval") == 0) {
        day_format(date.last, last);
        out[length++] = '/';
        memcpy(out + length, last, strlen(last) + 1);
    }
    return out;
}
