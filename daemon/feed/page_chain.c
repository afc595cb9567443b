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

const char *const poll_kind_names[] = {
    [POLL_HISTORY] = "history", [POLL_FULL] = "full", [POLL_WINDOW] = "window"};

const struct feed_query *chain_query(const struct feed_definition *definition, enum poll_kind kind)
{
    return kind != POLL_WINDOW && definition->history.path != NULL ? &definition->history
                                                                   : &definition->window;
}

/* --- beginning and going on -------------------------------------------------------------------------------
 */

void chain_address(
    const struct feed_definition *definition, const struct page_chain *chain, struct chain_mark *mark)
{
    const struct feed_query *query = chain_query(definition, chain->kind);
    struct feed_place place = {
        .since = chain->since, .today = chain->until, .page = mark->number, .each = mark->value};
    mark->url = feed_url(definition, query, &place);
    mark->body = feed_body(definition, query, &place);
}

void chain_begin(struct store *store, const struct feed_definition *definition, struct chain_plan *plan,
    int64_t now, struct page_chain *ret_chain)
{
    *ret_chain = (struct page_chain){
        .kind = plan->kind,
        .part = plan->part,
        .started_at = now,
        .since = plan->since,
        .until = plan->until,
        .last_page_at = now,
        .next = {.number = plan->number, .told = -1, .value = plan->value},
    };
    plan->value = NULL;
    chain_address(definition, ret_chain, &ret_chain->next);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT INTO poll (feed, kind, state, started_at, since_day, until_day, next_url, "
                     "    next_body, next_number, value, part, definition_hash) "
                     "VALUES (?, ?, 'fetching', ?, ?, ?, ?, ?, ?, coalesce(?, ''), ?, ?)"),
        "ttiddttitit", definition->name, poll_kind_names[plan->kind], now, plan->since, plan->until,
        ret_chain->next.url, ret_chain->next.body, plan->number, ret_chain->next.value, (int64_t)plan->part,
        definition->hash));
    ret_chain->poll = store_last_id(store);
}

static enum poll_kind kind_of(const char *name)
{
    for (enum poll_kind kind = POLL_HISTORY; kind < POLL_WINDOW; kind++)
        if (string_equal(name, poll_kind_names[kind]))
            return kind;
    return POLL_WINDOW;
}

static char *text_or_null(struct query *q, int column)
{
    return query_is_null(q, column) ? NULL : memory_copy_string(query_text(q, column));
}

static void read_mark(struct query *q, int column, struct chain_mark *ret_mark)
{
    *ret_mark = (struct chain_mark){
        .url = memory_copy_string(query_text(q, column)),
        .body = text_or_null(q, column + 1),
        .number = query_integer(q, column + 2),
        .told = query_is_null(q, column + 3) ? -1 : query_integer(q, column + 3),
        .value = text_or_null(q, column + 4),
        .value_page = query_integer(q, column + 5),
        .values_done = query_integer(q, column + 6),
    };
}

bool chain_resume(struct store *store, const char *feed, struct page_chain *ret_chain)
{
    struct query *q =
        query_bind(query(store, "SELECT id, kind, started_at, since_day, until_day, pages, part, "
                                "    (SELECT max(fetched_at) FROM payload WHERE payload.poll = poll.id), "
                                "    (SELECT sum(bytes) FROM payload WHERE payload.poll = poll.id), "
                                "    next_url, next_body, next_number, told, nullif(value, ''), value_page, "
                                "    values_done "
                                "FROM poll WHERE feed = ? AND state = 'fetching' ORDER BY id DESC LIMIT 1"),
            "t", feed);
    bool found = query_next(q);
    if (found) {
        *ret_chain = (struct page_chain){
            .poll = query_integer(q, 0),
            .kind = kind_of(query_text(q, 1)),
            .started_at = query_integer(q, 2),
            .since = query_day(q, 3),
            .until = query_day(q, 4),
            .pages = query_integer(q, 5),
            .part = query_integer(q, 6) != 0,
            .last_page_at = query_integer(q, query_is_null(q, 7) ? 2 : 7),
            .bytes = query_integer(q, 8),
        };
        read_mark(q, 9, &ret_chain->next);
    }
    query_end(q);
    return found;
}

/* Its first address alone does not tell how it asks. */
static bool is_composed(const struct feed_definition *definition, const struct page_chain *chain)
{
    return definition->paging == PAGING_NUMBERED || definition->each.feed != NULL ||
           definition->find.page.path != NULL || chain->next.body != NULL;
}

/* The pages that came were asked for in another way than the definition now gives. */
static bool asks_otherwise(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    if (is_composed(definition, chain))
        return store_value(store, 0, "SELECT count(*) FROM poll WHERE id = ? AND definition_hash = ?", "it",
                   chain->poll, definition->hash) == 0;
    struct chain_mark first = {0};
    chain_address(definition, chain, &first);
    char *shown = url_masked(first.url);
    bool other =
        chain->pages > 0
            ? store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ? AND page = 0 AND url = ?",
                  "it", chain->poll, shown) == 0
            : !string_equal(first.url, chain->next.url);
    free(shown);
    chain_mark_release(&first);
    return other;
}

const char *chain_is_stale(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, int64_t now)
{
    int64_t age = now - chain->started_at, standstill = now - chain->last_page_at;
    if (asks_otherwise(store, definition, chain) || !url_stays(chain->next.url, definition->base))
        return "the definition asks by another address now";
    if (age < -CLOCK_DAY)
        return "it began in the future, so the clock was set back";
    if (chain->kind == POLL_WINDOW && age > WINDOW_AGE)
        return "its window is more than a day old";
    if (standstill > STANDSTILL)
        return "no page has come for a week";
    return NULL;
}

void chain_mark_release(struct chain_mark *mark)
{
    free(mark->url);
    free(mark->body);
    free(mark->value);
    *mark = (struct chain_mark){0};
}

void chain_release(struct page_chain *chain)
{
    chain_mark_release(&chain->next);
    *chain = (struct page_chain){0};
}

/* --- pages ------------------------------------------------------------------------------------------------
 */

static const char *kept_header(const char *value)
{
    return strlen(value) <= HEADER_KEPT_BYTES ? value : "";
}

void chain_keep_page(struct store *store, struct page_chain *chain, const struct page *page)
{
    char *shown = url_masked(page->url);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT INTO payload (poll, page, url, body, fetched_at, status, sha256, bytes, "
                     "    content_type, etag, last_modified) "
                     "VALUES (?, ?, ?, coalesce(?, ''), ?, ?, ?, ?, ?, ?, ?)"),
        "iittiitittt", chain->poll, chain->pages, shown, page->body, page->fetched_at, (int64_t)page->status,
        page->sha256, page->bytes, kept_header(page->content_type), kept_header(page->etag),
        kept_header(page->last_modified)));
    chain->pages++;
    chain->bytes += page->bytes;
    chain->last_page_at = page->fetched_at;
    free(shown);
}

void chain_go_on(struct store *store, struct page_chain *chain, struct chain_mark *mark)
{
    store_write(store);
    query_run(query_bind(
        query(store, "UPDATE poll SET pages = ?, next_url = ?, next_body = ?, next_number = ?, "
                     "    told = nullif(?, -1), value = coalesce(?, ''), value_page = ?, values_done = ?, "
                     "    rotation_ended = ? WHERE id = ?"),
        "ittiitiiii", chain->pages, mark->url, mark->body, mark->number, mark->told, mark->value,
        mark->value_page, mark->values_done, (int64_t)mark->rotation_ended, chain->poll));
    chain_mark_release(&chain->next);
    chain->next = *mark;
    *mark = (struct chain_mark){0};
}

bool chain_has_bytes(struct store *store, const struct page_chain *chain, const char *sha256)
{
    return store_value(store, 0, "SELECT count(*) FROM payload WHERE sha256 = ? AND poll = ? AND page >= ?",
               "tii", sha256, chain->poll, chain->next.value_page) > 0;
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
