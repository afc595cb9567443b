#include "watch.h"

#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for some 1,800 short names, read at once. */
#define BATCH_BYTES ((size_t)64 * 1024)
/* Of one wake-up: whoever writes without end does not hold the loop. */
#define BATCHES_MOST 4

struct folder {
    char *path;
    int descriptor;     /* of inotify's watch; -1 = none */
    struct stat status; /* of the folder that it watches */
};

struct local_watch {
    struct loop *loop;
    struct local_watch_events events;
    int descriptor; /* of inotify; -1 = it cannot be had */
    struct loop_watch *ready;
    struct folder *folders;
    size_t count;
    bool told; /* that something is not watched */
};

static void tell_once(struct local_watch *watch, const char *what, int code)
{
    if (!watch->told)
        log_notice(
            "%s is not watched (%s): what comes is found within a minute, not at once", what, strerror(code));
    watch->told = true;
}

/* --- events ----------------------------------------------------------------------------------------------
 */

/* The folder is gone, has another name, or lies under a file system that went: the next scan looks whether
 * one stands there again. */
static void lose(struct local_watch *watch, struct folder *folder, bool by_kernel)
{
    if (!by_kernel)
        inotify_rm_watch(watch->descriptor, folder->descriptor);
    folder->descriptor = -1;
    tell_once(watch, folder->path, ENOENT);
}

static void take(struct local_watch *watch, const struct inotify_event *event)
{
    for (size_t i = 0; i < watch->count; i++) {
        struct folder *folder = &watch->folders[i];
        if (folder->descriptor < 0 || folder->descriptor != event->wd)
            continue;
        if ((event->mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF)) != 0)
            lose(watch, folder, true);
        else if ((event->mask & IN_MOVE_SELF) != 0)
            lose(watch, folder, false);
        else if (event->len > 0 && (event->mask & IN_ISDIR) == 0)
            watch->events.whole(i, event->name, watch->events.context);
    }
}

static void on_ready(int descriptor, int events, void *context)
{
    (void)events;
    struct local_watch *watch = context;
    bool lost = false;
    static _Alignas(struct inotify_event) char batch[BATCH_BYTES];
    for (int i = 0; i < BATCHES_MOST; i++) {
        ssize_t length = read(descriptor, batch, sizeof batch);
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const void *)(batch + at);
            lost |= (event->mask & IN_Q_OVERFLOW) != 0;
            take(watch, event);
            at += (ssize_t)sizeof *event + (ssize_t)event->len;
        }
        if (length < (ssize_t)sizeof batch / 2)
            break;
    }
    watch->events.batch(lost, watch->events.context);
}

/* --- watching --------------------------------------------------------------------------------------------
 */

static bool is_same_folder(const struct folder *folder)
{
    struct stat now;
    return stat(folder->path, &now) == 0 && now.st_dev == folder->status.st_dev &&
           now.st_ino == folder->status.st_ino;
}

/* True when it was not watched before, and is now. */
static bool add(struct local_watch *watch, struct folder *folder)
{
    if (folder->descriptor >= 0 && is_same_folder(folder))
        return false;
    if (folder->descriptor >= 0) /* another one stands in its place, or was mounted over it */
        inotify_rm_watch(watch->descriptor, folder->descriptor);
    folder->descriptor = inotify_add_watch(watch->descriptor, folder->path,
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    if (folder->descriptor < 0 || stat(folder->path, &folder->status) < 0) {
        tell_once(watch, folder->path, errno);
        return false;
    }
    return true;
}

void local_watch_renew(struct local_watch *watch)
{
    if (watch->descriptor < 0)
        return;
    size_t added = 0, watched = 0;
    for (size_t i = 0; i < watch->count; i++) {
        added += add(watch, &watch->folders[i]);
        watched += watch->folders[i].descriptor >= 0;
    }
    if (watch->told && added > 0 && watched == watch->count) {
        log_notice("%s is watched again", watch->folders[0].path);
        watch->told = false;
    }
}

struct local_watch *local_watch_new(
    struct loop *loop, const char *const folders[], size_t count, const struct local_watch_events *events)
{
    struct local_watch *watch = memory_get_zeroed(1, sizeof *watch);
    watch->loop = loop;
    watch->events = *events;
    watch->folders = memory_get_zeroed(count, sizeof *watch->folders);
    watch->count = count;
    for (size_t i = 0; i < count; i++) {
        watch->folders[i].path = memory_copy_string(folders[i]);
        watch->folders[i].descriptor = -1;
    }
    watch->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->descriptor < 0)
        tell_once(watch, folders[0], errno);
    else
        watch->ready = loop_watch_new(loop, watch->descriptor, LOOP_READ, on_ready, watch);
    local_watch_renew(watch);
    return watch;
}

void local_watch_free(struct local_watch *watch)
{
    if (watch == NULL)
        return;
    loop_watch_free(watch->ready);
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    for (size_t i = 0; i < watch->count; i++)
        free(watch->folders[i].path);
    free(watch->folders);
    free(watch);
}
