#include "costs.h"

#include "party.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* --- which lines ---------------------------------------------------------------------------------------- */

static int64_t parts_of(const struct fact_cost *cost, const char *product_id)
{
    int64_t parts = 0;
    for (size_t i = 0; i < cost->share_count; i++)
        if (string_equal(cost->shares[i].product_id, product_id))
            parts = money_sum(parts, cost->shares[i].parts);
    return parts;
}

/* A product that needs two certificates at once is one item, which has the costs of both. */
static bool names_item(const char *number, const struct fact_item *item)
{
    return string_equal(number, item->number) || (item->pair_number != NULL && item->scope != ITEM_JOINED &&
                                                     string_equal(number, item->pair_number));
}

static bool is_of_item(const struct fact_cost *cost, const struct fact_item *item)
{
    return item->product_id[0] != '\0' && string_equal(cost->authority, item->authority) &&
           (cost->number[0] == '\0' || names_item(cost->number, item)) &&
           parts_of(cost, item->product_id) > 0;
}

/* Whether an approval may still be supported: only then does it compete for a cost that names no number. */
static bool competes(const struct case_verdict *answer)
{
    return answer->verdict != VERDICT_EXCLUDED && answer->verdict != VERDICT_OUT_OF_WINDOW;
}

/* A product's part of a cost is for one case: where several of its approvals might claim it, for none until a
 * person has said for which. */
static bool is_ambiguous(const struct rule_question *question, const struct fact_cost *cost)
{
    const struct firm_verdict *answers = question->answers;
    for (size_t i = 0; i < answers->case_count; i++) {
        const struct fact_item *other = answers->cases[i].item;
        if (other != question->item && competes(&answers->cases[i]) &&
            string_equal(other->product_id, question->item->product_id) && is_of_item(cost, other))
            return true;
    }
    return false;
}

/* --- what the rules say of one -------------------------------------------------------------------------- */

static enum cost_answer by_category(const struct rule_question *question, const struct fact_cost *cost)
{
    const struct policy_parameters *parameters = question->parameters;
    for (size_t i = 0; i < parameters->category_count; i++)
        if (string_equal(parameters->categories[i].code, cost->category))
            return parameters->categories[i].answer == ROUTE_YES  ? COST_COUNTS
                   : parameters->categories[i].answer == ROUTE_NO ? COST_OUT
                                                                  : COST_OPEN;
    return COST_OPEN;
}

static enum cost_answer by_payer(const struct rule_question *question, const struct fact_cost *cost)
{
    switch (party_standing(&cost->payer, cost->paid, question->parameters)) {
    case PARTY_FIRM:
    case PARTY_OWNED:
    case PARTY_OWNER:
        return COST_COUNTS;
    case PARTY_UNSAID:
    case PARTY_GROUP:
    case PARTY_PARTNER:
    case PARTY_STRANGER:
        break;
    }
    return COST_OPEN;
}

static enum cost_answer by_shares(const struct fact_cost *cost)
{
    int64_t parts = 0;
    for (size_t i = 0; i < cost->share_count; i++) {
        if (cost->shares[i].parts < 0)
            return COST_OPEN;
        parts = money_sum(parts, cost->shares[i].parts);
    }
    return cost->shares_unread || parts > SHARE_WHOLE ? COST_OPEN : COST_COUNTS;
}

/* Interval against interval, like every comparison of dates. */
static enum cost_answer by_window(const struct rule_question *question, const struct fact_cost *cost)
{
    const struct policy_parameters *parameters = question->parameters;
    struct date decision = question->item->decision, paid = cost->paid;
    if (!date_is_known(decision) || !date_is_known(paid))
        return COST_OPEN;
    if (paid.last < day_add_months(decision.first, -parameters->window_months) ||
        paid.first > decision.last + parameters->window_days)
        return COST_OUT;
    bool inside = paid.first >= day_add_months(decision.last, -parameters->window_months) &&
                  paid.last <= decision.first + parameters->window_days;
    return inside ? COST_COUNTS : COST_OPEN;
}

static enum cost_answer by_other_money(
    const struct rule_question *question, const struct fact_cost *cost, fen_t *ret_other)
{
    struct decimal other;
    *ret_other = 0;
    if (cost->other_funding[0] == '\0')
        return COST_COUNTS;
    if (money_decimal(cost->other_funding, &other) < 0 || money_yuan(other, ret_other) < 0)
        return COST_OPEN;
    return question->parameters->other_money == OTHER_MONEY_EXCLUDES && *ret_other > 0 ? COST_OUT
                                                                                       : COST_COUNTS;
}

/* --- its amount ----------------------------------------------------------------------------------------- */

/* Recoverable tax is no cost. */
static int net_amount(const struct fact_cost *cost, struct decimal *ret_whole, struct decimal *ret_net)
{
    struct decimal tax = {0, 0};
    if (money_decimal(cost->amount, ret_whole) < 0 ||
        (cost->vat[0] != '\0' && money_decimal(cost->vat, &tax) < 0))
        return -1;
    return money_subtract(*ret_whole, tax, ret_net);
}

/* The bank debited the whole amount: of it the part that is no tax. */
static int debited_amount(
    const struct fact_cost *cost, struct decimal whole, struct decimal net, fen_t *ret_gross)
{
    struct decimal debit, same = {0, net.digits};
    fen_t fen;
    /* The whole in as many digits as the net amount has. */
    if (money_decimal(cost->cny_debited, &debit) < 0 || money_yuan(debit, &fen) < 0 ||
        money_subtract(whole, same, &same) < 0)
        return -1;
    *ret_gross = same.units == 0 ? 0 : money_part(fen, net.units, same.units);
    return 0;
}

static void find_gross(const struct rule_question *question, struct cost_line *line)
{
    const struct fact_cost *cost = line->cost;
    struct decimal whole, net;
    int error = net_amount(cost, &whole, &net);
    line->debited = cost->cny_debited[0] != '\0';
    if (error == 0 && line->debited) {
        error = debited_amount(cost, whole, net, &line->gross);
    } else if (error == 0) {
        line->found =
            rates_find(question->facts, question->parameters, cost->currency, cost->paid, &line->rate);
        struct decimal rate;
        if (line->found == RATE_HOME)
            error = money_yuan(net, &line->gross);
        else if (line->rate == NULL)
            line->by[DOUBT_RATE] = COST_OPEN;
        else if (money_decimal(line->rate->rate, &rate) < 0 ||
                 money_exchange(net, rate, line->rate->quote, &line->gross) < 0)
            error = -1;
    }
    if (error < 0) {
        line->gross = 0;
        line->by[DOUBT_AMOUNT] = COST_OPEN;
    }
}

static void judge(const struct rule_question *question, struct cost_line *line)
{
    const struct fact_cost *cost = line->cost;
    line->by[DOUBT_CATEGORY] = by_category(question, cost);
    line->by[DOUBT_PAYER] = by_payer(question, cost);
    line->by[DOUBT_TWICE] = cost->also_in[0] != '\0' || cost->claimed_elsewhere ? COST_OPEN : COST_COUNTS;
    line->by[DOUBT_SHARES] = by_shares(cost);
    line->by[DOUBT_CASE] = is_ambiguous(question, cost) ? COST_OPEN : COST_COUNTS;
    line->by[DOUBT_WINDOW] = by_window(question, cost);
    line->by[DOUBT_OTHER] = by_other_money(question, cost, &line->other);
    find_gross(question, line);
    cost_rulings_apply(question, line);
    for (size_t i = 0; i < COST_DOUBTS; i++)
        if (line->by[i] > line->answer)
            line->answer = line->by[i];
    fen_t rest = line->gross > line->other ? line->gross - line->other : 0;
    if (line->answer == COST_COUNTS)
        line->share = money_part(rest, parts_of(cost, question->item->product_id), SHARE_WHOLE);
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const struct cost_line *)a)->cost->cost_id, ((const struct cost_line *)b)->cost->cost_id);
}

void costs_of_item(const struct rule_question *question, struct item_costs *ret_costs)
{
    size_t capacity = 0;
    *ret_costs = (struct item_costs){0};
    for (size_t i = 0; i < question->facts->cost_count; i++) {
        const struct fact_cost *cost = &question->facts->costs[i];
        if (!is_of_item(cost, question->item))
            continue;
        MEMORY_GROW(ret_costs->lines, ret_costs->count, capacity);
        ret_costs->lines[ret_costs->count++] = (struct cost_line){.cost = cost};
    }
    if (ret_costs->count > 0)
        qsort(ret_costs->lines, ret_costs->count, sizeof *ret_costs->lines, compare_lines);
    for (size_t i = 0; i < ret_costs->count; i++) {
        struct cost_line *line = &ret_costs->lines[i];
        judge(question, line);
        ret_costs->counted += line->answer == COST_COUNTS;
        ret_costs->open += line->answer == COST_OPEN;
        ret_costs->total = money_sum(ret_costs->total, line->share);
    }
}

void costs_release(struct item_costs *costs)
{
    free(costs->lines);
    *costs = (struct item_costs){0};
}

size_t costs_found(const struct item_costs *costs, enum cost_doubt doubt, enum cost_answer answer)
{
    size_t found = 0;
    for (size_t i = 0; i < costs->count; i++)
        found += costs->lines[i].by[doubt] == answer;
    return found;
}

enum amount_state costs_state(const struct item_costs *costs, const struct policy_parameters *parameters)
{
    if (costs->counted + costs->open == 0)
        return AMOUNT_NONE;
    if (costs->open > 0)
        return AMOUNT_PARTIAL;
    return parameters->ratio == RATIO_UNSET ? AMOUNT_SCENARIO : AMOUNT_COMPLETE;
}
