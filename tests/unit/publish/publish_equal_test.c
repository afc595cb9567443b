/* However much a publication takes from the last one, it is row by row what one from nothing would be. */
#include "as_child.h"
#include "world.h"

#include "m13/clock.h"
#include "m13/publish.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct world world;

/* What happens to the one that is chosen: its case, its approval, its maker; or to what all rest on. */
#define CHOSEN "(SELECT number FROM temp.chosen)"
#define CASE   "(SELECT id FROM case_file WHERE number = " CHOSEN ")"
#define TAKEN  "(SELECT id FROM approval WHERE number = " CHOSEN ")"
#define MAKER  "(SELECT id FROM maker WHERE name = 'Maker of ' || " CHOSEN ")"

#define OF_CASE     "case_file = " CASE
#define OF_APPROVAL "approval = " TAKEN
#define OF_MAKER    "maker = " MAKER
#define ASKED                                                                                                \
    "verdict = 'review', review_kind = 'assessment', trace = replace(replace(trace, "                        \
    "'R18\",\"outcome\":\"n/a', 'R07\",\"outcome\":\"review'), '\"missing\"', '\"review\"')"
#define IN_DOUBT "band = 'review', rule = 'R10', score = 500, uscc = "
#define NOBODYS  "band = 'none', rule = '', score = 0, uscc = ''"
#define RENAMED  "row = row + 1, fields = replace(fields, '\"name_zh\":\"', '\"name_zh\":\"新')"

/* The next version of what `which` finds in a table has other values; or, without a table, a statement. */
static const struct change {
    const char *table, *values, *which;
} changes[] = {
    /* a question, its answer, and the answer's end */
    {"case_version", ASKED, OF_CASE},
    {NULL,
        "INSERT OR IGNORE INTO review_decision SELECT case_id || '/R06', 0, '', 1, 1, NULL, 'accept', '', "
        "'', '', 'li', '', 5000, '{}', '' FROM case_file WHERE id = " CASE,
        NULL},
    {NULL,
        "UPDATE review_decision SET seq_to = 2 WHERE item LIKE (SELECT case_id || '/%' FROM case_file "
        "WHERE id = " CASE ")",
        NULL},
    /* the case's stage, officer and batch */
    {NULL, "UPDATE case_file SET stage = 'checking', stage_since = stage_since + 1000 WHERE id = " CASE,
        NULL},
    {NULL, "UPDATE case_file SET officer = officer || 'w' WHERE id = " CASE, NULL},
    {NULL, "INSERT OR IGNORE INTO batch_case SELECT id, 1, 1, 5, '' FROM case_file WHERE id = " CASE, NULL},
    {NULL, "DELETE FROM batch_case WHERE case_file = " CASE, NULL},
    /* another device, no longer listed, a mere proof */
    {"approval_version", "device = device || ' II', decision_first = decision_first - 1", OF_APPROVAL},
    {NULL, "UPDATE approval SET gone_at = iif(gone_at IS NULL, 5, NULL) WHERE id = " TAKEN, NULL},
    {NULL,
        "UPDATE approval SET purpose = iif(purpose = 'approvals', 'evidence', 'approvals') WHERE id = " TAKEN,
        NULL},
    /* recognised otherwise, in doubt, not at all, but by another maker, in doubt as another firm's; by none
     */
    {"match", "score = score + 1", OF_MAKER},
    {"match", IN_DOUBT "'" FIRM "'", OF_MAKER},
    {"match", NOBODYS, OF_MAKER},
    {NULL,
        "INSERT OR IGNORE INTO further_maker (approval, feed, maker, seq_from) SELECT id, 1, (SELECT min(id) "
        "FROM maker WHERE id NOT IN (SELECT maker FROM further_maker)), 1 FROM approval WHERE id = " TAKEN,
        NULL},
    {"match", IN_DOUBT "'911100000000000002'", OF_MAKER},
    {NULL, "UPDATE further_maker SET seq_to = 9 WHERE approval = " TAKEN, NULL},
    /* other names, another cap, a window */
    {"local_record", RENAMED, "kind = 'firms'"},
    {"case_version", "verdict = 'out_of_window', award = 0, product_id = 'P0'", OF_CASE},
    {"local_record", RENAMED, "kind = 'products'"},
    {NULL, "UPDATE parameter SET value = replace(value, '1,000', '1,100') WHERE name = 'product-cap'", NULL},
    {NULL,
        "INSERT INTO parameter VALUES ('filing-window', NULL, NULL, '2026-09-01..2026-12-31', '', 1, '', "
        "'R01')",
        NULL},
};
enum { CHANGES = sizeof changes / sizeof changes[0], APPROVALS = 5, ROUNDS = 12 };

static uint32_t seed;

static unsigned any(unsigned count)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16) % count;
}

static void run(sqlite3 *database, const char *sql)
{
    char *problem = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
}

static void write_change(const struct change *change)
{
    char *sql =
        change->table == NULL
            ? sqlite3_mprintf("%s", change->values)
            : sqlite3_mprintf("CREATE TEMP TABLE next AS SELECT * FROM %s WHERE seq_to IS NULL AND %s;"
                              "UPDATE %s SET seq_to = seq_from + 1 WHERE seq_to IS NULL AND %s;"
                              "UPDATE temp.next SET version = version + 1, seq_from = seq_from + 1, %s;"
                              "INSERT INTO %s SELECT * FROM temp.next; DROP TABLE temp.next",
                  change->table, change->which, change->table, change->which, change->values, change->table);
    run(store_handle(world.store), sql);
    sqlite3_free(sql);
}

static void choose(unsigned which)
{
    char sql[128];
    snprintf(sql, sizeof sql,
        "DROP TABLE IF EXISTS temp.chosen; CREATE TEMP TABLE chosen AS SELECT 'K26%04u' AS number", which);
    run(store_handle(world.store), sql);
}

static void change(unsigned what, unsigned which)
{
    static const char *const missing[] = {"declaration", "sale", "product-link"};
    char number[16];
    snprintf(number, sizeof number, "K26%04u", which);
    store_write(world.store);
    choose(which);
    if (what < CHANGES)
        write_change(&changes[what]);
    else
        world_case(&world, number, missing[any(3)]); /* decided anew; or opened */
}

static void publish_at(int64_t now)
{
    world_commit(&world);
    if (publish_as_child(world.folder, now, NULL) != 0)
        fail_msg("%s", as_child_words);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_batch(&world, "2027-1");
    run(store_handle(world.store),
        "INSERT INTO approval_feed (name, authority, purpose, rank, wins, completeness, asked, defined) "
        "VALUES ('fda-510k', 'FDA', 'approvals', 0, '', 'register', '', 1)");
    for (unsigned i = 0; i < APPROVALS; i++) {
        char number[16];
        snprintf(number, sizeof number, "K26%04u", i);
        world_approval(&world, number, i == 3 ? "review" : "auto", 20522, 20522);
        if (i < APPROVALS - 1)
            world_case(&world, number, "declaration");
    }
    publish_at(NOW);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void assert_same_rows(sqlite3 *database, const char *table, unsigned round)
{
    char sql[512];
    snprintf(sql, sizeof sql,
        "SELECT (SELECT count(*) FROM main.%s) - (SELECT count(*) FROM whole.%s) <> 0"
        "    OR EXISTS (SELECT * FROM main.%s EXCEPT SELECT * FROM whole.%s)"
        "    OR EXISTS (SELECT * FROM whole.%s EXCEPT SELECT * FROM main.%s)",
        table, table, table, table, table, table);
    if (number_in(database, sql) != 0)
        fail_msg("round %u: %s is not what a publication from nothing gives", round, table);
}

/* Publishes on top of the last publication and then from nothing, and leaves the former. */
static void assert_equals_whole(unsigned round, int64_t now)
{
    char *kept = scratch_path(world.folder, "kept.db"), *sql;
    sqlite3 *database;
    publish_at(now);
    assert_int_equal(rename(world.published, kept), 0);
    publish_at(now);
    assert_int_equal(sqlite3_open(kept, &database), SQLITE_OK);
    sql = sqlite3_mprintf("ATTACH %Q AS whole", world.published);
    run(database, sql);
    sqlite3_free(sql);
    for (size_t i = 0; i < publish_table_count; i++)
        assert_same_rows(database, publish_tables[i].name, round);
    sqlite3_close(database);
    assert_int_equal(rename(kept, world.published), 0);
    free(kept);
}

static void each_change_is_published_as_from_nothing(void **state)
{
    (void)state;
    change(0, 1);
    for (unsigned what = 0; what <= CHANGES; what++) {
        change(what, what < 3 ? 0 : 1); /* one that people have judged is always read anew */
        assert_equals_whole(what, NOW + what * CLOCK_SECOND);
    }
}

static void many_changes_are_published_as_from_nothing(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        seed = round + 1;
        for (unsigned n = any(4); n > 0; n--)
            change(any(2) == 0 ? CHANGES : any(CHANGES), any(APPROVALS));
        assert_equals_whole(round, NOW + round * CLOCK_SECOND);
    }
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(each_change_is_published_as_from_nothing),
        CLAIM(many_changes_are_published_as_from_nothing),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
