#include "alert_world.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char anzhen[] = "91110108MA01AAAA1X", boyan[] = "91110108MA01BBBB2Y";
static char channel_name[] = "bureau", desk_name[] = "医药健康产业处", desk_phone[] = "010-5555-0100";

/* --- the house
 * -------------------------------------------------------------------------------------------------- */

static void add_firm(struct alert_world *world, const char *uscc, const char *name)
{
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO local_record (kind, key, version, seq_from, assurance, fields, file, "
                       "row) VALUES ('firms', ?, 1, 1, 'documented', json_object('name_zh', ?), 1, 1)"),
            "tt", uscc, name));
}

void at(const char *wall)
{
    int64_t now;
    assert_int_equal(clock_parse(wall, &now), 0);
    clock_override(now);
}

int alert_world_open(void **state)
{
    struct alert_world *world = memory_get_zeroed(1, sizeof *world);
    struct failure failure = {0};
    at("2026-09-01T08:00:00+08:00");
    world->folder = scratch_new();
    scratch_store(world->folder);
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    store_write(world->store);
    add_firm(world, anzhen, "安诊（北京）医疗科技有限公司");
    add_firm(world, boyan, "博研（北京）医疗器械有限公司");
    query_run(query(world->store,
        "INSERT INTO local_record (kind, key, version, seq_from, assurance, fields, file, row) "
        "VALUES ('products', 'P1', 1, 1, 'documented', json_object('name_zh', '心电贴'), 1, 1)"));
    world->channel =
        (struct alert_channel){.name = channel_name, .kind = CHANNEL_FILE, .to = {true, true, true}};
    world->config.state = world->folder;
    world->config.alerts.mode = ALERT_LIVE;
    world->config.alerts.channels = &world->channel;
    world->config.alerts.channel_count = 1;
    world->config.alerts.desk.name = desk_name;
    world->config.alerts.desk.phone = desk_phone;
    world->config.alerts.times.digest_at = 9 * CLOCK_HOUR;
    world->config.alerts.quiet_period_days = 7;
    world->config.alerts.deadline.day = DAY_NONE;
    world->seq = 100;
    *state = world;
    return 0;
}

int alert_world_close(void **state)
{
    struct alert_world *world = *state;
    store_commit(world->store);
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

/* --- cases
 * ------------------------------------------------------------------------------------------------------ */

int64_t case_file(struct alert_world *world, const char *number)
{
    return store_value(world->store, 0, "SELECT id FROM case_file WHERE number = ?", "t", number);
}

static void open_case(struct alert_world *world, const char *number)
{
    char case_id[64];
    snprintf(case_id, sizeof case_id, "M13-2026-%s", number);
    query_run(query_bind(
        query(world->store, "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                            "VALUES ('FDA', ?, 'fda', 0, 0)"),
        "t", number));
    query_run(query_bind(
        query(world->store, "INSERT INTO approval_version (approval, version, seq_from, "
                            "payload, row, content, route, status, holder, device, "
                            "product_code, parent, record) VALUES (?, 1, 1, 0, 0, '', '', "
                            "'', '', '', '', '', json_object('url', 'https://fda.example/' || ?))"),
        "it", store_last_id(world->store), number));
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO case_file (case_id, policy, authority, number, item, approval, "
                       "opened_at, opened_seq, stage_since) SELECT ?1, 'M13', 'FDA', ?2, '1', id, 0, 1, 0 "
                       "FROM approval WHERE number = ?2"),
            "tt", case_id, number));
}

static void write_version(struct alert_world *world, const struct case_told *told, int64_t id)
{
    query_run(query_bind(
        query(world->store, "UPDATE case_version SET seq_to = ? WHERE case_file = ? AND seq_to IS NULL"),
        "ii", world->seq, id));
    query_run(query_bind(
        query(world->store,
            "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
            "review_kind, amount_state, award, missing, next_action, facts_hash, parameters_hash, facts, "
            "trace) SELECT ?1, count(*) + 1, ?2, 0, ?3, '', ?4, ?5, '', 0, '[]', '', '', '', '{}', '[]' "
            "FROM case_version WHERE case_file = ?1"),
        "iittt", id, world->seq, told->uscc, verdict_names[told->verdict].code,
        review_kind_names[told->review].code));
}

/* A trace with a line that misses a fact, with a near miss's word about money, and one about money alone. */
static void change(struct alert_world *world, const struct case_told *told, int64_t id)
{
    char number[64], case_id[64];
    struct trace_line trace[] = {
        {.rule = "R03", .outcome = RULE_PASS, .zh = (char[]){"机构在列。"}, .en = (char[]){"Listed."}},
        {.rule = "R06",
            .outcome = RULE_MISSING,
            .missing = "declaration",
            .supplier = SUPPLIER_FIRM,
            .until = DAY_NONE,
            .zh = (char[]){"尚缺首次获证承诺。可由企业提供；涉及测算上限123456元（非承诺）。"},
            .en = (char[]){"No declaration yet. The firm can supply it; at stake is CNY 123456."}},
        {.rule = "R18",
            .outcome = RULE_MISSING,
            .missing = "costs",
            .zh = (char[]){"测算上限为 123456 元。"},
            .en = (char[]){"Ceiling 123456."}},
    };
    snprintf(number, sizeof number, "%s", told->number);
    snprintf(case_id, sizeof case_id, "M13-2026-%s", told->number);
    struct fact_item item = {.authority = "FDA",
        .number = number,
        .item = "1",
        .device = "CardioWave \"Patch\"",
        .product_id = "P1",
        .decision = {20600, 20600}};
    struct case_verdict verdict = {.item = &item,
        .verdict = told->verdict,
        .review = told->review,
        .award = 12345600,
        .trace = trace,
        .trace_count = sizeof trace / sizeof *trace};
    notice_of_change(world->store, &world->config,
        &(struct case_change){.case_file = id,
            .case_id = case_id,
            .uscc = told->uscc,
            .kind = told->kind,
            .old_verdict = told->old_verdict != NULL ? told->old_verdict : "",
            .verdict = &verdict,
            .first_load = told->first_load,
            .seq = world->seq++},
        clock_wall());
}

void decided(struct alert_world *world, struct case_told told)
{
    if (case_file(world, told.number) == 0)
        open_case(world, told.number);
    int64_t id = case_file(world, told.number);
    if (strcmp(told.kind, "difference") != 0)
        write_version(world, &told, id);
    change(world, &told, id);
}

bool turn(struct alert_world *world)
{
    return compose_due(world->store, &world->config, clock_wall());
}

void tells(struct alert_world *world, struct case_told told)
{
    decided(world, told);
    turn(world);
}

void stage(struct alert_world *world, const char *number, const char *stage)
{
    query_run(query_bind(
        query(world->store, "UPDATE case_file SET stage = ? WHERE number = ?"), "tt", stage, number));
}

void everything_arrives(struct alert_world *world)
{
    query_run(query_bind(
        query(world->store, "UPDATE delivery SET state = 'delivered', delivered_at = ?, attempts = 1 "
                            "WHERE outbox IN (SELECT id FROM outbox WHERE state = 'released')"),
        "i", clock_wall()));
}

/* --- what is told
 * ----------------------------------------------------------------------------------------------- */

void assert_row(struct alert_world *world, const char *sql, const char *expected)
{
    char *found = NULL;
    struct query *q = query(world->store, sql);
    if (query_next(q))
        found = memory_copy_string(query_text(q, 0));
    query_end(q);
    assert_non_null(found);
    assert_string_equal(found, expected);
    free(found);
}

void assert_told(struct alert_world *world, const char *expected)
{
    assert_row(world,
        "SELECT coalesce(group_concat(word, ', '), '') FROM (SELECT iif(o.audience = 'firm', "
        "iif(o.uscc = '91110108MA01AAAA1X', 'A ', 'B '), 'desk ') || iif(o.kind IN ('lead', 'question'), '', "
        "o.kind || ' ') || iif(o.urgent, 'urgent ', '') || o.state || ' ' || (SELECT group_concat(number, "
        "'+') FROM (SELECT f.number FROM told t JOIN case_file f ON f.id = t.case_file WHERE t.outbox = o.id "
        "ORDER BY f.number)) AS word FROM outbox o WHERE o.state <> 'cancelled' ORDER BY o.id)",
        expected);
}

json_t *newest(struct alert_world *world)
{
    struct query *q =
        query(world->store, "SELECT body FROM outbox WHERE state <> 'cancelled' ORDER BY id DESC LIMIT 1");
    assert_true(query_next(q));
    json_t *body = json_loads(query_text(q, 0), 0, NULL);
    assert_non_null(body);
    query_end(q);
    return body;
}

const char *said(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}
