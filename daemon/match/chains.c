/* chains.c - from keys to numbers: filled once, put in order, and then only read. */
#include "index.h"
#include "m13/clock.h"
#include "m13/memory.h"

#include <stdlib.h>

enum { BUCKET = 2, STRIDE = 4096 }; /* entries in a bucket, at least; steps between two looks at the clock */

enum phase { PHASE_FILLED, PHASE_COUNT, PHASE_SUM, PHASE_PLACE, PHASE_SETTLED };

static size_t width_of(const struct chains *chains)
{
    return chains->has_notes ? 3 : 2;
}

void chains_add(struct chains *chains, uint64_t key, uint32_t value, uint32_t note)
{
    size_t width = width_of(chains);
    if (chains->count == chains->capacity) {
        size_t capacity = chains->capacity < 8 ? 8 : chains->capacity + chains->capacity / 2;
        chains->filled = memory_resize(chains->filled, capacity, width * sizeof *chains->filled);
        chains->capacity = capacity;
    }
    uint32_t *entry = chains->filled + chains->count++ * width;
    entry[0] = chains->is_numbered ? (uint32_t)key : (uint32_t)(key >> 32);
    entry[1] = value;
    if (chains->has_notes)
        entry[2] = note;
    if (chains->is_numbered && key >= chains->buckets)
        chains->buckets = (size_t)key + 1;
}

static void begin(struct chains *chains)
{
    while (!chains->is_numbered && chains->count >> (chains->bits + 1) >= BUCKET)
        chains->bits++;
    if (!chains->is_numbered)
        chains->buckets = (size_t)1 << chains->bits;
    chains->starts = memory_get_zeroed(chains->buckets + 2, sizeof *chains->starts);
    chains->values = memory_get(chains->count * sizeof *chains->values);
    if (!chains->is_numbered && !chains->is_mixed)
        chains->tags = memory_get(chains->count * sizeof *chains->tags);
    if (chains->has_notes)
        chains->notes = memory_get(chains->count * sizeof *chains->notes);
}

/* Buckets lie anywhere in memory: those that come soon are fetched already. */
static void fetch_ahead(const struct chains *chains, size_t at)
{
    enum { AHEAD = 24 };
    if (at + AHEAD < chains->count)
        __builtin_prefetch(
            &chains->starts[chain_bucket(chains, chains->filled[(at + AHEAD) * width_of(chains)]) + 1], 1);
}

/* Each bucket is counted two places behind its own, so that it begins at its own once all are placed. */
static void count_one(struct chains *chains, size_t at)
{
    fetch_ahead(chains, at);
    chains->starts[chain_bucket(chains, chains->filled[at * width_of(chains)]) + 2]++;
}

static void sum_one(struct chains *chains, size_t at)
{
    chains->starts[at + 2] += chains->starts[at + 1];
}

static void place_one(struct chains *chains, size_t at)
{
    const uint32_t *entry = chains->filled + at * width_of(chains);
    fetch_ahead(chains, at);
    uint32_t to = chains->starts[chain_bucket(chains, entry[0]) + 1]++;
    chains->values[to] = entry[1];
    if (chains->tags != NULL)
        chains->tags[to] = (uint16_t)entry[0];
    if (chains->notes != NULL)
        chains->notes[to] = entry[2];
}

static bool each_step(
    struct chains *chains, size_t count, void (*one)(struct chains *chains, size_t at), int64_t deadline_us)
{
    while (chains->step < count) {
        one(chains, chains->step++);
        if (chains->step % STRIDE == 0 && clock_monotonic_us() >= deadline_us)
            return false;
    }
    chains->step = 0;
    return true;
}

bool chains_settle(struct chains *chains, int64_t deadline_us)
{
    if (chains->phase == PHASE_FILLED) {
        begin(chains);
        chains->phase++;
    }
    if (chains->phase == PHASE_COUNT && each_step(chains, chains->count, count_one, deadline_us))
        chains->phase++;
    if (chains->phase == PHASE_SUM && each_step(chains, chains->buckets, sum_one, deadline_us))
        chains->phase++;
    if (chains->phase == PHASE_PLACE && each_step(chains, chains->count, place_one, deadline_us)) {
        free(chains->filled);
        chains->filled = NULL;
        chains->capacity = 0;
        chains->phase++;
    }
    return chains->phase == PHASE_SETTLED;
}

bool chains_hold(const struct chains *chains, uint64_t key)
{
    struct chain_walk walk = chains_find(chains, key);
    uint32_t value;
    return chain_next(&walk, &value);
}

void chains_empty(struct chains *chains)
{
    free(chains->filled);
    free(chains->starts);
    free(chains->values);
    free(chains->notes);
    free(chains->tags);
    *chains = (struct chains){
        .has_notes = chains->has_notes, .is_mixed = chains->is_mixed, .is_numbered = chains->is_numbered};
}
