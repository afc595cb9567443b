/* The operator hears of each outage once, again at growing intervals, and once that it is over. */
#include "alarm.h"

#include "m13/clock.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN 1788220800000LL /* 2026-09-01 00:00 UTC, a Tuesday */

struct world {
    char *folder;
    struct store *store;
    struct config config;
    struct alert_channel channel;
    int64_t now;
};

static int open_world(void **state)
{
    static char name[] = "pager", path[] = "/dev/null";
    struct world *world = calloc(1, sizeof *world);
    struct failure failure = {0};
    world->now = BEGIN;
    world->folder = scratch_new();
    scratch_store(world->folder);
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    world->channel = (struct alert_channel){.name = name, .kind = CHANNEL_FILE, .path = path};
    world->channel.to[AUDIENCE_OPERATOR] = true;
    world->config.alerts.channels = &world->channel;
    world->config.alerts.channel_count = 1;
    world->config.alerts.alarms.feed_failures = 3;
    world->config.alerts.alarms.review_days = 30;
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    store_commit(world->store);
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

static void add_feed(struct world *world, const char *name)
{
    store_write(world->store);
    query_run(query_bind(
        query(world->store, "INSERT INTO feed (name, authority, title_zh, title_en, limits_zh, limits_en, "
                            "routes, completeness, base, every_ms, fresh_ms, budget, enabled, "
                            "definition_hash) VALUES (?1, 'FDA', '登记', 'register', '', '', '', 'window', "
                            "'', 86400000, 259200000, '', 1, '')"),
        "t", name));
    query_run(
        query_bind(query(world->store, "INSERT INTO feed_state (name, next_at, last_success_at, outcome) "
                                       "VALUES (?, ?, ?, 'applied')"),
            "tii", name, world->now, world->now));
}

static void feed_ends(struct world *world, const char *name, int64_t failures, const char *outcome)
{
    store_write(world->store);
    query_run(query_bind(
        query(world->store, "UPDATE feed_state SET failures = ?1, outcome = ?2, detail = 'HTTP 500', "
                            "first_failed_at = iif(?1 = 0, NULL, coalesce(first_failed_at, ?3)), "
                            "last_success_at = iif(?1 = 0, ?3, last_success_at) WHERE name = ?4"),
        "itit", failures, outcome, world->now, name));
}

static bool look(struct world *world)
{
    struct alarm_conditions conditions = {0};
    int64_t next;
    alarm_conditions_read(world->store, &world->config, true, world->now, &conditions);
    bool told = alarm_look(world->store, &world->config, &conditions, world->now, &next);
    alarm_conditions_clear(&conditions);
    assert_true(next > world->now);
    return told;
}

/* Names of what the newest message tells: "raised:fda-510k". */
static const char *newest(struct world *world)
{
    static char text[4096];
    text[0] = '\0';
    struct query *q = query(world->store,
        "SELECT coalesce(group_concat(part.key || ':' || (alarm.value ->> 'kind'), ' '), '') "
        "FROM (SELECT body FROM outbox WHERE kind = 'alarm' ORDER BY id DESC LIMIT 1) message, "
        "    json_each(message.body) part, json_each(part.value) alarm "
        "WHERE part.key IN ('raised', 'standing', 'healed')");
    if (query_next(q))
        snprintf(text, sizeof text, "%s", query_text(q, 0));
    query_end(q);
    return text;
}

static int64_t messages(struct world *world)
{
    return store_value(world->store, 0, "SELECT count(*) FROM outbox WHERE kind = 'alarm'", "");
}

/* --- pace ------------------------------------------------------------------------------------------------
 */

static void tellings_of_a_year_grow_rare(void **state)
{
    (void)state;
    static const int64_t days[] = {0, 1, 4, 11, 25, 55, 85, 115, 145, 175, 205, 235, 265, 295, 325, 355};
    struct alarm_state alarm = {.seen_at = BEGIN};
    size_t told = 0;
    for (int64_t hour = 0; hour < 365 * 24; hour++) {
        int64_t next, now = BEGIN + hour * CLOCK_HOUR;
        if (alarm_decide(ALARM_FEED_FAILING, &alarm, true, now, &next) != ALARM_TELL)
            continue;
        assert_int_equal(hour, days[told] * 24);
        alarm.told_at = now;
        alarm.times = (int64_t)++told;
    }
    assert_int_equal(told, sizeof days / sizeof *days);
}

static void what_mends_itself_within_its_time_is_never_told(void **state)
{
    (void)state;
    struct alarm_state alarm = {.seen_at = BEGIN};
    int64_t next;
    assert_int_equal(alarm_decide(ALARM_DELIVERY_FAILING, &alarm, true, BEGIN, &next), ALARM_WAIT);
    assert_int_equal(next, BEGIN + CLOCK_HOUR);
    assert_int_equal(
        alarm_decide(ALARM_DELIVERY_FAILING, &alarm, false, BEGIN + CLOCK_MINUTE, &next), ALARM_FORGET);
    assert_int_equal(
        alarm_decide(ALARM_DELIVERY_FAILING, &alarm, true, next = BEGIN + CLOCK_HOUR, &next), ALARM_TELL);
}

static void grave_things_are_told_at_once(void **state)
{
    (void)state;
    struct alarm_state alarm = {.seen_at = BEGIN};
    int64_t next;
    assert_int_equal(alarm_decide(ALARM_JOURNAL_BROKEN, &alarm, true, BEGIN, &next), ALARM_TELL);
    assert_int_equal(alarm_decide(ALARM_DISK_LOW, &alarm, true, BEGIN, &next), ALARM_TELL);
}

static void a_clock_set_back_or_forward_floods_nobody(void **state)
{
    (void)state;
    struct alarm_state alarm = {.seen_at = BEGIN, .told_at = BEGIN, .times = 1};
    int64_t next;
    assert_int_equal(alarm_decide(ALARM_FEED_FAILING, &alarm, true, BEGIN - CLOCK_HOUR, &next), ALARM_WAIT);
    assert_int_equal(
        alarm_decide(ALARM_FEED_FAILING, &alarm, true, BEGIN + 7 * CLOCK_DAY, &next), ALARM_TELL);
    alarm.told_at = BEGIN + 7 * CLOCK_DAY;
    alarm.times = 2;
    assert_int_equal(
        alarm_decide(ALARM_FEED_FAILING, &alarm, true, BEGIN + 7 * CLOCK_DAY, &next), ALARM_WAIT);
}

/* --- looking -----------------------------------------------------------------------------------------------
 */

static void an_outage_is_raised_once_and_cleared_once(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    feed_ends(world, "fda-510k", 2, "server-error");
    assert_false(look(world));
    feed_ends(world, "fda-510k", 3, "server-error");
    assert_true(look(world));
    assert_string_equal(newest(world), "raised:feed-failing");
    assert_false(look(world));
    world->now += CLOCK_HOUR;
    feed_ends(world, "fda-510k", 0, "applied");
    assert_false(look(world)); /* it may flap */
    world->now += 3 * CLOCK_DAY;
    feed_ends(world, "fda-510k", 0, "applied");
    assert_true(look(world));
    assert_string_equal(newest(world), "healed:feed-failing");
    assert_int_equal(messages(world), 2);
}

static void a_feed_that_fails_every_other_day_is_one_alarm(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    for (int day = 0; day < 364; day++) {
        feed_ends(world, "fda-510k", day % 2 == 0 ? 5 : 0, day % 2 == 0 ? "unreachable" : "applied");
        look(world);
        world->now += CLOCK_DAY;
    }
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM alarm", ""), 1);
    assert_in_range(messages(world), 2, 16);
    assert_int_equal(store_value(world->store, 0, "SELECT times FROM alarm", ""), messages(world));
}

static void several_outages_at_once_are_one_message(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    add_feed(world, "fda-pma");
    feed_ends(world, "fda-510k", 3, "unreachable");
    feed_ends(world, "fda-pma", 2, "shrunk");
    world->config.alerts.alarms.disk_bytes = INT64_MAX;
    assert_true(look(world));
    assert_string_equal(newest(world), "raised:feed-failing raised:feed-shrunk raised:disk-low");
    assert_int_equal(messages(world), 1);
}

static void a_failing_feed_is_not_told_again_for_being_stale(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    feed_ends(world, "fda-510k", 9, "unreachable");
    assert_true(look(world));
    world->now += 6 * CLOCK_HOUR;
    world->now += 3 * CLOCK_DAY;
    assert_true(look(world)); /* the first repetition, and nothing else */
    assert_string_equal(newest(world), "standing:feed-failing");
}

static void a_feed_that_nobody_asks_becomes_stale(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    world->now += 3 * CLOCK_DAY;
    assert_false(look(world)); /* on its very target it is fresh */
    world->now += CLOCK_MINUTE;
    assert_false(look(world)); /* seen: an hour for a machine that has just woken up */
    world->now += CLOCK_HOUR;
    assert_true(look(world));
    assert_string_equal(newest(world), "raised:feed-stale");
}

static void a_feed_that_is_switched_off_is_not_called_well(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    feed_ends(world, "fda-510k", 3, "unreachable");
    assert_true(look(world));
    query_run(query(world->store, "UPDATE feed SET enabled = 0"));
    assert_false(look(world));
    world->now += 3 * CLOCK_DAY;
    assert_true(look(world));
    assert_int_equal(
        store_value(world->store, 0, "SELECT count(*) FROM outbox WHERE body LIKE '%已停用，不再提醒%'", ""),
        1);
}

static void the_operator_hears_in_draft_too_and_the_journal_stands_in_it(void **state)
{
    struct world *world = *state;
    char hash[DIGEST_HEX_BYTES];
    world->config.alerts.mode = ALERT_DRAFT;
    add_feed(world, "fda-510k");
    journal_append(world->store, "m13d", "seal", "fda-510k", "{}");
    feed_ends(world, "fda-510k", 3, "unreachable");
    assert_true(look(world));
    assert_int_equal(store_value(world->store, 0,
                         "SELECT count(*) FROM outbox WHERE state = 'released' AND audience = 'operator' AND "
                         "body ->> '$.journal.seq' = 1 AND body ->> '$.journal.hash' = ?",
                         "t", journal_head_hash(world->store, hash)),
        1);
}

static void without_a_channel_nothing_waits_for_one(void **state)
{
    struct world *world = *state;
    world->channel.to[AUDIENCE_OPERATOR] = false;
    add_feed(world, "fda-510k");
    feed_ends(world, "fda-510k", 3, "unreachable");
    assert_false(look(world));
    assert_int_equal(messages(world), 0);
    assert_int_equal(store_value(world->store, 0, "SELECT times FROM alarm", ""), 1);
}

static void times_that_lie_ahead_are_not_waited_for(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    world->now += 365 * CLOCK_DAY;
    feed_ends(world, "fda-510k", 3, "unreachable");
    assert_true(look(world));
    world->now = BEGIN;
    assert_false(look(world));
    world->now += CLOCK_DAY;
    assert_true(look(world));
}

static void an_own_channel_that_fails_for_an_hour_is_told(void **state)
{
    struct world *world = *state;
    store_write(world->store);
    query_run(query(world->store, "INSERT INTO endpoint (channel, recipient, failures, problem) VALUES "
                                  "('pager', '', 3, 'refused'), ('pager', '911100000000000001', 9, 'x'), "
                                  "('gone', '', 9, 'x')"));
    assert_false(look(world));
    world->now += CLOCK_HOUR;
    assert_true(look(world));
    assert_string_equal(newest(world), "raised:delivery-failing");
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM alarm", ""), 1);
}

static void a_question_that_nobody_answers_is_told_after_its_days(void **state)
{
    struct world *world = *state;
    store_write(world->store);
    query_run(
        query_bind(query(world->store, "INSERT INTO journal VALUES (1, ?, 'm13d', 'x', '', '{}', '', '')"),
            "i", world->now));
    query_run(query(world->store, "INSERT INTO maker VALUES (1, 'Beijing Chenlan', 'CN', '', '', '')"));
    query_run(query(world->store, "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, "
                                  "beijing, why) VALUES (1, 1, 1, 'review', '', 'H2', 0, 1, '')"));
    world->now += 30 * CLOCK_DAY;
    assert_false(look(world));
    world->now += 1;
    assert_true(look(world));
    assert_string_equal(newest(world), "raised:review-old");
}

/* --- the journal -------------------------------------------------------------------------------------------
 */

static bool proves_itself(struct alarm_journal *journal, struct world *world)
{
    struct alert_outside outside = {0};
    struct failure failure = {0};
    bool more, good = alarm_journal_step(journal, world->store, &outside, &more, &failure);
    assert_false(more);
    return good;
}

static void a_journal_that_was_changed_or_cut_is_seen(void **state)
{
    struct world *world = *state;
    struct alarm_journal journal = {0};
    for (int i = 0; i < 5; i++)
        journal_append(world->store, "m13d", "seal", "fda-510k", "{}");
    assert_true(proves_itself(&journal, world));
    journal_append(world->store, "m13d", "seal", "fda-510k", "{}");
    assert_true(proves_itself(&journal, world));
    sqlite3_exec(store_handle(world->store),
        "DROP TRIGGER journal_is_append_only_delete; DELETE FROM journal WHERE seq = 6", NULL, NULL, NULL);
    assert_false(proves_itself(&journal, world));
    assert_false(proves_itself(&journal, world)); /* and stays seen */
    struct alarm_journal fresh = {0};
    assert_true(proves_itself(&fresh, world)); /* what was cut is not known inside */
    sqlite3_exec(store_handle(world->store),
        "DROP TRIGGER journal_is_append_only_update; UPDATE journal SET actor = 'li' WHERE seq = 2", NULL,
        NULL, NULL);
    fresh = (struct alarm_journal){0};
    assert_false(proves_itself(&fresh, world));
}

static bool head_told(void *context, int64_t *ret_seq, char out[DIGEST_HEX_BYTES])
{
    *ret_seq = 3;
    memcpy(out, context, DIGEST_HEX_BYTES);
    return true;
}

static void what_was_published_of_it_is_held_against_it(void **state)
{
    struct world *world = *state;
    struct alarm_journal journal = {0};
    struct failure failure = {0};
    char hash[DIGEST_HEX_BYTES];
    bool more;
    for (int i = 0; i < 3; i++)
        journal_append(world->store, "m13d", "seal", "fda-510k", "{}");
    journal_head_hash(world->store, hash);
    struct alert_outside outside = {.published_head = head_told, .context = hash};
    assert_true(alarm_journal_step(&journal, world->store, &outside, &more, &failure));
    hash[0] = hash[0] == 'a' ? 'b' : 'a';
    assert_false(alarm_journal_step(&journal, world->store, &outside, &more, &failure));
}

/* --- the sign of life --------------------------------------------------------------------------------------
 */

static void once_a_week_the_operator_hears_that_it_lives(void **state)
{
    struct world *world = *state;
    add_feed(world, "fda-510k");
    world->config.alerts.times.digest_at = 9 * CLOCK_HOUR;
    int written = 0;
    for (int hour = 0; hour < 4 * 7 * 24; hour++) {
        written += alarm_health_due(world->store, &world->config, world->now);
        world->now += CLOCK_HOUR;
    }
    assert_int_equal(written, 5); /* at once in the week in which it began, then each Monday at nine */
    assert_int_equal(store_value(world->store, 0,
                         "SELECT count(*) FROM outbox WHERE kind = 'health' AND id > 1 AND "
                         "strftime('%w %H', created_at / 1000, 'unixepoch', '+8 hours') = '1 09'",
                         ""),
        4);
    world->channel.to[AUDIENCE_OPERATOR] = false;
    world->now += 7 * CLOCK_DAY;
    assert_false(alarm_health_due(world->store, &world->config, world->now));
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tellings_of_a_year_grow_rare),
        cmocka_unit_test(what_mends_itself_within_its_time_is_never_told),
        cmocka_unit_test(grave_things_are_told_at_once),
        cmocka_unit_test(a_clock_set_back_or_forward_floods_nobody),
        CLAIM(an_outage_is_raised_once_and_cleared_once),
        CLAIM(a_feed_that_fails_every_other_day_is_one_alarm),
        CLAIM(several_outages_at_once_are_one_message),
        CLAIM(a_failing_feed_is_not_told_again_for_being_stale),
        CLAIM(a_feed_that_nobody_asks_becomes_stale),
        CLAIM(a_feed_that_is_switched_off_is_not_called_well),
        CLAIM(the_operator_hears_in_draft_too_and_the_journal_stands_in_it),
        CLAIM(without_a_channel_nothing_waits_for_one),
        CLAIM(times_that_lie_ahead_are_not_waited_for),
        CLAIM(an_own_channel_that_fails_for_an_hour_is_told),
        CLAIM(a_question_that_nobody_answers_is_told_after_its_days),
        CLAIM(a_journal_that_was_changed_or_cut_is_seen),
        CLAIM(what_was_published_of_it_is_held_against_it),
        CLAIM(once_a_week_the_operator_hears_that_it_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
