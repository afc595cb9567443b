/* apply.c - staged rows of a sealed poll become versions. Idempotent: the cursor moves in the transaction of
 * its rows. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>
#include <string.h>

/* Rows between two looks at the clock: a row costs some 30 us. */
enum { ROWS_A_LOOK = 16, SWEEP_ROWS = 400 };

struct applying {
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

/* --- makers ----------------------------------------------------------------------------------------------
 */

static void identifiers_json(const struct record *record, struct text *out)
{
    for (enum record_field field = 0; field < RECORD_FIELDS; field++) {
        const struct record_member *member = record_member(field);
        if (!member->identifies_maker || !*record->value[field])
            continue;
        text_append_character(out, out->length ? ',' : '{');
        text_append_json(out, member->name);
        text_append_character(out, ':');
        text_append_json(out, record->value[field]);
    }
    if (out->length)
        text_append_character(out, '}');
}

static int64_t maker_of(struct store *store, const struct record *record)
{
    const char *name = record->value[RECORD_MANUFACTURER];
    if (!*name)
        return 0;
    struct text identifiers = TEXT_WITH_CEILING(64 * 1024);
    identifiers_json(record, &identifiers);
    const char *country = record->value[RECORD_COUNTRY], *city = record->value[RECORD_CITY];
    const char *postcode = record->value[RECORD_POSTCODE], *json = text_string(&identifiers);
    int64_t maker = store_value(store, 0,
        "SELECT id FROM maker WHERE name = ? AND country = ? AND city = ? "
        "AND postcode = ? AND identifiers = ?",
        "ttttt", name, country, city, postcode, json);
    if (!maker) {
        query_run(query_bind(
            query(store,
                "INSERT INTO maker (name, country, city, postcode, identifiers) VALUES (?, ?, ?, ?, ?)"),
            "ttttt", name, country, city, postcode, json));
        maker = store_last_id(store);
        char key[24];
        snprintf(key, sizeof key, "%lld", (long long)maker);
        work_add(store, "match", key, false);
    }
    text_free(&identifiers);
    return maker;
}

void decide_again(struct store *store, int64_t approval, int64_t maker)
{
    char uscc[2][64] = {"", ""};
    struct query *q =
        query_bind(query(store, "SELECT uscc FROM match WHERE maker = ? AND seq_to IS NULL"), "i", maker);
    if (query_next(q))
        snprintf(uscc[0], sizeof uscc[0], "%s", query_text(q, 0));
    query_end(q);
    q = query_bind(query(store, "SELECT v.uscc FROM case_file f JOIN case_version v ON v.case_file = f.id "
                                "AND v.seq_to IS NULL WHERE f.approval = ? LIMIT 1"),
        "i", approval);
    if (query_next(q))
        snprintf(uscc[1], sizeof uscc[1], "%s", query_text(q, 0));
    query_end(q);
    for (int i = 0; i < 2; i++)
        if (*uscc[i])
            work_add(store, "decide", uscc[i], true);
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

static void write_version(struct applying *applying, const struct current *current,
    const struct record *record, const char *line, const char *content, int64_t payload, int64_t row)
{
    struct store *store = applying->store;
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
        "iiiiitittttttddt", current->approval, current->version + 1, applying->seq, payload, row, content,
        maker, record->value[RECORD_ROUTE], record->value[RECORD_STATUS], record->value[RECORD_HOLDER],
        record->value[RECORD_DEVICE], record->value[RECORD_PRODUCT_CODE], record->value[RECORD_PARENT],
        record->decision.first, record->decision.last, line));
    decide_again(store, current->approval, maker);
    if (current->maker && current->maker != maker)
        decide_again(store, current->approval, current->maker);
}

static void note_shown(struct applying *applying, int64_t approval)
{
    query_run(
        query_bind(query(applying->store, "INSERT INTO listing (approval, poll, seen_at) VALUES (?, ?, ?) "
                                          "ON CONFLICT (approval) DO UPDATE SET poll = excluded.poll, "
                                          "seen_at = excluded.seen_at, missed = 0, gone_at = NULL"),
            "iii", approval, applying->poll, applying->now));
}

/* The register shows one number twice with different facts: the first row stands, this one is told. */
static void reject_double(
    struct applying *applying, const struct record *record, int64_t payload, int64_t row)
{
    query_run(query_bind(
        query(applying->store,
            "INSERT OR IGNORE INTO reject (poll, payload, row, field, reason, excerpt) "
            "VALUES (?, ?, ?, 'number', 'the same number stands in an earlier row with other facts', ?)"),
        "iiit", applying->poll, payload, row, record->value[RECORD_NUMBER]));
    query_run(query_bind(
        query(applying->store, "UPDATE poll SET rejected = rejected + 1 WHERE id = ?"), "i", applying->poll));
}

static bool is_unknown(const char *code)
{
    return string_equal(code, "unknown");
}

static void apply_record(
    struct applying *applying, const char *line, size_t length, int64_t payload, int64_t row)
{
    struct record record;
    if (record_read(line, length, &record) < 0)
        log_fatal(EXIT_INTERNAL, "poll %lld: a staged record cannot be read: %.200s",
            (long long)applying->poll, line);

    char content[DIGEST_HEX_BYTES];
    digest_hex_of(line, length, content);
    struct current current = find_current(applying, &record, content);
    if (is_unknown(record.value[RECORD_ROUTE]) || is_unknown(record.value[RECORD_STATUS]))
        applying->unknown++;
    if (date_is_known(record.decision) && record.decision.last > applying->newest)
        applying->newest = record.decision.last;

    if (!current.approval) {
        query_run(query_bind(query(applying->store,
                                 "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                                 "VALUES (?, ?, ?, ?, ?)"),
            "tttii", record.value[RECORD_AUTHORITY], record.value[RECORD_NUMBER], applying->feed,
            applying->now, applying->poll));
        current.approval = store_last_id(applying->store);
        applying->added++;
    } else if (current.shown_by_this_poll) {
        if (!current.same)
            reject_double(applying, &record, payload, row);
        record_release(&record);
        return;
    } else if (!current.same) {
        applying->changed++;
    }
    if (!current.same)
        write_version(applying, &current, &record, line, content, payload, row);
    else if (current.was_gone)
        decide_again(applying->store, current.approval, current.maker);
    note_shown(applying, current.approval);
    record_release(&record);
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
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)applying->poll);
    work_add(applying->store, "sweep", key, false);
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

/* The key is ours: the poll's id. */
static int64_t poll_of(const char *key)
{
    int64_t poll = 0;
    if (string_to_integer(key, 1, INT64_MAX, &poll) < 0)
        log_fatal(EXIT_INTERNAL, "work list: %s is no poll", key);
    return poll;
}

bool apply_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct approvals *approvals = context;
    struct applying applying = {
        .store = approvals->store, .poll = poll_of(key), .now = clock_wall(), .newest = DAY_NONE};
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
    bool all = absence_slice(applying.store, applying.poll, &looked_at, deadline_us);
    *cursor = -1 - looked_at;
    if (!all)
        return false;
    finish(approvals, &applying);
    return true;
}

bool sweep_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct approvals *approvals = context;
    int64_t poll = poll_of(key);
    do {
        *cursor += SWEEP_ROWS;
        query_run(query_bind(
            query(approvals->store, "DELETE FROM staged WHERE poll = ? AND seq <= ?"), "ii", poll, *cursor));
        if (store_changes(approvals->store) == 0)
            return true;
    } while (clock_monotonic_us() < deadline_us);
    return false;
}
