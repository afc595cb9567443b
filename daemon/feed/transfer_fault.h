/* transfer_fault.h - from libcurl's results, and our own reasons to stop, to words. */
#ifndef M13_FEED_TRANSFER_FAULT_H
#define M13_FEED_TRANSFER_FAULT_H

#include "m13/feed.h"

#include <curl/curl.h>

/* Why we ended a transfer ourselves. */
enum transfer_stop_cause { STOP_NONE, STOP_ENOUGH, STOP_HEADERS, STOP_LARGE, STOP_BOMB };
struct transfer_stop {
    enum transfer_stop_cause cause;
    int64_t bytes; /* the ceiling, or what had come */
};

struct transfer_verdict {
    enum feed_outcome fault; /* FEED_NEVER: none */
    char problem[CURL_ERROR_SIZE + 100];
};

/* `connected`: the request could be sent. `said`: libcurl's own words, may be "". */
void transfer_judge(CURLcode code, const struct transfer_stop *stop, bool connected, const char *said,
    struct transfer_verdict *ret_verdict);

#endif
