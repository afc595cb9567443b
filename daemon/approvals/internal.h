/* internal.h - what the files of this room share. */
#ifndef M13_APPROVALS_INTERNAL_H
#define M13_APPROVALS_INTERNAL_H

#include "m13/approvals.h"
#include "m13/decoder.h"
#include "m13/digest.h"
#include "m13/feed.h"

/* The poll that the decoder is reading. */
struct staging {
    int64_t poll; /* 0 = it is read in vain: the definition has changed meanwhile */
    const struct feed_definition *definition;
    bool ahead;         /* more pages will come: nothing is sealed, and any poll that is whole goes first */
    int64_t page_count; /* that are there */
    int64_t pages_fed;
    int64_t page_begun; /* that the decoder has come to */
    int64_t page;       /* whose rows come now */
    int64_t payload;    /* id of that page's payload */
    int64_t seq;        /* of the last staged record */
    int64_t rejects_kept;
    int64_t least_total, last_total; /* declared over the pages; -1 = none declared */
    bool total_shrank;
    char as_of[32];
    char *shape;                  /* names of the rows' columns or members; NULL = none were told */
    struct digest_stream *digest; /* over all records in order: the journal's word on what was sealed */
    struct failure fault;         /* why it cannot be believed, whatever the decoder says at its end */
};

/* Approvals that the poll at hand has shown, by their id: a bit each. */
struct shown {
    int64_t poll;
    int64_t through; /* staged rows up to this one are in */
    uint64_t *bits;
    size_t words;
};

struct approvals {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct feeds *feeds;
    struct decoder *decoder; /* NULL = none is running */
    struct staging staging;
    struct shown shown;
    int64_t *waiting; /* polls to decode, in order of id */
    size_t waiting_count, waiting_capacity;
};

/* approvals.c: starts the decoder on the next poll that waits, if it is free. */
void decode_next(struct approvals *approvals);
void decode_after_sweep(void *context); /* the room */
/* The work items of this room have a poll for their key. */
void add_poll_work(struct store *store, const char *kind, int64_t poll);
int64_t poll_of_key(const char *key);

/* stage.c */
/* Of a reading that was broken off; also while the sweep has not come to its end. */
bool staging_has_leftovers(struct store *store, int64_t poll);
void staging_sweep_interrupted(struct store *store); /* at start: what was read ahead before a kill */
void staging_begin(
    struct approvals *approvals, int64_t poll, const struct feed_definition *definition, bool ahead);
void staging_is_whole(struct approvals *approvals); /* what was begun ahead has all its pages now */
void staging_end(struct approvals *approvals);      /* forgets what stands in memory */
bool staging_item(const struct decoder_item *item, void *approvals);

/* seal.c: decides whether the staged poll may be believed; seals it, or ends the turn with the reason. */
void seal_poll(struct approvals *approvals, const struct decoder_result *result);
void seal_refuse(struct approvals *approvals, int64_t poll, enum feed_outcome outcome, const char *detail);

/* apply.c */
bool apply_slice(void *approvals, const char *key, int64_t *cursor, int64_t deadline_us);
bool sweep_slice(void *approvals, const char *key, int64_t *cursor, int64_t deadline_us);

/* turn.c: tells the feeds room what became of an applied poll. */
void turn_end(struct approvals *approvals, int64_t poll);
/* The register may have changed its form: nothing is concluded from what this poll lacks. */
bool turn_has_drift(struct store *store, int64_t poll);

/* known_feeds.c: at start and reload. */
void known_feeds_follow(struct store *store, const struct config *config);
bool merge_slice(void *approvals, const char *key, int64_t *cursor, int64_t deadline_us);

/* shown.c */
void shown_add(struct shown *shown, int64_t approval);
bool shown_has(const struct shown *shown, int64_t approval);
/* Makes it that of this poll, with all rows up to `seq`; false = not all yet. */
bool shown_catch_up(struct approvals *approvals, int64_t poll, int64_t seq, int64_t deadline_us);
void shown_forget(struct shown *shown);

/* maker.c */
int64_t maker_of(struct store *store, const struct record *record); /* 0 = the register names none */
/* Has the firm that stands behind this approval (by its maker's match, by its case, or by its paper) decided
 * again. */
void decide_again(struct approvals *approvals, int64_t approval, int64_t maker);

/* absence.c: approvals that a complete poll should have shown and did not. The poll's window is in its row.
 * *cursor runs up from 0; true when done. */
bool absence_slice(struct approvals *approvals, int64_t poll, int64_t *cursor, int64_t deadline_us);
/* A row whose number stands in an earlier row with other facts: a reject that hides no approval. */
extern const char reason_of_double[];

#endif
