/* registry.c - one file after the other, from the inbox and from m13ctl. */
#include "m13/registry.h"

#include "inbox.h"
#include "job.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define SCAN_EVERY_MS CLOCK_MINUTE

/* A file that waits for its turn. */
struct waiting {
    struct waiting *next;
    char *name;
    char *by;
    bool from_inbox;
    int descriptor; /* of a file that was handed over; -1 otherwise */
    void (*done)(const struct import_result *result, void *context);
    void *context;
};

struct registry {
    struct loop *loop;
    struct store *store;
    struct registry_events events;
    struct local_inbox *inbox;
    struct waiting *first, **last;
    struct waiting *current; /* what the job works on */
    struct local_job *job;
    struct loop_timer *scan;   /* every minute */
    struct loop_timer *settle; /* a file in the inbox may be whole soon; a flight while it is set */
    bool started, scanned;
    bool more;  /* the inbox held more than one scan looks at */
    bool moved; /* since then room was made for them */
};

/* --- the queue -------------------------------------------------------------------------------------------
 */

static void free_waiting(struct waiting *waiting)
{
    if (waiting == NULL)
        return;
    if (waiting->descriptor >= 0)
        close(waiting->descriptor);
    free(waiting->name);
    free(waiting->by);
    free(waiting);
}

static void append(struct registry *registry, struct waiting waiting)
{
    struct waiting *copy = memory_get(sizeof *copy);
    *copy = waiting;
    *registry->last = copy;
    registry->last = &copy->next;
}

static void start_next(struct registry *registry);

/* --- the inbox -------------------------------------------------------------------------------------------
 */

static bool is_waiting(const struct registry *registry, const char *name)
{
    for (const struct waiting *waiting = registry->first; waiting != NULL; waiting = waiting->next)
        if (waiting->from_inbox && string_equal(waiting->name, name))
            return true;
    const struct waiting *current = registry->current;
    return current != NULL && current->from_inbox && string_equal(current->name, name);
}

static void take_from_inbox(const char *name, void *context)
{
    struct registry *registry = context;
    if (!is_waiting(registry, name))
        append(registry, (struct waiting){.name = memory_copy_string(name),
                             .by = memory_copy_string("inbox"),
                             .from_inbox = true,
                             .descriptor = -1});
}

static void look_again_in(struct registry *registry, int64_t wait)
{
    bool waited = loop_timer_is_set(registry->settle);
    if (wait >= 0)
        loop_timer_set_in(registry->settle, wait);
    else
        loop_timer_stop(registry->settle);
    if (wait >= 0 && !waited)
        loop_flight_begin(registry->loop);
    else if (wait < 0 && waited)
        loop_flight_end(registry->loop);
}

static void scan_inbox(struct registry *registry)
{
    registry->scanned = true;
    registry->moved = false;
    look_again_in(registry, local_inbox_scan(registry->inbox, take_from_inbox, registry, &registry->more));
    start_next(registry);
}

static void on_scan(void *context)
{
    struct registry *registry = context;
    loop_timer_set_in(registry->scan, SCAN_EVERY_MS);
    scan_inbox(registry);
}

static void on_settled(void *context)
{
    struct registry *registry = context;
    loop_flight_end(registry->loop);
    scan_inbox(registry);
}

static void clear_inbox(struct registry *registry, const char *name, enum job_end end,
    const struct stat *status, const char *sha256)
{
    struct failure failure;
    if (end == JOB_LATER)
        return;
    const char *folder = end == JOB_TAKEN ? "done" : "rejected";
    int r = local_inbox_move(registry->inbox, name, status, folder, sha256, &failure);
    if (r == -ESTALE) {
        log_notice("inbox: %s: it is taken next", failure.text);
    } else if (r < 0) {
        log_error("inbox: %s", failure.text);
        local_inbox_leave(registry->inbox, name);
    } else {
        registry->moved = true;
    }
}

/* --- jobs ------------------------------------------------------------------------------------------------
 */

static void on_ended(enum job_end end, const struct import_result *result, const struct stat *status,
    const char *sha256, void *context)
{
    struct registry *registry = context;
    struct waiting *current = registry->current;
    registry->current = NULL;
    registry->job = NULL; /* it frees itself */
    if (current->from_inbox)
        clear_inbox(registry, current->name, end, status, sha256);
    if (current->done != NULL)
        current->done(result, current->context);
    if (registry->events.imported != NULL)
        registry->events.imported(result, registry->events.context);
    free_waiting(current);
    start_next(registry);
    if (registry->job == NULL && registry->more && registry->moved)
        scan_inbox(registry);
}

static void start_next(struct registry *registry)
{
    while (registry->job == NULL && registry->first != NULL) {
        struct waiting *next = registry->first;
        registry->first = next->next;
        if (registry->first == NULL)
            registry->last = &registry->first;
        next->next = NULL;

        struct failure failure;
        if (next->from_inbox)
            next->descriptor = local_inbox_open(registry->inbox, next->name, &failure);
        if (next->from_inbox && next->descriptor < 0) {
            log_error("inbox: %s", failure.text);
            local_inbox_leave(registry->inbox, next->name);
            free_waiting(next);
            continue;
        }
        registry->current = next;
        registry->job = local_job_start(registry->loop, registry->store, next->descriptor, next->name,
            next->by, &(struct job_events){on_ended, registry});
        next->descriptor = -1; /* the job's now */
    }
}

/* --- from outside ----------------------------------------------------------------------------------------
 */

struct registry *registry_new(struct loop *loop, struct store *store, const struct registry_events *events)
{
    struct registry *registry = memory_get_zeroed(1, sizeof *registry);
    registry->loop = loop;
    registry->store = store;
    if (events != NULL)
        registry->events = *events;
    registry->last = &registry->first;
    registry->inbox = local_inbox_new(store_directory(store));
    registry->scan = loop_timer_new(loop, LOOP_CLOCK, "inbox", on_scan, registry);
    registry->settle = loop_timer_new(loop, LOOP_REAL, "inbox settles", on_settled, registry);
    return registry;
}

void registry_start(struct registry *registry)
{
    registry->started = true;
    loop_timer_set_in(registry->scan, 0);
}

void registry_import(struct registry *registry, int descriptor, const char *name, const char *by,
    void (*done)(const struct import_result *result, void *context), void *context)
{
    append(registry, (struct waiting){.name = memory_copy_string(name),
                         .by = memory_copy_string(by),
                         .descriptor = descriptor,
                         .done = done,
                         .context = context});
    start_next(registry);
}

bool registry_is_idle(const struct registry *registry)
{
    return registry->job == NULL && registry->first == NULL && !loop_timer_is_set(registry->settle) &&
           registry->started == registry->scanned;
}

void registry_free(struct registry *registry)
{
    if (registry == NULL)
        return;
    local_job_free(registry->job);
    free_waiting(registry->current);
    while (registry->first != NULL) {
        struct waiting *next = registry->first->next;
        free_waiting(registry->first);
        registry->first = next;
    }
    look_again_in(registry, -1);
    loop_timer_free(registry->scan);
    loop_timer_free(registry->settle);
    local_inbox_free(registry->inbox);
    free(registry);
}
