/* poll.c - one feed's turn: ask for a page, judge the answer, keep it, go on. */
#include "answer.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/store.h"
#include "m13/url.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

/* Of an answer that is not a page: enough to find the words for "none", and to end it when there is more. */
#define EXCERPT_KEPT_BYTES (8 * 1024)
#define ERROR_BODY_BYTES   (64 * 1024)

/* --- what to ask ------------------------------------------------------------------------------------------
 */

static bool mentions_since(const char *pattern)
{
    return pattern != NULL && strstr(pattern, "{since}") != NULL;
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
    /* A register that knows no window shows the whole of itself each time. */
    if (!mentions_since(definition->window.path) && !mentions_since(definition->window.query))
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

static void begin_chain(struct feed *feed, int64_t now)
{
    struct feed_state state;
    state_read(feed->set->store, feed->definition->name, &state);
    enum poll_kind kind = kind_of_next(feed->definition, &state, now);
    int32_t since = kind == POLL_WINDOW ? first_day(feed, now) : DAY_NONE;
    chain_begin(feed->set->store, feed->definition, kind, since, day_in_beijing(now), now, &feed->chain);
}

/* Goes on with the poll that a fault or a kill interrupted, or begins one. */
static void take_up_chain(struct feed *feed, int64_t now)
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
    if (feed->chain.poll == 0)
        begin_chain(feed, now);
    feed->pages_before = feed->chain.pages;
    state_attempted(store, feed->definition->name, now);
}

void poll_ask(struct feed *feed)
{
    int64_t now = clock_wall();
    if (feed->chain.poll == 0)
        take_up_chain(feed, now);
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
    chain_release(&feed->chain);
    feed->conditional = false;
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

static void close_badly(struct feed *feed, const struct setback *setback)
{
    struct store *store = feed->set->store;
    int64_t poll = feed->chain.poll, pages = feed->chain.pages, now = clock_wall();
    enum feed_outcome word =
        pages == 0 || keeps_its_word(setback->outcome) ? setback->outcome : FEED_CHAIN_BROKEN;
    /* A continuation that is refused stays so, and a circle too: the mark is of no use any more. */
    bool afresh = pages > 0 && (setback->outcome == FEED_REFUSED || setback->astray);
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
    if (poll != 0 && pages > 0 && !afresh)
        chain_interrupted(store, poll, word, told);
    else if (poll != 0)
        chain_over(store, poll, word, told, now);
    poll_close(feed, poll,
        &(struct turn_end){.outcome = word,
            .detail = told,
            .moved = pages > feed->pages_before && !afresh,
            .not_before = setback->not_before,
            .next_at = setback->next_at});
    free(told);
    text_free(&detail);
}

void poll_postpone(struct feed *feed, enum feed_outcome outcome, const char *what, int64_t next_at)
{
    struct setback setback = SETBACK_EMPTY;
    setback.outcome = outcome;
    setback.next_at = next_at;
    text_append_string(&setback.what, what);
    close_badly(feed, &setback);
    text_free(&setback.what);
}

static void close_unchanged(struct feed *feed, const char *why)
{
    int64_t poll = feed->chain.poll;
    chain_over(feed->set->store, poll, FEED_UNCHANGED, why, clock_wall());
    poll_close(feed, poll,
        &(struct turn_end){
            .outcome = FEED_UNCHANGED, .detail = why, .whole = feed->chain.kind != POLL_WINDOW});
}

/* --- keeping a page ---------------------------------------------------------------------------------------
 */

/* Evidence that cannot be written is like a database that cannot: nothing may go on as if it were there. */
static void evidence_fault(const struct feed *feed, const struct failure *failure)
{
    log_fatal(EXIT_IO, "feed %s: %s", feed->definition->name, failure->text);
}

static void finish_chain(struct feed *feed)
{
    struct store *store = feed->set->store;
    if (chain_is_unchanged(store, feed->definition, &feed->chain)) {
        close_unchanged(feed, "the same bytes as last time");
        return;
    }
    chain_fetched(store, &feed->chain);
    feed_enter(feed, STAGE_HANDING_ON);
    feeds_after_commit(feed->set);
}

/* Where the chain goes on; false = it must not. *ret_url stays NULL after the last page. */
static bool find_next(
    struct feed *feed, const struct http_answer *answer, char **ret_url, struct setback *setback)
{
    if (feed->definition->paging != PAGING_LINK)
        return true;
    if (feed_link_next(answer->link, feed->chain.next_url, ret_url) < 0) {
        setback->outcome = FEED_MOVED;
        text_append_string(&setback->what, "the link to the next page leaves the register's host: ");
        const char *target = answer->link + strcspn(answer->link, "<");
        target += *target == '<'; /* an excerpt leaves out what looks like a tag */
        outcome_excerpt(&setback->what, target, strlen(target), EXCERPT_TOLD_BYTES);
        return false;
    }
    if (*ret_url != NULL && feed->chain.pages + 1 >= LIMIT_PAGES) {
        setback->outcome = FEED_TOO_LARGE;
        text_append_format(&setback->what, "more than %d pages", LIMIT_PAGES);
        return false;
    }
    if (*ret_url != NULL && feed->chain.bytes >= LIMIT_POLL_BYTES) {
        setback->outcome = FEED_TOO_LARGE;
        text_append_format(&setback->what, "more than %lld bytes in all", LIMIT_POLL_BYTES);
        return false;
    }
    if (string_equal(*ret_url, feed->chain.next_url)) {
        setback->outcome = FEED_MALFORMED;
        text_append_string(&setback->what, "the link to the next page leads to the same page");
        return false;
    }
    return true;
}

static bool keep_page(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    struct store *store = feed->set->store;
    struct failure failure = {0};
    char *next = NULL;
    struct page page = {.status = answer->status,
        .content_type = answer->content_type,
        .etag = answer->etag,
        .last_modified = answer->last_modified,
        .fetched_at = clock_wall()};
    if (!find_next(feed, answer, &next, setback)) {
        free(next);
        return false;
    }
    store_write(store);
    if (feed->evidence == NULL && evidence_begin(store, &feed->evidence, &failure) < 0) /* an empty body */
        evidence_fault(feed, &failure);
    struct evidence_writer *evidence = feed->evidence;
    feed->evidence = NULL;
    if (evidence_keep(evidence, page.sha256, &page.bytes, &failure) < 0)
        evidence_fault(feed, &failure);
    bool circle = chain_has_bytes(store, &feed->chain, page.sha256);
    if (circle) {
        setback->outcome = FEED_MALFORMED;
        setback->astray = true;
        text_append_string(&setback->what, "the same bytes as an earlier page: the chain runs in a circle");
    } else {
        char *url = feed->chain.next_url;
        feed->chain.next_url = NULL;
        page.url = url;
        chain_keep_page(store, &feed->chain, &page, next);
        free(url);
    }
    free(next);
    return !circle;
}

/* --- the transfer -----------------------------------------------------------------------------------------
 */

static bool on_body(int status, const char *content_type, const char *bytes, size_t length, void *context)
{
    struct feed *feed = context;
    struct failure failure = {0};
    text_append(&feed->excerpt, bytes,
        length < EXCERPT_KEPT_BYTES - feed->excerpt.length ? length
                                                           : EXCERPT_KEPT_BYTES - feed->excerpt.length);
    if (!answer_is_page(feed->definition, status, content_type)) {
        feed->refused_bytes += length;
        return feed->refused_bytes < ERROR_BODY_BYTES;
    }
    if (feed->evidence == NULL && evidence_begin(feed->set->store, &feed->evidence, &failure) < 0)
        evidence_fault(feed, &failure);
    if (evidence_add(feed->evidence, bytes, length, &failure) < 0)
        evidence_fault(feed, &failure);
    return true;
}

static void go_on_with_chain(struct feed *feed)
{
    const struct feeds_events *events = &feed->set->events;
    feed_enter(feed, STAGE_QUEUED);
    if (events->page != NULL && feed->chain.kind != POLL_WINDOW)
        events->page(feed->chain.poll, events->context);
}

static void take_page(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    if (!keep_page(feed, answer, setback))
        close_badly(feed, setback);
    else if (feed->chain.next_url == NULL)
        finish_chain(feed);
    else
        go_on_with_chain(feed);
}

static void take_answer(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    switch (
        answer_judge(feed->definition, answer, &feed->excerpt, feed->conditional, clock_wall(), setback)) {
    case ANSWER_PAGE:
        take_page(feed, answer, setback);
        return;
    case ANSWER_NONE:
        finish_chain(feed);
        return;
    case ANSWER_UNCHANGED:
        close_unchanged(feed, "not modified since last time");
        return;
    case ANSWER_BAD:
        budget_be_patient(feed->budget, setback->not_before);
        close_badly(feed, setback);
        return;
    }
}

static void on_ended(const struct http_answer *answer, void *context)
{
    struct feed *feed = context;
    struct setback setback = SETBACK_EMPTY;
    feed->transfer = NULL;
    store_write(feed->set->store);
    take_answer(feed, answer, &setback);
    evidence_abandon(feed->evidence);
    feed->evidence = NULL;
    text_free(&feed->excerpt);
    text_free(&setback.what);
    feeds_advance(feed->set);
}

void poll_send(struct feed *feed)
{
    char *etag = NULL, *last_modified = NULL;
    char *shown = url_masked(feed->chain.next_url);
    feed->conditional =
        chain_validators(feed->set->store, feed->definition, &feed->chain, &etag, &last_modified);
    feed->excerpt = TEXT_WITH_CEILING(EXCERPT_KEPT_BYTES);
    feed->refused_bytes = 0;
    /* A history may have thousands of pages: one line a turn is enough for a day's log. */
    log_write(feed->chain.pages == feed->pages_before ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG,
        "feed %s: asks for %s", feed->definition->name, shown);
    struct http_request request = {
        .url = feed->chain.next_url,
        .headers = feed->definition->headers,
        .header_count = feed->definition->header_count,
        .if_none_match = etag,
        .if_modified_since = last_modified,
        .maximum_bytes = feed->definition->maximum_bytes,
    };
    struct http_events events = {on_body, on_ended, feed};
    feed->transfer = http_start(feed->set->http, &request, &events);
    feed_enter(feed, STAGE_FETCHING);
    free(shown);
    free(etag);
    free(last_modified);
}
