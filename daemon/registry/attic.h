/* attic.h - inbox/done and inbox/rejected do not grow for years: what has lain there for three months goes.
 *
 * The bytes of a file in done/ are evidence, and only such a file is removed. One in rejected/ was never
 * taken; its sender has it, and it may hold personal data that nobody could tell from its headers. */
#ifndef REGISTRY_ATTIC_H
#define REGISTRY_ATTIC_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/* 90 days; tests cannot wait. */
extern int64_t local_attic_kept_ms;

/* Removes some of what is older; true = there may be more, call again. Does nothing under an overridden
 * clock: files have real times. */
bool local_attic_sweep(struct store *store);

#endif
