/* enact.h - rows of people on their way to their effect. */
#ifndef M13_CASEWORK_ENACT_H
#define M13_CASEWORK_ENACT_H

#include "internal.h"
#include "stages.h"

#include "m13/store.h"

#include <jansson.h>

struct enacted_row {
    char *kind, *key, *actor;
    int64_t version, file, row; /* where it came from */
    bool withdrawn;
    json_t *fields;
};
struct enacting {
    struct store *store;
    struct standing standing;
};
const char *enacted_field(const struct enacted_row *row, const char *name); /* "" = none */
/* enact_decision.c: 0, or what is wrong with it, for whoever sent it. */
int enact_decision(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure);
/* Work "enact" (key: case) */
bool enact_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us);

#endif
