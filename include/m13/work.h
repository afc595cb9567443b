/* work.h - the work list: what is still to be done, in the database, so that it survives a kill.
 *
 * An item is (kind, key) with a cursor; kinds are ordered, and the lowest order goes first, inside it the
 * oldest. A kind's handler does one slice inside the turn's transaction, and says whether the item is done.
 */
#ifndef M13_WORK_H
#define M13_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct store;
struct work;

struct work_kind {
    const char *kind;
    int order;
    /* One slice, at most until `deadline_us` on clock_monotonic_us(); true when the item is done. *cursor is
     * kept between slices and across restarts. */
    bool (*slice)(void *context, const char *key, int64_t *cursor, int64_t deadline_us);
    void *context;
};

struct work *work_new(struct store *store);
void work_free(struct work *work);
void work_register(struct work *work, const struct work_kind *kind);
/* Adds the item unless it waits already. An item that is in the middle of its slices (cursor > 0) is
 * restarted when `again` is set. A slice may add its own item: it comes again, behind its like, when done. */
void work_add(struct store *store, const char *kind, const char *key, bool again);
/* Slices of the first item, then of the next, until the deadline, at least one: many items are much shorter
 * than a slice. True when more work is left. An item of an unregistered kind is left alone. */
bool work_slice(struct work *work, int64_t deadline_us);
int64_t work_left(struct store *store);

#endif
