/* What happened to cases, and their batches: without a word that a person has written, and without his name.
 */
#include "as_child.h"
#include "world.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "sale");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void add_event(
    const char *kind, const char *cause, const char *old, const char *new, const char *actor)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                           "VALUES (1, 1, ?, ?, ?, ?, ?, ?)"),
        "ittttt", NOW, kind, cause, old, new, actor));
}

static void add_label(const char *kind, const char *code, const char *zh)
{
    store_write(world.store);
    query_run(query_bind(query(world.store, "INSERT OR REPLACE INTO label (kind, code, zh, en, sort) VALUES "
                                            "(?, ?, ?, '', 1)"),
        "ttt", kind, code, zh));
}

static void publish(void)
{
    world_commit(&world);
    if (publish_as_child(world.folder, NOW, NULL) != 0)
        fail_msg("%s", as_child_words);
}

/* The events behind the first, which opened the case. */
static const char *events(void)
{
    publish();
    return published_text(&world,
        "SELECT group_concat(event || ' ' || cause || ' ' || old || '>' || new || ' ' || actor_role, '; ') "
        "FROM (SELECT * FROM bi_event WHERE event_id > 1 ORDER BY event_id)");
}

static void an_event_says_when_and_what(void **state)
{
    (void)state;
    publish();
    assert_string_equal(
        published_text(&world, "SELECT case_id || ' ' || at || ' ' || at_ts || ' ' || event || ' ' || cause "
                               "|| ' ' || new || ' ' || actor_role FROM bi_event"),
        "M13-2026-K260001 2026-11-18T11:06:40Z 1795000000 opened approval pending system");
}

static void the_system_s_causes_are_codes_and_hashes_are_left_out(void **state)
{
    (void)state;
    world_case(&world, "K260001", "declaration"); /* its next version */
    assert_string_equal(events(), "facts sales,costs > system");
}

static void who_and_why_in_a_person_s_words_stay_inside(void **state)
{
    (void)state;
    add_event("stage", "called Mr Zhao on 13800000000", "lead", "notified", "li");
    add_event("assign", "his district", "li", "wang", "li");
    assert_string_equal(events(), "stage officer lead>notified officer; assign officer > officer");
}

static void what_a_firm_s_answer_moves_is_the_firm_s(void **state)
{
    (void)state;
    add_event("stage", "renewed only", "notified", "disputed", "desk");
    add_event("answer", "renewed only", "renewal", "dispute", "desk");
    add_event("stage", "it is new", "disputed", "notified", "desk");
    add_event("decision", "it is new", "rule", "R06=pass", "desk");
    assert_string_equal(events(), "stage answer notified>disputed firm; answer answer renewal>dispute firm; "
                                  "stage officer disputed>notified officer; "
                                  "decision officer rule>R06=pass officer");
}

static void the_chinese_view_of_events_is_in_words(void **state)
{
    (void)state;
    add_label("event", "verdict", "结论变化");
    add_label("cause", "sales", "境外销售");
    add_label("cause", "costs", "费用");
    add_label("verdict", "pending", "待补充材料");
    add_label("verdict", "eligible", "初判符合");
    add_label("actor-role", "system", "系统");
    add_event("verdict", "sales,costs", "pending", "eligible", "m13d");
    publish();
    assert_string_equal(
        published_text(&world, "SELECT 变动 || ' ' || 原值 || ' ' || 新值 || ' ' || 原因 || ' ' || 办理人员 "
                               "FROM 线索变动 WHERE 原值 <> ''"),
        "结论变化 待补充材料 初判符合 境外销售、费用 系统");
}

/* --- batches ---------------------------------------------------------------------------------------------
 */

static void freeze(int64_t award)
{
    world_batch(&world, "2027-1");
    query_run(query_bind(query(world.store, "INSERT INTO batch_case (case_file, batch, version, award, "
                                            "facts_hash) VALUES (1, 1, 1, ?, '')"),
        "i", award));
    query_run(
        query(world.store, "UPDATE batch SET state = 'frozen', frozen_at = 1795000000000, public_from = "
                           "20819, public_to = 20825"));
    query_run(query(world.store, "UPDATE case_file SET officer = 'li'"));
}

static void a_batch_shows_its_days_and_its_money(void **state)
{
    (void)state;
    freeze(12345);
    publish();
    assert_string_equal(
        published_text(&world, "SELECT batch || ' ' || year || ' ' || cutoff || ' ' || state || ' ' || cases "
                               "|| ' ' || firms || ' ' || award || ' ' || award_cny || ' ' || paid || ' ' || "
                               "differences || ' ' || public_from || ' ' || public_to FROM bi_batch"),
        "2027-1 2027 2026-12-31 frozen 1 1 12345 123.45 0 0 2027-01-01 2027-01-07");
    assert_null(published_text(&world, "SELECT closed_at FROM bi_batch"));
    assert_string_equal(published_text(&world, "SELECT officer || ' ' || batch FROM bi_case"), "li 2027-1");
    assert_string_equal(published_text(&world, "SELECT 批次 || 核定金额_元 FROM 批次情况"), "2027-1123.45");
    assert_string_equal(published_text(&world, "SELECT 经办人 || 批次 FROM 初判线索"), "li2027-1");
}

static void what_is_paid_of_a_batch_is_less_what_was_recovered(void **state)
{
    (void)state;
    freeze(12345);
    query_run(query(world.store,
        "INSERT INTO local_record (kind, key, version, seq_from, case_id, assurance, fields, file, row) "
        "VALUES ('payments', 'Z1', 1, 1, 'M13-2026-K260001', 'verified', '{\"policy\":\"M13\",\"kind\":"
        "\"pay\",\"amount_cny\":\"100.00\",\"batch\":\"2027-1\"}', 1, 1), ('payments', 'Z2', 1, 1, "
        "'M13-2026-K260001', 'verified', '{\"policy\":\"M13\",\"kind\":\"recover\",\"amount_cny\":"
        "\"40.00\",\"batch\":\"2027-1\"}', 1, 2)"));
    publish();
    assert_int_equal(published_number(&world, "SELECT paid FROM bi_batch"), 6000);
}

static void only_another_outcome_is_a_difference(void **state)
{
    (void)state;
    freeze(12345);
    query_run(query(world.store, "INSERT INTO case_difference (case_file, seq, verdict, review_kind, award, "
                                 "cause, facts_hash) VALUES (1, 1, 'pending', '', 12345, 'sales', '')"));
    publish();
    assert_int_equal(published_number(&world, "SELECT differences FROM bi_batch"), 0);
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_difference SET award = 12344"));
    publish();
    assert_int_equal(published_number(&world, "SELECT differences FROM bi_batch"), 1);
}

static void an_empty_batch_is_shown(void **state)
{
    (void)state;
    world_batch(&world, "2027-2");
    publish();
    assert_string_equal(
        published_text(&world, "SELECT state || ' ' || cases || ' ' || award FROM bi_batch"), "open 0 0");
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(an_event_says_when_and_what),
        CLAIM(the_system_s_causes_are_codes_and_hashes_are_left_out),
        CLAIM(who_and_why_in_a_person_s_words_stay_inside),
        CLAIM(what_a_firm_s_answer_moves_is_the_firm_s),
        CLAIM(the_chinese_view_of_events_is_in_words),
        CLAIM(a_batch_shows_its_days_and_its_money),
        CLAIM(what_is_paid_of_a_batch_is_less_what_was_recovered),
        CLAIM(only_another_outcome_is_a_difference),
        CLAIM(an_empty_batch_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
