/* import.h - one file of local records: rows in, what they change staged, applied in one transaction. Knows
 * no file system, loop or decoder. */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include "m13/registry.h"

struct store;
struct local_import;

/* `name` of the file and `by` whom it was delivered go into the records. */
struct local_import *local_import_new(struct store *store, const char *name, const char *by);
/* Before any row: a JSON array of the table's headers, which tell its kind. false = the file as a whole is
 * refused, more rows change nothing. */
bool local_import_headers(struct local_import *import, const char *json, size_t length);
/* One row: a JSON object of strings by header. false as above. */
bool local_import_cells(struct local_import *import, int64_t row, const char *json, size_t length);
/* A row that the decoder could not read, in its words. */
void local_import_unreadable(struct local_import *import, int64_t row, const char *field, const char *reason);
/* Refuses the file as a whole; Chinese, for the sender. The first reason stands. */
void local_import_refuse(struct local_import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* No more rows will come: writes records, rejects, the file's row, its journal entry and the work that
 * follows, in the turn's transaction. 0; 1 = the file is refused (result's `problem`), nothing written;
 * negative = a fault of ours, nothing written, try again later. */
int local_import_apply(struct local_import *import, const char *sha256, struct failure *ret_failure);
const struct import_result *local_import_result(const struct local_import *import);
void local_import_free(struct local_import *import); /* NULL is fine */

/* What was imported with these bytes: fills *ret_result (`known`, kind and counts; `file` stays as it is) and
 * returns the file's id; 0 = nothing. */
int64_t local_file_find(struct store *store, const char *sha256, struct import_result *ret_result);

#endif
