/* approvals.h - staged, sealed, applied: records of a payload become versioned approvals.
 *
 * Records are staged invisibly while the decoder speaks; sealed in one small transaction when it has ended
 * well, the counts agree and the feed's expectations hold; then applied idempotently from the work list. A
 * kill at any point and a restart give the same outcome. Nothing downstream reads an unsealed payload. */
#ifndef M13_APPROVALS_H
#define M13_APPROVALS_H

#include "m13/config.h"
#include "m13/date.h"
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
/* Before the old configuration goes. A poll that is being decoded goes on when its feed's definition is the
 * same, and else is read again by the new one, or ends when there is none. */
void approvals_reload(struct approvals *approvals, const struct config *config);
void approvals_register_work(struct approvals *approvals, struct work *work); /* kinds "apply", "sweep" */
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
    int64_t first_seen_at;
    bool first_load;  /* came with the first history of its feed */
    bool gone;        /* no longer listed: missed by two complete polls */
    const char *feed; /* points into the view */
    void *memory;
};
/* The current version of an approval; false when there is none. Release with approval_view_release(). */
bool approval_view(struct store *store, int64_t approval, struct approval_view *ret_view);
void approval_view_release(struct approval_view *view);
int64_t approval_find(struct store *store, const char *authority, const char *number); /* 0 = unknown */

#endif
