/* match.h - is this maker one of our firms? Names in; best firm, score, band and explanation out.
 *
 * The decision rests on structure, not on similarity (matching.md): bands are defined by what agrees, the
 * score only orders the review list. Pure and deterministic: the same firms and the same query give the same
 * answer, byte for byte, whatever the order in which they were added. */
#ifndef M13_MATCH_H
#define M13_MATCH_H

#include "m13/name_table.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum match_band { MATCH_NONE, MATCH_REVIEW, MATCH_AUTO };
extern const struct name_entry match_band_names[3];

/* What stands against an automatic match, R1 to R17, the gravest first. A review carries the gravest of its
 * reasons as its rule, and all of them in `why`. */
enum { MATCH_REASONS = 17 };
extern const struct name_entry match_reason_names[MATCH_REASONS];

/* One name or identifier of a firm, as the registry has it. */
enum match_name_kind {
    MATCH_NAME_ZH,
    MATCH_NAME_EN,
    MATCH_NAME_ALIAS,
    MATCH_NAME_FORMER,
    MATCH_NAME_CONFIRMED,
    MATCH_NAME_ENTITY /* of its subsidiary or parent: leads to review as affiliate, never further */
};
struct match_name {
    enum match_name_kind kind;
    const char *text;
    const char *country; /* of an entity, alpha-2; NULL or "" = unknown */
};
struct match_firm {
    const char *uscc;
    const char *name_zh; /* for answers */
    const struct match_name *names;
    size_t name_count;
    const char *srn, *fei, *owner_operator; /* "" = none; several parted by blanks or '|' */
    const char *entity_srn, *entity_fei;    /* of its subsidiaries and parents */
};

struct match_query {
    const char *name;
    const char *country; /* alpha-2 or "" */
    const char *city, *postcode;
    const char *srn, *fei, *owner_operator;
    const char *uscc;
    /* Of the establishments that list this very approval (FDA registration and listing), whoever applied for
     * it: evidence for review, whatever the name. */
    const char *listed_fei, *listed_owner_operator;
    /* USCCs of firms that a person has rejected for this very maker, up to a NULL; NULL = none. They are as
     * if not there; where one of them fitted, another firm is for review at most. */
    const char *const *passed_over;
};

struct match_result {
    enum match_band band;
    char uscc[32];         /* best firm; "" when none */
    const char *firm_name; /* Chinese; lives as long as the index */
    int score;             /* thousandths, 0 to 1000 */
    char rule[8];          /* A0 A1 A2 A3; R1 ... in review; "" */
    bool beijing;    /* the register puts this maker in Beijing: none is then `unclaimed`. By its address;
                        where the register gives none, by the place in the name */
    struct text why; /* JSON object: the explanation (matching.md, last paragraph); {} when none */
};

struct match_index;
struct match_index *match_index_new(void);
void match_index_add(struct match_index *index, const struct match_firm *firm); /* copies */
/* Names of makers of all kinds, ours or not, before the first building: words that stand beside many
 * different names among them are trade words here, beside those of the seed list. Without them the list is
 * all there is. */
void match_index_learn(struct match_index *index, const char *name);
/* Builds what searching needs; slices of the loop call it until it returns true. */
bool match_index_build(struct match_index *index, int64_t deadline_us);
size_t match_index_firms(const struct match_index *index);
void match_find(struct match_index *index, const struct match_query *query, struct match_result *ret_result);
void match_result_release(struct match_result *result);
void match_index_free(struct match_index *index);
extern const char match_rules_version[]; /* changes with rules and tables */

/* Every firm must find itself by each of its own names but short ones; whoever does not is told. */
enum match_self_finding {
    MATCH_SELF_FOUND,
    MATCH_SELF_DOUBTED,  /* found, but only for review: another firm fits as well, or its records disagree */
    MATCH_SELF_SHADOWED, /* another firm is found: by an alias, a former name, an identifier of that one */
    MATCH_SELF_LOST      /* nobody is found: the name is no name that this program can read */
};
extern const struct name_entry match_self_names[3]; /* of what is told */
struct match_self {
    enum match_self_finding finding; /* never MATCH_SELF_FOUND */
    const char *uscc, *name;         /* the firm, and its name that was asked */
    const char *other, *rule, *why;  /* the answer: as in match_result */
};
/* One slice; true when all firms were asked. *cursor starts at 0. */
bool match_self_check(struct match_index *index, size_t *cursor, int64_t deadline_us,
    void (*each)(const struct match_self *finding, void *context), void *context);

/* An explanation (match_result.why, or the column of that name) as one paragraph for people, appended to
 * `out`. False when it is none. */
enum match_language { MATCH_CHINESE, MATCH_ENGLISH };
bool match_explain_paragraph(const char *why, enum match_language language, struct text *out);

/* Whether a register's address is in Beijing: city in any spelling of ours, or postcode 100000-102699. */
bool match_place_is_beijing(const char *country, const char *city, const char *postcode);
/* Whether it is known to be anywhere else; neither where it tells nothing. */
bool match_place_is_elsewhere(const char *country, const char *city, const char *postcode);

/* --- in the daemon: makers of the database against firms of the database
 * ---------------------------------------------- */

struct store;
struct work;
struct matcher;
/* Work kinds "match" (key: maker id) and "rematch" (key "all": every maker after firms changed). Adds work
 * "decide" (key: uscc) for every firm that a changed match touches. Loads its index from the registry's
 * current firms. */
struct matcher *matcher_new(struct store *store);
void matcher_register_work(struct matcher *matcher, struct work *work);
/* Firms have changed: a new index is built in slices and swapped in, then makers are matched again. */
void matcher_firms_changed(struct matcher *matcher);
/* The trade words that makers' names tell are learnt again, and all makers matched again should they have
 * changed: once a night, and by itself once the makers are twice as many as were learnt from. */
void matcher_learn_again(struct matcher *matcher);
/* The self-check is due once a night, and by itself once the roster has changed and all makers were matched:
 * work kind "self-check", behind all other work. View self_finding_shown holds what the last one found. */
void matcher_check_itself(struct matcher *matcher);
void matcher_free(struct matcher *matcher);
/* An index of the current firms, built at once, for m13ctl. */
struct match_index *match_index_of_store(struct store *store);

#endif
