/* inside.h - what the kinds of transfer (http.c, mail.c) and all of them on the loop (transfers.c) share. */
#ifndef M13_TRANSFER_INSIDE_H
#define M13_TRANSFER_INSIDE_H

#include "m13/http.h"
#include "m13/text.h"

#include <curl/curl.h>

struct loop_timer;

struct http {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer; /* libcurl's one timer; real, since it guards I/O */
    struct transfer *first;
    size_t count;
    struct http_patience patience;
};

/* What every transfer begins with: the first member of its own kind. */
struct transfer {
    struct http *owner;
    struct transfer *next, *previous;
    CURL *easy;
    struct text authorities; /* PEM; empty = the system's */
    char problem[CURL_ERROR_SIZE];
    /* Tells what became of it, and frees it. Never called from within one of libcurl's callbacks. */
    void (*end)(struct transfer *transfer, CURLcode code);
    void (*free)(struct transfer *transfer);
    void (*dropped)(void *context); /* http_free() has ended it; NULL = nothing */
    void *dropped_context;
};

/* transfers.c. The options that all kinds have are set; the kind sets its own and then starts it. */
void transfer_open(struct transfer *transfer, struct http *owner);
/* 0, or the negative errno of a file without which nobody can be trusted. */
int transfer_trust(struct transfer *transfer, const char *ca_file);
void transfer_start(struct transfer *transfer);
void transfer_leave(struct transfer *transfer); /* out of libcurl and out of the list */
void transfer_close(struct transfer *transfer);
void transfer_abort(struct transfer *transfer); /* leaves and frees, without a word */

/* One line more, for libcurl to keep. */
void transfer_add_line(struct curl_slist **lines, const char *line);

/* jar.c: the cookies of a jar go with the request, and those that it brings go into the jar. */
void jar_attach(struct http_jar *jar, CURL *easy);

/* authorities.c: those of the system and those of the file, for this transfer alone. */
int authorities_read(const char *ca_file, struct text *ret_pem);

#endif
