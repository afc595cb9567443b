#include "question.h"

const struct authority_parameter *question_authority(const struct rule_question *question)
{
    const struct policy_parameters *parameters = question->parameters;
    for (size_t i = 0; i < parameters->authority_count; i++)
        if (string_equal(parameters->authorities[i].code, question->item->authority))
            return &parameters->authorities[i];
    return NULL;
}

const struct route_parameter *question_route(const struct rule_question *question)
{
    const struct policy_parameters *parameters = question->parameters;
    for (size_t i = 0; i < parameters->route_count; i++)
        if (string_equal(parameters->routes[i].code, question->item->route))
            return &parameters->routes[i];
    return NULL;
}

int32_t question_filed(const struct rule_question *question)
{
    return question->item->applied_on != 0 ? question->item->applied_on : question->today;
}

static int32_t last_day_of_last_year(int32_t today)
{
    int year, month, day;
    day_to_civil(today, &year, &month, &day);
    return day_from_civil(year, 1, 1) - 1;
}

/* The round of a calendar year is filed in the year after it: as long as nothing is filed, a decision of this
 * year or of the last one can still be. */
static int32_t first_day_of_last_year(int32_t today)
{
    int year, month, day;
    day_to_civil(today, &year, &month, &day);
    return day_from_civil(year - 1, 1, 1);
}

static enum truth within_newly(const struct rule_question *question)
{
    const struct policy_parameters *parameters = question->parameters;
    struct date decision = question->item->decision;
    switch (parameters->newly_mode) {
    case NEWLY_SINCE:
        return date_on_or_after(decision, parameters->newly_first);
    case NEWLY_INTERVAL:
        return date_within(decision, parameters->newly_first, parameters->newly_last);
    case NEWLY_CALENDAR_YEAR:
        return question->item->applied_on != 0
                   ? date_within(decision, first_day_of_last_year(question_filed(question)),
                         last_day_of_last_year(question_filed(question)))
                   : date_on_or_after(decision, first_day_of_last_year(question_filed(question)));
    case NEWLY_ROLLING_MONTHS:
        return date_on_or_after(
            decision, day_add_months(question_filed(question), -parameters->newly_months));
    }
    return TRUTH_UNKNOWN;
}

enum newly_answer question_newly(const struct rule_question *question)
{
    const struct policy_parameters *parameters = question->parameters;
    enum truth newly = within_newly(question);
    if (newly != TRUTH_NO)
        return newly == TRUTH_YES ? NEWLY_YES : NEWLY_UNKNOWN;
    if (parameters->watch_first == DAY_NONE || parameters->watch_last == DAY_NONE)
        return NEWLY_NO;
    enum truth watch = date_within(question->item->decision, parameters->watch_first, parameters->watch_last);
    return watch == TRUTH_YES ? NEWLY_WATCH : watch == TRUTH_NO ? NEWLY_NO : NEWLY_UNKNOWN;
}

bool newly_follows_the_calendar(const struct policy_parameters *parameters)
{
    return parameters->newly_mode == NEWLY_CALENDAR_YEAR || parameters->newly_mode == NEWLY_ROLLING_MONTHS;
}

bool question_filing_is_over(const struct rule_question *question)
{
    int32_t last = question->parameters->last_filing_day;
    return last != DAY_NONE && question_filed(question) > last;
}

bool question_has_market(const struct authority_parameter *authority)
{
    return authority != NULL && authority->market_count + authority->review_market_count > 0;
}
