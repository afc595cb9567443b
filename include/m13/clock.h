/* clock.h - the one source of time.
 *
 * Two scales, both in milliseconds as int64_t: `wall` since 1970-01-01 UTC, for schedules and records, and
 * `monotonic`, for time-outs of real I/O. Tests and replays may override the wall clock: it then stands still
 * but for the jumps that the loop makes to its next timer when nothing is in flight. */
#ifndef M13_CLOCK_H
#define M13_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND 1000LL
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR   (60 * CLOCK_MINUTE)
#define CLOCK_DAY    (24 * CLOCK_HOUR)
#define CLOCK_NEVER  INT64_MAX

int64_t clock_wall(void);
int64_t clock_monotonic(void); /* real, never overridden */
int64_t clock_monotonic_us(void);

/* From here on the wall clock reads `wall`. Asserts that nobody has read the clock yet. */
void clock_override(int64_t wall);
bool clock_is_overridden(void);
void clock_jump_to(int64_t wall); /* for the loop alone; only forward, only when overridden */

/* RFC 3339, e.g. 2026-11-22T08:00:00+08:00 or ...Z; fraction allowed. 0 or -EINVAL. */
int clock_parse(const char *rfc3339, int64_t *ret_wall);
#define CLOCK_STRING_BYTES 32
/* As 2026-11-22T00:00:00Z; returns `out`. */
const char *clock_format(int64_t wall, char out[CLOCK_STRING_BYTES]);
/* As 2026-11-22 08:00 in Beijing time, for people. */
const char *clock_format_beijing(int64_t wall, char out[CLOCK_STRING_BYTES]);

#endif
