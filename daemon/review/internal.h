/* internal.h - what the files of this room share. */
#ifndef M13_REVIEW_INTERNAL_H
#define M13_REVIEW_INTERNAL_H

#include "m13/review.h"

#include <jansson.h>

enum {
    REVIEW_ITEM_BYTES = 320, /* M12, P34, M13-2026-00042/R06, M13-2026-00042/R15/COST */
    REVIEW_RULE_BYTES = 8,
    REVIEW_NOTE_BYTES = 4000,     /* a note is a few sentences; the paper is in the files */
    REVIEW_NAME_BYTES = 256,      /* a code of a firm or a product */
    REVIEW_ITEMS_BYTES = 8000,    /* products of a certificate */
    REVIEW_BODY_BYTES = 64 * 1024 /* a journal entry, with all of these escaped */
};

/* --- basis.c: on what a decision rests --------------------------------------------------------------------
 */

/* The firm that goes by this code now: a candidate may have become a firm. "" when nobody does. */
void review_firm_now(struct store *store, const char *uscc, char out[32]);
/* {"firm":DIGEST,"maker":{...},"own":{...}} */
json_t *review_basis(
    const char *firm_basis, const struct review_maker *maker, const struct review_answer *own);
/* Whether the register describes this maker as it did then: blanks, case and punctuation aside, and whoever
 * lists the approval. */
bool review_maker_is_same(const json_t *basis, const struct review_maker *maker);
struct review_answer review_basis_own(const json_t *basis);
const char *review_band_code(enum review_band band);
enum review_band review_band_of(const char *code);
const char *review_member(const json_t *object, const char *name); /* "" when it is no string */

/* --- listing.c: the FDA's listings of an approval, among its maker's identifiers
 * -----------------------------
 */

bool review_same_but_for_listing(const char *then, const char *now); /* two maker.identifiers */
/* Whether it is listed under a number that the firm has. */
bool review_lists_meet(const char *left, const char *right); /* one number at least stands in both */
bool review_is_listed_by(struct store *store, const char *uscc, const char *identifiers);

/* --- words.c: the decisions that bear on one maker, the nearest first
 * -------------------------------------------------- */

struct review_word {
    enum review_decision decision;
    char uscc[32];     /* as decided */
    char uscc_now[32]; /* "" = there is no such firm any more */
    int64_t at;
    unsigned changed; /* bits of enum review_change, the rival's excepted */
    struct review_answer own;
};
struct review_words {
    struct review_word *items;
    size_t count, capacity;
    const char **passed_over;
};

/* For whoever gave the order. */
#define REVIEW_SAY(order, zh, en) ((order)->english ? (en) : (zh))

/* --- decide*.c --------------------------------------------------------------------------------------------
 */

struct deciding {
    struct store *store;
    const struct review_order *order;
    struct review_result *result;
    char item[REVIEW_ITEM_BYTES];
    int64_t seq; /* of the journal entry; 0 = not written yet */
};
int review_decide_match(struct deciding *deciding, int64_t maker, struct failure *ret_failure);
int review_decide_rule(struct deciding *deciding, struct failure *ret_failure);
/* CASE/Rnn or CASE/Rnn/ABOUT in its parts; `about` "" = of the rule as a whole. False when it is none. */
struct rule_item {
    char case_id[REVIEW_ITEM_BYTES], rule[REVIEW_RULE_BYTES];
    const char *about; /* within the item */
};
bool review_item_of_rule(const char *item, struct rule_item *ret_item);
int review_decide_product(struct deciding *deciding, int64_t case_file, struct failure *ret_failure);

/* One row of review_decision; the journal entry must be there. */
struct decided_row {
    int64_t maker;
    const char *uscc, *product_id, *name, *country;
    const json_t *basis;
};
/* Whether the current decision says the same on the same basis. */
bool review_is_decided(const struct deciding *deciding, const struct decided_row *row);
void review_write(struct deciding *deciding, const struct decided_row *row);

#endif
