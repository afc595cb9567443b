/* absence.c - what a complete poll should have shown and did not.
 *
 * Silence of a register is not a withdrawal: an approval that two complete polls in a row have missed is
 * `gone` (no longer listed), which rule R10 puts before a person; one that comes back is simply there again.
 * A poll with rejected rows proves no absence: the missing row may be the one that could not be read. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/store.h"

#include <stdio.h>

/* ROWS_A_LOOK: approvals between two looks at the clock (1 us each). BATCH: missing ones that are noted at
 * once (up to 150 us each), when nothing is being read. */
enum { ROWS_A_LOOK = 64, BATCH = 16, MISSES_TO_BE_GONE = 2 };

struct looking {
    struct approvals *approvals;
    struct store *store;
    int64_t poll, now;
    char feed[256];
    int32_t since, until; /* DAY_NONE = the whole register */
    int64_t vanished;
};

struct missing {
    int64_t approval, missed; /* by this poll too */
};

static bool open_poll(struct looking *looking)
{
    struct query *q = query_bind(
        query(looking->store,
            "SELECT feed, since_day, until_day FROM poll WHERE id = ?1 "
            "AND (kind IN ('history', 'full') OR (kind = 'window' AND since_day IS NOT NULL)) "
            "AND (rejected = 0 OR rejected = (SELECT count(*) FROM reject WHERE poll = ?1 AND reason = ?2))"),
        "it", looking->poll, reason_of_double);
    bool found = query_next(q);
    if (found) {
        snprintf(looking->feed, sizeof looking->feed, "%s", query_text(q, 0));
        looking->since = query_day(q, 1);
        looking->until = query_day(q, 2);
    }
    query_end(q);
    return found;
}

/* --- walking ---------------------------------------------------------------------------------------------
 *
 * Rows come in the order of their position, which is what the cursor keeps: approval, poll that showed it
 * last, polls that missed it, whether this poll should have shown it, position. */

static struct query *walk_register(struct looking *looking, int64_t cursor)
{
    return query_bind(query(looking->store, "SELECT l.approval, l.poll, l.missed, a.feed = ?1, l.approval "
                                            "FROM listing l CROSS JOIN approval a ON a.id = l.approval "
                                            "WHERE l.approval > ?2 ORDER BY l.approval"),
        "ti", looking->feed, cursor);
}

/* The position is a decision day, counted from the window's first, and an approval of that day. */
#define APPROVALS_A_DAY (INT64_C(1) << 32)

static struct query *walk_window(struct looking *looking, int64_t cursor)
{
    int32_t day = looking->since + (int32_t)(cursor / APPROVALS_A_DAY);
    return query_bind(
        query(looking->store,
            "SELECT l.approval, l.poll, l.missed, a.feed = ?1 AND v.decision_last <= ?3, "
            "    (v.decision_first - ?2) * ?6 + v.approval "
            "FROM approval_version v CROSS JOIN approval a ON a.id = v.approval "
            "CROSS JOIN listing l ON l.approval = v.approval "
            "WHERE v.seq_to IS NULL AND (v.decision_first, v.approval) > (?4, ?5) AND v.decision_first <= ?3 "
            "ORDER BY v.decision_first, v.approval"),
        "tdddii", looking->feed, looking->since, looking->until, day, cursor % APPROVALS_A_DAY,
        APPROVALS_A_DAY);
}

/* Looks on from *cursor; true when it came to the end. */
static bool find_missing(struct looking *looking, int64_t *cursor, int64_t deadline_us,
    struct missing batch[BATCH], size_t *ret_count)
{
    struct query *q =
        looking->since == DAY_NONE ? walk_register(looking, *cursor) : walk_window(looking, *cursor);
    bool more = true;
    *ret_count = 0;
    for (int rows = 0; *ret_count < BATCH && (more = query_next(q));) {
        int64_t missed = query_integer(q, 2);
        if (query_integer(q, 3) != 0 && query_integer(q, 1) != looking->poll && missed < MISSES_TO_BE_GONE)
            batch[(*ret_count)++] = (struct missing){query_integer(q, 0), missed + 1};
        *cursor = query_integer(q, 4);
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    return !more;
}

/* --- noting ----------------------------------------------------------------------------------------------
 */

void journal_listing(struct store *store, const char *kind, const char *feed, int64_t approval, int64_t poll)
{
    struct text body = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    struct query *q = query_bind(query(store, "SELECT number FROM approval WHERE id = ?"), "i", approval);
    text_append_format(
        &body, "{\"approval\":%lld,\"poll\":%lld,\"number\":", (long long)approval, (long long)poll);
    text_append_json(&body, query_next(q) ? query_text(q, 0) : "");
    text_append_character(&body, '}');
    query_end(q);
    journal_append(store, "m13d", kind, feed, text_string(&body));
    text_free(&body);
}

static void note_gone(struct looking *looking, int64_t approval)
{
    struct store *store = looking->store;
    query_run(query_bind(
        query(store, "UPDATE listing SET gone_at = ? WHERE approval = ?"), "ii", looking->now, approval));
    journal_listing(store, "not-listed", looking->feed, approval, looking->poll);
    int64_t maker = store_value(
        store, 0, "SELECT maker FROM approval_version WHERE approval = ? AND seq_to IS NULL", "i", approval);
    decide_again(looking->approvals, approval, maker);
}

static void note_missing(struct looking *looking, const struct missing *missing)
{
    query_run(query_bind(query(looking->store, "UPDATE listing SET missed = missed + 1 WHERE approval = ?"),
        "i", missing->approval));
    looking->vanished++;
    if (missing->missed == MISSES_TO_BE_GONE)
        note_gone(looking, missing->approval);
}

bool absence_slice(struct approvals *approvals, int64_t poll, int64_t *cursor, int64_t deadline_us)
{
    struct looking looking = {
        .approvals = approvals, .store = approvals->store, .poll = poll, .now = clock_wall()};
    if (!open_poll(&looking))
        return true;
    bool done;
    do {
        struct missing batch[BATCH];
        size_t count;
        done = find_missing(&looking, cursor, deadline_us, batch, &count);
        for (size_t i = 0; i < count; i++)
            note_missing(&looking, &batch[i]);
    } while (!done && clock_monotonic_us() < deadline_us);
    query_run(query_bind(query(approvals->store, "UPDATE poll SET vanished = vanished + ? WHERE id = ?"),
        "ii", looking.vanished, poll));
    return done;
}
