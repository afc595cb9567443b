/* world.h - a real store with approvals, makers, matches and local records written as their rooms write them.
 *
 * The clock stands at 2026-11-22 16:00 in Beijing; the test program calls world_clock() before anything else.
 */
#ifndef M13_TEST_WORLD_H
#define M13_TEST_WORLD_H

#include "m13/casework.h"
#include "m13/store.h"
#include "m13/work.h"

#define FIRM_A "91110108MA01ABCD2H"
#define FIRM_B "91110108MAR4GQH65Y"

struct told { /* a case_change, kept */
    char case_id[32], uscc[32], kind[16], old_verdict[16], verdict[16];
    bool first_load;
    int64_t seq;
};

struct world {
    char *folder;
    struct store *store;
    struct work *work;
    struct config config;
    struct casework *casework;
    struct told told[64];
    size_t told_count;
    int64_t poll, history;
};

void world_clock(void);
void world_open(struct world *world);
void world_reopen(struct world *world); /* what was not committed is lost, as after a kill */
void world_close(struct world *world);

/* An approval as the register has it; members left out get the values of an ordinary 510(k). */
struct approval_row {
    const char *number, *decided;
    int64_t maker;
    const char *authority, *route, *status, *parent, *product_code, *device, *udi_di, *predecessor,
        *source_route;
    bool first_load;
};
int64_t world_maker(struct world *world, const char *name);
void world_match(struct world *world, int64_t maker, const char *band, const char *uscc, const char *rule);
int64_t world_approve(struct world *world, struct approval_row row); /* or its next version */
void world_vanish(struct world *world, const char *number);

/* A local record, or its next version; `fields` is the JSON object. */
struct local_row {
    const char *kind, *key, *uscc, *product_id, *authority, *number, *assurance, *fields;
    bool withdrawn;
    const char *case_id;
};
void world_local(struct world *world, struct local_row row);
void world_firm(struct world *world, const char *uscc, const char *name_zh);
void world_product(struct world *world, const char *product_id, const char *uscc);
void world_scope(struct world *world, const char *number, const char *product_id);
void world_drop_scope(struct world *world, const char *number, const char *product_id);
/* Of a certificate (authority CE); from "" = withdrawn. */
void world_list(struct world *world, const char *number, const char *product_id, const char *from);
void world_declare(struct world *world, const char *uscc, const char *product_id);
void world_sell(struct world *world, const char *sale_id, const char *uscc, const char *product_id,
    const char *country, const char *date, const char *amount);
void world_return(
    struct world *world, const char *sale_id, const char *of, const char *amount, const char *currency);

void world_decide(struct world *world, const char *uscc); /* in the open turn */
void world_work(struct world *world);                     /* until nothing is left */

/* A certificate on paper (kind approvals, FDA 510(k)) as the import leaves it: assurance as given. */
void world_paper(struct world *world, const char *number, const char *uscc, const char *decided,
    const char *manufacturer, const char *assurance, bool withdrawn);

/* A firm A whose K260001 lacks nothing: product P1, declaration, sale. */
int64_t world_eligible(struct world *world);

/* An official fee in yuan that firm A has paid, shared out to one product whole. */
void world_spend(
    struct world *world, const char *cost_id, const char *number, const char *product, const char *amount);
/* What was done with the money of a case of batch 2027-1; `kind` as in kind payments. */
void world_pay(struct world *world, const char *case_id, const char *kind, const char *amount);

int64_t count_of(struct world *world, const char *sql);
/* Text of a single value; static buffer. */
const char *value_of(struct world *world, const char *sql);
const char *verdict_of(struct world *world, const char *number);

#endif
