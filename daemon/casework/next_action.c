#include "next_action.h"

static bool misses(const struct case_verdict *verdict, const struct name_entry *fact)
{
    for (size_t i = 0; i < verdict->trace_count; i++)
        if (measure13_rules[i].of_verdict &&
            (verdict->trace[i].outcome == RULE_MISSING || verdict->trace[i].window) &&
            string_equal(verdict->trace[i].missing, fact->code))
            return true;
    return false;
}

void case_missing_json(const struct case_verdict *verdict, struct text *out)
{
    bool any = false;
    text_append_character(out, '[');
    for (size_t i = 0; i < MISSING_FACTS && verdict->verdict != VERDICT_EXCLUDED; i++) {
        if (!misses(verdict, &missing_fact_names[i]))
            continue;
        if (any)
            text_append_character(out, ',');
        text_append_json(out, missing_fact_names[i].code);
        any = true;
    }
    text_append_character(out, ']');
}

/* The desk's own homework comes before what the firm is asked for: a firm is asked once, for all of it. */
static enum case_next_action action_for_missing(const struct case_verdict *verdict)
{
    if (misses(verdict, &missing_fact_names[MISSING_PRODUCT_LINK]))
        return ACTION_LINK_PRODUCT;
    if (misses(verdict, &missing_fact_names[MISSING_EXACT_DATE]))
        return ACTION_FIND_DATE;
    return ACTION_ASK_FIRM;
}

enum case_next_action case_next_action(const struct case_verdict *verdict)
{
    switch (verdict->verdict) {
    case VERDICT_EXCLUDED:
    case VERDICT_OUT_OF_WINDOW:
        return ACTION_NONE;
    case VERDICT_REVIEW:
        return verdict->review == REVIEW_IDENTITY ? ACTION_CLEAR_IDENTITY : ACTION_ASSESS;
    case VERDICT_PENDING:
        return action_for_missing(verdict);
    case VERDICT_ELIGIBLE:
        return ACTION_INVITE;
    }
    return ACTION_NONE;
}

const char *case_next_action_code(const struct case_verdict *verdict)
{
    return name_code(case_next_action_names, CASE_NEXT_ACTIONS, (int)case_next_action(verdict));
}
