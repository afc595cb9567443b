#include "xml_path.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

void xml_path_init(struct xml_path *path, const char *text)
{
    *path = (struct xml_path){0};
    while (text != NULL && *text != '\0') {
        text += *text == '/';
        size_t length = strcspn(text, "/");
        MEMORY_GROW(path->names, path->count, path->capacity);
        path->names[path->count++] = memory_copy_bytes(text, length);
        text += length;
    }
}

void xml_path_release(struct xml_path *path)
{
    for (size_t i = 0; i < path->count; i++)
        free(path->names[i]);
    free(path->names);
    *path = (struct xml_path){0};
}

void xml_path_begin(struct xml_path *path)
{
    path->matched = 0;
    path->parent_seen = path->count == 1;
}

static bool is_called(const char *wanted, const char *prefix, const char *name)
{
    if (strcmp(wanted, "*") == 0)
        return true;
    if (prefix != NULL) {
        size_t length = strlen(prefix);
        if (strncmp(wanted, prefix, length) != 0 || wanted[length] != ':')
            return false;
        wanted += length + 1;
    }
    return strcmp(wanted, name) == 0;
}

bool xml_path_open(struct xml_path *path, size_t depth, const char *prefix, const char *name)
{
    if (path->matched != depth || depth >= path->count || !is_called(path->names[depth], prefix, name))
        return false;
    path->matched++;
    path->parent_seen |= path->matched + 1 == path->count;
    return path->matched == path->count;
}

void xml_path_close(struct xml_path *path, size_t depth)
{
    if (path->matched > depth)
        path->matched = depth;
}
