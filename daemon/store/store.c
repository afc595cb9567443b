/* store.c - opening and closing the working database, and what each connection is set to. */
#include "internal.h"
#include "migrate.h"

#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Page cache in KiB. Half a million approvals are applied at the same 25,000 rows a second with 4, 16 or 64
 * MiB (the kernel has the rest), so this is for the many small turns between. The readers, m13ctl and the
 * publisher, pass once. */
#define WRITER_CACHE_KIB 8192
#define READER_CACHE_KIB 4096
/* Pages in the log at which a commit copies them into the database: 4 MiB. Fewer would sync the database
 * more often, more would make the one turn that does it longer. */
#define CHECKPOINT_PAGES 1000
/* The log is cut back to this after a long reader had let it grow; at the close it is cut to nothing. */
#define WAL_KEPT_BYTES (16 * 1024 * 1024)

/* All SQL is our own, so these only bound what a mistake of ours can do. SQLite's defaults are for anybody.
 */
static const struct {
    int limit, most;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024}, /* a row; the largest has a case's facts and trace */
    {SQLITE_LIMIT_SQL_LENGTH, 1024 * 1024},  /* the longest is a migration */
    {SQLITE_LIMIT_COLUMN, 256},              /* the widest is bi_case */
    {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 64},
    {SQLITE_LIMIT_VDBE_OP, 100000},
    {SQLITE_LIMIT_ATTACHED, 2},               /* the published file, and VACUUM INTO */
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1024}, /* a pattern may come from m13ctl's user */
    {SQLITE_LIMIT_VARIABLE_NUMBER, 128},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 4},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

/* DEFENSIVE keeps statements from writing to the schema's own tables; our triggers guard the journal, so
 * they stay on. */
static const struct {
    int option, value;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 1},
};

/* What the caller of SQLite is told too, and says with its statement: the log would have it twice. Faults of
 * the disk are not among them: only here do they name the file and the system's error. */
static bool is_told_anyway(int code)
{
    static const int codes[] = {
        SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_CONSTRAINT, SQLITE_READONLY, SQLITE_NOTADB};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if ((code & 0xff) == codes[i])
            return true;
    return false;
}

static void from_sqlite(void *context, int code, const char *message)
{
    (void)context;
    enum log_level level = (code & 0xff) == SQLITE_NOTICE ? LOG_LEVEL_NOTICE
                           : is_told_anyway(code)         ? LOG_LEVEL_DEBUG
                                                          : LOG_LEVEL_WARNING;
    log_library(level, "sqlite", message, strlen(message));
}

/* SQLite takes these before its first use in a process only; in a second store_open() they are in force. */
static void configure_library(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    sqlite3_config(SQLITE_CONFIG_LOG, from_sqlite, NULL);
    sqlite3_config(SQLITE_CONFIG_URI, 0);       /* a folder named `file:...` is a folder */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counted for nobody, under a lock */
}

static int set(struct store *store, const char *pragma, struct failure *ret_failure)
{
    if (sqlite3_exec(store->handle, pragma, NULL, NULL, NULL) != SQLITE_OK)
        return store_failure(store->handle, pragma, ret_failure);
    return 0;
}

/* For settings that SQLite answers with what it made of them: not always what was asked. */
static int set_and_check(
    struct store *store, const char *pragma, const char *wanted, struct failure *ret_failure)
{
    sqlite3_stmt *statement = NULL;
    int r = 0;
    if (sqlite3_prepare_v2(store->handle, pragma, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        r = store_failure(store->handle, pragma, ret_failure);
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), wanted) != 0)
        r = fail(ret_failure, -EIO, "%s gives %s: does the file system lack shared memory?", pragma,
            (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return r;
}

/* --- the connection --------------------------------------------------------------------------------------
 */

/* With its mode at once, whatever the umask: -wal and -shm take theirs from it. Only when there is none: to
 * open and close a database behind SQLite's back drops its locks. */
static int create_file(const char *path, struct failure *ret_failure)
{
    mode_t mask = umask(0);
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    int r = descriptor >= 0 || errno == EEXIST ? 0 : -errno;
    umask(mask);
    if (r < 0)
        return fail(ret_failure, r, "it cannot be created: %s", strerror(-r));
    if (descriptor >= 0)
        close(descriptor);
    return 0;
}

static int connect_to(struct store *store, struct failure *ret_failure)
{
    char *path = path_join(store->directory, "m13d.db");
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, r = 0;
    flags |= store->mode == STORE_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (store->mode == STORE_WRITER)
        r = create_file(path, ret_failure);
    else if (access(path, F_OK) < 0)
        r = fail(ret_failure, -errno, "%s: has m13d run here?", strerror(errno));
    if (r == 0 && sqlite3_open_v2(path, &store->handle, flags, NULL) != SQLITE_OK)
        r = store_failure(store->handle, "open", ret_failure);
    free(path);
    return r;
}

static void restrict_connection(struct store *store)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(store->handle, limits[i].limit, limits[i].most);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        sqlite3_db_config(store->handle, switches[i].option, switches[i].value, (int *)NULL);
    sqlite3_busy_timeout(store->handle, STORE_BUSY_MS);
}

static int set_up_writer(struct store *store, struct failure *ret_failure)
{
    int version, keep_wal = 1, r = migrate_check(store->handle, store_migration_count, &version, ret_failure);
    /* The log's files stay when the last connection closes: a reader without write access to the folder needs
     * them there. */
    if (r == 0 &&
        sqlite3_file_control(store->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_wal) != SQLITE_OK)
        r = store_failure(store->handle, "PERSIST_WAL", ret_failure);
    if (r == 0)
        r = set_and_check(store, "PRAGMA journal_mode = WAL", "wal", ret_failure);
    /* A message that was sent because of a commit cannot be called back: the commit has to outlive the power.
     */
    if (r == 0)
        r = set(store, "PRAGMA synchronous = FULL", ret_failure);
    if (r == 0)
        r = migrate_run(store->handle, store_migrations, store_migration_count, version, ret_failure);
    /* What regulators published needs no overwriting when it goes; contacts have a database of their own. */
    if (r == 0)
        r = set(store, "PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF", ret_failure);
    /* The names of the files that SQLite and we have made. */
    if (r == 0 && folder_sync(store->directory) < 0)
        r = fail(ret_failure, -EIO, "its folder cannot be synced: %s", strerror(errno));
    return r;
}

/* What SQLite calls it depends on what exactly is missing. */
static bool is_log_out_of_reach(struct sqlite3 *handle)
{
    int code = sqlite3_errcode(handle) & 0xff;
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

static int set_up_reader(struct store *store, struct failure *ret_failure)
{
    int version, r = migrate_check(store->handle, store_migration_count, &version, ret_failure);
    if (r == -EIO && is_log_out_of_reach(store->handle))
        r = fail(ret_failure, -EACCES,
            "it cannot be read with neither its -wal file nor the right to make one: "
            "start m13d, or read as its user");
    if (r == 0 && version == 0)
        r = fail(ret_failure, -ENOENT, "it is empty: has m13d run here?");
    if (r == 0 && (size_t)version < store_migration_count)
        r = fail(ret_failure, -EPROTO, "it has schema %d, this program needs %zu: start m13d once", version,
            store_migration_count);
    if (r == 0)
        r = set(store, "PRAGMA query_only = ON", ret_failure);
    return r;
}

static int tune(struct store *store, struct failure *ret_failure)
{
    int cache = store->mode == STORE_WRITER ? WRITER_CACHE_KIB : READER_CACHE_KIB;
    /* No mmap: a disk's fault would be a SIGBUS instead of an error that can be told. */
    char *pragmas = sqlite3_mprintf("PRAGMA cache_size = -%d; PRAGMA mmap_size = 0; "
                                    "PRAGMA wal_autocheckpoint = %d; PRAGMA journal_size_limit = %d",
        cache, CHECKPOINT_PAGES, WAL_KEPT_BYTES);
    if (pragmas == NULL)
        return fail(ret_failure, -ENOMEM, "no memory for the database's settings");
    int r = set(store, pragmas, ret_failure);
    sqlite3_free(pragmas);
    return r;
}

static int open_database(struct store *store, struct failure *ret_failure)
{
    int r = connect_to(store, ret_failure);
    if (r < 0)
        return r;
    restrict_connection(store);
    r = store->mode == STORE_WRITER ? set_up_writer(store, ret_failure) : set_up_reader(store, ret_failure);
    if (r == 0)
        r = tune(store, ret_failure);
    return r;
}

/* --- opening and closing ---------------------------------------------------------------------------------
 */

int store_open(
    const char *state_directory, enum store_mode mode, struct store **ret_store, struct failure *ret_failure)
{
    configure_library();
    struct store *store = memory_get_zeroed(1, sizeof *store);
    store->mode = mode;
    store->lock = -1;
    store->directory = memory_copy_string(state_directory);
    store->wal_path = path_join(state_directory, "m13d.db-wal");

    int r = 0;
    if (mode == STORE_WRITER) {
        r = folders_create(state_directory, ret_failure);
        if (r == 0)
            r = store->lock = lock_take(state_directory, ret_failure);
    }
    if (r >= 0) {
        r = open_database(store, ret_failure);
        if (r < 0)
            fail_in(ret_failure, "%s/m13d.db", state_directory);
    }
    if (r < 0) {
        store_close(store);
        return r;
    }
    *ret_store = store;
    return 0;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    const char *sql = queries_left_open(store);
    if (sql != NULL)
        log_error("database: left open at the close: %s", sql);
    queries_close(store);
    if (sqlite3_close(store->handle) != SQLITE_OK)
        log_error("database: a statement or backup was left open at the close");
    if (store->lock >= 0)
        close(store->lock);
    free(store->turn.actions);
    free(store->wal_path);
    free(store->directory);
    free(store);
}

const char *store_directory(const struct store *store)
{
    return store->directory;
}

struct sqlite3 *store_handle(struct store *store)
{
    return store->handle;
}

/* --- meta ------------------------------------------------------------------------------------------------
 */

void store_meta_set(struct store *store, const char *name, const char *value)
{
    store_write(store);
    query_run(query_bind(query(store, "INSERT INTO meta (name, value) VALUES (?, ?) "
                                      "ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
        "tt", name, value));
}

char *store_meta(struct store *store, const char *name)
{
    struct query *q = query_bind(query(store, "SELECT value FROM meta WHERE name = ?"), "t", name);
    char *value = query_next(q) ? memory_copy_string(query_text(q, 0)) : NULL;
    query_end(q);
    return value;
}
