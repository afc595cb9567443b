/* ingest_answer.c - how files by hand ended. */
#include "m13/ingest_answer.h"

#include "m13/failure.h"
#include "m13/name_table.h"
#include "m13/store.h"
#include "m13/text.h"

/* Enough to see what is wrong; all stand in table reject. */
#define REJECTS_TOLD 20

json_t *ingest_answer(
    struct store *store, const char *feed, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    json_t *answer = json_pack("{s:s, s:I, s:s, s:s}", "feed", feed, "poll", (json_int_t)poll, "outcome",
        name_code(feed_outcome_names, FEED_OUTCOMES, (int)outcome), "detail", detail);
    json_object_set_new(answer, "good", json_boolean(feed_outcome_is_good(outcome)));
    struct query *q =
        query_bind(query(store, "SELECT rows, added, changed, rejected FROM poll WHERE id = ?"), "i", poll);
    static const char *const counts[] = {"rows", "added", "changed", "rejected"};
    bool found = query_next(q);
    for (int i = 0; i < (int)(sizeof counts / sizeof *counts); i++)
        json_object_set_new(answer, counts[i], json_integer(found ? query_integer(q, i) : 0));
    query_end(q);
    return answer;
}

void ingest_each_reject(
    struct store *store, int64_t poll, void (*each)(json_t *reject, void *context), void *context)
{
    struct query *q =
        query_bind(query(store, "SELECT substr(p.url, 6), r.row, r.field, r.reason, r.excerpt "
                                "FROM reject r JOIN payload p ON p.id = r.payload WHERE r.poll = ? "
                                "ORDER BY p.page, r.row LIMIT ?"),
            "ii", poll, (int64_t)REJECTS_TOLD);
    while (query_next(q))
        each(json_pack("{s:s, s:I, s:s, s:s, s:s}", "file", query_text(q, 0), "row",
                 (json_int_t)query_integer(q, 1), "field", query_text(q, 2), "reason", query_text(q, 3),
                 "excerpt", query_text(q, 4)),
            context);
}

int ingest_exit_code(const json_t *answer)
{
    if (!json_is_true(json_object_get(answer, "good")))
        return EXIT_BAD_DATA;
    return json_integer_value(json_object_get(answer, "rejected")) > 0 ? EXIT_SOME_FAILED : EXIT_FINE;
}
