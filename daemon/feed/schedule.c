/* schedule.c - when a feed's turn comes: pure arithmetic over definition, cycle and time. */
#include "schedule.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"

#include <stdio.h>

/* Policy days and times of day are Beijing's: UTC+8, without daylight saving. */
#define BEIJING_OFFSET (8 * CLOCK_HOUR)

#define FIRST_BACK_OFF CLOCK_MINUTE
#define LAST_BACK_OFF  CLOCK_DAY
#define DAY_JITTER     (5 * CLOCK_MINUTE)

/* A number in [0, below) that looks random but is always the same for the same name and cycle: it survives
 * restarts, and needs no seed in tests. */
static int64_t jitter(const char *name, int64_t cycle, int64_t below)
{
    if (below <= 1)
        return 0;
    uint8_t digest[DIGEST_BYTES];
    char seed[512];
    int length = snprintf(seed, sizeof seed, "%lld %.400s", (long long)cycle, name);
    digest_of(seed, (size_t)length, digest);
    uint64_t number = 0;
    for (int i = 0; i < 7; i++)
        number = number << 8 | digest[i];
    return (int64_t)(number % (uint64_t)below);
}

/* The last instant of the grid offset + n * step that is not after `time`. */
static int64_t floor_to_grid(int64_t time, int64_t offset, int64_t step)
{
    int64_t past = (time - offset) % step;
    return time - (past < 0 ? past + step : past);
}

int64_t feed_next_turn(const struct feed_definition *definition, int64_t cycle, int64_t now)
{
    int64_t every = definition->every_ms > 0 ? definition->every_ms : CLOCK_DAY;
    /* Turns stand on a grid, so that neither their duration nor the jitter lets them drift: on the times of
     * day asked for, else on a phase of the feed's own. */
    bool timed = definition->at_ms >= 0;
    int64_t step = timed && every > CLOCK_DAY ? CLOCK_DAY : every;
    int64_t offset = timed ? definition->at_ms - BEIJING_OFFSET : jitter(definition->name, -1, every);
    int64_t turn = floor_to_grid(now + every, offset, step);
    /* A turn out of order (a first load, a retry) is not followed by the regular one on its heels. */
    if (turn - now < every / 4)
        turn += step;
    return turn + jitter(definition->name, cycle, definition->jitter_ms);
}

int64_t feed_back_off(const char *name, int64_t failures)
{
    int64_t pause = FIRST_BACK_OFF;
    for (int64_t i = 1; i < failures && pause < LAST_BACK_OFF; i++)
        pause *= 2;
    if (pause > LAST_BACK_OFF)
        pause = LAST_BACK_OFF;
    return pause - jitter(name, failures, pause / 4);
}

int64_t schedule_latest(const struct feed_definition *definition, int64_t now)
{
    int64_t every = definition->every_ms > CLOCK_DAY ? definition->every_ms : CLOCK_DAY;
    int64_t longest = every + every / 4 + CLOCK_DAY + definition->jitter_ms;
    return now + (longest > LIMIT_RETRY_AFTER_MS ? longest : LIMIT_RETRY_AFTER_MS);
}

int64_t schedule_next_day(const char *name, int64_t now)
{
    int64_t midnight = floor_to_grid(now, 0, CLOCK_DAY) + CLOCK_DAY;
    return midnight + jitter(name, midnight / CLOCK_DAY, DAY_JITTER);
}
