#include "depends.h"

#include "rulings.h"

#include <stddef.h>

/* What the verdict takes from a line; of the amount also the value, which the sums rest on. */
static bool is_same_answer(
    const struct rule_text *rule, const struct trace_line *one, const struct trace_line *other)
{
    return one->outcome == other->outcome && one->review == other->review && one->window == other->window &&
           string_equal(
               one->missing != NULL ? one->missing : "", other->missing != NULL ? other->missing : "") &&
           (rule->of_verdict || string_equal(one->parameter_value != NULL ? one->parameter_value : "",
                                    other->parameter_value != NULL ? other->parameter_value : ""));
}

static void say_depends(const struct rule_question *question, struct trace_line *line)
{
    char decided[DATE_STRING_BYTES];
    const char *parameter = line->parameter != NULL ? line->parameter->name : "-";
    date_format(question->item->decision, decided);
    line_misses(line, MISSING_EXACT_DATE);
    line->review = REVIEW_NOT;
    line->window = false;
    line_fact(line, &question->item->source, decided);
    line_zh(line,
        "登记信息中的批准决定日期（%s）不够确切：参数 %s "
        "在此期间先后有不同取值，结论随之不同，需补充确切日期。",
        decided[0] != '\0' ? decided : "无", parameter);
    line_en(line,
        "The decision date in the register (%s) is not exact enough: the parameter %s changed in that time, "
        "and the "
        "answer with it; the exact date is needed.",
        decided[0] != '\0' ? decided : "none", parameter);
}

/* Before the first day of a parameter's first value, or after the last one's last. */
static bool is_outside(const struct rule_question *question, const struct parameter_source *source)
{
    struct date date = question->item->decision;
    if (source->applies_by != APPLIES_BY_DECISION)
        date = date_of_day(editions_day(source->applies_by, question->item, question->today));
    return date_is_known(date) && ((source->from != DAY_NONE && date.last < source->from) ||
                                      (source->to != DAY_NONE && date.first > source->to));
}

void depends_ask(struct rule_question *question, const struct edition_list *editions,
    const struct rule_text *rule, struct trace_line *line)
{
    bool same = true;
    question->parameters = editions->items[0];
    line->rule = rule->id;
    rule->judge(question, line);
    for (size_t i = 1; i < editions->count && same; i++) {
        struct trace_line other = {.rule = rule->id};
        question->parameters = editions->items[i];
        rule->judge(question, &other);
        same = is_same_answer(rule, line, &other);
        line_release(&other);
    }
    question->parameters = editions->items[0];
    if (!same)
        say_depends(question, line);
    if (rule->of_verdict)
        rulings_apply(question, line);
    if (line->parameter != NULL && is_outside(question, line->parameter))
        line_adds(line, "（此项口径的适用期间不含该日期，暂按最近的取值判断。）",
            " (The day lies outside the days of this parameter; its nearest value is taken.)");
    line_admit_assumption(line);
}

/* The values of one parameter are told apart by the day from which they hold. */
static int32_t value_since(const struct policy_parameters *edition, size_t source)
{
    return ((const struct parameter_source *)((const char *)edition + source))->from;
}

bool depends_amount(const struct edition_list *editions)
{
    static const size_t sources[] = {offsetof(struct policy_parameters, costs_source),
        offsetof(struct policy_parameters, window_source), offsetof(struct policy_parameters, ratio_source),
        offsetof(struct policy_parameters, product_cap_source),
        offsetof(struct policy_parameters, firm_cap_source), offsetof(struct policy_parameters, order_source),
        offsetof(struct policy_parameters, other_money_source),
        offsetof(struct policy_parameters, exchange_source)};
    for (size_t i = 1; i < editions->count; i++)
        for (size_t j = 0; j < sizeof sources / sizeof sources[0]; j++)
            if (value_since(editions->items[0], sources[j]) != value_since(editions->items[i], sources[j]))
                return true;
    return false;
}
