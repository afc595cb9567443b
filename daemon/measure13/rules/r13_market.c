/* R13: which foreign market belongs to the authority, and whether the sale went there. */
#include "rules.h"

#include "sales.h"

static void append_markets(struct text *out, char *const *markets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_format(out, "%s%s", i > 0 ? " " : "", markets[i]);
}

static void name_markets(const struct rule_question *question, const struct authority_parameter *authority,
    struct trace_line *line)
{
    struct text markets = TEXT_WITH_CEILING(4096);
    append_markets(&markets, authority->markets, authority->market_count);
    if (authority->review_market_count > 0)
        text_append_string(&markets, authority->market_count > 0 ? "; review " : "review ");
    append_markets(&markets, authority->review_markets, authority->review_market_count);
    line_parameter(line, &question->parameters->authorities_source, "%s", text_string(&markets));
    text_free(&markets);
}

static void say_no_market(const struct rule_question *question, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(
        line, "尚未设定批准机构%s对应的国外市场，是否已实现销售由主管部门核定。", question->item->authority);
    line_en(line,
        "No market is set for the authority %s; whether the product has been sold there is for the "
        "bureau to decide.",
        question->item->authority);
}

static void say_nothing(const struct rule_question *question, struct trace_line *line)
{
    line->outcome = RULE_NOT_APPLICABLE;
    line_zh(line, "批准机构%s对应的国外市场已设定；尚无可核对的销售。", question->item->authority);
    line_en(line, "The market of the authority %s is set; there is no sale yet to be held against it.",
        question->item->authority);
}

static void say_market(const struct sale_view *best, struct trace_line *line)
{
    const struct fact_sale *sale = best->sale;
    switch (best->market) {
    case MARKET_COUNTS:
        line->outcome = RULE_PASS;
        line_zh(line, "销售%s的目的国%s属于该批准对应的国外市场。", sale->sale_id, sale->country);
        line_en(line, "The destination of sale %s, %s, belongs to the market of this approval.",
            sale->sale_id, sale->country);
        break;
    case MARKET_SETTLED:
        line->outcome = RULE_PASS;
        line_zh(line, "销售%s（目的国%s）的购买方为%s，按其订单认定为该批准对应的国外市场。", sale->sale_id,
            sale->country, sale->buyer.name);
        line_en(line, "Sale %s, to %s, was ordered by %s, which settles the market of this approval.",
            sale->sale_id, sale->country, sale->buyer.name);
        break;
    case MARKET_REVIEW:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s的目的国为%s，是否属于该批准的“相应国外市场”，由主管部门核定。", sale->sale_id,
            sale->country);
        line_en(line,
            "Sale %s went to %s; whether that is the market of this approval is for the bureau to decide.",
            sale->sale_id, sale->country);
        break;
    case MARKET_NONE:
        line->outcome = RULE_NOT_APPLICABLE;
        break;
    }
}

void rule_market(const struct rule_question *question, struct trace_line *line)
{
    const struct authority_parameter *authority = question_authority(question);
    if (!question_has_market(authority)) {
        say_no_market(question, line);
        return;
    }
    name_markets(question, authority, line);
    struct sale_view best = {.sale = NULL};
    if (question->item->product_id[0] != '\0')
        best = sales_best(question, authority);
    if (best.sale == NULL) {
        say_nothing(question, line);
        return;
    }
    line_fact(line, &best.sale->source, best.sale->country);
    say_market(&best, line);
}
