/* control_ingest.c - files that an officer fetched by hand, through the control socket. */
#include "house.h"

#include "m13/clock.h"
#include "m13/control.h"
#include "m13/feed.h"
#include "m13/ingest_answer.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

struct ingesting {
    struct house *house;
    struct control_request *request;
    char *feed;
    int64_t poll;
    enum feed_outcome outcome;
    char *detail;
};

static void reply(json_t *object, void *context)
{
    control_reply(context, object);
}

/* What is told has happened. */
static void answer(void *context)
{
    struct ingesting *ingesting = context;
    struct store *store = ingesting->house->store;
    json_t *told =
        ingest_answer(store, ingesting->feed, ingesting->poll, ingesting->outcome, ingesting->detail);
    int exit_code = ingest_exit_code(told);
    ingest_each_reject(store, ingesting->poll, reply, ingesting->request);
    control_reply(ingesting->request, told);
    control_finish(ingesting->request, exit_code, NULL);
    free(ingesting->feed);
    free(ingesting->detail);
    free(ingesting);
}

static void on_ended(int64_t poll, enum feed_outcome outcome, const char *detail, void *context)
{
    struct ingesting *ingesting = context;
    ingesting->poll = poll;
    ingesting->outcome = outcome;
    ingesting->detail = memory_copy_string(detail);
    store_write(ingesting->house->store);
    store_after_commit(ingesting->house->store, answer, ingesting);
}

static void take_files(
    struct house *house, struct control_request *request, const char *feed, int64_t fetched_at)
{
    struct failure failure = {0};
    const char *names[LIMIT_BY_HAND_FILES];
    int descriptors[LIMIT_BY_HAND_FILES];
    json_t *given = json_object_get(control_arguments(request), "names");
    size_t count = control_file_count(request);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(given, i));
        names[i] = name ? name : "?";
        descriptors[i] = control_take_file(request, i);
    }
    struct ingesting *ingesting = memory_get_zeroed(1, sizeof *ingesting);
    *ingesting = (struct ingesting){.house = house, .request = request, .feed = memory_copy_string(feed)};
    struct feed_by_hand by_hand = {.feed = feed,
        .descriptors = descriptors,
        .names = names,
        .count = count,
        .fetched_at = fetched_at,
        .actor = control_actor(request),
        .ended = on_ended,
        .context = ingesting};
    if (feeds_take_by_hand(house->feeds, &by_hand, &failure) == 0) {
        log_notice("feed %s: %zu files by hand, by %s", feed, count, control_actor(request));
        return;
    }
    control_finish(request, EXIT_BAD_DATA, failure.text);
    free(ingesting->feed);
    free(ingesting);
}

void control_answer_ingest(struct control_request *request, void *context)
{
    json_t *arguments = control_arguments(request);
    const char *feed = json_string_value(json_object_get(arguments, "feed"));
    const char *fetched_at = json_string_value(json_object_get(arguments, "fetched_at"));
    size_t count = control_file_count(request);
    int64_t wall;
    if (!control_may_change(request))
        return;
    if (!feed || !fetched_at || clock_parse(fetched_at, &wall) < 0 || count == 0 ||
        count > LIMIT_BY_HAND_FILES)
        control_finish(
            request, EXIT_BAD_USAGE, "ingest takes a feed, files, and when they were fetched (RFC 3339)");
    else
        take_files(context, request, feed, wall);
}
