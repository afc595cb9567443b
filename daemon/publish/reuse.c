/* reuse.c - what cases that have not changed have given is taken from the last publication; and events, which
 * never change. */
#include "internal.h"

#include "m13/digest.h"
#include "m13/text.h"

#include <string.h>

extern const char publish_views_sql[];

#define LESS_CHANGED(table) "DELETE FROM main." table " WHERE case_id IN (SELECT case_id FROM temp.changed)"

/* What is taken over; a table whole, since SQLite copies one without looking into its rows, and then less
 * what cases that have changed had given. Their rows are read anew: `anew` is a condition on these, NULL =
 * none is.
 */
static const struct reused {
    const char *table, *take, *anew;
    bool needs_basis; /* only where cases alone have changed */
    bool anew_first;
} reused[] = {
    {"bi_case", "INSERT INTO main.bi_case SELECT * FROM last.bi_case;" LESS_CHANGED("bi_case"), "1", true,
        false},
    {"bi_case_rule",
        "INSERT INTO main.bi_case_rule SELECT * FROM last.bi_case_rule;" LESS_CHANGED("bi_case_rule"), "1",
        false, false},
    {"bi_event", "INSERT INTO main.bi_event SELECT * FROM last.bi_event",
        "event_id > (SELECT coalesce(max(event_id), 0) FROM last.bi_event)", false, false},
    {"bi_approval", "INSERT INTO main.bi_approval SELECT * FROM last.bi_approval", NULL, true, false},
    /* Questions of makers come first, and are asked each time. */
    {"bi_review",
        "INSERT INTO main.bi_review SELECT * FROM last.bi_review"
        "    WHERE case_id <> '' AND case_id NOT IN (SELECT case_id FROM temp.changed)",
        "1", false, true},
};

static const struct reused *reused_table(const char *name)
{
    for (size_t i = 0; i < sizeof reused / sizeof reused[0]; i++)
        if (string_equal(reused[i].table, name))
            return &reused[i];
    return NULL;
}

bool reuse_knows(const struct publish_table *table)
{
    return reused_table(table->name) != NULL;
}

int32_t reuse_layout(void)
{
    uint8_t digest[DIGEST_BYTES];
    int32_t layout;
    struct digest_stream *stream = digest_begin();
    for (size_t i = 0; i < publish_table_count; i++)
        digest_add(stream, publish_tables[i].sql, strlen(publish_tables[i].sql) + 1);
    digest_add(stream, publish_views_sql, strlen(publish_views_sql));
    digest_end(stream, digest);
    memcpy(&layout, digest, sizeof layout);
    return layout;
}

/* The first value of the first row; `fallback` also when it cannot be read: a last publication with which
 * anything is wrong is done without. */
static int value_of(struct publication *publication, const char *sql, int fallback)
{
    sqlite3_stmt *statement = NULL;
    int value = fallback;
    if (sqlite3_prepare_v2(publication->database, sql, -1, &statement, NULL) == SQLITE_OK) {
        int now = sqlite3_bind_parameter_index(statement, ":now");
        if (now != 0)
            sqlite3_bind_int64(statement, now, publication->now);
        if (sqlite3_step(statement) == SQLITE_ROW)
            value = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
    return value;
}

/* One whose journal is no part of ours comes from another life of this database: a backup was restored. */
static const char is_of_our_journal[] =
    "SELECT count(*) FROM last.bi_meta entries, last.bi_meta head, working.journal j "
    "WHERE entries.name = 'journal_entries' AND head.name = 'journal_head' "
    "    AND j.seq = CAST(entries.value AS INTEGER) AND j.hash = head.value";
static const char is_of_today[] = "SELECT date(value) = date(:now / 1000, 'unixepoch') FROM last.bi_meta "
                                  "WHERE name = 'published_at'";

void reuse_begin(struct publication *publication)
{
    int32_t layout = reuse_layout();
    publication->reuses = publication_attach(publication, "published/m13.db", "last") &&
                          value_of(publication, "PRAGMA last.user_version", ~layout) == layout &&
                          value_of(publication, is_of_our_journal, 0) &&
                          value_of(publication, is_of_today, 0);
}

/* --- which cases have changed ----------------------------------------------------------------------------
 */

static const char changed_table[] =
    "DROP TABLE IF EXISTS temp.changed;"
    "CREATE TEMP TABLE changed (case_id TEXT PRIMARY KEY, case_file INTEGER, is_new INTEGER) WITHOUT ROWID;";
/* Where the basis is the same: the version, and what of a case has none. */
static const char changed_of_same_basis[] =
    "INSERT INTO temp.changed SELECT f.case_id, f.id, old.case_id IS NULL"
    "    FROM working.current_case c CROSS JOIN working.case_file f ON f.id = c.case_file"
    "    LEFT JOIN working.batch_case held ON held.case_file = f.id"
    "    LEFT JOIN working.batch ON batch.id = held.batch"
    "    LEFT JOIN last.bi_case old ON old.case_id = f.case_id"
    "    WHERE (c.version, f.stage, f.stage_since / 1000, f.officer, coalesce(batch.name, ''))"
    "        IS NOT (old.version, old.stage, old.stage_since_ts, old.officer, old.batch)";
/* Else what has been read of all cases: the version, and what else a question shows. Whether its maker is in
 * question is not seen there where a number has several. */
static const char changed_of_other_basis[] =
    "INSERT INTO temp.changed SELECT new.case_id, f.id, old.case_id IS NULL"
    "    FROM main.bi_case new CROSS JOIN working.case_file f ON f.case_id = new.case_id"
    "    LEFT JOIN last.bi_case old ON old.case_id = new.case_id"
    "    WHERE (new.version, new.device, new.decision_date_to_ts, new.firm_name, new.firm_name_en, "
    "new.match_band) IS NOT (old.version, old.device, old.decision_date_to_ts, old.firm_name, "
    "old.firm_name_en, old.match_band);"
    "INSERT OR IGNORE INTO temp.changed SELECT f.case_id, f.id, 0"
    "    FROM working.further_maker k CROSS JOIN working.case_file f ON f.approval = k.approval;"
    "INSERT OR IGNORE INTO temp.changed SELECT old.case_id, NULL, 0 FROM last.bi_case old"
    "    WHERE NOT EXISTS (SELECT 1 FROM main.bi_case new WHERE new.case_id = old.case_id)";
/* Of a case that people have judged it is not told when they did. */
static const char judged[] =
    "INSERT OR IGNORE INTO temp.changed SELECT f.case_id, f.id, 0"
    "    FROM working.review_decision d"
    "    CROSS JOIN working.case_file f ON f.case_id = substr(d.item, 1, instr(d.item, '/') - 1)"
    "    WHERE d.maker = 0";

static const char is_of_our_basis[] = "SELECT old.value = new.value FROM last.bi_meta old, main.bi_meta new "
                                      "WHERE old.name = 'basis' AND new.name = 'basis'";
/* None that was published is gone. */
static const char all_are_known[] =
    "SELECT (SELECT count(*) FROM working.current_case)"
    "    = (SELECT count(*) FROM last.bi_case) + (SELECT count(*) FROM temp.changed WHERE is_new)";

static bool find_changed(struct publication *publication, const char *sql)
{
    return publication_run(publication, "changed cases", changed_table) &&
           publication_run(publication, "changed cases", sql) &&
           publication_run(publication, "judged cases", judged);
}

/* --- tables ----------------------------------------------------------------------------------------------
 */

/* Before the view of its name goes one that shows changed cases alone. */
static bool read_anew(
    struct publication *publication, const struct publish_table *table, const char *condition)
{
    static const char restricted[] = "CREATE TEMP VIEW current_case AS SELECT c.* FROM temp.changed n"
                                     "    CROSS JOIN working.case_version c INDEXED BY case_version_current"
                                     "    WHERE c.case_file = n.case_file AND c.seq_to IS NULL";
    return condition == NULL ||
           (publication_run(publication, "changed cases", restricted) &&
               publication_insert(publication, table, condition) &&
               publication_run(publication, "changed cases", "DROP VIEW temp.current_case"));
}

static bool take_over(
    struct publication *publication, const struct reused *way, const struct publish_table *table)
{
    if (way->anew_first && !read_anew(publication, table, way->anew))
        return false;
    return publication_run(publication, "the last publication", way->take) &&
           (way->anew_first || read_anew(publication, table, way->anew));
}

/* The first of them: by it is known what has changed. */
static bool fill_cases(
    struct publication *publication, const struct reused *way, const struct publish_table *table)
{
    if (value_of(publication, is_of_our_basis, 0)) {
        if (!find_changed(publication, changed_of_same_basis))
            return false;
        publication->same_basis = value_of(publication, all_are_known, 0);
    }
    if (publication->same_basis)
        return take_over(publication, way, table);
    return publication_insert(publication, table, NULL) && find_changed(publication, changed_of_other_basis);
}

bool reuse_fill(struct publication *publication, const struct publish_table *table)
{
    const struct reused *way = reused_table(table->name);
    if (way == &reused[0])
        return fill_cases(publication, way, table);
    if (way->needs_basis && !publication->same_basis)
        return publication_insert(publication, table, NULL);
    return take_over(publication, way, table);
}
