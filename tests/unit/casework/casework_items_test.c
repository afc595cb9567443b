/* Items: one certificate and its products, lists that change, and two firms that claim one approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The current cases of an approval, in order of item: "1 P1 review/identity; 2 P2 pending". */
static const char *cases_of(const char *number)
{
    static char cases[512];
    struct query *q = query_bind(
        query(world.store, "SELECT group_concat(line, '; ') FROM (SELECT f.item || ' ' || c.product_id || ' "
                           "' || c.verdict AS line "
                           "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
                           "WHERE f.number = ? ORDER BY f.item)"),
        "t", number);
    snprintf(cases, sizeof cases, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    return cases;
}

static int64_t differences(void)
{
    return casework_verify(world.store, &world.config, NULL, NULL);
}

static int64_t certify(const char *number, const char *decided)
{
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    int64_t maker = world_maker(&world, "Beijing Anzhen Medical Co., Ltd.");
    world_match(&world, maker, "auto", FIRM_A, "A1");
    for (int i = 1; i <= 3; i++) {
        char product[16];
        snprintf(product, sizeof product, "P%d", i);
        world_product(&world, product, FIRM_A);
    }
    world_approve(&world, (struct approval_row){.authority = "CE",
                              .number = number,
                              .route = "ce-mdr",
                              .decided = decided,
                              .product_code = "",
                              .device = "Infusion pumps",
                              .maker = maker});
    return maker;
}

static void a_certificate_without_its_list_is_one_lead(void **state)
{
    (void)state;
    certify("MDR-1", "2026-03-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1  pending");
    assert_non_null(strstr(value_of(&world, "SELECT missing FROM case_version"), "scope-list"));
    assert_int_equal(differences(), 0);
}

static void each_product_of_the_list_is_an_item_and_the_lead_goes_on_as_the_first(void **state)
{
    (void)state;
    certify("MDR-1", "2026-03-01");
    world_decide(&world, FIRM_A);
    world_list(&world, "MDR-1", "P2", "2026-03-01");
    world_list(&world, "MDR-1", "P1", "2026-03-01");
    world_list(&world, "MDR-1", "P3", "2026-09-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 pending; 2 P2 pending; 3 P3 pending");
    assert_int_equal(differences(), 0);
    world_decide(&world, FIRM_A); /* nothing has changed */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), 4);
}

static void the_day_on_which_a_product_came_into_the_scope_counts(void **state)
{
    (void)state;
    certify("MDR-1", "2022-03-01");
    world_list(&world, "MDR-1", "P1", "2022-03-01");
    world_list(&world, "MDR-1", "P2", "2026-04-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 out_of_window; 2 P2 pending");
}

static void a_product_that_comes_later_opens_a_case_of_its_own(void **state)
{
    (void)state;
    certify("MDR-1", "2026-03-01");
    world_list(&world, "MDR-1", "P2", "2026-03-01");
    world_decide(&world, FIRM_A);
    world_list(&world, "MDR-1", "P1", "2026-05-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P2 pending; 2 P1 pending");
    assert_int_equal(differences(), 0);
}

static void a_product_that_takes_anothers_place_is_an_event_and_no_new_case(void **state)
{
    (void)state;
    certify("MDR-1", "2026-03-01");
    world_list(&world, "MDR-1", "P1", "2026-03-01");
    world_list(&world, "MDR-1", "P2", "2026-03-01");
    world_decide(&world, FIRM_A);
    world_list(&world, "MDR-1", "P1", ""); /* merged into P3 */
    world_list(&world, "MDR-1", "P3", "2026-03-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P3 pending; 2 P2 pending");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 2);
    assert_string_equal(
        value_of(&world, "SELECT old || ' ' || new FROM case_event WHERE kind = 'product'"), "P1 P3");
}

static void a_product_that_the_list_drops_is_cleared_up_by_a_person(void **state)
{
    (void)state;
    certify("MDR-1", "2026-03-01");
    world_list(&world, "MDR-1", "P1", "2026-03-01");
    world_list(&world, "MDR-1", "P2", "2026-03-01");
    world_decide(&world, FIRM_A);
    world_list(&world, "MDR-1", "P1", "");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 review; 2 P2 pending");
    assert_int_equal(differences(), 0);
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 review; 2 P2 pending");
    world_list(&world, "MDR-1", "P1", "2026-03-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 pending; 2 P2 pending");
}

static void two_certificates_of_one_product_are_judged_together(void **state)
{
    (void)state;
    int64_t maker = certify("MDR-1", "2026-03-01");
    world_approve(&world, (struct approval_row){.authority = "CE",
                              .number = "MDR-2",
                              .route = "ce-mdr",
                              .decided = "2026-04-01",
                              .product_code = "",
                              .device = "Technical documentation",
                              .maker = maker});
    world_list(&world, "MDR-1", "P1", "2026-03-01");
    world_list(&world, "MDR-2", "P1", "2026-04-01");
    world_list(&world, "MDR-2", "P2", "2026-04-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("MDR-1"), "1 P1 pending");
    assert_string_equal(cases_of("MDR-2"), "1 P1 review; 2 P2 pending");
}

static void two_products_of_one_firm_on_one_clearance_are_two_items(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_product(&world, "P2", FIRM_A);
    world_scope(&world, "K260001", "P2");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("K260001"), "1 P1 eligible; 2 P2 pending");
    world_drop_scope(&world, "K260001", "P2");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("K260001"), "1 P1 eligible; 2 P2 review");
    assert_int_equal(differences(), 0);
}

/* --- two firms ------------------------------------------------------------------------------------------ */

static void a_second_claimant_puts_both_before_a_person(void **state)
{
    (void)state;
    world_eligible(&world);
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    world_product(&world, "P9", FIRM_B);
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("K260001"), "1 P1 eligible");
    world_scope(&world, "K260001", "P9");
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_B);
    assert_string_equal(cases_of("K260001"), "1 P1 review; 2 P9 review");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version WHERE seq_to IS NULL AND "
                                      "review_kind = 'identity'"),
        2);
    assert_int_equal(count_of(&world, "SELECT sum(award) FROM case_version WHERE seq_to IS NULL"), 0);
    assert_int_equal(differences(), 0);

    world_drop_scope(&world, "K260001", "P9"); /* the claim is given up */
    world_decide(&world, FIRM_B);
    world_decide(&world, FIRM_A);
    assert_string_equal(
        value_of(&world, "SELECT c.verdict FROM case_file f JOIN case_version c ON c.case_file = f.id "
                         "AND c.seq_to IS NULL WHERE f.item = '1'"),
        "eligible");
    assert_int_equal(differences(), 0);
}

static void a_list_alone_opens_a_case_that_a_person_has_to_confirm(void **state)
{
    (void)state;
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    world_product(&world, "P1", FIRM_A);
    int64_t maker = world_maker(&world, "Local Holder K.K.");
    world_match(&world, maker, "none", "", "");
    world_approve(
        &world, (struct approval_row){.number = "K260077", .decided = "2026-03-10", .maker = maker});
    world_decide(&world, FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 0);
    world_scope(&world, "K260077", "P1");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("K260077"), "1 P1 review");
}

static void a_product_that_moves_takes_its_case_with_it(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    world_decide(&world, FIRM_A);
    world_product(&world, "P1", FIRM_B);
    world_match(&world, maker, "auto", FIRM_B, "A0");
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_B);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
    assert_string_equal(value_of(&world, "SELECT uscc FROM case_version WHERE seq_to IS NULL"), FIRM_B);
}

/* --- two certificates, one item ------------------------------------------------------------------------- */

#define QUALITY_SYSTEM "refdata.certificate-mdr-type.quality-management-system"
#define DOCUMENTATION  "refdata.certificate-mdr-type.technical-documentation"

static void certify_as(
    int64_t maker, const char *number, const char *decided, const char *type, const char *status)
{
    world_approve(&world, (struct approval_row){.authority = "CE",
                              .number = number,
                              .route = "ce-mdr",
                              .decided = decided,
                              .product_code = "",
                              .device = "Infusion pumps",
                              .maker = maker,
                              .source_route = type,
                              .status = status});
}

static int64_t with_both_certificates(void)
{
    int64_t maker = certify("MDR-0", "2020-01-01");
    certify_as(maker, "QS-1", "2026-02-01", QUALITY_SYSTEM, "active");
    certify_as(maker, "TD-1", "2026-03-01", DOCUMENTATION, "active");
    return maker;
}

static const char *fact_of(const char *number, const char *path)
{
    static char fact[256];
    struct query *q =
        query_bind(query(world.store, "SELECT json_extract(c.facts, ?) FROM case_version c JOIN case_file f "
                                      "ON f.id = c.case_file WHERE f.number = ? AND c.seq_to IS NULL"),
            "tt", path, number);
    snprintf(fact, sizeof fact, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    return fact;
}

static void both_certificates_of_a_product_are_one_item_that_counts_from_the_later_day(void **state)
{
    (void)state;
    with_both_certificates();
    world_list(&world, "QS-1", "P1", "2026-02-01");
    world_list(&world, "TD-1", "P1", "2026-03-01");
    world_decide(&world, FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version WHERE product_id = 'P1'"), 1);
    assert_string_equal(fact_of("TD-1", "$.approval.decision"), "2026-03-01");
    assert_string_equal(fact_of("TD-1", "$.pair.number"), "QS-1");
    assert_int_equal(differences(), 0);
}

static void the_certificate_that_comes_second_joins_the_case_that_is_there(void **state)
{
    (void)state;
    with_both_certificates();
    world_list(&world, "QS-1", "P1", "2026-02-01");
    world_decide(&world, FIRM_A);
    assert_string_equal(
        value_of(&world, "SELECT f.number FROM case_file f JOIN case_version c ON c.case_file = f.id "
                         "WHERE c.product_id = 'P1'"),
        "QS-1");
    world_list(&world, "TD-1", "P1", "2026-03-01");
    world_decide(&world, FIRM_A);
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM case_version WHERE product_id = 'P1' AND seq_to IS NULL"), 1);
    assert_string_equal(fact_of("QS-1", "$.pair.number"), "TD-1");
    assert_string_equal(fact_of("QS-1", "$.approval.decision"), "2026-03-01");
    assert_string_equal(cases_of("TD-1"), "1  excluded"); /* it was a lead, and says where its product is */
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("QS-1"), "1 P1 review"); /* and stays with it; MDR-0 may be an earlier one */
    assert_int_equal(differences(), 0);
}

static void an_item_stands_as_long_as_both_certificates_stand(void **state)
{
    (void)state;
    int64_t maker = with_both_certificates();
    world_list(&world, "QS-1", "P1", "2026-02-01");
    world_list(&world, "TD-1", "P1", "2026-03-01");
    world_decide(&world, FIRM_A);
    certify_as(maker, "QS-1", "2026-02-01", QUALITY_SYSTEM, "withdrawn");
    world_decide(&world, FIRM_A);
    assert_string_equal(cases_of("TD-1"), "1 P1 excluded");
}

static void two_certificates_of_one_type_are_no_pair(void **state)
{
    (void)state;
    int64_t maker = with_both_certificates();
    certify_as(maker, "TD-2", "2026-06-01", DOCUMENTATION, "active");
    world_list(&world, "TD-1", "P1", "2026-03-01");
    world_list(&world, "TD-2", "P1", "2026-06-01");
    world_decide(&world, FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version WHERE product_id = 'P1'"), 2);
    assert_string_equal(cases_of("TD-2"), "1 P1 review"); /* the first is its predecessor */
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    world_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(a_certificate_without_its_list_is_one_lead),
        CLAIM(each_product_of_the_list_is_an_item_and_the_lead_goes_on_as_the_first),
        CLAIM(the_day_on_which_a_product_came_into_the_scope_counts),
        CLAIM(a_product_that_comes_later_opens_a_case_of_its_own),
        CLAIM(a_product_that_takes_anothers_place_is_an_event_and_no_new_case),
        CLAIM(a_product_that_the_list_drops_is_cleared_up_by_a_person),
        CLAIM(two_certificates_of_one_product_are_judged_together),
        CLAIM(two_products_of_one_firm_on_one_clearance_are_two_items),
        CLAIM(a_second_claimant_puts_both_before_a_person),
        CLAIM(a_list_alone_opens_a_case_that_a_person_has_to_confirm),
        CLAIM(a_product_that_moves_takes_its_case_with_it),
        CLAIM(both_certificates_of_a_product_are_one_item_that_counts_from_the_later_day),
        CLAIM(the_certificate_that_comes_second_joins_the_case_that_is_there),
        CLAIM(an_item_stands_as_long_as_both_certificates_stand),
        CLAIM(two_certificates_of_one_type_are_no_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
