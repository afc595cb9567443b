/* json_lexer.h - the tokens of JSON (RFC 8259) one by one, from a text of any size.
 *
 * Strings are not undone and numbers not computed: a token is where it stands. */
#ifndef M13_DECODE_JSON_LEXER_H
#define M13_DECODE_JSON_LEXER_H

#include "window.h"

#include <stdbool.h>
#include <stdint.h>

enum json_token {
    JSON_OBJECT_BEGIN,
    JSON_OBJECT_END,
    JSON_ARRAY_BEGIN,
    JSON_ARRAY_END,
    JSON_COMMA,
    JSON_COLON,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_TEXT_END,
    JSON_FAULT, /* see `fault` */
};

enum json_fault_kind {
    JSON_FAULT_NONE,
    JSON_FAULT_SYNTAX,
    JSON_FAULT_CUT, /* the text ends where it must not */
    JSON_FAULT_DEPTH,
    JSON_FAULT_FULL, /* a token outside the rows is larger than a whole row may be */
    JSON_FAULT_READ, /* the window's failure says why */
};
struct json_fault {
    enum json_fault_kind kind;
    int64_t offset;
    const char *reason;
};

struct json_lexer {
    struct window *window;
    int64_t start, end; /* of the last token */
    bool escaped;       /* a string with a backslash in it */
    /* Inside a row the window is held from the row's first byte. A row larger than LIMIT_ROW_BYTES is let go
     * and only passed over: its tokens are checked but can no longer be read back. */
    bool in_row, passed_over;
    struct json_fault fault;
};

enum json_token json_lexer_next(struct json_lexer *lexer);
enum json_token json_lexer_fail(
    struct json_lexer *lexer, enum json_fault_kind kind, int64_t offset, const char *reason);
/* The next byte that is no blank, not taken; -1 at the end or on a fault (then fault.kind is set). */
int json_lexer_peek(struct json_lexer *lexer);
/* Makes bytes[at] a byte of the text: false at its end (no fault set), or on a fault. */
bool json_lexer_more(struct json_lexer *lexer);
const char *json_token_name(enum json_token token); /* "a string", "an object" ..., for messages */

#endif
