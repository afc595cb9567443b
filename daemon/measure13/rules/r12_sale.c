/* R12: what counts as a sale - no samples, free replacements or exports to HK, MO, TW; an export inside the
 * group alone is for a person. */
#include "rules.h"

#include "sales.h"

static void say_none(const struct sale_view *best, struct trace_line *line)
{
    line->outcome = RULE_NOT_APPLICABLE;
    if (best->left_out == 0) {
        line_zh(line, "尚无可核对的销售，见R11。");
        line_en(line, "There is no sale yet to look at: see R11.");
        return;
    }
    line_zh(line, "已知的%zu条记录为货样、无代价抵偿、已退货、低于最低金额或未到国外，不计为销售。",
        best->left_out);
    line_en(line,
        "The %zu rows on record are samples, free replacements, given back, below the least amount or not "
        "abroad, and "
        "count as no sale.",
        best->left_out);
}

static void say_kind(const struct sale_view *best, struct trace_line *line)
{
    const struct fact_sale *sale = best->sale;
    switch (best->kind) {
    case SALE_COUNTS:
        line->outcome = RULE_PASS;
        line_zh(line, "销售%s不是货样、无代价抵偿或集团内部交易，计为销售。", sale->sale_id);
        line_en(line,
            "Sale %s is no sample, free replacement or transaction inside the group: it counts as a sale.",
            sale->sale_id);
        break;
    case SALE_IN_GROUP:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s是向关联企业的出口，是否已在市场实现销售，由主管部门核定。", sale->sale_id);
        line_en(line,
            "Sale %s went to a related company; whether the product was sold in the market is for the bureau "
            "to "
            "decide.",
            sale->sale_id);
        break;
    case SALE_BY_STRANGER:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s的销售方为“%s”，与企业的关系没有登记，能否计入由主管部门核定。", sale->sale_id,
            sale->seller.name);
        line_en(line,
            "The seller of %s is \"%s\", whose relation to the firm is not on record; whether it counts is "
            "for the "
            "bureau to decide.",
            sale->sale_id, sale->seller.name);
        break;
    case SALE_NOT_WEIGHED:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "销售%s的金额无法折算为人民币，是否达到最低金额由主管部门核定。", sale->sale_id);
        line_en(line,
            "The amount of sale %s cannot be converted into CNY; whether it reaches the least amount is for "
            "the "
            "bureau to decide.",
            sale->sale_id);
        break;
    case SALE_NONE:
        line->outcome = RULE_NOT_APPLICABLE;
        break;
    }
}

void rule_sale(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const struct authority_parameter *authority = question_authority(question);
    char least[MONEY_STRING_BYTES];
    struct sale_view best = {.sale = NULL};
    line_parameter(
        line, &parameters->sales_source, "CNY %s", money_format_yuan(parameters->least_sale, least));
    if (question->item->product_id[0] != '\0' && authority != NULL)
        best = sales_best(question, authority);
    if (best.sale == NULL) {
        say_none(&best, line);
        return;
    }
    line_fact(line, &best.sale->source, best.sale->sale_id);
    say_kind(&best, line);
}
