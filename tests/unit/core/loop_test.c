/* The loop in real time: descriptors, signals, timers, work beside I/O. */
#include "m13/loop.h"

#include "m13/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct loop *loop;
static int pair[2]; /* a connection; bytes written to [1] are read from [0] */
static int calls;

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    calls = 0;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

static void stop(void *context)
{
    (void)context;
    calls++;
    loop_stop(loop);
}

static void spend(int64_t microseconds)
{
    int64_t until = clock_monotonic_us() + microseconds;
    while (clock_monotonic_us() < until)
        ;
}

static void timers_keep_real_time(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct loop_timer *timer =
            loop_timer_new(loop, kind == 0 ? LOOP_REAL : LOOP_CLOCK, "soon", stop, NULL);
        int64_t began = clock_monotonic();
        if (kind == 2)
            loop_timer_set_at(timer, clock_wall() + 12);
        else
            loop_timer_set_in(timer, 12);
        loop_run(loop, false);
        assert_in_range(clock_monotonic() - began, 11, 2000);
        loop_timer_free(timer);
    }
    assert_int_equal(calls, 3);
}

static void a_nearer_time_replaces_a_far_one(void **state)
{
    (void)state;
    struct loop_timer *far = loop_timer_new(loop, LOOP_CLOCK, "far", stop, NULL);
    struct loop_timer *near = loop_timer_new(loop, LOOP_CLOCK, "near", stop, NULL);
    loop_timer_set_at(far, clock_wall() + CLOCK_DAY);
    loop_timer_set_at(near, clock_wall() + 5);
    loop_run(loop, false);
    loop_timer_set_at(far, clock_wall() - CLOCK_DAY); /* moved to the past: now */
    loop_run(loop, false);
    assert_int_equal(calls, 2);
    loop_timer_free(far);
    loop_timer_free(near);
}

static void tomorrow_does_not_keep_the_loop_from_idleness(void **state)
{
    (void)state;
    struct loop_timer *tomorrow = loop_timer_new(loop, LOOP_CLOCK, "tomorrow", stop, NULL);
    struct loop_timer *in_a_day = loop_timer_new(loop, LOOP_CLOCK, "in a day", stop, NULL);
    struct loop_timer *now = loop_timer_new(loop, LOOP_CLOCK, "now", stop, NULL);
    loop_timer_set_at(tomorrow, clock_wall() + CLOCK_DAY);
    loop_timer_set_in(in_a_day, CLOCK_DAY);
    loop_run(loop, true);
    assert_int_equal(calls, 0);
    loop_timer_set_in(now, 0);
    loop_run(loop, true);
    assert_int_equal(calls, 1);
    loop_timer_free(tomorrow);
    loop_timer_free(in_a_day);
    loop_timer_free(now);
}

/* --- descriptors ---------------------------------------------------------------------------------------- */

static struct loop_watch *watches[2];

static void read_all(int descriptor, int events, void *context)
{
    char bytes[64];
    assert_int_equal(events, LOOP_READ);
    *(ssize_t *)context += read(descriptor, bytes, sizeof bytes);
    loop_stop(loop);
}

static void paused_watch_is_silent_until_it_is_resumed(void **state)
{
    (void)state;
    ssize_t got = 0;
    struct loop_watch *watch = loop_watch_new(loop, pair[0], 0, read_all, &got);
    assert_int_equal(write(pair[1], "abc", 3), 3);
    loop_run(loop, true);
    assert_int_equal(got, 0);
    loop_watch_change(watch, LOOP_READ);
    loop_run(loop, false);
    assert_int_equal(got, 3);
    assert_int_equal(write(pair[1], "de", 2), 2);
    loop_watch_change(watch, 0);
    loop_run(loop, true);
    assert_int_equal(got, 3);
    loop_watch_free(watch);
    loop_watch_free(NULL);
}

static void note_events(int descriptor, int events, void *context)
{
    (void)descriptor;
    *(int *)context = events;
    loop_stop(loop);
}

static void watch_says_what_is_ready(void **state)
{
    (void)state;
    int events = 0;
    struct loop_watch *watch = loop_watch_new(loop, pair[0], LOOP_WRITE, note_events, &events);
    loop_run(loop, false);
    assert_int_equal(events, LOOP_WRITE);
    assert_int_equal(write(pair[1], "x", 1), 1);
    loop_watch_change(watch, LOOP_READ | LOOP_WRITE);
    loop_run(loop, false);
    assert_int_equal(events, LOOP_READ | LOOP_WRITE);
    close(pair[1]); /* the end of the stream is something to read */
    pair[1] = dup(pair[0]);
    loop_watch_change(watch, LOOP_READ);
    loop_run(loop, false);
    assert_int_equal(events, LOOP_READ);
    loop_watch_free(watch);
}

static void free_all_watches(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events, (void)context;
    calls++;
    for (int i = 0; i < 2; i++) {
        loop_watch_free(watches[i]);
        watches[i] = NULL;
    }
}

static void a_freed_watch_is_not_called_though_it_was_ready(void **state)
{
    (void)state;
    watches[0] = loop_watch_new(loop, pair[0], LOOP_WRITE, free_all_watches, NULL);
    watches[1] = loop_watch_new(loop, pair[1], LOOP_WRITE, free_all_watches, NULL);
    loop_run(loop, true);
    loop_run(loop, true);
    assert_int_equal(calls, 1);
}

static void take_signal(int number, void *context)
{
    *(int *)context += number;
    loop_stop(loop);
}

static void signals_are_ordinary_callbacks(void **state)
{
    (void)state;
    int sum = 0;
    loop_on_signal(loop, SIGHUP, take_signal, &sum);
    loop_on_signal(loop, SIGUSR1, take_signal, &sum);
    raise(SIGHUP);
    assert_int_equal(sum, 0);
    loop_run(loop, false);
    raise(SIGUSR1);
    loop_run(loop, false);
    assert_int_equal(sum, SIGHUP + SIGUSR1);
}

static void a_lost_reader_is_an_error_and_no_signal(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(ends[1]);
}

/* --- turns ---------------------------------------------------------------------------------------------- */

static char order[32];

static bool work_once(void *context)
{
    (void)context;
    strcat(order, "w");
    return false;
}

static void append(void *context)
{
    strcat(order, context);
}

static void append_and_stop(void *context)
{
    append(context);
    loop_stop(loop);
}

static void a_turn_is_timers_then_work_then_hooks_even_when_stopped(void **state)
{
    (void)state;
    static char timer_letter[] = "t", first[] = "1", second[] = "2";
    order[0] = '\0';
    struct loop_timer *timer = loop_timer_new(loop, LOOP_CLOCK, "stops", append_and_stop, timer_letter);
    loop_timer_set_in(timer, 0);
    loop_set_work(loop, work_once, NULL);
    loop_on_turn_end(loop, append, first);
    loop_on_turn_end(loop, append, second);
    loop_run(loop, false);
    assert_string_equal(order, "tw12");
    loop_timer_free(timer);
}

static void stop_before_the_run_is_kept(void **state)
{
    (void)state;
    loop_stop(loop);
    loop_run(loop, false);
    struct loop_health health;
    loop_health(loop, &health);
    assert_int_equal(health.turns, 0);
}

static int slices;

static bool slice_of_two_ms(void *context)
{
    (void)context;
    spend(2000);
    if (++slices == 10)
        loop_stop(loop);
    return true;
}

static void take_half_a_ms(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events, (void)context;
    spend(500);
    calls++;
}

static void work_takes_at_most_half_of_the_time_from_others(void **state)
{
    (void)state;
    slices = 0;
    struct loop_watch *busy = loop_watch_new(loop, pair[0], LOOP_WRITE, take_half_a_ms, NULL);
    loop_set_work(loop, slice_of_two_ms, NULL);
    int64_t began = clock_monotonic_us();
    loop_run(loop, false);
    int64_t others = clock_monotonic_us() - began - 10 * 2000;
    assert_true(calls >= 10);
    assert_true(others >= 8 * 2000); /* nine slices were waited for; the last one was not */
    loop_watch_free(busy);
}

static void alone_work_is_not_held_up(void **state)
{
    (void)state;
    slices = 0;
    loop_set_work(loop, slice_of_two_ms, NULL);
    loop_run(loop, false);
    struct loop_health health;
    loop_health(loop, &health);
    assert_int_equal(health.turns, 10);
}

static struct loop_timer *ticking;

static void tick(void *context)
{
    (void)context;
    if (++calls == 3)
        spend(20000);
    if (calls == 9)
        loop_stop(loop);
    loop_timer_set_in(ticking, 8);
}

static void health_counts_the_stalls_but_not_the_waits(void **state)
{
    (void)state;
    struct loop_health health;
    loop_health(loop, &health);
    assert_int_equal(health.stall_max_us, 0);
    ticking = loop_timer_new(loop, LOOP_REAL, "ticking", tick, NULL);
    loop_timer_set_in(ticking, 0);
    loop_run(loop, false);
    loop_health(loop, &health);
    assert_true(health.turns >= 9);
    assert_true(health.stall_max_us >= 20000);
    assert_true(health.stall_p50_us < 8000);
    assert_true(health.stall_p99_us <= health.stall_max_us);
    loop_timer_free(ticking);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(timers_keep_real_time),
        CASE(a_nearer_time_replaces_a_far_one),
        CASE(tomorrow_does_not_keep_the_loop_from_idleness),
        CASE(paused_watch_is_silent_until_it_is_resumed),
        CASE(watch_says_what_is_ready),
        CASE(a_freed_watch_is_not_called_though_it_was_ready),
        CASE(signals_are_ordinary_callbacks),
        CASE(a_lost_reader_is_an_error_and_no_signal),
        CASE(a_turn_is_timers_then_work_then_hooks_even_when_stopped),
        CASE(stop_before_the_run_is_kept),
        CASE(work_takes_at_most_half_of_the_time_from_others),
        CASE(alone_work_is_not_held_up),
        CASE(health_counts_the_stalls_but_not_the_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
