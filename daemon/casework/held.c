/* held.c - cases that stay as they are: those of a frozen batch, and those that were paid and would now be
 * decided worse. What would be decided now is kept beside them, and the desk is told; a person opens what
 * follows of it. */
#include "internal.h"

#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/store.h"

/* By the ledger, the only source of what was paid. */
static bool is_paid(struct store *store, const char *case_id)
{
    return store_value(store, 0,
               "SELECT count(*) FROM local_record WHERE case_id = ? AND case_id <> '' AND kind = 'payments' "
               "AND seq_to IS NULL AND withdrawn = 0 AND fields ->> 'kind' = 'pay'",
               "t", case_id) > 0;
}

static bool is_worse(const struct current_case *current, const struct decided_case *decided)
{
    const struct name_entry *before =
        name_find(verdict_names, sizeof verdict_names / sizeof *verdict_names, current->verdict);
    return before != NULL && (int)decided->verdict->verdict < before->value;
}

bool case_is_held(struct store *store, const struct current_case *current, const struct decided_case *decided)
{
    return current->case_file != 0 &&
           (current->frozen || (is_worse(current, decided) && is_paid(store, current->case_id)));
}

static const char *verdict_code(const struct decided_case *decided)
{
    return verdict_names[decided->verdict->verdict].code;
}

/* Whether a person has been told so already: the facts may move on without another outcome. */
static bool is_told(
    struct store *store, const struct current_case *current, const struct decided_case *decided)
{
    const struct case_verdict *verdict = decided->verdict;
    const char *review = review_kind_names[verdict->review].code;
    bool as_it_stands = string_equal(current->verdict, verdict_code(decided)) &&
                        string_equal(current->review, review) && current->award == verdict->award;
    bool known = false, same = false;
    struct query *q =
        query_bind(query(store, "SELECT verdict = ? AND review_kind = ? AND award = ? FROM case_difference "
                                "WHERE case_file = ?"),
            "ttii", verdict_code(decided), review, verdict->award, current->case_file);
    if (query_next(q)) {
        known = true;
        same = query_integer(q, 0) != 0;
    }
    query_end(q);
    return known ? same : as_it_stands;
}

static void keep(struct store *store, const struct current_case *current, const struct decided_case *decided,
    const char *cause, int64_t seq)
{
    const struct case_verdict *verdict = decided->verdict;
    query_run(query_bind(query(store, "INSERT OR REPLACE INTO case_difference (case_file, seq, verdict, "
                                      "review_kind, award, cause, facts_hash) VALUES (?, ?, ?, ?, ?, ?, ?)"),
        "iittitt", current->case_file, seq, verdict_code(decided), review_kind_names[verdict->review].code,
        verdict->award, cause, verdict->facts_hash));
}

static bool is_kept(
    struct store *store, const struct current_case *current, const struct decided_case *decided)
{
    return store_value(store, 0,
               "SELECT count(*) FROM case_difference WHERE case_file = ? AND facts_hash = ? AND verdict = ? "
               "AND award = ?",
               "itti", current->case_file, decided->verdict->facts_hash, verdict_code(decided),
               decided->verdict->award) > 0;
}

bool case_differs(
    struct casework *casework, const struct current_case *current, const struct decided_case *decided)
{
    struct store *store = casework->store;
    if (is_kept(store, current, decided))
        return false;
    struct text cause = TEXT_WITH_CEILING(256);
    case_cause(store, current, decided, &cause);
    bool told = is_told(store, current, decided);
    store_write(store);
    int64_t seq = told ? journal_head(store)
                       : case_journal(store, &(struct case_note){.kind = "difference",
                                                 .case_file = current->case_file,
                                                 .case_id = current->case_id,
                                                 .old = current->verdict,
                                                 .new = verdict_code(decided),
                                                 .note = text_string(&cause),
                                                 .actor = "m13d"});
    keep(store, current, decided, text_string(&cause), seq);
    text_free(&cause);
    if (!told && casework->events.changed != NULL)
        casework->events.changed(&(struct case_change){.case_file = current->case_file,
                                     .case_id = current->case_id,
                                     .uscc = decided->uscc,
                                     .kind = "difference",
                                     .old_verdict = current->verdict,
                                     .verdict = decided->verdict,
                                     .seq = seq},
            casework->events.context);
    return true;
}

void case_agrees(struct store *store, const struct current_case *current)
{
    if (!current->differs)
        return;
    store_write(store);
    query_run(
        query_bind(query(store, "DELETE FROM case_difference WHERE case_file = ?"), "i", current->case_file));
}
