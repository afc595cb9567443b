/* R20: the order under the caps, and what it leaves for this case. */
#include "award.h"
#include "rules.h"

static void say_settled(const struct case_verdict *answer, struct trace_line *line)
{
    char yuan[MONEY_STRING_BYTES];
    line->outcome = RULE_PASS;
    line_zh(line, "本案已安排%s元，不再排序和重新测算。", money_format_yuan(answer->award, yuan));
    line_en(line, "CNY %s are committed to this case, which is neither ordered nor reckoned again.", yuan);
}

void rule_order(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const struct case_verdict *answer = question->answer;
    const struct award_scenario *first = &answer->scenarios[0];
    if (answer->settled) {
        say_settled(answer, line);
        return;
    }
    if (answer->amount_state == AMOUNT_NONE || question->item->product_id[0] == '\0' ||
        answer->scenario_count == 0) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "本案目前不参与额度排序。");
        line_en(line, "This case does not stand in the order under the ceilings at present.");
        return;
    }
    line_parameter(line, &parameters->order_source, "%s",
        parameters->order == ORDER_BY_AMOUNT ? "amount" : "decision-date");
    char base[MONEY_STRING_BYTES], award[MONEY_STRING_BYTES], left[MONEY_STRING_BYTES];
    money_format_yuan(first->base, base);
    money_format_yuan(first->award, award);
    money_format_yuan(first->left, left);
    line->outcome = RULE_PASS;
    if (first->award == first->base) {
        line_zh(line, "按顺序在前的案件和已安排资金之后，额度足够，本案可按%s元测算。", base);
        line_en(line,
            "After the cases before it and what is committed, the ceilings suffice for this case: CNY %s.",
            base);
    } else {
        line_zh(
            line, "按顺序在前的案件和已安排资金之后，额度仅余%s元，本案%s元按%s元测算。", left, base, award);
        line_en(line,
            "After the cases before it and what is committed, the ceilings leave CNY %s: of CNY %s this case "
            "gets %s.",
            left, base, award);
    }
}
