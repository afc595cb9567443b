/* R22: credit - serious dishonesty and abnormal operation exclude while they last.
 *
 * A flag lasts until its end is on record. One that ended before the decision has no effect any more; one
 * that ended later is for a person: so the verdict does not change by the calendar alone. */
#include "rules.h"

#include <string.h>

enum effect { EFFECT_NONE, EFFECT_REVIEW_ENDED, EFFECT_REVIEW, EFFECT_EXCLUDED };

struct found {
    enum effect effect;
    const char *flag, *zh, *en;
    struct date from, to;
    const struct fact_source *source;
};

static const struct answer_parameter *answer_of(const struct policy_parameters *parameters, const char *flag)
{
    for (size_t i = 0; i < parameters->flag_count; i++)
        if (string_equal(parameters->flags[i].code, flag))
            return &parameters->flags[i];
    return NULL;
}

static enum effect effect_of(
    const struct rule_question *question, const char *flag, struct date to, bool unlisted)
{
    const struct answer_parameter *answer = answer_of(question->parameters, flag);
    enum route_answer effect = answer != NULL ? answer->answer : ROUTE_REVIEW;
    struct date decision = question->item->decision;
    if (effect == ROUTE_YES)
        return EFFECT_NONE;
    if (!date_is_known(to))
        return effect == ROUTE_NO && !unlisted ? EFFECT_EXCLUDED : EFFECT_REVIEW;
    return date_is_known(decision) && to.last < decision.first ? EFFECT_NONE : EFFECT_REVIEW_ENDED;
}

static bool is_graver(const struct found *found, const struct found *than)
{
    if (found->effect != than->effect)
        return found->effect > than->effect;
    int order = strcmp(found->flag, than->flag);
    if (order == 0)
        order = found->from.first < than->from.first ? -1 : found->from.first > than->from.first;
    return order != 0 ? order < 0 : strcmp(found->source->id, than->source->id) < 0;
}

static void consider(
    const struct rule_question *question, const struct fact_flag *fact, struct found *gravest)
{
    const char *flag = fact->flag;
    const struct answer_parameter *answer = answer_of(question->parameters, flag);
    struct found found = {.effect = effect_of(question, flag, fact->to, fact->unlisted),
        .flag = flag,
        .zh = answer != NULL ? answer->zh : flag,
        .en = answer != NULL ? answer->en : flag,
        .from = fact->from,
        .to = fact->to,
        .source = &fact->source};
    if (found.effect != EFFECT_NONE && (gravest->effect == EFFECT_NONE || is_graver(&found, gravest)))
        *gravest = found;
}

static void say_found(const struct found *found, struct trace_line *line)
{
    char from[DATE_STRING_BYTES], to[DATE_STRING_BYTES];
    date_format(found->from, from);
    date_format(found->to, to);
    const char *since = from[0] != '\0' ? from : "-";
    switch (found->effect) {
    case EFFECT_NONE:
        line->outcome = RULE_PASS;
        line_zh(line, "没有登记影响申报的信用记录。");
        line_en(line, "No credit flag that stands in the way is on record.");
        break;
    case EFFECT_REVIEW_ENDED:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "企业在批准之后仍有“%s”记录（%s至%s），现已结束，是否影响支持由主管部门核定。",
            found->zh, since, to);
        line_en(line,
            "After the approval the firm was still flagged: %s (%s to %s); whether that matters now that it "
            "is over is "
            "for the bureau to decide.",
            found->en, since, to);
        break;
    case EFFECT_REVIEW:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "企业有“%s”记录（自%s），是否影响支持由主管部门核定。", found->zh, since);
        line_en(line, "The firm is flagged: %s (since %s); whether that matters is for the bureau to decide.",
            found->en, since);
        break;
    case EFFECT_EXCLUDED:
        line->outcome = RULE_FAIL;
        line_zh(line, "企业处于“%s”状态（自%s），在此期间不予支持。", found->zh, since);
        line_en(line, "The firm is flagged: %s (since %s); it is not supported as long as that lasts.",
            found->en, since);
        break;
    }
}

void rule_credit(const struct rule_question *question, struct trace_line *line)
{
    const struct firm_facts *facts = question->facts;
    struct found gravest = {.effect = EFFECT_NONE, .flag = "none", .from = DATE_NONE, .to = DATE_NONE};
    for (size_t i = 0; i < facts->flag_count; i++)
        consider(question, &facts->flags[i], &gravest);
    struct fact_flag listed = {
        .flag = "abnormal-operation", .from = DATE_NONE, .to = DATE_NONE, .source = facts->firm.source};
    if (string_equal(facts->firm.status, "abnormal"))
        consider(question, &listed, &gravest);
    if (gravest.source == &listed.source)
        gravest.source = &facts->firm.source; /* which outlives this call */
    if (gravest.source != NULL)
        line_fact(line, gravest.source, gravest.flag);
    const struct answer_parameter *answer = answer_of(question->parameters, gravest.flag);
    static const char *const effects[] = {
        [ROUTE_YES] = "without effect", [ROUTE_REVIEW] = "review", [ROUTE_NO] = "excluded while it lasts"};
    if (gravest.source == NULL)
        line_parameter(line, &question->parameters->credit_source, "no flag");
    else
        line_parameter(line, &question->parameters->credit_source, "%s: %s", gravest.flag,
            answer != NULL ? effects[answer->answer] : "not listed");
    say_found(&gravest, line);
}
