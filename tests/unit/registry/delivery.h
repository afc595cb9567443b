/* delivery.h - files of local records as their senders would have them, without a decoder in between. */
#ifndef M13_TEST_DELIVERY_H
#define M13_TEST_DELIVERY_H

#include "apply.h"
#include "import.h"

#include "m13/contacts.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/work.h"

/* A scratch folder with an open store in it. */
struct bureau {
    char *folder;
    struct store *store;
    /* For the delivery at hand; opened with the first. */
    struct contacts *contacts;
    struct work *work; /* nobody does any but what the registry itself has to do */
    struct local_apply apply;
    int ends;         /* of files that were applied */
    unsigned allowed; /* as in registry_import() */
};
int bureau_open(void **state); /* cmocka set-up and tear-down */
int bureau_close(void **state);
/* As after a kill: what was not committed is gone, the work list goes on. */
void bureau_kill(struct bureau *bureau);

/* `table`: lines of cells parted by '|', the first is the header; a line "[NAME]" begins a sheet of a
 * workbook. The import core takes it as file `name` with `sha256`, seals or refuses it, applies it, and tells
 * the result; its `problem` is "later: ..." for a fault of ours. */
struct import_result deliver(struct bureau *bureau, const char *name, const char *sha256, const char *table);

/* The same in its steps, each of which commits. */
struct local_import *delivery_stage(
    struct bureau *bureau, const char *name, const char *sha256, const char *table);
enum import_end delivery_end(struct bureau *bureau, struct local_import *import); /* compared as a whole */
void delivery_seal(struct bureau *bureau, struct local_import *import);           /* or refused; frees it */
/* One slice that is as short as a slice can be; false = the work list has nothing for the registry. */
bool delivery_apply_slice(struct bureau *bureau);
void delivery_apply(struct bureau *bureau); /* all slices */

/* One field of the current version of a record; "" when it is not there. Uses a buffer of its own. */
const char *field(struct bureau *bureau, const char *kind, const char *key, const char *name);
/* "ROW COLUMN: REASON -> EXPECTED" of each reject of the last file, one a line; "!" before a mere warning.
 * Own buffer. */
const char *rejects(struct bureau *bureau);
int64_t number(struct bureau *bureau, const char *sql); /* a single value; -1 = none */

void assert_counts(
    struct import_result result, int64_t added, int64_t changed, int64_t unchanged, int64_t rejected);
void assert_says(const char *text, const char *part);
void assert_refused(struct import_result result, const char *reason);
bool is_to_be_decided(struct bureau *bureau, const char *uscc);
void forget_work(struct bureau *bureau);

#endif
