/* absence.c - what a complete poll should have shown and did not.
 *
 * Silence of a register is not a withdrawal: what two complete polls in a row have missed is `gone` from its
 * feed (no longer listed), which rule R10 puts before a person; what comes back is simply there again. A poll
 * proves no absence when rows of it were rejected (the missing one may be that which could not be read), when
 * the register may have changed its form, when rows came twice while pages were read (others then slipped
 * through between two pages, though the count is right), or when the very same file is handed over again. */
#include "sources.h"

#include "m13/clock.h"
#include "m13/store.h"

#include <stdio.h>

/* ROWS_A_LOOK: approvals between two looks at the clock (1 us each). BATCH: missing ones that are noted at
 * once (up to 150 us each), when nothing is being read. */
enum { ROWS_A_LOOK = 64, BATCH = 16, MISSES_TO_BE_GONE = 2 };

struct looking {
    struct approvals *approvals;
    struct store *store;
    int64_t poll, now;
    struct known_feed known;
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
            "SELECT feed, since_day, until_day FROM poll WHERE id = ?1 AND part = 0 "
            "AND (whole = 1 OR (kind = 'window' AND since_day IS NOT NULL)) "
            "AND (doubles = 0 OR total IS NULL OR pages < 2) "
            "AND NOT (kind = 'manual' AND EXISTS (SELECT 1 FROM payload y JOIN payload o ON o.sha256 = "
            "y.sha256 "
            "    AND o.fetched_at = y.fetched_at AND o.poll < y.poll JOIN poll p ON p.id = o.poll "
            "    AND p.feed = poll.feed AND p.state = 'applied' WHERE y.poll = ?1)) "
            "AND (rejected = 0 OR rejected = (SELECT count(*) FROM reject WHERE poll = ?1 AND reason = ?2))"),
        "it", looking->poll, reason_of_double);
    bool found = query_next(q);
    if (found) {
        snprintf(looking->feed, sizeof looking->feed, "%s", query_text(q, 0));
        looking->since = query_day(q, 1);
        looking->until = query_day(q, 2);
    }
    query_end(q);
    /* A feed that was removed meanwhile is judged no longer. */
    return found && !turn_has_drift(looking->store, looking->poll) &&
           config_feed(looking->approvals->config, looking->feed) != NULL &&
           known_feed_read(looking->store, looking->feed, &looking->known);
}

/* --- walking ---------------------------------------------------------------------------------------------
 *
 * Rows come in the order of their position, which is what the cursor keeps: approval, polls that missed it,
 * position. */

static struct query *walk_register(struct looking *looking, int64_t cursor)
{
    return query_bind(query(looking->store, "SELECT approval, missed, approval FROM approval_source "
                                            "WHERE feed = ? AND approval > ? ORDER BY approval"),
        "ii", looking->known.id, cursor);
}

/* The position is a decision day, counted from the window's first, and an approval of that day. */
#define APPROVALS_A_DAY (INT64_C(1) << 32)

static struct query *walk_window(struct looking *looking, int64_t cursor)
{
    int32_t day = looking->since + (int32_t)(cursor / APPROVALS_A_DAY);
    return query_bind(
        query(looking->store,
            "SELECT v.approval, s.missed, (v.decision_first - ?2) * ?6 + v.approval "
            "FROM approval_version v "
            "CROSS JOIN approval_source s ON s.feed = ?1 AND s.approval = v.approval "
            "WHERE v.seq_to IS NULL AND (v.decision_first, v.approval) > (?4, ?5) AND v.decision_first <= ?3 "
            "AND v.decision_last <= ?3 ORDER BY v.decision_first, v.approval"),
        "idddii", looking->known.id, looking->since, looking->until, day, cursor % APPROVALS_A_DAY,
        APPROVALS_A_DAY);
}

/* What several feeds tell of may have its date from another one: this feed was asked by its own. */
static bool lies_in_window(struct looking *looking, int64_t approval)
{
    if (looking->since == DAY_NONE)
        return true;
    struct record record;
    if (!source_read(looking->store, looking->known.id, approval, &record))
        return false;
    bool inside = date_within(record.decision, looking->since, looking->until) == TRUTH_YES;
    record_release(&record);
    return inside;
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
        int64_t approval = query_integer(q, 0), missed = query_integer(q, 1);
        if (missed < MISSES_TO_BE_GONE && !shown_has(&looking->approvals->shown, approval))
            batch[(*ret_count)++] = (struct missing){approval, missed + 1};
        *cursor = query_integer(q, 2);
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    return !more;
}

/* --- noting ----------------------------------------------------------------------------------------------
 */

static void note_missing(struct looking *looking, const struct missing *missing)
{
    if (!lies_in_window(looking, missing->approval))
        return;
    query_run(query_bind(query(looking->store, "UPDATE approval_source SET missed = missed + 1, "
                                               "gone_at = iif(missed + 1 >= ?, ?, NULL) "
                                               "WHERE feed = ? AND approval = ?"),
        "iiii", (int64_t)MISSES_TO_BE_GONE, looking->now, looking->known.id, missing->approval));
    looking->vanished++;
    if (missing->missed == MISSES_TO_BE_GONE)
        listing_judge(looking->approvals, missing->approval, looking->feed, looking->poll);
}

/* What it did not miss, it showed. */
static void keep_whole(struct looking *looking)
{
    query_run(query_bind(query(looking->store, "UPDATE approval_feed SET whole_poll = ?, whole_at = ? "
                                               "WHERE id = ? AND (SELECT whole FROM poll WHERE id = ?1)"),
        "iii", looking->poll, looking->now, looking->known.id));
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
    if (done)
        keep_whole(&looking);
    return done;
}
