/* What a batch may freeze: cases that still qualify, under the caps and values of the batch's own year and
 * day; and what stays committed when a case leaves it, is paid in parts, or has its product merged into
 * another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/clock.h"
#include "m13/review.h"

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE "M13-2026-00001"

static struct failure failure;
static struct batch_done done;

static int batch_named(
    const char *name, enum batch_step step, const char *actor, const char *from, const char *to)
{
    struct batch_order order = {
        .step = step, .name = name, .cutoff = from, .from = from, .to = to, .actor = actor, .english = true};
    int r = batch_do(world.store, world.config.parameters, &order, &done, &failure);
    world_work(&world);
    return r;
}

static int batch(enum batch_step step, const char *actor, const char *from, const char *to)
{
    return batch_named("2027-1", step, actor, from, to);
}

static int move_out(const char *stage, const char *actor, const char *about, const char *outcome)
{
    struct case_moved moved;
    struct case_order order = {.case_id = CASE,
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
    return move_out(stage, actor, NULL, NULL);
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

static void freeze(void)
{
    assert_int_equal(batch(BATCH_OPEN, "li", "2026-12-31", NULL), 0);
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), 0);
    assert_int_equal(batch(BATCH_FREEZE, "wang", NULL, NULL), 0);
    assert_string_equal(value_of(&world, "SELECT state FROM batch WHERE name = '2027-1'"), "frozen");
}

static int64_t frozen_case(void)
{
    int64_t maker = reviewed_case();
    freeze();
    return maker;
}

/* --- what is frozen --------------------------------------------------------------------------------------
 */

static void a_case_that_no_longer_qualifies_is_not_frozen(void **state)
{
    (void)state;
    reviewed_case();
    world_local(&world, (struct local_row){.kind = "sales",
                            .key = "S1",
                            .uscc = FIRM_A,
                            .product_id = "P1",
                            .fields = "{\"sale_id\":\"S1\"}",
                            .withdrawn = true});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "pending");
    batch(BATCH_OPEN, "li", "2026-12-31", NULL);
    assert_int_equal(batch(BATCH_FREEZE, "li", NULL, NULL), -EINVAL);
    assert_non_null(strstr(failure.text, CASE));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM batch_case"), 0);
}

/* The year of the decision has room, the year of the batch has not. */
static void the_year_of_the_batch_keeps_the_firm_s_cap(void **state)
{
    (void)state;
    reviewed_case();
    world_local(&world, (struct local_row){.kind = "payments",
                            .key = "Z1",
                            .uscc = FIRM_A,
                            .product_id = "P9",
                            .fields = "{\"policy\":\"M13\",\"kind\":\"pay\",\"amount_cny\":\"2900000\","
                                      "\"batch\":\"2027-0\",\"decision_year\":\"2025\"}"});
    world_decide(&world, FIRM_A);
    freeze();
    assert_int_equal(count_of(&world, "SELECT award FROM batch_case"), 10000000);
}

static void one_batch_is_open_at_a_time(void **state)
{
    (void)state;
    reviewed_case();
    assert_int_equal(batch_named("2026-9", BATCH_OPEN, "li", "2026-11-30", NULL), 0);
    assert_int_equal(batch_named("2027-1", BATCH_OPEN, "li", "2026-12-31", NULL), -EINVAL);
    assert_non_null(strstr(failure.text, "2026-9"));
}

/* --- what leaves it --------------------------------------------------------------------------------------
 */

static void closed(void)
{
    assert_int_equal(batch(BATCH_PUBLISH, "li", "2026-11-10", "2026-11-21"), 0);
    assert_int_equal(batch(BATCH_CLOSE, "li", NULL, NULL), 0);
}

/* Its room has gone to others: it comes back to be reckoned anew, and for another batch. */
static void a_case_that_is_taken_up_again_has_left_its_batch(void **state)
{
    (void)state;
    frozen_case();
    closed();
    assert_int_equal(move("withdrawn", "li"), 0);
    assert_int_equal(move("checking", "li"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM batch_case"), 0);
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM case_event WHERE kind = 'batch' AND new = ''"), 1);
    assert_int_equal(move("applied", "li"), 0);
    assert_int_equal(move("reviewed", "li"), 0);
    assert_int_equal(move("reviewed", "wang"), 0);
    assert_int_equal(move("published", "li"), -EINVAL); /* that batch was published without it */
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void an_objection_to_a_frozen_case_does_not_lead_round_its_batch(void **state)
{
    (void)state;
    frozen_case();
    batch(BATCH_PUBLISH, "li", "2026-11-10", "2026-11-21");
    assert_int_equal(move_out("disputed", "li", "amount", NULL), 0);
    static const char *const stages[] = {"checking", "confirmed", "notified", "applied"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        assert_int_equal(move_out(stages[i], "li", NULL, "upheld"), -EINVAL);
    assert_int_equal(move_out("withdrawn", "li", NULL, "upheld"), 0);
}

/* --- what stays committed --------------------------------------------------------------------------------
 */

static void ask_for_more(int64_t maker, const char *product)
{
    world_approve(&world, (struct approval_row){.number = "K260009",
                              .decided = "2026-04-05",
                              .maker = maker,
                              .product_code = "QQQ",
                              .device = "Another"});
    world_scope(&world, "K260009", product);
    world_declare(&world, FIRM_A, product);
    world_sell(&world, "S9", FIRM_A, product, "US", "2026-06-04", "12000.00");
    world_spend(&world, "C9", "K260009", product, "1800000.00");
    world_decide(&world, FIRM_A);
}

#define AWARD_OF_OTHER                                                                                       \
    "SELECT c.award FROM case_version c JOIN case_file f ON f.id = c.case_file "                             \
    "WHERE f.number = 'K260009' AND c.seq_to IS NULL"

/* 600,000 are frozen, of which 200,000 have gone out: the rest is still to be paid. */
static void a_part_payment_leaves_the_rest_of_the_award_committed(void **state)
{
    (void)state;
    frozen_case();
    closed();
    world_pay(&world, CASE, "pay", "200000");
    const struct firm_facts *facts = facts_of(FIRM_A);
    size_t count;
    struct commitment *commitments = measure13_commitments(facts, world.config.parameters, &count);
    assert_int_equal(count, 1);
    assert_int_equal(commitments[0].amount, 60000000);
    free(commitments);
    assert_int_equal(move("paid", "li"), 0); /* what was paid is all, then */
    commitments = measure13_commitments(facts_of(FIRM_A), world.config.parameters, &count);
    assert_int_equal(commitments[0].amount, 20000000);
    free(commitments);
}

static void answer(const char *item)
{
    struct review_result result;
    assert_int_equal(
        review_decide(world.store,
            &(struct review_order){.item = item, .decision = REVIEW_ACCEPT, .note = "why", .actor = "li"},
            &result, &failure),
        0);
    world_work(&world);
}

/* The device that was paid for as P1 is found to be P2: the cap follows it. */
static void what_was_paid_for_a_product_counts_for_the_one_it_is_merged_into(void **state)
{
    (void)state;
    int64_t maker = frozen_case();
    world_product(&world, "P2", FIRM_A);
    ask_for_more(maker, "P2");
    assert_int_equal(count_of(&world, AWARD_OF_OTHER), 90000000);
    world_drop_scope(&world, "K260001", "P1");
    world_scope(&world, "K260001", "P2");
    world_decide(&world, FIRM_A);
    answer("M13-2026-00002/R06"); /* another model of it: that is a new approval, and no new cap */
    assert_string_equal(verdict_of(&world, "K260009"), "eligible");
    assert_int_equal(count_of(&world, AWARD_OF_OTHER), 40000000);
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

/* --- what is tampered with -------------------------------------------------------------------------------
 */

static const char *said;

static void hear(const char *case_id, const char *what, void *context)
{
    (void)case_id;
    (void)context;
    said = what;
}

/* Also behind a difference, where the verdict of now is another one anyway. */
static void what_a_batch_has_frozen_is_verified(void **state)
{
    (void)state;
    static const char *const tricks[] = {"UPDATE batch_case SET award = award + 1",
        "UPDATE case_version SET award = award + 1 WHERE seq_to IS NULL",
        "UPDATE case_version SET trace = replace(trace, 'K260001', 'K260002') WHERE seq_to IS NULL",
        "UPDATE case_difference SET award = award + 1"};
    int64_t maker = frozen_case();
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = "withdrawn"});
    world_decide(&world, FIRM_A);
    assert_int_equal(casework_verify(world.store, &world.config, hear, NULL), 0);
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
        said = NULL;
        store_write(world.store);
        store_savepoint(world.store);
        query_run(query(world.store, tricks[i]));
        assert_int_equal(casework_verify(world.store, &world.config, hear, NULL), 1);
        store_roll_back(world.store);
    }
}

#define CLAIM(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_case_that_no_longer_qualifies_is_not_frozen),
        CLAIM(the_year_of_the_batch_keeps_the_firm_s_cap),
        CLAIM(one_batch_is_open_at_a_time),
        CLAIM(a_case_that_is_taken_up_again_has_left_its_batch),
        CLAIM(an_objection_to_a_frozen_case_does_not_lead_round_its_batch),
        CLAIM(a_part_payment_leaves_the_rest_of_the_award_committed),
        CLAIM(what_was_paid_for_a_product_counts_for_the_one_it_is_merged_into),
        CLAIM(what_a_batch_has_frozen_is_verified),
    };
    world_clock();
    return cmocka_run_group_tests_name("caps of batches", tests, NULL, NULL);
}
