/* transfer_fault.c - which word a failed transfer has. */
#include "transfer_fault.h"

#include "m13/limits.h"

#include <stdio.h>

/* What is not listed is FEED_UNREACHABLE before the request could be sent, FEED_RESET after. */
static const struct {
    CURLcode code;
    enum feed_outcome fault;
} faults[] = {
    {CURLE_OK, FEED_NEVER},
    {CURLE_COULDNT_RESOLVE_HOST, FEED_UNREACHABLE},
    {CURLE_COULDNT_RESOLVE_PROXY, FEED_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, FEED_UNREACHABLE},
    {CURLE_PEER_FAILED_VERIFICATION, FEED_UNREACHABLE},
    {CURLE_FILESIZE_EXCEEDED, FEED_TOO_LARGE},
    {CURLE_BAD_CONTENT_ENCODING, FEED_MALFORMED},
};

static enum feed_outcome fault_of(CURLcode code, bool connected)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code)
            return faults[i].fault;
    if (!connected)
        return FEED_UNREACHABLE;
    return code == CURLE_OPERATION_TIMEDOUT ? FEED_TOO_SLOW : FEED_RESET;
}

void transfer_judge(CURLcode code, const struct transfer_stop *stop, bool connected, const char *said,
    struct transfer_verdict *ret_verdict)
{
    char *problem = ret_verdict->problem;
    size_t size = sizeof ret_verdict->problem;
    problem[0] = '\0';
    switch (stop->cause) {
    case STOP_NONE:
        ret_verdict->fault = fault_of(code, connected);
        if (code != CURLE_OK)
            snprintf(problem, size, "%s", said[0] != '\0' ? said : curl_easy_strerror(code));
        return;
    case STOP_ENOUGH:
        ret_verdict->fault = FEED_NEVER;
        return;
    case STOP_HEADERS:
        ret_verdict->fault = FEED_TOO_LARGE;
        snprintf(problem, size, "more than %d bytes of headers", LIMIT_HEADER_BYTES);
        return;
    case STOP_LARGE:
        ret_verdict->fault = FEED_TOO_LARGE;
        snprintf(
            problem, size, "more than the %lld bytes that the definition allows", (long long)stop->bytes);
        return;
    case STOP_BOMB:
        ret_verdict->fault = FEED_BOMB;
        snprintf(problem, size, "unpacks to more than %d times its size, %lld bytes so far",
            LIMIT_UNPACK_RATIO, (long long)stop->bytes);
        return;
    }
}
