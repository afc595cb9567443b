/* R15: cost categories and payers; the same invoice claimed twice. What is open is left out of the amount
 * until a person has judged. */
#include "rules.h"

#include "costs.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <string.h>

/* The costs are asked for when they would make an amount: of a product that is known, and of a case that may
 * be supported. */
static void say_none(const struct rule_question *question, struct trace_line *line)
{
    if (question->item->product_id[0] == '\0' || question->answer->verdict < VERDICT_PENDING) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "没有注册申请费用记录，目前也没有可测算的金额。");
        line_en(line,
            "No cost of the registration is on record, and there is no amount to be reckoned at present.");
        return;
    }
    line_misses(line, MISSING_COSTS);
    line_zh(line, "尚无该产品在该机构的注册申请费用记录，金额无法测算。");
    line_en(line,
        "No cost of registering the product with this authority is on record, so no amount can be reckoned.");
}

static const struct {
    enum cost_doubt doubt;
    const char *zh, *en;
} reasons[] = {
    {DOUBT_CATEGORY, "费用类别待核定", "category to be judged"},
    {DOUBT_PAYER, "付款人不是企业或其全资公司", "payer is not the firm or a company wholly its own"},
    {DOUBT_TWICE, "同一发票重复申报", "the same invoice is claimed twice"},
    {DOUBT_SHARES, "分摊比例有误", "the shares are wrong"},
    {DOUBT_CASE, "该产品有多项批准，未写明是哪一项的费用", "several approvals of the product may claim it"},
};
enum { REASONS = sizeof reasons / sizeof reasons[0] };

/* One clause for each reason for which a line is open. */
static void append_reasons(const struct item_costs *costs, struct text *zh, struct text *en)
{
    for (size_t i = 0; i < REASONS; i++) {
        size_t found = costs_found(costs, reasons[i].doubt, COST_OPEN);
        if (found == 0)
            continue;
        text_append_format(zh, "；%s：%zu笔", reasons[i].zh, found);
        text_append_format(en, "; %s: %zu", reasons[i].en, found);
    }
}

/* --- what a person is asked, or has said, of one -----------------------------------------------------------
 */

static void say_answer(const struct cost_line *line, struct text *zh, struct text *en)
{
    if (line->ruling != NULL) {
        text_append_format(zh, "；经办人已核定：%s（理由：%s）", line->ruling->accepted ? "计入" : "不计入",
            line->ruling->reason);
        text_append_format(en, "; an officer has decided: it %s (reason: %s)",
            line->ruling->accepted ? "counts" : "does not count", line->ruling->reason);
    } else if (line->changed) {
        text_append_string(zh, "；此前曾作核定，其后依据有变化，须重新核定");
        text_append_string(en, "; it had been decided before, and what that rested on has changed");
    }
}

static struct asked_fact ask(const struct cost_line *line)
{
    const struct fact_cost *cost = line->cost;
    struct asked_fact asked = {.about = cost->cost_id, .open = line->ruling == NULL};
    struct text zh = TEXT_WITH_CEILING(LIMIT_ROW_BYTES), en = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    char paid[DATE_STRING_BYTES];
    date_format(cost->paid, paid);
    memcpy(asked.question, line->question, sizeof asked.question);
    text_append_format(&zh, "费用 %s（类别 %s，%s 付款 %s %s）是否计入本线索", cost->cost_id, cost->category,
        paid, cost->amount, cost->currency);
    text_append_format(&en, "Does cost %s (category %s, paid %s: %s %s) count for this case", cost->cost_id,
        cost->category, paid, cost->amount, cost->currency);
    for (size_t i = 0; i < REASONS; i++)
        if (line->by[reasons[i].doubt] == COST_OPEN && cost_doubt_is_for_a_person(reasons[i].doubt)) {
            text_append_format(&zh, "；%s", reasons[i].zh);
            text_append_format(&en, "; %s", reasons[i].en);
        }
    if (line->by[DOUBT_WINDOW] == COST_OPEN) {
        text_append_string(&zh, "；付款日期不够确切，不能判断是否在计入期间内");
        text_append_string(&en, "; the day of payment is not exact enough to tell whether it counts");
    }
    say_answer(line, &zh, &en);
    text_append_string(&zh, "。");
    text_append_string(&en, ".");
    asked.zh = text_take(&zh);
    asked.en = text_take(&en);
    return asked;
}

static void ask_all(const struct item_costs *costs, struct trace_line *line)
{
    size_t capacity = 0;
    for (size_t i = 0; i < costs->count; i++) {
        if (costs->lines[i].question[0] == '\0')
            continue;
        MEMORY_GROW(line->asked, line->asked_count, capacity);
        line->asked[line->asked_count++] = ask(&costs->lines[i]);
    }
}

static size_t judged(const struct item_costs *costs, bool accepted)
{
    size_t found = 0;
    for (size_t i = 0; i < costs->count; i++)
        found += costs->lines[i].ruling != NULL && costs->lines[i].ruling->accepted == accepted;
    return found;
}

/* --- all of them -------------------------------------------------------------------------------------------
 */

/* Out by what this rule asks: no later rule can let it in. */
static size_t left_out(const struct item_costs *costs)
{
    size_t found = 0;
    for (size_t i = 0; i < costs->count; i++) {
        bool out = false;
        for (enum cost_doubt doubt = DOUBT_CATEGORY; doubt <= DOUBT_CASE; doubt++)
            out |= costs->lines[i].by[doubt] == COST_OUT;
        found += out;
    }
    return found;
}

static bool is_open(const struct cost_line *line)
{
    for (enum cost_doubt doubt = DOUBT_CATEGORY; doubt <= DOUBT_CASE; doubt++)
        if (line->by[doubt] == COST_OPEN)
            return true;
    return false;
}

/* The first that is open, or else the first. */
static const struct cost_line *line_to_name(const struct item_costs *costs, bool *ret_open)
{
    *ret_open = true;
    for (size_t i = 0; i < costs->count; i++)
        if (is_open(&costs->lines[i]))
            return &costs->lines[i];
    *ret_open = false;
    return &costs->lines[0];
}

void rule_costs(const struct rule_question *question, struct trace_line *line)
{
    const struct item_costs *costs = question->costs;
    if (costs->count == 0) {
        say_none(question, line);
        return;
    }
    bool open;
    const struct fact_cost *named = line_to_name(costs, &open)->cost;
    struct text zh = TEXT_WITH_CEILING(2048), en = TEXT_WITH_CEILING(2048);
    append_reasons(costs, &zh, &en);
    size_t out = costs_found(costs, DOUBT_CATEGORY, COST_OUT), yes = judged(costs, true),
           no = judged(costs, false);
    if (yes + no > 0) {
        text_append_format(&zh, "；经办人核定计入%zu笔、不计入%zu笔", yes, no);
        text_append_format(&en, "; an officer has let in %zu and left out %zu", yes, no);
    }
    ask_all(costs, line);
    line_fact(line, &named->source, named->cost_id);
    line_parameter(line, &question->parameters->costs_source, "%s", named->category);
    if (open)
        line_asks_a_person(line, REVIEW_ASSESSMENT);
    else
        line->outcome = left_out(costs) == costs->count ? RULE_FAIL : RULE_PASS;
    line_zh(line, "费用记录共%zu笔，计入%zu笔，类别不予计入%zu笔%s。", costs->count, costs->counted, out,
        text_string(&zh));
    line_en(line, "Of %zu costs on record %zu count; of a category that does not count: %zu%s.", costs->count,
        costs->counted, out, text_string(&en));
    text_free(&zh);
    text_free(&en);
}
