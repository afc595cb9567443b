/* transfers.c - libcurl's multi_socket interface on the loop, by the contract of its manual (libcurl-multi,
 * CURLMOPT_SOCKETFUNCTION, CURLMOPT_TIMERFUNCTION, curl_multi_socket_action). */
#include "inside.h"

#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"

#include <stdlib.h>

/* --- ends -------------------------------------------------------------------------------------------------
 */

/* A smaller number of running transfers does not say which have ended: ask until there is no more to hear. */
static void drain(struct http *http)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result; /* the message does not outlive its handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer->end(transfer, code);
    }
}

static void multi_open(struct http *http);

/* The one that has been there longest. */
static struct transfer *last_of(struct http *http)
{
    struct transfer *transfer = http->first;
    while (transfer != NULL && transfer->next != NULL)
        transfer = transfer->next;
    return transfer;
}

/* After such a fault libcurl's manual trusts no transfer any more: all are given up, with a fresh start. */
static void start_anew(struct http *http, CURLMcode code)
{
    log_error("libcurl: %s; all transfers are given up", curl_multi_strerror(code));
    CURLM *broken = http->multi;
    for (struct transfer *transfer = http->first; transfer != NULL; transfer = transfer->next)
        curl_multi_remove_handle(broken, transfer->easy);
    curl_multi_cleanup(broken);
    multi_open(http);
    for (size_t left = http->count; left > 0 && http->first != NULL; left--) {
        struct transfer *oldest = last_of(http);
        oldest->end(oldest, CURLE_RECV_ERROR);
    }
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

/* --- one of them ------------------------------------------------------------------------------------------
 */

void transfer_open(struct transfer *transfer, struct http *owner)
{
    transfer->owner = owner;
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL)
        log_fatal(EXIT_INTERNAL, "no memory for a transfer");
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, transfer->problem);
    curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    /* Or an abort would wait for the resolver's thread, and the loop with it. */
    curl_easy_setopt(transfer->easy, CURLOPT_QUICK_EXIT, 1L);
}

int transfer_trust(struct transfer *transfer, const char *ca_file)
{
    int r = ca_file != NULL ? authorities_read(ca_file, &transfer->authorities) : 0;
    if (r < 0 || ca_file == NULL)
        return r;
    struct curl_blob pem = {
        .data = transfer->authorities.bytes, .len = transfer->authorities.length, .flags = CURL_BLOB_NOCOPY};
    curl_easy_setopt(transfer->easy, CURLOPT_CAINFO_BLOB, &pem);
    return 0;
}

void transfer_start(struct transfer *transfer)
{
    struct http *owner = transfer->owner;
    transfer->next = owner->first;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    owner->first = transfer;
    owner->count++;
    loop_flight_begin(owner->loop);
    CURLMcode code = curl_multi_add_handle(owner->multi, transfer->easy);
    if (code != CURLM_OK)
        log_fatal(EXIT_INTERNAL, "libcurl takes no transfer: %s", curl_multi_strerror(code));
}

void transfer_leave(struct transfer *transfer)
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

void transfer_close(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    text_free(&transfer->authorities);
}

void transfer_abort(struct transfer *transfer)
{
    transfer_leave(transfer);
    transfer->free(transfer);
}

void transfer_add_line(struct curl_slist **lines, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*lines, line);
    if (longer == NULL)
        log_fatal(EXIT_INTERNAL, "no memory for a transfer's lines");
    *lines = longer;
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
    while (http->first != NULL) {
        void (*dropped)(void *context) = http->first->dropped;
        void *context = http->first->dropped_context;
        transfer_abort(http->first);
        if (dropped != NULL)
            dropped(context);
    }
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
