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

/* --- exact numbers -------------------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 wide;

static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
_Static_assert(
    sizeof powers / sizeof powers[0] == MONEY_DIGITS_MOST + 1, "a power for each number of digits");

int money_decimal(const char *string, struct decimal *ret_decimal)
{
    const char *point = string != NULL ? strchr(string, '.') : NULL;
    size_t digits = point != NULL ? strlen(point + 1) : 0;
    if (digits > MONEY_DIGITS_MOST)
        return -EINVAL;
    ret_decimal->digits = (int)digits;
    return money_parse(string, (int)digits, &ret_decimal->units);
}

int money_subtract(struct decimal a, struct decimal b, struct decimal *ret_decimal)
{
    int digits = a.digits > b.digits ? a.digits : b.digits;
    int64_t from, what;
    if (__builtin_mul_overflow(a.units, powers[digits - a.digits], &from) ||
        __builtin_mul_overflow(b.units, powers[digits - b.digits], &what) || what > from)
        return -ERANGE;
    *ret_decimal = (struct decimal){from - what, digits};
    return 0;
}

static int narrow(wide value, fen_t *ret_fen)
{
    if (value > (wide)INT64_MAX)
        return -ERANGE;
    *ret_fen = (fen_t)value;
    return 0;
}

/* CNY for 100 is fen for 1, so the two hundreds of a direct quote cancel; of an indirect one they multiply.
 * 63 bits of amount times 63 of rate, or times ten thousand and 30 bits of decimals, stay below 128. */
int money_exchange(struct decimal amount, struct decimal rate, enum money_quote quote, fen_t *ret_fen)
{
    if (rate.units <= 0 || amount.units < 0)
        return -EINVAL;
    wide of = (wide)amount.units, by = (wide)powers[amount.digits];
    switch (quote) {
    case QUOTE_DIRECT:
        return narrow(of * (wide)rate.units / (by * (wide)powers[rate.digits]), ret_fen);
    case QUOTE_INDIRECT:
        return narrow(of * 10000 * (wide)powers[rate.digits] / (by * (wide)rate.units), ret_fen);
    }
    return -EINVAL;
}

int money_yuan(struct decimal yuan, fen_t *ret_fen)
{
    return narrow((wide)yuan.units * 100 / (wide)powers[yuan.digits], ret_fen);
}

fen_t money_part(fen_t fen, int64_t part, int64_t whole)
{
    wide share = (wide)fen * (wide)part / (wide)whole;
    return share > (wide)INT64_MAX ? INT64_MAX : (fen_t)share;
}

fen_t money_sum(fen_t a, fen_t b)
{
    fen_t total;
    if (__builtin_add_overflow(a, b, &total))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return total;
}
