/* alarm.h - what the operator must know of (private to the room).
 *
 * alarm_conditions.c  what is wrong now, read from the database and the disk
 * alarm.c             pure: when to tell, to tell again at growing intervals, and to give the all-clear
 * alarm_watch.c       looks, and writes one message a turn to the operator for all that has changed */
#ifndef M13_ALERT_ALARM_H
#define M13_ALERT_ALARM_H

#include "m13/config.h"
#include "m13/name_table.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum alarm_kind {
    ALARM_FEED_FAILING, /* so many turns in a row */
    ALARM_FEED_STALE,   /* older than its freshness target */
    ALARM_FEED_SHRUNK,
    ALARM_FEED_DRIFT,
    ALARM_REVIEW_OLD,
    ALARM_DISK_LOW,
    ALARM_JOURNAL_BROKEN,
    ALARM_DELIVERY_FAILING, /* an endpoint that is not a firm's own; many of the firms' */
    ALARM_PUBLISH_FAILING,
    ALARM_KINDS /* count */
};
extern const struct name_entry alarm_kind_names[ALARM_KINDS];

/* The state of one alarm (table alarm) and whether its condition holds now -> what to do. */
struct alarm_state {
    int64_t seen_at, told_at, gone_at; /* 0 = never */
    int64_t times;
};
enum alarm_action { ALARM_WAIT, ALARM_TELL, ALARM_CLEAR, ALARM_FORGET };
enum alarm_action alarm_decide(
    enum alarm_kind kind, const struct alarm_state *state, bool holds, int64_t now, int64_t *ret_next_look);

/* Looks at all conditions; true when a message was written. When to look again at the latest. */
bool alarm_look(struct store *store, const struct config *config, int64_t now);
int64_t alarm_next(struct store *store, const struct config *config, int64_t now);

#endif
