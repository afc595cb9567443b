/* alarm.h - what the operator must know of (private to the room).
 *
 * alarm_conditions.c  what is wrong now, read from the database and the disk, in words
 * alarm_journal.c     whether the journal still proves itself
 * alarm.c             pure: when to tell, to tell again at growing intervals, and to give the all-clear
 * alarm_look.c        keeps table alarm; writes one message a look to the operator for all that has changed
 * alarm_watch.c       when to look
 * alarm_health.c      the weekly sign of life: silence of m13d must not look like health */
#ifndef M13_ALERT_ALARM_H
#define M13_ALERT_ALARM_H

#include "m13/alert.h"
#include "m13/config.h"
#include "m13/journal.h"
#include "m13/name_table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct store;

enum alarm_kind {
    ALARM_FEED_FAILING, /* so many turns in a row */
    ALARM_FEED_STALE,   /* older than its freshness target, though nothing fails */
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

/* --- when ------------------------------------------------------------------------------------------------
 */

/* The state of one alarm (table alarm). */
struct alarm_state {
    int64_t seen_at, told_at, gone_at; /* 0 = never */
    int64_t times;                     /* told so often */
};
enum alarm_action {
    ALARM_WAIT,
    ALARM_TELL,   /* for the first time, or again */
    ALARM_CLEAR,  /* it was told, and has been gone long enough not to flap */
    ALARM_FORGET, /* gone before anybody was told */
};
/* `holds`: its condition, now. When a condition that stays as it is gives the next action: CLOCK_NEVER = it
 * gives none. */
enum alarm_action alarm_decide(
    enum alarm_kind kind, const struct alarm_state *state, bool holds, int64_t now, int64_t *ret_next_look);

/* --- what ------------------------------------------------------------------------------------------------
 */

struct alarm_condition {
    enum alarm_kind kind;
    char *subject; /* a feed, a channel; "" = the whole */
    char *detail_zh, *detail_en;
};
/* Those that hold. Of a kind that was not examined nothing is said: it is as it was. */
struct alarm_conditions {
    struct alarm_condition *items;
    size_t count, capacity;
    bool examined[ALARM_KINDS];
};
/* `costly`: also what reads many rows, the review queue. */
void alarm_conditions_read(struct store *store, const struct config *config, bool costly, int64_t now,
    struct alarm_conditions *ret_conditions);
/* Marks the kind as examined and adds what is wrong; detail "" = nothing is. */
void alarm_conditions_add(struct alarm_conditions *conditions, enum alarm_kind kind, const char *subject,
    const char *detail_zh, const char *detail_en);
void alarm_conditions_clear(struct alarm_conditions *conditions);

/* The journal is walked in slices: its newest part after each change, all of it once a day. */
struct alarm_journal {
    bool begun;
    struct journal_mark newest, walk;
    int64_t walk_at; /* when the last walk of all began, monotonic */
    bool walking;
};
/* One slice. False: broken, and why. `ret_more`: it has not come to the end. */
bool alarm_journal_step(struct alarm_journal *journal, struct store *store,
    const struct alert_outside *outside, bool *ret_more, struct failure *ret_failure);

/* --- looking ---------------------------------------------------------------------------------------------
 */

struct alarm_watch;
/* `told` is called after a message with deliveries was written: they are due after the commit. */
struct alarm_watch *alarm_watch_new(
    struct loop *loop, struct store *store, const struct config *config, void (*told)(void *), void *context);
void alarm_watch_reload(struct alarm_watch *watch, const struct config *config);
void alarm_watch_outside(struct alarm_watch *watch, const struct alert_outside *outside);
void alarm_watch_start(struct alarm_watch *watch);
/* Something was written: a look follows, a minute after the last one at the earliest. */
void alarm_watch_changed(struct alarm_watch *watch);
void alarm_watch_look(struct alarm_watch *watch); /* now, at everything */
void alarm_watch_free(struct alarm_watch *watch);

/* One look at `conditions`: the table is brought up to date, and what has changed is told. True when a
 * message was written; when to look again at the latest. */
bool alarm_look(struct store *store, const struct config *config, const struct alarm_conditions *conditions,
    int64_t now, int64_t *ret_next_look);
/* Whether any channel carries what is for the operator. */
bool alarm_has_channel(const struct config *config);
/* An alarm of the table as messages have it: the current row of a query of id, kind, subject, detail_zh,
 * detail_en, seen_at, times. */
struct query;
json_t *alarm_told(struct query *q);
json_t *alarm_journal_told(struct store *store); /* {"seq","hash"} */

/* Writes this week's sign of life when its hour has come and it was not written yet; true when it was. */
bool alarm_health_due(struct store *store, const struct config *config, int64_t now);

#endif
