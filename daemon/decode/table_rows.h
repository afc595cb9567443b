/* table_rows.h - a local table: CSV or a workbook of whatever form its sender gave it, every row as its
 * cells. Which of them are headers is for the registry to find out.
 *
 * What cannot be read is told in Chinese: it goes back to the sender. */
#ifndef M13_DECODE_TABLE_ROWS_H
#define M13_DECODE_TABLE_ROWS_H

#include "charset.h"
#include "emit.h"

#include "m13/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_rows {
    struct emit *emit;
    struct charset *utf8, *gb18030, *utf16;
    struct text cell, line;
    int64_t replaced;
};

void table_rows_init(struct table_rows *rows, struct emit *emit);
void table_rows_release(struct table_rows *rows);
int64_t table_rows_replaced(const struct table_rows *rows);
/* The descriptor is a file: it is read more than once. */
int table_rows_read(struct table_rows *rows, int64_t page, int descriptor, struct failure *ret_failure);

/* One per form. */
int table_rows_read_csv(
    struct table_rows *rows, struct charset *charset, int descriptor, struct failure *ret_failure);
int table_rows_read_xlsx(struct table_rows *rows, int descriptor, struct failure *ret_failure);
/* The next cell of `rows->line`: clean text as a JSON string, with `before` and `behind`, a few bytes,
 * round it. */
void table_rows_append(
    struct table_rows *rows, const char *before, const char *bytes, size_t length, const char *behind);
/* A row that is too wide, or else too large; `bytes`: its first cell. */
void table_rows_reject(
    struct table_rows *rows, int64_t number, bool too_wide, const char *bytes, size_t length);

#endif
