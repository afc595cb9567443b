/* outcome.h - what a turn's end means for people. */
#ifndef M13_FEED_OUTCOME_H
#define M13_FEED_OUTCOME_H

#include "m13/feed.h"
#include "m13/text.h"

/* What to do about it, as the second half of a sentence; "" where nothing is to be done. */
const char *outcome_advice(enum feed_outcome outcome);
const char *outcome_code(enum feed_outcome outcome);

/* The beginning of a stranger's answer on one line: tags, control characters and bad UTF-8 left out, blanks
 * folded, at most `most` bytes. */
void outcome_excerpt(struct text *out, const char *bytes, size_t length, size_t most);

#endif
