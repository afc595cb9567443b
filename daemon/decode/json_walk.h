/* json_walk.h - one JSON value from its first byte to its last, stopping only where somebody is interested.
 *
 * The grammar is checked strictly, wanted or not; a member that is wanted by name and stands twice is a
 * fault. */
#ifndef M13_DECODE_JSON_WALK_H
#define M13_DECODE_JSON_WALK_H

#include "json_lexer.h"
#include "path_tree.h"
#include "shape.h"

#include "m13/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum json_step {
    JSON_STEP_SCALAR, /* a wanted string, number, true, false or null has been read */
    JSON_STEP_OPENED, /* a wanted object or array begins */
    JSON_STEP_CLOSED, /* an element that has to pass a gate, and is an object or array, ends */
    JSON_STEP_DONE,   /* the value is complete */
    JSON_STEP_FAULT,  /* see the lexer's fault */
};

enum json_expect {
    JSON_EXPECT_VALUE,
    JSON_EXPECT_VALUE_OR_END, /* behind [ */
    JSON_EXPECT_KEY,          /* behind a comma in an object */
    JSON_EXPECT_KEY_OR_END,   /* behind { */
    JSON_EXPECT_COLON,
    JSON_EXPECT_COMMA_OR_END,
    JSON_EXPECT_NOTHING,
};

struct json_walk {
    struct json_lexer *lexer;
    struct path_tree *tree;
    struct shape *shape; /* takes the names of the value's own members; NULL = nobody asks */
    enum json_expect expect;
    int node; /* what the next value is in the tree, or PATH_NONE */
    int depth;
    struct {
        bool is_object;
        int node;
        uint64_t number; /* of the object, for path_node.seen */
    } open[LIMIT_JSON_DEPTH];
    /* Of the last step: */
    int at; /* node */
    enum json_token kind;
    int64_t start, end;
    bool escaped;
};

void json_walk_begin(struct json_walk *walk, struct json_lexer *lexer, struct path_tree *tree);
enum json_step json_walk_next(struct json_walk *walk);
/* After JSON_STEP_OPENED, when the caller has read the container up to and with its closing bracket. */
void json_walk_closed(struct json_walk *walk);

#endif
