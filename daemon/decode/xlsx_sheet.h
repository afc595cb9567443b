/* xlsx_sheet.h - the rows of one sheet (ECMA-376 part 1, 18.3). */
#ifndef M13_DECODE_XLSX_SHEET_H
#define M13_DECODE_XLSX_SHEET_H

#include "xlsx_book.h"
#include "xlsx_rows.h"

int xlsx_sheet_read(struct xlsx_book *book, const struct xlsx_place *place,
    const struct xlsx_reading *reading, struct failure *ret_failure);

#endif
