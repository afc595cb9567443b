/* path_tree.h - the few members of a JSON value that somebody wants, as a tree of names.
 *
 * "openfda.device_class" is the member `device_class` of the object at member `openfda`; "" is the value
 * itself. Each wanted path has a slot number. */
#ifndef M13_DECODE_PATH_TREE_H
#define M13_DECODE_PATH_TREE_H

#include <stddef.h>
#include <stdint.h>

struct path_node {
    char *name;
    size_t length;
    int first_child, next_sibling; /* index of a node, -1 = none */
    int slot;                      /* -1 = nobody wants this value itself */
    uint64_t seen;                 /* the walk in which the name stood last: twice in one is a doubled name */
};
struct path_tree {
    struct path_node *nodes; /* nodes[0] is the value itself */
    size_t count, capacity;
};

#define PATH_NONE (-1)

void path_tree_init(struct path_tree *tree);
/* Wants `path`; returns its slot: `slot`, or the earlier one when the path is wanted already. */
int path_tree_add(struct path_tree *tree, const char *path, int slot);
int path_tree_child(
    const struct path_tree *tree, int node, const char *name, size_t length); /* or PATH_NONE */
void path_tree_release(struct path_tree *tree);

#endif
