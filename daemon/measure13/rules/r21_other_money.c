/* R21: other public money on the same cost, of any level. It never uses up Measure 13's own caps. */
#include "rules.h"

#include "costs.h"

#include <string.h>

/* An entry of the ledger under another policy for the same product: whether it was for these costs the ledger
 * does not say. Of several that of the least id. */
static const struct fact_payment *other_policy(const struct rule_question *question)
{
    const struct firm_facts *facts = question->facts;
    const struct fact_payment *found = NULL;
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct fact_payment *payment = &facts->payments[i];
        if (payment->kind != PAYMENT_RECOVER && payment->product_id[0] != '\0' &&
            string_equal(payment->product_id, question->item->product_id) &&
            !string_equal(payment->policy, question->parameters->policy) &&
            (found == NULL || strcmp(payment->payment_id, found->payment_id) < 0))
            found = payment;
    }
    return found;
}

static void say_other_policy(const struct fact_payment *payment, struct trace_line *line)
{
    char yuan[MONEY_STRING_BYTES];
    money_format_yuan(payment->amount, yuan);
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_fact(line, &payment->source, yuan);
    line_zh(line,
        "该产品另有政策“%s”的资金%s元（%s），而费用记录未注明其他财政资金；是否为同一费用由主管部门核定。",
        payment->policy, yuan, payment->payment_id);
    line_en(line,
        "The product also has CNY %s under the policy \"%s\" (%s), while no other public money stands on its "
        "costs; "
        "whether it was for the same costs is for the bureau to decide.",
        yuan, payment->policy, payment->payment_id);
}

static fen_t other_money_on(const struct item_costs *costs, size_t *ret_lines)
{
    fen_t total = 0;
    *ret_lines = 0;
    for (size_t i = 0; i < costs->count; i++) {
        total = money_sum(total, costs->lines[i].other);
        *ret_lines += costs->lines[i].other > 0;
    }
    return total;
}

static void say_on_costs(
    const struct rule_question *question, size_t lines, fen_t total, struct trace_line *line)
{
    char yuan[MONEY_STRING_BYTES];
    money_format_yuan(total, yuan);
    line->outcome = RULE_PASS;
    if (question->parameters->other_money == OTHER_MONEY_EXCLUDES) {
        line_zh(line, "%zu笔费用已获其他财政资金共%s元，该%zu笔费用不计入。", lines, yuan, lines);
        line_en(line, "%zu costs have other public money (CNY %s) and are left out.", lines, yuan);
    } else {
        line_zh(line, "%zu笔费用已获其他财政资金共%s元，逐笔从费用中扣除。", lines, yuan);
        line_en(
            line, "%zu costs have other public money, CNY %s, which is subtracted from each.", lines, yuan);
    }
}

void rule_other_money(const struct rule_question *question, struct trace_line *line)
{
    const struct item_costs *costs = question->costs;
    size_t lines, unread = costs_found(costs, DOUBT_OTHER, COST_OPEN);
    fen_t total = other_money_on(costs, &lines);
    const struct fact_payment *other = other_policy(question);
    line_parameter(line, &question->parameters->other_money_source, "%s",
        question->parameters->other_money == OTHER_MONEY_EXCLUDES ? "exclude" : "subtract");
    if (unread > 0) {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "%zu笔费用的其他财政资金金额无法读取，暂不计入。", unread);
        line_en(
            line, "The other public money on %zu costs cannot be read; they are left out for now.", unread);
    } else if (lines > 0) {
        say_on_costs(question, lines, total, line);
    } else if (other != NULL) {
        say_other_policy(other, line);
    } else if (costs->count == 0) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "尚无费用记录，见R15。");
        line_en(line, "There are no costs on record: see R15.");
    } else {
        line->outcome = RULE_PASS;
        line_zh(line, "费用记录没有注明其他财政资金。");
        line_en(line, "No other public money stands on the costs.");
    }
}
