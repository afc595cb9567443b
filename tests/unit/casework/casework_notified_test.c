/* When a message about its case has reached the firm, the case is `notified`, and no person had to say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/journal.h"

#include <cmocka.h>

#include <string.h>

#define CASE "M13-2026-00001"

static struct failure failure;

static bool arrives_at(const char *uscc)
{
    bool moved = case_notified(world.store, 1, uscc);
    store_commit(world.store);
    return moved;
}

static const char *stage(void)
{
    return value_of(&world, "SELECT stage FROM case_file WHERE case_id = '" CASE "'");
}

static void move_with(const char *to, const char *about, const char *outcome)
{
    struct case_moved moved;
    struct case_order order = {.case_id = CASE,
        .stage = to,
        .note = "as the paper says",
        .about = about,
        .outcome = outcome,
        .actor = "li",
        .second = "wang",
        .english = true};
    if (case_move(world.store, &order, &moved, &failure) != 0)
        fail_msg("%s", failure.text);
    world_work(&world);
}

static int64_t moves_by_the_machine(void)
{
    return count_of(&world, "SELECT count(*) FROM case_event WHERE kind = 'stage' AND actor = 'm13d'");
}

static void with_a_case(void)
{
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_work(&world);
}

static void arrived_message_makes_a_lead_notified_with_event_and_journal_entry(void **state)
{
    (void)state;
    with_a_case();
    assert_true(arrives_at(FIRM_A));
    assert_string_equal(stage(), "notified");
    assert_string_equal(value_of(&world, "SELECT old || '>' || new || ' ' || cause || ' ' || actor FROM "
                                         "case_event ORDER BY id DESC LIMIT 1"),
        "lead>notified told m13d");
    assert_string_equal(value_of(&world, "SELECT kind || ' ' || subject || ' ' || actor || ' ' || body FROM "
                                         "journal ORDER BY seq DESC LIMIT 1"),
        "stage " CASE " m13d {\"case_id\":\"" CASE
        "\",\"old\":\"lead\",\"new\":\"notified\",\"note\":\"told\"}");
    assert_int_equal(journal_verify(world.store, &failure), 0);
}

/* The cause of what the machine did is a code that has its words. */
static void why_it_moved_has_its_word(void **state)
{
    (void)state;
    assert_non_null(name_find(case_cause_names, CASE_CAUSES, "told"));
}

static void second_channel_and_second_message_move_nothing_more(void **state)
{
    (void)state;
    with_a_case();
    assert_true(arrives_at(FIRM_A));
    assert_false(arrives_at(FIRM_A));
    assert_int_equal(moves_by_the_machine(), 1);
}

static void case_that_is_being_checked_is_notified_too(void **state)
{
    (void)state;
    with_a_case();
    move_with("checking", NULL, NULL);
    assert_true(arrives_at(FIRM_A));
    assert_string_equal(stage(), "notified");
}

static void what_a_person_has_taken_back_to_be_checked_stays_there(void **state)
{
    (void)state;
    with_a_case();
    arrives_at(FIRM_A);
    move_with("checking", NULL, NULL);
    assert_false(arrives_at(FIRM_A));
    assert_string_equal(stage(), "checking");
}

static void case_that_is_further_is_left_alone(void **state)
{
    static const char *const further[][2] = {{"confirmed", NULL}, {"disputed", "date"}, {"applied", NULL}};
    with_a_case();
    arrives_at(FIRM_A);
    for (size_t i = 0; i < sizeof further / sizeof *further; i++) {
        move_with(further[i][0], further[i][1], i == 2 ? "rejected" : NULL);
        assert_false(arrives_at(FIRM_A));
        assert_string_equal(stage(), further[i][0]);
    }
    (void)state;
}

static void message_to_a_firm_whose_case_it_is_no_longer_moves_nothing(void **state)
{
    (void)state;
    with_a_case();
    assert_false(arrives_at(FIRM_B));
    assert_string_equal(stage(), "lead");
}

/* Other than a person's, this move says only what has happened. */
static void import_that_is_being_applied_does_not_hold_it_up(void **state)
{
    (void)state;
    with_a_case();
    store_write(world.store);
    work_add(world.store, "apply-local", "1", false);
    assert_true(arrives_at(FIRM_A));
}

static void guard_that_refuses_a_person_refuses_the_machine(void **state)
{
    (void)state;
    with_a_case();
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET verdict = 'excluded'"));
    assert_false(arrives_at(FIRM_A));
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET verdict = 'review', review_kind = 'identity'"));
    assert_false(arrives_at(FIRM_A));
    assert_string_equal(stage(), "lead");
    assert_int_equal(moves_by_the_machine(), 0);
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET review_kind = 'assessment'"));
    assert_true(arrives_at(FIRM_A));
}

/* The decision rests on nothing that this move touches. */
static void decision_is_the_same_before_and_after(void **state)
{
    (void)state;
    with_a_case();
    arrives_at(FIRM_A);
    world_decide(&world, FIRM_A);
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT max(version) FROM case_version"), 1);
}

/* As after "not ours", upheld: who has it now was never told. */
static void other_firm_begins_anew(void **state)
{
    (void)state;
    with_a_case();
    arrives_at(FIRM_A);
    move_with("disputed", "product", NULL);
    move_with("checking", NULL, "partly");
    store_write(world.store);
    query_run(query(world.store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                                 "VALUES (1, 1, 1, 'firm', 'claimant', '" FIRM_A "', '" FIRM_B "', 'm13d')"));
    query_run(query(world.store, "UPDATE case_version SET uscc = '" FIRM_B "' WHERE seq_to IS NULL"));
    assert_false(arrives_at(FIRM_A));
    assert_true(arrives_at(FIRM_B));
    assert_string_equal(stage(), "notified");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            arrived_message_makes_a_lead_notified_with_event_and_journal_entry, open_world, close_world),
        cmocka_unit_test(why_it_moved_has_its_word),
        cmocka_unit_test_setup_teardown(
            second_channel_and_second_message_move_nothing_more, open_world, close_world),
        cmocka_unit_test_setup_teardown(case_that_is_being_checked_is_notified_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            what_a_person_has_taken_back_to_be_checked_stays_there, open_world, close_world),
        cmocka_unit_test_setup_teardown(case_that_is_further_is_left_alone, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            message_to_a_firm_whose_case_it_is_no_longer_moves_nothing, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            import_that_is_being_applied_does_not_hold_it_up, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            guard_that_refuses_a_person_refuses_the_machine, open_world, close_world),
        cmocka_unit_test_setup_teardown(decision_is_the_same_before_and_after, open_world, close_world),
        cmocka_unit_test_setup_teardown(other_firm_begins_anew, open_world, close_world),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
