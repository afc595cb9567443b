/* alert.h - what to say, to whom, by which channel: notices, outbox, deliveries, retry, proof, alarms.
 *
 * A change of a case becomes a notice in the transaction of its event; what is urgent becomes a message at
 * the end of the turn, the rest with the digest: one message for each audience and firm, not per row. Mode
 * `draft` writes and shows, `release` holds what a firm has not been told before, and the desk's first
 * notice, for a person, `live` sends; what the first load of a register brings up is held in both. At least
 * once, with the message id as idempotency key, the same over all attempts and restarts. */
#ifndef M13_ALERT_H
#define M13_ALERT_H

#include "m13/casework.h"
#include "m13/config.h"
#include "m13/digest.h"
#include "m13/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct loop;
struct store;
struct alert;
struct import_result;

struct alert *alert_new(struct loop *loop, struct store *store, const struct config *config);
void alert_reload(struct alert *alert, const struct config *config);
/* casework_events.changed: writes the notice, in the transaction of the event. */
void alert_case_changed(const struct case_change *change, void *context);
/* registry_events.sealing: the desk's receipt for a file of which something was not taken; new addresses of
 * firms. */
void alert_file_taken(struct alert *alert, const struct import_result *result);
/* Before the turn's commit: makes messages of what is due (and deliveries, where they are released). */
void alert_turn_end(struct alert *alert);
/* What is due is told from now on, the rest when its time comes. A run that ends starts it when all is
 * decided: a firm has one message of it. */
void alert_start(struct alert *alert);
bool alert_is_idle(const struct alert *alert); /* nothing in flight, nothing due now; not started */

/* What alarms to the operator rest on and this room knows nothing of. */
struct alert_outside {
    const char *(*publish_problem)(void *context); /* of the last publication; "" = none */
    /* The journal's length and head as the last publication tells them; false = there is none to read. */
    bool (*published_head)(void *context, int64_t *ret_seq, char out[DIGEST_HEX_BYTES]);
    void *context;
};
void alert_set_outside(struct alert *alert, const struct alert_outside *outside); /* copied */
void alert_watch_alarms(struct alert *alert); /* looks by itself from now on: the daemon */
/* Something was committed: a look follows soon. */
void alert_database_changed(struct alert *alert);
void alert_look_at_alarms(struct alert *alert); /* at once: a run that will not come to the next look */
void alert_free(struct alert *alert);

/* --- what people do with messages (m13ctl alerts)
 * ------------------------------------------------------------------
 *
 * Written with a journal entry in the turn's transaction, by daemon and m13ctl alike: the daemon sends
 * afterwards. */

enum alert_verb { ALERT_DO_RELEASE, ALERT_DO_CANCEL, ALERT_DO_RETRY, ALERT_VERBS };
struct alert_order {
    enum alert_verb verb;
    const char
        *which; /* a message id or its beginning, a case id, a USCC; of retry also the name of a channel */
    bool all;   /* everything that waits (release), that failed (retry); `which` is NULL then */
    const char *actor;
    bool english; /* the language of what goes wrong */
};
/* How many messages (deliveries, of retry); -ENOENT nothing fits; -EINVAL it cannot be (mode draft, already
 * released ...). */
int64_t alert_do(struct store *store, const struct config *config, const struct alert_order *order,
    struct failure *ret_failure);
/* After alert_do() in a running daemon. */
void alert_look(struct alert *alert);

/* Sends a marked test message by this channel, to `to` (an address; NULL = the channel's own) and tells the
 * conversation in `conversation` (its own, until `ended`, which comes once: at the latest with alert_free(),
 * as one that has not arrived). -ENOENT: no such channel; -EINVAL: it has no
 * address of its own. */
int alert_test(struct alert *alert, const char *channel, const char *to, FILE *conversation,
    void (*ended)(bool arrived, const char *text, void *context), void *context, struct failure *ret_failure);

/* A message as people read it (`m13ctl alerts show`): subject, plain text, HTML, attachments' names,
 * deliveries. NULL = none or several begin like that. */
json_t *alert_show(
    struct store *store, const struct config *config, const char *message, enum alert_language language);

/* Writes the workbook that goes with messages about this case to its firm: its own data, what is missing, and
 * the sheet of answers. -ENOENT: no such case. */
int alert_ask(struct store *store, const struct config *config, const char *case_id, const char *file,
    struct failure *ret_failure);

#endif
