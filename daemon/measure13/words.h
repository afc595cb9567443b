/* words.h - whether a name holds one of a list of words. */
#ifndef M13_MEASURE13_WORDS_H
#define M13_MEASURE13_WORDS_H

#include "m13/parameters.h"

/* The first word of the list that stands in `text`, or NULL. Capitals and small letters of ASCII are the
 * same; a word of ASCII letters stands for itself, not for a part of a longer one. */
const char *word_list_find(const struct word_list *list, const char *text);

#endif
