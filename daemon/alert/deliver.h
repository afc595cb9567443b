/* deliver.h - sends the deliveries that are due (private to the room).
 *
 * endpoints.c  an endpoint (channel and recipient) has a queue of its own: what is slow, refuses or asks for
 * patience holds up nobody else. Pure where it can be: who may go next, and when deliver.c    takes the next
 * of each, hands it to its channel, records what became of it retry.c      when to try again: pure */
#ifndef M13_ALERT_DELIVER_H
#define M13_ALERT_DELIVER_H

#include "m13/config.h"

#include <stdbool.h>
#include <stdint.h>

struct contacts;
struct loop;
struct store;
struct deliver;

struct deliver *deliver_new(struct loop *loop, struct store *store, const struct config *config);
void deliver_reload(struct deliver *deliver, const struct config *config);
void deliver_look(struct deliver *deliver); /* after the commit: something may be due */
/* A firm's addresses have come or changed: what had no address, and endpoints that were disabled, are tried
 * again. */
void deliver_contacts_changed(struct deliver *deliver, const char *uscc);
bool deliver_is_idle(const struct deliver *deliver);
void deliver_free(struct deliver *deliver);

/* When to try again after `attempts` failures, in ms with jitter by the message's id (the same for the same
 * id and attempt): the schedule of Standard Webhooks, about three days in all; -1 = no more. */
int64_t retry_wait(int64_t attempts, const char *message_id);

#endif
