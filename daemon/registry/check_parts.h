/* check_parts.h - one record under the check, and what is said of it. */
#ifndef REGISTRY_CHECK_PARTS_H
#define REGISTRY_CHECK_PARTS_H

#include "check.h"

struct checking {
    struct store *store;
    const struct local_headers *headers;
    const struct local_row *row;
    const char *const *merged;
    struct local_problems *problems;
    struct local_check_memory *memory;
    int faults;
};

int checked_column(const struct checking *checking, const char *key);         /* -1 = the kind has none */
const char *checked_value(const struct checking *checking, const char *key);  /* NULL = none */
const char *checked_header(const struct checking *checking, const char *key); /* as the file heads it */
/* There, or there and faulty: nothing more is to be said of it. */
bool is_told(const struct checking *checking, const char *key);
/* This row says it, and not only an earlier one. */
bool is_touched(const struct checking *checking, const char *key);

void check_fault(struct checking *checking, const char *key, const char *reason, const char *expected);
void check_warn(struct checking *checking, const char *key, const char *reason, const char *expected);

/* What one kind asks for beyond the table of its columns. */
void check_kind(struct checking *checking);
void check_renamed(struct checking *checking);

#endif
