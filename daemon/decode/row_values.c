#include "row_values.h"

#include "json_rows.h"
#include "json_string.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

void row_values_init(struct row_values *values, const struct source_list *sources, struct clean_rules rules)
{
    *values = (struct row_values){.sources = sources,
        .rules = rules,
        .texts = memory_get_zeroed(sources->count, sizeof *values->texts),
        .starts = memory_get_zeroed(sources->count, sizeof *values->starts),
        /* A row fits LIMIT_ROW_BYTES; cleaning makes at most three bytes of one, and a NUL ends each value.
         */
        .arena = TEXT_WITH_CEILING(3 * (size_t)LIMIT_ROW_BYTES + sources->count),
        .scratch = TEXT_WITH_CEILING(LIMIT_ROW_BYTES)};
}

void row_values_release(struct row_values *values)
{
    free(values->texts);
    free(values->starts);
    text_free(&values->arena);
    text_free(&values->scratch);
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
    clean_append(bytes, length, values->rules, arena, &values->replaced);
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

static bool add_json(
    struct row_values *values, size_t source, const struct json_member *member, struct reject *ret_reject)
{
    const char *name = values->sources->names[source];
    switch (member->kind) {
    case JSON_STRING:
        if (!member->escaped)
            return row_values_add(values, source, member->bytes, member->length, ret_reject);
        text_clear(&values->scratch);
        if (json_string_undo(member->bytes, member->length, &values->scratch) == JSON_STRING_FINE)
            return row_values_add(
                values, source, text_string(&values->scratch), values->scratch.length, ret_reject);
        reject_say(ret_reject, name, member->bytes, member->length,
            "found half of a surrogate pair, which is no character; text is expected");
        return false;
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
        return row_values_add(values, source, member->bytes, member->length, ret_reject);
    case JSON_NULL:
    case JSON_TEXT_END:
        return row_values_add(values, source, "", 0, ret_reject);
    case JSON_OBJECT_BEGIN:
    case JSON_ARRAY_BEGIN:
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
    case JSON_COMMA:
    case JSON_COLON:
    case JSON_FAULT:
        break;
    }
    reject_say(
        ret_reject, name, "", 0, "found %s; text or a number is expected", json_token_name(member->kind));
    return false;
}

bool row_values_from_json(struct row_values *values, const struct json_rows *rows, struct reject *ret_reject)
{
    row_values_begin(values);
    for (size_t i = 0; i < values->sources->count; i++) {
        struct json_member member = json_rows_member(rows, i);
        if (!add_json(values, i, &member, ret_reject))
            return false;
    }
    row_values_end(values);
    return true;
}
