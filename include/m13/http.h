/* http.h - HTTP requests over libcurl's multi_socket interface on the loop.
 *
 * It brings an answer, whatever its status, or says how it failed. It follows no redirect, speaks nothing but
 * https (and http to a URL that says so), counts bytes after unpacking, and is one flight of the loop. Every
 * open-ended default of libcurl is closed (limits.h). */
#ifndef M13_HTTP_H
#define M13_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct http;
struct http_transfer;
struct http_jar;
struct sockaddr;

enum http_fault {
    HTTP_FINE,        /* an answer came whole, whatever its status */
    HTTP_UNREACHABLE, /* DNS, connect, TLS */
    HTTP_RESET,       /* connection lost in mid-answer */
    HTTP_TOO_SLOW,    /* time-out, or below the lowest speed */
    HTTP_TOO_LARGE,   /* over the ceiling */
    HTTP_BOMB,        /* unpacks to more than LIMIT_UNPACK_RATIO times its size */
    HTTP_UNPACKABLE,  /* its content encoding is broken */
    HTTP_FORBIDDEN,   /* `may_connect` refused every address of the host */
};

struct http_request {
    const char *url;
    const char *post;     /* body of a POST; NULL = GET */
    char *const *headers; /* "Name: value" */
    size_t header_count;
    const char *if_none_match, *if_modified_since; /* NULL or "" = not sent */
    int64_t maximum_bytes;                         /* of the body after unpacking */
    int64_t milliseconds;                          /* for the whole; 0 = LIMIT_TRANSFER_MS */
    struct http_jar *jar;                          /* outlives the transfer; NULL = no cookies */
    const char *ca_file; /* PEM, trusted besides the system's authorities; NULL = these alone */
    /* Whether a connection may go to this address, asked of what the name has resolved to, for each one that
     * is opened or used again; NULL = anywhere. With it no proxy is used: behind one nobody could say. */
    bool (*may_connect)(const struct sockaddr *address, void *context);
    void *may_connect_context; /* lives as long as the transfer */
    /* With the context of the events: http_free() has ended it, and `ended` will not come. NULL = nothing. */
    void (*dropped)(void *context);
};

struct http_answer {
    enum http_fault fault;
    const char *problem; /* a clause about the fault */
    int status;          /* 0 = none came */
    const char *content_type, *etag, *last_modified, *link, *retry_after, *location; /* "" = none */
    int64_t bytes; /* of the body after unpacking */
};

struct http_events {
    /* The next bytes of the body, unpacked. `status` and `content_type` are those of this answer. False =
     * enough: the transfer ends at once, as whole. */
    bool (*body)(int status, const char *content_type, const char *bytes, size_t length, void *context);
    /* Once; the transfer is gone afterwards. New ones may be started in it. */
    void (*ended)(const struct http_answer *answer, void *context);
    void *context;
};

struct http *http_new(struct loop *loop);
void http_free(struct http *http); /* aborts what is under way; NULL is fine */
size_t http_under_way(const struct http *http);
/* What is needed of the request is copied. Events come from the loop, never from within. */
struct http_transfer *http_start(
    struct http *http, const struct http_request *request, const struct http_events *events);
void http_abort(struct http_transfer *transfer); /* without an event; NULL is fine */

/* Cookies of one errand, in memory: what a host sets goes back to that host with the next requests that have
 * the same jar, and nowhere else. */
struct http_jar *http_jar_new(void);
void http_jar_free(struct http_jar *jar); /* after its transfers; NULL is fine */

/* Retry-After as seconds or HTTP date (RFC 9110 10.2.3); -1 when it is neither. Cut to LIMIT_RETRY_AFTER_MS.
 */
int64_t http_retry_after(const char *value, int64_t now);

/* How patient transfers are. The defaults are those of limits.h; tests have less time. */
struct http_patience {
    int64_t connect_ms, whole_ms;
    int64_t mail_login_ms, mail_ms; /* of m13/mail.h; 0 = those of limits.h */
};
void http_set_patience(struct http *http, const struct http_patience *patience);

#endif
