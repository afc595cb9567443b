#include "mapping.h"

#include "mapping_plan.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/record.h"

#include <stdlib.h>
#include <string.h>

struct mapping {
    const struct feed_definition *definition;
    struct plan plan;
    int64_t unread;
    struct text built[RECORD_FIELDS]; /* what had to be put together: joins, dates, addresses */
};

struct mapping *mapping_new(const struct feed_definition *definition)
{
    struct mapping *mapping = memory_get_zeroed(1, sizeof *mapping);
    mapping->definition = definition;
    plan_make(definition, &mapping->plan);
    for (int field = 0; field < RECORD_FIELDS; field++)
        mapping->built[field] = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    return mapping;
}

void mapping_free(struct mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (int field = 0; field < RECORD_FIELDS; field++)
        text_free(&mapping->built[field]);
    plan_release(&mapping->plan);
    free(mapping);
}

const struct source_list *mapping_sources(const struct mapping *mapping)
{
    return &mapping->plan.sources;
}

int64_t mapping_unread(const struct mapping *mapping)
{
    return mapping->unread;
}

static bool accepts(const char *accepted, const char *text)
{
    size_t length = strlen(accepted);
    if (length > 0 && accepted[length - 1] == '*')
        return strncmp(accepted, text, length - 1) == 0;
    return strcmp(accepted, text) == 0;
}

static bool holds(const struct plan_condition *condition, const char *const *texts)
{
    const struct feed_condition *definition = condition->definition;
    bool found = false;
    for (size_t i = 0; i < definition->value_count && !found; i++)
        found = accepts(definition->values[i], texts[condition->source]);
    return found != definition->negated;
}

static bool all_hold(const struct plan_condition *conditions, size_t count, const char *const *texts)
{
    for (size_t i = 0; i < count; i++)
        if (!holds(&conditions[i], texts))
            return false;
    return true;
}

static const struct plan_choice *choose(const struct plan_member *member, const char *const *texts)
{
    for (size_t i = 0; i < member->rule_count; i++)
        if (all_hold(member->rules[i].conditions, member->rules[i].condition_count, texts))
            return &member->rules[i].choice;
    return &member->otherwise;
}

static const char *join(const struct plan_choice *choice, const char *const *texts, struct text *built)
{
    text_clear(built);
    for (size_t i = 0; i < choice->source_count; i++) {
        const char *text = texts[choice->sources[i]];
        if (*text == '\0')
            continue;
        if (built->length > 0)
            text_append_string(built, choice->join);
        text_append_string(built, text);
    }
    return text_string(built);
}

static const char *first_of(const struct plan_choice *choice, const char *const *texts)
{
    for (size_t i = 0; i < choice->source_count; i++)
        if (*texts[choice->sources[i]] != '\0')
            return texts[choice->sources[i]];
    return "";
}

static const char *make_value(const struct plan_choice *choice, const char *const *texts,
    const struct record *record, struct text *built)
{
    if (choice->value != NULL)
        return choice->value;
    if (choice->template != NULL) {
        text_clear(built);
        url_template_fill(choice->template, record, texts, built);
        return text_string(built);
    }
    return choice->join != NULL ? join(choice, texts, built) : first_of(choice, texts);
}

static bool parse_date(const struct feed_mapping *mapping, const char *value, struct date *ret_date)
{
    for (size_t i = 0; i < mapping->date_form_count; i++)
        if (date_parse(value, mapping->date_forms[i], ret_date) == 0)
            return true;
    return false;
}

/* The ISO form of `value`, or "" when it is no date in an accepted form. */
static const char *canonical_date(const struct feed_mapping *mapping, const char *value, struct text *built)
{
    struct date date;
    char iso[DATE_STRING_BYTES];
    if (!parse_date(mapping, value, &date))
        return "";
    text_clear(built);
    text_append_string(built, date_format(date, iso));
    return text_string(built);
}

static void append_accepted_dates(const struct feed_mapping *mapping, struct text *out)
{
    static const char *const examples[] = {
        [DATE_FORM_ISO] = "2026-01-05, 2026-01, 2026",
        [DATE_FORM_PLAIN] = "20260105",
        [DATE_FORM_US] = "01/05/2026 (month first)",
        [DATE_FORM_EU] = "05/01/2026 or 05.01.2026 (day first)",
        [DATE_FORM_SLASH] = "2026/1/5, 2026/1",
        [DATE_FORM_ZH] = "2026年1月5日, 2026年1月, 2026年",
    };
    for (size_t i = 0; i < mapping->date_form_count; i++)
        text_append_format(out, "%s%s", i > 0 ? "; " : "", examples[mapping->date_forms[i]]);
}

static void append_source_names(const struct plan *plan, const struct plan_choice *choice, struct text *out)
{
    for (size_t i = 0; i < choice->source_count; i++)
        text_append_format(out, "%s`%s`", i > 0 ? ", " : "", plan->sources.names[choice->sources[i]]);
}

/* A required member came out empty: what was there, and what would have been right. */
static void reject_member(const struct plan *plan, const struct plan_member *member,
    const struct plan_choice *choice, const char *found, struct reject *ret_reject)
{
    const struct feed_mapping *mapping = member->definition;
    bool is_date = record_member(mapping->field)->kind == RECORD_KIND_DATE;
    struct text accepted = TEXT_WITH_CEILING(256), names = TEXT_WITH_CEILING(128);
    append_source_names(plan, choice, &names);
    if (is_date)
        append_accepted_dates(mapping, &accepted);
    else
        text_append_string(&accepted, "any text");
    const char *where = names.length > 0 ? text_string(&names) : "the row";
    if (*found != '\0')
        reject_say(ret_reject, record_member(mapping->field)->name, found, strlen(found),
            "found \"%.100s\" in %s; accepted: %s", found, where, text_string(&accepted));
    else
        reject_say(ret_reject, record_member(mapping->field)->name, "", 0,
            "required, but there is nothing in %s; accepted: %s", where, text_string(&accepted));
    text_free(&accepted);
    text_free(&names);
}

static bool map_member(struct mapping *mapping, const struct plan_member *member, const char *const *texts,
    struct record *record, struct reject *ret_reject)
{
    enum record_field field = member->definition->field;
    struct text *built = &mapping->built[field];
    const struct plan_choice *choice = choose(member, texts);
    const char *found = make_value(choice, texts, record, built), *value = found;
    if (built->overflowed) {
        text_clear(built);
        reject_say(ret_reject, record_member(field)->name, "", 0,
            "put together it has more than %d bytes, which is the most", LIMIT_FIELD_BYTES);
        return false;
    }
    if (record_member(field)->kind == RECORD_KIND_DATE && *found != '\0')
        value = canonical_date(member->definition, found, built);
    if (*value == '\0' && member->definition->required) {
        reject_member(&mapping->plan, member, choice, found, ret_reject);
        return false;
    }
    record->value[field] = value;
    return true;
}

static bool is_skipped(const struct plan *plan, const char *const *texts)
{
    for (size_t i = 0; i < plan->skip_count; i++)
        if (all_hold(plan->skip[i].conditions, plan->skip[i].condition_count, texts))
            return true;
    return false;
}

enum mapping_answer mapping_apply(
    struct mapping *mapping, const char *const *texts, struct text *out, struct reject *ret_reject)
{
    if (is_skipped(&mapping->plan, texts))
        return MAPPING_SKIP;
    struct record record = {.decision = DATE_NONE};
    for (int field = 0; field < RECORD_FIELDS; field++)
        record.value[field] = "";
    record.value[RECORD_AUTHORITY] = mapping->definition->authority;
    for (size_t i = 0; i < mapping->plan.member_count; i++)
        if (!map_member(mapping, &mapping->plan.members[i], texts, &record, ret_reject))
            return MAPPING_REJECT;
    size_t before = out->length;
    record_write(&record, out);
    if (!out->overflowed && out->length - before <= LIMIT_RECORD_BYTES)
        return MAPPING_RECORD;
    reject_say(ret_reject, "", record.value[RECORD_NUMBER], strlen(record.value[RECORD_NUMBER]),
        "the record has more than %d bytes, which is the most", LIMIT_RECORD_BYTES);
    return MAPPING_REJECT;
}
