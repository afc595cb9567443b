/* The journal: a chain that shows every change, but for its cut end, which its head outside shows. */
#include "m13/journal.h"

#include "m13/store.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

struct house {
    char *folder;
    struct store *store;
};

static struct store *open_store(const char *folder)
{
    struct store *store = NULL;
    struct failure failure = {0};
    scratch_store(folder);
    if (store_open(folder, STORE_WRITER, &store, &failure) < 0) {
        fprintf(stderr, "%s\n", failure.text);
        _exit(99);
    }
    return store;
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    house->folder = scratch_new();
    house->store = open_store(house->folder);
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

static void append_some(struct store *store)
{
    char subject[32];
    for (int i = 1; i <= 10; i++) {
        snprintf(subject, sizeof subject, "feed-%d", i);
        assert_int_equal(journal_append(store, "m13d", "poll.sealed", subject, "{\"rows\":3}"), i);
    }
    store_commit(store);
}

/* As one with the file in hand would do it: the triggers go first. */
static void tamper(struct house *house, const char *sql)
{
    char *path = scratch_path(house->folder, "m13d.db"), *problem = NULL;
    sqlite3 *handle;
    store_close(house->store);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    int r = sqlite3_exec(handle,
        "DROP TRIGGER journal_has_no_gaps; DROP TRIGGER journal_is_append_only_update; "
        "DROP TRIGGER journal_is_append_only_delete",
        NULL, NULL, &problem);
    if (r == SQLITE_OK)
        r = sqlite3_exec(handle, sql, NULL, NULL, &problem);
    if (r != SQLITE_OK)
        fail_msg("%s", problem);
    sqlite3_close(handle);
    free(path);
    house->store = open_store(house->folder);
}

static void assert_found(struct house *house, const char *words)
{
    struct failure failure = {0};
    assert_int_equal(journal_verify(house->store, &failure), -EBADMSG);
    if (strstr(failure.text, words) == NULL)
        fail_msg("\"%s\" does not say: %s", failure.text, words);
}

/* --- the chain -------------------------------------------------------------------------------------------
 */

static void empty_journal_is_sound(void **state)
{
    struct house *house = *state;
    char hash[DIGEST_HEX_BYTES];
    assert_int_equal(journal_head(house->store), 0);
    assert_string_equal(journal_head_hash(house->store, hash), ZEROS);
    assert_int_equal(journal_verify(house->store, NULL), 0);
}

static void numbers_have_no_gaps_even_after_a_rollback(void **state)
{
    struct house *house = *state;
    append_some(house->store);
    store_savepoint(house->store);
    assert_int_equal(journal_append(house->store, "m13d", "import", "file", "{}"), 11);
    store_roll_back(house->store);
    assert_int_equal(journal_append(house->store, "m13d", "import", "other file", "{}"), 11);
    store_commit(house->store);
    assert_int_equal(journal_head(house->store), 11);
    assert_int_equal(journal_verify(house->store, NULL), 0);
}

/* The hash as the header describes it, put together by hand. */
static void hash_is_what_the_header_says(void **state)
{
    struct house *house = *state;
    char message[512], expected[DIGEST_HEX_BYTES], actual[DIGEST_HEX_BYTES];
    journal_append(house->store, "m13d", "起", "K123456", "{\"a\":\"北京\"}");
    int64_t at = store_value(house->store, 0, "SELECT at FROM journal", "");
    int length = snprintf(message, sizeof message, ZEROS "1:1%d:%lld4:m13d3:起7:K12345614:{\"a\":\"北京\"}",
        snprintf(NULL, 0, "%lld", (long long)at), (long long)at);
    digest_hex_of(message, (size_t)length, expected);
    assert_string_equal(journal_head_hash(house->store, actual), expected);
    store_commit(house->store);
}

static void moving_bytes_between_fields_changes_the_hash(void **state)
{
    struct house *house = *state;
    append_some(house->store);
    tamper(house, "UPDATE journal SET subject = substr(subject, 1, 5), body = substr(subject, 6) || body "
                  "WHERE seq = 4");
    assert_found(house, "entry 4 was changed");
}

/* --- triggers --------------------------------------------------------------------------------------------
 */

static void assert_statement_refused(struct house *house, const char *sql, const char *words)
{
    char *problem = NULL;
    assert_int_equal(
        sqlite3_exec(store_handle(house->store), sql, NULL, NULL, &problem) & 0xff, SQLITE_CONSTRAINT);
    assert_string_equal(problem, words);
    sqlite3_free(problem);
}

static void written_entries_can_neither_change_nor_go(void **state)
{
    struct house *house = *state;
    append_some(house->store);
    assert_statement_refused(
        house, "UPDATE journal SET body = '{}' WHERE seq = 3", "the journal is append-only");
    assert_statement_refused(house, "DELETE FROM journal WHERE seq = 10", "the journal is append-only");
    assert_statement_refused(house, "DELETE FROM journal", "the journal is append-only");
    assert_statement_refused(house, "INSERT OR REPLACE INTO journal VALUES (3, 1, '', '', '', '', '', '')",
        "the journal goes on with the next number");
    assert_statement_refused(house, "INSERT INTO journal VALUES (12, 1, '', '', '', '', '', '')",
        "the journal goes on with the next number");
    assert_int_equal(journal_verify(house->store, NULL), 0);
}

/* --- tampering -------------------------------------------------------------------------------------------
 */

static void every_changed_column_is_found(void **state)
{
    static const char *const changes[] = {
        "at = at + 1",
        "actor = 'somebody'",
        "kind = 'poll.failed'",
        "subject = 'feed-5'",
        "body = '{\"rows\":4}'",
        "hash = '" ZEROS "'",
    };
    struct house *house = *state;
    append_some(house->store);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char sql[256];
        snprintf(sql, sizeof sql,
            "CREATE TABLE kept AS SELECT * FROM journal WHERE seq = 4; UPDATE journal SET %s WHERE seq = 4",
            changes[i]);
        if (i == 0)
            tamper(house, sql);
        else
            assert_int_equal(sqlite3_exec(store_handle(house->store), sql, NULL, NULL, NULL), SQLITE_OK);
        assert_found(house, "entry 4 was changed");
        assert_int_equal(sqlite3_exec(store_handle(house->store),
                             "REPLACE INTO journal SELECT * FROM kept; DROP TABLE kept", NULL, NULL, NULL),
            SQLITE_OK);
        assert_int_equal(journal_verify(house->store, NULL), 0);
    }
}

static void missing_entry_is_found(void **state)
{
    append_some(((struct house *)*state)->store);
    tamper(*state, "DELETE FROM journal WHERE seq = 6");
    assert_found(*state, "entry 6 is missing");
}

static void missing_beginning_is_found(void **state)
{
    append_some(((struct house *)*state)->store);
    tamper(*state, "DELETE FROM journal WHERE seq <= 2");
    assert_found(*state, "entry 1 is missing");
}

static void swapped_entries_are_found(void **state)
{
    append_some(((struct house *)*state)->store);
    tamper(*state, "UPDATE journal SET seq = -1 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 4; "
                   "UPDATE journal SET seq = 4 WHERE seq = -1");
    assert_found(*state, "entry 3 does not follow");
}

static void entry_rewritten_with_its_hash_breaks_the_next(void **state)
{
    struct house *house = *state;
    append_some(house->store);
    tamper(house, "UPDATE journal SET hash = 'ab' || substr(hash, 3) WHERE seq = 9;"
                  "UPDATE journal SET previous = (SELECT hash FROM journal WHERE seq = 9) WHERE seq = 10");
    assert_found(house, "entry 9 was changed");
}

static void cut_end_is_seen_by_the_head_that_was_told_outside(void **state)
{
    struct house *house = *state;
    char told[DIGEST_HEX_BYTES], now[DIGEST_HEX_BYTES];
    append_some(house->store);
    int64_t head = journal_head(house->store);
    journal_head_hash(house->store, told);
    tamper(house, "DELETE FROM journal WHERE seq > 8");
    assert_int_equal(journal_verify(house->store, NULL), 0);
    assert_int_equal(journal_head(house->store), 8);
    assert_false(journal_hash_at(house->store, head, now));
    journal_append(house->store, "m13d", "poll.sealed", "feed-9", "{\"rows\":0}");
    journal_append(house->store, "m13d", "poll.sealed", "feed-10", "{\"rows\":0}");
    store_commit(house->store);
    assert_true(journal_hash_at(house->store, head, now));
    assert_string_not_equal(now, told);
}

static void older_head_is_found_in_a_longer_chain(void **state)
{
    struct house *house = *state;
    char told[DIGEST_HEX_BYTES], now[DIGEST_HEX_BYTES];
    append_some(house->store);
    journal_head_hash(house->store, told);
    journal_append(house->store, "m13d", "later", "", "{}");
    assert_true(journal_hash_at(house->store, 10, now));
    assert_string_equal(now, told);
    assert_true(journal_hash_at(house->store, 0, now));
    assert_string_equal(now, ZEROS);
    store_commit(house->store);
}

static void long_journal_is_sound(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 20000; i++)
        journal_append(house->store, "m13d", "case.verdict", "M13-2026-00042", "{\"verdict\":\"pending\"}");
    store_commit(house->store);
    assert_int_equal(journal_verify(house->store, NULL), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(empty_journal_is_sound),
        test(numbers_have_no_gaps_even_after_a_rollback),
        test(hash_is_what_the_header_says),
        test(moving_bytes_between_fields_changes_the_hash),
        test(written_entries_can_neither_change_nor_go),
        test(every_changed_column_is_found),
        test(missing_entry_is_found),
        test(missing_beginning_is_found),
        test(swapped_entries_are_found),
        test(entry_rewritten_with_its_hash_breaks_the_next),
        test(cut_end_is_seen_by_the_head_that_was_told_outside),
        test(older_head_is_found_in_a_longer_chain),
        test(long_journal_is_sound),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
