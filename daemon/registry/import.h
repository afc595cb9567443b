/* import.h - one file of local records: its sheets and rows in, what they change staged, then sealed as a
 * whole or not at all. Knows no file system, loop or decoder. */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include "m13/registry.h"

struct contacts;
struct store;
struct local_import;

/* Less room on the disk than this and nothing is staged; LIMIT_DISK_RESERVE_BYTES; tests have none to fill.
 */
extern int64_t local_import_reserve_bytes;

/* `name` of the file, `by` whom it was delivered, and its bytes' hash go into the records; `allowed` as in
 * registry_import(). */
struct local_import *local_import_new(struct store *store, struct contacts *contacts, const char *name,
    const char *by, const char *sha256, unsigned allowed);
/* A new sheet; name "" for CSV. This, and those below: false = more rows change nothing, since the file as a
 * whole is refused, or a fault of ours came up. */
bool local_import_sheet(struct local_import *import, const char *name, bool epoch_1904);
/* One row as the decoder tells it: a JSON array. */
bool local_import_cells(struct local_import *import, int64_t row, const char *json, size_t length);
/* A row that the decoder could not read, in its words. */
bool local_import_unreadable(struct local_import *import, int64_t row, const char *field, const char *reason);
/* Refuses the file as a whole; Chinese, for the sender. The first reason stands. */
void local_import_refuse(struct local_import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What it is, or will be, when it is sealed or refused. */
const struct import_result *local_import_result(const struct local_import *import);
bool local_import_is_personal(const struct local_import *import);
/* Forgets what stands in memory; what was staged and not sealed is swept away at the next start, unless
 * local_import_drop() did it. NULL is fine. */
void local_import_free(struct local_import *import);

/* --- the end: seal.c
 * ------------------------------------------------------------------------------------------ */

enum import_end {
    IMPORT_GOES_ON, /* more slices are needed */
    IMPORT_READY,   /* to be sealed */
    IMPORT_REFUSED, /* to be refused */
    IMPORT_LATER,   /* a fault of ours, as told: to be dropped, and tried again later */
};
/* No more rows will come: slices of what is left to compare, until `deadline_us`. */
enum import_end local_import_end(
    struct local_import *import, int64_t deadline_us, struct failure *ret_failure);
/* In the turn's transaction, a small one: the sheets' rows become sealed, each with its journal entry, and
 * work "apply-local" is added. 0, or a negative errno with nothing done (contacts). *ret_applied: there is
 * nothing to apply. */
int local_import_seal(struct local_import *import, bool *ret_applied, struct failure *ret_failure);
/* In the turn's transaction: the sheets' rows are kept with the reason, what they staged goes. */
void local_import_record_refusal(struct local_import *import);
/* In the turn's transaction: as if the file had not come. */
void local_import_drop(struct local_import *import);

/* Whether these bytes were imported, and hold: then their rows change nothing. Fills *ret_result (`known`,
 * id, kind and counts; `file` stays as it is). False = they are to be taken, once more if need be: contacts
 * begin a new term, and may have been forgotten since; and who delivers a file again after another one of its
 * kind wants it to hold again. `delivered_at`: when this file came, CLOCK_NEVER = by hand; one that merely
 * lies where it lay is not delivered again. */
bool local_file_find(struct store *store, const char *sha256, int64_t delivered_at,
    struct import_result *ret_result, bool *ret_personal);

#endif
