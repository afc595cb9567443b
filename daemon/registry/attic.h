/* attic.h - inbox/done does not grow for years: what has lain there for three months goes, when its bytes are
 * evidence. What was rejected stays: nobody else may have it. */
#ifndef REGISTRY_ATTIC_H
#define REGISTRY_ATTIC_H

#include <stdint.h>

struct store;

/* 90 days; tests cannot wait. */
extern int64_t local_attic_kept_ms;

/* Removes some of what is older, and returns how many; LOCAL_ATTIC_A_TURN = there may be more, call again.
 * Does nothing under an overridden clock: files have real times. */
#define LOCAL_ATTIC_A_TURN 100
int local_attic_sweep(struct store *store);

#endif
