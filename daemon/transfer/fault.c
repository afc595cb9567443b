/* fault.c - which word a failed transfer has. */
#include "fault.h"

#include "m13/limits.h"

#include <stdio.h>
#include <string.h>

/* What is not listed is HTTP_UNREACHABLE before the request could be sent, HTTP_RESET after. */
static const struct {
    CURLcode code;
    enum http_fault fault;
} faults[] = {
    {CURLE_OK, HTTP_FINE},
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_UNREACHABLE},
    {CURLE_COULDNT_RESOLVE_PROXY, HTTP_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, HTTP_UNREACHABLE},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_UNREACHABLE},
    {CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LARGE},
    {CURLE_BAD_CONTENT_ENCODING, HTTP_UNPACKABLE},
};

static enum http_fault fault_of(CURLcode code, bool connected)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code)
            return faults[i].fault;
    if (!connected)
        return HTTP_UNREACHABLE;
    return code == CURLE_OPERATION_TIMEDOUT ? HTTP_TOO_SLOW : HTTP_RESET;
}

void http_judge(CURLcode code, const struct http_stop *stop, bool connected, const char *said,
    struct http_verdict *ret_verdict)
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
        ret_verdict->fault = HTTP_FINE;
        return;
    case STOP_HEADERS:
        ret_verdict->fault = HTTP_TOO_LARGE;
        snprintf(problem, size, "more than %d bytes of headers", LIMIT_HEADER_BYTES);
        return;
    case STOP_LARGE:
        ret_verdict->fault = HTTP_TOO_LARGE;
        snprintf(problem, size, "more than the %lld bytes that are allowed", (long long)stop->bytes);
        return;
    case STOP_BOMB:
        ret_verdict->fault = HTTP_BOMB;
        snprintf(problem, size, "unpacks to more than %d times its size, %lld bytes so far",
            LIMIT_UNPACK_RATIO, (long long)stop->bytes);
        return;
    case STOP_AUTHORITIES:
        ret_verdict->fault = HTTP_UNREACHABLE;
        snprintf(problem, size, "ca-file cannot be read: %s", strerror((int)-stop->bytes));
        return;
    case STOP_ADDRESS:
        ret_verdict->fault = HTTP_FORBIDDEN;
        snprintf(problem, size, "its name leads to an address to which nothing may be sent");
        return;
    }
}
