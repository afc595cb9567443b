/* show.c - a message as people read it, and what became of it. */
#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/letter.h"
#include "m13/store.h"

#include <stdlib.h>

static json_t *text_value(const char *text)
{
    json_t *value = json_string(text != NULL ? text : "");
    return value != NULL ? value : json_string("");
}

static json_t *time_value(struct query *q, int column)
{
    char at[CLOCK_STRING_BYTES];
    return query_is_null(q, column) ? json_string("")
                                    : json_string(clock_format(query_integer(q, column), at));
}

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    return value != NULL ? value : json_null();
}

/* An id or its beginning; 0 when none or several begin like that. */
static int64_t find_message(struct store *store, const char *id)
{
    return id[0] == '\0' ? 0
                         : store_value(store, 0,
                               "SELECT iif(count(*) = 1, min(id), 0) FROM outbox "
                               "WHERE substr(message_id, 1, length(?1)) = ?1",
                               "t", id);
}

static json_t *deliveries_of(struct store *store, int64_t message)
{
    json_t *deliveries = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT channel, recipient, state, attempts, next_at, last_attempt_at, delivered_at, "
            "proof, sent_sha256, problem FROM delivery WHERE outbox = ? ORDER BY channel, recipient"),
        "i", message);
    while (query_next(q))
        json_array_append_new(
            deliveries, json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "channel",
                            text_value(query_text(q, 0)), "recipient", text_value(query_text(q, 1)), "state",
                            text_value(query_text(q, 2)), "attempts", (json_int_t)query_integer(q, 3),
                            "next_at", time_value(q, 4), "last_attempt_at", time_value(q, 5), "delivered_at",
                            time_value(q, 6), "proof", text_value(query_text(q, 7)), "sent_sha256",
                            text_value(query_text(q, 8)), "problem", text_value(query_text(q, 9))));
    return deliveries;
}

static void put_words(json_t *shown, struct store *store, const struct config *config, const json_t *facts,
    enum alert_language language)
{
    struct templates *templates = templates_new(config);
    struct rendering rendering;
    struct attachment *attachments = NULL;
    json_t *names = json_array();
    render_message(templates, config, facts, language, &rendering);
    json_object_set_new(shown, "subject", text_value(rendering.subject));
    json_object_set_new(shown, "text", text_value(rendering.text));
    json_object_set_new(shown, "html", text_value(rendering.html));
    rendering_clear(&rendering);
    templates_free(templates);
    size_t count = attachments_of(store, config, facts, language, &attachments);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(names, text_value(attachments[i].name));
    attachments_free(attachments, count);
    json_object_set_new(shown, "attachments", names);
}

json_t *alert_show(
    struct store *store, const struct config *config, const char *message, enum alert_language language)
{
    int64_t row = find_message(store, message);
    struct query *q = query_bind(
        query(store, "SELECT message_id, kind, audience, uscc, state, urgent, created_at, released_at, "
                     "decided_by, cases, body FROM outbox WHERE id = ?"),
        "i", row);
    if (!query_next(q))
        return NULL;
    json_t *shown = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "message_id",
        query_text(q, 0), "kind", query_text(q, 1), "audience", query_text(q, 2), "uscc", query_text(q, 3),
        "state", query_text(q, 4), "urgent", query_integer(q, 5) != 0, "created_at", time_value(q, 6),
        "released_at", time_value(q, 7), "decided_by", text_value(query_text(q, 8)), "cases",
        parsed(query_text(q, 9)));
    json_t *facts = parsed(query_text(q, 10));
    query_end(q);
    put_words(shown, store, config, facts, language);
    json_object_set_new(shown, "deliveries", deliveries_of(store, row));
    json_decref(facts);
    return shown;
}
