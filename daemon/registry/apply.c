/* apply.c - staged rows of a sealed file become versions; when all are in, what follows from them. The cursor
 * moves in the transaction of its rows: it counts applied rows up from 0, then those followed up from -1
 * down. */
#include "apply.h"

#include "documents.h"
#include "sweep.h"
#include "touch.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <stdio.h>

/* After approvals were applied (10), before documents are assessed (17), makers matched (30), firms decided
 * (40). */
enum { ORDER_APPLY = 16, ORDER_SWEEP = 18 };
/* Rows between two looks at the clock: a row costs some 20 us. */
enum { ROWS_A_LOOK = 16 };

struct applied_sheet {
    int64_t file, seq;
    const struct local_kind *kind;
    bool changed; /* it brings a new version at all */
};
struct applying {
    struct store *store;
    int64_t delivery;
    struct applied_sheet sheets[LIMIT_LOCAL_SHEETS];
    size_t sheet_count;
};

static void read_sheets(struct applying *applying)
{
    struct query *q =
        query_bind(query(applying->store, "SELECT id, seq, kind, added + changed + unlisted FROM local_file "
                                          "WHERE delivery = ? AND state = 'sealed' ORDER BY id"),
            "i", applying->delivery);
    while (applying->sheet_count < LIMIT_LOCAL_SHEETS && query_next(q)) {
        const struct local_kind *kind = local_kind(query_text(q, 2));
        if (kind == NULL)
            log_fatal(EXIT_INTERNAL, "local file %lld: this program knows no kind %s",
                (long long)query_integer(q, 0), query_text(q, 2));
        applying->sheets[applying->sheet_count++] =
            (struct applied_sheet){query_integer(q, 0), query_integer(q, 1), kind, query_integer(q, 3) > 0};
    }
    query_end(q);
}

static const struct applied_sheet *sheet_of(const struct applying *applying, int64_t file)
{
    for (size_t i = 0; i < applying->sheet_count; i++)
        if (applying->sheets[i].file == file)
            return &applying->sheets[i];
    log_fatal(EXIT_INTERNAL, "local file %lld: a staged row of no sealed sheet", (long long)file);
}

/* --- versions --------------------------------------------------------------------------------------------
 */

/* A staged row, while its query stands on it. */
enum {
    STAGED_N,
    STAGED_FILE,
    STAGED_ROW,
    STAGED_OLD_VERSION,
    STAGED_WITHDRAWN,
    STAGED_UNLISTED,
    STAGED_KEY,
    STAGED_USCC,
    STAGED_PRODUCT,
    STAGED_AUTHORITY,
    STAGED_NUMBER,
    STAGED_CASE,
    STAGED_DOCUMENT,
    STAGED_FIELDS,
};

/* The version that the new one follows. A document that has arrived since the row was staged may have made
 * one, so the number that the row was compared with is not enough. */
struct before {
    int64_t version; /* 0 = none */
    bool same;       /* it is this very row's: applied already */
    char assurance[16];
};

static struct before read_before(struct store *store, const char *kind, const char *key, int64_t seq)
{
    struct before before = {0};
    struct query *q = query_bind(query(store, "SELECT version, seq_from, assurance FROM local_record "
                                              "WHERE kind = ? AND key = ? ORDER BY version DESC LIMIT 1"),
        "tt", kind, key);
    if (query_next(q)) {
        before.version = query_integer(q, 0);
        before.same = query_integer(q, 1) == seq;
        snprintf(before.assurance, sizeof before.assurance, "%s", query_text(q, 2));
    }
    query_end(q);
    return before;
}

static void write_version(struct store *store, const struct applied_sheet *sheet, struct query *staged,
    int64_t version, const char *assurance)
{
    query_run(query_bind(
        query(store,
            "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, authority, number, "
            "case_id, assurance, withdrawn, unlisted, fields, file, row) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "ttiittttttiitii", sheet->kind->kind, query_text(staged, STAGED_KEY), version, sheet->seq,
        query_text(staged, STAGED_USCC), query_text(staged, STAGED_PRODUCT),
        query_text(staged, STAGED_AUTHORITY), query_text(staged, STAGED_NUMBER),
        query_text(staged, STAGED_CASE), assurance, query_integer(staged, STAGED_WITHDRAWN),
        query_integer(staged, STAGED_UNLISTED), query_text(staged, STAGED_FIELDS), sheet->file,
        query_integer(staged, STAGED_ROW)));
}

static void apply_row(struct store *store, const struct applied_sheet *sheet, struct query *staged)
{
    const char *kind = sheet->kind->kind, *key = query_text(staged, STAGED_KEY);
    const char *document = query_text(staged, STAGED_DOCUMENT);
    bool withdrawn = query_integer(staged, STAGED_WITHDRAWN) != 0;
    bool unlisted = query_integer(staged, STAGED_UNLISTED) != 0;
    struct before before = read_before(store, kind, key, sheet->seq);
    if (before.same)
        return;
    if (before.version > 0)
        query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? "
                                          "WHERE kind = ? AND key = ? AND version = ? AND seq_to IS NULL"),
            "itti", sheet->seq, kind, key, before.version));
    const char *assurance = sheet->kind->assurance;
    if (withdrawn || unlisted)
        assurance = before.assurance;
    else if (*document != '\0')
        assurance = local_document_assurance(store, query_text(staged, STAGED_USCC),
            query_text(staged, STAGED_PRODUCT), query_text(staged, STAGED_CASE), document, assurance);
    write_version(store, sheet, staged, before.version + 1, assurance);
    /* What a list does not name still speaks of its documents; a new record without any has none to forget.
     */
    if (!unlisted && (*document != '\0' || before.version > 0))
        local_document_note_use(store, kind, key, withdrawn ? "" : document);
}

/* True when none is left. */
static bool apply_rows(struct applying *applying, int64_t *cursor, int64_t deadline_us)
{
    bool more;
    int rows = 0;
    struct query *q = query_bind(
        query(applying->store,
            "SELECT n, file, row, old_version, withdrawn, unlisted, key, uscc, product_id, authority, "
            "number, case_id, document, fields FROM local_staged WHERE delivery = ? AND n > ? ORDER BY n"),
        "ii", applying->delivery, *cursor);
    while ((more = query_next(q))) {
        *cursor = query_integer(q, STAGED_N);
        apply_row(applying->store, sheet_of(applying, query_integer(q, STAGED_FILE)), q);
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    return !more;
}

/* --- what follows ----------------------------------------------------------------------------------------
 */

/* Rows that are followed up go: nobody needs them any more. */
static void forget_rows(const struct applying *applying, int64_t last)
{
    query_run(query_bind(query(applying->store, "DELETE FROM local_staged WHERE delivery = ? AND n <= ?"),
        "ii", applying->delivery, last));
}

static bool follow_up(
    struct applying *applying, struct local_seen *touched, int64_t *cursor, int64_t deadline_us)
{
    bool more;
    int rows = 0;
    int64_t last = -1 - *cursor;
    struct query *q =
        query_bind(query(applying->store, "SELECT n, file, withdrawn, key, uscc, old_uscc, product_id, "
                                          "authority, number, case_id, document, "
                                          "fields "
                                          "FROM local_staged WHERE delivery = ? AND n > ? ORDER BY n"),
            "ii", applying->delivery, last);
    while ((more = query_next(q))) {
        last = query_integer(q, 0);
        const struct applied_sheet *sheet = sheet_of(applying, query_integer(q, 1));
        local_touch(applying->store, touched,
            &(struct local_touch){
                .kind = sheet->kind,
                .seq = sheet->seq,
                .withdrawn = query_integer(q, 2) != 0,
                .key = query_text(q, 3),
                .uscc = query_text(q, 4),
                .old_uscc = query_text(q, 5),
                .product_id = query_text(q, 6),
                .authority = query_text(q, 7),
                .number = query_text(q, 8),
                .case_id = query_text(q, 9),
                .document = query_text(q, 10),
                .fields = query_text(q, 11),
            });
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    forget_rows(applying, last);
    *cursor = -1 - last;
    return !more;
}

/* Kinds that concern more than the firms that their rows name. */
static void add_wider_work(const struct applying *applying)
{
    static const struct {
        const char *kind, *work;
    } wider[] = {{"firms", "rematch"}, {"entities", "rematch"}, {"fx", "decide-rates"}};
    for (size_t i = 0; i < applying->sheet_count; i++)
        for (size_t k = 0; k < sizeof wider / sizeof wider[0]; k++)
            if (applying->sheets[i].changed && string_equal(applying->sheets[i].kind->kind, wider[k].kind))
                work_add(applying->store, wider[k].work, "all", true);
}

static void tell_of_end(void *context)
{
    struct local_apply *apply = context;
    if (apply->all_applied != NULL)
        apply->all_applied(apply->context);
}

static void finish(struct local_apply *apply, const struct applying *applying)
{
    query_run(
        query_bind(query(apply->store,
                       "UPDATE local_file SET state = 'applied' WHERE delivery = ? AND state = 'sealed'"),
            "i", applying->delivery));
    add_wider_work(applying);
    local_seen_free(&apply->touched);
    store_after_commit(apply->store, tell_of_end, apply);
}

static bool apply_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct local_apply *apply = context;
    struct applying applying = {.store = apply->store};
    (void)string_to_integer(key, 0, INT64_MAX, &applying.delivery);
    read_sheets(&applying);
    if (applying.sheet_count == 0)
        return true; /* applied already */
    if (*cursor >= 0) {
        if (apply_rows(&applying, cursor, deadline_us))
            *cursor = -1;
        return false;
    }
    if (!follow_up(&applying, &apply->touched, cursor, deadline_us))
        return false;
    finish(apply, &applying);
    return true;
}

void local_apply_register(struct local_apply *apply, struct work *work)
{
    work_register(work, &(struct work_kind){"apply-local", ORDER_APPLY, apply_slice, apply});
    work_register(work, &(struct work_kind){"sweep-local", ORDER_SWEEP, local_sweep_slice, apply->store});
    local_sweep_leftovers(apply->store);
}

bool local_apply_pending(struct store *store)
{
    return store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM work WHERE kind = 'apply-local')", "") != 0;
}

void local_apply_free(struct local_apply *apply)
{
    local_seen_free(&apply->touched);
}
