/* queue.c - whose turn it is: the stages of a feed, and what moves it from one to the next. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "schedule.h"

#include <stdio.h>
#include <stdlib.h>

/* --- stages -----------------------------------------------------------------------------------------------
 */

static const char *const stage_names[STAGES] = {
    "waiting", "queued", "starting", "fetching", "handing on", "handed on"};

#define FROM(stage) (1u << (stage))

static const unsigned allowed_from[STAGES] = {
    [STAGE_WAITING] =
        FROM(STAGE_QUEUED) | FROM(STAGE_STARTING) | FROM(STAGE_FETCHING) | FROM(STAGE_HANDED_ON),
    [STAGE_QUEUED] = FROM(STAGE_WAITING) | FROM(STAGE_FETCHING),
    [STAGE_STARTING] = FROM(STAGE_QUEUED),
    [STAGE_FETCHING] = FROM(STAGE_STARTING),
    [STAGE_HANDING_ON] = FROM(STAGE_FETCHING),
    [STAGE_HANDED_ON] = FROM(STAGE_HANDING_ON) | FROM(STAGE_WAITING),
};

void feed_arm(struct feed *feed)
{
    loop_timer_stop(feed->timer);
    if (feed->set->started && feed->stage == STAGE_WAITING && (!feed->set->holding || feed->allowed))
        loop_timer_set_at(feed->timer, feed->next_at);
}

void feed_enter(struct feed *feed, enum feed_stage stage)
{
    if (!(allowed_from[stage] & FROM(feed->stage)))
        log_fatal(EXIT_INTERNAL, "feed %s cannot go from %s to %s", feed->definition->name,
            stage_names[feed->stage], stage_names[stage]);
    feed->stage = stage;
    feed_arm(feed);
}

/* --- what a commit lets go on ------------------------------------------------------------------------------
 *
 * The store keeps the courier until the commit; the set may be gone by then. */

struct courier {
    struct feeds *feeds; /* NULL: gone */
    bool under_way;
};

static void go_on(struct feed *feed)
{
    if (feed->stage == STAGE_STARTING) {
        poll_send(feed);
    } else if (feed->stage == STAGE_HANDING_ON) {
        int64_t poll = feed->chain.poll;
        poll_drop(feed);
        feed_enter(feed, STAGE_HANDED_ON);
        feed->set->events.fetched(poll, feed->set->events.context);
    }
}

static void on_commit(void *context)
{
    struct courier *courier = context;
    courier->under_way = false;
    if (courier->feeds == NULL) {
        free(courier);
        return;
    }
    for (size_t i = 0; i < courier->feeds->count; i++)
        go_on(courier->feeds->items[i]);
}

void feeds_after_commit(struct feeds *feeds)
{
    if (feeds->courier->under_way)
        return;
    feeds->courier->under_way = true;
    store_write(feeds->store);
    store_after_commit(feeds->store, on_commit, feeds->courier);
}

struct courier *courier_new(struct feeds *feeds)
{
    struct courier *courier = memory_get_zeroed(1, sizeof *courier);
    courier->feeds = feeds;
    return courier;
}

void courier_dismiss(struct courier *courier)
{
    courier->feeds = NULL;
    if (!courier->under_way)
        free(courier);
}

/* --- whose turn it is -------------------------------------------------------------------------------------
 */

static bool is_asking(const struct feed *feed)
{
    return feed->stage == STAGE_STARTING || feed->stage == STAGE_FETCHING;
}

static size_t places_taken(const struct feeds *feeds)
{
    size_t taken = 0;
    for (size_t i = 0; i < feeds->count; i++)
        taken += is_asking(feeds->items[i]);
    return taken;
}

/* Lets a queued feed ask, wait for the minute's budget, or end its turn because it may not ask for longer. */
static void advance(struct feed *feed, int64_t now)
{
    char until[CLOCK_STRING_BYTES], what[CLOCK_STRING_BYTES + 100];
    int64_t patience = budget_patience(feed->budget, now);
    if (patience != 0) {
        snprintf(what, sizeof what, "the host asked for no request before %s", clock_format(patience, until));
        poll_postpone(feed, FEED_RETRY_AFTER, what, patience);
        return;
    }
    if (!budget_lasts(feed->set->store, feed->budget, feed->definition, now)) {
        snprintf(what, sizeof what, "%lld requests to %s today", (long long)feed->definition->requests_a_day,
            feed->budget->name);
        poll_postpone(feed, FEED_BUDGET, what, schedule_next_day(feed->definition->name, now));
        return;
    }
    int64_t ready = budget_ready_at(feed->budget, feed->definition, now);
    if (ready > now)
        loop_timer_set_at(feed->timer, ready);
    else
        poll_ask(feed);
}

/* First those in the middle of a chain: what is begun gets done. */
void feeds_advance(struct feeds *feeds)
{
    int64_t now = clock_wall();
    for (int begun = 1; begun >= 0; begun--)
        for (size_t i = 0; i < feeds->count && places_taken(feeds) < LIMIT_TRANSFERS; i++) {
            struct feed *feed = feeds->items[i];
            if (feed->stage == STAGE_QUEUED && (feed->chain.poll != 0) == (begun == 1))
                advance(feed, now);
        }
}

void feed_on_timer(void *context)
{
    struct feed *feed = context;
    if (feed->stage == STAGE_WAITING)
        feed_enter(feed, STAGE_QUEUED);
    feeds_advance(feed->set);
}

/* A turn that stands further off than any turn may was set under a clock that has been put back since. */
void feed_correct_next_turn(struct feed *feed, int64_t now)
{
    struct feed_state state;
    if (feed->next_at <= schedule_latest(feed->definition, now))
        return;
    state_read(feed->set->store, feed->definition->name, &state);
    feed->next_at = feed_next_turn(feed->definition, state.cycle, now);
    state_set_next(feed->set->store, feed->definition->name, feed->next_at);
    log_notice(
        "feed %s: the clock was set back; its next turn comes with the new time", feed->definition->name);
}

void feeds_on_look(void *context)
{
    struct feeds *feeds = context;
    int64_t now = clock_wall();
    for (size_t i = 0; i < feeds->count; i++) {
        feed_correct_next_turn(feeds->items[i], now);
        feed_arm(feeds->items[i]);
    }
    feeds_advance(feeds);
    loop_timer_set_in(feeds->look, FEEDS_LOOK_MS);
}
