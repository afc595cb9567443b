/* lapse.h - what has waited to be delivered, and is no longer so (private to the room). */
#ifndef M13_ALERT_LAPSE_H
#define M13_ALERT_LAPSE_H

#include "endpoints.h"

#include "m13/config.h"

struct store;

/* A lead, reminder or deadline to a firm, right before it leaves: of a case that was answered, is over or is
 * another's, and of a day that has passed, nothing is said. True when it must not leave as it is: it is
 * cancelled, what is left of it is a message of its own; or, where it has arrived by another channel, this
 * delivery is dropped. */
bool lapse_look(struct store *store, const struct config *config, const struct endpoint *endpoint,
    int64_t row, int64_t now);

#endif
