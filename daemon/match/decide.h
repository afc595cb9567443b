/* decide.h - from names that might be meant to one answer (matching.md: The decision rests on structure). */
#ifndef MATCH_DECIDE_H
#define MATCH_DECIDE_H

#include "align.h"

/* Why an agreement is not automatic, the gravest first; names in match.h. */
enum reason {
    REASON_OTHER_FIRMS_IDENTIFIER, /* identifier of one firm, name of another */
    REASON_IDENTIFIER_ONLY,        /* identifier equal, but the name contradicts */
    REASON_SEVERAL,                /* more than one firm fits */
    REASON_PASSED_OVER,            /* it fits after a person has rejected another that fitted too */
    REASON_ABROAD,                 /* the register puts the maker in another country: an affiliate */
    REASON_ENTITY,                 /* a name or identifier of its subsidiary or parent: an affiliate too */
    REASON_LISTED,                 /* its establishment lists the approval, under another's name */
    REASON_PLACE_CONFLICT,
    REASON_ADDRESS_ELSEWHERE, /* names without a place, and an address in another town */
    REASON_BESIDE,            /* another name stands in brackets, maybe somebody else's */
    REASON_LEGAL_FORM,
    REASON_PLACE_ELSEWHERE,
    REASON_PLACE_MISSING,
    REASON_TRANSLATED, /* reached through readings or translations */
    REASON_SHORT,      /* a short name or an alias in brackets */
    REASON_CLOSE,      /* a core word differs by a slip */
    REASON_PARTIAL,    /* the core agrees, the rest does not */
    REASONS
};
_Static_assert((int)REASONS == (int)MATCH_REASONS, "match.h names the reasons");

/* Which reading of the query's name was compared. */
enum form_kind { FORM_NAME, FORM_ALIAS, FORM_LATIN, FORM_SPOKEN };
struct form {
    enum form_kind kind;
    unsigned number; /* bracket of the alias; variant of the reading, of the sound */
};
/* False when there is no such form. */
bool form_parse(const struct match_index *index, const struct normal_name *normal, struct form form,
    struct parsed_name *ret_parsed);

struct fit {
    uint32_t name; /* NOTHING: none */
    uint32_t firm;
    struct form form;
    const char *rule; /* A1, A2, A3, or NULL */
    uint32_t reasons; /* bits by enum reason */
    int base, score;
    uint64_t matched;
    bool qualifies;   /* enough agrees for a person to look at it */
    bool contradicts; /* places in conflict, or core on both sides and none in common */
};

/* Judges one name of a firm against one form of the query's. */
struct judged {
    const struct match_index *index;
    const struct align_side *side;
    struct form form;
    bool has_beside, address_elsewhere;
};
/* The base (struct alignment) from which on enough agrees for a person to look at it. Two languages rarely
 * have all trade words in common: where the core agrees wholly, less is enough across them, and in Chinese.
 */
int base_needed(bool in_conflict, bool shortened, bool whole_core);
struct fit judge(const struct judged *judged, uint32_t at, bool by_glue);

/* What bound_allows() needs to know of one form of the query (bound.c). */
struct bound_token {
    uint32_t letters, raw_letters;
    uint16_t length, raw_length, weight;
    uint8_t class;
    bool rewritten; /* as written it is another word */
};
struct bound {
    const struct match_index *index;
    const struct align_side *query;
    struct bound_token tokens[NAME_TOKENS];
    uint64_t free; /* a bit for each token but places */
    size_t cores;
    bool spoken, loose, elsewhere;
    bool is_latin; /* every letter of it */
    bool whole;    /* only names with a partner for every token are wanted */
};
void bound_query(const struct match_index *index, const struct align_side *query, struct bound *ret_bound);
/* False when judge() would never let the name qualify, unless it is reached by its glue. */
bool bound_allows(const struct bound *bound, uint32_t at);

bool fit_is_automatic(const struct fit *fit);
bool fit_is_for_review(const struct fit *fit);
/* Total order, whatever the order of adding: true when `a` comes before `b`. */
bool fit_is_better(const struct match_index *index, const struct fit *a, const struct fit *b);

struct identifier_answer {
    enum identifier_kind kind;
    char text[IDENTIFIER_BYTES];
    bool good, listed;
    uint32_t firm; /* whose it is; NOTHING: nobody's */
};
enum { ANSWERS = 16 };

struct decision {
    const struct match_index *index;
    const struct match_query *query;
    const struct normal_name *normal;
    struct fit best, runner_up; /* of two firms */
    enum match_band band;
    const char *rule;
    uint32_t reasons;
    int score;
    struct identifier_answer answers[ANSWERS];
    size_t answer_count;
    bool passed_fits; /* a firm that a person has rejected would have been automatic */
};
void explain(const struct decision *decision, struct text *out);

enum address { ADDRESS_UNKNOWN, ADDRESS_BEIJING, ADDRESS_ELSEWHERE };
enum address address_judge(const char *country, const char *city, const char *postcode);
bool country_is_china(const char *country); /* CN, or unknown */

#endif
