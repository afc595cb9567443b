/* publish.c - the daemon's end: when to publish, and what came of it. */
#include "internal.h"

#include "m13/child.h"
#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t publish_retry_ms = CLOCK_MINUTE;

int64_t publish_patience_ms = 10 * CLOCK_MINUTE;

/* Paced by the monotonic clock: what is saved is real work, and the wall clock may be set back. */
struct publish {
    struct loop *loop;
    struct store *store;
    struct loop_timer *timer;
    struct child *child; /* NULL = none is running */
    int64_t every_ms;
    int64_t not_before; /* monotonic */
    int64_t held_until; /* monotonic; 0 = it is not held back */
    bool wanted;        /* something has changed since a child last looked */
    bool at_once;       /* ... and it is not to wait */
    char problem[512];
};

static void start(struct publish *publish);

/* While all firms are decided again, what stands is half of yesterday's rules. And a child that reads keeps
 * the log from being written back: the loop would have to do so at once, behind it, and stand still
 * meanwhile. */
static bool is_held_back(struct publish *publish)
{
    if (store_value(publish->store, 0,
            "SELECT count(*) FROM work WHERE kind IN ('decide-all', 'decide-rates')", "") == 0) {
        publish->held_until = 0;
        return false;
    }
    if (publish->held_until == 0)
        publish->held_until = clock_monotonic() + publish_patience_ms;
    return clock_monotonic() < publish->held_until;
}

/* Changes come in crowds: the first is published at once, the others together after `every_ms`. */
static void plan(struct publish *publish)
{
    if (!publish->wanted || publish->child != NULL)
        return;
    int64_t wait = publish->at_once ? 0 : publish->not_before - clock_monotonic();
    if (wait <= 0 && !publish->at_once && is_held_back(publish))
        wait = CLOCK_SECOND; /* then it is looked again */
    if (wait <= 0)
        start(publish);
    else
        loop_timer_set_in(publish->timer, wait);
}

/* What could not be published is not `wanted` any more: nobody waits for it. */
static void note_failure(struct publish *publish, const char *problem)
{
    snprintf(publish->problem, sizeof publish->problem, "%s", problem);
    log_error("the published database stays as it was: %s", problem);
    loop_timer_set_in(
        publish->timer, publish->every_ms > publish_retry_ms ? publish->every_ms : publish_retry_ms);
}

static void on_ended(const struct child_end *end, void *context)
{
    struct publish *publish = context;
    publish->child = NULL;
    publish->problem[0] = '\0';
    if (end->exit_code != 0)
        note_failure(publish, end->timed_out             ? "the child took too long"
                              : *end->last_words != '\0' ? end->last_words
                                                         : "the child died");
    plan(publish);
}

static void start(struct publish *publish)
{
    char now[24];
    snprintf(now, sizeof now, "%lld", (long long)clock_wall());
    const char *argv[] = {
        child_own_program(), "--child", "publish", store_directory(publish->store), now, NULL};
    struct child_plan child_plan = {.name = "publish",
        .argv = argv,
        .standard_input = -1,
        .standard_output = -1,
        .milliseconds = LIMIT_PUBLISH_MS};
    loop_timer_stop(publish->timer);
    publish->wanted = publish->at_once = false;
    publish->not_before = clock_monotonic() + publish->every_ms;
    int r = child_start(publish->loop, &child_plan, on_ended, publish, &publish->child);
    if (r < 0) {
        char problem[256];
        publish->child = NULL;
        snprintf(problem, sizeof problem, "the child %.100s cannot be started: %s", argv[0], strerror(-r));
        note_failure(publish, problem);
    }
}

static void on_timer(void *context)
{
    struct publish *publish = context;
    if (publish->wanted)
        plan(publish);
    else if (publish->child == NULL)
        start(publish);
}

struct publish *publish_new(struct loop *loop, struct store *store, int64_t every_ms)
{
    struct publish *publish = memory_get_zeroed(1, sizeof *publish);
    *publish = (struct publish){.loop = loop, .store = store, .every_ms = every_ms};
    publish->timer = loop_timer_new(loop, LOOP_REAL, "publish", on_timer, publish);
    return publish;
}

void publish_set_pace(struct publish *publish, int64_t every_ms)
{
    publish->every_ms = every_ms;
}

void publish_request(struct publish *publish)
{
    publish->wanted = true;
    plan(publish);
}

void publish_now(struct publish *publish)
{
    publish->wanted = publish->at_once = true;
    plan(publish);
}

bool publish_is_idle(const struct publish *publish)
{
    return publish->child == NULL && !publish->wanted;
}

const char *publish_problem(const struct publish *publish)
{
    return publish->problem;
}

void publish_free(struct publish *publish)
{
    if (publish == NULL)
        return;
    child_forget(publish->child);
    loop_timer_free(publish->timer);
    free(publish);
}
