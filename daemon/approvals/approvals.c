/* approvals.c - one poll at a time from evidence through the decoder. */
#include "internal.h"

#include "m13/evidence.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdlib.h>
#include <string.h>

struct approvals *approvals_new(
    struct loop *loop, struct store *store, const struct config *config, struct feeds *feeds)
{
    struct approvals *approvals = memory_get_zeroed(1, sizeof *approvals);
    *approvals = (struct approvals){.loop = loop, .store = store, .config = config, .feeds = feeds};
    return approvals;
}

void approvals_reload(struct approvals *approvals, const struct config *config)
{
    approvals->config = config;
    /* The poll in the decoder keeps its old definition's answer out of the new world: it is read again. */
    if (approvals->decoder && approvals->staging.poll) {
        approvals_decode(approvals, approvals->staging.poll);
        approvals->staging.poll = 0;
        decoder_kill(approvals->decoder);
    }
}

void approvals_register_work(struct approvals *approvals, struct work *work)
{
    work_register(work, &(struct work_kind){"apply", 10, apply_slice, approvals});
    work_register(work, &(struct work_kind){"sweep", 15, sweep_slice, approvals});
}

bool approvals_are_idle(const struct approvals *approvals)
{
    return !approvals->decoder && approvals->waiting_count == 0;
}

void approvals_free(struct approvals *approvals)
{
    if (!approvals)
        return;
    staging_end(approvals);
    free(approvals->waiting);
    free(approvals);
}

static void feed_page(struct approvals *approvals)
{
    struct staging *staging = &approvals->staging;
    if (staging->pages_fed >= staging->page_count)
        return;
    char sha256[DIGEST_HEX_BYTES] = "";
    struct query *q =
        query_bind(query(approvals->store, "SELECT sha256 FROM payload WHERE poll = ? AND page = ?"), "ii",
            staging->poll, staging->pages_fed);
    if (query_next(q))
        strncat(sha256, query_text(q, 0), sizeof sha256 - 1);
    query_end(q);
    struct failure failure = {0};
    int descriptor = evidence_open(approvals->store, sha256, &failure);
    if (descriptor < 0) {
        /* Evidence that is gone cannot be decoded: the turn fails by the missing end record. */
        log_error(
            "poll %lld page %lld: %s", (long long)staging->poll, (long long)staging->pages_fed, failure.text);
        decoder_kill(approvals->decoder);
        return;
    }
    decoder_feed(approvals->decoder, staging->pages_fed, descriptor);
    staging->pages_fed++;
    if (staging->pages_fed == staging->page_count)
        decoder_finish(approvals->decoder);
}

static bool on_item(const struct decoder_item *item, void *context)
{
    struct approvals *approvals = context;
    if (!approvals->staging.poll)
        return true; /* abandoned: the rest of the stream is of no use */
    bool more = staging_item(item, approvals);
    if (item->kind == DECODER_PAGE)
        feed_page(approvals);
    return more;
}

static void decode_next(struct approvals *approvals);

static void on_ended(const struct decoder_result *result, void *context)
{
    struct approvals *approvals = context;
    approvals->decoder = NULL;
    if (approvals->staging.poll)
        seal_poll(approvals, result);
    staging_end(approvals);
    decode_next(approvals);
}

static bool start_decoder(struct approvals *approvals, int64_t poll, const struct feed_definition *definition)
{
    struct failure failure = {0};
    struct decoder_events events = {on_item, on_ended, approvals};
    int r = decoder_start(approvals->loop, definition->file, &events, &approvals->decoder, &failure);
    if (r < 0) {
        approvals->decoder = NULL;
        seal_refuse(approvals, poll, FEED_DECODER_FAILED, failure.text);
        return false;
    }
    staging_begin(approvals, poll, definition);
    if (approvals->staging.page_count == 0)
        decoder_finish(approvals->decoder);
    /* One page ahead of the one that is read, so that the child never waits for us. */
    feed_page(approvals);
    feed_page(approvals);
    return true;
}

static void decode_next(struct approvals *approvals)
{
    while (!approvals->decoder && approvals->waiting_count > 0) {
        int64_t poll = approvals->waiting[0];
        approvals->waiting_count--;
        memmove(approvals->waiting, approvals->waiting + 1,
            approvals->waiting_count * sizeof *approvals->waiting);

        char feed[256] = "";
        struct query *q = query_bind(
            query(approvals->store, "SELECT feed FROM poll WHERE id = ? AND state IN ('fetched', 'staging')"),
            "i", poll);
        if (query_next(q))
            strncat(feed, query_text(q, 0), sizeof feed - 1);
        query_end(q);
        if (!*feed)
            continue;
        const struct feed_definition *definition = config_feed(approvals->config, feed);
        if (!definition) {
            seal_refuse(approvals, poll, FEED_DECODER_FAILED, "the feed's definition has been removed");
            continue;
        }
        start_decoder(approvals, poll, definition);
    }
}

void approvals_decode(struct approvals *approvals, int64_t poll)
{
    size_t at = approvals->waiting_count;
    while (at > 0 && approvals->waiting[at - 1] > poll)
        at--;
    if (at > 0 && approvals->waiting[at - 1] == poll)
        return;
    MEMORY_GROW(approvals->waiting, approvals->waiting_count, approvals->waiting_capacity);
    memmove(approvals->waiting + at + 1, approvals->waiting + at,
        (approvals->waiting_count - at) * sizeof *approvals->waiting);
    approvals->waiting[at] = poll;
    approvals->waiting_count++;
    decode_next(approvals);
}
