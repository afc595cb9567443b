/* internal.h - what the parts of this room share. */
#ifndef CONTACTS_INTERNAL_H
#define CONTACTS_INTERNAL_H

#include "m13/contacts.h"

#include <sqlite3.h>
#include <stddef.h>

struct contacts {
    struct sqlite3 *handle;
    char *path;
    enum contacts_mode mode;
    bool begun; /* an import; what it puts stands in temp.delivered, which is in memory alone */
    sqlite3_stmt *find, *deliver; /* of the import: prepared once */
};

/* --- file.c: the file and its schema ----------------------------------------------------------------------
 */

/* Is the file there, ours alone, and no link? A writer creates it, and narrows what is too wide. */
int contacts_file_prepare(const char *path, enum contacts_mode mode, struct failure *ret_failure);
/* Is it ours, and of a version that we know? A new one gets its tables. */
int contacts_schema(struct contacts *contacts, struct failure *ret_failure);

/* --- statement.c: SQLite with failures, since contacts are no reason for m13d to end
 * ------------------------
 */

/* SQLite's own message never holds a value: parameters are bound. */
int contacts_fault(const struct contacts *contacts, const char *doing, struct failure *ret_failure);
int contacts_run(struct contacts *contacts, const char *sql, struct failure *ret_failure);
/* The statement of `sql` with its parameters bound: 't' const char * (NULL = SQL NULL), 'i' int64_t. NULL
 * with the failure told. */
sqlite3_stmt *contacts_prepare(
    struct contacts *contacts, struct failure *ret_failure, const char *sql, const char *kinds, ...);
/* New parameters for a statement that was prepared before. */
int contacts_bind(
    struct contacts *contacts, sqlite3_stmt *statement, struct failure *ret_failure, const char *kinds, ...);
/* 1 = a row, 0 = no more, negative = a failure. */
int contacts_step(struct contacts *contacts, sqlite3_stmt *statement, struct failure *ret_failure);
/* Prepares, runs to the end and finalizes a statement without rows; how many rows it changed, or negative. */
int64_t contacts_change(
    struct contacts *contacts, struct failure *ret_failure, const char *sql, const char *kinds, ...);
/* "" for NULL. */
const char *contacts_column(sqlite3_stmt *statement, int column);

/* --- erase.c ----------------------------------------------------------------------------------------------
 */

/* Nothing that was deleted or replaced is left in the file, nor beside it. */
int contacts_scour(struct contacts *contacts, struct failure *ret_failure);

#endif
