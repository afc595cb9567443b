/* source.h - a delivered file's bytes on their way into evidence, in slices: tables that rows came from,
 * scans that rows speak of. */
#ifndef REGISTRY_SOURCE_H
#define REGISTRY_SOURCE_H

#include "m13/digest.h"
#include "m13/failure.h"

#include <stdint.h>

struct store;
struct local_source;

/* The descriptor stays the caller's; it is read from its start, wherever it stands. `sha256`: what the bytes
 * are known to be; NULL = whatever they are. */
struct local_source *local_source_new(struct store *store, int descriptor, const char *sha256);
/* One slice: 1 = call again in the next turn; 0 = the bytes are durable, and their row stands in the turn's
 * transaction; -ESTALE = they are no longer those of `sha256`; -EFBIG = more than LIMIT_LOCAL_FILE_BYTES;
 * else a fault of ours. Nothing is left behind by a failure, nor by a kill. */
int local_source_slice(struct local_source *source, struct failure *ret_failure);
/* After 0. */
const char *local_source_sha256(const struct local_source *source);
int64_t local_source_bytes(const struct local_source *source);
void local_source_free(struct local_source *source); /* NULL is fine */

#endif
