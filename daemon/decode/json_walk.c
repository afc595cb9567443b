#include "json_walk.h"

#include "clean.h"
#include "json_string.h"

#include "m13/text.h"

void json_walk_begin(struct json_walk *walk, struct json_lexer *lexer, struct path_tree *tree)
{
    walk->lexer = lexer;
    walk->tree = tree;
    walk->shape = NULL;
    walk->expect = JSON_EXPECT_VALUE;
    walk->node = 0;
    walk->depth = 0;
    walk->at = PATH_NONE;
}

void json_walk_closed(struct json_walk *walk)
{
    walk->depth--;
    walk->expect = walk->depth > 0 ? JSON_EXPECT_COMMA_OR_END : JSON_EXPECT_NOTHING;
}

static enum json_step fault(struct json_walk *walk, enum json_fault_kind kind, const char *reason)
{
    json_lexer_fail(walk->lexer, kind, walk->lexer->start, reason);
    return JSON_STEP_FAULT;
}

static enum json_step unexpected(struct json_walk *walk, enum json_token token)
{
    static const char *const expected[] = {
        [JSON_EXPECT_VALUE] = "a value is missing here",
        [JSON_EXPECT_VALUE_OR_END] = "a value or ] is missing here",
        [JSON_EXPECT_KEY] = "a quoted name is missing here",
        [JSON_EXPECT_KEY_OR_END] = "a quoted name or } is missing here",
        [JSON_EXPECT_COLON] = "a colon is missing here",
        [JSON_EXPECT_COMMA_OR_END] = "a comma or the closing bracket is missing here",
        [JSON_EXPECT_NOTHING] = "nothing may follow here",
    };
    if (token == JSON_TEXT_END)
        return fault(walk, JSON_FAULT_CUT, "the document ends here");
    return fault(walk, JSON_FAULT_SYNTAX, expected[walk->expect]);
}

static bool open_container(struct json_walk *walk, bool is_object)
{
    if (walk->depth == LIMIT_JSON_DEPTH) {
        fault(walk, JSON_FAULT_DEPTH, "nested too deeply");
        return false;
    }
    int node = walk->node;
    walk->open[walk->depth].is_object = is_object;
    walk->open[walk->depth].node = node;
    if (is_object && node != PATH_NONE)
        walk->open[walk->depth].number = ++walk->tree->objects;
    walk->depth++;
    walk->node = is_object || node == PATH_NONE ? PATH_NONE : walk->tree->nodes[node].elements;
    walk->expect = is_object ? JSON_EXPECT_KEY_OR_END : JSON_EXPECT_VALUE_OR_END;
    return true;
}

/* The name that the key token says: as it stands, or undone in `plain`. False when it is no text. */
static bool name_of(
    const struct json_lexer *lexer, struct text *plain, const char **ret_name, size_t *ret_length)
{
    *ret_name = window_bytes(lexer->window, lexer->start + 1);
    *ret_length = (size_t)(lexer->end - lexer->start - 2);
    if (!lexer->escaped)
        return true;
    if (json_string_undo(*ret_name, *ret_length, plain) != JSON_STRING_FINE || plain->overflowed)
        return false;
    *ret_name = text_string(plain);
    *ret_length = plain->length;
    return true;
}

/* Only an escape can bring a control character into a name, NUL among them. */
static void tell_name(struct shape *shape, const char *name, size_t length, bool escaped)
{
    struct text clean = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    int64_t ignored = 0;
    if (!escaped) {
        shape_add(shape, name, length);
        return;
    }
    clean_append(name, length, (struct clean_rules){0}, &clean, &ignored);
    shape_add(shape, text_string(&clean), clean.length);
    text_free(&clean);
}

/* The member of the object at `parent` that the key token names, or PATH_NONE. */
static int wanted_member(struct json_walk *walk, int parent)
{
    const struct json_lexer *lexer = walk->lexer;
    bool asked = walk->shape != NULL && walk->depth == 1;
    const struct path_node *node = &walk->tree->nodes[parent];
    if (lexer->passed_over || (!asked && node->first_child == PATH_NONE && node->every == PATH_NONE))
        return PATH_NONE;
    struct text plain = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    const char *name;
    size_t length;
    int member = node->every;
    if (name_of(lexer, &plain, &name, &length)) {
        member = path_tree_member(walk->tree, parent, name, length);
        if (asked)
            tell_name(walk->shape, name, length, lexer->escaped);
    }
    text_free(&plain);
    return member;
}

static bool take_key(struct json_walk *walk)
{
    int parent = walk->open[walk->depth - 1].node;
    walk->node = parent != PATH_NONE ? wanted_member(walk, parent) : PATH_NONE;
    walk->expect = JSON_EXPECT_COLON;
    if (walk->node == PATH_NONE || walk->node == walk->tree->nodes[parent].every)
        return true;
    struct path_node *node = &walk->tree->nodes[walk->node];
    if (node->seen == walk->open[walk->depth - 1].number) {
        fault(walk, JSON_FAULT_SYNTAX, "a name that we read stands twice in one object");
        return false;
    }
    node->seen = walk->open[walk->depth - 1].number;
    return true;
}

/* Takes one token at a place where a value may begin; false = a fault. */
static bool take_value(struct json_walk *walk, enum json_token token)
{
    switch (token) {
    case JSON_OBJECT_BEGIN:
        return open_container(walk, true);
    case JSON_ARRAY_BEGIN:
        return open_container(walk, false);
    case JSON_STRING:
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        walk->expect = walk->depth > 0 ? JSON_EXPECT_COMMA_OR_END : JSON_EXPECT_NOTHING;
        return true;
    case JSON_ARRAY_END:
        if (walk->expect == JSON_EXPECT_VALUE_OR_END) {
            json_walk_closed(walk);
            return true;
        }
        break;
    case JSON_OBJECT_END:
    case JSON_COMMA:
    case JSON_COLON:
    case JSON_TEXT_END:
    case JSON_FAULT:
        break;
    }
    unexpected(walk, token);
    return false;
}

static bool take_comma_or_end(struct json_walk *walk, enum json_token token)
{
    bool in_object = walk->open[walk->depth - 1].is_object;
    if (token == JSON_COMMA) {
        int node = walk->open[walk->depth - 1].node;
        walk->expect = in_object ? JSON_EXPECT_KEY : JSON_EXPECT_VALUE;
        walk->node = in_object || node == PATH_NONE ? PATH_NONE : walk->tree->nodes[node].elements;
        return true;
    }
    if (token == (in_object ? JSON_OBJECT_END : JSON_ARRAY_END)) {
        json_walk_closed(walk);
        return true;
    }
    unexpected(walk, token);
    return false;
}

/* Takes one token; false = a fault. *ret_is_value: it was a value, or the beginning of one. */
static bool take(struct json_walk *walk, enum json_token token, bool *ret_is_value)
{
    *ret_is_value = false;
    switch (walk->expect) {
    case JSON_EXPECT_VALUE:
    case JSON_EXPECT_VALUE_OR_END:
        *ret_is_value = token != JSON_ARRAY_END;
        return take_value(walk, token);
    case JSON_EXPECT_KEY_OR_END:
        if (token == JSON_OBJECT_END) {
            json_walk_closed(walk);
            return true;
        }
        break;
    case JSON_EXPECT_KEY:
        break;
    case JSON_EXPECT_COLON:
        if (token != JSON_COLON)
            return unexpected(walk, token) != JSON_STEP_FAULT;
        walk->expect = JSON_EXPECT_VALUE;
        return true;
    case JSON_EXPECT_COMMA_OR_END:
        return take_comma_or_end(walk, token);
    case JSON_EXPECT_NOTHING:
        return unexpected(walk, token) != JSON_STEP_FAULT;
    }
    if (token != JSON_STRING)
        return unexpected(walk, token) != JSON_STEP_FAULT;
    return take_key(walk);
}

/* The value at `node` that the last token is, or begins, is somebody's business. */
static enum json_step stop_at(struct json_walk *walk, int node, enum json_token token)
{
    const struct json_lexer *lexer = walk->lexer;
    walk->at = node;
    walk->kind = token;
    walk->start = lexer->start;
    walk->end = lexer->end;
    walk->escaped = lexer->escaped;
    return token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN ? JSON_STEP_OPENED : JSON_STEP_SCALAR;
}

/* The container that the last token has closed stood at a gate. */
static bool has_closed_a_gate(const struct json_walk *walk, int depth)
{
    if (walk->depth >= depth)
        return false;
    int node = walk->open[walk->depth].node;
    return node != PATH_NONE && walk->tree->nodes[node].gated;
}

enum json_step json_walk_next(struct json_walk *walk)
{
    struct json_lexer *lexer = walk->lexer;
    while (walk->expect != JSON_EXPECT_NOTHING) {
        int node = walk->node, depth = walk->depth;
        bool is_value;
        enum json_token token = json_lexer_next(lexer);
        if (token == JSON_FAULT || !take(walk, token, &is_value))
            return JSON_STEP_FAULT;
        if (is_value && node != PATH_NONE && walk->tree->nodes[node].stops)
            return stop_at(walk, node, token);
        if (has_closed_a_gate(walk, depth)) {
            walk->at = walk->open[walk->depth].node;
            return JSON_STEP_CLOSED;
        }
    }
    return JSON_STEP_DONE;
}
