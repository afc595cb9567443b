/* Reading ahead: the pages of a first load are read while later ones come, and nothing is believed before all
 * of them are there. */
#include "claim_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Two pages of 30 rows are there and read; the poll is still being fetched. */
static int64_t two_pages_read_ahead(void)
{
    int64_t poll = world_fetching(&world);
    for (int page = 0; page < 2; page++) {
        world_page(&world, poll);
        says_page(page, -1, "");
        says_rows(30 * page, 30);
    }
    store_commit(world.store);
    return poll;
}

static void work_until_it_is_read_again(void)
{
    int started = decoder_stand_in.started;
    for (int steps = 0; decoder_stand_in.started == started; steps++) {
        assert_true(steps < 10);
        world_work_once(&world);
    }
}

static void assert_all_rows_once(int64_t poll)
{
    assert_sealed(&world, poll);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 90);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval_version"), 90);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'sweep'"), 0);
}

static void read_whole(void)
{
    for (int page = 0; page < 3; page++) {
        says_page(page, -1, "");
        says_rows(30 * page, 30);
    }
    ends_well();
}

static void pages_are_read_while_later_ones_come(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    assert_int_equal(decoder_stand_in.pages_fed, 2);
    assert_false(decoder_stand_in.finished);
    assert_string_equal(state_of(&world, poll), "fetching");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 60);

    world_page(&world, poll);
    says_page(2, -1, "");
    world_fetched(&world, poll);
    assert_true(decoder_stand_in.finished);
    assert_string_equal(state_of(&world, poll), "staging");
    says_rows(60, 30);
    ends_well();
    assert_int_equal(decoder_stand_in.started, 1);
    assert_all_rows_once(poll);
}

static void pages_that_wait_when_the_poll_is_whole_are_still_given_in_order(void **state)
{
    (void)state;
    int64_t poll = world_fetching(&world);
    for (int page = 0; page < 3; page++)
        world_page(&world, poll);
    assert_int_equal(decoder_stand_in.pages_fed, 2); /* one beside the one that is read */
    world_fetched(&world, poll);
    assert_false(decoder_stand_in.finished);
    read_whole();
    assert_true(decoder_stand_in.finished);
    assert_all_rows_once(poll);
}

static void nothing_is_sealed_of_a_poll_that_is_not_whole(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    ends(&(struct decoder_result){.outcome = DECODER_CRASHED, .rows = 60});
    store_commit(world.store);
    assert_string_equal(state_of(&world, poll), "fetching");
    assert_int_equal(ended_turn_count, 0);
    world_page(&world, poll);
    assert_int_equal(decoder_stand_in.started, 1); /* not ahead again: it will fail as a whole, or not */
    world_fetched(&world, poll);
    work_until_it_is_read_again();
    read_whole();
    assert_all_rows_once(poll);
}

static void a_poll_that_is_whole_goes_first(void **state)
{
    (void)state;
    int64_t first = two_pages_read_ahead();
    int64_t other = world_poll_of(&world, "tga", "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, other);
    assert_true(decoder_stand_in.killed);
    ends(&(struct decoder_result){.outcome = DECODER_CRASHED});
    store_commit(world.store);
    assert_int_equal(decoder_stand_in.started, 2);
    says_page(0, -1, "");
    says_row((struct row){.number = "1", .authority = "TGA"});
    ends_well();
    assert_sealed(&world, other);

    world_page(&world, first);
    world_fetched(&world, first);
    if (decoder_stand_in.started == 2)
        work_until_it_is_read_again();
    read_whole();
    assert_sealed(&world, first);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval WHERE authority = 'FDA'"), 90);
}

static void what_was_read_of_a_chain_that_broke_is_given_up(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    approvals_broken_off(world.approvals, poll);
    store_commit(world.store);
    assert_true(decoder_stand_in.killed);
    ends(&(struct decoder_result){.outcome = DECODER_CRASHED});
    world_work(&world);
    assert_true(approvals_are_idle(world.approvals));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);

    world_page(&world, poll); /* days later it goes on */
    assert_int_equal(decoder_stand_in.started, 1);
    world_fetched(&world, poll);
    read_whole();
    assert_all_rows_once(poll);
}

/* The sweep of what was given up must not reach what is staged anew. */
static void a_poll_is_not_read_again_before_its_sweep_has_ended(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    approvals_broken_off(world.approvals, poll);
    ends(&(struct decoder_result){.outcome = DECODER_CRASHED});
    world_work_once(&world); /* its rows are gone, its end is still to come */
    world_page(&world, poll);
    world_fetched(&world, poll);
    if (count_of(&world, "SELECT count(*) FROM work WHERE kind = 'sweep'") > 0) {
        assert_int_equal(decoder_stand_in.started, 1);
        work_until_it_is_read_again();
    }
    read_whole();
    assert_all_rows_once(poll);
}

static void a_kill_while_reading_ahead_costs_only_a_second_reading(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    world_reopen(&world);
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);
    world_page(&world, poll);
    assert_int_equal(decoder_stand_in.started, 0);
    world_fetched(&world, poll);
    read_whole();
    assert_all_rows_once(poll);
}

static void a_definition_that_changes_meanwhile_gives_it_up(void **state)
{
    (void)state;
    int64_t poll = two_pages_read_ahead();
    struct config none = {.parameters = world.config.parameters};
    approvals_reload(world.approvals, &none);
    assert_true(decoder_stand_in.killed);
    ends(&(struct decoder_result){.outcome = DECODER_CRASHED});
    world_work(&world);
    assert_true(approvals_are_idle(world.approvals));
    assert_string_equal(state_of(&world, poll), "fetching");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);
}

static void nothing_is_read_ahead_while_another_poll_is_read(void **state)
{
    (void)state;
    int64_t busy = world_begin(&world, "full", 1), poll = world_fetching(&world);
    world_page(&world, poll);
    assert_int_equal(decoder_stand_in.started, 1);
    says_page(0, -1, "");
    says_rows(0, 1);
    ends_well();
    assert_sealed(&world, busy);
    world_page(&world, poll); /* no longer its first page */
    assert_int_equal(decoder_stand_in.started, 1);
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(pages_are_read_while_later_ones_come),
        CLAIM(pages_that_wait_when_the_poll_is_whole_are_still_given_in_order),
        CLAIM(nothing_is_sealed_of_a_poll_that_is_not_whole),
        CLAIM(a_poll_that_is_whole_goes_first),
        CLAIM(what_was_read_of_a_chain_that_broke_is_given_up),
        CLAIM(a_poll_is_not_read_again_before_its_sweep_has_ended),
        CLAIM(a_kill_while_reading_ahead_costs_only_a_second_reading),
        CLAIM(a_definition_that_changes_meanwhile_gives_it_up),
        CLAIM(nothing_is_read_ahead_while_another_poll_is_read),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
