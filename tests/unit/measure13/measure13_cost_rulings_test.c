/* R15: a cost that is in doubt counts, or does not, when a person has said so of this very cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <stdio.h>
#include <string.h>

static struct fact_ruling rulings[2];
static char questions[2][DIGEST_HEX_BYTES];

static const struct asked_fact *asked_of(const char *cost_id)
{
    const struct trace_line *line = line_of(decided(&scene), "R15");
    for (size_t i = 0; i < line->asked_count; i++)
        if (string_equal(line->asked[i].about, cost_id))
            return &line->asked[i];
    return NULL;
}

/* Answers what is asked about that cost now; `place`: of two answers, each about its own. */
static void answer(size_t place, const char *cost_id, bool accepted)
{
    const struct asked_fact *asked = asked_of(cost_id);
    assert_non_null(asked);
    snprintf(questions[place], sizeof questions[place], "%s", asked->question);
    rulings[place] = (struct fact_ruling){.rule = "R15",
        .about = cost_id,
        .accepted = accepted,
        .question = questions[place],
        .reason = "已核对合同",
        .source = {"review_decision", "M13-2026-00001/R15/C1", 1, ASSURANCE_VERIFIED}};
    scene.items[0].rulings = rulings;
    if (scene.items[0].ruling_count <= place)
        scene.items[0].ruling_count = place + 1;
}

static void assert_amount(fen_t cost, enum amount_state state)
{
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->cost, cost);
    assert_string_equal(name_code(amount_state_names, 4, (int)verdict->amount_state),
        name_code(amount_state_names, 4, (int)state));
}

static void an_agent_that_a_person_lets_in_counts(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    assert_amount(10000, AMOUNT_PARTIAL);
    assert_null(asked_of("C1"));
    assert_true(asked_of("C2")->open);
    assert_non_null(strstr(asked_of("C2")->zh, "费用 C2"));
    answer(0, "C2", true);
    assert_amount(11000, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R15", RULE_PASS);
    assert_false(asked_of("C2")->open);
    assert_non_null(strstr(asked_of("C2")->zh, "经办人已核定：计入（理由：已核对合同）"));
}

static void an_agent_that_a_person_leaves_out_leaves_the_amount_whole(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    answer(0, "C2", false);
    assert_amount(10000, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R15", RULE_PASS);
}

static void costs_that_are_all_left_out_speak_against_the_amount(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    answer(0, "C2", false);
    assert_amount(0, AMOUNT_NONE);
    assert_outcome(&scene, "R15", RULE_FAIL);
}

static void an_answer_on_one_cost_is_none_on_another(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY")->category = "agent";
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    answer(0, "C2", true);
    assert_amount(1000, AMOUNT_PARTIAL);
    assert_review(&scene, "R15", REVIEW_ASSESSMENT);
    answer(1, "C1", false);
    assert_amount(1000, AMOUNT_SCENARIO);
}

static void a_cost_that_is_corrected_asks_again(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY");
    cost->category = "agent";
    answer(0, "C2", true);
    assert_amount(1000, AMOUNT_SCENARIO);
    scene.costs[0].amount = "11";
    assert_amount(0, AMOUNT_PARTIAL);
    assert_true(asked_of("C2")->open);
    assert_non_null(strstr(asked_of("C2")->zh, "须重新核定"));
    scene.costs[0].amount = "10";
    assert_amount(1000, AMOUNT_SCENARIO);
}

/* He was asked about the category; that the invoice comes twice he has not seen. */
static void a_new_doubt_about_the_same_cost_asks_again(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    answer(0, "C2", true);
    scene.costs[0].claimed_elsewhere = true;
    assert_amount(0, AMOUNT_PARTIAL);
    assert_true(asked_of("C2")->open);
}

static void an_invoice_claimed_twice_counts_once_a_person_has_said_where(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "10", "CNY")->also_in = "C2";
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->also_in = "C1";
    assert_amount(0, AMOUNT_PARTIAL);
    answer(0, "C1", true);
    answer(1, "C2", false);
    assert_amount(1000, AMOUNT_SCENARIO);
}

static void what_is_wrong_with_the_figures_no_answer_mends(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "ten", "CNY");
    assert_null(asked_of("C1"));
    cost->category = "agent";
    answer(0, "C1", true);
    assert_amount(0, AMOUNT_PARTIAL);
}

static void a_category_that_never_counts_is_not_asked_for(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "10", "CNY");
    cost->category = "travel";
    cost->claimed_elsewhere = true;
    assert_null(asked_of("C1"));
    assert_amount(0, AMOUNT_NONE);
}

static void the_question_survives_a_decision_made_again(void **state)
{
    (void)state;
    char before[DIGEST_HEX_BYTES];
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY")->category = "agent";
    snprintf(before, sizeof before, "%s", asked_of("C2")->question);
    answer(0, "C2", true);
    assert_string_equal(asked_of("C2")->question, before);
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_scene, close_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(an_agent_that_a_person_lets_in_counts),
        CLAIM(an_agent_that_a_person_leaves_out_leaves_the_amount_whole),
        CLAIM(costs_that_are_all_left_out_speak_against_the_amount),
        CLAIM(an_answer_on_one_cost_is_none_on_another),
        CLAIM(a_cost_that_is_corrected_asks_again),
        CLAIM(a_new_doubt_about_the_same_cost_asks_again),
        CLAIM(an_invoice_claimed_twice_counts_once_a_person_has_said_where),
        CLAIM(what_is_wrong_with_the_figures_no_answer_mends),
        CLAIM(a_category_that_never_counts_is_not_asked_for),
        CLAIM(the_question_survives_a_decision_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
