/* check.h - what no single cell can tell: dates in order, shares of at most 100, a currency's decimals, one
 * of two columns required, an exchange rate that jumps. */
#ifndef REGISTRY_CHECK_H
#define REGISTRY_CHECK_H

#include "row.h"

#include "codes.h"

struct store;

/* What earlier rows of the sheet have said. */
struct local_check_memory {
    bool unit_told;  /* that its amounts are in 万元 and their currency is another */
    bool units_told; /* that one of its columns names a unit and another does not */
    /* exchange rates, which are in no table yet: the last one of each currency */
    struct local_rate {
        int32_t day;
        int64_t numerator, denominator; /* CNY for 100 of the currency; 0 = none */
    } rates[LOCAL_CURRENCIES];
};

/* `merged`: the record as it will be, by column; NULL = absent. Each fault goes to `problems`; how many there
 * were. Also says what an incomplete record lacks: required columns, and those required together.
 * Warnings go to `problems` too and do not count. `memory`: one of zeros for each sheet, kept from row to
 * row; NULL = no other row is known. */
int local_check(struct store *store, const struct local_headers *headers, const struct local_row *row,
    const char *const merged[], struct local_problems *problems, struct local_check_memory *memory);

#endif
