#include "source_list.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

size_t source_list_add(struct source_list *list, const char *name, size_t length)
{
    size_t index = 0;
    while (index < list->count &&
           (strlen(list->names[index]) != length || memcmp(list->names[index], name, length) != 0))
        index++;
    if (index == list->count) {
        MEMORY_GROW(list->names, list->count, list->capacity);
        list->names[list->count++] = memory_copy_bytes(name, length);
    }
    return index;
}

void source_list_release(struct source_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct source_list){0};
}
