/* apply.h - from the spool to the tables. */
#ifndef REGISTRY_APPLY_H
#define REGISTRY_APPLY_H

#include "problems.h"
#include "spool.h"

struct store;

/* In the turn's transaction: closes the versions that the changes replace and writes the new ones as known
 * from `seq`; adds work "decide" for every firm that they touch. */
void local_apply(struct store *store, const char *kind, struct local_spool *spool, int64_t seq, int64_t file);
void local_apply_problems(struct store *store, const struct local_problems *problems, int64_t file);

#endif
