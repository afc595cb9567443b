/* chain_compare.c - what a poll got, compared with last time. */
#include "page_chain.h"

#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/url.h"

#include <stdlib.h>

/* Applied polls since then that left a trace: reading old bytes again would not give what stands now. */
static bool something_came_since(struct store *store, const char *feed, int64_t poll)
{
    return store_value(store, 0,
               "SELECT count(*) FROM poll WHERE feed = ? AND id > ? AND state = 'applied' "
               "AND EXISTS (SELECT 1 FROM payload WHERE payload.poll = poll.id) "
               "AND (kind = 'manual' OR added > 0 OR changed > 0 OR vanished > 0)",
               "ti", feed, poll) > 0;
}

/* What was passed over as not known (`known-only`) may be known by now, by another feed of the authority. */
static bool passed_over_may_be_known(struct store *store, int64_t poll)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM poll o JOIN feed mine ON mine.name = o.feed "
               "JOIN feed other ON other.authority = mine.authority AND other.name <> mine.name "
               "JOIN poll p ON p.feed = other.name AND p.state = 'applied' "
               "WHERE o.id = ?1 AND o.passed_over > 0 AND p.added > 0 AND p.finished_at >= o.finished_at)",
               "i", poll) > 0;
}

/* The last applied poll of the same sort that brought pages, when what it left behind is what reading the
 * same bytes again would give: same definition, no approval missed, since a second miss is news, nothing came
 * since, and what was passed over is as unknown as it was. Else 0. */
static int64_t last_poll_alike(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    struct query *q = query_bind(
        query(store,
            "SELECT id, definition_hash, vanished FROM poll WHERE feed = ? AND state = 'applied' "
            "AND kind <> 'manual' AND (kind = 'window') = ? "
            "AND EXISTS (SELECT 1 FROM payload WHERE payload.poll = poll.id) ORDER BY id DESC LIMIT 1"),
        "ti", definition->name, (int64_t)(chain->kind == POLL_WINDOW));
    int64_t last = 0;
    if (query_next(q) && string_equal(query_text(q, 1), definition->hash) && query_integer(q, 2) == 0)
        last = query_integer(q, 0);
    query_end(q);
    bool stands = last != 0 && !something_came_since(store, definition->name, last) &&
                  !passed_over_may_be_known(store, last);
    return stands ? last : 0;
}

bool chain_validators(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, char **ret_etag, char **ret_last_modified)
{
    int64_t last = chain->pages == 0 && chain->next.body == NULL && chain->next.value == NULL
                       ? last_poll_alike(store, definition, chain)
                       : 0;
    if (last == 0 || store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", last) != 1)
        return false;
    char *shown = url_masked(chain->next.url);
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

/* Of each page the last one that an applied poll got for the same request has the same bytes. */
static bool values_are_unchanged(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    return store_value(store, 1,
               "SELECT count(*) FROM payload new WHERE new.poll = ?1 AND new.sha256 IS NOT "
               "    (SELECT old.sha256 FROM payload old JOIN poll p ON p.id = old.poll "
               "     WHERE old.url = new.url AND old.body = new.body AND old.poll < ?1 AND p.feed = ?2 "
               "         AND p.state = 'applied' AND p.definition_hash = ?3 "
               "     ORDER BY old.poll DESC, old.page DESC LIMIT 1)",
               "itt", chain->poll, definition->name, definition->hash) == 0;
}

bool chain_is_unchanged(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain)
{
    if (chain->pages > 0 && chain->next.value != NULL)
        return values_are_unchanged(store, definition, chain);
    int64_t last = chain->pages > 0 ? last_poll_alike(store, definition, chain) : 0;
    if (last == 0 ||
        store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", last) != chain->pages)
        return false;
    return store_value(store, 0,
               "SELECT count(*) FROM payload old JOIN payload new ON new.poll = ?1 AND new.page = old.page "
               "    AND new.sha256 = old.sha256 WHERE old.poll = ?2",
               "ii", chain->poll, last) == chain->pages;
}
