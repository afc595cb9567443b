/* The verdict as it is read off the trace, the trace as it is stored, and the facts' hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *trace_of(const struct case_verdict *verdict)
{
    struct text text = TEXT_WITH_CEILING(1 << 20);
    measure13_trace_json(verdict, &text);
    return text_take(&text);
}

/* --- precedence ----------------------------------------------------------------------------------------- */

static void every_condition_on_evidence_is_eligible(void **state)
{
    (void)state;
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_NOT);
}

static void the_first_verdict_that_applies_is_given(void **state)
{
    (void)state;
    scene.items[0].declared = false;
    assert_verdict(&scene, VERDICT_PENDING);
    scene.items[0].route = "510k-special";
    assert_verdict(&scene, VERDICT_REVIEW);
    scene.items[0].decision = day_on("2020-01-01");
    assert_verdict(&scene, VERDICT_OUT_OF_WINDOW);
    scene.items[0].status = "withdrawn";
    assert_verdict(&scene, VERDICT_EXCLUDED);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_NOT);
}

static void an_open_identity_weighs_more_than_an_assessment(void **state)
{
    (void)state;
    scene.items[0].route = "510k-special";
    scene.items[0].link = LINK_REVIEW;
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_IDENTITY);
    scene.sales[0].related = "yes"; /* an assessment before it and one behind it */
    assert_verdict(&scene, VERDICT_REVIEW);
    assert_int_equal(scene.answer.cases[0].review, REVIEW_IDENTITY);
}

static void every_rule_speaks_even_when_another_has_decided(void **state)
{
    (void)state;
    scene.items[0] = (struct fact_item){.authority = "X",
        .number = "",
        .item = "",
        .route = "",
        .status = "",
        .holder = "",
        .manufacturer = "",
        .device = "",
        .product_code = "",
        .decision = DATE_NONE,
        .valid_to = DATE_NONE,
        .link_rule = "",
        .product_id = "",
        .first_seen = "",
        .declared_earlier = "",
        .declared_on = DATE_NONE};
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->verdict, VERDICT_EXCLUDED);
    assert_int_equal(verdict->trace_count, measure13_rule_count);
    for (size_t i = 0; i < verdict->trace_count; i++) {
        assert_string_equal(verdict->trace[i].rule, measure13_rules[i].id);
        assert_true(verdict->trace[i].zh[0] != '\0' && verdict->trace[i].en[0] != '\0');
    }
}

static void the_table_holds_the_rules_in_order(void **state)
{
    (void)state;
    assert_int_equal(measure13_rule_count, 24);
    for (size_t i = 0; i < measure13_rule_count; i++) {
        char id[24];
        snprintf(id, sizeof id, "R%02zu", i + 1);
        assert_string_equal(measure13_rules[i].id, id);
        assert_int_equal(measure13_rules[i].of_verdict, i + 1 <= 14 || i + 1 == 22);
    }
}

/* --- the stored trace ----------------------------------------------------------------------------------- */

static void the_trace_names_fact_and_parameter_of_each_rule(void **state)
{
    (void)state;
    char *trace = trace_of(decided(&scene));
    assert_non_null(strstr(trace, "[{\"rule\":\"R01\",\"outcome\":\"pass\",\"fact\":{\"table\":\"approval_"
                                  "version\",\"id\":\"FDA K260001\","
                                  "\"version\":1,\"assurance\":\"official\",\"value\":\"2026-03-10\"},"
                                  "\"parameter\":{\"name\":\"in-force\","
                                  "\"value\":\"2025-11-24..2028-12-31\",\"cited\":"
                                  "\"京经信发〔2025〕50号第13条\",\"confirmed\":true},\"zh\":"));
    free(trace);
    scene.items[0].declared = false;
    trace = trace_of(decided(&scene));
    assert_non_null(strstr(trace, "\"missing\":\"declaration\""));
    free(trace);
    scene.items[0].link = LINK_REVIEW;
    trace = trace_of(decided(&scene));
    assert_non_null(strstr(trace, "{\"rule\":\"R07\",\"outcome\":\"review\",\"review\":\"identity\","));
    free(trace);
    scene.items[0].decision = day_on("2030-01-01");
    trace = trace_of(decided(&scene));
    assert_non_null(strstr(trace, "{\"rule\":\"R01\",\"outcome\":\"fail\",\"window\":true,"));
    free(trace);
}

static void words_of_a_register_cannot_break_the_trace(void **state)
{
    (void)state;
    scene.items[0].manufacturer = "\"}],\n%s%n\\ \xff \x01";
    char *trace = trace_of(decided(&scene));
    assert_non_null(strstr(trace, "\\\"}],\\n%s%n\\\\ \xef\xbf\xbd \\u0001"));
    free(trace);
}

/* --- the facts' hash ------------------------------------------------------------------------------------ */

static void the_hash_is_that_of_the_facts(void **state)
{
    char hex[DIGEST_HEX_BYTES];
    (void)state;
    const struct case_verdict *verdict = decided(&scene);
    assert_string_equal(digest_hex_of(verdict->facts, strlen(verdict->facts), hex), verdict->facts_hash);
}

static void the_order_in_which_facts_arrived_does_not_show(void **state)
{
    (void)state;
    scene_add_sale(&scene, "S2", "US", "2026-06-01");
    scene_add_sale(&scene, "S3", "US", "2026-06-01");
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K190001", "2019-02-01");
    scene_add_predecessor(&scene, PREDECESSOR_CANDIDATE, "K180001", "2018-02-01");
    scene_add_payment(&scene, "P1", 2026, 5);
    scene_add_payment(&scene, "P2", 2026, 6);
    const struct case_verdict *verdict = decided(&scene);
    char *facts = strdup(verdict->facts), *trace = trace_of(verdict);

    struct fact_sale sale = scene.sales[0];
    scene.sales[0] = scene.sales[2];
    scene.sales[2] = sale;
    struct fact_predecessor earlier = scene.predecessors[0];
    scene.predecessors[0] = scene.predecessors[1];
    scene.predecessors[1] = earlier;
    struct fact_payment payment = scene.payments[0];
    scene.payments[0] = scene.payments[1];
    scene.payments[1] = payment;
    verdict = decided(&scene);
    char *trace_again = trace_of(verdict);
    assert_string_equal(verdict->facts, facts);
    assert_string_equal(trace_again, trace);
    free(trace_again);
    free(trace);
    free(facts);
}

static void only_facts_of_this_item_are_in_its_hash(void **state)
{
    char before[DIGEST_HEX_BYTES];
    (void)state;
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    scene_add_sale(&scene, "S9", "US", "2026-06-01")->product_id = "P2";
    scene_add_payment(&scene, "P2", 2031, 7);
    assert_string_equal(decided(&scene)->facts_hash, before);
    scene_add_sale(
        &scene, "S8", "DE", "2026-06-01"); /* of its product: looked at, though it does not count */
    assert_string_not_equal(decided(&scene)->facts_hash, before);
}

static void a_new_version_of_a_fact_is_another_fact(void **state)
{
    char before[DIGEST_HEX_BYTES];
    (void)state;
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    scene.items[0].source.version = 2;
    assert_string_not_equal(decided(&scene)->facts_hash, before);
}

static void the_calendar_is_a_fact_only_where_a_parameter_makes_it_one(void **state)
{
    (void)state;
    assert_null(strstr(decided(&scene)->facts, "\"day\""));
    char before[DIGEST_HEX_BYTES];
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    scene.today += 400;
    assert_string_equal(decided(&scene)->facts_hash, before);

    scene.parameters.newly_mode = NEWLY_ROLLING_MONTHS;
    scene.parameters.newly_months = 24;
    assert_non_null(strstr(decided(&scene)->facts, "\"day\":{\"newly\":\"yes\"}"));
    memcpy(before, decided(&scene)->facts_hash, sizeof before);
    scene.today += 1; /* the same answer tomorrow is the same fact */
    assert_string_equal(decided(&scene)->facts_hash, before);
    scene.today += 2000;
    assert_non_null(strstr(decided(&scene)->facts, "\"day\":{\"newly\":\"no\"}"));
}

static void a_long_list_is_kept_by_its_digest(void **state)
{
    static struct fact_sale many[300];
    static char ids[300][16];
    (void)state;
    for (int i = 0; i < 300; i++) {
        snprintf(ids[i], sizeof ids[i], "S%03d", i);
        many[i] = scene.sales[0];
        many[i].sale_id = many[i].source.id = ids[i];
    }
    scene.facts.sales = many;
    scene.facts.sale_count = 300;
    const struct case_verdict *verdict = decided(&scene);
    assert_non_null(strstr(verdict->facts, "\"sales_all\":{\"count\":300,\"sha256\":\""));
    assert_non_null(strstr(verdict->facts, "S099"));
    assert_null(strstr(verdict->facts, "S100"));
    char before[DIGEST_HEX_BYTES];
    memcpy(before, verdict->facts_hash, sizeof before);
    many[299].amount = "1"; /* not listed, yet a fact */
    assert_string_not_equal(decided(&scene)->facts_hash, before);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(every_condition_on_evidence_is_eligible),
        CLAIM(the_first_verdict_that_applies_is_given),
        CLAIM(an_open_identity_weighs_more_than_an_assessment),
        CLAIM(every_rule_speaks_even_when_another_has_decided),
        CLAIM(the_table_holds_the_rules_in_order),
        CLAIM(the_trace_names_fact_and_parameter_of_each_rule),
        CLAIM(words_of_a_register_cannot_break_the_trace),
        CLAIM(the_hash_is_that_of_the_facts),
        CLAIM(the_order_in_which_facts_arrived_does_not_show),
        CLAIM(only_facts_of_this_item_are_in_its_hash),
        CLAIM(a_new_version_of_a_fact_is_another_fact),
        CLAIM(the_calendar_is_a_fact_only_where_a_parameter_makes_it_one),
        CLAIM(a_long_list_is_kept_by_its_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
