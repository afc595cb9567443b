/* apply.c - staged rows of a sealed poll become versions. Idempotent: the cursor moves in the transaction of
 * its rows. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>
#include <string.h>

/* Rows between two looks at the clock: a row costs some 30 us, to sweep it away 2. */
enum { ROWS_A_LOOK = 16, SWEEP_ROWS = 400 };

const char reason_of_double[] = "the same number stands in an earlier row with other facts";

struct applying {
    struct approvals *approvals;
    struct store *store;
    int64_t poll, seq; /* the sealing's journal entry: seq of every version */
    char feed[256];
    int64_t now;
    int64_t added, changed, unknown;
    int32_t newest;
};

static bool open_poll(struct applying *applying)
{
    struct query *q = query_bind(
        query(applying->store, "SELECT feed, sealed_seq FROM poll WHERE id = ? AND state = 'sealed'"), "i",
        applying->poll);
    bool found = query_next(q);
    if (found) {
        snprintf(applying->feed, sizeof applying->feed, "%s", query_text(q, 0));
        applying->seq = query_integer(q, 1);
    }
    query_end(q);
    return found;
}

/* --- versions --------------------------------------------------------------------------------------------
 */

struct current {
    int64_t approval; /* 0 = not known before */
    int64_t version;
    int64_t maker;
    bool same; /* the very same facts */
    bool shown_by_this_poll;
    bool was_gone;
};

static struct current find_current(
    struct applying *applying, const struct record *record, const char *content)
{
    struct current current = {0};
    struct query *q =
        query_bind(query(applying->store,
                       "SELECT a.id, v.version, v.maker, v.content = ?, l.poll, l.gone_at "
                       "FROM approval a JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
                       "LEFT JOIN listing l ON l.approval = a.id WHERE a.authority = ? AND a.number = ?"),
            "ttt", content, record->value[RECORD_AUTHORITY], record->value[RECORD_NUMBER]);
    if (query_next(q))
        current = (struct current){
            .approval = query_integer(q, 0),
            .version = query_integer(q, 1),
            .maker = query_integer(q, 2),
            .same = query_integer(q, 3) != 0,
            .shown_by_this_poll = query_integer(q, 4) == applying->poll,
            .was_gone = !query_is_null(q, 5),
        };
    query_end(q);
    return current;
}

/* A staged row, read. */
struct arrival {
    struct record record;
    const char *line;
    char content[DIGEST_HEX_BYTES];
    int64_t payload, row;
};

static void write_version(
    struct applying *applying, const struct current *current, const struct arrival *arrival)
{
    struct store *store = applying->store;
    const struct record *record = &arrival->record;
    int64_t maker = maker_of(store, record);
    if (current->version)
        query_run(query_bind(
            query(store, "UPDATE approval_version SET seq_to = ? WHERE approval = ? AND version = ?"), "iii",
            applying->seq, current->approval, current->version));
    query_run(query_bind(
        query(store,
            "INSERT INTO approval_version (approval, version, seq_from, payload, row, content, maker, route, "
            "status, holder, device, product_code, parent, decision_first, decision_last, record) "
            "VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiiiitittttttddt", current->approval, current->version + 1, applying->seq, arrival->payload,
        arrival->row, arrival->content, maker, record->value[RECORD_ROUTE], record->value[RECORD_STATUS],
        record->value[RECORD_HOLDER], record->value[RECORD_DEVICE], record->value[RECORD_PRODUCT_CODE],
        record->value[RECORD_PARENT], record->decision.first, record->decision.last, arrival->line));
    decide_again(applying->approvals, current->approval, maker);
    if (current->maker != 0 && current->maker != maker)
        decide_again(applying->approvals, current->approval, current->maker);
}

static void note_shown(struct applying *applying, int64_t approval)
{
    query_run(
        query_bind(query(applying->store, "INSERT INTO listing (approval, poll, seen_at) VALUES (?, ?, ?) "
                                          "ON CONFLICT (approval) DO UPDATE SET poll = excluded.poll, "
                                          "seen_at = excluded.seen_at, missed = 0, gone_at = NULL"),
            "iii", approval, applying->poll, applying->now));
}

/* As many are kept as while staging; all are counted. */
static void reject(
    struct applying *applying, int64_t payload, int64_t row, const char *reason, const char *excerpt)
{
    query_run(query_bind(query(applying->store,
                             "INSERT OR IGNORE INTO reject (poll, payload, row, field, reason, excerpt) "
                             "SELECT id, ?2, ?3, 'number', ?4, ?5 FROM poll WHERE id = ?1 AND rejected < ?6"),
        "iiitti", applying->poll, payload, row, reason, excerpt, (int64_t)LIMIT_REJECTS_KEPT));
    query_run(query_bind(
        query(applying->store, "UPDATE poll SET rejected = rejected + 1 WHERE id = ?"), "i", applying->poll));
}

static bool is_unknown(const char *code)
{
    return string_equal(code, "unknown");
}

/* An inexact date counts from its first day: that a row is of 2026 is no proof that December was seen. */
static void note_facts(struct applying *applying, const struct record *record)
{
    if (is_unknown(record->value[RECORD_ROUTE]) || is_unknown(record->value[RECORD_STATUS]))
        applying->unknown++;
    if (date_is_known(record->decision) && record->decision.first > applying->newest)
        applying->newest = record->decision.first;
}

static int64_t add_approval(struct applying *applying, const struct record *record)
{
    query_run(query_bind(
        query(applying->store, "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                               "VALUES (?, ?, ?, ?, ?)"),
        "tttii", record->value[RECORD_AUTHORITY], record->value[RECORD_NUMBER], applying->feed, applying->now,
        applying->poll));
    applying->added++;
    return store_last_id(applying->store);
}

static void apply_arrival(struct applying *applying, const struct arrival *arrival)
{
    const struct record *record = &arrival->record;
    struct current current = find_current(applying, record, arrival->content);
    note_facts(applying, record);
    if (current.shown_by_this_poll) {
        /* The register shows one number twice: the first row stands. */
        if (!current.same)
            reject(applying, arrival->payload, arrival->row, reason_of_double, record->value[RECORD_NUMBER]);
        return;
    }
    if (current.approval == 0)
        current.approval = add_approval(applying, record);
    else if (!current.same)
        applying->changed++;
    if (!current.same)
        write_version(applying, &current, arrival);
    if (current.was_gone) {
        journal_listing(applying->store, "listed-again", applying->feed, current.approval, applying->poll);
        decide_again(applying->approvals, current.approval, current.maker);
    }
    note_shown(applying, current.approval);
}

/* Staging took nothing but records; but a newer program may be stricter than the one that staged them. */
static void apply_record(
    struct applying *applying, const char *line, size_t length, int64_t payload, int64_t row)
{
    struct arrival arrival = {.line = line, .payload = payload, .row = row};
    if (record_read(line, length, &arrival.record) < 0) {
        reject(applying, payload, row, "this program does not read the row as it was staged", "");
        return;
    }
    digest_hex_of(line, length, arrival.content);
    apply_arrival(applying, &arrival);
    record_release(&arrival.record);
}

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void keep_counts(struct applying *applying)
{
    query_run(query_bind(query(applying->store, "UPDATE poll SET added = added + ?, changed = changed + ?, "
                                                "unknown = unknown + ? WHERE id = ?"),
        "iiii", applying->added, applying->changed, applying->unknown, applying->poll));
    query_run(query_bind(
        query(applying->store, "UPDATE feed_state SET newest_day = max(coalesce(newest_day, ?1), ?1) "
                               "WHERE name = ?2 AND ?1 IS NOT NULL"),
        "dt", applying->newest, applying->feed));
}

/* What a turn can have brought besides plain rows; the word that a person most needs to hear goes first. */
static const struct {
    enum feed_outcome outcome;
    const char *words;
} findings[] = {
    {FEED_ROWS_REJECTED, "could not be read"},
    {FEED_DRIFT, "with a value that no rule knows"},
    {FEED_VANISHED, "no longer shown"},
    {FEED_CHANGED, "changed"},
    {FEED_APPLIED, "new"},
};
enum { FINDINGS = sizeof findings / sizeof *findings };

static void finish(struct approvals *approvals, struct applying *applying)
{
    int64_t rows = 0, found[FINDINGS] = {0};
    struct query *q =
        query_bind(query(applying->store,
                       "SELECT rows, rejected, unknown, vanished, changed, added FROM poll WHERE id = ?"),
            "i", applying->poll);
    if (query_next(q)) {
        rows = query_integer(q, 0);
        for (int i = 0; i < FINDINGS; i++)
            found[i] = query_integer(q, i + 1);
    }
    query_end(q);

    enum feed_outcome outcome = rows == 0 ? FEED_NONE : FEED_APPLIED;
    struct text detail = TEXT_WITH_CEILING(512);
    text_append_format(&detail, "%lld row%s", (long long)rows, rows == 1 ? "" : "s");
    for (int i = FINDINGS - 1; i >= 0; i--) {
        if (found[i] == 0)
            continue;
        outcome = findings[i].outcome;
        text_append_format(&detail, ", %lld %s", (long long)found[i], findings[i].words);
    }
    feed_turn_ended(approvals->feeds, applying->poll, outcome, text_string(&detail));
    text_free(&detail);
    add_poll_work(applying->store, "sweep", applying->poll);
}

/* Applies staged rows after *cursor until the deadline; true when none is left. */
static bool apply_rows(struct applying *applying, int64_t *cursor, int64_t deadline_us)
{
    bool more = true;
    struct query *q = query_bind(query(applying->store, "SELECT seq, payload, row, record FROM staged "
                                                        "WHERE poll = ? AND seq > ? ORDER BY seq"),
        "ii", applying->poll, *cursor);
    for (int rows = 0; (more = query_next(q));) {
        *cursor = query_integer(q, 0);
        const char *line = query_text(q, 3);
        apply_record(applying, line, strlen(line), query_integer(q, 1), query_integer(q, 2));
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    return !more;
}

bool apply_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct approvals *approvals = context;
    struct applying applying = {.approvals = approvals,
        .store = approvals->store,
        .poll = poll_of_key(key),
        .now = clock_wall(),
        .newest = DAY_NONE};
    if (!open_poll(&applying))
        return true; /* applied already */

    /* The cursor counts staged rows up from 0, then approvals looked at for absence down from -1. */
    if (*cursor >= 0) {
        bool all = apply_rows(&applying, cursor, deadline_us);
        keep_counts(&applying);
        if (!all)
            return false;
        *cursor = -1;
        return false;
    }
    int64_t looked_at = -1 - *cursor;
    bool all = absence_slice(approvals, applying.poll, &looked_at, deadline_us);
    *cursor = -1 - looked_at;
    if (!all)
        return false;
    finish(approvals, &applying);
    return true;
}

/* What was staged is of no use any more: it was applied, or refused, or its reading was broken off, and then
 * the poll waits for this to be read again. */
bool sweep_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct approvals *approvals = context;
    int64_t poll = poll_of_key(key);
    bool more;
    do {
        *cursor += SWEEP_ROWS;
        query_run(query_bind(
            query(approvals->store, "DELETE FROM staged WHERE poll = ? AND seq <= ?"), "ii", poll, *cursor));
        more = store_changes(approvals->store) > 0;
    } while (more && clock_monotonic_us() < deadline_us);
    if (!more) /* once this item is off the list */
        store_after_commit(approvals->store, decode_after_sweep, approvals);
    return !more;
}
