/* watch.h - inotify: a writer has closed a file in a folder, or renamed one into it.
 *
 * Only a help: network shares report nothing, so whoever watches also scans. Where it cannot be had, or a
 * folder went away, that is logged once, and again when it is back. At rest it costs nothing. */
#ifndef REGISTRY_WATCH_H
#define REGISTRY_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct local_watch;

struct local_watch_events {
    void (*whole)(size_t folder, const char *name, void *context); /* the file is complete, for now */
    void (*batch)(
        bool lost, void *context); /* behind those of one time; some were lost: look at the folders */
    void *context;
};

/* `folders` by path, copied. */
struct local_watch *local_watch_new(
    struct loop *loop, const char *const folders[], size_t count, const struct local_watch_events *events);
/* Watches what is not watched, or stands there anew: to be called with each scan. */
void local_watch_renew(struct local_watch *watch);
void local_watch_free(struct local_watch *watch); /* NULL is fine */

#endif
