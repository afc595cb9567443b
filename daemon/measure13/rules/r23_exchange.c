/* R23: exchange rates. A missing one makes the amount incomplete, never the verdict. */
#include "rules.h"

#include "costs.h"

static const struct cost_line *first_without(const struct item_costs *costs)
{
    for (size_t i = 0; i < costs->count; i++)
        if (costs->lines[i].by[DOUBT_RATE] == COST_OPEN)
            return &costs->lines[i];
    return NULL;
}

static size_t found_by(const struct item_costs *costs, enum rate_found found)
{
    size_t count = 0;
    for (size_t i = 0; i < costs->count; i++)
        count += !costs->lines[i].debited && costs->lines[i].rate != NULL && costs->lines[i].found == found;
    return count;
}

static size_t debited(const struct item_costs *costs)
{
    size_t count = 0;
    for (size_t i = 0; i < costs->count; i++)
        count += costs->lines[i].debited;
    return count;
}

static void say_missing(const struct cost_line *without, size_t count, struct trace_line *line)
{
    char paid[DATE_STRING_BYTES];
    date_format(without->cost->paid, paid);
    line_misses(line, without->found == RATE_NO_DAY ? MISSING_EXACT_DATE : MISSING_RATE);
    line_fact(line, &without->cost->source, without->cost->currency);
    line_zh(line,
        "%zu笔费用没有可用的汇率（如%s：%s，付款日期%s），暂不计入；补充汇率或银行人民币扣款额后计入。",
        count, without->cost->cost_id, without->cost->currency, paid[0] != '\0' ? paid : "无");
    line_en(line,
        "For %zu costs no exchange rate is at hand (%s: %s, paid %s); they are left out until the rate or "
        "the bank's "
        "debit in CNY is there.",
        count, without->cost->cost_id, without->cost->currency, paid[0] != '\0' ? paid : "-");
}

void rule_exchange(const struct rule_question *question, struct trace_line *line)
{
    const struct item_costs *costs = question->costs;
    const struct cost_line *without = first_without(costs);
    size_t parity = found_by(costs, RATE_PARITY), monthly = found_by(costs, RATE_MONTHLY),
           debits = debited(costs);
    line_parameter(line, &question->parameters->exchange_source, "%s",
        question->parameters->rate_day == RATE_MONTH_FIRST ? "month-first" : "payment-day");
    if (without != NULL) {
        say_missing(without, costs_found(costs, DOUBT_RATE, COST_OPEN), line);
        return;
    }
    if (parity + monthly + debits == 0) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "没有需要折算的外币费用。");
        line_en(line, "There are no costs in foreign currency to be converted.");
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "外币费用的折算：按银行人民币扣款额%zu笔，按中间价%zu笔，按月度参考汇率%zu笔。", debits,
        parity, monthly);
    line_en(line,
        "Costs in foreign currency: %zu by the bank's debit in CNY, %zu by the central parity, %zu by the "
        "monthly "
        "reference rate.",
        debits, parity, monthly);
}
