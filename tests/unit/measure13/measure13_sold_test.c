/* R11, R12, R13: sold, really sold, in the market of the approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static void a_sale_on_the_decision_day_counts(void **state)
{
    (void)state;
    scene.sales[0].date = scene.items[0].decision;
    assert_outcome(&scene, "R11", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_sale_the_day_before_the_decision_does_not(void **state)
{
    (void)state;
    scene.sales[0].date = day_on("2026-03-09");
    assert_missing(&scene, "R11", "sale");
    assert_verdict(&scene, VERDICT_PENDING);
}

static void without_a_sale_it_is_missing(void **state)
{
    (void)state;
    scene.facts.sale_count = 0;
    assert_missing(&scene, "R11", "sale");
}

static void a_sale_in_another_market_does_not_count(void **state)
{
    static const char *const elsewhere[] = {"DE", "CN", "HK", "MO", "TW", "", "USA"};
    (void)state;
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        scene.sales[0].country = elsewhere[i];
        assert_missing(&scene, "R11", "sale");
    }
    scene.sales[0].country = "PR"; /* a territory in the authority's market */
    assert_outcome(&scene, "R11", RULE_PASS);
}

static void a_sale_of_another_product_does_not_count(void **state)
{
    (void)state;
    scene.sales[0].product_id = "P2";
    assert_missing(&scene, "R11", "sale");
}

static void a_market_in_doubt_is_judged_by_a_person(void **state)
{
    (void)state;
    scene.items[0].authority = "CE";
    scene.sales[0].country = "CH";
    assert_review(&scene, "R13", REVIEW_ASSESSMENT);
    assert_outcome(&scene, "R11", RULE_PASS);
    assert_verdict(&scene, VERDICT_REVIEW);
    scene_add_sale(&scene, "S2", "DE", "2026-06-01");
    assert_outcome(&scene, "R13", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void for_any_market_home_is_none(void **state)
{
    (void)state;
    scene.items[0].authority = "WHO";
    scene.sales[0].country = "KE";
    assert_outcome(&scene, "R11", RULE_PASS);
    assert_review(&scene, "R13", REVIEW_ASSESSMENT);
    scene.sales[0].country = "CN";
    assert_missing(&scene, "R11", "sale");
    scene.sales[0].country = "HK";
    assert_missing(&scene, "R11", "sale");
}

static void a_claimed_sale_lacks_its_document(void **state)
{
    (void)state;
    scene.sales[0].source.assurance = ASSURANCE_CLAIMED;
    assert_missing(&scene, "R11", "sale-document");
    assert_verdict(&scene, VERDICT_PENDING);
    scene.sales[0].source.assurance = ASSURANCE_OFFICIAL;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_sale_given_back_whole_is_no_sale(void **state)
{
    (void)state;
    scene.sales[0].returned_whole = true;
    struct fact_sale *back = scene_add_sale(&scene, "S2", "US", "2026-07-01");
    back->return_of = "S1";
    back->amount_sign = -1;
    assert_missing(&scene, "R11", "sale");
    scene.sales[0].returned_whole = false; /* given back in part */
    assert_outcome(&scene, "R11", RULE_PASS);
}

static void a_sale_for_nothing_is_no_sale(void **state)
{
    (void)state;
    scene.sales[0].amount_sign = 0;
    assert_missing(&scene, "R11", "sale");
}

static void a_sale_inside_the_group_is_judged_by_a_person(void **state)
{
    (void)state;
    scene.sales[0].related = "yes";
    assert_review(&scene, "R12", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
    scene.parameters.group_exports = ROUTE_YES;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    scene.parameters.group_exports = ROUTE_NO;
    assert_missing(&scene, "R11", "sale");
}

static void dates_too_vague_to_order_ask_for_the_exact_date(void **state)
{
    (void)state;
    scene.sales[0].date = day_on("2026-03"); /* the month of the decision */
    assert_missing(&scene, "R11", "exact-date");
    scene.sales[0].date = day_on("2026-04");
    assert_outcome(&scene, "R11", RULE_PASS);
    scene.sales[0].date = day_on("2026-02");
    assert_missing(&scene, "R11", "sale");
    scene.sales[0].date = day_on("2026-05-04");
    scene.items[0].decision = day_on("2026");
    assert_missing(&scene, "R11", "exact-date");
}

static void the_best_sale_decides_and_the_earliest_of_them_is_named(void **state)
{
    (void)state;
    scene.sales[0].source.assurance = ASSURANCE_CLAIMED;
    scene_add_sale(&scene, "S4", "US", "2026-08-02");
    scene_add_sale(&scene, "S3", "US", "2026-08-01");
    scene_add_sale(&scene, "S2", "US", "2026-08-01");
    scene_add_sale(&scene, "S0", "DE", "2026-03-11");
    assert_outcome(&scene, "R11", RULE_PASS);
    assert_string_equal(line_of(&scene.answer.cases[0], "R11")->fact->id, "S2");
    assert_string_equal(line_of(&scene.answer.cases[0], "R11")->fact_value, "2026-08-01 US");
}

static void no_sale_can_count_for_a_provisional_product(void **state)
{
    (void)state;
    scene.items[0].product_id = "";
    scene.sales[0].product_id = "";
    assert_missing(&scene, "R11", "product-link");
    assert_verdict(&scene, VERDICT_PENDING);
}

static const struct fact_entity us_subsidiary = {.name = "Anzhen Medical Inc.",
    .country = "US",
    .relation = ENTITY_SUBSIDIARY,
    .share = "60",
    .from = {17000, 17000},
    .to = {DAY_NONE, DAY_NONE},
    .source = {"local_record:entities", "E1", 1, ASSURANCE_DOCUMENTED}};

/* It does not matter that nobody ticked `related`: the buyer is on record as a company of the group. */
static void an_export_to_the_own_subsidiary_is_no_sale_in_the_market_yet(void **state)
{
    (void)state;
    scene.sales[0].buyer = (struct fact_party){"Anzhen Medical Inc.", false, &us_subsidiary};
    assert_review(&scene, "R12", REVIEW_ASSESSMENT);
    scene_add_sale(&scene, "S2", "US", "2026-09-01")->seller =
        (struct fact_party){"Anzhen Medical Inc.", false, &us_subsidiary};
    assert_outcome(&scene, "R12", RULE_PASS); /* the subsidiary has sold it on */
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_sale_by_someone_who_is_not_on_record_is_judged_by_a_person(void **state)
{
    (void)state;
    scene.sales[0].seller = (struct fact_party){"Anybody Trading Ltd", false, NULL};
    assert_review(&scene, "R12", REVIEW_ASSESSMENT);
    scene.sales[0].seller.firm = true;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void samples_and_free_replacements_are_no_sales(void **state)
{
    static const char *const modes[] = {"3010", "3100"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        scene.sales[0].trade_mode = modes[i];
        assert_missing(&scene, "R11", "sale");
        assert_outcome(&scene, "R12", RULE_NOT_APPLICABLE);
        assert_non_null(strstr(line_of(&scene.answer.cases[0], "R12")->zh, "货样"));
    }
    scene.sales[0].trade_mode = "0110";
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_least_amount_is_met_to_the_fen(void **state)
{
    (void)state;
    scene.parameters.least_sale = 8526000;           /* USD 12,000 at 710.50 */
    assert_review(&scene, "R12", REVIEW_ASSESSMENT); /* no rate yet */
    scene_add_rate(&scene, "USD", "2026-05-06", "710.50", QUOTE_DIRECT);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    scene.parameters.least_sale = 8526001;
    assert_missing(&scene, "R11", "sale");
}

static void the_order_of_a_un_agency_settles_the_market_of_a_prequalification(void **state)
{
    (void)state;
    scene.items[0].authority = "WHO";
    scene.sales[0].country = "KE";
    scene.sales[0].buyer.name = "Supply Division, Unicef, Copenhagen";
    assert_outcome(&scene, "R13", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    scene.sales[0].buyer.name = "Unicefa Ltd";
    assert_review(&scene, "R13", REVIEW_ASSESSMENT);
}

static void without_a_market_set_a_person_judges(void **state)
{
    (void)state;
    scene.items[0].authority = "SFDA";
    assert_review(&scene, "R13", REVIEW_ASSESSMENT);
    assert_outcome(&scene, "R11", RULE_NOT_APPLICABLE);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(a_sale_on_the_decision_day_counts),
        CLAIM(a_sale_the_day_before_the_decision_does_not),
        CLAIM(without_a_sale_it_is_missing),
        CLAIM(a_sale_in_another_market_does_not_count),
        CLAIM(a_sale_of_another_product_does_not_count),
        CLAIM(a_market_in_doubt_is_judged_by_a_person),
        CLAIM(for_any_market_home_is_none),
        CLAIM(a_claimed_sale_lacks_its_document),
        CLAIM(a_sale_given_back_whole_is_no_sale),
        CLAIM(a_sale_for_nothing_is_no_sale),
        CLAIM(a_sale_inside_the_group_is_judged_by_a_person),
        CLAIM(dates_too_vague_to_order_ask_for_the_exact_date),
        CLAIM(the_best_sale_decides_and_the_earliest_of_them_is_named),
        CLAIM(no_sale_can_count_for_a_provisional_product),
        CLAIM(an_export_to_the_own_subsidiary_is_no_sale_in_the_market_yet),
        CLAIM(a_sale_by_someone_who_is_not_on_record_is_judged_by_a_person),
        CLAIM(samples_and_free_replacements_are_no_sales),
        CLAIM(a_least_amount_is_met_to_the_fen),
        CLAIM(the_order_of_a_un_agency_settles_the_market_of_a_prequalification),
        CLAIM(without_a_market_set_a_person_judges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
