/* depends.h - a rule asked under every value that its parameters may have for an item: as long as the
 * decision date is not exact enough to tell which one holds, an answer counts only where all of them give it.
 */
#ifndef M13_MEASURE13_DEPENDS_H
#define M13_MEASURE13_DEPENDS_H

#include "editions.h"
#include "line.h"

void depends_ask(struct rule_question *question, const struct edition_list *editions,
    const struct rule_text *rule, struct trace_line *line);
/* Whether the values that make up the amount are not the same in all of them. */
bool depends_amount(const struct edition_list *editions);

#endif
