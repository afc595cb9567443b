/* verify.c - every current case decided once more from its facts, and held against what is stored. */
#include "gather.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

struct verifying {
    struct store *store;
    const struct config *config;
    void (*differs)(const char *case_id, const char *what, void *context);
    void *context;
    int64_t count;
};

struct stored_case {
    const char *case_id, *authority, *number, *item, *verdict, *review, *facts_hash, *facts, *trace,
        *trace_hash;
    const char *amount;
    fen_t award;
    const char *frozen_hash; /* of its facts when its batch was frozen; "" = it is in none */
    fen_t frozen_award;
    /* What was kept beside a case that is held; "" = nothing. */
    const char *now_verdict, *now_review, *now_hash;
    fen_t now_award;
};

static const struct case_verdict *find(const struct firm_verdict *answer, const struct stored_case *stored)
{
    for (size_t i = 0; i < answer->case_count; i++) {
        const struct fact_item *item = answer->cases[i].item;
        if (string_equal(item->authority, stored->authority) && string_equal(item->number, stored->number) &&
            string_equal(item->item, stored->item))
            return &answer->cases[i];
    }
    return NULL;
}

/* Of a case that is held: what would be decided now is what was kept. */
static const char *held_difference(const struct case_verdict *verdict, const struct stored_case *stored)
{
    if (verdict == NULL || !string_equal(verdict->facts_hash, stored->now_hash))
        return "the facts have changed since it was held against them";
    return string_equal(verdict_names[verdict->verdict].code, stored->now_verdict) &&
                   string_equal(review_kind_names[verdict->review].code, stored->now_review) &&
                   verdict->award == stored->now_award
               ? NULL
               : "what it would be now is not what was kept";
}

/* NULL when nothing differs. */
static const char *difference(const struct case_verdict *verdict, const struct stored_case *stored)
{
    char hash[DIGEST_HEX_BYTES];
    if (!string_equal(digest_hex_of(stored->facts, strlen(stored->facts), hash), stored->facts_hash))
        return "the stored facts do not have the stored hash";
    if (!string_equal(digest_hex_of(stored->trace, strlen(stored->trace), hash), stored->trace_hash))
        return "the stored trace does not have the stored hash";
    if (stored->frozen_hash[0] != '\0' &&
        (!string_equal(stored->frozen_hash, stored->facts_hash) || stored->frozen_award != stored->award))
        return "it is not as it was frozen";
    if (stored->now_hash[0] != '\0')
        return held_difference(verdict, stored);
    if (verdict == NULL)
        return "its approval is no longer among the firm's, and no decision has said so";
    if (!string_equal(verdict_names[verdict->verdict].code, stored->verdict) ||
        !string_equal(review_kind_names[verdict->review].code, stored->review))
        return "the stored verdict is not the one that its facts give";
    if (!string_equal(amount_state_names[verdict->amount_state].code, stored->amount) ||
        verdict->award != stored->award)
        return "the stored amount is not the one that its facts give";
    if (!string_equal(verdict->facts_hash, stored->facts_hash))
        return "the facts have changed since it was decided";
    struct text trace = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    measure13_trace_json(verdict, &trace);
    bool same = string_equal(text_string(&trace), stored->trace);
    text_free(&trace);
    return same ? NULL : "the stored trace is not the one that its facts give";
}

/* Its facts have moved and its verdicts follow: while a daemon runs, that is no difference. */
static bool is_about_to_be_decided(struct store *store, const char *uscc)
{
    return store_value(store, 0,
               "SELECT count(*) FROM work WHERE kind IN ('decide-all', 'decide-rates') OR kind = 'decide' "
               "AND key = ?",
               "t", uscc) > 0;
}

static void verify_firm(struct verifying *verifying, const char *uscc)
{
    if (is_about_to_be_decided(verifying->store, uscc))
        return;
    struct gathered_facts *gathered = casework_gather(verifying->store, uscc);
    struct firm_verdict answer;
    measure13_decide(&gathered->facts, verifying->config->parameters, day_in_beijing(clock_wall()), &answer);
    struct query *q = query_bind(
        query(verifying->store,
            "SELECT f.case_id, f.authority, f.number, f.item, c.verdict, c.review_kind, "
            "c.facts_hash, c.facts, "
            "c.trace, c.trace_hash, c.amount_state, c.award, coalesce(b.facts_hash, ''), coalesce(b.award, "
            "0), "
            "coalesce(d.verdict, ''), coalesce(d.review_kind, ''), coalesce(d.facts_hash, ''), "
            "coalesce(d.award, 0) FROM case_version c JOIN case_file f ON f.id = c.case_file "
            "LEFT JOIN batch_case b ON b.case_file = f.id LEFT JOIN case_difference d ON d.case_file = f.id "
            "WHERE c.uscc = ? AND c.seq_to IS NULL ORDER BY f.id"),
        "t", uscc);
    while (query_next(q)) {
        struct stored_case stored = {query_text(q, 0), query_text(q, 1), query_text(q, 2), query_text(q, 3),
            query_text(q, 4), query_text(q, 5), query_text(q, 6), query_text(q, 7), query_text(q, 8),
            query_text(q, 9), query_text(q, 10), query_integer(q, 11), query_text(q, 12),
            query_integer(q, 13), query_text(q, 14), query_text(q, 15), query_text(q, 16),
            query_integer(q, 17)};
        const char *what = difference(find(&answer, &stored), &stored);
        if (what == NULL)
            continue;
        verifying->count++;
        if (verifying->differs != NULL)
            verifying->differs(stored.case_id, what, verifying->context);
    }
    measure13_release(&answer);
    gathered_facts_free(gathered);
}

static char *firm_after(struct store *store, const char *uscc)
{
    struct query *q = query_bind(
        query(store, "SELECT uscc FROM case_version WHERE uscc > ? AND seq_to IS NULL ORDER BY uscc LIMIT 1"),
        "t", uscc);
    char *found = query_next(q) ? memory_copy_string(query_text(q, 0)) : NULL;
    query_end(q);
    return found;
}

/* The stage of a case is where its last move has brought it. */
static void verify_stages(struct verifying *verifying)
{
    struct query *q = query(verifying->store,
        "SELECT f.case_id FROM case_file f WHERE f.stage <> coalesce((SELECT e.new FROM case_event e "
        "WHERE e.case_file = f.id AND e.kind = 'stage' ORDER BY e.id DESC LIMIT 1), 'lead') ORDER BY f.id");
    while (query_next(q)) {
        verifying->count++;
        if (verifying->differs != NULL)
            verifying->differs(
                query_text(q, 0), "its stage is not the one that its history tells", verifying->context);
    }
}

int64_t casework_verify(struct store *store, const struct config *config,
    void (*differs)(const char *case_id, const char *what, void *context), void *context)
{
    struct verifying verifying = {store, config, differs, context, 0};
    verify_stages(&verifying);
    char *uscc = firm_after(store, "");
    while (uscc != NULL) {
        verify_firm(&verifying, uscc);
        char *next = firm_after(store, uscc);
        free(uscc);
        uscc = next;
    }
    return verifying.count;
}
