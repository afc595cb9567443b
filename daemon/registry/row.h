/* row.h - one row of a file: cells to canonical values. */
#ifndef REGISTRY_ROW_H
#define REGISTRY_ROW_H

#include "headers.h"
#include "m13/limits.h"
#include "problems.h"

#include <jansson.h>

struct local_row {
    int64_t row;    /* 1-based, as a person counts them */
    bool blank;     /* nothing in it at all */
    bool withdrawn; /* 作废 */
    int errors;     /* faulty cells: 0 = a good row */
    bool faulty[LOCAL_COLUMNS];
    /* By column: NULL = unchanged (a blank cell), "" = cleared, else the canonical value. */
    const char *value[LOCAL_COLUMNS];
    bool untold[LOCAL_COLUMNS]; /* a blank cell in words: 无, /, of a date 长期 */
    /* Of an amount that is written with its currency: local_amount_currencies() of cells.h; NULL = none. */
    const char *currencies[LOCAL_COLUMNS];
    struct text memory; /* what they point into; reused from row to row */
};

#define LOCAL_ROW_EMPTY ((struct local_row){.memory = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES)})

/* Reads the cells: a JSON array in the order of the headers (m13/decoder.h tells what a cell may be). Every
 * faulty cell is added to `problems`; warnings go there too, and are counted in *ret_warnings. Of a personal
 * kind no value is quoted. `epoch_1904`: bare numbers of date columns count from there. */
void local_row_read(const struct local_headers *headers, json_t *cells, int64_t number, bool epoch_1904,
    struct local_problems *problems, struct local_row *row, int64_t *ret_warnings);
/* Key columns joined by '|'; false when one is not there. Of firms: the USCC, or SRN:... or FEI:... of a
 * candidate. */
bool local_row_key(const struct local_row *row, const struct local_kind *kind, struct text *ret_key);

#endif
