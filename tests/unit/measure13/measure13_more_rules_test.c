/* R04 membership, R07 the group and second claimants, R09 devices, R14 products, R22 credit; certificates
 * with many products. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

/* --- R04 ------------------------------------------------------------------------------------------------ */

static void a_regulator_that_is_not_of_the_brics_group_is_not_asked(void **state)
{
    (void)state;
    assert_outcome(&scene, "R04", RULE_NOT_APPLICABLE);
}

/* The window of the policy begins later than any accession; under a longer one the day itself counts. */
static void a_country_is_a_member_from_its_first_day_on(void **state)
{
    static const struct {
        const char *decided;
        enum rule_outcome outcome;
    } days[] = {{"2025-01-05", RULE_REVIEW}, {"2025-01-06", RULE_PASS}, {"2026-03-10", RULE_PASS},
        {"2025-01", RULE_MISSING}, {"2025-02", RULE_PASS}, {"2024", RULE_REVIEW}};
    (void)state;
    scene.items[0].authority = "KEMENKES";
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        scene.items[0].decision = day_on(days[i].decided);
        assert_outcome(&scene, "R04", days[i].outcome);
    }
    scene.items[0].decision = DATE_NONE;
    assert_missing(&scene, "R04", "exact-date");
}

static void a_membership_that_ended_counts_to_its_last_day(void **state)
{
    (void)state;
    scene.items[0].authority = "ANVISA";
    scene.parameters.brics[0].to = day_from_civil(2026, 3, 10);
    assert_outcome(&scene, "R04", RULE_PASS);
    scene.parameters.brics[0].to--;
    assert_review(&scene, "R04", REVIEW_ASSESSMENT);
    scene.parameters.brics[0].to = DAY_NONE;
    scene.parameters.brics[0].answer = ROUTE_NO;
    assert_outcome(&scene, "R04", RULE_FAIL);
    assert_verdict(&scene, VERDICT_EXCLUDED);
}

static void where_sources_differ_on_membership_a_person_judges(void **state)
{
    (void)state;
    scene.items[0].authority = "SFDA";
    assert_review(&scene, "R04", REVIEW_ASSESSMENT);
}

/* --- R07 ------------------------------------------------------------------------------------------------ */

static struct fact_entity company(enum entity_relation relation, const char *share)
{
    return (struct fact_entity){.name = "Anzhen Inc.",
        .country = "US",
        .relation = relation,
        .share = share,
        .from = day_on("2020-01-01"),
        .to = DATE_NONE,
        .source = {"local_record:entities", "E1", 1, ASSURANCE_DOCUMENTED}};
}

static void the_approval_of_a_wholly_owned_subsidiary_is_the_firms(void **state)
{
    (void)state;
    struct fact_entity entity = company(ENTITY_SUBSIDIARY, "100");
    scene.items[0].maker_party = (struct fact_party){"ANZHEN INC", false, &entity};
    scene.items[0].link = LINK_REVIEW; /* a related company's name is a hint to the matcher, no more */
    assert_outcome(&scene, "R07", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    entity.from = day_on("2026-03-11"); /* bought the day after the decision */
    assert_review(&scene, "R07", REVIEW_ASSESSMENT);
    entity.from = scene.items[0].decision;
    assert_outcome(&scene, "R07", RULE_PASS);
    entity.share = "80";
    assert_review(&scene, "R07", REVIEW_ASSESSMENT);
    scene.parameters.group_least_share = 80;
    assert_outcome(&scene, "R07", RULE_PASS);
    entity.relation = ENTITY_PARENT; /* any other link */
    entity.share = "100";
    assert_review(&scene, "R07", REVIEW_ASSESSMENT);
}

static void a_local_holder_does_not_stand_in_the_way_and_a_principal_does(void **state)
{
    (void)state;
    struct fact_entity holder = company(ENTITY_AGENT, "");
    scene.items[0].holder_party = (struct fact_party){"Nihon MAH K.K.", false, &holder};
    assert_outcome(&scene, "R07", RULE_PASS);
    holder.relation = ENTITY_OEM; /* the firm makes it for the holder */
    assert_review(&scene, "R07", REVIEW_ASSESSMENT);
}

static void a_second_claimant_puts_the_approval_before_a_person(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    assert_int_equal(decided(&scene)->award, 10000);
    scene.items[0].other_claimant = "91110108MAR4GQH65Y";
    assert_review(&scene, "R07", REVIEW_IDENTITY);
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].award, 0);
}

static void a_claim_by_a_list_of_products_alone_is_an_open_identity(void **state)
{
    (void)state;
    scene.items[0].recognised = false;
    assert_outcome(&scene, "R07", RULE_FAIL);
    scene.items[0].by_list = true;
    assert_review(&scene, "R07", REVIEW_IDENTITY);
}

/* --- R09, R14 ------------------------------------------------------------------------------------------- */

static void words_of_the_name_put_a_device_before_a_person(void **state)
{
    static const struct {
        const char *device, *rule;
        enum rule_outcome outcome;
    } names[] = {{"Sleep Wellness Tracker", "R09", RULE_REVIEW}, {"Wellnessia Pump", "R09", RULE_PASS},
        {"Pump", "R09", RULE_PASS}, {"SOFTWARE for images", "R14", RULE_REVIEW},
        {"Accessory, pump", "R14", RULE_REVIEW}, {"Pump", "R14", RULE_PASS}};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        scene.items[0].device = names[i].device;
        assert_outcome(&scene, names[i].rule, names[i].outcome);
    }
}

/* --- R22 ------------------------------------------------------------------------------------------------ */

static void dishonesty_excludes_while_it_lasts(void **state)
{
    (void)state;
    struct fact_flag *flag = scene_add_flag(&scene, "serious-dishonesty", "2024-05-01");
    assert_verdict(&scene, VERDICT_EXCLUDED);
    flag->to = day_on("2026-03-09"); /* over before the decision of 2026-03-10 */
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    flag->to = day_on("2026-03-10");
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
    flag->to = day_on("2026-03"); /* perhaps before, perhaps not */
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
}

static void a_recall_is_judged_by_a_person_and_the_gravest_flag_decides(void **state)
{
    (void)state;
    scene_add_flag(&scene, "recall", "2026-05-01");
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
    scene_add_flag(&scene, "abnormal-operation", "2026-06-01");
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_string_equal(line_of(&scene.answer.cases[0], "R22")->fact_value, "abnormal-operation");
}

static void abnormal_operation_by_the_list_of_firms_excludes_too(void **state)
{
    (void)state;
    scene.facts.firm.status = "abnormal";
    assert_outcome(&scene, "R22", RULE_FAIL);
    assert_verdict(&scene, VERDICT_EXCLUDED);
}

static void a_flag_that_no_table_knows_is_judged_by_a_person(void **state)
{
    (void)state;
    scene_add_flag(&scene, "fine", "2026-05-01");
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
}

static void a_flag_that_the_last_full_list_does_not_name_may_be_over(void **state)
{
    (void)state;
    scene_add_flag(&scene, "serious-dishonesty", "2024-05-01")->unlisted = true;
    assert_review(&scene, "R22", REVIEW_ASSESSMENT);
}

static void credit_does_not_change_by_the_calendar(void **state)
{
    char before[DIGEST_HEX_BYTES];
    (void)state;
    scene_add_flag(&scene, "serious-dishonesty", "2024-05-01")->to = day_on("2026-12-31");
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    enum verdict verdict = scene.answer.cases[0].verdict;
    scene.today += 400;
    assert_int_equal(decided(&scene)->verdict, verdict);
    assert_string_equal(scene.answer.cases[0].facts_hash, before);
}

/* --- certificates --------------------------------------------------------------------------------------- */

static void list_product(const char *in_scope_from)
{
    scene.items[0].authority = "CE";
    scene.items[0].route = "510k";
    scene.items[0].scope = ITEM_LISTED;
    scene.items[0].approved = day_on("2024-06-01");
    scene.items[0].decision = day_on(in_scope_from);
    scene.sales[0].country = "DE";
}

/* The certificate is old; the product came into its scope when the policy was in force. */
static void a_product_newly_in_scope_is_newly_approved_when_that_is_shown(void **state)
{
    (void)state;
    list_product("2026-03-10");
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    scene.items[0].product_source.assurance = ASSURANCE_CLAIMED;
    assert_missing(&scene, "R02", "scope-document");
    assert_verdict(&scene, VERDICT_PENDING);
    scene.items[0].approved = day_on("2026-01-01"); /* then the claim makes no difference */
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_certificate_without_its_list_is_one_lead_that_asks_for_it(void **state)
{
    (void)state;
    list_product("2026-03-10");
    scene.items[0].scope = ITEM_UNLISTED;
    scene.items[0].product_id = "";
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    assert_missing(&scene, "R11", "scope-list");
    assert_verdict(&scene, VERDICT_PENDING);
    assert_int_equal(scene.answer.cases[0].award, 0);
    assert_int_equal(scene.answer.cases[0].amount_state, AMOUNT_NONE);
}

static void a_product_that_left_the_scope_is_cleared_up_by_a_person(void **state)
{
    (void)state;
    list_product("2026-03-10");
    scene.items[0].out_of_scope = day_on("2026-09-01");
    assert_review(&scene, "R10", REVIEW_IDENTITY);
    scene.items[0].out_of_scope = DATE_NONE;
    scene.items[0].scope = ITEM_DROPPED;
    assert_review(&scene, "R10", REVIEW_IDENTITY);
    scene.items[0].status = "withdrawn"; /* the register's own word goes before */
    assert_outcome(&scene, "R10", RULE_FAIL);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(a_regulator_that_is_not_of_the_brics_group_is_not_asked),
        CLAIM(a_country_is_a_member_from_its_first_day_on),
        CLAIM(a_membership_that_ended_counts_to_its_last_day),
        CLAIM(where_sources_differ_on_membership_a_person_judges),
        CLAIM(the_approval_of_a_wholly_owned_subsidiary_is_the_firms),
        CLAIM(a_local_holder_does_not_stand_in_the_way_and_a_principal_does),
        CLAIM(a_second_claimant_puts_the_approval_before_a_person),
        CLAIM(a_claim_by_a_list_of_products_alone_is_an_open_identity),
        CLAIM(words_of_the_name_put_a_device_before_a_person),
        CLAIM(dishonesty_excludes_while_it_lasts),
        CLAIM(a_recall_is_judged_by_a_person_and_the_gravest_flag_decides),
        CLAIM(abnormal_operation_by_the_list_of_firms_excludes_too),
        CLAIM(a_flag_that_no_table_knows_is_judged_by_a_person),
        CLAIM(a_flag_that_the_last_full_list_does_not_name_may_be_over),
        CLAIM(credit_does_not_change_by_the_calendar),
        CLAIM(a_product_newly_in_scope_is_newly_approved_when_that_is_shown),
        CLAIM(a_certificate_without_its_list_is_one_lead_that_asks_for_it),
        CLAIM(a_product_that_left_the_scope_is_cleared_up_by_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
