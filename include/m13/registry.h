/* registry.h - local records: what the bureau and the firms know, validated, versioned, rejected with
 * reasons.
 *
 * A table of kinds tells columns (English key, Chinese headers), which are required, which make the key, and
 * the parser of each cell. Good rows of a file are taken, each bad row is reported in Chinese; the same file
 * again changes nothing. */
#ifndef M13_REGISTRY_H
#define M13_REGISTRY_H

#include "m13/date.h"
#include "m13/failure.h"
#include "m13/money.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct store;
struct registry;

struct import_result {
    char *file;    /* its name */
    char kind[24]; /* "" when it could not be told */
    int64_t rows, added, changed, unchanged, rejected;
    bool known;        /* these very bytes were imported before: nothing done */
    char problem[512]; /* "" = fine; Chinese, for the sender, when the file as a whole was refused */
};

struct registry_events {
    void (*imported)(const struct import_result *result, void *context); /* after the commit */
    void *context;
};

/* Watches state/inbox when the loop runs: scan at start and every minute (inotify: a later issue). */
struct registry *registry_new(struct loop *loop, struct store *store, const struct registry_events *events);
void registry_start(struct registry *registry);
/* Takes one file (an open descriptor, handed over) as user `by`. Rows are imported in one transaction. */
void registry_import(struct registry *registry, int descriptor, const char *name, const char *by,
    void (*done)(const struct import_result *result, void *context), void *context);
bool registry_is_idle(const struct registry *registry);
void registry_free(struct registry *registry);

/* --- kinds
 * ------------------------------------------------------------------------------------------------------------------
 */

struct local_column {
    const char *key;        /* English key, as in contract.md */
    const char *headers[8]; /* Chinese headers accepted, NULL-terminated; the first is used in messages */
    bool required, is_key;
    /* Canonical value of a cell appended to `out`; on a fault the reason and what would be right, in Chinese.
     */
    int (*parse)(const char *cell, struct text *out, struct failure *ret_why);
};
struct local_kind {
    const char *kind; /* firms, products, scopes, declarations, sales ... */
    const char *zh;
    const struct local_column *columns;
    size_t column_count;
};
extern const struct local_kind local_kinds[];
extern const size_t local_kind_count;

/* --- reading
 * ------------------------------------------------------------------------------------------------------------------
 */

/* One current record; strings live until the next call on the same store. */
struct local_record {
    const char *kind, *key, *uscc, *product_id, *authority, *number, *assurance;
    int64_t version, file, row;
    const char *fields; /* JSON object */
};
/* Calls `each` for the current, not withdrawn records of `kind` of a firm (uscc NULL = all), in order of key;
 * false from `each` stops. */
void registry_each(struct store *store, const char *kind, const char *uscc,
    bool (*each)(const struct local_record *record, void *context), void *context);

/* Unified social credit code: shape and check character (GB 32100-2015). A wrong check is a warning only: a
 * real firm has one. */
enum uscc_answer { USCC_GOOD, USCC_CHECK_WRONG, USCC_SHAPE_WRONG };
enum uscc_answer uscc_check(const char *code);

#endif
