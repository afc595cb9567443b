#include "row_values.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

void row_values_init(struct row_values *values, const struct source_list *sources, struct clean_rules rules)
{
    *values = (struct row_values){.sources = sources,
        .rules = rules,
        .texts = memory_get_zeroed(sources->count, sizeof *values->texts),
        .starts = memory_get_zeroed(sources->count, sizeof *values->starts),
        /* Each value with a NUL at its end, and one that is too long: cleaning makes at most three bytes of
         * one. */
        .arena = TEXT_WITH_CEILING(
            sources->count * ((size_t)LIMIT_FIELD_BYTES + 1) + 3 * (size_t)LIMIT_ROW_BYTES)};
}

void row_values_release(struct row_values *values)
{
    free(values->texts);
    free(values->starts);
    text_free(&values->arena);
}

void row_values_begin(struct row_values *values)
{
    text_clear(&values->arena);
}

bool row_values_add(
    struct row_values *values, size_t source, const char *bytes, size_t length, struct reject *ret_reject)
{
    struct text *arena = &values->arena;
    values->starts[source] = arena->length;
    /* A field of a row; text that was put together of several may be longer, and is too long anyway. */
    size_t taken = length < LIMIT_ROW_BYTES ? length : LIMIT_ROW_BYTES;
    clean_append(bytes, taken, values->rules, arena, &values->replaced);
    size_t clean = arena->length - values->starts[source];
    text_append_character(arena, '\0');
    if (clean <= LIMIT_FIELD_BYTES)
        return true;
    reject_say(ret_reject, values->sources->names[source], bytes, length,
        "found %zu bytes of text; at most %d are accepted", clean, LIMIT_FIELD_BYTES);
    return false;
}

void row_values_end(struct row_values *values)
{
    for (size_t i = 0; i < values->sources->count; i++)
        values->texts[i] = values->arena.bytes + values->starts[i];
}
