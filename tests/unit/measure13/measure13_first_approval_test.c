/* R06: first approval of the product by the authority. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static void a_signed_declaration_and_no_predecessor_pass(void **state)
{
    (void)state;
    assert_outcome(&scene, "R06", RULE_PASS);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R06");
    assert_string_equal(line->fact->table, "local_record:declarations");
    assert_string_equal(line->fact_value, "2026-04-01");
}

static void without_a_declaration_it_is_missing(void **state)
{
    (void)state;
    scene.items[0].declared = false;
    assert_missing(&scene, "R06", "declaration");
    assert_verdict(&scene, VERDICT_PENDING);
}

static void a_declaration_that_is_only_claimed_lacks_its_document(void **state)
{
    (void)state;
    scene.items[0].declaration_source.assurance = ASSURANCE_CLAIMED;
    assert_missing(&scene, "R06", "declaration-document");
    assert_verdict(&scene, VERDICT_PENDING);
    scene.items[0].declaration_source.assurance = ASSURANCE_VERIFIED;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void an_earlier_approval_under_the_same_code_is_judged_even_against_a_declaration(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R06");
    assert_non_null(strstr(line->zh, "K190001（2019-02-01）"));
    assert_string_equal(line->fact->id, "K190001");
}

static void many_candidates_are_counted_and_the_first_named(void **state)
{
    static const char *const numbers[] = {
        "K190007", "K190001", "K190003", "K190002", "K190005", "K190004", "K190006"};
    (void)state;
    for (size_t i = 0; i < 7; i++)
        scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, numbers[i], "2019");
    const char *zh = line_of(decided(&scene), "R06")->zh;
    assert_non_null(strstr(zh, "共7项：K190001（2019）、K190002"));
    assert_null(strstr(zh, "K190006"));
}

static void a_recorded_predecessor_is_the_same_product(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    scene_add_predecessor(&scene, PREDECESSOR_IDENTIFIER, "K200002", "2020-02-01");
    assert_outcome(&scene, "R06", RULE_FAIL);
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->zh, "K200002"));
}

static void a_supplement_is_the_same_approval(void **state)
{
    (void)state;
    scene.items[0].number = "P200041/S003";
    scene.items[0].route = "pma-supplement";
    scene_add_predecessor(&scene, PREDECESSOR_PARENT, "P200041", "2021-02-01");
    assert_outcome(&scene, "R06", RULE_FAIL);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->en, "P200041"));
}

static void a_panel_track_supplement_is_judged_by_a_person(void **state)
{
    (void)state;
    scene.items[0].number = "P200041/S003";
    scene.items[0].route = "pma-panel-track";
    scene_add_predecessor(&scene, PREDECESSOR_PARENT, "P200041", "2021-02-01");
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_ASSESSMENT);
}

static void a_firm_that_says_not_first_is_believed_by_a_person_only(void **state)
{
    (void)state;
    scene.items[0].declared_first = false;
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    scene.items[0].declared_earlier = "K180009";
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->zh, "K180009"));
}

static void a_declaration_that_names_an_earlier_one_and_yet_says_first_is_judged(void **state)
{
    (void)state;
    scene.items[0].declared_earlier = "K180009";
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
}

static void the_firms_own_word_on_this_very_number_decides(void **state)
{
    static const char *const same[] = {
        "K260001", "K180009|K260001", "K180009, K260001", "K180009、K260001。"};
    static const char *const other[] = {"K2600012", "XK260001", "K260001/S001", "K26000"};
    (void)state;
    scene.items[0].declared_first = false;
    for (size_t i = 0; i < 4; i++) {
        scene.items[0].declared_earlier = same[i];
        assert_outcome(&scene, "R06", RULE_FAIL);
        scene.items[0].declared_earlier = other[i];
        assert_outcome(&scene, "R06", RULE_REVIEW);
    }
}

static void the_firms_own_word_weighs_more_than_a_likeness(void **state)
{
    (void)state;
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    scene.items[0].declared_first = false;
    scene.items[0].declared_earlier = "K260001";
    assert_outcome(&scene, "R06", RULE_FAIL);
}

static void it_never_fails_on_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01")->device =
            scene.items[0].device;
    assert_outcome(&scene, "R06", RULE_REVIEW);
}

/* --- the year in the number ----------------------------------------------------------------------------- */

static void number_of_the_year_before_or_after_is_in_keeping(void **state)
{
    (void)state;
    static const char *const numbers[] = {"K250001", "K260001", "K270001"};
    for (size_t i = 0; i < 3; i++) {
        scene.items[0].number = numbers[i];
        assert_outcome(&scene, "R06", RULE_PASS);
    }
}

static void number_of_two_years_before_is_for_the_bureau(void **state)
{
    (void)state;
    scene.items[0].number = "K240001";
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    const struct trace_line *line = line_of(&scene.answer.cases[0], "R06");
    assert_non_null(strstr(line->zh, "2024年"));
    assert_string_equal(line->parameter->name, "first-approval");
    scene.parameters.number_years_apart = 2;
    assert_outcome(&scene, "R06", RULE_PASS);
}

static void year_of_a_number_is_asked_of_every_day_of_the_decision(void **state)
{
    (void)state;
    scene.items[0].number = "K240001";
    scene.items[0].decision = (struct date){day_on("2025-12-31").last, day_on("2026-01-01").first};
    assert_outcome(&scene, "R06", RULE_PASS); /* it may be of the year before */
    scene.items[0].decision = day_on("2026");
    assert_outcome(&scene, "R06", RULE_REVIEW);
    scene.items[0].decision = DATE_NONE;
    assert_outcome(&scene, "R06", RULE_PASS);
}

static void years_are_read_as_each_authority_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *authority, *number, *decided;
        enum rule_outcome outcome;
    } given[] = {
        {"FDA", "DEN240001", "2026-03-10", RULE_REVIEW}, {"FDA", "K991234", "1999-03-10", RULE_PASS},
        {"FDA", "K99123", "2026-03-10", RULE_PASS}, /* no number of the FDA */
        {"PMDA", "30800BZX00123000", "2026-03-10", RULE_PASS},
        {"PMDA", "22700BZX00123000", "2026-03-10", RULE_REVIEW},
        {"PMDA", "22700BZX00123000", "2016-01-10", RULE_PASS},
        {"ROSZDRAVNADZOR", "РЗН 2026/19876", "2026-03-10", RULE_PASS},
        {"ROSZDRAVNADZOR", "ФСЗ 2009/04567", "2026-03-10", RULE_REVIEW},
        {"CDSCO", "IMP/MD/2026/000123", "2026-03-10", RULE_PASS},
        {"CDSCO", "IMP/MD/2020/000123", "2026-03-10", RULE_REVIEW},
        {"CE", "2019/CE/2020", "2026-03-10", RULE_PASS}, /* notified bodies number as they like */
    };
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        scene.items[0].authority = given[i].authority;
        scene.items[0].number = given[i].number;
        scene.items[0].decision = day_on(given[i].decided);
        assert_outcome(&scene, "R06", given[i].outcome);
    }
}

/* --- entries of other holders, legacy devices ------------------------------------------------------------
 */

static void like_entry_of_another_holder_counts_for_half_a_year(void **state)
{
    (void)state;
    int32_t decided_on = scene.items[0].decision.first;
    struct fact_predecessor *entry =
        scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "30700BZX00009000", "2026-01-05");
    entry->likeness = LIKE_OTHER_HOLDER;
    entry->decision = date_of_day(decided_on - 180);
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->zh, "另一持证人的同类条目"));
    entry->decision = date_of_day(decided_on - 181);
    assert_outcome(&scene, "R06", RULE_PASS);
    scene.parameters.like_entry_days = 181;
    assert_outcome(&scene, "R06", RULE_REVIEW);
    entry->decision = date_of_day(decided_on);
    scene.parameters.like_entry_days = 0; /* not looked for */
    assert_outcome(&scene, "R06", RULE_PASS);
}

static void every_candidate_stands_in_the_trace_with_its_reason(void **state)
{
    (void)state;
    static const char *const numbers[] = {"K190007", "K190001", "K190003", "K190002", "K190005", "K190004"};
    for (size_t i = 0; i < 6; i++)
        scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, numbers[i], "2019")->likeness =
            i == 0 ? LIKE_LEGACY : LIKE_CODE;
    struct text trace = TEXT_WITH_CEILING(1 << 20);
    const struct trace_line *line = line_of(decided(&scene), "R06");
    assert_int_equal(line->candidate_count, 6);
    assert_string_equal(line->candidates[0]->number, "K190001");
    assert_null(strstr(line->zh, "K190007")); /* the sentence names five */
    measure13_trace_json(&scene.answer.cases[0], &trace);
    assert_non_null(strstr(text_string(&trace),
        "{\"authority\":\"FDA\",\"number\":\"K190007\",\"device\":\"Infusion pump\",\"decision\":\"2019\","
        "\"why\":\"legacy\"}]"));
    text_free(&trace);
}

/* --- what is the same approval, and what may be ----------------------------------------------------------
 */

static void make_certificate(const char *number)
{
    scene.items[0].authority = "CE";
    scene.items[0].route = "ce-mdr";
    scene.items[0].number = number;
}

static void re_issued_certificate_is_the_same_approval(void **state)
{
    (void)state;
    make_certificate("G10 012345 0002");
    struct fact_predecessor *earlier =
        scene_add_predecessor(&scene, PREDECESSOR_IDENTIFIER, "G10 012345 0001", "2023-02-01");
    earlier->authority = "CE";
    assert_outcome(&scene, "R06", RULE_FAIL);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->zh, "G10 012345 0001"));
}

static void certificate_of_the_mdr_after_one_of_the_mdd_is_judged_by_a_person(void **state)
{
    (void)state;
    make_certificate("G10 012345 0002");
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "MDD 600123", "2019-02-01")->likeness = LIKE_PRODUCT;
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R06")->zh, "MDD 600123（2019-02-01，同一产品）"));
}

static void entry_of_a_second_sponsor_is_judged_and_the_first_sponsors_is_not(void **state)
{
    (void)state;
    scene.items[0].authority = "TGA";
    scene.items[0].number = "400001";
    assert_outcome(&scene, "R06", RULE_PASS);
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "399999", "2026-02-01")->likeness = LIKE_TERM;
    assert_review(&scene, "R06", REVIEW_ASSESSMENT);
}

/* Of one number two devices: the order in which they were found does not show. */
static void candidates_of_one_number_stand_in_an_order_of_their_own(void **state)
{
    (void)state;
    struct text texts[2] = {TEXT_WITH_CEILING(65536), TEXT_WITH_CEILING(65536)};
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "EL-1", "2019-02-01")->device = "B pump";
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "EL-1", "2018-02-01")->device = "A pump";
    measure13_trace_json(decided(&scene), &texts[0]);
    struct fact_predecessor first = scene.predecessors[0];
    scene.predecessors[0] = scene.predecessors[1];
    scene.predecessors[1] = first;
    measure13_trace_json(decided(&scene), &texts[1]);
    assert_string_equal(text_string(&texts[0]), text_string(&texts[1]));
    text_free(&texts[0]);
    text_free(&texts[1]);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(a_signed_declaration_and_no_predecessor_pass),
        CLAIM(without_a_declaration_it_is_missing),
        CLAIM(candidates_of_one_number_stand_in_an_order_of_their_own),
        CLAIM(a_declaration_that_is_only_claimed_lacks_its_document),
        CLAIM(an_earlier_approval_under_the_same_code_is_judged_even_against_a_declaration),
        CLAIM(many_candidates_are_counted_and_the_first_named),
        CLAIM(a_recorded_predecessor_is_the_same_product),
        CLAIM(a_supplement_is_the_same_approval),
        CLAIM(a_panel_track_supplement_is_judged_by_a_person),
        CLAIM(a_firm_that_says_not_first_is_believed_by_a_person_only),
        CLAIM(a_declaration_that_names_an_earlier_one_and_yet_says_first_is_judged),
        CLAIM(the_firms_own_word_on_this_very_number_decides),
        CLAIM(the_firms_own_word_weighs_more_than_a_likeness),
        CLAIM(it_never_fails_on_a_name),
        CLAIM(number_of_the_year_before_or_after_is_in_keeping),
        CLAIM(number_of_two_years_before_is_for_the_bureau),
        CLAIM(year_of_a_number_is_asked_of_every_day_of_the_decision),
        CLAIM(years_are_read_as_each_authority_writes_them),
        CLAIM(like_entry_of_another_holder_counts_for_half_a_year),
        CLAIM(every_candidate_stands_in_the_trace_with_its_reason),
        CLAIM(re_issued_certificate_is_the_same_approval),
        CLAIM(certificate_of_the_mdr_after_one_of_the_mdd_is_judged_by_a_person),
        CLAIM(entry_of_a_second_sponsor_is_judged_and_the_first_sponsors_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
