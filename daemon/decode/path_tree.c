#include "path_tree.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static int new_node(struct path_tree *tree, const char *name, size_t length)
{
    MEMORY_GROW(tree->nodes, tree->count, tree->capacity);
    tree->nodes[tree->count] = (struct path_node){.name = memory_copy_bytes(name, length),
        .length = length,
        .first_child = PATH_NONE,
        .next_sibling = PATH_NONE,
        .slot = PATH_NONE};
    return (int)tree->count++;
}

void path_tree_init(struct path_tree *tree)
{
    *tree = (struct path_tree){0};
    new_node(tree, "", 0);
}

int path_tree_child(const struct path_tree *tree, int node, const char *name, size_t length)
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

static int child_made(struct path_tree *tree, int node, const char *name, size_t length)
{
    int child = path_tree_child(tree, node, name, length);
    if (child != PATH_NONE)
        return child;
    child = new_node(tree, name, length);
    /* At the end of the row of siblings: registers write members in one order, which is often the mapping's.
     */
    int *link = &tree->nodes[node].first_child;
    while (*link != PATH_NONE)
        link = &tree->nodes[*link].next_sibling;
    *link = child;
    return child;
}

int path_tree_add(struct path_tree *tree, const char *path, int slot)
{
    int node = 0;
    while (*path != '\0') {
        size_t length = strcspn(path, ".");
        node = child_made(tree, node, path, length);
        path += length + (path[length] == '.');
    }
    if (tree->nodes[node].slot == PATH_NONE)
        tree->nodes[node].slot = slot;
    return tree->nodes[node].slot;
}

void path_tree_release(struct path_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->nodes[i].name);
    free(tree->nodes);
    *tree = (struct path_tree){0};
}
