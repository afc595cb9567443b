/* R11: sold in the market of the approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene.h"

#include <string.h>

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

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
    assert_review(&scene, "R11", REVIEW_ASSESSMENT);
    scene_add_sale(&scene, "S2", "DE", "2026-06-01");
    assert_outcome(&scene, "R11", RULE_PASS);
}

static void for_any_market_home_is_none(void **state)
{
    (void)state;
    scene.items[0].authority = "WHO";
    scene.sales[0].country = "KE";
    assert_outcome(&scene, "R11", RULE_PASS);
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
    assert_review(&scene, "R11", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
