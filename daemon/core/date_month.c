/* Dates with an English month in letters, as catalogues (17 Aug 2010, 05-JAN-2026, Jan 5, 2026) and RFC 5322
 * write them: there with the day of the week before and a time behind, which is passed over. */
#include "date_forms.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december"};
static const char *const weekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* The word at *cursor, in full or by its first three letters; from 1, 0 = it is none of them. */
static int take_word(const char **cursor, const char *const *words, int count)
{
    size_t length = strspn(*cursor, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (int i = 0; i < count; i++) {
        bool whole = length == strlen(words[i]);
        bool shortened = length == 3 || (length == 4 && strncasecmp(*cursor, "sept", 4) == 0);
        if ((whole || shortened) && strncasecmp(*cursor, words[i], length) == 0) {
            *cursor += length;
            return i + 1;
        }
    }
    return 0;
}

/* Between two parts: blanks, and at most one of - . , among them. */
static bool take_gap(const char **cursor)
{
    size_t length = strspn(*cursor, " -.,"), marks = 0;
    for (size_t i = 0; i < length; i++)
        marks += (*cursor)[i] != ' ';
    *cursor += length;
    return length > 0 && marks <= 1;
}

static bool take_year(const char **cursor, int *ret_year)
{
    int length = date_read_digits(*cursor, 4, 4, ret_year);
    *cursor += length;
    return length > 0 && (**cursor < '0' || **cursor > '9');
}

static bool take_day(const char **cursor, int *ret_day)
{
    int length = date_read_digits(*cursor, 1, 2, ret_day);
    *cursor += length;
    return length > 0 && *ret_day > 0;
}

static bool take_day_first(const char **cursor, struct date_parts *parts)
{
    return take_day(cursor, &parts->day) && take_gap(cursor) &&
           (parts->month = take_word(cursor, months, COUNT(months))) > 0 && take_gap(cursor) &&
           take_year(cursor, &parts->year);
}

/* "Jan 5, 2026", or "Jan 2026", which leaves the day open. */
static bool take_month_first(const char **cursor, struct date_parts *parts)
{
    parts->month = take_word(cursor, months, COUNT(months));
    if (parts->month == 0 || !take_gap(cursor))
        return false;
    const char *month_alone = *cursor;
    if (take_year(&month_alone, &parts->year)) {
        *cursor = month_alone;
        return true;
    }
    return take_day(cursor, &parts->day) && take_gap(cursor) && take_year(cursor, &parts->year);
}

/* Nothing, or a time and perhaps a zone: " 08:00:00 GMT", " 08:00 +0800". */
static bool is_end(const char *string)
{
    if (*string == '\0')
        return true;
    string = *string == ' ' ? date_skip_time(string + 1) : NULL;
    if (string == NULL || *string == '\0')
        return string != NULL;
    size_t zone = strspn(string + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-0123456789");
    return *string == ' ' && zone > 0 && zone <= 5 && string[1 + zone] == '\0';
}

int date_parse_month(const char *string, struct date *ret_date)
{
    struct date_parts parts = {0, 0, 0};
    const char *cursor = string;
    if (take_word(&cursor, weekdays, COUNT(weekdays)) > 0 && !take_gap(&cursor))
        return -EINVAL;
    bool day_first = *cursor >= '0' && *cursor <= '9';
    if (!(day_first ? take_day_first(&cursor, &parts) : take_month_first(&cursor, &parts)) || !is_end(cursor))
        return -EINVAL;
    return date_of_parts(parts, ret_date);
}
