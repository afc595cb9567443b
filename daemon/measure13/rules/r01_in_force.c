/* R01: the policy is in force on the decision date, and the facts are complete by the last filing day. */
#include "rules.h"

struct period {
    char decided[DATE_STRING_BYTES], first[DAY_STRING_BYTES], last[DAY_STRING_BYTES];
};

static struct period period_of(const struct rule_question *question)
{
    struct period period;
    date_format(question->item->decision, period.decided);
    day_format(question->parameters->force_first, period.first);
    day_format(question->parameters->force_last, period.last);
    return period;
}

static void say_date_missing(const struct rule_question *question, struct trace_line *line)
{
    struct period period = period_of(question);
    line_misses(line, MISSING_EXACT_DATE);
    line_zh(line,
        "登记信息中的批准决定日期（%s）不足以判断是否在本政策有效期（%s至%s）之内，需补充确切日期。",
        date_is_known(question->item->decision) ? period.decided : "无", period.first, period.last);
    line_en(line,
        "The decision date in the register (%s) does not tell whether it lies in the policy's period of "
        "validity "
        "(%s to %s); the exact date is needed.",
        date_is_known(question->item->decision) ? period.decided : "none", period.first, period.last);
}

static void say_outside(const struct rule_question *question, struct trace_line *line)
{
    struct period period = period_of(question);
    line_is_out_of_window(line);
    line_zh(line, "批准决定日期为%s，不在本政策有效期（%s至%s）之内。", period.decided, period.first,
        period.last);
    line_en(line, "The decision date, %s, lies outside the policy's period of validity (%s to %s).",
        period.decided, period.first, period.last);
}

/* Decided before the policy was issued. The text sets no first day for what is new (R02), so such a decision
 * is refused here only where R02 does not reach back to it; as long as that reading is an assumption, a
 * person judges. */
static void say_earlier(const struct rule_question *question, struct trace_line *line)
{
    struct period period = period_of(question);
    enum newly_answer newly = question_newly(question);
    if (newly == NEWLY_NO) {
        say_outside(question, line);
    } else if (newly == NEWLY_YES && question->parameters->newly_source.confirmed) {
        line->outcome = RULE_PASS;
        line_zh(line, "批准决定日期为%s，早于本政策施行日（%s），但主管部门确认的“新通过”口径包含该日期。",
            period.decided, period.first);
        line_en(line,
            "The decision date, %s, is earlier than the policy's first day (%s), but what the bureau has "
            "confirmed "
            "as newly approved includes it.",
            period.decided, period.first);
    } else {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "批准决定日期为%s，早于本政策施行日（%s）；能否按“新通过”计入，由主管部门核定。",
            period.decided, period.first);
        line_en(line,
            "The decision date, %s, is earlier than the policy's first day (%s); whether it counts as newly "
            "approved "
            "is for the bureau to decide.",
            period.decided, period.first);
    }
}

static void say_filing_is_over(const struct rule_question *question, struct trace_line *line)
{
    char last[DAY_STRING_BYTES];
    day_format(question->parameters->last_filing_day, last);
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(line,
        "批准决定日期在本政策有效期之内，但申报截止日（%s）已过；材料是否在截止日前齐备，由主管部门核定。",
        last);
    line_en(line,
        "The decision date lies within the policy's period of validity, but the last filing day (%s) is "
        "over; "
        "whether the facts were complete by then is for the bureau to decide.",
        last);
}

static void say_in_force(const struct rule_question *question, struct trace_line *line)
{
    struct period period = period_of(question);
    line->outcome = RULE_PASS;
    line_zh(
        line, "批准决定日期为%s，在本政策有效期（%s至%s）之内。", period.decided, period.first, period.last);
    line_en(line, "The decision date, %s, lies within the policy's period of validity (%s to %s).",
        period.decided, period.first, period.last);
}

void rule_in_force(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    struct date decision = question->item->decision;
    struct period period = period_of(question);
    line_fact_date(line, &question->item->source, decision);
    line_parameter(line, &parameters->force_source, "%s..%s", period.first, period.last);

    enum truth started = date_on_or_after(decision, parameters->force_first);
    enum truth inside = date_within(decision, parameters->force_first, parameters->force_last);
    if (inside == TRUTH_UNKNOWN)
        say_date_missing(question, line);
    else if (inside == TRUTH_NO && started == TRUTH_NO)
        say_earlier(question, line);
    else if (inside == TRUTH_NO)
        say_outside(question, line);
    else if (question_filing_is_over(question))
        say_filing_is_over(question, line);
    else
        say_in_force(question, line);
}
