/* enact.c - officers' rows of kind `decisions` and firms' rows of kind `answers` have their effect, once
 * each.
 *
 * A decision stands on the facts whose hash it names. When these have changed since, it is refused by name,
 * and so is one that makes no sense: the row stays, its refusal beside it and in the case's history. */
#include "enact.h"

#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- rows -------------------------------------------------------------------------------------------------
 */

static void release(struct enacted_row *row)
{
    free(row->kind);
    free(row->key);
    free(row->actor);
    json_decref(row->fields);
}

/* Who put his name to it, and who delivered it, where that is another. */
static char *actor_of(const struct enacted_row *row, const char *delivered_by)
{
    const char *person = enacted_field(row, string_equal(row->kind, "answers") ? "by" : "officer");
    struct text actor = TEXT_WITH_CEILING(1024);
    if (person[0] == '\0' || string_equal(person, delivered_by))
        text_append_string(&actor, delivered_by);
    else
        text_append_format(&actor, "%s (%s)", person, delivered_by);
    return text_take(&actor);
}

const char *enacted_field(const struct enacted_row *row, const char *name)
{
    const char *value = json_string_value(json_object_get(row->fields, name));
    return value != NULL ? value : "";
}

/* Those of the case that have had no effect yet, in the order in which they came; of those that are withdrawn
 * only what has had one. */
static bool next_row(struct store *store, const char *case_id, struct enacted_row *ret_row)
{
    struct query *q = query_bind(
        query(store,
            "SELECT r.kind, r.key, r.version, r.fields, coalesce(f.delivered_by, 'inbox'), r.file, r.row, "
            "r.withdrawn "
            "FROM local_record r LEFT JOIN local_file f ON f.id = r.file "
            "WHERE r.case_id = ? AND r.case_id <> '' AND r.seq_to IS NULL "
            "AND r.kind IN ('decisions', 'answers') AND NOT EXISTS (SELECT 1 FROM case_enacted e "
            "WHERE e.kind = r.kind AND e.key = r.key AND e.version = r.version) "
            "AND (r.withdrawn = 0 OR EXISTS (SELECT 1 FROM case_enacted e WHERE e.kind = r.kind "
            "AND e.key = r.key AND e.version = r.version - 1 AND e.problem = '')) "
            "ORDER BY r.seq_from, r.row, r.key LIMIT 1"),
        "t", case_id);
    bool found = query_next(q);
    if (found) {
        *ret_row = (struct enacted_row){.kind = memory_copy_string(query_text(q, 0)),
            .key = memory_copy_string(query_text(q, 1)),
            .version = query_integer(q, 2),
            .file = query_integer(q, 5),
            .row = query_integer(q, 6),
            .withdrawn = query_integer(q, 7) != 0,
            .fields = json_loads(query_text(q, 3), 0, NULL)};
        ret_row->actor = actor_of(ret_row, query_text(q, 4));
    }
    query_end(q);
    return found;
}

/* Beside the other faults of its file (m13ctl imports): it was taken, and has no effect. */
static void tell_sender(struct store *store, const struct enacted_row *row, const char *problem)
{
    query_run(query_bind(
        query(store, "INSERT OR IGNORE INTO local_reject (file, row, field, warning, reason, expected) "
                     "VALUES (?, ?, ?, 1, ?, '更正后重新报送')"),
        "iitt", row->file, row->row, string_equal(row->kind, "answers") ? "answer" : "value", problem));
}

static void note(const struct enacting *enacting, const struct enacted_row *row, const char *problem)
{
    bool answer = string_equal(row->kind, "answers");
    int64_t seq = case_journal(enacting->store,
        &(struct case_note){.kind = answer ? "answer" : "decision",
            .case_file = enacting->standing.case_file,
            .case_id = enacting->standing.case_id,
            .old = enacted_field(row, answer ? "about" : "item"),
            .new = enacted_field(row, answer ? "answer" : "value"),
            .note = problem[0] != '\0' ? problem : enacted_field(row, answer ? "note" : "reason"),
            .actor = row->actor,
            .second = enacted_field(row, "second_officer")});
    query_run(
        query_bind(query(enacting->store,
                       "INSERT INTO case_enacted (kind, key, version, seq, problem) VALUES (?, ?, ?, ?, ?)"),
            "ttiit", row->kind, row->key, row->version, seq, problem));
    if (problem[0] != '\0')
        tell_sender(enacting->store, row, problem);
}

/* --- answers of firms -------------------------------------------------------------------------------------
 */

/* To which stage an answer brings the case, where the table of moves allows it: else it is noted, and the
 * desk sees it. */
static const struct {
    const char *answer;
    enum case_stage to;
} answers[] = {
    {"confirm", STAGE_CONFIRMED},
    {"dispute", STAGE_DISPUTED},
    {"decline", STAGE_DECLINED},
    {"supply", STAGE_APPLIED},
};

static int enact_answer(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    const char *answer = enacted_field(row, "answer"), *said = enacted_field(row, "note");
    struct case_moved moved;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        bool supply = answers[i].to == STAGE_APPLIED && enacting->standing.stage != STAGE_RETURNED;
        const struct stage_move *move = stage_move_find(enacting->standing.stage, answers[i].to);
        if (!string_equal(answers[i].answer, answer) || supply || move == NULL)
            continue;
        bool ends = enacting->standing.stage == STAGE_DISPUTED; /* only a person at the desk ends a dispute */
        if (ends)
            return 0;
        return case_move(enacting->store,
            &(struct case_order){.case_id = enacting->standing.case_id,
                .stage = case_stage_names[answers[i].to].code,
                .note = said[0] != '\0' ? said : answer,
                .about = answers[i].to == STAGE_DISPUTED ? enacted_field(row, "about") : NULL,
                .actor = row->actor},
            &moved, ret_failure);
    }
    return 0;
}

/* --- the work ---------------------------------------------------------------------------------------------
 */

/* All rows of a delivery are held against the facts as they stood before the first of them had its effect. */
static bool is_stale(
    const struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    if (string_equal(enacted_field(row, "facts_hash"), enacting->standing.facts_hash))
        return false;
    fail(ret_failure, -EINVAL, "%s 的事实在核定之后已有变化（现为 %.12s…），请按现有事实重新核定",
        enacting->standing.case_id, enacting->standing.facts_hash);
    return true;
}

static int enact_row(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    /* What followed from it may have been acted upon: only another decision, with its own reason, changes
     * that. */
    if (row->withdrawn)
        return fail(ret_failure, -EINVAL, "%s 的这一行已经生效，作废不会撤销其效果：请另行核定并写明理由",
            enacting->standing.case_id);
    if (string_equal(row->kind, "answers"))
        return enact_answer(enacting, row, ret_failure);
    if (is_stale(enacting, row, ret_failure))
        return -EINVAL;
    return enact_decision(enacting, row, ret_failure);
}

/* False when it must wait for an import that is being applied. */
static bool enact_next(struct enacting *enacting, const struct enacted_row *row)
{
    struct failure failure = {0};
    store_write(enacting->store);
    store_savepoint(enacting->store);
    int r = enact_row(enacting, row, &failure);
    if (r < 0)
        store_roll_back(enacting->store);
    else
        store_release(enacting->store);
    if (r == -EAGAIN)
        return false;
    note(enacting, row, r < 0 ? failure.text : "");
    return true;
}

bool enact_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct casework *casework = context;
    struct enacting enacting = {.store = casework->store};
    struct enacted_row row;
    bool done = true;
    (void)cursor;
    (void)deadline_us;
    if (!standing_find(casework->store, key, &enacting.standing))
        return true; /* it waits for its case */
    while (done && next_row(casework->store, key, &row)) {
        char facts_hash[DIGEST_HEX_BYTES];
        memcpy(facts_hash, enacting.standing.facts_hash, sizeof facts_hash);
        done = enact_next(&enacting, &row);
        release(&row);
        if (!standing_find(casework->store, key, &enacting.standing))
            break;
        memcpy(enacting.standing.facts_hash, facts_hash, sizeof facts_hash);
    }
    return done;
}
