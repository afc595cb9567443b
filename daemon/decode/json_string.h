/* json_string.h - what a JSON string says, from what stands between its quotes. */
#ifndef M13_DECODE_JSON_STRING_H
#define M13_DECODE_JSON_STRING_H

#include "m13/text.h"

#include <stddef.h>

enum json_string_answer {
    JSON_STRING_FINE,
    JSON_STRING_LONE_SURROGATE, /* \ud800 to \udfff without its other half: no character */
};
/* Appends to `out`. The escapes are known to be well-formed (json_lexer.h); \u0000 gives a NUL byte. */
enum json_string_answer json_string_undo(const char *bytes, size_t length, struct text *out);

#endif
