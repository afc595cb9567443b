#include "arrival.h"

#include "documents.h"
#include "inbox.h"
#include "source.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct local_arrival {
    struct loop *loop;
    struct store *store;
    struct arrival_events events;
    struct loop_timer *timer;
    char *name;
    int descriptor;
    struct stat status;
    struct local_source *source;
    enum arrival_end end;
};

void local_arrival_free(struct local_arrival *arrival)
{
    if (arrival == NULL)
        return;
    local_source_free(arrival->source);
    loop_timer_free(arrival->timer);
    loop_flight_end(arrival->loop);
    close(arrival->descriptor);
    free(arrival->name);
    free(arrival);
}

static void finish(void *context)
{
    struct local_arrival *arrival = context;
    arrival->events.ended(arrival->end, &arrival->status, arrival->events.context);
    local_arrival_free(arrival);
}

static void end_with(struct local_arrival *arrival, enum arrival_end end, const char *why)
{
    log_error("document %s: %s", arrival->name, why);
    arrival->end = end;
    finish(arrival);
}

static void take(struct local_arrival *arrival)
{
    struct stat now;
    if (fstat(arrival->descriptor, &now) < 0 || !local_same_file(&now, &arrival->status)) {
        end_with(arrival, ARRIVAL_LATER, "it was changed while it was read");
        return;
    }
    const char *sha256 = local_source_sha256(arrival->source);
    if (local_document_arrived(arrival->store, arrival->name, sha256, local_source_bytes(arrival->source)))
        log_info("document %s: kept as evidence %s", arrival->name, sha256);
    arrival->end = ARRIVAL_TAKEN;
    store_write(arrival->store);
    store_after_commit(arrival->store, finish, arrival);
}

static void on_timer(void *context)
{
    struct local_arrival *arrival = context;
    struct failure failure;
    int r = 1;
    if (arrival->source == NULL && fstat(arrival->descriptor, &arrival->status) < 0)
        r = fail(&failure, -errno, "%s", strerror(errno));
    else if (arrival->status.st_size > LIMIT_LOCAL_FILE_BYTES)
        r = fail(&failure, -EFBIG, "it has %lld MB, and at most %lld MB are taken",
            (long long)arrival->status.st_size >> 20, LIMIT_LOCAL_FILE_BYTES >> 20);
    else if (arrival->source == NULL)
        arrival->source = local_source_new(arrival->store, arrival->descriptor, NULL);
    else
        r = local_source_slice(arrival->source, &failure);
    if (r > 0)
        loop_timer_set_in(arrival->timer, 0);
    else if (r == 0)
        take(arrival);
    else
        end_with(arrival, r == -EFBIG ? ARRIVAL_TOO_LARGE : ARRIVAL_LATER, failure.text);
}

struct local_arrival *local_arrival_start(struct loop *loop, struct store *store, int descriptor,
    const char *name, const struct arrival_events *events)
{
    struct local_arrival *arrival = memory_get_zeroed(1, sizeof *arrival);
    *arrival = (struct local_arrival){.loop = loop,
        .store = store,
        .events = *events,
        .name = local_document_name(name),
        .descriptor = descriptor};
    arrival->timer = loop_timer_new(loop, LOOP_REAL, "document", on_timer, arrival);
    loop_flight_begin(loop);
    loop_timer_set_in(arrival->timer, 0);
    return arrival;
}
