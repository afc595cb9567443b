/* lookout.h - looks after the inbox and inbox/files while the loop runs: at once when a writer has finished
 * (watch.h), each minute, and when a file may have settled. */
#ifndef REGISTRY_LOOKOUT_H
#define REGISTRY_LOOKOUT_H

#include "inbox.h"

struct loop;
struct store;
struct local_lookout;

enum lookout_folder {
    LOOKOUT_INBOX, /* tables: every file */
    LOOKOUT_FILES, /* scans and PDFs: those that some record names */
    LOOKOUT_FOLDERS,
};

struct lookout_events {
    void (*whole)(enum lookout_folder folder, const char *name, void *context); /* again at each look */
    void (*looked)(
        bool all, void *context); /* behind them; `all`: at the whole folders, not at what was heard */
    void *context;
};

struct local_lookout *local_lookout_new(
    struct loop *loop, struct store *store, const struct lookout_events *events);
void local_lookout_start(struct local_lookout *lookout);
bool local_lookout_is_started(const struct local_lookout *lookout);
/* Looks now, in slices: a record names another file, or room was made for files that one look did not show.
 */
void local_lookout_look(struct local_lookout *lookout);
/* A file is not whole yet, against what was said: it is looked at again when it has settled. */
void local_lookout_wait(struct local_lookout *lookout, enum lookout_folder folder, const char *name);
/* The last look did not show all that the folder holds: to be looked at again when some of it is gone. */
bool local_lookout_has_more(const struct local_lookout *lookout, enum lookout_folder folder);
/* Nothing has to settle, no look goes on, and what was started has looked. */
bool local_lookout_is_idle(const struct local_lookout *lookout);
struct local_inbox *local_lookout_folder(struct local_lookout *lookout, enum lookout_folder folder);
void local_lookout_free(struct local_lookout *lookout); /* NULL is fine */

#endif
