/* reading.h - payloads read in this very process, without child and sandbox: what a reader makes of them. */
#ifndef M13_TEST_READING_H
#define M13_TEST_READING_H

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <stddef.h>
#include <stdint.h>

/* A definition of a register of the tests' own: `format` and `fields` are what stands in the braces of these
 * two settings, `rest` any settings besides ("" = none). A mistake in it ends the test. */
struct feed_definition *reading_definition(const char *format, const char *fields, const char *rest);
/* One with number, holder, decision date, route and status in JSON rows at `results`. */
struct feed_definition *reading_plain_definition(void);
/* conf/feeds.d/NAME.conf, as it is shipped. */
struct feed_definition *reading_shipped_definition(const char *name);

struct reading {
    int code; /* of reader_take() */
    struct failure failure;
    char **lines; /* of the stream: page, rows, done */
    size_t line_count;
    int64_t rows, rejected, skipped, replaced;
    char *stream; /* what the lines point into */
    char *ending; /* the lines shape and end, had this payload been the last */
};
/* `definition` NULL: a local table. */
struct reading *reading_of(const struct feed_definition *definition, const void *payload, size_t length);
struct reading *reading_of_text(const struct feed_definition *definition, const char *payload);
struct reading *reading_of_file(const struct feed_definition *definition, const char *path);

/* One reader for many payloads, as the child has it. */
struct reading_desk;
struct reading_desk *reading_desk_new(const struct feed_definition *definition);
struct reading *reading_on(struct reading_desk *desk, const void *payload, size_t length);
void reading_desk_free(struct reading_desk *desk);
void reading_free(struct reading *reading);

/* The `index`th line of a kind ("record", "cells", "reject", "page", "done"), from 0; NULL when there are not
 * so many.
 */
const char *reading_line(const struct reading *reading, const char *kind, size_t index);
/* Value of a string member anywhere in a line, NULL when it has none; good until the next call. */
const char *reading_member(const char *line, const char *name);

#endif
