/* R16: when a cost must have been paid. */
#include "rules.h"

#include "costs.h"

void rule_cost_window(const struct rule_question *question, struct trace_line *line)
{
    const struct item_costs *costs = question->costs;
    const struct policy_parameters *parameters = question->parameters;
    size_t out = costs_found(costs, DOUBT_WINDOW, COST_OUT),
           open = costs_found(costs, DOUBT_WINDOW, COST_OPEN);
    line_parameter(line, &parameters->window_source, "-%d months..+%d days", parameters->window_months,
        parameters->window_days);
    line_fact_date(line, &question->item->source, question->item->decision);
    if (costs->count == 0) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "尚无费用记录，见R15。");
        line_en(line, "There are no costs on record: see R15.");
    } else if (open > 0) {
        line_misses(line, MISSING_EXACT_DATE);
        line_zh(line,
            "%zu笔费用的付款日期或批准决定日期不够确切，无法判断是否在批准前%d个月至批准后%"
            "d日之内，暂不计入。",
            open, parameters->window_months, parameters->window_days);
        line_en(line,
            "The day of payment of %zu costs, or of the decision, is not exact enough to tell whether they "
            "were paid "
            "from %d months before the decision to %d days after it; they are left out for now.",
            open, parameters->window_months, parameters->window_days);
    } else {
        line->outcome = out == costs->count ? RULE_FAIL : RULE_PASS;
        line_zh(line, "付款在批准前%d个月至批准后%d日之内的费用%zu笔，之外的%zu笔不计入。",
            parameters->window_months, parameters->window_days, costs->count - out, out);
        line_en(line,
            "%zu costs were paid from %d months before the decision to %d days after it; %zu were not, and "
            "are left out.",
            costs->count - out, parameters->window_months, parameters->window_days, out);
    }
}
