/* editions.h - the parameters as they stand for one item: a parameter may have one value until a day and
 * another one afterwards, and its day is that of the decision, of the application or of the batch. */
#ifndef M13_MEASURE13_EDITIONS_H
#define M13_MEASURE13_EDITIONS_H

#include "question.h"

#include <stddef.h>

/* Those that may hold for an item: one, or several while its decision date is not exact enough to tell; in
 * order of days. */
struct edition_list {
    const struct policy_parameters **items;
    size_t count, capacity;
};

/* The sets themselves go into `kept`, each once, and live as long as it does. */
void editions_of_item(const struct policy_parameters *parameters, const struct fact_item *item, int32_t today,
    struct policy_editions **kept, struct edition_list *ret_list);
void editions_free(struct policy_editions *kept); /* NULL is fine */

/* The civil day by which a parameter of the item is chosen. Not of APPLIES_BY_DECISION. */
int32_t editions_day(enum applies_by by, const struct fact_item *item, int32_t today);
/* The value of one parameter on a day: the nearest one when none is in force then. */
const struct parameter_source *editions_source_on(
    const struct policy_parameters *parameters, size_t begin, int32_t day);
/* R20's of the day: cases of different batches stand in one order. */
enum award_order editions_order(const struct policy_parameters *parameters, int32_t today);
/* Of the parameter whose other values begin at `place` of `dated`: whether it is the first of them. */
bool editions_is_first(const struct policy_parameters *parameters, size_t place);

#endif
