/* route.c - which channels carry a message, and to whom. */
#include "notice.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

/* A firm's own address, looked up when it is sent: mail to firms has no other. */
static bool goes_to_firm(const struct alert_channel *channel, enum alert_audience audience)
{
    return audience == AUDIENCE_FIRM && (channel->contacts || channel->kind == CHANNEL_SMTP);
}

/* A robot or webhook of the firms has no address of the bureau's own. */
static bool carries(const struct alert_channel *channel, enum alert_audience audience)
{
    return channel->to[audience] &&
           (audience == AUDIENCE_FIRM || !channel->contacts || channel->kind == CHANNEL_SMTP);
}

static void add_deliveries(struct store *store, const struct config *config, int64_t message,
    enum alert_audience audience, const char *uscc, int64_t now)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++) {
        const struct alert_channel *channel = &config->alerts.channels[i];
        if (carries(channel, audience))
            query_run(query_bind(
                query(store, "INSERT OR IGNORE INTO delivery (outbox, channel, recipient, state, next_at) "
                             "VALUES (?, ?, ?, 'waiting', ?)"),
                "itti", message, channel->name, goes_to_firm(channel, audience) ? uscc : "", now));
    }
}

void route_message(struct store *store, const struct config *config, int64_t message, int64_t now)
{
    struct query *q =
        query_bind(query(store, "SELECT audience, uscc FROM outbox WHERE id = ?"), "i", message);
    if (!query_next(q))
        return;
    const struct name_entry *audience = name_find(alert_audience_names, ALERT_AUDIENCES, query_text(q, 0));
    char *uscc = memory_copy_string(query_text(q, 1));
    query_end(q);
    add_deliveries(store, config, message, (enum alert_audience)audience->value, uscc, now);
    free(uscc);
}

bool route_all(struct store *store, const struct config *config, int64_t now)
{
    int64_t before = store_value(store, 0, "SELECT count(*) FROM delivery", ""), message = 0;
    store_write(store);
    while ((message = store_value(store, 0,
                "SELECT min(o.id) FROM outbox o WHERE o.id > ? AND o.state = 'released' "
                "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id)",
                "i", message)) > 0)
        route_message(store, config, message, now);
    return store_value(store, 0, "SELECT count(*) FROM delivery", "") > before;
}
