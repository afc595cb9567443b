/* A parameter may have one value until a day and another one afterwards. Which one holds for a case is told
 * by the day of its decision, of its application or of its batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <stdlib.h>
#include <string.h>

static struct policy_parameters later, last;
static struct dated_value dated[4];

/* From that day on what `later` says of the parameter holds. */
static void give_another(size_t begin, size_t end, enum applies_by by, const char *from)
{
    int32_t day = day_on(from).first;
    struct parameter_source *now = (void *)((char *)&scene.parameters + begin),
                            *then = (void *)((char *)&later + begin);
    *then = *now;
    now->applies_by = then->applies_by = by;
    now->to = day - 1;
    then->from = day;
    dated[scene.parameters.dated_count++] = (struct dated_value){begin, end, &later};
    scene.parameters.dated = dated;
}

#define ANOTHER(parameter, next, by, from)                                                                   \
    give_another(                                                                                            \
        offsetof(struct policy_parameters, parameter), offsetof(struct policy_parameters, next), by, from)

static int open_dated(void **state)
{
    open_scene(state);
    later = last = scene.parameters;
    return 0;
}

/* --- by the decision ------------------------------------------------------------------------------------ */

static void refuse_510k_from(const char *from)
{
    static struct route_parameter routes[1];
    routes[0] = scene.parameters.routes[0];
    routes[0].answer = ROUTE_NO;
    later.routes = routes;
    later.route_count = 1;
    ANOTHER(routes_source, first_source, APPLIES_BY_DECISION, from);
}

static void decision_on_the_last_day_of_a_value_and_on_the_first_of_the_next(void **state)
{
    (void)state;
    refuse_510k_from("2026-03-11");
    scene.items[0].decision = day_on("2026-03-10");
    assert_outcome(&scene, "R05", RULE_PASS);
    assert_int_equal(line_of(&scene.answer.cases[0], "R05")->parameter->to, day_on("2026-03-10").first);
    scene.items[0].decision = day_on("2026-03-11");
    assert_outcome(&scene, "R05", RULE_FAIL);
    assert_int_equal(line_of(&scene.answer.cases[0], "R05")->parameter->from, day_on("2026-03-11").first);
}

static void month_across_the_edge_of_two_values_needs_the_exact_date(void **state)
{
    (void)state;
    refuse_510k_from("2026-03-11");
    scene.items[0].decision = day_on("2026-03");
    assert_missing(&scene, "R05", "exact-date");
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R05")->zh, "routes"));
    scene.items[0].decision = day_on("2026-04");
    assert_outcome(&scene, "R05", RULE_FAIL);
    scene.items[0].decision = day_on("2026-02");
    assert_outcome(&scene, "R05", RULE_PASS);
}

static void month_across_the_edge_of_two_values_that_agree_needs_no_exact_date(void **state)
{
    (void)state;
    ANOTHER(routes_source, first_source, APPLIES_BY_DECISION, "2026-03-11");
    scene.items[0].decision = day_on("2026-03");
    assert_outcome(&scene, "R05", RULE_PASS);
}

static void third_value_takes_its_turn(void **state)
{
    (void)state;
    refuse_510k_from("2026-03-11");
    last.routes_source = later.routes_source;
    last.routes_source.from = day_on("2026-06-01").first;
    later.routes_source.to = last.routes_source.from - 1;
    dated[scene.parameters.dated_count++] = (struct dated_value){dated[0].begin, dated[0].end, &last};
    scene.items[0].decision = day_on("2026-05-31");
    assert_outcome(&scene, "R05", RULE_FAIL);
    scene.items[0].decision = day_on("2026-06-01");
    assert_outcome(&scene, "R05", RULE_PASS);
}

static void two_approvals_of_one_firm_are_judged_by_different_values(void **state)
{
    (void)state;
    refuse_510k_from("2026-06-01");
    scene.items[1] = scene.items[0];
    scene.items[1].number = "K260002";
    scene.items[1].decision = day_on("2026-06-01");
    scene.facts.item_count = 2;
    decided(&scene);
    assert_int_equal(scene.answer.cases[0].verdict, VERDICT_ELIGIBLE);
    assert_int_equal(scene.answer.cases[1].verdict, VERDICT_EXCLUDED);
}

static void day_outside_all_values_takes_the_nearest_and_says_so(void **state)
{
    (void)state;
    scene.parameters.routes_source.from = day_on("2026-03-11").first;
    assert_outcome(&scene, "R05", RULE_PASS);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R05")->zh, "适用期间不含该日期"));
    scene.items[0].decision = day_on("2026-03-11");
    assert_null(strstr(line_of(decided(&scene), "R05")->zh, "适用期间不含该日期"));
}

/* --- by the batch ----------------------------------------------------------------------------------------
 */

static void give_ratios(enum applies_by by, const char *from)
{
    scene_add_cost(&scene, "C1", "2026-01-05", "100000.00", "CNY");
    scene.parameters.ratio = 30;
    later.ratio = 50;
    ANOTHER(ratio_source, product_cap_source, by, from);
}

static void batch_on_the_last_day_of_a_ratio_and_on_the_first_of_the_next(void **state)
{
    (void)state;
    give_ratios(APPLIES_BY_BATCH, "2027-01-01");
    scene.items[0].batched_on = day_on("2026-12-31").first;
    assert_int_equal(decided(&scene)->award, 3000000);
    scene.items[0].batched_on = day_on("2027-01-01").first;
    assert_int_equal(decided(&scene)->award, 5000000);
    assert_string_equal(line_of(&scene.answer.cases[0], "R17")->parameter_value, "50 %");
}

static void case_in_no_batch_yet_is_reckoned_by_the_ratio_of_the_day(void **state)
{
    (void)state;
    give_ratios(APPLIES_BY_BATCH, "2027-01-01");
    scene.today = day_on("2026-12-31").first;
    assert_int_equal(decided(&scene)->award, 3000000);
    char *before = strdup(scene.answer.cases[0].facts_hash);
    scene.today = day_on("2027-01-01").first;
    assert_int_equal(decided(&scene)->award, 5000000);
    /* The calendar has decided, and the facts say so: the same facts are not another verdict. */
    assert_string_not_equal(scene.answer.cases[0].facts_hash, before);
    free(before);
    assert_non_null(strstr(scene.answer.cases[0].facts, "\"day\":{\"ratio\":\"2027-01-01\"}"));
    before = strdup(scene.answer.cases[0].facts_hash);
    scene.today = day_on("2027-08-01").first;
    assert_string_equal(decided(&scene)->facts_hash, before);
    free(before);
}

static void only_an_edge_of_values_makes_the_calendar_decide(void **state)
{
    (void)state;
    int32_t today = day_on("2026-12-31").first;
    assert_false(measure13_follows_calendar(&scene.parameters));
    assert_int_equal(measure13_calendar_day(&scene.parameters, today), DAY_NONE);
    give_ratios(APPLIES_BY_BATCH, "2027-01-01");
    assert_true(measure13_follows_calendar(&scene.parameters));
    assert_int_equal(measure13_calendar_day(&scene.parameters, today), DAY_NONE);
    assert_int_equal(measure13_calendar_day(&scene.parameters, today + 1), today + 1);
    assert_int_equal(measure13_calendar_day(&scene.parameters, today + 200), today + 1);
    scene.parameters.last_filing_day = today + 30;
    assert_int_equal(measure13_calendar_day(&scene.parameters, today + 30), today + 1);
    assert_int_equal(measure13_calendar_day(&scene.parameters, today + 200), today + 31);
}

static void months_before_filing_make_every_day_decide_and_calendar_years_each_first_of_january(void **state)
{
    (void)state;
    int32_t today = day_on("2027-05-04").first;
    scene.parameters.newly_mode = NEWLY_CALENDAR_YEAR;
    assert_int_equal(measure13_calendar_day(&scene.parameters, today), day_on("2027-01-01").first);
    scene.parameters.newly_mode = NEWLY_ROLLING_MONTHS;
    assert_int_equal(measure13_calendar_day(&scene.parameters, today), today);
}

static void cap_of_the_batch_is_its_own(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-05", "2000000.00", "CNY");
    scene.parameters.ratio = 100;
    later = scene.parameters;
    later.product_cap = 120000000;
    ANOTHER(product_cap_source, firm_cap_source, APPLIES_BY_BATCH, "2027-01-01");
    scene.items[0].batched_on = day_on("2026-12-31").first;
    assert_int_equal(decided(&scene)->award, 100000000);
    scene.items[0].batched_on = day_on("2027-01-01").first;
    assert_int_equal(decided(&scene)->award, 120000000);
}

static void ratio_by_decision_of_a_year_across_its_edge_leaves_the_amount_partial(void **state)
{
    (void)state;
    give_ratios(APPLIES_BY_DECISION, "2026-03-11");
    scene.items[0].decision = day_on("2026-03");
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->verdict, VERDICT_ELIGIBLE);
    assert_int_equal(verdict->amount_state, AMOUNT_PARTIAL);
    assert_int_equal(verdict->award, 3000000); /* the value of its first day */
    assert_missing(&scene, "R17", "exact-date");
}

static void set_ratio_stands_among_the_scenarios_of_other_batches(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-05", "600000.00", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-05", "800000.00", "CNY")->number = "K260002";
    later.ratio = 50;
    ANOTHER(ratio_source, product_cap_source, APPLIES_BY_BATCH, "2027-01-01");
    scene.items[0].batched_on = day_on("2027-01-01").first;
    scene.items[1] = scene.items[0];
    scene.items[1].number = "K260002";
    scene.items[1].decision = day_on("2026-04-10");
    scene.items[1].batched_on = 0;
    scene.facts.item_count = 2;
    decided(&scene);
    assert_int_equal(scene.answer.cases[0].scenario_count, 1);
    assert_int_equal(scene.answer.cases[0].award, 30000000);
    assert_int_equal(scene.answer.cases[1].scenario_count, 3);
    assert_int_equal(scene.answer.cases[1].scenarios[0].award, 70000000); /* the product's cap */
    assert_int_equal(scene.answer.cases[1].scenarios[1].award, 40000000);
    assert_int_equal(scene.answer.cases[1].scenarios[2].award, 24000000);
}

/* --- by the application ----------------------------------------------------------------------------------
 */

static void application_before_a_stricter_rule_keeps_the_old_one(void **state)
{
    (void)state;
    static struct answer_parameter flags[1] = {{"recall", "产品召回", "recall of a product", ROUTE_NO}};
    scene_add_flag(&scene, "recall", "2026-05-01");
    later.flags = flags;
    later.flag_count = 1;
    ANOTHER(credit_source, exchange_source, APPLIES_BY_APPLICATION, "2026-07-01");
    scene.items[0].applied_on = day_on("2026-06-30").first;
    assert_outcome(&scene, "R22", RULE_REVIEW);
    scene.items[0].applied_on = day_on("2026-07-01").first;
    assert_outcome(&scene, "R22", RULE_FAIL);
    scene.items[0].applied_on = 0; /* the scene is of November */
    assert_outcome(&scene, "R22", RULE_FAIL);
}

static void application_in_time_stays_in_time(void **state)
{
    (void)state;
    scene.parameters.last_filing_day = day_on("2026-10-31").first;
    assert_review(&scene, "R01", REVIEW_ASSESSMENT);
    scene.items[0].applied_on = day_on("2026-11-01").first;
    assert_review(&scene, "R01", REVIEW_ASSESSMENT);
    scene.items[0].applied_on = day_on("2026-10-31").first;
    assert_outcome(&scene, "R01", RULE_PASS);
}

static void months_before_filing_are_counted_from_the_application(void **state)
{
    (void)state;
    scene.parameters.newly_mode = NEWLY_ROLLING_MONTHS;
    scene.parameters.newly_months = 6;
    scene.parameters.watch_first = scene.parameters.watch_last = DAY_NONE;
    assert_out_of_window(&scene, "R02");
    scene.items[0].applied_on = day_on("2026-09-10").first;
    assert_outcome(&scene, "R02", RULE_PASS);
    scene.items[0].applied_on = day_on("2026-09-11").first;
    assert_out_of_window(&scene, "R02");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_dated, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(decision_on_the_last_day_of_a_value_and_on_the_first_of_the_next),
        CLAIM(month_across_the_edge_of_two_values_needs_the_exact_date),
        CLAIM(month_across_the_edge_of_two_values_that_agree_needs_no_exact_date),
        CLAIM(third_value_takes_its_turn),
        CLAIM(two_approvals_of_one_firm_are_judged_by_different_values),
        CLAIM(day_outside_all_values_takes_the_nearest_and_says_so),
        CLAIM(batch_on_the_last_day_of_a_ratio_and_on_the_first_of_the_next),
        CLAIM(case_in_no_batch_yet_is_reckoned_by_the_ratio_of_the_day),
        CLAIM(only_an_edge_of_values_makes_the_calendar_decide),
        CLAIM(months_before_filing_make_every_day_decide_and_calendar_years_each_first_of_january),
        CLAIM(cap_of_the_batch_is_its_own),
        CLAIM(ratio_by_decision_of_a_year_across_its_edge_leaves_the_amount_partial),
        CLAIM(set_ratio_stands_among_the_scenarios_of_other_batches),
        CLAIM(application_before_a_stricter_rule_keeps_the_old_one),
        CLAIM(application_in_time_stays_in_time),
        CLAIM(months_before_filing_are_counted_from_the_application),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
