/* state.h - where a feed stands, in tables feed and feed_state: every change of its state is made here. */
#ifndef M13_FEED_STATE_H
#define M13_FEED_STATE_H

#include "m13/feed.h"

struct store;

struct feed_state {
    int64_t next_at, cycle, failures;
    int64_t last_success_at, last_full_at; /* 0 = never */
    int64_t total;                         /* rows of the whole register, last time; 0 = unknown */
    enum feed_outcome outcome;
};

/* Rewrites table feed; a feed that is new is due at once. */
void state_write_definitions(struct store *store, const struct config *config, int64_t now);
void state_read(struct store *store, const char *name, struct feed_state *ret_state);
void state_set_next(struct store *store, const char *name, int64_t next_at);
void state_attempted(struct store *store, const char *name, int64_t now);

/* Of a list: the last value that is done; "" = it begins. The caller frees. */
char *state_each_after(struct store *store, const char *name);

/* How a turn ended: outcome, sentence, count of failures, next turn. */
struct turn_end {
    enum feed_outcome outcome;
    const char *detail;
    bool whole;             /* good: the register as a whole was seen */
    bool moved;             /* bad: but pages came, so the row of failures begins anew */
    int64_t not_before;     /* bad: the host's word, on top of our own back-off; 0 = none */
    int64_t next_at;        /* exactly then; 0 = as schedule or back-off have it */
    const char *each_after; /* the list is done up to this value, "" = to its end; NULL = it stands */
};
/* Returns the time of the next turn. */
int64_t state_turn_ended(
    struct store *store, const struct feed_definition *definition, const struct turn_end *end, int64_t now);
/* A file by hand: news of the register, but no turn of the feed. */
void state_fed_by_hand(
    struct store *store, const char *name, enum feed_outcome outcome, const char *detail, int64_t fetched_at);

#endif
