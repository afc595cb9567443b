/* When a publication is made, and what is said of one that failed; with real children on a real loop. */
#include "as_child.h"
#include "internal.h"
#include "world.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "m13/store.h"
#include "m13/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct world world;
static struct loop *loop;
static struct publish *publish;
static struct loop_timer *patience;

/* A pace that no test lives to see the end of: what comes at once is told apart from what waits. */
#define EVERY_MS CLOCK_HOUR

static void give_up(void *context)
{
    (void)context;
    fail_msg("nothing happened for 20 s");
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    as_child_program(world.folder);
    unsetenv("PUBLISH_FAULT");
    publish_retry_ms = CLOCK_HOUR;
    publish_patience_ms = CLOCK_HOUR;
    loop = loop_new();
    patience = loop_timer_new(loop, LOOP_REAL, "patience", give_up, NULL);
    loop_timer_set_in(patience, 20 * CLOCK_SECOND);
    publish = publish_new(loop, world.store, EVERY_MS);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    publish_free(publish);
    loop_timer_free(patience);
    loop_free(loop);
    world_close(&world);
    return 0;
}

static void add_case(const char *number)
{
    world_approval(&world, number, "auto", 20522, 20522);
    world_case(&world, number, "sale");
    world_commit(&world);
}

/* Until no child runs; a timer that is set for later is left alone. */
static void run(void)
{
    loop_run(loop, true);
}

static int64_t cases(void)
{
    return published_number(&world, "SELECT count(*) FROM bi_case");
}

static bool was_published(void)
{
    return access(world.published, F_OK) == 0;
}

static void the_first_change_is_published_at_once(void **state)
{
    (void)state;
    assert_true(publish_is_idle(publish));
    add_case("K260001");
    publish_request(publish);
    assert_false(publish_is_idle(publish));
    run();
    assert_true(publish_is_idle(publish));
    assert_string_equal(publish_problem(publish), "");
    assert_int_equal(cases(), 1);
}

static void the_next_changes_wait_for_each_other(void **state)
{
    (void)state;
    publish_request(publish);
    run();
    add_case("K260001");
    publish_request(publish);
    run();
    assert_false(publish_is_idle(publish));
    assert_int_equal(cases(), 0);
}

static void they_are_published_together_when_the_time_has_come(void **state)
{
    (void)state;
    publish_free(publish);
    publish = publish_new(loop, world.store, 50);
    publish_request(publish);
    run();
    add_case("K260001");
    publish_request(publish);
    add_case("K260002");
    publish_request(publish);
    while (!publish_is_idle(publish))
        run();
    assert_int_equal(cases(), 2);
}

static void what_changes_while_the_child_runs_is_not_forgotten(void **state)
{
    (void)state;
    publish_request(publish);
    publish_request(publish);
    run();
    assert_false(publish_is_idle(publish));
}

static void decide_all(const char *kind)
{
    work_add(world.store, kind, "all", true);
    world_commit(&world);
}

/* What stands is half of yesterday's rules. */
static void while_all_firms_are_decided_again_nothing_is_published(void **state)
{
    (void)state;
    static const char *const kinds[] = {"decide-all", "decide-rates"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        decide_all(kinds[i]);
        publish_request(publish);
        run();
        assert_false(publish_is_idle(publish));
        assert_false(was_published());
        store_write(world.store);
        query_run(query(world.store, "DELETE FROM work"));
        world_commit(&world);
    }
    publish_request(publish);
    run();
    assert_true(publish_is_idle(publish));
    assert_true(was_published());
}

static void one_firm_that_is_decided_holds_nothing_back(void **state)
{
    (void)state;
    work_add(world.store, "decide", "91110000000000001X", true);
    world_commit(&world);
    publish_request(publish);
    run();
    assert_true(was_published());
}

static void what_is_asked_for_is_published_while_all_firms_are_decided(void **state)
{
    (void)state;
    decide_all("decide-all");
    publish_now(publish);
    run();
    assert_true(was_published());
}

static void a_decision_that_does_not_end_is_not_waited_for_for_ever(void **state)
{
    (void)state;
    publish_patience_ms = 0;
    decide_all("decide-all");
    publish_request(publish);
    run();
    assert_true(was_published());
}

static void a_child_that_runs_when_the_daemon_stops_is_left_nowhere(void **state)
{
    (void)state;
    publish_request(publish);
    publish_free(publish);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    publish = publish_new(loop, world.store, EVERY_MS);
    run();
    assert_true(publish_is_idle(publish));
}

static void now_does_not_wait(void **state)
{
    (void)state;
    publish_request(publish);
    run();
    add_case("K260001");
    publish_now(publish);
    run();
    assert_true(publish_is_idle(publish));
    assert_int_equal(cases(), 1);
}

static void now_does_not_wait_behind_a_child_that_runs(void **state)
{
    (void)state;
    publish_request(publish);
    add_case("K260001");
    publish_now(publish);
    run();
    assert_true(publish_is_idle(publish));
    assert_int_equal(cases(), 1);
}

static void a_failure_is_told_and_waited_for_by_nobody(void **state)
{
    (void)state;
    publish_request(publish);
    run();
    setenv("PUBLISH_FAULT", "full:1", 1);
    add_case("K260001");
    publish_now(publish);
    run();
    assert_non_null(strstr(publish_problem(publish), "full"));
    assert_true(publish_is_idle(publish));
    assert_int_equal(cases(), 0);

    unsetenv("PUBLISH_FAULT");
    publish_now(publish);
    run();
    assert_string_equal(publish_problem(publish), "");
    assert_int_equal(cases(), 1);
}

static void after_a_failure_it_tries_again_by_itself(void **state)
{
    (void)state;
    publish_free(publish);
    publish = publish_new(loop, world.store, 50);
    publish_retry_ms = 50;
    setenv("PUBLISH_FAULT", "full:1", 1);
    publish_request(publish);
    run();
    assert_non_null(strstr(publish_problem(publish), "full"));
    unsetenv("PUBLISH_FAULT");
    while (*publish_problem(publish) != '\0')
        run();
    assert_true(was_published());
}

static void a_child_that_dies_without_a_word_is_a_failure(void **state)
{
    (void)state;
    setenv("PUBLISH_FAULT", "die:0", 1);
    publish_now(publish);
    run();
    assert_string_equal(publish_problem(publish), "the child died");
    assert_false(was_published());
}

static void a_child_that_cannot_be_started_is_a_failure(void **state)
{
    (void)state;
    setenv("M13_BUILD", "/nonexistent", 1);
    publish_now(publish);
    run();
    assert_non_null(strstr(publish_problem(publish), "/nonexistent/m13d cannot be started"));
    assert_true(publish_is_idle(publish));
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(the_first_change_is_published_at_once),
        CLAIM(the_next_changes_wait_for_each_other),
        CLAIM(they_are_published_together_when_the_time_has_come),
        CLAIM(what_changes_while_the_child_runs_is_not_forgotten),
        CLAIM(while_all_firms_are_decided_again_nothing_is_published),
        CLAIM(one_firm_that_is_decided_holds_nothing_back),
        CLAIM(what_is_asked_for_is_published_while_all_firms_are_decided),
        CLAIM(a_decision_that_does_not_end_is_not_waited_for_for_ever),
        CLAIM(a_child_that_runs_when_the_daemon_stops_is_left_nowhere),
        CLAIM(now_does_not_wait),
        CLAIM(now_does_not_wait_behind_a_child_that_runs),
        CLAIM(a_failure_is_told_and_waited_for_by_nobody),
        CLAIM(after_a_failure_it_tries_again_by_itself),
        CLAIM(a_child_that_dies_without_a_word_is_a_failure),
        CLAIM(a_child_that_cannot_be_started_is_a_failure),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
