/* approvals.c - one poll at a time from evidence through the decoder. */
#include "internal.h"

#include "m13/evidence.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct approvals *approvals_new(
    struct loop *loop, struct store *store, const struct config *config, struct feeds *feeds)
{
    struct approvals *approvals = memory_get_zeroed(1, sizeof *approvals);
    *approvals = (struct approvals){.loop = loop, .store = store, .config = config, .feeds = feeds};
    return approvals;
}

void approvals_register_work(struct approvals *approvals, struct work *work)
{
    work_register(work, &(struct work_kind){"apply", 10, apply_slice, approvals});
    work_register(work, &(struct work_kind){"sweep", 15, sweep_slice, approvals});
}

void add_poll_work(struct store *store, const char *kind, int64_t poll)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)poll);
    work_add(store, kind, key, false);
}

int64_t poll_of_key(const char *key)
{
    int64_t poll;
    if (string_to_integer(key, 1, INT64_MAX, &poll) < 0)
        log_fatal(EXIT_INTERNAL, "work list: %s is no poll", key);
    return poll;
}

bool approvals_are_idle(const struct approvals *approvals)
{
    return approvals->decoder == NULL && approvals->waiting_count == 0;
}

void approvals_free(struct approvals *approvals)
{
    if (approvals == NULL)
        return;
    staging_end(approvals);
    free(approvals->waiting);
    free(approvals);
}

/* --- what the decoder is given ---------------------------------------------------------------------------
 */

static int open_page(struct approvals *approvals, int64_t page, struct failure *ret_failure)
{
    char sha256[DIGEST_HEX_BYTES];
    struct query *q =
        query_bind(query(approvals->store, "SELECT sha256 FROM payload WHERE poll = ? AND page = ?"), "ii",
            approvals->staging.poll, page);
    snprintf(sha256, sizeof sha256, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    return evidence_open(approvals->store, sha256, ret_failure);
}

static void feed_page(struct approvals *approvals, int64_t page)
{
    struct staging *staging = &approvals->staging;
    int descriptor = open_page(approvals, page, &staging->fault);
    if (descriptor < 0) {
        fail_in(&staging->fault, "page %lld", (long long)page);
        decoder_kill(approvals->decoder);
        return;
    }
    decoder_feed(approvals->decoder, page, descriptor);
    if (++staging->pages_fed == staging->page_count)
        decoder_finish(approvals->decoder);
}

/* One page ahead of the one that is read, so that the child never waits for us; no more, for each is an open
 * descriptor. */
static void feed_pages_behind(struct approvals *approvals, int64_t page)
{
    const struct staging *staging = &approvals->staging;
    while (staging->fault.code == 0 && staging->pages_fed < staging->page_count &&
           staging->pages_fed <= page + 1)
        feed_page(approvals, staging->pages_fed);
}

static bool on_item(const struct decoder_item *item, void *context)
{
    struct approvals *approvals = context;
    if (approvals->staging.poll == 0)
        return true; /* read in vain */
    bool more = staging_item(item, approvals);
    if (item->kind == DECODER_PAGE)
        feed_pages_behind(approvals, item->page);
    return more;
}

static void on_ended(const struct decoder_result *result, void *context)
{
    struct approvals *approvals = context;
    approvals->decoder = NULL;
    if (approvals->staging.poll != 0)
        seal_poll(approvals, result);
    staging_end(approvals);
    decode_next(approvals);
}

/* --- whose turn it is ------------------------------------------------------------------------------------
 */

/* The child reads the file itself: what is sealed under a definition's hash must have been read by that very
 * text, so one that was edited since it was loaded is not used. */
static int check_definition(const struct feed_definition *definition, struct failure *ret_failure)
{
    char bytes[4096], hash[DIGEST_HEX_BYTES];
    uint8_t digest[DIGEST_BYTES];
    FILE *file = fopen(definition->file, "re");
    if (file == NULL)
        return fail(ret_failure, -errno, "%s cannot be read: %s", definition->file, strerror(errno));
    struct digest_stream *stream = digest_begin();
    for (size_t length; (length = fread(bytes, 1, sizeof bytes, file)) > 0;)
        digest_add(stream, bytes, length);
    digest_end(stream, digest);
    fclose(file);
    if (string_equal(digest_hex(digest, hash), definition->hash))
        return 0;
    return fail(ret_failure, -ESTALE, "%s was edited after it was loaded: reload m13d", definition->file);
}

static void start_decoder(struct approvals *approvals, int64_t poll, const struct feed_definition *definition)
{
    struct failure failure = {0};
    struct decoder_events events = {on_item, on_ended, approvals};
    int r = check_definition(definition, &failure);
    if (r == 0)
        r = decoder_start(approvals->loop, definition->file, &events, &approvals->decoder, &failure);
    if (r < 0) {
        approvals->decoder = NULL;
        seal_refuse(approvals, poll, FEED_DECODER_FAILED, failure.text);
        return;
    }
    staging_begin(approvals, poll, definition);
    if (approvals->staging.page_count == 0) /* the register said that there are no rows */
        decoder_finish(approvals->decoder);
    feed_pages_behind(approvals, 0);
}

/* The feed of a poll that is still to be read; false when it is not. */
static bool find_feed(struct store *store, int64_t poll, char ret_feed[256])
{
    struct query *q = query_bind(
        query(store, "SELECT feed FROM poll WHERE id = ? AND state IN ('fetched', 'staging')"), "i", poll);
    bool found = query_next(q);
    if (found)
        snprintf(ret_feed, 256, "%s", query_text(q, 0));
    query_end(q);
    return found;
}

static void decode(struct approvals *approvals, int64_t poll, const char *feed)
{
    const struct feed_definition *definition = config_feed(approvals->config, feed);
    if (definition != NULL)
        start_decoder(approvals, poll, definition);
    else
        seal_refuse(approvals, poll, FEED_DECODER_FAILED, "the feed's definition has been removed");
}

void decode_next(struct approvals *approvals)
{
    while (approvals->decoder == NULL && approvals->waiting_count > 0) {
        char feed[256];
        int64_t poll = approvals->waiting[0];
        bool unread = find_feed(approvals->store, poll, feed);
        /* A kill or a reload in mid-staging left rows behind: a poll is staged from nothing, so that each row
         * is there once. The end of the sweep comes back here. */
        if (unread && staging_has_leftovers(approvals->store, poll)) {
            add_poll_work(approvals->store, "sweep", poll);
            return;
        }
        approvals->waiting_count--;
        memmove(approvals->waiting, approvals->waiting + 1,
            approvals->waiting_count * sizeof *approvals->waiting);
        if (unread)
            decode(approvals, poll, feed);
    }
}

static void wait_in_order(struct approvals *approvals, int64_t poll)
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
}

void approvals_decode(struct approvals *approvals, int64_t poll)
{
    wait_in_order(approvals, poll);
    decode_next(approvals);
}

void approvals_reload(struct approvals *approvals, const struct config *config)
{
    struct staging *staging = &approvals->staging;
    approvals->config = config;
    if (staging->poll == 0)
        return;
    const struct feed_definition *fresh = config_feed(config, staging->definition->name);
    if (fresh != NULL && string_equal(fresh->hash, staging->definition->hash)) {
        staging->definition = fresh;
        return;
    }
    /* What it has read so far was read by a definition that is no longer in force. */
    wait_in_order(approvals, staging->poll);
    staging->poll = 0;
    decoder_kill(approvals->decoder);
}
