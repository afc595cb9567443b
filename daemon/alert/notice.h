/* notice.h - what must be told and stands in no message yet, and how it becomes one (private to the room).
 *
 * notice.c    a change of a case -> who hears of it, whether at once, whether a person must release it first
 * compose.c   notices that are due -> one message for each audience, firm, urgency and class
 * route.c     a released message -> its deliveries; release and cancel by a person */
#ifndef M13_ALERT_NOTICE_H
#define M13_ALERT_NOTICE_H

#include "facts.h"

#include "m13/failure.h"

struct notice {
    enum alert_audience audience; /* firm, desk */
    const char *uscc;
    int64_t case_file;
    const char *kind; /* table notice */
    bool urgent, waits;
    int64_t seq;
    json_t *facts; /* borrowed */
};

/* Puts it, or replaces an older word for the same audience, firm and case; `due_at` follows from urgency, the
 * digest's hour and the case's quiet period. In a transaction. */
void notice_put(struct store *store, const struct config *config, const struct notice *notice, int64_t now);
/* casework_events.changed, from first to last: puts what follows from it, drops what is no longer so. */
void notice_of_change(
    struct store *store, const struct config *config, const struct case_change *change, int64_t now);

/* Makes messages of what is due; true when there was anything to send. When the next is due: CLOCK_NEVER =
 * nothing waits. */
bool compose_due(struct store *store, const struct config *config, int64_t now);
int64_t compose_next(struct store *store);
/* Writes one message with its told cases, and routes it unless it is a draft or held. `waits` as in notice.
 * Its row's id; 0 when a message of that id is already there. Takes the reference. Used by all who make
 * messages. */
int64_t compose_write(struct store *store, const struct config *config, const char *kind, bool waits,
    json_t *message, int64_t seq, int64_t now);
/* The id of a message: a digest of audience, firm, kind and what distinguishes the event. */
void message_id_of(
    enum alert_audience audience, const char *uscc, const char *kind, const char *what, char out[40]);

/* Deliveries of a released message, one for each channel that carries its audience; known ones stay as they
 * are. */
void route_message(struct store *store, const struct config *config, int64_t message, int64_t now);
/* After a start or reload: released messages that no channel carried get their deliveries. True when there
 * are new ones. */
bool route_all(struct store *store, const struct config *config, int64_t now);

#endif
