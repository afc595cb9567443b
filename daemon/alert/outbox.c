/* outbox.c - from changes of cases to messages, in the transaction of the event. */
#include "outbox.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

struct outbox {
    struct store *store;
    const struct config *config;
    struct told_firm *told;
    size_t count, capacity;
};

struct outbox *outbox_new(struct store *store, const struct config *config)
{
    struct outbox *outbox = memory_get_zeroed(1, sizeof *outbox);
    *outbox = (struct outbox){.store = store, .config = config};
    return outbox;
}

void outbox_reload(struct outbox *outbox, const struct config *config)
{
    outbox->config = config;
}

/* The codes of verdicts stand in order, from excluded to eligible. */
static bool is_worse_than_before(const struct case_change *change)
{
    const struct name_entry *old =
        name_find(verdict_names, sizeof verdict_names / sizeof *verdict_names, change->old_verdict);
    return old && (int)change->verdict->verdict < old->value;
}

/* Who is told of a change, if anyone. The machine tells a firm nothing negative and nothing while it is open
 * whose product it is (contract.md, Alerts); a person at the desk hears of what a person must judge. */
static bool audience_of(const struct case_change *change, enum alert_audience *ret_audience)
{
    *ret_audience = AUDIENCE_DESK;
    if (string_equal(change->kind, "difference"))
        return true; /* of a case that is frozen or paid: nothing follows of itself */
    if (!string_equal(change->kind, "opened") && !string_equal(change->kind, "verdict"))
        return false;
    if (is_worse_than_before(change))
        return true;
    switch (change->verdict->verdict) {
    case VERDICT_PENDING:
    case VERDICT_ELIGIBLE:
        *ret_audience = AUDIENCE_FIRM;
        return true;
    case VERDICT_REVIEW:
        *ret_audience = change->verdict->review == REVIEW_ASSESSMENT ? AUDIENCE_FIRM : AUDIENCE_DESK;
        return true;
    case VERDICT_EXCLUDED:
    case VERDICT_OUT_OF_WINDOW:
        /* Old approvals of a first load are no news to anyone; one that was in play before is the desk's
         * matter. */
        *ret_audience = AUDIENCE_DESK;
        return *change->old_verdict != '\0';
    }
    return false;
}

/* For the firm: it has declined, was refused, or has its money. What it hears then comes from a person. */
static bool is_over(struct store *store, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT count(*) FROM case_file WHERE id = ? AND stage IN "
               "('declined', 'rejected', 'withdrawn', 'published', 'paid', 'watched', 'recovered')",
               "i", case_file) > 0;
}

/* What the first load of a register brings up is no news: a person releases it, and in mode `release` any
 * first notice. Until then a firm hears nothing more of that case; the desk hears at once how a known case
 * changes. */
static bool waits_for_a_person(
    const struct case_change *change, enum alert_audience audience, enum alert_mode mode)
{
    if (audience == AUDIENCE_DESK && !string_equal(change->kind, "opened"))
        return false;
    return change->first_load || mode == ALERT_RELEASE;
}

void outbox_collect(struct outbox *outbox, const struct case_change *change)
{
    enum alert_audience audience;
    if (!audience_of(change, &audience))
        return;
    if (audience == AUDIENCE_FIRM && is_over(outbox->store, change->case_file))
        audience = AUDIENCE_DESK;
    bool waits = waits_for_a_person(change, audience, outbox->config->alerts.mode);
    struct told_firm *told = NULL;
    for (size_t i = 0; i < outbox->count && !told; i++)
        if (outbox->told[i].audience == audience && outbox->told[i].waits == waits &&
            string_equal(outbox->told[i].uscc, change->uscc))
            told = &outbox->told[i];
    if (!told) {
        MEMORY_GROW(outbox->told, outbox->count, outbox->capacity);
        told = &outbox->told[outbox->count++];
        *told = (struct told_firm){
            .audience = audience, .waits = waits, .uscc = memory_copy_string(change->uscc)};
    }
    MEMORY_GROW(told->cases, told->case_count, told->case_capacity);
    told_case_of(change, &told->cases[told->case_count++]);
}

static void write_message(struct outbox *outbox, const struct told_firm *told)
{
    struct store *store = outbox->store;
    char id[40], firm_name[512] = "";
    struct text cases = TEXT_WITH_CEILING(1024 * 1024), body = TEXT_WITH_CEILING(8 * 1024 * 1024);
    const char *state = outbox->config->alerts.mode == ALERT_DRAFT ? "draft"
                        : told->waits                              ? "held"
                                                                   : "released";

    struct query *q = query_bind(
        query(store, "SELECT fields ->> 'name_zh' FROM local_record WHERE kind = 'firms' AND key = ? "
                     "AND seq_to IS NULL"),
        "t", told->uscc);
    if (query_next(q))
        snprintf(firm_name, sizeof firm_name, "%s", query_text(q, 0));
    query_end(q);

    message_id(told, id);
    message_body(told, id, firm_name, outbox->config, clock_wall(), &body);
    text_append_character(&cases, '[');
    for (size_t i = 0; i < told->case_count; i++) {
        if (i)
            text_append_character(&cases, ',');
        text_append_json(&cases, told->cases[i].case_id);
    }
    text_append_character(&cases, ']');

    query_run(query_bind(
        query(store, "INSERT INTO outbox (message_id, audience, uscc, kind, state, created_at, created_seq, "
                     "cases, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "tttttiitt", id, told->audience == AUDIENCE_FIRM ? "firm" : "desk", told->uscc,
        told->audience == AUDIENCE_FIRM ? "lead" : "question", state, clock_wall(),
        told->cases[told->case_count - 1].seq, text_string(&cases), text_string(&body)));
    if (string_equal(state, "released"))
        outbox_release(store, outbox->config, store_last_id(store));
    text_free(&cases);
    text_free(&body);
}

void outbox_release(struct store *store, const struct config *config, int64_t message)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        query_run(query_bind(
            query(store, "INSERT OR IGNORE INTO delivery (outbox, channel, recipient, state, next_at) "
                         "VALUES (?, ?, '', 'waiting', ?)"),
            "iti", message, config->alerts.channels[i].name, clock_wall()));
}

bool outbox_write(struct outbox *outbox)
{
    bool any = outbox->count > 0;
    for (size_t i = 0; i < outbox->count; i++) {
        write_message(outbox, &outbox->told[i]);
        told_firm_clear(&outbox->told[i]);
    }
    outbox->count = 0;
    return any;
}

void outbox_free(struct outbox *outbox)
{
    if (!outbox)
        return;
    for (size_t i = 0; i < outbox->count; i++)
        told_firm_clear(&outbox->told[i]);
    free(outbox->told);
    free(outbox);
}
