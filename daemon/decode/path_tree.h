/* path_tree.h - the few members of a JSON value that somebody wants, as a tree of names.
 *
 * Each wanted path (json_path.h) has a slot number. A value stands at one node of the tree at most, so that
 * a walk costs the same however many paths there are: where a member is wanted by its name and as "every"
 * member, its own node has all that "every" has. */
#ifndef M13_DECODE_PATH_TREE_H
#define M13_DECODE_PATH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_NONE (-1)

/* What is wanted at a node. */
enum path_want {
    PATH_VALUE, /* the value, by a slot */
    PATH_KEY,   /* the value, by a gate that compares it */
    PATH_GATE,  /* the node is of elements: a gate lets one of them through */
};
struct path_end {
    enum path_want want;
    int target; /* slot or gate */
    int next;
};

struct path_node {
    char *name;
    size_t length;
    int first_child, next_sibling; /* members by name; index of a node, or PATH_NONE */
    int every;                     /* members of any other name */
    int elements;                  /* of an array */
    int first_end;
    bool stops;    /* a value that stands here is somebody's business */
    bool gated;    /* there is a gate among the ends */
    uint64_t seen; /* the object in which the name stood last: twice in one is a doubled name */
};

/* [key=value] or [0] of one path. */
struct path_gate {
    int slot;
    int64_t index; /* -1 = by value */
    char *value;   /* cleaned and folded (json_picks.h) */
    size_t length;
    bool prefix; /* what begins with it fits too */
};

struct path_slot {
    bool many;   /* * or brackets: what is no text is nothing */
    bool joined; /* [*] */
};

struct path_tree {
    struct path_node *nodes; /* nodes[0] is the value itself */
    size_t count, capacity;
    struct path_end *ends;
    size_t end_count, end_capacity;
    struct path_gate *gates;
    size_t gate_count, gate_capacity;
    struct path_slot *slots;
    size_t slot_count, slot_capacity;
    uint64_t objects; /* walked until now, for path_node.seen */
};

void path_tree_init(struct path_tree *tree);
void path_tree_add(struct path_tree *tree, const char *path, size_t slot);
/* The member of the value itself that has this name, whatever stands in it. */
void path_tree_add_name(struct path_tree *tree, const char *name, size_t slot);
int path_tree_member(const struct path_tree *tree, int node, const char *name, size_t length);
void path_tree_release(struct path_tree *tree);

#endif
