/* schedule.h - when a feed's turn comes: pure arithmetic. */
#ifndef M13_FEED_SCHEDULE_H
#define M13_FEED_SCHEDULE_H

#include "m13/feed.h"

/* The latest instant at which a turn may stand at `now`: a stored turn beyond it was written under a clock
 * that has been set back since, and would never come. */
int64_t schedule_latest(const struct feed_definition *definition, int64_t now);
/* Some moments after the UTC day of `now` has ended, other moments for other names. */
int64_t schedule_next_day(const char *name, int64_t now);

#endif
