/* One poll: which pages are asked for, what is kept of them, what is handed on. */
#include "world.h"

#include "m13/evidence.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- a whole register ------------------------------------------------------------------------------------
 */

static void the_first_poll_loads_the_history_page_by_page(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);

    assert_int_equal(register_server_requests(world.server), 3);
    assert_asks(&world, 1, "/device/510k.json?limit=10");
    assert_asks(&world, 2, "/device/510k.json?limit=10&search_after=0%3DK260009");
    assert_asks(&world, 3, "/device/510k.json?limit=10&search_after=0%3DK260019");
    assert_sql(&world, "SELECT kind, state, pages, since_day, next_url, outcome, definition_hash FROM poll",
        "history|applied|3|null|null|applied|1");
    assert_sql(&world,
        "SELECT page, status, content_type, bytes > 1000, url LIKE 'http://127.0.0.1:%' FROM payload",
        "0|200|application/json; charset=utf-8|1|1|1|200|application/json; charset=utf-8|1|1|"
        "2|200|application/json; charset=utf-8|1|1");
    assert_sql(&world,
        "SELECT outcome, cycle, failures, last_success_at = last_full_at, last_attempt_at > 0 FROM "
        "feed_state",
        "applied|1|0|1|1");
    world_close(&world);
}

static void every_page_is_evidence_byte_for_byte(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    for (int page = 0; page < 3; page++) {
        char sql[100];
        struct failure failure = {0};
        snprintf(sql, sizeof sql, "SELECT sha256 FROM payload WHERE page = %d", page);
        char *sha256 = world_text(&world, sql);
        if (evidence_verify(world.store, sha256, &failure) < 0)
            fail_msg("%s", failure.text);
        free(sha256);
    }
    assert_sql(&world, "SELECT count(*) FROM payload JOIN evidence USING (sha256, bytes)", "3");
    world_close(&world);
}

static void compressed_pages_are_kept_unpacked(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    char *plain = world_text(&world, "SELECT group_concat(sha256) FROM payload");
    world_close(&world);

    world_open(&world);
    register_server_gzip(world.server, true);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    char *packed = world_text(&world, "SELECT group_concat(sha256) FROM payload");
    assert_string_equal(plain, packed);
    assert_non_null(strstr(world_request(&world, 1), "\"accept_encoding\":\"gzip, deflate\""));
    free(plain);
    free(packed);
    world_close(&world);
}

static void requests_say_who_asks_and_nothing_else(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_non_null(strstr(world_request(&world, 1), "\"user_agent\":\"m13d/" M13_VERSION "\""));
    assert_non_null(strstr(world_request(&world, 1), "\"if_none_match\":null,\"if_modified_since\":null"));
    world_close(&world);
}

/* openFDA's last page, when it is full, still names a next one, and that one answers 404. */
static void a_last_page_that_is_full_ends_the_chain_with_no_matches(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_rows(&world, 20);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(register_server_requests(world.server), 3);
    assert_non_null(strstr(world_request(&world, 3), "\"status\":404"));
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|2");
    assert_sql(&world, "SELECT max(page) FROM payload", "1");
    world_close(&world);
}

static void a_register_without_rows_is_handed_on_as_an_empty_poll(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_rows(&world, 0);
    world.verdict = FEED_NONE;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(world.fetched, 1);
    assert_sql(&world, "SELECT state, pages, outcome FROM poll", "applied|0|none");
    world_close(&world);
}

/* Some registers say "none" with a page like any other. */
static void none_may_come_with_200(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].none_status = 200;
    world.definitions[0].none_text[2] = '\0'; /* "No" */
    scenario(
        &world, "[{\"do\":\"status\",\"status\":200,\"body\":\"{\\\"results\\\":\\\"No results\\\"}\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|0");
    assert_sql(&world, "SELECT count(*) FROM evidence", "0");
    world_close(&world);
}

static void without_paging_the_first_page_is_all(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].paging = PAGING_NONE;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(register_server_requests(world.server), 1);
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|1");
    world_close(&world);
}

static void an_empty_body_is_evidence_too(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"do\":\"status\",\"status\":200,\"body\":\"\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT bytes, sha256 FROM payload",
        "0|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    world_close(&world);
}

/* --- windows ---------------------------------------------------------------------------------------------
 */

static void later_polls_reach_back_from_the_last_success(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    assert_sql(&world,
        "SELECT kind, state, until_day - since_day >= 120 AND until_day - since_day <= 122 FROM poll "
        "WHERE id = 2",
        "window|applied|1");
    assert_non_null(strstr(world_request(&world, 4), "search=decision_date:%5B20"));
    /* A window is no full view of the register. */
    assert_sql(&world, "SELECT last_full_at < last_success_at FROM feed_state", "1");
    world_close(&world);
}

static void a_window_reaches_back_from_the_start_of_a_long_history(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].requests_a_day = 1; /* three days for three pages */
    world.definitions[0].overlap_days = 0;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 3);
    assert_sql(&world, "SELECT kind, state, pages FROM poll", "history|applied|3");
    int64_t began = world_number(&world, "SELECT until_day FROM poll");
    world_run_turns(&world, "fda-510k", 2); /* the first of them finds the day's request spent */
    assert_int_equal(world_number(&world, "SELECT since_day FROM poll WHERE id = 2"), began);
    assert_true(world_number(&world, "SELECT until_day - since_day FROM poll WHERE id = 2") >= 2);
    world_close(&world);
}

static void the_whole_is_asked_again_after_its_time(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 33);
    assert_sql(&world, "SELECT count(*) FROM poll WHERE kind = 'full'", "1");
    assert_true(
        world_number(&world, "SELECT started_at - (SELECT started_at FROM poll WHERE id = 1) FROM poll "
                             "WHERE kind = 'full'") >= 30 * CLOCK_DAY - CLOCK_HOUR);
    assert_sql(&world, "SELECT since_day FROM poll WHERE kind = 'full'", "null");
    world_close(&world);
}

static void a_register_without_windows_is_seen_whole_each_time(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    free(world.definitions[0].window.query);
    world.definitions[0].window.query = strdup("limit=100");
    free(world.definitions[0].history.path);
    world.definitions[0].history.path = NULL;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    assert_sql(&world, "SELECT kind, since_day FROM poll", "history|null|full|null");
    world_close(&world);
}

/* --- nothing new -----------------------------------------------------------------------------------------
 */

/* A register in one piece that answers conditional requests. */
static void open_one_piece(struct world *world)
{
    world_open(world);
    register_server_validators(world->server, true);
    free(world->definitions[0].window.query);
    world->definitions[0].window.query = strdup("limit=100");
    free(world->definitions[0].history.path);
    world->definitions[0].history.path = NULL;
}

static void a_register_that_has_not_changed_costs_one_conditional_request(void **state)
{
    (void)state;
    struct world world;
    open_one_piece(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT etag LIKE 'W/%' FROM payload", "1");
    for (int again = 0; again < 3; again++)
        world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(register_server_requests(world.server), 4);
    for (int request = 2; request <= 4; request++) {
        assert_non_null(strstr(world_request(&world, request), "\"if_none_match\":\"W/"));
        assert_non_null(strstr(world_request(&world, request), "\"status\":304"));
    }
    assert_int_equal(world.fetched, 1); /* nothing was decoded again */
    assert_sql(&world, "SELECT count(*) FROM payload", "1");
    assert_sql(
        &world, "SELECT outcome, failures, last_success_at = last_full_at FROM feed_state", "unchanged|0|1");
    assert_sql(&world, "SELECT state, outcome, pages FROM poll WHERE id = 4", "applied|unchanged|0");

    world_rows(&world, 30);
    world_run_turns(&world, "fda-510k", 1);
    assert_non_null(strstr(world_request(&world, 5), "\"status\":200"));
    assert_int_equal(world.fetched, 2);
    world_close(&world);
}

static void the_same_bytes_are_not_decoded_twice(void **state)
{
    (void)state;
    struct world world;
    open_one_piece(&world);
    register_server_validators(world.server, false);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 3);
    assert_int_equal(world.fetched, 1);
    assert_sql(&world, "SELECT outcome, pages FROM poll", "applied|1|unchanged|1|unchanged|1");
    assert_sql(&world, "SELECT count(*), count(DISTINCT sha256) FROM payload", "3|1");
    assert_sql(&world, "SELECT count(*) FROM evidence", "1");
    world_rows(&world, 24);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(world.fetched, 2);
    world_close(&world);
}

static void the_same_pages_of_a_chain_are_not_decoded_twice(void **state)
{
    (void)state;
    struct world world;
    open_one_piece(&world);
    free(world.definitions[0].window.query);
    world.definitions[0].window.query = strdup("limit=10");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    assert_int_equal(register_server_requests(world.server), 6);
    /* Of several pages a 304 of the first would say nothing about the others: none is asked for. */
    assert_non_null(strstr(world_request(&world, 4), "\"if_none_match\":null"));
    assert_sql(&world, "SELECT outcome, pages FROM poll", "applied|3|unchanged|3");
    assert_int_equal(world.fetched, 1);
    world_close(&world);
}

/* What the same bytes would now give is not what they gave. */
static void the_same_bytes_are_decoded_again_when_they_may_mean_more(void **state)
{
    (void)state;
    static const char *const reasons[] = {
        "UPDATE poll SET vanished = 1",                /* a second miss makes an approval gone */
        "UPDATE poll SET definition_hash = 'another'", /* another mapping */
        "UPDATE poll SET kind = 'manual'",             /* a file by hand came between */
        "UPDATE poll SET state = 'failed'",            /* what came was not applied */
        "UPDATE poll SET kind = 'window'",             /* a part only */
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct world world;
        open_one_piece(&world);
        world_start(&world);
        world_run_turns(&world, "fda-510k", 1);
        assert_int_equal(world.fetched, 1);
        store_write(world.store);
        query_run(query(world.store, reasons[i]));
        world_run_turns(&world, "fda-510k", 1);
        if (world.fetched != 2)
            fail_msg("%s", reasons[i]);
        assert_non_null(strstr(world_request(&world, 2), "\"if_none_match\":null"));
        world_close(&world);
    }
}

/* --- broken chains ---------------------------------------------------------------------------------------
 */

static void a_poll_that_cannot_be_applied_is_asked_for_again(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.verdict = FEED_INCOMPLETE;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state, outcome, detail FROM poll",
        "failed|incomplete|as the test has it; nothing was applied; the whole is asked for again by itself");
    assert_sql(&world, "SELECT outcome, failures, last_success_at, last_full_at FROM feed_state",
        "incomplete|1|null|null");
    world.verdict = FEED_ROWS_REJECTED;
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT kind, state, outcome, detail FROM poll WHERE id = 2",
        "history|applied|rows-rejected|as the test has it");
    assert_sql(&world, "SELECT outcome, failures, last_full_at > 0 FROM feed_state", "rows-rejected|0|1");
    world_close(&world);
}

static bool one_was_fetched(struct world *world)
{
    return world->fetched >= 1;
}

static void a_feed_waits_while_its_poll_is_decoded(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.holds = true;
    world_start(&world);
    world_run(&world, one_was_fetched);
    assert_true(feeds_are_idle(world.feeds));
    assert_int_equal(feeds_poll_now(world.feeds, "fda-510k", NULL), 0);
    store_commit(world.store);
    assert_sql(&world, "SELECT state FROM poll", "fetched");
    assert_int_equal(register_server_requests(world.server), 3);
    feed_turn_ended(world.feeds, world.last_fetched, FEED_APPLIED, "late");
    store_commit(world.store);
    assert_sql(&world, "SELECT state FROM poll", "applied");
    world_close(&world);
}

static void a_file_by_hand_counts_as_news_of_the_register_and_moves_no_turn(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.feeds = feeds_new(world.loop, world.store, &world.config, &(struct feeds_events){0});
    store_write(world.store);
    query_run(query(world.store, "INSERT INTO poll (feed, kind, state, started_at) "
                                 "VALUES ('fda-510k', 'manual', 'sealed', 5000)"));
    query_run(query(world.store, "INSERT INTO payload (poll, page, url, fetched_at, status, sha256, bytes) "
                                 "VALUES (1, 0, 'file', 4000, 0, '', 0)"));
    char *before = world_text(&world, "SELECT next_at, cycle, failures FROM feed_state");
    feed_turn_ended(world.feeds, 1, FEED_APPLIED, "10 rows");
    char *after = world_text(&world, "SELECT next_at, cycle, failures FROM feed_state");
    assert_string_equal(before, after);
    assert_sql(&world, "SELECT last_success_at, last_full_at, outcome FROM feed_state", "4000|null|applied");
    assert_sql(&world, "SELECT state FROM poll", "applied");
    free(before);
    free(after);
    store_commit(world.store);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_poll_loads_the_history_page_by_page),
        cmocka_unit_test(every_page_is_evidence_byte_for_byte),
        cmocka_unit_test(compressed_pages_are_kept_unpacked),
        cmocka_unit_test(requests_say_who_asks_and_nothing_else),
        cmocka_unit_test(a_last_page_that_is_full_ends_the_chain_with_no_matches),
        cmocka_unit_test(a_register_without_rows_is_handed_on_as_an_empty_poll),
        cmocka_unit_test(none_may_come_with_200),
        cmocka_unit_test(without_paging_the_first_page_is_all),
        cmocka_unit_test(an_empty_body_is_evidence_too),
        cmocka_unit_test(later_polls_reach_back_from_the_last_success),
        cmocka_unit_test(a_window_reaches_back_from_the_start_of_a_long_history),
        cmocka_unit_test(the_whole_is_asked_again_after_its_time),
        cmocka_unit_test(a_register_without_windows_is_seen_whole_each_time),
        cmocka_unit_test(a_register_that_has_not_changed_costs_one_conditional_request),
        cmocka_unit_test(the_same_bytes_are_not_decoded_twice),
        cmocka_unit_test(the_same_pages_of_a_chain_are_not_decoded_twice),
        cmocka_unit_test(the_same_bytes_are_decoded_again_when_they_may_mean_more),
        cmocka_unit_test(a_poll_that_cannot_be_applied_is_asked_for_again),
        cmocka_unit_test(a_feed_waits_while_its_poll_is_decoded),
        cmocka_unit_test(a_file_by_hand_counts_as_news_of_the_register_and_moves_no_turn),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
