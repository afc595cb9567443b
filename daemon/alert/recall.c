/* recall.c - what has been told, and what was about to be: a message that has reached nobody can be taken
 * back, so that the newest word alone goes out. */
#include "notice.h"

#include "m13/store.h"

#include <stdio.h>

static const char *code_of(enum alert_audience audience)
{
    return name_code(alert_audience_names, ALERT_AUDIENCES, (int)audience);
}

void told_last(struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file,
    struct told_word *ret_word)
{
    *ret_word = (struct told_word){0};
    struct query *q = query_bind(
        query(store, "SELECT t.kind, t.verdict, coalesce(o.released_at, o.created_at) FROM told t "
                     "JOIN outbox o ON o.id = t.outbox WHERE t.case_file = ?1 AND o.uscc = ?2 "
                     "AND (o.audience = ?3 OR ?4) AND o.state = 'released' ORDER BY o.id DESC LIMIT 1"),
        "itti", case_file, uscc, code_of(audience), (int64_t)(audience == ALERT_AUDIENCES));
    if (query_next(q)) {
        snprintf(ret_word->kind, sizeof ret_word->kind, "%s", query_text(q, 0));
        snprintf(ret_word->verdict, sizeof ret_word->verdict, "%s", query_text(q, 1));
        ret_word->at = query_integer(q, 2);
        ret_word->any = true;
    }
    query_end(q);
}

bool told_is_known(struct store *store, const char *uscc, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT count(*) FROM told t JOIN outbox o ON o.id = t.outbox WHERE t.case_file = ? "
               "AND o.audience = 'firm' AND o.uscc = ? AND o.released_at IS NOT NULL",
               "it", case_file, uscc) > 0;
}

/* Since the last correction, a correction itself apart. */
#define LEADS_LET_GO                                                                                         \
    "FROM told t JOIN outbox o ON o.id = t.outbox WHERE t.case_file = ?1 AND o.audience = 'firm' "           \
    "AND o.uscc = ?2 AND o.released_at IS NOT NULL AND t.kind <> 'correction' "                              \
    "AND o.id > coalesce((SELECT max(c.id) FROM told k JOIN outbox c ON c.id = k.outbox "                    \
    "WHERE k.case_file = ?1 AND c.audience = 'firm' AND c.uscc = ?2 AND k.kind = 'correction' "              \
    "AND c.state = 'released'), 0)"

bool told_is_let_go(struct store *store, const char *uscc, int64_t case_file)
{
    return store_value(store, 0, "SELECT count(*) " LEADS_LET_GO, "it", case_file, uscc) > 0;
}

bool told_has_arrived(struct store *store, const char *uscc, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT count(*) " LEADS_LET_GO
               " AND EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id AND d.state = 'delivered')",
               "it", case_file, uscc) > 0;
}

/* A draft or held one becomes a notice that waits for a person; one that a person, or the mode, had let go
 * does not. */
void recall_message(struct store *store, int64_t message, int64_t now)
{
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT OR IGNORE INTO notice (audience, uscc, case_file, kind, urgent, waits, due_at, "
                     "at, seq, facts) SELECT o.audience, o.uscc, t.case_file, t.kind, o.urgent, "
                     "o.state <> 'released', ?1, o.created_at, o.created_seq, c.value FROM outbox o "
                     "JOIN told t ON t.outbox = o.id JOIN case_file f ON f.id = t.case_file "
                     "JOIN json_each(o.body, '$.cases') c ON c.value ->> 'case_id' = f.case_id "
                     "WHERE o.id = ?2"),
        "ii", now, message));
    query_run(
        query_bind(query(store, "UPDATE outbox SET state = 'cancelled', decided_by = 'm13d' WHERE id = ?"),
            "i", message));
}

void recall_case(
    struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file, int64_t now)
{
    int64_t message = 0;
    /* What the desk has been sent is its own to judge. */
    while ((message = store_value(store, 0,
                "SELECT min(o.id) FROM told t JOIN outbox o ON o.id = t.outbox WHERE t.case_file = ?1 "
                "AND o.audience = ?2 AND o.uscc = ?3 AND o.id > ?4 "
                "AND (o.state IN ('draft', 'held') OR (o.state = 'released' AND o.audience = 'firm' "
                "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id "
                "AND d.state = 'delivered')))",
                "itti", case_file, code_of(audience), uscc, message)) > 0)
        recall_message(store, message, now);
}

void recall_word(
    struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file, int64_t now)
{
    recall_case(store, audience, uscc, case_file, now);
    store_write(store);
    query_run(query_bind(query(store, "DELETE FROM notice WHERE audience = ? AND uscc = ? AND case_file = ?"),
        "tti", code_of(audience), uscc, case_file));
}

void recall_overtaken(struct store *store, int64_t message)
{
    query_run(query_bind(query(store, "UPDATE outbox SET state = 'released', decided_by = '' WHERE id = ? "
                                      "AND state = 'cancelled' AND decided_by = 'm13d'"),
        "i", message));
}
