/* deliver_inside.h - what the files of delivery share (private to them). */
#ifndef M13_ALERT_DELIVER_INSIDE_H
#define M13_ALERT_DELIVER_INSIDE_H

#include "deliver.h"
#include "endpoints.h"

#include "m13/channel.h"
#include "m13/contacts.h"
#include "m13/http.h"
#include "m13/loop.h"
#include "m13/store.h"

struct deliver {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct courier courier;
    struct endpoints *endpoints;
    struct loop_timer *timer;
    struct errand *errands;     /* under way; a list */
    struct test_message *tests; /* under way; a list */
    struct endpoint *held;      /* may go on when the turn is committed; a list */
    struct contacts *contacts;  /* open during a turn in which a firm's address was needed */
    bool contacts_faulty;       /* that was said once */

    /* The look through all receivers for whom something waits. */
    bool look_wanted, looking;
    bool
        look_afresh; /* the configuration has changed: whoever waits for an hour of the day may not have to */
    char *looked_channel, *looked_recipient; /* the last that was seen */
    size_t looked_count;
    int64_t look_from;

    struct loop_timer *notice_timer;
};

/* One delivery between its reading from the database and its end. */
struct errand {
    struct errand *next;
    struct deliver *deliver;
    struct endpoint *endpoint;
    int64_t message, attempts; /* before this one */
    int64_t begun_at;          /* monotonic */
    char *message_id;
};

/* deliver.c. The scale of the endpoints: it goes on evenly whatever is done to the wall clock, but for an
 * overridden one. */
int64_t deliver_now(void);
const struct alert_channel *deliver_channel(const struct deliver *deliver, const char *name); /* or NULL */
void deliver_wake(struct deliver *deliver);

/* deliver_send.c. For an endpoint that was taken: its next message leaves, or it waits, or is dropped. */
void deliver_send_next(struct deliver *deliver, struct endpoint *endpoint);
void deliver_drop_errands(struct deliver *deliver);

/* deliver_record.c. What became of a sending, in the turn's transaction: how long the endpoint waits for it;
 * -1 = it is disabled. */
int64_t deliver_record(
    struct store *store, const struct errand *errand, const struct sending_end *end, int64_t now);
/* No address of this firm is known: its deliveries by this channel are no attempts. */
void deliver_record_unreachable(struct store *store, const struct endpoint *endpoint);
bool deliver_has_more(struct store *store, const struct endpoint *endpoint);
/* What is known of an endpoint: how long it must still be left alone (ms); -1 = it is disabled. Sets
 * `failures` and `recorded`. */
int64_t deliver_recall(struct store *store, struct endpoint *endpoint, int64_t now);
void deliver_record_contacts(struct store *store, const char *uscc, int64_t now);

/* test_message.c. They are told that they have not arrived. */
void deliver_drop_tests(struct deliver *deliver);

/* deliver_notice.c. Tells the desk what is due to be told, and sets the timer for the rest. */
void deliver_notice_look(struct deliver *deliver);

#endif
