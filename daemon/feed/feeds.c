/* feeds.c - the set of feeds: definitions come and go, turns are asked for and told to have ended. */
#include "answer.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/http.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "outcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the set ----------------------------------------------------------------------------------------------
 */

static struct feed *find(const struct feeds *feeds, const char *name)
{
    for (size_t i = 0; i < feeds->count; i++)
        if (string_equal(feeds->items[i]->definition->name, name))
            return feeds->items[i];
    return NULL;
}

/* The feed of that name, taken out of the set; NULL when it is not there. */
static struct feed *take_out(struct feeds *feeds, const char *name)
{
    for (size_t i = 0; i < feeds->count; i++)
        if (feeds->items[i] != NULL && string_equal(feeds->items[i]->definition->name, name)) {
            struct feed *feed = feeds->items[i];
            feeds->items[i] = NULL;
            return feed;
        }
    return NULL;
}

static const char *budget_name(const struct feed_definition *definition)
{
    return definition->budget != NULL ? definition->budget : definition->name;
}

static struct feed *feed_new(struct feeds *feeds, const struct feed_definition *definition)
{
    struct feed *feed = memory_get_zeroed(1, sizeof *feed);
    feed->set = feeds;
    feed->definition = definition;
    feed->budget = budget_of(&feeds->budgets, budget_name(definition));
    feed->timer = loop_timer_new(feeds->loop, LOOP_CLOCK, "feed", feed_on_timer, feed);
    return feed;
}

static void feed_free(struct feed *feed)
{
    if (feed == NULL)
        return;
    poll_drop(feed);
    loop_timer_free(feed->timer);
    free(feed);
}

/* Where the database says that it stands. */
static void place_feed(struct feed *feed)
{
    struct store *store = feed->set->store;
    const char *name = feed->definition->name;
    int64_t now = clock_wall();
    struct feed_state state;
    state_read(store, name, &state);
    feed->next_at = state.next_at;
    feed_correct_next_turn(feed, now);
    if (state.outcome == FEED_RETRY_AFTER)
        budget_be_patient(feed->budget, feed->next_at);
    if (store_value(store, 0,
            "SELECT count(*) FROM poll WHERE feed = ? AND kind <> 'manual' "
            "AND state IN ('fetched', 'staging', 'sealed')",
            "t", name) > 0)
        feed_enter(feed, STAGE_HANDED_ON);
}

/* The turn that a feed is in asks by a definition that is no longer in force: it begins again, at once. What
 * its chain has brought is still there; whether it may go on is seen then. */
static void ask_again(struct feed *feed)
{
    if (feed->stage != STAGE_QUEUED && feed->stage != STAGE_STARTING && feed->stage != STAGE_FETCHING)
        return;
    poll_drop(feed);
    feed->next_at = clock_wall();
    feed_enter(feed, STAGE_WAITING);
}

static void change_definition(struct feed *feed, const struct feed_definition *definition)
{
    bool asks_otherwise = !string_equal(feed->definition->hash, definition->hash) ||
                          !string_equal(feed->definition->base, definition->base);
    if (asks_otherwise)
        ask_again(feed);
    feed->definition = definition;
    feed->budget = budget_of(&feed->set->budgets, budget_name(definition));
    if (feed->stage != STAGE_WAITING || !asks_otherwise)
        return;
    struct feed_state state;
    int64_t now = clock_wall();
    state_read(feed->set->store, definition->name, &state);
    int64_t regular = feed_next_turn(definition, state.cycle, now);
    if (feed_outcome_is_good(state.outcome) && regular < feed->next_at) {
        feed->next_at = regular;
        state_set_next(feed->set->store, definition->name, regular);
    }
    feed_arm(feed);
}

/* Feeds that are there already keep their turn; the others are made. Those that are left over are gone. */
static void take_definitions(struct feeds *feeds, const struct config *config)
{
    struct feeds old = *feeds;
    feeds->config = config;
    feeds->items = memory_get_zeroed(config->feed_count + 1, sizeof(struct feed *));
    feeds->count = 0;
    state_write_definitions(feeds->store, config, clock_wall());
    for (size_t i = 0; i < config->feed_count; i++) {
        const struct feed_definition *definition = config->feeds[i];
        if (!definition->enabled)
            continue;
        struct feed *feed = take_out(&old, definition->name);
        if (feed != NULL) {
            change_definition(feed, definition);
        } else {
            feed = feed_new(feeds, definition);
            place_feed(feed);
            feed_arm(feed);
        }
        feeds->items[feeds->count++] = feed;
    }
    for (size_t i = 0; i < old.count; i++)
        feed_free(old.items[i]);
    free(old.items);
}

struct feeds *feeds_new(
    struct loop *loop, struct store *store, const struct config *config, const struct feeds_events *events)
{
    struct feeds *feeds = memory_get_zeroed(1, sizeof *feeds);
    feeds->loop = loop;
    feeds->store = store;
    feeds->events = *events;
    feeds->http = http_new(loop);
    feeds->courier = courier_new(feeds);
    feeds->look = loop_timer_new(loop, LOOP_REAL, "feeds: look at the clock", feeds_on_look, feeds);
    take_definitions(feeds, config);
    return feeds;
}

void feeds_reload(struct feeds *feeds, const struct config *config)
{
    take_definitions(feeds, config);
    feeds_advance(feeds);
}

void feeds_free(struct feeds *feeds)
{
    if (feeds == NULL)
        return;
    by_hand_drop(feeds);
    for (size_t i = 0; i < feeds->count; i++)
        feed_free(feeds->items[i]);
    free(feeds->items);
    http_free(feeds->http);
    loop_timer_free(feeds->look);
    budgets_free(feeds->budgets);
    courier_dismiss(feeds->courier);
    free(feeds);
}

/* --- turns ------------------------------------------------------------------------------------------------
 */

static bool has_open_chain(const struct feed *feed)
{
    return store_value(feed->set->store, 0, "SELECT count(*) FROM poll WHERE feed = ? AND state = 'fetching'",
               "t", feed->definition->name) > 0;
}

/* The decoder's side lost its list with the process: it is told again. */
static void tell_fetched_again(struct feeds *feeds)
{
    int64_t *polls = NULL;
    size_t count = 0, capacity = 0;
    struct query *q =
        query(feeds->store, "SELECT id FROM poll WHERE state IN ('fetched', 'staging') ORDER BY id");
    while (query_next(q)) {
        MEMORY_GROW(polls, count, capacity);
        polls[count++] = query_integer(q, 0);
    }
    for (size_t i = 0; i < count; i++)
        feeds->events.fetched(polls[i], feeds->events.context);
    free(polls);
}

void feeds_start(struct feeds *feeds)
{
    feeds->started = true;
    loop_timer_set_in(feeds->look, FEEDS_LOOK_MS);
    /* Timers that are due fire in the order in which they are set: first what a kill interrupted. */
    for (int begun = 1; begun >= 0; begun--)
        for (size_t i = 0; i < feeds->count; i++)
            if (has_open_chain(feeds->items[i]) == (begun == 1))
                feed_arm(feeds->items[i]);
    tell_fetched_again(feeds);
}

static int poll_now(struct feed *feed, struct failure *ret_failure)
{
    char until[CLOCK_STRING_BYTES];
    int64_t now = clock_wall(), patience = budget_patience(feed->budget, now);
    if (feed->stage != STAGE_WAITING)
        return 0; /* it is at it */
    if (patience != 0)
        return fail(ret_failure, -EAGAIN,
            "feed %s: %s asked for no request before %s: nothing is asked until then", feed->definition->name,
            feed->budget->name, clock_format(patience, until));
    feed->next_at = now;
    feed->allowed = true;
    state_set_next(feed->set->store, feed->definition->name, now);
    feed_arm(feed);
    return 0;
}

int feeds_poll_now(struct feeds *feeds, const char *name, struct failure *ret_failure)
{
    if (name != NULL) {
        struct feed *feed = find(feeds, name);
        if (feed != NULL)
            return poll_now(feed, ret_failure);
        if (config_feed(feeds->config, name) != NULL)
            return fail(ret_failure, -EPERM, "feed %s is switched off in its definition", name);
        return fail(ret_failure, -ENOENT, "there is no feed named %s: `m13ctl feeds` lists them", name);
    }
    for (size_t i = 0; i < feeds->count; i++)
        poll_now(feeds->items[i], NULL); /* one that must be patient is polled when it may be */
    return 0;
}

static bool is_due(const struct feed *feed)
{
    return feed->stage == STAGE_WAITING && feed->next_at <= clock_wall() &&
           (!feed->set->holding || feed->allowed);
}

void feeds_hold_schedule(struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++)
        feeds->items[i]->allowed = feeds->items[i]->stage != STAGE_WAITING || is_due(feeds->items[i]);
    feeds->holding = true;
    for (size_t i = 0; i < feeds->count; i++)
        feed_arm(feeds->items[i]);
}

bool feeds_are_idle(const struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        const struct feed *feed = feeds->items[i];
        if (is_due(feed) || (feed->stage != STAGE_WAITING && feed->stage != STAGE_HANDED_ON))
            return false;
    }
    return !by_hand_is_reading(feeds);
}

/* --- the end, told by those who decoded and applied --------------------------------------------------------
 */

struct ended_poll {
    char feed[256];
    bool by_hand, whole;
    char *each_after; /* of a list: what is done with it; NULL = no list */
    int64_t fetched_at;
};

static bool read_ended(struct store *store, int64_t poll, struct ended_poll *ret_ended)
{
    struct query *q = query_bind(
        query(store,
            "SELECT feed, kind, coalesce((SELECT max(fetched_at) FROM payload WHERE payload.poll = poll.id), "
            "    started_at), value = '' OR rotation_ended, iif(rotation_ended, '', nullif(value, '')) "
            "FROM poll WHERE id = ?"),
        "i", poll);
    bool found = query_next(q);
    if (found) {
        const char *kind = query_text(q, 1);
        *ret_ended = (struct ended_poll){.by_hand = string_equal(kind, "manual"),
            .whole = (string_equal(kind, "history") || string_equal(kind, "full")) && query_integer(q, 3),
            .each_after = query_is_null(q, 4) ? NULL : memory_copy_string(query_text(q, 4)),
            .fetched_at = query_integer(q, 2)};
        snprintf(ret_ended->feed, sizeof ret_ended->feed, "%s", query_text(q, 0));
    }
    query_end(q);
    return found;
}

void feed_turn_ended(struct feeds *feeds, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    struct ended_poll ended;
    struct text told = TEXT_WITH_CEILING(DETAIL_BYTES);
    store_write(feeds->store);
    if (!read_ended(feeds->store, poll, &ended))
        log_fatal(EXIT_INTERNAL, "poll %lld has ended and does not exist", (long long)poll);
    outcome_excerpt(&told, detail, strlen(detail), DETAIL_BYTES - 200);
    if (!feed_outcome_is_good(outcome))
        text_append_format(&told, "; %s", outcome_advice(outcome));
    chain_over(feeds->store, poll, outcome, text_string(&told), clock_wall());
    struct feed *feed = find(feeds, ended.feed);
    struct turn_end end = {.outcome = outcome, .detail = text_string(&told), .whole = ended.whole};
    if (feed_outcome_is_good(outcome)) /* else the same values are asked for again */
        end.each_after = ended.each_after;
    if (ended.by_hand) {
        state_fed_by_hand(feeds->store, ended.feed, outcome, text_string(&told), ended.fetched_at);
        by_hand_ended(feeds, poll, outcome, text_string(&told));
    } else if (feed != NULL && feed->stage == STAGE_HANDED_ON)
        poll_close(feed, poll, &end);
    else if (feed != NULL)
        log_error("feed %s: poll %lld has ended out of turn", ended.feed, (long long)poll);
    free(ended.each_after);
    text_free(&told);
}
