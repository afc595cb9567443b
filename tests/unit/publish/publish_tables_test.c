/* What dashboards and m13ctl read: names and types of columns, values, and how each is found. */
#include "world.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/publish.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* --- the form of the tables ------------------------------------------------------------------------------
 */

static sqlite3 *created(const struct publish_table *table)
{
    sqlite3 *database;
    struct text sql = TEXT_WITH_CEILING(65536);
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    publish_table_create(table, &sql);
    if (sqlite3_exec(database, text_string(&sql), NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", table->name, sqlite3_errmsg(database));
    text_free(&sql);
    return database;
}

static void compare_names(const struct publish_table *table, const char *before, const char *behind)
{
    char sql[65536], ask[128];
    sqlite3_stmt *select, *columns;
    sqlite3 *database = created(table);
    const char *text = publish_table_select(table);
    snprintf(sql, sizeof sql, "%s%.*s%s", before, (int)(strlen(text) - strlen(";\n")), text, behind);
    snprintf(ask, sizeof ask, "SELECT name FROM pragma_table_info('%s') ORDER BY cid", table->name);
    if (sqlite3_prepare_v2(store_handle(world.store), sql, -1, &select, NULL) != SQLITE_OK)
        fail_msg("%s: %s", table->name, sqlite3_errmsg(store_handle(world.store)));
    assert_int_equal(sqlite3_prepare_v2(database, ask, -1, &columns, NULL), SQLITE_OK);
    int count = 0;
    for (; sqlite3_step(columns) == SQLITE_ROW; count++) {
        assert_true(count < sqlite3_column_count(select));
        assert_string_equal(
            sqlite3_column_name(select, count), (const char *)sqlite3_column_text(columns, 0));
    }
    assert_int_equal(count, sqlite3_column_count(select));
    sqlite3_finalize(columns);
    sqlite3_finalize(select);
    sqlite3_close(database);
}

static void every_select_names_its_columns_as_the_table_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < publish_table_count; i++) {
        compare_names(&publish_tables[i], "", "");
        compare_names(&publish_tables[i], "SELECT * FROM (", "\n)"); /* m13ctl's form */
    }
}

/* Metabase and Grafana read the declared types. */
static void every_column_has_a_declared_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < publish_table_count; i++) {
        sqlite3 *database = created(&publish_tables[i]);
        char sql[256];
        snprintf(sql, sizeof sql,
            "SELECT group_concat(name) FROM pragma_table_info('%s') "
            "WHERE type NOT IN ('TEXT', 'INTEGER', 'REAL', 'DATE', 'DATETIME')",
            publish_tables[i].name);
        assert_null(text_in(database, sql));
        snprintf(sql, sizeof sql,
            "SELECT group_concat(name) FROM pragma_table_info('%s') WHERE (name LIKE '%%!_ts' ESCAPE '!' "
            "AND type <> 'INTEGER') OR (name LIKE '%%!_cny' ESCAPE '!' AND type <> 'REAL')",
            publish_tables[i].name);
        assert_null(text_in(database, sql));
        sqlite3_close(database);
    }
}

static void a_table_is_found_by_its_name(void **state)
{
    (void)state;
    assert_ptr_equal(publish_table("bi_case")->name, publish_tables[3].name);
    assert_null(publish_table("bi_nothing"));
}

/* --- how rows are found ----------------------------------------------------------------------------------
 */

/* The plan's lines that read a whole table, in order, parted by "; ". SQLite plans by the schema alone, since
 * nothing here is ever analyzed: the plan is the same with 200,000 approvals. */
static const char *scans_of(const char *table)
{
    static char scans[4096];
    struct text sql = TEXT_WITH_CEILING(65536);
    sqlite3_stmt *statement;
    text_append_format(&sql, "EXPLAIN QUERY PLAN %s", publish_table_select(publish_table(table)));
    assert_int_equal(
        sqlite3_prepare_v2(store_handle(world.store), text_string(&sql), -1, &statement, NULL), SQLITE_OK);
    scans[0] = '\0';
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(statement, 3);
        if (string_starts(line, "SCAN ") && !string_starts(line, "SCAN CONSTANT"))
            snprintf(scans + strlen(scans), sizeof scans - strlen(scans), "%s%s", scans[0] ? "; " : "", line);
    }
    sqlite3_finalize(statement);
    text_free(&sql);
    return scans;
}

static void no_table_reads_all_approvals(void **state)
{
    (void)state;
    assert_string_equal(scans_of("bi_feed"), "SCAN f");
    assert_string_equal(scans_of("bi_unclaimed"), "SCAN m USING INDEX match_unclaimed");
    assert_string_equal(scans_of("bi_seen"), "");
}

/* What is long of a case is read for its rules alone. */
static void cases_are_read_in_one_pass(void **state)
{
    (void)state;
    assert_string_equal(scans_of("bi_case"), "SCAN c USING COVERING INDEX case_version_current; SCAN "
                                             "parameter; SCAN filing; SCAN parameter; SCAN cap; "
                                             "SCAN cap"); /* once each */
    assert_string_equal(scans_of("bi_case_rule"),
        "SCAN c USING INDEX case_version_current; SCAN line VIRTUAL TABLE INDEX 1:");
}

/* --- firms and products ----------------------------------------------------------------------------------
 */

static void add_local(const char *kind, const char *key, const char *uscc, const char *fields)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, assurance, fields, "
                           "file, row) VALUES (?, ?, 1, 1, ?, 'documented', ?, 1, 1)"),
        "tttt", kind, key, uscc, fields));
}

static void firms_are_shown_with_what_is_theirs(void **state)
{
    (void)state;
    add_local("products", "P1", FIRM, "{\"name_zh\":\"监护仪\"}");
    add_local("firms", "SRN:CN-MF-000000001", "SRN:CN-MF-000000001",
        "{\"name_en\":\"Beijing Nobody\",\"beijing_from\":\"2025\",\"srn\":\"CN-MF-000000001\"}");
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    assert_string_equal(
        world_selected(&world, "bi_firm", "name_zh || ' ' || products || ' ' || cases || ' ' || candidate",
            "uscc = '" FIRM "'"),
        "北京晨星医疗 2 1 0");
    assert_string_equal(world_selected(&world, "bi_firm", "name_zh || beijing_from || ' ' || candidate",
                            "srn = 'CN-MF-000000001'"),
        "2025 1");
    assert_string_equal(world_selected(&world, "bi_product", "firm_name || ' ' || name_zh || ' ' || cases",
                            "product_id = 'P1'"),
        "北京晨星医疗 监护仪 0");
    assert_string_equal(world_selected(&world, "bi_param",
                            "parameter || ' ' || rule || ' ' || in_force_from || ' ' || confirmed", "1"),
        "ratio R17 2025-11-24 0");
}

static void a_maker_that_only_a_candidate_claims_is_still_unclaimed(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "none", 20522, 20522);
    world_approval(&world, "K260002", "auto", 20522, 20522);
    world_approval(&world, "K260003", "auto", 20522, 20522);
    query_run(query(world.store, "UPDATE match SET uscc = 'SRN:CN-MF-000000001', beijing = 0 "
                                 "WHERE maker = (SELECT maker FROM approval_version v JOIN approval a "
                                 "ON a.id = v.approval WHERE number = 'K260003')"));
    assert_string_equal(
        world_selected(&world, "bi_unclaimed", "group_concat(newest_number || '/' || candidate, ' ')", "1"),
        "K260001/ K260003/SRN:CN-MF-000000001");
}

/* --- open questions, and what was seen -------------------------------------------------------------------
 */

static void put_in_review(const char *number, const char *rule, int score, const char *why)
{
    store_write(world.store);
    query_run(
        query_bind(query(world.store, "UPDATE match SET band = 'review', uscc = '" FIRM
                                      "', rule = ?, score = ?, why = ? WHERE maker = (SELECT v.maker FROM "
                                      "approval_version v JOIN approval a ON a.id = v.approval WHERE "
                                      "number = ?)"),
            "titt", rule, (int64_t)score, why, number));
}

static void ask_about(const char *number, const char *trace)
{
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE case_version SET verdict = 'review', product_id = 'P1', "
                                            "trace = ? WHERE case_file = (SELECT id FROM case_file "
                                            "WHERE number = ?)"),
        "tt", trace, number));
}

static void matches_are_asked_first_and_the_surest_before_others(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "none", 20522, 20522);
    world_approval(&world, "K260002", "none", 20523, 20523);
    world_approval(&world, "K260003", "auto", 20524, 20524);
    put_in_review("K260001", "R10", 700, "{}");
    put_in_review("K260002", "R12", 900, "{}");
    world_case(&world, "K260003", "product-link");
    assert_string_equal(world_selected(&world, "bi_review",
                            "group_concat(kind || ' ' || subject || ' ' || score, ', ')", "1"),
        "match Maker of K260002 900, match Maker of K260001 700, product Infusion pump 0");
    assert_string_equal(world_selected(&world, "bi_review", "item", "kind = 'product'"), "P1");
    assert_string_equal(world_selected(&world, "bi_review",
                            "state || ' ' || decided || ' ' || coalesce(decided_at, '-')", "1"),
        "open  -");
}

static void spellings_of_one_name_are_one_question(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "none", 20522, 20522);
    world_approval(&world, "K260002", "none", 20525, 20525);
    store_write(world.store);
    query_run(query(world.store, "UPDATE maker SET name = 'Same', city = 'City ' || id"));
    put_in_review("K260001", "R10", 700, "{}");
    put_in_review("K260002", "R12", 600, "{}");
    world_case(&world, "K260002", "sale");
    assert_string_equal(
        world_selected(&world, "bi_review",
            "count(*) || ' ' || item || ' ' || score || ' ' || approvals || ' ' || cases || ' ' || "
            "newest_decision",
            "kind = 'match'"),
        "1 M1 700 2 1 2026-03-13");
}

static void question_that_is_open_again_carries_the_old_decision(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "none", 20522, 20522);
    put_in_review(
        "K260001", "H2", 700, "{\"person\":{\"decision\":\"reject\",\"at\":\"2026-01-02T03:04:05Z\"}}");
    assert_string_equal(world_selected(&world, "bi_review",
                            "state || ' ' || decided || ' ' || decided_at || ' ' || decided_at_ts", "1"),
        "reopened reject 2026-01-02T03:04:05Z 1767323045");
}

static void rule_asks_with_its_sentence_but_not_twice_whose_the_maker_is(void **state)
{
    (void)state;
    static const char trace[] =
        "[{\"rule\":\"R02\",\"outcome\":\"review\",\"zh\":\"何时\",\"en\":\"when\"},"
        "{\"rule\":\"R05\",\"outcome\":\"pass\",\"zh\":\"\\\"outcome\\\":\\\"review\\\"\",\"en\":\"-\"},"
        "{\"rule\":\"R07\",\"outcome\":\"review\",\"zh\":\"谁\",\"en\":\"who\"}]";
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "sale");
    ask_about("K260001", trace);
    assert_string_equal(world_selected(&world, "bi_review",
                            "group_concat(item || ' ' || question_zh || question_en, ', ')", "1"),
        "M13-2026-K260001/R02 何时when, M13-2026-K260001/R07 谁who");
    put_in_review("K260001", "R12", 700, "{}");
    assert_string_equal(world_selected(&world, "bi_review", "group_concat(item, ', ')", "kind = 'rule'"),
        "M13-2026-K260001/R02");
}

static void what_is_decided_or_excluded_asks_nothing(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "sale");
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET verdict = 'out_of_window'"));
    assert_string_equal(world_selected(&world, "bi_review", "count(*)", "1"), "0");
}

static void every_maker_that_may_be_chinese_is_seen_with_what_became_of_it(void **state)
{
    (void)state;
    static const char *const numbers[] = {"K260001", "K260002", "K260003", "K260004", "K260005", "K240001"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        world_approval(&world, numbers[i], i == 1 ? "auto" : "none", i == 5 ? 20000 : 20522, 20522);
    store_write(world.store);
    query_run(query(world.store, "UPDATE match SET beijing = 0 WHERE maker = 3"));
    store_write(world.store);
    query_run(query(world.store, "UPDATE maker SET country = 'US' WHERE id = 4"));
    store_write(world.store);
    query_run(query(world.store, "UPDATE approval_version SET maker = NULL WHERE approval = 5"));
    world_case(&world, "K260002", "sale");
    assert_string_equal(world_selected(&world, "bi_seen",
                            "group_concat(number || ' ' || standing || ' ' || cases, ', ')", "1"),
        "K260001 unclaimed 0, K260002 auto 1, K260003 none 0, K260005 no-maker 0");
}

/* --- feeds -----------------------------------------------------------------------------------------------
 */

static void a_feed_is_stale_when_its_last_success_is_older_than_its_target(void **state)
{
    (void)state;
    world_feed(&world, "just-fresh", "", true, NOW - 3 * CLOCK_DAY);
    world_feed(&world, "just-stale", "", true, NOW - 3 * CLOCK_DAY - 1);
    assert_string_equal(world_selected(&world, "bi_feed", "stale", "feed = 'just-fresh'"), "0");
    assert_string_equal(world_selected(&world, "bi_feed", "stale", "feed = 'just-stale'"), "1");
    assert_string_equal(world_selected(&world, "bi_feed", "age_hours", "feed = 'just-fresh'"), "72.0");
    assert_string_equal(world_selected(&world, "bi_feed", "target_hours", "feed = 'just-fresh'"), "72.0");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'stale'"), "1");
}

static void a_feed_that_never_succeeded_is_stale(void **state)
{
    (void)state;
    world_feed(&world, "new", "", true, 0);
    assert_string_equal(world_selected(&world, "bi_feed", "stale", "1"), "1");
    assert_string_equal(world_selected(&world, "bi_feed", "last_success", "1"), "(null)");
    assert_string_equal(world_selected(&world, "bi_feed", "age_hours", "1"), "(null)");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'stale'"), "1");
}

static void a_success_in_the_future_proves_nothing(void **state)
{
    (void)state;
    world_feed(&world, "clock-was-wrong", "", true, NOW + 300 * CLOCK_DAY);
    assert_string_equal(world_selected(&world, "bi_feed", "stale", "1"), "1");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'stale'"), "1");
}

static void a_feed_that_is_switched_off_is_never_stale(void **state)
{
    (void)state;
    world_feed(&world, "off", "", false, 0);
    assert_string_equal(world_selected(&world, "bi_feed", "stale", "1"), "0");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'stale'"), "0");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'data_as_of'"), "");
}

static void without_feeds_nothing_is_stale(void **state)
{
    (void)state;
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'stale'"), "0");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'data_as_of'"), "");
}

static void the_data_are_as_old_as_the_oldest_feed_in_use(void **state)
{
    (void)state;
    world_feed(&world, "a", "", true, NOW - CLOCK_DAY);
    world_feed(&world, "b", "", true, NOW - 2 * CLOCK_DAY);
    world_feed(&world, "off", "", false, NOW - 9 * CLOCK_DAY);
    assert_string_equal(
        world_selected(&world, "bi_meta", "value", "name = 'data_as_of'"), "2026-11-16T11:06:40Z");
    assert_string_equal(
        world_selected(&world, "bi_meta", "value", "name = 'published_at'"), "2026-11-18T11:06:40Z");
}

static void rows_of_a_feed_are_the_approvals_that_it_showed_first(void **state)
{
    (void)state;
    world_feed(&world, "fda-510k", "", true, NOW);
    world_feed(&world, "fda-pma", "", true, NOW);
    for (int i = 0; i < 7; i++) {
        char number[24];
        snprintf(number, sizeof number, "K26000%d", i);
        world_approval(&world, number, "none", 20000, 20000);
    }
    assert_string_equal(world_selected(&world, "bi_feed", "rows", "feed = 'fda-510k'"), "7");
    assert_int_equal(
        store_value(world.store, -1, "SELECT count(*) FROM approval WHERE feed = 'fda-510k'", ""), 7);
    assert_string_equal(world_selected(&world, "bi_feed", "rows", "feed = 'fda-pma'"), "0");
    assert_string_equal(world_selected(&world, "bi_meta", "value", "name = 'approvals'"), "7");
}

static void requests_are_counted_by_budget_and_by_day_of_utc(void **state)
{
    (void)state;
    world_feed(&world, "shared", "api.example", true, NOW);
    world_feed(&world, "own", "", true, NOW);
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "INSERT INTO request_budget VALUES ('api.example', ?1, 5), ('own', ?1, 3), "
                           "('own', ?1 - 1, 99)"),
        "i", (int64_t)(NOW / CLOCK_DAY)));
    assert_string_equal(world_selected(&world, "bi_feed", "requests_today", "feed = 'shared'"), "5");
    assert_string_equal(world_selected(&world, "bi_feed", "requests_today", "feed = 'own'"), "3");
}

/* --- cases -----------------------------------------------------------------------------------------------
 */

static void precision_of(const char *number, int32_t first, int32_t last)
{
    char condition[64];
    world_approval(&world, number, "auto", first, last);
    world_case(&world, number, "declaration");
    snprintf(condition, sizeof condition, "number = '%s'", number);
    assert_string_equal(world_selected(&world, "bi_case", "decision_date_precision", condition),
        date_precision((struct date){first, last}));
}

static void the_precision_of_a_decision_date_is_that_of_the_source(void **state)
{
    (void)state;
    precision_of("day", day_from_civil(2026, 3, 10), day_from_civil(2026, 3, 10));
    precision_of("month", day_from_civil(2026, 2, 1), day_from_civil(2026, 2, 28));
    precision_of("leap", day_from_civil(2024, 2, 1), day_from_civil(2024, 2, 29));
    precision_of("almost-month", day_from_civil(2026, 3, 1), day_from_civil(2026, 3, 30));
    precision_of("week", day_from_civil(2026, 3, 1), day_from_civil(2026, 3, 7));
    precision_of("year", day_from_civil(2026, 1, 1), day_from_civil(2026, 12, 31));
    precision_of("fiscal", day_from_civil(2026, 4, 1), day_from_civil(2027, 3, 31));
    precision_of("january", day_from_civil(2026, 1, 1), day_from_civil(2026, 1, 31));
    precision_of("old", day_from_civil(1961, 1, 1), day_from_civil(1961, 12, 31));
    precision_of("none", DAY_NONE, DAY_NONE);
    assert_string_equal(world_selected(&world, "bi_case", "decision_date_from", "number = 'none'"), "(null)");
    assert_string_equal(
        world_selected(&world, "bi_case", "decision_date_from", "number = 'old'"), "1961-01-01");
    assert_string_equal(
        world_selected(&world, "bi_case", "decision_date_to_ts", "number = 'day'"), "1773100800");
}

static void a_case_shows_its_current_version_with_firm_and_money(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    world_case(&world, "K260001", "sale");
    assert_string_equal(world_selected(&world, "bi_case", "count(*)", "1"), "1");
    assert_string_equal(
        world_selected(&world, "bi_case",
            "case_id || ' ' || version || ' ' || firm_name || ' ' || district || ' ' || missing || ' ' "
            "|| award || ' ' || award_cny || ' ' || match_band || ' ' || score || ' ' || evidence_url",
            "1"),
        "M13-2026-K260001 2 北京晨星医疗 海淀区 [\"sale\"] 12345 123.45 auto 930 "
        "https://register.example/K260001");
    assert_string_equal(world_selected(&world, "bi_case", "first_load", "1"), "1");
    assert_string_equal(world_selected(&world, "bi_case", "stage_since || ' ' || stage_since_ts", "1"),
        "2026-11-18T11:06:40Z 1795000000");
}

static void a_case_of_a_firm_that_the_registry_does_not_know_is_shown_all_the_same(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    query_run(query(world.store, "UPDATE case_version SET uscc = 'unknown'"));
    assert_string_equal(
        world_selected(&world, "bi_case", "firm_name || '|' || manufacturer", "1"), "|Maker of K260001");
}

static void rule_lines_are_those_that_an_officer_has_to_look_at(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    assert_string_equal(world_selected(&world, "bi_case_rule",
                            "group_concat(case_id || ' ' || rule || ' ' || outcome || ' ' || fact || ' ' || "
                            "assurance || ' ' || "
                            "parameter || ' ' || missing || '.')",
                            "1"),
        "M13-2026-K260001 R06 missing K260001 official first-approval declaration.");
}

static void the_newest_number_of_an_unclaimed_maker_is_that_of_its_last_decision(void **state)
{
    (void)state;
    int64_t first = world_approval(&world, "K999999", "none", 20000, 20000);
    int64_t later = world_approval(&world, "K000001", "none", 20001, 20001);
    query_run(query_bind(
        query(world.store,
            "UPDATE approval_version SET maker = (SELECT maker FROM approval_version WHERE approval = ?) "
            "WHERE approval = ?"),
        "ii", first, later));
    world_approval(&world, "K260003", "auto", 20002, 20002);
    assert_string_equal(world_selected(&world, "bi_unclaimed",
                            "group_concat(name || ' ' || approvals || ' ' || newest_number || ' ' || "
                            "first_decision || ' ' || last_decision || ' ' || authorities, ';')",
                            "1"),
        "Maker of K999999 2 K000001 2024-10-04 2024-10-05 FDA");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(firms_are_shown_with_what_is_theirs),
        CLAIM(a_maker_that_only_a_candidate_claims_is_still_unclaimed),
        CLAIM(matches_are_asked_first_and_the_surest_before_others),
        CLAIM(spellings_of_one_name_are_one_question),
        CLAIM(question_that_is_open_again_carries_the_old_decision),
        CLAIM(rule_asks_with_its_sentence_but_not_twice_whose_the_maker_is),
        CLAIM(what_is_decided_or_excluded_asks_nothing),
        CLAIM(every_maker_that_may_be_chinese_is_seen_with_what_became_of_it),
        CLAIM(every_select_names_its_columns_as_the_table_does),
        CLAIM(every_column_has_a_declared_type),
        CLAIM(a_table_is_found_by_its_name),
        CLAIM(no_table_reads_all_approvals),
        CLAIM(cases_are_read_in_one_pass),
        CLAIM(a_feed_is_stale_when_its_last_success_is_older_than_its_target),
        CLAIM(a_feed_that_never_succeeded_is_stale),
        CLAIM(a_success_in_the_future_proves_nothing),
        CLAIM(a_feed_that_is_switched_off_is_never_stale),
        CLAIM(without_feeds_nothing_is_stale),
        CLAIM(the_data_are_as_old_as_the_oldest_feed_in_use),
        CLAIM(rows_of_a_feed_are_the_approvals_that_it_showed_first),
        CLAIM(requests_are_counted_by_budget_and_by_day_of_utc),
        CLAIM(the_precision_of_a_decision_date_is_that_of_the_source),
        CLAIM(a_case_shows_its_current_version_with_firm_and_money),
        CLAIM(a_case_of_a_firm_that_the_registry_does_not_know_is_shown_all_the_same),
        CLAIM(rule_lines_are_those_that_an_officer_has_to_look_at),
        CLAIM(the_newest_number_of_an_unclaimed_maker_is_that_of_its_last_decision),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
