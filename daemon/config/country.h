/* country.h - the codes of ISO 3166-1 alpha-2. */
#ifndef M13_COUNTRY_H
#define M13_COUNTRY_H

#include <stdbool.h>

bool country_exists(const char *code); /* two capitals: "UK" and "EL" do not exist, "GB" and "GR" do */

#endif
