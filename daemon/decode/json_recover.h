/* json_recover.h - where a row that is no JSON ends, as far as that can be told.
 *
 * A row is bounded by its brackets outside of strings. That holds as long as its quotes pair: a stray quote
 * turns text into structure and structure into text, and rows that follow would be swallowed. So the answer
 * is "lost" as soon as a string of the bad row spans what looks like the border between two rows. */
#ifndef M13_DECODE_JSON_RECOVER_H
#define M13_DECODE_JSON_RECOVER_H

#include "json_lexer.h"

enum json_recovery {
    JSON_RECOVERED, /* the window stands behind the row, before a comma or ] */
    JSON_LOST,      /* nothing that follows can be trusted */
};

/* The row begins at `start`, from which on the window is held. */
enum json_recovery json_recover(struct json_lexer *lexer, int64_t start);

#endif
