/* notified.c - the one move that m13d makes itself: a firm was told of its case, and that is proved. */
#include "internal.h"
#include "stages.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

static char *case_id_of(struct store *store, int64_t case_file)
{
    char *case_id = NULL;
    struct query *q = query_bind(query(store, "SELECT case_id FROM case_file WHERE id = ?"), "i", case_file);
    if (query_next(q))
        case_id = memory_copy_string(query_text(q, 0));
    query_end(q);
    return case_id;
}

/* Once for each firm: who has taken a case back to be checked says himself when it has been told again. Only
 * another firm begins anew. */
static bool was_notified(struct store *store, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM case_event e WHERE e.case_file = ?1 AND e.kind = 'stage' "
               "AND 'notified' IN (e.old, e.new) AND e.id > coalesce((SELECT max(x.id) FROM case_event x "
               "WHERE x.case_file = ?1 AND x.kind = 'firm'), 0))",
               "i", case_file) != 0;
}

static bool may_be_notified(const struct standing *standing)
{
    const struct stage_move *move = stage_move_find(standing->stage, STAGE_NOTIFIED);
    if (standing->stage != STAGE_LEAD && standing->stage != STAGE_CHECKING)
        return false; /* a dispute is ended by a person alone */
    return move != NULL && (move->guard == NULL || move->guard->holds(standing)) &&
           !was_notified(standing->store, standing->case_file);
}

bool case_notified(struct store *store, int64_t case_file, const char *uscc)
{
    struct standing standing;
    char *case_id = case_id_of(store, case_file);
    bool moves = case_id != NULL && standing_find(store, case_id, &standing) &&
                 string_equal(standing.uscc, uscc) && may_be_notified(&standing);
    free(case_id);
    if (!moves)
        return false;
    store_write(store);
    case_journal(store, &(struct case_note){.kind = "stage",
                            .case_file = case_file,
                            .case_id = standing.case_id,
                            .old = case_stage_names[standing.stage].code,
                            .new = case_stage_names[STAGE_NOTIFIED].code,
                            .note = "told",
                            .actor = "m13d"});
    query_run(query_bind(query(store, "UPDATE case_file SET stage = ?, stage_since = ? WHERE id = ?"), "tii",
        case_stage_names[STAGE_NOTIFIED].code, clock_wall(), case_file));
    query_run(query_bind(query(store, "DELETE FROM case_proposal WHERE case_file = ?"), "i", case_file));
    return true; /* no fact of a decision is another one: the firm need not be decided again */
}
