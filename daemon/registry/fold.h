/* fold.h - the same words, however a person's keyboard and spreadsheet wrote them. */
#ifndef REGISTRY_FOLD_H
#define REGISTRY_FOLD_H

#include "m13/text.h"

enum {
    FOLD_WIDTH = 1,     /* full-width ASCII and the many dashes become plain ASCII */
    FOLD_UPPER = 2,     /* ASCII letters become capitals */
    FOLD_NO_BLANKS = 4, /* no blank stays at all, instead of one for each run */
};

/* Appends `string` trimmed at both ends, each run of blanks and control characters as one space, characters
 * without width dropped. Malformed UTF-8 becomes U+FFFD. Stops where `out` overflows. */
void local_fold(const char *string, size_t length, unsigned how, struct text *out);

#endif
