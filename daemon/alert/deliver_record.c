/* deliver_record.c - what became of a sending: proof, the next attempt, what is known of the endpoint. All of
 * it stands in the database, so that a restart goes on where a kill has struck. */
#include "deliver_inside.h"

#include "notice.h"
#include "silence.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"

/* --- the endpoint ------------------------------------------------------------------------------------------
 */

/* How long is left of a wait until `until` that was written down at `at`. Where that lies ahead the clock was
 * set back since: then the whole wait is left, and no more. */
static int64_t rest_of(int64_t until, int64_t at, int64_t now)
{
    int64_t rest = until - (at > now ? at : now);
    return rest < 0 ? 0 : rest < LIMIT_RETRY_AFTER_MS ? rest : LIMIT_RETRY_AFTER_MS;
}

/* So that the wait counts from the moment in which that was seen, over restarts, too. */
static void set_wait_right(struct store *store, const struct endpoint *endpoint, int64_t wait, int64_t now)
{
    store_write(store);
    query_run(query_bind(query(store, "UPDATE endpoint SET not_before = ?, at = ? "
                                      "WHERE channel = ? AND recipient = ?"),
        "iitt", now + wait, now, endpoint->channel, endpoint->recipient));
}

int64_t deliver_recall(struct store *store, struct endpoint *endpoint, int64_t now)
{
    int64_t wait = 0, at = 0;
    struct query *q = query_bind(query(store, "SELECT failures, not_before, at, disabled_at FROM endpoint "
                                              "WHERE channel = ? AND recipient = ?"),
        "tt", endpoint->channel, endpoint->recipient);
    endpoint->recorded = query_next(q);
    endpoint->failures = endpoint->recorded ? query_integer(q, 0) : 0;
    if (endpoint->recorded) {
        at = query_integer(q, 2);
        wait = query_is_null(q, 3) ? rest_of(query_integer(q, 1), at, now) : -1;
    }
    query_end(q);
    if (at > now && wait > 0)
        set_wait_right(store, endpoint, wait, now);
    return wait;
}

/* A receiver that is well has no row. */
static void keep_endpoint(
    struct store *store, struct endpoint *endpoint, int64_t wait, int64_t now, const char *problem)
{
    if (wait == 0 && endpoint->failures == 0) {
        if (endpoint->recorded)
            query_run(query_bind(query(store, "DELETE FROM endpoint WHERE channel = ? AND recipient = ?"),
                "tt", endpoint->channel, endpoint->recipient));
        endpoint->recorded = false;
        return;
    }
    query_run(query_bind(
        query(store, "INSERT INTO endpoint (channel, recipient, failures, not_before, at, problem) "
                     "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET failures = excluded.failures, "
                     "not_before = excluded.not_before, at = excluded.at, problem = excluded.problem"),
        "ttiiit", endpoint->channel, endpoint->recipient, endpoint->failures, now + wait, now, problem));
    endpoint->recorded = true;
}

static void disable(struct store *store, struct endpoint *endpoint, int64_t now, const char *problem)
{
    keep_endpoint(store, endpoint, 0, now, problem);
    query_run(query_bind(query(store, "UPDATE endpoint SET disabled_at = ?, untold = 1 "
                                      "WHERE channel = ? AND recipient = ?"),
        "itt", now, endpoint->channel, endpoint->recipient));
}

/* --- the delivery ------------------------------------------------------------------------------------------
 */

struct verdict_of_sending {
    const char *state;
    int64_t next_at;
    int64_t wait; /* of the endpoint */
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* While the message stands first in line, the endpoint waits for it; later it waits by itself. */
static struct verdict_of_sending try_again(
    const struct errand *errand, const struct endpoint *endpoint, int64_t asked, int64_t now)
{
    int64_t attempts = errand->attempts + 1, wait = retry_wait(attempts, errand->message_id);
    int64_t in_line = larger(endpoint->failures, attempts < LIMIT_DELIVERY_IN_LINE ? attempts : 0);
    return (struct verdict_of_sending){wait < 0 ? "failed" : "waiting", now + larger(wait, asked),
        larger(retry_wait_of_receiver(in_line, errand->message_id), asked)};
}

static struct verdict_of_sending judge_sending(
    const struct errand *errand, struct endpoint *endpoint, const struct sending_end *end, int64_t now)
{
    int64_t asked = end->not_before > 0 ? rest_of(end->not_before, now, now) : 0;
    switch (end->sending) {
    case SENDING_DONE:
        endpoint->failures = 0;
        return (struct verdict_of_sending){"delivered", now, asked};
    case SENDING_RETRY:
        endpoint->failures++;
        return try_again(errand, endpoint, asked, now);
    case SENDING_REFUSED: /* it has answered, and may take the next one */
        endpoint->failures = 0;
        return (struct verdict_of_sending){"failed", now, asked};
    case SENDING_GONE: /* the message is kept for the day on which somebody mends it */
        endpoint->failures++;
        return (struct verdict_of_sending){"waiting", now, -1};
    }
    return (struct verdict_of_sending){"waiting", now, 0};
}

static void say(const struct errand *errand, const struct sending_end *end, const char *state)
{
    const char *channel = errand->endpoint->channel;
    if (end->sending == SENDING_GONE)
        log_error("message %s: channel %s is gone, nothing more is sent there until somebody says so: %s",
            errand->message_id, channel, end->text);
    else if (string_equal(state, "failed"))
        log_error("message %s: channel %s gives up: %s", errand->message_id, channel, end->text);
    else if (end->sending == SENDING_RETRY)
        log_warning("message %s: channel %s: %s; again later", errand->message_id, channel, end->text);
}

int64_t deliver_record(
    struct store *store, const struct errand *errand, const struct sending_end *end, int64_t now)
{
    struct endpoint *endpoint = errand->endpoint;
    bool done = end->sending == SENDING_DONE;
    store_write(store);
    struct verdict_of_sending verdict = judge_sending(errand, endpoint, end, now);
    /* That the word of what did not arrive has itself not arrived is for the operator to see (alarm.h). */
    query_run(query_bind(
        query(store, "UPDATE delivery SET state = ?1, attempts = attempts + 1, last_attempt_at = ?2, "
                     "delivered_at = iif(?1 = 'delivered', ?2, NULL), "
                     "next_at = iif(?1 = 'waiting', ?3, NULL), proof = ?4, sent_sha256 = ?5, problem = ?6, "
                     "untold = ?1 = 'failed' AND (SELECT kind FROM outbox WHERE id = ?7) <> 'delivery' "
                     "WHERE outbox = ?7 AND channel = ?8 AND recipient = ?9"),
        "tiitttitt", verdict.state, now, verdict.next_at, done ? end->text : "", done ? end->sent_sha256 : "",
        done ? "" : end->text, errand->message, endpoint->channel, endpoint->recipient));
    if (done) {
        recall_overtaken(store, errand->message);
        acknowledge_delivered(store, errand->message, endpoint->recipient);
    }
    if (done && end->acknowledged)
        acknowledge_reply(store, errand->message, endpoint->channel, now);
    if (verdict.wait < 0)
        disable(store, endpoint, now, end->text);
    else
        keep_endpoint(store, endpoint, verdict.wait, now, done ? "" : end->text);
    say(errand, end, verdict.state);
    return verdict.wait;
}

bool deliver_has_more(struct store *store, const struct endpoint *endpoint)
{
    return store_value(store, 0,
               "SELECT 1 FROM delivery INDEXED BY delivery_due "
               "WHERE state = 'waiting' AND channel = ? AND recipient = ? LIMIT 1",
               "tt", endpoint->channel, endpoint->recipient) > 0;
}

/* --- firms without an address ------------------------------------------------------------------------------
 */

void deliver_record_unreachable(struct store *store, const struct endpoint *endpoint)
{
    store_write(store);
    query_run(query_bind(query(store, "UPDATE delivery SET state = 'unreachable', next_at = NULL "
                                      "WHERE state = 'waiting' AND channel = ? AND recipient = ?"),
        "tt", endpoint->channel, endpoint->recipient));
}

/* What the firm has by another channel is not sent once more. */
void deliver_record_contacts(struct store *store, const char *uscc, int64_t now)
{
    store_write(store);
    query_run(query_bind(query(store, "UPDATE delivery AS d SET state = 'waiting', next_at = ?1 "
                                      "WHERE state = 'unreachable' AND recipient = coalesce(?2, recipient) "
                                      "AND NOT EXISTS (SELECT 1 FROM delivery o WHERE o.outbox = d.outbox "
                                      "AND o.recipient = d.recipient AND o.state = 'delivered')"),
        "it", now, uscc));
    query_run(query_bind(query(store, "DELETE FROM endpoint WHERE recipient <> '' "
                                      "AND recipient = coalesce(?, recipient) AND disabled_at IS NOT NULL"),
        "t", uscc));
}
