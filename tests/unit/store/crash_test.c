/* Kills, full disks and readers beside a writer: what was committed is there, whole; nothing else is. */
#include "m13/clock.h"
#include "m13/store.h"

#include "process.h"
#include "scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Every turn writes so many rows under its own number: a part of them is half a turn. */
enum { ROWS_A_TURN = 7 };

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

static struct store *open_store(const char *folder, enum store_mode mode)
{
    struct store *store = NULL;
    struct failure failure = {0};
    if (store_open(folder, mode, &store, &failure) < 0) {
        fprintf(stderr, "%s\n", failure.text);
        _exit(99);
    }
    return store;
}

static void write_rows(struct store *store, int64_t turn, int rows)
{
    char key[64];
    store_write(store);
    for (int row = 0; row < rows; row++) {
        snprintf(key, sizeof key, "%lld-%d", (long long)turn, row);
        query_run(query_bind(
            query(store, "INSERT INTO work (kind, key, cursor) VALUES ('turn', ?, ?)"), "ti", key, turn));
    }
}

static void write_turn(struct store *store, int64_t turn)
{
    write_rows(store, turn, ROWS_A_TURN);
    store_commit(store);
}

/* Number of turns; fails the test when one is there in part or one before it is missing. */
static int64_t whole_turns(struct store *store)
{
    store_begin_reading(store);
    int64_t rows = store_value(store, -1, "SELECT count(*) FROM work", "");
    int64_t last = store_value(store, 0, "SELECT max(cursor) FROM work", "");
    store_end_reading(store);
    assert_int_equal(rows, last * ROWS_A_TURN);
    return last;
}

static int64_t turns_after_restart(const char *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    struct query *q = query(store, "SELECT integrity_check FROM pragma_integrity_check");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "ok");
    query_end(q);
    int64_t turns = whole_turns(store);
    store_close(store);
    return turns;
}

/* --- kills at chosen points ------------------------------------------------------------------------------
 */

static void die(void *unused)
{
    (void)unused;
    raise(SIGKILL);
}

static void die_after_begin(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    store_write(store);
    die(NULL);
}

static void die_before_commit(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    write_rows(store, 2, ROWS_A_TURN);
    die(NULL);
}

static void die_in_a_savepoint(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    write_rows(store, 2, ROWS_A_TURN);
    store_savepoint(store);
    write_rows(store, 3, 3);
    die(NULL);
}

/* More than the page cache holds: SQLite has already put some of it into the log. */
static void die_before_a_large_commit(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    sqlite3_exec(store_handle(store), "PRAGMA cache_size = 10", NULL, NULL, NULL);
    write_rows(store, 2, 5000);
    if (store_wal_bytes(store) < 100000)
        _exit(98);
    die(NULL);
}

static void die_after_commit(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    write_turn(store, 2);
    die(NULL);
}

static void die_in_an_action(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    store_after_commit(store, die, NULL);
    write_turn(store, 2);
}

static void die_after_the_log_was_emptied(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    store_idle(store);
    write_turn(store, 2);
    die(NULL);
}

static void killed_turn_is_gone_and_committed_turns_stay(void **state)
{
    static const struct {
        void (*run)(void *folder);
        int64_t turns;
    } points[] = {
        {die_after_begin, 1},
        {die_before_commit, 1},
        {die_in_a_savepoint, 1},
        {die_before_a_large_commit, 1},
        {die_after_commit, 2},
        {die_in_an_action, 2},
        {die_after_the_log_was_emptied, 2},
    };
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        char *folder = scratch_path(*state, "%zu", i);
        assert_int_equal(process_run(points[i].run, folder), PROCESS_SIGNAL + SIGKILL);
        assert_int_equal(turns_after_restart(folder), points[i].turns);
        free(folder);
    }
}

static void exit_in_mid_turn(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    write_turn(store, 1);
    write_rows(store, 2, 3);
}

static void exit_without_a_close_is_like_a_kill(void **state)
{
    assert_int_equal(process_run(exit_in_mid_turn, *state), 0);
    assert_int_equal(turns_after_restart(*state), 1);
}

/* --- kills at any point ----------------------------------------------------------------------------------
 */

static void write_for_ever(struct process *parent, void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    int64_t turn = whole_turns(store);
    process_meet(parent);
    for (;;) {
        write_turn(store, ++turn);
        if (turn % 50 == 0)
            store_idle(store);
    }
}

static void kill_at_any_point_leaves_whole_turns(void **state)
{
    int64_t turns = 0;
    for (int round = 0; round < 12; round++) {
        struct process writer = process_start(write_for_ever, *state);
        assert_true(process_meet(&writer));
        for (int64_t until = clock_monotonic_us() + 500 + 1300 * round; clock_monotonic_us() < until;)
            ;
        assert_int_equal(process_kill(&writer), PROCESS_SIGNAL + SIGKILL);
        int64_t now = turns_after_restart(*state);
        assert_true(now >= turns);
        turns = now;
    }
    assert_true(turns > 0);
}

/* --- readers beside a writer -----------------------------------------------------------------------------
 */

static void write_some_turns(struct process *parent, void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    process_meet(parent);
    for (int64_t turn = 1; turn <= 400; turn++) {
        write_turn(store, turn);
        if (turn % 60 == 0)
            store_idle(store);
    }
    store_close(store);
}

static void create(const char *folder)
{
    store_close(open_store(folder, STORE_WRITER));
}

static void reader_sees_only_whole_turns_while_a_writer_writes(void **state)
{
    create(*state);
    struct process writer = process_start(write_some_turns, *state);
    struct store *kept = open_store(*state, STORE_READER);
    int64_t looks = 0, last = 0;
    assert_true(process_meet(&writer));
    while (process_is_running(&writer)) {
        int64_t turns = whole_turns(kept);
        assert_true(turns >= last);
        last = turns;
        struct store *opened = open_store(*state, STORE_READER);
        assert_true(whole_turns(opened) >= last);
        store_close(opened);
        looks++;
    }
    assert_int_equal(process_end(&writer), 0);
    assert_int_equal(whole_turns(kept), 400);
    assert_true(looks > 1);
    store_close(kept);
}

static int64_t wal_bytes(const char *folder)
{
    char *path = scratch_path(folder, "m13d.db-wal");
    struct stat status;
    int64_t bytes = stat(path, &status) == 0 ? (int64_t)status.st_size : -1;
    free(path);
    return bytes;
}

static void reader_reads_what_a_killed_writer_left_and_changes_nothing(void **state)
{
    assert_int_equal(process_run(die_in_a_savepoint, *state), PROCESS_SIGNAL + SIGKILL);
    int64_t left = wal_bytes(*state);
    assert_true(left > 0);
    for (int pass = 0; pass < 2; pass++) {
        struct store *reader = open_store(*state, STORE_READER);
        assert_int_equal(whole_turns(reader), 1);
        store_close(reader);
        assert_int_equal(wal_bytes(*state), left);
    }
    assert_int_equal(turns_after_restart(*state), 1);
}

static void open_reader_outlives_its_writer(void **state)
{
    create(*state);
    struct store *reader = open_store(*state, STORE_READER);
    assert_int_equal(whole_turns(reader), 0);
    assert_int_equal(process_run(die_after_commit, *state), PROCESS_SIGNAL + SIGKILL);
    assert_int_equal(whole_turns(reader), 2);
    assert_int_equal(turns_after_restart(*state), 2);
    assert_int_equal(whole_turns(reader), 2);
    store_close(reader);
}

/* --- others that keep it waiting -------------------------------------------------------------------------
 */

static void read_while_locked(struct process *parent, void *folder)
{
    struct store *store = open_store(folder, STORE_READER);
    sqlite3_busy_timeout(store_handle(store), 10);
    process_meet(parent);
    process_meet(parent);
    whole_turns(store);
}

static void raw(sqlite3 *handle, const char *sql)
{
    char *problem = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
}

static sqlite3 *open_raw(const char *folder)
{
    char *path = scratch_path(folder, "m13d.db");
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    free(path);
    return handle;
}

static void reader_that_is_kept_waiting_ends_with_try_later(void **state)
{
    create(*state);
    sqlite3 *stranger = open_raw(*state);
    raw(stranger, "PRAGMA journal_mode = DELETE"); /* there, unlike in a WAL, a writer blocks readers */
    sqlite3_close(stranger);
    struct process reader = process_start(read_while_locked, *state);
    assert_true(process_meet(&reader));
    stranger = open_raw(*state);
    raw(stranger, "BEGIN EXCLUSIVE");
    assert_true(process_meet(&reader));
    assert_int_equal(process_end(&reader), EXIT_TRY_LATER);
    sqlite3_close(stranger);
}

static void write_while_locked(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    sqlite3_busy_timeout(store_handle(store), 10);
    write_turn(store, 1);
}

static void writer_that_is_kept_waiting_ends_with_try_later(void **state)
{
    create(*state);
    sqlite3 *stranger = open_raw(*state);
    raw(stranger, "BEGIN IMMEDIATE");
    assert_int_equal(process_run(write_while_locked, *state), EXIT_TRY_LATER);
    sqlite3_close(stranger);
}

/* --- no space, damage ------------------------------------------------------------------------------------
 */

static void write_until_the_disk_is_full(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){1024 * 1024, 1024 * 1024});
    for (int64_t turn = 1;; turn++)
        write_turn(store, turn);
}

static void full_disk_ends_the_program_and_loses_no_commit(void **state)
{
    char told[2048];
    assert_int_equal(process_run_telling(write_until_the_disk_is_full, *state, told, sizeof told), EXIT_IO);
    assert_non_null(strstr(told, "database: "));
    assert_true(turns_after_restart(*state) > 10);
}

static void read_all(void *folder)
{
    struct store *store = open_store(folder, STORE_READER);
    struct query *q = query(store, "SELECT key FROM work");
    while (query_next(q))
        ;
}

static void damaged_database_ends_the_program(void **state)
{
    char *path = scratch_path(*state, "m13d.db"), told[2048];
    size_t empty, length;
    struct store *store = open_store(*state, STORE_WRITER);
    store_close(store);
    free(scratch_read(path, &empty));
    store = open_store(*state, STORE_WRITER);
    for (int64_t turn = 1; turn <= 300; turn++)
        write_turn(store, turn);
    store_close(store);
    char *bytes = scratch_read(path, &length);
    memset(bytes + empty, 0x55, length - empty); /* rows, not the schema */
    scratch_write(path, bytes, length);
    assert_int_equal(process_run_telling(read_all, *state, told, sizeof told), EXIT_IO);
    assert_non_null(strstr(told, "malformed"));
    free(bytes);
    free(path);
}

#define test(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(killed_turn_is_gone_and_committed_turns_stay),
        test(exit_without_a_close_is_like_a_kill),
        test(kill_at_any_point_leaves_whole_turns),
        test(reader_sees_only_whole_turns_while_a_writer_writes),
        test(reader_reads_what_a_killed_writer_left_and_changes_nothing),
        test(open_reader_outlives_its_writer),
        test(reader_that_is_kept_waiting_ends_with_try_later),
        test(writer_that_is_kept_waiting_ends_with_try_later),
        test(full_disk_ends_the_program_and_loses_no_commit),
        test(damaged_database_ends_the_program),
    };
    return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
