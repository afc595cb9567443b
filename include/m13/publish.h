/* publish.h - the database that dashboards read: published/m13.db, complete, replaced by rename.
 *
 * One table of tables: name, columns with declared types, and the SELECT over the working database that fills
 * it. The child copies from one read-only snapshot into a temporary file, checks it, fsyncs and renames.
 * A publication that fails leaves the old file, is told, and is tried again after a minute.
 * m13ctl's lists run the same SELECTs, so that the keys of --json are the columns of the bi_ tables. */
#ifndef M13_PUBLISH_H
#define M13_PUBLISH_H

#include "m13/digest.h"
#include "m13/failure.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct store;
struct publish;

struct publish_table {
    const char *name; /* bi_case ... */
    const char *sql;  /* the file: CREATE TABLE with declared types, then SELECT over the working database */
};
extern const struct publish_table publish_tables[];
extern const size_t publish_table_count;
const struct publish_table *publish_table(const char *name); /* or NULL */
void publish_table_create(const struct publish_table *table, struct text *out);
/* Columns in the order of the CREATE and with its names; the parameter :now is the wall clock in ms. */
const char *publish_table_select(const struct publish_table *table);

struct publish *publish_new(struct loop *loop, struct store *store, int64_t every_ms);
void publish_set_pace(struct publish *publish, int64_t every_ms); /* from the next publication on */
/* Something that is published has changed (after the commit): at most one publication in `every_ms`. */
void publish_request(struct publish *publish);
void publish_now(struct publish *publish); /* even when nothing has changed, and without waiting */
/* No child runs and nothing has changed since one last looked; also when that one failed. */
bool publish_is_idle(const struct publish *publish);
const char *publish_problem(const struct publish *publish); /* of the last publication; "" = it went well */
void publish_free(struct publish *publish);
/* The journal's length and head as the publication that stands tells them: they prove the journal from
 * outside. False = there is none, or none that can be read. */
bool publish_told_head(const char *state_directory, int64_t *ret_seq, char out[DIGEST_HEX_BYTES]);

/* `m13d --child publish STATE NOW`: the work itself; returns the exit code. */
int publish_child_main(int argc, char **argv);

#endif
