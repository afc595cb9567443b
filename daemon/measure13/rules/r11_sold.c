/* R11: sold in the market of the approval - at least one sale on or after the decision date, net of returns.
 * What a sale is and where the market lies is said by R12 and R13. */
#include "rules.h"

#include "sales.h"

static void say_nothing_shown(const struct sale_view *best, struct trace_line *line)
{
    line_misses(line, MISSING_SALE);
    if (best->left_out > 0) {
        line_zh(line,
            "尚无该产品在批准对应的国外市场、于批准决定之日或之后的销售记录；已知的%"
            "zu条记录不属于销售，见R12。",
            best->left_out);
        line_en(line,
            "No sale of the product in the market of the approval on or after the decision date is known "
            "yet; "
            "the %zu rows on record are no sales: see R12.",
            best->left_out);
        return;
    }
    line_zh(line, "尚无该产品在批准对应的国外市场、于批准决定之日或之后的销售记录。");
    line_en(line,
        "No sale of the product in the market of the approval on or after the decision date is known yet.");
}

static void say_undated(const struct fact_sale *sale, const char *date, struct trace_line *line)
{
    line_misses(line, MISSING_EXACT_DATE);
    line_zh(line, "销售%s的日期（%s）或批准决定日期不够确切，无法判断销售是否在批准之后。", sale->sale_id,
        date[0] != '\0' ? date : "无");
    line_en(line,
        "The date of sale %s (%s) or of the decision is not exact enough to tell whether the sale came after "
        "it.",
        sale->sale_id, date[0] != '\0' ? date : "none");
}

static void say_claimed(const struct fact_sale *sale, const char *date, struct trace_line *line)
{
    line_misses(line, MISSING_SALE_DOCUMENT);
    line_zh(line, "企业申明已有销售（%s，%s，%s），尚缺证明材料（报关单、发票或合同）。", sale->sale_id, date,
        sale->country);
    line_en(line,
        "The firm claims a sale (%s, %s, %s); a document that proves it is missing (customs declaration, "
        "invoice or "
        "contract).",
        sale->sale_id, date, sale->country);
}

static void say_sold(const struct sale_view *best, const char *date, struct trace_line *line)
{
    const struct fact_sale *sale = best->sale;
    bool for_sure = best->kind == SALE_COUNTS && best->market != MARKET_REVIEW;
    line->outcome = RULE_PASS;
    line_zh(line, "该产品已有不早于批准决定日期的国外销售（编号%s，日期%s，目的国%s）%s。", sale->sale_id,
        date, sale->country, for_sure ? "" : "，能否认定见R12、R13");
    line_en(line, "The product has been sold abroad, not before the decision: %s, %s, to %s%s.",
        sale->sale_id, date, sale->country,
        for_sure ? "" : "; whether that counts is said under R12 and R13");
}

static void say_provisional(const struct rule_question *question, struct trace_line *line)
{
    line_misses(line, MISSING_PRODUCT_LINK);
    line_fact(line, &question->item->source, question->item->number);
    line_zh(line, "尚未确认该批准（%s）对应企业的哪一个产品，因此无法认定其销售。", question->item->number);
    line_en(line,
        "It is not yet settled which of the firm's products the approval %s is for, so no sale can be "
        "counted.",
        question->item->number);
}

static void say_unlisted(const struct rule_question *question, struct trace_line *line)
{
    line_misses(line, MISSING_SCOPE_LIST);
    line_fact(line, &question->item->source, question->item->number);
    line_zh(line, "证书%s可覆盖多个产品，尚无其产品清单；收到清单后逐个产品判断。", question->item->number);
    line_en(line,
        "The certificate %s may cover many products, and the list of them is not known; each product is "
        "judged when "
        "the list has come.",
        question->item->number);
}

void rule_sold(const struct rule_question *question, struct trace_line *line)
{
    const struct authority_parameter *authority = question_authority(question);
    if (question->item->scope == ITEM_UNLISTED) {
        say_unlisted(question, line);
        return;
    }
    if (question->item->product_id[0] == '\0') {
        say_provisional(question, line);
        return;
    }
    if (!question_has_market(authority)) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "尚未设定批准机构%s对应的国外市场，见R13。", question->item->authority);
        line_en(line, "No market is set for the authority %s: see R13.", question->item->authority);
        return;
    }
    struct sale_view best = sales_best(question, authority);
    if (best.sale == NULL) {
        say_nothing_shown(&best, line);
        return;
    }
    char date[DATE_STRING_BYTES];
    date_format(best.sale->date, date);
    struct text value = TEXT_WITH_CEILING(4096);
    text_append_format(&value, "%s %s", date, best.sale->country);
    line_fact(line, &best.sale->source, text_string(&value));
    text_free(&value);
    if (best.after == TRUTH_UNKNOWN)
        say_undated(best.sale, date, line);
    else if (best.sale->source.assurance == ASSURANCE_CLAIMED)
        say_claimed(best.sale, date, line);
    else
        say_sold(&best, date, line);
}
