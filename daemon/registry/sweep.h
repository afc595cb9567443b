/* sweep.h - what was staged and is not wanted any more goes, in slices. */
#ifndef REGISTRY_SWEEP_H
#define REGISTRY_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/* In the turn's transaction: the staged rows of a delivery that was refused, or is dropped. */
void local_sweep_later(struct store *store, int64_t delivery);
/* Imports that were interrupted before they were sealed. At start only. */
void local_sweep_leftovers(struct store *store);
/* Work "sweep-local". */
bool local_sweep_slice(void *store, const char *key, int64_t *cursor, int64_t deadline_us);

#endif
