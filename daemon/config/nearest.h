/* nearest.h - "did you mean": the known word that a misspelt one is nearest to. */
#ifndef M13_NEAREST_H
#define M13_NEAREST_H

#include <stddef.h>

/* The nearest of `known` when it is near enough to be meant, else NULL. Case and hyphen against underscore
 * count nothing. */
const char *nearest_word(const char *word, const char *const *known, size_t count);

#endif
