/* job.h - one file on its way: opened, hashed, decoded, staged, sealed, applied. */
#ifndef REGISTRY_JOB_H
#define REGISTRY_JOB_H

#include "m13/registry.h"

#include <sys/stat.h>

struct contacts;
struct loop;
struct store;
struct local_job;

enum job_end {
    JOB_TAKEN,   /* imported now or before: the database has it */
    JOB_REFUSED, /* the file as a whole, `problem` tells why */
    JOB_LATER,   /* a fault of ours, or the file changed under us: try again; `problem` tells the sender */
};

struct job_events {
    /* In the transaction that seals or refuses the file; not for one that is known. NULL is fine. */
    void (*sealing)(const struct import_result *result, void *context);
    /* Once; after the commit when anything was written, and of a sealed file when all of it was applied. The
     * job is gone afterwards. `status` is the file's as it was read, `sha256` "" when it was not read to its
     * end. `personal`: there are contacts in it; it may not be kept. */
    void (*ended)(enum job_end end, const struct import_result *result, const struct stat *status,
        const char *sha256, bool personal, void *context);
    void *context;
};

/* Takes the descriptor over. Nothing happens before the loop's next turn. Only while !local_apply_pending().
 * `allowed` as in registry_import(). */
struct local_job *local_job_start(struct loop *loop, struct store *store, struct contacts *contacts,
    int descriptor, const char *name, const char *by, unsigned allowed, const struct job_events *events);
/* All that was sealed is applied: ends a job that waits for that. NULL is fine. */
void local_job_applied(struct local_job *job);
void local_job_free(struct local_job *job); /* NULL is fine; `ended` does not come any more */

#endif
