#include "world.h"

#include "m13/publish.h"

#include "m13/date.h"
#include "m13/journal.h"
#include "m13/text.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void run(struct world *world, const char *sql)
{
    store_write(world->store);
    if (sqlite3_exec(store_handle(world->store), sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_handle(world->store)));
}

/* The publishing child is this very program: a test that forgot as_child() would be its own child, and that
 * one's, without end. */
static void refuse_to_be_a_child(void)
{
    char arguments[256] = "";
    FILE *file = fopen("/proc/self/cmdline", "re");
    if (file == NULL)
        return;
    size_t length = fread(arguments, 1, sizeof arguments - 1, file);
    fclose(file);
    const char *second = memchr(arguments, '\0', length);
    if (second != NULL && string_equal(second + 1, "--child")) {
        fputs("main() does not begin with as_child()\n", stderr);
        abort();
    }
}

void world_open(struct world *world)
{
    struct failure failure = {0};
    refuse_to_be_a_child();
    *world = (struct world){.folder = scratch_new()};
    world->published = scratch_path(world->folder, "published/m13.db");
    scratch_store(world->folder);
    if (store_open(world->folder, STORE_WRITER, &world->store, &failure) != 0)
        fail_msg("%s", failure.text);
    run(world,
        "INSERT INTO label VALUES ('verdict', 'pending', '待补材料', 'facts missing', 3),"
        "    ('stage', 'lead', '线索', 'lead', 0), ('missing', 'declaration', '首次获证承诺', "
        "'declaration', 0),"
        "    ('missing', 'sale', '销售记录', 'sale', 1), ('outcome', 'never', '尚未询问', 'not asked "
        "yet', 0),"
        "    ('authority', 'FDA', '美国食品药品监督管理局', 'FDA', 0),"
        "    ('route', '510k', '510(k) 实质等同', '510(k)', 0);"
        "INSERT INTO rule VALUES ('R06', '首次获证', 'first approval', '第13条', 'verdict');"
        "INSERT INTO local_file (id, name, sha256, kind, delivered_by, taken_at, state, rows, added, seq)"
        "    VALUES (1, 'firms.csv', '', 'firms', 'inbox', 0, 'applied', 1, 1, 1);"
        "INSERT INTO local_record (kind, key, version, seq_from, uscc, assurance, fields, file, row)"
        "    VALUES ('firms', '" FIRM "', 1, 1, '" FIRM "', 'documented',"
        "    '{\"name_zh\":\"北京晨星医疗\",\"name_en\":\"Beijing "
        "Chenxing\",\"district\":\"海淀区\"}', 1, 1);"
        "INSERT INTO local_record (kind, key, version, seq_from, uscc, assurance, fields, file, row)"
        "    VALUES ('products', 'P0', 1, 1, '" FIRM "', 'documented', '{\"name_zh\":\"血压计\"}', 1, 2);"
        "INSERT INTO parameter VALUES ('ratio', 20416, NULL, 'unset', 'batch', 0, '第13条', 'R17'),"
        "    ('product-cap', NULL, NULL, 'CNY 1,000,000.00 a product, for its life', 'batch', 0, '第13条', "
        "'R18'),"
        "    ('firm-cap', NULL, NULL, 'CNY 3,000,000.00 a firm and year', 'batch', 0, '第13条', 'R19');"
        "INSERT INTO authority VALUES ('FDA', '美国', 'FDA', 'FDA', 'US', 'US PR', '', 1, 0),"
        "    ('EDA', '埃及药品管理局', 'Egyptian Drug Authority', 'BRICS', 'EG', 'EG', '', 0, 1);"
        "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, authority, number, "
        "assurance, fields, "
        "file, row)"
        "    VALUES ('scopes', 'CE|G1|P0', 1, 1, '', 'P0', 'CE', 'G1', 'documented', "
        "'{\"in_scope_from\":\"2026-05\"}', 1, 3),"
        "    ('payments', 'Z0', 1, 1, '" FIRM
        "', 'P0', '', '', 'verified', '{\"policy\":\"M13\",\"level\":\"city\","
        "\"kind\":\"pay\",\"amount_cny\":\"250000.50\",\"batch\":\"2027-1\",\"decision_year\":\"2026\","
        "\"paid_date\":\"2027-06-30\"}', 1, 4);"
        "INSERT INTO poll (id, feed, kind, state, started_at) VALUES (1, 'fda-510k', 'history', "
        "'applied', 0);"
        "INSERT INTO payload (id, poll, page, url, fetched_at, status, sha256, bytes)"
        "    VALUES (1, 1, 0, 'https://register.example/', 0, 200, 'ab', 1)");
    journal_append(world->store, "test", "begin", "", "{}");
    world_commit(world);
}

void world_close(struct world *world)
{
    store_commit(world->store);
    store_close(world->store);
    free(world->published);
    scratch_remove(world->folder);
}

void world_commit(struct world *world)
{
    store_commit(world->store);
}

void world_feed(
    struct world *world, const char *name, const char *budget, bool enabled, int64_t last_success_at)
{
    store_write(world->store);
    query_run(query_bind(
        query(world->store,
            "INSERT INTO feed (name, authority, title_zh, title_en, limits_zh, limits_en, routes, "
            "completeness, base, "
            "every_ms, fresh_ms, budget, enabled, definition_hash) VALUES (?, 'FDA', '题名', 'title', "
            "'局限', "
            "'limits', '510k', 'window', 'https://register.example', 86400000, 259200000, ?, ?, '')"),
        "tti", name, budget, (int64_t)enabled));
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO feed_state (name, next_at, last_success_at) VALUES (?, 0, nullif(?, 0))"),
            "ti", name, last_success_at));
}

/* --- approvals and cases ---------------------------------------------------------------------------------
 */

static int64_t add_maker(struct world *world, const char *number, const char *band)
{
    char name[128];
    snprintf(name, sizeof name, "Maker of %s", number);
    query_run(query_bind(query(world->store, "INSERT INTO maker (name, country, city, postcode, identifiers) "
                                             "VALUES (?, 'CN', 'Beijing', '100083', '')"),
        "t", name));
    int64_t maker = store_last_id(world->store);
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
                       "VALUES (?, 1, 1, ?, ?, 'A1', 930, 1, '')"),
            "itt", maker, band, string_equal(band, "none") ? "" : FIRM));
    return maker;
}

int64_t world_approval(struct world *world, const char *number, const char *band, int32_t first, int32_t last)
{
    char record[256];
    store_write(world->store);
    int64_t maker = add_maker(world, number, band);
    query_run(query_bind(
        query(world->store, "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                            "VALUES ('FDA', ?, 'fda-510k', 0, 1)"),
        "t", number));
    int64_t approval = store_last_id(world->store);
    snprintf(record, sizeof record,
        "{\"authority\":\"FDA\",\"number\":\"%s\",\"url\":\"https://register.example/%s\"}", number, number);
    query_run(
        query_bind(query(world->store, "INSERT INTO approval_version (approval, version, seq_from, payload, "
                                       "row, content, maker, route, status, "
                                       "holder, device, product_code, parent, decision_first, decision_last, "
                                       "record) VALUES (?, 1, 1, 1, 1, '', "
                                       "?, '510k', 'active', 'Holder', 'Infusion pump', 'FRN', '', ?, ?, ?)"),
            "iiddt", approval, maker, first, last, record));
    query_run(query(world->store, "UPDATE poll SET added = added + 1 WHERE id = 1"));
    return approval;
}

static int64_t file_of_case(struct world *world, const char *number)
{
    int64_t file = store_value(world->store, 0, "SELECT id FROM case_file WHERE number = ?", "t", number);
    if (file != 0)
        return file;
    query_run(query_bind(query(world->store, "INSERT INTO case_file (case_id, policy, authority, number, "
                                             "item, approval, opened_at, opened_seq, "
                                             "stage_since) SELECT 'M13-2026-' || number, 'M13', 'FDA', "
                                             "number, '1', id, ?1, 1, ?1 FROM approval "
                                             "WHERE number = ?2"),
        "it", NOW, number));
    return store_last_id(world->store);
}

void world_case(struct world *world, const char *number, const char *missing)
{
    char trace[1024], list[128];
    int64_t seq = journal_append(world->store, "test", "case", number, "{}");
    int64_t file = file_of_case(world, number);
    int64_t version =
        store_value(world->store, 0, "SELECT max(version) FROM case_version WHERE case_file = ?", "i", file);
    snprintf(trace, sizeof trace,
        "[{\"rule\":\"R03\",\"outcome\":\"pass\",\"fact\":{\"table\":\"approval_version\",\"value\":\"FDA\"},"
        "\"zh\":\"句\",\"en\":\"s\"},{\"rule\":\"R06\",\"outcome\":\"missing\",\"fact\":{\"table\":"
        "\"approval_version\",\"id\":\"FDA|%s\",\"version\":1,\"assurance\":\"official\",\"value\":\"%s\"},"
        "\"parameter\":{\"name\":\"first-approval\",\"value\":\"v\"},\"missing\":\"%s\",\"zh\":\"句\",\"en\":"
        "\"s\"},"
        "{\"rule\":\"R18\",\"outcome\":\"n/a\",\"zh\":\"句\",\"en\":\"s\"}]",
        number, number, missing);
    snprintf(list, sizeof list, "[\"%s\"]", missing);
    query_run(query_bind(
        query(world->store, "UPDATE case_version SET seq_to = ? WHERE case_file = ? AND seq_to IS NULL"),
        "ii", seq, file));
    query_run(query_bind(
        query(world->store,
            "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
            "review_kind, "
            "amount_state, award, missing, next_action, facts_hash, parameters_hash, facts, trace) "
            "VALUES (?, ?, ?, 0, '" FIRM
            "', '', 'pending', '', 'partial', 12345, ?, 'ask-firm', '', '', '{}', ?)"),
        "iiitt", file, version + 1, seq, list, trace));
    query_run(query_bind(
        query(world->store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                            "VALUES (?1, ?2, ?3, iif(?4, 'facts', 'opened'), iif(?4, 'sales,costs', "
                            "'approval'), iif(?4, 'aa', ''), iif(?4, 'bb', 'pending'), 'm13d')"),
        "iiii", file, seq, NOW, version));
}

void world_batch(struct world *world, const char *name)
{
    store_write(world->store);
    query_run(query_bind(query(world->store, "INSERT INTO batch (name, year, cutoff_day, state, opened_at, "
                                             "opened_by) VALUES (?, 2027, 20818, 'open', ?, 'li')"),
        "ti", name, NOW));
}

/* --- what is published -----------------------------------------------------------------------------------
 */

sqlite3 *world_published(struct world *world)
{
    sqlite3 *database;
    if (sqlite3_open_v2(world->published, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        fail_msg("%s: %s", world->published, sqlite3_errmsg(database));
    return database;
}

const char *text_in(sqlite3 *database, const char *sql)
{
    static char value[4096];
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    const char *text =
        sqlite3_step(statement) == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    snprintf(value, sizeof value, "%s", text != NULL ? text : "");
    sqlite3_finalize(statement);
    return text != NULL ? value : NULL;
}

int64_t number_in(sqlite3 *database, const char *sql)
{
    const char *text = text_in(database, sql);
    return text != NULL ? strtoll(text, NULL, 10) : -1;
}

const char *published_text(struct world *world, const char *sql)
{
    sqlite3 *database = world_published(world);
    const char *text = text_in(database, sql);
    sqlite3_close(database);
    return text;
}

int64_t published_number(struct world *world, const char *sql)
{
    sqlite3 *database = world_published(world);
    int64_t number = number_in(database, sql);
    sqlite3_close(database);
    return number;
}

const char *world_selected(
    struct world *world, const char *table, const char *expression, const char *condition)
{
    static char value[4096];
    struct text sql = TEXT_WITH_CEILING(65536);
    const char *select = publish_table_select(publish_table(table));
    size_t length = strlen(select);
    while (strchr("; \n", select[length - 1]) != NULL)
        length--;
    text_append_format(&sql, "SELECT %s FROM (%.*s\n) WHERE %s", expression, (int)length, select, condition);
    sqlite3_stmt *statement;
    world_commit(world);
    if (sqlite3_prepare_v2(store_handle(world->store), text_string(&sql), -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", table, sqlite3_errmsg(store_handle(world->store)));
    int now = sqlite3_bind_parameter_index(statement, ":now");
    if (now != 0)
        sqlite3_bind_int64(statement, now, NOW);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    const char *text = found ? (const char *)sqlite3_column_text(statement, 0) : "(no row)";
    snprintf(value, sizeof value, "%s", text != NULL ? text : "(null)");
    sqlite3_finalize(statement);
    text_free(&sql);
    return value;
}
