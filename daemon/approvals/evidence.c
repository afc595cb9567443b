/* evidence.c - earlier approvals and listings that are no cases themselves, for the rules. */
#include "sources.h"

#include "m13/store.h"

#include <string.h>

static bool is_asked_for(const struct approval_evidence_query *asked, const struct record *record)
{
    if (asked->product_code != NULL && !string_equal(record->value[RECORD_PRODUCT_CODE], asked->product_code))
        return false;
    if (asked->term != NULL && !string_equal(record->value[RECORD_TERM], asked->term))
        return false;
    return asked->before == DAY_NONE || !date_is_known(record->decision) ||
           record->decision.first < asked->before;
}

void approvals_each_evidence(struct store *store, const struct approval_evidence_query *asked,
    bool (*each)(const struct approval_evidence *evidence, void *context), void *context)
{
    bool more = true;
    struct query *q = query_bind(
        query(store,
            "SELECT a.id, v.version, m.maker, m.version, m.band, m.rule, v.record "
            "FROM match m CROSS JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL "
            "CROSS JOIN approval a ON a.id = v.approval "
            "WHERE m.uscc = ?1 AND m.uscc <> '' AND m.seq_to IS NULL AND m.band IN ('auto', 'review') "
            "AND a.purpose = 'evidence' AND a.authority = ?2 ORDER BY a.number"),
        "tt", asked->uscc, asked->authority);
    while (more && query_next(q)) {
        struct approval_evidence evidence = {.approval = query_integer(q, 0),
            .version = query_integer(q, 1),
            .maker = query_integer(q, 2),
            .match_version = query_integer(q, 3),
            .in_doubt = string_equal(query_text(q, 4), "review"),
            .match_rule = query_text(q, 5)};
        const char *line = query_text(q, 6);
        if (record_read(line, strlen(line), &evidence.record) < 0)
            continue;
        if (is_asked_for(asked, &evidence.record))
            more = each(&evidence, context);
        record_release(&evidence.record);
    }
    query_end(q);
}
