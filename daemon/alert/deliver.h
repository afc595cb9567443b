/* deliver.h - sends the deliveries that are due (private to the room).
 *
 * endpoints.c       an endpoint (channel and recipient) has a queue of its own: what is slow, refuses or asks
 *                   for patience holds up nobody else. Pure: who may go next, and when
 * deliver.c         looks for whom something waits, and when it may go
 * deliver_send.c    the next message of an endpoint, from its row to the end of its sending
 * lapse.c           what is no longer so when its turn has come does not leave
 * deliver_record.c  what became of it: proof, the next attempt, what is known of the endpoint
 * deliver_notice.c  what did not arrive is told to the desk, once a day
 * retry.c           when to try again: pure
 * test_message.c    a marked test message by one channel */
#ifndef M13_ALERT_DELIVER_H
#define M13_ALERT_DELIVER_H

#include "m13/config.h"
#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct loop;
struct store;
struct deliver;

struct deliver *deliver_new(struct loop *loop, struct store *store, const struct config *config);
void deliver_reload(struct deliver *deliver, const struct config *config);
void deliver_look(struct deliver *deliver); /* after the commit: something may be due */
/* A firm's addresses have come or changed: what had no address, and endpoints that were disabled, are tried
 * again. `uscc` NULL = any firm's may have. In the transaction of the change. */
void deliver_contacts_changed(struct deliver *deliver, const char *uscc);
/* Nothing under way, nothing that may go now; what waits for its receiver's rate is not idle. */
bool deliver_is_idle(const struct deliver *deliver);
void deliver_free(struct deliver *deliver);

/* alert_test() of m13/alert.h. */
int deliver_test(struct deliver *deliver, const char *name, const char *to, FILE *conversation,
    void (*ended)(bool arrived, const char *text, void *context), void *context, struct failure *ret_failure);

/* When to try again after `attempts` failures, in ms with jitter by the message's id (the same for the same
 * id and attempt): the schedule of Standard Webhooks, about three days in all; -1 = no more. */
int64_t retry_wait(int64_t attempts, const char *message_id);
/* How long a receiver is left alone that has failed so often in a row: never so long as a message that was
 * put aside, since with the next message it may be well again. */
int64_t retry_wait_of_receiver(int64_t failures, const char *message_id);

#endif
