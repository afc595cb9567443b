/* Chains of pages that break, turn, run in circles or lead astray. */
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

static void a_broken_chain_keeps_its_pages_and_goes_on_from_the_one_that_is_missing(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *outcome, *detail;
    } cases[] = {
        {"\"do\":\"status\",\"status\":500", "chain-broken", "page 3: server error: HTTP 500; the pages"},
        {"\"do\":\"reset\"", "chain-broken", "page 3: connection lost: "},
        {"\"do\":\"html\"", "chain-broken", "page 3: wrong content type: "},
        {"\"do\":\"endless\"", "chain-broken", "page 3: too large: "},
        {"\"do\":\"status\",\"status\":429", "rate-limited", "page 3: HTTP 429; asked again"},
        {"\"do\":\"status\",\"status\":429,\"headers\":{\"Retry-After\":\"60\"}", "retry-after",
            "page 3: HTTP 429, not before"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        char json[200];
        world_open(&world);
        snprintf(json, sizeof json, "[{\"page\":3,\"request\":1,%s}]", cases[i].fault);
        scenario(&world, json);
        world_start(&world);
        world_run_turns(&world, "fda-510k", 1);
        char *found = world_text(&world, "SELECT outcome, detail FROM feed_state");
        if (strncmp(found, cases[i].outcome, strlen(cases[i].outcome)) != 0 ||
            strstr(found, cases[i].detail) == NULL)
            fail_msg("%s gives %s", cases[i].fault, found);
        free(found);
        assert_sql(&world,
            "SELECT state, pages, next_url LIKE '%search_after=0%3DK260019', finished_at FROM poll",
            "fetching|2|1|null");
        assert_int_equal(world.fetched, 0);

        world_run_turns(&world, "fda-510k", 1);
        assert_int_equal(register_server_requests(world.server), 4);
        assert_asks(&world, 4, "/device/510k.json?limit=10&search_after=0%3DK260019");
        assert_sql(&world, "SELECT state, pages, outcome FROM poll", "applied|3|applied");
        assert_sql(&world, "SELECT count(*) FROM poll", "1");
        world_close(&world);
    }
}

static void a_chain_that_moves_is_not_slowed_down(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world_rows(&world, 200);
    /* Each second request of a page fails: one page a turn. */
    scenario(&world,
        "[{\"page\":2,\"request\":1,\"do\":\"reset\"},{\"page\":3,\"request\":1,\"do\":\"reset\"},"
        " {\"page\":4,\"request\":1,\"do\":\"reset\"},{\"page\":5,\"request\":1,\"do\":\"reset\"},"
        " {\"page\":6,\"request\":1,\"do\":\"reset\"},{\"page\":7,\"request\":1,\"do\":\"reset\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 6);
    assert_sql(&world, "SELECT failures, pages FROM feed_state, poll", "1|6");
    assert_true(
        world_number(&world, "SELECT last_attempt_at - first_failed_at FROM feed_state") < 6 * CLOCK_MINUTE);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state FROM poll", "applied");
    world_close(&world);
}

static void a_continuation_that_is_refused_starts_afresh(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world,
        "[{\"page\":2,\"request\":1,\"do\":\"status\",\"status\":400,\"body\":\"search_after is stale\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state, outcome, pages, next_url FROM poll", "failed|chain-broken|1|null");
    assert_sql(&world, "SELECT outcome, detail FROM feed_state",
        "chain-broken|page 2: request refused: HTTP 400: search_after is stale; the next turn starts afresh");
    world_run_turns(&world, "fda-510k", 1);
    assert_asks(&world, 3, "/device/510k.json?limit=10");
    assert_sql(&world, "SELECT state, pages FROM poll WHERE id = 2", "applied|3");
    world_close(&world);
}

/* A register that always refuses the same page is not asked for all pages before it minute by minute. */
static void a_continuation_that_is_always_refused_backs_off(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":3,\"do\":\"status\",\"status\":400}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 8);
    assert_sql(&world, "SELECT failures FROM feed_state", "8");
    assert_true(world_number(&world, "SELECT next_at - last_attempt_at FROM feed_state") > CLOCK_HOUR);
    world_close(&world);
}

static void a_chain_that_runs_in_a_circle_is_cut(void **state)
{
    (void)state;
    static const char *const links[] = {
        "</device/510k.json?limit=10>; rel=next",                          /* back to the first page */
        "</device/510k.json?limit=10&search_after=0%3DK260009>; rel=next", /* to itself */
        "<?limit=10&skip=0>; rel=next", /* the first page by another name */
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct world world;
        char json[300];
        world_open(&world);
        snprintf(json, sizeof json, "[{\"page\":2,\"request\":1,\"do\":\"link\",\"link\":\"%s\"}]", links[i]);
        scenario(&world, json);
        world_start(&world);
        world_run_turns(&world, "fda-510k", 1);
        assert_sql(
            &world, "SELECT outcome, detail LIKE '%cannot be read: the %' FROM feed_state", "chain-broken|1");
        assert_true(register_server_requests(world.server) <= 3);
        assert_int_equal(world.fetched, 0);
        world_close(&world);
    }
}

static void a_chain_that_never_ends_is_cut(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":2,\"request\":1,\"do\":\"reset\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE poll SET pages = ?"), "i", (int64_t)LIMIT_PAGES - 1));
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world,
        "SELECT outcome, detail LIKE 'page 20000: too large: more than 20000 pages;%' FROM feed_state",
        "chain-broken|1");
    world_close(&world);
}

static void a_chain_that_would_fill_the_disk_is_cut(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":2,\"request\":1,\"do\":\"reset\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    store_write(world.store);
    query_run(query_bind(query(world.store, "UPDATE payload SET bytes = ?"), "i", (int64_t)LIMIT_POLL_BYTES));
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world,
        "SELECT outcome, detail LIKE 'page 2: too large: more than 17179869184 bytes in all;%' FROM "
        "feed_state",
        "chain-broken|1");
    world_close(&world);
}

static void a_link_to_another_host_in_mid_chain_is_not_followed(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    scenario(&world, "[{\"page\":2,\"request\":1,\"do\":\"link\",\"link\":\"<http://evil.example/x>; "
                     "rel=\\\"next\\\"\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state, pages FROM poll", "fetching|1");
    assert_sql(&world,
        "SELECT outcome, detail LIKE '%leaves the register''s host: http://evil.example/x%' FROM feed_state",
        "chain-broken|1");
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT state, pages FROM poll", "applied|3");
    world_close(&world);
}

/* --- what became of it -----------------------------------------------------------------------------------
 */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_chain_keeps_its_pages_and_goes_on_from_the_one_that_is_missing),
        cmocka_unit_test(a_chain_that_moves_is_not_slowed_down),
        cmocka_unit_test(a_continuation_that_is_refused_starts_afresh),
        cmocka_unit_test(a_continuation_that_is_always_refused_backs_off),
        cmocka_unit_test(a_chain_that_runs_in_a_circle_is_cut),
        cmocka_unit_test(a_chain_that_never_ends_is_cut),
        cmocka_unit_test(a_chain_that_would_fill_the_disk_is_cut),
        cmocka_unit_test(a_link_to_another_host_in_mid_chain_is_not_followed),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
