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

/* What happens to the one that is chosen: its case, its approval, its maker, or what all rest on. */
#define CHOSEN "(SELECT number FROM temp.chosen)"
#define CASE   "(SELECT id FROM case_file WHERE number = " CHOSEN ")"
#define TAKEN  "(SELECT id FROM approval WHERE number = " CHOSEN ")"
#define MAKER  "(SELECT id FROM maker WHERE name = 'Maker of ' || " CHOSEN ")"
#define NEXT_OF(table, key, columns, values)                                                                 \
    "INSERT INTO " table " (" key ", version, seq_from, " columns ") SELECT " key                            \
    ", version + 1, seq_from + 1, " values " FROM " table " WHERE seq_to IS NULL AND "
#define CLOSE(table, which)                                                                                  \
    "UPDATE " table " SET seq_to = seq_from + 1 WHERE seq_to IS NULL AND " which                             \
    " AND version < (SELECT max(n.version) FROM " table " n WHERE n."

static const char
    *const
        changes
            [] =
                {
                    /* of a case: a question, and its answers; its stage, officer and batch */
                    NEXT_OF("case_version", "case_file",
                        "at, uscc, product_id, verdict, review_kind, amount_state, award, missing, "
                        "next_action, facts_hash, "
                        "parameters_hash, facts, trace",
                        "at, uscc, product_id, 'review', 'assessment', amount_state, award + 1, missing, "
                        "next_action, "
                        "facts_hash, parameters_hash, facts, replace(trace, '\"outcome\":\"missing\"', "
                        "'\"outcome\":\"review\"')") "case_file = " CASE ";" CLOSE("case_version",
                        "case_file = " CASE) "case_file = case_version.case_file)",
                    "INSERT OR IGNORE INTO review_decision SELECT case_id || '/R06', 0, '', 1, 1, NULL, "
                    "'accept', '', '', '', "
                    "'li', '', 5000, '{}', '' FROM case_file WHERE id = " CASE,
                    "UPDATE review_decision SET seq_to = 2 WHERE item = (SELECT case_id || '/R06' FROM "
                    "case_file WHERE id "
                    "= " CASE ")",
                    "UPDATE case_file SET stage = 'checking', stage_since = stage_since + 1000 WHERE id "
                    "= " CASE,
                    "UPDATE case_file SET officer = officer || 'w' WHERE id = " CASE,
                    "INSERT OR IGNORE INTO batch_case SELECT f.id, 1, 1, 5, '' FROM case_file f WHERE f.id "
                    "= " CASE,
                    "DELETE FROM batch_case WHERE case_file = " CASE,
                    /* of an approval: another device, no longer listed, listed again, a mere proof, one more
                     * maker, another less */
                    NEXT_OF("approval_version", "approval",
                        "payload, row, content, maker, route, status, holder, device, product_code, parent, "
                        "decision_first, "
                        "decision_last, record",
                        "payload, row, content, maker, route, 'ended', holder, device || ' II', "
                        "product_code, parent, "
                        "decision_first - 1, decision_last, record") "approval = " TAKEN ";" CLOSE("approval_"
                                                                                                   "version",
                        "approval = " TAKEN) "approval = approval_version.approval)",
                    "UPDATE approval SET gone_at = iif(gone_at IS NULL, 5, NULL) WHERE id = " TAKEN,
                    "UPDATE approval SET purpose = iif(purpose = 'approvals', 'evidence', 'approvals') WHERE "
                    "id = " TAKEN,
                    "INSERT OR IGNORE INTO further_maker (approval, feed, maker, seq_from) SELECT " TAKEN
                    ", 1, min(id), 1 FROM maker WHERE id NOT IN (SELECT maker FROM further_maker) AND EXISTS "
                    "(SELECT " TAKEN ")",
                    "UPDATE further_maker SET seq_to = 9 WHERE approval = " TAKEN,
                    /* of a maker: recognised otherwise, in doubt, not at all */
                    NEXT_OF("match", "maker", "band, uscc, rule, score, beijing, why",
                        "band, uscc, rule, score + 1, beijing, why") "maker = " MAKER ";" CLOSE("match",
                        "maker = " MAKER) "maker = match.maker)",
                    NEXT_OF("match", "maker", "band, uscc, rule, score, beijing, why",
                        "'review', '" FIRM "', 'R10', 500, 1, '{}'") "maker = " MAKER ";" CLOSE("match",
                        "maker = " MAKER) "maker = match.maker)",
                    NEXT_OF("match", "maker", "band, uscc, rule, score, beijing, why",
                        "'none', '', '', 0, 1, ''") "maker = " MAKER ";" CLOSE("match",
                        "maker = " MAKER) "maker = match.maker)",
                    /* of all: the firm and its product have other names, the policy another cap */
                    NEXT_OF("local_record", "kind, key", "uscc, assurance, fields, file, row",
                        "uscc, assurance, replace(fields, '\"name_zh\":\"', '\"name_zh\":\"新'), file, row + "
                        "1") "kind = 'firms';" CLOSE("local_record", "kind = 'firms'") "kind = 'firms')",
                    NEXT_OF("case_version", "case_file",
                        "at, uscc, product_id, verdict, review_kind, amount_state, award, missing, "
                        "next_action, facts_hash, "
                        "parameters_hash, facts, trace",
                        "at, uscc, 'P0', 'out_of_window', '', amount_state, 0, missing, next_action, "
                        "facts_hash, "
                        "parameters_hash, facts, trace") "case_file = " CASE ";" CLOSE("case_version",
                        "case_file = " CASE) "case_file = case_version.case_file)",
                    NEXT_OF("local_record", "kind, key", "uscc, assurance, fields, file, row",
                        "uscc, assurance, replace(fields, '\"name_zh\":\"', '\"name_zh\":\"新'), file, row + "
                        "1") "kind = 'products';" CLOSE("local_record",
                        "kind = 'products'") "kind = 'products')",
                    "UPDATE parameter SET value = replace(value, '1,000', '1,100') WHERE name = "
                    "'product-cap'",
                    "INSERT INTO parameter VALUES ('filing-window', NULL, NULL, '2026-09-01..2026-12-31', "
                    "'', 1, '', 'R01')",
};
enum { CHANGES = sizeof changes / sizeof changes[0], APPROVALS = 5, ROUNDS = 24 };

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
        run(store_handle(world.store), changes[what]);
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
