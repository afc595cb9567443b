/* R24: every step is rounded down to the fen, line by line. */
#include "rules.h"

#include "costs.h"

void rule_rounding(const struct rule_question *question, struct trace_line *line)
{
    const struct item_costs *costs = question->costs;
    size_t unread = costs_found(costs, DOUBT_AMOUNT, COST_OPEN);
    char total[MONEY_STRING_BYTES];
    money_format_yuan(costs->total, total);
    if (costs->count == 0) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "尚无费用记录，见R15。");
        line_en(line, "There are no costs on record: see R15.");
    } else if (unread > 0) {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line,
            "%zu笔费用的金额或税额无法读取，暂不计入；其余%zu笔逐笔向下取整到分，计入费用合计%s元。", unread,
            costs->counted, total);
        line_en(line,
            "The amounts of %zu costs cannot be read, and are left out for now; the other %zu, each rounded "
            "down to the "
            "fen, come to CNY %s.",
            unread, costs->counted, total);
    } else {
        line->outcome = RULE_PASS;
        line_zh(line, "%zu笔费用逐笔折算、分摊并向下取整到分，计入费用合计%s元。", costs->counted, total);
        line_en(line, "%zu costs, each converted, shared and rounded down to the fen, come to CNY %s.",
            costs->counted, total);
    }
}
