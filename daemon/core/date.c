#include "m13/date.h"

#include <errno.h>
#include <string.h>

#define FIRST_YEAR 1800
#define LAST_YEAR  2200

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

/* A form is a pattern: a letter of y, m, d takes digits into that part (YYYY exactly four, mm and dd exactly
 * two, m and d one or two), anything else stands for itself. */
static const struct pattern {
    enum date_form form;
    const char *pattern;
} patterns[] = {
    {DATE_FORM_ISO, "YYYY-mm-dd"},
    {DATE_FORM_ISO, "YYYY-mm"},
    {DATE_FORM_ISO, "YYYY"},
    {DATE_FORM_PLAIN, "YYYYmmdd"},
    {DATE_FORM_US, "m/d/YYYY"},
    {DATE_FORM_EU, "d/m/YYYY"},
    {DATE_FORM_EU, "d.m.YYYY"},
    {DATE_FORM_SLASH, "YYYY/m/d"},
    {DATE_FORM_SLASH, "YYYY/m"},
    {DATE_FORM_ZH, "YYYY年m月d日"},
    {DATE_FORM_ZH, "YYYY年m月"},
    {DATE_FORM_ZH, "YYYY年"},
};

struct parts {
    int year, month, day; /* 0 = not given */
};

/* Reads between `least` and `most` digits; returns how many, 0 when there are too few. */
static int read_digits(const char *string, int least, int most, int *ret_number)
{
    int number = 0, count = 0;
    while (count < most && string[count] >= '0' && string[count] <= '9')
        number = number * 10 + (string[count++] - '0');
    *ret_number = number;
    return count >= least ? count : 0;
}

static bool fits(const char *string, const char *pattern, struct parts *ret_parts)
{
    struct parts parts = {0, 0, 0};
    while (*pattern != '\0') {
        char letter = *pattern;
        if (letter != 'Y' && letter != 'm' && letter != 'd') {
            if (*string++ != *pattern++)
                return false;
            continue;
        }
        int width = (int)strspn(pattern, (const char[]){letter, '\0'});
        int *part = letter == 'Y' ? &parts.year : letter == 'm' ? &parts.month : &parts.day;
        int read = read_digits(string, width, width == 1 ? 2 : width, part);
        if (read == 0 || *part == 0)
            return false;
        string += read;
        pattern += width;
    }
    *ret_parts = parts;
    return *string == '\0';
}

static int interval_of(struct parts parts, struct date *ret_date)
{
    if (parts.year < FIRST_YEAR || parts.year > LAST_YEAR)
        return -EINVAL;
    int32_t first = day_from_civil(parts.year, parts.month ? parts.month : 1, parts.day ? parts.day : 1);
    if (first == DAY_NONE)
        return -EINVAL;
    int months = parts.day ? 0 : parts.month ? 1 : 12;
    ret_date->first = first;
    ret_date->last = months ? day_add_months(first, months) - 1 : first;
    return 0;
}

int date_parse(const char *string, enum date_form form, struct date *ret_date)
{
    struct parts parts;
    for (size_t i = 0; string != NULL && i < sizeof patterns / sizeof patterns[0]; i++)
        if (patterns[i].form == form && fits(string, patterns[i].pattern, &parts))
            return interval_of(parts, ret_date);
    return -EINVAL;
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
