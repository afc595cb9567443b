/* register_parts.h - what the parts of the register server tell each other. */
#ifndef M13_TESTS_REGISTER_PARTS_H
#define M13_TESTS_REGISTER_PARTS_H

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/queue.h>

struct register_request {
    char *target; /* path?query as it came */
    char *path;
    struct evkeyvalq query;
    char *method, *host, *if_none_match, *if_modified_since, *accept_encoding, *user_agent;
    char *cookie, *content_length;
    char *body; /* of a POST; NULL = none */
};

struct register_answer {
    int status;
    char content_type[80];
    char etag[80];
    char last_modified[40];
    char link[2048];   /* value of the Link header; "" = none */
    char headers[512]; /* more of them, lines with CRLF */
    struct evbuffer *body;
    int64_t page; /* of a chain, from 1 */
};

/* --- rows of one path ------------------------------------------------------------------------------------
 */

struct dataset_row {
    const char *text;
    size_t length;
    char id[40];
    int decision_date; /* 20260105; 0 = none */
};
struct dataset;

struct dataset *dataset_read(const char *path, const char *file); /* NULL when it cannot be read */
void dataset_free(struct dataset *dataset);
const char *dataset_path(const struct dataset *dataset);
void dataset_answer(
    const struct dataset *dataset, const struct register_request *request, struct register_answer *answer);
/* Copies a member's string value; false when the row has no such member. */
bool dataset_field(const struct dataset_row *row, const char *name, char *out, size_t bytes);
int dataset_date(const char *string); /* 2026-01-05 or 20260105 as a number; 0 = neither */

/* --- the search parameter --------------------------------------------------------------------------------
 */

struct search;
struct search *search_parse(const char *expression); /* NULL = "Search not supported" */
bool search_takes(const struct search *search, const struct dataset_row *row);
void search_free(struct search *search);

/* --- faults ----------------------------------------------------------------------------------------------
 */

enum fault_kind {
    FAULT_NONE,
    FAULT_ANSWER,   /* another status, headers, body */
    FAULT_RESET,    /* RST in mid-body */
    FAULT_CLOSE,    /* closes without a word, or in mid-body */
    FAULT_DRIP,     /* some bytes per interval */
    FAULT_SILENCE,  /* takes the request and never answers */
    FAULT_ENDLESS,  /* a body that does not stop */
    FAULT_BOMB,     /* gzip that unpacks a thousandfold */
    FAULT_TRUNCATE, /* a whole answer with half a document */
    FAULT_LINK,     /* another Link header */
    FAULT_TOTAL,    /* another meta.results.total */
    FAULT_FLOOD,    /* endless headers */
    FAULT_NOT_MODIFIED,
    FAULT_KINDS
};

struct fault {
    enum fault_kind kind;
    char *name;
    char *path;          /* NULL = any */
    int64_t page;        /* 0 = any */
    int64_t first, last; /* of the requests that fit path and page */
    int64_t seen;        /* of these so far */
    int64_t delay_ms;
    int64_t after;           /* bytes of the body that still go out */
    int64_t bytes, every_ms; /* drip; bomb: unpacked size */
    int status;
    char *headers; /* lines with CRLF */
    char *content_type, *body, *link;
    int64_t total;
};

struct scenario;
struct scenario *scenario_parse(const char *json); /* NULL with a line on stderr */
void scenario_free(struct scenario *scenario);
/* The fault that meets this request, or NULL; counts the request. */
const struct fault *scenario_meet(struct scenario *scenario, const char *path, int64_t page);
/* Turns the true answer into the fault's; what concerns the wire is left to the server. */
void fault_apply(const struct fault *fault, struct register_answer *answer);
struct evbuffer *register_gzip(struct evbuffer *body); /* drains `body` */

/* --- connections -----------------------------------------------------------------------------------------
 */

struct connection;
struct connections {
    struct event_base *base;
    struct connection *first;
    bool gzip; /* for clients that accept it */
    /* Fills the answer; returns the fault that it suffers on its way, or NULL. */
    const struct fault *(*answer)(
        void *context, const struct register_request *request, struct register_answer *answer);
    void *context;
};
void connection_open(struct connections *all, int descriptor);
void connections_close(struct connections *all);

#endif
