/* documents.h - scans and PDFs: from inbox/files into evidence, and what rests on them. */
#ifndef REGISTRY_DOCUMENTS_H
#define REGISTRY_DOCUMENTS_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* The assurance of a record whose document column names these files (joined by '|'): `base` while one of them
 * is not there; documented when all are; verified when an officer has seen the original of each (kind
 * documents). */
const char *local_document_assurance(struct store *store, const char *names, const char *base);
/* A current record speaks of these files from now on, instead of those before; "" = none. */
void local_document_note_use(struct store *store, const char *kind, const char *key, const char *names);
/* A record of kind documents was applied (case, slot, file, original_seen_by, seen_on): records that rest on
 * its files get a new version where their assurance changes; their firms are decided again. */
void local_document_seen(struct store *store, const char *names, int64_t seq);

#endif
