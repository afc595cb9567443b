/* facts.h - what a message says, in the shape that m13/letter.h has it (private to the room). */
#ifndef M13_ALERT_FACTS_H
#define M13_ALERT_FACTS_H

#include "m13/casework.h"

#include <jansson.h>

struct store;

/* facts.c: a told case of what has just been decided; the caller's. Everything that is not in the change
 * (address in the register, the register's limits, the firm's product) is read from the database and the
 * configuration. */
json_t *facts_of_change(struct store *store, const struct config *config, const struct case_change *change);
/* The same of a case as it stands in the database now (reminders, deadlines, corrections); NULL when there is
 * none. */
json_t *facts_of_case(struct store *store, const struct config *config, int64_t case_file, const char *event);
/* The frame of a message; the caller adds what its type has. `uscc` "" = of no firm. */
json_t *facts_of_message(struct store *store, const char *id, const char *kind, enum alert_audience audience,
    bool urgent, const char *uscc, int64_t now);

#endif
