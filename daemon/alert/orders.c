/* orders.c - a person lets messages go, cancels them, has them sent again. */
#include "notice.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ORDER_SAY(order, zh, en) ((order)->english ? (en) : (zh))

struct ordering {
    struct store *store;
    const struct config *config;
    const struct alert_order *order;
    int64_t now;
    struct failure *failure;
    int64_t refused; /* so many messages: the last reason stands in `failure` */
};

/* --- which -----------------------------------------------------------------------------------------------
 */

/* The beginning of an id must say more than that it is one. */
static bool is_message_id(const char *which)
{
    return string_starts(which, "msg_") && which[4] != '\0';
}

#define FITS                                                                                                 \
    "(?1 = '' OR o.uscc = ?1 OR (?2 AND substr(o.message_id, 1, length(?1)) = ?1) OR EXISTS "                \
    "(SELECT 1 FROM told t JOIN case_file f ON f.id = t.case_file "                                          \
    "WHERE t.outbox = o.id AND f.case_id = ?1)) "

/* The next message that fits, and, where `open`, that has not gone out for good; 0 = no more. */
static int64_t next_message(const struct ordering *ordering, int64_t after, bool open)
{
    const struct alert_order *order = ordering->order;
    const char *which = order->all ? "" : order->which;
    return store_value(ordering->store, 0,
        "SELECT o.id FROM outbox o WHERE o.id > ?3 AND " FITS
        "AND (NOT ?4 OR o.state IN ('draft', 'held') OR (?5 AND o.state = 'released')) ORDER BY o.id LIMIT 1",
        "tiiii", which, (int64_t)is_message_id(which), after, (int64_t)open,
        (int64_t)(order->verb == ALERT_DO_CANCEL));
}

static int check_which(const struct ordering *ordering)
{
    const struct alert_order *order = ordering->order;
    if (order->all != (order->which == NULL || order->which[0] == '\0') ||
        (order->all && order->verb == ALERT_DO_CANCEL))
        return fail(ordering->failure, -EINVAL,
            ORDER_SAY(order, "请指明消息编号、线索编号或统一社会信用代码",
                "say which: the id of a message, of a case, or a USCC"));
    if (order->all || order->verb == ALERT_DO_RETRY)
        return 0;
    int64_t first = next_message(ordering, 0, false);
    if (first == 0)
        return fail(ordering->failure, -ENOENT,
            ORDER_SAY(order, "没有与 %s 有关的消息", "there is no message of %s"), order->which);
    if (is_message_id(order->which) && next_message(ordering, first, false) != 0)
        return fail(ordering->failure, -EINVAL,
            ORDER_SAY(order, "不止一条消息的编号以 %s 开头", "several messages begin with %s"), order->which);
    return 0;
}

/* --- one message
 * ------------------------------------------------------------------------------------------------ */

struct ordered {
    int64_t row, seq;
    char id[64], kind[16], state[16], uscc[64];
    bool firm;
    json_t *body;
};

static void read_message(struct store *store, int64_t row, struct ordered *ret_message)
{
    struct query *q =
        query_bind(query(store, "SELECT message_id, kind, state, uscc, audience = 'firm', created_seq, body "
                                "FROM outbox WHERE id = ?"),
            "i", row);
    *ret_message = (struct ordered){.row = row};
    if (query_next(q)) {
        snprintf(ret_message->id, sizeof ret_message->id, "%s", query_text(q, 0));
        snprintf(ret_message->kind, sizeof ret_message->kind, "%s", query_text(q, 1));
        snprintf(ret_message->state, sizeof ret_message->state, "%s", query_text(q, 2));
        snprintf(ret_message->uscc, sizeof ret_message->uscc, "%s", query_text(q, 3));
        ret_message->firm = query_integer(q, 4) != 0;
        ret_message->seq = query_integer(q, 5);
        ret_message->body = json_loads(query_text(q, 6), 0, NULL);
    }
    query_end(q);
}

static void write_journal(
    const struct ordering *ordering, const char *subject, const char *done, int64_t count)
{
    char body[128];
    snprintf(body, sizeof body, "{\"order\":\"%s\",\"count\":%lld}", done, (long long)count);
    journal_append(ordering->store, ordering->order->actor, "alert", subject, body);
}

static void set_state(const struct ordering *ordering, const struct ordered *message, const char *state)
{
    query_run(query_bind(
        query(ordering->store, "UPDATE outbox SET state = ?1, decided_by = ?2, "
                               "released_at = iif(?1 = 'released', ?3, released_at) WHERE id = ?4"),
        "ttii", state, ordering->order->actor, ordering->now, message->row));
}

/* --- release
 * ---------------------------------------------------------------------------------------------------- */

/* What it tells a firm of this case is no longer so. Of the desk's questions the desk is the judge. */
static const struct name_entry *stale(
    struct store *store, const struct ordered *message, const char *case_id, const char *verdict)
{
    int64_t case_file = store_value(store, 0, "SELECT id FROM case_file WHERE case_id = ?", "t", case_id);
    bool correction = string_equal(message->kind, "correction");
    return message->firm && !correction ? notice_hindrance(store, case_file, message->uscc, verdict) : NULL;
}

static void tell_stale(struct ordering *ordering, const struct ordered *message, const char *case_id,
    const struct name_entry *why)
{
    const struct alert_order *order = ordering->order;
    fail(ordering->failure, -EINVAL,
        ORDER_SAY(order, "%s 中的线索 %s %s，不再发给企业", "%s: case %s %s: the firm is not told of it"),
        message->id, case_id, order->english ? why->en : why->zh);
}

/* Takes the cases out that are no longer as they are told: how many. */
static size_t take_out_stale(struct ordering *ordering, const struct ordered *message)
{
    json_t *cases = json_object_get(message->body, "cases");
    size_t count = 0;
    for (size_t i = json_array_size(cases); i > 0; i--) {
        const json_t *told = json_array_get(cases, i - 1);
        const char *case_id = json_string_value(json_object_get(told, "case_id"));
        const struct name_entry *why =
            stale(ordering->store, message, case_id, json_string_value(json_object_get(told, "verdict")));
        if (why == NULL)
            continue;
        tell_stale(ordering, message, case_id, why);
        json_array_remove(cases, i - 1);
        count++;
    }
    return count;
}

/* What is left of a message is another one: what an id has once stood for it stands for always. */
static void release_rest(struct ordering *ordering, const struct ordered *message)
{
    char id[40];
    message_id_of(AUDIENCE_FIRM, message->uscc, message->kind, message->id, id);
    json_object_set_new(message->body, "id", json_string(id));
    set_state(ordering, message, "cancelled");
    int64_t row = compose_write(ordering->store, ordering->config, message->kind, false,
        json_incref(message->body), message->seq, ordering->now);
    query_run(query_bind(query(ordering->store, "UPDATE outbox SET decided_by = ? WHERE id = ?"), "ti",
        ordering->order->actor, row));
    write_journal(ordering, id, "release", 1);
}

static bool release_message(struct ordering *ordering, const struct ordered *message)
{
    size_t left_out = take_out_stale(ordering, message);
    if (left_out > 0 && json_array_size(json_object_get(message->body, "cases")) == 0)
        return false;
    if (left_out > 0) {
        release_rest(ordering, message);
        return true;
    }
    set_state(ordering, message, "released");
    route_message(ordering->store, ordering->config, message->row, ordering->now);
    write_journal(ordering, message->id, "release", 1);
    return true;
}

/* --- cancel
 * ----------------------------------------------------------------------------------------------------- */

static bool cancel_message(struct ordering *ordering, const struct ordered *message)
{
    const struct alert_order *order = ordering->order;
    if (store_value(ordering->store, 0,
            "SELECT count(*) FROM delivery WHERE outbox = ? AND state = 'delivered'", "i",
            message->row) > 0) {
        fail(ordering->failure, -EINVAL, ORDER_SAY(order, "%s 已经送达", "%s has been delivered"),
            message->id);
        return false;
    }
    set_state(ordering, message, "cancelled");
    write_journal(ordering, message->id, "cancel", 1);
    return true;
}

/* --- again
 * ------------------------------------------------------------------------------------------------------ */

/* By name of a channel, too: it is well again. What has been tried and waits for its next attempt goes at
 * once, and whoever was disabled is tried anew. */
#define HAS_FAILED                                                                                           \
    "(state IN ('failed', 'unreachable') OR (state = 'waiting' AND attempts > 0)) AND EXISTS "               \
    "(SELECT 1 FROM outbox o WHERE o.id = delivery.outbox AND o.state = 'released' AND (channel = ?1 "       \
    "OR " FITS "))"

static int64_t retry(struct ordering *ordering)
{
    struct store *store = ordering->store;
    const struct alert_order *order = ordering->order;
    const char *which = order->all ? "" : order->which;
    int64_t id = is_message_id(which);
    query_run(query_bind(query(store, "DELETE FROM endpoint WHERE (channel, recipient) IN "
                                      "(SELECT channel, recipient FROM delivery WHERE " HAS_FAILED ")"),
        "ti", which, id));
    query_run(query_bind(query(store, "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = ?3, "
                                      "untold = 0 WHERE " HAS_FAILED),
        "tii", which, id, ordering->now));
    int64_t count = store_changes(store);
    if (count == 0)
        return fail(ordering->failure, -ENOENT,
            ORDER_SAY(order, "没有需要重新发送的消息", "nothing there has failed"));
    write_journal(ordering, order->all ? "all" : order->which, "retry", count);
    return count;
}

/* --- the order
 * -------------------------------------------------------------------------------------------------- */

static int64_t do_each(struct ordering *ordering)
{
    const struct alert_order *order = ordering->order;
    int64_t count = 0, row = 0;
    while ((row = next_message(ordering, row, true)) > 0) {
        struct ordered message;
        read_message(ordering->store, row, &message);
        bool done = order->verb == ALERT_DO_RELEASE ? release_message(ordering, &message)
                                                    : cancel_message(ordering, &message);
        count += done;
        ordering->refused += !done;
        json_decref(message.body);
    }
    if (count > 0)
        return count;
    if (ordering->refused > 0)
        return -EINVAL;
    return order->all ? fail(ordering->failure, -ENOENT,
                            ORDER_SAY(order, "没有待放行的消息", "nothing waits to be released"))
                      : fail(ordering->failure, -EINVAL,
                            ORDER_SAY(order, "与 %s 有关的消息已放行或已取消",
                                "whatever there is of %s has been released or cancelled"),
                            order->which);
}

int64_t alert_do(struct store *store, const struct config *config, const struct alert_order *order,
    struct failure *ret_failure)
{
    struct ordering ordering = {store, config, order, clock_wall(), ret_failure, 0};
    int r = check_which(&ordering);
    if (r < 0)
        return r;
    if (order->verb == ALERT_DO_RELEASE && config->alerts.mode == ALERT_DRAFT)
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "提醒方式为 draft（只起草、不发送），请先改为 release 或 live",
                "alerts are in mode draft: nothing is sent. Change it to release or live first"));
    store_write(store);
    return order->verb == ALERT_DO_RETRY ? retry(&ordering) : do_each(&ordering);
}
