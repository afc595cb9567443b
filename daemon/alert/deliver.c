/* deliver.c - looks for whom something waits, and sends to each when it may. */
#include "deliver_inside.h"

#include "m13/clock.h"
#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

int64_t deliver_now(void)
{
    return clock_is_overridden() ? clock_wall() : clock_monotonic();
}

const struct alert_channel *deliver_channel(const struct deliver *deliver, const char *name)
{
    const struct config *config = deliver->config;
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        if (string_equal(config->alerts.channels[i].name, name))
            return &config->alerts.channels[i];
    return NULL;
}

/* --- whom something waits for -----------------------------------------------------------------------------
 */

/* One step of the look from receiver to receiver: a seek in the index, however much waits for each. */
static bool see_next(struct deliver *deliver)
{
    struct query *q =
        query_bind(query(deliver->store, "SELECT channel, recipient FROM delivery INDEXED BY delivery_due "
                                         "WHERE state = 'waiting' AND (channel, recipient) > (?, ?) "
                                         "ORDER BY channel, recipient LIMIT 1"),
            "tt", deliver->looked_channel, deliver->looked_recipient);
    bool seen = query_next(q);
    if (seen) {
        free(deliver->looked_channel);
        free(deliver->looked_recipient);
        deliver->looked_channel = memory_copy_string(query_text(q, 0));
        deliver->looked_recipient = memory_copy_string(query_text(q, 1));
        deliver->looked_count++;
    }
    query_end(q);
    return seen;
}

/* It is new here, or somebody may have asked to try it again, or a message may go that need not wait as long
 * as the one before it. */
static void consider(struct deliver *deliver, const char *channel, const char *recipient)
{
    /* A channel that the configuration has lost keeps its deliveries until it is back. */
    const struct alert_channel *configured = deliver_channel(deliver, channel);
    if (!configured || !channel_of(configured->kind))
        return;
    int64_t now = deliver_now();
    struct endpoint *endpoint = endpoints_find(deliver->endpoints, channel, recipient);
    if (endpoint && (endpoint->state != ENDPOINT_WAITING || endpoint->held))
        return;
    /* Of those that wait for an hour of the day only the bureau's own may have something for the operator. */
    if (endpoint && endpoint->why == WAIT_FOR_HOUR && *recipient && !deliver->look_afresh)
        return;
    bool known = endpoint != NULL;
    if (!known)
        endpoint = endpoints_add(deliver->endpoints, channel, recipient, CLOCK_NEVER);
    int64_t wait = deliver_recall(deliver->store, endpoint, clock_wall());
    if (!known)
        endpoint->slow = endpoint->failures > 0; /* it may have been a time-out: before a restart */
    if (wait < 0) {
        endpoints_drop(deliver->endpoints, endpoint);
        return;
    }
    int64_t due = now + wait > endpoint->next_from ? now + wait : endpoint->next_from;
    if (due < endpoint->due)
        endpoints_wait(deliver->endpoints, endpoint, due,
            wait == 0 && endpoint->next_from > now ? WAIT_FOR_RATE : WAIT_FOR_TIME);
}

static void begin_look(struct deliver *deliver)
{
    free(deliver->looked_channel);
    free(deliver->looked_recipient);
    deliver->looked_channel = memory_copy_string("");
    deliver->looked_recipient = memory_copy_string("");
    deliver->looked_count = 0;
    deliver->look_wanted = false;
    deliver->looking = true;
    deliver_notice_look(deliver);
}

static void look_on(struct deliver *deliver, int64_t deadline)
{
    int64_t now = deliver_now();
    if (!deliver->looking && deliver->look_wanted && now >= deliver->look_from)
        begin_look(deliver);
    while (deliver->looking && clock_monotonic_us() < deadline) {
        if (see_next(deliver)) {
            consider(deliver, deliver->looked_channel, deliver->looked_recipient);
            continue;
        }
        deliver->looking = deliver->look_afresh = false;
        deliver->look_from =
            now + (deliver->looked_count > LIMIT_DELIVERY_LOOKS ? LIMIT_DELIVERY_LOOK_MS : 0);
    }
}

/* --- a turn -----------------------------------------------------------------------------------------------
 */

static void set_timer(struct deliver *deliver)
{
    int64_t now = deliver_now(), next = endpoints_next(deliver->endpoints);
    if (deliver->look_wanted && deliver->look_from < next)
        next = deliver->look_from;
    if (deliver->looking || endpoints_may_take(deliver->endpoints) || next <= now)
        loop_timer_set_in(deliver->timer, 0);
    else if (next != CLOCK_NEVER)
        loop_timer_set_in(deliver->timer, next - now);
    else
        loop_timer_stop(deliver->timer);
}

/* Half of a slice for looking, the rest for sending: some channels end at once, with an fsync each, and the
 * rest of a crowd goes in the next turn, after the commit of what has gone. */
static void deliver_turn(void *context)
{
    struct deliver *deliver = context;
    int64_t began = clock_monotonic_us(), slice = LIMIT_SLICE_MS * 1000;
    look_on(deliver, began + slice / 2);
    while (clock_monotonic_us() < began + slice) {
        struct endpoint *endpoint = endpoints_take(deliver->endpoints, deliver_now());
        if (!endpoint)
            break;
        deliver_send_next(deliver, endpoint);
    }
    contacts_close(deliver->contacts);
    deliver->contacts = NULL;
    set_timer(deliver);
}

void deliver_wake(struct deliver *deliver)
{
    loop_timer_set_in(deliver->timer, 0);
}

void deliver_look(struct deliver *deliver)
{
    deliver->look_wanted = true;
    deliver_wake(deliver);
}

static void on_notice_time(void *context)
{
    deliver_notice_look(context);
}

/* --- the whole --------------------------------------------------------------------------------------------
 */

struct deliver *deliver_new(struct loop *loop, struct store *store, const struct config *config)
{
    struct deliver *deliver = memory_get_zeroed(1, sizeof *deliver);
    *deliver = (struct deliver){.loop = loop,
        .store = store,
        .config = config,
        .courier = {.loop = loop,
            .store = store,
            .http = http_new(loop),
            .templates = templates_new(config),
            .config = config},
        .endpoints = endpoints_new(),
        .looked_channel = memory_copy_string(""),
        .looked_recipient = memory_copy_string("")};
    deliver->timer = loop_timer_new(loop, LOOP_CLOCK, "deliveries", deliver_turn, deliver);
    deliver->notice_timer = loop_timer_new(loop, LOOP_CLOCK, "what did not arrive", on_notice_time, deliver);
    return deliver;
}

void deliver_reload(struct deliver *deliver, const struct config *config)
{
    deliver->config = deliver->courier.config = config;
    templates_free(deliver->courier.templates);
    deliver->courier.templates = templates_new(config);
    deliver->look_afresh = true;
}

void deliver_contacts_changed(struct deliver *deliver, const char *uscc)
{
    deliver_record_contacts(deliver->store, uscc, clock_wall());
}

bool deliver_is_idle(const struct deliver *deliver)
{
    const struct endpoints *endpoints = deliver->endpoints;
    return !deliver->look_wanted && !deliver->looking && !deliver->held &&
           endpoints_under_way(endpoints) == 0 && endpoints_ready(endpoints) == 0 &&
           endpoints_rated(endpoints) == 0 && endpoints_next(endpoints) > deliver_now();
}

void deliver_free(struct deliver *deliver)
{
    if (!deliver)
        return;
    http_free(deliver->courier.http);
    templates_free(deliver->courier.templates);
    deliver_drop_errands(deliver);
    deliver_drop_tests(deliver);
    endpoints_free(deliver->endpoints);
    contacts_close(deliver->contacts);
    loop_timer_free(deliver->timer);
    loop_timer_free(deliver->notice_timer);
    free(deliver->looked_channel);
    free(deliver->looked_recipient);
    free(deliver);
}
