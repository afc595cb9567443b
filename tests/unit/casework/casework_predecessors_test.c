/* Candidates for an earlier approval that are no approvals of the firm: like entries of other holders,
 * devices that other feeds know, and likeness by the register's own terms. */
#include "world.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct world world;
static struct gathered_facts *gathered;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    gathered_facts_free(gathered);
    gathered = NULL;
    world_close(&world);
    return 0;
}

static const struct fact_item *item_of(const char *number)
{
    gathered_facts_free(gathered);
    gathered = casework_gather(world.store, FIRM_A);
    const struct firm_facts *facts = gathered_facts(gathered);
    for (size_t i = 0; i < facts->item_count; i++)
        if (strcmp(facts->items[i].number, number) == 0)
            return &facts->items[i];
    fail_msg("no item %s", number);
    return NULL;
}

/* The register names no maker of it, and this holder. */
static void hold_by(int64_t approval, const char *holder)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "UPDATE approval_version SET maker = NULL, holder = ? WHERE approval = ?"), "ti",
        holder, approval));
}

static void make_evidence(int64_t approval)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "UPDATE approval SET purpose = 'evidence' WHERE id = ?"), "i", approval));
}

/* In the order of the wire, so that it can be read. */
static void give_term(int64_t approval, const char *term)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "UPDATE approval_version SET record = rtrim(rtrim(record, char(10)), '}') "
                           "|| ',\"term\":' || json_quote(?) || '}' WHERE approval = ?"),
        "ti", term, approval));
}

static int64_t entry(const char *number, const char *decided, int64_t maker)
{
    return world_approve(&world, (struct approval_row){.number = number, .decided = decided, .maker = maker});
}

static void entry_of_another_holder_is_a_candidate_where_the_register_names_no_maker(void **state)
{
    (void)state;
    world_eligible(&world);
    int64_t stranger = world_maker(&world, "Tokyo Medical K.K.");
    int64_t other = entry("K260007", "2026-01-10", stranger);
    assert_int_equal(item_of("K260001")->predecessor_count, 0); /* a maker is named: another product */
    hold_by(other, "Tokyo Medical K.K.");
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_int_equal(item->predecessors[0].likeness, LIKE_OTHER_HOLDER);
    assert_string_equal(item->predecessors[0].number, "K260007");
    hold_by(other, item->holder);
    assert_int_equal(item_of("K260001")->predecessor_count, 0); /* of the same holder */
}

static void later_entry_of_another_holder_is_none(void **state)
{
    (void)state;
    world_eligible(&world);
    int64_t stranger = world_maker(&world, "Tokyo Medical K.K.");
    hold_by(entry("K260007", "2026-03-11", stranger), "Tokyo Medical K.K.");
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
}

static void earlier_device_of_another_feed_is_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    int64_t legacy = entry("B-0697125DEVICE", "2019-05-01", maker);
    make_evidence(legacy);
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_int_equal(item->predecessors[0].kind, PREDECESSOR_CANDIDATE);
    assert_int_equal(item->predecessors[0].likeness, LIKE_LEGACY);
    assert_string_equal(item->predecessors[0].number, "B-0697125DEVICE");
    assert_int_equal(item->predecessors[0].decision.first, day_from_civil(2019, 5, 1));
    const struct firm_facts *facts = gathered_facts(gathered);
    assert_int_equal(facts->item_count, 1); /* it is no approval, and opens no case */
}

static void later_or_other_device_of_another_feed_is_none(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    make_evidence(entry("B-1", "2026-03-11", maker));
    make_evidence(world_approve(&world, (struct approval_row){.number = "B-2",
                                            .decided = "2019-05-01",
                                            .maker = maker,
                                            .product_code = "DQK",
                                            .device = "Monitor"}));
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
}

/* As EUDAMED tells of them: a number, a route and the day of the entry. */
static void tell_nothing_else(int64_t approval, const char *route)
{
    store_write(world.store);
    query_run(
        query_bind(query(world.store,
                       "UPDATE approval_version SET record = json_remove(json_set(rtrim(record, char(10)), "
                       "'$.route', ?), '$.device', '$.product_code', '$.decision_date'), "
                       "decision_first = NULL, decision_last = NULL WHERE approval = ?"),
            "ti", route, approval));
}

static void device_of_the_old_law_is_a_candidate_though_nothing_tells_it_is_alike(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    int64_t legacy = entry("B-0697125DEVICE", "2026-10-01", maker),
            present = entry("0697125P1", "2026-01-01", maker);
    make_evidence(legacy);
    make_evidence(present);
    tell_nothing_else(legacy, "ce-legacy");
    tell_nothing_else(present, "ce-device");
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_int_equal(item->predecessors[0].likeness, LIKE_LEGACY);
    assert_string_equal(item->predecessors[0].number, "B-0697125DEVICE");
}

static void same_term_of_the_register_makes_a_candidate(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    int64_t earlier = world_approve(&world, (struct approval_row){.number = "K190001",
                                                .decided = "2019-02-01",
                                                .maker = maker,
                                                .product_code = "DQK",
                                                .device = "Pump of old"});
    assert_int_equal(item_of("K260001")->predecessor_count, 0);
    int64_t approval = store_value(world.store, 0, "SELECT id FROM approval WHERE number = 'K260001'", "");
    give_term(earlier, "Infusion pump, general-purpose");
    give_term(approval, "INFUSION PUMP, GENERAL-PURPOSE");
    const struct fact_item *item = item_of("K260001");
    assert_int_equal(item->predecessor_count, 1);
    assert_int_equal(item->predecessors[0].likeness, LIKE_TERM);
}

/* A record may hold several, joined by bars. */
static void one_identifier_of_several_that_is_shared_is_certain(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    static const struct approval_row rows[] = {
        {.number = "K190001", .decided = "2019-02-01", .udi_di = "06971|06972", .product_code = "DQK"},
        {.number = "K260002", .decided = "2026-05-01", .udi_di = "06972|06973", .product_code = "LLZ"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct approval_row row = rows[i];
        row.maker = maker;
        world_approve(&world, row);
    }
    const struct fact_item *item = item_of("K260002");
    assert_int_equal(item->predecessor_count, 1);
    assert_int_equal(item->predecessors[0].kind, PREDECESSOR_IDENTIFIER);
}

/* --- certificates that were issued again -----------------------------------------------------------------
 */

static enum predecessor_kind kind_of_reissue(const char *from)
{
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    int64_t maker = world_maker(&world, "Beijing Anzhen Medical Co., Ltd.");
    world_match(&world, maker, "auto", FIRM_A, "A1");
    world_approve(&world, (struct approval_row){.authority = "CE",
                              .route = "ce-mdr",
                              .number = "MDR-2",
                              .decided = "2026-03-10",
                              .maker = maker,
                              .predecessor = "MDR-1"});
    world_product(&world, "P1", FIRM_A);
    world_list(&world, "MDR-2", "P1", from);
    const struct fact_item *item = item_of("MDR-2");
    return item->predecessor_count == 0 ? (enum predecessor_kind) - 1 : item->predecessors[0].kind;
}

static void product_that_came_into_a_reissued_certificate_later_is_new(void **state)
{
    (void)state;
    assert_int_equal((int)kind_of_reissue("2026-05-04"), -1);
}

static void product_of_a_reissued_certificate_may_have_been_in_the_old_one(void **state)
{
    (void)state;
    assert_int_equal(kind_of_reissue("2026-03-10"), PREDECESSOR_CANDIDATE);
}

static void product_that_the_old_certificate_listed_is_not_new(void **state)
{
    (void)state;
    world_list(&world, "MDR-1", "P1", "2021-05-04");
    assert_int_equal(kind_of_reissue("2026-03-10"), PREDECESSOR_IDENTIFIER);
    world_list(&world, "MDR-2", "P1", "2026-05-04"); /* whatever day the new list says */
    assert_int_equal(item_of("MDR-2")->predecessors[0].kind, PREDECESSOR_IDENTIFIER);
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(entry_of_another_holder_is_a_candidate_where_the_register_names_no_maker),
        CLAIM(later_entry_of_another_holder_is_none),
        CLAIM(earlier_device_of_another_feed_is_a_candidate),
        CLAIM(later_or_other_device_of_another_feed_is_none),
        CLAIM(device_of_the_old_law_is_a_candidate_though_nothing_tells_it_is_alike),
        CLAIM(same_term_of_the_register_makes_a_candidate),
        CLAIM(one_identifier_of_several_that_is_shared_is_certain),
        CLAIM(product_that_came_into_a_reissued_certificate_later_is_new),
        CLAIM(product_of_a_reissued_certificate_may_have_been_in_the_old_one),
        CLAIM(product_that_the_old_certificate_listed_is_not_new),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
