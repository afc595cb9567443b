/* values.h - what people write in conf files for durations, sizes, times and days. 0, or -EINVAL. */
#ifndef M13_VALUES_H
#define M13_VALUES_H

#include <stddef.h>
#include <stdint.h>

int value_duration(const char *string, int64_t *ret_ms);    /* "90s", "20m", "6h", "10d", "2w" */
int value_time_of_day(const char *string, int64_t *ret_ms); /* "06:30" */
int value_size(const char *string, int64_t *ret_bytes);     /* "4096", "64K", "64M", "2G" */
int value_day(const char *string, int32_t *ret_day);        /* "2025-11-24" */

#define VALUE_STRING_BYTES 32
const char *value_show_duration(int64_t ms, char out[VALUE_STRING_BYTES]);
const char *value_show_size(int64_t bytes, char out[VALUE_STRING_BYTES]);

/* The start of an outsider's text, for messages. */
#define VALUE_EXCERPT_BYTES 84
const char *value_excerpt(const char *string, char out[VALUE_EXCERPT_BYTES]);

#endif
