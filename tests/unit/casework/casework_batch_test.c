/* Batches: frozen by two persons, published, closed; what comes later is a difference and changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/clock.h"

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CASE "M13-2026-00001"

static struct failure failure;
static struct batch_done done;
static struct case_moved moved;

static int batch(enum batch_step step, const char *actor, const char *from, const char *to)
{
    struct batch_order order = {.step = step,
        .name = "2027-1",
        .cutoff = from,
        .from = from,
        .to = to,
        .actor = actor,
        .english = true};
    int r = batch_do(world.store, world.config.parameters, &order, &done, &failure);
    world_work(&world);
    return r;
}

static int move_case(
    const char *case_id, const char *stage, const char *actor, const char *about, const char *outcome)
{
    struct case_order order = {.case_id = case_id,
        .stage = stage,
        .note = "why",
        .about = about,
        .outcome = outcome,
        .actor = actor,
        .english = true};
    int r = case_move(world.store, &order, &moved, &failure);
    world_work(&world);
    return r;
}

static int move(const char *stage, const char *actor)
{
    return move_case(CASE, stage, actor, NULL, NULL);
}

/* A reviewed case that asks for CNY 600,000. */
static int64_t reviewed_case(void)
{
    world.config.parameters->ratio = 50;
    int64_t maker = world_eligible(&world);
    world_spend(&world, "C1", "K260001", "P1", "1200000.00");
    world_decide(&world, FIRM_A);
    move("notified", "li");
    move("applied", "li");
    move("reviewed", "li");
    move("reviewed", "wang");
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file"), "reviewed");
    return maker;
}

static int64_t frozen_case(void)
{
    int64_t maker = reviewed_case();
    assert_int_equal(batch(BATCH_OPEN, "li", "2026-12-31", NULL), 0);
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), 0);
    assert_int_equal(batch(BATCH_FREEZE, "wang", NULL, NULL), 0);
    assert_string_equal(value_of(&world, "SELECT state FROM batch"), "frozen");
    return maker;
}

static const char *award(void)
{
    return value_of(
        &world, "SELECT verdict || ' ' || award FROM case_version WHERE case_file = 1 AND seq_to IS NULL");
}

static void a_batch_is_frozen_by_two_persons(void **state)
{
    (void)state;
    reviewed_case();
    assert_int_equal(batch(BATCH_OPEN, "li", "2026-12-31", NULL), 0);
    assert_int_equal(batch(BATCH_OPEN, "li", "2026-12-31", NULL), -EINVAL); /* it is there */
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), 0);
    assert_true(done.waits);
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), 0);
    assert_true(done.waits);
    assert_int_equal(batch(BATCH_FREEZE, "wang", NULL, NULL), 0);
    assert_false(done.waits);
    assert_int_equal(done.cases, 1);
    assert_int_equal(done.award, 60000000);
    assert_string_equal(
        value_of(&world, "SELECT signed_by || ' ' || frozen_by || ' ' || year FROM batch"), "li wang 2027");
    assert_string_equal(value_of(&world, "SELECT parameters_hash FROM batch"), world.config.parameters->hash);
    assert_int_equal(facts_of(FIRM_A)->items[0].batch_year, 2027);
}

static void what_the_first_one_signed_is_what_the_second_one_signs(void **state)
{
    (void)state;
    reviewed_case();
    batch(BATCH_OPEN, "li", "2026-12-31", NULL);
    batch(BATCH_FREEZE, "li", NULL, NULL);
    world_spend(&world, "C2", "K260001", "P1", "100000.00");
    world_decide(&world, FIRM_A);
    assert_int_equal(batch(BATCH_FREEZE, "wang", NULL, NULL), 0);
    assert_true(done.waits); /* the award is another: li has to look again */
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), 0);
    assert_false(done.waits);
}

static void a_batch_takes_what_had_applied_by_its_cut_off(void **state)
{
    (void)state;
    reviewed_case();
    assert_int_equal(batch(BATCH_OPEN, "li", "2026-11-21", NULL), 0); /* the day before */
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), -EINVAL);
}

static void an_amount_that_is_not_settled_is_not_frozen(void **state)
{
    (void)state;
    reviewed_case();
    world.config.parameters->ratio = RATIO_UNSET;
    world_decide(&world, FIRM_A);
    batch(BATCH_OPEN, "li", "2026-12-31", NULL);
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), -EINVAL);
    assert_non_null(strstr(failure.text, CASE));
}

static void later_facts_are_a_difference_and_change_nothing(void **state)
{
    (void)state;
    int64_t maker = frozen_case();
    int64_t versions = count_of(&world, "SELECT count(*) FROM case_version");
    world.told_count = 0;
    world_spend(&world, "C2", "K260001", "P1", "100000.00");
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = "withdrawn"});
    world_decide(&world, FIRM_A);
    assert_string_equal(award(), "eligible 60000000");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), versions);
    assert_string_equal(value_of(&world, "SELECT verdict FROM case_difference"), "excluded");
    assert_int_equal(world.told_count, 1);
    assert_string_equal(world.told[0].kind, "difference");
    world_decide(&world, FIRM_A); /* once is enough */
    assert_int_equal(world.told_count, 1);
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_frozen_award_keeps_its_room_from_the_firm_s_other_cases(void **state)
{
    (void)state;
    int64_t maker = frozen_case();
    /* The product's cap is a million: 600,000 are frozen. */
    world_approve(&world, (struct approval_row){.number = "K260009",
                              .decided = "2026-01-05",
                              .maker = maker,
                              .product_code = "QQQ",
                              .device = "Another"});
    world_scope(&world, "K260009", "P1");
    world_spend(&world, "C9", "K260009", "P1", "1800000.00");
    world_decide(&world, FIRM_A);
    assert_int_equal(
        count_of(&world, "SELECT c.award FROM case_version c JOIN case_file f ON f.id = c.case_file "
                         "WHERE f.number = 'K260009' AND c.seq_to IS NULL AND c.award > 40000000"),
        -1);
    assert_string_equal(award(), "eligible 60000000");
}

static void a_batch_is_published_and_closed_when_its_time_is_over_and_no_objection_is_open(void **state)
{
    (void)state;
    frozen_case();
    assert_int_equal(move("published", "li"), -EINVAL); /* only with its batch */
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), -EINVAL);
    assert_int_equal(batch(BATCH_PUBLISH, "li", "2026-11-20", "2026-11-19"), -EINVAL);
    assert_int_equal(batch(BATCH_PUBLISH, "li", "2026-11-10", "2026-11-22"), 0);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file"), "published");
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), -EINVAL); /* its last day is today */
    query_run(query(world.store, "UPDATE batch SET public_to = public_to - 1"));
    assert_int_equal(move_case(CASE, "disputed", "li", "amount", NULL), 0);
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), -EINVAL); /* an objection is open */
    assert_int_equal(move_case(CASE, "published", "li", NULL, "rejected"), 0);
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), 0);
    assert_string_equal(value_of(&world, "SELECT state FROM batch"), "closed");
}

static void money_goes_out_after_the_close_and_by_the_ledger(void **state)
{
    (void)state;
    frozen_case();
    batch(BATCH_PUBLISH, "li", "2026-11-10", "2026-11-21");
    world_pay(&world, CASE, "pay", "600000");
    assert_int_equal(move("paid", "li"), -EINVAL); /* it is not closed */
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), 0);
    assert_int_equal(move("paid", "li"), 0);
    assert_int_equal(move("watched", "li"), 0);
    assert_int_equal(move("recovered", "li"), -EINVAL); /* the ledger knows of none */
    world_pay(&world, CASE, "recover", "600000");
    assert_int_equal(move("recovered", "li"), 0);
    assert_true(moved.waits);
    assert_int_equal(move("recovered", "wang"), 0);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file"), "recovered");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_frozen_case_is_not_returned_but_may_be_withdrawn(void **state)
{
    (void)state;
    frozen_case();
    assert_int_equal(move("returned", "li"), -EINVAL);
    assert_int_equal(move("withdrawn", "li"), 0);
}

static void a_paid_case_without_a_batch_is_held_when_it_would_be_worse_only(void **state)
{
    (void)state;
    world.config.parameters->ratio = 50;
    int64_t maker = world_eligible(&world);
    world_spend(&world, "C1", "K260001", "P1", "1200000.00");
    world_decide(&world, FIRM_A);
    world_pay(&world, CASE, "pay", "500000");
    assert_string_equal(award(), "eligible 50000000"); /* better or other facts are taken */
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = "withdrawn"});
    world_decide(&world, FIRM_A);
    assert_string_equal(award(), "eligible 50000000");
    assert_string_equal(value_of(&world, "SELECT verdict FROM case_difference"), "excluded");
    world_approve(
        &world, (struct approval_row){.number = "K260001", .decided = "2026-03-10", .maker = maker});
    world_decide(&world, FIRM_A); /* the register takes it back */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_difference"), 0);
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_batch_begins_with_its_year_and_has_a_day(void **state)
{
    (void)state;
    struct batch_order order = {.step = BATCH_OPEN, .name = "first", .cutoff = "2026-12-31", .actor = "li"};
    assert_int_equal(batch_do(world.store, world.config.parameters, &order, &done, &failure), -EINVAL);
    order.name = "2027";
    order.cutoff = "2026-12";
    assert_int_equal(batch_do(world.store, world.config.parameters, &order, &done, &failure), -EINVAL);
    order.step = BATCH_FREEZE;
    assert_int_equal(batch_do(world.store, world.config.parameters, &order, &done, &failure), -ENOENT);
}

#define CLAIM(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_batch_is_frozen_by_two_persons),
        CLAIM(what_the_first_one_signed_is_what_the_second_one_signs),
        CLAIM(a_batch_takes_what_had_applied_by_its_cut_off),
        CLAIM(an_amount_that_is_not_settled_is_not_frozen),
        CLAIM(later_facts_are_a_difference_and_change_nothing),
        CLAIM(a_frozen_award_keeps_its_room_from_the_firm_s_other_cases),
        CLAIM(a_batch_is_published_and_closed_when_its_time_is_over_and_no_objection_is_open),
        CLAIM(money_goes_out_after_the_close_and_by_the_ledger),
        CLAIM(a_frozen_case_is_not_returned_but_may_be_withdrawn),
        CLAIM(a_paid_case_without_a_batch_is_held_when_it_would_be_worse_only),
        CLAIM(a_batch_begins_with_its_year_and_has_a_day),
    };
    world_clock();
    return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
