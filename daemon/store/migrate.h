/* migrate.h - brings a database to this program's schema.
 *
 * Migrations are an append-only list; `PRAGMA user_version` counts those that a database has had. All that it
 * lacks run in one transaction, the version inside it: a kill leaves the old schema or the new one. */
#ifndef M13_STORE_MIGRATE_H
#define M13_STORE_MIGRATE_H

#include "m13/failure.h"

#include <stddef.h>

struct sqlite3;

/* In the header of every database of ours (file(1) shows it): "m13d" in ASCII. */
#define MIGRATE_APPLICATION_ID 0x6d313364

struct migration {
    const char *name;
    const char *sql;
};
extern const struct migration store_migrations[];
extern const size_t store_migration_count;

/* Is it ours, and not newer than `count` migrations? Changes nothing. -EPROTO when it is not; *ret_version is
 * 0 for an empty file. */
int migrate_check(struct sqlite3 *handle, size_t count, int *ret_version, struct failure *ret_failure);
/* After migrate_check(): runs what is lacking. Each migration is recorded in table meta. */
int migrate_run(struct sqlite3 *handle, const struct migration *migrations, size_t count, int version,
    struct failure *ret_failure);

#endif
