/* spool.h - what an import will change, in a file without a name until all of it is known: memory stays the
 * same whatever a file's size, and a kill leaves nothing behind. */
#ifndef REGISTRY_SPOOL_H
#define REGISTRY_SPOOL_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct local_spool;

/* One new version of one record. Strings hold no control character. */
struct local_change {
    int64_t row;
    int64_t old_version; /* 0 = none */
    bool withdrawn;
    const char *assurance;
    const char *key, *uscc, *product_id, *authority, *number;
    const char *old_uscc; /* "" = none */
    const char *fields;   /* JSON */
};

/* In the inbox of the store's folder. NULL with the reason when there is no room. */
struct local_spool *local_spool_new(const struct store *store, struct failure *ret_failure);
void local_spool_add(struct local_spool *spool, const struct local_change *change);
/* All that was added is there; else -ENOSPC and the like. Then local_spool_next() from the first on; the
 * strings live until the next call. */
int local_spool_rewind(struct local_spool *spool, struct failure *ret_failure);
bool local_spool_next(struct local_spool *spool, struct local_change *ret_change);
void local_spool_free(struct local_spool *spool); /* NULL is fine */

#endif
