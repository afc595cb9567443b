/* xlsx_value.h - what a cell holds, as a person sees it: decimal text, dates, shares, text without escapes.
 *
 * Numbers go from their digits to digits, never through floating point: workbooks write 0.3 as
 * 0.30000000000000004, and what Excel shows is 15 digits of it. */
#ifndef M13_DECODE_XLSX_VALUE_H
#define M13_DECODE_XLSX_VALUE_H

#include "xlsx_format.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum xlsx_cell_kind {
    XLSX_TEXT,     /* blank when empty */
    XLSX_NUMBER,   /* more digits than a number in a cell can hold: the last ones are lost */
    XLSX_ERROR,    /* what a formula failed with: #REF! */
    XLSX_NO_VALUE, /* a formula that nobody has computed yet */
};

/* Appends the number `source`, as a workbook writes it: 45321.5, 1E+5, -3. A date beyond the calendar, and
 * what is no number, is an error; 1900-02-29, which Excel thinks there was, too. */
enum xlsx_cell_kind xlsx_number(
    const char *source, size_t length, enum xlsx_format format, bool epoch_1904, struct text *out);
/* A cell of type d (ISO 8601): 2026-03-05T00:00:00 is 2026-03-05. */
void xlsx_iso_date(const char *source, size_t length, struct text *out);
/* Text with the escapes of ST_Xstring (_x000D_) undone, and clean (clean.h) with its lines kept. */
void xlsx_text(const char *source, size_t length, struct text *out, int64_t *replaced);

#endif
