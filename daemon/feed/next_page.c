/* next_page.c - where a chain goes on. */
#include "next_page.h"

#include "internal.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

/* --- by a link --------------------------------------------------------------------------------------------
 */

static bool find_link(
    struct feed *feed, const struct http_answer *answer, struct chain_mark *mark, struct setback *setback)
{
    if (feed_link_next(answer->link, feed->chain.next.url, &mark->url) < 0) {
        setback->outcome = FEED_MOVED;
        text_append_string(&setback->what, "the link to the next page leaves the register's host: ");
        const char *target = answer->link + strcspn(answer->link, "<");
        target += *target == '<'; /* an excerpt leaves out what looks like a tag */
        outcome_excerpt(&setback->what, target, strlen(target), EXCERPT_TOLD_BYTES);
        return false;
    }
    if (string_equal(mark->url, feed->chain.next.url)) {
        setback->outcome = FEED_MALFORMED;
        text_append_string(&setback->what, "the link to the next page leads to the same page");
        return false;
    }
    return true;
}

/* --- by numbers -------------------------------------------------------------------------------------------
 */

static bool read_count(struct member_number *scan, int64_t *ret_count, struct setback *setback)
{
    enum member_found found = member_number_end(scan, ret_count);
    if (found == MEMBER_FOUND)
        return true;
    setback->outcome = FEED_MALFORMED;
    text_append_format(&setback->what,
        found == MEMBER_ABSENT ? "the page tells no '%s'" : "its '%s' is no count", scan->name);
    return false;
}

/* A register that gives smaller pages than were asked for would have rows skipped between them. */
static bool check_size(struct feed *feed, int64_t total, struct setback *setback)
{
    const struct feed_pages *pages = &feed->definition->pages;
    int64_t told = 0;
    if (pages->size_told == NULL)
        return true;
    if (!read_count(&feed->size_told, &told, setback))
        return false;
    if (told >= pages->size || total <= feed->chain.next.number * pages->size + told)
        return true;
    setback->outcome = FEED_MALFORMED;
    text_append_format(&setback->what,
        "the register gives pages of %lld rows, %lld were asked for: write size = %lld into the definition",
        (long long)told, (long long)pages->size, (long long)told);
    return false;
}

/* The last word on the total counts: rows come and go while we page. */
static bool find_number(struct feed *feed, struct chain_mark *mark, struct setback *setback)
{
    int64_t total = 0;
    if (!read_count(&feed->total, &total, setback) || !check_size(feed, total, setback))
        return false;
    mark->told = total;
    mark->number++;
    if (mark->number * feed->definition->pages.size < total)
        chain_address(feed->definition, &feed->chain, mark);
    return true;
}

bool next_page_was_empty(const struct feed *feed, const struct chain_mark *next)
{
    return feed->definition->paging == PAGING_NUMBERED &&
           feed->chain.next.number * feed->definition->pages.size >= next->told;
}

/* --- at the next value ------------------------------------------------------------------------------------
 */

static char *value_after(struct feed *feed, const char *after)
{
    const struct feeds_events *events = &feed->set->events;
    return events->next_value != NULL ? events->next_value(&feed->definition->each, after, events->context)
                                      : NULL;
}

char *next_page_first_value(struct feed *feed, const char *after)
{
    char *value = value_after(feed, after);
    return value != NULL || *after == '\0' ? value : value_after(feed, "");
}

/* The answers of one value are complete. */
static void find_value(struct feed *feed, int64_t pages, struct chain_mark *mark)
{
    const struct feed_each *each = &feed->definition->each;
    char *value = value_after(feed, mark->value);
    mark->values_done++;
    mark->rotation_ended = value == NULL;
    if (value == NULL || (each->a_turn > 0 && mark->values_done >= each->a_turn)) {
        free(value);
        return;
    }
    free(mark->value);
    mark->value = value;
    mark->number = 0;
    mark->told = -1;
    mark->value_page = pages;
    chain_address(feed->definition, &feed->chain, mark);
}

/* --- all of it --------------------------------------------------------------------------------------------
 */

static bool is_within_limits(const struct page_chain *chain, struct setback *setback)
{
    if (chain->pages + 1 >= LIMIT_PAGES) {
        setback->outcome = FEED_TOO_LARGE;
        text_append_format(&setback->what, "more than %d pages", LIMIT_PAGES);
        return false;
    }
    if (chain->bytes >= LIMIT_POLL_BYTES) {
        setback->outcome = FEED_TOO_LARGE;
        text_append_format(&setback->what, "more than %lld bytes in all", LIMIT_POLL_BYTES);
        return false;
    }
    return true;
}

static bool find_page(
    struct feed *feed, const struct http_answer *answer, struct chain_mark *mark, struct setback *setback)
{
    switch (feed->definition->paging) {
    case PAGING_NONE:
        return true;
    case PAGING_LINK:
        return find_link(feed, answer, mark, setback);
    case PAGING_NUMBERED:
        return find_number(feed, mark, setback);
    }
    return true;
}

bool next_page_find(
    struct feed *feed, const struct http_answer *answer, struct chain_mark *ret_mark, struct setback *setback)
{
    const struct chain_mark *at = &feed->chain.next;
    *ret_mark = (struct chain_mark){.number = at->number,
        .told = at->told,
        .value = memory_copy_string(at->value),
        .value_page = at->value_page,
        .values_done = at->values_done};
    if (answer != NULL && !find_page(feed, answer, ret_mark, setback))
        return false;
    if (ret_mark->url == NULL && ret_mark->value != NULL)
        find_value(feed, feed->chain.pages + (answer != NULL), ret_mark);
    return ret_mark->url == NULL || is_within_limits(&feed->chain, setback);
}
