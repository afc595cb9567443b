/* transfer.h - HTTP requests over libcurl's multi_socket interface on the loop.
 *
 * A transfer knows nothing of feeds: it brings an answer, whatever its status, or says by which word it
 * failed. It follows no redirect, counts bytes after unpacking, and is one flight of the loop. */
#ifndef M13_FEED_TRANSFER_H
#define M13_FEED_TRANSFER_H

#include "m13/feed.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transfers;
struct transfer;

struct transfer_request {
    const char *url;
    char *const *headers; /* "Name: value" */
    size_t header_count;
    const char *if_none_match, *if_modified_since; /* "" = not sent */
    int64_t maximum_bytes;                         /* of the body after unpacking */
};

struct transfer_answer {
    /* FEED_NEVER: an answer came whole, whatever its status. Else the word for what went wrong. */
    enum feed_outcome fault;
    const char *problem; /* a clause about the fault */
    int status;          /* 0 = none came */
    const char *content_type, *etag, *last_modified, *link, *retry_after, *location; /* "" = none */
    int64_t bytes; /* of the body after unpacking */
};

struct transfer_events {
    /* The next bytes of the body, unpacked. `status` and `content_type` are those of this answer. False =
     * enough: the transfer ends at once, as whole. */
    bool (*body)(int status, const char *content_type, const char *bytes, size_t length, void *context);
    /* Once; the transfer is gone afterwards. New ones may be started in it. */
    void (*ended)(const struct transfer_answer *answer, void *context);
    void *context;
};

struct transfers *transfers_new(struct loop *loop);
void transfers_free(struct transfers *transfers); /* aborts what is under way; NULL is fine */
size_t transfers_under_way(const struct transfers *transfers);
/* What is needed of the request is copied. Events come from the loop, never from within. */
struct transfer *transfer_start(struct transfers *transfers, const struct transfer_request *request,
    const struct transfer_events *events);
void transfer_abort(struct transfer *transfer); /* without an event; NULL is fine */

/* How patient transfers are. The defaults are those of limits.h; tests have less time. */
struct transfer_patience {
    int64_t connect_ms, whole_ms;
};
void transfers_set_patience(struct transfers *transfers, const struct transfer_patience *patience);

#endif
