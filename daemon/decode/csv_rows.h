/* csv_rows.h - the rows of a text with separators, of any size, cell by cell.
 *
 * Rows are counted as a spreadsheet shows them: the header is a row, an empty line is a row (that is not
 * told), line breaks inside quotes are none. */
#ifndef M13_DECODE_CSV_ROWS_H
#define M13_DECODE_CSV_ROWS_H

#include "charset.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_cell {
    const char *bytes;
    size_t length;
};
struct csv_row {
    int64_t number; /* from 1 */
    const struct csv_cell *cells;
    size_t count;      /* of cells; may be more than LIMIT_CSV_COLUMNS, but so many are kept at most */
    bool too_large;    /* over LIMIT_ROW_BYTES, or a cell over LIMIT_FIELD_BYTES: something is missing */
    bool too_wide;     /* there is something in a cell that is not kept */
    bool breaks_lines; /* a quoted cell has line breaks in it */
    bool misquoted;    /* a quote inside a quoted cell is not doubled */
};
struct csv_reading {
    char separator;
    char quote; /* 0 = quotes are data */
    enum fault_language language;
    /* One row that has any cell. A negative errno and *ret_failure end the reading. */
    int (*row)(const struct csv_row *row, void *context, struct failure *ret_failure);
    void *context;
    bool *ret_unended; /* there is no line end behind the last line; NULL = nobody asks */
};

/* 0, or what `row` or charset_read() answered, -EBADMSG (quotes that do not pair, so that rows may have been
 * swallowed), -EFBIG (a cell over LIMIT_FIELD_BYTES which may have swallowed rows). */
int csv_rows_read(struct charset *source, const struct csv_reading *reading, struct failure *ret_failure);

#endif
