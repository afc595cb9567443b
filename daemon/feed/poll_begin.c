/* poll_begin.c - what a turn asks for: the poll that was interrupted, or a new one. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/store.h"
#include "next_page.h"

#include <stdlib.h>
#include <string.h>

static bool mentions_since(const struct feed_query *query)
{
    const char *const parts[] = {query->path, query->query, query->body};
    bool mentions = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        mentions = mentions || (parts[i] != NULL && strstr(parts[i], "{since}") != NULL);
    return mentions;
}

static bool full_is_due(const struct feed_definition *definition, int64_t last_full_at, int64_t now)
{
    /* A last time that lies in the future was written under a clock that has been set back since. */
    return definition->full_every_ms > 0 &&
           (now - last_full_at >= definition->full_every_ms || last_full_at - now > CLOCK_DAY);
}

static enum poll_kind kind_of_next(
    const struct feed_definition *definition, const struct feed_state *state, int64_t now)
{
    if (state->last_full_at == 0)
        return POLL_HISTORY;
    /* A register that knows no window shows the whole of itself each time; a page of news shows nothing but a
     * window, which has no beginning. */
    if (!mentions_since(&definition->window) && definition->pages.tail == 0 && !definition->newest)
        return POLL_FULL;
    return full_is_due(definition, state->last_full_at, now) ? POLL_FULL : POLL_WINDOW;
}

/* Windows reach back from the day on which the last success began to ask: a chain of many pages may take
 * days, and what was published meanwhile may have passed it by. */
static int32_t first_day(struct feed *feed, int64_t now)
{
    int64_t seen_at = store_value(feed->set->store, now,
        "SELECT started_at FROM poll WHERE feed = ? AND state = 'applied' AND kind <> 'manual' "
        "ORDER BY id DESC LIMIT 1",
        "t", feed->definition->name);
    return day_in_beijing(seen_at < now ? seen_at : now) - (int32_t)feed->definition->overlap_days;
}

/* So many rows before the end that was told last: what was struck off meanwhile moves the end. */
static int64_t first_number(const struct feed_definition *definition, int64_t total)
{
    int64_t before = total - definition->pages.tail;
    return definition->pages.tail > 0 && before > 0 ? before / definition->pages.size : 0;
}

/* False: a list without a value, of which nothing can be asked. */
static bool begin_chain(struct feed *feed, int64_t now)
{
    const struct feed_definition *definition = feed->definition;
    struct store *store = feed->set->store;
    struct feed_state state;
    state_read(store, definition->name, &state);
    struct chain_plan plan = {.kind = kind_of_next(definition, &state, now), .since = DAY_NONE};
    bool is_window = plan.kind == POLL_WINDOW, is_list = definition->each.feed != NULL;
    if (is_list) {
        char *after = state_each_after(store, definition->name);
        plan.value = next_page_first_value(feed, after);
        free(after);
        if (plan.value == NULL)
            return false;
    }
    if (is_window && mentions_since(&definition->window))
        plan.since = first_day(feed, now);
    if (is_window)
        plan.number = first_number(definition, state.total);
    plan.until = day_in_beijing(now);
    plan.part = is_list || (is_window && definition->pages.tail > 0) ||
                (definition->newest && (is_window || definition->history.path == NULL));
    chain_begin(store, definition, &plan, now, &feed->chain);
    return true;
}

bool poll_take_up(struct feed *feed, int64_t now)
{
    struct store *store = feed->set->store;
    if (chain_resume(store, feed->definition->name, &feed->chain)) {
        const char *why = chain_is_stale(store, feed->definition, &feed->chain, now);
        if (why != NULL) {
            log_notice("feed %s: poll %lld is given up after %lld pages: %s", feed->definition->name,
                (long long)feed->chain.poll, (long long)feed->chain.pages, why);
            chain_over(store, feed->chain.poll, FEED_CHAIN_BROKEN, why, now);
            chain_release(&feed->chain);
        }
    }
    if (feed->chain.poll == 0 && !begin_chain(feed, now))
        return false;
    feed->pages_before = feed->chain.pages;
    feed->errand = errand_from(feed->definition, &feed->chain, ERRAND_PRIME);
    state_attempted(store, feed->definition->name, now);
    return true;
}
