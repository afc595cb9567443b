#include "loop_inside.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct loop_watch {
    struct loop *loop;
    struct event *event;
    int descriptor;
    int events; /* what is watched for now; 0 = paused */
    void (*callback)(int descriptor, int events, void *context);
    void *context;
};

static void on_ready(evutil_socket_t descriptor, short ready, void *context)
{
    struct loop_watch *watch = context;
    loop_awake(watch->loop);
    int events = (ready & EV_READ ? LOOP_READ : 0) | (ready & EV_WRITE ? LOOP_WRITE : 0);
    watch->callback((int)descriptor, events, watch->context); /* may free the watch */
}

static short libevent_events(int events)
{
    return (short)(EV_PERSIST | (events & LOOP_READ ? EV_READ : 0) | (events & LOOP_WRITE ? EV_WRITE : 0));
}

static void start(struct loop_watch *watch)
{
    if (watch->events != 0 && event_add(watch->event, NULL) < 0)
        log_fatal(EXIT_INTERNAL, "descriptor %d cannot be watched: %s", watch->descriptor, strerror(errno));
}

struct loop_watch *loop_watch_new(struct loop *loop, int descriptor, int events,
    void (*callback)(int descriptor, int events, void *context), void *context)
{
    struct loop_watch *watch = memory_get(sizeof *watch);
    *watch = (struct loop_watch){
        .loop = loop, .descriptor = descriptor, .events = events, .callback = callback, .context = context};
    watch->event = event_new(loop->base, descriptor, libevent_events(events), on_ready, watch);
    if (watch->event == NULL)
        log_fatal(EXIT_INTERNAL, "descriptor %d cannot be watched", descriptor);
    start(watch);
    return watch;
}

void loop_watch_change(struct loop_watch *watch, int events)
{
    if (events == watch->events)
        return;
    event_del(watch->event);
    watch->events = events;
    event_assign(
        watch->event, watch->loop->base, watch->descriptor, libevent_events(events), on_ready, watch);
    start(watch);
}

void loop_watch_free(struct loop_watch *watch)
{
    if (watch == NULL)
        return;
    /* Takes it out of the callbacks that this turn still has to make, too. */
    event_free(watch->event);
    free(watch);
}

/* --- signals -------------------------------------------------------------------------------------------- */

struct loop_signal {
    struct loop_signal *next;
    struct loop *loop;
    struct event *event;
    void (*callback)(int number, void *context);
    void *context;
};

static void on_signal(evutil_socket_t number, short events, void *context)
{
    (void)events;
    struct loop_signal *signal = context;
    loop_awake(signal->loop);
    signal->callback((int)number, signal->context);
}

void loop_on_signal(struct loop *loop, int number, void (*callback)(int number, void *context), void *context)
{
    struct loop_signal *signal = memory_get(sizeof *signal);
    *signal =
        (struct loop_signal){.next = loop->signals, .loop = loop, .callback = callback, .context = context};
    signal->event = evsignal_new(loop->base, number, on_signal, signal);
    if (signal->event == NULL || event_add(signal->event, NULL) < 0)
        log_fatal(EXIT_INTERNAL, "signal %d cannot be watched", number);
    loop->signals = signal;
}

void signals_close(struct loop *loop)
{
    while (loop->signals != NULL) {
        struct loop_signal *signal = loop->signals;
        loop->signals = signal->next;
        event_free(signal->event);
        free(signal);
    }
}
