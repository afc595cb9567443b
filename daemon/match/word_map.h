/* word_map.h - from a string to a number: the hash under every table of the matcher.
 *
 * Open addressing, no deletion. Keys are not copied: they must outlive the map. */
#ifndef MATCH_WORD_MAP_H
#define MATCH_WORD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word_slot {
    const char *key; /* NULL = free */
    uint32_t length;
    uint32_t value;
};

enum { WORD_FILTER = 64 };
struct word_map {
    struct word_slot *slots;
    uint64_t filter[WORD_FILTER]; /* bits by a few letters: most words that a small map lacks end here */
    size_t count, capacity;       /* capacity: 0 or a power of two */
};

/* The hash of a word; another on machines of another byte order, hence for what is never kept. */
uint64_t word_hash(const char *bytes, size_t length);
/* Mixes a number so that each of its bits counts in all of them. */
static inline uint64_t word_hash_end(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93ull;
    return hash ^ (hash >> 32);
}

/* Letters as the digits of a number, modulo 2^64: that of words in a row, of a piece of a word, or of a word
 * without a letter follows from what is known (joins, glues, near.c). word_hash_end() makes it a hash. */
#define WORD_NUMBER_BASE 0x9e3779b97f4a7c15ull
struct word_number {
    uint64_t number, power; /* power: of the base, by the count of letters */
};
struct word_number word_number_of(const char *bytes, size_t length);
static inline struct word_number word_numbers_joined(struct word_number a, struct word_number b)
{
    return (struct word_number){a.number * b.power + b.number, a.power * b.power};
}

void word_map_reserve(struct word_map *map, size_t count);
/* Puts or replaces. */
void word_map_put(struct word_map *map, const char *key, size_t length, uint32_t value);
bool word_map_find(const struct word_map *map, const char *key, size_t length, uint32_t *ret_value);
uint32_t *word_map_value(
    struct word_map *map, const char *key, size_t length); /* to be changed; NULL: absent */
void word_map_free(struct word_map *map);

#endif
