/* What a case lacks that does not qualify, or not yet: who can supply it, until when, and what is at stake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static const struct trace_line *asked(const char *rule)
{
    return line_of(decided(&scene), rule);
}

static void assert_says(const struct trace_line *line, const char *zh, const char *en)
{
    assert_non_null(strstr(line->zh, zh));
    assert_non_null(strstr(line->en, en));
}

static void missing_sale_is_for_the_firm_and_a_million_is_at_stake(void **state)
{
    (void)state;
    scene.facts.sale_count = 0;
    const struct trace_line *line = asked("R11");
    assert_string_equal(line->missing, "sale");
    assert_int_equal(line->supplier, SUPPLIER_FIRM);
    assert_int_equal(line->at_stake, 100000000);
    assert_says(line, "可由企业提供；涉及的支持以单个产品1,000,000.00元为上限（非承诺）。",
        "The firm can supply it; at stake is support of at most CNY 1,000,000.00 for the product (no "
        "promise).");
}

static void what_is_reckoned_is_at_stake_once_costs_are_there(void **state)
{
    (void)state;
    scene.facts.sale_count = 0;
    scene_add_cost(&scene, "C1", "2026-01-05", "123456.78", "CNY");
    const struct trace_line *line = asked("R11");
    assert_int_equal(line->at_stake, 12345678);
    assert_says(line, "涉及测算上限123,456.78元", "a reckoned ceiling of CNY 123,456.78 (no promise)");
}

static void last_day_is_told_only_as_a_document_gives_it(void **state)
{
    (void)state;
    static char notice[] = "关于组织申报的通知";
    scene.facts.sale_count = 0;
    scene.parameters.last_filing_day = day_on("2028-10-31").first;
    const struct trace_line *line = asked("R11");
    assert_int_equal(line->until, DAY_NONE);
    assert_null(strstr(line->zh, "申报期间"));
    scene.parameters.filing_first = day_on("2027-03-01").first;
    scene.parameters.filing_last = day_on("2027-04-30").first;
    scene.parameters.filing_source.cited = notice;
    line = asked("R11");
    assert_int_equal(line->until, day_on("2027-04-30").first);
    assert_says(line, "可由企业提供；申报期间为2027-03-01至2027-04-30（关于组织申报的通知）；",
        "applications are taken from 2027-03-01 to 2027-04-30 (关于组织申报的通知); at stake");
}

static void link_to_a_product_is_the_desks_and_has_no_last_day(void **state)
{
    (void)state;
    scene.parameters.filing_first = day_on("2027-03-01").first;
    scene.parameters.filing_last = day_on("2027-04-30").first;
    scene.items[0].product_id = "";
    const struct trace_line *line = asked("R11");
    assert_string_equal(line->missing, "product-link");
    assert_int_equal(line->supplier, SUPPLIER_DESK);
    assert_int_equal(line->until, DAY_NONE);
    assert_says(line, "由工作人员补充；", "The desk has to supply it;");
}

static void decision_out_of_the_window_is_changed_by_the_bureau_alone(void **state)
{
    (void)state;
    scene.items[0].decision = day_on("2024-12-31");
    const struct trace_line *line = asked("R02");
    assert_true(line->window);
    assert_string_equal(line->missing, "date-in-window");
    assert_int_equal(line->supplier, SUPPLIER_BUREAU);
    assert_int_equal(line->at_stake, 100000000);
    assert_says(
        line, "仅主管部门对口径另作确认时可改变", "Only another reading by the bureau would change that");
    assert_null(line_of(&scene.answer.cases[0], "R11")->missing); /* nothing else is asked for */
}

static void product_may_have_come_later_into_an_old_certificate(void **state)
{
    (void)state;
    scene.items[0].decision = day_on("2024-12-31");
    scene.items[0].scope = ITEM_UNLISTED;
    scene.items[0].product_id = "";
    assert_int_equal(asked("R02")->supplier, SUPPLIER_FIRM);
}

static void eligible_case_without_costs_is_told_what_makes_its_amount(void **state)
{
    (void)state;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    const struct trace_line *line = asked("R15");
    assert_string_equal(line->missing, "costs");
    assert_int_equal(line->supplier, SUPPLIER_FIRM);
}

static void case_before_a_person_or_excluded_asks_nobody_for_anything(void **state)
{
    (void)state;
    scene.facts.sale_count = 0;
    scene.items[0].route = "510k-special";
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(asked("R11")->supplier, SUPPLIER_NONE);
    assert_outcome(&scene, "R15", RULE_NOT_APPLICABLE);
    scene.items[0].route = "listing";
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_int_equal(asked("R11")->supplier, SUPPLIER_NONE);
    assert_outcome(&scene, "R15", RULE_NOT_APPLICABLE);
}

static void every_missing_fact_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < MISSING_FACTS; i++) {
        assert_int_equal(missing_fact_names[i].value, i);
        assert_true(missing_fact_names[i].zh[0] != '\0' && missing_fact_names[i].en[0] != '\0');
    }
}

static void trace_holds_supplier_day_and_stake(void **state)
{
    (void)state;
    struct text trace = TEXT_WITH_CEILING(1 << 20);
    scene.facts.sale_count = 0;
    scene.parameters.filing_first = day_on("2027-03-01").first;
    scene.parameters.filing_last = day_on("2027-04-30").first;
    measure13_trace_json(decided(&scene), &trace);
    assert_non_null(strstr(text_string(&trace),
        "\"missing\":\"sale\",\"supplier\":\"firm\",\"until\":\"2027-04-30\",\"at_stake\":100000000,"));
    text_free(&trace);
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(missing_sale_is_for_the_firm_and_a_million_is_at_stake),
        CLAIM(what_is_reckoned_is_at_stake_once_costs_are_there),
        CLAIM(last_day_is_told_only_as_a_document_gives_it),
        CLAIM(link_to_a_product_is_the_desks_and_has_no_last_day),
        CLAIM(decision_out_of_the_window_is_changed_by_the_bureau_alone),
        CLAIM(product_may_have_come_later_into_an_old_certificate),
        CLAIM(eligible_case_without_costs_is_told_what_makes_its_amount),
        CLAIM(case_before_a_person_or_excluded_asks_nobody_for_anything),
        CLAIM(every_missing_fact_has_its_words),
        CLAIM(trace_holds_supplier_day_and_stake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
