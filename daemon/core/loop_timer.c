#include "loop_inside.h"

#include "m13/clock.h"
#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NOT_QUEUED SIZE_MAX

struct loop_timer {
    struct loop *loop;
    enum loop_timer_kind kind;
    const char *name;
    void (*callback)(void *context);
    void *context;

    enum queue_kind queue;
    size_t place; /* in its queue, or NOT_QUEUED */
    int64_t due;
    uint64_t sequence; /* timers due at the same time fire in the order in which they were set */

    int64_t spell; /* when it fired `runs` times */
    int runs;
};

/* --- the heap ------------------------------------------------------------------------------------------- */

static bool is_before(const struct loop_timer *a, const struct loop_timer *b)
{
    return a->due != b->due ? a->due < b->due : a->sequence < b->sequence;
}

static void put(struct timer_queue *queue, size_t place, struct loop_timer *timer)
{
    queue->timers[place] = timer;
    timer->place = place;
}

static void rise(struct timer_queue *queue, size_t place, struct loop_timer *timer)
{
    while (place > 0 && is_before(timer, queue->timers[(place - 1) / 2])) {
        put(queue, place, queue->timers[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(queue, place, timer);
}

static void sink(struct timer_queue *queue, size_t place, struct loop_timer *timer)
{
    for (size_t child; (child = 2 * place + 1) < queue->count; place = child) {
        if (child + 1 < queue->count && is_before(queue->timers[child + 1], queue->timers[child]))
            child++;
        if (is_before(timer, queue->timers[child]))
            break;
        put(queue, place, queue->timers[child]);
    }
    put(queue, place, timer);
}

static void add(struct loop_timer *timer, enum queue_kind kind, int64_t due)
{
    struct timer_queue *queue = &timer->loop->queues[kind];
    if (queue->count >= LIMIT_TIMERS)
        log_fatal(
            EXIT_INTERNAL, "more than %d timers are set, the last one is '%s'", LIMIT_TIMERS, timer->name);
    MEMORY_GROW(queue->timers, queue->count, queue->capacity);
    timer->queue = kind;
    timer->due = due;
    timer->sequence = timer->loop->sequence++;
    rise(queue, queue->count++, timer);
}

void loop_timer_stop(struct loop_timer *timer)
{
    if (timer->place == NOT_QUEUED)
        return;
    struct timer_queue *queue = &timer->loop->queues[timer->queue];
    struct loop_timer *last = queue->timers[--queue->count];
    size_t place = timer->place;
    timer->place = NOT_QUEUED;
    if (last == timer)
        return;
    if (place > 0 && is_before(last, queue->timers[(place - 1) / 2]))
        rise(queue, place, last);
    else
        sink(queue, place, last);
}

/* --- timers --------------------------------------------------------------------------------------------- */

struct loop_timer *loop_timer_new(struct loop *loop, enum loop_timer_kind kind, const char *name,
    void (*callback)(void *context), void *context)
{
    struct loop_timer *timer = memory_get(sizeof *timer);
    *timer = (struct loop_timer){.loop = loop,
        .kind = kind,
        .name = name,
        .callback = callback,
        .context = context,
        .place = NOT_QUEUED};
    return timer;
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    loop_timer_stop(timer);
    free(timer);
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
    return timer->place != NOT_QUEUED;
}

void loop_timer_set_at(struct loop_timer *timer, int64_t wall)
{
    if (timer->kind != LOOP_CLOCK)
        log_fatal(EXIT_INTERNAL, "the timer '%s' runs in real time and was set by the clock", timer->name);
    loop_timer_stop(timer);
    int64_t now = clock_wall();
    if (wall != CLOCK_NEVER)
        add(timer, QUEUE_WALL, wall > now ? wall : now);
}

void loop_timer_set_in(struct loop_timer *timer, int64_t milliseconds)
{
    loop_timer_stop(timer);
    enum queue_kind kind = timer->kind == LOOP_REAL ? QUEUE_REAL
                           : clock_is_overridden()  ? QUEUE_WALL
                                                    : QUEUE_ELAPSED;
    int64_t now = kind == QUEUE_WALL ? clock_wall() : clock_monotonic(), due;
    if (!__builtin_add_overflow(now, milliseconds > 0 ? milliseconds : 0, &due) && due != CLOCK_NEVER)
        add(timer, kind, due);
}

/* --- the queues within the loop --------------------------------------------------------------------------
 */

static int64_t now_of(enum queue_kind kind)
{
    return kind == QUEUE_WALL ? clock_wall() : clock_monotonic();
}

int64_t queue_next(const struct loop *loop, enum queue_kind kind)
{
    const struct timer_queue *queue = &loop->queues[kind];
    return queue->count > 0 ? queue->timers[0]->due : CLOCK_NEVER;
}

bool queue_is_due(const struct loop *loop, enum queue_kind kind)
{
    return loop->queues[kind].count > 0 && queue_next(loop, kind) <= now_of(kind);
}

/* A timer that is set to now again and again keeps a core busy and, worse, asks a register without pause:
 * stop the daemon while its supervisor's limit on restarts still holds. Under a clock that stands still a
 * spell is one reading of that clock, else a second. */
static void guard_against_runaway(struct loop_timer *timer)
{
    int64_t spell =
        timer->queue == QUEUE_WALL && clock_is_overridden() ? clock_wall() : clock_monotonic() / CLOCK_SECOND;
    if (spell != timer->spell || timer->runs == 0) {
        timer->spell = spell;
        timer->runs = 0;
    }
    if (++timer->runs > LIMIT_TIMER_RUNS)
        log_fatal(EXIT_INTERNAL, "the timer '%s' fired %d times at the same time: it runs away", timer->name,
            LIMIT_TIMER_RUNS);
}

/* Those that were set before this began, so that timers set by timers cannot starve what else is ready. */
static void fire(struct loop *loop, enum queue_kind kind)
{
    struct timer_queue *queue = &loop->queues[kind];
    int64_t now = now_of(kind);
    uint64_t end = loop->sequence;
    while (queue->count > 0 && queue->timers[0]->due <= now && queue->timers[0]->sequence < end) {
        struct loop_timer *timer = queue->timers[0];
        loop_timer_stop(timer);
        guard_against_runaway(timer);
        loop->active = true;
        timer->callback(timer->context); /* may free the timer */
    }
}

void queues_fire(struct loop *loop)
{
    for (enum queue_kind kind = 0; kind < QUEUES; kind++)
        if (loop->queues[kind].count > 0)
            fire(loop, kind);
}

static void on_alarm(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor, (void)events;
    loop_awake(context);
}

static void on_wall_bell(evutil_socket_t descriptor, short events, void *context)
{
    (void)events;
    struct loop *loop = context;
    uint64_t expirations;
    loop_awake(loop);
    loop->wall_armed = CLOCK_NEVER;
    event_del(loop->wall_bell);
    if (read(descriptor, &expirations, sizeof expirations) < 0 && errno != EAGAIN && errno != ECANCELED)
        log_fatal(EXIT_INTERNAL, "a timer of the system cannot be read: %s", strerror(errno));
}

void queues_open(struct loop *loop)
{
    loop->wall_armed = CLOCK_NEVER;
    loop->wall_descriptor = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (loop->wall_descriptor < 0)
        log_fatal(EXIT_INTERNAL, "no timer can be had from the system: %s", strerror(errno));
    loop->alarm = evtimer_new(loop->base, on_alarm, loop);
    loop->wall_bell = event_new(loop->base, loop->wall_descriptor, EV_READ | EV_PERSIST, on_wall_bell, loop);
    if (loop->alarm == NULL || loop->wall_bell == NULL)
        log_fatal(EXIT_INTERNAL, "libevent has no timers");
}

void queues_close(struct loop *loop)
{
    event_free(loop->alarm);
    event_free(loop->wall_bell);
    close(loop->wall_descriptor);
    for (enum queue_kind kind = 0; kind < QUEUES; kind++)
        free(loop->queues[kind].timers);
}

static void arm_wall(struct loop *loop)
{
    int64_t due = clock_is_overridden() ? CLOCK_NEVER : queue_next(loop, QUEUE_WALL);
    if (due == loop->wall_armed)
        return;
    loop->wall_armed = due;
    event_del(loop->wall_bell);
    if (due == CLOCK_NEVER)
        return;
    struct itimerspec at = {.it_value = {.tv_sec = due / 1000, .tv_nsec = due % 1000 * 1000000}};
    if (timerfd_settime(loop->wall_descriptor, TFD_TIMER_ABSTIME, &at, NULL) < 0 ||
        event_add(loop->wall_bell, NULL) < 0)
        log_fatal(EXIT_INTERNAL, "a timer of the system cannot be set: %s", strerror(errno));
}

static void arm_alarm(struct loop *loop)
{
    int64_t elapsed = queue_next(loop, QUEUE_ELAPSED), real = queue_next(loop, QUEUE_REAL);
    int64_t due = elapsed < real ? elapsed : real;
    event_del(loop->alarm);
    if (due == CLOCK_NEVER)
        return;
    int64_t now = clock_monotonic(), wait = due > now ? due - now : 0;
    struct timeval span = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    if (event_add(loop->alarm, &span) < 0)
        log_fatal(EXIT_INTERNAL, "libevent takes no timer");
}

void queues_arm(struct loop *loop)
{
    arm_wall(loop);
    arm_alarm(loop);
}
