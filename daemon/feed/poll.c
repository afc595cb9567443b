/* poll.c - one feed's turn: its beginning, its ends. */
#include "answer.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/url.h"
#include "next_page.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

/* --- asking -----------------------------------------------------------------------------------------------
 */

/* Most likely the other feed has its first load before it. */
#define VALUES_PAUSE CLOCK_HOUR

static void close_without_values(struct feed *feed)
{
    struct text detail = TEXT_WITH_CEILING(DETAIL_BYTES);
    text_append_format(&detail, "feed %s has no %s yet of which to ask", feed->definition->each.feed,
        record_member(feed->definition->each.member)->name);
    poll_close(feed, 0,
        &(struct turn_end){
            .outcome = FEED_NONE, .detail = text_string(&detail), .next_at = clock_wall() + VALUES_PAUSE});
    text_free(&detail);
}

void poll_ask(struct feed *feed)
{
    int64_t now = clock_wall();
    if (feed->chain.poll == 0 && !poll_take_up(feed, now)) {
        close_without_values(feed);
        return;
    }
    budget_take(feed->set->store, feed->budget, feed->definition, now);
    feed_enter(feed, STAGE_STARTING);
    feeds_after_commit(feed->set);
}

/* --- the end of a turn ------------------------------------------------------------------------------------
 */

void poll_drop(struct feed *feed)
{
    http_abort(feed->transfer);
    feed->transfer = NULL;
    evidence_abandon(feed->evidence);
    feed->evidence = NULL;
    text_free(&feed->excerpt);
    text_free(&feed->index);
    http_jar_free(feed->jar);
    feed->jar = NULL;
    chain_release(&feed->chain);
    feed->conditional = false;
    feed->unknown_values = 0;
    feed->gave_up = false;
}

void poll_close(struct feed *feed, int64_t poll, const struct turn_end *end)
{
    struct feeds *feeds = feed->set;
    const char *name = feed->definition->name;
    char next[CLOCK_STRING_BYTES];
    if (feeds->events.broken_off != NULL && feed->chain.pages > 0)
        feeds->events.broken_off(poll, feeds->events.context);
    feed->next_at = state_turn_ended(feeds->store, feed->definition, end, clock_wall());
    feed->allowed = false;
    poll_drop(feed);
    feed_enter(feed, STAGE_WAITING);
    clock_format(feed->next_at, next);
    if (feed_outcome_is_good(end->outcome))
        log_notice("feed %s: %s: %s; next turn %s", name, outcome_code(end->outcome), end->detail, next);
    else
        log_warning("feed %s: %s: %s; next turn %s (poll %lld)", name, outcome_code(end->outcome),
            end->detail, next, (long long)poll);
}

static void append_advice(struct text *detail, enum feed_outcome outcome)
{
    text_append_format(detail, "; %s", outcome_advice(outcome));
}

/* A word of its own have those faults for which one only has to wait; the others break the chain. */
static bool keeps_its_word(enum feed_outcome outcome)
{
    return outcome == FEED_RATE_LIMITED || outcome == FEED_RETRY_AFTER || outcome == FEED_BUDGET;
}

void poll_close_badly(struct feed *feed, const struct setback *setback)
{
    struct store *store = feed->set->store;
    int64_t poll = feed->chain.poll, pages = feed->chain.pages, now = clock_wall();
    enum feed_outcome word =
        pages == 0 || keeps_its_word(setback->outcome) ? setback->outcome : FEED_CHAIN_BROKEN;
    /* A continuation that is refused stays so, and a circle too: the mark is of no use any more. In a list it
     * is ours, and what is wrong with one value is not wrong with those before. */
    bool afresh =
        pages > 0 && feed->chain.next.value == NULL && (setback->outcome == FEED_REFUSED || setback->astray);
    struct text detail = TEXT_WITH_CEILING(DETAIL_BYTES);
    if (pages > 0)
        text_append_format(&detail, "page %lld: ", (long long)pages + 1);
    if (word != setback->outcome)
        text_append_format(&detail, "%s: ", feed_outcome_names[setback->outcome].en);
    text_append_string(&detail, text_string(&setback->what));
    if (afresh)
        text_append_string(&detail, "; the next turn starts afresh");
    else
        append_advice(&detail, word);
    char *told = url_masked(text_string(&detail));
    bool goes_on = pages > 0 || feed->chain.next.values_done > 0;
    if (poll != 0 && goes_on && !afresh)
        chain_interrupted(store, poll, word, told);
    else if (poll != 0)
        chain_over(store, poll, word, told, now);
    poll_close(feed, poll,
        &(struct turn_end){.outcome = word,
            .detail = told,
            .moved = pages > feed->pages_before && !afresh,
            .not_before = setback->not_before,
            .next_at = setback->next_at,
            .each_after = setback->done});
    free(told);
    text_free(&detail);
}

void poll_postpone(struct feed *feed, enum feed_outcome outcome, const char *what, int64_t next_at)
{
    struct setback setback = SETBACK_EMPTY;
    setback.outcome = outcome;
    setback.next_at = next_at;
    text_append_string(&setback.what, what);
    poll_close_badly(feed, &setback);
    text_free(&setback.what);
}

static bool saw_the_whole(const struct page_chain *chain)
{
    return chain->kind != POLL_WINDOW && (chain->next.value == NULL || chain->next.rotation_ended);
}

void poll_close_unchanged(struct feed *feed, const char *why)
{
    int64_t poll = feed->chain.poll;
    const char *done = feed->chain.next.rotation_ended ? "" : feed->chain.next.value;
    chain_over(feed->set->store, poll, FEED_UNCHANGED, why, clock_wall());
    poll_close(feed, poll,
        &(struct turn_end){.outcome = FEED_UNCHANGED,
            .detail = why,
            .whole = saw_the_whole(&feed->chain),
            .each_after = done});
}

/* A wrong address would look like a register that knows none of the values. */
void poll_close_unknown(struct feed *feed)
{
    struct setback setback = SETBACK_EMPTY;
    setback.outcome = FEED_REFUSED;
    setback.done = feed->chain.next.rotation_ended ? "" : feed->chain.next.value;
    text_append_format(&setback.what, "nothing for any of the %lld values that were asked for",
        (long long)feed->chain.next.values_done);
    poll_close_badly(feed, &setback);
    text_free(&setback.what);
}
