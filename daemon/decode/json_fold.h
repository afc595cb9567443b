/* json_fold.h - a text so that capitals and blanks make no difference. */
#ifndef M13_DECODE_JSON_FOLD_H
#define M13_DECODE_JSON_FOLD_H

#include "m13/text.h"

#include <stddef.h>

/* Appends it cleaned (clean.h), each character folded as Unicode's CaseFolding.txt has it (simple folding).
 */
void json_fold(const char *bytes, size_t length, struct text *out);

#endif
