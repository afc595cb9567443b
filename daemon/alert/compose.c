/* compose.c - notices that are due become messages: one for each audience, firm, urgency and class. */
#include "notice.h"
#include "silence.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

enum { WHAT_BYTES = 4 * 1024 * 1024 };

/* Whose notices are taken together. */
struct party {
    enum alert_audience audience;
    char code[16], uscc[64];
};

/* --- one message
 * ------------------------------------------------------------------------------------------------ */

void message_id_of(
    enum alert_audience audience, const char *uscc, const char *kind, const char *what, char out[40])
{
    char hex[DIGEST_HEX_BYTES];
    struct text seed = TEXT_WITH_CEILING(WHAT_BYTES + 1024);
    text_append_format(&seed, "%s|%s|%s|%s", name_code(alert_audience_names, ALERT_AUDIENCES, (int)audience),
        uscc, kind, what);
    digest_hex_of(text_string(&seed), seed.length, hex);
    snprintf(out, 40, "msg_%.32s", hex);
    text_free(&seed);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* What is for the operator concerns the machine, not firms: it goes out in every mode. */
static const char *state_of(const struct config *config, const char *audience, bool waits)
{
    if (string_equal(audience, alert_audience_names[AUDIENCE_OPERATOR].code))
        return "released";
    return config->alerts.mode == ALERT_DRAFT ? "draft" : waits ? "held" : "released";
}

static void keep_told(struct store *store, int64_t message, const char *kind, json_t *cases)
{
    size_t i;
    json_t *told;
    json_array_foreach(cases, i, told)
        query_run(query_bind(query(store, "INSERT OR IGNORE INTO told (outbox, case_file, kind, verdict) "
                                          "SELECT ?, id, ?, ? FROM case_file WHERE case_id = ?"),
            "ittt", message, kind, text_of(told, "verdict"), text_of(told, "case_id")));
}

static char *case_ids(const json_t *cases)
{
    size_t i;
    json_t *told, *list = json_array();
    json_array_foreach(cases, i, told) json_array_append(list, json_object_get(told, "case_id"));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text;
}

int64_t compose_write(struct store *store, const struct config *config, const char *kind, bool waits,
    json_t *message, int64_t seq, int64_t now)
{
    const char *audience = text_of(message, "audience");
    const char *state = state_of(config, audience, waits);
    bool released = string_equal(state, "released");
    json_t *cases = json_object_get(message, "cases");
    char *ids = case_ids(cases), *body = json_dumps(message, JSON_COMPACT);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT OR IGNORE INTO outbox (message_id, audience, uscc, kind, urgent, state, "
                     "created_at, created_seq, released_at, cases, body) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, iif(?, ?, NULL), ?, ?)"),
        "ttttitiiiitt", text_of(message, "id"), audience, text_of(json_object_get(message, "firm"), "uscc"),
        kind, (int64_t)json_is_true(json_object_get(message, "urgent")), state, now, seq, (int64_t)released,
        now, ids, body));
    int64_t row = store_changes(store) > 0 ? store_last_id(store) : 0;
    if (row > 0)
        keep_told(store, row, kind, cases);
    if (row > 0 && released)
        route_message(store, config, row, now);
    free(ids);
    free(body);
    json_decref(message);
    return row;
}

/* --- what is still so
 * ------------------------------------------------------------------------------------------- */

/* Stages move by people's hands, and no change tells of it. */
static bool holds(struct store *store, const char *uscc, struct query *q)
{
    int64_t case_file = query_integer(q, 1);
    const char *kind = query_text(q, 2);
    if (string_equal(kind, "correction"))
        return told_has_arrived(store, uscc, case_file);
    return notice_hindrance(store, case_file, uscc, query_text(q, 3)) == NULL &&
           (!string_equal(kind, "reminder") || remind_is_silent(store, case_file, uscc));
}

static void drop_what_is_over(struct store *store, const struct party *party, int64_t now)
{
    int64_t case_file = 0;
    /* Whatever becomes of a case, the desk hears of it. */
    for (bool more = party->audience == AUDIENCE_FIRM; more;) {
        int64_t id = 0;
        struct query *q = query_bind(
            query(store, "SELECT id, case_file, kind, coalesce(facts ->> 'verdict', '') FROM notice "
                         "WHERE audience = ? AND uscc = ? AND case_file > ? AND due_at <= ? "
                         "ORDER BY case_file LIMIT 1"),
            "ttii", party->code, party->uscc, case_file, now);
        more = query_next(q);
        bool drop = more && !holds(store, party->uscc, q);
        if (more) {
            id = query_integer(q, 0);
            case_file = query_integer(q, 1);
        }
        query_end(q);
        if (drop)
            query_run(query_bind(query(store, "DELETE FROM notice WHERE id = ?"), "i", id));
    }
}

/* --- together with what has not gone out
 * ------------------------------------------------------------------------ */

/* In mode release a case of which the firm has not heard waits for a person, whatever the mode was when its
 * notice was written. */
#define WAITS_NOW                                                                                            \
    "(n.waits OR (?4 AND n.audience = 'firm' AND n.kind = 'lead' AND NOT EXISTS (SELECT 1 FROM told t "      \
    "JOIN outbox o ON o.id = t.outbox WHERE t.case_file = n.case_file AND o.audience = 'firm' "              \
    "AND o.uscc = n.uscc AND o.released_at IS NOT NULL)))"

static bool is_any_to_wait(
    struct store *store, const struct config *config, const struct party *party, int64_t now)
{
    return config->alerts.mode == ALERT_DRAFT ||
           store_value(store, 0,
               "SELECT count(*) FROM notice n WHERE n.audience = ?1 AND n.uscc = ?2 AND n.due_at <= ?3 "
               "AND " WAITS_NOW,
               "ttii", party->code, party->uscc, now, (int64_t)(config->alerts.mode == ALERT_RELEASE)) > 0;
}

/* A case is told once, with its newest word; and for a person there is one message of a kind to release for
 * each firm, not one for each of its days. */
static void recall_for(
    struct store *store, const struct config *config, const struct party *party, int64_t now)
{
    int64_t case_file = -1, message = 0;
    while ((case_file = store_value(store, -1,
                "SELECT min(case_file) FROM notice WHERE audience = ? AND uscc = ? AND due_at <= ? "
                "AND case_file > ? AND kind IN ('lead', 'question')",
                "ttii", party->code, party->uscc, now, case_file)) >= 0)
        recall_case(store, party->audience, party->uscc, case_file, now);
    if (!is_any_to_wait(store, config, party, now))
        return;
    while ((message = store_value(store, 0,
                "SELECT min(id) FROM outbox WHERE state IN ('draft', 'held') AND audience = ? AND uscc = ? "
                "AND id > ? AND kind IN ('lead', 'question')",
                "tti", party->code, party->uscc, message)) > 0)
        recall_message(store, message, now);
}

/* --- the messages of one party
 * ----------------------------------------------------------------------------------- */

struct group {
    bool urgent, waits;
    char kind[16];
    int64_t seq;
    json_t *cases, *notices; /* row ids of the latter */
    struct text what;        /* distinguishes its events from all others */
};

static void group_clear(struct group *group)
{
    json_decref(group->cases);
    json_decref(group->notices);
    text_free(&group->what);
}

static void put_told_before(struct store *store, const struct party *party, int64_t case_file, json_t *told)
{
    char day[DAY_STRING_BYTES];
    int64_t at = store_value(store, 0,
        "SELECT min(o.released_at) FROM told t JOIN outbox o ON o.id = t.outbox WHERE t.case_file = ? "
        "AND o.audience = ? AND o.uscc = ? AND o.state = 'released'",
        "itt", case_file, party->code, party->uscc);
    if (at > 0)
        json_object_set_new(told, "told_before", json_string(day_format(day_in_beijing(at), day)));
}

static void take(struct store *store, const struct party *party, struct query *q, struct group *group)
{
    json_t *told = json_loads(query_text(q, 4), 0, NULL);
    put_told_before(store, party, query_integer(q, 5), told);
    text_append_format(&group->what, "|%s:%s:%lld", text_of(told, "case_id"), text_of(told, "event"),
        (long long)query_integer(q, 3));
    if (query_integer(q, 3) > group->seq)
        group->seq = query_integer(q, 3);
    json_array_append_new(group->cases, told);
    json_array_append_new(group->notices, json_integer(query_integer(q, 6)));
}

/* The first class that is due, and all notices of it; false when there is none. */
static bool next_group(struct store *store, const struct config *config, const struct party *party,
    int64_t now, struct group *ret_group)
{
    *ret_group =
        (struct group){.cases = json_array(), .notices = json_array(), .what = TEXT_WITH_CEILING(WHAT_BYTES)};
    struct query *q = query_bind(
        query(store, "SELECT n.urgent, " WAITS_NOW " AS held, n.kind, n.seq, n.facts, n.case_file, n.id "
                     "FROM notice n WHERE n.audience = ?1 AND n.uscc = ?2 AND n.due_at <= ?3 "
                     "ORDER BY n.urgent DESC, held, n.kind, n.seq, n.case_file"),
        "ttii", party->code, party->uscc, now, (int64_t)(config->alerts.mode == ALERT_RELEASE));
    while (query_next(q)) {
        bool urgent = query_integer(q, 0) != 0, waits = query_integer(q, 1) != 0;
        if (json_array_size(ret_group->cases) == 0) {
            ret_group->urgent = urgent;
            ret_group->waits = waits;
            snprintf(ret_group->kind, sizeof ret_group->kind, "%s", query_text(q, 2));
        }
        if (urgent == ret_group->urgent && waits == ret_group->waits &&
            string_equal(query_text(q, 2), ret_group->kind))
            take(store, party, q, ret_group);
    }
    query_end(q);
    return json_array_size(ret_group->cases) > 0;
}

/* A message that was taken back keeps its id: the same cases in another one have another. */
static void new_id(struct store *store, const struct party *party, struct group *group, char out[40])
{
    do {
        message_id_of(party->audience, party->uscc, group->kind, text_string(&group->what), out);
        text_append_character(&group->what, '+');
    } while (store_value(store, 0, "SELECT count(*) FROM outbox WHERE message_id = ?", "t", out) > 0);
}

static void put_deadline(json_t *message, const struct config *config, int64_t now)
{
    char day[DAY_STRING_BYTES];
    const int32_t last = config->alerts.deadline.day;
    json_object_set_new(message, "deadline",
        json_pack("{s:s, s:s, s:i}", "day", day_format(last, day), "name",
            config->alerts.deadline.name != NULL ? config->alerts.deadline.name : "", "days_left",
            (int)(last - day_in_beijing(now))));
}

static void write_group(struct store *store, const struct config *config, const struct party *party,
    struct group *group, int64_t now)
{
    char id[40];
    new_id(store, party, group, id);
    json_t *message =
        facts_of_message(store, id, group->kind, party->audience, group->urgent, party->uscc, now);
    size_t i;
    json_t *notice;
    json_array_foreach(group->notices, i, notice) query_run(query_bind(
        query(store, "DELETE FROM notice WHERE id = ?"), "i", (int64_t)json_integer_value(notice)));
    if (string_equal(group->kind, "deadline"))
        put_deadline(message, config, now);
    json_object_set(message, "cases", group->cases);
    compose_write(store, config, group->kind, group->waits, message, group->seq, now);
}

/* --- all that is due
 * -------------------------------------------------------------------------------------------- */

static bool next_party(struct store *store, int64_t now, struct party *party)
{
    struct query *q = query_bind(
        query(store, "SELECT audience, uscc FROM notice WHERE due_at <= ? ORDER BY due_at, id LIMIT 1"), "i",
        now);
    bool found = query_next(q);
    if (found) {
        snprintf(party->code, sizeof party->code, "%s", query_text(q, 0));
        snprintf(party->uscc, sizeof party->uscc, "%s", query_text(q, 1));
        party->audience = string_equal(party->code, "firm") ? AUDIENCE_FIRM : AUDIENCE_DESK;
    }
    query_end(q);
    return found;
}

bool compose_due(struct store *store, const struct config *config, int64_t now)
{
    struct party party;
    struct group group;
    bool any = false;
    remind_drop_answered(store, config, now);
    for (int parties = 0; parties < LIMIT_MESSAGES_A_TURN && next_party(store, now, &party); parties++) {
        store_write(store);
        drop_what_is_over(store, &party, now);
        recall_for(store, config, &party, now);
        drop_what_is_over(store, &party, now);
        for (bool more = true; more; group_clear(&group)) {
            more = next_group(store, config, &party, now, &group);
            if (more)
                write_group(store, config, &party, &group, now);
            any |= more;
        }
    }
    return any;
}

int64_t compose_next(struct store *store)
{
    return store_value(store, CLOCK_NEVER, "SELECT min(due_at) FROM notice", "");
}
