/* frequency.h - which words of makers' names are trade words, told by the makers themselves.
 *
 * A word that stands beside many different names is no name. Counted is therefore not how many makers have
 * the word, but beside how many different others: "Siemens" stands in a hundred names and beside few,
 * "medizintechnik" beside one in each. The answer depends on the set of names alone, not on their order or
 * repetitions. */
#ifndef MATCH_FREQUENCY_H
#define MATCH_FREQUENCY_H

#include "name.h"
#include "word_map.h"

struct frequency;

struct frequency *frequency_new(void);
void frequency_add(struct frequency *frequency, const struct parsed_name *parsed);
/* The words that say little, with their weights, into an empty map; its keys live as long as `frequency`.
 * None before there are enough names to tell: then the seed list (tables/generic.txt) is all there is. */
void frequency_words(const struct frequency *frequency, struct word_map *ret_words);
void frequency_free(struct frequency *frequency); /* NULL is fine */

#endif
