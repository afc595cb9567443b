/* queue.h - files that wait for their turn. */
#ifndef REGISTRY_QUEUE_H
#define REGISTRY_QUEUE_H

#include "m13/registry.h"

struct local_waiting_file {
    struct local_waiting_file *next;
    char *name, *by;
    bool from_inbox;
    int descriptor; /* of a file that was handed over; -1 otherwise */
    unsigned allowed;
    void (*done)(const struct import_result *result, void *context);
    void *context;
};

struct local_queue {
    struct local_waiting_file *first;
    size_t count;
    bool by_name; /* else in the order in which they came */
};

/* A copy of `file` at the end, or in its place, with copies of these strings; its descriptor is taken over.
 */
void local_queue_append(
    struct local_queue *queue, const char *name, const char *by, const struct local_waiting_file *file);
struct local_waiting_file *local_queue_take(struct local_queue *queue);  /* the first one, or NULL */
bool local_queue_has(const struct local_queue *queue, const char *name); /* of a file from the inbox */
void local_queue_clear(struct local_queue *queue);
void local_waiting_file_free(struct local_waiting_file *file); /* NULL is fine */

#endif
