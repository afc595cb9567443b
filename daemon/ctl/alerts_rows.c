/* alerts_rows.c - messages with their deliveries, from the database, and the words for their states. */
#include "alerts.h"

#include "m13/clock.h"

#include <stdio.h>
#include <string.h>

enum message_state { DRAFT, HELD, WAITING, DELIVERED, FAILED, UNREACHABLE, CANCELLED, MESSAGE_STATES };
static const struct name_entry state_words[MESSAGE_STATES] = {
    {DRAFT, "draft", "草稿", "draft"},
    {HELD, "held", "待放行", "held for a person"},
    {WAITING, "waiting", "待投递", "waiting"},
    {DELIVERED, "delivered", "已送达", "delivered"},
    {FAILED, "failed", "投递失败", "failed"},
    {UNREACHABLE, "unreachable", "没有地址", "no address"},
    {CANCELLED, "cancelled", "已取消", "cancelled"},
};

static const struct name_entry kind_words[] = {
    {0, "lead", "线索通知", "a case"},
    {1, "question", "待核事项", "a question"},
    {2, "correction", "更正", "a correction"},
    {3, "reminder", "提醒", "a reminder"},
    {4, "deadline", "截止提醒", "a deadline"},
    {5, "weekly", "每周清单", "the weekly list"},
    {6, "receipt", "收件回执", "a receipt"},
    {7, "alarm", "运维告警", "an alarm"},
    {8, "delivery", "投递失败告知", "what did not arrive"},
    {9, "health", "运行周报", "the weekly sign of life"},
};

static const char *word_of(
    const struct ctl *ctl, const struct name_entry *names, size_t count, const char *code)
{
    const struct name_entry *name = name_find(names, count, code);
    return name == NULL ? code : SAY(ctl, name->zh, name->en);
}

bool alerts_state_is_known(const char *code)
{
    return name_find(state_words, MESSAGE_STATES, code) != NULL;
}

const char *alerts_state_word(const struct ctl *ctl, const char *code)
{
    return word_of(ctl, state_words, MESSAGE_STATES, code);
}

const char *alerts_kind_word(const struct ctl *ctl, const char *code)
{
    return word_of(ctl, kind_words, sizeof kind_words / sizeof *kind_words, code);
}

const char *alerts_audience_word(const struct ctl *ctl, const char *code)
{
    return word_of(ctl, alert_audience_names, ALERT_AUDIENCES, code);
}

/* "" = never. */
static json_t *time_json(struct query *q, int column)
{
    char at[CLOCK_STRING_BYTES];
    return json_string(query_is_null(q, column) ? "" : clock_format(query_integer(q, column), at));
}

static json_t *deliveries_of(struct store *store, int64_t message)
{
    json_t *deliveries = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT channel, recipient, state, attempts, next_at, last_attempt_at, delivered_at, proof, "
            "sent_sha256, problem FROM delivery WHERE outbox = ? ORDER BY channel, recipient"),
        "i", message);
    while (query_next(q)) {
        bool waits = string_equal(query_text(q, 2), "waiting");
        json_array_append_new(deliveries,
            json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:s, s:s, s:s}", "channel", query_text(q, 0),
                "recipient", query_text(q, 1), "state", query_text(q, 2), "attempts",
                (json_int_t)query_integer(q, 3), "next_at", waits ? time_json(q, 4) : json_string(""),
                "last_attempt_at", time_json(q, 5), "delivered_at", time_json(q, 6), "proof",
                query_text(q, 7), "sent_sha256", query_text(q, 8), "problem", query_text(q, 9)));
    }
    return deliveries;
}

static bool any_is(const json_t *deliveries, const char *state)
{
    size_t i;
    json_t *delivery;
    json_array_foreach(deliveries, i, delivery)
    {
        if (string_equal(json_string_value(json_object_get(delivery, "state")), state))
            return true;
    }
    return false;
}

/* One that no channel carried waits, too: it is routed when one does. */
const char *alerts_state_of(const char *state, const json_t *deliveries)
{
    static const char *const outcomes[] = {"waiting", "delivered", "failed"};
    if (!string_equal(state, "released"))
        return state;
    if (json_array_size(deliveries) == 0)
        return "waiting";
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (any_is(deliveries, outcomes[i]))
            return outcomes[i];
    return "unreachable";
}

static json_t *message_json(struct store *store, struct query *q)
{
    json_t *deliveries = deliveries_of(store, query_integer(q, 0));
    json_t *cases = json_loads(query_text(q, 9), 0, NULL);
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:o, s:s, s:o, s:o, s:s, s:o}", "message_id",
        query_text(q, 1), "kind", query_text(q, 2), "audience", query_text(q, 3), "urgent",
        (int)query_integer(q, 4), "uscc", query_text(q, 5), "firm", query_text(q, 10), "cases",
        cases ? cases : json_array(), "state", alerts_state_of(query_text(q, 6), deliveries), "created_at",
        time_json(q, 7), "released_at", time_json(q, 8), "decided_by", query_text(q, 11), "deliveries",
        deliveries);
}

#define MESSAGES                                                                                             \
    "SELECT id, message_id, kind, audience, urgent, uscc, state, created_at, released_at, cases, "           \
    "coalesce(body ->> '$.firm.name_zh', ''), decided_by FROM outbox "                                       \
    "WHERE (?1 IS NULL OR uscc = ?1) "                                                                       \
    "AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(cases) WHERE value = ?2)) "

void alerts_each(struct ctl *ctl, const struct alerts_filter *filter,
    void (*each)(struct ctl *ctl, json_t *message, void *context), void *context)
{
    int64_t left = filter->most > 0 ? filter->most : INT64_MAX;
    struct query *q = query_bind(filter->newest_first ? query(ctl->store, MESSAGES "ORDER BY id DESC")
                                                      : query(ctl->store, MESSAGES "ORDER BY id"),
        "tt", filter->uscc, filter->case_id);
    while (left > 0 && query_next(q)) {
        json_t *message = message_json(ctl->store, q);
        const char *state = json_string_value(json_object_get(message, "state"));
        if (!filter->state || string_equal(state, filter->state) ||
            any_is(json_object_get(message, "deliveries"), filter->state)) {
            each(ctl, message, context);
            left--;
        }
        json_decref(message);
    }
    query_end(q);
}

static const char *member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

void alerts_print_deliveries(struct ctl *ctl, const json_t *deliveries)
{
    size_t i;
    json_t *delivery;
    json_array_foreach(deliveries, i, delivery)
    {
        const char *recipient = member(delivery, "recipient"), *at = member(delivery, "delivered_at");
        const char *next = member(delivery, "next_at");
        json_int_t attempts = json_integer_value(json_object_get(delivery, "attempts"));
        printf("      %s%s%s: %s", member(delivery, "channel"), *recipient ? " " : "", recipient,
            alerts_state_word(ctl, member(delivery, "state")));
        if (*at)
            printf("  %s", at);
        if (attempts > 0)
            printf(SAY(ctl, "  共 %lld 次", "  %lld attempts"), (long long)attempts);
        if (attempts > 0 && *next)
            printf("  %s %s", SAY(ctl, "下次", "next"), next);
        if (*member(delivery, "proof"))
            printf("  %s", member(delivery, "proof"));
        if (*member(delivery, "problem"))
            printf("  %s", member(delivery, "problem"));
        putchar('\n');
    }
}
