/* child_main.c - writes the published database from one read-only snapshot of the working one. */
#include "m13/publish.h"

#include "m13/log.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char publish_views_sql[];

struct publication {
    sqlite3 *database;
    int64_t now;
    char problem[512];
};

static bool broken(struct publication *publication, const char *where)
{
    snprintf(publication->problem, sizeof publication->problem, "%s: %s", where,
        sqlite3_errmsg(publication->database));
    return false;
}

static bool run(struct publication *publication, const char *where, const char *sql)
{
    return sqlite3_exec(publication->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           broken(publication, where);
}

static bool fill_from_select(struct publication *publication, const struct publish_table *table)
{
    struct text sql = TEXT_WITH_CEILING(64 * 1024);
    text_append_format(&sql, "INSERT INTO main.%s %s", table->name, table->select);
    sqlite3_stmt *statement = NULL;
    bool good =
        sqlite3_prepare_v2(publication->database, text_string(&sql), -1, &statement, NULL) == SQLITE_OK;
    if (good) {
        int now = sqlite3_bind_parameter_index(statement, ":now");
        if (now)
            sqlite3_bind_int64(statement, now, publication->now);
        good = sqlite3_step(statement) == SQLITE_DONE;
    }
    if (!good)
        broken(publication, table->name);
    sqlite3_finalize(statement);
    text_free(&sql);
    return good;
}

/* One row of text values ('t') and integers ('i') into `sql`. */
static bool insert_row(struct publication *publication, sqlite3_stmt *statement, const char *const *texts,
    size_t count, int64_t number)
{
    sqlite3_reset(statement);
    for (size_t i = 0; i < count; i++)
        sqlite3_bind_text(statement, (int)i + 1, texts[i] ? texts[i] : "", -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, (int)count + 1, number);
    return sqlite3_step(statement) == SQLITE_DONE || broken(publication, "labels");
}

/* Verdicts in a dashboard's traffic lights; everything else is neutral. */
static const char *colour_of(const char *kind, const char *code)
{
    static const struct {
        const char *code, *colour;
    } verdict_colours[] = {{"eligible", "#2e7d32"}, {"pending", "#f9a825"}, {"review", "#1565c0"},
        {"out-of-window", "#757575"}, {"excluded", "#b71c1c"}};
    if (string_equal(kind, "verdict"))
        for (size_t i = 0; i < sizeof verdict_colours / sizeof *verdict_colours; i++)
            if (string_equal(code, verdict_colours[i].code))
                return verdict_colours[i].colour;
    return "#607d8b";
}

static bool fill_labels(struct publication *publication, const struct publish_words *words)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(publication->database,
            "INSERT INTO main.bi_label (kind, code, zh, en, colour, sort) VALUES (?, ?, ?, ?, ?, ?)", -1,
            &statement, NULL) != SQLITE_OK)
        return broken(publication, "bi_label");
    bool good = true;
    for (size_t i = 0; good && i < words->label_count; i++) {
        const struct publish_labels *labels = &words->labels[i];
        for (size_t j = 0; good && j < labels->count; j++) {
            const struct name_entry *entry = &labels->entries[j];
            const char *texts[] = {
                labels->kind, entry->code, entry->zh, entry->en, colour_of(labels->kind, entry->code)};
            good = insert_row(publication, statement, texts, 5, (int64_t)j);
        }
    }
    sqlite3_finalize(statement);
    return good;
}

static bool fill_rules(struct publication *publication, const struct publish_words *words)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(publication->database,
            "INSERT INTO main.bi_rule (rule, zh, en, cited, decides) "
            "VALUES (?, ?, ?, ?, CASE ? WHEN 1 THEN 'verdict' ELSE 'amount' END)",
            -1, &statement, NULL) != SQLITE_OK)
        return broken(publication, "bi_rule");
    bool good = true;
    for (size_t i = 0; good && i < words->rule_count; i++) {
        const struct publish_rule *rule = &words->rules[i];
        const char *texts[] = {rule->id, rule->zh, rule->en, rule->cited};
        good = insert_row(publication, statement, texts, 4, rule->of_verdict);
    }
    sqlite3_finalize(statement);
    return good;
}

static bool fill(struct publication *publication, const struct publish_words *words)
{
    for (size_t i = 0; i < publish_table_count; i++) {
        const struct publish_table *table = &publish_tables[i];
        if (!run(publication, table->name, table->create))
            return false;
        if (table->select && !fill_from_select(publication, table))
            return false;
    }
    return fill_labels(publication, words) && fill_rules(publication, words);
}

static bool attach_working(struct publication *publication, const char *state)
{
    struct text uri = TEXT_WITH_CEILING(8192);
    char *sql;
    text_append_string(&uri, "file:");
    for (const char *c = state; *c; c++) /* a path may hold what a URI takes for its own */
        text_append_format(&uri, strchr("?#%", *c) ? "%%%02X" : "%c", (unsigned char)*c);
    text_append_string(&uri, "/m13.db?mode=ro");
    sql = sqlite3_mprintf("ATTACH %Q AS working", text_string(&uri));
    bool good = run(publication, "the working database", sql);
    sqlite3_free(sql);
    text_free(&uri);
    return good;
}

static bool write_database(
    struct publication *publication, const char *state, const char *path, const struct publish_words *words)
{
    if (sqlite3_open_v2(path, &publication->database,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
        return broken(publication, path);
    sqlite3_busy_timeout(publication->database, 10000);
    /* The file is new and private until the rename: no journal, no sync but the one at the end. */
    if (!run(publication, "pragma",
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096"))
        return false;
    return attach_working(publication, state) && run(publication, "begin", "BEGIN") &&
           fill(publication, words) && run(publication, "views", publish_views_sql) &&
           run(publication, "commit", "COMMIT") &&
           /* DELETE, not OFF, must stand in what others open. */
           run(publication, "detach", "DETACH working; PRAGMA journal_mode = DELETE; ANALYZE main");
}

static bool sync_path(const char *path, int flags)
{
    int descriptor = open(path, flags | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool good = fsync(descriptor) == 0;
    close(descriptor);
    return good;
}

static bool put_in_place(
    struct publication *publication, const char *folder, const char *fresh, const char *path)
{
    /* Readers of the group may open it whatever umask the service has. */
    if (chmod(fresh, 0640) == 0 && sync_path(fresh, O_RDWR) && rename(fresh, path) == 0 &&
        sync_path(folder, O_RDONLY | O_DIRECTORY))
        return true;
    snprintf(publication->problem, sizeof publication->problem, "%s: %s", path, strerror(errno));
    return false;
}

int publish_child_main(int argc, char **argv, const struct publish_words *words)
{
    if (argc != 2)
        return EXIT_BAD_USAGE;
    struct publication publication = {.now = strtoll(argv[1], NULL, 10)};
    char folder[4096], fresh[4200], path[4200];
    snprintf(folder, sizeof folder, "%s/published", argv[0]);
    snprintf(fresh, sizeof fresh, "%s/.m13.db.new", folder);
    snprintf(path, sizeof path, "%s/m13.db", folder);

    unlink(fresh);
    bool good = write_database(&publication, argv[0], fresh, words);
    sqlite3_close(publication.database);
    good = good && put_in_place(&publication, folder, fresh, path);
    if (!good) {
        log_error("publish: %s", publication.problem);
        unlink(fresh);
    }
    return good ? EXIT_FINE : EXIT_IO;
}
