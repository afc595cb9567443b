/* table_header.h - which row of a register's table is its header, and where in it stands what a definition
 * reads.
 *
 * The header is the first of the first LIMIT_HEADER_ROWS rows that holds every column that must be there.
 * Names are compared clean (clean.h) and in Unicode's form NFKC, since full-width letters come and go. A
 * definition writes `NAME`, `NAME*` for the one column that begins so (or is called just that), `#2` behind
 * it for the second such column, and `?` behind all for one that may be missing. */
#ifndef M13_DECODE_TABLE_HEADER_H
#define M13_DECODE_TABLE_HEADER_H

#include "clean.h"
#include "shape.h"
#include "source_list.h"

#include "m13/failure.h"

#include <stddef.h>
#include <stdint.h>

#define TABLE_NO_COLUMN SIZE_MAX

struct table_header;

/* To be called before the sandbox closes: ICU opens its tables here. `sources` must outlive it. */
struct table_header *table_header_new(const struct source_list *sources, struct clean_rules rules);
void table_header_free(struct table_header *header); /* NULL is fine */

/* A new payload: nothing has been seen. */
void table_header_begin(struct table_header *header);
/* The next cell of a row; more than LIMIT_CSV_COLUMNS are not looked at. */
void table_header_add(struct table_header *header, const char *bytes, size_t length);
/* The row is over: 1 = it is the header, 0 = it is not, or -EBADMSG when a column that is read stands in it
 * twice and no `#` says which. `place`: "row 3", for people. */
int table_header_try(struct table_header *header, const char *place, struct failure *ret_failure);
/* No row was the header: -EBADMSG, and what was missing in the row that came nearest. */
int table_header_fail(const struct table_header *header, struct failure *ret_failure);

/* Of the header that was found: a source's column, TABLE_NO_COLUMN when it is missing. */
size_t table_header_column(const struct table_header *header, size_t source);
void table_header_shape(const struct table_header *header, struct shape *shape);

#endif
