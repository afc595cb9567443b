#include "migrate.h"

#include "internal.h"

#include "m13/clock.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

extern const char store_migration_0001[], store_migration_0002[], store_migration_0003[],
    store_migration_0004[];

/* Append only: a database in the field has had its prefix. */
const struct migration store_migrations[] = {
    {"0001-spine", store_migration_0001},
    {"0002-local-records", store_migration_0002},
    {"0003-cases", store_migration_0003},
    {"0004-alerts", store_migration_0004},
};
const size_t store_migration_count = sizeof store_migrations / sizeof store_migrations[0];

static int read_integer(
    struct sqlite3 *handle, const char *sql, int64_t *ret_integer, struct failure *ret_failure)
{
    sqlite3_stmt *statement = NULL;
    int r = 0;
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        r = store_failure(handle, sql, ret_failure);
    else
        *ret_integer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return r;
}

int migrate_check(struct sqlite3 *handle, size_t count, int *ret_version, struct failure *ret_failure)
{
    int64_t application = 0, version = 0, objects = 0;
    int r = read_integer(handle, "PRAGMA application_id", &application, ret_failure);
    if (r == 0)
        r = read_integer(handle, "PRAGMA user_version", &version, ret_failure);
    if (r == 0)
        r = read_integer(handle, "SELECT count(*) FROM sqlite_schema", &objects, ret_failure);
    if (r < 0)
        return r;

    bool empty = application == 0 && version == 0 && objects == 0;
    if (!empty && application != MIGRATE_APPLICATION_ID)
        return fail(
            ret_failure, -EPROTO, "it belongs to another application (id %lld)", (long long)application);
    if (version < 0 || version > (int64_t)count)
        return fail(ret_failure, -EPROTO,
            "it has schema %lld and this program knows %zu: a newer m13d has used it", (long long)version,
            count);
    *ret_version = (int)version;
    return 0;
}

static int run(struct sqlite3 *handle, const char *sql, const char *doing, struct failure *ret_failure)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : store_failure(handle, doing, ret_failure);
}

static int record(struct sqlite3 *handle, const struct migration *migration, struct failure *ret_failure)
{
    char now[CLOCK_STRING_BYTES];
    char *sql = sqlite3_mprintf("INSERT INTO meta (name, value) VALUES ('migration %q', '%q by m13d %q')",
        migration->name, clock_format(clock_wall(), now), M13_VERSION);
    int r = sql != NULL ? run(handle, sql, migration->name, ret_failure) : -ENOMEM;
    sqlite3_free(sql);
    return r;
}

/* What was rebuilt with foreign keys off must still point at something. */
static int check_references(struct sqlite3 *handle, struct failure *ret_failure)
{
    int64_t broken = 0;
    int r = read_integer(handle, "SELECT count(*) FROM pragma_foreign_key_check", &broken, ret_failure);
    if (r == 0 && broken > 0)
        r = fail(ret_failure, -EIO, "the migrated schema has %lld broken references", (long long)broken);
    return r;
}

static int run_all(struct sqlite3 *handle, const struct migration *migrations, size_t count, int version,
    struct failure *ret_failure)
{
    int r = 0;
    for (size_t i = (size_t)version; r == 0 && i < count; i++) {
        r = run(handle, migrations[i].sql, migrations[i].name, ret_failure);
        if (r == 0)
            r = record(handle, &migrations[i], ret_failure);
    }
    if (r < 0)
        return r;
    r = check_references(handle, ret_failure);
    if (r < 0)
        return r;
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu", MIGRATE_APPLICATION_ID,
        count);
    return run(handle, sql, "the schema's version", ret_failure);
}

int migrate_run(struct sqlite3 *handle, const struct migration *migrations, size_t count, int version,
    struct failure *ret_failure)
{
    if ((size_t)version == count)
        return 0;
    int r = run(handle, "BEGIN IMMEDIATE", "migration", ret_failure);
    if (r < 0)
        return r;
    r = run_all(handle, migrations, count, version, ret_failure);
    if (r == 0)
        r = run(handle, "COMMIT", "migration", ret_failure);
    /* Some faults (no space) have rolled back already; then this one says so, and nobody listens. */
    if (r < 0)
        sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
    return r;
}
