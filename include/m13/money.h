/* money.h - money is integer fen (1/100 CNY). No floating point touches it. */
#ifndef M13_MONEY_H
#define M13_MONEY_H

#include <stdint.h>

typedef int64_t fen_t;

#define FEN_PER_YUAN       100LL
#define MONEY_STRING_BYTES 40

/* "1,234.56" yuan with thousands separators, for people. */
const char *money_format_yuan(fen_t fen, char out[MONEY_STRING_BYTES]);
/* Decimal source text ("1234.5", "1,234.50") to minor units with `digits` decimals; more decimals than that,
 * anything else than digits, and overflow are errors: -EINVAL, -ERANGE. */
int money_parse(const char *string, int digits, int64_t *ret_minor);

#endif
