/* parameters_default.h - the defaults of measure13.md in two halves: what is approved, and what it costs. */
#ifndef M13_PARAMETERS_DEFAULT_H
#define M13_PARAMETERS_DEFAULT_H

#include "m13/parameters.h"

#define ARTICLE_13 "京经信发〔2025〕50号第13条"

/* Not yet confirmed by the bureau. */
struct parameter_source parameters_assumed(const char *name, const char *cited, enum applies_by applies_by);
/* The words of a string that are parted by `separator`. */
void parameters_split(const char *words, char separator, char ***ret_words, size_t *ret_count);

/* R04, R07, R09, R12, R14, R22 */
void parameters_default_sales(struct policy_parameters *parameters);
/* R15 to R21, R23 */
void parameters_default_money(struct policy_parameters *parameters);

#endif
