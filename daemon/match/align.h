/* align.h - two names laid against each other, token by token, and the weight of what agrees. */
#ifndef MATCH_ALIGN_H
#define MATCH_ALIGN_H

#include "index.h"
#include "spoken.h"

struct align_token {
    const char *text, *raw;
    uint32_t word;
    uint16_t length, raw_length;
    uint16_t weight;
    uint8_t class, position;
    bool loose, spoken, shares;
    uint32_t letters, raw_letters; /* letters_of() both */
};

/* How the words of a side sound, one to three of them in a row; filled as they are asked for. */
struct side_sounds {
    bool known[NAME_TOKENS][SOUND_WORDS];
    struct sound_ways runs[NAME_TOKENS][SOUND_WORDS];
};

struct align_side {
    struct align_token tokens[NAME_TOKENS];
    size_t count;
    uint64_t legal;
    struct side_sounds *sounds; /* kept from name to name; NULL = not */
    bool
        is_read; /* of a Chinese name, though the firm has another in Latin letters: that one's words count */
};

/* How two pieces agree. The first three are as good as equal. */
enum align_how { HOW_EXACT, HOW_SYNONYM, HOW_JOIN, HOW_LOOSE, HOW_SOUND, HOW_EDIT };

struct align_pair {
    uint8_t first[2], count[2]; /* tokens of the query [0] and of the firm [1] */
    uint8_t how;                /* enum align_how */
    uint8_t edits;
    bool is_core; /* core on both sides */
    uint32_t weight;
};

enum place_relation { PLACES_EQUAL, PLACES_ELSEWHERE, PLACES_MISSING, PLACES_CONFLICT };
extern const char *const place_relation_names[4];
extern const char *const align_how_names[6];

struct alignment {
    struct align_pair pairs[NAME_TOKENS];
    size_t pair_count;
    bool used[2][NAME_TOKENS];
    uint64_t matched, left;         /* weights */
    bool left_over;                 /* some token but a place has no partner */
    bool left_any[2], left_core[2]; /* on which side, and whether core is among them */
    bool core_agrees;               /* some pair is core on both sides */
    bool core_in_order;
    bool loose, edited; /* some pair is */
    enum place_relation places;
    int base;  /* thousandths: matched / (matched + left) */
    int score; /* the same, less what the places cost */
};

void align_query(
    const struct match_index *index, const struct parsed_name *query, struct align_side *ret_side);
void align_firm(const struct match_index *index, const struct index_name *name, struct align_side *ret_side);
void align(const struct align_side *query, const struct align_side *firm, struct alignment *ret_alignment);
/* To read two words aloud costs microseconds, and nine runs begin at each pair: names of 16 words each are
 * compared so, and none is longer; a stranger's row may be, and must not hold the loop. */
enum { SOUND_PAIRS_MOST = 256 };
/* Slips that two tokens may differ by and still be a pair; 0 = none. Core words may by one or two; or a long
 * trade word by one, a very long one by two, which makes it look like core (Madical, Tecnnology, Eletrinics).
 */
enum { ALIGN_TRADE_LETTERS = 7, ALIGN_TRADE_LONG = 10 };
static inline unsigned align_edits_allowed(uint8_t a_class, size_t a_length, uint8_t b_class, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    if (a_class == TOKEN_GENERIC && b_class == TOKEN_GENERIC)
        return 0;
    if (a_class == b_class)
        return edits_allowed(a_length, b_length);
    return shorter >= ALIGN_TRADE_LONG ? NEAR_EDITS : shorter >= ALIGN_TRADE_LETTERS ? 1 : 0;
}
/* Words read out of another script, against those that sound alike (sound_pairs.c); and what it needs of
 * align.c. */
void align_sounds(struct alignment *a, const struct align_side *const sides[2]);
bool align_is_free(const struct align_side *side, const bool *used, size_t at);
void align_add_pair(struct alignment *a, const struct align_side *const sides[2], struct align_pair pair);
void align_charge_slips(struct alignment *a, unsigned edits, size_t length);
/* The same tokens in the same order at the same places. */
bool align_is_same(const struct align_side *query, const struct align_side *firm);
/* Whether the two forms may be the same legal entity's. */
bool legal_agrees(uint64_t a, uint64_t b);

#endif
