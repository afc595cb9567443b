/* parameters_text.h - parameters as text: one line a parameter for people, and the form that is hashed. */
#ifndef M13_PARAMETERS_TEXT_H
#define M13_PARAMETERS_TEXT_H

#include "m13/name_table.h"
#include "m13/parameters.h"
#include "m13/text.h"

extern const struct name_entry newly_mode_names[NEWLY_ROLLING_MONTHS + 1],
    applies_by_names[APPLIES_BY_BATCH + 1], route_answer_names[ROUTE_NO + 1],
    award_order_names[ORDER_BY_AMOUNT + 1], other_money_names[OTHER_MONEY_EXCLUDES + 1],
    rate_day_names[RATE_PAYMENT_DAY + 1];

/* Every parameter once, in order of rule: where its source stands in struct policy_parameters, and how its
 * value is said in one line. */
struct parameter_line {
    const char *rule;
    size_t source; /* offset */
    void (*say)(const struct policy_parameters *parameters, struct text *out);
};
extern const struct parameter_line parameter_lines[];
extern const size_t parameter_line_count;

void parameters_say_force(const struct policy_parameters *parameters, struct text *out);
void parameters_say_filing(const struct policy_parameters *parameters, struct text *out);
void parameters_say_newly(const struct policy_parameters *parameters, struct text *out);
void parameters_say_authorities(const struct policy_parameters *parameters, struct text *out);
void parameters_say_routes(const struct policy_parameters *parameters, struct text *out);
/* parameters_lines.c */
void parameters_say_brics(const struct policy_parameters *parameters, struct text *out);
void parameters_say_first(const struct policy_parameters *parameters, struct text *out);
void parameters_say_group(const struct policy_parameters *parameters, struct text *out);
void parameters_say_device(const struct policy_parameters *parameters, struct text *out);
void parameters_say_sales(const struct policy_parameters *parameters, struct text *out);
void parameters_say_product(const struct policy_parameters *parameters, struct text *out);
void parameters_say_costs(const struct policy_parameters *parameters, struct text *out);
void parameters_say_window(const struct policy_parameters *parameters, struct text *out);
void parameters_say_ratio(const struct policy_parameters *parameters, struct text *out);
void parameters_say_product_cap(const struct policy_parameters *parameters, struct text *out);
void parameters_say_firm_cap(const struct policy_parameters *parameters, struct text *out);
void parameters_say_order(const struct policy_parameters *parameters, struct text *out);
void parameters_say_other_money(const struct policy_parameters *parameters, struct text *out);
void parameters_say_credit(const struct policy_parameters *parameters, struct text *out);
void parameters_say_exchange(const struct policy_parameters *parameters, struct text *out);

/* Everything that a verdict or a trace can show of the parameters, once each, in an order that does not
 * depend on the order in the files. */
void parameters_canonical(const struct policy_parameters *parameters, struct text *out);

#endif
