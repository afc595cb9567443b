/* Once a week the desk hears of whom messages do not move, or do not reach. */
#include "silence_world.h"

#define CASE "M13-2026-00001"

static const char *weekly_days(void)
{
    return value_of(&world,
        "SELECT coalesce(group_concat(d, ' '), '') FROM (SELECT "
        "cast((created_at + 28800000) / 86400000 - 20780 AS INTEGER) AS d FROM outbox WHERE kind = 'weekly' "
        "ORDER BY id)");
}

/* A list of the last message, as "since times case_id". */
static const char *rows_of(const char *list)
{
    static char rows[4096];
    struct query *q = query_bind(
        query(world.store,
            "SELECT coalesce(group_concat((r.value ->> 'since') || ' ' || (r.value ->> 'times') || ' ' || "
            "(r.value ->> 'case_id') || ' ' || (r.value ->> 'name_zh'), ', '), '') FROM "
            "(SELECT * FROM outbox WHERE kind = 'weekly' ORDER BY id DESC LIMIT 1) o, "
            "json_each(o.body, '$.' || ?) r"),
        "t", list);
    snprintf(rows, sizeof rows, "%s", query_next(q) ? query_text(q, 0) : "(no message)");
    query_end(q);
    return rows;
}

static void refuse(int64_t message, const char *channel, int64_t now)
{
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE delivery SET state = 'failed', attempts = 9, "
                                            "last_attempt_at = ?, problem = '552 mailbox full' "
                                            "WHERE outbox = ? AND channel = ?"),
        "iit", now, message, channel));
}

/* --- when -------------------------------------------------------------------------------------------------
 */

static void week_without_anything_has_no_list(void **state)
{
    (void)state;
    tell(1, 0);
    days(1, 90);
    assert_string_equal(weekly_days(), "");
}

/* The second reminder goes out on day 90, a Sunday; its quiet period is over with day 97. */
static void silence_after_the_last_reminder_is_listed_every_week_until_somebody_answers(void **state)
{
    (void)state;
    tell(1, 0);
    days(1, 112);
    assert_string_equal(weekly_days(), "98 105 112");
    assert_string_equal(rows_of("silent"), "2026-11-23 2 " CASE " 北京安诊医疗科技有限公司");
    answer(CASE, "decline");
    days(113, 126);
    assert_string_equal(weekly_days(), "98 105 112");
}

static void list_comes_once_a_week_however_often_it_is_asked_for(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    days(1, 7);
    for (int hour = 0; hour < 48; hour++)
        turn(nine(7) + hour * CLOCK_HOUR);
    turn(nine(7) - CLOCK_HOUR); /* the clock was set back */
    turn(nine(7));
    assert_string_equal(weekly_days(), "7");
}

static void list_comes_on_the_first_working_day_with_the_digest_hour(void **state)
{
    struct alert_holiday holidays[] = {{MONDAY + 7, false, NULL}, {MONDAY + 8, false, NULL}};
    (void)state;
    world.config.alerts.times.holidays = holidays;
    world.config.alerts.times.holiday_count = 2;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    days(1, 8);
    turn(nine(9) - 1);
    assert_string_equal(weekly_days(), "");
    turn(nine(9));
    assert_string_equal(weekly_days(), "9");
}

static void daemon_that_did_not_run_on_monday_makes_up_for_it(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    turn(nine(10));
    turn(nine(14));
    assert_string_equal(weekly_days(), "10 14");
}

/* 2026 has 53 weeks: the days about New Year are of one week, the name of which is not used twice. */
static void weeks_about_new_year_have_a_list_each(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    days(1, 49);
    assert_string_equal(weekly_days(), "7 14 21 28 35 42 49");
    assert_string_equal(value_of(&world, "SELECT value FROM meta WHERE name = 'alerts-week'"), "2027-W02");
    assert_int_equal(
        count_of(&world, "SELECT count(DISTINCT message_id) FROM outbox WHERE kind = 'weekly'"), 7);
}

static void list_of_mode_draft_is_a_draft(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    world.config.alerts.mode = ALERT_DRAFT;
    assert_false(weekly_due(world.store, &world.config, nine(7))); /* nothing leaves */
    assert_string_equal(value_of(&world, "SELECT state FROM outbox WHERE kind = 'weekly'"), "draft");
}

/* --- what stands in it ------------------------------------------------------------------------------------
 */

static void case_that_is_no_longer_to_be_told_is_not_listed(void **state)
{
    (void)state;
    world.config.alerts.reminder_count = 0;
    tell(1, 0);
    run_sql("UPDATE case_version SET verdict = 'review', review_kind = 'identity'");
    days(1, 7);
    assert_string_equal(weekly_days(), "");
}

static void firm_without_any_address_is_listed_with_what_waits_for_it(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    tell(2, 1);
    run_sql("UPDATE delivery SET state = 'unreachable'");
    days(2, 7);
    assert_string_equal(rows_of("unreachable"), "2026-11-23 2 " CASE " 北京安诊医疗科技有限公司");
    assert_string_equal(rows_of("silent"), "");
    assert_string_equal(rows_of("dead"), "");
}

static void firm_that_one_channel_reaches_is_not_unreachable(void **state)
{
    (void)state;
    tell(1, 0);
    run_sql("UPDATE delivery SET recipient = '" FIRM_A "'"); /* its own mail address */
    run_sql("INSERT INTO delivery (outbox, channel, recipient, state) "
            "VALUES (1, 'hook', '" FIRM_A "', 'unreachable')");
    days(1, 7);
    assert_string_equal(weekly_days(), "");
}

static void dead_letter_is_listed_until_the_firm_has_heard_otherwise(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    refuse(1, "mail", nine(3));
    days(4, 7);
    assert_string_equal(rows_of("dead"), "2026-11-26 9 " CASE " 北京安诊医疗科技有限公司");
    assert_string_equal(value_of(&world, "SELECT (body ->> '$.dead[0].channel') || ': ' || "
                                         "(body ->> '$.dead[0].problem') FROM outbox WHERE kind = 'weekly'"),
        "mail: 552 mailbox full");
    days(8, 14);
    unarrived = false;
    tell(1, 15);
    days(16, 28);
    assert_string_equal(weekly_days(), "7 14");
}

static void dead_letter_of_a_case_that_has_gone_on_is_not_listed(void **state)
{
    (void)state;
    unarrived = true;
    tell(1, 0);
    refuse(1, "mail", nine(3));
    run_sql("UPDATE case_file SET stage = 'applied' WHERE id = 1"); /* the firm came by itself */
    days(4, 7);
    assert_string_equal(weekly_days(), "");
}

static void what_another_channel_has_brought_is_not_dead(void **state)
{
    (void)state;
    tell(1, 0);
    run_sql("UPDATE delivery SET recipient = '" FIRM_A "'"); /* its own mail address */
    run_sql("INSERT INTO delivery (outbox, channel, recipient, state, last_attempt_at) "
            "VALUES (1, 'hook', '" FIRM_A "', 'failed', 1)");
    days(1, 7);
    assert_string_equal(weekly_days(), "");
}

static void dead_letter_to_the_desk_is_listed_once(void **state)
{
    (void)state;
    run_sql(
        "INSERT INTO outbox (id, message_id, audience, uscc, kind, state, created_at, created_seq, cases, "
        "body) VALUES (99, 'msg_desk', 'desk', '', 'receipt', 'released', 0, 0, '[]', '{}'); "
        "INSERT INTO delivery (outbox, channel, recipient, state) VALUES (99, 'old', '', 'failed')");
    refuse(99, "old", nine(3));
    days(7, 14);
    assert_string_equal(weekly_days(), "7");
    assert_string_equal(rows_of("dead"), "2026-11-26 9  ");
}

static void long_lists_are_cut_and_the_rest_is_counted(void **state)
{
    char sql[512];
    (void)state;
    unarrived = true;
    tell(1, 0);
    for (int i = 0; i < 203; i++) {
        snprintf(sql, sizeof sql,
            "INSERT INTO delivery (outbox, channel, recipient, state, last_attempt_at) "
            "VALUES (1, 'hook-%d', '', 'failed', 1)",
            i);
        run_sql(sql);
    }
    run_sql("UPDATE delivery SET state = 'failed', last_attempt_at = 1");
    days(7, 7);
    assert_string_equal(value_of(&world, "SELECT json_array_length(body, '$.dead') || ' ' || "
                                         "(body ->> '$.left_out') FROM outbox WHERE kind = 'weekly'"),
        "200 4");
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_silence, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(week_without_anything_has_no_list),
        CLAIM(silence_after_the_last_reminder_is_listed_every_week_until_somebody_answers),
        CLAIM(list_comes_once_a_week_however_often_it_is_asked_for),
        CLAIM(list_comes_on_the_first_working_day_with_the_digest_hour),
        CLAIM(daemon_that_did_not_run_on_monday_makes_up_for_it),
        CLAIM(weeks_about_new_year_have_a_list_each),
        CLAIM(list_of_mode_draft_is_a_draft),
        CLAIM(case_that_is_no_longer_to_be_told_is_not_listed),
        CLAIM(firm_without_any_address_is_listed_with_what_waits_for_it),
        CLAIM(firm_that_one_channel_reaches_is_not_unreachable),
        CLAIM(dead_letter_is_listed_until_the_firm_has_heard_otherwise),
        CLAIM(dead_letter_of_a_case_that_has_gone_on_is_not_listed),
        CLAIM(what_another_channel_has_brought_is_not_dead),
        CLAIM(dead_letter_to_the_desk_is_listed_once),
        CLAIM(long_lists_are_cut_and_the_rest_is_counted),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
