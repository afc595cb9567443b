/* silence.h - who has not answered (private to the room): reminders, the deadline, the weekly list, receipts
 * of delivery. Nothing is kept beside what was told (tables told, delivery; view case_silent) but where the
 * day's look stands: after a kill it goes on, and a clock that jumps makes nothing twice.
 *
 * remind.c       once a day, from the digest's hour on: reminders of silent cases, and of the configured
 *                deadline
 * weekly.c       once a week to the desk: who stays silent after the last reminder, who has no address, what
 *                did not arrive
 * acknowledge.c  a receiver's {"ack":true}; and the first proof of delivery makes the case `notified` */
#ifndef M13_ALERT_SILENCE_H
#define M13_ALERT_SILENCE_H

#include "m13/config.h"

struct store;

/* Whether a delivery to a firm goes to the firm: to an address of its own, where the message has such a one.
 * Only a message that has none is the firm's when a channel of the bureau's (a gateway) has it. View
 * case_silent, too. */
#define GOES_TO_FIRM(of)                                                                                     \
    "(" of ".recipient <> '' OR NOT EXISTS (SELECT 1 FROM delivery own WHERE own.outbox = " of ".outbox "    \
    "AND own.recipient <> '')) "

/* Puts notices for what is due with this day's digest, in slices: silence_next() is `now` while the day's
 * look is under way. */
void remind_due(struct store *store, const struct config *config, int64_t now);
/* Drops those that are due and were answered since they were put: compose_due() begins with it. */
void remind_drop_answered(struct store *store, const struct config *config, int64_t now);
/* Whether this firm may be reminded of the case: it was told, and nothing has come back. */
bool remind_is_silent(struct store *store, int64_t case_file, const char *uscc);
/* Writes the list of this week, when there is anything on it and it was not written yet; true when there are
 * new deliveries. */
bool weekly_due(struct store *store, const struct config *config, int64_t now);
/* When both must look again. */
int64_t silence_next(struct store *store, const struct config *config, int64_t now);

/* What is known of a case that was told to its firm and not answered. */
struct silence {
    int64_t since;                  /* the first proof of delivery, or notified again by a person */
    int64_t reminders, reminded_at; /* written so far, and the last one when; 0 = never */
    int64_t last_at;                /* the firm heard of the case last */
};
/* Pure. Whether a reminder is due at the digest of `at`: for each configured number of days at most one, and
 * what has passed unused (the clock was put forward, m13d did not run) is made up for by one alone. Never
 * sooner after another message about the case than its quiet period, at least a day. */
bool reminder_is_due(const struct config *config, const struct silence *silence, int64_t at);
/* Pure. None is to come any more. */
bool reminders_are_over(const struct config *config, const struct silence *silence);
/* The instant at which the look of a day begins: the digest's hour, on every day. */
int64_t silence_look_begin(const struct alert_times *times, int32_t day);

/* In the transaction that records a delivery. Only what was said to a firm counts; `recipient` is as in table
 * delivery. */
void acknowledge_reply(struct store *store, int64_t message, const char *channel, int64_t now);
void acknowledge_delivered(struct store *store, int64_t message, const char *recipient);

#endif
