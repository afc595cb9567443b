/* R18, R19: how much room committed payments leave under the caps. They decide no verdict: a case that
 * qualifies goes on qualifying when a cap is used up, with nothing left to award. */
#include "award.h"
#include "rules.h"

#include <stdio.h>

static void say_room(
    struct trace_line *line, const char *whose_zh, const char *whose_en, fen_t cap, fen_t committed)
{
    char cap_yuan[MONEY_STRING_BYTES], committed_yuan[MONEY_STRING_BYTES], room_yuan[MONEY_STRING_BYTES];
    fen_t room = award_room(cap, committed);
    money_format_yuan(cap, cap_yuan);
    money_format_yuan(committed, committed_yuan);
    money_format_yuan(room, room_yuan);
    line->outcome = room > 0 ? RULE_PASS : RULE_FAIL;
    line_zh(
        line, "%s的支持上限为%s元，已安排%s元，剩余%s元。", whose_zh, cap_yuan, committed_yuan, room_yuan);
    line_en(line, "The ceiling for %s is CNY %s, of which %s is committed and %s is left.", whose_en,
        cap_yuan, committed_yuan, room_yuan);
}

static const struct fact_source *only_source(const struct rule_question *question, bool of_product, int year)
{
    const struct fact_source *source = NULL;
    for (size_t i = 0; i < question->facts->payment_count; i++) {
        const struct fact_payment *payment = &question->facts->payments[i];
        if (of_product ? !string_equal(payment->product_id, question->item->product_id)
                       : payment->year != year)
            continue;
        if (source != NULL)
            return NULL;
        source = &payment->source;
    }
    return source;
}

static void line_committed(struct trace_line *line, const struct fact_source *source, fen_t committed)
{
    char yuan[MONEY_STRING_BYTES];
    if (source != NULL)
        line_fact(line, source, money_format_yuan(committed, yuan));
}

void rule_product_cap(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const char *product = question->item->product_id;
    if (product[0] == '\0') {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "该批准尚未对应到产品，暂无产品额度可言。");
        line_en(line,
            "The approval is not yet linked to a product, so there is no product's ceiling to speak of.");
        return;
    }
    char yuan[MONEY_STRING_BYTES];
    line_parameter(
        line, &parameters->product_cap_source, "%s", money_format_yuan(parameters->product_cap, yuan));
    fen_t committed =
        committed_to_product(question->facts->payments, question->facts->payment_count, product);
    line_committed(line, only_source(question, true, 0), committed);
    say_room(line, "该产品", "this product", parameters->product_cap, committed);
}

void rule_firm_cap(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const struct firm_facts *facts = question->facts;
    char yuan[MONEY_STRING_BYTES], whose_zh[64], whose_en[64];
    line_parameter(line, &parameters->firm_cap_source, "%s", money_format_yuan(parameters->firm_cap, yuan));
    int year = award_decision_year(question->item->decision);
    if (year == 0) {
        line_misses(line, MISSING_EXACT_DATE);
        line_fact_date(line, &question->item->source, question->item->decision);
        line_zh(line, "批准决定日期不能确定年度，无法核对企业年度额度。");
        line_en(line,
            "The decision date does not tell the year, so the firm's ceiling for it cannot be checked.");
        return;
    }
    snprintf(whose_zh, sizeof whose_zh, "企业%d年度（按批准决定日期计）", year);
    snprintf(whose_en, sizeof whose_en, "the firm in %d, by the decision date,", year);
    fen_t committed = committed_to_firm(facts->payments, facts->payment_count, year);
    line_committed(line, only_source(question, false, year), committed);
    say_room(line, whose_zh, whose_en, parameters->firm_cap, committed);
}
