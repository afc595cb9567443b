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

/* A number as it was written: 1234.50 is 123450 with 2 digits. Amounts and exchange rates are exact. */
struct decimal {
    int64_t units;
    int digits;
};
enum { MONEY_DIGITS_MOST = 9 };
/* Not negative, thousands separators allowed: -EINVAL for anything else or too many decimals, -ERANGE. */
int money_decimal(const char *string, struct decimal *ret_decimal);
/* a - b; -ERANGE when it is negative or too long. */
int money_subtract(struct decimal a, struct decimal b, struct decimal *ret_decimal);

/* How a rate is quoted: CNY for 100 of the foreign currency, or foreign currency for CNY 100. */
enum money_quote { QUOTE_DIRECT, QUOTE_INDIRECT };
/* floor(amount x rate) in fen, with intermediates of 128 bits; -EINVAL for a rate of 0, -ERANGE. */
int money_exchange(struct decimal amount, struct decimal rate, enum money_quote quote, fen_t *ret_fen);
/* floor(amount x 100): an amount in yuan as fen. */
int money_yuan(struct decimal yuan, fen_t *ret_fen);
/* floor(fen x part / whole) for fen, part >= 0 and whole > 0; at most INT64_MAX. */
fen_t money_part(fen_t fen, int64_t part, int64_t whole);
/* Sums stop at the largest number rather than turn over. */
fen_t money_sum(fen_t a, fen_t b);

#endif
