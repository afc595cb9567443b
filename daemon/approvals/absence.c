/* absence.c - what a complete poll should have shown and did not.
 *
 * Silence of a register is not a withdrawal: an approval that two complete polls in a row have missed is
 * `gone` (no longer listed), which rule R10 puts before a person; one that comes back is simply there again.
 * A poll with rejected rows proves no absence: the missing row may be the one that could not be read. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/store.h"

#include <stdio.h>

/* IDS_A_STEP: approvals looked at between two looks at the clock (some 2 ms). */
enum { IDS_A_STEP = 1000, MISSES_TO_BE_GONE = 2 };

struct looking {
    struct store *store;
    int64_t poll, now;
    char feed[256];
    int32_t since, until; /* DAY_NONE = the whole register */
    int64_t vanished;
};

static bool open_poll(struct looking *looking)
{
    struct query *q =
        query_bind(query(looking->store, "SELECT feed, since_day, until_day FROM poll WHERE id = ? "
                                         "AND rejected = 0 AND kind IN ('history', 'full', 'window')"),
            "i", looking->poll);
    bool found = query_next(q);
    if (found) {
        snprintf(looking->feed, sizeof looking->feed, "%s", query_text(q, 0));
        looking->since = query_day(q, 1);
        looking->until = query_day(q, 2);
    }
    query_end(q);
    return found;
}

static void note_gone(struct looking *looking, int64_t approval, int64_t maker, const char *number)
{
    struct store *store = looking->store;
    query_run(query_bind(
        query(store, "UPDATE listing SET gone_at = ? WHERE approval = ?"), "ii", looking->now, approval));
    struct text body = TEXT_WITH_CEILING(4096);
    text_append_format(
        &body, "{\"approval\":%lld,\"poll\":%lld,\"number\":", (long long)approval, (long long)looking->poll);
    text_append_json(&body, number);
    text_append_string(&body, "}");
    journal_append(store, "m13d", "not-listed", looking->feed, text_string(&body));
    text_free(&body);
    decide_again(store, approval, maker);
}

/* Columns: approval, missed, maker, number. */
static void note_missing(struct looking *looking, struct query *q)
{
    int64_t approval = query_integer(q, 0), missed = query_integer(q, 1) + 1;
    query_run(query_bind(
        query(looking->store, "UPDATE listing SET missed = missed + 1 WHERE approval = ?"), "i", approval));
    looking->vanished++;
    if (missed == MISSES_TO_BE_GONE)
        note_gone(looking, approval, query_integer(q, 2), query_text(q, 3));
}

/* A window of days: found by the index on decision days, small enough for one step. */
static bool look_through_window(struct looking *looking)
{
    struct query *q = query_bind(
        query(looking->store, "SELECT l.approval, l.missed, v.maker, a.number FROM approval_version v "
                              "JOIN approval a ON a.id = v.approval AND a.feed = ?1 "
                              "JOIN listing l ON l.approval = v.approval AND l.poll <> ?2 AND l.missed < ?5 "
                              "WHERE v.seq_to IS NULL AND v.decision_first >= ?3 AND v.decision_last <= ?4 "
                              "ORDER BY l.approval"),
        "tiddi", looking->feed, looking->poll, looking->since, looking->until, (int64_t)MISSES_TO_BE_GONE);
    while (query_next(q))
        note_missing(looking, q);
    return true;
}

/* The whole register: stepwise over approval ids. */
static bool look_through_register(struct looking *looking, int64_t *cursor, int64_t deadline_us)
{
    int64_t last = store_value(looking->store, 0, "SELECT max(approval) FROM listing", "");
    while (*cursor < last) {
        struct query *q = query_bind(
            query(looking->store, "SELECT l.approval, l.missed, v.maker, a.number FROM listing l "
                                  "JOIN approval a ON a.id = l.approval AND a.feed = ? "
                                  "JOIN approval_version v ON v.approval = l.approval AND v.seq_to IS NULL "
                                  "WHERE l.approval > ? AND l.approval <= ? AND l.poll <> ? AND l.missed < ? "
                                  "ORDER BY l.approval"),
            "tiiii", looking->feed, *cursor, *cursor + IDS_A_STEP, looking->poll, (int64_t)MISSES_TO_BE_GONE);
        while (query_next(q))
            note_missing(looking, q);
        *cursor += IDS_A_STEP;
        if (clock_monotonic_us() >= deadline_us)
            break;
    }
    return *cursor >= last;
}

bool absence_slice(struct store *store, int64_t poll, int64_t *cursor, int64_t deadline_us)
{
    struct looking looking = {.store = store, .poll = poll, .now = clock_wall()};
    if (!open_poll(&looking))
        return true;
    bool done = looking.since == DAY_NONE ? look_through_register(&looking, cursor, deadline_us)
                                          : look_through_window(&looking);
    query_run(query_bind(
        query(store, "UPDATE poll SET vanished = vanished + ? WHERE id = ?"), "ii", looking.vanished, poll));
    return done;
}
