/* page_chain.h - the pages of one poll, in tables poll and payload.
 *
 * Whatever is known of a poll stands there after each page, so that a kill or a fault between two pages loses
 * neither: the chain goes on at `next_url`. */
#ifndef M13_FEED_PAGE_CHAIN_H
#define M13_FEED_PAGE_CHAIN_H

#include "m13/digest.h"
#include "m13/feed.h"

struct store;

enum poll_kind { POLL_HISTORY, POLL_FULL, POLL_WINDOW };

struct page_chain {
    int64_t poll; /* 0 = there is none */
    enum poll_kind kind;
    int64_t started_at;
    int32_t since, until; /* DAY_NONE = no bound */
    int64_t pages, bytes; /* that have come */
    int64_t last_page_at; /* or start */
    char *next_url;       /* of the page that is missing */
};

struct page {
    int status;
    const char *url, *content_type, *etag, *last_modified;
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes, fetched_at;
};

/* The window, or the history when `kind` asks for the whole. */
const struct feed_query *chain_query(const struct feed_definition *definition, enum poll_kind kind);

/* A new poll: its row, and the address of its first page. */
void chain_begin(struct store *store, const struct feed_definition *definition, enum poll_kind kind,
    int32_t since, int32_t until, int64_t now, struct page_chain *ret_chain);
/* The feed's poll that still fetches; false when there is none. */
bool chain_resume(struct store *store, const char *feed, struct page_chain *ret_chain);
/* NULL when the chain may go on; else why it must start afresh. */
const char *chain_is_stale(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, int64_t now);
void chain_release(struct page_chain *chain);

/* The next page has come; `next_url` NULL = it was the last. */
void chain_keep_page(
    struct store *store, struct page_chain *chain, const struct page *page, const char *next_url);
/* A page of this chain has these bytes already: the chain runs in a circle. */
bool chain_has_bytes(struct store *store, const struct page_chain *chain, const char *sha256);
/* All pages are there. */
void chain_fetched(struct store *store, const struct page_chain *chain);
/* A turn ended without the last page; the poll goes on. */
void chain_interrupted(struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail);
/* The poll is over: state applied when the outcome is good, else failed. */
void chain_over(
    struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail, int64_t now);

/* What the last applied poll of the same sort got for the same first address, for a conditional request;
 * false when there is nothing to be conditional on. The strings are the caller's to free. */
bool chain_validators(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, char **ret_etag, char **ret_last_modified);
/* Byte for byte what the last applied poll of the same sort got. */
bool chain_is_unchanged(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain);

#endif
