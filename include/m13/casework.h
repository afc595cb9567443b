/* casework.h - cases: (policy, authority, number, item) with verdict, stage, events.
 *
 * Work kind "decide" (key: uscc) gathers all facts of one firm, asks measure13, compares with the current
 * case versions, and writes new versions, events, journal entries and outbox rows in one transaction. */
#ifndef M13_CASEWORK_H
#define M13_CASEWORK_H

#include "m13/config.h"
#include "m13/failure.h"
#include "m13/measure13.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct store;
struct work;
struct casework;

/* Where the paper is (measure13.md, Stage), and what is to be done next. */
enum case_stage {
    STAGE_LEAD,
    STAGE_CHECKING,
    STAGE_NOTIFIED,
    STAGE_CONFIRMED,
    STAGE_DISPUTED,
    STAGE_DECLINED,
    STAGE_APPLIED,
    STAGE_RETURNED,
    STAGE_REVIEWED,
    STAGE_PUBLISHED,
    STAGE_PAID,
    STAGE_WATCHED,
    STAGE_REJECTED,
    STAGE_WITHDRAWN,
    STAGE_RECOVERED,
    CASE_STAGES /* count */
};
extern const struct name_entry case_stage_names[CASE_STAGES];
enum case_next_action {
    ACTION_NONE,
    ACTION_CLEAR_IDENTITY, /* the desk: whose, which product, what the register means */
    ACTION_LINK_PRODUCT,   /* the desk */
    ACTION_FIND_DATE,      /* the desk */
    ACTION_ASSESS,         /* the desk, with the application */
    ACTION_ASK_FIRM,       /* for what is missing */
    ACTION_INVITE,         /* the firm to apply */
    CASE_NEXT_ACTIONS      /* count */
};
extern const struct name_entry case_next_action_names[CASE_NEXT_ACTIONS];

/* Of case_event: what happened; and why, where it was no person: codes parted by commas. */
enum { CASE_EVENTS = 11, CASE_CAUSE_PARTS = 22, CASE_CAUSES = CASE_CAUSE_PARTS + 6 };
extern const struct name_entry case_event_names[CASE_EVENTS];
extern const struct name_entry case_cause_names[CASE_CAUSES];

/* What another room must write in the very transaction of an event (alert's outbox). */
struct case_change {
    int64_t case_file;
    const char *case_id, *uscc;
    const char *kind;        /* opened, verdict, firm, product, facts, difference */
    const char *old_verdict; /* "" when opened */
    const struct case_verdict *verdict;
    bool first_load; /* known from the first history of its feed: no news */
    int64_t seq;     /* journal */
};
struct casework_events {
    void (*changed)(const struct case_change *change, void *context);
    void *context;
};

/* `events` is copied. When the last decisions were made under other parameters or rules, or, where the
 * parameters let the calendar decide, on another Beijing day, all firms are decided again: a journal entry
 * "parameters" and work "decide-all". The same at each casework_reload(), which may be given the
 * configuration that it has. */
struct casework *casework_new(
    struct store *store, const struct config *config, const struct casework_events *events);
void casework_reload(struct casework *casework, const struct config *config);
void casework_register_work(struct casework *casework,
    struct work *work); /* "decide" (key: uscc); "decide-all", and "decide-rates" for the firms that exchange
                           rates concern (key: "all") */
void casework_free(struct casework *casework);

/* --- what people do with a case ---------------------------------------------------------------------------
 *
 * Every move is one of a table (measure13.md, Stage) with its guard. One that weighs much (reviewed,
 * rejected, recovered) takes two persons: the first one's waits, and a second one who asks for the same on
 * the same facts makes it. Written with event and journal entry in the turn's transaction, by daemon and
 * m13ctl alike. */

struct case_order {
    const char *case_id;
    const char *stage;   /* code, or the Chinese word */
    const char *note;    /* the reason: always */
    const char *about;   /* of a dispute that begins: product, date, renewal, amount, other; else NULL */
    const char *outcome; /* of one that ends: upheld, partly, rejected; else NULL */
    const char *actor;
    const char *second; /* who has signed with him, on paper; NULL = nobody */
    bool english;       /* the language of what goes wrong */
};
struct case_moved {
    const char *from, *to; /* codes */
    bool waits;            /* for a second person: nothing has moved yet */
};
/* 0; -ENOENT there is no such case; -EINVAL the table has no such move, or its guard refuses, or something is
 * left out; -EAGAIN an import is being applied. */
int case_move(struct store *store, const struct case_order *order, struct case_moved *ret_moved,
    struct failure *ret_failure);
/* `officer` "" = to nobody. The same. */
int case_assign(
    struct store *store, const struct case_order *order, const char *officer, struct failure *ret_failure);

/* The first message to `uscc` about its case has arrived: a lead, or one that is being checked, becomes
 * `notified`, by the machine itself, once for each firm. False, and nothing is written, where the case is no
 * longer that firm's, stands elsewhere, or its guard refuses. In the transaction that records the delivery,
 * also while an import is being applied: what has happened need not wait. */
bool case_notified(struct store *store, int64_t case_file, const char *uscc);

extern const struct name_entry case_dispute_names[5]; /* what it is about */
extern const struct name_entry dispute_outcome_names[3];

/* A batch: opened with its cut-off; frozen (by two persons) with every reviewed case that had applied by then
 * and is in no other; published for a time, and closed when that is over and no objection is open. A frozen
 * case stays as it is: what comes later is told as a difference. */
enum batch_step { BATCH_OPEN, BATCH_FREEZE, BATCH_PUBLISH, BATCH_CLOSE, BATCH_STEPS };
extern const struct name_entry batch_step_names[BATCH_STEPS];
struct batch_order {
    enum batch_step step;
    const char *name;      /* 2026-1: begins with its year */
    const char *cutoff;    /* of open: ISO day */
    const char *from, *to; /* of publish: ISO days, both included */
    const char *actor;
    bool english;
};
struct batch_done {
    int64_t cases;
    int64_t award; /* fen, of all of them */
    bool waits;
};
/* As case_move(). */
int batch_do(struct store *store, const struct policy_parameters *parameters, const struct batch_order *order,
    struct batch_done *ret_done, struct failure *ret_failure);

/* What was done, as m13ctl tells it: case_id, from, to, waits; batch, step, cases, award, waits. The
 * caller's. */
json_t *case_moved_json(const struct case_order *order, const struct case_moved *moved);
json_t *batch_done_json(const struct batch_order *order, const struct batch_done *done);

/* All facts of one firm as they are known now, in memory of the returned gathering. */
struct gathered_facts;
struct gathered_facts *casework_gather(struct store *store, const char *uscc);
const struct firm_facts *gathered_facts(const struct gathered_facts *gathered);
void gathered_facts_free(struct gathered_facts *gathered);
/* Recomputes every current case from its facts: number of cases whose stored verdict, trace or facts hash
 * differ from the recomputed ones (for `verify`); each is told through `differs`. */
int64_t casework_verify(struct store *store, const struct config *config,
    void (*differs)(const char *case_id, const char *what, void *context), void *context);

#endif
