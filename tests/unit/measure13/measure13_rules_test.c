/* R03, R05, R07, R10, R18, R19: authority, route, maker, standing, and the room under the caps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

/* --- R03 ------------------------------------------------------------------------------------------------ */

static void an_authority_that_the_text_names_passes(void **state)
{
    (void)state;
    assert_outcome(&scene, "R03", RULE_PASS);
    scene.items[0].authority = "CE";
    assert_outcome(&scene, "R03", RULE_PASS);
}

static void an_authority_that_only_deng_may_cover_is_judged_by_a_person(void **state)
{
    (void)state;
    scene.items[0].authority = "SFDA"; /* in the table, but in no group of the text */
    assert_review(&scene, "R03", REVIEW_ASSESSMENT);
    scene.items[0].authority = "NOBODY"; /* not in the table at all */
    assert_review(&scene, "R03", REVIEW_ASSESSMENT);
    assert_review(&scene, "R13", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
}

/* --- R05 ------------------------------------------------------------------------------------------------ */

static void routes_are_answered_by_the_table(void **state)
{
    static const struct {
        const char *route;
        enum rule_outcome outcome;
    } table[] = {{"510k", RULE_PASS}, {"de-novo", RULE_PASS}, {"pma", RULE_PASS},
        {"510k-special", RULE_REVIEW}, {"pma-panel-track", RULE_REVIEW}, {"pma-supplement", RULE_FAIL},
        {"listing", RULE_FAIL}};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        scene.items[0].route = table[i].route;
        assert_outcome(&scene, "R05", table[i].outcome);
    }
}

static void a_special_510k_is_assessed_with_the_application(void **state)
{
    (void)state;
    scene.items[0].route = "510k-special";
    assert_review(&scene, "R05", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_ASSESSMENT);
}

static void a_listing_is_no_approval(void **state)
{
    (void)state;
    scene.items[0].route = "listing";
    assert_verdict(&scene, VERDICT_EXCLUDED);
}

static void nothing_is_told_to_a_firm_on_an_unknown_route(void **state)
{
    static const char *const unknown[] = {"unknown", "", "510K", "510k "};
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        scene.items[0].route = unknown[i];
        assert_review(&scene, "R05", REVIEW_IDENTITY);
        assert_verdict(&scene, VERDICT_REVIEW);
        assert_int_equal(scene.answer.cases[0].review, REVIEW_IDENTITY);
    }
}

/* --- R07 ------------------------------------------------------------------------------------------------ */

static void a_maker_recognised_beyond_doubt_passes_with_its_rule(void **state)
{
    (void)state;
    assert_outcome(&scene, "R07", RULE_PASS);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R07");
    assert_string_equal(line->fact_value, "A1");
    assert_int_equal(line->fact->assurance, ASSURANCE_OFFICIAL);
    assert_non_null(strstr(line->en, "rule A1"));
}

static void a_maker_recognised_with_doubt_is_an_open_identity(void **state)
{
    (void)state;
    scene.items[0].link = LINK_REVIEW;
    assert_review(&scene, "R07", REVIEW_IDENTITY);
    assert_verdict(&scene, VERDICT_REVIEW);
}

static void a_maker_no_longer_recognised_ends_the_firms_claim(void **state)
{
    (void)state;
    scene.items[0].recognised = false;
    assert_outcome(&scene, "R07", RULE_FAIL);
    assert_verdict(&scene, VERDICT_EXCLUDED);
}

static void a_firm_that_left_the_registry_is_an_open_identity(void **state)
{
    (void)state;
    scene.facts.firm.known = false;
    assert_review(&scene, "R07", REVIEW_IDENTITY);
}

/* --- R10 ------------------------------------------------------------------------------------------------ */

static void the_registers_own_word_ends_an_approval(void **state)
{
    static const char *const ended[] = {"withdrawn", "cancelled", "expired", "refused"};
    (void)state;
    for (size_t i = 0; i < sizeof ended / sizeof ended[0]; i++) {
        scene.items[0].status = ended[i];
        assert_outcome(&scene, "R10", RULE_FAIL);
        assert_verdict(&scene, VERDICT_EXCLUDED);
    }
}

static void suspended_and_reclassified_approvals_are_the_desks_matter(void **state)
{
    static const char *const doubted[] = {"suspended", "reclassified"};
    (void)state;
    for (size_t i = 0; i < sizeof doubted / sizeof doubted[0]; i++) {
        scene.items[0].status = doubted[i];
        assert_review(&scene, "R10", REVIEW_IDENTITY);
        assert_verdict(&scene, VERDICT_REVIEW);
    }
}

static void silence_of_a_register_is_not_a_withdrawal(void **state)
{
    (void)state;
    scene.items[0].gone = true;
    assert_review(&scene, "R10", REVIEW_IDENTITY);
    assert_verdict(&scene, VERDICT_REVIEW);
    scene.items[0].status = "withdrawn"; /* its word weighs more than its silence */
    assert_verdict(&scene, VERDICT_EXCLUDED);
}

static void nothing_is_told_to_a_firm_on_an_unknown_status(void **state)
{
    static const char *const unknown[] = {"unknown", "", "SESX"};
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        scene.items[0].status = unknown[i];
        assert_review(&scene, "R10", REVIEW_IDENTITY);
        assert_verdict(&scene, VERDICT_REVIEW);
        assert_int_equal(scene.answer.cases[0].review, REVIEW_IDENTITY);
    }
}

/* --- R18, R19 ------------------------------------------------------------------------------------------- */

static void the_room_under_the_caps_is_shown(void **state)
{
    (void)state;
    scene_add_payment(&scene, "P1", 2026, 40000000);
    scene_add_payment(&scene, "P2", 2026, 90000000);
    assert_outcome(&scene, "R18", RULE_PASS);
    assert_non_null(strstr(line_of(decided(&scene), "R18")->zh, "剩余600,000.00元"));
    assert_outcome(&scene, "R19", RULE_PASS);
    assert_non_null(strstr(line_of(decided(&scene), "R19")->zh, "剩余1,700,000.00元"));
}

static void a_product_cap_is_met_exactly_or_a_fen_short(void **state)
{
    (void)state;
    scene_add_payment(&scene, "P1", 2026, 99999999);
    assert_outcome(&scene, "R18", RULE_PASS);
    assert_non_null(strstr(line_of(decided(&scene), "R18")->zh, "剩余0.01元"));
    scene.payments[0].amount = 100000000;
    assert_outcome(&scene, "R18", RULE_FAIL);
    scene.payments[0].amount = 100000001; /* a fen over: no negative room */
    assert_outcome(&scene, "R18", RULE_FAIL);
    assert_non_null(strstr(line_of(decided(&scene), "R18")->zh, "剩余0.00元"));
}

static void a_used_up_cap_takes_the_money_but_not_the_verdict(void **state)
{
    (void)state;
    scene_add_payment(&scene, "P1", 2026, 100000000);
    scene_add_payment(&scene, "P2", 2026, 100000000);
    scene_add_payment(&scene, "P3", 2026, 100000000);
    assert_outcome(&scene, "R18", RULE_FAIL);
    assert_outcome(&scene, "R19", RULE_FAIL);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    assert_int_equal(scene.answer.cases[0].award, 0);
}

static void payments_of_another_year_leave_the_firms_year_alone(void **state)
{
    (void)state;
    scene_add_payment(&scene, "P2", 2027, 300000000);
    assert_outcome(&scene, "R19", RULE_PASS);
    assert_non_null(strstr(line_of(decided(&scene), "R19")->zh, "剩余3,000,000.00元"));
}

static void a_decision_of_an_unsure_year_has_no_firm_cap_yet(void **state)
{
    (void)state;
    scene.items[0].decision = (struct date){day_from_civil(2026, 12, 31), day_from_civil(2027, 1, 1)};
    assert_missing(&scene, "R19", "exact-date");
}

static void a_provisional_product_has_no_cap_room_of_its_own(void **state)
{
    (void)state;
    scene.items[0].product_id = "";
    scene_add_payment(&scene, "", 2026, 1);
    assert_outcome(&scene, "R18", RULE_NOT_APPLICABLE);
}

static void without_costs_there_is_no_amount(void **state)
{
    (void)state;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    assert_int_equal(scene.answer.cases[0].amount_state, AMOUNT_NONE);
    assert_int_equal(scene.answer.cases[0].award, 0);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(an_authority_that_the_text_names_passes),
        CLAIM(an_authority_that_only_deng_may_cover_is_judged_by_a_person),
        CLAIM(routes_are_answered_by_the_table),
        CLAIM(a_special_510k_is_assessed_with_the_application),
        CLAIM(a_listing_is_no_approval),
        CLAIM(nothing_is_told_to_a_firm_on_an_unknown_route),
        CLAIM(a_maker_recognised_beyond_doubt_passes_with_its_rule),
        CLAIM(a_maker_recognised_with_doubt_is_an_open_identity),
        CLAIM(a_maker_no_longer_recognised_ends_the_firms_claim),
        CLAIM(a_firm_that_left_the_registry_is_an_open_identity),
        CLAIM(the_registers_own_word_ends_an_approval),
        CLAIM(suspended_and_reclassified_approvals_are_the_desks_matter),
        CLAIM(silence_of_a_register_is_not_a_withdrawal),
        CLAIM(nothing_is_told_to_a_firm_on_an_unknown_status),
        CLAIM(the_room_under_the_caps_is_shown),
        CLAIM(a_product_cap_is_met_exactly_or_a_fen_short),
        CLAIM(a_used_up_cap_takes_the_money_but_not_the_verdict),
        CLAIM(payments_of_another_year_leave_the_firms_year_alone),
        CLAIM(a_decision_of_an_unsure_year_has_no_firm_cap_yet),
        CLAIM(a_provisional_product_has_no_cap_room_of_its_own),
        CLAIM(without_costs_there_is_no_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
