/* job.h - one file on its way: opened, hashed, decoded, applied, answered. */
#ifndef REGISTRY_JOB_H
#define REGISTRY_JOB_H

#include "m13/registry.h"

#include <sys/stat.h>

struct loop;
struct store;
struct local_job;

enum job_end {
    JOB_TAKEN,   /* imported now or before: the database has it */
    JOB_REFUSED, /* the file as a whole, `problem` tells why */
    JOB_LATER,   /* a fault of ours, or the file changed under us: try again; `problem` tells the sender */
};

struct job_events {
    /* Once; after the commit when anything was written. The job is gone afterwards. `status` is the file's as
     * it was read, `sha256` "" when it was not read to its end. */
    void (*ended)(enum job_end end, const struct import_result *result, const struct stat *status,
        const char *sha256, void *context);
    void *context;
};

/* Takes the descriptor over. Nothing happens before the loop's next turn. */
struct local_job *local_job_start(struct loop *loop, struct store *store, int descriptor, const char *name,
    const char *by, const struct job_events *events);
void local_job_free(struct local_job *job); /* NULL is fine; `ended` does not come any more */

#endif
