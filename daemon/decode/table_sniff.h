/* table_sniff.h - what kind of text somebody's spreadsheet has saved. */
#ifndef M13_DECODE_TABLE_SNIFF_H
#define M13_DECODE_TABLE_SNIFF_H

#include "input.h"

#include "m13/failure.h"
#include "m13/feed_definition.h"

struct table_form {
    enum feed_charset charset; /* valid UTF-8 is UTF-8; whatever else is taken for GB18030 */
    char separator;            /* the one of , ; and tab that the header line has most of */
};

/* Reads all of `input`. -EBADMSG when it is no text that could be a table: a workbook, UTF-16, binary. */
int table_sniff(struct input *input, struct table_form *ret_form, struct failure *ret_failure);

#endif
