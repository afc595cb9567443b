/* transfer.c - one HTTP request: what it may do, what it brings, how it ends. */
#include "inside.h"

#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "m13/url.h"

#include <stdlib.h>
#include <sys/socket.h>

/* A register is asked a few times a day: a connection that waits longer is dead at the other end. */
#define IDLE_CONNECTION_SECONDS   60
#define OLDEST_CONNECTION_SECONDS 600

/* --- what libcurl tells -----------------------------------------------------------------------------------
 */

/* CLOEXEC from the first moment: children are started at any time. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct http_transfer *transfer = context;
    (void)purpose;
    if (transfer->stop.cause != STOP_NONE)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
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
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &content_type);
    transfer->bytes += (int64_t)length;
    if (transfer->stop.cause != STOP_NONE)
        return CURL_WRITEFUNC_ERROR;
    if (transfer->bytes > LIMIT_UNPACK_RATIO * received_bytes(transfer->easy))
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

/* Out of libcurl and out of the list; never called from within one of libcurl's callbacks. */
static void leave(struct http_transfer *transfer)
{
    struct http *owner = transfer->owner;
    curl_multi_remove_handle(owner->multi, transfer->easy);
    curl_easy_setopt(transfer->easy, CURLOPT_SHARE, NULL); /* the jar may go before the transfer */
    if (transfer->previous != NULL)
        transfer->previous->next = transfer->next;
    else
        owner->first = transfer->next;
    if (transfer->next != NULL)
        transfer->next->previous = transfer->previous;
    owner->count--;
    loop_flight_end(owner->loop);
}

static void transfer_free(struct http_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    text_free(&transfer->authorities);
    free(transfer);
}

void http_abort(struct http_transfer *transfer)
{
    if (transfer == NULL)
        return;
    leave(transfer);
    transfer_free(transfer);
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
        found[i] = header(transfer->easy, wanted_headers[i].name, wanted_headers[i].all, &values[i]);
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

void transfer_end(struct http_transfer *transfer, CURLcode code)
{
    long status = 0;
    curl_off_t reached = 0;
    struct http_verdict verdict;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &reached);
    leave(transfer);
    http_judge(code, &transfer->stop, reached > 0, transfer->problem, &verdict);
    tell(transfer, &verdict, (int)status);
    transfer_free(transfer);
}

/* --- a request --------------------------------------------------------------------------------------------
 */

static void add_header(struct http_transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (longer == NULL)
        log_fatal(EXIT_INTERNAL, "no memory for a request's headers");
    transfer->headers = longer;
}

static void add_condition(struct http_transfer *transfer, const char *name, const char *value)
{
    if (string_is_blank(value))
        return;
    struct text line = TEXT_WITH_CEILING(LIMIT_HEADER_BYTES);
    text_append_format(&line, "%s: %s", name, value);
    add_header(transfer, text_string(&line));
    text_free(&line);
}

static void set_limits(struct http_transfer *transfer)
{
    CURL *easy = transfer->easy;
    const struct http_patience *patience = &transfer->owner->patience;
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

/* Without the file nobody is asked, and the fault is the file's. */
static void set_authorities(struct http_transfer *transfer, const char *ca_file)
{
    int r = ca_file != NULL ? authorities_read(ca_file, &transfer->authorities) : 0;
    if (r < 0)
        transfer->stop = (struct http_stop){STOP_AUTHORITIES, r};
    if (r < 0 || ca_file == NULL)
        return;
    struct curl_blob pem = {
        .data = transfer->authorities.bytes, .len = transfer->authorities.length, .flags = CURL_BLOB_NOCOPY};
    curl_easy_setopt(transfer->easy, CURLOPT_CAINFO_BLOB, &pem);
}

static void set_callbacks(struct http_transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->problem);
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
    transfer->owner = http;
    transfer->events = *events;
    transfer->maximum_bytes = request->maximum_bytes;
    transfer->milliseconds = request->milliseconds > 0 ? request->milliseconds : http->patience.whole_ms;
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL)
        log_fatal(EXIT_INTERNAL, "no memory for a request");
    for (size_t i = 0; i < request->header_count; i++)
        add_header(transfer, request->headers[i]);
    add_condition(transfer, "If-None-Match", request->if_none_match);
    add_condition(transfer, "If-Modified-Since", request->if_modified_since);
    set_address(transfer->easy, request->url);
    set_limits(transfer);
    set_callbacks(transfer);
    set_authorities(transfer, request->ca_file);
    if (request->jar != NULL)
        jar_attach(request->jar, transfer->easy);
    if (request->post != NULL)
        curl_easy_setopt(transfer->easy, CURLOPT_COPYPOSTFIELDS, request->post);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->easy, CURLOPT_USERAGENT, "m13d/" M13_VERSION);
    curl_easy_setopt(transfer->easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    /* Or an abort would wait for the resolver's thread, and the loop with it. */
    curl_easy_setopt(transfer->easy, CURLOPT_QUICK_EXIT, 1L);

    transfer->next = http->first;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    http->first = transfer;
    http->count++;
    loop_flight_begin(http->loop);
    CURLMcode code = curl_multi_add_handle(http->multi, transfer->easy);
    if (code != CURLM_OK)
        log_fatal(EXIT_INTERNAL, "libcurl takes no request: %s", curl_multi_strerror(code));
    return transfer;
}
