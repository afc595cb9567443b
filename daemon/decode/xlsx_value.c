#include "xlsx_value.h"

#include "clean.h"

#include "m13/date.h"

#include <string.h>

enum {
    DIGITS = 15,    /* what a number in a cell holds */
    POINT_MOST = 40 /* places before or behind the point that are still written out */
};

/* 0.DIGITS times 10 to the power of `point`; no digits = zero. Neither the first nor the last digit is 0. */
struct decimal {
    bool negative;
    int count, point;
    char digits[DIGITS + 1];
};

/* --- digits ----------------------------------------------------------------------------------------------
 */

struct number_reading {
    const char *at, *end;
    struct decimal *decimal;
    bool any, round_up;
};

static void take_digit(struct number_reading *reading, char digit, bool fraction)
{
    struct decimal *decimal = reading->decimal;
    reading->any = true;
    if (decimal->count == 0 && digit == '0') {
        decimal->point -= fraction;
        return;
    }
    decimal->point += !fraction;
    if (decimal->count == DIGITS) /* the first one that is too many decides */
        reading->round_up = digit >= '5';
    if (decimal->count < DIGITS)
        decimal->digits[decimal->count] = digit;
    decimal->count++;
}

static void take_digits(struct number_reading *reading, bool fraction)
{
    while (reading->at < reading->end && *reading->at >= '0' && *reading->at <= '9')
        take_digit(reading, *reading->at++, fraction);
}

static bool take_exponent(struct number_reading *reading)
{
    if (reading->at == reading->end || (*reading->at != 'E' && *reading->at != 'e'))
        return true;
    int exponent = 0;
    const char *sign = ++reading->at;
    if (reading->at < reading->end && (*sign == '+' || *sign == '-'))
        reading->at++;
    const char *first = reading->at;
    while (reading->at < reading->end && *reading->at >= '0' && *reading->at <= '9' && exponent < 10000)
        exponent = exponent * 10 + (*reading->at++ - '0');
    reading->decimal->point += first > sign && *sign == '-' ? -exponent : exponent;
    return reading->at > first;
}

static void round_to_digits(struct decimal *decimal, bool up)
{
    int last = decimal->count < DIGITS ? decimal->count : DIGITS;
    if (up) {
        while (last > 0 && decimal->digits[last - 1] == '9')
            last--;
        if (last > 0) {
            decimal->digits[last - 1]++;
        } else {
            decimal->digits[last++] = '1';
            decimal->point++;
        }
    }
    while (last > 0 && decimal->digits[last - 1] == '0')
        last--;
    decimal->count = last;
    decimal->digits[last] = '\0';
}

static bool read_decimal(const char *source, size_t length, struct decimal *ret_decimal)
{
    *ret_decimal = (struct decimal){0};
    struct number_reading reading = {.at = source, .end = source + length, .decimal = ret_decimal};
    if (length > 0 && (*source == '-' || *source == '+')) {
        ret_decimal->negative = *source == '-';
        reading.at++;
    }
    take_digits(&reading, false);
    if (reading.at < reading.end && *reading.at == '.') {
        reading.at++;
        take_digits(&reading, true);
    }
    if (!reading.any || !take_exponent(&reading) || reading.at != reading.end)
        return false;
    /* The first digit that is too many decides; its count went on. */
    round_to_digits(ret_decimal, reading.round_up);
    if (ret_decimal->point < -POINT_MOST)
        ret_decimal->count = 0; /* the dust of a subtraction */
    if (ret_decimal->count == 0)
        ret_decimal->point = 0;
    return true;
}

static void append_zeros(struct text *out, int count)
{
    static const char zeros[POINT_MOST + 1] = "0000000000000000000000000000000000000000";
    if (count > 0)
        text_append(out, zeros, (size_t)(count <= POINT_MOST ? count : POINT_MOST));
}

static void append_decimal(const struct decimal *decimal, struct text *out)
{
    if (decimal->count == 0) {
        text_append_character(out, '0');
        return;
    }
    if (decimal->negative)
        text_append_character(out, '-');
    int whole = decimal->point < decimal->count ? decimal->point : decimal->count;
    if (decimal->point <= 0)
        text_append_character(out, '0');
    else
        text_append(out, decimal->digits, (size_t)whole);
    append_zeros(out, decimal->point - decimal->count);
    if (decimal->point >= decimal->count)
        return;
    text_append_character(out, '.');
    append_zeros(out, -decimal->point);
    int from = decimal->point > 0 ? decimal->point : 0;
    text_append(out, decimal->digits + from, (size_t)(decimal->count - from));
}

/* --- dates -----------------------------------------------------------------------------------------------
 */

enum { SECONDS_OF_DAY = 86400 };
#define FRACTION_PLACES 10
#define FRACTION_UNIT   INT64_C(10000000000)

struct moment {
    int64_t serial; /* days, as the workbook counts them */
    int seconds;
};

/* False when it is negative or beyond any calendar. */
static bool read_moment(const struct decimal *decimal, struct moment *ret_moment)
{
    int64_t days = 0, fraction = 0;
    if ((decimal->negative && decimal->count > 0) || decimal->point > 7)
        return false;
    for (int place = 0; place < decimal->point; place++)
        days = days * 10 + (place < decimal->count ? decimal->digits[place] - '0' : 0);
    for (int place = decimal->point; place < decimal->point + FRACTION_PLACES; place++)
        fraction = fraction * 10 + (place >= 0 && place < decimal->count ? decimal->digits[place] - '0' : 0);
    int64_t seconds = (fraction * SECONDS_OF_DAY + FRACTION_UNIT / 2) / FRACTION_UNIT;
    *ret_moment = (struct moment){days + seconds / SECONDS_OF_DAY, (int)(seconds % SECONDS_OF_DAY)};
    return true;
}

/* ECMA-376 part 1, 18.17.4.1. In the epoch of 1900 day 60 is a 29 February that never was. */
static int32_t day_of_serial(int64_t serial, bool epoch_1904)
{
    const int64_t of_1904 = day_from_civil(1904, 1, 1), of_1900 = day_from_civil(1899, 12, 30);
    int64_t day = epoch_1904 ? of_1904 + serial : serial < 60 ? of_1900 + 1 + serial : of_1900 + serial;
    bool exists = epoch_1904 || (serial >= 1 && serial != 60);
    return exists && day <= day_from_civil(9999, 12, 31) ? (int32_t)day : DAY_NONE;
}

static void append_clock(int seconds, struct text *out)
{
    text_append_format(out, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
}

/* Only as much of the date as the cell shows, unless it hides something. */
static void append_date(int32_t day, int seconds, enum xlsx_format format, struct text *out)
{
    int year, month, day_of_month;
    day_to_civil(day, &year, &month, &day_of_month);
    bool first_of_month = day_of_month == 1 && seconds == 0;
    if (format == XLSX_FORMAT_YEAR && month == 1 && first_of_month)
        text_append_format(out, "%04d", year);
    else if (format == XLSX_FORMAT_MONTH && first_of_month)
        text_append_format(out, "%04d-%02d", year, month);
    else
        text_append_format(out, "%04d-%02d-%02d", year, month, day_of_month);
}

static enum xlsx_cell_kind append_moment(
    const struct decimal *decimal, enum xlsx_format format, bool epoch_1904, struct text *out)
{
    struct moment moment;
    if (!read_moment(decimal, &moment)) {
        text_append_string(out, "#####"); /* as Excel shows it */
        return XLSX_ERROR;
    }
    if (format == XLSX_FORMAT_TIME && moment.serial == 0) {
        append_clock(moment.seconds, out);
        return XLSX_TEXT;
    }
    int32_t day = day_of_serial(moment.serial, epoch_1904);
    if (day == DAY_NONE) {
        text_append_string(out, moment.serial == 0    ? "1900-01-00"
                                : moment.serial == 60 ? "1900-02-29"
                                                      : "#####");
        return XLSX_ERROR;
    }
    append_date(day, moment.seconds, format, out);
    if ((format == XLSX_FORMAT_TIME || format == XLSX_FORMAT_DATE_TIME) && moment.seconds >= 60) {
        text_append_character(out, ' ');
        append_clock(moment.seconds, out);
    }
    return XLSX_TEXT;
}

/* --- texts -----------------------------------------------------------------------------------------------
 */

/* The code unit of _xHHHH_ at `at`, or -1. */
static int32_t escape_at(const char *at, const char *end)
{
    int32_t unit = 0;
    if (end - at < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdefABCDEF", *found = at[i] != '\0' ? strchr(digits, at[i]) : NULL;
        if (found == NULL)
            return -1;
        int32_t value = (int32_t)(found - digits);
        unit = unit * 16 + (value < 16 ? value : value - 6);
    }
    return unit;
}

void xlsx_text(const char *source, size_t length, struct text *out, int64_t *replaced)
{
    const struct clean_rules rules = {.keep_lines = true};
    if (length < 7 || memchr(source, '_', length) == NULL) {
        clean_append(source, length, rules, out, replaced);
        return;
    }
    struct text plain = TEXT_WITH_CEILING(length + 8);
    const char *end = source + length;
    for (const char *at = source; at < end;) {
        char bytes[4];
        int32_t unit = escape_at(at, end);
        if (unit >= 0)
            text_append(&plain, bytes, utf8_put((uint32_t)unit, bytes));
        else
            text_append_character(&plain, *at);
        at += unit >= 0 ? 7 : 1;
    }
    clean_append(text_string(&plain), plain.length, rules, out, replaced);
    text_free(&plain);
}

/* What should have been something else. */
static void append_as_text(const char *source, size_t length, struct text *out)
{
    int64_t ignored = 0;
    xlsx_text(source, length, out, &ignored);
}

/* --- cells -----------------------------------------------------------------------------------------------
 */

enum xlsx_cell_kind xlsx_number(
    const char *source, size_t length, enum xlsx_format format, bool epoch_1904, struct text *out)
{
    struct decimal decimal;
    if (!read_decimal(source, length, &decimal)) {
        append_as_text(source, length, out);
        return XLSX_ERROR;
    }
    switch (format) {
    case XLSX_FORMAT_PERCENT:
        decimal.point += decimal.count > 0 ? 2 : 0;
        break;
    case XLSX_FORMAT_NUMBER:
        break;
    case XLSX_FORMAT_YEAR:
    case XLSX_FORMAT_MONTH:
    case XLSX_FORMAT_DATE:
    case XLSX_FORMAT_TIME:
    case XLSX_FORMAT_DATE_TIME:
        return append_moment(&decimal, format, epoch_1904, out);
    }
    if (decimal.point > POINT_MOST) {
        text_append(out, source, length);
        return XLSX_NUMBER;
    }
    append_decimal(&decimal, out);
    if (format == XLSX_FORMAT_PERCENT)
        text_append_character(out, '%');
    return decimal.point > DIGITS ? XLSX_NUMBER : XLSX_TEXT;
}

void xlsx_iso_date(const char *source, size_t length, struct text *out)
{
    size_t date = strlen("2026-03-05");
    if (length < date + strlen("T13:45") || source[date] != 'T') {
        append_as_text(source, length, out);
        return;
    }
    bool midnight = memcmp(source + date + 1, "00:00", 5) == 0;
    append_as_text(source, date, out);
    if (midnight)
        return;
    text_append_character(out, ' ');
    append_as_text(source + date + 1, 5, out);
}
