/* arrival.h - one file of inbox/files on its way into evidence. */
#ifndef REGISTRY_ARRIVAL_H
#define REGISTRY_ARRIVAL_H

#include <stdbool.h>
#include <sys/stat.h>

struct loop;
struct store;
struct local_arrival;

enum arrival_end {
    ARRIVAL_TAKEN,     /* it is evidence, and known by its name: the file may go */
    ARRIVAL_TOO_LARGE, /* it stays */
    ARRIVAL_LATER,     /* a fault of ours, or it changed under us: try again */
};

struct arrival_events {
    /* Once, after the commit of what was written; the arrival is gone afterwards. `status` is the file's as
     * it was read. */
    void (*ended)(enum arrival_end end, const struct stat *status, void *context);
    void *context;
};

/* Takes the descriptor over. Nothing happens before the loop's next turn. */
struct local_arrival *local_arrival_start(struct loop *loop, struct store *store, int descriptor,
    const char *name, const struct arrival_events *events);
void local_arrival_free(struct local_arrival *arrival); /* NULL is fine; `ended` does not come any more */

#endif
