/* What a person has answered takes the place of a rule's question, as long as it is the same question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <stdio.h>
#include <string.h>

static struct fact_ruling ruling;
static char asked[DIGEST_HEX_BYTES];

/* Answers the question that the rule asks now. */
static void answer(const char *rule, bool accepted)
{
    snprintf(asked, sizeof asked, "%s", line_of(decided(&scene), rule)->question);
    assert_int_equal(strlen(asked), DIGEST_HEX_BYTES - 1);
    ruling = (struct fact_ruling){.rule = rule,
        .about = "",
        .accepted = accepted,
        .question = asked,
        .reason = "已核对图纸",
        .source = {"review_decision", "M13-2026-00001/R06", 1, ASSURANCE_VERIFIED}};
    scene.items[0].rulings = &ruling;
    scene.items[0].ruling_count = 1;
}

static void an_accepted_question_is_satisfied_and_says_by_whom_and_why(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    assert_verdict(&scene, VERDICT_REVIEW);
    answer("R06", true);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R06");
    assert_int_equal(line->outcome, RULE_PASS);
    assert_non_null(strstr(line->zh, "K190001"));
    assert_non_null(strstr(line->zh, "经办人已核定：符合（理由：已核对图纸）"));
    assert_ptr_equal(line->ruling, &ruling);
    assert_string_equal(line->question, asked);
}

static void a_rejected_question_excludes_the_case(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    answer("R06", false);
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_outcome(&scene, "R06", RULE_FAIL);
}

static void another_candidate_asks_again(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    answer("R06", true);
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K180001", "2018-02-01");
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R06");
    assert_non_null(strstr(line->zh, "须重新核定"));
    assert_null(line->ruling);
    assert_string_not_equal(line->question, asked);
}

/* The sentence names five of them; the officer was shown all. */
static void a_candidate_behind_those_that_the_sentence_names_asks_again(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "K110001", "K120001", "K130001", "K140001", "K150001", "K160001", "K170001"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, numbers[i], "2011-02-01");
    answer("R06", true);
    assert_outcome(&scene, "R06", RULE_PASS);
    scene.predecessors[6].number = "K190009";
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
}

static void a_second_recall_asks_again(void **state)
{
    (void)state;
    scene_add_flag(&scene, "recall", "2026-04-01");
    answer("R22", true);
    assert_outcome(&scene, "R22", RULE_PASS);
    struct fact_flag *second = scene_add_flag(&scene, "recall", "2026-09-01");
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
    second->to = day_on("2026-01-15"); /* it ended before the decision */
    assert_outcome(&scene, "R22", RULE_PASS);
}

static void a_sale_that_is_corrected_asks_again(void **state)
{
    (void)state;
    scene.sales[0].related = "yes";
    scene.sales[0].buyer.name = "Anzhen America Inc.";
    answer("R12", true);
    assert_outcome(&scene, "R12", RULE_PASS);
    scene.sales[0].buyer.name = "Anzhen Holding Inc.";
    assert_review(&scene, "R12", REVIEW_ASSESSMENT);
    scene.sales[0].buyer.name = "Anzhen America Inc.";
    scene.sales[0].amount = "1.00";
    assert_review(&scene, "R12", REVIEW_ASSESSMENT);
}

/* The text asks for a sale: where this one is none, one is still to be shown. */
static void a_sale_that_is_rejected_leaves_the_case_waiting_for_one(void **state)
{
    (void)state;
    scene.sales[0].related = "yes";
    answer("R12", false);
    assert_verdict(&scene, VERDICT_PENDING);
    assert_missing(&scene, "R12", "sale");
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R12")->zh, "经办人已核定：不符合"));
    scene_add_sale(&scene, "S2", "US", "2026-06-04");
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void another_claimant_asks_again(void **state)
{
    (void)state;
    scene.items[0].other_claimant = "91110108MAR4GQH65Y";
    answer("R07", true);
    assert_outcome(&scene, "R07", RULE_PASS);
    scene.items[0].other_claimant = "91110000802100433B";
    assert_review(&scene, "R07", REVIEW_IDENTITY);
}

static void another_product_asks_again(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    answer("R06", true);
    scene.items[0].product_id = "P2";
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
}

static void a_new_version_of_the_register_s_row_asks_nothing_new(void **state)
{
    (void)state;
    scene.items[0].gone = true;
    answer("R10", true);
    scene.items[0].source.version++;
    assert_outcome(&scene, "R10", RULE_PASS);
}

static void that_it_is_new_does_not_replace_the_firm_s_declaration(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    answer("R06", true);
    scene.items[0].declaration_source.assurance = ASSURANCE_CLAIMED;
    assert_missing(&scene, "R06", "declaration-document");
    scene.items[0].declared = false;
    assert_missing(&scene, "R06", "declaration");
    assert_verdict(&scene, VERDICT_PENDING);
}

static void an_answer_to_a_question_that_no_rule_asks_changes_nothing(void **state)
{
    (void)state;
    scene.items[0].gone = true;
    answer("R10", false);
    assert_verdict(&scene, VERDICT_EXCLUDED);
    scene.items[0].gone = false; /* the register shows it again */
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void an_answer_is_among_the_facts(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    char before[DIGEST_HEX_BYTES];
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    answer("R06", true);
    assert_string_not_equal(decided(&scene)->facts_hash, before);
    assert_non_null(strstr(scene.answer.cases[0].facts, "\"rulings\":[{\"rule\":\"R06\",\"accepted\":true"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_accepted_question_is_satisfied_and_says_by_whom_and_why, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_rejected_question_excludes_the_case, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(another_candidate_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_candidate_behind_those_that_the_sentence_names_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_second_recall_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_sale_that_is_corrected_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(another_claimant_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_sale_that_is_rejected_leaves_the_case_waiting_for_one, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(another_product_asks_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            a_new_version_of_the_register_s_row_asks_nothing_new, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            that_it_is_new_does_not_replace_the_firm_s_declaration, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(
            an_answer_to_a_question_that_no_rule_asks_changes_nothing, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(an_answer_is_among_the_facts, open_scene, close_scene),
    };
    return cmocka_run_group_tests_name("people's answers", tests, NULL, NULL);
}
