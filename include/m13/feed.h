/* feed.h - when to ask a regulator, how to ask it, what came back.
 *
 * One poll at a time and feed: fetch every page into evidence, hand the poll on as `fetched`. A broken chain
 * keeps its pages and goes on from the page that is missing. Every way in which a turn can end has a word of
 * its own (enum feed_outcome); failures back off (kept in the database, at most a day apart) and never end
 * for good. */
#ifndef M13_FEED_H
#define M13_FEED_H

#include "m13/config.h"
#include "m13/name_table.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct store;
struct feeds;

enum feed_outcome {
    FEED_NEVER, /* not asked yet */
    /* good */
    FEED_APPLIED,       /* new rows, or none changed, all taken */
    FEED_UNCHANGED,     /* 304, or the same bytes as last time */
    FEED_NONE,          /* the register says that there are no rows */
    FEED_CHANGED,       /* applied; approvals known before have changed */
    FEED_VANISHED,      /* applied; approvals that should have been shown were not */
    FEED_ROWS_REJECTED, /* applied; some rows could not be read */
    FEED_DRIFT,         /* applied; values that no rule knows */
    /* bad: nothing was applied */
    FEED_RATE_LIMITED,   /* 429 without a word on when */
    FEED_RETRY_AFTER,    /* 429 or 503 that says when */
    FEED_BUDGET,         /* our own budget for the day is used up */
    FEED_SERVER_ERROR,   /* 5xx */
    FEED_REFUSED,        /* other 4xx */
    FEED_MOVED,          /* 3xx: redirects are not followed */
    FEED_UNREACHABLE,    /* DNS, connect, TLS */
    FEED_RESET,          /* connection lost in mid-body */
    FEED_TOO_SLOW,       /* time-out, or below the lowest speed */
    FEED_TOO_LARGE,      /* over the ceiling */
    FEED_BOMB,           /* unpacks to more than LIMIT_UNPACK_RATIO times its size */
    FEED_WRONG_TYPE,     /* not the expected content type, e.g. HTML with 200 */
    FEED_MALFORMED,      /* cannot be read as its format */
    FEED_CHAIN_BROKEN,   /* some pages came, then one failed: goes on from there */
    FEED_INCOMPLETE,     /* rows received differ from the declared total, or too few */
    FEED_SHRUNK,         /* the declared total fell too far */
    FEED_DECODER_FAILED, /* crash or time-out of the decoder */
    FEED_OUTCOMES
};
extern const struct name_entry feed_outcome_names[FEED_OUTCOMES]; /* code, zh, en; value = enum */
bool feed_outcome_is_good(enum feed_outcome outcome);

struct feeds_events {
    /* A page of a poll of the whole register is evidence, and more will come: who wants to may read ahead,
     * but believe nothing. Within the turn's transaction. */
    void (*page)(int64_t poll, void *context);
    /* No more pages of it will come in this turn; `fetched` will not follow. */
    void (*broken_off)(int64_t poll, void *context);
    /* All pages of poll `poll` are evidence and the row says `fetched` (committed). */
    void (*fetched)(int64_t poll, void *context);
    /* The smallest value of each->member that is greater than `after` (by its bytes; "" = any) among the
     * current records of feed each->feed, of makers of each->countries; NULL = there is no more. The feed
     * frees. */
    char *(*next_value)(const struct feed_each *each, const char *after, void *context);
    void *context;
};

/* Keeps `config` (must outlive it or be swapped by feeds_reload). Writes tables feed and feed_state. */
struct feeds *feeds_new(
    struct loop *loop, struct store *store, const struct config *config, const struct feeds_events *events);
void feeds_reload(struct feeds *feeds, const struct config *config);
/* Starts what is due; from then on it schedules itself. Polls that a kill interrupted go on first; those that
 * stand at `fetched` or `staging` are told through `fetched` again. */
void feeds_start(struct feeds *feeds);
/* Makes the named feed (NULL = all) due now, back-off and schedule notwithstanding; budgets and Retry-After
 * stand. */
int feeds_poll_now(struct feeds *feeds, const char *name, struct failure *ret_failure);
/* For `once`: no turn is started beyond those that are due now; true when nothing is being fetched and
 * nothing due. */
void feeds_hold_schedule(struct feeds *feeds);
bool feeds_are_idle(const struct feeds *feeds);
void feeds_free(struct feeds *feeds); /* aborts transfers */

/* The end of a turn, told by the one who decoded and applied it: state, outcome word, next turn, back-off.
 * The poll row's counts are already there. In the turn's transaction. */
void feed_turn_ended(struct feeds *feeds, int64_t poll, enum feed_outcome outcome, const char *detail);

/* --- files by hand ----------------------------------------------------------------------------------------
 */

/* Payloads of one register that were fetched by hand, in the order of its pages. */
struct feed_by_hand {
    const char *feed;
    const int *descriptors; /* regular files; closed in any case */
    const char *const *names;
    size_t count;
    int64_t fetched_at; /* not in the future */
    const char *actor;
    /* Once, unless feeds_free() comes first: the poll has ended, or `poll` is 0 and nothing was taken. */
    void (*ended)(int64_t poll, enum feed_outcome outcome, const char *detail, void *context);
    void *context;
};
/* Keeps the files as evidence in slices, then hands them on as a poll of kind manual. What is not plausible
 * is refused here and now; `ended` is not called then. */
int feeds_take_by_hand(struct feeds *feeds, const struct feed_by_hand *by_hand, struct failure *ret_failure);

/* --- pure parts, for tests
 * --------------------------------------------------------------------------------------------- */

/* Next regular turn after `now`: `every`, at the time of day if set, plus a jitter in [0, jitter_ms) that is
 * a function of name and cycle alone, so that it survives restarts. */
int64_t feed_next_turn(const struct feed_definition *definition, int64_t cycle, int64_t now);
/* Back-off after `failures` in a row: 1 min, 2, 4 ... at most a day, with the same kind of jitter. */
int64_t feed_back_off(const char *name, int64_t failures);
/* Target of Link rel="next" (RFC 8288) resolved against `base_url`: 1 and a new string in *ret_url, 0 when
 * there is none, -EPERM when it leaves the scheme, host or port of the base, or is no address at all. */
int feed_link_next(const char *header, const char *base_url, char **ret_url);

/* Where in a chain a query asks. */
struct feed_place {
    int32_t since, today; /* DAY_NONE = no beginning */
    int64_t page;         /* counted from 0, whatever the register counts from */
    const char *each;     /* NULL = none */
};
/* base + path + ?query with placeholders filled; values are percent-encoded. The caller frees, as below. */
char *feed_url(
    const struct feed_definition *definition, const struct feed_query *query, const struct feed_place *place);
/* Body of the POST, values escaped as in a JSON string, or percent-encoded when a Content-Type of the
 * definition says that it is something else; NULL = the query is a GET. */
char *feed_body(
    const struct feed_definition *definition, const struct feed_query *query, const struct feed_place *place);
bool feed_header_is(const char *header, const char *name); /* "Name: value" is of that name */

#endif
