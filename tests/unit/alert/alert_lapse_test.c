/* What could not be delivered at once, and is no longer so when its turn comes, does not leave. */
#include "lapse.h"
#include "silence_world.h"

#define CASE "M13-2026-00001"
#define LAST "(SELECT max(id) FROM outbox)"

/* Whether the newest message must not leave as it is. */
static bool lapses(int64_t now)
{
    const struct endpoint endpoint = {.channel = (char[]){"mail"}, .recipient = (char[]){""}};
    int64_t last = count_of(&world, "SELECT max(id) FROM outbox");
    bool lapsed = lapse_look(world.store, &world.config, &endpoint, last, now);
    store_commit(world.store);
    return lapsed;
}

static void remind_of_two_in_vain(void)
{
    notify_of(1, FIRM_A, false, nine(0));
    tell(2, 0);
    days(1, 29);
    unarrived = true;
    days(30, 31);
    assert_string_equal(value_of(&world, "SELECT kind FROM outbox WHERE id = " LAST), "reminder");
}

static void what_is_still_so_leaves_as_it_is(void **state)
{
    (void)state;
    remind_of_two_in_vain();
    assert_false(lapses(nine(32)));
    assert_string_equal(value_of(&world, "SELECT state FROM outbox WHERE id = " LAST), "released");
}

static void reminder_that_waits_does_not_leave_after_the_answer(void **state)
{
    (void)state;
    remind_of_two_in_vain();
    answer(CASE, "confirm");
    answer("M13-2026-00002", "other");
    assert_true(lapses(nine(32)));
    assert_string_equal(value_of(&world, "SELECT state FROM outbox WHERE id = " LAST), "cancelled");
    assert_string_equal(told_on(1, "reminder"), "(30)");
}

static void rest_of_a_reminder_is_a_message_of_its_own(void **state)
{
    (void)state;
    remind_of_two_in_vain();
    answer(CASE, "confirm");
    assert_true(lapses(nine(32)));
    assert_string_equal(told_on(1, "reminder"), "(30)");
    assert_string_equal(told_on(2, "reminder"), "(30) 32");
    assert_int_equal(
        count_of(&world, "SELECT count(DISTINCT message_id) FROM outbox WHERE kind = 'reminder'"), 2);
    assert_string_equal(value_of(&world, "SELECT state FROM delivery WHERE outbox = " LAST), "waiting");
    assert_false(lapses(nine(32)));
}

static void who_has_it_by_another_channel_does_not_get_it_by_this_one(void **state)
{
    (void)state;
    remind_of_two_in_vain();
    run_sql("INSERT INTO delivery (outbox, channel, recipient, state, delivered_at) "
            "VALUES (" LAST ", 'hook', '', 'delivered', 1)");
    answer(CASE, "confirm");
    assert_true(lapses(nine(32)));
    assert_string_equal(value_of(&world, "SELECT state FROM outbox WHERE id = " LAST), "released");
    assert_string_equal(
        value_of(&world, "SELECT group_concat(channel) FROM delivery WHERE outbox = " LAST), "hook");
}

static void lead_of_a_case_that_is_over_for_the_firm_does_not_leave(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    move(1, "declined");
    assert_true(lapses(nine(1)));
    assert_string_equal(told_on(1, "lead"), "(0)");
}

/* Its bytes had left when news of one of its cases came, and the receiver's word came after. */
static void what_arrives_while_it_is_taken_back_is_not_told_again(void **state)
{
    (void)state;
    unarrived = true;
    notify_of(1, FIRM_A, false, nine(0));
    tell(2, 0);
    run_sql("UPDATE case_version SET verdict = 'eligible' WHERE seq_to IS NULL AND case_file = 1");
    tell(1, 8);
    assert_string_equal(told_on(2, "lead"), "(0) 8");
    assert_false(lapses(nine(8)));
    run_sql("UPDATE delivery SET state = 'delivered', delivered_at = 1 WHERE outbox = 1");
    recall_overtaken(world.store, 1);
    assert_true(lapses(nine(8)));
    assert_string_equal(told_on(1, "lead"), "0 (8) 8");
    assert_string_equal(told_on(2, "lead"), "0 (8)");
}

static void deadline_does_not_leave_when_it_has_passed_or_the_firm_has_applied(void **state)
{
    (void)state;
    tell(1, 0);
    tell(2, 0);
    world.config.alerts.deadline.day = MONDAY + 10;
    unarrived = true;
    days(2, 2);
    assert_string_equal(told_on(1, "deadline"), "2");
    assert_false(lapses(nine(3)));
    move(1, "applied");
    assert_true(lapses(nine(10)));
    assert_string_equal(told_on(1, "deadline"), "(2)");
    assert_string_equal(told_on(2, "deadline"), "(2) 10");
    assert_true(lapses(nine(11)));
    assert_string_equal(told_on(2, "deadline"), "(2) (10)");
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_silence, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(what_is_still_so_leaves_as_it_is),
        CLAIM(reminder_that_waits_does_not_leave_after_the_answer),
        CLAIM(rest_of_a_reminder_is_a_message_of_its_own),
        CLAIM(who_has_it_by_another_channel_does_not_get_it_by_this_one),
        CLAIM(lead_of_a_case_that_is_over_for_the_firm_does_not_leave),
        CLAIM(what_arrives_while_it_is_taken_back_is_not_told_again),
        CLAIM(deadline_does_not_leave_when_it_has_passed_or_the_firm_has_applied),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
