/* The forms of dates whose parts stand in a fixed order. */
#include "date_forms.h"

#include "m13/date.h"

#include <errno.h>
#include <string.h>

#define FIRST_YEAR 1800
#define LAST_YEAR  2200

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

int date_read_digits(const char *string, int least, int most, int *ret_number)
{
    int number = 0, count = 0;
    while (count < most && string[count] >= '0' && string[count] <= '9')
        number = number * 10 + (string[count++] - '0');
    *ret_number = number;
    return count >= least ? count : 0;
}

static bool fits(const char *string, const char *pattern, struct date_parts *ret_parts)
{
    struct date_parts parts = {0, 0, 0};
    while (*pattern != '\0') {
        char letter = *pattern;
        if (letter != 'Y' && letter != 'm' && letter != 'd') {
            if (*string++ != *pattern++)
                return false;
            continue;
        }
        int width = (int)strspn(pattern, (const char[]){letter, '\0'});
        int *part = letter == 'Y' ? &parts.year : letter == 'm' ? &parts.month : &parts.day;
        int read = date_read_digits(string, width, width == 1 ? 2 : width, part);
        if (read == 0 || *part == 0)
            return false;
        string += read;
        pattern += width;
    }
    *ret_parts = parts;
    return *string == '\0';
}

int date_of_parts(struct date_parts parts, struct date *ret_date)
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

static int parse_pattern(const char *string, enum date_form form, struct date *ret_date)
{
    struct date_parts parts;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (patterns[i].form == form && fits(string, patterns[i].pattern, &parts))
            return date_of_parts(parts, ret_date);
    return -EINVAL;
}

int date_parse(const char *string, enum date_form form, struct date *ret_date)
{
    if (string == NULL)
        return -EINVAL;
    switch (form) {
    case DATE_FORM_ISO:
    case DATE_FORM_PLAIN:
    case DATE_FORM_US:
    case DATE_FORM_EU:
    case DATE_FORM_SLASH:
    case DATE_FORM_ZH:
        return parse_pattern(string, form, ret_date);
    case DATE_FORM_JA:
        return date_parse_era(string, ret_date);
    case DATE_FORM_MONTH:
        return date_parse_month(string, ret_date);
    case DATE_FORM_EXCEL:
        return date_parse_serial(string, ret_date);
    case DATE_FORM_ULID:
        return date_parse_ulid(string, ret_date);
    }
    return -EINVAL;
}

/* --- times behind a day --------------------------------------------------------------------------------- */

static const char *skip_two(const char *string, int most)
{
    int number;
    return date_read_digits(string, 2, 2, &number) == 2 && number <= most ? string + 2 : NULL;
}

const char *date_skip_time(const char *string)
{
    const char *at = skip_two(string, 24);
    at = at != NULL && *at == ':' ? skip_two(at + 1, 59) : NULL;
    if (at == NULL || *at != ':')
        return at;
    at = skip_two(at + 1, 60);
    if (at != NULL && (*at == '.' || *at == ',')) {
        size_t digits = strspn(at + 1, "0123456789");
        at = digits > 0 ? at + 1 + digits : NULL;
    }
    return at;
}

/* Z, +08:00, +0800, +08, or nothing. */
static bool is_zone(const char *string)
{
    if (*string == '\0' || strcmp(string, "Z") == 0)
        return true;
    if (*string != '+' && *string != '-')
        return false;
    const char *at = skip_two(string + 1, 23);
    if (at == NULL || *at == '\0')
        return at != NULL;
    at = skip_two(at + (*at == ':'), 59);
    return at != NULL && *at == '\0';
}

int date_parse_stamp(const char *string, struct date *ret_date)
{
    static const char form[] = "2026-01-05";
    char day[sizeof form];
    size_t length = sizeof form - 1;
    if (string == NULL || strnlen(string, length + 1) <= length || strchr("T ", string[length]) == NULL)
        return -EINVAL;
    memcpy(day, string, length);
    day[length] = '\0';
    const char *behind = date_skip_time(string + length + 1);
    if (behind == NULL || !is_zone(behind))
        return -EINVAL;
    return date_parse(day, DATE_FORM_ISO, ret_date);
}
