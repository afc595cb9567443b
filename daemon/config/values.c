#include "values.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct unit {
    char letter;
    int64_t of;
};

static const struct unit durations[] = {
    {'w', 7 * CLOCK_DAY}, {'d', CLOCK_DAY}, {'h', CLOCK_HOUR}, {'m', CLOCK_MINUTE}, {'s', CLOCK_SECOND}};
static const struct unit sizes[] = {
    {'G', (int64_t)1 << 30}, {'M', (int64_t)1 << 20}, {'K', (int64_t)1 << 10}};

#define UNITS(table) (table), sizeof(table) / sizeof *(table)

/* Digits and one letter of `units`; `bare` stands for no letter, 0 = a letter is needed. */
static int number_with_unit(
    const char *string, const struct unit *units, size_t count, int64_t bare, int64_t *ret_number)
{
    char digits[16];
    size_t length = strspn(string, "0123456789");
    if (length == 0 || length >= sizeof digits || (string[length] != '\0' && string[length + 1] != '\0'))
        return -EINVAL;
    memcpy(digits, string, length);
    digits[length] = '\0';

    int64_t of = string[length] == '\0' ? bare : 0;
    for (size_t i = 0; i < count; i++)
        if (units[i].letter == string[length])
            of = units[i].of;
    int64_t number = 0;
    if (of == 0 || string_to_integer(digits, 0, INT64_MAX / of, &number) < 0)
        return -EINVAL;
    *ret_number = number * of;
    return 0;
}

int value_duration(const char *string, int64_t *ret_ms)
{
    return number_with_unit(string, UNITS(durations), 0, ret_ms);
}

int value_size(const char *string, int64_t *ret_bytes)
{
    return number_with_unit(string, UNITS(sizes), 1, ret_bytes);
}

int value_time_of_day(const char *string, int64_t *ret_ms)
{
    static const char form[] = "##:##";
    if (strlen(string) != strlen(form))
        return -EINVAL;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == '#' ? string[i] < '0' || string[i] > '9' : string[i] != form[i])
            return -EINVAL;
    int hour = (string[0] - '0') * 10 + string[1] - '0';
    int minute = (string[3] - '0') * 10 + string[4] - '0';
    if (hour > 23 || minute > 59)
        return -EINVAL;
    *ret_ms = hour * CLOCK_HOUR + minute * CLOCK_MINUTE;
    return 0;
}

int value_day(const char *string, int32_t *ret_day)
{
    struct date date;
    if (date_parse(string, DATE_FORM_ISO, &date) < 0 || !date_is_exact(date))
        return -EINVAL;
    *ret_day = date.first;
    return 0;
}

static const char *show(int64_t number, const struct unit *units, size_t count, char out[VALUE_STRING_BYTES])
{
    for (size_t i = 0; i < count; i++)
        if (number >= units[i].of && number % units[i].of == 0) {
            snprintf(out, VALUE_STRING_BYTES, "%lld%c", (long long)(number / units[i].of), units[i].letter);
            return out;
        }
    snprintf(out, VALUE_STRING_BYTES, "%lld", (long long)number);
    return out;
}

const char *value_show_duration(int64_t ms, char out[VALUE_STRING_BYTES])
{
    return ms == 0 ? "0s" : show(ms, UNITS(durations), out);
}

const char *value_show_size(int64_t bytes, char out[VALUE_STRING_BYTES])
{
    return show(bytes, UNITS(sizes), out);
}

const char *value_excerpt(const char *string, char out[VALUE_EXCERPT_BYTES])
{
    size_t length = strlen(string), most = VALUE_EXCERPT_BYTES - 4;
    if (length <= most) {
        memcpy(out, string, length + 1);
        return out;
    }
    while (most > 0 && ((unsigned char)string[most] & 0xc0) == 0x80)
        most--;
    memcpy(out, string, most);
    memcpy(out + most, "...", 4);
    return out;
}
