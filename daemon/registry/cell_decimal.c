#include "cell_decimal.h"

#include <ctype.h>
#include <string.h>

static bool put_digit(struct cell_decimal *decimal, char digit)
{
    if (decimal->count == DECIMAL_DIGITS)
        return false;
    decimal->digits[decimal->count++] = digit;
    return true;
}

/* Up to the point; NULL when the groups are no thousands. */
static const char *read_whole_part(const char *cursor, struct cell_decimal *decimal)
{
    int group = 0, groups = 1;
    char separator = '\0';
    for (;; cursor++) {
        if (isdigit((unsigned char)*cursor)) {
            if (!put_digit(decimal, *cursor))
                return NULL;
            group++;
        } else if (*cursor == ',' || (*cursor == ' ' && isdigit((unsigned char)cursor[1]))) {
            bool first = separator == '\0';
            if (group == 0 || group > 3 || (!first && (group != 3 || *cursor != separator)))
                return NULL;
            separator = *cursor;
            groups++;
            group = 0;
        } else {
            return decimal->count > 0 && (groups == 1 || group == 3) ? cursor : NULL;
        }
    }
}

static void drop_zeros(struct cell_decimal *decimal)
{
    while (decimal->count > decimal->whole && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
    size_t zeros = 0;
    while (zeros + 1 < decimal->whole && decimal->digits[zeros] == '0')
        zeros++;
    memmove(decimal->digits, decimal->digits + zeros, decimal->count - zeros);
    decimal->count -= zeros;
    decimal->whole -= zeros;
    decimal->digits[decimal->count] = '\0';
}

const char *cell_decimal_read(const char *string, struct cell_decimal *ret_decimal)
{
    *ret_decimal = (struct cell_decimal){.count = 0};
    const char *cursor = read_whole_part(string, ret_decimal);
    if (cursor == NULL)
        return NULL;
    ret_decimal->whole = ret_decimal->count;
    if (*cursor == '.') {
        if (!isdigit((unsigned char)*++cursor))
            return NULL;
        for (; isdigit((unsigned char)*cursor); cursor++)
            if (!put_digit(ret_decimal, *cursor))
                return NULL;
    }
    drop_zeros(ret_decimal);
    return cursor;
}

bool cell_decimal_shift(struct cell_decimal *decimal, size_t places)
{
    while (decimal->count < decimal->whole + places)
        if (!put_digit(decimal, '0'))
            return false;
    decimal->whole += places;
    drop_zeros(decimal);
    return true;
}

bool cell_decimal_is_zero(const struct cell_decimal *decimal)
{
    return strspn(decimal->digits, "0") == decimal->count;
}

size_t cell_decimal_fraction(const struct cell_decimal *decimal)
{
    return decimal->count - decimal->whole;
}

void cell_decimal_put(const struct cell_decimal *decimal, bool negative, struct text *out)
{
    if (negative && !cell_decimal_is_zero(decimal))
        text_append_character(out, '-');
    text_append(out, decimal->digits, decimal->whole);
    if (decimal->count > decimal->whole) {
        text_append_character(out, '.');
        text_append(out, decimal->digits + decimal->whole, decimal->count - decimal->whole);
    }
}

int64_t cell_decimal_scaled(const struct cell_decimal *decimal, size_t places)
{
    if (cell_decimal_fraction(decimal) > places)
        return -1;
    int64_t scaled = 0;
    for (size_t i = 0; i < decimal->whole + places; i++) {
        int digit = i < decimal->count ? decimal->digits[i] - '0' : 0;
        if (__builtin_mul_overflow(scaled, 10, &scaled) || __builtin_add_overflow(scaled, digit, &scaled))
            return -1;
    }
    return scaled;
}
