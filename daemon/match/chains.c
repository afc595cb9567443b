/* chains.c - a hash from keys to chains of numbers, filled once and then only read. */
#include "index.h"
#include "m13/memory.h"

#include <stdlib.h>

/* A slot's head is the number itself while the key has but one, as most have; else its first node. */
#define SINGLE     (1u << 31)
#define FREE_SLOTS 4 /* a table is at most three quarters full */

/* 32 bits of the key stand for it, place in the table included. Two keys that share them share a chain. */
static uint32_t tag_of(uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    return tag == 0 ? 1 : tag;
}

static struct chain_slot *slot_of(const struct chains *chains, uint32_t tag)
{
    size_t mask = chains->capacity - 1;
    size_t at = tag & mask;
    while (chains->slots[at].tag != 0 && chains->slots[at].tag != tag)
        at = (at + 1) & mask;
    return &chains->slots[at];
}

static void mark(struct chains *chains, uint32_t tag)
{
    size_t bit = tag & (chains->capacity * 8 - 1);
    chains->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
}

static bool is_marked(const struct chains *chains, uint32_t tag)
{
    size_t bit = tag & (chains->capacity * 8 - 1);
    return (chains->filter[bit / 8] >> bit % 8 & 1) != 0;
}

void chains_reserve(struct chains *chains, size_t count)
{
    size_t capacity = chains->capacity == 0 ? 64 : chains->capacity;
    while (capacity * (FREE_SLOTS - 1) < count * FREE_SLOTS)
        capacity *= 2;
    if (capacity == chains->capacity)
        return;
    struct chains old = *chains;
    chains->slots = memory_get_zeroed(capacity, sizeof *chains->slots);
    chains->filter = memory_get_zeroed(capacity, 1);
    chains->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].tag != 0) {
            *slot_of(chains, old.slots[i].tag) = old.slots[i];
            mark(chains, old.slots[i].tag);
        }
    free(old.slots);
    free(old.filter);
}

static uint32_t add_node(struct chains *chains, uint32_t value, uint32_t next, uint32_t note)
{
    MEMORY_GROW(chains->nodes, chains->node_count, chains->node_capacity);
    chains->nodes[chains->node_count] = (struct chain_node){.value = value, .next = next, .note = note};
    return (uint32_t)chains->node_count++;
}

void chains_add(struct chains *chains, uint64_t hash, uint32_t value, uint32_t note)
{
    chains_reserve(chains, chains->used + 1);
    struct chain_slot *slot = slot_of(chains, tag_of(hash));
    if (slot->tag == 0) {
        *slot = (struct chain_slot){.tag = tag_of(hash), .head = value | SINGLE};
        mark(chains, tag_of(hash));
        chains->used++;
        return;
    }
    if (slot->head & SINGLE)
        slot->head = add_node(chains, slot->head & ~SINGLE, NOTHING, NOTHING);
    slot->head = add_node(chains, value, slot->head, note);
}

struct chain_walk chains_find(const struct chains *chains, uint64_t hash)
{
    struct chain_walk walk = {.chains = chains, .at = NOTHING};
    if (chains->capacity == 0 || !is_marked(chains, tag_of(hash)))
        return walk;
    const struct chain_slot *slot = slot_of(chains, tag_of(hash));
    if (slot->tag != 0)
        walk.at = slot->head;
    return walk;
}

bool chain_next(struct chain_walk *walk, uint32_t *ret_value)
{
    if (walk->at == NOTHING)
        return false;
    if (walk->at & SINGLE) {
        *ret_value = walk->at & ~SINGLE;
        walk->note = NOTHING;
        walk->at = NOTHING;
        return true;
    }
    const struct chain_node *node = &walk->chains->nodes[walk->at];
    *ret_value = node->value;
    walk->note = node->note;
    walk->at = node->next;
    return true;
}

void chains_compact(struct chains *chains)
{
    struct chain_node *nodes = memory_get_zeroed(chains->node_count + 1, sizeof *nodes);
    size_t count = 0;
    for (size_t i = 0; i < chains->capacity; i++) {
        struct chain_slot *slot = &chains->slots[i];
        if (slot->tag == 0 || slot->head & SINGLE)
            continue;
        uint32_t from = slot->head;
        slot->head = (uint32_t)count;
        for (; from != NOTHING; from = chains->nodes[from].next) {
            nodes[count] = chains->nodes[from];
            nodes[count].next = (uint32_t)count + 1;
            count++;
        }
        nodes[count - 1].next = NOTHING;
    }
    free(chains->nodes);
    chains->nodes = nodes;
    chains->node_capacity = chains->node_count + 1;
}

void chains_free(struct chains *chains)
{
    free(chains->slots);
    free(chains->filter);
    free(chains->nodes);
    *chains = (struct chains){0};
}
