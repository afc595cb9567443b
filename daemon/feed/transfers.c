/* transfers.c - libcurl's multi_socket interface on the loop, by the contract of its manual (libcurl-multi,
 * CURLMOPT_SOCKETFUNCTION, CURLMOPT_TIMERFUNCTION, curl_multi_socket_action). */
#include "transfer_inside.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"

#include <stdlib.h>

static void multi_open(struct transfers *transfers);

/* --- ends -------------------------------------------------------------------------------------------------
 */

/* A smaller number of running transfers does not say which have ended: ask until there is no more to hear. */
static void drain(struct transfers *transfers)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(transfers->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result; /* the message does not outlive its handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer_end(transfer, code);
    }
}

static void multi_open(struct transfers *transfers);

/* The one that has been there longest. */
static struct transfer *last_of(struct transfers *transfers)
{
    struct transfer *transfer = transfers->first;
    while (transfer != NULL && transfer->next != NULL)
        transfer = transfer->next;
    return transfer;
}

/* After such a fault libcurl's manual trusts no transfer any more: all are given up, with a fresh start. */
static void start_anew(struct transfers *transfers, CURLMcode code)
{
    log_error("libcurl: %s; all transfers are given up", curl_multi_strerror(code));
    CURLM *broken = transfers->multi;
    for (struct transfer *transfer = transfers->first; transfer != NULL; transfer = transfer->next)
        curl_multi_remove_handle(broken, transfer->easy);
    curl_multi_cleanup(broken);
    multi_open(transfers);
    for (size_t left = transfers->count; left > 0 && transfers->first != NULL; left--)
        transfer_end(last_of(transfers), CURLE_RECV_ERROR);
}

static void act(struct transfers *transfers, curl_socket_t descriptor, int events)
{
    int running;
    CURLMcode code = curl_multi_socket_action(transfers->multi, descriptor, events, &running);
    if (code != CURLM_OK)
        start_anew(transfers, code);
    else
        drain(transfers);
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
    struct transfers *transfers = context;
    struct loop_watch *watch = assigned;
    int events = (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? LOOP_READ : 0) |
                 (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? LOOP_WRITE : 0);
    if (what == CURL_POLL_REMOVE) {
        loop_watch_free(watch);
        watch = NULL;
    } else if (watch == NULL) {
        watch = loop_watch_new(transfers->loop, descriptor, events, on_ready, transfers);
    } else {
        loop_watch_change(watch, events);
    }
    curl_multi_assign(transfers->multi, descriptor, watch);
    return 0;
}

/* With 0 the manual forbids to act at once, from within this callback: the loop's timer fires in a later
 * turn. */
static int set_timer(CURLM *multi, long milliseconds, void *context)
{
    (void)multi;
    struct transfers *transfers = context;
    if (milliseconds < 0)
        loop_timer_stop(transfers->timer);
    else
        loop_timer_set_in(transfers->timer, milliseconds);
    return 0;
}

/* --- the set ----------------------------------------------------------------------------------------------
 */

static void multi_open(struct transfers *transfers)
{
    loop_timer_stop(transfers->timer);
    transfers->multi = curl_multi_init();
    if (transfers->multi == NULL)
        log_fatal(EXIT_INTERNAL, "libcurl cannot be started");
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_MAXCONNECTS, (long)LIMIT_TRANSFERS);
}

struct transfers *transfers_new(struct loop *loop)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        log_fatal(EXIT_INTERNAL, "libcurl cannot be started");
    struct transfers *transfers = memory_get_zeroed(1, sizeof *transfers);
    transfers->loop = loop;
    transfers->timer = loop_timer_new(loop, LOOP_REAL, "transfers", on_timer, transfers);
    transfers->patience =
        (struct transfer_patience){.connect_ms = LIMIT_CONNECT_MS, .whole_ms = LIMIT_TRANSFER_MS};
    multi_open(transfers);
    return transfers;
}

/* In libcurl's order: handles out, handles freed, then the multi, which still takes its watches away; the
 * loop's event base must outlive all of it. */
void transfers_free(struct transfers *transfers)
{
    if (transfers == NULL)
        return;
    while (transfers->first != NULL)
        transfer_abort(transfers->first);
    curl_multi_cleanup(transfers->multi);
    loop_timer_free(transfers->timer);
    free(transfers);
    curl_global_cleanup();
}

size_t transfers_under_way(const struct transfers *transfers)
{
    return transfers->count;
}

void transfers_set_patience(struct transfers *transfers, const struct transfer_patience *patience)
{
    transfers->patience = *patience;
}
