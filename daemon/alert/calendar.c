#include "calendar.h"

#include "m13/clock.h"
#include "m13/date.h"

#include <stddef.h>

enum { BEIJING_HOURS = 8, SATURDAY = 6, SEARCHED_DAYS = 366 };

/* The first midnight of a day in Beijing, as an instant: no clock has been put forward there since 1991. */
static int64_t midnight_of(int32_t day)
{
    return (int64_t)day * CLOCK_DAY - BEIJING_HOURS * CLOCK_HOUR;
}

static const struct alert_holiday *holiday_on(const struct alert_times *times, int32_t day)
{
    size_t low = 0, high = times->holiday_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (times->holidays[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < times->holiday_count && times->holidays[low].day == day ? &times->holidays[low] : NULL;
}

bool calendar_is_working_day(const struct alert_times *times, int32_t day)
{
    const struct alert_holiday *holiday = holiday_on(times, day);
    return holiday != NULL ? holiday->works : day_of_week(day) < SATURDAY;
}

int64_t calendar_next_digest(const struct alert_times *times, int64_t now)
{
    int32_t first = day_in_beijing(now);
    if (midnight_of(first) + times->digest_at < now)
        first++;
    for (int32_t day = first; day < first + SEARCHED_DAYS; day++)
        if (times->digest_all_days || calendar_is_working_day(times, day))
            return midnight_of(day) + times->digest_at;
    return midnight_of(first) + times->digest_at;
}

/* Quiet hours end where they do not lie: from 22:00 to 08:00 is the evening and the morning of a day. */
int64_t calendar_after_quiet(const struct alert_times *times, int64_t now)
{
    int32_t day = day_in_beijing(now);
    int64_t from = times->quiet_from, to = times->quiet_to, time_of_day = now - midnight_of(day);
    bool over_midnight = to < from;
    if (over_midnight && time_of_day >= from)
        return midnight_of(day + 1) + to;
    if (time_of_day < to && (over_midnight || time_of_day >= from))
        return midnight_of(day) + to;
    return now;
}

bool calendar_begins_week(const struct alert_times *times, int32_t day)
{
    if (!calendar_is_working_day(times, day))
        return false;
    for (int32_t before = day - day_of_week(day) + 1; before < day; before++)
        if (calendar_is_working_day(times, before))
            return false;
    return true;
}
