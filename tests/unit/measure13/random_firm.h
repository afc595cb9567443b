/* random_firm.h - firms with up to twenty cases, their facts drawn so that every rule and every edge of the
 * money has its turn. The same seed gives the same firm. Numbers stand beside the texts that the program
 * reads, so that the second implementation needs none of its parsers. */
#ifndef M13_TEST_RANDOM_FIRM_H
#define M13_TEST_RANDOM_FIRM_H

#include "m13/measure13.h"

enum {
    ITEMS_MOST = 20,
    SALES_MOST = 24,
    COSTS_MOST = 30,
    RATES_MOST = 12,
    PAYMENTS_MOST = 8,
    FLAGS_MOST = 2
};

struct random_cost {                  /* the numbers of a cost */
    int64_t cents, vat, debit, other; /* hundredths; debit and other: -1 = none */
    int64_t parts[2];                 /* millionths, of two products */
    char amount[24], vat_text[24], debit_text[24], other_text[24];
    struct fact_share shares[2];
};

struct random_firm {
    struct firm_facts facts;
    struct policy_parameters parameters, later;
    struct dated_value dated[2];
    bool route_changes, ratio_changes; /* to `later`: 510(k)s decided from 2027-06-15 on, batches of 2027 */
    struct fact_item items[ITEMS_MOST];
    struct fact_predecessor predecessors[ITEMS_MOST];
    struct fact_sale sales[SALES_MOST + 1];
    struct fact_cost costs[COSTS_MOST + 1];
    struct random_cost numbers[COSTS_MOST + 1]; /* in the order in which they were drawn */
    const struct random_cost *number_of[COSTS_MOST + 1];
    struct fact_rate rates[RATES_MOST];
    int64_t rate_units[RATES_MOST]; /* ten-thousandths */
    struct fact_payment payments[PAYMENTS_MOST + ITEMS_MOST];
    struct fact_flag flags[FLAGS_MOST];
    struct fact_entity entities[2];
};

void random_start(uint64_t seed);
uint32_t random_below(uint32_t bound);
bool random_one_in(uint32_t bound);
/* Fills it; nothing in it points outside of it but constants. */
void random_firm(struct random_firm *firm);
/* A copy that points into itself. */
void random_firm_copy(struct random_firm *copy, const struct random_firm *firm);
/* Facts in another order of arrival. */
void random_firm_shuffle(struct random_firm *firm);

#endif
