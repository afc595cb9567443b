/* inside.h - what transfer.c (one request) and http.c (all of them on the loop) share. */
#ifndef M13_TRANSFER_INSIDE_H
#define M13_TRANSFER_INSIDE_H

#include "fault.h"
#include "m13/http.h"
#include "m13/text.h"

#include <curl/curl.h>

struct loop_timer;

struct http {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer; /* libcurl's one timer; real, since it guards I/O */
    struct http_transfer *first;
    size_t count;
    struct http_patience patience;
};

struct http_transfer {
    struct http *owner;
    struct http_transfer *next, *previous;
    CURL *easy;
    struct curl_slist *headers;
    struct http_events events;
    int64_t maximum_bytes, milliseconds;
    int64_t bytes, header_bytes;
    struct http_stop stop;
    struct text authorities; /* PEM; empty = the system's */
    char problem[CURL_ERROR_SIZE];
};

/* jar.c: the cookies of a jar go with the request, and those that it brings go into the jar. */
void jar_attach(struct http_jar *jar, CURL *easy);

/* authorities.c: those of the system and those of the file, for this transfer alone. */
int authorities_read(const char *ca_file, struct text *ret_pem);

/* Tells what became of it, and frees it. Never from within one of libcurl's callbacks. */
void transfer_end(struct http_transfer *transfer, CURLcode code);

#endif
