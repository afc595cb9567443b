#include "path_tree.h"

#include "json_fold.h"
#include "json_path.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

static int new_node(struct path_tree *tree, const char *name, size_t length)
{
    MEMORY_GROW(tree->nodes, tree->count, tree->capacity);
    tree->nodes[tree->count] = (struct path_node){.name = memory_copy_bytes(name, length),
        .length = length,
        .first_child = PATH_NONE,
        .next_sibling = PATH_NONE,
        .every = PATH_NONE,
        .elements = PATH_NONE,
        .first_end = PATH_NONE};
    return (int)tree->count++;
}

void path_tree_init(struct path_tree *tree)
{
    *tree = (struct path_tree){0};
    new_node(tree, "", 0);
}

static int find_child(const struct path_tree *tree, int node, const char *name, size_t length)
{
    int child = tree->nodes[node].first_child;
    while (child != PATH_NONE) {
        const struct path_node *candidate = &tree->nodes[child];
        if (candidate->length == length && memcmp(candidate->name, name, length) == 0)
            break;
        child = candidate->next_sibling;
    }
    return child;
}

int path_tree_member(const struct path_tree *tree, int node, const char *name, size_t length)
{
    int child = find_child(tree, node, name, length);
    return child != PATH_NONE ? child : tree->nodes[node].every;
}

static void add_end(struct path_tree *tree, int node, enum path_want want, int target)
{
    MEMORY_GROW(tree->ends, tree->end_count, tree->end_capacity);
    tree->ends[tree->end_count] = (struct path_end){want, target, tree->nodes[node].first_end};
    tree->nodes[node].first_end = (int)tree->end_count++;
    tree->nodes[node].stops = true;
    tree->nodes[node].gated |= want == PATH_GATE;
}

static int new_child(struct path_tree *tree, int node, const char *name, size_t length)
{
    int child = new_node(tree, name, length);
    /* At the end of the row of siblings: registers write members in one order, which is often the mapping's.
     */
    int *link = &tree->nodes[node].first_child;
    while (*link != PATH_NONE)
        link = &tree->nodes[*link].next_sibling;
    *link = child;
    return child;
}

static int every_made(struct path_tree *tree, int node)
{
    if (tree->nodes[node].every == PATH_NONE) {
        int made = new_node(tree, "*", 1);
        tree->nodes[node].every = made;
    }
    return tree->nodes[node].every;
}

static int elements_made(struct path_tree *tree, int node)
{
    if (tree->nodes[node].elements == PATH_NONE) {
        int made = new_node(tree, "[]", 2);
        tree->nodes[node].elements = made;
    }
    return tree->nodes[node].elements;
}

/* Nodes that are still to be dealt with; a copy goes on from one to another. */
struct places {
    struct place {
        int node, copy;
    } * items;
    size_t count, capacity;
};

static void push(struct places *places, int node, int copy)
{
    MEMORY_GROW(places->items, places->count, places->capacity);
    places->items[places->count++] = (struct place){node, copy};
}

static void copy_node(struct path_tree *tree, int from, int to, struct places *rest)
{
    for (int end = tree->nodes[from].first_end; end != PATH_NONE; end = tree->ends[end].next)
        add_end(tree, to, tree->ends[end].want, tree->ends[end].target);
    tree->nodes[to].stops = tree->nodes[from].stops;
    for (int child = tree->nodes[from].first_child; child != PATH_NONE;
         child = tree->nodes[child].next_sibling) {
        const struct path_node *model = &tree->nodes[child];
        push(rest, child, new_child(tree, to, model->name, model->length));
    }
    if (tree->nodes[from].every != PATH_NONE)
        push(rest, tree->nodes[from].every, every_made(tree, to));
    if (tree->nodes[from].elements != PATH_NONE)
        push(rest, tree->nodes[from].elements, elements_made(tree, to));
}

/* All that is wanted at and below `from` is wanted at `to`, which is new. */
static void copy_wants(struct path_tree *tree, int from, int to)
{
    struct places rest = {0};
    push(&rest, from, to);
    while (rest.count > 0) {
        struct place place = rest.items[--rest.count];
        copy_node(tree, place.node, place.copy, &rest);
    }
    free(rest.items);
}

static int member_made(struct path_tree *tree, int node, const char *name, size_t length)
{
    int child = find_child(tree, node, name, length);
    if (child != PATH_NONE)
        return child;
    child = new_child(tree, node, name, length);
    if (tree->nodes[node].every != PATH_NONE)
        copy_wants(tree, tree->nodes[node].every, child);
    return child;
}

static void add_gate(struct path_tree *tree, int array, const struct json_path_step *step, size_t slot)
{
    struct text value = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    int elements = elements_made(tree, array), gate = (int)tree->gate_count;
    json_fold(step->text, step->length, &value);
    MEMORY_GROW(tree->gates, tree->gate_count, tree->gate_capacity);
    tree->gates[tree->gate_count++] = (struct path_gate){.slot = (int)slot,
        .index = step->kind == JSON_PATH_INDEX ? step->index : -1,
        .length = value.length,
        .value = memory_copy_string(text_string(&value)),
        .prefix = step->prefix};
    text_free(&value);
    add_end(tree, elements, PATH_GATE, gate);
    tree->nodes[array].stops = true; /* each array begins the count again */
    if (step->kind == JSON_PATH_INDEX)
        return;
    int key = elements;
    for (const char *name = step->key, *end = step->key + step->key_length; name < end;) {
        const char *dot = memchr(name, '.', (size_t)(end - name));
        const char *stop = dot != NULL ? dot : end;
        key = member_made(tree, key, name, (size_t)(stop - name));
        name = stop + (dot != NULL);
    }
    add_end(tree, key, PATH_KEY, gate);
}

/* Where a step leads from a node: to several, if it is to every member. */
static void take_step(
    struct path_tree *tree, int node, const struct json_path_step *step, size_t slot, struct places *next)
{
    switch (step->kind) {
    case JSON_PATH_NAME:
        push(next, member_made(tree, node, step->text, step->length), 0);
        break;
    case JSON_PATH_EVERY:
        for (int child = tree->nodes[node].first_child; child != PATH_NONE;
             child = tree->nodes[child].next_sibling)
            push(next, child, 0);
        push(next, every_made(tree, node), 0);
        push(next, elements_made(tree, node), 0);
        break;
    case JSON_PATH_INDEX:
    case JSON_PATH_FITTING:
        add_gate(tree, node, step, slot);
        push(next, tree->nodes[node].elements, 0);
        break;
    case JSON_PATH_ELEMENTS:
    case JSON_PATH_ALL:
        push(next, elements_made(tree, node), 0);
        break;
    case JSON_PATH_END:
        add_end(tree, node, PATH_VALUE, (int)slot);
        break;
    }
}

static void make_slot(struct path_tree *tree, size_t slot)
{
    while (tree->slot_count <= slot) {
        MEMORY_GROW(tree->slots, tree->slot_count, tree->slot_capacity);
        tree->slots[tree->slot_count++] = (struct path_slot){0};
    }
}

void path_tree_add(struct path_tree *tree, const char *path, size_t slot)
{
    struct places here = {0}, next = {0};
    struct json_path_step step = {.kind = JSON_PATH_NAME};
    make_slot(tree, slot);
    push(&here, 0, 0);
    /* Nothing stands deeper. */
    for (int depth = 0; step.kind != JSON_PATH_END && depth <= LIMIT_JSON_DEPTH; depth++) {
        step = json_path_next(&path);
        tree->slots[slot].many |= step.kind != JSON_PATH_NAME && step.kind != JSON_PATH_END;
        tree->slots[slot].joined |= step.kind == JSON_PATH_ALL;
        next.count = 0;
        for (size_t i = 0; i < here.count; i++)
            take_step(tree, here.items[i].node, &step, slot, &next);
        struct places done = here;
        here = next;
        next = done;
    }
    free(here.items);
    free(next.items);
}

void path_tree_add_name(struct path_tree *tree, const char *name, size_t slot)
{
    make_slot(tree, slot);
    add_end(tree, member_made(tree, 0, name, strlen(name)), PATH_VALUE, (int)slot);
}

void path_tree_release(struct path_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->nodes[i].name);
    for (size_t i = 0; i < tree->gate_count; i++)
        free(tree->gates[i].value);
    free(tree->nodes);
    free(tree->ends);
    free(tree->gates);
    free(tree->slots);
    *tree = (struct path_tree){0};
}
