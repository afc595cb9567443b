/* R08: where the firm is registered, and whether it is a firm that may be paid at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static void a_firm_of_the_list_without_dates_is_taken_to_be_in_beijing(void **state)
{
    (void)state;
    scene.facts.firm.beijing_from = DATE_NONE;
    assert_outcome(&scene, "R08", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    assert_non_null(strstr(line_of(decided(&scene), "R08")->zh, "假定"));
}

static void a_candidate_is_a_lead_and_never_eligible(void **state)
{
    (void)state;
    scene.facts.firm.uscc = "SRN:CN-MF-000099999";
    scene.facts.firm.candidate = true;
    assert_review(&scene, "R08", REVIEW_IDENTITY);
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].award, 0);
}

static void what_the_last_full_list_does_not_name_is_cleared_up_by_a_person(void **state)
{
    (void)state;
    scene.facts.firm.unlisted = true;
    assert_review(&scene, "R08", REVIEW_IDENTITY);
}

static void a_firm_that_came_before_the_decision_passes_to_the_day(void **state)
{
    (void)state;
    scene.facts.firm.beijing_from = day_on("2026-03-10"); /* the day of the decision itself */
    assert_outcome(&scene, "R08", RULE_PASS);
    scene.facts.firm.beijing_from = day_on("2026-03-11");
    assert_review(&scene, "R08", REVIEW_ASSESSMENT);
}

static void a_year_that_holds_the_decision_is_not_exact_enough(void **state)
{
    (void)state;
    scene.facts.firm.beijing_from = day_on("2026");
    assert_missing(&scene, "R08", "exact-date");
    scene.facts.firm.beijing_from = day_on("2025");
    assert_outcome(&scene, "R08", RULE_PASS);
    scene.facts.firm.beijing_from = day_on("2027");
    assert_review(&scene, "R08", REVIEW_ASSESSMENT);
}

static void a_firm_that_has_left_is_told_nothing_by_the_machine(void **state)
{
    (void)state;
    scene.facts.firm.beijing_to = day_on("2026-07-31");
    assert_review(&scene, "R08", REVIEW_IDENTITY);
}

static void a_firm_without_a_licence_is_for_the_bureau(void **state)
{
    static const char *const doubtful[] = {"moved-out", "suspended", "revoked", "deregistered"};
    (void)state;
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++) {
        scene.facts.firm.status = doubtful[i];
        assert_review(&scene, "R08", REVIEW_IDENTITY);
    }
    scene.facts.firm.status = "active";
    assert_outcome(&scene, "R08", RULE_PASS);
}

static void a_firm_that_is_not_in_the_list_is_left_to_r07(void **state)
{
    (void)state;
    scene.facts.firm.known = false;
    assert_outcome(&scene, "R08", RULE_NOT_APPLICABLE);
    assert_verdict(&scene, VERDICT_REVIEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_firm_of_the_list_without_dates_is_taken_to_be_in_beijing, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_candidate_is_a_lead_and_never_eligible, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            what_the_last_full_list_does_not_name_is_cleared_up_by_a_person, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_firm_that_came_before_the_decision_passes_to_the_day, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_year_that_holds_the_decision_is_not_exact_enough, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_firm_that_has_left_is_told_nothing_by_the_machine, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_firm_without_a_licence_is_for_the_bureau, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_firm_that_is_not_in_the_list_is_left_to_r07, open_scene, close_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
