#include "m13/loop.h"

#include "loop_inside.h"

#include "m13/clock.h"
#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct loop *loop_new(void)
{
    struct loop *loop = memory_get_zeroed(1, sizeof *loop);
    loop->base = event_base_new();
    if (loop->base == NULL)
        log_fatal(EXIT_INTERNAL, "libevent finds no way to wait for events");
    queues_open(loop);
    /* Whoever writes to a pipe or socket whose reader is gone learns it from EPIPE. */
    signal(SIGPIPE, SIG_IGN);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    signals_close(loop);
    queues_close(loop);
    event_base_free(loop->base);
    free(loop->hooks);
    free(loop);
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}

void loop_flight_begin(struct loop *loop)
{
    loop->flights++;
}

void loop_flight_end(struct loop *loop)
{
    if (--loop->flights < 0)
        log_fatal(EXIT_INTERNAL, "a flight ended that had not begun");
}

void loop_set_work(struct loop *loop, bool (*work)(void *context), void *context)
{
    loop->work = work;
    loop->work_context = context;
    loop->work_pending = work != NULL;
}

void loop_wake(struct loop *loop)
{
    loop->work_pending = loop->work != NULL;
}

void loop_on_turn_end(struct loop *loop, void (*hook)(void *context), void *context)
{
    MEMORY_GROW(loop->hooks, loop->hook_count, loop->hook_capacity);
    loop->hooks[loop->hook_count++] = (struct turn_hook){hook, context};
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

/* --- one turn ------------------------------------------------------------------------------------------- */

void loop_awake(struct loop *loop)
{
    loop->active = true;
    if (loop->awake_from_us == 0)
        loop->awake_from_us = clock_monotonic_us();
}

/* Nothing but the clock is left to wait for. */
static bool may_jump(const struct loop *loop)
{
    return clock_is_overridden() && !loop->until_idle && !loop->stopping && loop->flights == 0 &&
           !loop->work_pending && loop->queues[QUEUE_WALL].count > 0;
}

static bool may_sleep(const struct loop *loop)
{
    if (loop->stopping || loop->work_pending || may_jump(loop) || (loop->until_idle && loop->flights == 0))
        return false;
    for (enum queue_kind kind = 0; kind < QUEUES; kind++)
        if (queue_is_due(loop, kind))
            return false;
    return true;
}

static void wait_for_events(struct loop *loop)
{
    bool sleeps = may_sleep(loop);
    if (sleeps)
        queues_arm(loop);
    loop->active = false;
    loop->awake_from_us = 0;
    int outcome = event_base_loop(loop->base, EVLOOP_ONCE | (sleeps ? 0 : EVLOOP_NONBLOCK));
    if (outcome < 0 || (sleeps && outcome == 1))
        log_fatal(EXIT_INTERNAL, outcome < 0 ? "libevent cannot wait for events"
                                             : "the loop has nothing left to wait for and was not stopped");
    if (loop->awake_from_us == 0)
        loop->awake_from_us = clock_monotonic_us();
}

/* One slice, unless others were served in this turn for less time than the last slice took from them: thus
 * long work has at most half of the time while anybody else has something to do. */
static void do_work(struct loop *loop)
{
    if (!loop->work_pending)
        return;
    int64_t began = clock_monotonic_us();
    loop->work_owes_us -= began - loop->awake_from_us;
    if (loop->active && loop->work_owes_us > 0)
        return;
    loop->active = true;
    loop->work_pending = false; /* so that a loop_wake() from within is not lost */
    if (loop->work(loop->work_context))
        loop->work_pending = loop->work != NULL;
    loop->work_owes_us = clock_monotonic_us() - began;
}

static void turn(struct loop *loop)
{
    wait_for_events(loop);
    queues_fire(loop);
    do_work(loop);
    for (size_t i = 0; i < loop->hook_count; i++)
        loop->hooks[i].hook(loop->hooks[i].context);
    loop->stalls_us[loop->turns++ % STALLS_KEPT] = clock_monotonic_us() - loop->awake_from_us;
    /* Only after a turn in which nothing was ready: a command that has arrived is heard before its time is
     * over. */
    if (!loop->active && may_jump(loop)) {
        int64_t next = queue_next(loop, QUEUE_WALL);
        if (next > clock_wall())
            clock_jump_to(next);
    }
}

static bool is_idle(const struct loop *loop)
{
    return !loop->work_pending && loop->flights == 0 && !queue_is_due(loop, QUEUE_WALL) &&
           !queue_is_due(loop, QUEUE_ELAPSED);
}

void loop_run(struct loop *loop, bool until_idle)
{
    if (loop->running)
        log_fatal(EXIT_INTERNAL, "the loop was run from within the loop");
    loop->running = true;
    loop->until_idle = until_idle;
    while (!loop->stopping) {
        turn(loop);
        if (until_idle && is_idle(loop))
            break;
    }
    loop->running = false;
    loop->stopping = false;
}

/* --- health --------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

void loop_health(const struct loop *loop, struct loop_health *ret_health)
{
    static int64_t sorted[STALLS_KEPT];
    size_t count = loop->turns < STALLS_KEPT ? (size_t)loop->turns : STALLS_KEPT;
    *ret_health = (struct loop_health){.turns = loop->turns};
    if (count == 0)
        return;
    memcpy(sorted, loop->stalls_us, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], by_size);
    ret_health->stall_p50_us = sorted[(count - 1) / 2];
    ret_health->stall_p99_us = sorted[(count - 1) * 99 / 100];
    ret_health->stall_max_us = sorted[count - 1];
}
