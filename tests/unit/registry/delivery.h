/* delivery.h - files of local records as their senders would have them, without a decoder in between. */
#ifndef M13_TEST_DELIVERY_H
#define M13_TEST_DELIVERY_H

#include "m13/registry.h"
#include "m13/store.h"

/* A scratch folder with an open store in it. */
struct bureau {
    char *folder;
    struct store *store;
};
int bureau_open(void **state); /* cmocka set-up and tear-down */
int bureau_close(void **state);

/* `table`: lines of cells parted by '|', the first is the header. The import core takes it as file `name`
 * with `sha256`, commits, and tells the result; its `problem` is "later: ..." for a fault of ours. */
struct import_result deliver(struct bureau *bureau, const char *name, const char *sha256, const char *table);

/* One field of the current version of a record; "" when it is not there. Uses a buffer of its own. */
const char *field(struct bureau *bureau, const char *kind, const char *key, const char *name);
/* "ROW COLUMN: REASON -> EXPECTED" of each reject of the last file, one a line. Own buffer. */
const char *rejects(struct bureau *bureau);
int64_t number(struct bureau *bureau, const char *sql); /* a single value; -1 = none */

#endif
