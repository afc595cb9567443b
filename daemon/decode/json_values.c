#include "json_values.h"

#include "clean.h"
#include "json_string.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define BETWEEN_VALUES "; "

struct json_values {
    struct text undone; /* a string without its escapes */
    struct text joined;
    struct {
        size_t start, length; /* in `joined` */
    } parts[LIMIT_JOINED_VALUES];
    size_t part_count;
};

struct json_values *json_values_new(void)
{
    struct json_values *values = memory_get_zeroed(1, sizeof *values);
    values->undone = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    /* Cleaning makes at most three bytes of one. */
    values->joined =
        TEXT_WITH_CEILING(3 * (size_t)LIMIT_ROW_BYTES + LIMIT_JOINED_VALUES * strlen(BETWEEN_VALUES));
    return values;
}

void json_values_free(struct json_values *values)
{
    if (values == NULL)
        return;
    text_free(&values->undone);
    text_free(&values->joined);
    free(values);
}

/* What the value at `member` says, as it stands or in values->undone; false and a reject when that is no
 * text. */
static bool say(struct json_values *values, const char *source, const struct json_member *member,
    const char **ret_bytes, size_t *ret_length, struct reject *ret_reject)
{
    *ret_bytes = member->bytes;
    *ret_length = member->length;
    switch (member->kind) {
    case JSON_STRING:
        if (!member->escaped)
            return true;
        text_clear(&values->undone);
        if (json_string_undo(member->bytes, member->length, &values->undone) != JSON_STRING_FINE) {
            reject_say(ret_reject, source, member->bytes, member->length,
                "found half of a surrogate pair, which is no character; text is expected");
            return false;
        }
        *ret_bytes = text_string(&values->undone);
        *ret_length = values->undone.length;
        return true;
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
        return true;
    case JSON_NULL:
        *ret_length = 0;
        return true;
    case JSON_OBJECT_BEGIN:
    case JSON_ARRAY_BEGIN:
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
    case JSON_COMMA:
    case JSON_COLON:
    case JSON_TEXT_END:
    case JSON_FAULT:
        break;
    }
    reject_say(
        ret_reject, source, "", 0, "found %s; text or a number is expected", json_token_name(member->kind));
    return false;
}

/* Appends what the joined value does not have yet. */
static void join(
    struct json_values *values, const char *bytes, size_t length, struct clean_rules rules, int64_t *replaced)
{
    struct text *joined = &values->joined;
    size_t before = joined->length;
    if (before > 0)
        text_append_string(joined, BETWEEN_VALUES);
    size_t start = joined->length;
    clean_append(bytes, length, rules, joined, replaced);
    length = joined->length - start;
    bool known = length == 0;
    for (size_t i = 0; i < values->part_count && !known; i++)
        known = values->parts[i].length == length &&
                memcmp(joined->bytes + values->parts[i].start, joined->bytes + start, length) == 0;
    if (known) {
        joined->length = before;
        return;
    }
    values->parts[values->part_count].start = start;
    values->parts[values->part_count++].length = length;
}

static bool add_joined(struct json_values *values, const struct json_rows *rows, size_t source,
    struct row_values *ret, struct reject *ret_reject)
{
    const char *name = ret->sources->names[source], *bytes;
    size_t count = json_rows_count(rows, source), length;
    text_clear(&values->joined);
    values->part_count = 0;
    if (count > LIMIT_JOINED_VALUES) {
        reject_say(ret_reject, name, "", 0, "found more than %d values; at most so many are joined",
            LIMIT_JOINED_VALUES);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_member member = json_rows_member(rows, source, i);
        if (!say(values, name, &member, &bytes, &length, ret_reject))
            return false;
        join(values, bytes, length, ret->rules, &ret->replaced);
    }
    return row_values_add(ret, source, text_string(&values->joined), values->joined.length, ret_reject);
}

bool json_values_take(struct json_values *values, const struct json_rows *rows, struct row_values *ret,
    struct reject *ret_reject)
{
    row_values_begin(ret);
    for (size_t i = 0; i < ret->sources->count; i++) {
        size_t count = json_rows_count(rows, i), length = 0;
        const char *bytes = "";
        if (count > 1) {
            if (!add_joined(values, rows, i, ret, ret_reject))
                return false;
            continue;
        }
        if (count == 1) {
            struct json_member member = json_rows_member(rows, i, 0);
            if (!say(values, ret->sources->names[i], &member, &bytes, &length, ret_reject))
                return false;
        }
        if (!row_values_add(ret, i, bytes, length, ret_reject))
            return false;
    }
    row_values_end(ret);
    return true;
}
