/* reuse.c - rule lines and questions are taken from the last publication, but those of cases that have
 * changed since; and events, which never change. */
#include "internal.h"

#include "m13/digest.h"
#include "m13/text.h"

#include <string.h>

extern const char publish_views_sql[];

/* What an unchanged case has given, and which rows are read anew. The first is taken whole and cleared
 * afterwards, since SQLite copies a whole table without looking into its rows. */
static const struct reused {
    const char *table, *take, *anew;
    bool taken_first;
} reused[] = {
    {"bi_case_rule",
        "INSERT INTO main.bi_case_rule SELECT * FROM last.bi_case_rule;"
        "DELETE FROM main.bi_case_rule WHERE case_id IN (SELECT case_id FROM temp.changed)",
        "case_id IN (SELECT case_id FROM temp.changed)", true},
    {"bi_event", "INSERT INTO main.bi_event SELECT * FROM last.bi_event",
        "event_id > (SELECT coalesce(max(event_id), 0) FROM last.bi_event)", true},
    /* Questions of makers come first. */
    {"bi_review",
        "INSERT INTO main.bi_review SELECT * FROM last.bi_review"
        "    WHERE case_id <> '' AND case_id NOT IN (SELECT case_id FROM temp.changed)",
        "case_id = '' OR case_id IN (SELECT case_id FROM temp.changed)", false},
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

bool reuse_fill(struct publication *publication, const struct publish_table *table)
{
    static const char changed[] =
        "CREATE TEMP TABLE IF NOT EXISTS changed AS SELECT new.case_id FROM main.bi_case new"
        "    LEFT JOIN last.bi_case old USING (case_id) WHERE old.version IS NOT new.version";
    const struct reused *way = reused_table(table->name);
    const char *first = way->taken_first ? way->take : NULL, *second = way->taken_first ? NULL : way->take;
    return publication_run(publication, "changed cases", changed) &&
           (first == NULL || publication_run(publication, "the last publication", first)) &&
           publication_insert(publication, table, way->anew) &&
           (second == NULL || publication_run(publication, "the last publication", second));
}
