/* Opening the state folder: who may write, what is refused, what a reader finds. */
#include "m13/store.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int make_folder(void **state)
{
    *state = scratch_new();
    return 0;
}

static int remove_folder(void **state)
{
    scratch_remove(*state);
    return 0;
}

static struct store *open_writer(const char *folder)
{
    struct store *store = NULL;
    struct failure failure = {0};
    if (store_open(folder, STORE_WRITER, &store, &failure) < 0)
        fail_msg("%s", failure.text);
    return store;
}

static void create(const char *folder)
{
    store_close(open_writer(folder));
}

/* As another program would do it, outside of the store. */
static void raw(const char *folder, const char *sql)
{
    char *path = scratch_path(folder, "m13d.db"), *problem = NULL;
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
    sqlite3_close(handle);
    free(path);
}

static int64_t read_value(struct store *store)
{
    char *value = store_meta(store, "value");
    int64_t number = value != NULL ? atoll(value) : -1;
    free(value);
    return number;
}

static void assert_mode(const char *folder, const char *name, mode_t wanted)
{
    char *path = scratch_path(folder, "%s", name);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    if ((status.st_mode & 07777) != wanted)
        fail_msg("%s has mode %o, not %o", name, status.st_mode & 07777, wanted);
    free(path);
}

/* --- folders and modes -----------------------------------------------------------------------------------
 */

static void folders_have_their_modes_whatever_the_umask(void **state)
{
    mode_t masks[] = {0, 077, 0777};
    for (size_t i = 0; i < 3; i++) {
        char *inner = scratch_path(*state, "m13-%zu", i);
        mode_t before = umask(masks[i]);
        create(inner);
        assert_int_equal(umask(before), masks[i]);
        assert_mode(inner, ".", 0750);
        assert_mode(inner, "evidence", 0700);
        assert_mode(inner, "evidence/tmp", 0700);
        assert_mode(inner, "inbox", 0700);
        assert_mode(inner, "inbox/files", 0700);
        assert_mode(inner, "inbox/done", 0700);
        assert_mode(inner, "inbox/rejected", 0700);
        assert_mode(inner, "published", 0750);
        assert_mode(inner, "m13d.db", 0640);
        assert_mode(inner, "m13d.db-wal", 0640);
        assert_mode(inner, "m13d.db-shm", 0640);
        free(inner);
    }
}

static void modes_that_the_operator_gave_stay(void **state)
{
    create(*state);
    char *inbox = scratch_path(*state, "inbox");
    assert_int_equal(chmod(inbox, 0770), 0);
    create(*state);
    assert_mode(*state, "inbox", 0770);
    free(inbox);
}

static void folder_without_a_parent_is_refused_by_name(void **state)
{
    char *folder = scratch_path(*state, "no/such");
    struct store *store = NULL;
    struct failure failure = {0};
    assert_int_equal(store_open(folder, STORE_WRITER, &store, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, folder));
    assert_null(store);
    free(folder);
}

/* --- the one writer --------------------------------------------------------------------------------------
 */

static void second_writer_is_refused_and_told_who_holds_the_lock(void **state)
{
    struct store *first = open_writer(*state), *second = NULL;
    struct failure failure = {0};
    char holder[32];
    snprintf(holder, sizeof holder, "process %ld:", (long)getpid());
    assert_int_equal(store_open(*state, STORE_WRITER, &second, &failure), -EWOULDBLOCK);
    assert_non_null(strstr(failure.text, holder));
    store_close(first);
    create(*state);
}

static void hold_the_lock(struct process *parent, void *folder)
{
    open_writer(folder);
    process_meet(parent);
    pause();
}

static void lock_of_a_killed_writer_is_free(void **state)
{
    struct process holder = process_start(hold_the_lock, *state);
    struct store *store = NULL;
    struct failure failure;
    assert_true(process_meet(&holder));
    assert_int_equal(store_open(*state, STORE_WRITER, &store, &failure), -EWOULDBLOCK);
    assert_int_equal(process_kill(&holder), PROCESS_SIGNAL + SIGKILL);
    store_close(open_writer(*state));
}

static void reader_cannot_write(void *folder)
{
    struct store *store;
    struct failure failure;
    if (store_open(folder, STORE_READER, &store, &failure) == 0)
        store_write(store);
}

static void write_by_a_reader_is_fatal(void **state)
{
    create(*state);
    assert_int_equal(process_run(reader_cannot_write, *state), EXIT_INTERNAL);
}

static void reader_writes_past_the_room(void *folder)
{
    struct store *store;
    struct failure failure;
    if (store_open(folder, STORE_READER, &store, &failure) < 0)
        _exit(1);
    if (sqlite3_exec(store_handle(store), "DELETE FROM meta", NULL, NULL, NULL) != SQLITE_OK)
        _exit(2);
}

static void even_raw_sql_of_a_reader_writes_nothing(void **state)
{
    create(*state);
    assert_int_equal(process_run(reader_writes_past_the_room, *state), 2);
}

/* --- settings --------------------------------------------------------------------------------------------
 */

static void assert_pragma(struct store *store, const char *pragma, const char *wanted)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(store_handle(store), pragma, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), wanted);
    sqlite3_finalize(statement);
}

static void writer_commits_to_the_disk(void **state)
{
    struct store *store = open_writer(*state);
    assert_pragma(store, "PRAGMA journal_mode", "wal");
    assert_pragma(store, "PRAGMA synchronous", "2"); /* FULL */
    assert_pragma(store, "PRAGMA foreign_keys", "1");
    store_close(store);
}

static void schema_refuses_text_in_a_number(void *folder)
{
    struct store *store = open_writer(folder);
    store_write(store);
    query_run(
        query_bind(query(store, "INSERT INTO work (kind, key, cursor) VALUES ('a', 'b', ?)"), "t", "many"));
}

static void broken_constraint_ends_the_program_with_the_statement(void **state)
{
    char told[1024];
    assert_int_equal(
        process_run_telling(schema_refuses_text_in_a_number, *state, told, sizeof told), EXIT_IO);
    assert_non_null(strstr(told, "database: INSERT INTO work (kind, key, cursor)"));
    assert_non_null(strstr(told, "(3091)")); /* SQLITE_CONSTRAINT_DATATYPE */
}

static void orphan_row(void *folder)
{
    struct store *store = open_writer(folder);
    store_write(store);
    query_run(
        query(store, "INSERT INTO approval_source (feed, approval, poll, seen_at) VALUES (1, 99, 1, 1)"));
}

static void reference_to_nothing_ends_the_program(void **state)
{
    assert_int_equal(process_run(orphan_row, *state), EXIT_IO);
}

static void schema_tables_are_out_of_reach(void **state)
{
    struct store *store = open_writer(*state);
    sqlite3 *handle = store_handle(store);
    assert_int_not_equal(
        sqlite3_exec(handle, "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(handle, "SELECT \"no such column\"", NULL, NULL, NULL), SQLITE_OK);
    store_close(store);
}

/* --- readers ---------------------------------------------------------------------------------------------
 */

static void reader_needs_a_database(void **state)
{
    struct store *store = NULL;
    struct failure failure = {0};
    assert_int_equal(store_open(*state, STORE_READER, &store, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "m13d.db"));
    char *path = scratch_path(*state, "m13d.db");
    scratch_write(path, "", 0);
    assert_int_equal(store_open(*state, STORE_READER, &store, &failure), -ENOENT);
    free(path);
}

static void assert_reader_finds(const char *folder, int64_t wanted)
{
    struct store *store = NULL;
    struct failure failure = {0};
    if (store_open(folder, STORE_READER, &store, &failure) < 0)
        fail_msg("%s", failure.text);
    assert_int_equal(read_value(store), wanted);
    store_close(store);
}

static void write_value(struct store *store, const char *value)
{
    store_meta_set(store, "value", value);
    store_commit(store);
}

static void reader_works_with_and_without_a_writer(void **state)
{
    struct store *writer = open_writer(*state);
    write_value(writer, "1");
    assert_reader_finds(*state, 1);
    write_value(writer, "2");
    assert_reader_finds(*state, 2);
    store_idle(writer);
    assert_reader_finds(*state, 2);
    store_close(writer);
    assert_reader_finds(*state, 2);
}

static void reader_works_when_the_log_files_are_gone(void **state)
{
    struct store *writer = open_writer(*state);
    write_value(writer, "7");
    store_close(writer);
    raw(*state, "SELECT 1 FROM meta"); /* the last connection of a stranger removes them */
    char *wal = scratch_path(*state, "m13d.db-wal"), *shm = scratch_path(*state, "m13d.db-shm");
    remove(wal);
    remove(shm);
    assert_reader_finds(*state, 7);
    assert_reader_finds(*state, 7);
    free(wal);
    free(shm);
}

/* Exit code 0 when the value is found as the user `nobody`, of the folder's group. */
static void read_as_nobody(void *folder)
{
    struct store *store = NULL;
    struct failure failure = {0};
    if (setgroups(0, NULL) < 0 || setgid(getgid()) < 0 || setuid(65534) < 0)
        _exit(10);
    if (store_open(folder, STORE_READER, &store, &failure) < 0) {
        fprintf(stderr, "%s\n", failure.text);
        _exit(11);
    }
    _exit(read_value(store) == 5 ? 0 : 12);
}

static void reader_without_write_access_works_beside_a_writer_and_alone(void **state)
{
    if (geteuid() != 0)
        skip();
    char *folder = scratch_path(*state, "m13");
    assert_int_equal(chmod(*state, 0755), 0);
    create(folder);
    struct store *writer = open_writer(folder);
    write_value(writer, "5");
    assert_int_equal(process_run(read_as_nobody, folder), 0);
    store_close(writer);
    assert_int_equal(process_run(read_as_nobody, folder), 0);
    free(folder);
}

static void reader_without_write_access_is_told_what_is_wrong(void **state)
{
    if (geteuid() != 0)
        skip();
    char *folder = scratch_path(*state, "m13"), told[1024];
    assert_int_equal(chmod(*state, 0755), 0);
    create(folder);
    raw(folder, "CREATE TABLE stranger (x)");
    assert_int_equal(process_run_telling(read_as_nobody, folder, told, sizeof told), 11);
    assert_non_null(strstr(told, "/m13d.db: it cannot be read with neither its -wal file"));
    free(folder);
}

/* --- what is refused -------------------------------------------------------------------------------------
 */

static void assert_refused(const char *folder, enum store_mode mode, const char *word)
{
    struct store *store = NULL;
    struct failure failure = {0};
    assert_int_equal(store_open(folder, mode, &store, &failure), -EPROTO);
    if (strstr(failure.text, word) == NULL)
        fail_msg("\"%s\" does not say %s", failure.text, word);
}

static void newer_database_is_refused(void **state)
{
    create(*state);
    raw(*state, "PRAGMA user_version = 999");
    assert_refused(*state, STORE_WRITER, "newer");
    assert_refused(*state, STORE_READER, "newer");
}

static void database_of_another_application_is_left_as_it_is(void **state)
{
    char *path = scratch_path(*state, "m13d.db");
    raw(*state, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1); PRAGMA application_id = 7");
    size_t before_length, after_length;
    char *before = scratch_read(path, &before_length);
    assert_refused(*state, STORE_WRITER, "another application");
    assert_refused(*state, STORE_READER, "another application");
    char *after = scratch_read(path, &after_length);
    assert_int_equal(before_length, after_length);
    assert_memory_equal(before, after, before_length);
    free(before);
    free(after);
    free(path);
}

static void database_without_our_mark_is_refused(void **state)
{
    raw(*state, "CREATE TABLE theirs (x)");
    assert_refused(*state, STORE_WRITER, "another application");
}

static void file_that_is_no_database_is_refused(void **state)
{
    char *path = scratch_path(*state, "m13d.db");
    char text[4096];
    memset(text, 'x', sizeof text);
    scratch_write(path, text, sizeof text);
    assert_refused(*state, STORE_WRITER, "not a database");
    assert_refused(*state, STORE_READER, "not a database");
    free(path);
}

/* --- meta and the log ------------------------------------------------------------------------------------
 */

static void single_values_are_set_and_replaced(void **state)
{
    struct store *store = open_writer(*state);
    assert_null(store_meta(store, "value"));
    write_value(store, "one");
    write_value(store, "");
    char *value = store_meta(store, "value");
    assert_string_equal(value, "");
    free(value);
    store_close(store);
}

static void migrations_are_recorded(void **state)
{
    struct store *store = open_writer(*state);
    char *value = store_meta(store, "migration 0001-spine");
    assert_non_null(strstr(value, "by m13d " M13_VERSION));
    free(value);
    store_close(store);
}

static void idle_writer_empties_the_log_but_waits_for_no_reader(void **state)
{
    struct store *writer = open_writer(*state), *reader = NULL;
    write_value(writer, "1");
    assert_true(store_wal_bytes(writer) > 0);
    assert_int_equal(store_open(*state, STORE_READER, &reader, NULL), 0);
    store_begin_reading(reader);
    assert_int_equal(read_value(reader), 1);
    write_value(writer, "2");
    store_idle(writer);
    assert_true(store_wal_bytes(writer) > 0);
    assert_int_equal(read_value(reader), 1);
    store_end_reading(reader);
    assert_int_equal(read_value(reader), 2);
    store_idle(writer);
    assert_int_equal(store_wal_bytes(writer), 0);
    store_close(reader);
    store_close(writer);
}

static void idle_in_the_middle_of_a_turn_does_nothing(void **state)
{
    struct store *store = open_writer(*state);
    write_value(store, "1");
    int64_t before = store_wal_bytes(store);
    store_write(store);
    store_idle(store);
    assert_int_equal(store_wal_bytes(store), before);
    store_commit(store);
    store_close(store);
}

#define test(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(folders_have_their_modes_whatever_the_umask),
        test(modes_that_the_operator_gave_stay),
        test(folder_without_a_parent_is_refused_by_name),
        test(second_writer_is_refused_and_told_who_holds_the_lock),
        test(lock_of_a_killed_writer_is_free),
        test(write_by_a_reader_is_fatal),
        test(even_raw_sql_of_a_reader_writes_nothing),
        test(writer_commits_to_the_disk),
        test(broken_constraint_ends_the_program_with_the_statement),
        test(reference_to_nothing_ends_the_program),
        test(schema_tables_are_out_of_reach),
        test(reader_needs_a_database),
        test(reader_works_with_and_without_a_writer),
        test(reader_works_when_the_log_files_are_gone),
        test(reader_without_write_access_works_beside_a_writer_and_alone),
        test(reader_without_write_access_is_told_what_is_wrong),
        test(newer_database_is_refused),
        test(database_of_another_application_is_left_as_it_is),
        test(database_without_our_mark_is_refused),
        test(file_that_is_no_database_is_refused),
        test(single_values_are_set_and_replaced),
        test(migrations_are_recorded),
        test(idle_writer_empties_the_log_but_waits_for_no_reader),
        test(idle_in_the_middle_of_a_turn_does_nothing),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
