/* The set of feeds: what a start takes up again, what a reload changes. */
#include "world.h"

#include "internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool a_request_is_out(struct world *world)
{
    return register_server_requests(world->server) >= world->cycle;
}

static void run_until_requests(struct world *world, int count)
{
    world->cycle = count;
    world_run(world, a_request_is_out);
}

static bool one_was_fetched(struct world *world)
{
    return world->fetched >= 1;
}

/* --- table feed ------------------------------------------------------------------------------------------
 */

static void definitions_stand_in_the_database_for_people(void **state)
{
    (void)state;
    struct world world;
    char *routes[] = {(char[]){"510k"}, (char[]){"de-novo"}};
    world_open(&world);
    world.definitions[0].routes = routes;
    world.definitions[0].route_count = 2;
    world_add_feed(&world, "fda-off")->enabled = false;
    world_start(&world);
    store_commit(world.store);
    assert_sql(&world,
        "SELECT name, authority, title_zh, title_en, limits_zh, limits_en, routes, completeness, every_ms, "
        "    fresh_ms, budget, enabled, definition_hash FROM feed WHERE name = 'fda-510k'",
        "fda-510k|FDA|标题|Title|局限|Limits|510k,de-novo|window|86400000|259200000|register|1|1");
    assert_sql(&world, "SELECT enabled FROM feed WHERE name = 'fda-off'", "0");
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT count(*) FROM poll WHERE feed = 'fda-off'", "0");
    world_close(&world);
}

/* --- a start ---------------------------------------------------------------------------------------------
 */

static void polls_that_wait_for_the_decoder_are_told_again(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int told;
    } cases[] = {{"UPDATE poll SET state = 'fetched'", 2}, {"UPDATE poll SET state = 'staging'", 2},
        {"UPDATE poll SET state = 'sealed'", 1}}; /* the work list goes on with it */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        world_open(&world);
        world.holds = true;
        world_start(&world);
        world_run(&world, one_was_fetched);
        store_write(world.store);
        query_run(query(world.store, cases[i].sql));
        store_commit(world.store);
        world_restart(&world);
        assert_int_equal(world.fetched, cases[i].told);
        assert_int_equal(world.last_fetched, 1);
        assert_int_equal(register_server_requests(world.server), 3);
        feed_turn_ended(world.feeds, 1, FEED_APPLIED, "");
        store_commit(world.store);
        assert_sql(&world, "SELECT cycle, outcome FROM feed_state", "1|applied");
        world_close(&world);
    }
}

static void an_interrupted_chain_goes_on_first(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-0-sooner"); /* before it in order of name */
    scenario(&world, "[{\"page\":2,\"do\":\"silence\"}]");
    world.definitions[1].enabled = false;
    world_start(&world);
    run_until_requests(&world, 2);
    scenario(&world, NULL);
    world.definitions[1].enabled = true;
    world_restart(&world);
    run_until_requests(&world, 3);
    assert_non_null(strstr(world_request(&world, 3), "search_after=0%3DK260009"));
    world_close(&world);
}

static void a_chain_that_is_too_old_starts_afresh(void **state)
{
    (void)state;
    static const struct {
        const char *change, *why;
    } cases[] = {
        {"UPDATE poll SET kind = 'window', started_at = started_at - 90000000",
            "its window is more than a day old"},
        {"UPDATE payload SET fetched_at = fetched_at - 8 * 86400000", "no page has come for a week"},
        {"UPDATE poll SET started_at = started_at + 2 * 86400000",
            "it began in the future, so the clock was set back"},
        {"UPDATE payload SET url = 'http://127.0.0.1/another'", "the definition asks by another address now"},
        {"UPDATE poll SET next_url = 'http://evil.example/x'", "the definition asks by another address now"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        world_open(&world);
        /* The same address for both kinds, so that only the age counts. */
        free(world.definitions[0].window.query);
        world.definitions[0].window.query = strdup("limit=10");
        scenario(&world, "[{\"page\":2,\"request\":1,\"do\":\"reset\"}]");
        world_start(&world);
        world_run_turns(&world, "fda-510k", 1);
        store_write(world.store);
        query_run(query(world.store, cases[i].change));
        store_commit(world.store);
        world_run_turns(&world, "fda-510k", 1);
        char *told = world_text(&world, "SELECT state, outcome, detail FROM poll WHERE id = 1");
        if (strncmp(told, "failed|chain-broken|", 20) != 0 || strcmp(told + 20, cases[i].why) != 0)
            fail_msg("%s gives %s", cases[i].change, told);
        free(told);
        assert_sql(&world, "SELECT state, pages FROM poll WHERE id = 2", "applied|3");
        world_close(&world);
    }
}

static void a_history_of_many_days_is_not_too_old(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].requests_a_day = 1;
    world_rows(&world, 95); /* ten pages, ten days */
    world_start(&world);
    world_run_turns(&world, "fda-510k", 10);
    assert_sql(&world, "SELECT kind, state, pages FROM poll", "history|applied|10");
    world_close(&world);
}

/* --- a reload --------------------------------------------------------------------------------------------
 */

static void a_feed_that_was_removed_is_asked_no_more(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-pma");
    scenario(&world, "[{\"do\":\"silence\"}]");
    world_start(&world);
    run_until_requests(&world, 2);
    struct config less = world.config;
    less.feed_count = 1;
    feeds_reload(world.feeds, &less);
    store_commit(world.store);
    assert_sql(&world, "SELECT name, enabled FROM feed ORDER BY name", "fda-510k|1|fda-pma|0");
    scenario(&world, NULL); /* and with it the connections */
    world_run_turns(&world, "fda-510k", 2);
    assert_sql(&world, "SELECT pages, state FROM poll WHERE feed = 'fda-pma'", "0|fetching");
    assert_sql(&world, "SELECT outcome FROM feed_state WHERE name = 'fda-pma'", "");

    feeds_reload(world.feeds, &world.config); /* it comes back */
    world_run_turns(&world, "fda-pma", 1);
    assert_sql(&world, "SELECT outcome FROM feed_state WHERE name = 'fda-pma'", "applied");
    world_close(&world);
}

static void a_new_feed_is_asked_at_once(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    int64_t now = clock_wall();
    world_add_feed(&world, "fda-pma");
    struct config more = world.config;
    feeds_reload(world.feeds, &more);
    world_run_turns(&world, "fda-pma", 1);
    assert_int_equal(clock_wall(), now);
    feeds_reload(world.feeds, &world.config);
    world_close(&world);
}

/* A definition that was read anew from the same bytes: turns go on as if nothing had happened. */
static void a_reload_without_a_change_disturbs_no_transfer(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":2,\"do\":\"delay\",\"delay_ms\":30}]");
    world_start(&world);
    run_until_requests(&world, 2);
    struct feed_definition again = world.definitions[0], *pointer = &again;
    struct config same = {.feeds = &pointer, .feed_count = 1};
    feeds_reload(world.feeds, &same);
    memset(world.definitions, 0x55, sizeof world.definitions); /* the old one is gone */
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(register_server_requests(world.server), 3);
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|3");
    world.definitions[0] = again;
    feeds_reload(world.feeds, &world.config);
    world_close(&world);
}

static void a_changed_definition_asks_anew_at_once(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":2,\"request\":1,\"do\":\"silence\"}]");
    world_start(&world);
    run_until_requests(&world, 2);
    struct feed_definition changed = world.definitions[0], *pointer = &changed;
    struct config other = {.feeds = &pointer, .feed_count = 1};
    strcpy(changed.hash, "2");
    changed.history.query = (char[]){"limit=9"};
    feeds_reload(world.feeds, &other);
    world_run_turns(&world, "fda-510k", 1);
    assert_non_null(strstr(world_request(&world, 3), "?limit=9\""));
    assert_sql(&world, "SELECT state, definition_hash FROM poll", "failed|1|applied|2");
    feeds_reload(world.feeds, &world.config);
    world_close(&world);
}

static void a_shorter_interval_counts_from_now(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    struct feed_definition changed = world.definitions[0], *pointer = &changed;
    struct config other = {.feeds = &pointer, .feed_count = 1};
    strcpy(changed.hash, "2");
    changed.every_ms = CLOCK_HOUR;
    int64_t now = clock_wall();
    feeds_reload(world.feeds, &other);
    world_run_turns(&world, "fda-510k", 1);
    assert_true(clock_wall() - now <= CLOCK_HOUR + CLOCK_HOUR / 4);
    feeds_reload(world.feeds, &world.config);
    world_close(&world);
}

static void nothing_is_left_of_a_set_that_goes_in_mid_transfer(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-pma");
    scenario(&world, "[{\"page\":1,\"do\":\"drip\",\"bytes\":100,\"every_ms\":5}]");
    world_start(&world);
    run_until_requests(&world, 2);
    feeds_free(world.feeds);
    world.feeds = NULL;
    world_close(&world); /* under valgrind and sanitizers this says what is left */
}

static void a_commit_that_comes_after_the_set_is_gone_finds_nobody(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    feeds_after_commit(world.feeds);
    feeds_free(world.feeds);
    world.feeds = NULL;
    store_commit(world.store);
    assert_int_equal(register_server_requests(world.server), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions_stand_in_the_database_for_people),
        cmocka_unit_test(polls_that_wait_for_the_decoder_are_told_again),
        cmocka_unit_test(an_interrupted_chain_goes_on_first),
        cmocka_unit_test(a_chain_that_is_too_old_starts_afresh),
        cmocka_unit_test(a_history_of_many_days_is_not_too_old),
        cmocka_unit_test(a_feed_that_was_removed_is_asked_no_more),
        cmocka_unit_test(a_new_feed_is_asked_at_once),
        cmocka_unit_test(a_reload_without_a_change_disturbs_no_transfer),
        cmocka_unit_test(a_changed_definition_asks_anew_at_once),
        cmocka_unit_test(a_shorter_interval_counts_from_now),
        cmocka_unit_test(a_commit_that_comes_after_the_set_is_gone_finds_nobody),
        cmocka_unit_test(nothing_is_left_of_a_set_that_goes_in_mid_transfer),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
