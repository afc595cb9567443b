/* calendar_file.h - a configured deadline as a file for calendars, RFC 5545 (private to the room). */
#ifndef M13_LETTER_CALENDAR_FILE_H
#define M13_LETTER_CALENDAR_FILE_H

#include "m13/config.h"

#include <jansson.h>

/* The same bytes for the same deadline, whenever it is made; a day that was changed is the same event, moved.
 * NULL when none is configured. The caller frees. */
char *calendar_file_of(const struct config *config, const json_t *facts, enum alert_language language);

#endif
