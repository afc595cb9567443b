/* approvals.h - staged, sealed, applied: records of a payload become versioned approvals.
 *
 * Rows of one poll with one number are made one record; the latest record of each feed is kept; and the
 * versions of an approval are made of them in the order of the feeds' ranks. What a feed's purpose is (an
 * approval, evidence of earlier ones, a roster of makers) goes with the approval: the best of its sources.
 *
 * Records are staged invisibly while the decoder speaks; sealed in one small transaction when it has ended
 * well, the counts agree and the feed's expectations hold; then applied idempotently from the work list. A
 * kill at any point and a restart give the same outcome. Nothing downstream reads an unsealed payload. */
#ifndef M13_APPROVALS_H
#define M13_APPROVALS_H

#include "m13/config.h"
#include "m13/date.h"
#include "m13/feed_definition.h"
#include "m13/record.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct store;
struct feeds;
struct work;
struct approvals;

struct approvals *approvals_new(
    struct loop *loop, struct store *store, const struct config *config, struct feeds *feeds);
/* Before the old configuration goes. Records of a feed whose definition is gone stay, behind those of others;
 * whether they are still listed is judged no longer. A poll that is being decoded goes on when its feed's
 * definition is the same, and else is read again by the new one, or ends when there is none. */
void approvals_reload(struct approvals *approvals, const struct config *config);
/* Kinds "apply", "merge" (the definitions say otherwise how a feed's records count), "sweep". */
void approvals_register_work(struct approvals *approvals, struct work *work);
/* A page of a poll that is still being fetched: it is read ahead, and staged, when nothing else is to be
 * read. Nothing of it is sealed before approvals_decode(). */
void approvals_page(struct approvals *approvals, int64_t poll);
/* No more pages will come for now: what was read ahead is given up, and read again when the poll is whole. */
void approvals_broken_off(struct approvals *approvals, int64_t poll);
/* Decodes a fetched poll; polls wait for each other in order of their id. What a broken-off reading of it
 * left is swept from the work list first. */
void approvals_decode(struct approvals *approvals, int64_t poll);
bool approvals_are_idle(const struct approvals *approvals);
void approvals_free(struct approvals *approvals);

/* --- reading
 * ------------------------------------------------------------------------------------------------------------
 */

struct approval_view {
    int64_t approval, version, payload, row, maker;
    struct record record;
    enum feed_purpose purpose; /* PURPOSE_APPROVALS alone opens cases */
    int64_t first_seen_at;     /* for that purpose: evidence that becomes an approval is first seen then */
    bool first_load;           /* came with the first history of its feed, or with its first file by hand */
    bool gone;                 /* no longer listed: missed by two complete polls of the feed that is asked */
    const char *feed;          /* points into the view */
    void *memory;
};
/* The current version of an approval; false when there is none. Release with approval_view_release(). */
bool approval_view(struct store *store, int64_t approval, struct approval_view *ret_view);
void approval_view_release(struct approval_view *view);
int64_t approval_find(struct store *store, const char *authority, const char *number); /* 0 = unknown */

/* Records of feeds with the purpose `evidence` whose maker is recognised as the firm, surely or in doubt:
 * what speaks of an earlier approval of the same product (LEGACY devices of EUDAMED, listings). */
struct approval_evidence_query {
    const char *uscc, *authority;
    const char *product_code, *term; /* NULL = any */
    int32_t before; /* decided before this day, or perhaps before it: no date is perhaps. DAY_NONE = any */
};
struct approval_evidence {
    int64_t approval, version; /* of it: for a fact's source */
    int64_t maker, match_version;
    bool in_doubt; /* the match is for review */
    const char *match_rule;
    struct record record;
};
/* In order of their number, until `each` returns false. `evidence` lives as long as the call. */
void approvals_each_evidence(struct store *store, const struct approval_evidence_query *asked,
    bool (*each)(const struct approval_evidence *evidence, void *context), void *context);

/* The smallest value of each->member behind `after` (byte order; "" = the first) among the records of the
 * feed each->feed that it still shows, with a maker of each->countries (none = all). A member of several
 * values counts with each. NULL = no more; the caller frees. Cheap: one look into an index. */
char *approvals_next_value(struct store *store, const struct feed_each *each, const char *after);

#endif
