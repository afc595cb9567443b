/* deliver_send.c - the next message of an endpoint, from its row to the end of its sending. */
#include "deliver_inside.h"

#include "calendar.h"
#include "lapse.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>

/* No schedule gives a longer wait: a row that says so was written before the clock was set back. */
#define LONGEST_WAIT (25 * CLOCK_HOUR)

/* --- the next message --------------------------------------------------------------------------------------
 */

struct letter {
    int64_t message, attempts;
    char *message_id;
    json_t *facts;
    enum alert_audience audience;
};

/* In the order of the messages; one that has failed too often stands aside until its time. */
static bool next_letter(
    struct store *store, const struct endpoint *endpoint, bool operator_alone, struct letter *ret_letter)
{
    struct query *q = query_bind(
        query(store, "SELECT d.outbox, d.attempts, o.message_id, o.body, o.audience "
                     "FROM delivery d INDEXED BY delivery_due CROSS JOIN outbox o ON o.id = d.outbox "
                     "WHERE d.state = 'waiting' AND d.channel = ?1 AND d.recipient = ?2 "
                     "AND (d.attempts < ?3 OR d.next_at <= ?4 OR d.next_at > ?4 + ?5) "
                     "AND o.state = 'released' AND (o.audience = 'operator' OR NOT ?6) "
                     "ORDER BY d.outbox LIMIT 1"),
        "ttiiii", endpoint->channel, endpoint->recipient, (int64_t)LIMIT_DELIVERY_IN_LINE, clock_wall(),
        (int64_t)LONGEST_WAIT, (int64_t)operator_alone);
    bool found = query_next(q);
    if (found) {
        const struct name_entry *audience =
            name_find(alert_audience_names, ALERT_AUDIENCES, query_text(q, 4));
        *ret_letter = (struct letter){
            .message = query_integer(q, 0),
            .attempts = query_integer(q, 1),
            .message_id = memory_copy_string(query_text(q, 2)),
            .facts = json_loads(query_text(q, 3), 0, NULL),
            .audience = audience ? (enum alert_audience)audience->value : AUDIENCE_DESK,
        };
    }
    query_end(q);
    return found;
}

/* When the first of those that stand aside may be tried again; CLOCK_NEVER = none does. */
static int64_t aside_until(struct store *store, const struct endpoint *endpoint, bool operator_alone)
{
    return store_value(store, CLOCK_NEVER,
        "SELECT min(d.next_at) FROM delivery d INDEXED BY delivery_due "
        "CROSS JOIN outbox o ON o.id = d.outbox "
        "WHERE d.state = 'waiting' AND d.channel = ? AND d.recipient = ? AND d.attempts >= ? "
        "AND o.state = 'released' AND (o.audience = 'operator' OR NOT ?)",
        "ttii", endpoint->channel, endpoint->recipient, (int64_t)LIMIT_DELIVERY_IN_LINE,
        (int64_t)operator_alone);
}

/* --- the end -----------------------------------------------------------------------------------------------
 */

static void errand_free(struct errand *errand)
{
    free(errand->message_id);
    free(errand);
}

static void take_out(struct deliver *deliver, const struct errand *errand)
{
    struct errand **at = &deliver->errands;
    while (*at != errand)
        at = &(*at)->next;
    *at = errand->next;
}

void deliver_drop_errands(struct deliver *deliver)
{
    for (struct errand *errand = deliver->errands, *next; errand; errand = next) {
        next = errand->next;
        errand_free(errand);
    }
    deliver->errands = NULL;
}

static void on_committed(void *context)
{
    struct deliver *deliver = context;
    while (deliver->held) {
        struct endpoint *endpoint = deliver->held;
        deliver->held = endpoint->next_held;
        endpoint->held = false;
        endpoints_wait(deliver->endpoints, endpoint, endpoint->held_until, endpoint->held_why);
    }
    deliver_wake(deliver);
}

/* The next message leaves when it is on the disk that this one has arrived: a kill repeats what was under
 * way, and no more. */
static void hold(struct deliver *deliver, struct endpoint *endpoint, int64_t until, enum endpoint_wait why)
{
    endpoints_wait(deliver->endpoints, endpoint, CLOCK_NEVER, WAIT_FOR_TIME);
    if (!deliver->held)
        store_after_commit(deliver->store, on_committed, deliver);
    endpoint->held = true;
    endpoint->held_until = until;
    endpoint->held_why = why;
    endpoint->next_held = deliver->held;
    deliver->held = endpoint;
}

static void settle(struct deliver *deliver, struct endpoint *endpoint, int64_t wait)
{
    int64_t now = deliver_now();
    bool more = deliver_has_more(deliver->store, endpoint);
    /* Its rate is kept also when the next message comes later: it is forgotten only when that is over. */
    if (wait < 0 || (!more && endpoint->next_from <= now))
        endpoints_drop(deliver->endpoints, endpoint);
    else if (endpoint->next_from > now + wait)
        hold(deliver, endpoint, endpoint->next_from, more ? WAIT_FOR_RATE : WAIT_FOR_TIME);
    else
        hold(deliver, endpoint, now + wait, WAIT_FOR_TIME);
}

static void on_ended(const struct sending_end *end, void *context)
{
    struct errand *errand = context;
    struct deliver *deliver = errand->deliver;
    struct endpoint *endpoint = errand->endpoint;
    endpoint->slow = clock_monotonic() - errand->begun_at >= LIMIT_DELIVERY_SLOW_MS;
    int64_t wait = deliver_record(deliver->store, errand, end, clock_wall());
    take_out(deliver, errand);
    errand_free(errand);
    settle(deliver, endpoint, wait);
    if (end->sending != SENDING_DONE)
        deliver_notice_look(deliver);
    deliver_wake(deliver);
}

/* --- the beginning -----------------------------------------------------------------------------------------
 */

static void send_letter(struct deliver *deliver, struct endpoint *endpoint,
    const struct alert_channel *channel, const struct letter *letter, const struct contact *contact)
{
    struct errand *errand = memory_get_zeroed(1, sizeof *errand);
    *errand = (struct errand){.next = deliver->errands,
        .deliver = deliver,
        .endpoint = endpoint,
        .message = letter->message,
        .attempts = letter->attempts,
        .begun_at = clock_monotonic(),
        .message_id = memory_copy_string(letter->message_id)};
    deliver->errands = errand;
    /* A full line of messages is never faster than its rate: no burst, whatever was saved up. */
    endpoint->next_from = channel->per_minute > 0 ? deliver_now() + CLOCK_MINUTE / channel->per_minute : 0;
    if (!letter->facts) {
        on_ended(&(struct sending_end){SENDING_REFUSED, .text = "the stored message is no JSON"}, errand);
        return;
    }
    const struct parcel parcel = {.channel = channel,
        .message_id = letter->message_id,
        .recipient = endpoint->recipient,
        .contact = contact,
        .facts = letter->facts,
        .audience = letter->audience};
    channel_of(channel->kind)->send(&deliver->courier, &parcel, on_ended, errand);
}

/* --- a firm's address: for the moment of sending alone
 * ------------------------------------------------------
 */

struct sending_to_firm {
    struct deliver *deliver;
    struct endpoint *endpoint;
    const struct alert_channel *channel;
    const struct letter *letter;
    bool begun;
};

static bool send_to_contact(const struct contact *contact, void *context)
{
    struct sending_to_firm *sending = context;
    if (!string_equal(contact->channel, channel_of(sending->channel->kind)->contact))
        return true;
    sending->begun = true;
    send_letter(sending->deliver, sending->endpoint, sending->channel, sending->letter, contact);
    return false;
}

/* A house that never had a contact has no such file: then nobody can be reached, and nothing is wrong. */
static int open_contacts(struct deliver *deliver)
{
    struct failure failure;
    if (deliver->contacts)
        return 0;
    int r = contacts_open(store_directory(deliver->store), CONTACTS_READER, &deliver->contacts, &failure);
    if (r < 0 && r != -ENOENT && !deliver->contacts_faulty)
        log_error("firms cannot be told: %s", failure.text);
    deliver->contacts_faulty = r < 0 && r != -ENOENT;
    return r == -ENOENT ? 0 : r;
}

static void send_to_firm(struct deliver *deliver, struct endpoint *endpoint,
    const struct alert_channel *channel, const struct letter *letter)
{
    struct sending_to_firm sending = {deliver, endpoint, channel, letter, false};
    if (open_contacts(deliver) < 0) {
        endpoints_wait(deliver->endpoints, endpoint, deliver_now() + CLOCK_MINUTE, WAIT_FOR_TIME);
        return;
    }
    if (deliver->contacts)
        contacts_each(deliver->contacts, endpoint->recipient, send_to_contact, &sending);
    if (!sending.begun) {
        deliver_record_unreachable(deliver->store, endpoint);
        endpoints_drop(deliver->endpoints, endpoint);
    }
}

/* --- the endpoint's turn
 * ------------------------------------------------------------------------------------
 */

/* For how long only the operator is told anything: in quiet hours, and in mode draft; 0 = now all are. */
static int64_t operator_alone_for(const struct config *config)
{
    int64_t now = clock_wall();
    if (config->alerts.mode == ALERT_DRAFT)
        return CLOCK_NEVER;
    return calendar_after_quiet(&config->alerts.times, now) - now;
}

/* What is for the operator alone may stand aside, too, and comes before the hour of all others. */
static void wait_or_drop(struct deliver *deliver, struct endpoint *endpoint, int64_t operator_alone)
{
    int64_t now = deliver_now(), until = aside_until(deliver->store, endpoint, operator_alone > 0);
    int64_t rest = until - clock_wall(), wait = rest > 0 ? rest : CLOCK_SECOND;
    if (until != CLOCK_NEVER && (operator_alone == 0 || wait < operator_alone))
        endpoints_wait(deliver->endpoints, endpoint, now + wait, WAIT_FOR_TIME);
    else if (operator_alone > 0)
        endpoints_wait(deliver->endpoints, endpoint,
            operator_alone == CLOCK_NEVER ? CLOCK_NEVER : now + operator_alone, WAIT_FOR_HOUR);
    else
        endpoints_drop(deliver->endpoints, endpoint);
}

void deliver_send_next(struct deliver *deliver, struct endpoint *endpoint)
{
    const struct alert_channel *channel = deliver_channel(deliver, endpoint->channel);
    int64_t operator_alone = operator_alone_for(deliver->config);
    struct letter letter;
    if (!channel || !channel_of(channel->kind)) {
        endpoints_drop(deliver->endpoints, endpoint);
        return;
    }
    if ((operator_alone > 0 && *endpoint->recipient) ||
        !next_letter(deliver->store, endpoint, operator_alone > 0, &letter)) {
        wait_or_drop(deliver, endpoint, operator_alone);
        return;
    }
    if (letter.audience == AUDIENCE_FIRM &&
        lapse_look(deliver->store, deliver->config, endpoint, letter.message, clock_wall())) {
        endpoints_wait(deliver->endpoints, endpoint, deliver_now(), WAIT_FOR_TIME);
        deliver->look_wanted = true;
    } else if (*endpoint->recipient)
        send_to_firm(deliver, endpoint, channel, &letter);
    else
        send_letter(deliver, endpoint, channel, &letter, NULL);
    free(letter.message_id);
    json_decref(letter.facts);
}
