/* parameters_text.h - parameters as text: one line a parameter for people, and the form that is hashed. */
#ifndef M13_PARAMETERS_TEXT_H
#define M13_PARAMETERS_TEXT_H

#include "m13/name_table.h"
#include "m13/parameters.h"
#include "m13/text.h"

extern const struct name_entry newly_mode_names[NEWLY_ROLLING_MONTHS + 1],
    applies_by_names[APPLIES_BY_BATCH + 1], route_answer_names[ROUTE_NO + 1];

void parameters_say_force(const struct policy_parameters *parameters, struct text *out);
void parameters_say_newly(const struct policy_parameters *parameters, struct text *out);
void parameters_say_authorities(const struct policy_parameters *parameters, struct text *out);
void parameters_say_routes(const struct policy_parameters *parameters, struct text *out);
void parameters_say_product_cap(const struct policy_parameters *parameters, struct text *out);
void parameters_say_firm_cap(const struct policy_parameters *parameters, struct text *out);

/* Everything that a verdict or a trace can show of the parameters, once each, in an order that does not
 * depend on the order in the files. */
void parameters_canonical(const struct policy_parameters *parameters, struct text *out);

#endif
