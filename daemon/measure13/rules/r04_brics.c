/* R04: the country of a regulator belonged to the BRICS group on the day of the decision. */
#include "rules.h"

enum membership { MEMBER_NOT, MEMBER_UNKNOWN, MEMBER_REVIEW, MEMBER_YES, MEMBER_REFUSED };

static bool is_in_table(const struct policy_parameters *parameters, const char *country)
{
    for (size_t i = 0; i < parameters->brics_count && country[0] != '\0'; i++)
        if (string_equal(parameters->brics[i].country, country))
            return true;
    return false;
}

static enum truth within(struct date date, const struct membership_parameter *member)
{
    enum truth begun = member->from == DAY_NONE ? TRUTH_YES : date_on_or_after(date, member->from);
    enum truth lasting = member->to == DAY_NONE ? TRUTH_YES : date_on_or_before(date, member->to);
    if (begun == TRUTH_NO || lasting == TRUTH_NO)
        return TRUTH_NO;
    return begun == TRUTH_YES && lasting == TRUTH_YES ? TRUTH_YES : TRUTH_UNKNOWN;
}

static enum membership membership_on(
    const struct policy_parameters *parameters, const char *country, struct date date)
{
    static const enum membership answers[] = {
        [ROUTE_YES] = MEMBER_YES, [ROUTE_REVIEW] = MEMBER_REVIEW, [ROUTE_NO] = MEMBER_REFUSED};
    enum membership found = MEMBER_NOT;
    for (size_t i = 0; i < parameters->brics_count; i++) {
        const struct membership_parameter *member = &parameters->brics[i];
        if (!string_equal(member->country, country))
            continue;
        switch (within(date, member)) {
        case TRUTH_YES:
            return answers[member->answer];
        case TRUTH_UNKNOWN:
            found = MEMBER_UNKNOWN;
            break;
        case TRUTH_NO:
            break;
        }
    }
    return found;
}

static void say_membership(
    enum membership membership, const char *country, const char *decided, struct trace_line *line)
{
    switch (membership) {
    case MEMBER_YES:
        line->outcome = RULE_PASS;
        line_zh(line, "批准决定日期（%s）该国（%s）为金砖国家成员。", decided, country);
        line_en(line, "On the decision date, %s, the country (%s) was a member of the BRICS group.", decided,
            country);
        break;
    case MEMBER_REVIEW:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "该国（%s）在批准决定日期（%s）是否为金砖国家成员说法不一，由主管部门核定。", country,
            decided);
        line_en(line,
            "Sources differ on whether the country (%s) was a member of the BRICS group on %s; the bureau "
            "decides.",
            country, decided);
        break;
    case MEMBER_NOT:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line,
            "批准决定日期（%s）该国（%"
            "s）尚不是或已不是金砖国家成员；是否属于“等权威国际机构”，由主管部门核定。",
            decided, country);
        line_en(line,
            "On the decision date, %s, the country (%s) was no member of the BRICS group; whether its "
            "regulator is "
            "another authoritative international body is for the bureau to decide.",
            decided, country);
        break;
    case MEMBER_REFUSED:
        line->outcome = RULE_FAIL;
        line_zh(line, "按已设口径，该国（%s）在批准决定日期（%s）不是金砖国家成员。", country, decided);
        line_en(line, "By the table in force the country (%s) was no member of the BRICS group on %s.",
            country, decided);
        break;
    case MEMBER_UNKNOWN:
        line_misses(line, MISSING_EXACT_DATE);
        line_zh(line, "批准决定日期（%s）不够确切，无法判断该国（%s）当日是否为金砖国家成员。",
            decided[0] != '\0' ? decided : "无", country);
        line_en(line,
            "The decision date (%s) is not exact enough to tell whether the country (%s) was a member of the "
            "BRICS "
            "group on it.",
            decided[0] != '\0' ? decided : "none", country);
        break;
    }
}

void rule_brics(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const struct authority_parameter *authority = question_authority(question);
    const char *country = authority != NULL ? authority->country : "";
    if (authority == NULL ||
        (!string_equal(authority->group, "BRICS") && !is_in_table(parameters, country))) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "批准机构%s不是按金砖国家列入的。", question->item->authority);
        line_en(line, "The authority %s is not listed as one of a BRICS country.", question->item->authority);
        return;
    }
    char decided[DATE_STRING_BYTES];
    date_format(question->item->decision, decided);
    line_fact(line, &question->item->source, decided);
    struct text periods = TEXT_WITH_CEILING(1024);
    for (size_t i = 0; i < parameters->brics_count; i++) {
        const struct membership_parameter *member = &parameters->brics[i];
        char from[DAY_STRING_BYTES], to[DAY_STRING_BYTES];
        if (string_equal(member->country, country))
            text_append_format(&periods, " %s..%s",
                member->from != DAY_NONE ? day_format(member->from, from) : "",
                member->to != DAY_NONE ? day_format(member->to, to) : "");
    }
    line_parameter(line, &parameters->brics_source, "%s%s", country, text_string(&periods));
    text_free(&periods);
    say_membership(membership_on(parameters, country, question->item->decision), country, decided, line);
}
