/* Gathering: which facts of the database become facts of the decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/clock.h"

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fact_item *item_of(const char *number)
{
    const struct firm_facts *facts = facts_of(FIRM_A);
    for (size_t i = 0; i < facts->item_count; i++)
        if (strcmp(facts->items[i].number, number) == 0)
            return &facts->items[i];
    fail_msg("no item %s", number);
    return NULL;
}

static bool has_predecessor(const struct fact_item *item, enum predecessor_kind kind, const char *number)
{
    for (size_t i = 0; i < item->predecessor_count; i++)
        if (item->predecessors[i].kind == kind && strcmp(item->predecessors[i].number, number) == 0)
            return true;
    return false;
}

/* --- the item ------------------------------------------------------------------------------------------- */

static void every_fact_says_where_it_stands(void **state)
{
    (void)state;
    world_eligible(&world);
    const struct fact_item *item = item_of("K260001");
    assert_string_equal(item->source.table, "approval_version");
    assert_string_equal(item->source.id, "FDA|K260001");
    assert_int_equal(item->source.version, 1);
    assert_int_equal(item->source.assurance, ASSURANCE_OFFICIAL);
    assert_string_equal(item->link_source.table, "match");
    assert_int_equal(item->link_source.assurance, ASSURANCE_OFFICIAL);
    assert_string_equal(item->link_rule, "A1");
    assert_string_equal(item->product_source.table, "local_record:scopes");
    assert_string_equal(item->product_source.id, "FDA|K260001|P1");
    assert_string_equal(item->declaration_source.id, FIRM_A "|P1|FDA");
    assert_string_equal(item->first_seen, "2026-11-22");
    const struct firm_facts *facts = gathered_facts(gathered);
    assert_string_equal(facts->firm.source.table, "local_record:firms");
    assert_string_equal(facts->firm.name_zh, "北京安诊医疗科技有限公司");
    assert_int_equal(facts->firm.beijing_from.first, day_from_civil(2018, 1, 1));
    assert_string_equal(facts->sales[0].source.id, "S1");
    assert_int_equal(facts->sales[0].source.assurance, ASSURANCE_DOCUMENTED);
}

static void a_link_in_doubt_is_an_opinion(void **state)
{
    (void)state;
    world_match(&world, world_eligible(&world), "review", FIRM_A, "R3");
    const struct fact_item *item = item_of("K260001");
    assert_true(item->recognised);
    assert_int_equal(item->link, LINK_REVIEW);
    assert_int_equal(item->link_source.assurance, ASSURANCE_CLAIMED);
    assert_int_equal(item->link_source.version, 2);
}

/* ANVISA names several makers of one registration; the record has but one of them. */
static void an_approval_is_found_by_any_of_its_makers(void **state)
{
    (void)state;
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = world_maker(&world, "Other Co")});
    int64_t ours = world_maker(&world, "Anzhen Medical");
    world_match(&world, ours, "auto", FIRM_A, "A1");
    store_write(world.store);
    query_run(
        query(world.store, "INSERT INTO approval_feed (name, authority, purpose, rank, wins, completeness, "
                           "asked, defined) VALUES ('f', 'FDA', 'approvals', 0, '', 'window', '', 1)"));
    query_run(query_bind(
        query(world.store, "INSERT INTO further_maker (approval, feed, maker, seq_from) VALUES (1, 1, ?, 1)"),
        "i", ours));
    const struct fact_item *item = item_of("K260001");
    assert_true(item->recognised);
    assert_string_equal(item->manufacturer, "Anzhen Medical");
    assert_string_equal(item->link_rule, "A1");
    query_run(query(world.store, "UPDATE further_maker SET seq_to = 2"));
    const struct firm_facts *facts = facts_of(FIRM_A);
    assert_int_equal(facts->item_count, 0);
}

static void an_officers_word_on_the_maker_is_a_verified_link(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_match(&world, maker, "auto", FIRM_A, "H1");
    assert_int_equal(item_of("K260001")->link_source.assurance, ASSURANCE_VERIFIED);
    world_match(&world, maker, "review", FIRM_A, "H2");
    assert_int_equal(item_of("K260001")->link_source.assurance, ASSURANCE_CLAIMED);
}

static void the_order_of_arrival_does_not_show_in_the_facts(void **state)
{
    struct text facts[2];
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        if (turn == 1) {
            world_close(&world);
            world_open(&world);
        }
        int64_t maker = world_eligible(&world);
        static const char *const numbers[2][3] = {
            {"K190001", "K180001", "K170001"}, {"K170001", "K190001", "K180001"}};
        for (int i = 0; i < 3; i++)
            world_approve(
                &world, (struct approval_row){.number = numbers[turn][i], .decided = "2017", .maker = maker});
        world_sell(&world, turn == 0 ? "S2" : "S3", FIRM_A, "P1", "US", "2026-06-01", "1");
        world_sell(&world, turn == 0 ? "S3" : "S2", FIRM_A, "P1", "US", "2026-06-01", "1");
        const struct fact_item *item = item_of("K260001");
        facts[turn] = TEXT_WITH_CEILING(1 << 20);
        struct firm_verdict answer;
        measure13_decide(gathered_facts(gathered), world.config.parameters, 20000, &answer);
        for (size_t i = 0; i < answer.case_count; i++)
            if (answer.cases[i].item == item)
                text_append_string(&facts[turn], answer.cases[i].facts);
        measure13_release(&answer);
    }
    assert_string_equal(text_string(&facts[0]), text_string(&facts[1]));
    text_free(&facts[0]);
    text_free(&facts[1]);
}

static void a_firm_without_facts_has_no_items(void **state)
{
    (void)state;
    const struct firm_facts *facts = facts_of(FIRM_B);
    assert_false(facts->firm.known);
    assert_int_equal(facts->item_count, 0);
    assert_int_equal(facts->sale_count, 0);
}

/* --- the product ---------------------------------------------------------------------------------------- */

static void a_scope_of_another_firms_product_links_nothing(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_product(&world, "P9", FIRM_B);
    world_approve(
        &world, (struct approval_row){.number = "K260002", .decided = "2026-05-01", .maker = maker});
    world_scope(&world, "K260002", "P9");
    world_scope(&world, "K260002", "P8"); /* known to nobody */
    assert_string_equal(item_of("K260002")->product_id, "");
    world_product(&world, "P9", FIRM_A); /* the business moves */
    assert_string_equal(item_of("K260002")->product_id, "P9");
}

static void a_withdrawn_scope_links_nothing(void **state)
{
    (void)state;
    world_eligible(&world);
    world_local(&world, (struct local_row){.kind = "scopes",
                            .key = "FDA|K260001|P1",
                            .product_id = "P1",
                            .authority = "FDA",
                            .number = "K260001",
                            .fields = "{}",
                            .withdrawn = true});
    assert_string_equal(item_of("K260001")->product_id, "");
    assert_false(item_of("K260001")->declared);
}

static void an_identifier_links_where_no_scope_does(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_product(&world, "P2", FIRM_A);
    world_approve(
        &world, (struct approval_row){
                    .number = "K260002", .decided = "2026-05-01", .maker = maker, .udi_di = "0698P2"});
    world_approve(
        &world, (struct approval_row){
                    .number = "K260003", .decided = "2026-05-01", .maker = maker, .udi_di = "0698P"});
    assert_string_equal(item_of("K260002")->product_id, "P2");
    assert_string_equal(item_of("K260002")->product_source.table, "local_record:products");
    assert_string_equal(item_of("K260003")->product_id, ""); /* a part of one is none */
}

static void a_declaration_is_for_one_product_and_authority(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_product(&world, "P2", FIRM_A);
    world_approve(
        &world, (struct approval_row){.number = "K260002", .decided = "2026-05-01", .maker = maker});
    world_scope(&world, "K260002", "P2");
    assert_false(item_of("K260002")->declared);
    assert_true(item_of("K260001")->declared);
    world_local(&world, (struct local_row){.kind = "declarations",
                            .key = FIRM_A "|P2|CE",
                            .uscc = FIRM_A,
                            .product_id = "P2",
                            .authority = "CE",
                            .fields = "{\"first_approval\":\"yes\"}"});
    assert_false(item_of("K260002")->declared);
    world_local(
        &world, (struct local_row){.kind = "declarations",
                    .key = FIRM_A "|P2|FDA",
                    .uscc = FIRM_A,
                    .product_id = "P2",
                    .authority = "FDA",
                    .assurance = "claimed",
                    .fields = "{\"first_approval\":\"no\",\"earlier_approvals\":\"K180001|K190001\"}"});
    const struct fact_item *item = item_of("K260002");
    assert_true(item->declared);
    assert_false(item->declared_first);
    assert_string_equal(item->declared_earlier, "K180001|K190001");
    assert_int_equal(item->declaration_source.assurance, ASSURANCE_CLAIMED);
}

/* --- predecessors --------------------------------------------------------------------------------------- */

static void an_earlier_approval_of_any_maker_of_the_firm_is_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world), other = world_maker(&world, "Anzhen Medical Technology");
    world_match(&world, other, "review", FIRM_A, "R1");
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = other});
    world_approve(&world, (struct approval_row){.number = "K190002",
                              .decided = "2019-02-01",
                              .maker = maker,
                              .product_code = "DQK"}); /* another code */
    world_approve(&world,
        (struct approval_row){.number = "K260002", .decided = "2026-03-10", .maker = maker}); /* same day */
    world_approve(&world,
        (struct approval_row){.number = "K260003", .decided = "2026-03-11", .maker = maker}); /* later */
    world_approve(&world,
        (struct approval_row){.number = "CE1", .authority = "CE", .decided = "2019-02-01", .maker = maker});
    world_approve(
        &world, (struct approval_row){
                    .number = "K190003", .decided = "2019-02-01", .maker = maker, .status = "refused"});
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_true(has_predecessor(item, PREDECESSOR_CANDIDATE, "K190001"));
    assert_string_equal(item->predecessors[0].source.id, "FDA|K190001");
    assert_int_equal(item->predecessors[0].decision.first, day_from_civil(2019, 2, 1));
}

static void a_strangers_earlier_approval_is_none(void **state)
{
    (void)state;
    world_eligible(&world);
    int64_t stranger = world_maker(&world, "Shanghai Pump Works");
    world_match(&world, stranger, "none", "", "");
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = stranger});
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
}

static void an_approval_that_is_nobodys_any_more_is_no_candidate(void **state)
{
    (void)state;
    world_eligible(&world);
    int64_t lost = world_maker(&world, "Anzhen Medical Technology");
    world_match(&world, lost, "auto", FIRM_A, "A1");
    world_approve(&world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = lost});
    world_decide(&world, FIRM_A);
    assert_int_equal(item_of("K260001")->predecessor_count, 1);
    world_match(&world, lost, "none", "", "");
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
    assert_false(item_of("K190001")->recognised);
}

static void a_date_that_may_be_earlier_makes_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "K260002", .decided = "2026", .maker = maker});
    assert_true(has_predecessor(item_of("K260001"), PREDECESSOR_CANDIDATE, "K260002"));
    assert_true(has_predecessor(item_of("K260002"), PREDECESSOR_CANDIDATE, "K260001"));
}

static void without_a_product_code_the_name_makes_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "K260002",
                              .decided = "2026-05-01",
                              .maker = maker,
                              .product_code = "",
                              .device = "Syringe pump"});
    world_approve(&world, (struct approval_row){.number = "K190002",
                              .decided = "2019-05-01",
                              .maker = maker,
                              .product_code = "",
                              .device = "Feeding pump"});
    assert_int_equal(item_of("K260002")->predecessor_count, 0);
    world_approve(&world, (struct approval_row){.number = "K190002",
                              .decided = "2019-05-01",
                              .maker = maker,
                              .product_code = "",
                              .device = "SYRINGE PUMP"});
    assert_true(has_predecessor(item_of("K260002"), PREDECESSOR_CANDIDATE, "K190002"));
}

/* Another approval of this authority for the same product, whatever the register calls it. */
static void an_earlier_approval_of_the_same_product_is_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "K250007",
                              .decided = "2025-12-01",
                              .maker = maker,
                              .product_code = "XYZ",
                              .device = "Something else"});
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
    world_scope(&world, "K250007", "P1");
    assert_true(has_predecessor(item_of("K260001"), PREDECESSOR_CANDIDATE, "K250007"));
}

static void a_supplement_knows_its_parent_and_not_its_sisters(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "P200041",
                              .decided = "2021-02-01",
                              .maker = maker,
                              .route = "pma",
                              .product_code = "MAF",
                              .device = "Stent"});
    world_approve(&world, (struct approval_row){.number = "P200041/S001",
                              .parent = "P200041",
                              .decided = "2022-02-01",
                              .maker = maker,
                              .route = "pma-supplement",
                              .product_code = "MAF"});
    world_approve(&world, (struct approval_row){.number = "P200041/S002",
                              .parent = "P200041",
                              .decided = "2026-02-01",
                              .maker = maker,
                              .route = "pma-panel-track",
                              .product_code = "MAF"});
    const struct fact_item *item = item_of("P200041/S002");
    assert_int_equal(item->predecessor_count, 1);
    assert_true(has_predecessor(item, PREDECESSOR_PARENT, "P200041"));
    assert_string_equal(item->predecessors[0].device, "Stent");
    assert_string_equal(item->predecessors[0].source.id, "FDA|P200041");
}

static void a_parent_that_we_have_never_seen_is_known_by_its_number(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "P990001/S001",
                              .parent = "P990001",
                              .decided = "2026-02-01",
                              .maker = maker,
                              .route = "pma-supplement",
                              .product_code = "MAF"});
    const struct fact_item *item = item_of("P990001/S001");
    assert_true(has_predecessor(item, PREDECESSOR_PARENT, "P990001"));
    assert_string_equal(item->predecessors[0].source.id, "FDA|P990001/S001");
    assert_false(date_is_known(item->predecessors[0].decision));
}

static void an_approval_and_its_supplements_are_one_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    for (int i = 9; i > 0; i--) {
        char number[32], decided[32];
        snprintf(number, sizeof number, "P150001/S00%d", i);
        snprintf(decided, sizeof decided, "201%d-01-01", 10 - i); /* the last one is the earliest */
        world_approve(&world,
            (struct approval_row){.number = number, .parent = "P150001", .decided = decided, .maker = maker});
    }
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_true(has_predecessor(item, PREDECESSOR_CANDIDATE, "P150001"));
    assert_int_equal(item->predecessors[0].decision.first, day_from_civil(2011, 1, 1));
}

static void a_recorded_predecessor_and_a_shared_identifier_are_certain(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "K190001",
                              .decided = "2019-02-01",
                              .maker = maker,
                              .udi_di = "06971",
                              .product_code = "DQK"});
    world_approve(&world, (struct approval_row){.number = "K260002",
                              .decided = "2026-05-01",
                              .maker = maker,
                              .udi_di = "06971",
                              .predecessor = "K110001",
                              .product_code = "LLZ"});
    const struct fact_item *item = item_of("K260002");
    assert_int_equal(item->predecessor_count, 2);
    assert_true(has_predecessor(item, PREDECESSOR_IDENTIFIER, "K190001"));
    assert_true(has_predecessor(item, PREDECESSOR_IDENTIFIER, "K110001"));
}

/* --- sales ---------------------------------------------------------------------------------------------- */

static const struct fact_sale *sale_of(const char *sale_id)
{
    const struct firm_facts *facts = facts_of(FIRM_A);
    for (size_t i = 0; i < facts->sale_count; i++)
        if (strcmp(facts->sales[i].sale_id, sale_id) == 0)
            return &facts->sales[i];
    fail_msg("no sale %s", sale_id);
    return NULL;
}

static void returns_add_up_to_the_fen(void **state)
{
    (void)state;
    world_eligible(&world); /* S1: USD 12000.00 */
    world_return(&world, "R1", "S1", "-11999.99", "USD");
    assert_false(sale_of("S1")->returned_whole);
    world_return(&world, "R2", "S1", "0.01", "USD"); /* with or without a sign */
    assert_true(sale_of("S1")->returned_whole);
    assert_false(sale_of("R1")->returned_whole);
    assert_int_equal(sale_of("R1")->amount_sign, -1);
}

static void a_return_that_cannot_be_set_against_its_sale_takes_all_of_it(void **state)
{
    (void)state;
    world_eligible(&world);
    world_return(&world, "R1", "S1", "1", "EUR");
    assert_true(sale_of("S1")->returned_whole);
    world_return(&world, "R1", "S1", "0.000001", "USD"); /* more decimals than any currency has */
    assert_true(sale_of("S1")->returned_whole);
    world_return(&world, "R1", "S1", "1", "USD");
    assert_false(sale_of("S1")->returned_whole);
}

static void amounts_have_a_sign(void **state)
{
    static const struct {
        const char *amount;
        int sign;
    } amounts[] = {
        {"0", 0}, {"0.00", 0}, {"-0.0", 0}, {"0.01", 1}, {"-3", -1}, {"1234567890123456789012", 1}};
    (void)state;
    world_eligible(&world);
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        world_sell(&world, "S1", FIRM_A, "P1", "US", "2026-05-04", amounts[i].amount);
        assert_int_equal(sale_of("S1")->amount_sign, amounts[i].sign);
    }
}

static void sales_of_products_without_an_approval_are_left_out(void **state)
{
    (void)state;
    world_eligible(&world);
    world_product(&world, "P2", FIRM_A);
    world_sell(&world, "S2", FIRM_A, "P2", "US", "2026-05-04", "1");
    assert_int_equal(facts_of(FIRM_A)->sale_count, 1);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(every_fact_says_where_it_stands),
        CLAIM(a_link_in_doubt_is_an_opinion),
        CLAIM(an_approval_is_found_by_any_of_its_makers),
        CLAIM(an_officers_word_on_the_maker_is_a_verified_link),
        CLAIM(the_order_of_arrival_does_not_show_in_the_facts),
        CLAIM(a_firm_without_facts_has_no_items),
        CLAIM(a_scope_of_another_firms_product_links_nothing),
        CLAIM(a_withdrawn_scope_links_nothing),
        CLAIM(an_identifier_links_where_no_scope_does),
        CLAIM(a_declaration_is_for_one_product_and_authority),
        CLAIM(an_earlier_approval_of_any_maker_of_the_firm_is_a_candidate),
        CLAIM(a_strangers_earlier_approval_is_none),
        CLAIM(an_approval_that_is_nobodys_any_more_is_no_candidate),
        CLAIM(a_date_that_may_be_earlier_makes_a_candidate),
        CLAIM(without_a_product_code_the_name_makes_a_candidate),
        CLAIM(an_earlier_approval_of_the_same_product_is_a_candidate),
        CLAIM(a_supplement_knows_its_parent_and_not_its_sisters),
        CLAIM(a_parent_that_we_have_never_seen_is_known_by_its_number),
        CLAIM(an_approval_and_its_supplements_are_one_candidate),
        CLAIM(a_recorded_predecessor_and_a_shared_identifier_are_certain),
        CLAIM(returns_add_up_to_the_fen),
        CLAIM(a_return_that_cannot_be_set_against_its_sale_takes_all_of_it),
        CLAIM(amounts_have_a_sign),
        CLAIM(sales_of_products_without_an_approval_are_left_out),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
