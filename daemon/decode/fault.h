/* fault.h - why a table as a whole cannot be read, in the language of who will read it.
 *
 * A register's payload is the operator's affair, in English; a local table goes back to its sender, who reads
 * Chinese. The readers of CSV and XLSX serve both. */
#ifndef M13_DECODE_FAULT_H
#define M13_DECODE_FAULT_H

#include "m13/failure.h"

#include <stdint.h>

enum fault_language { FAULT_IN_ENGLISH, FAULT_IN_CHINESE };

enum fault_kind {
    FAULT_CSV_QUOTES, /* they do not pair, so that rows may have been swallowed: row */
    FAULT_CSV_CELL,   /* over LIMIT_FIELD_BYTES: row, number */
    FAULT_CSV_OPEN,   /* a quote is never closed: row */
    FAULT_KINDS
};

/* What fills the sentence. */
struct fault {
    enum fault_kind kind;
    int64_t row, number;
    const char *name; /* of a part, a sheet, a cell; NULL = "" */
};

/* Fills *ret_failure; returns -EFBIG where a ceiling was met, else -EBADMSG. */
int fault_tell(const struct fault *fault, enum fault_language language, struct failure *ret_failure);

#endif
