/* by_hand.c - payloads that a person fetched, of a register that this network cannot reach.
 *
 * They become evidence as any other bytes do, in slices, and then a poll of kind manual; whoever handed them
 * over stands in the journal. */
#include "answer.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES (256 * 1024)
/* Enough to tell one kind of file from another. */
#define START_BYTES 512

struct kept_file {
    char *name;
    int descriptor; /* -1 = closed */
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes;
};

struct hand_over {
    struct hand_over *next;
    struct feeds *feeds;
    struct feed_by_hand plan; /* its pointers to `context` alone are still good */
    char *feed, *actor;
    struct kept_file *files;
    size_t count, at; /* the file that is being read */
    struct evidence_writer *evidence;
    struct loop_timer *timer;
    int64_t poll; /* 0 = still being read */
};

static void hand_over_free(struct hand_over *hand_over)
{
    for (size_t i = 0; i < hand_over->count; i++) {
        if (hand_over->files[i].descriptor >= 0)
            close(hand_over->files[i].descriptor);
        free(hand_over->files[i].name);
    }
    if (hand_over->poll == 0)
        loop_flight_end(hand_over->feeds->loop);
    evidence_abandon(hand_over->evidence);
    loop_timer_free(hand_over->timer);
    free(hand_over->files);
    free(hand_over->feed);
    free(hand_over->actor);
    free(hand_over);
}

static void take_out(struct hand_over *hand_over)
{
    struct hand_over **place = &hand_over->feeds->by_hand;
    while (*place != hand_over)
        place = &(*place)->next;
    *place = hand_over->next;
}

void by_hand_drop(struct feeds *feeds)
{
    while (feeds->by_hand != NULL) {
        struct hand_over *next = feeds->by_hand->next;
        hand_over_free(feeds->by_hand);
        feeds->by_hand = next;
    }
}

bool by_hand_is_reading(const struct feeds *feeds)
{
    const struct hand_over *hand_over = feeds->by_hand;
    while (hand_over != NULL && hand_over->poll != 0)
        hand_over = hand_over->next;
    return hand_over != NULL;
}

static void end(struct hand_over *hand_over, enum feed_outcome outcome, const char *detail)
{
    struct feed_by_hand plan = hand_over->plan;
    int64_t poll = hand_over->poll;
    take_out(hand_over);
    hand_over_free(hand_over);
    if (plan.ended != NULL)
        plan.ended(poll, outcome, detail, plan.context);
}

void by_hand_ended(struct feeds *feeds, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    struct hand_over *hand_over = feeds->by_hand;
    while (hand_over != NULL && hand_over->poll != poll)
        hand_over = hand_over->next;
    if (hand_over != NULL)
        end(hand_over, outcome, detail);
}

/* --- what is plausible ------------------------------------------------------------------------------------
 */

static int check_start(
    const struct feed_definition *definition, const struct kept_file *file, struct failure *ret_failure)
{
    char bytes[START_BYTES];
    struct text start = TEXT_WITH_CEILING(START_BYTES);
    struct setback setback = SETBACK_EMPTY;
    int r = 0;
    ssize_t length = pread(file->descriptor, bytes, sizeof bytes, 0);
    text_append(&start, bytes, length > 0 ? (size_t)length : 0);
    if (length < 0)
        r = fail(ret_failure, -errno, "%s cannot be read: %s", file->name, strerror(errno));
    else if (!answer_begins_well(definition, &start, &setback))
        r = fail(ret_failure, -EBADMSG, "%s: %s", file->name, text_string(&setback.what));
    text_free(&start);
    text_free(&setback.what);
    return r;
}

static int check_file(
    const struct feed_definition *definition, const struct kept_file *file, struct failure *ret_failure)
{
    struct stat about;
    if (file->descriptor < 0 || fstat(file->descriptor, &about) < 0 || !S_ISREG(about.st_mode))
        return fail(ret_failure, -EINVAL, "%s is no regular file", file->name);
    if (about.st_size == 0)
        return fail(ret_failure, -EINVAL, "%s is empty", file->name);
    if (about.st_size > definition->maximum_bytes)
        return fail(ret_failure, -EFBIG, "%s has %lld bytes; maximum-bytes of feed %s allows %lld",
            file->name, (long long)about.st_size, definition->name, (long long)definition->maximum_bytes);
    return check_start(definition, file, ret_failure);
}

/* Facts of yesterday must not be put over those of today. Values of a list each have a time of their own. */
static int check_time(struct feeds *feeds, const struct feed_definition *definition, int64_t fetched_at,
    struct failure *ret_failure)
{
    char known[CLOCK_STRING_BYTES], given[CLOCK_STRING_BYTES];
    clock_format(fetched_at, given);
    if (fetched_at > clock_wall())
        return fail(ret_failure, -EINVAL, "%s lies in the future", given);
    int64_t newest = store_value(feeds->store, 0,
        "SELECT max(y.fetched_at) FROM poll p JOIN payload y ON y.poll = p.id "
        "WHERE p.feed = ? AND p.state IN ('fetched', 'staging', 'sealed', 'applied')",
        "t", definition->name);
    if (definition->each.feed != NULL || fetched_at >= newest)
        return 0;
    return fail(ret_failure, -EINVAL,
        "feed %s knows the register as of %s: what was fetched at %s is older and would put old facts over "
        "new ones",
        definition->name, clock_format(newest, known), given);
}

static int check(struct hand_over *hand_over, struct failure *ret_failure)
{
    const struct feed_definition *definition = config_feed(hand_over->feeds->config, hand_over->feed);
    if (definition == NULL)
        return fail(
            ret_failure, -ENOENT, "there is no feed named %s: `m13ctl feeds` lists them", hand_over->feed);
    if (hand_over->count == 0 || hand_over->count > LIMIT_BY_HAND_FILES)
        return fail(ret_failure, -EINVAL, "1 to %d files can be taken at once", LIMIT_BY_HAND_FILES);
    int r = check_time(hand_over->feeds, definition, hand_over->plan.fetched_at, ret_failure);
    for (size_t i = 0; r == 0 && i < hand_over->count; i++)
        r = check_file(definition, &hand_over->files[i], ret_failure);
    return r;
}

/* --- a poll of them ---------------------------------------------------------------------------------------
 */

static void write_payload(const struct hand_over *hand_over, int64_t poll, size_t page)
{
    const struct kept_file *file = &hand_over->files[page];
    struct text url = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    text_append_format(&url, "file:%s", file->name);
    query_run(query_bind(query(hand_over->feeds->store,
                             "INSERT INTO payload (poll, page, url, fetched_at, status, sha256, bytes) "
                             "VALUES (?, ?, ?, ?, 0, ?, ?)"),
        "iititi", poll, (int64_t)page, text_string(&url), hand_over->plan.fetched_at, file->sha256,
        file->bytes));
    text_free(&url);
}

static void write_journal(const struct hand_over *hand_over, int64_t poll)
{
    char fetched[CLOCK_STRING_BYTES];
    struct text body = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    text_append_format(&body, "{\"poll\":%lld,\"fetched_at\":\"%s\",\"payloads\":[", (long long)poll,
        clock_format(hand_over->plan.fetched_at, fetched));
    for (size_t i = 0; i < hand_over->count; i++)
        text_append_format(&body, "%s\"%s\"", i > 0 ? "," : "", hand_over->files[i].sha256);
    text_append_string(&body, "]}");
    journal_append(hand_over->feeds->store, hand_over->actor, "ingest", hand_over->feed, text_string(&body));
    text_free(&body);
}

/* All files are evidence. */
static void hand_on(struct hand_over *hand_over)
{
    struct feeds *feeds = hand_over->feeds;
    struct store *store = feeds->store;
    const struct feed_definition *definition = config_feed(feeds->config, hand_over->feed);
    store_write(store);
    query_run(
        query_bind(query(store, "INSERT INTO poll (feed, kind, state, started_at, pages, definition_hash) "
                                "VALUES (?, 'manual', 'fetched', ?, ?, ?)"),
            "tiit", hand_over->feed, clock_wall(), (int64_t)hand_over->count,
            definition != NULL ? definition->hash : ""));
    int64_t poll = store_last_id(store);
    for (size_t i = 0; i < hand_over->count; i++)
        write_payload(hand_over, poll, i);
    write_journal(hand_over, poll);
    hand_over->poll = poll;
    loop_flight_end(feeds->loop);
    store_commit(store);
    feeds->events.fetched(poll, feeds->events.context);
}

/* --- reading ----------------------------------------------------------------------------------------------
 */

static int keep_file(struct hand_over *hand_over, struct failure *ret_failure)
{
    struct kept_file *file = &hand_over->files[hand_over->at++];
    struct evidence_writer *evidence = hand_over->evidence;
    hand_over->evidence = NULL;
    close(file->descriptor);
    file->descriptor = -1;
    return evidence_keep(evidence, file->sha256, &file->bytes, ret_failure);
}

/* One block of the file at hand: 0, or why it cannot be had. */
static int read_block(struct hand_over *hand_over, struct failure *ret_failure)
{
    static char block[BLOCK_BYTES];
    const struct kept_file *file = &hand_over->files[hand_over->at];
    store_write(hand_over->feeds->store);
    if (hand_over->evidence == NULL) {
        int r = evidence_begin(hand_over->feeds->store, &hand_over->evidence, ret_failure);
        if (r < 0)
            return r;
    }
    ssize_t length = read(file->descriptor, block, sizeof block);
    if (length < 0)
        return errno == EINTR
                   ? 0
                   : fail(ret_failure, -errno, "%s cannot be read: %s", file->name, strerror(errno));
    if (length == 0)
        return keep_file(hand_over, ret_failure);
    return evidence_add(hand_over->evidence, block, (size_t)length, ret_failure);
}

static void on_slice(void *context)
{
    struct hand_over *hand_over = context;
    struct failure failure = {0};
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    int r = 0;
    while (r == 0 && hand_over->at < hand_over->count && clock_monotonic_us() < deadline)
        r = read_block(hand_over, &failure);
    if (r < 0)
        end(hand_over, FEED_INCOMPLETE, failure.text);
    else if (hand_over->at < hand_over->count)
        loop_timer_set_in(hand_over->timer, 0);
    else
        hand_on(hand_over);
}

int feeds_take_by_hand(struct feeds *feeds, const struct feed_by_hand *by_hand, struct failure *ret_failure)
{
    struct hand_over *hand_over = memory_get_zeroed(1, sizeof *hand_over);
    *hand_over = (struct hand_over){.feeds = feeds,
        .plan = *by_hand,
        .feed = memory_copy_string(by_hand->feed),
        .actor = memory_copy_string(by_hand->actor),
        .files = memory_get_zeroed(by_hand->count + 1, sizeof *hand_over->files),
        .count = by_hand->count};
    for (size_t i = 0; i < by_hand->count; i++) {
        hand_over->files[i].name = memory_copy_string(by_hand->names[i]);
        hand_over->files[i].descriptor = by_hand->descriptors[i];
    }
    loop_flight_begin(feeds->loop);
    int r = check(hand_over, ret_failure);
    if (r < 0) {
        hand_over_free(hand_over);
        return r;
    }
    hand_over->next = feeds->by_hand;
    feeds->by_hand = hand_over;
    hand_over->timer = loop_timer_new(feeds->loop, LOOP_REAL, "files by hand", on_slice, hand_over);
    loop_timer_set_in(hand_over->timer, 0);
    return 0;
}
