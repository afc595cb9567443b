/* One approval, two firms: whichever of them is decided first, both are put before a person, and neither
 * takes the other's case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/review.h"

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const char *verdicts(void)
{
    return value_of(&world,
        "SELECT group_concat(said, ' ') FROM (SELECT c.verdict || '/' || c.review_kind AS said "
        "FROM case_version c WHERE c.seq_to IS NULL ORDER BY c.uscc)");
}

static const char *owners(void)
{
    return value_of(&world, "SELECT count(DISTINCT c.uscc) || ' of ' || count(*) FROM case_version c "
                            "WHERE c.seq_to IS NULL");
}

static void have_firms(void)
{
    world_firm(&world, FIRM_A, "Anzhen Medical");
    world_firm(&world, FIRM_B, "Brightcare Medical");
}

/* --- two makers in the rows of one number ----------------------------------------------------------------
 */

static void two_makers_of_one_number(void)
{
    have_firms();
    int64_t first = world_maker(&world, "Anzhen Medical"), second = world_maker(&world, "Brightcare Medical");
    world_match(&world, first, "auto", FIRM_A, "A1");
    world_match(&world, second, "auto", FIRM_B, "A1");
    world_approve(
        &world, (struct approval_row){.number = "K260001", .decided = "2026-03-10", .maker = first});
    store_write(world.store);
    query_run(
        query(world.store, "INSERT INTO approval_feed (name, authority, purpose, rank, wins, completeness, "
                           "asked, defined) VALUES ('f', 'FDA', 'approvals', 0, '', 'window', '', 1)"));
    query_run(query_bind(
        query(world.store, "INSERT INTO further_maker (approval, feed, maker, seq_from) VALUES (1, 1, ?, 1)"),
        "i", second));
}

static void two_firms_as_makers_of_one_number_are_two_claimants(void **state)
{
    (void)state;
    two_makers_of_one_number();
    for (int round = 0; round < 3; round++) {
        world_decide(&world, FIRM_A);
        world_decide(&world, FIRM_B);
    }
    assert_string_equal(verdicts(), "review/identity review/identity");
    assert_string_equal(owners(), "2 of 2");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event WHERE kind = 'firm'"), 0);
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void the_order_of_the_two_does_not_matter(void **state)
{
    (void)state;
    two_makers_of_one_number();
    world_decide(&world, FIRM_B);
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_B);
    assert_string_equal(verdicts(), "review/identity review/identity");
    assert_string_equal(owners(), "2 of 2");
}

/* The first firm was alone until the second one was recognised. */
static void the_firm_that_was_there_is_asked_again(void **state)
{
    (void)state;
    two_makers_of_one_number();
    world_match(&world, 2, "none", "", "");
    world_decide(&world, FIRM_A);
    assert_string_equal(owners(), "1 of 1");
    world_match(&world, 2, "auto", FIRM_B, "A1");
    world_decide(&world, FIRM_B);
    assert_string_equal(verdicts(), "review/identity review/identity");
}

/* --- two firms with one paper ----------------------------------------------------------------------------
 */

static void a_second_firm_s_paper_of_the_same_number_does_not_take_the_case(void **state)
{
    (void)state;
    have_firms();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", "Anzhen Medical", "documented", false);
    assert_string_equal(owners(), "1 of 1");
    world_paper(&world, "K260001", FIRM_B, "2026-03-10", "Brightcare Medical", "documented", false);
    world_decide(&world, FIRM_A);
    assert_string_equal(verdicts(), "review/identity review/identity");
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", "Anzhen Medical", "documented", false);
    world_decide(&world, FIRM_B);
    assert_string_equal(verdicts(), "review/identity review/identity");
    assert_string_equal(owners(), "2 of 2");
}

#define CLAIM(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(two_firms_as_makers_of_one_number_are_two_claimants),
        CLAIM(the_order_of_the_two_does_not_matter),
        CLAIM(the_firm_that_was_there_is_asked_again),
        CLAIM(a_second_firm_s_paper_of_the_same_number_does_not_take_the_case),
    };
    world_clock();
    return cmocka_run_group_tests_name("claimants", tests, NULL, NULL);
}
