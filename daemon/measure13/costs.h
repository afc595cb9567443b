/* costs.h - which costs of the firm count for an item, and how much (measure13.md, Money; R15, R16, R21, R23,
 * R24). */
#ifndef M13_MEASURE13_COSTS_H
#define M13_MEASURE13_COSTS_H

#include "question.h"
#include "rates.h"

/* In order of weight: a line counts when it does by every rule. */
enum cost_answer { COST_COUNTS, COST_OPEN, COST_OUT };

/* What each rule says of a line. */
enum cost_doubt {
    DOUBT_CATEGORY, /* R15 */
    DOUBT_PAYER,
    DOUBT_TWICE,  /* the same invoice claimed twice */
    DOUBT_SHARES, /* unreadable, or more than the whole */
    DOUBT_CASE,   /* several approvals of the product may claim it */
    DOUBT_WINDOW, /* R16 */
    DOUBT_OTHER,  /* R21 */
    DOUBT_RATE,   /* R23 */
    DOUBT_AMOUNT, /* R24: it cannot be read, or does not fit */
    COST_DOUBTS   /* count */
};

struct cost_line {
    const struct fact_cost *cost;
    enum cost_answer by[COST_DOUBTS], answer;
    /* What a person is asked about it (R15), and what he has answered; `changed`: on other facts. */
    char question[DIGEST_HEX_BYTES]; /* "" = nothing */
    const struct fact_ruling *ruling;
    bool changed;
    bool debited; /* by the bank's actual debit */
    enum rate_found found;
    const struct fact_rate *rate;
    fen_t gross; /* floor(amount x rate) */
    fen_t other; /* other public money on it */
    fen_t share; /* floor(line x share): what falls to this item */
};

struct item_costs {
    struct cost_line *lines; /* in order of cost_id */
    size_t count, counted, open;
    fen_t total; /* cost(c) */
};

/* Every line that names the item's product and authority, and its number or none. */
void costs_of_item(const struct rule_question *question, struct item_costs *ret_costs);
void costs_release(struct item_costs *costs);
/* How many lines a rule finds so. */
size_t costs_found(const struct item_costs *costs, enum cost_doubt doubt, enum cost_answer answer);
/* cost_rulings.c: which doubts a person may settle, his answer on this line, and what other cases have of it.
 */
bool cost_doubt_is_for_a_person(enum cost_doubt doubt);
void cost_rulings_apply(const struct rule_question *question, struct cost_line *line);

enum amount_state costs_state(const struct item_costs *costs, const struct policy_parameters *parameters);

#endif
