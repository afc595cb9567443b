/* office.h - a registry at work on a loop, with its work list, in a scratch folder; its clock is the test's.
 */
#ifndef M13_TEST_OFFICE_H
#define M13_TEST_OFFICE_H

#include "delivery.h"

#include "m13/work.h"

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"

struct office {
    struct bureau *bureau;
    struct loop *loop;
    struct work *work;
    struct registry *registry;
    char imported[60000]; /* "NAME:ADDED:PROBLEM " of each, "known" for one that was known */
    char sealed[4000];    /* the same, when it was sealed or refused */
    int64_t decided;      /* firms that were given to decide; the work is not done here, but counted off */
    int done;
    struct import_result last;
    const char *wanted_gone; /* file for which a run goes on, ten minutes at most */
    int64_t give_up_at;
};

int office_open(void **state); /* cmocka set-up and tear-down */
int office_close(void **state);
/* The test program's clock from here on. */
void office_set_clock(void);
/* The registry leaves and comes again, as after a restart: nothing is started. */
void office_move_in(struct office *office);
void office_move_out(struct office *office);

/* Names are relative to the inbox. */
char *office_path(struct office *office, const char *name); /* the caller frees */
void office_put(struct office *office, const char *name, const char *text);
bool office_has(struct office *office, const char *name);
char *office_read(struct office *office, const char *name); /* the caller frees */
/* FOLDER/STEM.HASH.EXTENSION, as a file with that text is called when it was moved. Own buffer. */
const char *office_moved(const char *folder, const char *stem, const char *text, const char *extension);

void office_on_done(const struct import_result *result, void *office); /* for registry_import() */
void office_run(struct office *office);                                /* until the registry is idle */
void office_start_and_run(struct office *office);
/* Under the test's clock the loop jumps from one look at the inbox to the next. */
void office_run_until_gone(struct office *office, const char *name);

#endif
