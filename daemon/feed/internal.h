/* internal.h - one feed and the set of them, as the files of this room share them. */
#ifndef M13_FEED_INTERNAL_H
#define M13_FEED_INTERNAL_H

#include "answer.h"
#include "budget.h"
#include "errand.h"
#include "m13/feed.h"
#include "m13/text.h"
#include "member_number.h"
#include "page_chain.h"
#include "state.h"

struct evidence_writer;
struct http;
struct http_jar;
struct http_transfer;
struct loop_timer;
struct courier;
struct hand_over;

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
    enum errand errand;   /* the present request is for */
    struct http_jar *jar; /* NULL = the register sets no cookie that we need */
    struct http_transfer *transfer;
    struct evidence_writer *evidence;
    struct text excerpt;                   /* how the body begins */
    size_t refused_bytes;                  /* of a body that is no page */
    bool conditional;                      /* the request asked for news only */
    struct text index;                     /* the page on which the address stands */
    struct member_number total, size_told; /* of the page that comes */
    bool gave_up;                          /* one value of a list, in this turn */
    int64_t unknown_values;                /* of a list: the register knows nothing of them */
};

struct feeds {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct feeds_events events;
    struct http *http;
    struct budget *budgets;
    struct courier *courier;
    struct hand_over *by_hand; /* files that are being taken, or read */
    struct loop_timer *look;   /* at the clock */
    struct feed **items;       /* in order of name */
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

/* --- poll.c: one feed's turn, its beginning and its ends --------------------------------------------------
 */

/* Counts the next request of the feed's poll, which is begun or resumed first. */
void poll_ask(struct feed *feed);
/* The turn cannot even ask: `next_at` is when it may. */
void poll_postpone(struct feed *feed, enum feed_outcome outcome, const char *what, int64_t next_at);
/* Ends a turn whose poll is `poll` (0 = it never had one). */
void poll_close(struct feed *feed, int64_t poll, const struct turn_end *end);
void poll_close_badly(struct feed *feed, const struct setback *setback);
void poll_close_unchanged(struct feed *feed, const char *why);
void poll_close_unknown(struct feed *feed); /* the register knows none of a list's values */
/* Lets go of whatever the turn holds in memory; the database is left as it is. */
void poll_drop(struct feed *feed);

/* --- poll_begin.c -----------------------------------------------------------------------------------------
 */

/* Goes on with the poll that a fault or a kill interrupted, or begins one; false when it asks for each value
 * of a list and there is none. */
bool poll_take_up(struct feed *feed, int64_t now);

/* --- poll_send.c ------------------------------------------------------------------------------------------
 */

/* Of an answer, to tell it in words and to find those for "none". */
#define EXCERPT_KEPT_BYTES (8 * 1024)

/* After the commit: sends the turn's next request. */
void poll_send(struct feed *feed);

/* --- poll_answer.c: struct http_events; `context` is the feed ----------------------------------------------
 */

bool poll_on_body(int status, const char *content_type, const char *bytes, size_t length, void *context);
void poll_on_ended(const struct http_answer *answer, void *context);

/* --- by_hand.c: files that a person fetched --------------------------------------------------------------
 */

void by_hand_ended(struct feeds *feeds, int64_t poll, enum feed_outcome outcome, const char *detail);
bool by_hand_is_reading(const struct feeds *feeds);
void by_hand_drop(struct feeds *feeds);

#endif
