/* cell_decimal.h - decimal numbers as digits, as people write them; never through floating point. */
#ifndef REGISTRY_CELL_DECIMAL_H
#define REGISTRY_CELL_DECIMAL_H

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_DIGITS 40

struct cell_decimal {
    char digits[DECIMAL_DIGITS + 1]; /* NUL-terminated, no zeros at either end but one before the point */
    size_t count, whole;             /* of them, and before the point */
};

/* Digits, in groups of three where they are parted by commas or blanks ("1,5" is a decimal comma, and not
 * 15), and a fraction. Returns what follows, NULL when there is no number or a longer one. */
const char *cell_decimal_read(const char *string, struct cell_decimal *ret_decimal);
/* Times 10 to the power of `places`; false when it gets too long. */
bool cell_decimal_shift(struct cell_decimal *decimal, size_t places);
bool cell_decimal_is_zero(const struct cell_decimal *decimal);
size_t cell_decimal_fraction(const struct cell_decimal *decimal); /* digits behind the point */
void cell_decimal_put(
    const struct cell_decimal *decimal, bool negative, struct text *out); /* zero has no sign */
/* The number times 10 to the power of `places`, -1 when it has more decimals or is too large. */
int64_t cell_decimal_scaled(const struct cell_decimal *decimal, size_t places);

#endif
