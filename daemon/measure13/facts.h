/* facts.h - the facts that one item's verdict and amount rest on, as one JSON object. */
#ifndef M13_MEASURE13_FACTS_H
#define M13_MEASURE13_FACTS_H

#include "question.h"

void facts_write(const struct rule_question *question, struct text *out);
/* The members on sales, costs, the ledger, credit, and what other cases leave. */
void facts_write_money(const struct rule_question *question, struct text *out);
/* Who a name is, when it is anyone on record. */
void put_party(struct text *out, const char *name, const struct fact_party *party);

#endif
