#include "seen.h"

#include "m13/memory.h"

#include <stdlib.h>

/* FNV-1a, with the string's NUL, so that ("a", "bc") and ("ab", "c") differ. */
uint64_t local_seen_hash(uint64_t seed, const char *string)
{
    uint64_t hash = seed != 0 ? seed : 0xcbf29ce484222325u;
    do {
        hash ^= (unsigned char)*string;
        hash *= 0x100000001b3u;
    } while (*string++ != '\0');
    return hash;
}

uint64_t local_seen_key(const char *kind, const char *key)
{
    return local_seen_hash(local_seen_hash(0, kind), key);
}

static struct seen_slot *slot_of(const struct local_seen *seen, uint64_t key)
{
    size_t place = (size_t)(key ^ key >> 29) & (seen->capacity - 1);
    while (seen->slots[place].state != SEEN_NOT && seen->slots[place].key != key)
        place = (place + 1) & (seen->capacity - 1);
    return &seen->slots[place];
}

static void grow(struct local_seen *seen)
{
    struct local_seen old = *seen;
    seen->capacity = old.capacity == 0 ? 1024 : 2 * old.capacity;
    seen->slots = memory_get_zeroed(seen->capacity, sizeof *seen->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].state != SEEN_NOT)
            *slot_of(seen, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

const struct seen_slot *local_seen_get(const struct local_seen *seen, uint64_t key)
{
    const struct seen_slot *slot = seen->capacity > 0 ? slot_of(seen, key) : NULL;
    return slot != NULL && slot->state != SEEN_NOT ? slot : NULL;
}

struct seen_slot *local_seen_put(struct local_seen *seen, uint64_t key)
{
    if (4 * seen->count >= 3 * seen->capacity)
        grow(seen);
    struct seen_slot *slot = slot_of(seen, key);
    if (slot->state == SEEN_NOT) {
        slot->key = key;
        seen->count++;
    }
    return slot;
}

void local_seen_free(struct local_seen *seen)
{
    free(seen->slots);
    *seen = (struct local_seen){0};
}
