/* inbox.h - the folder into which people put files: which of them are whole, and where they go afterwards. */
#ifndef REGISTRY_INBOX_H
#define REGISTRY_INBOX_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct local_inbox;

/* Whoever copies a file into the inbox over the network writes at least so often. 2000; tests cannot wait. */
extern int64_t local_inbox_settled_ms;
/* One that has not changed for so long is taken although somebody has it open for writing. 60,000. */
extern int64_t local_inbox_held_ms;

/* state/inbox, or inbox/files. `wanted` (NULL = every file) says which names matter. */
struct local_inbox *local_inbox_new(
    const char *folder, bool (*wanted)(const char *name, void *context), void *context);
void local_inbox_free(struct local_inbox *inbox); /* NULL is fine */

/* Files that one look at the folder takes: the rest comes when these are gone. */
#define INBOX_FILES_A_SCAN 1000
/* Reads the folder until `deadline_us` on clock_monotonic_us(); true when all of it was read (or it cannot
 * be, which is logged once). Then local_inbox_take() calls `take` in order of name for each file that is
 * whole: local_inbox_whole() has said so, or its size and time have not changed for local_inbox_settled_ms
 * (under an overridden clock: at once). It returns in how many milliseconds the next one may be, -1 = none is
 * waiting. *ret_more: the folder holds more than one look shows. */
bool local_inbox_read(struct local_inbox *inbox, int64_t deadline_us);
int64_t local_inbox_take(const struct local_inbox *inbox, int64_t now,
    void (*take)(const char *name, void *context), void *context, bool *ret_more);
/* Its writer has closed it, or renamed it in: it need not settle, unless it changes again. True when it is
 * there, and wanted. */
bool local_inbox_whole(struct local_inbox *inbox, const char *name);
/* The file stays and is left alone until it changes. */
void local_inbox_leave(struct local_inbox *inbox, const char *name);

/* It is still open for writing: not before local_inbox_settled_ms from now. (The kernel tells that a file was
 * closed a moment before it counts one writer less.) */
void local_inbox_wait(struct local_inbox *inbox, const char *name);
/* A fault of ours keeps it from being taken, for now; or does no longer. */
void local_inbox_put_off(struct local_inbox *inbox, const char *name, bool put_off);
size_t local_inbox_count_put_off(const struct local_inbox *inbox);

/* A descriptor, or a negative errno: -EAGAIN = its writer has it open still, and only makes a pause. */
int local_inbox_open(const struct local_inbox *inbox, const char *name, struct failure *ret_failure);
/* inbox/NAME to inbox/FOLDER/STEM.HASH.EXT (8 digits of the SHA-256, or of what tells the file from others
 * when that is "") unless it is no longer the file of `status`: then it stays, to be taken as another one
 * (-ESTALE).
 */
int local_inbox_move(const struct local_inbox *inbox, const char *name, const struct stat *status,
    const char *folder, const char *sha256, struct failure *ret_failure);
/* Is it still there, and the one of `status`? */
bool local_inbox_is_same(const struct local_inbox *inbox, const char *name, const struct stat *status);
/* Deletes it, unless another one has taken its place (-ESTALE). */
int local_inbox_remove(const struct local_inbox *inbox, const char *name, const struct stat *status,
    struct failure *ret_failure);

/* Is it a file that somebody means: regular, not empty, no by-product of a program? */
bool local_inbox_stat(int folder, const char *name, struct stat *ret_status);
/* Whether these are the bytes that were there: same file, size and time. */
bool local_same_file(const struct stat *one, const struct stat *other);
/* A file's own name without folders, control characters and leading dots, valid UTF-8, short enough for
 * additions. The caller frees. */
char *local_file_name(const char *path);

#endif
