/* errand.c - what is asked before the pages of a chain. */
#include "errand.h"

#include "html_link.h"
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

/* The page that sets a cookie is of no other use: its header has come when its body begins. */
#define PRIME_BODY_BYTES (64 * 1024)

/* --- which ------------------------------------------------------------------------------------------------
 */

static bool is_due(
    const struct feed_definition *definition, const struct page_chain *chain, enum errand errand)
{
    bool at_the_beginning = chain->pages == 0 && chain->next.values_done == 0;
    switch (errand) {
    case ERRAND_PRIME:
        return definition->prime.path != NULL;
    case ERRAND_CONTROL:
        return definition->control.ask.path != NULL && at_the_beginning;
    case ERRAND_FIND:
        return definition->find.page.path != NULL && at_the_beginning;
    case ERRAND_PAGE:
        return true;
    }
    return true;
}

enum errand errand_from(
    const struct feed_definition *definition, const struct page_chain *chain, enum errand from)
{
    while (!is_due(definition, chain, from))
        from++;
    return from;
}

const struct feed_query *errand_query(const struct feed_definition *definition, enum errand errand)
{
    switch (errand) {
    case ERRAND_PRIME:
        return &definition->prime;
    case ERRAND_CONTROL:
        return &definition->control.ask;
    case ERRAND_FIND:
        return &definition->find.page;
    case ERRAND_PAGE:
        break;
    }
    return NULL;
}

int64_t errand_maximum_bytes(const struct feed_definition *definition, enum errand errand)
{
    return errand == ERRAND_FIND ? LIMIT_INDEX_BYTES : definition->maximum_bytes;
}

/* --- its answer -------------------------------------------------------------------------------------------
 */

bool errand_body(struct feed *feed, int status, const char *bytes, size_t length)
{
    feed->refused_bytes += length;
    if (status != 200 || feed->errand == ERRAND_PRIME)
        return feed->refused_bytes < PRIME_BODY_BYTES;
    if (feed->errand == ERRAND_CONTROL)
        member_number_add(&feed->total, bytes, length);
    else
        text_append(&feed->index, bytes, length);
    return true;
}

static bool take_control(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    const struct feed_definition *definition = feed->definition;
    int64_t told = 0, expected = definition->control.total;
    enum answer_meaning meaning =
        answer_judge(definition, answer, &feed->excerpt, false, clock_wall(), setback);
    if (meaning != ANSWER_PAGE && meaning != ANSWER_NONE)
        return false;
    if (meaning == ANSWER_PAGE && member_number_end(&feed->total, &told) != MEMBER_FOUND) {
        setback->outcome = FEED_MALFORMED;
        text_append_format(&setback->what, "it tells no count as '%s'", feed->total.name);
        return false;
    }
    if (told == expected)
        return true;
    setback->outcome = FEED_MALFORMED;
    text_append_format(&setback->what, "the register ignores its filter: %lld rows instead of %lld",
        (long long)told, (long long)expected);
    return false;
}

/* The page is the only proof of where the payload's address came from. */
static void keep_index(struct feed *feed, const char *url, const char *found)
{
    struct store *store = feed->set->store;
    struct failure failure = {0};
    struct evidence_writer *writer = NULL;
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes = 0;
    int r = evidence_begin(store, &writer, &failure);
    if (r == 0)
        r = evidence_add(writer, text_string(&feed->index), feed->index.length, &failure);
    if (r == 0)
        r = evidence_keep(writer, sha256, &bytes, &failure);
    if (r < 0)
        log_fatal(EXIT_IO, "feed %s: %s", feed->definition->name, failure.text);
    char *shown = url_masked(url);
    query_run(
        query_bind(query(store, "INSERT OR REPLACE INTO index_page (poll, url, fetched_at, sha256, bytes, "
                                "    found) VALUES (?, ?, ?, ?, ?, ?)"),
            "ititit", feed->chain.poll, shown, clock_wall(), sha256, bytes, found));
    free(shown);
}

static void tell_unfound(const struct feed_find *find, struct setback *setback)
{
    setback->outcome = FEED_MALFORMED;
    text_append_format(&setback->what, "the page has no link like '%s'", find->link);
    if (find->text != NULL)
        text_append_format(&setback->what, " with the text '%s'", find->text);
}

/* The chain begins at the address that the link leads to. */
static bool follow(struct feed *feed, const char *page, const char *link, struct setback *setback)
{
    char *url = url_resolve(page, link);
    if (url == NULL || !url_stays(url, feed->definition->base)) {
        setback->outcome = FEED_MOVED;
        text_append_string(&setback->what, "its link leaves the register's host: ");
        outcome_excerpt(&setback->what, link, strlen(link), EXCERPT_TOLD_BYTES);
        free(url);
        return false;
    }
    struct chain_mark mark = {.url = url, .told = -1};
    chain_go_on(feed->set->store, &feed->chain, &mark);
    return true;
}

static bool take_index(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    const struct feed_find *find = &feed->definition->find;
    if (!answer_is_fine(answer, &feed->excerpt, clock_wall(), setback))
        return false;
    struct feed_place place = {.since = feed->chain.since, .today = feed->chain.until};
    char *page = feed_url(feed->definition, &find->page, &place);
    char *link = html_link_find(text_string(&feed->index), feed->index.length, find->link, find->text);
    keep_index(feed, page, link != NULL ? link : "");
    bool found = link != NULL && follow(feed, page, link, setback);
    if (link == NULL)
        tell_unfound(find, setback);
    free(link);
    free(page);
    return found;
}

bool errand_take(struct feed *feed, const struct http_answer *answer, struct setback *setback)
{
    static const char *const titles[] = {
        [ERRAND_PRIME] = "request for a cookie", [ERRAND_CONTROL] = "control", [ERRAND_FIND] = "index page"};
    text_append_format(&setback->what, "%s: ", titles[feed->errand]);
    switch (feed->errand) {
    case ERRAND_PRIME:
        /* One that sends us on has set its cookie all the same. */
        return (answer->fault == HTTP_FINE && answer->status >= 300 && answer->status < 400) ||
               answer_is_fine(answer, &feed->excerpt, clock_wall(), setback);
    case ERRAND_CONTROL:
        return take_control(feed, answer, setback);
    case ERRAND_FIND:
        return take_index(feed, answer, setback);
    case ERRAND_PAGE:
        break;
    }
    return true;
}
