/* ingest_answer.h - how files by hand ended, as m13ctl prints it: told by the daemon through the control
 * socket, or by m13ctl itself when none runs. */
#ifndef M13_INGEST_ANSWER_H
#define M13_INGEST_ANSWER_H

#include "m13/feed.h"

#include <jansson.h>

struct store;

/* {"feed","poll","outcome","detail","rows","added","changed","rejected"}; `poll` 0 = nothing was taken. */
json_t *ingest_answer(
    struct store *store, const char *feed, int64_t poll, enum feed_outcome outcome, const char *detail);
/* {"file","row","field","reason","excerpt"} of the first rejected rows. */
void ingest_each_reject(
    struct store *store, int64_t poll, void (*each)(json_t *reject, void *context), void *context);
/* 65 = nothing was taken, 3 = rows were rejected, 0. */
int ingest_exit_code(const json_t *answer);

#endif
