/* index.h - the firms' names in memory, and how a query finds those that might be meant.
 *
 * A name is a row of tokens whose texts are interned as words. From a query one gets to names by four roads:
 * the glue of the whole name, a core word, two to four neighbours written as one (`joins`), and words one or
 * two slips away (`near`); from one in another script also by its sound. Whatever is reached is compared
 * token by token afterwards (align.h), so a road may lead too far but never decides. */
#ifndef MATCH_INDEX_H
#define MATCH_INDEX_H

#include "frequency.h"
#include "m13/match.h"
#include "name.h"
#include "tables.h"
#include "word_map.h"

#define NOTHING UINT32_MAX /* no word, no node, no name */

/* Numbers by key: filled, then put in order, then read. Of a hash as key 32 bits are kept: those that choose
 * a bucket and 16 more, so that a false hit costs a comparison now and then. A table of numbers as keys has a
 * bucket for each. */
struct chains {
    bool has_notes;   /* what is to be known of a value before it is looked at */
    bool is_mixed;    /* values of the other keys of a bucket may come along: the notes tell enough */
    bool is_numbered; /* keys are numbers from 0 on, and no hashes */
    uint32_t *filled; /* key, value and note of each, as they came; then NULL */
    size_t count, capacity;
    uint32_t *starts, *values, *notes; /* of each bucket, in the other two, and in `tags` */
    uint16_t *tags;
    size_t buckets, step;
    uint8_t bits, phase;
};
void chains_add(struct chains *chains, uint64_t key, uint32_t value, uint32_t note);
/* Puts all in order: one slice; true once it is done. Nothing may be added afterwards. */
bool chains_settle(struct chains *chains, int64_t deadline_us);
bool chains_hold(const struct chains *chains, uint64_t key);
void chains_empty(struct chains *chains); /* to be filled anew */

static inline size_t chain_bucket(const struct chains *chains, uint32_t key)
{
    return chains->is_numbered ? key : chains->bits == 0 ? 0 : key >> (32 - chains->bits);
}

/* The values of a key, one after the other. */
struct chain_walk {
    const struct chains *chains;
    uint32_t at, end;
    uint16_t tag;
    uint32_t note; /* of the last value */
};

static inline struct chain_walk chains_find(const struct chains *chains, uint64_t key)
{
    uint32_t own = chains->is_numbered ? (uint32_t)key : (uint32_t)(key >> 32);
    struct chain_walk walk = {.chains = chains, .tag = (uint16_t)own};
    size_t bucket = chain_bucket(chains, own);
    if (chains->starts != NULL && bucket < chains->buckets) {
        walk.at = chains->starts[bucket];
        walk.end = chains->starts[bucket + 1];
    }
    return walk;
}

static inline bool chain_next(struct chain_walk *walk, uint32_t *ret_value)
{
    const struct chains *chains = walk->chains;
    while (walk->at < walk->end) {
        uint32_t at = walk->at++;
        if (chains->tags != NULL && chains->tags[at] != walk->tag)
            continue;
        *ret_value = chains->values[at];
        walk->note = chains->notes == NULL ? NOTHING : chains->notes[at];
        return true;
    }
    return false;
}

struct index_word {
    uint32_t text;    /* in words.texts */
    uint32_t letters; /* letters_of() */
    uint16_t length;
    uint16_t weights[2]; /* as core and as trade word; 0: it is none */
    bool is_core;        /* of some name: then it has its near words in the index */
};

/* The words of all names, each once (words.c). */
struct word_place;
struct words {
    struct index_word *list;
    size_t count, capacity;
    char *texts;
    size_t text_bytes, text_capacity;
    struct word_place *places; /* while they are filled */
    size_t place_count, step;
    struct chains by_hash;
};
void words_reserve(struct words *words, size_t count);
/* Fetches what words_intern() is going to look at; returns the tag that it wants. */
uint32_t words_fetch(const struct words *words, const char *text, size_t length);
uint32_t words_intern(struct words *words, const char *text, size_t length, uint32_t tag);
/* Ends the filling: one slice; true once it is done. From then on words are found. */
bool words_settle(struct words *words, int64_t deadline_us);
bool words_find(const struct words *words, const char *text, size_t length, uint32_t *ret_word);
void words_empty(struct words *words);
static inline const char *word_text(const struct words *words, uint32_t word)
{
    return words->texts + words->list[word].text;
}

enum { INDEX_WORDS_MOST = 1 << 26 };
struct index_token {
    unsigned word : 26; /* canonical */
    unsigned class : 2, position : 2;
    bool loose : 1, shares : 1;
    uint32_t raw; /* as written */
};

struct index_name {
    uint32_t firm;
    uint32_t first_token;
    uint32_t source; /* as registered, for people */
    /* To tell without its tokens what can agree at most. Weights in units, that of core words rounded up. */
    uint32_t generic_mask;
    uint16_t generic_weight, core_weight;
    uint16_t legal; /* in match_index.legals */
    uint8_t token_count;
    unsigned kind : 4; /* enum match_name_kind */
    bool latin : 1;    /* of a Chinese name: good for review only */
    bool is_short : 1; /* an alias without a legal form, or a reading of an entry that holds more */
    bool has_beside : 1;
    bool has_other : 1; /* of the same firm, that is not in Chinese */
};
enum { INDEX_WEIGHT_UNIT = 16 };
/* Key of a name written as one word. */
uint64_t glue_hash(const char *letters, size_t length);
uint32_t index_generic_bit(const char *word, size_t length); /* one of the 32 of generic_mask */

struct index_firm {
    const char *uscc, *name_zh;
    const char *identifiers;             /* the other kinds, in their order, each with its NUL */
    uint32_t first_source, source_count; /* as added */
    uint32_t first_name, name_count;     /* as indexed */
    bool is_candidate : 1;               /* known by SRN or FEI only */
    bool has_chinese : 1, has_latin : 1; /* some name is in Chinese; some is not */
};

struct index_source {
    const char *text;
    char country[7]; /* of an entity */
    uint8_t kind;    /* enum match_name_kind */
};

struct arena_block;
struct match_index {
    struct index_firm *firms;
    size_t firm_count, firm_capacity;
    struct index_source *sources;
    size_t source_count, source_capacity;
    size_t built;   /* firms indexed so far */
    size_t settled; /* tables put in order since */
    bool is_built;
    uint32_t china; /* the word of this place; NOTHING = no name has it */

    struct frequency *frequency; /* of the makers that were shown to it; NULL = none */
    struct word_map frequent;    /* the trade words that they tell, to weights */
    size_t checked; /* sources that were asked whether such a word is all the name that a firm has */
    bool is_checked;

    struct words words;
    struct index_token *tokens;
    size_t token_count, token_capacity;
    struct index_name *names;
    size_t name_count, name_capacity;
    uint64_t *legals; /* all legal forms that names have, each once */
    size_t legal_count, legal_capacity;

    struct chains postings;           /* from words to the names that have them as core */
    struct chains glues, joins, near; /* to names, names, words */
    struct chains sounds, sound_rows; /* of one word, to words; of several in a row, to names */
    struct chains identifiers;        /* to firms */

    size_t effort_most; /* of one query */

    /* Scratch of match_find: names reached by the present query. */
    uint16_t *stamps;
    uint16_t stamp;
    uint16_t *word_stamps; /* words that are near the present word of the query */
    uint16_t word_stamp;
    struct arena_block *strings;
};

static inline uint16_t index_weight(const struct index_word *word, unsigned class)
{
    return class == TOKEN_PLACE ? (uint16_t)WEIGHT_PLACE : word->weights[class];
}
/* Trade words that the makers tell are no core, in this index. */
void index_classify(const struct match_index *index, struct parsed_name *parsed);
/* Which these are: one slice; true once it is known. */
bool index_know_frequent(struct match_index *index, int64_t deadline_us);
/* Calls `each` for these words, in order of their letters. */
void index_each_frequent(const struct match_index *index,
    void (*each)(const char *word, size_t length, uint32_t weight, void *context), void *context);

/* The name as it was registered. */
const char *index_source_text(const struct match_index *index, const struct index_name *name);
/* Forgets what was built: firms are added to an index that is. */
void index_unbuild(struct match_index *index);
/* Copies into memory that lives as long as the index and never moves. */
const char *index_keep(struct match_index *index, const char *bytes, size_t length);
void index_keep_free(struct arena_block *block);

/* Key of an identifier: its kind and its letters; false when it breaks its check rule. */
enum identifier_kind {
    IDENTIFIER_SRN,
    IDENTIFIER_FEI,
    IDENTIFIER_OWNER_OPERATOR,
    IDENTIFIER_USCC,
    IDENTIFIER_ENTITY_SRN,
    IDENTIFIER_ENTITY_FEI
};
enum { IDENTIFIER_KINDS = 6, IDENTIFIER_BYTES = 24 };
extern const char *const identifier_names[IDENTIFIER_KINDS];
/* Next identifier of a list parted by blanks, '|', ',' or ';', without blanks, in capitals; false at the end.
 */
bool identifier_next(const char **cursor, char out[IDENTIFIER_BYTES]);
bool identifier_is_good(enum identifier_kind kind, const char *identifier);
uint64_t identifier_hash(enum identifier_kind kind, const char *identifier);
const char *firm_identifiers(const struct index_firm *firm, enum identifier_kind kind);
bool identifier_in_list(const char *list, const char *identifier);

/* Words one or two slips apart (near.c): the keys under which a firm's word stands, those under which a
 * query's word is sought, and how far the two may differ: one edit from 5 letters on, two from 9. */
enum { NEAR_EDITS = 2, NEAR_SHORTEST = 5, NEAR_DOUBLE = 9 };
/* `differ`: in how many bits of letters_of() the two words can differ, when this key is sought and leads to
 * one that is near. */
typedef void near_each(uint64_t hash, unsigned differ, void *context);
void near_keys_stored(const char *text, size_t length, near_each *each, void *context);
void near_keys_sought(const char *text, size_t length, near_each *each, void *context);
/* How many there are of each letter, as bits. An edit adds, takes or swaps a letter and changes at most two
 * of the bits, one where the word gets longer or shorter, so that most words that are far apart need no
 * comparison. */
uint32_t letters_of(const char *text, size_t length);
/* Its bits that stand for a second or third of a letter. */
#define LETTERS_SECOND (2u << 0 | 2u << 2 | 2u << 4 | 2u << 6 | 2u << 8 | 6u << 10 | 2u << 13 | 2u << 15)
static inline uint32_t letters_once(uint32_t letters) /* which letters there are */
{
    return letters & ~LETTERS_SECOND;
}
#define LETTERS_NOT_LATIN (1u << 31) /* some other script is in it */
static inline bool near_is_far(uint32_t a_letters, uint32_t b_letters, unsigned differ)
{
    uint32_t bits = a_letters ^ b_letters;
    for (; differ > 0; differ--)
        bits &= bits - 1;
    return bits != 0;
}
/* Edits between two words, or NEAR_EDITS + 1 when they are more, or when a word is not in Latin letters: that
 * 力德 and 力康 have all bytes but one in common says nothing. */
unsigned near_distance(
    const char *a, size_t a_length, uint32_t a_letters, const char *b, size_t b_length, uint32_t b_letters);
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);
/* One edit for 5 to 8 letters, two for 9 and more, by the shorter word; none below. */
static inline unsigned edits_allowed(size_t a_length, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    return shorter < NEAR_SHORTEST ? 0 : shorter < NEAR_DOUBLE ? 1 : NEAR_EDITS;
}

/* Neighbours that may be written as one word: how many, and how long they may get together. */
enum { JOIN_WORDS = 4, JOIN_LETTERS = 27 };

/* --- searching ------------------------------------------------------------------------------------------ */

/* What one query may still cost, in pairs of tokens that are compared, some 20 ns each: a spelling that is
 * made to be slow must not hold the loop, whose slice is 5 ms. What all roads together cost does not depend
 * on the order of adding, hence neither does whether it is too much. */
enum { EFFORT_MOST = 85000 };
struct effort {
    size_t left;
    bool exceeded;
};
/* False when it is too much, then and from then on. NULL: nothing is. */
bool effort_takes(struct effort *effort, size_t pairs);

/* Calls `each` for every name that the parsed query might mean, each at most once per query stamp. */
struct reach {
    struct match_index *index;
    const struct parsed_name *query;
    void (*each)(uint32_t name, bool by_glue, void *context);
    void *context;
    struct effort *effort;
    bool takes_all; /* of what is merely near, also names that can hardly qualify for review */
};
void index_next_stamp(struct match_index *index);      /* names count as not yet reached */
void index_next_word_stamp(struct match_index *index); /* words as not yet near */
void reach_by_glue(const struct reach *reach);
void reach_by_words(const struct reach *reach);
void reach_by_near(const struct reach *reach);
/* Words of the same sound only, or also of one that is alike (sound_between). */
enum sound_likeness { SOUND_SAME, SOUND_ALIKE };
void reach_by_sound(const struct reach *reach, enum sound_likeness likeness);
/* All names that have every core word of the query, be it joined or apart: those of its rarest word. */
void reach_by_rarest_word(const struct reach *reach);
/* For the roads: whether a list of so many names may be visited; and names that are going to be. Each lies
 * anywhere in memory, its tokens elsewhere, their words elsewhere again: what the next step needs of many is
 * fetched together. */
bool reach_affords(const struct reach *reach, size_t names);
enum { CROWD = 48 };
struct crowd {
    const struct reach *reach;
    uint32_t names[CROWD];
    size_t count;
};
static inline bool crowd_knows(const struct crowd *crowd, uint32_t name)
{
    return crowd->reach->index->stamps[name] == crowd->reach->index->stamp;
}
void crowd_add(struct crowd *crowd, uint32_t name); /* unless it is or was among them */
void crowd_visit(struct crowd *crowd);              /* all that were added */

/* --- what a change of firms touches ------------------------------------------------------------------------
 */

/* Adds to `changed` every firm, in its old and in its new form, in which the two built indexes differ. False
 * when they differ in more than firms (the frequent words): then everything must be asked again. */
bool index_differences(
    const struct match_index *old, const struct match_index *now, struct match_index *changed);
/* Whether the answer to the query may rest on a firm of this index: it shares a key or an identifier with
 * one. */
bool index_touches(struct match_index *index, const struct match_query *query);

#endif
