/* reader.h - payloads in, lines out: what the child does with each descriptor that it gets. */
#ifndef M13_DECODE_READER_H
#define M13_DECODE_READER_H

#include "emit.h"

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <stdint.h>

struct reader;

/* Allocates and opens all that it will ever need: to be made before the sandbox closes. `definition` must
 * outlive it; NULL = local tables (CSV or XLSX of unknown header). */
struct reader *reader_new(const struct feed_definition *definition, struct emit *emit);
void reader_free(struct reader *reader); /* NULL is fine */

/* One payload from its first byte to its last: lines page, rows, done. 0, or -EFBIG when a ceiling was met,
 * or another negative errno when the payload as a whole cannot be read. */
int reader_take(struct reader *reader, int64_t page, int descriptor, struct failure *ret_failure);
/* No more payloads will come: lines shape and end. */
void reader_end(struct reader *reader);
int64_t reader_replaced(const struct reader *reader); /* characters that became U+FFFD, all payloads */

#endif
