/* question.h - what a rule is asked: one item of a firm, all that is known of the firm, the parameters, a
 * day.
 */
#ifndef M13_MEASURE13_QUESTION_H
#define M13_MEASURE13_QUESTION_H

#include "m13/measure13.h"

struct item_costs;

struct rule_question {
    const struct firm_facts *facts;
    const struct fact_item *item;
    const struct policy_parameters *parameters; /* as they stand for the item */
    const struct policy_parameters *all;        /* with every value of every day */
    int32_t today;
    /* Of rules on the amount alone: they are asked when every verdict is known and the caps are shared out.
     */
    const struct firm_verdict *answers;
    const struct case_verdict *answer; /* of this item */
    const struct item_costs *costs;
    const struct commitment *commitments;
    size_t commitment_count;
};

/* The item's authority and route as the parameters know them, or NULL. */
const struct authority_parameter *question_authority(const struct rule_question *question);
const struct route_parameter *question_route(const struct rule_question *question);

/* Whether a market is set for it at all. */
bool question_has_market(const struct authority_parameter *authority);

/* R02's answer, which R01 needs as well: a decision from before the policy counts only as far as "newly"
 * reaches back. */
enum newly_answer { NEWLY_YES, NEWLY_WATCH, NEWLY_NO, NEWLY_UNKNOWN };
enum newly_answer question_newly(const struct rule_question *question);
/* Whether the mode of "newly" counts from the day of the question. */
bool newly_follows_the_calendar(const struct policy_parameters *parameters);
/* The day of the application, or today while there is none. */
int32_t question_filed(const struct rule_question *question);
/* Whether the last filing day is set and over. */
bool question_filing_is_over(const struct rule_question *question);

#endif
