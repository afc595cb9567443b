/* The queue before the decoder: whose turn it is, what it is given, and definitions that change meanwhile. */
#include "claim_world.h"

#include "m13/text.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the queue -------------------------------------------------------------------------------------------
 */

/* A page is an open descriptor: a poll of 5,900 pages must not open them all. */
static void no_more_than_one_page_is_handed_over_ahead(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 6);
    for (int page = 0; page < 6; page++) {
        int expected = page + 2 < 6 ? page + 2 : 6;
        says_page(page, -1, "");
        says_rows(page, 1);
        says_page(page, page + 7, ""); /* the total stands behind the rows: the page is told again */
        assert_int_equal(decoder_stand_in.pages_fed, expected);
        assert_int_equal(decoder_stand_in.finished, expected == 6);
    }
    ends(&(struct decoder_result){.outcome = DECODER_OK, .rows = 6, .skipped = 6});
    assert_sealed(&world, poll);
}

static void polls_wait_for_each_other_in_order_of_their_id(void **state)
{
    (void)state;
    int64_t polls[4];
    for (int i = 0; i < 4; i++)
        polls[i] = world_poll(&world, "manual", DAY_NONE, DAY_NONE, 1);
    approvals_decode(world.approvals, polls[0]);
    approvals_decode(world.approvals, polls[3]);
    approvals_decode(world.approvals, polls[1]);
    approvals_decode(world.approvals, polls[2]);
    approvals_decode(world.approvals, polls[2]);
    approvals_decode(world.approvals, polls[0]);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(state_of(&world, polls[i]), "staging");
        says_page(0, -1, "");
        says_rows(i, 1);
        ends_well();
    }
    assert_true(approvals_are_idle(world.approvals));
    assert_int_equal(decoder_stand_in.started, 4);
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 4);
    assert_string_equal(
        value_of(&world,
            "SELECT group_concat(poll, ' ') = group_concat(id, ' ') FROM (SELECT p.id, a.first_poll AS poll "
            "FROM poll p JOIN approval a ON a.id = p.id ORDER BY p.id)"),
        "1");
}

/* Told again while it is applied: its rows are not swept away under the apply. */
static void a_sealed_poll_that_is_told_again_is_left_alone(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 40);
    ends_well();
    store_commit(world.store);
    assert_true(world_work_once(&world));
    world_decode(&world, poll);
    assert_true(approvals_are_idle(world.approvals));
    assert_sealed(&world, poll);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 40);
    assert_int_equal(decoder_stand_in.started, 1);
}

static void a_decoder_that_cannot_be_started_fails_its_poll_alone(void **state)
{
    (void)state;
    int64_t first = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    int64_t second = world_poll_of(&world, "tga", "full", DAY_NONE, DAY_NONE, 1);
    decoder_stand_in.cannot_start = true;
    world_decode(&world, first);
    assert_ended(first, FEED_DECODER_FAILED, "no more processes");
    world_decode(&world, second);
    says_page(0, -1, "");
    says_row((struct row){.number = "1", .authority = "TGA"});
    ends_well();
    assert_sealed(&world, second);
}

/* --- definitions that change -----------------------------------------------------------------------------
 */

static struct feed_definition other_definition;
static struct feed_definition *other_feeds[1];

static struct config config_with(const char *hash)
{
    other_definition = world.definitions[0];
    other_feeds[0] = &other_definition;
    snprintf(other_definition.hash, sizeof other_definition.hash, "%s", hash);
    return (struct config){.feeds = other_feeds, .feed_count = 1, .parameters = world.config.parameters};
}

static void a_reload_that_leaves_the_definition_lets_the_decoder_go_on(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 1);
    struct config config = config_with(world.definitions[0].hash);
    approvals_reload(world.approvals, &config);
    memset(world.definitions[0].hash, 'x', 8); /* the old configuration is gone */
    assert_false(decoder_stand_in.killed);
    says_rows(1, 1);
    ends_well();
    assert_sealed(&world, poll);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 2);
    assert_int_equal(decoder_stand_in.started, 1);
}

static void a_definition_that_changes_while_it_is_read_by_reads_again(void **state)
{
    (void)state;
    char hash[DIGEST_HEX_BYTES];
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 3);
    store_commit(world.store);
    scratch_write(world.definitions[0].file, "new", 3);
    struct config config = config_with(digest_hex_of("new", 3, hash));
    approvals_reload(world.approvals, &config);
    approvals_reload(world.approvals, &config);
    assert_true(decoder_stand_in.killed);
    ends_well();
    assert_int_equal(ended_turn_count, 0); /* no failure: nobody is told */
    world_work(&world);
    assert_int_equal(decoder_stand_in.started, 2);
    says_page(0, -1, "");
    says_rows(1, 1);
    ends_well();
    assert_sealed(&world, poll);
    assert_string_equal(value_of(&world, "SELECT group_concat(number) FROM approval"), "K000001");
    assert_string_equal(value_of(&world, "SELECT definition_hash FROM poll"), hash);
}

static void a_poll_whose_feed_was_removed_ends(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 3);
    struct config none = {.parameters = world.config.parameters};
    approvals_reload(world.approvals, &none);
    ends_well();
    world_work(&world);
    assert_refused(&world, poll, FEED_DECODER_FAILED, "has been removed");
}

static void a_poll_that_waits_is_read_by_the_definition_of_its_turn(void **state)
{
    (void)state;
    int64_t first = world_begin(&world, "full", 1), second = world_begin(&world, "full", 1);
    struct config none = {.parameters = world.config.parameters};
    says_page(0, -1, "");
    ends_well();
    assert_sealed(&world, first);
    assert_string_equal(state_of(&world, second), "staging");
    approvals_reload(world.approvals, &none);
    ends_well();
    store_commit(world.store);
    assert_string_equal(state_of(&world, second), "failed");
}

/* What is sealed under a definition's hash was read by that text. */
static void a_definition_that_was_edited_and_not_loaded_is_not_used(void **state)
{
    (void)state;
    scratch_write(world.definitions[0].file, "edited", 6);
    assert_refused(&world, world_begin(&world, "full", 1), FEED_DECODER_FAILED,
        "edited after it was loaded: reload m13d");
    assert_int_equal(unlink(world.definitions[0].file), 0);
    assert_refused(&world, world_begin(&world, "full", 1), FEED_DECODER_FAILED, "cannot be read");
    assert_int_equal(decoder_stand_in.started, 0);
}

/* --- broken off ------------------------------------------------------------------------------------------
 */

static void what_a_kill_left_staged_is_swept_before_it_is_read_again(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, 950, "");
    says_rows(0, 900);
    says_reject("number", "is empty", "");
    store_commit(world.store);
    world_reopen(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 900);

    world_decode(&world, poll);
    assert_int_equal(decoder_stand_in.started, 0);
    assert_false(approvals_are_idle(world.approvals));
    for (int steps = 0; decoder_stand_in.started == 0; steps++) {
        assert_true(steps < 10);
        world_work_once(&world);
    }
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM reject"), 0);
    says_page(0, 2, "");
    says_rows(5, 2);
    ends_well();
    assert_sealed(&world, poll);
    assert_string_equal(value_of(&world, "SELECT group_concat(number) FROM approval"), "K000005,K000006");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'sweep'"), 0);
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(no_more_than_one_page_is_handed_over_ahead),
        CLAIM(polls_wait_for_each_other_in_order_of_their_id),
        CLAIM(a_sealed_poll_that_is_told_again_is_left_alone),
        CLAIM(a_decoder_that_cannot_be_started_fails_its_poll_alone),
        CLAIM(a_reload_that_leaves_the_definition_lets_the_decoder_go_on),
        CLAIM(a_definition_that_changes_while_it_is_read_by_reads_again),
        CLAIM(a_poll_whose_feed_was_removed_ends),
        CLAIM(a_poll_that_waits_is_read_by_the_definition_of_its_turn),
        CLAIM(a_definition_that_was_edited_and_not_loaded_is_not_used),
        CLAIM(what_a_kill_left_staged_is_swept_before_it_is_read_again),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
