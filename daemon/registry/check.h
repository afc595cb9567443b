/* check.h - what no single cell can tell: dates in order, shares of at most 100, a currency's decimals, one
 * of two columns required, an exchange rate that jumps. */
#ifndef REGISTRY_CHECK_H
#define REGISTRY_CHECK_H

#include "row.h"

struct store;

/* `merged`: the record as it will be, by column; NULL = absent. Each fault goes to `problems`; how many there
 * were. Also says what an incomplete record lacks: required columns, and those required together. */
int local_check(struct store *store, const struct local_headers *headers, const struct local_row *row,
    const char *const merged[], struct local_problems *problems);

#endif
