/* silence.h - who has not answered (private to the room): reminders, the deadline, the weekly list, receipts
 * of delivery.
 *
 * remind.c       once a day, with the digest: reminders of silent cases, and of the configured deadline
 * weekly.c       once a week to the desk: who stays silent after the last reminder, who has no address, what
 * did not arrive acknowledge.c  a receiver's {"ack":true}; and the first proof of delivery makes the case
 * `notified` */
#ifndef M13_ALERT_SILENCE_H
#define M13_ALERT_SILENCE_H

#include "m13/config.h"

struct store;

/* Puts notices for what is due on this day and has not been put for it. Idempotent. */
void remind_due(struct store *store, const struct config *config, int64_t now);
/* Writes the list of this week, when there is anything on it and it was not written yet; true when there are
 * new deliveries. */
bool weekly_due(struct store *store, const struct config *config, int64_t now);
/* When one of both must look again. */
int64_t silence_next(struct store *store, const struct config *config, int64_t now);

/* In the transaction that records a delivery. */
void acknowledge_reply(struct store *store, int64_t message, const char *channel, int64_t now);
void acknowledge_delivered(struct store *store, int64_t message, const char *recipient, int64_t now);

#endif
