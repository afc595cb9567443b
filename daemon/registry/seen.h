/* seen.h - which keys a file has named already, and where. */
#ifndef REGISTRY_SEEN_H
#define REGISTRY_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum seen_state {
    SEEN_NOT,
    SEEN_TAKEN,
    SEEN_REJECTED, /* its row is faulty: it is named, but speaks for nothing */
    SEEN_ALIAS,    /* a candidate's key, named by the row of a firm that bears the identifier */
};

/* Keys are kept as 64-bit hashes: in a million rows the chance of one false double is about 1 in 40 million,
 * and its cost a row that is reported. */
struct seen_slot {
    uint64_t key;
    uint32_t content; /* hash of what the row says */
    uint32_t row;
    uint16_t sheet;
    uint8_t state; /* enum seen_state */
};
struct local_seen {
    struct seen_slot *slots;
    size_t count, capacity;
};

/* Of a string after others, which `seed` stands for; 0 = the first. */
uint64_t local_seen_hash(uint64_t seed, const char *string);
/* Of a record. */
uint64_t local_seen_key(const char *kind, const char *key);
/* NULL = not named so far. Until the next local_seen_put(). */
const struct seen_slot *local_seen_get(const struct local_seen *seen, uint64_t key);
/* The slot of `key`, whose state is to be set at once. */
struct seen_slot *local_seen_put(struct local_seen *seen, uint64_t key);
void local_seen_free(struct local_seen *seen);

#endif
