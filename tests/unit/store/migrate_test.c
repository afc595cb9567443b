/* Migrations: all that a database lacks, or none of it. */
#include "m13/store.h"

#include "migrate.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct migration good[] = {
    {"0001-first", "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;"},
    {"0002-second", "CREATE TABLE child (parent INTEGER REFERENCES parent (id)) STRICT;"
                    "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);"},
    {"0003-third", "ALTER TABLE parent ADD COLUMN name TEXT NOT NULL DEFAULT ''"},
};
static const struct migration breaks_in_the_middle[] = {
    {"0001-first", "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;"},
    {"0002-second", "CREATE TABLE child (parent INTEGER); DROP TABLE parent; CREATE TABLE child (x)"},
};
static const struct migration breaks_references[] = {
    {"0001-first", "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;"},
    {"0002-second", "CREATE TABLE child (parent INTEGER REFERENCES parent (id)) STRICT;"
                    "INSERT INTO child VALUES (1);"},
};

static int open_empty(void **state)
{
    sqlite3 *handle;
    sqlite3_open(":memory:", &handle);
    *state = handle;
    return 0;
}

static int close_it(void **state)
{
    return sqlite3_close(*state);
}

static int64_t value(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void migrate_to(sqlite3 *handle, size_t count)
{
    int version;
    struct failure failure = {0};
    if (migrate_check(handle, count, &version, &failure) < 0 ||
        migrate_run(handle, good, count, version, &failure) < 0)
        fail_msg("%s", failure.text);
}

static void empty_file_gets_the_whole_schema_and_our_mark(void **state)
{
    migrate_to(*state, 3);
    assert_int_equal(value(*state, "PRAGMA user_version"), 3);
    assert_int_equal(value(*state, "PRAGMA application_id"), MIGRATE_APPLICATION_ID);
    assert_int_equal(value(*state, "SELECT count(*) FROM meta WHERE name LIKE 'migration 000_-%'"), 3);
    assert_int_equal(value(*state, "SELECT count(name) FROM parent"), 1);
}

static void older_database_gets_what_it_lacks_once(void **state)
{
    for (size_t count = 1; count <= 3; count++) {
        migrate_to(*state, count);
        migrate_to(*state, count);
        assert_int_equal(value(*state, "PRAGMA user_version"), count);
        assert_int_equal(value(*state, "SELECT count(*) FROM meta"), count);
    }
    assert_int_equal(value(*state, "SELECT count(*) FROM child"), 1);
}

static void newer_database_is_refused_and_left(void **state)
{
    int version;
    struct failure failure = {0};
    migrate_to(*state, 3);
    assert_int_equal(migrate_check(*state, 2, &version, &failure), -EPROTO);
    assert_non_null(strstr(failure.text, "newer"));
    assert_int_equal(value(*state, "PRAGMA user_version"), 3);
}

static void assert_rolled_back(sqlite3 *handle)
{
    assert_int_equal(value(handle, "PRAGMA user_version"), 1);
    assert_int_equal(
        value(handle, "SELECT count(*) FROM sqlite_schema WHERE name IN ('parent', 'child')"), 1);
    assert_int_equal(value(handle, "SELECT count(*) FROM meta"), 1);
    assert_true(sqlite3_get_autocommit(handle));
}

static void half_made_migration_leaves_the_old_schema(void **state)
{
    struct failure failure = {0};
    migrate_to(*state, 1);
    assert_int_equal(migrate_run(*state, breaks_in_the_middle, 2, 1, &failure), -EIO);
    assert_non_null(strstr(failure.text, "0002-second: table child already exists"));
    assert_rolled_back(*state);
}

static void migration_that_breaks_a_reference_is_rolled_back(void **state)
{
    struct failure failure = {0};
    migrate_to(*state, 1);
    assert_int_equal(migrate_run(*state, breaks_references, 2, 1, &failure), -EIO);
    assert_non_null(strstr(failure.text, "1 broken references"));
    assert_rolled_back(*state);
}

static void fault_in_the_first_migration_leaves_an_empty_file(void **state)
{
    static const struct migration bad[] = {{"0001-bad", "CREATE TABLE meta (x); nonsense"}};
    int version = -1;
    assert_int_equal(migrate_run(*state, bad, 1, 0, NULL), -EIO);
    assert_int_equal(migrate_check(*state, 1, &version, NULL), 0);
    assert_int_equal(version, 0);
}

/* The list itself: in order, numbered without gaps, every table STRICT. */
static void our_own_list_is_sound(void **state)
{
    int version;
    struct failure failure = {0};
    for (size_t i = 0; i < store_migration_count; i++)
        assert_int_equal(atoi(store_migrations[i].name), i + 1);
    for (size_t count = 1; count <= store_migration_count; count++) {
        assert_int_equal(migrate_check(*state, count, &version, NULL), 0);
        if (migrate_run(*state, store_migrations, count, version, &failure) < 0)
            fail_msg("%s", failure.text);
    }
    assert_int_equal(value(*state, "SELECT count(*) FROM pragma_table_list "
                                   "WHERE schema = 'main' AND type = 'table' AND NOT strict "
                                   "AND name NOT LIKE 'sqlite_%'"),
        0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_empty, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(empty_file_gets_the_whole_schema_and_our_mark),
        test(older_database_gets_what_it_lacks_once),
        test(newer_database_is_refused_and_left),
        test(half_made_migration_leaves_the_old_schema),
        test(migration_that_breaks_a_reference_is_rolled_back),
        test(fault_in_the_first_migration_leaves_an_empty_file),
        test(our_own_list_is_sound),
    };
    return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
