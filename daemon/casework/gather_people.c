/* gather_people.c - what people have answered to rules' questions, and where their papers stand: the day of
 * the application, the batch. */
#include "gather.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

static struct fact_item *find_item(struct gathered_facts *gathered, struct query *q, size_t *ret_index)
{
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        struct fact_item *item = &gathered->items[i];
        if (string_equal(item->number, query_text(q, 1)) && string_equal(item->item, query_text(q, 2)) &&
            string_equal(item->authority, query_text(q, 0))) {
            *ret_index = i;
            return item;
        }
    }
    return NULL;
}

/* Of this firm's cases alone: what was answered of another firm was another question. */
static const char answers_of_firm[] =
    "SELECT f.authority, f.number, f.item, substr(d.item, length(f.case_id) + 2, 3), d.decision, "
    "d.basis ->> 'question', d.note, d.item, d.version, substr(d.item, length(f.case_id) + 6) "
    "FROM case_version c CROSS JOIN case_file f ON f.id = c.case_file "
    "CROSS JOIN review_decision d ON d.item > f.case_id || '/R' AND d.item < f.case_id || '/S' "
    "AND d.maker = 0 AND d.uscc = c.uscc AND d.seq_to IS NULL "
    "WHERE c.uscc = ?1 AND c.seq_to IS NULL ORDER BY d.item";

void gather_rulings(struct gathered_facts *gathered)
{
    struct query *q = query_bind(query(gathered->store, answers_of_firm), "t", gathered->facts.firm.uscc);
    while (query_next(q)) {
        size_t index;
        struct fact_item *item = find_item(gathered, q, &index);
        if (item == NULL)
            continue;
        struct gathered_item *beside = &gathered->of_items[index];
        MEMORY_GROW(beside->rulings, item->ruling_count, beside->ruling_capacity);
        beside->rulings[item->ruling_count++] =
            (struct fact_ruling){.rule = gathered_string(gathered, query_text(q, 3)),
                .about = gathered_string(gathered, query_text(q, 9)),
                .accepted = string_equal(query_text(q, 4), "accept"),
                .question = gathered_string(gathered, query_text(q, 5)),
                .reason = gathered_string(gathered, query_text(q, 6)),
                .source = gathered_source(
                    gathered, "review_decision", query_text(q, 7), query_integer(q, 8), "verified")};
        item->rulings = beside->rulings;
    }
}

/* A reviewed case that is in no batch yet waits for the open one: its year's cap and its day's values are
 * those that count. The first application is the day that counts: what was returned is completed, not filed
 * anew. */
static const char papers_of_firm[] =
    "SELECT f.authority, f.number, f.item, coalesce(b.year, 0), coalesce(b.cutoff_day, 0), "
    "coalesce((SELECT min(e.at) FROM case_event e WHERE e.case_file = f.id AND e.kind = 'stage' "
    "AND e.new = 'applied'), 0) "
    "FROM case_version c CROSS JOIN case_file f ON f.id = c.case_file AND f.stage <> 'lead' "
    "LEFT JOIN batch_case p ON p.case_file = f.id LEFT JOIN batch b ON b.id = coalesce(p.batch, "
    "iif(f.stage = 'reviewed', (SELECT max(o.id) FROM batch o WHERE o.state = 'open'), NULL)) "
    "WHERE c.uscc = ?1 AND c.seq_to IS NULL";

void gather_papers(struct gathered_facts *gathered)
{
    struct query *q = query_bind(query(gathered->store, papers_of_firm), "t", gathered->facts.firm.uscc);
    while (query_next(q)) {
        size_t index;
        struct fact_item *item = find_item(gathered, q, &index);
        if (item == NULL)
            continue;
        item->batch_year = (int)query_integer(q, 3);
        item->batched_on = (int32_t)query_integer(q, 4);
        item->applied_on = query_integer(q, 5) != 0 ? day_in_beijing(query_integer(q, 5)) : 0;
    }
}
