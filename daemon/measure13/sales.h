/* sales.h - which sale speaks best for an item (R11 when, R12 what, R13 where). */
#ifndef M13_MEASURE13_SALES_H
#define M13_MEASURE13_SALES_H

#include "question.h"

enum sale_kind {
    SALE_COUNTS,
    SALE_IN_GROUP,    /* to a company of the group: the sale in the market is still to be shown */
    SALE_BY_STRANGER, /* the seller is neither the firm nor on record with it */
    SALE_NOT_WEIGHED, /* a least amount is asked for, and this one cannot be converted */
    SALE_NONE,        /* a return, given back, nothing, a sample, too little, inside China */
};
enum sale_market { MARKET_COUNTS, MARKET_SETTLED, MARKET_REVIEW, MARKET_NONE };

struct sale_view {
    const struct fact_sale *sale; /* NULL = there is none that could count */
    enum sale_kind kind;
    enum sale_market market;
    enum truth after; /* on or after the decision */
    size_t left_out;  /* sales of the product that are none in the sense of R12 */
};

/* The best sale of the item's product; of equals the earliest. */
struct sale_view sales_best(
    const struct rule_question *question, const struct authority_parameter *authority);

#endif
