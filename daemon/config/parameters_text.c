#include "parameters_text.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

const struct name_entry newly_mode_names[NEWLY_ROLLING_MONTHS + 1] = {
    {NEWLY_SINCE, "since", "自某日起", "since a day"},
    {NEWLY_CALENDAR_YEAR, "calendar-year", "上一自然年度", "the calendar year before"},
    {NEWLY_INTERVAL, "interval", "固定期间", "a fixed interval"},
    {NEWLY_ROLLING_MONTHS, "rolling-months", "申报前若干个月", "the months before filing"},
};

const struct name_entry applies_by_names[APPLIES_BY_BATCH + 1] = {
    {APPLIES_BY_DECISION, "decision", "按批准决定日期", "by date of decision"},
    {APPLIES_BY_APPLICATION, "application", "按申报日期", "by date of application"},
    {APPLIES_BY_BATCH, "batch", "按批次日期", "by date of the batch"},
};

const struct name_entry route_answer_names[ROUTE_NO + 1] = {
    {ROUTE_YES, "yes", "是批准", "an approval"},
    {ROUTE_REVIEW, "review", "待人工核定", "for a person to judge"},
    {ROUTE_NO, "no", "不是批准", "no approval"},
};

/* --- for people --------------------------------------------------------------------------------------- */

static void say_period(struct text *out, int32_t first, int32_t last)
{
    char from[DAY_STRING_BYTES], to[DAY_STRING_BYTES];
    text_append_format(out, "%s..%s", first != DAY_NONE ? day_format(first, from) : "",
        last != DAY_NONE ? day_format(last, to) : "");
}

void parameters_say_force(const struct policy_parameters *parameters, struct text *out)
{
    char day[DAY_STRING_BYTES];
    say_period(out, parameters->force_first, parameters->force_last);
    text_append_format(out, "; last filing day %s",
        parameters->last_filing_day != DAY_NONE ? day_format(parameters->last_filing_day, day) : "unset");
}

void parameters_say_filing(const struct policy_parameters *parameters, struct text *out)
{
    if (parameters->filing_first == DAY_NONE)
        text_append_string(out, "not announced");
    else
        say_period(out, parameters->filing_first, parameters->filing_last);
}

void parameters_say_newly(const struct policy_parameters *parameters, struct text *out)
{
    char day[DAY_STRING_BYTES];
    switch (parameters->newly_mode) {
    case NEWLY_SINCE:
        text_append_format(out, "since %s", day_format(parameters->newly_first, day));
        break;
    case NEWLY_CALENDAR_YEAR:
        text_append_string(out, "calendar-year");
        break;
    case NEWLY_INTERVAL:
        text_append_string(out, "interval ");
        say_period(out, parameters->newly_first, parameters->newly_last);
        break;
    case NEWLY_ROLLING_MONTHS:
        text_append_format(out, "rolling-months %d", parameters->newly_months);
        break;
    }
    if (parameters->watch_first != DAY_NONE) {
        text_append_string(out, "; review ");
        say_period(out, parameters->watch_first, parameters->watch_last);
    }
}

static void say_group(
    const struct policy_parameters *parameters, const char *group, const char *label, struct text *out)
{
    bool first = true;
    for (size_t i = 0; i < parameters->authority_count; i++)
        if (string_equal(parameters->authorities[i].group, group)) {
            text_append_format(out, "%s%s%s",
                !first            ? " "
                : out->length > 0 ? "; "
                                  : "",
                first ? label : "", parameters->authorities[i].code);
            first = false;
        }
}

void parameters_say_authorities(const struct policy_parameters *parameters, struct text *out)
{
    static const char *const groups[][2] = {{"FDA", "FDA: "}, {"CE", "CE: "}, {"PMDA", "PMDA: "},
        {"TGA", "TGA: "}, {"BRICS", "BRICS: "}, {"WHO", "WHO: "}, {"", "not named: "}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        say_group(parameters, groups[i][0], groups[i][1], out);
}

void parameters_say_routes(const struct policy_parameters *parameters, struct text *out)
{
    for (size_t answer = 0; answer <= ROUTE_NO; answer++) {
        bool first = true;
        for (size_t i = 0; i < parameters->route_count; i++) {
            if (parameters->routes[i].answer != (enum route_answer)answer)
                continue;
            if (first)
                text_append_format(
                    out, "%s%s:", out->length > 0 ? "; " : "", route_answer_names[answer].code);
            text_append_format(out, " %s", parameters->routes[i].code);
            first = false;
        }
    }
}

/* --- for the hash ------------------------------------------------------------------------------------- */

static void put_source(struct text *out, const struct parameter_source *source)
{
    text_append_format(out, "%s ", source->name);
    text_append_json(out, source->cited);
    text_append_format(out, " %s by-%s ", source->confirmed ? "confirmed" : "assumed",
        name_code(applies_by_names, APPLIES_BY_BATCH + 1, (int)source->applies_by));
    say_period(out, source->from, source->to);
    text_append_character(out, '\n');
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_sorted(struct text *out, char *const *strings, size_t count)
{
    char **sorted = memory_get_zeroed(count + 1, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = strings[i];
    qsort(sorted, count, sizeof *sorted, by_text);
    text_append_character(out, ' ');
    for (size_t i = 0; i < count; i++)
        text_append_format(out, "%s%s", i > 0 ? "," : "", sorted[i]);
    free(sorted);
}

static int by_authority_code(const void *a, const void *b)
{
    return strcmp((*(const struct authority_parameter *const *)a)->code,
        (*(const struct authority_parameter *const *)b)->code);
}

static void put_authorities(const struct policy_parameters *parameters, struct text *out)
{
    size_t count = parameters->authority_count;
    const struct authority_parameter **sorted = memory_get_zeroed(count + 1, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &parameters->authorities[i];
    qsort(sorted, count, sizeof *sorted, by_authority_code);
    for (size_t i = 0; i < count; i++) {
        const struct authority_parameter *authority = sorted[i];
        text_append_format(out, "authority %s ", authority->code);
        text_append_json(out, authority->zh);
        text_append_json(out, authority->en);
        text_append_json(out, authority->group);
        text_append_json(out, authority->country);
        put_sorted(out, authority->markets, authority->market_count);
        put_sorted(out, authority->review_markets, authority->review_market_count);
        text_append_format(out, " %s\n", authority->available ? "register" : "no-register");
    }
    free(sorted);
}

static int by_route_code(const void *a, const void *b)
{
    return strcmp(
        (*(const struct route_parameter *const *)a)->code, (*(const struct route_parameter *const *)b)->code);
}

static void put_routes(const struct policy_parameters *parameters, struct text *out)
{
    size_t count = parameters->route_count;
    const struct route_parameter **sorted = memory_get_zeroed(count + 1, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &parameters->routes[i];
    qsort(sorted, count, sizeof *sorted, by_route_code);
    for (size_t i = 0; i < count; i++) {
        text_append_format(out, "route %s %s ", sorted[i]->code,
            name_code(route_answer_names, ROUTE_NO + 1, (int)sorted[i]->answer));
        text_append_json(out, sorted[i]->zh);
        text_append_json(out, sorted[i]->en);
        text_append_character(out, '\n');
    }
    free(sorted);
}

/* Lists of words are written in full: a line for people leaves the words out. */
static void put_value(
    struct text *out, const struct parameter_line *line, const struct policy_parameters *values)
{
    const void *source = (const char *)values + line->source;
    put_source(out, source);
    if (line->say == parameters_say_authorities)
        put_authorities(values, out);
    else if (line->say == parameters_say_routes)
        put_routes(values, out);
    else
        line->say(values, out);
    text_append_character(out, '\n');
}

void parameters_canonical(const struct policy_parameters *parameters, struct text *out)
{
    text_append_format(out, "policy %s\n", parameters->policy);
    for (size_t i = 0; i < parameter_line_count; i++) {
        put_value(out, &parameter_lines[i], parameters);
        for (size_t j = 0; j < parameters->dated_count; j++)
            if (parameters->dated[j].begin == parameter_lines[i].source)
                put_value(out, &parameter_lines[i], parameters->dated[j].values);
    }
}
