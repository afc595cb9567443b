/* country.h - countries and territories by the codes of ISO 3166-1 alpha-2, and by the names that registers
 * give them. */
#ifndef M13_COUNTRY_H
#define M13_COUNTRY_H

#include <stdbool.h>

bool country_exists(const char *code); /* two capitals: "UK" and "EL" do not exist, "GB" and "GR" do */

/* The code of a country named in one of the registers' languages (Chinese, English, Portuguese, Russian,
 * Japanese, Indonesian, Spanish, French, German, as the Unicode CLDR has them), by alpha-2 or alpha-3 in
 * capitals, or as registers and officials spell it: "CHINA, REPÚBLICA POPULAR", "China (People's Republic
 * of)", "КИТАЙ", "PRC". Of names case, accents, width, blanks and marks do not count. Hong Kong, Macao and
 * Taiwan are HK, MO and TW, with or without China beside them. NULL when nobody knows it, or two countries
 * are named. */
const char *country_find(const char *name);

#endif
