#include "m13/money.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

const char *money_format_yuan(fen_t fen, char out[MONEY_STRING_BYTES])
{
    /* The magnitude as unsigned, since that of INT64_MIN has no int64_t. */
    uint64_t magnitude = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    char backwards[MONEY_STRING_BYTES];
    int length = 0, digits = 0;
    do {
        if (digits == 2)
            backwards[length++] = '.';
        else if (digits > 2 && (digits - 2) % 3 == 0)
            backwards[length++] = ',';
        backwards[length++] = (char)('0' + magnitude % 10);
        magnitude /= 10;
        digits++;
    } while (magnitude > 0 || digits < 3);
    if (fen < 0)
        backwards[length++] = '-';
    for (int i = 0; i < length; i++)
        out[i] = backwards[length - 1 - i];
    out[length] = '\0';
    return out;
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* The bytes of a whole number, with all its thousands separators or none; 0 when it is neither. */
static size_t whole_part(const char *string)
{
    size_t length = 0, group = 0;
    bool separated = false;
    for (;; length++) {
        if (is_digit(string[length])) {
            group++;
        } else if (string[length] == ',' && (separated ? group == 3 : group >= 1 && group <= 3)) {
            separated = true;
            group = 0;
        } else {
            break;
        }
    }
    return group == 0 || (separated && group != 3) ? 0 : length;
}

int money_parse(const char *string, int digits, int64_t *ret_minor)
{
    size_t whole = string != NULL ? whole_part(string) : 0;
    if (whole == 0)
        return -EINVAL;
    size_t decimals = string[whole] == '.' ? strspn(string + whole + 1, "0123456789") : 0;
    size_t end = whole + (string[whole] == '.' ? 1 + decimals : 0);
    if (string[end] != '\0' || (string[whole] == '.' && decimals == 0) || decimals > (size_t)digits)
        return -EINVAL;

    int64_t minor = 0;
    bool overflowed = false;
    for (size_t i = 0; i < end; i++)
        if (is_digit(string[i]))
            overflowed = overflowed || __builtin_mul_overflow(minor, 10, &minor) ||
                         __builtin_add_overflow(minor, string[i] - '0', &minor);
    for (size_t i = decimals; i < (size_t)digits; i++)
        overflowed = overflowed || __builtin_mul_overflow(minor, 10, &minor);
    if (overflowed)
        return -ERANGE;
    *ret_minor = minor;
    return 0;
}
