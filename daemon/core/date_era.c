/* Japanese dates: an era and its year. An era begins and ends on a day, so that the same year may be in two:
 * Heisei 31 ended on 30 April 2019, Reiwa 1 (元年) began the day after. */
#include "date_forms.h"

#include "m13/text.h"

#include <errno.h>
#include <string.h>

static const struct era {
    const char *names[3]; /* in full, one letter, one character (Unicode) */
    int year_before;      /* the first */
    int first[3], last[3];
} eras[] = {
    {{"令和", "R", "㋿"}, 2018, {2019, 5, 1}, {2200, 12, 31}},
    {{"平成", "H", "㍻"}, 1988, {1989, 1, 8}, {2019, 4, 30}},
    {{"昭和", "S", "㍼"}, 1925, {1926, 12, 25}, {1989, 1, 7}},
};

/* Full-width forms become ASCII (U+FF01 to U+FF5E stand 0xFEE0 above it), blanks go. */
static bool narrow(const char *string, char *out, size_t bytes)
{
    const char *end = string + strlen(string);
    size_t used = 0;
    while (string < end) {
        char character[4];
        uint32_t code_point = utf8_next(&string, end);
        if (code_point == ' ' || code_point == 0x3000)
            continue;
        if (code_point >= 0xff01 && code_point <= 0xff5e)
            code_point -= 0xfee0;
        size_t length = utf8_put(code_point, character);
        if (used + length >= bytes)
            return false;
        memcpy(out + used, character, length);
        used += length;
    }
    out[used] = '\0';
    return true;
}

static const struct era *take_era(const char **cursor)
{
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++)
        for (size_t j = 0; j < sizeof eras[i].names / sizeof *eras[i].names; j++)
            if (string_starts(*cursor, eras[i].names[j])) {
                *cursor += strlen(eras[i].names[j]);
                return &eras[i];
            }
    return NULL;
}

static bool take(const char **cursor, const char *text)
{
    bool there = string_starts(*cursor, text);
    *cursor += there ? strlen(text) : 0;
    return there;
}

static bool take_number(const char **cursor, int *ret_number)
{
    int length = date_read_digits(*cursor, 1, 2, ret_number);
    *cursor += length;
    return length > 0 && *ret_number > 0;
}

/* 年 month 月 day 日, where day, or day and month, may be missing. */
static bool take_named_parts(const char **cursor, struct date_parts *parts)
{
    if (!take(cursor, "年"))
        return false;
    if (**cursor == '\0')
        return true;
    if (!take_number(cursor, &parts->month) || !take(cursor, "月"))
        return false;
    return **cursor == '\0' || (take_number(cursor, &parts->day) && take(cursor, "日"));
}

/* .month.day, with one of three separators. */
static bool take_short_parts(const char **cursor, struct date_parts *parts)
{
    static const char *const separators[] = {".", "/", "-"};
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (take(cursor, separators[i]))
            return take_number(cursor, &parts->month) && take(cursor, separators[i]) &&
                   take_number(cursor, &parts->day);
    return false;
}

static int32_t day_of(const int parts[3])
{
    return day_from_civil(parts[0], parts[1], parts[2]);
}

int date_parse_era(const char *string, struct date *ret_date)
{
    char narrowed[64];
    const char *cursor = narrowed;
    struct date_parts parts = {0, 0, 0};
    struct date date;
    int year = 1;
    const struct era *era = narrow(string, narrowed, sizeof narrowed) ? take_era(&cursor) : NULL;
    if (era == NULL || (!take(&cursor, "元") && !take_number(&cursor, &year)))
        return -EINVAL;
    parts.year = era->year_before + year;
    bool named = string_starts(cursor, "年");
    if (!(named ? take_named_parts(&cursor, &parts) : take_short_parts(&cursor, &parts)) || *cursor != '\0')
        return -EINVAL;
    if (date_of_parts(parts, &date) < 0 || date.first < day_of(era->first) || date.last > day_of(era->last))
        return -EINVAL;
    *ret_date = date;
    return 0;
}
