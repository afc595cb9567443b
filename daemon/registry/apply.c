#include "apply.h"

#include "seen.h"

#include "m13/log.h"
#include "m13/store.h"
#include "m13/work.h"

/* --- firms to decide again -------------------------------------------------------------------------------
 */

struct touched {
    struct store *store;
    struct local_seen firms;
};

static void touch(struct touched *touched, const char *uscc)
{
    if (*uscc == '\0')
        return;
    struct seen_slot *slot = local_seen_find(&touched->firms, local_seen_hash(0, uscc));
    if (slot->row != 0)
        return;
    slot->row = 1;
    work_add(touched->store, "decide", uscc, true);
}

/* A scope names its product only: the firm is the product's. When the product is not known yet, its own row
 * will touch the firm. */
static void touch_owner(struct touched *touched, const char *product_id)
{
    struct query *q =
        query_bind(query(touched->store, "SELECT uscc FROM local_record "
                                         "WHERE product_id = ? AND kind = 'products' AND seq_to IS NULL"),
            "t", product_id);
    while (query_next(q))
        touch(touched, query_text(q, 0));
    query_end(q);
}

static void touch_firms(struct touched *touched, const struct local_change *change)
{
    touch(touched, change->uscc);
    touch(touched, change->old_uscc);
    if (*change->uscc == '\0' && *change->product_id != '\0')
        touch_owner(touched, change->product_id);
}

/* --- versions --------------------------------------------------------------------------------------------
 */

static void close_version(
    struct store *store, const char *kind, const struct local_change *change, int64_t seq)
{
    query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? "
                                      "WHERE kind = ? AND key = ? AND version = ? AND seq_to IS NULL"),
        "itti", seq, kind, change->key, change->old_version));
    /* One import at a time, and nobody else writes here: what was staged against still holds. */
    if (store_changes(store) != 1)
        log_fatal(EXIT_INTERNAL, "local record %s %s: version %lld is not the current one", kind, change->key,
            (long long)change->old_version);
}

static void insert_version(
    struct store *store, const char *kind, const struct local_change *change, int64_t seq, int64_t file)
{
    query_run(
        query_bind(query(store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, "
                                "authority, number, assurance, withdrawn, fields, file, row) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
            "ttiitttttitii", kind, change->key, change->old_version + 1, seq, change->uscc,
            change->product_id, change->authority, change->number, change->assurance,
            (int64_t)change->withdrawn, change->fields, file, change->row));
}

void local_apply(struct store *store, const char *kind, struct local_spool *spool, int64_t seq, int64_t file)
{
    struct touched touched = {.store = store};
    struct local_change change;
    store_write(store);
    while (local_spool_next(spool, &change)) {
        if (change.old_version > 0)
            close_version(store, kind, &change, seq);
        insert_version(store, kind, &change, seq, file);
        touch_firms(&touched, &change);
    }
    local_seen_free(&touched.firms);
}

void local_apply_problems(struct store *store, const struct local_problems *problems, int64_t file)
{
    store_write(store);
    for (size_t i = 0; i < problems->count; i++)
        /* A decoder may report one cell twice: once is enough for its sender. */
        query_run(query_bind(query(store, "INSERT OR IGNORE INTO local_reject "
                                          "(file, row, field, reason, expected) VALUES (?, ?, ?, ?, ?)"),
            "iittt", file, problems->items[i].row, problems->items[i].field, problems->items[i].reason,
            problems->items[i].expected));
}
