/* rates.h - which exchange rate an amount in foreign currency is converted by (R23). */
#ifndef M13_MEASURE13_RATES_H
#define M13_MEASURE13_RATES_H

#include "m13/measure13.h"

enum rate_found {
    RATE_HOME,    /* CNY: none is needed */
    RATE_PARITY,  /* the central parity of a day */
    RATE_MONTHLY, /* the reference rate of the month */
    RATE_NO_DAY,  /* the date does not tell the month, or the day */
    RATE_NONE,
};
/* `ret_rate`: the rate, or NULL. Of several rates of one day that of the least source id. */
enum rate_found rates_find(const struct firm_facts *facts, const struct policy_parameters *parameters,
    const char *currency, struct date paid, const struct fact_rate **ret_rate);

#endif
