/* table_rows.h - a local table: CSV whose header is whatever its sender wrote, cells out under their headers.
 */
#ifndef M13_DECODE_TABLE_ROWS_H
#define M13_DECODE_TABLE_ROWS_H

#include "charset.h"
#include "emit.h"

#include "m13/failure.h"

#include <stdint.h>

struct table_rows {
    struct emit *emit;
    struct charset *utf8, *gb18030;
    int64_t replaced;
};

void table_rows_init(struct table_rows *rows, struct emit *emit);
void table_rows_release(struct table_rows *rows);
/* The descriptor is a file: it is read twice, first to tell its character set and separator. */
int table_rows_read(struct table_rows *rows, int64_t page, int descriptor, struct failure *ret_failure);

#endif
