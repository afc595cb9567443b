#include "mapping.h"

#include "canonical.h"
#include "mapping_plan.h"
#include "source_text.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/record.h"

#include <stdlib.h>
#include <string.h>

struct mapping {
    const struct feed_definition *definition;
    struct plan plan;
    bool reads_lines;
    const char **flat;     /* the texts of the row at hand without their lines, where these are kept */
    struct text flattened; /* those that had lines */
    int64_t unread;        /* of all records */
    int64_t unread_here;   /* of the row at hand */
    struct text built[RECORD_FIELDS]; /* what had to be put together: joins, dates, addresses */
};

/* What a row says, by source: twice. */
struct row_texts {
    const char *const *flat, *const *lined;
};

struct mapping *mapping_new(const struct feed_definition *definition)
{
    struct mapping *mapping = memory_get_zeroed(1, sizeof *mapping);
    mapping->definition = definition;
    plan_make(definition, &mapping->plan);
    for (size_t i = 0; i < definition->mapping_count; i++)
        mapping->reads_lines = mapping->reads_lines || source_text_reads_lines(&definition->mappings[i]);
    mapping->flat = memory_get_zeroed(mapping->plan.sources.count, sizeof *mapping->flat);
    mapping->flattened = TEXT_WITH_CEILING(4 * (size_t)LIMIT_ROW_BYTES);
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
    text_free(&mapping->flattened);
    free(mapping->flat);
    free(mapping);
}

const struct source_list *mapping_sources(const struct mapping *mapping)
{
    return &mapping->plan.sources;
}

bool mapping_reads_lines(const struct mapping *mapping)
{
    return mapping->reads_lines;
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

static void cut(struct text *text, size_t length)
{
    text->length = length;
    text->bytes[length] = '\0';
}

/* All that is there, joined. */
static const char *join(const struct plan_member *member, const struct plan_choice *choice,
    const char *const *texts, struct text *built)
{
    text_clear(built);
    for (size_t i = 0; i < choice->source_count; i++) {
        size_t before = built->length;
        if (before > 0)
            text_append_string(built, choice->join);
        size_t joined = built->length;
        source_text_append(member->definition, texts[choice->sources[i]], built);
        if (built->length == joined && before > 0)
            cut(built, before);
    }
    return text_string(built);
}

static const char *first_of(const struct plan_member *member, const struct plan_choice *choice,
    const char *const *texts, struct text *built)
{
    bool stands = source_text_stands(member->definition);
    text_clear(built);
    for (size_t i = 0; i < choice->source_count; i++) {
        const char *text = texts[choice->sources[i]];
        if (!stands)
            source_text_append(member->definition, text, built);
        if (*text != '\0' && (stands || built->length > 0))
            return stands ? text : text_string(built);
    }
    return "";
}

/* As the row has it. */
static const char *make_value(const struct plan_member *member, const struct plan_choice *choice,
    const char *const *texts, const struct record *record, struct text *built)
{
    if (choice->template != NULL) {
        text_clear(built);
        url_template_fill(choice->template, record, texts, built);
        return text_string(built);
    }
    return choice->join != NULL ? join(member, choice, texts, built) : first_of(member, choice, texts, built);
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
    struct text accepted = TEXT_WITH_CEILING(256), names = TEXT_WITH_CEILING(128);
    append_source_names(plan, choice, &names);
    canonical_append_accepted(mapping, &accepted);
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

static bool map_member(struct mapping *mapping, const struct plan_member *member, const struct row_texts *row,
    struct record *record, struct reject *ret_reject)
{
    enum record_field field = member->definition->field;
    struct text *built = &mapping->built[field];
    const struct plan_choice *choice = choose(member, row->flat);
    const char *const *texts = source_text_reads_lines(member->definition) ? row->lined : row->flat;
    const char *found =
        choice->value != NULL ? choice->value : make_value(member, choice, texts, record, built);
    if (built->overflowed) {
        text_clear(built);
        reject_say(ret_reject, record_member(field)->name, "", 0,
            "put together it has more than %d bytes, which is the most", LIMIT_FIELD_BYTES);
        return false;
    }
    const char *value = choice->value != NULL ? canonical_fixed(member->definition, found, built)
                                              : canonical_value(member->definition, found, built);
    if (*value == '\0' && member->definition->required) {
        reject_member(&mapping->plan, member, choice, found, ret_reject);
        return false;
    }
    mapping->unread_here += *value == '\0' && *found != '\0';
    record->value[field] = value;
    return true;
}

/* The texts with their lines joined, as everything but the mark of a line's end reads them. */
static const char *const *flatten(struct mapping *mapping, const char *const *texts)
{
    size_t count = mapping->plan.sources.count;
    if (!mapping->reads_lines)
        return texts;
    text_clear(&mapping->flattened);
    for (size_t i = 0; i < count; i++)
        if (strchr(texts[i], '\n') != NULL)
            text_append(&mapping->flattened, texts[i], strlen(texts[i]) + 1);
    char *flat = mapping->flattened.bytes;
    for (size_t i = 0; i < count; i++) {
        mapping->flat[i] = texts[i];
        if (strchr(texts[i], '\n') == NULL)
            continue;
        mapping->flat[i] = flat;
        for (; *flat != '\0'; flat++)
            *flat = *flat == '\n' ? ' ' : *flat;
        flat++;
    }
    return mapping->flat;
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
    const char *const *flat = flatten(mapping, texts);
    if (is_skipped(&mapping->plan, flat))
        return MAPPING_SKIP;
    struct record record = {.decision = DATE_NONE};
    for (int field = 0; field < RECORD_FIELDS; field++)
        record.value[field] = "";
    mapping->unread_here = 0;
    record.value[RECORD_AUTHORITY] = mapping->definition->authority;
    for (size_t i = 0; i < mapping->plan.member_count; i++)
        if (!map_member(
                mapping, &mapping->plan.members[i], &(struct row_texts){flat, texts}, &record, ret_reject))
            return MAPPING_REJECT;
    size_t before = out->length;
    record_write(&record, out);
    if (!out->overflowed && out->length - before <= LIMIT_RECORD_BYTES) {
        mapping->unread += mapping->unread_here;
        return MAPPING_RECORD;
    }
    reject_say(ret_reject, "", record.value[RECORD_NUMBER], strlen(record.value[RECORD_NUMBER]),
        "the record has more than %d bytes, which is the most", LIMIT_RECORD_BYTES);
    return MAPPING_REJECT;
}
