/* What became of messages: each delivery with its proof, what waits for a person too, and no address. */
#include "as_child.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "sale");
    store_write(world.store);
    query_run(query(world.store, "INSERT INTO channel (name, kind) VALUES ('post', 'smtp'), "
                                 "('duty-room', 'wecom')"));
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void add_message(int64_t id, const char *audience, const char *kind, const char *state,
    const char *uscc, const char *cases)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store,
            "INSERT INTO outbox (id, message_id, audience, uscc, kind, state, created_at, "
            "created_seq, decided_by, cases, body) "
            "VALUES (?1, 'msg_' || ?1, ?2, ?3, ?4, ?5, ?6, 1, 'zhangwei', ?7, '{\"by\":\"zhangwei\"}')"),
        "ittttit", id, audience, uscc, kind, state, NOW, cases));
}

static void add_delivery(
    int64_t message, const char *channel, const char *recipient, const char *state, int64_t delivered_at)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "INSERT INTO delivery (outbox, channel, recipient, state, attempts, next_at, "
                           "delivered_at, proof, problem) VALUES (?1, ?2, ?3, ?4, 2, ?5 + 60000, "
                           "nullif(?6, 0), iif(?6, '250 queued as 4Xk', ''), iif(?6, '', 'greylisted'))"),
        "itttii", message, channel, recipient, state, NOW, delivered_at));
}

static void publish(void)
{
    world_commit(&world);
    if (publish_as_child(world.folder, NOW, NULL) != 0)
        fail_msg("%s", as_child_words);
}

static void a_delivery_tells_its_message_way_and_proof(void **state)
{
    (void)state;
    add_message(1, "firm", "lead", "released", FIRM, "[\"M13-2026-K260001\",\"M13-2026-K260002\"]");
    add_delivery(1, "post", FIRM, "delivered", NOW + 5000);
    add_delivery(1, "duty-room", "", "waiting", 0);
    publish();
    assert_string_equal(
        published_text(&world,
            "SELECT group_concat(concat, '; ') FROM (SELECT kind || ' ' || audience || ' ' || firm_name || "
            "' ' || case_id || ' ' || channel_kind || ' ' || recipient || ' ' || state || ' ' || attempts || "
            "' ' || coalesce(delivered, '-') || ' ' || coalesce(next_attempt_ts, '-') || ' ' || proof || "
            "problem AS concat FROM bi_alert ORDER BY channel DESC)"),
        "lead firm 北京晨星医疗 M13-2026-K260001 smtp " FIRM " delivered 2 2026-11-18T11:06:45Z - 250 queued "
        "as 4Xk; lead firm 北京晨星医疗 M13-2026-K260001 wecom  waiting 2 - 1795000060 greylisted");
    assert_int_equal(published_number(&world, "SELECT json_array_length(cases) FROM bi_alert LIMIT 1"), 2);
}

static void what_waits_for_a_person_is_seen_too(void **state)
{
    (void)state;
    add_message(1, "firm", "lead", "held", FIRM, "[\"M13-2026-K260001\"]");
    add_message(2, "desk", "question", "draft", "", "[]");
    publish();
    assert_string_equal(published_text(&world, "SELECT group_concat(state || channel || case_id, ' ') FROM "
                                               "(SELECT * FROM bi_alert ORDER BY message_id)"),
        "heldM13-2026-K260001 draft");
}

static void a_channel_that_is_gone_from_the_configuration_has_no_kind(void **state)
{
    (void)state;
    add_message(1, "operator", "alarm", "released", "", "[]");
    add_delivery(1, "old-pager", "", "failed", 0);
    publish();
    assert_string_equal(
        published_text(&world, "SELECT channel || '|' || channel_kind || '|' || state FROM bi_alert"),
        "old-pager||failed");
}

/* A person's name stands in the outbox (who released it) and in what he wrote. */
static void no_person_is_named(void **state)
{
    (void)state;
    add_message(1, "firm", "lead", "released", FIRM, "[\"M13-2026-K260001\"]");
    publish();
    assert_int_equal(
        published_number(&world, "SELECT count(*) FROM bi_alert WHERE message_id || kind || audience || uscc "
                                 "|| firm_name || cases "
                                 "|| channel || recipient || state || proof || problem LIKE '%zhangwei%'"),
        0);
    assert_int_equal(published_number(&world, "SELECT count(*) FROM pragma_table_info('bi_alert') WHERE name "
                                              "IN ('decided_by', 'body', 'address', 'to')"),
        0);
}

static void the_chinese_view_is_in_words(void **state)
{
    (void)state;
    store_write(world.store);
    query_run(
        query(world.store, "INSERT OR REPLACE INTO label (kind, code, zh, en, sort) VALUES "
                           "('message', 'lead', '线索通知', '', 0), ('audience', 'firm', '企业', '', 0), "
                           "('channel', 'smtp', '电子邮件', '', 0), "
                           "('message-state', 'delivered', '已送达', '', 0)"));
    add_message(1, "firm", "lead", "released", FIRM, "[\"M13-2026-K260001\",\"M13-2026-K260002\"]");
    add_delivery(1, "post", FIRM, "delivered", NOW);
    publish();
    assert_string_equal(
        published_text(&world,
            "SELECT 类别 || 接收方 || 是否紧急 || 企业名称 || 线索编号 || 渠道 || 状态 FROM 提醒记录"),
        "线索通知企业否北京晨星医疗M13-2026-K260001、M13-2026-K260002电子邮件已送达");
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_delivery_tells_its_message_way_and_proof, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_waits_for_a_person_is_seen_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            a_channel_that_is_gone_from_the_configuration_has_no_kind, open_world, close_world),
        cmocka_unit_test_setup_teardown(no_person_is_named, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_chinese_view_is_in_words, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
