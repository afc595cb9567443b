/* deliver.c - sends what is due, keeps the proof, tries again for about three days. */
#include "deliver.h"

#include "channels.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

struct deliver {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct courier courier;
    struct loop_timer *timer;
    struct parcel_under_way *under_way; /* list */
    size_t under_way_count;
};

/* One delivery between its reading from the database and its end. */
struct parcel_under_way {
    struct parcel_under_way *next;
    struct deliver *deliver;
    int64_t message, attempts;
    char *channel, *message_id;
    json_t *facts;
};

static const struct channel *const channels[] = {&channel_webhook, &channel_file};

const struct channel *channel_of(enum channel_kind kind)
{
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        if (channels[i]->kind == kind)
            return channels[i];
    return NULL;
}

static const struct alert_channel *channel_named(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        if (string_equal(config->alerts.channels[i].name, name))
            return &config->alerts.channels[i];
    return NULL;
}

/* --- the end of a sending --------------------------------------------------------------------------------
 */

static void keep_end(struct parcel_under_way *parcel, const struct sending_end *end)
{
    struct store *store = parcel->deliver->store;
    int64_t now = clock_wall(), wait = retry_wait(parcel->attempts + 1, parcel->message_id);
    const char *state = end->sending == SENDING_DONE                  ? "delivered"
                        : end->sending == SENDING_REFUSED || wait < 0 ? "failed"
                                                                      : "waiting";
    int64_t next = end->not_before > now + wait ? end->not_before : now + wait;
    bool done = end->sending == SENDING_DONE;
    store_write(store);
    query_run(query_bind(
        query(store, "UPDATE delivery SET state = ?1, attempts = attempts + 1, last_attempt_at = ?2, "
                     "delivered_at = CASE WHEN ?1 = 'delivered' THEN ?2 END, "
                     "next_at = CASE WHEN ?1 = 'waiting' THEN ?3 END, proof = ?4, problem = ?5 "
                     "WHERE outbox = ?6 AND channel = ?7"),
        "tiittit", state, now, next, done ? end->text : "", done ? "" : end->text, parcel->message,
        parcel->channel));
    if (string_equal(state, "failed"))
        log_error("message %s: channel %s gives up: %s", parcel->message_id, parcel->channel, end->text);
    else if (!done)
        log_warning(
            "message %s: channel %s: %s; again later", parcel->message_id, parcel->channel, end->text);
}

static void parcel_free(struct parcel_under_way *parcel)
{
    free(parcel->channel);
    free(parcel->message_id);
    json_decref(parcel->facts);
    free(parcel);
}

static void take_out(struct deliver *deliver, const struct parcel_under_way *parcel)
{
    struct parcel_under_way **at = &deliver->under_way;
    while (*at != parcel)
        at = &(*at)->next;
    *at = parcel->next;
    deliver->under_way_count--;
}

static void on_ended(const struct sending_end *end, void *context)
{
    struct parcel_under_way *parcel = context;
    struct deliver *deliver = parcel->deliver;
    keep_end(parcel, end);
    take_out(deliver, parcel);
    parcel_free(parcel);
    loop_timer_set_in(deliver->timer, 0);
}

/* --- what is due ------------------------------------------------------------------------------------------
 */

static bool is_under_way(const struct deliver *deliver, int64_t message, const char *channel)
{
    for (const struct parcel_under_way *at = deliver->under_way; at; at = at->next)
        if (at->message == message && string_equal(at->channel, channel))
            return true;
    return false;
}

static struct parcel_under_way *next_due(struct deliver *deliver)
{
    struct parcel_under_way *parcel = NULL;
    struct query *q = query_bind(
        query(deliver->store, "SELECT d.outbox, d.channel, d.attempts, o.message_id, o.body FROM delivery d "
                              "JOIN outbox o ON o.id = d.outbox WHERE d.state = 'waiting' AND d.next_at <= ? "
                              "ORDER BY d.next_at, d.outbox, d.channel"),
        "i", clock_wall());
    while (!parcel && query_next(q)) {
        /* A channel that the configuration has lost keeps its deliveries until it is back. */
        if (is_under_way(deliver, query_integer(q, 0), query_text(q, 1)) ||
            !channel_named(deliver->config, query_text(q, 1)))
            continue;
        parcel = memory_get_zeroed(1, sizeof *parcel);
        *parcel = (struct parcel_under_way){
            .deliver = deliver,
            .message = query_integer(q, 0),
            .attempts = query_integer(q, 2),
            .channel = memory_copy_string(query_text(q, 1)),
            .message_id = memory_copy_string(query_text(q, 3)),
            .facts = json_loads(query_text(q, 4), 0, NULL),
        };
    }
    query_end(q);
    return parcel;
}

/* Of a channel that exists: the others wait for their configuration. */
static bool is_any_due(const struct deliver *deliver)
{
    bool any = false;
    struct query *q =
        query_bind(query(deliver->store,
                       "SELECT DISTINCT channel FROM delivery WHERE state = 'waiting' AND next_at <= ?"),
            "i", clock_wall());
    while (query_next(q))
        any |= channel_named(deliver->config, query_text(q, 0)) != NULL;
    return any;
}

static int64_t next_time(struct deliver *deliver)
{
    return store_value(deliver->store, CLOCK_NEVER,
        "SELECT coalesce(min(next_at), 9223372036854775807) FROM delivery WHERE state = 'waiting' AND "
        "next_at > ?",
        "i", clock_wall());
}

/* Some channels end at once, with an fsync each: the rest of a crowd goes in the next turn, after the commit
 * of what has gone. */
static void send_due(void *context)
{
    struct deliver *deliver = context;
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    while (deliver->under_way_count < LIMIT_TRANSFERS) {
        if (clock_monotonic_us() >= deadline) {
            loop_timer_set_in(deliver->timer, 0);
            return;
        }
        struct parcel_under_way *under_way = next_due(deliver);
        if (!under_way)
            break;
        under_way->next = deliver->under_way;
        deliver->under_way = under_way;
        deliver->under_way_count++;
        struct parcel parcel = {channel_named(deliver->config, under_way->channel), under_way->message_id,
            .recipient = "", .facts = under_way->facts};
        channel_of(parcel.channel->kind)->send(&deliver->courier, &parcel, on_ended, under_way);
    }
    int64_t next = next_time(deliver);
    if (next != CLOCK_NEVER && deliver->under_way_count == 0 && !loop_timer_is_set(deliver->timer))
        loop_timer_set_at(deliver->timer, next);
}

struct deliver *deliver_new(struct loop *loop, struct store *store, const struct config *config)
{
    struct deliver *deliver = memory_get_zeroed(1, sizeof *deliver);
    *deliver = (struct deliver){.loop = loop,
        .store = store,
        .config = config,
        .courier = {loop, store, http_new(loop), NULL, config}};
    deliver->timer = loop_timer_new(loop, LOOP_CLOCK, "deliveries", send_due, deliver);
    return deliver;
}

void deliver_reload(struct deliver *deliver, const struct config *config)
{
    deliver->config = deliver->courier.config = config;
}

void deliver_look(struct deliver *deliver)
{
    loop_timer_set_in(deliver->timer, 0);
}

bool deliver_is_idle(const struct deliver *deliver)
{
    return deliver->under_way_count == 0 && !is_any_due(deliver);
}

void deliver_free(struct deliver *deliver)
{
    if (!deliver)
        return;
    http_free(deliver->courier.http);
    for (struct parcel_under_way *parcel = deliver->under_way, *next; parcel; parcel = next) {
        next = parcel->next;
        parcel_free(parcel);
    }
    loop_timer_free(deliver->timer);
    free(deliver);
}
