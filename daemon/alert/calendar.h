/* calendar.h - hours and days that messages keep: pure functions of the configured times (private to the
 * room). Instants are wall-clock ms; days and times of day are of Beijing. */
#ifndef M13_ALERT_CALENDAR_H
#define M13_ALERT_CALENDAR_H

#include "m13/config.h"

#include <stdbool.h>
#include <stdint.h>

/* Monday to Friday but holidays, and the weekends that the holidays file says people work on. */
bool calendar_is_working_day(const struct alert_times *times, int32_t day);
/* The first digest hour at or after `now`. A list of nothing but holidays still gives a day: a year is
 * searched. */
int64_t calendar_next_digest(const struct alert_times *times, int64_t now);
/* `now`, or the end of the quiet hours that it lies in. */
int64_t calendar_after_quiet(const struct alert_times *times, int64_t now);
/* The first working day of its week: the weekly list goes out with that day's digest. */
bool calendar_begins_week(const struct alert_times *times, int32_t day);

#endif
