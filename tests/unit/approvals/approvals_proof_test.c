/* What proves that an approval is not there: whole polls, of a register in its known form. All others prove
 * nothing. */
#include "claim_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Numbers by how often they were missed, those that are gone in brackets: "K1 0, K2 1, [K3]". */
static const char *listed(void)
{
    return value_of(&world,
        "SELECT group_concat(iif(gone_at IS NULL, number || ' ' || missed, '[' || number || ']'), ', ') "
        "FROM (SELECT * FROM approval JOIN listing ON approval = id ORDER BY number)");
}

static void a_poll_with_rejected_rows_proves_no_absence(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++) {
        int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
        world_decode(&world, poll);
        says_page(0, -1, "");
        says_row((struct row){.number = "K1"});
        says_reject("decision_date", "is none", "");
        ends_well();
        world_work(&world);
        assert_ended(poll, FEED_ROWS_REJECTED, "1 could not be read");
    }
    assert_string_equal(listed(), "K1 0, K2 0");
}

/* Else a register with one doubled row could never be seen to lose another. */
static void a_doubled_row_hides_nothing(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 2; i++)
        SHOW_ALL(&world, {.number = "K1"}, {.number = "K1", .device = "Other"});
    assert_string_equal(listed(), "K1 0, [K2]");
}

static void a_doubled_row_beside_an_unreadable_one_does(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 2; i++) {
        world_decode(&world, world_poll(&world, "full", DAY_NONE, DAY_NONE, 1));
        says_page(0, -1, "");
        says_row((struct row){.number = "K1"});
        says_row((struct row){.number = "K1", .device = "Other"});
        says_reject("number", "is empty", "");
        ends_well();
        world_work(&world);
    }
    assert_string_equal(listed(), "K1 0, K2 0");
}

static void a_file_by_hand_proves_no_absence(void **state)
{
    (void)state;
    const struct row rows[] = {{.number = "K1"}};
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++)
        show(&world, "manual", DAY_NONE, DAY_NONE, rows, 1);
    assert_string_equal(listed(), "K1 0, K2 0");
}

/* As long as the register itself is not known to be so large, a file may be any part of it. */
static void a_file_by_hand_that_is_a_whole_register_proves_it(void **state)
{
    (void)state;
    const struct row rows[] = {{.number = "K1"}, {.number = "K2"}};
    world.definitions[FDA_510K].completeness = COMPLETENESS_REGISTER;
    world.definitions[FDA_510K].minimum_rows = 2;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"}, {.number = "K3"});
    show(&world, "manual", DAY_NONE, DAY_NONE, rows, 1);
    assert_string_equal(listed(), "K1 0, K2 0, K3 0");
    show(&world, "manual", DAY_NONE, DAY_NONE, rows, 2);
    assert_string_equal(listed(), "K1 0, K2 0, K3 1");
    world.definitions[FDA_510K].largest_shrink = 40;
    world.definitions[FDA_510K].minimum_rows = 1;
    show(&world, "manual", DAY_NONE, DAY_NONE, rows, 1);
    assert_string_equal(listed(), "K1 0, K2 0, K3 1");
}

static void a_part_of_the_register_proves_no_absence(void **state)
{
    (void)state;
    world.definitions[FDA_510K].minimum_rows = 2;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++) {
        int64_t poll = world_poll(&world, "history", DAY_NONE, DAY_NONE, 2);
        store_write(world.store);
        query_run(query_bind(query(world.store, "UPDATE poll SET part = 1 WHERE id = ?"), "i", poll));
        world_decode(&world, poll);
        says_page(0, 500, "");
        says_row((struct row){.number = "K1"});
        says_page(1, 3, ""); /* totals of two lists: the feed room has compared them */
        ends_well();
        assert_sealed(&world, poll);
    }
    assert_string_equal(listed(), "K1 0, K2 0");
    assert_int_equal(count_of(&world, "SELECT total FROM feed_state WHERE name = 'fda-510k'"), 2);
}

static void a_page_of_news_proves_no_absence(void **state)
{
    (void)state;
    world.definitions[FDA_510K].newest = true;
    world.definitions[FDA_510K].minimum_rows = 2;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++)
        SHOW_ALL(&world, {.number = "K1"});
    assert_string_equal(listed(), "K1 0, K2 0");
}

/* A row moved from one page to another while they were read: one was shown twice, another not at all. */
static void rows_that_came_twice_over_pages_prove_no_absence(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++) {
        int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 2);
        world_decode(&world, poll);
        says_page(0, 2, "");
        says_row((struct row){.number = "K1"});
        says_page(1, 2, "");
        says_row((struct row){.number = "K1"});
        ends_well();
        assert_sealed(&world, poll);
        assert_ended(poll, FEED_APPLIED, "2 rows, 1 came twice: others may be missing");
    }
    assert_string_equal(listed(), "K1 0, K2 0");
}

/* --- drift -----------------------------------------------------------------------------------------------
 */

static int64_t show_k1_as(const char *shape, const char *route, int64_t unread, bool unended)
{
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_row((struct row){.number = "K1", .route = route});
    says_shape(shape);
    decoder_stand_in.unread = unread;
    decoder_stand_in.unended = unended;
    ends_well();
    assert_sealed(&world, poll);
    return poll;
}

static void show_two(const char *shape)
{
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_row((struct row){.number = "K1"});
    says_row((struct row){.number = "K2"});
    says_shape(shape);
    ends_well();
    assert_sealed(&world, poll);
}

static void a_register_of_another_form_proves_no_absence_at_first(void **state)
{
    (void)state;
    show_two("number|maker");
    int64_t poll = show_k1_as("number|Maker", NULL, 0, false);
    assert_ended(poll, FEED_DRIFT, "1 row; new names: Maker; no longer there: maker");
    assert_string_equal(listed(), "K1 0, K2 0");
    poll = show_k1_as("number|Maker", NULL, 0, false);
    assert_ended(poll, FEED_VANISHED, "1 row, 1 no longer shown");
    assert_string_equal(listed(), "K1 0, K2 1");
}

static void good_rows_go_in_whatever_its_form(void **state)
{
    (void)state;
    show_two("number|maker");
    int64_t poll = world_poll(&world, "manual", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_row((struct row){.number = "K3"});
    says_shape("number|maker|more");
    ends_well();
    assert_sealed(&world, poll);
    assert_ended(poll, FEED_DRIFT, "1 row, 1 new; new names: more");
    assert_string_equal(listed(), "K1 0, K2 0, K3 0");
}

static void a_code_that_is_new_proves_no_absence_at_first(void **state)
{
    (void)state;
    show_two("number");
    int64_t poll = show_k1_as("number", "unknown", 0, false);
    assert_ended(poll, FEED_DRIFT, "1 with a value that no rule knows");
    assert_string_equal(listed(), "K1 0, K2 0");
    poll = show_k1_as("number", "unknown", 0, false);
    assert_ended(poll, FEED_VANISHED, "1 no longer shown, 1 with a value that no rule knows");
    assert_string_equal(listed(), "K1 0, K2 1");
}

static void values_that_cannot_be_read_prove_no_absence_at_first(void **state)
{
    (void)state;
    show_two("number");
    int64_t poll = show_k1_as("number", NULL, 3, false);
    assert_ended(poll, FEED_DRIFT, "3 without a value that could not be read");
    assert_string_equal(listed(), "K1 0, K2 0");
    show_k1_as("number", NULL, 3, false);
    assert_string_equal(listed(), "K1 0, K2 1");
}

static void a_file_whose_last_line_has_no_end_proves_no_absence_at_first(void **state)
{
    (void)state;
    show_two("number");
    int64_t poll = show_k1_as("number", NULL, 0, true);
    assert_ended(poll, FEED_DRIFT, "the last line has no end");
    assert_string_equal(listed(), "K1 0, K2 0");
    show_k1_as("number", NULL, 0, true);
    assert_string_equal(listed(), "K1 0, K2 1");
}

static void a_refused_poll_does_not_tell_the_form(void **state)
{
    (void)state;
    show_two("number");
    for (int i = 0; i < 2; i++) {
        world_decode(&world, world_poll(&world, "full", DAY_NONE, DAY_NONE, 1));
        says_page(0, 5, "");
        says_row((struct row){.number = "K1"});
        says_shape("other");
        ends_well();
        world_work(&world);
    }
    assert_string_equal(value_of(&world, "SELECT shape || '+' || shape_seen FROM feed_state "
                                         "WHERE name = 'fda-510k'"),
        "number+");
}

static void a_refused_poll_proves_no_absence(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 3; i++) {
        world_decode(&world, world_poll(&world, "full", DAY_NONE, DAY_NONE, 1));
        says_page(0, 2, "");
        says_row((struct row){.number = "K1"});
        ends_well();
        world_work(&world);
    }
    assert_string_equal(listed(), "K1 0, K2 0");
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(a_poll_with_rejected_rows_proves_no_absence),
        CLAIM(a_doubled_row_hides_nothing),
        CLAIM(a_doubled_row_beside_an_unreadable_one_does),
        CLAIM(a_file_by_hand_proves_no_absence),
        CLAIM(a_file_by_hand_that_is_a_whole_register_proves_it),
        CLAIM(a_part_of_the_register_proves_no_absence),
        CLAIM(a_page_of_news_proves_no_absence),
        CLAIM(rows_that_came_twice_over_pages_prove_no_absence),
        CLAIM(a_register_of_another_form_proves_no_absence_at_first),
        CLAIM(good_rows_go_in_whatever_its_form),
        CLAIM(a_code_that_is_new_proves_no_absence_at_first),
        CLAIM(values_that_cannot_be_read_prove_no_absence_at_first),
        CLAIM(a_file_whose_last_line_has_no_end_proves_no_absence_at_first),
        CLAIM(a_refused_poll_does_not_tell_the_form),
        CLAIM(a_refused_poll_proves_no_absence),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
