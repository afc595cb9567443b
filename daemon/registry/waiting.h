/* waiting.h - rows that name a firm, product or case which nobody has reported yet. They are taken, and count
 * from the day on which that arrives; their sender is told how many they are. */
#ifndef REGISTRY_WAITING_H
#define REGISTRY_WAITING_H

#include "seen.h"

struct store;

/* Rows of one file that name the same three. */
struct waiting_rows {
    uint64_t firm, product, project; /* as in struct local_seen; 0 = none that was unknown */
    int64_t rows;
};
struct local_waiting {
    struct local_seen known; /* what was looked up: SEEN_TAKEN = there, SEEN_REJECTED = not */
    struct local_seen places;
    struct waiting_rows *groups;
    size_t count, capacity;
};

/* A row of `kind` was taken that speaks of these; "" = of none. Products may be several, as shares are
 * written: P1@60|P2@40. */
void local_waiting_note(struct local_waiting *waiting, struct store *store, const char *kind,
    const char *uscc, const char *products, const char *case_id);
/* How many rows wait when what the file itself brings (`seen`) is there. */
int64_t local_waiting_count(const struct local_waiting *waiting, const struct local_seen *seen);
void local_waiting_free(struct local_waiting *waiting);

#endif
