/* loop_inside.h - what the files of the loop share: loop.c turns, loop_timer.c queues, loop_watch.c watches.
 */
#ifndef M13_LOOP_INSIDE_H
#define M13_LOOP_INSIDE_H

#include "m13/loop.h"

#include <event2/event.h>
#include <stddef.h>

/* Each queue has a scale of its own. A CLOCK timer that was set for a span of time ticks on the monotonic
 * scale while the clock is real, so that a clock set back by an hour does not hold it up for that hour. */
enum queue_kind {
    QUEUE_WALL,    /* CLOCK timers that wait for a time */
    QUEUE_ELAPSED, /* CLOCK timers that wait for a span, under a real clock */
    QUEUE_REAL,    /* REAL timers */
    QUEUES
};

struct timer_queue {
    struct loop_timer **timers; /* a binary heap by (due, sequence) */
    size_t count, capacity;
};

struct loop_signal;

struct turn_hook {
    void (*hook)(void *context);
    void *context;
};

#define STALLS_KEPT 4096

struct loop {
    struct event_base *base;
    struct timer_queue queues[QUEUES];
    uint64_t sequence;       /* of the next timer that is set */
    struct event *alarm;     /* libevent's timer, for the queues on the monotonic scale */
    struct event *wall_bell; /* a timerfd on CLOCK_REALTIME, which follows steps of that clock by itself */
    int wall_descriptor;
    int64_t wall_armed; /* what the timerfd is set to; CLOCK_NEVER = nothing */

    struct loop_signal *signals;
    struct turn_hook *hooks;
    size_t hook_count, hook_capacity;
    bool (*work)(void *context);
    void *work_context;
    bool work_pending;
    int64_t work_owes_us; /* what others may take before the next slice, since the last one took as much */

    int64_t flights;
    bool running, stopping, until_idle;
    bool active;           /* something of ours ran in this turn */
    int64_t awake_from_us; /* when this turn's wait ended; 0 = not yet known */
    int64_t turns;
    int64_t stalls_us[STALLS_KEPT];
};

/* Every callback that libevent makes for the loop begins with this. */
void loop_awake(struct loop *loop);

void queues_open(struct loop *loop);
void queues_close(struct loop *loop);
int64_t queue_next(const struct loop *loop, enum queue_kind kind); /* CLOCK_NEVER when it is empty */
bool queue_is_due(const struct loop *loop, enum queue_kind kind);
void queues_arm(struct loop *loop); /* before a wait: so that libevent wakes for the earliest timer */
void queues_fire(struct loop *loop);
void signals_close(struct loop *loop);

#endif
