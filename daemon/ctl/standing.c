/* standing.c - where the papers of a case stand: who has it, what waits for a second person, its dispute, its
 * batch, and what would be decided now of a case that is held. */
#include "ctl.h"

#include "m13/clock.h"

#include <stdio.h>
#include <stdlib.h>

static json_t *row_of(struct query *q, const char *const *names, int count)
{
    json_t *row = json_object();
    for (int i = 0; i < count; i++)
        json_object_set_new(row, names[i], json_string(query_text(q, i)));
    return row;
}

#define TAKE_ROW(standing, key, q, ...)                                                                      \
    do {                                                                                                     \
        static const char *const names[] = {__VA_ARGS__};                                                    \
        struct query *row_query = (q);                                                                       \
        if (query_next(row_query))                                                                           \
            json_object_set_new(                                                                             \
                standing, key, row_of(row_query, names, (int)(sizeof names / sizeof *names)));               \
        query_end(row_query);                                                                                \
    } while (0)

json_t *standing_gather(struct store *store, const char *case_id)
{
    json_t *standing = json_object();
    TAKE_ROW(standing, "officer",
        query_bind(query(store, "SELECT officer FROM case_file WHERE case_id = ?"), "t", case_id), "officer");
    TAKE_ROW(standing, "proposal",
        query_bind(
            query(store, "SELECT p.stage, p.actor, p.note, strftime('%Y-%m-%dT%H:%M:%SZ', p.at / 1000, "
                         "'unixepoch') FROM case_proposal p JOIN case_file f ON f.id = p.case_file "
                         "WHERE f.case_id = ?"),
            "t", case_id),
        "stage", "actor", "note", "at");
    TAKE_ROW(standing, "dispute",
        query_bind(query(store, "SELECT d.about, d.outcome, d.reason FROM case_dispute d JOIN case_file f "
                                "ON f.id = d.case_file WHERE f.case_id = ? ORDER BY d.id DESC LIMIT 1"),
            "t", case_id),
        "about", "outcome", "reason");
    TAKE_ROW(standing, "batch",
        query_bind(query(store, "SELECT b.name, b.state, strftime('%Y-%m-%dT%H:%M:%SZ', b.frozen_at / 1000, "
                                "'unixepoch'), coalesce(date(b.public_to * 86400, 'unixepoch'), '') "
                                "FROM batch_case c JOIN batch b ON b.id = c.batch "
                                "JOIN case_file f ON f.id = c.case_file WHERE f.case_id = ?"),
            "t", case_id),
        "name", "state", "frozen_at", "public_to");
    TAKE_ROW(standing, "difference",
        query_bind(
            query(store, "SELECT d.verdict, d.review_kind, d.cause, d.award || '' FROM case_difference d "
                         "JOIN case_file f ON f.id = d.case_file WHERE f.case_id = ?"),
            "t", case_id),
        "verdict", "review_kind", "cause", "award");
    return standing;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void print_label(
    struct ctl *ctl, const char *title, const char *kind, const char *code, const char *rest)
{
    char *word = ctl_label(ctl, kind, code);
    printf("  %s: %s  %s\n", title, word, rest);
    free(word);
}

void standing_print(struct ctl *ctl, const json_t *standing)
{
    const char *officer = text_at(json_object_get(standing, "officer"), "officer");
    const json_t *proposal = json_object_get(standing, "proposal"),
                 *dispute = json_object_get(standing, "dispute");
    const json_t *batch = json_object_get(standing, "batch"),
                 *difference = json_object_get(standing, "difference");
    if (*officer)
        printf("  %s: %s\n", SAY(ctl, "经办人", "officer"), officer);
    if (proposal)
        print_label(ctl, SAY(ctl, "待复核", "waits for a second person"), "stage", text_at(proposal, "stage"),
            text_at(proposal, "actor"));
    if (dispute) {
        print_label(ctl, SAY(ctl, "异议", "dispute"), "dispute", text_at(dispute, "about"),
            text_at(dispute, "reason"));
        if (*text_at(dispute, "outcome"))
            print_label(ctl, SAY(ctl, "结果", "outcome"), "dispute-outcome", text_at(dispute, "outcome"), "");
    }
    if (batch)
        printf("  %s: %s (%s %s)\n", SAY(ctl, "批次", "batch"), text_at(batch, "name"),
            text_at(batch, "state"), text_at(batch, "public_to"));
    if (difference) {
        print_label(ctl, SAY(ctl, "已封存；按现有事实会是", "held; on today's facts it would be"), "verdict",
            text_at(difference, "verdict"), text_at(difference, "cause"));
    }
}
