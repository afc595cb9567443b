/* When feeds are asked: schedule, back-off, budgets, patience, clocks that jump. All in virtual time. */
#include "world.h"

#include "budget.h"
#include "internal.h"
#include "m13/limits.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- the schedule ----------------------------------------------------------------------------------------
 */

static void a_feed_is_asked_each_day_at_its_time(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 11);
    /* 02:00 in Beijing is 18:00 UTC the day before. */
    assert_sql(
        &world, "SELECT count(*) FROM poll WHERE id > 1 AND started_at % 86400000 = 18 * 3600000", "10");
    assert_sql(&world, "SELECT max(started_at) - min(started_at) FROM poll WHERE id > 1", "777600000");
    world_close(&world);
}

static bool a_week_is_over(struct world *world)
{
    return clock_wall() >= world->cycle;
}

static void after_downtime_an_overdue_turn_comes_once(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    feeds_free(world.feeds);
    world.feeds = NULL;
    struct loop_timer *timer =
        loop_timer_new(world.loop, LOOP_CLOCK, "down", (void (*)(void *))loop_stop, world.loop);
    world.cycle = clock_wall() + 7 * CLOCK_DAY;
    loop_timer_set_at(timer, world.cycle);
    world_run(&world, a_week_is_over);
    loop_timer_free(timer);

    int64_t restarted = clock_wall();
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    assert_sql(&world, "SELECT count(*) FROM poll", "4");
    assert_int_equal(world_number(&world, "SELECT started_at FROM poll WHERE id = 3"), restarted);
    assert_true(world_number(&world, "SELECT started_at FROM poll WHERE id = 4") - restarted > CLOCK_DAY / 4);
    world_close(&world);
}

static void a_restart_does_not_move_the_next_turn(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].jitter_ms = 3 * CLOCK_HOUR;
    world_start(&world);
    for (int turn = 0; turn < 3; turn++) {
        world_run_turns(&world, "fda-510k", 1);
        int64_t next = world_number(&world, "SELECT next_at FROM feed_state");
        world_restart(&world);
        assert_int_equal(world_number(&world, "SELECT next_at FROM feed_state"), next);
        assert_int_equal(feed_next_turn(&world.definitions[0], turn + 1, clock_wall()), next);
        assert_true(feeds_are_idle(world.feeds));
    }
    world_close(&world);
}

static void a_clock_that_was_set_back_does_not_silence_a_feed(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    /* All this was written in 2030, and the clock has been put right since. */
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE feed_state SET next_at = ?1, last_success_at = ?1, "
                                            "    last_full_at = ?1, last_attempt_at = ?1"),
        "i", world_at("2030-01-01T00:00:00Z")));
    query_run(query_bind(query(world.store, "UPDATE poll SET started_at = ?1, finished_at = ?1"), "i",
        world_at("2030-01-01T00:00:00Z")));
    store_commit(world.store);
    world_restart(&world);
    assert_true(
        world_number(&world, "SELECT next_at FROM feed_state") <= clock_wall() + CLOCK_DAY + CLOCK_DAY / 4);
    int64_t began = clock_wall();
    world_run_turns(&world, "fda-510k", 2);
    assert_true(clock_wall() - began < 3 * CLOCK_DAY);
    /* When the whole was seen last is not known: it is seen again. */
    assert_sql(&world, "SELECT kind FROM poll", "history|full|window");
    assert_sql(&world, "SELECT until_day - since_day BETWEEN 120 AND 122 FROM poll WHERE id = 3", "1");
    world_close(&world);
}

/* The same while the daemon runs: it looks at the clock each hour of real time. */
static void a_clock_that_is_set_back_under_a_running_daemon_is_seen(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    struct feed *feed = world.feeds->items[0];
    int64_t regular = feed->next_at, began = clock_wall();
    feed->next_at = world_at("2031-01-01T00:00:00Z");
    feed_arm(feed);
    assert_true(loop_timer_is_set(world.feeds->look));
    feeds_on_look(world.feeds);
    assert_int_equal(feed->next_at, regular);
    world_run_turns(&world, "fda-510k", 1);
    assert_true(clock_wall() - began < 2 * CLOCK_DAY);
    /* A turn that stands where it may is left alone. */
    int64_t next = feed->next_at;
    feeds_on_look(world.feeds);
    assert_int_equal(feed->next_at, next);
    world_close(&world);
}

static void a_clock_that_leaps_ahead_floods_nobody(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE feed_state SET next_at = ?1, last_success_at = ?1"), "i",
        world_at("2000-01-01T00:00:00Z")));
    store_commit(world.store);
    int64_t asked = register_server_requests(world.server);
    world_restart(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_true(register_server_requests(world.server) - asked <= 3);
    assert_true(world_number(&world, "SELECT next_at FROM feed_state") > clock_wall());
    world_close(&world);
}

/* --- failures --------------------------------------------------------------------------------------------
 */

static void a_feed_that_fails_for_a_month_is_still_asked_each_day_and_recovers(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"do\":\"status\",\"status\":503}]");
    int64_t began = clock_wall();
    world_start(&world);
    int64_t first = 0, previous = clock_wall(), longest = 0;
    while (clock_wall() - began < 30 * CLOCK_DAY) {
        world_run_turns(&world, "fda-510k", 1);
        int64_t attempt = world_number(&world, "SELECT last_attempt_at FROM feed_state");
        if (first == 0)
            first = world_number(&world, "SELECT first_failed_at FROM feed_state");
        longest = attempt - previous > longest ? attempt - previous : longest;
        previous = attempt;
        world_restart(&world); /* back-off is not forgotten */
    }
    int64_t asked = register_server_requests(world.server);
    assert_true(longest <= CLOCK_DAY && longest > CLOCK_DAY / 2);
    assert_true(asked > 30 && asked < 60);
    assert_int_equal(world_number(&world, "SELECT failures FROM feed_state"), asked);
    assert_int_equal(world_number(&world, "SELECT first_failed_at FROM feed_state"), first);

    scenario(&world, NULL);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome, failures, first_failed_at FROM feed_state", "applied|0|null");
    assert_true(clock_wall() - previous <= CLOCK_DAY);
    world_close(&world);
}

static void asked_by_a_person_a_failing_feed_is_asked_at_once(void **state)
{
    (void)state;
    struct world world;
    struct failure failure = {0};
    world_open(&world);
    scenario(&world, "[{\"to\":9,\"do\":\"status\",\"status\":500}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 9);
    int64_t now = clock_wall();
    assert_true(world_number(&world, "SELECT next_at FROM feed_state") > now + CLOCK_HOUR);
    assert_int_equal(feeds_poll_now(world.feeds, "fda-510k", &failure), 0);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(clock_wall(), now);
    assert_sql(&world, "SELECT outcome FROM feed_state", "applied");

    assert_int_equal(feeds_poll_now(world.feeds, "no-such-feed", &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "no-such-feed"));
    world_close(&world);
}

/* --- what the host says ----------------------------------------------------------------------------------
 */

static bool two_turns_are_over(struct world *world)
{
    return store_value(world->store, 0, "SELECT sum(cycle) FROM feed_state", "") >= 2;
}

static void retry_after_is_honoured_by_all_feeds_of_the_host_and_over_restarts(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-pma");
    world_add_feed(&world, "other-host")->budget[0] = 'R'; /* a budget of its own */
    scenario(
        &world, "[{\"request\":1,\"do\":\"status\",\"status\":429,\"headers\":{\"Retry-After\":\"7200\"}}]");
    /* Only the first feed is due. */
    world.feeds = feeds_new(world.loop, world.store, &world.config, &(struct feeds_events){0});
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE feed_state SET next_at = ? WHERE name <> 'fda-510k'"),
        "i", clock_wall() + CLOCK_HOUR));
    store_commit(world.store);
    feeds_free(world.feeds);
    int64_t told = clock_wall();
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(
        world_number(&world, "SELECT next_at FROM feed_state WHERE name = 'fda-510k'"), told + 7200000);

    struct failure failure = {0};
    for (int restart = 0; restart < 2; restart++) {
        assert_int_equal(feeds_poll_now(world.feeds, "fda-510k", &failure), -EAGAIN);
        assert_non_null(strstr(failure.text, "asked for no request before"));
        assert_int_equal(feeds_poll_now(world.feeds, NULL, &failure), 0);
        store_commit(world.store);
        world_restart(&world);
    }
    /* The neighbour's turn comes after an hour: it asks nothing until the host allows it. */
    world_run_turns(&world, "fda-pma", 1);
    assert_sql(&world, "SELECT outcome, failures FROM feed_state WHERE name = 'fda-pma'", "retry-after|1");
    assert_int_equal(
        world_number(&world, "SELECT next_at FROM feed_state WHERE name = 'fda-pma'"), told + 7200000);
    assert_sql(&world, "SELECT count(*) FROM poll WHERE feed = 'fda-pma'", "0");
    /* The other host knows nothing of it. */
    assert_sql(&world, "SELECT outcome FROM feed_state WHERE name = 'other-host'", "applied");
    assert_int_equal(
        world_number(&world, "SELECT min(started_at) FROM poll WHERE feed = 'other-host'"), told);

    world_run_turns(&world, "fda-pma", 1);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT DISTINCT outcome FROM feed_state", "applied");
    assert_true(
        world_number(&world, "SELECT min(started_at) FROM poll WHERE feed = 'fda-pma'") >= told + 7200000);
    world_close(&world);
}

static void a_retry_after_of_years_is_cut_to_a_day(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"request\":1,\"do\":\"status\",\"status\":503,"
                     "\"headers\":{\"Retry-After\":\"Fri, 01 Jan 2100 00:00:00 GMT\"}}]");
    int64_t told = clock_wall();
    world_start(&world);
    world_run_turns(&world, "fda-510k", 2);
    assert_int_equal(clock_wall() - told, LIMIT_RETRY_AFTER_MS);
    assert_sql(&world, "SELECT outcome FROM feed_state", "applied");
    world_close(&world);
}

/* A server that says 0 seconds gets no more requests than one that says nothing. */
static void a_retry_after_of_nothing_still_backs_off(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"do\":\"status\",\"status\":429,\"headers\":{\"Retry-After\":\"0\"}}]");
    int64_t began = clock_wall();
    world_start(&world);
    world_run_turns(&world, "fda-510k", 8);
    assert_true(clock_wall() - began > CLOCK_HOUR);
    world_close(&world);
}

/* --- budgets ---------------------------------------------------------------------------------------------
 */

static void a_day_budget_stops_a_chain_until_the_next_utc_day(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_rows(&world, 55); /* six pages */
    world.definitions[0].requests_a_day = 4;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome, detail FROM feed_state",
        "budget|page 5: 4 requests to register today; goes on after midnight UTC; raise a-day of budget in "
        "the "
        "definition if the register allows it");
    assert_sql(&world, "SELECT state, pages FROM poll", "fetching|4");
    assert_sql(&world, "SELECT requests FROM request_budget", "4");
    int64_t day = clock_wall() / CLOCK_DAY;

    world_restart(&world); /* a restart brings no new budget */
    assert_int_equal(feeds_poll_now(world.feeds, "fda-510k", NULL), 0);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(register_server_requests(world.server), 4);

    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(clock_wall() / CLOCK_DAY, day + 1);
    assert_true(clock_wall() % CLOCK_DAY < 10 * CLOCK_MINUTE);
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|6");
    assert_sql(&world, "SELECT requests FROM request_budget ORDER BY day", "4|2");
    world_close(&world);
}

static void feeds_of_one_host_share_its_day(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-pma");
    world.definitions[0].requests_a_day = world.definitions[1].requests_a_day = 4;
    world_start(&world);
    world_run(&world, two_turns_are_over);
    assert_int_equal(register_server_requests(world.server), 4);
    assert_sql(&world, "SELECT budget, requests FROM request_budget", "register|4");
    assert_sql(&world, "SELECT count(*) FROM feed_state WHERE outcome = 'budget'", "2");
    world_run_until(&world, "2026-12-31T00:00:00Z");
    assert_sql(&world, "SELECT DISTINCT outcome IN ('applied', 'unchanged') FROM feed_state", "1");
    assert_true(world_number(&world, "SELECT max(requests) FROM request_budget") <= 4);
    world_close(&world);
}

static void requests_are_spaced_over_the_minute(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_rows(&world, 300); /* thirty pages */
    world.definitions[0].requests_a_minute = 12;
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT pages FROM poll", "30");
    /* No minute, wherever it begins, holds more than twelve. */
    assert_true(world_number(&world,
                    "SELECT max((SELECT count(*) FROM payload b WHERE b.fetched_at >= a.fetched_at AND "
                    "    b.fetched_at < a.fetched_at + 60000)) FROM payload a") <= 12);
    assert_true(
        world_number(&world, "SELECT max(fetched_at) - min(fetched_at) FROM payload") < 3 * CLOCK_MINUTE);
    world_close(&world);
}

static void no_minute_ever_holds_more_than_its_budget(void **state)
{
    (void)state;
    for (int64_t a_minute = 1; a_minute <= 240; a_minute++) {
        struct budget budget = {.name = NULL};
        struct feed_definition feed = {.requests_a_minute = a_minute};
        int64_t sent[1000], now = 0;
        for (size_t i = 0; i < 1000; i++) {
            now = budget_ready_at(&budget, &feed, now);
            sent[i] = now;
            budget_spend(&budget, &feed, now);
            if (i >= (size_t)a_minute)
                assert_true(now - sent[i - (size_t)a_minute] >= CLOCK_MINUTE);
        }
        /* And nearly all of it can be used. */
        assert_true(now <= (1000 / a_minute + 2) * CLOCK_MINUTE * 5 / 4);
    }
}

static void a_bucket_survives_a_clock_that_is_set_back(void **state)
{
    (void)state;
    struct budget budget = {.name = NULL};
    struct feed_definition feed = {.requests_a_minute = 60};
    int64_t future = world_at("2030-01-01T00:00:00Z"), now = world_at("2026-01-01T00:00:00Z");
    for (int i = 0; i < 100; i++)
        budget_spend(&budget, &feed, future);
    assert_true(budget_ready_at(&budget, &feed, now) <= now + CLOCK_MINUTE);
    budget_be_patient(&budget, future);
    assert_int_equal(budget_patience(&budget, now), 0);
    assert_int_equal(budget_patience(&budget, future - 1000), future);
}

/* --- many feeds ------------------------------------------------------------------------------------------
 */

static bool all_places_are_taken(struct world *world)
{
    return register_server_requests(world->server) >= LIMIT_TRANSFERS;
}

static bool twelve_turns_are_over(struct world *world)
{
    return store_value(world->store, 0, "SELECT sum(cycle) FROM feed_state", "") >= 12;
}

static void no_more_transfers_than_places_are_under_way(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    for (int i = 1; i < 12; i++) {
        char name[24];
        snprintf(name, sizeof name, "feed-%02d", i);
        world_add_feed(&world, name);
    }
    scenario(&world, "[{\"to\":8,\"do\":\"delay\",\"delay_ms\":50}]");
    world_start(&world);
    world_run(&world, all_places_are_taken);
    assert_int_equal(register_server_requests(world.server), LIMIT_TRANSFERS);
    world_run(&world, twelve_turns_are_over);
    assert_sql(&world,
        "SELECT count(*), count(DISTINCT feed) FROM poll WHERE state = 'applied' AND pages = 3", "12|12");
    world_close(&world);
}

/* --- once ------------------------------------------------------------------------------------------------
 */

static bool feeds_are_done(struct world *world)
{
    return feeds_are_idle(world->feeds);
}

static void once_asks_what_is_due_and_no_more(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_add_feed(&world, "fda-fails")->window.path[1] = 'x';
    world.definitions[1].history.path[1] = 'x'; /* no such path: refused */
    world_add_feed(&world, "fda-later");
    world.definitions[0].requests_a_minute = 6;
    world.feeds = feeds_new(world.loop, world.store, &world.config, &(struct feeds_events){0});
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE feed_state SET next_at = ? WHERE name = 'fda-later'"),
        "i", clock_wall() + CLOCK_MINUTE));
    feeds_free(world.feeds);

    int64_t began = clock_wall();
    world.feeds = NULL;
    world_start(&world);
    feeds_hold_schedule(world.feeds);
    assert_false(feeds_are_idle(world.feeds));
    world_run(&world, feeds_are_done);
    /* The minute's budget was waited for, the failure was not tried again, the later turn did not come. */
    assert_int_equal(clock_wall() - began, 20 * CLOCK_SECOND);
    assert_sql(&world, "SELECT name, outcome, cycle FROM feed_state ORDER BY name",
        "fda-510k|applied|1|fda-fails|refused|1|fda-later||0");

    assert_int_equal(feeds_poll_now(world.feeds, "fda-later", NULL), 0);
    assert_false(feeds_are_idle(world.feeds));
    world_run(&world, feeds_are_done);
    assert_sql(&world, "SELECT outcome FROM feed_state WHERE name = 'fda-later'", "applied");
    world_close(&world);
}

static void once_ends_for_a_feed_whose_day_is_spent(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].requests_a_day = 2;
    int64_t began = clock_wall();
    world_start(&world);
    feeds_hold_schedule(world.feeds);
    world_run(&world, feeds_are_done);
    assert_int_equal(clock_wall(), began);
    assert_sql(&world, "SELECT outcome, failures FROM feed_state", "budget|1");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_is_asked_each_day_at_its_time),
        cmocka_unit_test(after_downtime_an_overdue_turn_comes_once),
        cmocka_unit_test(a_restart_does_not_move_the_next_turn),
        cmocka_unit_test(a_clock_that_was_set_back_does_not_silence_a_feed),
        cmocka_unit_test(a_clock_that_is_set_back_under_a_running_daemon_is_seen),
        cmocka_unit_test(a_clock_that_leaps_ahead_floods_nobody),
        cmocka_unit_test(a_feed_that_fails_for_a_month_is_still_asked_each_day_and_recovers),
        cmocka_unit_test(asked_by_a_person_a_failing_feed_is_asked_at_once),
        cmocka_unit_test(retry_after_is_honoured_by_all_feeds_of_the_host_and_over_restarts),
        cmocka_unit_test(a_retry_after_of_years_is_cut_to_a_day),
        cmocka_unit_test(a_retry_after_of_nothing_still_backs_off),
        cmocka_unit_test(a_day_budget_stops_a_chain_until_the_next_utc_day),
        cmocka_unit_test(feeds_of_one_host_share_its_day),
        cmocka_unit_test(requests_are_spaced_over_the_minute),
        cmocka_unit_test(no_minute_ever_holds_more_than_its_budget),
        cmocka_unit_test(a_bucket_survives_a_clock_that_is_set_back),
        cmocka_unit_test(no_more_transfers_than_places_are_under_way),
        cmocka_unit_test(once_asks_what_is_due_and_no_more),
        cmocka_unit_test(once_ends_for_a_feed_whose_day_is_spent),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
