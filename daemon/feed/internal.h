/* internal.h - one feed and the set of them, as poll.c and feeds.c share them. */
#ifndef M13_FEED_INTERNAL_H
#define M13_FEED_INTERNAL_H

#include "budget.h"
#include "m13/feed.h"
#include "m13/text.h"
#include "page_chain.h"
#include "state.h"

struct evidence_writer;
struct http;
struct http_transfer;
struct loop_timer;
struct courier;

/* What a feed is doing. feed_enter() is the only way from one to another. */
enum feed_stage {
    STAGE_WAITING,    /* for its next turn */
    STAGE_QUEUED,     /* its turn has come: for a place, or for the minute's budget */
    STAGE_STARTING,   /* its request is counted: for the commit */
    STAGE_FETCHING,   /* for an answer */
    STAGE_HANDING_ON, /* its last page is kept: for the commit */
    STAGE_HANDED_ON,  /* for feed_turn_ended() */
    STAGES
};

struct feed {
    struct feeds *set;
    const struct feed_definition *definition;
    struct budget *budget;
    enum feed_stage stage;
    struct loop_timer *timer;
    int64_t next_at; /* as in feed_state */
    bool allowed;    /* while the schedule is held: one of the turns that were due then */

    /* the present turn */
    struct page_chain chain;
    int64_t pages_before; /* of the chain, when the turn began */
    struct http_transfer *transfer;
    struct evidence_writer *evidence;
    struct text excerpt;  /* how the body begins */
    size_t refused_bytes; /* of a body that is no page */
    bool conditional;     /* the request asked for news only */
};

struct feeds {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct feeds_events events;
    struct http *http;
    struct budget *budgets;
    struct courier *courier;
    struct loop_timer *look; /* at the clock */
    struct feed **items;     /* in order of name */
    size_t count;
    bool started, holding;
};

/* --- queue.c: whose turn it is ----------------------------------------------------------------------------
 */

/* Real time between two looks at whether the clock has been set back. */
#define FEEDS_LOOK_MS (3600 * 1000)

void feed_enter(struct feed *feed, enum feed_stage stage);
void feed_arm(struct feed *feed); /* sets the timer of a feed that waits for its turn */
void feed_on_timer(void *context);
void feed_correct_next_turn(struct feed *feed, int64_t now);
void feeds_on_look(void *context);
/* Lets feeds that are queued ask, as far as places and budgets reach. */
void feeds_advance(struct feeds *feeds);
/* What stands at STARTING or HANDING_ON goes on after the commit of this turn of the loop. */
void feeds_after_commit(struct feeds *feeds);
struct courier *courier_new(struct feeds *feeds);
void courier_dismiss(struct courier *courier);

/* --- poll.c: one feed's turn ------------------------------------------------------------------------------
 */

/* Counts the next request of the feed's poll, which is begun or resumed first. */
void poll_ask(struct feed *feed);
/* After the commit: sends it. */
void poll_send(struct feed *feed);
/* The turn cannot even ask: `next_at` is when it may. */
void poll_postpone(struct feed *feed, enum feed_outcome outcome, const char *what, int64_t next_at);
/* Ends a turn whose poll is `poll` (0 = it never had one). */
void poll_close(struct feed *feed, int64_t poll, const struct turn_end *end);
/* Lets go of whatever the turn holds in memory; the database is left as it is. */
void poll_drop(struct feed *feed);

#endif
