/* child_main.c - writes the published database from one read-only snapshot of the working one. */
#include "internal.h"

#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char publish_views_sql[];

/* How long to wait for a daemon that repairs its log after a crash. */
#define BUSY_MS 10000

/* Its rows are looked up here and there: with a small cache each page is read some ten times over. */
static const char working_cache[] = "PRAGMA working.cache_size = -32768";

/* --- the database ----------------------------------------------------------------------------------------
 */

bool publication_run(struct publication *publication, const char *what, const char *sql)
{
    if (sqlite3_exec(publication->database, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    fail(&publication->failure, -EIO, "%s: %s", what, sqlite3_errmsg(publication->database));
    return false;
}

bool publication_attach(struct publication *publication, const char *file, const char *name)
{
    struct text uri = TEXT_WITH_CEILING(16 * 1024);
    text_append_string(&uri, "file:");
    for (const char *c = publication->state; *c != '\0'; c++) /* what a URI takes for its own */
        text_append_format(&uri, strchr("?#%", *c) != NULL ? "%%%02X" : "%c", (unsigned char)*c);
    text_append_format(&uri, "/%s?mode=ro", file);
    char *sql = sqlite3_mprintf("ATTACH %Q AS %s", text_string(&uri), name);
    bool good = publication_run(publication, file, sql);
    sqlite3_free(sql);
    text_free(&uri);
    return good;
}

/* The file is new and nobody else's until the rename: no journal, and no sync but the one at the end. Pages
 * are large because rows are: less is left over in each. */
static bool set_up(struct publication *publication, const char *path)
{
    if (sqlite3_open_v2(path, &publication->database,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) != SQLITE_OK) {
        fail(&publication->failure, -EIO, "%s: %s", path, sqlite3_errmsg(publication->database));
        return false;
    }
    sqlite3_busy_timeout(publication->database, BUSY_MS);
    return publication_run(publication, path,
        "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
}

/* What could not be written or cannot be read back never gets the name that others open. */
static bool check(struct publication *publication)
{
    sqlite3_stmt *statement = NULL;
    const char *answer = NULL;
    if (sqlite3_prepare_v2(publication->database, "PRAGMA main.quick_check(1)", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = (const char *)sqlite3_column_text(statement, 0);
    bool good = string_equal(answer, "ok");
    if (!good)
        fail(&publication->failure, -EIO, "the new file is damaged: %s",
            answer != NULL ? answer : sqlite3_errmsg(publication->database));
    sqlite3_finalize(statement);
    return good;
}

static bool fill(struct publication *publication)
{
    char layout[64];
    snprintf(layout, sizeof layout, "PRAGMA main.user_version = %d", (int)reuse_layout());
    return publication_run(publication, "begin", "BEGIN") && publication_fill(publication) &&
           publication_run(publication, "views", publish_views_sql) &&
           publication_run(publication, "user_version", layout) &&
           publication_run(publication, "commit", "COMMIT");
}

static bool write_database(struct publication *publication, const char *path, bool may_reuse)
{
    bool good = set_up(publication, path) && publication_attach(publication, "m13d.db", "working") &&
                publication_run(publication, "m13d.db", working_cache);
    if (good && may_reuse)
        reuse_begin(publication);
    good = good && fill(publication) && check(publication);
    sqlite3_close(publication->database);
    return good;
}

/* --- its place -------------------------------------------------------------------------------------------
 */

static bool sync_path(const char *path, int flags)
{
    int descriptor = open(path, flags | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool good = fsync(descriptor) == 0;
    close(descriptor);
    return good;
}

/* Readers of the group may open it whatever umask the service has. */
static bool put_in_place(const char *fresh, const char *path, const char *folder, struct failure *ret_failure)
{
    if (chmod(fresh, 0640) == 0 && sync_path(fresh, O_RDWR) && rename(fresh, path) == 0 &&
        sync_path(folder, O_RDONLY | O_DIRECTORY))
        return true;
    int code = errno;
    fail(ret_failure, -code, "%s: %s", path, strerror(code));
    return false;
}

static bool publish_once(struct publication *publication, const char *folder, bool may_reuse)
{
    char *fresh = path_join(folder, ".m13.db.new"), *path = path_join(folder, "m13.db");
    unlink(fresh);
    bool good = write_database(publication, fresh, may_reuse) &&
                put_in_place(fresh, path, folder, &publication->failure);
    if (!good)
        unlink(fresh);
    free(fresh);
    free(path);
    return good;
}

int publish_child_main(int argc, char **argv)
{
    int64_t now;
    if (argc != 2 || string_to_integer(argv[1], 0, INT64_MAX, &now) < 0)
        return EXIT_BAD_USAGE;
    char *folder = path_join(argv[0], "published");
    struct publication publication;
    bool good = false;
    /* A last publication that turns out to be damaged is done without. */
    for (int may_reuse = 1; may_reuse >= 0 && !good; may_reuse--) {
        publication = (struct publication){.state = argv[0], .now = now};
        good = publish_once(&publication, folder, may_reuse != 0);
    }
    if (!good)
        log_error("%s", publication.failure.text);
    free(folder);
    return good ? EXIT_FINE : EXIT_IO;
}
