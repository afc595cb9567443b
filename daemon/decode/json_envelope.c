#include "json_envelope.h"

#include "clean.h"
#include "json_string.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum slot { SLOT_ROWS, SLOT_TOTAL, SLOT_AS_OF, SLOT_KEYS };

bool json_envelope_is_row(const struct feed_definition *definition)
{
    return strcmp(definition->rows, ".") == 0;
}

void json_envelope_init(struct json_envelope *envelope, const struct feed_definition *definition)
{
    *envelope = (struct json_envelope){.definition = definition,
        .has_key = memory_get_zeroed(definition->key_count, sizeof *envelope->has_key)};
    path_tree_init(&envelope->tree);
    if (!json_envelope_is_row(definition))
        path_tree_add(&envelope->tree, definition->rows, SLOT_ROWS);
    if (definition->total != NULL)
        path_tree_add(&envelope->tree, definition->total, SLOT_TOTAL);
    if (definition->as_of != NULL)
        path_tree_add(&envelope->tree, definition->as_of, SLOT_AS_OF);
    for (size_t i = 0; i < definition->key_count; i++)
        path_tree_add_name(&envelope->tree, definition->keys[i], SLOT_KEYS + i);
}

void json_envelope_release(struct json_envelope *envelope)
{
    path_tree_release(&envelope->tree);
    free(envelope->has_key);
}

void json_envelope_begin(struct json_envelope *envelope)
{
    envelope->total = -1;
    envelope->as_of[0] = '\0';
    for (size_t i = 0; i < envelope->definition->key_count; i++)
        envelope->has_key[i] = false;
}

static bool take_total(struct json_envelope *envelope, const struct json_walk *walk)
{
    if (walk->kind == JSON_NULL)
        return true;
    char digits[24];
    int quotes = walk->kind == JSON_STRING;
    size_t length = (size_t)(walk->end - walk->start - 2 * quotes);
    if (length >= sizeof digits)
        return false;
    memcpy(digits, window_bytes(walk->lexer->window, walk->start + quotes), length);
    digits[length] = '\0';
    return string_to_integer(digits, 0, INT64_MAX, &envelope->total) == 0;
}

static bool take_as_of(struct json_envelope *envelope, const struct json_walk *walk)
{
    struct text undone = TEXT_WITH_CEILING(ENVELOPE_AS_OF_BYTES),
                clean = TEXT_WITH_CEILING(ENVELOPE_AS_OF_BYTES - 1);
    int64_t ignored = 0;
    if (walk->kind == JSON_NULL)
        return true;
    if (walk->kind != JSON_STRING)
        return false;
    const char *bytes = window_bytes(walk->lexer->window, walk->start + 1);
    size_t length = (size_t)(walk->end - walk->start - 2);
    bool good = json_string_undo(bytes, length, &undone) == JSON_STRING_FINE;
    clean_append(text_string(&undone), undone.length, (struct clean_rules){0}, &clean, &ignored);
    good = good && !undone.overflowed && !clean.overflowed;
    if (good)
        memcpy(envelope->as_of, text_string(&clean), clean.length + 1);
    text_free(&undone);
    text_free(&clean);
    return good;
}

static enum envelope_answer not_a(
    const struct json_walk *walk, const char *path, const char *what, struct failure *ret_failure)
{
    fail(ret_failure, -EBADMSG, "byte %" PRId64 ": `%s` is not a %s", walk->start, path, what);
    return ENVELOPE_FAILED;
}

/* A scalar among "every" member holds no rows, and takes none away: catalogues of arrays have a date or a
 * version beside them. */
static enum envelope_answer take_rows(
    const struct json_envelope *envelope, const struct json_walk *walk, struct failure *ret_failure)
{
    if (walk->kind == JSON_ARRAY_BEGIN)
        return ENVELOPE_ROWS;
    if (envelope->tree.slots[SLOT_ROWS].many && walk->kind != JSON_OBJECT_BEGIN)
        return ENVELOPE_FINE;
    fail(ret_failure, -EBADMSG, "byte %" PRId64 ": at `%s` stands %s, an array of rows is expected",
        walk->start, envelope->definition->rows, json_token_name(walk->kind));
    return ENVELOPE_FAILED;
}

static enum envelope_answer take(
    struct json_envelope *envelope, const struct json_walk *walk, size_t slot, struct failure *ret_failure)
{
    const struct feed_definition *definition = envelope->definition;
    switch (slot) {
    case SLOT_ROWS:
        return take_rows(envelope, walk, ret_failure);
    case SLOT_TOTAL:
        return take_total(envelope, walk) ? ENVELOPE_FINE
                                          : not_a(walk, definition->total, "count", ret_failure);
    case SLOT_AS_OF:
        return take_as_of(envelope, walk) ? ENVELOPE_FINE
                                          : not_a(walk, definition->as_of, "date", ret_failure);
    default:
        envelope->has_key[slot - SLOT_KEYS] = true;
        return ENVELOPE_FINE;
    }
}

enum envelope_answer json_envelope_meet(
    struct json_envelope *envelope, const struct json_walk *walk, struct failure *ret_failure)
{
    const struct path_tree *tree = &envelope->tree;
    enum envelope_answer answer = ENVELOPE_FINE;
    for (int end = tree->nodes[walk->at].first_end; end != PATH_NONE; end = tree->ends[end].next) {
        if (tree->ends[end].want != PATH_VALUE)
            continue;
        enum envelope_answer one = take(envelope, walk, (size_t)tree->ends[end].target, ret_failure);
        answer = one > answer ? one : answer;
    }
    return answer;
}

int json_envelope_end(const struct json_envelope *envelope, struct failure *ret_failure)
{
    for (size_t i = 0; i < envelope->definition->key_count; i++)
        if (!envelope->has_key[i])
            return fail(ret_failure, -EBADMSG,
                "the document has no member `%s`, which the definition's `keys` name: not what was asked for",
                envelope->definition->keys[i]);
    return 0;
}
