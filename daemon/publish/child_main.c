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
    struct failure failure;
};

static bool broken(struct publication *publication, const char *where)
{
    fail(&publication->failure, -EIO, "%s: %s", where, sqlite3_errmsg(publication->database));
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
    text_append_format(&sql, "INSERT INTO main.%s %s", table->name, publish_table_select(table));
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

static bool fill(struct publication *publication)
{
    for (size_t i = 0; i < publish_table_count; i++) {
        const struct publish_table *table = &publish_tables[i];
        struct text create = TEXT_WITH_CEILING(64 * 1024);
        publish_table_create(table, &create);
        bool good =
            run(publication, table->name, text_string(&create)) && fill_from_select(publication, table);
        text_free(&create);
        if (!good)
            return false;
    }
    return true;
}

static bool attach_working(struct publication *publication, const char *state)
{
    struct text uri = TEXT_WITH_CEILING(8192);
    char *sql;
    text_append_string(&uri, "file:");
    for (const char *c = state; *c; c++) /* a path may hold what a URI takes for its own */
        text_append_format(&uri, strchr("?#%", *c) ? "%%%02X" : "%c", (unsigned char)*c);
    text_append_string(&uri, "/m13d.db?mode=ro");
    sql = sqlite3_mprintf("ATTACH %Q AS working", text_string(&uri));
    bool good = run(publication, "the working database", sql);
    sqlite3_free(sql);
    text_free(&uri);
    return good;
}

static bool write_database(struct publication *publication, const char *state, const char *path)
{
    if (sqlite3_open_v2(path, &publication->database,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
        return broken(publication, path);
    sqlite3_busy_timeout(publication->database, 10000);
    /* The file is new and private until the rename: no journal, no sync but the one at the end. */
    if (!run(publication, "pragma",
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096"))
        return false;
    return attach_working(publication, state) && run(publication, "begin", "BEGIN") && fill(publication) &&
           run(publication, "views", publish_views_sql) && run(publication, "commit", "COMMIT") &&
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
    fail(&publication->failure, -errno, "%s: %s", path, strerror(errno));
    return false;
}

int publish_child_main(int argc, char **argv)
{
    if (argc != 2)
        return EXIT_BAD_USAGE;
    struct publication publication = {.now = strtoll(argv[1], NULL, 10)};
    char folder[4096], fresh[4200], path[4200];
    snprintf(folder, sizeof folder, "%s/published", argv[0]);
    snprintf(fresh, sizeof fresh, "%s/.m13.db.new", folder);
    snprintf(path, sizeof path, "%s/m13.db", folder);

    unlink(fresh);
    bool good = write_database(&publication, argv[0], fresh);
    sqlite3_close(publication.database);
    good = good && put_in_place(&publication, folder, fresh, path);
    if (!good) {
        log_error("publish: %s", publication.failure.text);
        unlink(fresh);
    }
    return good ? EXIT_FINE : EXIT_IO;
}
