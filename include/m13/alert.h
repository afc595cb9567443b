/* alert.h - what to say, to whom, by which channel: outbox, deliveries, retry, proof.
 *
 * Outbox rows are written in the transaction of their event, one message per firm and turn. Mode `draft`
 * writes and shows, `release` holds what a firm has not been told before, and the desk's first notice, for a
 * person, `live` sends; what the first load of a register brings up is held in both. At least once, with the
 * message id as idempotency key, the same over all attempts and restarts. */
#ifndef M13_ALERT_H
#define M13_ALERT_H

#include "m13/casework.h"
#include "m13/config.h"

#include <stdbool.h>

struct loop;
struct store;
struct alert;
struct import_result;

struct alert *alert_new(struct loop *loop, struct store *store, const struct config *config);
void alert_reload(struct alert *alert, const struct config *config);
/* casework_events.changed: collects; the row is written by alert_turn_end(). */
void alert_case_changed(const struct case_change *change, void *context);
/* registry_events.sealing: the desk's receipt for a file of which something was not taken. */
void alert_file_taken(struct alert *alert, const struct import_result *result);
/* Before the turn's commit: writes the collected messages into the outbox (and deliveries when live). */
void alert_turn_end(struct alert *alert);
void alert_start(struct alert *alert); /* deliveries that are due go out; the rest when its time comes */
bool alert_is_idle(const struct alert *alert); /* nothing in flight, nothing due now */
void alert_free(struct alert *alert);

/* Standard Webhooks signature: "v1,<base64>" of HMAC-SHA256 over "id.timestamp.body"; the caller frees. NULL
 * when the secret is no `whsec_` + base64. */
char *alert_webhook_signature(
    const char *secret, const char *id, int64_t timestamp_seconds, const char *body);

#endif
