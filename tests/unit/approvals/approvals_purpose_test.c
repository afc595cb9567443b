/* What a record is to a case: approval, evidence, roster or paper; what comes with a first load; and what
 * others look up. */
#include "claim_world.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define FDA(members) "{\"authority\":\"FDA\"," members "}"

static void run(const char *sql)
{
    store_write(world.store);
    if (sqlite3_exec(store_handle(world.store), sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_handle(world.store)));
    store_commit(world.store);
}

static void recognise_makers(const char *band)
{
    char sql[512];
    snprintf(sql, sizeof sql,
        "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
        "SELECT id, 1, 1, '%s', 'the-firm', 'A1', 900, 1, '' FROM maker",
        band);
    run(sql);
}

static const char *decided(void)
{
    return value_of(&world, "SELECT group_concat(key) FROM work WHERE kind = 'decide'");
}

static struct approval_view view_of(const char *number)
{
    struct approval_view view;
    if (!approval_view(world.store, approval_find(world.store, "FDA", number), &view))
        fail_msg("no approval %s", number);
    return view;
}

static enum feed_purpose purpose_of(const char *number)
{
    struct approval_view view = view_of(number);
    enum feed_purpose purpose = view.purpose;
    approval_view_release(&view);
    return purpose;
}

static bool is_of_first_load(const char *number)
{
    struct approval_view view = view_of(number);
    bool first_load = view.first_load;
    approval_view_release(&view);
    return first_load;
}

/* --- purposes --------------------------------------------------------------------------------------------
 */

static void what_a_list_of_evidence_tells_is_evidence(void **state)
{
    (void)state;
    show_lines(&world, FDA_LISTING, "full", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K2\",\"manufacturer\":\"Maker\""));
    assert_int_equal(purpose_of("K1"), PURPOSE_EVIDENCE);
    assert_int_equal(purpose_of("K2"), PURPOSE_APPROVALS);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'match'"), 1);
}

/* The listing was there long before; as an approval it is news, and its firm is decided again. */
static void evidence_that_becomes_an_approval_is_new_then(void **state)
{
    (void)state;
    show_lines(&world, FDA_LISTING, "history", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    assert_true(is_of_first_load("K1"));
    recognise_makers("auto");
    run("DELETE FROM work");
    int64_t poll =
        show_lines(&world, FDA_510K, "window", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    assert_ended(poll, FEED_APPLIED, "1 row, 1 new");
    assert_int_equal(purpose_of("K1"), PURPOSE_APPROVALS);
    assert_false(is_of_first_load("K1"));
    assert_string_equal(value_of(&world, "SELECT feed || ' ' || first_poll FROM approval"), "fda-510k 2");
    assert_string_equal(decided(), "the-firm");
}

static void an_approval_stays_one_when_evidence_comes(void **state)
{
    (void)state;
    world.definitions[FDA_LISTING].source.rank = 1;
    world_reload(&world);
    show_lines(&world, FDA_510K, "history", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    show_lines(&world, FDA_LISTING, "history", 1,
        FDA("\"number\":\"K1\",\"manufacturer\":\"Other\",\"listed_fei\":\"3006400113\""));
    assert_int_equal(purpose_of("K1"), PURPOSE_APPROVALS);
    assert_string_equal(value_of(&world, "SELECT feed FROM approval"), "fda-510k");
    assert_string_equal(
        value_of(&world, "SELECT name || ' ' || identifiers FROM maker JOIN approval_version v "
                         "ON v.maker = maker.id WHERE v.seq_to IS NULL"),
        "Maker {\"listed_fei\":\"3006400113\"}");
}

static void another_purpose_counts_from_the_reload_on(void **state)
{
    (void)state;
    show_lines(&world, FDA_LISTING, "full", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    recognise_makers("review");
    run("DELETE FROM work");
    world.definitions[FDA_LISTING].purpose = PURPOSE_APPROVALS;
    world_reload(&world);
    assert_int_equal(purpose_of("K1"), PURPOSE_APPROVALS);
    assert_string_equal(decided(), "the-firm");
    world.definitions[FDA_LISTING].purpose = PURPOSE_ROSTER;
    world_reload(&world);
    assert_int_equal(purpose_of("K1"), PURPOSE_ROSTER);
}

/* --- papers ----------------------------------------------------------------------------------------------
 *
 * Whoever has a certificate before the register shows it: casework makes the approval and a version of it. */

static void a_paper_of(const char *number, const char *uscc)
{
    char sql[2048];
    snprintf(sql, sizeof sql,
        "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) VALUES ('FDA', '%s', '', "
        "7, 0);"
        "INSERT INTO approval_version (approval, version, seq_from, payload, row, content, route, status, "
        "holder, "
        "device, product_code, parent, record) SELECT max(id), 1, 1, 0, 0, '', '510k', 'active', '', 'By "
        "paper', "
        "'', '', '{\"authority\":\"FDA\",\"number\":\"%s\",\"device\":\"By paper\"}' FROM approval;"
        "INSERT INTO local_record (kind, key, version, seq_from, uscc, authority, number, assurance, fields, "
        "file, "
        "row) VALUES ('approvals', 'FDA|%s', 1, 1, '%s', 'FDA', '%s', 'claimed', '{}', 1, 1)",
        number, number, number, uscc, number);
    run(sql);
}

static const char *device_of_current(void)
{
    return value_of(&world, "SELECT version || ' ' || device FROM approval_version WHERE seq_to IS NULL");
}

static void what_a_paper_told_first_is_new_when_the_register_has_it(void **state)
{
    (void)state;
    a_paper_of("K1", "the-papers-firm");
    int64_t poll = show_lines(&world, FDA_510K, "window", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    assert_ended(poll, FEED_APPLIED, "1 row, 1 new");
    assert_string_equal(device_of_current(), "2 Pump");
    struct approval_view view = view_of("K1");
    assert_string_equal(view.feed, "fda-510k");
    assert_false(view.first_load);
    assert_true(view.first_seen_at > 7);
    approval_view_release(&view);
    assert_string_equal(decided(), "the-papers-firm");
    poll = show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    assert_ended(poll, FEED_APPLIED, "1 row");
    assert_string_equal(device_of_current(), "2 Pump");
}

static void evidence_does_not_take_a_papers_place(void **state)
{
    (void)state;
    a_paper_of("K1", "the-papers-firm");
    int64_t poll =
        show_lines(&world, FDA_LISTING, "full", 1, FDA("\"number\":\"K1\",\"listed_fei\":\"3006400113\""));
    assert_ended(poll, FEED_APPLIED, "1 row");
    assert_int_equal(purpose_of("K1"), PURPOSE_APPROVALS);
    assert_string_equal(value_of(&world, "SELECT feed || ':' || first_seen_at FROM approval"), ":7");
    world.definitions[FDA_LISTING].source.rank = 3;
    world_reload(&world);
    assert_int_equal(purpose_of("K1"), PURPOSE_APPROVALS);
    assert_string_equal(device_of_current(), "1 By paper");
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    assert_string_equal(device_of_current(), "2 Pump");
    assert_string_equal(
        value_of(&world, "SELECT record ->> 'listed_fei' FROM approval_version WHERE version = 2"),
        "3006400113");
}

/* A list of what has ended tells nothing of an approval that no register shows. */
static void a_feed_that_only_adds_to_others_brings_nothing_of_its_own(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source =
        (struct feed_source){.rank = 1, .wins = {RECORD_STATUS}, .win_count = 1, .known_only = true};
    world_reload(&world);
    a_paper_of("K3", "the-papers-firm");
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"status\":\"active\""));
    int64_t poll = show_lines(&world, FDA_WEEKLY, "full", 3,
        FDA("\"number\":\"K1\",\"status\":\"cancelled\""), FDA("\"number\":\"K2\",\"status\":\"cancelled\""),
        FDA("\"number\":\"K3\",\"status\":\"cancelled\""));
    assert_ended(poll, FEED_CHANGED, "3 rows, 1 changed, 2 of approvals that no other feed has shown");
    assert_string_equal(
        value_of(&world, "SELECT group_concat(number || status) FROM approval a JOIN approval_version v "
                         "ON v.approval = a.id WHERE v.seq_to IS NULL ORDER BY number"),
        "K3active,K1cancelled");
    show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K1\",\"status\":\"active\""),
        FDA("\"number\":\"K2\",\"status\":\"active\""));
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K2\",\"status\":\"cancelled\""));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval_version WHERE status = 'cancelled'"), 2);
}

/* --- first loads -----------------------------------------------------------------------------------------
 */

static void what_a_history_brings_is_a_first_load(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "history", 1, FDA("\"number\":\"K1\""));
    show_lines(&world, FDA_510K, "history", 1, FDA("\"number\":\"K2\"")); /* the next turn of a list */
    show_lines(&world, FDA_510K, "window", 1, FDA("\"number\":\"K3\""));
    assert_true(is_of_first_load("K1"));
    assert_true(is_of_first_load("K2"));
    assert_false(is_of_first_load("K3"));
}

static void what_the_first_file_by_hand_brings_is_one_too(void **state)
{
    (void)state;
    show_lines(&world, TGA, "manual", 0);
    show_lines(&world, FDA_510K, "manual", 1, FDA("\"number\":\"K1\""));
    show_lines(&world, FDA_510K, "manual", 1, FDA("\"number\":\"K2\""));
    assert_true(is_of_first_load("K1"));
    assert_false(is_of_first_load("K2"));
}

/* --- evidence --------------------------------------------------------------------------------------------
 */

static char told[1024];

static bool tell(const struct approval_evidence *evidence, void *context)
{
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s ", evidence->record.value[RECORD_NUMBER],
        evidence->in_doubt ? "?" : "");
    return context == NULL;
}

static const char *evidence_of(struct approval_evidence_query asked, void *context)
{
    told[0] = '\0';
    asked.uscc = asked.uscc != NULL ? asked.uscc : "the-firm";
    asked.authority = asked.authority != NULL ? asked.authority : "FDA";
    approvals_each_evidence(world.store, &asked, tell, context);
    return told;
}

static void evidence_is_found_by_firm_device_and_day(void **state)
{
    (void)state;
    const char *const lines[] = {FDA("\"number\":\"L1\",\"manufacturer\":\"Maker\",\"product_code\":\"FRN\","
                                     "\"decision_date\":\"2024-05-01\""),
        FDA("\"number\":\"L2\",\"manufacturer\":\"Maker\",\"product_code\":\"FRN\",\"decision_date\":"
            "\"2026\""),
        FDA("\"number\":\"L3\",\"manufacturer\":\"Maker\",\"term\":\"Infusion pumps\"")};
    show_lines(&world, FDA_LISTING, "full", 3, lines[0], lines[1], lines[2]);
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"manufacturer\":\"Maker\""));
    assert_string_equal(evidence_of((struct approval_evidence_query){.before = DAY_NONE}, NULL), "");
    recognise_makers("review");
    int32_t day = day_from_civil(2026, 3, 1);
    assert_string_equal(
        evidence_of((struct approval_evidence_query){.before = DAY_NONE}, NULL), "L1? L2? L3? ");
    assert_string_equal(
        evidence_of((struct approval_evidence_query){.product_code = "FRN", .before = day}, NULL),
        "L1? L2? ");
    assert_string_equal(evidence_of((struct approval_evidence_query){.product_code = "FRN",
                                        .before = day_from_civil(2026, 1, 1)},
                            NULL),
        "L1? ");
    assert_string_equal(
        evidence_of((struct approval_evidence_query){.term = "Infusion pumps", .before = day}, NULL), "L3? ");
    assert_string_equal(evidence_of((struct approval_evidence_query){.authority = "TGA"}, NULL), "");
    assert_string_equal(evidence_of((struct approval_evidence_query){.uscc = "another"}, NULL), "");
    assert_string_equal(evidence_of((struct approval_evidence_query){.before = DAY_NONE}, told), "L1? ");
}

/* --- values by which another feed asks -------------------------------------------------------------------
 */

static char *china[] = {(char[]){"CN"}};

/* As fda-weekly's definition says: one request for each `detail` of fda-510k. */
static struct feed_each ask_by_detail(size_t country_count)
{
    return (struct feed_each){.feed = world.definitions[FDA_510K].name,
        .member = RECORD_DETAIL,
        .countries = china,
        .country_count = country_count,
        .a_turn = 10};
}

static const char *values(const struct feed_each *each)
{
    static char all[512];
    char *value, *after = strdup("");
    all[0] = '\0';
    while ((value = approvals_next_value(world.store, each, after)) != NULL) {
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s ", value);
        free(after);
        after = value;
    }
    free(after);
    return all;
}

static void show_details(void)
{
    show_lines(&world, FDA_510K, "full", 4,
        FDA("\"number\":\"K1\",\"manufacturer\":\"M\",\"country\":\"CN\",\"detail\":\"d2\""),
        FDA("\"number\":\"K2\",\"manufacturer\":\"M\",\"country\":\"US\",\"detail\":\"d1\""),
        FDA("\"number\":\"K3\",\"manufacturer\":\"M\",\"country\":\"CN\",\"detail\":\"d4; d3\""),
        FDA("\"number\":\"K4\",\"manufacturer\":\"M\",\"country\":\"CN\""));
}

static void values_come_in_order_and_of_the_country_alone(void **state)
{
    (void)state;
    struct feed_each each = ask_by_detail(1), of_all = ask_by_detail(0);
    world.definitions[FDA_WEEKLY].each = each;
    world_reload(&world);
    show_details();
    assert_string_equal(values(&each), "d2 d3 d4 ");
    assert_string_equal(values(&of_all), "d1 d2 d3 d4 ");
}

static void values_are_those_of_the_current_records(void **state)
{
    (void)state;
    struct feed_each each = ask_by_detail(1);
    world.definitions[FDA_WEEKLY].each = each;
    world_reload(&world);
    show_details();
    for (int i = 0; i < 2; i++)
        show_lines(&world, FDA_510K, "full", 1,
            FDA("\"number\":\"K3\",\"manufacturer\":\"M\",\"country\":\"CN\",\"detail\":\"d5\""));
    assert_string_equal(values(&each), "d5 ");
}

static void values_are_there_when_the_asking_feed_comes_later(void **state)
{
    (void)state;
    struct feed_each each = ask_by_detail(1);
    show_details();
    assert_string_equal(values(&each), "");
    world.definitions[FDA_WEEKLY].each = each;
    world_reload(&world);
    assert_string_equal(values(&each), "d2 d3 d4 ");
    world.definitions[FDA_WEEKLY].each = (struct feed_each){0};
    world_reload(&world);
    assert_string_equal(values(&each), "");
}

static void values_are_found_by_an_index(void **state)
{
    (void)state;
    char plan[1024] = "";
    struct query *q =
        query(world.store, "EXPLAIN QUERY PLAN SELECT v.value, v.country FROM approval_feed f "
                           "CROSS JOIN asked_value v ON v.feed = f.id AND v.member = ?2 AND v.value > ?3 "
                           "CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = v.approval "
                           "WHERE f.name = ?1 AND s.gone_at IS NULL ORDER BY v.value");
    query_bind(q, "ttt", "", "", "");
    while (query_next(q))
        snprintf(plan + strlen(plan), sizeof plan - strlen(plan), "%s\n", query_text(q, 3));
    assert_non_null(strstr(plan, "SEARCH v USING PRIMARY KEY (feed=? AND member=? AND value>?)"));
    assert_null(strstr(plan, "SCAN"));
    assert_null(strstr(plan, "TEMP B-TREE"));
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(what_a_list_of_evidence_tells_is_evidence),
        CLAIM(evidence_that_becomes_an_approval_is_new_then),
        CLAIM(an_approval_stays_one_when_evidence_comes),
        CLAIM(another_purpose_counts_from_the_reload_on),
        CLAIM(what_a_paper_told_first_is_new_when_the_register_has_it),
        CLAIM(evidence_does_not_take_a_papers_place),
        CLAIM(a_feed_that_only_adds_to_others_brings_nothing_of_its_own),
        CLAIM(what_a_history_brings_is_a_first_load),
        CLAIM(what_the_first_file_by_hand_brings_is_one_too),
        CLAIM(evidence_is_found_by_firm_device_and_day),
        CLAIM(values_come_in_order_and_of_the_country_alone),
        CLAIM(values_are_those_of_the_current_records),
        CLAIM(values_are_there_when_the_asking_feed_comes_later),
        CLAIM(values_are_found_by_an_index),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
