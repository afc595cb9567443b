/* table_sniff.h - what kind of file somebody's spreadsheet has saved. */
#ifndef M13_DECODE_TABLE_SNIFF_H
#define M13_DECODE_TABLE_SNIFF_H

#include "charset.h"
#include "input.h"

#include "m13/failure.h"

enum table_form {
    TABLE_UTF8,
    TABLE_GB18030, /* text that is no UTF-8, but for a damaged character here and there */
    TABLE_UTF16,   /* with a byte-order mark */
    TABLE_XLSX,
};

/* Reads all of `input`, but for a workbook. -EBADMSG, in Chinese, when it is nothing that could be a table:
 * an old or locked workbook, a web page, a PDF, binary. */
int table_sniff(struct input *input, enum table_form *ret_form, struct failure *ret_failure);

/* Which of , ; and tab parts the cells, by the first lines of the text: the one of which most lines have the
 * same number. A title above the header, or a list in a column, decides nothing. */
int table_sniff_separator(struct charset *text, char *ret_separator, struct failure *ret_failure);

#endif
