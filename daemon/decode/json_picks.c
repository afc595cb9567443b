#include "json_picks.h"

#include "clean.h"
#include "json_fold.h"
#include "json_string.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

struct gate_state {
    size_t mark;   /* what its slot had when the element began */
    int64_t index; /* of the element */
    bool fits;     /* the element */
    bool shut;     /* one has come through: no other may */
};

struct json_picks {
    const struct path_tree *tree;
    struct json_pick *picks;  /* by slot */
    struct gate_state *gates; /* by gate */
    struct text undone, clean;
};

struct json_picks *json_picks_new(const struct path_tree *tree)
{
    struct json_picks *picks = memory_get_zeroed(1, sizeof *picks);
    picks->tree = tree;
    picks->picks = memory_get_zeroed(tree->slot_count, sizeof *picks->picks);
    picks->gates = memory_get_zeroed(tree->gate_count, sizeof *picks->gates);
    picks->undone = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    picks->clean = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    return picks;
}

void json_picks_free(struct json_picks *picks)
{
    if (picks == NULL)
        return;
    for (size_t i = 0; i < picks->tree->slot_count; i++)
        free(picks->picks[i].places);
    free(picks->picks);
    free(picks->gates);
    text_free(&picks->undone);
    text_free(&picks->clean);
    free(picks);
}

void json_picks_begin(struct json_picks *picks)
{
    for (size_t i = 0; i < picks->tree->slot_count; i++)
        picks->picks[i].count = 0;
}

const struct json_pick *json_picks_of(const struct json_picks *picks, size_t slot)
{
    return &picks->picks[slot];
}

enum said { SAID_NOTHING, SAID_TEXT, SAID_HALF_A_CHARACTER };

/* What the scalar at which the walk stands says, without its quotes and escapes. */
static enum said text_of(
    struct json_picks *picks, const struct json_walk *walk, const char **ret_text, size_t *ret_length)
{
    int quotes = walk->kind == JSON_STRING;
    *ret_text = window_bytes(walk->lexer->window, walk->start + quotes);
    *ret_length = (size_t)(walk->end - walk->start - 2 * quotes);
    if (walk->kind == JSON_NULL || *ret_length == 0)
        return SAID_NOTHING;
    if (walk->kind != JSON_STRING || !walk->escaped)
        return SAID_TEXT;
    text_clear(&picks->undone);
    if (json_string_undo(*ret_text, *ret_length, &picks->undone) != JSON_STRING_FINE)
        return SAID_HALF_A_CHARACTER;
    *ret_text = text_string(&picks->undone);
    *ret_length = picks->undone.length;
    return SAID_TEXT;
}

/* --- values ----------------------------------------------------------------------------------------------
 */

/* An element that is empty, or only blanks, leaves room for the next. What is no character does not: the row
 * will be rejected for it. */
static bool says_something(struct json_picks *picks, const struct json_walk *walk)
{
    const char *text;
    size_t length;
    int64_t ignored = 0;
    enum said said = text_of(picks, walk, &text, &length);
    if (said != SAID_TEXT)
        return said == SAID_HALF_A_CHARACTER;
    text_clear(&picks->clean);
    clean_append(text, length, (struct clean_rules){0}, &picks->clean, &ignored);
    return picks->clean.length > 0;
}

static void note(struct json_picks *picks, const struct json_walk *walk, enum json_step step, int slot)
{
    const struct path_slot *wanted = &picks->tree->slots[slot];
    struct json_pick *pick = &picks->picks[slot];
    if (wanted->many && (step != JSON_STEP_SCALAR || (!wanted->joined && pick->count > 0)))
        return;
    if (wanted->many && !says_something(picks, walk))
        return;
    if (pick->count > LIMIT_JOINED_VALUES)
        return;
    MEMORY_GROW(pick->places, pick->count, pick->capacity);
    pick->places[pick->count++] = (struct json_place){walk->kind, walk->start, walk->end, walk->escaped};
}

/* --- gates -----------------------------------------------------------------------------------------------
 */

static void compare(struct json_picks *picks, const struct json_walk *walk, int gate)
{
    const struct path_gate *wanted = &picks->tree->gates[gate];
    const char *text;
    size_t length;
    if (text_of(picks, walk, &text, &length) != SAID_TEXT)
        return;
    text_clear(&picks->clean);
    json_fold(text, length, &picks->clean);
    bool long_enough =
        wanted->prefix ? picks->clean.length >= wanted->length : picks->clean.length == wanted->length;
    if (long_enough && picks->clean.length > 0 &&
        memcmp(text_string(&picks->clean), wanted->value, wanted->length) == 0)
        picks->gates[gate].fits = true;
}

static void begin_element(struct json_picks *picks, int gate)
{
    const struct path_gate *wanted = &picks->tree->gates[gate];
    struct gate_state *state = &picks->gates[gate];
    state->mark = picks->picks[wanted->slot].count;
    state->index++;
    state->fits = wanted->index == state->index;
}

static void end_element(struct json_picks *picks, int gate)
{
    struct gate_state *state = &picks->gates[gate];
    struct json_pick *pick = &picks->picks[picks->tree->gates[gate].slot];
    if (!state->fits || state->shut)
        pick->count = state->mark;
    state->shut |= state->fits;
}

/* --- a step ----------------------------------------------------------------------------------------------
 */

/* The array whose elements these are begins. */
static void reset_gates(struct json_picks *picks, int elements)
{
    const struct path_tree *tree = picks->tree;
    if (elements == PATH_NONE)
        return;
    for (int end = tree->nodes[elements].first_end; end != PATH_NONE; end = tree->ends[end].next)
        if (tree->ends[end].want == PATH_GATE)
            picks->gates[tree->ends[end].target] = (struct gate_state){.index = -1};
}

static void each_gate(struct json_picks *picks, int node, void (*what)(struct json_picks *, int))
{
    const struct path_tree *tree = picks->tree;
    if (!tree->nodes[node].gated)
        return;
    for (int end = tree->nodes[node].first_end; end != PATH_NONE; end = tree->ends[end].next)
        if (tree->ends[end].want == PATH_GATE)
            what(picks, tree->ends[end].target);
}

void json_picks_meet(struct json_picks *picks, const struct json_walk *walk, enum json_step step)
{
    const struct path_tree *tree = picks->tree;
    const struct path_node *node = &tree->nodes[walk->at];
    if (walk->lexer->passed_over) /* the row is lost, and its bytes gone */
        return;
    if (step == JSON_STEP_CLOSED) {
        each_gate(picks, walk->at, end_element);
        return;
    }
    each_gate(picks, walk->at, begin_element);
    for (int end = node->first_end; end != PATH_NONE; end = tree->ends[end].next) {
        if (tree->ends[end].want == PATH_VALUE)
            note(picks, walk, step, tree->ends[end].target);
        else if (tree->ends[end].want == PATH_KEY && step == JSON_STEP_SCALAR)
            compare(picks, walk, tree->ends[end].target);
    }
    if (step == JSON_STEP_SCALAR)
        each_gate(picks, walk->at, end_element);
    else if (walk->kind == JSON_ARRAY_BEGIN)
        reset_gates(picks, node->elements);
}
