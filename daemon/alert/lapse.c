/* lapse.c - a message to a firm that could not be delivered at once, when its turn comes again: stages move
 * and answers come meanwhile, and no change of a case tells of them. */
#include "lapse.h"

#include "notice.h"
#include "silence.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <string.h>

struct lapsing {
    int64_t row, seq;
    char id[64], kind[16], uscc[64];
    json_t *body;
};

/* False when it is none that can lapse: a correction holds for always, and the desk judges for itself. */
static bool read_lapsing(struct store *store, int64_t row, struct lapsing *ret_message)
{
    struct query *q =
        query_bind(query(store, "SELECT message_id, kind, uscc, created_seq, body FROM outbox WHERE id = ? "
                                "AND audience = 'firm' AND kind IN ('lead', 'reminder', 'deadline')"),
            "i", row);
    bool found = query_next(q);
    if (found) {
        *ret_message = (struct lapsing){.row = row, .seq = query_integer(q, 3)};
        snprintf(ret_message->id, sizeof ret_message->id, "%s", query_text(q, 0));
        snprintf(ret_message->kind, sizeof ret_message->kind, "%s", query_text(q, 1));
        snprintf(ret_message->uscc, sizeof ret_message->uscc, "%s", query_text(q, 2));
        ret_message->body = json_loads(query_text(q, 4), 0, NULL);
    }
    query_end(q);
    return found;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static bool is_past(const struct lapsing *message, int64_t now)
{
    char today[DAY_STRING_BYTES];
    const char *last = text_of(json_object_get(message->body, "deadline"), "day");
    return *last != '\0' && strcmp(last, day_format(day_in_beijing(now), today)) < 0;
}

static bool may_still_apply(struct store *store, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT stage IN ('lead', 'checking', 'notified', 'confirmed') FROM case_file WHERE id = ?",
               "i", case_file) != 0;
}

/* The last that has arrived of this case says the same: it was on its way when it was taken back to be part
 * of this one. Of reminders only what has just come is the same. */
static bool is_told_already(
    struct store *store, const struct lapsing *message, int64_t case_file, const char *verdict, int64_t now)
{
    return store_value(store, 0,
               "SELECT t.kind = ?1 AND t.verdict = ?2 AND (?1 = 'lead' OR d.delivered_at > ?3) FROM told t "
               "CROSS JOIN outbox o ON o.id = t.outbox CROSS JOIN delivery d ON d.outbox = o.id "
               "WHERE t.case_file = ?4 AND o.id < ?5 AND o.audience = 'firm' AND o.uscc = ?6 "
               "AND o.state = 'released' AND d.state = 'delivered' AND " GOES_TO_FIRM(
                   "d") "ORDER BY o.id DESC, d.delivered_at DESC "
                        "LIMIT 1",
               "ttiiit", message->kind, verdict, now - CLOCK_DAY, case_file, message->row,
               message->uscc) != 0;
}

static bool has_lapsed(struct store *store, const struct lapsing *message, const json_t *told, int64_t now)
{
    const char *verdict = text_of(told, "verdict");
    int64_t case_file =
        store_value(store, 0, "SELECT id FROM case_file WHERE case_id = ?", "t", text_of(told, "case_id"));
    if (case_file == 0)
        return false;
    return notice_hindrance(store, case_file, message->uscc, verdict) != NULL ||
           is_told_already(store, message, case_file, verdict, now) ||
           (string_equal(message->kind, "reminder") && !remind_is_silent(store, case_file, message->uscc)) ||
           (string_equal(message->kind, "deadline") && !may_still_apply(store, case_file));
}

static bool take_out_lapsed(struct store *store, const struct lapsing *message, int64_t now)
{
    json_t *cases = json_object_get(message->body, "cases");
    size_t count = json_array_size(cases);
    bool past = is_past(message, now);
    for (size_t i = count; i > 0; i--)
        if (past || has_lapsed(store, message, json_array_get(cases, i - 1), now))
            json_array_remove(cases, i - 1);
    return json_array_size(cases) < count;
}

/* What is left of a message is another one: what an id has once stood for it stands for always. */
static void write_rest(
    struct store *store, const struct config *config, const struct lapsing *message, int64_t now)
{
    char id[40];
    message_id_of(AUDIENCE_FIRM, message->uscc, message->kind, message->id, id);
    json_object_set_new(message->body, "id", json_string(id));
    compose_write(store, config, message->kind, false, json_incref(message->body), message->seq, now);
}

bool lapse_look(struct store *store, const struct config *config, const struct endpoint *endpoint,
    int64_t row, int64_t now)
{
    struct lapsing message;
    if (!read_lapsing(store, row, &message))
        return false;
    bool lapsed = take_out_lapsed(store, &message, now);
    if (lapsed) {
        log_notice("message %s: channel %s: not all of it is so any longer, and it is not sent", message.id,
            endpoint->channel);
        store_write(store);
        /* Who has it by another way need not have it by this one. */
        if (store_value(store, 0,
                "SELECT count(*) FROM delivery d WHERE d.outbox = ? AND d.state = 'delivered' "
                "AND " GOES_TO_FIRM("d"),
                "i", row) > 0) {
            query_run(query_bind(query(store, "DELETE FROM delivery WHERE outbox = ? AND channel = ? "
                                              "AND recipient = ?"),
                "itt", row, endpoint->channel, endpoint->recipient));
        } else {
            query_run(query_bind(
                query(store, "UPDATE outbox SET state = 'cancelled', decided_by = 'm13d' WHERE id = ?"), "i",
                row));
            if (json_array_size(json_object_get(message.body, "cases")) > 0)
                write_rest(store, config, &message, now);
        }
    }
    json_decref(message.body);
    return lapsed;
}
