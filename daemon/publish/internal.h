/* internal.h - what the files of this room share. */
#ifndef M13_PUBLISH_INTERNAL_H
#define M13_PUBLISH_INTERNAL_H

#include "m13/failure.h"
#include "m13/publish.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* After a failure, though nothing has changed: a disk may have been emptied. Tests set it. */
extern int64_t publish_retry_ms;
/* How long at most it waits for all firms to be decided again. Tests set it. */
extern int64_t publish_patience_ms;

/* --- in the child ----------------------------------------------------------------------------------------
 */

/* One attempt. Attached are `working`, the daemon's database, and where it may be taken from `last`, the
 * publication that stands. */
struct publication {
    sqlite3 *database;
    const char *state; /* folder */
    int64_t now;
    bool reuses;
    bool same_basis; /* ... and nothing but cases has changed since: set when bi_case is filled */
    struct failure failure;
};

/* Each false with publication->failure: `what`, and what SQLite has to say. */
bool publication_run(struct publication *publication, const char *what, const char *sql);
bool publication_attach(struct publication *publication, const char *file, const char *name); /* to read */

/* fill.c: all tables, in the open transaction. */
bool publication_fill(struct publication *publication);
/* Rows of the table's SELECT, those alone for which `condition` holds (NULL = all). */
bool publication_insert(
    struct publication *publication, const struct publish_table *table, const char *condition);

/* reuse.c: what cases have given that have not changed since the last publication, and events.
 *
 * To read the traces of 50,000 cases takes seconds: rows that stand in the last publication are copied. It
 * must be of the same layout, of this journal, and of the same day: so damage to a published file does not
 * live on. What rests on a version of a case alone, which never changes, is taken always; what rests on
 * approvals, matches, firms and products too, where the `basis` of bi_meta says that these are as they were.
 */
bool reuse_knows(const struct publish_table *table);
void reuse_begin(struct publication *publication); /* says by `reuses` whether it may be done */
bool reuse_fill(struct publication *publication, const struct publish_table *table);
int32_t reuse_layout(void); /* of what this program writes: stands in the file as its user_version */

#endif
