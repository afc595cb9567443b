/* registry.h - local records: what the bureau and the firms know, validated, versioned, rejected with
 * reasons.
 *
 * A table of kinds tells columns (English key, Chinese headers), which are required, which make the key, and
 * the parser of each cell. Good rows of a file are taken, each bad row is reported in Chinese; the same file
 * again changes nothing.
 *
 * A file is staged while it is decoded (each row checked, compared with the current version, and only what
 * changes kept), then all its good rows are applied in one transaction of one turn: all or none. Its journal
 * entry (kind "import") is the seq of all its versions. */
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
    const char *file; /* its name */
    char kind[24];    /* "" when it could not be told */
    int64_t rows, added, changed, unchanged, rejected;
    int64_t warnings;   /* cells that were taken although they look wrong (a USCC's check character) */
    bool firms_changed; /* firms were added, changed or withdrawn: makers must be matched again */
    bool known;         /* these very bytes were imported before: nothing done */
    char problem[512];  /* "" = fine; Chinese, for the sender, when the file as a whole was refused */
};

struct registry_events {
    void (*imported)(const struct import_result *result, void *context); /* after the commit */
    void *context;
};

/* Watches state/inbox when the loop runs: scan at start and every minute (network shares report nothing).
 * `events` is copied; NULL is fine. */
struct registry *registry_new(struct loop *loop, struct store *store, const struct registry_events *events);
void registry_start(struct registry *registry);
/* Takes one file (an open descriptor, handed over) as user `by`. Rows are imported in one transaction. `done`
 * (may be NULL) is called after the commit, never from within this call. */
void registry_import(struct registry *registry, int descriptor, const char *name, const char *by,
    void (*done)(const struct import_result *result, void *context), void *context);
/* Nothing is being imported, nothing waits, and the inbox has been looked at since registry_start(). */
bool registry_is_idle(const struct registry *registry);
void registry_free(struct registry *registry); /* NULL is fine */

/* --- kinds
 * ------------------------------------------------------------------------------------------------------------------
 */

/* A cell's canonical value is a string, never blank:
 *   text      blanks trimmed and folded
 *   date      ISO with the precision that was given: 2026, 2026-03, 2026-03-05
 *   yes/no    yes, no
 *   country   ISO 3166-1 alpha-2
 *   amount    decimal as written, thousands separators removed: 1234.50, -3
 *   currency  ISO 4217
 *   list      its parts joined by '|'; former names as NAME@UNTIL or NAME, joined likewise
 *   status    active, moved-out, suspended, abnormal, revoked, deregistered
 *   class     I, II, III
 *   district  东城区 ... 延庆区, 经开区
 * In a file a blank cell leaves the value as it is, `清空` clears it (it is then absent from the fields). */
struct local_column {
    const char *key;        /* English key, as in contract.md */
    const char *headers[8]; /* Chinese headers accepted, NULL-terminated; the first is used in messages */
    bool required, is_key;
    /* Canonical value of a cell appended to `out`. 0; 1 when it is taken but ret_why warns; negative with the
     * reason in Chinese in ret_why. The cell is not blank. */
    int (*parse)(const char *cell, struct text *out, struct failure *ret_why);
    const char *expected; /* what would be right, in Chinese */
};
struct local_kind {
    const char *kind; /* firms, products, scopes, declarations, sales ... */
    const char *zh;
    /* Of a row without a document. The bureau's own lists (firms, products) rest on the business register and
     * NMPA's, hence `documented`; what a firm says of itself is `claimed` until its `document` is filled. */
    const char *assurance;
    const struct local_column *columns;
    size_t column_count;
};
extern const struct local_kind local_kinds[];
extern const size_t local_kind_count;
const struct local_kind *local_kind(const char *kind); /* or NULL */

/* --- reading
 * ------------------------------------------------------------------------------------------------------------------
 */

/* One current record; strings live until `each` returns. */
struct local_record {
    const char *kind, *key, *uscc, *product_id, *authority, *number, *assurance;
    int64_t version, file, row;
    const char *fields; /* JSON object of strings: canonical values by English key */
};
/* Calls `each` for the current, not withdrawn records of `kind` of a firm (uscc NULL = all), in order of key;
 * false from `each` stops. No statement is open during the call, so `each` may read and write. */
void registry_each(struct store *store, const char *kind, const char *uscc,
    bool (*each)(const struct local_record *record, void *context), void *context);

/* Unified social credit code: shape and check character (GB 32100-2015). A wrong check is a warning only: a
 * real firm has one. */
enum uscc_answer { USCC_GOOD, USCC_CHECK_WRONG, USCC_SHAPE_WRONG };
enum uscc_answer uscc_check(const char *code);

#endif
