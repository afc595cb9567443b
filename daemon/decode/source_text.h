/* source_text.h - of a source's text what a definition takes: the part between two marks, and in one
 * spelling. */
#ifndef M13_DECODE_SOURCE_TEXT_H
#define M13_DECODE_SOURCE_TEXT_H

#include "m13/feed_definition.h"
#include "m13/text.h"

#include <stdbool.h>

bool source_text_stands(const struct feed_mapping *mapping);      /* as it is: nothing is cut or folded */
bool source_text_reads_lines(const struct feed_mapping *mapping); /* a mark is a line's end */
/* Appends what is taken of `text`, which may be nothing. */
void source_text_append(const struct feed_mapping *mapping, const char *text, struct text *out);

#endif
