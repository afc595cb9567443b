/* fault.h - from libcurl's results, and our own reasons to stop, to words. */
#ifndef M13_TRANSFER_FAULT_H
#define M13_TRANSFER_FAULT_H

#include "m13/http.h"

#include <curl/curl.h>

/* Why we ended a transfer ourselves. */
enum http_stop_cause {
    STOP_NONE,
    STOP_ENOUGH,
    STOP_HEADERS,
    STOP_LARGE,
    STOP_BOMB,
    STOP_AUTHORITIES,
    STOP_ADDRESS
};
struct http_stop {
    enum http_stop_cause cause;
    int64_t bytes; /* the ceiling, or what had come; STOP_AUTHORITIES: the negative errno */
};

struct http_verdict {
    enum http_fault fault; /* HTTP_FINE: none */
    char problem[CURL_ERROR_SIZE + 100];
};

/* `connected`: the request could be sent. `said`: libcurl's own words, may be "". */
void http_judge(CURLcode code, const struct http_stop *stop, bool connected, const char *said,
    struct http_verdict *ret_verdict);

#endif
