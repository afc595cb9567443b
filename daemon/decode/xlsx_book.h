/* xlsx_book.h - what must be known of a workbook before its cells mean anything: its sheets, its styles and
 * the texts that its cells share (ECMA-376 part 1, 18.2, 18.4, 18.8). */
#ifndef M13_DECODE_XLSX_BOOK_H
#define M13_DECODE_XLSX_BOOK_H

#include "package.h"
#include "xlsx_format.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xlsx_place {
    char *name; /* of the sheet, for people */
    char *part; /* of the package */
};
/* Texts one behind the other; each ends where the next begins. */
struct xlsx_strings {
    struct text texts;
    uint32_t *ends;
    size_t count, capacity;
};
struct xlsx_book {
    struct package *package;
    struct xlsx_place *sheets; /* the visible ones, in order */
    size_t sheet_count, sheet_capacity;
    bool epoch_1904;
    bool uncomputed;                  /* its writer computes nothing: a formula's 0 is none */
    char *strings_part, *styles_part; /* NULL = it has none */
    enum xlsx_format *styles;         /* by cell style */
    size_t style_count, style_capacity;
    struct xlsx_strings strings;
    int64_t replaced; /* characters that became U+FFFD */
};

/* All of it. The package stays the caller's, and must stay open. */
int xlsx_book_read(struct package *package, struct xlsx_book *ret_book, struct failure *ret_failure);
void xlsx_book_release(struct xlsx_book *book);

/* Parts of the above. */
int xlsx_styles_read(struct xlsx_book *book, struct failure *ret_failure);
int xlsx_strings_read(struct xlsx_book *book, struct failure *ret_failure);

#endif
