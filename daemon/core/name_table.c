#include "m13/name_table.h"

#include <stdio.h>
#include <string.h>

const char *name_code(const struct name_entry *table, size_t count, int value)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].value == value)
            return table[i].code;
    return "?";
}

const struct name_entry *name_find(const struct name_entry *table, size_t count, const char *code)
{
    for (size_t i = 0; code != NULL && i < count; i++)
        if (strcmp(table[i].code, code) == 0)
            return &table[i];
    return NULL;
}

const char *name_list(const struct name_entry *table, size_t count, char *out, size_t bytes)
{
    size_t used = 0;
    if (bytes > 0)
        out[0] = '\0';
    for (size_t i = 0; i < count && used < bytes; i++) {
        int length = snprintf(out + used, bytes - used, "%s%s", i > 0 ? ", " : "", table[i].code);
        used += length > 0 ? (size_t)length : 0;
    }
    return out;
}
