/* poll_answer.c - what came back in a turn: kept, judged, and where it goes on. */
#include "answer.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/store.h"
#include "next_page.h"

/* Of an answer that is no page: it is ended when there is more. */
#define ERROR_BODY_BYTES (64 * 1024)

/* --- keeping a page ---------------------------------------------------------------------------------------
 */

/* Evidence that cannot be written is like a database that cannot: nothing may go on as if it were there. */
static void evidence_fault(const struct feed *feed, const struct failure *failure)
{
    log_fatal(EXIT_IO, "feed %s: %s", feed->definition->name, failure->text);
}

/* A few values of which a register has nothing are no wonder. One that has nothing for so many is away, and
 * sends everybody to its page of maintenance, or is asked by a wrong address. */
static bool has_nothing_at_all(const struct feed *feed)
{
    enum { WONDER = 5 };
    return feed->chain.pages == 0 && (feed->unknown_values > 0 || feed->chain.next.values_done >= WONDER);
}

static void finish_chain(struct feed *feed)
{
    struct store *store = feed->set->store;
    if (has_nothing_at_all(feed)) {
        poll_close_unknown(feed);
        return;
    }
    if (chain_is_unchanged(store, feed->definition, &feed->chain)) {
        poll_close_unchanged(feed, "the same bytes as last time");
        return;
    }
    chain_fetched(store, &feed->chain);
    feed_enter(feed, STAGE_HANDING_ON);
    feeds_after_commit(feed->set);
}

static void keep_evidence(struct feed *feed, struct page *page)
{
    struct failure failure = {0};
    store_write(feed->set->store);
    if (feed->evidence == NULL && evidence_begin(feed->set->store, &feed->evidence, &failure) < 0) /* empty */
        evidence_fault(feed, &failure);
    struct evidence_writer *evidence = feed->evidence;
    feed->evidence = NULL;
    if (evidence_keep(evidence, page->sha256, &page->bytes, &failure) < 0)
        evidence_fault(feed, &failure);
}

static bool runs_in_circle(
    struct feed *feed, const struct page *page, const struct chain_mark *next, struct setback *setback)
{
    if (feed->definition->paging == PAGING_NONE || next_page_was_empty(feed, next) ||
        !chain_has_bytes(feed->set->store, &feed->chain, page->sha256))
        return false;
    setback->outcome = FEED_MALFORMED;
    setback->astray = true;
    text_append_string(&setback->what, "the same bytes as an earlier page: the chain runs in a circle");
    return true;
}

static bool keep_page(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    struct chain_mark next = {0};
    struct page page = {.status = answer->status,
        .url = feed->chain.next.url,
        .body = feed->chain.next.body,
        .content_type = answer->content_type,
        .etag = answer->etag,
        .last_modified = answer->last_modified,
        .fetched_at = clock_wall()};
    bool good = next_page_find(feed, answer, &next, setback);
    if (good) {
        keep_evidence(feed, &page);
        good = !runs_in_circle(feed, &page, &next, setback);
    }
    if (good) {
        chain_keep_page(feed->set->store, &feed->chain, &page);
        chain_go_on(feed->set->store, &feed->chain, &next);
    }
    chain_mark_release(&next);
    return good;
}

/* --- the transfer -----------------------------------------------------------------------------------------
 */

bool poll_on_body(int status, const char *content_type, const char *bytes, size_t length, void *context)
{
    struct feed *feed = context;
    struct failure failure = {0};
    text_append(&feed->excerpt, bytes,
        length < EXCERPT_KEPT_BYTES - feed->excerpt.length ? length
                                                           : EXCERPT_KEPT_BYTES - feed->excerpt.length);
    if (feed->errand != ERRAND_PAGE)
        return errand_body(feed, status, bytes, length);
    if (!answer_is_page(feed->definition, status, content_type)) {
        feed->refused_bytes += length;
        return feed->refused_bytes < ERROR_BODY_BYTES;
    }
    if (feed->evidence == NULL && evidence_begin(feed->set->store, &feed->evidence, &failure) < 0)
        evidence_fault(feed, &failure);
    if (evidence_add(feed->evidence, bytes, length, &failure) < 0)
        evidence_fault(feed, &failure);
    if (feed->definition->paging == PAGING_NUMBERED) {
        member_number_add(&feed->total, bytes, length);
        member_number_add(&feed->size_told, bytes, length);
    }
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
        poll_close_badly(feed, setback);
    else if (feed->chain.next.url == NULL)
        finish_chain(feed);
    else
        go_on_with_chain(feed);
}

/* The register has nothing to show for this value, here or any more: the others are asked all the same. */
static void take_value_without_rows(struct feed *feed)
{
    struct setback setback = SETBACK_EMPTY;
    struct chain_mark next = {0};
    if (next_page_find(feed, NULL, &next, &setback)) {
        chain_go_on(feed->set->store, &feed->chain, &next);
        if (feed->chain.next.url == NULL)
            finish_chain(feed);
        else
            feed_enter(feed, STAGE_QUEUED);
    } else {
        poll_close_badly(feed, &setback);
    }
    chain_mark_release(&next);
    text_free(&setback.what);
}

static bool value_is_unknown(const struct feed *feed, const struct http_answer *answer)
{
    return feed->chain.next.value != NULL && answer->fault == HTTP_FINE &&
           (answer->status == 404 || answer->status == 410);
}

/* Faults that may be of this one value; the others are of the host, and the same for all. */
static const bool may_be_of_a_value[FEED_OUTCOMES] = {
    [FEED_SERVER_ERROR] = true,
    [FEED_REFUSED] = true,
    [FEED_MOVED] = true,
    [FEED_RESET] = true,
    [FEED_TOO_SLOW] = true,
    [FEED_TOO_LARGE] = true,
    [FEED_BOMB] = true,
    [FEED_WRONG_TYPE] = true,
    [FEED_MALFORMED] = true,
};

/* One page that a register can never give must not end the list for good. A host that is down for days looks
 * the same: so a turn gives up one value at most, and the next round asks for it again. */
static bool value_is_given_up(struct feed *feed, const struct setback *setback)
{
    struct feed_state state;
    if (feed->chain.next.value == NULL || feed->gave_up || feed->chain.pages != feed->pages_before ||
        !may_be_of_a_value[setback->outcome])
        return false;
    state_read(feed->set->store, feed->definition->name, &state);
    feed->gave_up = state.failures + 1 >= LIMIT_VALUE_ATTEMPTS;
    if (feed->gave_up)
        log_warning("feed %s: %s is left out of this round after %d attempts: %s", feed->definition->name,
            feed->chain.next.value, LIMIT_VALUE_ATTEMPTS, text_string(&setback->what));
    return feed->gave_up;
}

static void take_errand(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    if (!errand_take(feed, answer, setback)) {
        budget_be_patient(feed->budget, setback->not_before);
        poll_close_badly(feed, setback);
        return;
    }
    feed->errand = errand_from(feed->definition, &feed->chain, feed->errand + 1);
    feed_enter(feed, STAGE_QUEUED);
}

static void take_answer(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    bool unknown = value_is_unknown(feed, answer);
    switch (
        answer_judge(feed->definition, answer, &feed->excerpt, feed->conditional, clock_wall(), setback)) {
    case ANSWER_PAGE:
        take_page(feed, answer, setback);
        return;
    case ANSWER_NONE:
        if (feed->chain.next.value != NULL)
            take_value_without_rows(feed);
        else
            finish_chain(feed);
        return;
    case ANSWER_UNCHANGED:
        poll_close_unchanged(feed, "not modified since last time");
        return;
    case ANSWER_BAD:
        if (unknown || value_is_given_up(feed, setback)) {
            feed->unknown_values++;
            take_value_without_rows(feed);
            return;
        }
        budget_be_patient(feed->budget, setback->not_before);
        poll_close_badly(feed, setback);
        return;
    }
}

void poll_on_ended(const struct http_answer *answer, void *context)
{
    struct feed *feed = context;
    struct setback setback = SETBACK_EMPTY;
    feed->transfer = NULL;
    store_write(feed->set->store);
    if (feed->errand == ERRAND_PAGE)
        take_answer(feed, answer, &setback);
    else
        take_errand(feed, answer, &setback);
    evidence_abandon(feed->evidence);
    feed->evidence = NULL;
    text_free(&feed->excerpt);
    text_free(&feed->index);
    text_free(&setback.what);
    feeds_advance(feed->set);
}
