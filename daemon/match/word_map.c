#include "word_map.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t part)
{
    hash = (hash ^ part) * 0xd6e8feb86659fd93ull;
    return hash ^ (hash >> 32);
}

/* Up to eight bytes as a number: of four and more the first and the last four, which may share some. */
static uint64_t few_bytes(const char *bytes, size_t length)
{
    uint32_t first = 0;
    uint32_t last = 0;
    if (length >= sizeof first) {
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + length - sizeof last, sizeof last);
        return (uint64_t)first << 32 | last;
    }
    for (size_t i = 0; i < length; i++)
        last = last << 8 | (unsigned char)bytes[i];
    return last;
}

uint64_t word_hash(const char *bytes, size_t length)
{
    uint64_t hash = length * 0x9e3779b97f4a7c15ull;
    uint64_t part;
    for (; length > sizeof part; bytes += sizeof part, length -= sizeof part) {
        memcpy(&part, bytes, sizeof part);
        hash = mix(hash, part);
    }
    return word_hash_end(mix(hash, few_bytes(bytes, length)));
}

struct word_number word_number_of(const char *bytes, size_t length)
{
    struct word_number word = {.power = 1};
    for (size_t i = 0; i < length; i++)
        word.number = word.number * WORD_NUMBER_BASE + (unsigned char)bytes[i];
    for (uint64_t square = WORD_NUMBER_BASE; length > 0; length >>= 1, square *= square)
        word.power *= (length & 1) != 0 ? square : 1;
    return word;
}

/* By length, first, middle and last letter. */
static size_t filter_bit(const char *key, size_t length)
{
    size_t sum = length * 859;
    if (length > 0)
        sum += (unsigned char)key[0] * 2533u + (unsigned char)key[length / 2] * 109u +
               (unsigned char)key[length - 1] * 499u;
    return sum % (WORD_FILTER * 64);
}

static bool passes(const struct word_map *map, const char *key, size_t length)
{
    size_t bit = filter_bit(key, length);
    return (map->filter[bit / 64] >> bit % 64 & 1) != 0;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct word_slot *slot_of(const struct word_map *map, const char *key, size_t length)
{
    size_t mask = map->capacity - 1;
    size_t at = word_hash(key, length) & mask;
    for (;;) {
        struct word_slot *slot = &map->slots[at];
        if (slot->key == NULL || (slot->length == length && memcmp(slot->key, key, length) == 0))
            return slot;
        at = (at + 1) & mask;
    }
}

/* At most two thirds full, so that a search for an absent word ends soon. */
void word_map_reserve(struct word_map *map, size_t count)
{
    size_t capacity = map->capacity == 0 ? 64 : map->capacity;
    while (capacity * 2 < count * 3)
        capacity *= 2;
    if (capacity == map->capacity)
        return;
    struct word_map old = *map;
    map->slots = memory_get_zeroed(capacity, sizeof *map->slots);
    map->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].key != NULL)
            *slot_of(map, old.slots[i].key, old.slots[i].length) = old.slots[i];
    free(old.slots);
}

void word_map_put(struct word_map *map, const char *key, size_t length, uint32_t value)
{
    word_map_reserve(map, map->count + 1);
    struct word_slot *slot = slot_of(map, key, length);
    if (slot->key == NULL)
        map->count++;
    map->filter[filter_bit(key, length) / 64] |= 1ull << filter_bit(key, length) % 64;
    *slot = (struct word_slot){.key = key, .length = (uint32_t)length, .value = value};
}

bool word_map_find(const struct word_map *map, const char *key, size_t length, uint32_t *ret_value)
{
    if (map->count == 0 || !passes(map, key, length))
        return false;
    const struct word_slot *slot = slot_of(map, key, length);
    if (slot->key == NULL)
        return false;
    *ret_value = slot->value;
    return true;
}

uint32_t *word_map_value(struct word_map *map, const char *key, size_t length)
{
    struct word_slot *slot = map->count == 0 ? NULL : slot_of(map, key, length);
    return slot == NULL || slot->key == NULL ? NULL : &slot->value;
}

void word_map_free(struct word_map *map)
{
    free(map->slots);
    *map = (struct word_map){0};
}
