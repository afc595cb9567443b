/* evidence_files.h - what the writing and the reading side of the evidence store share. */
#ifndef M13_STORE_EVIDENCE_FILES_H
#define M13_STORE_EVIDENCE_FILES_H

#include "m13/digest.h"

#include <stddef.h>
#include <sys/types.h>

struct store;

/* Where the bytes with this hash are; the caller frees. */
char *evidence_folder(const struct store *store, const char sha256[DIGEST_HEX_BYTES]);
char *evidence_path(const struct store *store, const char sha256[DIGEST_HEX_BYTES]);
/* read() until `length` bytes or the end: bytes read, or a negative errno. */
ssize_t read_whole(int descriptor, void *bytes, size_t length);

#endif
