/* publish.c - the daemon's end: when to publish, and what came of it. */
#include "m13/publish.h"

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

struct publish {
    struct loop *loop;
    struct store *store;
    struct loop_timer *timer;
    struct child *child; /* NULL = none is running */
    int64_t every_ms;
    int64_t last_started; /* wall */
    bool wanted;          /* something has changed since the child last looked */
    char problem[512];
};

static void start(struct publish *publish);

/* Changes come in crowds: the first is published at once, the others together after `every_ms`. */
static void plan(struct publish *publish)
{
    if (!publish->wanted || publish->child || loop_timer_is_set(publish->timer))
        return;
    int64_t due = publish->last_started + publish->every_ms;
    if (due > clock_wall() && !clock_is_overridden())
        loop_timer_set_at(publish->timer, due);
    else
        start(publish);
}

static void on_ended(const struct child_end *end, void *context)
{
    struct publish *publish = context;
    publish->child = NULL;
    publish->problem[0] = '\0';
    if (end->exit_code != 0)
        snprintf(publish->problem, sizeof publish->problem, "%s",
            end->timed_out     ? "took too long"
            : *end->last_words ? end->last_words
                               : "the child died");
    if (*publish->problem)
        log_error("the published database stays as it was: %s", publish->problem);
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
    publish->wanted = false;
    publish->last_started = clock_wall();
    int r = child_start(publish->loop, &child_plan, on_ended, publish, &publish->child);
    if (r < 0) {
        publish->child = NULL;
        publish->wanted = true;
        snprintf(publish->problem, sizeof publish->problem, "cannot start the child: %s", strerror(-r));
        log_error("publish: %s", publish->problem);
        loop_timer_set_in(publish->timer, publish->every_ms);
    }
}

static void on_timer(void *context)
{
    struct publish *publish = context;
    if (!publish->child && publish->wanted)
        start(publish);
}

struct publish *publish_new(struct loop *loop, struct store *store, int64_t every_ms)
{
    struct publish *publish = memory_get_zeroed(1, sizeof *publish);
    *publish = (struct publish){.loop = loop, .store = store, .every_ms = every_ms};
    publish->timer = loop_timer_new(loop, LOOP_CLOCK, "publish", on_timer, publish);
    return publish;
}

void publish_request(struct publish *publish)
{
    publish->wanted = true;
    plan(publish);
}

void publish_now(struct publish *publish)
{
    publish->wanted = true;
    if (!publish->child)
        start(publish);
}

bool publish_is_idle(const struct publish *publish)
{
    return !publish->child && !publish->wanted;
}

const char *publish_problem(const struct publish *publish)
{
    return publish->problem;
}

void publish_free(struct publish *publish)
{
    if (!publish)
        return;
    loop_timer_free(publish->timer);
    free(publish);
}
