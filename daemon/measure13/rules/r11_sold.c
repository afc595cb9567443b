/* R11: sold in the market of the approval - at least one sale on or after the decision date, net of returns.
 */
#include "rules.h"

#include <string.h>

/* What a sale shows; the higher, the nearer to what the text asks. The best sale decides. */
enum shown {
    SHOWS_NOTHING, /* another product or market, given back, or before the decision */
    SHOWS_REVIEW_MARKET,
    SHOWS_GROUP_SALE, /* inside the group alone: the sale in the market is still to be shown */
    SHOWS_UNDATED,    /* the dates do not tell whether it came after the decision */
    SHOWS_CLAIM,      /* nothing but the firm's word */
    SHOWS_SALE,
};

static bool is_home(const char *country)
{
    static const char *const home[] = {"CN", "HK", "MO", "TW"}; /* not 国外 */
    for (size_t i = 0; i < sizeof home / sizeof home[0]; i++)
        if (string_equal(country, home[i]))
            return true;
    return false;
}

static bool holds_market(char *const *markets, size_t count, const char *country)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(markets[i], country) || (string_equal(markets[i], "*") && !is_home(country)))
            return country[0] != '\0';
    return false;
}

/* Interval against interval: true for every pair of days, for none, or for some. */
static enum truth is_not_before(struct date date, struct date decision)
{
    if (!date_is_known(date) || !date_is_known(decision))
        return TRUTH_UNKNOWN;
    if (date_on_or_after(date, decision.last) == TRUTH_YES)
        return TRUTH_YES;
    return date_on_or_after(date, decision.first) == TRUTH_NO ? TRUTH_NO : TRUTH_UNKNOWN;
}

static enum shown shown_by(
    const struct fact_sale *sale, const struct fact_item *item, const struct authority_parameter *authority)
{
    if (!string_equal(sale->product_id, item->product_id) || sale->return_of[0] != '\0' ||
        sale->amount_sign <= 0 || sale->returned_whole)
        return SHOWS_NOTHING;
    enum truth after = is_not_before(sale->date, item->decision);
    bool counts = holds_market(authority->markets, authority->market_count, sale->country);
    if (after == TRUTH_NO ||
        (!counts && !holds_market(authority->review_markets, authority->review_market_count, sale->country)))
        return SHOWS_NOTHING;
    if (!counts)
        return SHOWS_REVIEW_MARKET;
    if (string_equal(sale->related, "yes"))
        return SHOWS_GROUP_SALE;
    if (after == TRUTH_UNKNOWN)
        return SHOWS_UNDATED;
    return sale->source.assurance == ASSURANCE_CLAIMED ? SHOWS_CLAIM : SHOWS_SALE;
}

static bool is_earlier(const struct fact_sale *a, const struct fact_sale *b)
{
    if (a->date.first != b->date.first)
        return a->date.first < b->date.first;
    return strcmp(a->sale_id, b->sale_id) < 0;
}

static const struct fact_sale *best_sale(
    const struct rule_question *question, const struct authority_parameter *authority, enum shown *ret_shown)
{
    const struct fact_sale *best = NULL;
    *ret_shown = SHOWS_NOTHING;
    for (size_t i = 0; i < question->facts->sale_count; i++) {
        const struct fact_sale *sale = &question->facts->sales[i];
        enum shown shown = shown_by(sale, question->item, authority);
        if (shown > *ret_shown || (best != NULL && shown == *ret_shown && is_earlier(sale, best))) {
            best = sale;
            *ret_shown = shown;
        }
    }
    return best;
}

static void say_nothing_shown(struct trace_line *line)
{
    line_misses(line, MISSING_SALE);
    line_zh(line, "尚无该产品在批准对应的国外市场、于批准决定之日或之后的销售记录。");
    line_en(line,
        "No sale of the product in the market of the approval on or after the decision date is known yet.");
}

static void say_shown(enum shown shown, const struct fact_sale *sale, struct trace_line *line)
{
    char date[DATE_STRING_BYTES];
    date_format(sale->date, date);
    switch (shown) {
    case SHOWS_NOTHING:
        say_nothing_shown(line);
        break;
    case SHOWS_REVIEW_MARKET:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s（%s）的目的国为%s，是否属于该批准的“相应国外市场”，由主管部门核定。",
            sale->sale_id, date, sale->country);
        line_en(line,
            "Sale %s of %s went to %s; whether that is the market of this approval is for the bureau to "
            "decide.",
            sale->sale_id, date, sale->country);
        break;
    case SHOWS_GROUP_SALE:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s（%s，%s）是向关联企业的出口，是否已在市场实现销售，由主管部门核定。",
            sale->sale_id, date, sale->country);
        line_en(line,
            "Sale %s (%s, %s) went to a related company; whether the product was sold in the market is for "
            "the bureau "
            "to decide.",
            sale->sale_id, date, sale->country);
        break;
    case SHOWS_UNDATED:
        line_misses(line, MISSING_EXACT_DATE);
        line_zh(line, "销售%s的日期（%s）或批准决定日期不够确切，无法判断销售是否在批准之后。", sale->sale_id,
            date[0] != '\0' ? date : "无");
        line_en(line,
            "The date of sale %s (%s) or of the decision is not exact enough to tell whether the sale came "
            "after it.",
            sale->sale_id, date[0] != '\0' ? date : "none");
        break;
    case SHOWS_CLAIM:
        line_misses(line, MISSING_SALE_DOCUMENT);
        line_zh(line, "企业申明已有销售（%s，%s，%s），尚缺证明材料（报关单、发票或合同）。", sale->sale_id,
            date, sale->country);
        line_en(line,
            "The firm claims a sale (%s, %s, %s); a document that proves it is missing (customs declaration, "
            "invoice "
            "or contract).",
            sale->sale_id, date, sale->country);
        break;
    case SHOWS_SALE:
        line->outcome = RULE_PASS;
        line_zh(line, "该产品已在批准对应的国外市场销售（编号%s，日期%s，目的国%s），不早于批准决定日期。",
            sale->sale_id, date, sale->country);
        line_en(line,
            "The product has been sold in the market of the approval: %s, %s, to %s, not before the "
            "decision.",
            sale->sale_id, date, sale->country);
        break;
    }
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

static void say_provisional(const struct rule_question *question, struct trace_line *line)
{
    line_misses(line, MISSING_PRODUCT_LINK);
    line_fact(line, &question->item->source, question->item->device);
    line_zh(line, "尚未确认该批准（%s）对应企业的哪一个产品，因此无法认定其销售。", question->item->number);
    line_en(line,
        "It is not yet settled which of the firm's products the approval %s is for, so no sale can be "
        "counted.",
        question->item->number);
}

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

static void judge_sales(const struct rule_question *question, const struct authority_parameter *authority,
    struct trace_line *line)
{
    enum shown shown;
    const struct fact_sale *sale = best_sale(question, authority, &shown);
    if (sale == NULL) {
        say_nothing_shown(line);
        return;
    }
    char date[DATE_STRING_BYTES];
    struct text value = TEXT_WITH_CEILING(4096);
    text_append_format(&value, "%s %s", date_format(sale->date, date), sale->country);
    line_fact(line, &sale->source, text_string(&value));
    text_free(&value);
    say_shown(shown, sale, line);
}

void rule_sold(const struct rule_question *question, struct trace_line *line)
{
    const struct authority_parameter *authority = question_authority(question);
    if (question->item->product_id[0] == '\0') {
        say_provisional(question, line);
    } else if (authority == NULL || authority->market_count + authority->review_market_count == 0) {
        say_no_market(question, line);
    } else {
        name_markets(question, authority, line);
        judge_sales(question, authority, line);
    }
}
