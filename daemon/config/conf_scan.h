/* conf_scan.h - a look at a conf file's text before libconfig parses it. */
#ifndef M13_CONF_SCAN_H
#define M13_CONF_SCAN_H

#include "m13/config.h"

#include <stdbool.h>
#include <stddef.h>

/* The lines on which plain values (strings, numbers, booleans) start, in the order of the text. */
struct conf_value_lines {
    int *lines;
    size_t count, capacity;
};

/* False when the text is not to be given to libconfig; the reason is among the problems then. The caller
 * frees `lines`. */
bool conf_scan(const char *bytes, size_t length, const char *name, struct config_problems *problems,
    struct conf_value_lines *ret_lines);

#endif
