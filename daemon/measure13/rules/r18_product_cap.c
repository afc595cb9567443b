/* R18: the cap of one product. It decides no verdict: a case that qualifies goes on qualifying when the cap
 * is used up, with nothing left to award. */
#include "award.h"
#include "caps.h"
#include "rules.h"

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
    fen_t committed = committed_to_product(question->commitments, question->commitment_count, product);
    caps_name_entry(question, true, 0, committed, line);
    caps_say_room(line, "该产品", "this product", parameters->product_cap, committed);
}
