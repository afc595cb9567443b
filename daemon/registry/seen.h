/* seen.h - which keys a file has named already, and where. */
#ifndef REGISTRY_SEEN_H
#define REGISTRY_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys are kept as 64-bit hashes: in a million rows the chance of one false double is about 1 in 40 million,
 * and its cost a row that is reported. */
struct seen_slot {
    uint64_t key, content;
    int64_t row;   /* 0 = free */
    bool rejected; /* it was refused, and speaks for nothing */
};
struct local_seen {
    struct seen_slot *slots;
    size_t count, capacity;
};

uint64_t local_seen_hash(uint64_t seed, const char *string);
/* The slot of `key`; row 0 = not named so far, and to be filled in by the caller before the next call. */
struct seen_slot *local_seen_find(struct local_seen *seen, uint64_t key);
void local_seen_free(struct local_seen *seen);

#endif
