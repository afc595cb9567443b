/* current.c - the current version of a case beside what is decided now. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

/* The hash of the parameters is not compared: a version keeps the parameters under which its verdict came
 * about, and a change that touches neither verdict nor trace leaves it as it is. */
static bool is_same(struct query *q, const struct decided_case *decided)
{
    const struct case_verdict *verdict = decided->verdict;
    return string_equal(query_text(q, 3), decided->uscc) &&
           string_equal(query_text(q, 4), verdict->item->product_id) &&
           string_equal(query_text(q, 5), verdict_names[verdict->verdict].code) &&
           string_equal(query_text(q, 6), review_kind_names[verdict->review].code) &&
           string_equal(query_text(q, 7), verdict->facts_hash) &&
           string_equal(query_text(q, 9), amount_state_names[verdict->amount_state].code) &&
           query_integer(q, 10) == verdict->award && string_equal(query_text(q, 11), decided->trace_hash);
}

void current_case_find(struct store *store, const char *policy, const struct decided_case *decided,
    struct current_case *ret_current)
{
    const struct fact_item *item = decided->verdict->item;
    *ret_current = (struct current_case){0};
    struct query *q = query_bind(
        query(store, "SELECT f.id, f.case_id, c.version, c.uscc, c.product_id, c.verdict, c.review_kind, "
                     "c.facts_hash, c.parameters_hash, c.amount_state, c.award, c.trace_hash, "
                     "b.case_file IS NOT NULL, d.case_file IS NOT NULL "
                     "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
                     "LEFT JOIN batch_case b ON b.case_file = f.id "
                     "LEFT JOIN case_difference d ON d.case_file = f.id "
                     "WHERE f.policy = ? AND f.authority = ? AND f.number = ? AND f.item = ?"),
        "tttt", policy, item->authority, item->number, item->item);
    if (query_next(q))
        *ret_current = (struct current_case){.case_file = query_integer(q, 0),
            .case_id = memory_copy_string(query_text(q, 1)),
            .version = query_integer(q, 2),
            .uscc = memory_copy_string(query_text(q, 3)),
            .product_id = memory_copy_string(query_text(q, 4)),
            .verdict = memory_copy_string(query_text(q, 5)),
            .review = memory_copy_string(query_text(q, 6)),
            .facts_hash = memory_copy_string(query_text(q, 7)),
            .parameters_hash = memory_copy_string(query_text(q, 8)),
            .award = query_integer(q, 10),
            .frozen = query_integer(q, 12) != 0,
            .differs = query_integer(q, 13) != 0,
            .same = is_same(q, decided)};
    query_end(q);
}

void current_case_release(struct current_case *current)
{
    char *strings[] = {current->case_id, current->uscc, current->product_id, current->verdict,
        current->review, current->facts_hash, current->parameters_hash};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        free(strings[i]);
}
