/* store.h - the working database state/m13.db: open, migrate, statements, transactions.
 *
 * SQLite in WAL mode with synchronous=FULL. Exactly one connection in one process writes (it holds
 * state/lock); readers open read-only. A fault of the database (no space, I/O, corruption, a broken
 * constraint of ours) ends the program with exit 74 and the statement in the log: nothing that was not
 * committed was told to anyone, and the next start goes on from the last commit. So statements return values,
 * not error codes. */
#ifndef M13_STORE_H
#define M13_STORE_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct sqlite3;

enum store_mode {
    STORE_WRITER, /* takes state/lock (-EWOULDBLOCK when another holds it), creates, migrates */
    STORE_READER, /* query_only; the database must exist (-ENOENT) and be of this version (-EPROTO) */
};

/* Creates the folders of `state_directory` where they lack (0700 for evidence, inbox; 0750 for published). A
 * database newer than this program, or of another application, is refused (-EPROTO). A reader that another
 * process keeps waiting too long gives -EWOULDBLOCK. */
int store_open(
    const char *state_directory, enum store_mode mode, struct store **ret_store, struct failure *ret_failure);
void store_close(struct store *store); /* commits nothing; NULL is fine */
const char *store_directory(const struct store *store);
struct sqlite3 *store_handle(struct store *store); /* for publish and bench alone */

/* --- transactions: one a turn of the loop -----------------------------------------------------------------
 */

/* Opens the turn's transaction (BEGIN IMMEDIATE) unless it is open. Every writing function calls it first. */
void store_write(struct store *store);
/* Commits the turn's transaction, if any, then runs what was deferred, in order. What the actions write is
 * committed too, and what they defer is run, until nothing is left (a bounded number of times). */
void store_commit(struct store *store);
/* Whether the transaction may wait for the next turn: nothing was deferred to its commit, and it has been
 * open for less than LIMIT_GROUP_MS. A commit waits for the disk (8 ms, 25 on a slow one), a slice of long
 * work takes 5. */
bool store_may_wait(const struct store *store);
/* For a unit that may be abandoned half-way (an import): a savepoint inside the turn's transaction. */
void store_savepoint(struct store *store);
void store_release(struct store *store);
void store_roll_back(struct store *store); /* to the savepoint; actions deferred since are dropped */
/* `action` runs once right after the commit: what the outside may see only then. A kill between the two loses
 * the action, so the database must remember what is still to be done. */
void store_after_commit(struct store *store, void (*action)(void *context), void *context);
/* One consistent snapshot over several statements of a reader. */
void store_begin_reading(struct store *store);
void store_end_reading(struct store *store);
/* When the loop has nothing to do: empties the write-ahead log, unless a reader still needs it, and gives the
 * page cache back. Cheap when there is nothing to empty. */
void store_idle(struct store *store);
int64_t store_wal_bytes(const struct store *store); /* for metrics: grows while a reader holds a snapshot */

/* --- statements --------------------------------------------------------------------------------------------
 */

struct query;
/* The statement of `sql` (a literal: cached by its address), reset, without bindings. One use at a time: a
 * nested use of the same literal is a programming error and fatal. Release it with query_end() unless
 * query_next() or query_run() has ended it. */
struct query *query(struct store *store, const char *sql);
/* Binds the next parameters in order: 't' const char * (NULL = SQL NULL), 'i' int64_t, 'd' int32_t day
 * (DAY_NONE = SQL NULL), 'b' const void * + size_t, 'n' nothing (SQL NULL). Strings and bytes are copied.
 * Returns `q`. */
struct query *query_bind(struct query *q, const char *kinds, ...);
bool query_next(struct query *q); /* true: a row is there; false: no more, and the query has ended */
void query_end(struct query *q);  /* leaves a query before its last row; harmless after it */
void query_run(struct query *q);  /* for statements without rows; ends it */
int64_t query_integer(struct query *q, int column);  /* NULL gives 0 */
int32_t query_day(struct query *q, int column);      /* NULL gives DAY_NONE */
const char *query_text(struct query *q, int column); /* NULL gives ""; valid until the next step */
bool query_is_null(struct query *q, int column);
const void *query_blob(struct query *q, int column, size_t *ret_length);
int64_t store_last_id(struct store *store);
int64_t store_changes(struct store *store); /* rows changed by the last statement */
/* Shorthand for a single value; `fallback` when there is no row or it is NULL. Parameters as in query_bind.
 */
int64_t store_value(struct store *store, int64_t fallback, const char *sql, const char *kinds, ...);

/* --- meta: single values
 * ------------------------------------------------------------------------------------ */

void store_meta_set(struct store *store, const char *name, const char *value);
char *store_meta(struct store *store, const char *name); /* the caller frees; NULL when unset */

#endif
