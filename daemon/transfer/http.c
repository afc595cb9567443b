/* http.c - one HTTP request: what it may do, what it brings, how it ends. */
#include "fault.h"
#include "inside.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "m13/url.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A register is asked a few times a day: a connection that waits longer is dead at the other end. */
#define IDLE_CONNECTION_SECONDS   60
#define OLDEST_CONNECTION_SECONDS 600

struct http_transfer {
    struct transfer base;
    struct curl_slist *headers;
    struct http_events events;
    int64_t maximum_bytes, milliseconds;
    int64_t bytes, header_bytes;
    struct http_stop stop;
    bool (*may_connect)(const struct sockaddr *address, void *context);
    void *may_connect_context;
    bool address_refused, address_admitted; /* of those that its name has led to */
};

/* --- what libcurl tells -----------------------------------------------------------------------------------
 */

static bool may_go_to(const struct http_transfer *transfer, const struct sockaddr *address)
{
    return transfer->may_connect == NULL || transfer->may_connect(address, transfer->may_connect_context);
}

/* CLOEXEC from the first moment: children are started at any time. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_transfer *transfer = context;
    (void)purpose;
    if (transfer->stop.cause != STOP_NONE)
        return CURL_SOCKET_BAD;
    if (!may_go_to(transfer, &address->addr)) {
        transfer->address_refused = true; /* libcurl tries the next one */
        return CURL_SOCKET_BAD;
    }
    transfer->address_admitted = true;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool address_of(const char *words, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)ret_address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret_address;
    *ret_address = (struct sockaddr_storage){0};
    ret_address->ss_family = strchr(words, ':') != NULL ? AF_INET6 : AF_INET;
    return ret_address->ss_family == AF_INET6 ? inet_pton(AF_INET6, words, &six->sin6_addr) == 1
                                              : inet_pton(AF_INET, words, &four->sin_addr) == 1;
}

/* Before a request is sent: its connection may have been opened by another one, which was allowed more. */
static int on_connection(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct http_transfer *transfer = context;
    struct sockaddr_storage address;
    (void)local;
    (void)remote_port;
    (void)local_port;
    if (address_of(remote, &address) && may_go_to(transfer, (const struct sockaddr *)&address))
        return CURL_PREREQFUNC_OK;
    transfer->stop = (struct http_stop){STOP_ADDRESS, 0};
    return CURL_PREREQFUNC_ABORT;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    (void)bytes;
    transfer->header_bytes += (int64_t)(size * count);
    if (transfer->header_bytes <= LIMIT_HEADER_BYTES)
        return size * count;
    transfer->stop = (struct http_stop){STOP_HEADERS, transfer->header_bytes};
    return 0;
}

/* Bytes on the wire so far. libcurl counts a chunk only after it has handed its unpacked bytes on, so one
 * buffer more may be there. */
static int64_t received_bytes(CURL *easy)
{
    curl_off_t received = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    return (int64_t)received + CURL_MAX_WRITE_SIZE;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    size_t length = size * count;
    long status = 0;
    const char *content_type = NULL;
    curl_easy_getinfo(transfer->base.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->base.easy, CURLINFO_CONTENT_TYPE, &content_type);
    transfer->bytes += (int64_t)length;
    if (transfer->stop.cause != STOP_NONE)
        return CURL_WRITEFUNC_ERROR;
    if (transfer->bytes > LIMIT_UNPACK_RATIO * received_bytes(transfer->base.easy))
        transfer->stop = (struct http_stop){STOP_BOMB, transfer->bytes};
    else if (transfer->bytes > transfer->maximum_bytes)
        transfer->stop = (struct http_stop){STOP_LARGE, transfer->maximum_bytes};
    else if (!transfer->events.body((int)status, content_type != NULL ? content_type : "", bytes, length,
                 transfer->events.context))
        transfer->stop = (struct http_stop){STOP_ENOUGH, 0};
    return transfer->stop.cause == STOP_NONE ? length : CURL_WRITEFUNC_ERROR;
}

/* --- ends -------------------------------------------------------------------------------------------------
 */

static void leave(struct http_transfer *request)
{
    transfer_leave(&request->base);
    curl_easy_setopt(request->base.easy, CURLOPT_SHARE, NULL); /* the jar may go before the transfer */
}

static void request_free(struct transfer *transfer)
{
    struct http_transfer *request = (struct http_transfer *)transfer;
    transfer_close(transfer);
    curl_slist_free_all(request->headers);
    free(request);
}

void http_abort(struct http_transfer *transfer)
{
    if (transfer == NULL)
        return;
    leave(transfer);
    request_free(&transfer->base);
}

/* The last header of a name; with `all`, every one of them, joined as the one list that they are. */
static const char *header(CURL *easy, const char *name, bool all, struct text *joined)
{
    struct curl_header *found;
    size_t at = 0;
    text_clear(joined);
    while (curl_easy_header(easy, name, at, CURLH_HEADER, -1, &found) == CURLHE_OK) {
        if (!all)
            text_clear(joined);
        else if (at > 0)
            text_append_string(joined, ", ");
        text_append_string(joined, found->value);
        if (++at >= found->amount)
            break;
    }
    return text_string(joined);
}

enum { HEADER_TYPE, HEADER_ETAG, HEADER_MODIFIED, HEADER_LINK, HEADER_RETRY, HEADER_LOCATION, HEADERS };

static const struct {
    const char *name;
    bool all;
} wanted_headers[HEADERS] = {
    [HEADER_TYPE] = {"Content-Type", false},
    [HEADER_ETAG] = {"ETag", false},
    [HEADER_MODIFIED] = {"Last-Modified", false},
    [HEADER_LINK] = {"Link", true},
    [HEADER_RETRY] = {"Retry-After", false},
    [HEADER_LOCATION] = {"Location", false},
};

static void tell(struct http_transfer *transfer, const struct http_verdict *verdict, int status)
{
    struct text values[HEADERS];
    const char *found[HEADERS];
    for (size_t i = 0; i < HEADERS; i++) {
        values[i] = TEXT_WITH_CEILING(LIMIT_HEADER_BYTES);
        found[i] = header(transfer->base.easy, wanted_headers[i].name, wanted_headers[i].all, &values[i]);
    }
    struct http_answer answer = {
        .fault = verdict->fault,
        .problem = verdict->problem,
        .status = status,
        .content_type = found[HEADER_TYPE],
        .etag = found[HEADER_ETAG],
        .last_modified = found[HEADER_MODIFIED],
        .link = found[HEADER_LINK],
        .retry_after = found[HEADER_RETRY],
        .location = found[HEADER_LOCATION],
        .bytes = transfer->bytes,
    };
    transfer->events.ended(&answer, transfer->events.context);
    for (size_t i = 0; i < HEADERS; i++)
        text_free(&values[i]);
}

static void request_end(struct transfer *transfer, CURLcode code)
{
    struct http_transfer *request = (struct http_transfer *)transfer;
    long status = 0;
    curl_off_t reached = 0;
    struct http_verdict verdict;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &reached);
    leave(request);
    if (request->stop.cause == STOP_NONE && request->address_refused && !request->address_admitted)
        request->stop = (struct http_stop){STOP_ADDRESS, 0};
    http_judge(code, &request->stop, reached > 0, transfer->problem, &verdict);
    tell(request, &verdict, (int)status);
    request_free(transfer);
}

/* --- a request --------------------------------------------------------------------------------------------
 */

static void add_condition(struct http_transfer *transfer, const char *name, const char *value)
{
    if (string_is_blank(value))
        return;
    struct text line = TEXT_WITH_CEILING(LIMIT_HEADER_BYTES);
    text_append_format(&line, "%s: %s", name, value);
    transfer_add_line(&transfer->headers, text_string(&line));
    text_free(&line);
}

static void set_limits(struct http_transfer *transfer)
{
    CURL *easy = transfer->base.easy;
    const struct http_patience *patience = &transfer->base.owner->patience;
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)patience->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->milliseconds);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LIMIT_SLOW_BYTES_PER_SECOND);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LIMIT_SLOW_SECONDS);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_CONNECTION_SECONDS);
    curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, (long)OLDEST_CONNECTION_SECONDS);
    /* Refuses a Content-Length beyond it before a byte is read; on_body() counts the rest. */
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->maximum_bytes);
}

static void set_address(CURL *easy, const char *url)
{
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, url_is_plain(url) ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    /* A proxy for the outside world knows nothing of this machine. */
    if (url_is_loopback(url))
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

/* Whom it may reach. A proxy of the environment would hide that. */
static void set_reach(struct http_transfer *transfer, const struct http_request *request)
{
    transfer->may_connect = request->may_connect;
    transfer->may_connect_context = request->may_connect_context;
    if (request->may_connect == NULL)
        return;
    curl_easy_setopt(transfer->base.easy, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer->base.easy, CURLOPT_PREREQFUNCTION, on_connection);
    curl_easy_setopt(transfer->base.easy, CURLOPT_PREREQDATA, transfer);
}

static void set_callbacks(struct http_transfer *transfer)
{
    CURL *easy = transfer->base.easy;
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

struct http_transfer *http_start(
    struct http *http, const struct http_request *request, const struct http_events *events)
{
    struct http_transfer *transfer = memory_get_zeroed(1, sizeof *transfer);
    transfer_open(&transfer->base, http);
    transfer->base.end = request_end;
    transfer->base.free = request_free;
    transfer->base.dropped = request->dropped;
    transfer->base.dropped_context = events->context;
    transfer->events = *events;
    transfer->maximum_bytes = request->maximum_bytes;
    transfer->milliseconds = request->milliseconds > 0 ? request->milliseconds : http->patience.whole_ms;
    for (size_t i = 0; i < request->header_count; i++)
        transfer_add_line(&transfer->headers, request->headers[i]);
    add_condition(transfer, "If-None-Match", request->if_none_match);
    add_condition(transfer, "If-Modified-Since", request->if_modified_since);
    CURL *easy = transfer->base.easy;
    set_address(easy, request->url);
    set_limits(transfer);
    set_callbacks(transfer);
    set_reach(transfer, request);
    /* Without the file nobody is asked, and the fault is the file's. */
    int r = transfer_trust(&transfer->base, request->ca_file);
    if (r < 0)
        transfer->stop = (struct http_stop){STOP_AUTHORITIES, r};
    if (request->jar != NULL)
        jar_attach(request->jar, easy);
    if (request->post != NULL)
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->post);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "m13d/" M13_VERSION);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    transfer_start(&transfer->base);
    return transfer;
}
