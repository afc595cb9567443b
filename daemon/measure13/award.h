/* award.h - sums of committed money, shared by the caps' rules and the awards. */
#ifndef M13_MEASURE13_AWARD_H
#define M13_MEASURE13_AWARD_H

#include "m13/measure13.h"

/* Of the product for which it was committed, and, when it is merged into another one, of that as well. */
bool commitment_concerns(const struct commitment *commitment, const char *product_id);
fen_t committed_to_product(const struct commitment *commitments, size_t count, const char *product_id);
fen_t committed_to_firm(const struct commitment *commitments, size_t count, int decision_year);
fen_t committed_in_batch_year(const struct commitment *commitments, size_t count, int batch_year);
/* To that very case; `ret_any` tells whether any entry names it. */
fen_t committed_to_case(
    const struct commitment *commitments, size_t count, const struct fact_item *item, bool *ret_any);
/* What a cap leaves, never below 0 and never above the cap, however a ledger came to be negative. */
fen_t award_room(fen_t cap, fen_t committed);
int award_year_of_day(int32_t day);
/* The one year of every day that the decision may be, or 0. */
int award_decision_year(struct date decision);

#endif
