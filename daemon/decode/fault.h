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
    /* CSV: `row` */
    FAULT_CSV_QUOTES, /* they do not pair, so that rows may have been swallowed */
    FAULT_CSV_CELL,   /* over LIMIT_FIELD_BYTES: number */
    FAULT_CSV_OPEN,   /* a quote is never closed */
    /* The container of a workbook: `name` of the part, `number` that is the most */
    FAULT_ZIP_DAMAGED, /* name: what the unpacker says */
    FAULT_ZIP_PARTS,
    FAULT_ZIP_DOUBLED,
    FAULT_ZIP_ENCRYPTED,
    FAULT_ZIP_METHOD, /* name: of the method */
    FAULT_ZIP_BYTES,
    FAULT_ZIP_PART_BYTES,
    FAULT_ZIP_RATIO,
    FAULT_MEMORY,
    /* What is in it: `name` of the part */
    FAULT_NO_WORKBOOK,
    FAULT_XLSB,
    FAULT_OPEN_DOCUMENT,
    FAULT_PART_MISSING,
    FAULT_XML, /* number: line; name: part and what the parser says */
    FAULT_XML_DOCTYPE,
    FAULT_XML_RUN, /* number: the most */
    FAULT_XML_ROOT,
    /* The workbook: `number` that is the most */
    FAULT_SHEETS,
    FAULT_NO_SHEET,
    FAULT_STYLES,
    FAULT_STRINGS,
    FAULT_STRING_BYTES,
    FAULT_LONG_TEXT, /* name: where */
    /* A sheet: `name` of sheet and cell */
    FAULT_ROW_PLACE, /* row */
    FAULT_CELL_PLACE,
    FAULT_CELL_STRING,
    FAULT_CELL_TYPE,
    FAULT_KINDS
};

/* What fills the sentence. */
struct fault {
    enum fault_kind kind;
    int64_t row, number;
    const char *name; /* NULL = "" */
};

/* Fills *ret_failure; returns -EFBIG where a ceiling was met, else -EBADMSG. */
int fault_tell(const struct fault *fault, enum fault_language language, struct failure *ret_failure);

#endif
