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
    staging_sweep_interrupted(store);
    known_feeds_follow(store, config);
    return approvals;
}

void approvals_register_work(struct approvals *approvals, struct work *work)
{
    work_register(work, &(struct work_kind){"apply", 10, apply_slice, approvals});
    work_register(work, &(struct work_kind){"merge", 12, merge_slice, approvals});
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
    shown_forget(&approvals->shown);
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

static void finish_if_fed(struct approvals *approvals)
{
    const struct staging *staging = &approvals->staging;
    if (!staging->ahead && staging->pages_fed == staging->page_count)
        decoder_finish(approvals->decoder);
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
    staging->pages_fed++;
    finish_if_fed(approvals);
}

/* One page ahead of the one that is read, so that the child never waits for us; no more, for each is an open
 * descriptor. */
static void feed_pages_behind(struct approvals *approvals)
{
    const struct staging *staging = &approvals->staging;
    while (staging->fault.code == 0 && staging->pages_fed < staging->page_count &&
           staging->pages_fed <= staging->page_begun + 1)
        feed_page(approvals, staging->pages_fed);
}

static bool on_item(const struct decoder_item *item, void *context)
{
    struct approvals *approvals = context;
    if (approvals->staging.poll == 0)
        return true; /* read in vain */
    bool more = staging_item(item, approvals);
    if (item->kind == DECODER_PAGE) {
        approvals->staging.page_begun = item->page;
        feed_pages_behind(approvals);
    }
    return more;
}

static void sweep_ahead(struct approvals *approvals)
{
    store_write(approvals->store);
    if (staging_has_leftovers(approvals->store, approvals->staging.poll))
        add_poll_work(approvals->store, "sweep", approvals->staging.poll);
}

static void on_ended(const struct decoder_result *result, void *context)
{
    struct approvals *approvals = context;
    approvals->decoder = NULL;
    /* What ended while pages were still to come has failed: it will be read, and fail, as a whole. */
    if (approvals->staging.ahead)
        sweep_ahead(approvals);
    else if (approvals->staging.poll != 0)
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

static int start_decoder(struct approvals *approvals, int64_t poll, const struct feed_definition *definition,
    bool ahead, struct failure *ret_failure)
{
    struct decoder_events events = {on_item, on_ended, approvals};
    int r = check_definition(definition, ret_failure);
    if (r == 0)
        r = decoder_start(approvals->loop, definition->file, &events, &approvals->decoder, ret_failure);
    if (r < 0) {
        approvals->decoder = NULL;
        return r;
    }
    staging_begin(approvals, poll, definition, ahead);
    if (approvals->staging.page_count == 0) /* the register said that there are no rows */
        finish_if_fed(approvals);
    feed_pages_behind(approvals);
    return 0;
}

/* The feed of a poll that is still to be read, or still being fetched; false when it is not. */
static bool find_feed(struct store *store, int64_t poll, bool ahead, char ret_feed[256])
{
    struct query *q =
        query_bind(query(store, "SELECT feed FROM poll WHERE id = ?1 AND (state = 'fetching') = ?2 "
                                "AND state IN ('fetching', 'fetched', 'staging')"),
            "ii", poll, (int64_t)ahead);
    bool found = query_next(q);
    if (found)
        snprintf(ret_feed, 256, "%s", query_text(q, 0));
    query_end(q);
    return found;
}

static void decode(struct approvals *approvals, int64_t poll, const char *feed)
{
    const struct feed_definition *definition = config_feed(approvals->config, feed);
    struct failure failure = {0};
    int r = definition != NULL ? start_decoder(approvals, poll, definition, false, &failure)
                               : fail(&failure, -ENOENT, "the feed's definition has been removed");
    if (r < 0)
        seal_refuse(approvals, poll, FEED_DECODER_FAILED, failure.text);
}

void decode_next(struct approvals *approvals)
{
    while (approvals->decoder == NULL && approvals->waiting_count > 0) {
        char feed[256];
        int64_t poll = approvals->waiting[0];
        bool unread = find_feed(approvals->store, poll, false, feed);
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

void decode_after_sweep(void *context)
{
    decode_next(context);
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

/* --- reading ahead ---------------------------------------------------------------------------------------
 *
 * The first load of a register is fetched for minutes: its pages are read while later ones come. The rows lie
 * staged, and whatever ends this early only costs that they are swept and read once more. */

/* From its first page on, and only while nobody waits: an interrupted chain may take days to go on. */
static void begin_ahead(struct approvals *approvals, int64_t poll)
{
    char feed[256];
    struct failure failure = {0};
    if (approvals->decoder != NULL || approvals->waiting_count > 0 ||
        !find_feed(approvals->store, poll, true, feed) || staging_has_leftovers(approvals->store, poll) ||
        store_value(approvals->store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", poll) != 1)
        return;
    const struct feed_definition *definition = config_feed(approvals->config, feed);
    if (definition != NULL) /* what stands against it now is told when the poll is whole */
        (void)start_decoder(approvals, poll, definition, true, &failure);
}

void approvals_page(struct approvals *approvals, int64_t poll)
{
    struct staging *staging = &approvals->staging;
    if (staging->poll != poll) {
        begin_ahead(approvals, poll);
    } else if (staging->ahead) {
        staging->page_count++;
        feed_pages_behind(approvals);
    }
}

static void give_up_ahead(struct approvals *approvals)
{
    struct staging *staging = &approvals->staging;
    if (!staging->ahead)
        return;
    sweep_ahead(approvals);
    staging->ahead = false;
    staging->poll = 0;
    decoder_kill(approvals->decoder);
}

void approvals_broken_off(struct approvals *approvals, int64_t poll)
{
    if (approvals->staging.poll == poll)
        give_up_ahead(approvals);
}

void approvals_decode(struct approvals *approvals, int64_t poll)
{
    struct staging *staging = &approvals->staging;
    if (staging->poll == poll && staging->ahead) {
        staging_is_whole(approvals);
        if (staging->pages_fed == staging->page_count)
            decoder_finish(approvals->decoder);
        else
            feed_pages_behind(approvals);
        return;
    }
    give_up_ahead(approvals);
    wait_in_order(approvals, poll);
    decode_next(approvals);
}

void approvals_reload(struct approvals *approvals, const struct config *config)
{
    struct staging *staging = &approvals->staging;
    approvals->config = config;
    known_feeds_follow(approvals->store, config);
    if (staging->poll == 0)
        return;
    const struct feed_definition *fresh = config_feed(config, staging->definition->name);
    if (fresh != NULL && string_equal(fresh->hash, staging->definition->hash)) {
        staging->definition = fresh;
        return;
    }
    /* What it has read so far was read by a definition that is no longer in force. */
    if (staging->ahead) {
        give_up_ahead(approvals);
        return;
    }
    wait_in_order(approvals, staging->poll);
    staging->poll = 0;
    decoder_kill(approvals->decoder);
}
