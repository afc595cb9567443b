/* clean.h - a value as the register wrote it, made fit to compare, store and print.
 *
 * Blanks at both ends go, blanks inside (Unicode's too, and control characters, NUL among them) fold to one
 * space; what is no UTF-8 becomes U+FFFD and is counted. */
#ifndef M13_DECODE_CLEAN_H
#define M13_DECODE_CLEAN_H

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clean_rules {
    /* U+0080 to U+009F are windows-1252 bytes that were read as ISO 8859-1 on their way (openFDA: the
     * trademark sign arrives as U+0099). */
    bool c1_is_cp1252;
    bool keep_lines; /* line breaks inside stay, as one \n each: cells of people may list things by line */
};
/* Appends the clean form of `bytes` to `out`; *replaced grows by the characters that became U+FFFD. */
void clean_append(
    const char *bytes, size_t length, struct clean_rules rules, struct text *out, int64_t *replaced);

#endif
