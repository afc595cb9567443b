/* source_list.h - the fields of a register's row that a definition reads, each once. */
#ifndef M13_DECODE_SOURCE_LIST_H
#define M13_DECODE_SOURCE_LIST_H

#include <stddef.h>

struct source_list {
    char **names; /* paths of JSON members, or headers of CSV columns */
    size_t count, capacity;
};

size_t source_list_add(struct source_list *list, const char *name, size_t length); /* its index */
void source_list_release(struct source_list *list);

#endif
