/* drift.h - has the register changed its form? Names of columns or members ("a|b|c") against those that are
 * known. Pure.
 *
 * What differs once may be a fault of one day; what is seen in two polls in a row is how the register is now:
 * it is known from then on, and no drift any more. */
#ifndef M13_APPROVALS_DRIFT_H
#define M13_APPROVALS_DRIFT_H

#include "m13/text.h"

#include <stdbool.h>

struct drift {
    char *known;       /* from now on */
    char *seen;        /* what the next poll is to confirm; "" = nothing */
    struct text words; /* "new names: x; no longer there: y"; empty = none, or confirmed */
};
/* `known` "" = nothing is known yet: whatever comes is taken. `shape` "" tells nothing. `all`: the poll would
 * have every name that the register has; else (some rows of JSON) a name that is missing means nothing. */
void drift_judge(const char *known, const char *seen, const char *shape, bool all, struct drift *ret_drift);
void drift_release(struct drift *drift);

#endif
