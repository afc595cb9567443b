/* relations.h - which part of a package names which (ECMA-376 part 2, 9.3). */
#ifndef M13_DECODE_RELATIONS_H
#define M13_DECODE_RELATIONS_H

#include "package.h"

#include <stddef.h>

struct relation {
    char *id;
    char *type; /* the last word of its address: worksheet, sharedStrings ... */
    char *part; /* with its whole path */
};
struct relations {
    struct relation *items;
    size_t count, capacity;
};

/* Those of `part`, "" = of the package itself; none when it has no list of them. */
int relations_read(
    struct package *package, const char *part, struct relations *ret_relations, struct failure *ret_failure);
/* The first of this id or type; NULL when there is none. */
const struct relation *relations_by_id(const struct relations *relations, const char *id);
const struct relation *relations_by_type(const struct relations *relations, const char *type);
void relations_release(struct relations *relations);

#endif
