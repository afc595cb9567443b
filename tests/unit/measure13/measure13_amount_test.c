/* R17 to R20: ratio, scenarios, caps and their order, and what is committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

/* A second case of the firm, decided a month later, with a product and costs of its own. */
static void add_second(const char *amount)
{
    static const struct fact_share whole = {"P2", SHARE_WHOLE};
    scene.items[1] = scene.items[0];
    scene.items[1].number = "K260002";
    scene.items[1].product_id = "P2";
    scene.items[1].decision = day_on("2026-04-10");
    scene.facts.item_count = 2;
    scene_add_sale(&scene, "S9", "US", "2026-07-01")->product_id = "P2";
    struct fact_cost *cost = scene_add_cost(&scene, "C9", "2026-04-01", amount, "CNY");
    cost->number = "K260002";
    cost->shares = &whole;
}

static fen_t award_of(size_t index)
{
    decided(&scene);
    return scene.answer.cases[index].award;
}

/* --- R17 ------------------------------------------------------------------------------------------------ */

static void while_the_ratio_is_unset_the_scenarios_are_shown_and_the_first_is_the_ceiling(void **state)
{
    static const fen_t expected[] = {100000000, 75000000, 45000000};
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1500000", "CNY");
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->amount_state, AMOUNT_SCENARIO);
    assert_int_equal(verdict->scenario_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(verdict->scenarios[i].award, expected[i]);
    assert_int_equal(verdict->award, 100000000);
    const char *said = line_of(verdict, "R17")->zh;
    assert_non_null(strstr(said, "按50%为750,000.00元，额度内750,000.00元"));
    assert_non_null(strstr(said, "非承诺"));
}

static void a_ratio_that_is_set_gives_one_complete_amount(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "333.33", "CNY");
    scene.parameters.ratio = 50;
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->amount_state, AMOUNT_COMPLETE);
    assert_int_equal(verdict->scenario_count, 1);
    assert_int_equal(verdict->award, 16666); /* 166.665 yuan */
    assert_outcome(&scene, "R17", RULE_PASS);
}

static void only_cases_that_may_be_supported_have_an_amount(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    scene.items[0].declared = false;
    assert_verdict(&scene, VERDICT_PENDING);
    assert_int_equal(scene.answer.cases[0].award, 10000); /* what is at stake */
    scene.items[0].route = "510k-special";
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].award, 0);
    assert_int_equal(scene.answer.cases[0].amount_state, AMOUNT_NONE);
    scene.items[0].status = "withdrawn";
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_int_equal(scene.answer.cases[0].award, 0);
}

/* --- R18 to R20 ----------------------------------------------------------------------------------------- */

static void a_cap_met_exactly_is_paid_whole_and_a_fen_over_is_lost(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "1000000.00", "CNY");
    assert_int_equal(award_of(0), 100000000);
    assert_null(strstr(scene.answer.cases[0].facts, "\"left\""));
    cost->amount = "1000000.01";
    assert_int_equal(award_of(0), 100000000);
    assert_non_null(strstr(scene.answer.cases[0].facts, "\"left\":[{\"percent\":100,\"fen\":100000000}]"));
}

static void an_earlier_decision_goes_first_and_the_later_gets_the_rest(void **state)
{
    (void)state;
    scene.parameters.firm_cap = 15000000;
    scene_add_cost(&scene, "C1", "2026-01-15", "100000", "CNY");
    add_second("120000");
    assert_int_equal(award_of(0), 10000000);
    assert_int_equal(award_of(1), 5000000);
    assert_non_null(strstr(line_of(&scene.answer.cases[1], "R20")->zh, "额度仅余50,000.00元"));
    scene.parameters.order = ORDER_BY_AMOUNT;
    assert_int_equal(award_of(0), 3000000);
    assert_int_equal(award_of(1), 12000000);
}

/* The same hashes give the same verdict: so what another case leaves is a fact of this one. */
static void what_another_case_leaves_is_in_the_facts(void **state)
{
    char before[DIGEST_HEX_BYTES];
    (void)state;
    scene.parameters.firm_cap = 15000000;
    scene_add_cost(&scene, "C1", "2026-01-15", "100000", "CNY");
    add_second("120000");
    decided(&scene);
    memcpy(before, scene.answer.cases[1].facts_hash, sizeof before);
    scene.costs[0].amount = "100001";
    assert_int_equal(award_of(1), 4999900);
    assert_string_not_equal(scene.answer.cases[1].facts_hash, before);
    scene.parameters.firm_cap = 300000000; /* room for both: then it is none */
    scene.costs[1].amount = "1";
    decided(&scene);
    memcpy(before, scene.answer.cases[1].facts_hash, sizeof before);
    scene.costs[0].amount = "100002";
    assert_string_equal((decided(&scene), scene.answer.cases[1].facts_hash), before);
}

static void a_pending_case_waits_behind_every_eligible_one(void **state)
{
    (void)state;
    scene.parameters.firm_cap = 15000000;
    scene_add_cost(&scene, "C1", "2026-01-15", "100000", "CNY");
    add_second("120000");
    scene.items[0].declared = false; /* the earlier one lacks a paper */
    assert_int_equal(award_of(0), 3000000);
    assert_int_equal(award_of(1), 12000000);
}

/* --- what is committed ---------------------------------------------------------------------------------- */

static void what_was_paid_for_a_product_by_any_firm_uses_up_its_cap(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1000000", "CNY");
    struct fact_payment *paid = scene_add_payment(&scene, "P1", 2026, 40000000);
    assert_int_equal(award_of(0), 60000000);
    paid->own = false; /* the business has moved: the product's cap follows it, the firm's does not */
    assert_int_equal(award_of(0), 60000000);
    scene.parameters.firm_cap = 50000000;
    assert_int_equal(award_of(0), 50000000);
    paid->own = true;
    assert_int_equal(award_of(0), 10000000);
}

static void a_reservation_that_was_paid_is_one_commitment(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1000000", "CNY");
    scene_add_payment(&scene, "P1", 2026, 40000000)->kind = PAYMENT_RESERVE;
    assert_int_equal(award_of(0), 60000000);
    scene_add_payment(&scene, "P1", 2026, 30000000);
    assert_int_equal(award_of(0), 60000000);
    scene_add_payment(&scene, "P1", 2026, 20000000);
    assert_int_equal(award_of(0), 50000000);
    scene_add_payment(&scene, "P1", 2026, 50000000)->kind = PAYMENT_RECOVER;
    assert_int_equal(award_of(0), 100000000);
}

static void a_committed_case_keeps_what_it_has_and_asks_for_no_more(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "500000", "CNY");
    struct fact_payment *paid = scene_add_payment(&scene, "P1", 2026, 40000000);
    paid->authority = "FDA";
    paid->number = "K260001";
    paid->item = "1";
    assert_int_equal(award_of(0), 40000000);
    assert_true(scene.answer.cases[0].settled);
    scene_add_cost(&scene, "C2", "2026-01-15", "500000", "CNY"); /* a late fact */
    assert_int_equal(award_of(0), 40000000);
    scene.costs[0].category = scene.costs[1].category = "travel";
    assert_int_equal(award_of(0), 40000000);
    scene.items[0].status = "withdrawn"; /* a person opens a claw-back; no reckoning does */
    assert_int_equal(award_of(0), 40000000);
    struct fact_payment *back = scene_add_payment(&scene, "P1", 2026, 40000000);
    *back = *paid;
    back->payment_id = "Z2";
    back->kind = PAYMENT_RECOVER;
    back->batch = "2027-1";
    back->batch_year = 2027;
    assert_int_equal(award_of(0), 0);
}

static void an_entry_without_a_year_uses_up_every_year(void **state)
{
    (void)state;
    scene.parameters.firm_cap = 30000000;
    scene_add_cost(&scene, "C1", "2026-01-15", "300000", "CNY");
    struct fact_payment *paid = scene_add_payment(&scene, "P5", 2024, 10000000);
    assert_int_equal(award_of(0), 30000000);
    paid->year = 0;
    assert_int_equal(award_of(0), 20000000);
    paid->year = 2024;
    paid->batch_year = 0;
    assert_int_equal(award_of(0), 20000000);
    paid->kind = PAYMENT_RECOVER; /* gives room in no year that is not known */
    assert_int_equal(award_of(0), 30000000);
}

static void a_year_only_decision_date_has_one_year_and_an_interval_across_new_year_none(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-06", "300", "CNY");
    scene.items[0].decision = day_on("2026");
    scene.sales[0].date = day_on("2027-01-01");
    scene.costs[0].paid = day_on("2026-02-01");
    assert_int_equal(award_of(0), 30000);
    scene.items[0].decision.last = day_on("2027-01-01").first;
    assert_int_equal(award_of(0), 0);
    assert_missing(&scene, "R19", "exact-date");
}

static void year_of_the_batch_keeps_its_cap_too(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-05", "1000000.00", "CNY");
    scene.parameters.ratio = 100;
    scene_add_payment(&scene, "P5", 2024, 250000000); /* in the batch of 2025 */
    assert_int_equal(decided(&scene)->award, 100000000);
    scene.items[0].batch_year = 2025;
    assert_int_equal(decided(&scene)->award, 50000000);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R19")->zh, "按批次年度计"));
    scene.items[0].batch_year = 2026;
    assert_int_equal(decided(&scene)->award, 100000000);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R19")->zh, "按批准决定日期计"));
}

static void batch_years_cap_is_met_exactly_and_a_fen_over_is_lost(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-05", "500000.00", "CNY");
    scene.parameters.ratio = 100;
    scene.items[0].batch_year = 2025;
    struct fact_payment *paid = scene_add_payment(&scene, "P5", 2024, 250000000);
    assert_int_equal(decided(&scene)->award, 50000000);
    paid->amount++;
    assert_int_equal(decided(&scene)->award, 49999999);
}

/* Its sentence tells the sum: the same hash must not stand for two. */
static void what_is_committed_in_the_year_of_the_batch_is_in_the_facts(void **state)
{
    (void)state;
    char before[DIGEST_HEX_BYTES];
    scene_add_cost(&scene, "C1", "2026-01-05", "1000.00", "CNY");
    scene.items[0].batch_year = 2025;
    struct fact_payment *paid = scene_add_payment(&scene, "P5", 2024, 100000000);
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    paid->amount++;
    assert_string_not_equal(before, decided(&scene)->facts_hash);
}

static void a_case_of_a_merged_product_uses_up_the_cap_of_both(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-05", "1000000.00", "CNY");
    scene.parameters.ratio = 100;
    scene.items[1] = scene.items[0]; /* paid for as P7, and now found to be P1 */
    scene.items[1].number = "K259999";
    scene.facts.item_count = 2;
    struct fact_payment *paid = scene_add_payment(&scene, "P7", 2025, 70000000);
    paid->authority = "FDA";
    paid->number = "K259999";
    paid->item = scene.items[1].item;
    assert_int_equal(decided(&scene)->award, 30000000);
    assert_non_null(strstr(scene.answer.cases[0].facts, "\"P7\""));
    scene.items[1].product_id = "P7";
    assert_int_equal(decided(&scene)->award, 100000000);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(while_the_ratio_is_unset_the_scenarios_are_shown_and_the_first_is_the_ceiling),
        CLAIM(a_ratio_that_is_set_gives_one_complete_amount),
        CLAIM(only_cases_that_may_be_supported_have_an_amount),
        CLAIM(a_cap_met_exactly_is_paid_whole_and_a_fen_over_is_lost),
        CLAIM(an_earlier_decision_goes_first_and_the_later_gets_the_rest),
        CLAIM(what_another_case_leaves_is_in_the_facts),
        CLAIM(a_pending_case_waits_behind_every_eligible_one),
        CLAIM(what_was_paid_for_a_product_by_any_firm_uses_up_its_cap),
        CLAIM(a_reservation_that_was_paid_is_one_commitment),
        CLAIM(a_committed_case_keeps_what_it_has_and_asks_for_no_more),
        CLAIM(an_entry_without_a_year_uses_up_every_year),
        CLAIM(a_year_only_decision_date_has_one_year_and_an_interval_across_new_year_none),
        CLAIM(year_of_the_batch_keeps_its_cap_too),
        CLAIM(batch_years_cap_is_met_exactly_and_a_fen_over_is_lost),
        CLAIM(what_is_committed_in_the_year_of_the_batch_is_in_the_facts),
        CLAIM(a_case_of_a_merged_product_uses_up_the_cap_of_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
