/* Statements and the turn's transaction: what they promise, and which mistakes they end the program for. */
#include "m13/date.h"
#include "m13/store.h"

#include "process.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct house {
    char *folder;
    struct store *store;
    char said[256]; /* what actions have said */
};

static struct store *open_store(const char *folder, enum store_mode mode)
{
    struct store *store = NULL;
    struct failure failure = {0};
    if (mode == STORE_WRITER)
        scratch_store(folder);
    if (store_open(folder, mode, &store, &failure) < 0) {
        fprintf(stderr, "%s\n", failure.text);
        _exit(99);
    }
    return store;
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    house->folder = scratch_new();
    house->store = open_store(house->folder, STORE_WRITER);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    store_close(house->store);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

static void add(struct store *store, const char *key)
{
    store_write(store);
    query_run(query_bind(query(store, "INSERT INTO work (kind, key) VALUES ('kind', ?)"), "t", key));
}

static int64_t count(struct store *store)
{
    return store_value(store, -1, "SELECT count(*) FROM work", "");
}

/* Rows that another connection sees: committed ones. */
static int64_t count_committed(const struct house *house)
{
    struct store *reader = open_store(house->folder, STORE_READER);
    int64_t rows = count(reader);
    store_close(reader);
    return rows;
}

/* --- statements ------------------------------------------------------------------------------------------
 */

static void every_kind_of_parameter_comes_back(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    const char bytes[] = {0, 1, 0, 2};
    size_t length;
    struct query *q = query_bind(query(store, "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?"), "tidbntdbb", "北京",
        INT64_MIN, (int32_t)-1, bytes, sizeof bytes, NULL, DAY_NONE, NULL, (size_t)0, "", (size_t)0);
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "北京");
    assert_true(query_integer(q, 1) == INT64_MIN);
    assert_int_equal(query_day(q, 2), -1);
    assert_memory_equal(query_blob(q, 3, &length), bytes, sizeof bytes);
    assert_int_equal(length, sizeof bytes);
    for (int column = 4; column <= 7; column++)
        assert_true(query_is_null(q, column));
    assert_false(query_is_null(q, 8)); /* no bytes are not nothing */
    assert_string_equal(query_text(q, 4), "");
    assert_int_equal(query_integer(q, 4), 0);
    assert_int_equal(query_day(q, 4), DAY_NONE);
    assert_false(query_next(q));
    query_end(q);
}

static void parameters_may_be_bound_one_after_the_other(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    struct query *q = query(store, "SELECT ? || ?");
    query_bind(q, "t", "a");
    query_bind(q, "t", "b");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "ab");
    query_end(q);
}

static void bound_text_is_copied(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    char text[] = "before";
    struct query *q = query_bind(query(store, "SELECT ?"), "t", text);
    strcpy(text, "after");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "before");
    query_end(q);
}

static void nothing_of_an_earlier_use_is_left(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    for (int64_t i = 1; i <= 3; i++) {
        struct query *q = query_bind(query(store, "SELECT ? UNION ALL SELECT 9"), "i", i);
        assert_true(query_next(q));
        assert_int_equal(query_integer(q, 0), i);
        query_end(q); /* before its last row */
        query_end(q);
    }
}

static void single_value_falls_back_without_a_row_or_value(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    assert_int_equal(store_value(store, -5, "SELECT id FROM work WHERE key = ?", "t", "none"), -5);
    assert_int_equal(store_value(store, -5, "SELECT max(id) FROM work", ""), -5);
    assert_int_equal(store_value(store, -5, "SELECT ? + ?", "ii", (int64_t)2, (int64_t)3), 5);
}

static void last_id_and_changes_are_of_the_last_write(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    add(store, "a");
    int64_t first = store_last_id(store);
    add(store, "b");
    assert_int_equal(store_last_id(store), first + 1);
    query_run(query(store, "UPDATE work SET cursor = 1"));
    assert_int_equal(store_changes(store), 2);
    query_run(query(store, "UPDATE work SET cursor = 2 WHERE key = 'none'"));
    assert_int_equal(store_changes(store), 0);
    store_commit(store);
}

/* More statements than the table of them starts with, each found again. */
static void many_statements_are_kept_apart(void **state)
{
    struct store *store = ((struct house *)*state)->store;
    enum { MANY = 600 };
    char *texts[MANY];
    for (int i = 0; i < MANY; i++)
        assert_true(asprintf(&texts[i], "SELECT %d", i) > 0);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < MANY; i++)
            assert_int_equal(store_value(store, -1, texts[i], ""), i);
    for (int i = 0; i < MANY; i++)
        free(texts[i]);
}

/* --- mistakes that end the program -----------------------------------------------------------------------
 */

static void run_misuse(void **state, void (*misuse)(void *folder), int exit_code, const char *word)
{
    struct house *house = *state;
    char told[1024];
    store_close(house->store);
    house->store = NULL;
    assert_int_equal(process_run_telling(misuse, house->folder, told, sizeof told), exit_code);
    if (strstr(told, word) == NULL)
        fail_msg("\"%s\" does not say %s", told, word);
}

static void nest(void *folder)
{
    static const char literal[] = "SELECT key\n    FROM work";
    struct store *store = open_store(folder, STORE_WRITER);
    query(store, literal);
    query(store, literal);
}

static void nested_use_of_a_statement_is_fatal(void **state)
{
    run_misuse(state, nest, EXIT_INTERNAL, "in use further up: SELECT key FROM work");
}

static void nest_equal_text(void *folder)
{
    static const char one[] = "SELECT key FROM work", other[] = "SELECT key FROM work";
    struct store *store = open_store(folder, STORE_WRITER);
    query(store, one);
    query(store, other);
}

static void nested_use_of_equal_text_is_fatal_in_every_build(void **state)
{
    run_misuse(state, nest_equal_text, EXIT_INTERNAL, "in use further up");
}

static void use_a_buffer(void *folder)
{
    char text[] = "SELECT 1";
    struct store *store = open_store(folder, STORE_WRITER);
    store_value(store, 0, text, "");
    text[7] = '2';
    store_value(store, 0, text, "");
}

static void text_that_is_no_literal_is_fatal(void **state)
{
    run_misuse(state, use_a_buffer, EXIT_INTERNAL, "not a literal");
}

static void bind_too_few(void *folder)
{
    query_next(query_bind(query(open_store(folder, STORE_WRITER), "SELECT ?, ?"), "i", (int64_t)1));
}

static void bind_too_many(void *folder)
{
    query_bind(query(open_store(folder, STORE_WRITER), "SELECT ?"), "ii", (int64_t)1, (int64_t)2);
}

static void bind_unknown_kind(void *folder)
{
    query_bind(query(open_store(folder, STORE_WRITER), "SELECT ?"), "x", 1);
}

static void wrong_parameters_are_fatal(void **state)
{
    run_misuse(state, bind_too_few, EXIT_INTERNAL, "without all its parameters: SELECT ?, ?");
    run_misuse(state, bind_too_many, EXIT_INTERNAL, "more parameters");
    run_misuse(state, bind_unknown_kind, EXIT_INTERNAL, "no known kind");
}

static void read_without_row(void *folder)
{
    struct query *q = query(open_store(folder, STORE_WRITER), "SELECT key FROM work");
    query_next(q);
    query_text(q, 0);
}

static void read_beyond_columns(void *folder)
{
    struct query *q = query(open_store(folder, STORE_WRITER), "SELECT 1");
    query_next(q);
    query_integer(q, 1);
}

static void column_that_is_not_there_is_fatal(void **state)
{
    run_misuse(state, read_without_row, EXIT_INTERNAL, "a column that is not there");
    run_misuse(state, read_beyond_columns, EXIT_INTERNAL, "a column that is not there");
}

static void step_after_end(void *folder)
{
    struct query *q = query(open_store(folder, STORE_WRITER), "SELECT key FROM work");
    while (query_next(q))
        ;
    query_next(q);
}

static void step_after_the_end_is_fatal(void **state)
{
    run_misuse(state, step_after_end, EXIT_INTERNAL, "run after its end");
}

static void write_outside(void *folder)
{
    query_run(query(open_store(folder, STORE_WRITER), "DELETE FROM work"));
}

static void write_outside_of_a_transaction_is_fatal(void **state)
{
    run_misuse(state, write_outside, EXIT_INTERNAL, "without store_write()");
}

static void run_two_statements(void *folder)
{
    query(open_store(folder, STORE_WRITER), "SELECT 1; SELECT 2");
}

static void two_statements_in_one_are_fatal(void **state)
{
    run_misuse(state, run_two_statements, EXIT_INTERNAL, "not exactly one statement");
}

static void speak_nonsense(void *folder)
{
    query(open_store(folder, STORE_WRITER), "SELEKT 1");
}

static void statement_that_sqlite_refuses_is_fatal(void **state)
{
    run_misuse(state, speak_nonsense, EXIT_IO, "database: SELEKT 1: near \"SELEKT\": syntax error (1)");
}

#ifndef NDEBUG
static void leave_open(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    add(store, "a");
    query_next(query(store, "SELECT key FROM work WHERE 1"));
    store_commit(store);
}

static void statement_left_open_at_the_commit_is_fatal_in_debug_builds(void **state)
{
    run_misuse(
        state, leave_open, EXIT_INTERNAL, "left open at the end of a turn: SELECT key FROM work WHERE 1");
}
#endif

/* --- the turn --------------------------------------------------------------------------------------------
 */

static void turn_is_seen_when_it_is_committed(void **state)
{
    struct house *house = *state;
    add(house->store, "a");
    add(house->store, "b");
    assert_int_equal(count(house->store), 2);
    assert_int_equal(count_committed(house), 0);
    store_commit(house->store);
    assert_int_equal(count_committed(house), 2);
    store_commit(house->store); /* an empty turn */
}

static void close_commits_nothing(void **state)
{
    struct house *house = *state;
    add(house->store, "a");
    store_close(house->store);
    house->store = open_store(house->folder, STORE_WRITER);
    assert_int_equal(count(house->store), 0);
}

static void savepoint_is_released_or_rolled_back_alone(void **state)
{
    struct house *house = *state;
    add(house->store, "before");
    store_savepoint(house->store);
    add(house->store, "bad");
    store_roll_back(house->store);
    assert_int_equal(count(house->store), 1);
    store_savepoint(house->store);
    add(house->store, "good");
    store_release(house->store);
    store_commit(house->store);
    assert_int_equal(count_committed(house), 2);
}

static void nest_savepoints(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    store_savepoint(store);
    store_savepoint(store);
}

static void commit_in_a_savepoint(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    store_savepoint(store);
    store_commit(store);
}

static void savepoint_neither_nests_nor_outlives_its_turn(void **state)
{
    run_misuse(state, nest_savepoints, EXIT_INTERNAL, "a savepoint inside a savepoint");
    run_misuse(state, commit_in_a_savepoint, EXIT_INTERNAL, "outlives its turn");
}

/* --- after the commit ------------------------------------------------------------------------------------
 */

static void say_what_is_committed(void *context)
{
    struct house *house = context;
    size_t used = strlen(house->said);
    snprintf(house->said + used, sizeof house->said - used, "%lld ", (long long)count_committed(house));
}

static void write_and_defer(void *context)
{
    struct house *house = context;
    add(house->store, "from an action");
    store_after_commit(house->store, say_what_is_committed, house);
}

static void actions_run_once_and_see_the_commit(void **state)
{
    struct house *house = *state;
    add(house->store, "a");
    store_after_commit(house->store, say_what_is_committed, house);
    assert_string_equal(house->said, "");
    store_commit(house->store);
    store_commit(house->store);
    assert_string_equal(house->said, "1 ");
}

static void a_commit_for_which_somebody_waits_does_not_wait(void **state)
{
    struct house *house = *state;
    assert_false(store_may_wait(house->store)); /* nothing is written */
    add(house->store, "a");
    assert_true(store_may_wait(house->store));
    store_after_commit(house->store, say_what_is_committed, house);
    assert_false(store_may_wait(house->store));
    store_commit(house->store);
    assert_false(store_may_wait(house->store));
}

static void what_an_action_writes_is_committed_too(void **state)
{
    struct house *house = *state;
    add(house->store, "a");
    store_after_commit(house->store, write_and_defer, house);
    store_after_commit(house->store, say_what_is_committed, house);
    store_commit(house->store);
    assert_string_equal(house->said, "1 2 ");
}

static void actions_of_a_rolled_back_unit_are_dropped(void **state)
{
    struct house *house = *state;
    store_after_commit(house->store, say_what_is_committed, house);
    store_savepoint(house->store);
    add(house->store, "bad");
    store_after_commit(house->store, write_and_defer, house);
    store_roll_back(house->store);
    store_commit(house->store);
    assert_string_equal(house->said, "0 ");
}

static void go_on_for_ever(void *context)
{
    store_after_commit(context, go_on_for_ever, context);
}

static void start_going_on(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    go_on_for_ever(store);
    store_commit(store);
}

static void commit_from_an_action(void *store)
{
    store_commit(store);
}

static void start_committing(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    store_after_commit(store, commit_from_an_action, store);
    store_commit(store);
}

static void actions_that_never_end_are_fatal(void **state)
{
    run_misuse(state, start_going_on, EXIT_INTERNAL, "for ever");
    run_misuse(state, start_committing, EXIT_INTERNAL, "committed by an action");
}

/* --- snapshots -------------------------------------------------------------------------------------------
 */

static void reader_sees_one_state_until_it_ends_reading(void **state)
{
    struct house *house = *state;
    struct store *reader = open_store(house->folder, STORE_READER);
    store_begin_reading(reader);
    assert_int_equal(count(reader), 0);
    add(house->store, "a");
    store_commit(house->store);
    assert_int_equal(count(reader), 0);
    store_begin_reading(reader); /* a function called meanwhile may do the same */
    store_end_reading(reader);
    assert_int_equal(count(reader), 0);
    store_end_reading(reader);
    assert_int_equal(count(reader), 1);
    store_close(reader);
}

static void reading_inside_a_turn_sees_its_writes(void **state)
{
    struct house *house = *state;
    add(house->store, "a");
    store_begin_reading(house->store);
    assert_int_equal(count(house->store), 1);
    store_end_reading(house->store);
    store_commit(house->store);
    assert_int_equal(count_committed(house), 1);
}

static void write_while_reading(void *folder)
{
    struct store *store = open_store(folder, STORE_WRITER);
    store_begin_reading(store);
    store_write(store);
}

static void turn_cannot_begin_on_an_old_snapshot(void **state)
{
    run_misuse(state, write_while_reading, EXIT_INTERNAL, "a write by a reader");
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(every_kind_of_parameter_comes_back),
        test(parameters_may_be_bound_one_after_the_other),
        test(bound_text_is_copied),
        test(nothing_of_an_earlier_use_is_left),
        test(single_value_falls_back_without_a_row_or_value),
        test(last_id_and_changes_are_of_the_last_write),
        test(many_statements_are_kept_apart),
        test(nested_use_of_a_statement_is_fatal),
        test(nested_use_of_equal_text_is_fatal_in_every_build),
        test(text_that_is_no_literal_is_fatal),
        test(wrong_parameters_are_fatal),
        test(column_that_is_not_there_is_fatal),
        test(step_after_the_end_is_fatal),
        test(write_outside_of_a_transaction_is_fatal),
        test(two_statements_in_one_are_fatal),
        test(statement_that_sqlite_refuses_is_fatal),
#ifndef NDEBUG
        test(statement_left_open_at_the_commit_is_fatal_in_debug_builds),
#endif
        test(turn_is_seen_when_it_is_committed),
        test(close_commits_nothing),
        test(savepoint_is_released_or_rolled_back_alone),
        test(savepoint_neither_nests_nor_outlives_its_turn),
        test(actions_run_once_and_see_the_commit),
        test(a_commit_for_which_somebody_waits_does_not_wait),
        test(what_an_action_writes_is_committed_too),
        test(actions_of_a_rolled_back_unit_are_dropped),
        test(actions_that_never_end_are_fatal),
        test(reader_sees_one_state_until_it_ends_reading),
        test(reading_inside_a_turn_sees_its_writes),
        test(turn_cannot_begin_on_an_old_snapshot),
    };
    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
