/* Applied: rows become approvals, versions, makers and work; twice the same changes nothing. */
#include "claim_world.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRM "911100000000000001"

static void run(const char *sql)
{
    store_write(world.store);
    query_run(query(world.store, sql));
    store_commit(world.store);
}

/* What other rooms would do with the work that is left for them. */
static void others_do_their_work(void)
{
    run("DELETE FROM work WHERE kind IN ('match', 'decide')");
}

/* The matcher recognises every maker there is as a firm. */
static void recognise_makers(const char *uscc)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "INSERT OR IGNORE INTO match (maker, version, seq_from, band, uscc, rule, "
                           "score, beijing, why) SELECT id, 1, 1, 'auto', ?, 'A1', 900, 1, '' FROM maker"),
        "t", uscc));
    others_do_their_work();
}

static void open_a_case(const char *policy, const char *number, const char *uscc)
{
    store_write(world.store);
    query_run(query_bind(query(world.store, "INSERT INTO case_file (case_id, policy, authority, number, "
                                            "item, approval, opened_at, opened_seq, "
                                            "stage_since) SELECT ?1 || number, ?1, 'FDA', number, '1', id, "
                                            "0, 1, 0 FROM approval WHERE number = ?2"),
        "tt", policy, number));
    query_run(query_bind(
        query(world.store,
            "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
            "review_kind, "
            "amount_state, award, missing, next_action, facts_hash, parameters_hash, facts, trace) "
            "VALUES (?, 1, 1, 0, ?, '', 'pending', '', 'none', 0, '[]', '', '', '', '{}', '[]')"),
        "it", store_last_id(world.store), uscc));
    store_commit(world.store);
}

static const char *to_be_decided(void)
{
    return value_of(
        &world, "SELECT group_concat(key) FROM (SELECT key FROM work WHERE kind = 'decide' ORDER BY key)");
}

static const char *versions_of(const char *number)
{
    char sql[256];
    snprintf(sql, sizeof sql,
        "SELECT group_concat(v.version || ' ' || v.device || ' ' || (v.seq_to IS NULL), ', ') FROM approval "
        "a "
        "JOIN approval_version v ON v.approval = a.id WHERE a.number = '%s'",
        number);
    return value_of(&world, sql);
}

/* --- versions --------------------------------------------------------------------------------------------
 */

static void a_new_approval_has_all_columns_of_its_record(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K260001", .decided = "2026-03", .maker = "Beijing Kangchen"});
    assert_string_equal(
        value_of(&world,
            "SELECT a.authority || ' ' || a.number || ' ' || a.feed || ' ' || v.version || ' ' || v.route || "
            "' ' || v.status || ' ' || v.device || ' ' || date(v.decision_first * 86400, 'unixepoch') || ' ' "
            "|| date(v.decision_last * 86400, 'unixepoch') || ' ' || m.name || ' ' || m.city "
            "FROM approval a JOIN approval_version v ON v.approval = a.id JOIN maker m ON m.id = v.maker"),
        "FDA K260001 fda-510k 1 510k active Infusion pump 2026-03-01 2026-03-31 Beijing Kangchen Beijing");
    assert_string_equal(value_of(&world, "SELECT record FROM approval_version"),
        line_of((struct row){.number = "K260001", .decided = "2026-03", .maker = "Beijing Kangchen"}));
    assert_string_equal(
        value_of(
            &world, "SELECT v.seq_from = p.sealed_seq AND v.seq_to IS NULL FROM approval_version v, poll p"),
        "1");
}

static void the_same_facts_again_are_no_version(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K260001"}, {.number = "K260002"});
    int64_t poll = SHOW_ALL(&world, {.number = "K260001"}, {.number = "K260002"});
    assert_ended(poll, FEED_APPLIED, "2 rows");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval_version"), 2);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM listing WHERE poll = 2"), 2);
    assert_int_equal(count_of(&world, "SELECT added + changed FROM poll WHERE id = 2"), 0);
}

static void other_facts_are_the_next_version(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K260001", .device = "Pump"});
    int64_t poll = SHOW_ALL(&world, {.number = "K260001", .device = "Better pump"});
    assert_ended(poll, FEED_CHANGED, "1 changed");
    assert_string_equal(versions_of("K260001"), "1 Pump 0, 2 Better pump 1");
    assert_string_equal(
        value_of(&world,
            "SELECT old.seq_to = new.seq_from AND new.seq_from = (SELECT sealed_seq FROM poll WHERE id = 2) "
            "FROM approval_version old, approval_version new WHERE old.version = 1 AND new.version = 2"),
        "1");
    assert_int_equal(count_of(&world, "SELECT first_poll FROM approval"), 1);
}

static void facts_that_come_back_are_a_version_too(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K260001", .device = "A"});
    SHOW_ALL(&world, {.number = "K260001", .device = "B"});
    SHOW_ALL(&world, {.number = "K260001", .device = "A"});
    assert_string_equal(versions_of("K260001"), "1 A 0, 2 B 0, 3 A 1");
}

static void the_same_number_of_two_authorities_is_two_approvals(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "1"});
    int64_t poll = world_poll_of(&world, "tga", "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_row((struct row){.number = "1", .authority = "TGA"});
    ends_well();
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 2);
    assert_true(approval_find(world.store, "FDA", "1") != approval_find(world.store, "TGA", "1"));
    assert_int_equal(approval_find(world.store, "WHO", "1"), 0);
}

/* --- doubles ---------------------------------------------------------------------------------------------
 */

static void a_row_that_comes_twice_is_one(void **state)
{
    (void)state;
    int64_t poll = SHOW_ALL(&world, {.number = "K260001"}, {.number = "K260001"});
    assert_ended(poll, FEED_APPLIED, "2 rows, 1 new");
    assert_string_equal(versions_of("K260001"), "1 Infusion pump 1");
}

static void of_two_rows_with_one_number_the_first_stands_and_the_other_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        int64_t poll =
            SHOW_ALL(&world, {.number = "K260001", .device = "A"}, {.number = "K260001", .device = "B"});
        assert_ended(poll, FEED_ROWS_REJECTED, "1 could not be read");
        assert_string_equal(versions_of("K260001"), "1 A 1");
    }
    assert_string_equal(
        value_of(&world, "SELECT row || ' ' || field || ' ' || excerpt FROM reject WHERE poll = 2"),
        "2 number K260001");
}

static void doubles_are_kept_up_to_a_ceiling_and_all_counted(void **state)
{
    (void)state;
    const int rows = LIMIT_REJECTS_KEPT + 3;
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    for (int i = 0; i <= rows; i++) {
        char device[16];
        snprintf(device, sizeof device, "%d", i);
        says_row((struct row){.number = "K260001", .device = device});
    }
    ends_well();
    while (work_slice(world.work, INT64_MAX))
        ;
    store_commit(world.store);
    assert_int_equal(count_of(&world, "SELECT rejected FROM poll"), rows);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM reject"), LIMIT_REJECTS_KEPT);
}

/* --- makers and firms ------------------------------------------------------------------------------------
 */

static void a_maker_is_one_however_many_approvals_it_has(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .maker = "Anzhen"}, {.number = "K2", .maker = "Anzhen"},
        {.number = "K3", .maker = "Anzhen", .city = "Shanghai"}, {.number = "K4", .maker = "ANZHEN"});
    assert_int_equal(count_of(&world, "SELECT count(*) FROM maker"), 3);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(key) FROM (SELECT key FROM work WHERE kind = 'match' "
                         "ORDER BY id)"),
        "1,2,3");
    others_do_their_work();
    SHOW_ALL(&world, {.number = "K5", .maker = "Anzhen"});
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work"), 0);
}

static void identifiers_of_the_maker_tell_it_from_others(void **state)
{
    (void)state;
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_record(
        "{\"authority\":\"FDA\",\"number\":\"K1\",\"manufacturer\":\"A\",\"srn\":\"CN-1\",\"fei\":\"3\"}");
    says_record("{\"authority\":\"FDA\",\"number\":\"K2\",\"manufacturer\":\"A\"}");
    says_record("{\"authority\":\"FDA\",\"number\":\"K3\",\"holder\":\"A\"}");
    ends_well();
    world_work(&world);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(identifiers, ';') FROM (SELECT * FROM maker ORDER BY id)"),
        "{\"srn\":\"CN-1\",\"fei\":\"3\"};");
    assert_string_equal(
        value_of(&world,
            "SELECT v.maker IS NULL FROM approval_version v JOIN approval a ON a.id = v.approval "
            "WHERE a.number = 'K3'"),
        "1");
}

static void a_new_approval_of_a_known_firm_has_it_decided_again(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .maker = "Anzhen"}, {.number = "K2", .maker = "Other"});
    recognise_makers(FIRM);
    SHOW_ALL(&world, {.number = "K1", .maker = "Anzhen"});
    assert_string_equal(to_be_decided(), "(null)");
    SHOW_ALL(&world, {.number = "K1", .maker = "Anzhen"}, {.number = "K3", .maker = "Anzhen"});
    assert_string_equal(to_be_decided(), FIRM);
}

static void both_firms_are_decided_when_an_approval_changes_its_maker(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .maker = "Old"});
    recognise_makers("old-firm");
    SHOW_ALL(&world, {.number = "K2", .maker = "New"});
    recognise_makers("new-firm");
    SHOW_ALL(&world, {.number = "K1", .maker = "New"});
    assert_string_equal(to_be_decided(), "new-firm,old-firm");
}

/* Its maker may be recognised as nobody by now: the case is still that firm's. */
static void the_firm_of_a_case_is_decided_when_its_approval_changes(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    others_do_their_work();
    open_a_case("M13", "K1", "firm-of-the-case");
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2", .device = "Other"});
    assert_string_equal(to_be_decided(), "(null)");
    SHOW_ALL(&world, {.number = "K1", .device = "Other"}, {.number = "K2", .device = "Other"});
    assert_string_equal(to_be_decided(), "firm-of-the-case");
}

/* 50,000 cases must not be looked through for each approval that changes. */
static void cases_of_an_approval_are_found_by_an_index(void **state)
{
    (void)state;
    char plan[1024] = "";
    struct query *q = query(world.store,
        "EXPLAIN QUERY PLAN SELECT c.uscc FROM approval a CROSS JOIN case_file f ON f.policy = 'M13' "
        "AND f.authority = a.authority AND f.number = a.number "
        "CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL WHERE a.id = 1");
    while (query_next(q))
        snprintf(plan + strlen(plan), sizeof plan - strlen(plan), "%s\n", query_text(q, 3));
    assert_null(strstr(plan, "SCAN"));
}

/* --- counts and words ------------------------------------------------------------------------------------
 */

static void a_value_that_no_rule_knows_is_drift(void **state)
{
    (void)state;
    int64_t poll =
        SHOW_ALL(&world, {.number = "K1", .route = "unknown"}, {.number = "K2", .status = "unknown"},
            {.number = "K3", .route = "unknown", .status = "unknown"}, {.number = "K4"});
    assert_ended(poll, FEED_DRIFT, "3 with a value that no rule knows");
}

static void the_words_that_no_rule_knows_are_told(void **state)
{
    (void)state;
    const char *const lines[] = {
        "{\"authority\":\"FDA\",\"number\":\"K1\",\"status\":\"unknown\",\"source_status\":\"Under review\"}",
        "{\"authority\":\"FDA\",\"number\":\"K2\",\"status\":\"unknown\",\"source_status\":\"Under review\"}",
        "{\"authority\":\"FDA\",\"number\":\"K3\",\"route\":\"unknown\",\"source_route\":\"Z\"}"};
    int64_t poll = show_lines(&world, FDA_510K, "full", 3, lines[0], lines[1], lines[2]);
    assert_ended(
        poll, FEED_DRIFT, "3 with a value that no rule knows (status \"Under review\", route \"Z\")");
}

static void the_newest_decision_is_the_newest_that_is_certain(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .decided = "2026-05-06"}, {.number = "K2", .decided = "2026"},
        {.number = "K3", .decided = "2025-12-31"});
    assert_string_equal(
        value_of(
            &world, "SELECT date(newest_day * 86400, 'unixepoch') FROM feed_state WHERE name = 'fda-510k'"),
        "2026-05-06");
    SHOW_ALL(&world, {.number = "K3", .decided = "2025-12-31"});
    assert_string_equal(
        value_of(
            &world, "SELECT date(newest_day * 86400, 'unixepoch') FROM feed_state WHERE name = 'fda-510k'"),
        "2026-05-06");
}

static void the_worst_word_ends_the_turn(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .route = "unknown"}, {.number = "K2"});
    int64_t poll = SHOW_ALL(&world, {.number = "K1", .device = "New", .route = "unknown"}, {.number = "K1"});
    assert_ended(poll, FEED_ROWS_REJECTED,
        "2 rows, 1 changed, 1 no longer shown, 1 with a value that no rule knows, 1 could not be read");
}

/* Rows that an older program staged: no reason to end at each start. */
static void a_staged_row_that_cannot_be_read_any_more_is_a_reject(void **state)
{
    (void)state;
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    says_row((struct row){.number = "K1"});
    says_row((struct row){.number = "K2"});
    ends_well();
    run("UPDATE staged SET record = '{\"authority\":\"FDA\",\"since\":\"v2\"}' WHERE seq = 1");
    world_work(&world);
    assert_ended(poll, FEED_ROWS_REJECTED, "1 could not be read");
    assert_string_equal(value_of(&world, "SELECT group_concat(number) FROM approval"), "K2");
}

/* --- views -----------------------------------------------------------------------------------------------
 */

static void the_view_shows_the_current_version(void **state)
{
    (void)state;
    struct approval_view view;
    const struct row rows[] = {{.number = "K1", .device = "A"}, {.number = "K2"}};
    show(&world, "history", DAY_NONE, DAY_NONE, rows, 2);
    SHOW_ALL(&world, {.number = "K1", .device = "B"}, {.number = "K3"});
    SHOW_ALL(&world, {.number = "K1", .device = "B"}, {.number = "K3"});

    assert_true(approval_view(world.store, approval_find(world.store, "FDA", "K1"), &view));
    assert_int_equal(view.version, 2);
    assert_string_equal(view.record.value[RECORD_DEVICE], "B");
    assert_string_equal(view.feed, "fda-510k");
    assert_true(view.first_load);
    assert_false(view.gone);
    assert_int_equal(view.row, 1);
    approval_view_release(&view);

    assert_true(approval_view(world.store, approval_find(world.store, "FDA", "K2"), &view));
    assert_true(view.gone);
    approval_view_release(&view);

    assert_true(approval_view(world.store, approval_find(world.store, "FDA", "K3"), &view));
    assert_false(view.first_load);
    approval_view_release(&view);
    assert_false(approval_view(world.store, 99, &view));
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(a_new_approval_has_all_columns_of_its_record),
        CLAIM(the_same_facts_again_are_no_version),
        CLAIM(other_facts_are_the_next_version),
        CLAIM(facts_that_come_back_are_a_version_too),
        CLAIM(the_same_number_of_two_authorities_is_two_approvals),
        CLAIM(a_row_that_comes_twice_is_one),
        CLAIM(of_two_rows_with_one_number_the_first_stands_and_the_other_is_told),
        CLAIM(doubles_are_kept_up_to_a_ceiling_and_all_counted),
        CLAIM(a_maker_is_one_however_many_approvals_it_has),
        CLAIM(identifiers_of_the_maker_tell_it_from_others),
        CLAIM(a_new_approval_of_a_known_firm_has_it_decided_again),
        CLAIM(both_firms_are_decided_when_an_approval_changes_its_maker),
        CLAIM(the_firm_of_a_case_is_decided_when_its_approval_changes),
        CLAIM(cases_of_an_approval_are_found_by_an_index),
        CLAIM(a_value_that_no_rule_knows_is_drift),
        CLAIM(the_words_that_no_rule_knows_are_told),
        CLAIM(the_newest_decision_is_the_newest_that_is_certain),
        CLAIM(the_worst_word_ends_the_turn),
        CLAIM(a_staged_row_that_cannot_be_read_any_more_is_a_reject),
        CLAIM(the_view_shows_the_current_version),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
