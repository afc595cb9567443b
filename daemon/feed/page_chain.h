/* page_chain.h - the pages of one poll, in tables poll and payload.
 *
 * Whatever is known of a poll stands there after each page, so that a kill or a fault between two pages loses
 * neither: the chain goes on at its mark. */
#ifndef M13_FEED_PAGE_CHAIN_H
#define M13_FEED_PAGE_CHAIN_H

#include "m13/digest.h"
#include "m13/feed.h"

struct store;

enum poll_kind { POLL_HISTORY, POLL_FULL, POLL_WINDOW };

/* Which request is the next. */
struct chain_mark {
    char *url;           /* NULL = there is none: all pages are there */
    char *body;          /* of a POST; NULL = a GET */
    int64_t number;      /* of a numbered page, from 0 */
    int64_t told;        /* rows, as the last page of these numbers told; -1 = none has */
    char *value;         /* of a list; at the end the last one; NULL = the feed has no list */
    int64_t value_page;  /* page of the poll with which the value's answers began */
    int64_t values_done; /* in this poll */
    bool rotation_ended; /* the list came to its end */
};

struct page_chain {
    int64_t poll; /* 0 = there is none */
    enum poll_kind kind;
    bool part; /* shows some of the register only */
    int64_t started_at;
    int32_t since, until; /* DAY_NONE = no bound */
    int64_t pages, bytes; /* that have come */
    int64_t last_page_at; /* or start */
    struct chain_mark next;
};

/* What a new poll asks for. */
struct chain_plan {
    enum poll_kind kind;
    int32_t since, until;
    int64_t number; /* of the page to begin with */
    char *value;    /* of a list, the first; taken over; NULL = none */
    bool part;
};

struct page {
    int status;
    const char *url, *body, *content_type, *etag, *last_modified;
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes, fetched_at;
};

/* The window, or the history when `kind` asks for the whole. */
const struct feed_query *chain_query(const struct feed_definition *definition, enum poll_kind kind);
/* Fills url and body for the mark's number and value. */
void chain_address(
    const struct feed_definition *definition, const struct page_chain *chain, struct chain_mark *mark);

/* A new poll: its row, and the address of its first page. */
void chain_begin(struct store *store, const struct feed_definition *definition, struct chain_plan *plan,
    int64_t now, struct page_chain *ret_chain);
/* The feed's poll that still fetches; false when there is none. */
bool chain_resume(struct store *store, const char *feed, struct page_chain *ret_chain);
/* NULL when the chain may go on; else why it must start afresh. */
const char *chain_is_stale(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, int64_t now);
void chain_release(struct page_chain *chain);
void chain_mark_release(struct chain_mark *mark);

/* The page at the mark has come. */
void chain_keep_page(struct store *store, struct page_chain *chain, const struct page *page);
/* It goes on at `mark`, which is taken over. */
void chain_go_on(struct store *store, struct page_chain *chain, struct chain_mark *mark);
/* A page of this chain, and of the same value, has these bytes already: the chain runs in a circle. */
bool chain_has_bytes(struct store *store, const struct page_chain *chain, const char *sha256);
/* All pages are there. */
void chain_fetched(struct store *store, const struct page_chain *chain);
/* A turn ended without the last page; the poll goes on. */
void chain_interrupted(struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail);
/* The poll is over: state applied when the outcome is good, else failed. */
void chain_over(
    struct store *store, int64_t poll, enum feed_outcome outcome, const char *detail, int64_t now);

/* --- chain_compare.c: with last time ----------------------------------------------------------------------
 */

/* What the last applied poll of the same sort got for the same first address, for a conditional request;
 * false when there is nothing to be conditional on. The strings are the caller's to free. */
bool chain_validators(struct store *store, const struct feed_definition *definition,
    const struct page_chain *chain, char **ret_etag, char **ret_last_modified);
/* Byte for byte what the last applied poll of the same sort got; for some values of a list: what was last
 * got for each of them. */
bool chain_is_unchanged(
    struct store *store, const struct feed_definition *definition, const struct page_chain *chain);

extern const char *const poll_kind_names[POLL_WINDOW + 1];

#endif
