/* poll_send.c - one request of a turn, as it goes out. */
#include "internal.h"

#include "m13/http.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/url.h"

#include <stdlib.h>

/* The definition's headers, and that a body is JSON where they do not say what it is. */
static char **make_headers(const struct feed_definition *definition, bool has_body, size_t *ret_count)
{
    static char json[] = "Content-Type: application/json";
    char **headers = memory_get_zeroed(definition->header_count + 1, sizeof *headers);
    bool told = false;
    for (size_t i = 0; i < definition->header_count; i++) {
        headers[i] = definition->headers[i];
        told = told || feed_header_is(headers[i], "Content-Type");
    }
    *ret_count = definition->header_count;
    if (has_body && !told)
        headers[(*ret_count)++] = json;
    return headers;
}

static void make_address(struct feed *feed, char **ret_url, char **ret_body)
{
    const struct page_chain *chain = &feed->chain;
    const struct feed_query *query = errand_query(feed->definition, feed->errand);
    struct feed_place place = {.since = chain->since, .today = chain->until, .each = chain->next.value};
    *ret_url =
        query != NULL ? feed_url(feed->definition, query, &place) : memory_copy_string(chain->next.url);
    *ret_body =
        query != NULL ? feed_body(feed->definition, query, &place) : memory_copy_string(chain->next.body);
}

static void prepare(struct feed *feed)
{
    const struct feed_definition *definition = feed->definition;
    feed->excerpt = TEXT_WITH_CEILING(EXCERPT_KEPT_BYTES);
    feed->index = TEXT_WITH_CEILING(LIMIT_INDEX_BYTES);
    feed->refused_bytes = 0;
    member_number_begin(&feed->total, definition->pages.total != NULL ? definition->pages.total : "");
    member_number_begin(
        &feed->size_told, definition->pages.size_told != NULL ? definition->pages.size_told : "");
    if (feed->jar == NULL && definition->prime.path != NULL)
        feed->jar = http_jar_new();
}

/* A history may have thousands of pages: one line a turn is enough for a day's log. */
static void log_request(const struct feed *feed, const char *url)
{
    char *shown = url_masked(url);
    bool first = feed->chain.pages == feed->pages_before && feed->chain.next.values_done == 0;
    log_write(
        first ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, "feed %s: asks for %s", feed->definition->name, shown);
    free(shown);
}

void poll_send(struct feed *feed)
{
    const struct feed_definition *definition = feed->definition;
    char *etag = NULL, *last_modified = NULL, *url, *body;
    size_t header_count;
    feed->conditional = feed->errand == ERRAND_PAGE &&
                        chain_validators(feed->set->store, definition, &feed->chain, &etag, &last_modified);
    prepare(feed);
    make_address(feed, &url, &body);
    char **headers = make_headers(definition, body != NULL, &header_count);
    log_request(feed, url);
    struct http_request request = {
        .url = url,
        .post = body,
        .headers = headers,
        .header_count = header_count,
        .if_none_match = etag,
        .if_modified_since = last_modified,
        .maximum_bytes = errand_maximum_bytes(definition, feed->errand),
        .jar = feed->jar,
        .ca_file = definition->ca_file,
    };
    struct http_events events = {poll_on_body, poll_on_ended, feed};
    feed->transfer = http_start(feed->set->http, &request, &events);
    feed_enter(feed, STAGE_FETCHING);
    free(headers);
    free(url);
    free(body);
    free(etag);
    free(last_modified);
}
