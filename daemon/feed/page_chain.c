/* page_chain.c - the pages of one poll. */
#include "page_chain.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/url.h"
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

/* A window that was cut short is asked for anew after a day: its last day has moved on. */
#define WINDOW_AGE CLOCK_DAY
/* A whole register goes on for as many days as the budget needs, but not from a mark of last week. */
#define STANDSTILL (7 * CLOCK_DAY)

/* Headers are a stranger's: what is longer than any real one is not kept. */
#define HEADER_KEPT_BYTES 512

static const char *const kind_names[] = {
    [POLL_HISTORY] = "history", [POLL_FULL] = "full", [POLL_WINDOW] = "window"};

const struct feed_query *chain_query(const struct feed_definition *definition, enum poll_kind kind)
{
    return kind != POLL_WINDOW && definition->history.path != NULL ? &definition->history
                                                                   : &definition->window;
}

/* --- beginning and going on -------------------------------------------------------------------------------
 */

void chain_begin(struct store *store, const struct feed_definition *definition, enum poll_kind kind,
    int32_t since, int32_t until, int64_t now, struct page_chain *ret_chain)
{
    char *url = feed_url(definition, chain_query(definition, kind), since, until);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT INTO poll (feed, kind, state, started_at, since_day, until_day, next_url, "
                     "    definition_hash) VALUES (?, ?, 'fetching', ?, ?, ?, ?, ?)"),
        "ttiddtt", definition->name, kind_names[kind], now, since, until, url, definition->hash));
    *ret_chain = (struct page_chain){
        .poll = store_last_id(store),
        .kind = kind,
        .started_at = now,
        .since = since,
        .until = until,
        .last_page_at = now,
        .next_url = url,
    };
}

bool chain_resume(struct store *store, const char *feed, struct page_chain *ret_chain)
{
    struct query *q =
        query_bind(query(store, "SELECT id, kind, started_at, since_day, until_day, pages, next_url, "
                                "    (SELECT max(fetched_at) FROM payload WHERE payload.poll = poll.id), "
                                "    (SELECT sum(bytes) FROM payload WHERE payload.poll = poll.id) "
                                "FROM poll WHERE feed = ? AND state = 'fetching' ORDER BY id DESC LIMIT 1"),
            "t", feed);
    bool found = query_next(q);
    if (found) {
        *ret_chain = (struct page_chain){
            .poll = query_integer(q, 0),
            .kind = POLL_WINDOW,
            .started_at = query_integer(q, 2),
            .since = query_day(q, 3),
            .until = query_day(q, 4),
            .pages = query_integer(q, 5),
            .next_url = memory_copy_string(query_text(q, 6)),
            .last_page_at = query_integer(q, query_is_null(q, 7) ? 2 : 7),
            .bytes = query_integer(q, 8),
        };
        for (enum poll_kind kind = POLL_HISTORY; kind < POLL_WINDOW; kind++)
            if (string_equal(query_text(q, 1), kind_names[kind]))
                ret_chain->kind = kind;
    }
    query_end(q);
    return found;
}

/* The pages that came were asked for by another address than the definition now gives. */
static bool asks_otherwise(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    char *first = feed_url(definition, chain_query(definition, chain->kind), chain->since, chain->until);
    char *shown = url_masked(first);
    bool other =
        chain->pages > 0
            ? store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ? AND page = 0 AND url = ?",
                  "it", chain->poll, shown) == 0
            : !string_equal(first, chain->next_url);
    free(shown);
    free(first);
    return other;
}

const char *chain_is_stale(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, int64_t now)
{
    int64_t age = now - chain->started_at, standstill = now - chain->last_page_at;
    if (asks_otherwise(store, definition, chain) || !url_stays(chain->next_url, definition->base))
        return "the definition asks by another address now";
    if (age < -CLOCK_DAY)
        return "it began in the future, so the clock was set back";
    if (chain->kind == POLL_WINDOW && age > WINDOW_AGE)
        return "its window is more than a day old";
    if (standstill > STANDSTILL)
        return "no page has come for a week";
    return NULL;
}

void chain_release(struct page_chain *chain)
{
    free(chain->next_url);
    *chain = (struct page_chain){0};
}

/* --- pages ------------------------------------------------------------------------------------------------
 */

static const char *kept_header(const char *value)
{
    return strlen(value) <= HEADER_KEPT_BYTES ? value : "";
}

void chain_keep_page(
    struct store *store, struct page_chain *chain, const struct page *page, const char *next_url)
{
    char *shown = url_masked(page->url);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT INTO payload (poll, page, url, fetched_at, status, sha256, bytes, content_type, "
                     "    etag, last_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iitiitittt", chain->poll, chain->pages, shown, page->fetched_at, (int64_t)page->status, page->sha256,
        page->bytes, kept_header(page->content_type), kept_header(page->etag),
        kept_header(page->last_modified)));
    chain->pages++;
    chain->bytes += page->bytes;
    chain->last_page_at = page->fetched_at;
    query_run(query_bind(query(store, "UPDATE poll SET pages = ?, next_url = ? WHERE id = ?"), "iti",
        chain->pages, next_url, chain->poll));
    free(chain->next_url);
    chain->next_url = memory_copy_string(next_url);
    free(shown);
}

bool chain_has_bytes(struct store *store, const struct page_chain *chain, const char *sha256)
{
    return store_value(store, 0, "SELECT count(*) FROM payload WHERE sha256 = ? AND poll = ?", "ti", sha256,
               chain->poll) > 0;
}

void chain_fetched(struct store *store, const struct page_chain *chain)
{
    store_write(store);
    query_run(query_bind(
        query(store,
            "UPDATE poll SET state = 'fetched', next_url = NULL, outcome = '', detail = '' WHERE id = ?"),
        "i", chain->poll));
}

void chain_interrupted(struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    store_write(store);
    query_run(query_bind(query(store, "UPDATE poll SET outcome = ?, detail = ? WHERE id = ?"), "tti",
        outcome_code(outcome), detail, poll));
}

void chain_over(struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail, int64_t now)
{
    store_write(store);
    query_run(query_bind(query(store, "UPDATE poll SET state = ?, outcome = ?, detail = ?, next_url = NULL, "
                                      "    finished_at = ? WHERE id = ?"),
        "tttii", feed_outcome_is_good(outcome) ? "applied" : "failed", outcome_code(outcome), detail, now,
        poll));
}

/* --- compared with last time ------------------------------------------------------------------------------
 */

/* The last applied poll that brought pages, when what it left behind is what reading the same bytes again
 * would give: same sort of poll, same definition, and no approval missed, since a second miss is news. Else
 * 0. */
static int64_t last_poll_alike(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    struct query *q = query_bind(
        query(store,
            "SELECT id, kind, definition_hash, vanished FROM poll WHERE feed = ? AND state = 'applied' "
            "AND EXISTS (SELECT 1 FROM payload WHERE payload.poll = poll.id) ORDER BY id DESC LIMIT 1"),
        "t", definition->name);
    int64_t last = 0;
    if (query_next(q)) {
        bool was_window = string_equal(query_text(q, 1), kind_names[POLL_WINDOW]);
        bool was_by_hand = string_equal(query_text(q, 1), "manual");
        if (!was_by_hand && was_window == (chain->kind == POLL_WINDOW) &&
            string_equal(query_text(q, 2), definition->hash) && query_integer(q, 3) == 0)
            last = query_integer(q, 0);
    }
    query_end(q);
    return last;
}

bool chain_validators(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, char **ret_etag, char **ret_last_modified)
{
    int64_t last = chain->pages == 0 ? last_poll_alike(store, definition, chain) : 0;
    if (last == 0 || store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", last) != 1)
        return false;
    char *shown = url_masked(chain->next_url);
    struct query *q = query_bind(
        query(store,
            "SELECT etag, last_modified FROM payload WHERE poll = ? AND page = 0 AND status = 200 AND "
            "    url = ? AND (etag <> '' OR last_modified <> '')"),
        "it", last, shown);
    bool found = query_next(q);
    if (found) {
        *ret_etag = memory_copy_string(query_text(q, 0));
        *ret_last_modified = memory_copy_string(query_text(q, 1));
    }
    query_end(q);
    free(shown);
    return found;
}

bool chain_is_unchanged(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    int64_t last = chain->pages > 0 ? last_poll_alike(store, definition, chain) : 0;
    if (last == 0 ||
        store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", last) != chain->pages)
        return false;
    return store_value(store, 0,
               "SELECT count(*) FROM payload old JOIN payload new ON new.poll = ?1 AND new.page = old.page "
               "    AND new.sha256 = old.sha256 WHERE old.poll = ?2",
               "ii", chain->poll, last) == chain->pages;
}
