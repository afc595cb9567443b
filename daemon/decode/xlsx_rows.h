/* xlsx_rows.h - the rows of a workbook (ECMA-376 SpreadsheetML, transitional and strict), sheet by sheet,
 * cell by cell, in memory that grows only with the workbook's different texts.
 *
 * Hidden sheets are left out. Rows are counted as a spreadsheet shows them; those without any text are not
 * told. */
#ifndef M13_DECODE_XLSX_ROWS_H
#define M13_DECODE_XLSX_ROWS_H

#include "fault.h"
#include "xlsx_value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `length` bytes, not NUL-terminated: clean text (clean.h), 15 digits, 2026-03-05 13:45, 60%, TRUE. */
struct xlsx_cell {
    enum xlsx_cell_kind kind;
    const char *bytes;
    size_t length;
};
struct xlsx_row {
    int64_t number; /* from 1 */
    const struct xlsx_cell *cells;
    size_t count;   /* up to the last that is not blank; at most LIMIT_CSV_COLUMNS */
    bool too_wide;  /* there is something in a cell beyond */
    bool too_large; /* over LIMIT_ROW_BYTES: cells are missing */
};
/* What a callback answers that wants no more of this sheet. */
#define XLSX_ENOUGH 1
struct xlsx_reading {
    enum fault_language language;
    /* 0, XLSX_ENOUGH, or a negative errno and *ret_failure, which end the reading. `epoch_1904`: bare date
     * numbers count from there. */
    int (*sheet)(const char *name, bool epoch_1904, void *context, struct failure *ret_failure);
    int (*row)(const struct xlsx_row *row, void *context, struct failure *ret_failure);
    void *context;
};

/* Once, before the sandbox closes. */
void xlsx_prepare(void);
/* The descriptor is a plain file (not compressed once more), since its list stands at its end. 0, or what a
 * callback answered, -EBADMSG (damaged, cut, encrypted, no workbook), -EFBIG (a ceiling). On a failure no row
 * that was told counts: it is not known to be right. *ret_replaced grows by the characters that became
 * U+FFFD. */
int xlsx_rows_read(
    int descriptor, const struct xlsx_reading *reading, int64_t *ret_replaced, struct failure *ret_failure);

#endif
