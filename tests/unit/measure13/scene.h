/* scene.h - one case in which every condition holds, for tests that change one thing.
 *
 * 北京安诊医疗: K260001, a Traditional 510(k) of the FDA decided on 2026-03-10, its product P1, a signed
 * declaration of first approval, one documented sale to the US on 2026-05-04. Parameters are measure13.md's
 * defaults. */
#ifndef M13_TEST_SCENE_H
#define M13_TEST_SCENE_H

#include "m13/measure13.h"

struct scene {
    struct policy_parameters parameters;
    struct fact_item items[24];
    struct fact_sale sales[8];
    struct fact_predecessor predecessors[16];
    struct fact_payment payments[8];
    struct fact_cost costs[16];
    struct fact_rate rates[8];
    struct fact_flag flags[4];
    struct firm_facts facts;
    int32_t today;
    struct firm_verdict answer;
};

void scene_parameters(struct policy_parameters *parameters); /* measure13.md's, over constant memory */
void scene_open(struct scene *scene);
void scene_close(struct scene *scene);

struct date day_on(const char *iso); /* 2026, 2026-03 or 2026-03-10 */
struct fact_predecessor *scene_add_predecessor(
    struct scene *scene, enum predecessor_kind kind, const char *number, const char *decided);
struct fact_sale *scene_add_sale(
    struct scene *scene, const char *sale_id, const char *country, const char *date);
/* Paid to the firm for a product, without naming a case, in the batch of the year after. */
struct fact_payment *scene_add_payment(struct scene *scene, const char *product_id, int year, fen_t amount);
/* An official fee for K260001, paid by the firm, all of it for P1. */
struct fact_cost *scene_add_cost(
    struct scene *scene, const char *cost_id, const char *paid, const char *amount, const char *currency);
void scene_add_rate(
    struct scene *scene, const char *currency, const char *date, const char *rate, enum money_quote quote);
struct fact_flag *scene_add_flag(struct scene *scene, const char *flag, const char *from); /* lasting */

/* The answer for the first item, decided anew each time. */
const struct case_verdict *decided(struct scene *scene);
const struct trace_line *line_of(const struct case_verdict *verdict, const char *rule);

void assert_verdict(struct scene *scene, enum verdict expected);
void assert_review(struct scene *scene, const char *rule, enum review_kind expected);
void assert_outcome(struct scene *scene, const char *rule, enum rule_outcome expected);
void assert_missing(struct scene *scene, const char *rule, const char *expected);
void assert_out_of_window(struct scene *scene, const char *rule);

#endif
