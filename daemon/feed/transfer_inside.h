/* transfer_inside.h - what transfer.c (one request) and transfers.c (all of them on the loop) share. */
#ifndef M13_FEED_TRANSFER_INSIDE_H
#define M13_FEED_TRANSFER_INSIDE_H

#include "transfer.h"
#include "transfer_fault.h"

#include <curl/curl.h>

struct loop_timer;

struct transfers {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer; /* libcurl's one timer; real, since it guards I/O */
    struct transfer *first;
    size_t count;
    struct transfer_patience patience;
};

struct transfer {
    struct transfers *owner;
    struct transfer *next, *previous;
    CURL *easy;
    struct curl_slist *headers;
    struct transfer_events events;
    int64_t maximum_bytes;
    int64_t bytes, header_bytes;
    struct transfer_stop stop;
    char problem[CURL_ERROR_SIZE];
};

/* Tells what became of it, and frees it. Never from within one of libcurl's callbacks. */
void transfer_end(struct transfer *transfer, CURLcode code);

#endif
