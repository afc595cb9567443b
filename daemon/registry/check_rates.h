/* check_rates.h - exchange rates that cannot be right. */
#ifndef REGISTRY_CHECK_RATES_H
#define REGISTRY_CHECK_RATES_H

#include "check.h"

#include "m13/failure.h"

/* One rate against the nearest that is known: -ERANGE with the reason; 1 when only a warning is due; 0, and
 * then it is remembered. */
int check_rate(struct store *store, struct local_check_memory *memory, const char *currency, const char *date,
    const char *rate, const char *quote, struct failure *ret_why);

/* Whether so many yuan can have been debited for that amount: the same of yuan, within a factor of 5 of what
 * is usual of other currencies. True where nothing is known. */
bool check_debit_is_plausible(const char *currency, const char *amount, const char *debited);

#endif
