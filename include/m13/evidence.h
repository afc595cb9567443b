/* evidence.h - the bytes that a regulator served, kept before they are parsed.
 *
 * One file per content: evidence/AB/<sha256 hex of the bytes>.zst (zstd, owner-only), written to a temporary
 * name, fsynced, renamed, its folder fsynced; the row in table `evidence` follows in the caller's
 * transaction. Identical bytes are stored once. A file without a row (killed between) is found again by its
 * name and taken over. */
#ifndef M13_EVIDENCE_H
#define M13_EVIDENCE_H

#include "m13/digest.h"
#include "m13/failure.h"

#include <stddef.h>
#include <stdint.h>

struct store;
struct evidence_writer;

/* Streams bytes in as they arrive. */
int evidence_begin(struct store *store, struct evidence_writer **ret_writer, struct failure *ret_failure);
int evidence_add(
    struct evidence_writer *writer, const void *bytes, size_t length, struct failure *ret_failure);
/* Makes it durable, writes the row into the turn's transaction, and frees the writer. */
int evidence_keep(struct evidence_writer *writer, char ret_sha256[DIGEST_HEX_BYTES], int64_t *ret_bytes,
    struct failure *ret_failure);
void evidence_abandon(struct evidence_writer *writer); /* NULL is fine */

/* The compressed file, read-only, for the decoder (which unpacks it), or a negative errno. The caller closes
 * it. */
int evidence_open(struct store *store, const char *sha256, struct failure *ret_failure);
/* Unpacks the whole and compares its hash: 0, -ENOENT (told apart from a tombstone, which is fine), -EBADMSG.
 */
int evidence_verify(struct store *store, const char *sha256, struct failure *ret_failure);
/* Removes temporary files that a kill left behind. At start only. */
void evidence_sweep(struct store *store);

#endif
