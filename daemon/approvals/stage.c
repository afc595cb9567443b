/* stage.c - what the decoder says goes into `staged`, where nobody reads it yet. */
#include "internal.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool staging_has_leftovers(struct store *store, int64_t poll)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM staged WHERE poll = ?1) "
               "OR EXISTS (SELECT 1 FROM work WHERE kind = 'sweep' AND key = CAST(?1 AS TEXT))",
               "i", poll) != 0;
}

void staging_sweep_interrupted(struct store *store)
{
    int64_t poll;
    while ((poll = store_value(store, 0,
                "SELECT id FROM poll WHERE state IN ('fetching', 'failed') "
                "AND EXISTS (SELECT 1 FROM staged WHERE staged.poll = poll.id) "
                "AND NOT EXISTS (SELECT 1 FROM work WHERE kind = 'sweep' AND key = CAST(poll.id AS TEXT)) "
                "LIMIT 1",
                "")) != 0) {
        store_write(store);
        add_poll_work(store, "sweep", poll);
    }
}

static void enter_staging(struct approvals *approvals)
{
    struct staging *staging = &approvals->staging;
    staging->ahead = false;
    query_run(query_bind(
        query(approvals->store, "UPDATE poll SET state = 'staging', definition_hash = ? WHERE id = ?"), "ti",
        staging->definition->hash, staging->poll));
}

static int64_t count_pages(struct store *store, int64_t poll)
{
    return store_value(store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", poll);
}

void staging_is_whole(struct approvals *approvals)
{
    store_write(approvals->store);
    approvals->staging.page_count = count_pages(approvals->store, approvals->staging.poll);
    enter_staging(approvals);
}

void staging_begin(
    struct approvals *approvals, int64_t poll, const struct feed_definition *definition, bool ahead)
{
    struct store *store = approvals->store;
    approvals->staging = (struct staging){
        .poll = poll,
        .definition = definition,
        .ahead = ahead,
        .page_count = count_pages(store, poll),
        .page = -1,
        .least_total = -1,
        .last_total = -1,
        .digest = digest_begin(),
    };
    store_write(store);
    query_run(query_bind(query(store, "DELETE FROM reject WHERE poll = ?"), "i", poll));
    if (!ahead)
        enter_staging(approvals);
}

void staging_end(struct approvals *approvals)
{
    digest_abandon(approvals->staging.digest);
    free(approvals->staging.shape);
    approvals->staging = (struct staging){0};
}

/* --- items -----------------------------------------------------------------------------------------------
 */

static void take_page(struct staging *staging, const struct decoder_item *item)
{
    if (item->total >= 0) {
        staging->total_shrank |= staging->last_total >= 0 && item->total < staging->last_total;
        if (staging->least_total < 0 || item->total < staging->least_total)
            staging->least_total = item->total;
        staging->last_total = item->total;
    }
    if (*item->as_of != '\0') {
        staging->as_of[0] = '\0';
        strncat(staging->as_of, item->as_of, sizeof staging->as_of - 1);
    }
}

static void enter_page(struct approvals *approvals, int64_t page)
{
    struct staging *staging = &approvals->staging;
    if (staging->page == page)
        return;
    staging->page = page;
    staging->payload = store_value(
        approvals->store, 0, "SELECT id FROM payload WHERE poll = ? AND page = ?", "ii", staging->poll, page);
}

/* The decoder read what a stranger wrote: it may have been made to say anything. What it says must be a
 * record, and of this register: no other's approvals can be changed through it. */
static bool read_record(
    const struct feed_definition *definition, const struct decoder_item *item, struct record *ret_record)
{
    if (record_read(item->text, item->length, ret_record) < 0)
        return false;
    if (string_equal(ret_record->value[RECORD_AUTHORITY], definition->authority) &&
        *ret_record->value[RECORD_NUMBER] != '\0')
        return true;
    record_release(ret_record);
    return false;
}

static bool is_repeated(const struct feed_definition *definition)
{
    const struct feed_repeated *repeated = &definition->repeated;
    return repeated->latest_by < RECORD_FIELDS || repeated->earliest_count > 0 || repeated->joined_count > 0;
}

static void take_record(struct approvals *approvals, const struct decoder_item *item)
{
    struct staging *staging = &approvals->staging;
    struct record record;
    if (!read_record(staging->definition, item, &record)) {
        fail(&staging->fault, -EBADMSG, "the decoder gave no record of %s in row %lld of page %lld",
            staging->definition->authority, (long long)item->row, (long long)item->page);
        decoder_kill(approvals->decoder);
        return;
    }
    staging->seq++;
    digest_add(staging->digest, item->text, item->length);
    digest_add(staging->digest, "\n", 1);
    query_run(
        query_bind(query(approvals->store, "INSERT INTO staged (poll, seq, payload, row, number, record) "
                                           "VALUES (?, ?, ?, ?, ?, ?)"),
            "iiiitt", staging->poll, staging->seq, staging->payload, item->row,
            is_repeated(staging->definition) ? record.value[RECORD_NUMBER] : NULL, item->text));
    record_release(&record);
}

static void take_reject(struct approvals *approvals, const struct decoder_item *item)
{
    struct staging *staging = &approvals->staging;
    if (staging->rejects_kept >= LIMIT_REJECTS_KEPT)
        return;
    staging->rejects_kept++;
    /* Of a row that cannot be read as a whole nobody knows which of its bytes are a person's name: they stay
     * in the evidence. */
    const char *excerpt = *item->field ? item->excerpt : "";
    query_run(query_bind(
        query(approvals->store, "INSERT OR IGNORE INTO reject (poll, payload, row, field, reason, excerpt) "
                                "VALUES (?, ?, ?, ?, ?, ?)"),
        "iiittt", staging->poll, staging->payload, item->row, item->field, item->reason, excerpt));
}

bool staging_item(const struct decoder_item *item, void *context)
{
    struct approvals *approvals = context;
    store_write(approvals->store);
    if (item->kind == DECODER_PAGE) {
        take_page(&approvals->staging, item);
        return true;
    }
    if (item->kind == DECODER_SHAPE) {
        free(approvals->staging.shape);
        approvals->staging.shape = memory_copy_string(item->text);
        return true;
    }
    enter_page(approvals, item->page);
    if (item->kind == DECODER_RECORD)
        take_record(approvals, item);
    else if (item->kind == DECODER_REJECT)
        take_reject(approvals, item);
    return true;
}
