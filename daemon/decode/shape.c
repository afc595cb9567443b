#include "shape.h"

#include "m13/limits.h"

#include <stdlib.h>
#include <string.h>

static bool is_at(const struct shape *shape, size_t index, const char *name, size_t length)
{
    return index < shape->names.count && strncmp(shape->names.names[index], name, length) == 0 &&
           shape->names.names[index][length] == '\0';
}

void shape_add(struct shape *shape, const char *name, size_t length)
{
    if (is_at(shape, shape->next, name, length)) {
        shape->next++;
        return;
    }
    for (size_t i = 0; i < shape->names.count; i++)
        if (is_at(shape, i, name, length)) {
            shape->next = i + 1;
            return;
        }
    if (length == 0 || shape->names.count == LIMIT_SHAPE_NAMES ||
        shape->bytes + length + 1 > LIMIT_SHAPE_BYTES)
        return;
    shape->bytes += length + 1;
    shape->next = source_list_add(&shape->names, name, length) + 1;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void shape_write(struct shape *shape, bool sorted, struct text *out)
{
    struct source_list *names = &shape->names;
    if (sorted && names->count > 0)
        qsort(names->names, names->count, sizeof *names->names, compare);
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            text_append_character(out, '|');
        for (const char *at = names->names[i]; *at != '\0'; at++)
            text_append_character(out, *at == '|' ? '/' : *at);
    }
}

void shape_release(struct shape *shape)
{
    source_list_release(&shape->names);
    *shape = (struct shape){0};
}
