/* self_check.c - every firm must find itself by each of its own names: a roster proves itself, once a night.
 */
#include "index.h"

#include "m13/clock.h"

#include <string.h>

/* Short names lead to review by design, and an entity is another legal entity. */
static bool must_be_found(enum match_name_kind kind)
{
    return kind != MATCH_NAME_ALIAS && kind != MATCH_NAME_ENTITY;
}

static enum match_self_finding judge_finding(const struct match_result *result, const char *uscc)
{
    if (strcmp(result->uscc, uscc) == 0)
        return result->band == MATCH_AUTO ? MATCH_SELF_FOUND : MATCH_SELF_DOUBTED;
    return result->uscc[0] == '\0' ? MATCH_SELF_LOST : MATCH_SELF_SHADOWED;
}

static void check_name(struct match_index *index, const struct index_firm *firm, const char *name,
    void (*each)(const struct match_self *finding, void *context), void *context)
{
    struct match_result result;
    match_find(index, &(struct match_query){.name = name, .country = "CN"}, &result);
    struct match_self finding = {.finding = judge_finding(&result, firm->uscc),
        .uscc = firm->uscc,
        .name = name,
        .other = result.uscc,
        .rule = result.rule,
        .why = text_string(&result.why)};
    if (finding.finding != MATCH_SELF_FOUND)
        each(&finding, context);
    match_result_release(&result);
}

bool match_self_check(struct match_index *index, size_t *cursor, int64_t deadline_us,
    void (*each)(const struct match_self *finding, void *context), void *context)
{
    if (!match_index_build(index, deadline_us))
        return false;
    while (*cursor < index->firm_count) {
        const struct index_firm *firm = &index->firms[(*cursor)++];
        for (uint32_t i = 0; i < firm->source_count; i++) {
            const struct index_source *source = &index->sources[firm->first_source + i];
            if (must_be_found(source->kind))
                check_name(index, firm, source->text, each, context);
        }
        if (clock_monotonic_us() >= deadline_us)
            break;
    }
    return *cursor == index->firm_count;
}
