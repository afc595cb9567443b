/* transfer.c - libcurl on the loop, by the contract of its manual (libcurl-multi, CURLMOPT_SOCKETFUNCTION,
 * CURLMOPT_TIMERFUNCTION, curl_multi_socket_action). */
#include "m13/http.h"

#include "fault.h"
#include "m13/clock.h"
#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "m13/url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A register is asked a few times a day: a connection that waits longer is dead at the other end. */
#define IDLE_CONNECTION_SECONDS   60
#define OLDEST_CONNECTION_SECONDS 600

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
    char problem[CURL_ERROR_SIZE];
};

/* --- what libcurl tells -----------------------------------------------------------------------------------
 */

/* CLOEXEC from the first moment: children are started at any time. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
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

static void end(struct http_transfer *transfer, CURLcode code)
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

/* A smaller number of running transfers does not say which have ended: ask until there is no more to hear. */
static void drain(struct http *http)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct http_transfer *transfer = NULL;
        CURLcode code = message->data.result; /* the message does not outlive its handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        end(transfer, code);
    }
}

static void multi_open(struct http *http);

/* After such a fault libcurl's manual trusts no transfer any more: all are given up, with a fresh start. */
static void start_anew(struct http *http, CURLMcode code)
{
    log_error("libcurl: %s; all transfers are given up", curl_multi_strerror(code));
    CURLM *broken = http->multi;
    struct http_transfer *given_up = http->first;
    for (struct http_transfer *transfer = given_up; transfer != NULL; transfer = transfer->next)
        curl_multi_remove_handle(broken, transfer->easy);
    curl_multi_cleanup(broken);
    multi_open(http);
    while (http->first != NULL)
        end(http->first, CURLE_RECV_ERROR);
}

static void act(struct http *http, curl_socket_t descriptor, int events)
{
    int running;
    CURLMcode code = curl_multi_socket_action(http->multi, descriptor, events, &running);
    if (code != CURLM_OK)
        start_anew(http, code);
    else
        drain(http);
}

/* --- what libcurl waits for -------------------------------------------------------------------------------
 */

static void on_ready(int descriptor, int events, void *context)
{
    act(context, descriptor,
        (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(void *context)
{
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

/* The handle may be one of libcurl's own, for the resolver: it tells nothing. A number that was closed comes
 * back at once for another socket, so the watch goes with CURL_POLL_REMOVE. */
static int watch_socket(CURL *easy, curl_socket_t descriptor, int what, void *context, void *assigned)
{
    (void)easy;
    struct http *http = context;
    struct loop_watch *watch = assigned;
    int events = (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? LOOP_READ : 0) |
                 (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? LOOP_WRITE : 0);
    if (what == CURL_POLL_REMOVE) {
        loop_watch_free(watch);
        watch = NULL;
    } else if (watch == NULL) {
        watch = loop_watch_new(http->loop, descriptor, events, on_ready, http);
    } else {
        loop_watch_change(watch, events);
    }
    curl_multi_assign(http->multi, descriptor, watch);
    return 0;
}

/* With 0 the manual forbids to act at once, from within this callback: the loop's timer fires in a later
 * turn. */
static int set_timer(CURLM *multi, long milliseconds, void *context)
{
    (void)multi;
    struct http *http = context;
    if (milliseconds < 0)
        loop_timer_stop(http->timer);
    else
        loop_timer_set_in(http->timer, milliseconds);
    return 0;
}

/* --- the set ----------------------------------------------------------------------------------------------
 */

static void multi_open(struct http *http)
{
    loop_timer_stop(http->timer);
    http->multi = curl_multi_init();
    if (http->multi == NULL)
        log_fatal(EXIT_INTERNAL, "libcurl cannot be started");
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)LIMIT_TRANSFERS);
}

struct http *http_new(struct loop *loop)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        log_fatal(EXIT_INTERNAL, "libcurl cannot be started");
    struct http *http = memory_get_zeroed(1, sizeof *http);
    http->loop = loop;
    http->timer = loop_timer_new(loop, LOOP_REAL, "transfers", on_timer, http);
    http->patience = (struct http_patience){.connect_ms = LIMIT_CONNECT_MS, .whole_ms = LIMIT_TRANSFER_MS};
    multi_open(http);
    return http;
}

/* In libcurl's order: handles out, handles freed, then the multi, which still takes its watches away; the
 * loop's event base must outlive all of it. */
void http_free(struct http *http)
{
    if (http == NULL)
        return;
    while (http->first != NULL)
        http_abort(http->first);
    curl_multi_cleanup(http->multi);
    loop_timer_free(http->timer);
    free(http);
    curl_global_cleanup();
}

size_t http_under_way(const struct http *http)
{
    return http->count;
}

void http_set_patience(struct http *http, const struct http_patience *patience)
{
    http->patience = *patience;
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

static void set_callbacks(struct http_transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->problem);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
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
