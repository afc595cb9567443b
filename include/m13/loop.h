/* loop.h - the one event loop, on libevent.
 *
 * A turn: libevent waits once and runs the callbacks that are ready, then due timers, then one slice of long
 * work, then the turn's end hooks (the store commits there, and what must follow a commit is done after it).
 * Timers of the two kinds: CLOCK timers follow the wall clock and are what the loop jumps to under an
 * overridden clock when nothing is in flight; REAL timers guard I/O and always run in real time. Callbacks
 * never nest. */
#ifndef M13_LOOP_H
#define M13_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_watch;
struct event_base;

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* after everything that watches on it is gone */
/* For libraries that bring their own events. What runs there is not counted in loop_health(): prefer a watch.
 */
struct event_base *loop_base(struct loop *loop);

enum loop_timer_kind { LOOP_CLOCK, LOOP_REAL };
/* A timer is armed once per loop_timer_set; it may be set again from its own callback, and then fires in a
 * later turn. Timers due at the same time fire in the order in which they were set. The owner frees it;
 * `name` is kept as it is. */
struct loop_timer *loop_timer_new(struct loop *loop, enum loop_timer_kind kind, const char *name,
    void (*callback)(void *context), void *context);
void loop_timer_set_at(
    struct loop_timer *timer, int64_t wall); /* CLOCK only; the past means now, CLOCK_NEVER never */
/* A CLOCK timer set for a span is not moved by steps of the real wall clock. */
void loop_timer_set_in(struct loop_timer *timer, int64_t milliseconds);
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* also from its own callback; NULL is fine */

enum { LOOP_READ = 1, LOOP_WRITE = 2 };
/* Persistent watch of a descriptor; `events` says what is ready. The descriptor stays the caller's. */
struct loop_watch *loop_watch_new(struct loop *loop, int descriptor, int events,
    void (*callback)(int descriptor, int events, void *context), void *context);
void loop_watch_change(struct loop_watch *watch, int events); /* 0 = pause */
void loop_watch_free(struct loop_watch *watch);               /* also from its own callback; NULL is fine */

/* SIGTERM, SIGINT, SIGHUP, SIGCHLD ...: as an ordinary callback in the loop. */
void loop_on_signal(
    struct loop *loop, int number, void (*callback)(int number, void *context), void *context);

/* Work and flights. While any flight is up, an overridden clock does not jump. */
void loop_flight_begin(struct loop *loop);
void loop_flight_end(struct loop *loop);
/* `work` is called once a turn as long as it returns true (= more to do); it must keep to LIMIT_SLICE_MS.
 * loop_wake() makes the loop ask it again. While work is pending the loop does not sleep and does not jump.
 */
void loop_set_work(struct loop *loop, bool (*work)(void *context), void *context);
void loop_wake(struct loop *loop);
void loop_on_turn_end(
    struct loop *loop, void (*hook)(void *context), void *context); /* in order of registration */

/* Runs until loop_stop(), or, with `until_idle`, until no work, no flight and no CLOCK timer due at the
 * present time is left (REAL timers do not count, and the clock does not jump). */
void loop_run(struct loop *loop, bool until_idle);
void loop_stop(struct loop *loop);

/* Health of the loop, for metrics and the watchdog: how long turns kept others waiting. */
struct loop_health {
    int64_t turns;
    int64_t stall_p50_us, stall_p99_us,
        stall_max_us; /* time from one wait to the next, over the last 4,096 turns */
};
void loop_health(const struct loop *loop, struct loop_health *ret_health);

#endif
