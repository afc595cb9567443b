/* apply.c - staged rows of a sealed poll become records of their feed. Idempotent: the cursor moves in the
 * transaction of its rows. */
#include "sources.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows between two looks at the clock: a row costs some 30 us, to sweep it away 2. */
enum { ROWS_A_LOOK = 16, SWEEP_ROWS = 400 };

const char reason_of_double[] = "the same number stands in an earlier row with other facts";

static bool open_poll(struct applying *applying)
{
    struct query *q = query_bind(query(applying->store, "SELECT feed, sealed_seq, whole, strange, unread, "
                                                        "part FROM poll WHERE id = ? AND state = 'sealed'"),
        "i", applying->poll);
    bool found = query_next(q);
    if (found) {
        snprintf(applying->feed, sizeof applying->feed, "%s", query_text(q, 0));
        applying->seq = query_integer(q, 1);
        applying->whole = query_integer(q, 2) != 0;
        snprintf(applying->strange, sizeof applying->strange, "%s", query_text(q, 3));
        applying->unread = query_integer(q, 4) > 0;
        applying->part = query_integer(q, 5) != 0;
    }
    query_end(q);
    return found;
}

/* The feed of a sealed poll was defined when it was sealed, hence is known. */
static void open_feed(struct applying *applying)
{
    const struct config *config = applying->approvals->config;
    if (!known_feed_read(applying->store, applying->feed, &applying->known)) {
        known_feeds_follow(applying->store, config);
        if (!known_feed_read(applying->store, applying->feed, &applying->known))
            log_fatal(
                EXIT_INTERNAL, "poll %lld: feed %s is not known", (long long)applying->poll, applying->feed);
    }
    applying->definition = config_feed(config, applying->feed);
    applying->known.asked = asked_of_feed(config, applying->feed);
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

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

/* Some of the words of the register are kept for people, each once. */
static bool note_if_unknown(struct applying *applying, const char *code, const char *member, const char *said)
{
    enum { MOST_BYTES_OF_ONE = 80 };
    char words[160];
    size_t used = strlen(applying->strange), length = strlen(said);
    if (!string_equal(code, "unknown"))
        return false;
    if (length > MOST_BYTES_OF_ONE)
        length = utf8_cut(said, MOST_BYTES_OF_ONE);
    snprintf(words, sizeof words, "%s \"%.*s\"", member, (int)length, said);
    if (*said != '\0' && strstr(applying->strange, words) == NULL &&
        used + strlen(words) + 3 < sizeof applying->strange)
        snprintf(
            applying->strange + used, sizeof applying->strange - used, "%s%s", used > 0 ? ", " : "", words);
    return true;
}

/* An inexact date counts from its first day: that a row is of 2026 is no proof that December was seen. */
static void note_facts(struct applying *applying, const struct record *record)
{
    const char *const *value = record->value;
    bool route = note_if_unknown(applying, value[RECORD_ROUTE], "route", value[RECORD_SOURCE_ROUTE]);
    bool status = note_if_unknown(applying, value[RECORD_STATUS], "status", value[RECORD_SOURCE_STATUS]);
    applying->unknown += route || status;
    if (date_is_known(record->decision) && record->decision.first > applying->newest)
        applying->newest = record->decision.first;
}

static void apply_arrival(struct applying *applying, const struct arrival *arrival)
{
    switch (source_take(applying, arrival)) {
    case TAKEN:
        return;
    case TAKEN_TWICE:
        applying->doubles++;
        return;
    case TAKEN_NOT_KNOWN:
        applying->passed_over++;
        return;
    case TAKEN_DIFFERENT:
        reject(
            applying, arrival->payload, arrival->row, reason_of_double, arrival->record.value[RECORD_NUMBER]);
        return;
    }
}

/* Staging took nothing but records; but a newer program may be stricter than the one that staged them. */
static bool read_arrival(struct applying *applying, struct query *q, struct arrival *ret_arrival)
{
    *ret_arrival = (struct arrival){
        .payload = query_integer(q, 1), .row = query_integer(q, 2), .line = query_text(q, 3)};
    if (record_read(ret_arrival->line, strlen(ret_arrival->line), &ret_arrival->record) == 0)
        return true;
    reject(applying, ret_arrival->payload, ret_arrival->row,
        "this program does not read the row as it was staged", "");
    return false;
}

static void apply_record(struct applying *applying, struct query *q)
{
    struct arrival arrival;
    if (!read_arrival(applying, q, &arrival))
        return;
    note_facts(applying, &arrival.record);
    digest_hex_of(arrival.line, strlen(arrival.line), arrival.content);
    apply_arrival(applying, &arrival);
    record_release(&arrival.record);
}

/* --- rows of one number ----------------------------------------------------------------------------------
 *
 * All are gathered when the first of them comes; what the others say is part of that record then. */

struct gathered_row {
    char *line;
    int64_t payload, row;
};

struct rows_of_number {
    struct merge_row *rows;
    struct gathered_row *origins; /* of each */
    size_t count, capacity, origin_capacity;
};

static void gather_row(struct applying *applying, struct query *q, struct rows_of_number *gathered)
{
    struct arrival arrival;
    if (gathered->count == LIMIT_REPEATED_ROWS) {
        reject(applying, query_integer(q, 1), query_integer(q, 2),
            "more rows have this number than are made one", "");
        return;
    }
    if (!read_arrival(applying, q, &arrival))
        return;
    note_facts(applying, &arrival.record);
    MEMORY_GROW(gathered->origins, gathered->count, gathered->origin_capacity);
    MEMORY_GROW(gathered->rows, gathered->count, gathered->capacity);
    char *line = memory_copy_string(arrival.line);
    gathered->origins[gathered->count] = (struct gathered_row){line, arrival.payload, arrival.row};
    gathered->rows[gathered->count++] = (struct merge_row){line, arrival.record};
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void count_doubles(struct applying *applying, const struct rows_of_number *gathered)
{
    const char **lines = memory_get_zeroed(gathered->count, sizeof *lines);
    for (size_t i = 0; i < gathered->count; i++)
        lines[i] = gathered->rows[i].line;
    qsort(lines, gathered->count, sizeof *lines, compare_lines);
    for (size_t i = 1; i < gathered->count; i++)
        applying->doubles += string_equal(lines[i - 1], lines[i]);
    free(lines);
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Whoever any of the rows names as the maker, besides the one of the record. Evidence names who lists the
 * approval, perhaps under contract: that is a number among the maker's, and no maker. */
static int64_t *further_makers(struct applying *applying, const struct rows_of_number *gathered,
    const struct record *record, size_t *ret_count)
{
    int64_t *makers = memory_get_zeroed(gathered->count, sizeof *makers);
    *ret_count = 0;
    if (gathered->count == 1 || applying->known.purpose == PURPOSE_EVIDENCE)
        return makers;
    int64_t own = maker_of(applying->store, record);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        int64_t maker = maker_of(applying->store, &gathered->rows[i].record);
        if (maker != 0 && maker != own)
            makers[count++] = maker;
    }
    if (count > 1)
        qsort(makers, count, sizeof *makers, compare_ids);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || makers[kept - 1] != makers[i])
            makers[kept++] = makers[i];
    *ret_count = kept;
    return makers;
}

/* A number that no other feed has shown brings no makers either. */
static bool is_passed_over(struct applying *applying, const struct record *record)
{
    return applying->definition != NULL && applying->definition->source.known_only &&
           approval_find(applying->store, record->value[RECORD_AUTHORITY], record->value[RECORD_NUMBER]) == 0;
}

static void apply_merged(
    struct applying *applying, const struct rows_of_number *gathered, struct arrival *arrival)
{
    if (is_passed_over(applying, &arrival->record)) {
        applying->passed_over++;
        return;
    }
    int64_t *further = further_makers(applying, gathered, &arrival->record, &arrival->further_count);
    arrival->gathered = true;
    arrival->further = further;
    digest_hex_of(arrival->line, strlen(arrival->line), arrival->content);
    apply_arrival(applying, arrival);
    free(further);
}

static void apply_gathered(struct applying *applying, const struct rows_of_number *gathered)
{
    /* The definition went after the poll was sealed: then the line alone tells which row counts. */
    static const struct feed_repeated by_line = {.latest_by = RECORD_FIELDS};
    struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    size_t base = merge_rows(applying->definition != NULL ? &applying->definition->repeated : &by_line,
        gathered->rows, gathered->count, &line);
    struct arrival arrival = {.line = text_string(&line),
        .payload = gathered->origins[base].payload,
        .row = gathered->origins[base].row};
    if (line.overflowed || record_read(arrival.line, line.length, &arrival.record) < 0) {
        reject(applying, arrival.payload, arrival.row, "its rows together are too long for one record",
            gathered->rows[base].record.value[RECORD_NUMBER]);
    } else {
        apply_merged(applying, gathered, &arrival);
        record_release(&arrival.record);
    }
    text_free(&line);
}

/* The first number of a register's tail may have rows before it: what is known of it is more. */
static bool may_be_cut(struct applying *applying, const struct rows_of_number *gathered, int64_t seq)
{
    const char *const *value = gathered->rows[0].record.value;
    return seq == 1 && applying->part && applying->definition != NULL &&
           applying->definition->pages.tail > 0 &&
           approval_find(applying->store, value[RECORD_AUTHORITY], value[RECORD_NUMBER]) != 0;
}

/* By its name, since SQLite without statistics would rather walk the whole poll in the order of its rows. */
static void apply_number(struct applying *applying, int64_t seq, const char *number)
{
    struct rows_of_number gathered = {0};
    struct query *q = query_bind(
        query(applying->store, "SELECT seq, payload, row, record FROM staged INDEXED BY staged_number "
                               "WHERE poll = ? AND number = ? ORDER BY seq"),
        "it", applying->poll, number);
    while (query_next(q)) {
        if (query_integer(q, 0) < seq)
            break; /* came with an earlier row */
        gather_row(applying, q, &gathered);
    }
    query_end(q);
    if (gathered.count > 0 && !may_be_cut(applying, &gathered, seq)) {
        count_doubles(applying, &gathered);
        apply_gathered(applying, &gathered);
    }
    for (size_t i = 0; i < gathered.count; i++) {
        record_release(&gathered.rows[i].record);
        free(gathered.origins[i].line);
    }
    free(gathered.rows);
    free(gathered.origins);
}

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void keep_counts(struct applying *applying)
{
    query_run(query_bind(query(applying->store, "UPDATE poll SET added = added + ?, changed = changed + ?, "
                                                "unknown = unknown + ?, doubles = doubles + ?, passed_over = "
                                                "passed_over + ?, strange = ? WHERE id = ?"),
        "iiiiiti", applying->added, applying->changed, applying->unknown, applying->doubles,
        applying->passed_over, applying->strange, applying->poll));
    query_run(query_bind(
        query(applying->store, "UPDATE feed_state SET newest_day = max(coalesce(newest_day, ?1), ?1) "
                               "WHERE name = ?2 AND ?1 IS NOT NULL"),
        "dt", applying->newest, applying->feed));
}

/* Applies staged rows after *cursor until the deadline; true when none is left. */
static bool apply_rows(struct applying *applying, int64_t *cursor, int64_t deadline_us)
{
    bool more = true;
    struct query *q =
        query_bind(query(applying->store, "SELECT seq, payload, row, record, number FROM staged "
                                          "WHERE poll = ? AND seq > ? ORDER BY seq"),
            "ii", applying->poll, *cursor);
    for (int rows = 0; (more = query_next(q));) {
        *cursor = query_integer(q, 0);
        if (query_is_null(q, 4))
            apply_record(applying, q);
        else
            apply_number(applying, *cursor, query_text(q, 4));
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
    if (!shown_catch_up(approvals, applying.poll, *cursor >= 0 ? *cursor : INT64_MAX, deadline_us))
        return false;
    open_feed(&applying);

    /* The cursor counts staged rows up from 0, then approvals looked at for absence down from -1. */
    if (*cursor >= 0) {
        bool all = apply_rows(&applying, cursor, deadline_us);
        approvals->shown.through = *cursor;
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
    turn_end(approvals, applying.poll);
    shown_forget(&approvals->shown);
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
