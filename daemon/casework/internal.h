/* internal.h - what the files of this room share. */
#ifndef M13_CASEWORK_INTERNAL_H
#define M13_CASEWORK_INTERNAL_H

#include "m13/casework.h"

struct casework {
    struct store *store;
    const struct config *config;
    struct casework_events events;
};

/* The current version of a case, as far as it is compared. */
struct current_case {
    int64_t case_file; /* 0 = there is no such case yet */
    int64_t version;
    char *case_id, *uscc, *product_id, *verdict, *review, *facts_hash, *parameters_hash;
    fen_t award;
    bool frozen;  /* in a batch */
    bool differs; /* something else than it is kept beside it (held.c) */
    bool same;    /* nothing of it would change */
};

/* What is decided of one item, ready to be written. */
struct decided_case {
    const struct case_verdict *verdict;
    const char *uscc;
    const char *parameters_hash;
    int64_t approval;
    bool first_load;
    const char *trace;
    char trace_hash[DIGEST_HEX_BYTES];
};

/* decide.c: one firm, now. True when anything was written. */
bool decide_firm(struct casework *casework, const char *uscc);

/* current.c */
void current_case_find(struct store *store, const char *policy, const struct decided_case *decided,
    struct current_case *ret_current);
void current_case_release(struct current_case *current);

/* cases.c: opens the case, or closes its version and writes the next, with journal entry and events. */
void case_write(
    struct casework *casework, const struct current_case *current, const struct decided_case *decided);

/* move.c: an event of a person, with its journal entry: the entry's seq. Members that are NULL are left out.
 */
struct case_note {
    const char *kind; /* stage, assign, answer, decision, batch */
    int64_t case_file;
    const char *case_id, *old, *new, *note, *actor, *second, *about;
};
int64_t case_journal(struct store *store, const struct case_note *note);

/* held.c: whether the case stays as it is, whatever is decided now */
bool case_is_held(
    struct store *store, const struct current_case *current, const struct decided_case *decided);
/* Keeps what would be decided now beside a held case, and tells of it; false: it was kept and told before. */
bool case_differs(
    struct casework *casework, const struct current_case *current, const struct decided_case *decided);
void case_agrees(
    struct store *store, const struct current_case *current); /* there is no difference any more */

/* paper.c: work "paper" (key: of the local record) */
bool paper_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us);

/* cause.c: which facts differ from those of the current version, as codes parted by commas. */
void case_cause(struct store *store, const struct current_case *current, const struct decided_case *decided,
    struct text *out);

#endif
