/* apply.h - sealed files become versions, in slices from the work list. */
#ifndef REGISTRY_APPLY_H
#define REGISTRY_APPLY_H

#include "seen.h"

struct store;
struct work;

struct local_apply {
    struct store *store;
    void (*all_applied)(void *context); /* after the commit of the last slice; NULL is fine */
    void *context;
    struct local_seen touched; /* firms that this file has given to decide: a cache only */
};

/* Work "apply-local" and "sweep-local"; sweeps what an interrupted import has staged. `apply` outlives the
 * work list. */
void local_apply_register(struct local_apply *apply, struct work *work);
/* A sealed file is not applied yet: no other may be compared with what is known. */
bool local_apply_pending(struct store *store);
void local_apply_free(struct local_apply *apply); /* what it holds */

#endif
