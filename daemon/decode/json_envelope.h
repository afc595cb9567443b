/* json_envelope.h - what a JSON document says beside its rows: how many there are, of which date it is, and
 * whether it has the members by which it is known. */
#ifndef M13_DECODE_JSON_ENVELOPE_H
#define M13_DECODE_JSON_ENVELOPE_H

#include "json_walk.h"
#include "path_tree.h"

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stdint.h>

#define ENVELOPE_AS_OF_BYTES 64

struct json_envelope {
    const struct feed_definition *definition;
    struct path_tree tree; /* rows, total, as_of, keys */
    bool *has_key;
    int64_t total;                    /* -1 = not told (yet) */
    char as_of[ENVELOPE_AS_OF_BYTES]; /* "" = not told (yet) */
};

enum envelope_answer {
    ENVELOPE_FINE,
    ENVELOPE_ROWS, /* here begins an array of rows */
    ENVELOPE_FAILED,
};

bool json_envelope_is_row(const struct feed_definition *definition); /* the document itself is one */
void json_envelope_init(struct json_envelope *envelope, const struct feed_definition *definition);
void json_envelope_release(struct json_envelope *envelope);
void json_envelope_begin(struct json_envelope *envelope); /* a new document */
/* A step of the walk over the document. */
enum envelope_answer json_envelope_meet(
    struct json_envelope *envelope, const struct json_walk *walk, struct failure *ret_failure);
/* At the document's end: 0, or -EBADMSG where a key is missing. */
int json_envelope_end(const struct json_envelope *envelope, struct failure *ret_failure);

#endif
