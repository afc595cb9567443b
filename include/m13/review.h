/* review.h - what people have decided of uncertain matches and products: kept, re-applied, reopened.
 *
 * A question about a maker is `M` and the number of the first row that has its spelling (name and country);
 * one about a product is `P` and the number of the case; what a rule asks of a person is the case and the
 * rule, M13-2026-00042/R06. All stay the same for good.
 *
 * An officer accepts a firm for a spelling, or rejects it. The decision is a versioned row with actor, note,
 * time and its basis: how the firm was named and numbered, how the register described the maker, and what the
 * matcher had said. The matcher asks at every match: while the basis stands, the firm that was accepted is
 * sure (rule H1), and one that was rejected is not proposed. When it does not stand any more the question is
 * open again, with the old decision beside it (rule H2): nothing is dropped in silence. */
#ifndef M13_REVIEW_H
#define M13_REVIEW_H

#include "m13/digest.h"
#include "m13/failure.h"
#include "m13/name_table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum review_decision { REVIEW_ACCEPT, REVIEW_REJECT };
extern const struct name_entry review_decision_names[2];

/* H1 and H2, beside the matcher's own rules. */
extern const struct name_entry review_rule_names[2];

/* --- for the matcher -------------------------------------------------------------------------------------
 */

struct review_maker {
    int64_t id;
    const char *name, *country, *city, *postcode, *identifiers;
};

/* One firm for one maker, in the order of bands that the matcher has. */
enum review_band { REVIEW_BAND_NONE, REVIEW_BAND_REVIEW, REVIEW_BAND_AUTO };
struct review_answer {
    enum review_band band;
    char uscc[32]; /* "" = no firm */
    char rule[8];
    int score; /* thousandths */
};

/* What changed under a decision since it was taken. */
enum review_change {
    REVIEW_CHANGED_FIRM = 1,  /* names or identifiers of the firm, or of its group */
    REVIEW_CHANGED_MAKER = 2, /* the register gives another address or other identifiers */
    REVIEW_CHANGED_RIVAL = 4, /* another firm fits better than any did */
};

/* What people have said of a maker's spelling; NULL = nobody has said anything. */
struct review_words;
struct review_words *review_words_of(struct store *store, const struct review_maker *maker);
/* Firms that are as if they did not exist for this maker: rejected, and the basis stands. NULL-terminated;
 * lives as long as `words`. */
const char *const *review_passed_over(const struct review_words *words);
/* From what the matcher itself says (with those firms passed over) to what holds. Pure. False when people's
 * words change nothing; else *ret_person is one JSON object for the explanation (the caller frees). */
bool review_judge(const struct review_words *words, const struct review_answer *own,
    struct review_answer *ret_answer, char **ret_person);
void review_words_free(struct review_words *words); /* NULL is fine */
/* Adds work "match" for every maker whose spelling people have decided on: when firms have changed. */
void review_rematch(struct store *store);

/* --- for officers ----------------------------------------------------------------------------------------
 */

struct review_order {
    const char *item; /* M12, P34, M13-2026-00042/R06 */
    enum review_decision decision;
    const char *firm;    /* USCC; NULL = the one that is proposed */
    const char *product; /* of an item P */
    const char
        *items; /* of an item P that asks for a certificate's products: "P1@2026-03-10|P2"; NULL = none */
    const char *from;  /* of an item P: the day from which the certificate covers it; NULL = its own day */
    const char *note;  /* NULL or "" = none; what a rule asks is answered with a reason */
    const char *actor; /* user */
    bool english;      /* the language of what goes wrong */
};
struct review_result {
    char uscc[32]; /* the firm that was accepted or rejected */
    char firm_name[256];
    char product[128]; /* that was linked */
    int64_t makers;    /* rows that the decision is about */
    bool unchanged;    /* it had been decided so on the same basis: nothing done */
};
/* Writes decision, journal entry (kind "review") and work in the turn's transaction. 0; -ENOENT when there is
 * no such item, firm or product; -EINVAL when the order makes no sense. */
int review_decide(struct store *store, const struct review_order *order, struct review_result *ret_result,
    struct failure *ret_failure);
/* Of what review_decide() has returned: m13ctl and the daemon end alike. */
int review_exit_code(int result);

/* Holds all decisions against the journal, and the matches that rest on them against the decisions: how many
 * faults, each told through `fault`. */
int64_t review_verify(
    struct store *store, void (*fault)(const char *item, const char *what, void *context), void *context);

/* The result as m13ctl tells it: item, decided, uscc, firm_name,
 * product_id, makers, unchanged. The caller's. */
json_t *review_answer_json(const struct review_order *order, const struct review_result *result);

/* What speaks for a product of the firm (fields of its record) being the device of an approval (its record):
 * {"score": thousandths, "evidence": [{"kind", "ours", "theirs"}]}, kinds udi-di, model, brand, name,
 * name-part; 0 and nothing where no word speaks for it. For a person to look at. The caller's. */
json_t *review_product_fit(const json_t *product, const json_t *record);
extern const struct name_entry review_fit_names[5];

/* The number behind the letter of an item; 0 when it is none of that letter. */
int64_t review_item_number(const char *item, char letter);
/* Digest of how a firm is named and numbered, its group included; false when there is no such firm. */
bool review_firm_basis(struct store *store, const char *uscc, char out[DIGEST_HEX_BYTES]);

#endif
