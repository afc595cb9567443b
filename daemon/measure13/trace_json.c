/* trace_json.c - the trace as a case version stores it, and as everything downstream reads it. */
#include "json.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void append_fact(struct text *out, const struct trace_line *line)
{
    if (line->fact == NULL)
        return;
    put_key(out, "fact");
    text_append_character(out, '{');
    put_source_members(out, line->fact);
    put_string(out, "value", line->fact_value);
    text_append_character(out, '}');
}

static void append_day(struct text *out, const char *name, int32_t day)
{
    if (day != DAY_NONE)
        put_date(out, name, date_of_day(day));
}

static void append_parameter(struct text *out, const struct trace_line *line)
{
    if (line->parameter == NULL)
        return;
    put_key(out, "parameter");
    text_append_character(out, '{');
    put_string(out, "name", line->parameter->name);
    put_string(out, "value", line->parameter_value);
    append_day(out, "from", line->parameter->from);
    append_day(out, "to", line->parameter->to);
    put_string(out, "cited", line->parameter->cited);
    put_key(out, "confirmed");
    text_append_string(out, line->parameter->confirmed ? "true" : "false");
    text_append_character(out, '}');
}

static void append_ruling(struct text *out, const struct fact_ruling *ruling)
{
    if (ruling == NULL)
        return;
    put_key(out, "ruling");
    text_append_character(out, '{');
    put_source_members(out, &ruling->source);
    put_string(out, "decision", ruling->accepted ? "accept" : "reject");
    put_string(out, "reason", ruling->reason);
    text_append_character(out, '}');
}

static void append_near_miss(struct text *out, const struct trace_line *line)
{
    if (line->supplier == SUPPLIER_NONE)
        return;
    put_string(out, "supplier", fact_supplier_names[line->supplier].code);
    append_day(out, "until", line->until);
    put_number(out, "at_stake", line->at_stake);
}

static void append_candidates(struct text *out, const struct trace_line *line)
{
    if (line->candidate_count == 0)
        return;
    put_key(out, "candidates");
    text_append_character(out, '[');
    for (size_t i = 0; i < line->candidate_count; i++) {
        const struct fact_predecessor *earlier = line->candidates[i];
        text_append_string(out, i > 0 ? ",{" : "{");
        put_string(out, "authority", earlier->authority);
        put_string(out, "number", earlier->number);
        put_string(out, "device", earlier->device);
        put_date(out, "decision", earlier->decision);
        put_string(out, "why", predecessor_likeness_names[earlier->likeness].code);
        text_append_character(out, '}');
    }
    text_append_character(out, ']');
}

static void append_asked(struct text *out, const struct trace_line *line)
{
    if (line->asked_count == 0)
        return;
    put_key(out, "asked");
    text_append_character(out, '[');
    for (size_t i = 0; i < line->asked_count; i++) {
        text_append_string(out, i > 0 ? ",{" : "{");
        put_string(out, "about", line->asked[i].about);
        put_flag(out, "open", line->asked[i].open);
        put_string(out, "question", line->asked[i].question);
        put_string(out, "zh", line->asked[i].zh);
        put_string(out, "en", line->asked[i].en);
        text_append_character(out, '}');
    }
    text_append_character(out, ']');
}

static void append_line(struct text *out, const struct trace_line *line)
{
    text_append_character(out, '{');
    put_string(out, "rule", line->rule);
    put_string(out, "outcome", name_code(rule_outcome_names, COUNT(rule_outcome_names), (int)line->outcome));
    put_string(out, "review", name_code(review_kind_names, COUNT(review_kind_names), (int)line->review));
    put_flag(out, "window", line->window);
    append_fact(out, line);
    append_parameter(out, line);
    put_string(out, "missing", line->missing);
    append_near_miss(out, line);
    put_string(out, "question", line->question);
    append_ruling(out, line->ruling);
    append_candidates(out, line);
    append_asked(out, line);
    put_string(out, "zh", line->zh);
    put_string(out, "en", line->en);
    text_append_character(out, '}');
}

void measure13_trace_json(const struct case_verdict *verdict, struct text *out)
{
    text_append_character(out, '[');
    for (size_t i = 0; i < verdict->trace_count; i++) {
        if (i > 0)
            text_append_character(out, ',');
        append_line(out, &verdict->trace[i]);
    }
    text_append_character(out, ']');
}
