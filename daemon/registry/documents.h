/* documents.h - scans and PDFs that rows speak of by their file's name, and what rests on them.
 *
 * A name alone is a claim. When the file is there (inbox/files, then evidence), the rows that name it become
 * documented; and verified, when an officer says in a row of kind documents, delivered by himself (m13ctl),
 * that he has seen the original. If the same name comes again with other bytes, that is a new version, and he
 * has to look again. Changes of assurance are made from the work list (kind "assess-local"), each as a
 * version of its record that no row brought (file 0): the journal's entry tells which document or import it
 * came with. */
#ifndef REGISTRY_DOCUMENTS_H
#define REGISTRY_DOCUMENTS_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct work;

/* The assurance of a record of that firm, product and case ("" = none) whose document column names these
 * files (joined by '|'): `base` while one of them is not there; documented when all are; verified when an
 * officer has seen the original of each (kind documents). Never less than `base`. What came for one firm is
 * not there for another's records. */
const char *local_document_assurance(struct store *store, const char *uscc, const char *product_id,
    const char *case_id, const char *names, const char *base);
/* Records of another firm speak of a file of that name: a record of this one should not. */
bool local_document_is_anothers(
    struct store *store, const char *uscc, const char *product_id, const char *case_id, const char *name);
/* A current record speaks of these files from now on, instead of those before; "" = none. */
void local_document_note_use(struct store *store, const char *kind, const char *key, const char *names);
/* A record of kind documents was applied (case, slot, file, original_seen_by, seen_on), after its use was
 * noted; `names` are those that it names now and named before. Records that rest on these files get a new
 * version where their assurance changes; their firms are decided again. */
void local_document_seen(struct store *store, const char *names, int64_t seq);

/* --- for the registry -------------------------------------------------------------------------------------
 */

struct local_documents {
    struct store *store;
    void (*assessed)(void *context); /* after the commit of a file's last slice */
    void *context;
};
/* Work "assess-local"; `documents` outlives the work list. */
void local_document_register(struct local_documents *documents, struct work *work);
/* Assurances have yet to follow: meanwhile no file is imported, and no document taken. */
bool local_document_pending(struct store *store);
/* The name by which rows speak of a file: with the blanks of a cell, not those of a folder. The caller frees.
 */
char *local_document_name(const char *file);
/* By current records of one firm: as long as two firms use a name, nobody can tell whose the file is. */
bool local_document_is_named(struct store *store, const char *file);
/* The next of names joined by '|', copied; NULL behind the last. The caller frees. */
char *local_document_next_name(const char **names);
/* In the transaction that makes its evidence known: a new version of what is known by that name, its journal
 * entry (kind "document"), and the work that follows. False when these very bytes are known by it. */
bool local_document_arrived(struct store *store, const char *name, const char *sha256, int64_t bytes);

#endif
