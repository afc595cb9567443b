/* name_table.h - enumerations that have names in conf files, tables and messages.
 *
 * One table per enumeration gives the code used in JSON and SQL and the words for people. */
#ifndef M13_NAME_TABLE_H
#define M13_NAME_TABLE_H

#include <stddef.h>

struct name_entry {
    int value;
    const char *code; /* identifier in JSON, SQL, conf: lower case, hyphens */
    const char *zh;
    const char *en;
};

const char *name_code(const struct name_entry *table, size_t count, int value); /* "?" when there is none */
const struct name_entry *name_find(
    const struct name_entry *table, size_t count, const char *code); /* or NULL */
/* "a, b, c", for messages that say what is accepted. */
const char *name_list(const struct name_entry *table, size_t count, char *out, size_t bytes);

#endif
