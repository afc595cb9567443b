/* R09: it is a medical device, by the authority's own register. */
#include "rules.h"

#include "words.h"

void rule_device(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    const char *word = word_list_find(&question->parameters->doubtful_words, item->device);
    line_fact(line, &item->source, item->device);
    line_parameter(
        line, &question->parameters->device_source, "%s", word != NULL ? word : "register of devices");
    if (word != NULL) {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "登记名称“%s”含“%s”，是否为医疗器械产品由主管部门核定。", item->device, word);
        line_en(line,
            "The name in the register, \"%s\", holds \"%s\"; whether it is a medical device is for the "
            "bureau to decide.",
            item->device, word);
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "该产品载于批准机构%s的医疗器械登记。", item->authority);
    line_en(
        line, "The product stands in the register of medical devices of the authority %s.", item->authority);
}
