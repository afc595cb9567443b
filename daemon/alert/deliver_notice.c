/* deliver_notice.c - what did not arrive is told to the desk: once a day, with the digest, all in one
 * message, and never by the channel that failed. */
#include "deliver_inside.h"

#include "calendar.h"
#include "notice.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

/* --- what to tell
 * -------------------------------------------------------------------------------------------
 */

/* Since when something is untold; CLOCK_NEVER = all is told. */
static int64_t untold_since(struct store *store)
{
    return store_value(store, CLOCK_NEVER,
        "SELECT min(at) FROM (SELECT min(last_attempt_at) AS at FROM delivery WHERE untold "
        "UNION ALL SELECT min(disabled_at) FROM endpoint WHERE untold)",
        "");
}

static json_t *messages_of(struct store *store, const char *channel, const char *recipient)
{
    json_t *messages = json_array();
    struct query *q =
        query_bind(query(store, "SELECT o.message_id FROM delivery d JOIN outbox o ON o.id = d.outbox "
                                "WHERE d.untold AND d.channel = ? AND d.recipient = ? ORDER BY o.id LIMIT ?"),
            "tti", channel, recipient, (int64_t)LIMIT_DELIVERY_PROBLEMS);
    while (query_next(q))
        json_array_append_new(messages, json_string(query_text(q, 0)));
    return messages;
}

/* A receiver with all that did not reach it. The bureau's own first: on them hangs what people get to know.
 */
static json_t *receivers_of(struct store *store)
{
    json_t *receivers = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT u.channel, u.recipient, max(u.disabled), sum(u.failed), max(u.problem), "
            "(SELECT r.fields ->> 'name_zh' FROM local_record r WHERE r.kind = 'firms' "
            "AND r.key = u.recipient AND r.seq_to IS NULL) "
            "FROM (SELECT channel, recipient, 0 AS disabled, 1 AS failed, problem FROM delivery WHERE untold "
            "UNION ALL SELECT channel, recipient, 1, 0, problem FROM endpoint WHERE untold) u "
            "GROUP BY u.channel, u.recipient ORDER BY u.recipient, u.channel LIMIT ?"),
        "i", (int64_t)LIMIT_DELIVERY_PROBLEMS);
    while (query_next(q))
        json_array_append_new(receivers,
            json_pack("{s:s, s:s, s:s, s:b, s:s, s:I, s:o}", "channel", query_text(q, 0), "recipient",
                query_text(q, 1), "name_zh", query_text(q, 5), "disabled", query_integer(q, 2) > 0, "problem",
                query_text(q, 4), "count", (json_int_t)query_integer(q, 3), "messages",
                messages_of(store, query_text(q, 0), query_text(q, 1))));
    return receivers;
}

static int64_t receivers_in_all(struct store *store)
{
    return store_value(store, 0,
        "SELECT count(*) FROM (SELECT channel, recipient FROM delivery WHERE untold "
        "UNION SELECT channel, recipient FROM endpoint WHERE untold)",
        "");
}

/* --- the message
 * --------------------------------------------------------------------------------------------
 */

/* A channel of the bureau's own that failed is no way to hear of it. */
static void spare_failed_channels(struct store *store, int64_t message)
{
    query_run(query_bind(
        query(store, "UPDATE delivery AS n SET state = 'failed', next_at = NULL, "
                     "problem = 'tells of this very channel' WHERE n.outbox = ? AND n.recipient = '' "
                     "AND (EXISTS (SELECT 1 FROM delivery d WHERE d.untold AND d.channel = n.channel "
                     "AND d.recipient = '') "
                     "OR EXISTS (SELECT 1 FROM endpoint e WHERE e.untold AND e.channel = n.channel "
                     "AND e.recipient = ''))"),
        "i", message));
}

static void write_notice(struct deliver *deliver, int64_t now)
{
    struct store *store = deliver->store;
    char id[40], at[CLOCK_STRING_BYTES];
    store_write(store);
    message_id_of(AUDIENCE_DESK, "", "delivery", clock_format(now, at), id);
    json_t *message = facts_of_message(store, id, "delivery", AUDIENCE_DESK, false, "", now);
    json_t *receivers = receivers_of(store);
    int64_t more = receivers_in_all(store) - (int64_t)json_array_size(receivers);
    json_object_set_new(message, "receivers", receivers);
    json_object_set_new(message, "more", json_integer(more));
    int64_t row = compose_write(store, deliver->config, "delivery", false, message,
        store_value(store, 0, "SELECT max(seq) FROM journal", ""), now);
    if (row > 0)
        spare_failed_channels(store, row);
    query_run(query(store, "UPDATE delivery SET untold = 0 WHERE untold"));
    query_run(query(store, "UPDATE endpoint SET untold = 0 WHERE untold"));
    deliver_look(deliver);
}

void deliver_notice_look(struct deliver *deliver)
{
    int64_t since = untold_since(deliver->store), now = clock_wall();
    if (since == CLOCK_NEVER)
        return;
    int64_t due = calendar_next_digest(&deliver->config->alerts.times, since);
    if (due <= now)
        write_notice(deliver, now);
    else
        loop_timer_set_at(deliver->notice_timer, due);
}
