#include "lookout.h"

#include "documents.h"
#include "watch.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>

#define LOOK_EVERY_MS CLOCK_MINUTE

static const char *const folder_names[LOOKOUT_FOLDERS] = {"inbox", "inbox/files"};

struct local_lookout {
    struct loop *loop;
    struct store *store;
    struct lookout_events events;
    struct local_inbox *folders[LOOKOUT_FOLDERS];
    bool more[LOOKOUT_FOLDERS]; /* it held more than one look shows */
    struct local_watch *watch;
    struct loop_timer *look;    /* every minute */
    struct loop_timer *settle;  /* a file may be whole soon; a flight while it is set */
    struct loop_timer *reading; /* a look takes several turns; a flight while it is set */
    enum lookout_folder at;     /* which it reads */
    bool again;                 /* once more, when it is over */
    bool started, looked;
};

/* --- looking ---------------------------------------------------------------------------------------------
 */

struct taking {
    struct local_lookout *lookout;
    enum lookout_folder folder;
};

static void take(const char *name, void *context)
{
    const struct taking *taking = context;
    taking->lookout->events.whole(taking->folder, name, taking->lookout->events.context);
}

/* A timer that stands for something that the loop waits for. */
static void set_flight(struct local_lookout *lookout, struct loop_timer *timer, int64_t wait)
{
    bool waited = loop_timer_is_set(timer);
    if (wait >= 0)
        loop_timer_set_in(timer, wait);
    else
        loop_timer_stop(timer);
    if (wait >= 0 && !waited)
        loop_flight_begin(lookout->loop);
    else if (wait < 0 && waited)
        loop_flight_end(lookout->loop);
}

static void end_look(struct local_lookout *lookout)
{
    lookout->looked = true;
    int64_t wait = -1, now = clock_monotonic();
    for (enum lookout_folder folder = 0; folder < LOOKOUT_FOLDERS; folder++) {
        struct taking taking = {lookout, folder};
        int64_t missing =
            local_inbox_take(lookout->folders[folder], now, take, &taking, &lookout->more[folder]);
        if (missing >= 0 && (wait < 0 || missing < wait))
            wait = missing;
    }
    set_flight(lookout, lookout->settle, wait);
    lookout->events.looked(true, lookout->events.context);
}

/* Thousands of scans may lie in a folder: a look goes on in the next turn. */
static void read_folders(struct local_lookout *lookout)
{
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    for (; lookout->at < LOOKOUT_FOLDERS; lookout->at++)
        if (!local_inbox_read(lookout->folders[lookout->at], deadline)) {
            set_flight(lookout, lookout->reading, 0);
            return;
        }
    end_look(lookout);
    lookout->at = 0;
    if (lookout->again)
        set_flight(lookout, lookout->reading, 0);
    lookout->again = false;
}

void local_lookout_look(struct local_lookout *lookout)
{
    if (loop_timer_is_set(lookout->reading))
        lookout->again = true;
    else
        read_folders(lookout);
}

void local_lookout_wait(struct local_lookout *lookout, enum lookout_folder folder, const char *name)
{
    local_inbox_wait(lookout->folders[folder], name);
    if (!loop_timer_is_set(lookout->settle))
        set_flight(lookout, lookout->settle, local_inbox_settled_ms);
}

static void on_reading(void *context)
{
    struct local_lookout *lookout = context;
    loop_flight_end(lookout->loop);
    read_folders(lookout);
}

bool local_lookout_has_more(const struct local_lookout *lookout, enum lookout_folder folder)
{
    return lookout->more[folder];
}

static void on_minute(void *context)
{
    struct local_lookout *lookout = context;
    loop_timer_set_in(lookout->look, LOOK_EVERY_MS);
    local_watch_renew(lookout->watch);
    local_lookout_look(lookout);
}

static void on_settled(void *context)
{
    struct local_lookout *lookout = context;
    loop_flight_end(lookout->loop);
    local_lookout_look(lookout);
}

/* --- hearing ---------------------------------------------------------------------------------------------
 */

static void on_whole(size_t folder, const char *name, void *context)
{
    struct local_lookout *lookout = context;
    if (local_inbox_whole(lookout->folders[folder], name))
        lookout->events.whole((enum lookout_folder)folder, name, lookout->events.context);
}

static void on_batch(bool lost, void *context)
{
    struct local_lookout *lookout = context;
    if (lost)
        local_lookout_look(lookout);
    else
        lookout->events.looked(false, lookout->events.context);
}

/* --- from outside ----------------------------------------------------------------------------------------
 */

static bool is_named(const char *name, void *context)
{
    const struct local_lookout *lookout = context;
    return local_document_is_named(lookout->store, name);
}

struct local_lookout *local_lookout_new(
    struct loop *loop, struct store *store, const struct lookout_events *events)
{
    struct local_lookout *lookout = memory_get_zeroed(1, sizeof *lookout);
    lookout->loop = loop;
    lookout->store = store;
    lookout->events = *events;
    for (enum lookout_folder folder = 0; folder < LOOKOUT_FOLDERS; folder++) {
        char *path = path_join(store_directory(store), folder_names[folder]);
        lookout->folders[folder] = local_inbox_new(path, folder == LOOKOUT_FILES ? is_named : NULL, lookout);
        free(path);
    }
    lookout->look = loop_timer_new(loop, LOOP_CLOCK, "inbox", on_minute, lookout);
    lookout->settle = loop_timer_new(loop, LOOP_REAL, "inbox settles", on_settled, lookout);
    lookout->reading = loop_timer_new(loop, LOOP_REAL, "inbox is read", on_reading, lookout);
    return lookout;
}

void local_lookout_start(struct local_lookout *lookout)
{
    char *paths[LOOKOUT_FOLDERS];
    for (size_t i = 0; i < LOOKOUT_FOLDERS; i++)
        paths[i] = path_join(store_directory(lookout->store), folder_names[i]);
    lookout->watch = local_watch_new(lookout->loop, (const char *const *)paths, LOOKOUT_FOLDERS,
        &(struct local_watch_events){on_whole, on_batch, lookout});
    for (size_t i = 0; i < LOOKOUT_FOLDERS; i++)
        free(paths[i]);
    lookout->started = true;
    loop_timer_set_in(lookout->look, 0);
}

bool local_lookout_is_started(const struct local_lookout *lookout)
{
    return lookout->started;
}

bool local_lookout_is_idle(const struct local_lookout *lookout)
{
    return !loop_timer_is_set(lookout->settle) && !loop_timer_is_set(lookout->reading) &&
           lookout->started == lookout->looked;
}

struct local_inbox *local_lookout_folder(struct local_lookout *lookout, enum lookout_folder folder)
{
    return lookout->folders[folder];
}

void local_lookout_free(struct local_lookout *lookout)
{
    if (lookout == NULL)
        return;
    set_flight(lookout, lookout->settle, -1);
    set_flight(lookout, lookout->reading, -1);
    local_watch_free(lookout->watch);
    loop_timer_free(lookout->look);
    loop_timer_free(lookout->settle);
    loop_timer_free(lookout->reading);
    for (size_t i = 0; i < LOOKOUT_FOLDERS; i++)
        local_inbox_free(lookout->folders[i]);
    free(lookout);
}
