#include "m13/clock.h"

#include "m13/date.h"
#include "m13/failure.h"
#include "m13/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool real_was_read;
static bool overridden;
static int64_t standing; /* what an overridden clock reads */

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    if (clock_gettime(id, &now) < 0)
        log_fatal(EXIT_INTERNAL, "the system's clock cannot be read: %s", strerror(errno));
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_wall(void)
{
    if (overridden)
        return standing;
    real_was_read = true;
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_monotonic(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_override(int64_t wall)
{
    if (real_was_read)
        log_fatal(EXIT_INTERNAL, "the clock was overridden after it had been read");
    overridden = true;
    standing = wall;
}

bool clock_is_overridden(void)
{
    return overridden;
}

void clock_jump_to(int64_t wall)
{
    if (!overridden || wall < standing)
        log_fatal(EXIT_INTERNAL, "the clock would jump %s", overridden ? "backwards" : "while it is real");
    standing = wall;
}

/* Exactly two digits at *cursor, which moves on; -1 when there are none. */
static int two_digits(const char **cursor)
{
    const char *at = *cursor;
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return -1;
    *cursor += 2;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static bool skip(const char **cursor, const char *accepted)
{
    if (**cursor == '\0' || strchr(accepted, **cursor) == NULL)
        return false;
    ++*cursor;
    return true;
}

/* Minutes east of UTC. */
static bool read_offset(const char **cursor, int *ret_minutes)
{
    *ret_minutes = 0;
    if (skip(cursor, "Zz"))
        return true;
    bool west = **cursor == '-';
    if (!skip(cursor, "+-"))
        return false;
    int hours = two_digits(cursor);
    if (!skip(cursor, ":"))
        return false;
    int minutes = two_digits(cursor);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *ret_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool read_fraction(const char **cursor, int *ret_milliseconds)
{
    *ret_milliseconds = 0;
    if (!skip(cursor, "."))
        return true;
    int weight = 100;
    const char *first = *cursor;
    for (; **cursor >= '0' && **cursor <= '9'; ++*cursor, weight /= 10)
        *ret_milliseconds += (**cursor - '0') * weight;
    return *cursor > first;
}

int clock_parse(const char *rfc3339, int64_t *ret_wall)
{
    const char *cursor = rfc3339;
    int century = two_digits(&cursor), year = century < 0 ? -1 : two_digits(&cursor);
    if (year < 0 || !skip(&cursor, "-"))
        return -EINVAL;
    int month = two_digits(&cursor);
    if (!skip(&cursor, "-"))
        return -EINVAL;
    int32_t day = day_from_civil(century * 100 + year, month, two_digits(&cursor));
    if (day == DAY_NONE || !skip(&cursor, "Tt"))
        return -EINVAL;
    int hour = two_digits(&cursor);
    if (!skip(&cursor, ":"))
        return -EINVAL;
    int minute = two_digits(&cursor);
    if (!skip(&cursor, ":"))
        return -EINVAL;
    int second = two_digits(&cursor), milliseconds, offset;
    /* 60 is a leap second, which this scale counts as the next minute's first. */
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
        !read_fraction(&cursor, &milliseconds) || !read_offset(&cursor, &offset) || *cursor != '\0')
        return -EINVAL;
    *ret_wall = day * CLOCK_DAY + hour * CLOCK_HOUR + (minute - offset) * CLOCK_MINUTE +
                second * CLOCK_SECOND + milliseconds;
    return 0;
}

static int64_t time_of_day(int64_t wall)
{
    int64_t rest = wall % CLOCK_DAY;
    return rest < 0 ? rest + CLOCK_DAY : rest;
}

const char *clock_format(int64_t wall, char out[CLOCK_STRING_BYTES])
{
    char day[DAY_STRING_BYTES];
    int seconds = (int)(time_of_day(wall) / CLOCK_SECOND);
    if (wall == CLOCK_NEVER)
        snprintf(out, CLOCK_STRING_BYTES, "never");
    else
        snprintf(out, CLOCK_STRING_BYTES, "%sT%02d:%02d:%02dZ", day_format(day_in_utc(wall), day),
            seconds / 3600, seconds / 60 % 60, seconds % 60);
    return out;
}

const char *clock_format_beijing(int64_t wall, char out[CLOCK_STRING_BYTES])
{
    char day[DAY_STRING_BYTES];
    if (wall == CLOCK_NEVER) {
        snprintf(out, CLOCK_STRING_BYTES, "never");
        return out;
    }
    int minutes = (int)(time_of_day(wall + 8 * CLOCK_HOUR) / CLOCK_MINUTE);
    snprintf(out, CLOCK_STRING_BYTES, "%s %02d:%02d", day_format(day_in_beijing(wall), day), minutes / 60,
        minutes % 60);
    return out;
}
