/* notice.h - what must be told and stands in no message yet, and how it becomes one (private to the room).
 *
 * notice.c    a change of a case -> who hears of it, whether at once, whether a person must release it first
 * recall.c    what was told before; what has not gone out and is no longer so, or not the newest word
 * compose.c   notices that are due -> one message for each audience, firm, urgency and class
 * route.c     a released message -> its deliveries
 * orders.c    release, cancel, retry and show, by a person */
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

/* Puts it, or replaces an older word for the same audience, firm and case (but a reminder takes no other's
 * place); `due_at` follows from urgency, the digest's hour and the case's quiet period. What waits for a
 * person, and what mode draft makes, is due at once: nothing of it leaves. A reminder too: who puts it has
 * chosen its day. In a transaction. */
void notice_put(struct store *store, const struct config *config, const struct notice *notice, int64_t now);
/* casework_events.changed, from first to last: puts what follows from it, drops what is no longer so. */
void notice_of_change(
    struct store *store, const struct config *config, const struct case_change *change, int64_t now);
/* After a reload: other hours and another quiet period hold for what waits, too. */
void notice_reschedule(struct store *store, const struct config *config);

/* Why a firm hears no more of a case from the machine: it is another firm's, it is over for the firm, or its
 * verdict says no. NULL = it may. `worse_than` a verdict that was told, or NULL. */
const struct name_entry *notice_hindrance(
    struct store *store, int64_t case_file, const char *uscc, const char *worse_than);

/* The last word that left for them (ALERT_AUDIENCES: to firm or desk) about this case. */
struct told_word {
    char kind[16], verdict[32];
    int64_t at;
    bool any;
};
void told_last(struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file,
    struct told_word *ret_word);
/* Whether anything of it was ever let go to this firm; whether a lead has been since the last correction, and
 * has arrived. */
bool told_is_known(struct store *store, const char *uscc, int64_t case_file);
bool told_is_let_go(struct store *store, const char *uscc, int64_t case_file);
bool told_has_arrived(struct store *store, const char *uscc, int64_t case_file);
/* Takes back a message that has reached nobody: its cases are notices again, due at once (a newer word for
 * one stands), and it is cancelled. */
void recall_message(struct store *store, int64_t message, int64_t now);
/* Takes back every such message to them that tells of this case. */
void recall_case(
    struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file, int64_t now);
/* ... and drops what was to be told of it. */
void recall_word(
    struct store *store, enum alert_audience audience, const char *uscc, int64_t case_file, int64_t now);

/* It has arrived: one that was on its way when it was taken back has been told. In a transaction. */
void recall_overtaken(struct store *store, int64_t message);

/* Makes messages of what is due, for so many parties at once (limits.h); true when there was anything to
 * send. When the next is due: CLOCK_NEVER = nothing waits. */
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
