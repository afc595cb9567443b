/* A firm that says nothing is reminded, seldom and not for ever; one that has said anything is not. */
#include "silence_world.h"

#define CASE "M13-2026-00001"

/* --- reminders --------------------------------------------------------------------------------------------
 */

static void arrived_lead_makes_the_case_notified(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "lead");
    unarrived = false;
    arrive(nine(1));
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "notified");
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 2"), "lead");
}

static void silent_firm_is_reminded_after_thirty_and_ninety_days_and_no_more(void **state)
{
    (void)state;
    tell(1, 0);
    days(1, 200);
    assert_string_equal(told_on(1, "lead"), "0");
    assert_string_equal(told_on(1, "reminder"), "30 90");
    assert_string_equal(told_on(2, "reminder"), "");
}

static void reminder_counts_from_the_proof_of_delivery_and_not_from_the_writing(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    days(1, 59);
    assert_string_equal(told_on(1, "reminder"), ""); /* it may know of nothing yet */
    unarrived = false;
    days(60, 95);
    assert_string_equal(told_on(1, "reminder"), "90");
}

static void reminders_keep_working_days(void **state)
{
    (void)state;
    world.config.alerts.times.digest_all_days = false;
    tell(1, 4);   /* a Friday; 30 days later it is a Sunday */
    days(5, 100); /* 90 days later, a Thursday */
    assert_string_equal(told_on(1, "reminder"), "35 94");
}

static void cases_of_one_firm_are_reminded_of_in_one_message(void **state)
{
    (void)state;
    for (int64_t case_file = 1; case_file <= 4; case_file++)
        notify_of(case_file, FIRM_A, false, nine(0));
    days(0, 40);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM outbox WHERE kind = 'reminder'"), 1);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM told WHERE kind = 'reminder'"), 4);
    assert_string_equal(
        value_of(&world, "SELECT body ->> '$.cases[0].told_before' FROM outbox WHERE kind = 'reminder'"),
        "2026-11-23");
}

/* --- what ends the silence --------------------------------------------------------------------------------
 */

static void every_answer_ends_it_whatever_it_says(void **state)
{
    static const char *const answers[] = {"confirm", "dispute", "decline", "supply"};
    (void)state;
    for (int64_t i = 0; i < 4; i++) {
        char case_id[32];
        tell(i + 1, 0);
        snprintf(case_id, sizeof case_id, "M13-2026-%05d", (int)i + 1);
        answer(case_id, answers[i]);
    }
    days(1, 200);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM told WHERE kind = 'reminder'"), 0);
}

/* Withdrawn: it has not been said. */
static void answer_that_is_taken_back_is_none(void **state)
{
    (void)state;
    tell(1, 0);
    answer(CASE, "confirm");
    days(1, 30);
    run_sql("UPDATE local_record SET withdrawn = 1 WHERE kind = 'answers'");
    days(31, 32);
    assert_string_equal(told_on(1, "reminder"), "31");
}

static void acknowledgement_of_a_receiver_ends_it_for_all_cases_of_its_message(void **state)
{
    (void)state;
    notify_of(1, FIRM_A, false, nine(0));
    notify_of(2, FIRM_A, false, nine(0));
    turn(nine(0));
    tell(3, 1);
    acknowledge_reply(world.store, 1, "mail", nine(0));
    acknowledge_reply(world.store, 1, "mail", nine(2)); /* said twice, heard once */
    days(2, 40);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(case_file) FROM told WHERE kind = 'reminder'"), "3");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM acknowledgement"), 2);
    assert_int_equal(count_of(&world, "SELECT max(at) FROM acknowledgement"), nine(0));
}

static void acknowledgement_of_a_message_to_the_desk_says_nothing_of_the_firm(void **state)
{
    (void)state;
    tell(1, 0);
    run_sql(
        "INSERT INTO outbox (message_id, audience, uscc, kind, state, created_at, created_seq, cases, body) "
        "VALUES ('msg_desk', 'desk', '" FIRM_A "', 'question', 'released', 0, 0, '[]', '{}'); "
        "INSERT INTO told (outbox, case_file, kind, verdict) VALUES (last_insert_rowid(), 1, 'lead', 'x')");
    acknowledge_reply(world.store, 2, "mail", nine(0));
    acknowledge_delivered(world.store, 2, "");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM acknowledgement"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_silent"), 1);
}

/* The bureau's own copy in a file is no word that the firm has it. */
static void archive_beside_the_firms_own_address_proves_nothing(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    run_sql("INSERT INTO delivery (outbox, channel, recipient, state) VALUES (1, 'post', '" FIRM_A
            "', 'unreachable')");
    unarrived = false;
    days(1, 40);
    assert_string_equal(value_of(&world, "SELECT state FROM delivery WHERE recipient = ''"), "delivered");
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "lead");
    assert_string_equal(told_on(1, "reminder"), "");
    assert_int_equal(
        count_of(&world, "SELECT body ->> '$.unreachable[0].times' FROM outbox WHERE kind = 'weekly'"), 1);
    run_sql("UPDATE delivery SET state = 'delivered', delivered_at = 1 WHERE outbox = 1");
    acknowledge_delivered(world.store, 1, FIRM_A);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "notified");
    acknowledge_reply(world.store, 1, "mail", nine(41)); /* nor is its {"ack":true} the firm's */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM acknowledgement"), 0);
    acknowledge_reply(world.store, 1, "post", nine(41));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM acknowledgement"), 1);
}

/* A delivery to another firm's address proves nothing of this one. */
static void arrival_at_another_recipient_moves_nothing(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    acknowledge_delivered(world.store, 1, FIRM_B);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "lead");
    acknowledge_delivered(world.store, 1, FIRM_A);
    assert_string_equal(value_of(&world, "SELECT stage FROM case_file WHERE id = 1"), "notified");
}

static void stage_beyond_notified_and_one_that_is_taken_back_end_it(void **state)
{
    static const char *const stages[] = {"lead", "checking", "confirmed", "disputed", "declined", "applied",
        "reviewed", "rejected", "withdrawn"};
    (void)state;
    tell(1, 0);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        store_write(world.store);
        query_run(query_bind(query(world.store, "UPDATE case_file SET stage = ?"), "t", stages[i]));
        days(31 + (int64_t)i, 31 + (int64_t)i);
        assert_string_equal(told_on(1, "reminder"), "");
    }
}

/* By telephone: nothing was filed, and the case has gone back to where it was. */
static void dispute_that_is_over_was_an_answer(void **state)
{
    (void)state;
    tell(1, 0);
    move(1, "disputed");
    move(1, "notified");
    days(1, 100);
    assert_string_equal(told_on(1, "reminder"), "");
}

static void case_that_was_checked_again_is_waited_for_anew(void **state)
{
    (void)state;
    tell(1, 0);
    move(1, "checking");
    days(1, 50);
    move(1, "notified");
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE case_file SET stage_since = ?"), "i", nine(50)));
    days(51, 200);
    assert_string_equal(told_on(1, "reminder"), "80 140");
}

static void case_that_cannot_be_told_any_more_is_not_reminded_of(void **state)
{
    static const char *const verdicts[][2] = {
        {"excluded", ""}, {"out_of_window", ""}, {"review", "identity"}};
    (void)state;
    run_sql("UPDATE case_version SET verdict = 'review', review_kind = 'assessment'");
    tell(1, 0);
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        store_write(world.store);
        query_run(query_bind(query(world.store, "UPDATE case_version SET verdict = ?, review_kind = ?"), "tt",
            verdicts[i][0], verdicts[i][1]));
        days(31 + (int64_t)i, 31 + (int64_t)i);
        assert_string_equal(told_on(1, "reminder"), "");
    }
    run_sql("UPDATE case_version SET review_kind = 'assessment'"); /* is judged with the application */
    days(40, 40);
    assert_string_equal(told_on(1, "reminder"), "40");
}

/* What turns out worse than it was told comes from a person. */
static void reminder_does_not_bring_a_worse_verdict_than_the_one_that_was_told(void **state)
{
    (void)state;
    run_sql("UPDATE case_version SET verdict = 'eligible' WHERE seq_to IS NULL");
    tell(1, 0);
    tell(2, 0);
    run_sql("UPDATE case_version SET verdict = 'pending' WHERE seq_to IS NULL AND case_file = 1");
    world.config.alerts.deadline.day = MONDAY + 40;
    days(1, 35);
    assert_string_equal(told_on(1, "reminder"), "");
    assert_string_equal(told_on(1, "deadline"), "");
    assert_string_equal(told_on(2, "deadline"), "26");
    assert_string_equal(told_on(2, "reminder"), "33");
}

/* What the one firm has said before the case went to another is not the other's answer. */
static void new_firm_of_a_case_is_reminded_although_the_old_one_has_answered(void **state)
{
    (void)state;
    tell(1, 0);
    answer(CASE, "dispute");
    run_sql("INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) SELECT 1, "
            "max(seq), 1, 'firm', 'claimant', '" FIRM_A "', '" FIRM_B "', 'm13d' FROM journal; "
            "UPDATE case_version SET uscc = '" FIRM_B "' WHERE case_file = 1; "
            "UPDATE case_file SET stage = 'checking' WHERE id = 1");
    notify_of(1, FIRM_B, false, nine(10));
    days(10, 45);
    assert_string_equal(told_on(1, "reminder"), "40");
    assert_string_equal(value_of(&world, "SELECT uscc FROM outbox WHERE kind = 'reminder'"), FIRM_B);
    acknowledge_reply(world.store, 1, "mail", nine(46)); /* of the old firm, late */
    days(46, 110);
    assert_string_equal(told_on(1, "reminder"), "40 100");
}

/* --- what is on its way -----------------------------------------------------------------------------------
 */

static void nothing_is_reminded_of_while_news_of_it_wait(void **state)
{
    (void)state;
    tell(1, 0);
    notify_of(1, FIRM_A, true, nine(20)); /* held for a person */
    days(20, 50);
    assert_string_equal(told_on(1, "reminder"), "");
    run_sql("UPDATE outbox SET state = 'cancelled', decided_by = 'li' WHERE state = 'held'");
    days(51, 52);
    assert_string_equal(told_on(1, "reminder"), "51");
}

static void reminder_does_not_follow_news_of_the_case_within_its_quiet_period(void **state)
{
    (void)state;
    tell(1, 0);
    tell(1, 27);
    days(28, 40);
    assert_string_equal(told_on(1, "lead"), "0 27");
    assert_string_equal(told_on(1, "reminder"), "34");
    days(41, 100); /* the first message counts, and the second reminder has its day */
    assert_string_equal(told_on(1, "reminder"), "34 90");
}

static void reminder_that_was_answered_in_the_quiet_hours_is_not_sent(void **state)
{
    (void)state;
    world.config.alerts.times.quiet_from = 8 * CLOCK_HOUR;
    world.config.alerts.times.quiet_to = 12 * CLOCK_HOUR;
    tell(1, 0);
    turn(at(0, 12 * CLOCK_HOUR));
    days(1, 30);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM notice WHERE kind = 'reminder'"), 1);
    answer(CASE, "confirm");
    turn(at(30, 12 * CLOCK_HOUR));
    assert_string_equal(told_on(1, "reminder"), "");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM notice"), 0);
}

/* News of one of its cases make the message anew, and the other case was answered meanwhile. */
static void reminder_that_was_answered_before_it_arrived_is_not_made_anew(void **state)
{
    (void)state;
    notify_of(1, FIRM_A, false, nine(0));
    tell(2, 0);
    days(1, 29);
    unarrived = true;
    days(30, 31);
    answer(CASE, "confirm");
    tell(2, 40);
    assert_string_equal(told_on(1, "reminder"), "(30)");
    assert_string_equal(told_on(2, "lead"), "0 40");
}

static void cancelled_reminder_is_not_made_again(void **state)
{
    (void)state;
    unarrived = false;
    tell(1, 0);
    unarrived = true;
    days(1, 30);
    run_sql("UPDATE outbox SET state = 'cancelled', decided_by = 'li' WHERE kind = 'reminder'");
    unarrived = false;
    days(31, 80);
    assert_string_equal(told_on(1, "reminder"), "(30)");
    days(81, 91);
    assert_string_equal(told_on(1, "reminder"), "(30) 90");
}

/* A newer word took the place of what had reached nobody. */
static void reminder_that_was_taken_back_for_news_does_not_count(void **state)
{
    (void)state;
    tell(1, 0);
    unarrived = true;
    days(1, 30);
    assert_string_equal(told_on(1, "reminder"), "30");
    notify_of(1, FIRM_A, false, nine(38));
    unarrived = false;
    days(38, 60);
    assert_string_equal(told_on(1, "lead"), "0 38");
    assert_string_equal(told_on(1, "reminder"), "(30) 45");
}

/* --- modes ------------------------------------------------------------------------------------------------
 */

static void draft_reminds_nobody_and_what_was_left_out_is_made_up_for_by_one(void **state)
{
    (void)state;
    tell(1, 0);
    world.config.alerts.mode = ALERT_DRAFT;
    days(1, 99);
    assert_string_equal(told_on(1, "reminder"), "");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM notice"), 0);
    world.config.alerts.mode = ALERT_RELEASE; /* it has had its first notice */
    days(100, 300);
    assert_string_equal(told_on(1, "reminder"), "100");
}

static void reminder_put_before_the_mode_became_draft_is_dropped(void **state)
{
    (void)state;
    world.config.alerts.times.quiet_from = 8 * CLOCK_HOUR;
    world.config.alerts.times.quiet_to = 12 * CLOCK_HOUR;
    tell(1, 0);
    turn(at(0, 12 * CLOCK_HOUR));
    turn(nine(31));
    world.config.alerts.mode = ALERT_DRAFT;
    turn(at(31, 12 * CLOCK_HOUR));
    assert_string_equal(told_on(1, "reminder"), "");
    world.config.alerts.mode = ALERT_LIVE;
    turn(at(32, 12 * CLOCK_HOUR));
    assert_string_equal(told_on(1, "reminder"), "32");
}

static void without_reminders_configured_there_are_none(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    days(1, 120);
    assert_string_equal(told_on(1, "reminder"), "");
}

/* --- clocks and kills -------------------------------------------------------------------------------------
 */

static void clock_set_back_an_hour_makes_nothing_twice(void **state)
{
    (void)state;
    tell(1, 0);
    turn(nine(30));
    turn(nine(30) - CLOCK_HOUR);
    turn(nine(30));
    turn(nine(30) + CLOCK_HOUR);
    assert_string_equal(told_on(1, "reminder"), "30");
}

static void clock_set_forward_a_week_and_back_makes_no_flood(void **state)
{
    (void)state;
    tell(1, 0);
    days(1, 25);
    turn(nine(32));
    days(26, 89);
    assert_string_equal(told_on(1, "reminder"), "32");
    turn(nine(96));
    days(90, 120);
    assert_string_equal(told_on(1, "reminder"), "32 96");
}

static void two_thresholds_passed_at_once_give_one_reminder(void **state)
{
    (void)state;
    tell(1, 0);
    days(400, 500);
    assert_string_equal(told_on(1, "reminder"), "400");
}

/* Of many firms some were looked at when the kill came; the others are afterwards, and none twice. */
static void look_that_a_kill_has_cut_goes_on(void **state)
{
    char sql[256];
    (void)state;
    tell(1, 0);
    for (int i = 2; i <= 4; i++) {
        snprintf(sql, sizeof sql, "UPDATE case_version SET uscc = 'F%d' WHERE case_file = %d", i, i);
        run_sql(sql);
        snprintf(sql, sizeof sql, "F%d", i);
        notify_of(i, sql, false, nine(0));
    }
    turn(nine(0));
    snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO meta (name, value) VALUES ('alerts-look', '%d F2')",
        MONDAY + 30);
    run_sql(sql);
    turn(nine(30));
    assert_string_equal(
        value_of(&world, "SELECT group_concat(uscc) FROM (SELECT uscc FROM outbox WHERE kind = 'reminder' "
                         "ORDER BY uscc)"),
        "F3,F4");
    store_write(world.store);
    remind_due(world.store, &world.config, nine(31));
    world_reopen(&world); /* nothing of this turn was committed */
    turn(nine(31));
    turn(nine(31));
    assert_string_equal(
        value_of(&world, "SELECT group_concat(uscc) FROM (SELECT uscc FROM outbox WHERE kind = 'reminder' "
                         "ORDER BY uscc)"),
        FIRM_A ",F2,F3,F4");
}

/* --- the deadline -----------------------------------------------------------------------------------------
 */

static void deadline_is_told_once_to_firms_that_have_not_applied(void **state)
{
    (void)state;
    for (int64_t case_file = 1; case_file <= 4; case_file++)
        notify_of(case_file, FIRM_A, false, nine(0));
    turn(nine(0));
    run_sql("UPDATE case_file SET stage = 'confirmed' WHERE id = 2; "
            "UPDATE case_file SET stage = 'applied' WHERE id = 3; "
            "UPDATE case_file SET stage = 'declined' WHERE id = 4");
    world.config.alerts.deadline.day = MONDAY + 24;
    days(1, 28);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(case_file) FROM told WHERE kind = 'deadline'"), "1,2");
    assert_string_equal(told_on(1, "deadline"), "10");
    assert_string_equal(value_of(&world, "SELECT urgent || ' ' || (body ->> '$.deadline.day') || ' ' || "
                                         "(body ->> '$.deadline.days_left') FROM outbox "
                                         "WHERE kind = 'deadline'"),
        "1 2026-12-17 14");
}

static void deadline_that_is_put_off_is_told_again(void **state)
{
    (void)state;
    tell(1, 0);
    world.config.alerts.deadline.day = MONDAY + 24;
    days(1, 12);
    world.config.alerts.deadline.day = MONDAY + 26;
    days(13, 30);
    assert_string_equal(told_on(1, "deadline"), "10 13");
}

static void deadline_is_not_told_of_what_the_firm_does_not_know(void **state)
{
    (void)state;
    notify_of(1, FIRM_A, true, nine(0)); /* a person has not released it */
    turn(nine(0));
    world.config.alerts.deadline.day = MONDAY + 24;
    days(1, 30);
    assert_string_equal(told_on(1, "deadline"), "");
    assert_string_equal(told_on(2, "deadline"), "");
}

static void deadline_waits_a_day_after_other_news_while_there_is_time(void **state)
{
    (void)state;
    world.config.alerts.deadline.day = MONDAY + 10;
    tell(1, 0);
    turn(nine(0) + CLOCK_HOUR);
    assert_string_equal(told_on(1, "deadline"), "");
    days(1, 12);
    assert_string_equal(told_on(1, "deadline"), "1");
    world.config.alerts.deadline.day = MONDAY + 21;
    tell(2, 20);
    turn(nine(21));
    assert_string_equal(told_on(2, "deadline"), "21");
}

static void passed_deadline_is_told_to_nobody(void **state)
{
    (void)state;
    tell(1, 0);
    world.config.alerts.deadline.day = MONDAY + 1;
    days(2, 10);
    assert_string_equal(told_on(1, "deadline"), "");
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_silence, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(arrived_lead_makes_the_case_notified),
        CLAIM(silent_firm_is_reminded_after_thirty_and_ninety_days_and_no_more),
        CLAIM(reminder_counts_from_the_proof_of_delivery_and_not_from_the_writing),
        CLAIM(reminders_keep_working_days),
        CLAIM(cases_of_one_firm_are_reminded_of_in_one_message),
        CLAIM(every_answer_ends_it_whatever_it_says),
        CLAIM(answer_that_is_taken_back_is_none),
        CLAIM(acknowledgement_of_a_receiver_ends_it_for_all_cases_of_its_message),
        CLAIM(acknowledgement_of_a_message_to_the_desk_says_nothing_of_the_firm),
        CLAIM(archive_beside_the_firms_own_address_proves_nothing),
        CLAIM(arrival_at_another_recipient_moves_nothing),
        CLAIM(stage_beyond_notified_and_one_that_is_taken_back_end_it),
        CLAIM(dispute_that_is_over_was_an_answer),
        CLAIM(case_that_was_checked_again_is_waited_for_anew),
        CLAIM(case_that_cannot_be_told_any_more_is_not_reminded_of),
        CLAIM(reminder_does_not_bring_a_worse_verdict_than_the_one_that_was_told),
        CLAIM(new_firm_of_a_case_is_reminded_although_the_old_one_has_answered),
        CLAIM(nothing_is_reminded_of_while_news_of_it_wait),
        CLAIM(reminder_does_not_follow_news_of_the_case_within_its_quiet_period),
        CLAIM(reminder_that_was_answered_in_the_quiet_hours_is_not_sent),
        CLAIM(reminder_that_was_answered_before_it_arrived_is_not_made_anew),
        CLAIM(cancelled_reminder_is_not_made_again),
        CLAIM(reminder_that_was_taken_back_for_news_does_not_count),
        CLAIM(draft_reminds_nobody_and_what_was_left_out_is_made_up_for_by_one),
        CLAIM(reminder_put_before_the_mode_became_draft_is_dropped),
        CLAIM(without_reminders_configured_there_are_none),
        CLAIM(clock_set_back_an_hour_makes_nothing_twice),
        CLAIM(clock_set_forward_a_week_and_back_makes_no_flood),
        CLAIM(two_thresholds_passed_at_once_give_one_reminder),
        CLAIM(look_that_a_kill_has_cut_goes_on),
        CLAIM(deadline_is_told_once_to_firms_that_have_not_applied),
        CLAIM(deadline_that_is_put_off_is_told_again),
        CLAIM(deadline_is_not_told_of_what_the_firm_does_not_know),
        CLAIM(deadline_waits_a_day_after_other_news_while_there_is_time),
        CLAIM(passed_deadline_is_told_to_nobody),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
