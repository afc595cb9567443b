/* cells_dates.c - civil days as people and spreadsheets write them, with the precision that they have. */
#include "cell_parts.h"

#include "m13/date.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define FIRST_YEAR 1900
#define LAST_YEAR  2100
/* Day numbers of a spreadsheet that can only be dates: 1954 to 2119. */
#define SERIAL_LEAST    20000
#define SERIAL_MOST     80000
#define EPOCH_1900_DAYS 25569 /* from its day 0 to 1970-01-01, a 29 February 1900 that never was included */
#define EPOCH_1904_DAYS 24107

enum date_fault {
    DATE_GOOD,
    DATE_NO_DATE,
    DATE_NO_SUCH_DAY,
    DATE_IMPLAUSIBLE,
    DATE_OCTOBER, /* 2026.1: January, or October whose 0 a number has lost */
    DATE_IN_ZONE, /* a moment somewhere, which may be another day here */
};

static const char *const fault_texts[] = {
    [DATE_GOOD] = "",
    [DATE_NO_DATE] = "不是日期",
    [DATE_NO_SUCH_DAY] = "不存在这一天",
    [DATE_IMPLAUSIBLE] = "的年份不合理",
    [DATE_OCTOBER] = "分不清是 1 月还是 10 月",
    [DATE_IN_ZONE] = "带有时区，只写当地的日期",
};

struct date_parts {
    int year, month, day; /* 0 = not given */
};

static const char *skip_blanks(const char *cursor)
{
    while (*cursor == ' ')
        cursor++;
    return cursor;
}

/* One or two digits, not zero; NULL when there are others. */
static const char *read_part(const char *cursor, int *ret_part)
{
    size_t digits = strspn(cursor, "0123456789");
    if (digits < 1 || digits > 2)
        return NULL;
    *ret_part = 0;
    for (size_t i = 0; i < digits; i++)
        *ret_part = *ret_part * 10 + (cursor[i] - '0');
    return *ret_part > 0 ? cursor + digits : NULL;
}

static const char *skip_word(const char *cursor, const char *word)
{
    return string_starts(cursor, word) ? cursor + strlen(word) : cursor;
}

/* 年1月5日 */
static const char *read_chinese(const char *cursor, struct date_parts *parts)
{
    cursor = skip_blanks(cursor + strlen("年"));
    if (!isdigit((unsigned char)*cursor))
        return cursor;
    cursor = read_part(cursor, &parts->month);
    if (cursor == NULL || !string_starts(skip_blanks(cursor), "月"))
        return NULL;
    cursor = skip_blanks(skip_blanks(cursor) + strlen("月"));
    if (!isdigit((unsigned char)*cursor))
        return cursor;
    cursor = read_part(cursor, &parts->day);
    if (cursor == NULL)
        return NULL;
    const char *unit = skip_blanks(cursor);
    const char *behind = skip_word(skip_word(unit, "日"), "号");
    return behind == unit ? cursor : behind;
}

/* -1-5, /1/5, .1.5, with the same mark twice. */
static const char *read_marked(const char *cursor, struct date_parts *parts)
{
    char mark = *cursor;
    cursor = read_part(skip_blanks(cursor + 1), &parts->month);
    if (cursor == NULL)
        return NULL;
    const char *next = skip_blanks(cursor);
    if (*next != mark)
        return cursor;
    return read_part(skip_blanks(next + 1), &parts->day);
}

/* Behind a day: a time, which says nothing here. */
static enum date_fault read_time(const char *cursor)
{
    const char *time = *cursor == 'T' ? cursor + 1 : skip_blanks(cursor);
    if (*time == '\0')
        return DATE_GOOD;
    if (time == cursor || !isdigit((unsigned char)*time))
        return DATE_NO_DATE;
    size_t length = strspn(time, "0123456789:.");
    if (strchr(time, ':') == NULL || length > strlen("00:00:00.000000000"))
        return DATE_NO_DATE;
    const char *rest = skip_blanks(time + length);
    if (*rest == '\0')
        return DATE_GOOD;
    return strcmp(rest, "Z") == 0 || *rest == '+' || *rest == '-' ? DATE_IN_ZONE : DATE_NO_DATE;
}

static enum date_fault date_of_parts(struct date_parts parts, struct date *ret_date)
{
    if (parts.year < FIRST_YEAR || parts.year > LAST_YEAR)
        return DATE_IMPLAUSIBLE;
    int32_t first = day_from_civil(parts.year, parts.month ? parts.month : 1, parts.day ? parts.day : 1);
    if (first == DAY_NONE)
        return DATE_NO_SUCH_DAY;
    int months = parts.day ? 0 : parts.month ? 1 : 12;
    *ret_date = (struct date){first, months ? day_add_months(first, months) - 1 : first};
    return DATE_GOOD;
}

static int read_number(const char *digits, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

static enum date_fault read_serial(const char *string, int epoch_days, struct date *ret_date)
{
    int serial = read_number(string, 5);
    const char *rest = string + 5;
    if (*rest == '.') /* the time of day, as a fraction of it */
        rest += 1 + strspn(rest + 1, "0123456789");
    if (*rest != '\0' || serial < SERIAL_LEAST || serial > SERIAL_MOST)
        return DATE_NO_DATE;
    int year, month, day;
    day_to_civil(serial - epoch_days, &year, &month, &day);
    return date_of_parts((struct date_parts){year, month, day}, ret_date);
}

/* 20260105 */
static enum date_fault read_plain(const char *string, struct date *ret_date)
{
    struct date_parts parts = {
        read_number(string, 4), read_number(string + 4, 2), read_number(string + 6, 2)};
    enum date_fault fault = read_time(string + 8);
    if (fault != DATE_GOOD)
        return fault;
    if (parts.month == 0 || parts.day == 0)
        return DATE_NO_SUCH_DAY;
    return date_of_parts(parts, ret_date);
}

static enum date_fault read_date(const char *string, int epoch_days, struct date *ret_date)
{
    size_t digits = strspn(string, "0123456789");
    if (digits == 5)
        return read_serial(string, epoch_days, ret_date);
    if (digits == 8)
        return read_plain(string, ret_date);
    if (digits != 4)
        return DATE_NO_DATE;
    struct date_parts parts = {.year = read_number(string, 4)};
    const char *cursor = skip_blanks(string + 4), *rest = cursor;
    if (string_starts(cursor, "年"))
        rest = read_chinese(cursor, &parts);
    else if (*cursor == '-' || *cursor == '/' || *cursor == '.')
        rest = read_marked(cursor, &parts);
    if (rest == NULL || (parts.day == 0 && *skip_blanks(rest) != '\0'))
        return DATE_NO_DATE;
    if (strcmp(cursor, ".1") == 0)
        return DATE_OCTOBER;
    enum date_fault fault = parts.day == 0 ? DATE_GOOD : read_time(rest);
    return fault != DATE_GOOD ? fault : date_of_parts(parts, ret_date);
}

static int put_date(const char *cell, int epoch_days, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    struct date date = DATE_NONE;
    enum date_fault fault = cell_code_read(cell, strlen(cell), FOLD_WIDTH | FOLD_UPPER, &folded)
                                ? read_date(folded.bytes, epoch_days, &date)
                                : DATE_NO_DATE;
    if (fault != DATE_GOOD)
        return fail(ret_why, -EINVAL, "%s %s", local_cell_quoted(cell), fault_texts[fault]);
    char string[DATE_STRING_BYTES];
    text_append_string(out, date_format(date, string));
    return 0;
}

int local_cell_date(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_date(cell, EPOCH_1900_DAYS, out, ret_why);
}

int local_cell_date_1904(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_date(cell, EPOCH_1904_DAYS, out, ret_why);
}

int local_cell_year(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &folded);
    const char *rest = skip_word(skip_word(folded.bytes + 4 * (folded.length >= 4), "年"), "度");
    if (!fits || strspn(folded.bytes, "0123456789") != 4 || *rest != '\0')
        return fail(ret_why, -EINVAL, "%s 不是年份", local_cell_quoted(cell));
    int year = read_number(folded.bytes, 4);
    if (year < 2000 || year > LAST_YEAR)
        return fail(ret_why, -ERANGE, "%s 的年份不合理", local_cell_quoted(cell));
    text_append(out, folded.bytes, 4);
    return 0;
}
