/* country_names.h - all names of countries, by a key in which spelling does not count. */
#ifndef M13_CONFIG_COUNTRY_NAMES_H
#define M13_CONFIG_COUNTRY_NAMES_H

#include <stdbool.h>

/* Letters and digits alone, folded: "Côte d'Ivoire" is cotedivoire. What is longer is no country's name. */
#define COUNTRY_KEY_BYTES 512

void country_key_whole(const char *name, char out[COUNTRY_KEY_BYTES]); /* "" when it is too long or empty */
/* The keys of what stands between commas and brackets, one behind the other, with an empty one at the end;
 * false when there is no such mark. */
bool country_key_parts(const char *name, char out[COUNTRY_KEY_BYTES]);
const char *country_of_key(const char *key); /* alpha-2, or NULL; codes in capitals are keys too */

/* country_spellings.c: what CLDR has not, as "CN", "PRC|P.R. China|..."; ends with a NULL. */
struct country_spelling {
    const char *code, *names;
};
extern const struct country_spelling country_spellings[];

#endif
