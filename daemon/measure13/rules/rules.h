/* rules.h - one function for each rule of measure13.md, entries of measure13_rules[]. Each fills its line:
 * outcome, fact and parameter used, one sentence in Chinese and in English. */
#ifndef M13_MEASURE13_RULES_H
#define M13_MEASURE13_RULES_H

#include "line.h"
#include "question.h"

void rule_in_force(const struct rule_question *question, struct trace_line *line);
void rule_newly(const struct rule_question *question, struct trace_line *line);
void rule_authority(const struct rule_question *question, struct trace_line *line);
void rule_brics(const struct rule_question *question, struct trace_line *line);
void rule_route(const struct rule_question *question, struct trace_line *line);
void rule_first_approval(const struct rule_question *question, struct trace_line *line);
/* What R06 still misses when a person has answered its question; false, and nothing is written: nothing. */
bool rule_misses_declaration(const struct rule_question *question, struct trace_line *line);
void rule_link(const struct rule_question *question, struct trace_line *line);
void rule_in_beijing(const struct rule_question *question, struct trace_line *line);
void rule_device(const struct rule_question *question, struct trace_line *line);
void rule_stands(const struct rule_question *question, struct trace_line *line);
void rule_sold(const struct rule_question *question, struct trace_line *line);
void rule_sale(const struct rule_question *question, struct trace_line *line);
void rule_market(const struct rule_question *question, struct trace_line *line);
void rule_product(const struct rule_question *question, struct trace_line *line);
void rule_costs(const struct rule_question *question, struct trace_line *line);
void rule_cost_window(const struct rule_question *question, struct trace_line *line);
void rule_ratio(const struct rule_question *question, struct trace_line *line);
void rule_product_cap(const struct rule_question *question, struct trace_line *line);
void rule_firm_cap(const struct rule_question *question, struct trace_line *line);
void rule_order(const struct rule_question *question, struct trace_line *line);
void rule_other_money(const struct rule_question *question, struct trace_line *line);
void rule_credit(const struct rule_question *question, struct trace_line *line);
void rule_exchange(const struct rule_question *question, struct trace_line *line);
void rule_rounding(const struct rule_question *question, struct trace_line *line);

#endif
