/* deliver.h - takes deliveries that are due from the database and sends them (private to the room). */
#ifndef M13_ALERT_DELIVER_H
#define M13_ALERT_DELIVER_H

#include "m13/config.h"

#include <stdbool.h>

struct loop;
struct store;
struct deliver;

struct deliver *deliver_new(struct loop *loop, struct store *store, const struct config *config);
void deliver_reload(struct deliver *deliver, const struct config *config);
void deliver_look(struct deliver *deliver); /* after the commit: something may be due */
bool deliver_is_idle(const struct deliver *deliver);
void deliver_free(struct deliver *deliver);

/* When to try again after `attempts` failures: the schedule of Standard Webhooks, about three days in all; -1
 * = no more. */
int64_t deliver_wait(int64_t attempts);

#endif
