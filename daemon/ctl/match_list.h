/* match_list.h - a list of makers' names as CSV, row by row. */
#ifndef M13_CTL_MATCH_LIST_H
#define M13_CTL_MATCH_LIST_H

#include "ctl.h"

#include <stdio.h>

struct listed_name {
    const char *name, *country, *city, *identifier; /* country: alpha-2 or "" */
    const char *problem;                            /* why it cannot be asked; "" = it can */
};

/* Calls `each` for every row behind the header, in order. Rows with a problem, and what is wrong with the
 * whole file, are told on stderr; the exit code. */
int match_list_read(
    struct ctl *ctl, FILE *in, void (*each)(const struct listed_name *row, void *context), void *context);

#endif
