/* json_picks.h - what a row has at the paths that its definition reads, noted while the row is walked.
 *
 * Only places are noted. A gate ([key=value], [0]) is decided at the end of each element: what was noted in
 * an element that may not come through is forgotten then. */
#ifndef M13_DECODE_JSON_PICKS_H
#define M13_DECODE_JSON_PICKS_H

#include "json_walk.h"
#include "path_tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_place {
    enum json_token kind;
    int64_t start, end;
    bool escaped;
};

/* Of one slot: its only value, the first that is not empty, or all that are to be joined. */
struct json_pick {
    struct json_place *places;
    size_t count, capacity; /* at most LIMIT_JOINED_VALUES + 1: one more than a row may have */
};

struct json_picks;

struct json_picks *json_picks_new(const struct path_tree *tree); /* complete, and outliving it */
void json_picks_free(struct json_picks *picks);                  /* NULL is fine */
void json_picks_begin(struct json_picks *picks);                 /* a new row */
/* Every step of the row's walk but the last. */
void json_picks_meet(struct json_picks *picks, const struct json_walk *walk, enum json_step step);
const struct json_pick *json_picks_of(const struct json_picks *picks, size_t slot);

#endif
