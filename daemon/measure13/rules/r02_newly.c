/* R02: newly approved - which decision dates count. */
#include "rules.h"

#include <stdio.h>

struct window {
    char first[DAY_STRING_BYTES], last[DAY_STRING_BYTES];
    char watch_first[DAY_STRING_BYTES], watch_last[DAY_STRING_BYTES];
    char zh[96], en[96], value[96];
};

static void describe_mode(const struct policy_parameters *parameters, struct window *window)
{
    switch (parameters->newly_mode) {
    case NEWLY_SINCE:
        snprintf(window->zh, sizeof window->zh, "%s（含）以后获批", window->first);
        snprintf(window->en, sizeof window->en, "decided on or after %s", window->first);
        snprintf(window->value, sizeof window->value, "since %s", window->first);
        break;
    case NEWLY_INTERVAL:
        snprintf(window->zh, sizeof window->zh, "%s至%s（含首尾两日）获批", window->first, window->last);
        snprintf(window->en, sizeof window->en, "decided from %s to %s", window->first, window->last);
        snprintf(window->value, sizeof window->value, "interval %s..%s", window->first, window->last);
        break;
    case NEWLY_CALENDAR_YEAR:
        snprintf(window->zh, sizeof window->zh, "申报年度的上一自然年度获批");
        snprintf(window->en, sizeof window->en, "decided in the calendar year before the one of filing");
        snprintf(window->value, sizeof window->value, "calendar-year");
        break;
    case NEWLY_ROLLING_MONTHS:
        snprintf(window->zh, sizeof window->zh, "申报前%d个月内获批", parameters->newly_months);
        snprintf(window->en, sizeof window->en, "decided within %d months before filing",
            parameters->newly_months);
        snprintf(window->value, sizeof window->value, "rolling-months %d", parameters->newly_months);
        break;
    }
}

static struct window window_of(const struct policy_parameters *parameters)
{
    struct window window = {.zh = "", .en = "", .value = ""};
    day_format(parameters->newly_first, window.first);
    day_format(parameters->newly_last, window.last);
    day_format(parameters->watch_first, window.watch_first);
    day_format(parameters->watch_last, window.watch_last);
    describe_mode(parameters, &window);
    return window;
}

static void say_answer(
    struct trace_line *line, enum newly_answer answer, const char *decided, const struct window *window)
{
    switch (answer) {
    case NEWLY_YES:
        line->outcome = RULE_PASS;
        line_zh(line, "批准决定日期为%s，属于“新通过”（%s）。", decided, window->zh);
        line_en(line, "The decision date, %s, counts as newly approved (%s).", decided, window->en);
        break;
    case NEWLY_WATCH:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line,
            "批准决定日期为%s，早于“新通过”的起算口径（%s），但在待定期间（%s至%"
            "s）之内，能否计入由主管部门核定。",
            decided, window->zh, window->watch_first, window->watch_last);
        line_en(line,
            "The decision date, %s, is not within what counts as newly approved (%s), but within the period "
            "that is left to the bureau's judgement (%s to %s).",
            decided, window->en, window->watch_first, window->watch_last);
        break;
    case NEWLY_NO:
        line_is_out_of_window(line);
        line_zh(line, "批准决定日期为%s，不属于“新通过”（%s）。", decided, window->zh);
        line_en(line, "The decision date, %s, does not count as newly approved (%s).", decided, window->en);
        break;
    case NEWLY_UNKNOWN:
        line_misses(line, MISSING_EXACT_DATE);
        line_zh(line, "登记信息中的批准决定日期（%s）不足以判断是否属于“新通过”（%s），需补充确切日期。",
            decided[0] != '\0' ? decided : "无", window->zh);
        line_en(line,
            "The decision date in the register (%s) does not tell whether it counts as newly approved (%s); "
            "the "
            "exact date is needed.",
            decided[0] != '\0' ? decided : "none", window->en);
        break;
    }
}

/* The day counts on which a product came into a certificate's scope. Where only that makes it new, it must be
 * shown. */
static bool rests_on_a_claim(const struct rule_question *question)
{
    const struct fact_item *item = question->item;
    if (item->scope != ITEM_LISTED || item->product_source.assurance != ASSURANCE_CLAIMED)
        return false;
    struct fact_item certificate = *item;
    certificate.decision = item->approved;
    struct rule_question of_certificate = *question;
    of_certificate.item = &certificate;
    return question_newly(&of_certificate) != question_newly(question);
}

static void say_claimed(const struct rule_question *question, const char *decided, struct trace_line *line)
{
    char approved[DATE_STRING_BYTES];
    date_format(question->item->approved, approved);
    line_misses(line, MISSING_SCOPE_DOCUMENT);
    line_fact(line, &question->item->product_source, decided);
    line_zh(line, "证书批准日期为%s，企业称该产品自%s起纳入证书范围，尚缺证明材料。",
        approved[0] != '\0' ? approved : "不详", decided);
    line_en(line,
        "The certificate was decided on %s; the firm says that the product came into its scope on %s, and "
        "the document "
        "that shows it is missing.",
        approved[0] != '\0' ? approved : "an unknown day", decided);
}

void rule_newly(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    struct window window = window_of(parameters);
    char decided[DATE_STRING_BYTES];
    date_format(question->item->decision, decided);
    line_fact(line, question->item->dated_by_paper ? &question->item->paper_source : &question->item->source,
        decided);
    if (parameters->watch_first != DAY_NONE && parameters->watch_last != DAY_NONE)
        line_parameter(line, &parameters->newly_source, "%s; review %s..%s", window.value, window.watch_first,
            window.watch_last);
    else
        line_parameter(line, &parameters->newly_source, "%s", window.value);
    if (rests_on_a_claim(question))
        say_claimed(question, decided, line);
    else
        say_answer(line, question_newly(question), decided, &window);
}
