/* silence_world.h - a bureau that tells a firm of its cases, and what comes of it, day by day. The days are
 * counted from a Monday, 2026-11-23; messages arrive in the moment in which they are written, unless
 * `unarrived`. */
#ifndef M13_TEST_SILENCE_WORLD_H
#define M13_TEST_SILENCE_WORLD_H

#include "notice.h"
#include "silence.h"

#include "claim_world.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

#define MONDAY 20780 /* 2026-11-23 */

static bool unarrived;
static char deadline_name[] = "第二批申报截止";
static struct alert_channel mail = {
    .name = (char[]){"mail"}, .kind = CHANNEL_FILE, .to = {true, true, true}, .path = (char[]){"x"}};

static int64_t at(int64_t day, int64_t time_of_day)
{
    return (MONDAY + day) * CLOCK_DAY - 8 * CLOCK_HOUR + time_of_day;
}

/* The digest's hour of a day. */
static int64_t nine(int64_t day)
{
    return at(day, 9 * CLOCK_HOUR);
}

static void configure(void)
{
    world.config.alerts.mode = ALERT_LIVE;
    world.config.alerts.channels = &mail;
    world.config.alerts.channel_count = 1;
    world.config.alerts.times = (struct alert_times){.digest_at = 9 * CLOCK_HOUR, .digest_all_days = true};
    world.config.alerts.quiet_period_days = 7;
    world.config.alerts.reminder_days[0] = 30;
    world.config.alerts.reminder_days[1] = 90;
    world.config.alerts.reminder_count = 2;
    world.config.alerts.deadline.day = DAY_NONE;
    world.config.alerts.deadline.notice_days = 14;
    world.config.alerts.deadline.name = deadline_name;
}

/* A firm with so many cases, of which it may be told. */
static int open_silence(void **state)
{
    open_world(state);
    configure();
    unarrived = false;
    int64_t maker = world_eligible(&world);
    for (int i = 2; i <= 4; i++) {
        char number[32];
        snprintf(number, sizeof number, "K26000%d", i);
        world_approve(
            &world, (struct approval_row){.number = number, .decided = "2026-03-10", .maker = maker});
    }
    world_firm(&world, FIRM_B, "北京博研医疗器械有限公司");
    world_decide(&world, FIRM_A);
    world_work(&world);
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET verdict = 'pending', review_kind = '' "
                                 "WHERE seq_to IS NULL"));
    store_commit(world.store);
    return 0;
}

static inline void run_sql(const char *sql)
{
    char *error = NULL;
    store_write(world.store);
    if (sqlite3_exec(store_handle(world.store), sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
}

static void notify_of(int64_t case_file, const char *uscc, bool waits, int64_t now)
{
    json_t *facts = facts_of_case(world.store, &world.config, case_file, "opened");
    assert_non_null(facts);
    store_write(world.store);
    notice_put(world.store, &world.config,
        &(struct notice){.audience = AUDIENCE_FIRM,
            .uscc = uscc,
            .case_file = case_file,
            .kind = "lead",
            .waits = waits,
            .seq = journal_append(world.store, "test", "case", "", "{}"),
            .facts = facts},
        now);
    json_decref(facts);
}

/* As the delivery's record has it. */
static void arrive(int64_t now)
{
    int64_t message;
    store_write(world.store);
    while (!unarrived && (message = store_value(world.store, 0,
                              "SELECT min(outbox) FROM delivery "
                              "WHERE state = 'waiting'",
                              "")) > 0) {
        query_run(query_bind(query(world.store, "UPDATE delivery SET state = 'delivered', delivered_at = ? "
                                                "WHERE outbox = ? AND state = 'waiting'"),
            "ii", now, message));
        acknowledge_delivered(world.store, message, "");
    }
}

/* What m13d does at an instant, until nothing is left to be done at it. */
static void turn(int64_t now)
{
    for (int turns = 0; turns == 0 || silence_next(world.store, &world.config, now) <= now; turns++) {
        assert_in_range(turns, 0, 100);
        remind_due(world.store, &world.config, now);
        weekly_due(world.store, &world.config, now);
    }
    compose_due(world.store, &world.config, now);
    arrive(now);
    store_commit(world.store);
}

static inline void days(int64_t from, int64_t to)
{
    for (int64_t day = from; day <= to; day++)
        turn(nine(day));
}

/* Told of a case with the digest of that day. */
static inline void tell(int64_t case_file, int64_t day)
{
    notify_of(case_file, FIRM_A, false, nine(day));
    turn(nine(day));
}

/* Days on which messages of a kind were written about a case: "30 90"; held ones in brackets. */
static inline const char *told_on(int64_t case_file, const char *kind)
{
    static char list[1024];
    size_t length = 0;
    list[0] = '\0';
    struct query *q = query_bind(
        query(world.store, "SELECT o.created_at, o.state FROM told t JOIN outbox o ON o.id = t.outbox "
                           "WHERE t.case_file = ? AND t.kind = ? ORDER BY o.id"),
        "it", case_file, kind);
    while (query_next(q)) {
        bool released = string_equal(query_text(q, 1), "released");
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s%d%s", length > 0 ? " " : "",
            released ? "" : "(", (int)(day_in_beijing(query_integer(q, 0)) - MONDAY), released ? "" : ")");
    }
    return list;
}

/* By a person, as casework writes it. */
static inline void move(int64_t case_file, const char *stage)
{
    store_write(world.store);
    int64_t seq = journal_append(world.store, "li", "stage", "", "{}");
    query_run(query_bind(
        query(world.store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                           "SELECT id, ?, 0, 'stage', '', stage, ?, 'li' FROM case_file WHERE id = ?"),
        "iti", seq, stage, case_file));
    query_run(query_bind(
        query(world.store, "UPDATE case_file SET stage = ? WHERE id = ?"), "ti", stage, case_file));
}

/* A row of kind answers, as the import leaves it. */
static inline void answer(const char *case_id, const char *what)
{
    char fields[128];
    snprintf(fields, sizeof fields, "{\"case\":\"%s\",\"answer\":\"%s\"}", case_id, what);
    world_local(
        &world, (struct local_row){.kind = "answers", .key = case_id, .case_id = case_id, .fields = fields});
}

#endif
