/* When it is said, what takes whose place, and what is taken back: nobody hears the same thing twice. */
#include "alert_world.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct case_told opened = {anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false};
static const struct case_told eligible = {
    anzhen, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false};
static const struct case_told excluded = {
    anzhen, "K1", "verdict", "pending", VERDICT_EXCLUDED, REVIEW_NOT, false};
static const struct case_told back = {
    anzhen, "K1", "verdict", "excluded", VERDICT_PENDING, REVIEW_NOT, false};
static const struct case_told doubted = {
    anzhen, "K1", "verdict", "pending", VERDICT_REVIEW, REVIEW_IDENTITY, false};
static const struct case_told moved = {boyan, "K1", "firm", "pending", VERDICT_PENDING, REVIEW_NOT, false};

static struct case_told of_first_load(const char *number)
{
    return (struct case_told){anzhen, number, "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true};
}

static void comes(struct alert_world *world, const char *wall)
{
    at(wall);
    turn(world);
}

/* The firm has heard of K1 on Tuesday at nine. */
static void has_heard_of_k1(struct alert_world *world)
{
    decided(world, opened);
    comes(world, "2026-09-01T09:00:00+08:00");
    everything_arrives(world);
    assert_told(world, "A released K1");
}

/* --- when
 * ------------------------------------------------------------------------------------------------------- */

static void news_waits_for_the_digest_of_a_working_day(void **state)
{
    struct alert_world *world = *state;
    at("2026-09-04T10:00:00+08:00"); /* a Friday */
    tells(world, opened);
    assert_told(world, "");
    comes(world, "2026-09-06T12:00:00+08:00");
    assert_told(world, "");
    comes(world, "2026-09-07T08:59:59+08:00");
    assert_told(world, "");
    assert_int_equal(compose_next(world->store) - clock_wall(), CLOCK_SECOND);
    comes(world, "2026-09-07T09:00:00+08:00");
    assert_told(world, "A released K1");
    assert_true(compose_next(world->store) == CLOCK_NEVER);
}

static void who_was_down_at_the_digests_hour_makes_up_for_it(void **state)
{
    struct alert_world *world = *state;
    tells(world, opened);
    comes(world, "2026-09-01T11:30:00+08:00");
    assert_told(world, "A released K1");
}

static void newly_eligible_goes_at_once_but_not_at_night(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.times.quiet_from = 21 * CLOCK_HOUR;
    world->config.alerts.times.quiet_to = 7 * CLOCK_HOUR;
    has_heard_of_k1(world);
    at("2026-09-02T23:30:00+08:00");
    tells(world, eligible);
    assert_told(world, "A released K1");
    comes(world, "2026-09-03T07:00:00+08:00");
    assert_told(world, "A released K1, A urgent released K1");
}

static void urgent_does_not_take_along_what_has_time(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    tells(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_told(world, "A urgent released K2");
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A urgent released K2, A released K1");
}

static void a_case_is_left_alone_for_its_quiet_period(void **state)
{
    struct alert_world *world = *state;
    tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_REVIEW, REVIEW_ASSESSMENT, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    everything_arrives(world);
    at("2026-09-02T10:00:00+08:00");
    decided(world, (struct case_told){anzhen, "K1", "verdict", "review", VERDICT_PENDING, REVIEW_NOT, false});
    decided(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-03T09:00:00+08:00"); /* another case of the firm is another matter */
    assert_told(world, "A released K1, A released K2");
    comes(world, "2026-09-07T09:00:00+08:00");
    assert_told(world, "A released K1, A released K2");
    comes(world, "2026-09-08T09:00:00+08:00");
    assert_told(world, "A released K1, A released K2, A released K1");
}

static void other_hours_hold_for_what_waits_too(void **state)
{
    struct alert_world *world = *state;
    tells(world, opened);
    world->config.alerts.times.digest_at = 17 * CLOCK_HOUR;
    notice_reschedule(world->store, &world->config);
    comes(world, "2026-09-01T16:59:00+08:00");
    assert_told(world, "");
    world->config.alerts.times.digest_at = 10 * CLOCK_HOUR;
    notice_reschedule(world->store, &world->config);
    turn(world);
    assert_told(world, "A released K1");
}

/* --- which word
 * ------------------------------------------------------------------------------------------------- */

static void newest_word_wins(void **state)
{
    struct alert_world *world = *state;
    decided(
        world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_REVIEW, REVIEW_ASSESSMENT, false});
    decided(world, (struct case_told){anzhen, "K1", "verdict", "review", VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A released K1");
    json_t *body = newest(world);
    assert_string_equal(said(json_array_get(json_object_get(body, "cases"), 0), "verdict"), "pending");
    json_decref(body);
}

static void what_flaps_back_before_it_was_told_leaves_nothing(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    at("2026-09-02T10:00:00+08:00");
    tells(world, excluded);
    tells(world, back);
    comes(world, "2026-09-30T09:00:00+08:00");
    assert_told(world, "A released K1");
    assert_row(world, "SELECT count(*) FROM notice", "0");
}

static void what_the_desk_was_told_it_is_not_told_again(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    for (int day = 2; day <= 4; day++) {
        char wall[64];
        snprintf(wall, sizeof wall, "2026-09-%02dT08:00:00+08:00", day);
        at(wall);
        tells(world, excluded);
        snprintf(wall, sizeof wall, "2026-09-%02dT09:00:00+08:00", day);
        comes(world, wall);
        tells(world, back);
    }
    comes(world, "2026-09-30T09:00:00+08:00");
    assert_told(world, "A released K1, desk released K1");
}

static void worse_before_it_was_told_is_not_told_to_the_firm(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    decided(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    decided(world, excluded);
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A released K2, desk released K1");
}

/* No officer's change tells of itself. */
static void case_that_the_firm_has_declined_meanwhile_is_not_told(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    stage(world, "K1", "declined");
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "");
    assert_row(world, "SELECT count(*) FROM notice", "0");
}

/* A lead that lies in a queue has reached nobody: it must not arrive weeks later. */
static void lead_that_reached_nobody_is_taken_back_when_it_is_wrong(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    decided(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    query_run(query(world->store, "UPDATE delivery SET state = 'unreachable'"));
    assert_told(world, "A released K1+K2");
    at("2026-09-01T10:00:00+08:00");
    tells(world, excluded);
    assert_told(world, "A released K2"); /* at once: it had been due */
    comes(world, "2026-09-02T09:00:00+08:00");
    assert_told(world, "A released K2, desk released K1");
}

static void reminder_takes_no_other_words_place(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    json_t *facts = facts_of_case(world->store, &world->config, case_file(world, "K1"), "reminder");
    struct notice notice = {.audience = AUDIENCE_FIRM,
        .uscc = anzhen,
        .case_file = case_file(world, "K1"),
        .kind = "lead",
        .seq = 1,
        .facts = facts};
    notice_put(world->store, &world->config, &notice, clock_wall());
    notice.kind = "reminder";
    notice_put(world->store, &world->config, &notice, clock_wall());
    assert_row(world, "SELECT group_concat(kind) FROM notice", "lead");
    query_run(query(world->store, "DELETE FROM notice"));
    stage(world, "K1", "notified");
    at("2026-10-05T10:00:00+08:00");
    notice_put(world->store, &world->config, &notice, clock_wall());
    turn(world); /* who puts it has chosen its hour */
    assert_told(world, "A released K1, A reminder released K1");
    json_decref(facts);
}

/* --- modes
 * ------------------------------------------------------------------------------------------------------ */

static void draft_is_written_at_once_and_goes_nowhere(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    tells(world, opened);
    assert_told(world, "A draft K1");
    assert_row(world, "SELECT count(*) FROM delivery", "0");
    world->config.alerts.mode = ALERT_LIVE;
    notice_reschedule(world->store, &world->config);
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_false(route_all(world->store, &world->config, clock_wall()));
    assert_told(world, "A draft K1");
}

static void what_a_draft_says_of_a_case_gives_way_to_what_is_sent(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    decided(world, opened);
    tells(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    assert_told(world, "A draft K1+K2");
    world->config.alerts.mode = ALERT_LIVE;
    tells(world, eligible);
    assert_told(world, "A urgent released K1, A held K2"); /* no draft any more, but a person's still */
}

static void first_load_waits_for_a_person_and_does_not_ride_along_with_news(void **state)
{
    struct alert_world *world = *state;
    decided(world, of_first_load("K1"));
    decided(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A released K2, A held K1");
    assert_row(world, "SELECT count(*) FROM delivery", "1");
    json_t *body = newest(world);
    assert_true(
        json_is_true(json_object_get(json_array_get(json_object_get(body, "cases"), 0), "first_load")));
    json_decref(body);
}

static void for_a_person_there_is_one_message_of_a_firm_to_release(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    assert_told(world, "A held K1");
    tells(world, of_first_load("K2"));
    assert_told(world, "A held K1+K2");
    tells(world, excluded);
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A held K2, desk released K1");
}

static void in_mode_release_a_firms_first_notice_waits_and_later_ones_go(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.mode = ALERT_RELEASE;
    tells(world, eligible);
    tells(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_REVIEW, REVIEW_IDENTITY, false});
    assert_told(world, "A urgent held K1, desk held K2");
    query_run(query(world->store, "UPDATE outbox SET state = 'released', released_at = 1"));
    route_all(world->store, &world->config, clock_wall());
    everything_arrives(world);
    tells(world, (struct case_told){anzhen, "K1", "verdict", "eligible", VERDICT_PENDING, REVIEW_NOT, false});
    tells(world, eligible);
    tells(world, (struct case_told){boyan, "K2", "verdict", "review", VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A urgent released K1, desk released K2, B held K2");
}

/* Its notice was written in mode live, and its hour comes in mode release. */
static void mode_of_the_hour_holds(void **state)
{
    struct alert_world *world = *state;
    tells(world, opened);
    world->config.alerts.mode = ALERT_RELEASE;
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A held K1");
}

/* --- the case is not theirs
 * ------------------------------------------------------------------------------------- */

static void who_was_told_of_anothers_case_is_told_so(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    at("2026-09-02T10:00:00+08:00");
    tells(world, moved);
    comes(world, "2026-09-03T09:00:00+08:00");
    assert_told(world, "A released K1, A correction released K1, B released K1");
    comes(world, "2026-10-30T09:00:00+08:00");
    assert_told(world, "A released K1, A correction released K1, B released K1");
}

/* Of the other firm's product, papers and prospects it learns nothing. */
static void correction_says_nothing_of_the_other_firm(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    at("2026-09-01T10:00:00+08:00");
    tells(world, doubted);
    comes(world, "2026-09-02T09:00:00+08:00");
    assert_told(world, "A released K1, A correction released K1, desk released K1");
    struct query *q = query(world->store, "SELECT body FROM outbox WHERE kind = 'correction'");
    assert_true(query_next(q));
    json_t *body = json_loads(query_text(q, 0), 0, NULL);
    query_end(q);
    json_t *one = json_array_get(json_object_get(body, "cases"), 0);
    assert_string_equal(said(body, "type"), "m13.correction");
    assert_string_equal(said(one, "number"), "K1");
    assert_string_equal(said(one, "told_before"), "2026-09-01");
    assert_string_equal(said(one, "product_zh"), "");
    assert_string_equal(said(one, "verdict"), "");
    assert_int_equal(json_array_size(json_object_get(one, "why_zh")), 0);
    assert_int_equal(json_array_size(json_object_get(one, "missing")), 0);
    json_decref(body);
}

static void lead_that_waits_is_cancelled_rather_than_corrected(void **state)
{
    struct alert_world *world = *state;
    static const char *const left_as[] = {"draft", "held", "released"};
    for (size_t i = 0; i < sizeof left_as / sizeof *left_as; i++) {
        at("2026-09-01T08:00:00+08:00");
        query_run(query(world->store, "DELETE FROM delivery"));
        query_run(query(world->store, "DELETE FROM told"));
        query_run(query(world->store, "DELETE FROM outbox"));
        decided(world, opened);
        comes(world, "2026-09-01T09:00:00+08:00");
        query_run(query_bind(query(world->store, "UPDATE outbox SET state = ?1, "
                                                 "released_at = iif(?1 = 'released', released_at, NULL)"),
            "t", left_as[i]));
        at("2026-09-01T10:00:00+08:00");
        tells(world, moved);
        assert_told(world, "");
        comes(world, "2026-09-02T09:00:00+08:00");
        assert_told(world, "B released K1");
    }
}

static void other_cases_of_a_cancelled_lead_are_told_all_the_same(void **state)
{
    struct alert_world *world = *state;
    decided(world, of_first_load("K1"));
    tells(world, of_first_load("K2"));
    assert_told(world, "A held K1+K2");
    tells(world, moved);
    assert_told(world, "A held K2");
}

/* It was being sent in the very moment in which the case moved: whether it has arrived shows later. */
static void lead_that_arrives_although_it_was_cancelled_is_corrected(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    comes(world, "2026-09-01T09:00:00+08:00");
    at("2026-09-01T10:00:00+08:00");
    tells(world, moved);
    assert_told(world, "");
    query_run(query(world->store, "UPDATE delivery SET state = 'delivered'"));
    comes(world, "2026-09-02T09:00:00+08:00");
    assert_told(world, "A correction released K1, B released K1");
}

static void doubt_that_is_cleared_before_the_digest_leaves_nothing(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    at("2026-09-01T10:00:00+08:00");
    tells(world, doubted);
    tells(world, (struct case_told){anzhen, "K1", "verdict", "review", VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-20T09:00:00+08:00");
    assert_told(world, "A released K1");
}

static void who_was_corrected_hears_again_when_it_is_his_after_all(void **state)
{
    struct alert_world *world = *state;
    has_heard_of_k1(world);
    at("2026-09-01T10:00:00+08:00");
    tells(world, doubted);
    comes(world, "2026-09-02T09:00:00+08:00");
    everything_arrives(world);
    tells(world, (struct case_told){anzhen, "K1", "verdict", "review", VERDICT_PENDING, REVIEW_NOT, false});
    comes(world, "2026-09-10T09:00:00+08:00");
    assert_told(world, "A released K1, A correction released K1, desk released K1, A released K1");
}

/* --- channels come and go
 * --------------------------------------------------------------------------------------- */

static void message_that_no_channel_carried_goes_when_there_is_one(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.channel_count = 0;
    decided(world, opened);
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_told(world, "A released K1");
    assert_false(route_all(world->store, &world->config, clock_wall()));
    world->config.alerts.channel_count = 1;
    assert_true(route_all(world->store, &world->config, clock_wall()));
    assert_false(route_all(world->store, &world->config, clock_wall()));
    assert_row(
        world, "SELECT group_concat(channel || ' ' || recipient || state) FROM delivery", "bureau waiting");
}

static void channel_carries_its_own_audiences_to_their_own_addresses(void **state)
{
    struct alert_world *world = *state;
    static char mail_name[] = "mail", robot_name[] = "robots", desk_name[] = "desk";
    struct alert_channel channels[] = {
        {.name = mail_name, .kind = CHANNEL_SMTP, .contacts = true, .to = {true, true, true}},
        {.name = robot_name, .kind = CHANNEL_WECOM, .contacts = true, .to = {true, false, false}},
        {.name = desk_name, .kind = CHANNEL_FILE, .to = {false, true, false}}};
    world->config.alerts.channels = channels;
    world->config.alerts.channel_count = 3;
    decided(world, opened);
    decided(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_REVIEW, REVIEW_IDENTITY, false});
    comes(world, "2026-09-01T09:00:00+08:00");
    assert_row(world,
        "SELECT group_concat(o.audience || ' ' || d.channel || ' ' || d.recipient, ', ') FROM delivery d "
        "JOIN outbox o ON o.id = d.outbox",
        "firm mail 91110108MA01AAAA1X, firm robots 91110108MA01AAAA1X, desk desk , desk mail ");
    world->config.alerts.channels = &world->channel;
}

/* --- a month
 * ---------------------------------------------------------------------------------------------------- */

/* An approval is found, doubted and back by noon on every other day, moves to another firm and stays there:
 * each firm hears once what holds, and the desk of the doubt once. */
static void a_month_of_flaps_is_few_words(void **state)
{
    struct alert_world *world = *state;
    decided(world, opened);
    for (int day = 1; day <= 30; day++) {
        char wall[64];
        snprintf(wall, sizeof wall, "2026-09-%02dT09:00:00+08:00", day);
        comes(world, wall);
        everything_arrives(world);
        snprintf(wall, sizeof wall, "2026-09-%02dT10:00:00+08:00", day);
        at(wall);
        if (day % 2 == 0 && day < 20) {
            tells(world, excluded);
            tells(world, back);
        }
        if (day == 20)
            tells(world, moved);
        if (day == 25)
            tells(world,
                (struct case_told){boyan, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    }
    assert_told(world, "A released K1, A correction released K1, B released K1, B urgent released K1");
}

/* A digest of hundreds of firms must not hold up what else the loop has to do. */
static void digest_of_many_firms_is_written_over_several_turns(void **state)
{
    struct alert_world *world = *state;
    const int64_t most = LIMIT_MESSAGES_A_TURN;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    query_run(
        query_bind(query(world->store,
                       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                       "INSERT INTO notice (audience, uscc, case_file, kind, urgent, waits, due_at, at, seq, "
                       "facts) SELECT 'desk', 'FIRM' || i, case_file, 'question', 0, 0, due_at, at, seq, "
                       "facts FROM notice, n WHERE audience = 'firm'"),
            "i", most));
    at("2026-09-01T09:00:00+08:00");
    assert_true(turn(world));
    assert_int_equal(store_value(world->store, -1, "SELECT count(*) FROM outbox", ""), most);
    assert_true(compose_next(world->store) <= clock_wall()); /* the rest is due now */
    assert_true(turn(world));
    assert_int_equal(store_value(world->store, -1, "SELECT count(*) FROM outbox", ""), most + 1);
    assert_true(compose_next(world->store) == CLOCK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(news_waits_for_the_digest_of_a_working_day),
        IN_WORLD(who_was_down_at_the_digests_hour_makes_up_for_it),
        IN_WORLD(newly_eligible_goes_at_once_but_not_at_night),
        IN_WORLD(urgent_does_not_take_along_what_has_time),
        IN_WORLD(a_case_is_left_alone_for_its_quiet_period),
        IN_WORLD(other_hours_hold_for_what_waits_too),
        IN_WORLD(newest_word_wins),
        IN_WORLD(what_flaps_back_before_it_was_told_leaves_nothing),
        IN_WORLD(what_the_desk_was_told_it_is_not_told_again),
        IN_WORLD(worse_before_it_was_told_is_not_told_to_the_firm),
        IN_WORLD(case_that_the_firm_has_declined_meanwhile_is_not_told),
        IN_WORLD(lead_that_reached_nobody_is_taken_back_when_it_is_wrong),
        IN_WORLD(reminder_takes_no_other_words_place),
        IN_WORLD(draft_is_written_at_once_and_goes_nowhere),
        IN_WORLD(what_a_draft_says_of_a_case_gives_way_to_what_is_sent),
        IN_WORLD(first_load_waits_for_a_person_and_does_not_ride_along_with_news),
        IN_WORLD(for_a_person_there_is_one_message_of_a_firm_to_release),
        IN_WORLD(in_mode_release_a_firms_first_notice_waits_and_later_ones_go),
        IN_WORLD(mode_of_the_hour_holds),
        IN_WORLD(who_was_told_of_anothers_case_is_told_so),
        IN_WORLD(correction_says_nothing_of_the_other_firm),
        IN_WORLD(lead_that_waits_is_cancelled_rather_than_corrected),
        IN_WORLD(other_cases_of_a_cancelled_lead_are_told_all_the_same),
        IN_WORLD(lead_that_arrives_although_it_was_cancelled_is_corrected),
        IN_WORLD(doubt_that_is_cleared_before_the_digest_leaves_nothing),
        IN_WORLD(who_was_corrected_hears_again_when_it_is_his_after_all),
        IN_WORLD(message_that_no_channel_carried_goes_when_there_is_one),
        IN_WORLD(channel_carries_its_own_audiences_to_their_own_addresses),
        IN_WORLD(a_month_of_flaps_is_few_words),
        IN_WORLD(digest_of_many_firms_is_written_over_several_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
