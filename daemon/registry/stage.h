/* stage.h - a row against what is known: what it changes, if anything, goes to the spool. */
#ifndef REGISTRY_STAGE_H
#define REGISTRY_STAGE_H

#include "row.h"
#include "seen.h"
#include "spool.h"

struct store;

struct local_stage {
    struct store *store;
    const struct local_headers *headers;
    struct local_problems *problems;
    struct local_spool *spool;
    struct local_seen seen;
    struct text key, fields; /* of the row at hand; memory reused */
};

#define LOCAL_STAGE_EMPTY                                                                                    \
    ((struct local_stage){                                                                                   \
        .key = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES), .fields = TEXT_WITH_CEILING(2 * LIMIT_RECORD_BYTES)})

enum stage_outcome { STAGE_ADDED, STAGE_CHANGED, STAGE_UNCHANGED, STAGE_REJECTED };
/* A row with faulty cells is only looked through for what else is wrong, so that its sender learns it all at
 * once. A record that was withdrawn comes back only as a whole: nothing is inherited from before. */
enum stage_outcome local_stage_row(struct local_stage *stage, const struct local_row *row);
void local_stage_free(struct local_stage *stage);

#endif
