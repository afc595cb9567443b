/* R14: what one product is - one device in all its sizes and models; an accessory or software alone is for a
 * person. */
#include "rules.h"

#include "words.h"

/* Two certificates, one item: the other one's case is the product's. */
static void say_joined(const struct fact_item *item, struct trace_line *line)
{
    line->outcome = RULE_FAIL;
    line_fact(line, &item->pair_source, item->pair_number);
    line_zh(line, "该证书与证书%s为同一产品同时所需，两者为同一事项，由证书%s的线索办理。", item->pair_number,
        item->pair_number);
    line_en(line,
        "A product needs this certificate and %s at once; the two are one item, which is a case of %s.",
        item->pair_number, item->pair_number);
}

void rule_product(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    const char *word = word_list_find(&question->parameters->alone_words, item->device);
    if (item->scope == ITEM_JOINED) {
        say_joined(item, line);
        return;
    }
    if (item->product_id[0] == '\0') {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "该批准尚未对应到企业的产品，见R11。");
        line_en(line, "The approval is not yet linked to a product of the firm: see R11.");
        return;
    }
    line_fact(line, &item->product_source, item->product_id);
    line_parameter(
        line, &question->parameters->product_source, "%s", word != NULL ? word : "all sizes and models");
    if (word != NULL) {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(
            line, "登记名称“%s”含“%s”；单独的附件或软件是否为一个产品，由主管部门核定。", item->device, word);
        line_en(line,
            "The name in the register, \"%s\", holds \"%s\"; whether an accessory or software alone is a "
            "product is "
            "for the bureau to decide.",
            item->device, word);
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "产品%s的全部规格型号计为一个产品。", item->product_id);
    line_en(line, "All sizes and models of product %s are one product.", item->product_id);
}
