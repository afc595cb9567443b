/* slips.c - the road from a query to names with a word that is a slip or two away.
 *
 * It leads through four tables that lie anywhere in memory. Each is walked for many at a time, and what the
 * next needs is fetched meanwhile. */
#include "index.h"
#include "tables.h"

#include <string.h>

enum { LEAST_BASE = 600, ROUNDING = 64000, SEEN = 256 };
enum { KEYS = 128, CANDIDATES = 128, WORDS = 64 };
/* What looking at a word and at a name costs, in token pairs; so many entries of a list cost one. */
enum { WORD_EFFORT = 2, LOOK_EFFORT = 2, ENTRIES_A_PAIR = 16 };

struct near_search {
    const struct reach *reach;
    const char *text; /* of the present word */
    size_t length;
    uint32_t letters, weight;
    uint32_t core_weight, places_weight; /* of the whole query */
    uint32_t generic_bits[NAME_TOKENS];
    uint32_t seen[SEEN]; /* words that were looked at last: two that are near share several keys */
    struct near_key {
        uint64_t hash;
        unsigned differ;
    } keys[KEYS];
    uint32_t candidates[CANDIDATES];
    struct near_word {
        uint32_t word, slip, spare;
    } words[WORDS];
    size_t key_count, candidate_count, word_count;
    struct crowd crowd;
};

/* What is merely near leads to review at best: names that too little else agrees with are not laid against
 * the query token by token. Trade words that agree only by a slip or when joined are not foreseen here; a
 * name that lives on these and on a slip in its core is let go. `slip`: weight that the slip costs on each
 * side; `spare`: by how much the two words differ in weight, of which nothing is left over (Mirco, Micro). */
static bool may_qualify(
    const struct near_search *search, const struct index_name *name, uint32_t slip, uint32_t spare)
{
    const struct parsed_name *query = search->reach->query;
    bool kin = name->latin && !name->has_other; /* trade words may agree with others than themselves */
    uint32_t shared = 0;
    uint32_t missing = 0;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class != TOKEN_GENERIC)
            continue;
        bool there = kin || (name->generic_mask & search->generic_bits[i]) != 0;
        shared += there ? token->weight : 0;
        missing += there ? 0 : token->weight;
    }
    uint32_t theirs = name->generic_weight * INDEX_WEIGHT_UNIT;
    uint32_t core = name->core_weight * INDEX_WEIGHT_UNIT;
    missing += theirs > shared && !kin ? theirs - shared : 0;
    uint32_t differ = core > search->core_weight ? core - search->core_weight : search->core_weight - core;
    missing += differ > spare ? differ - spare : 0;
    missing += 2 * slip;
    uint32_t matched = (shared < theirs ? shared : theirs) +
                       (core < search->core_weight ? core : search->core_weight) + search->places_weight;
    matched -= slip < matched ? slip : matched;
    return matched * 1000ull + ROUNDING >= (uint64_t)LEAST_BASE * (matched + missing);
}

static void take_name(struct near_search *search, uint32_t name, const struct near_word *word)
{
    const struct match_index *index = search->reach->index;
    if (crowd_knows(&search->crowd, name))
        return;
    /* Another word of it may be nearer: it is asked again then. */
    if (!search->reach->takes_all && !may_qualify(search, &index->names[name], word->slip, word->spare))
        return;
    if (reach_affords(search->reach, 1))
        crowd_add(&search->crowd, name);
}

/* The names of the words that are near. */
static void visit_words(struct near_search *search)
{
    const struct match_index *index = search->reach->index;
    struct chain_walk walks[WORDS];
    for (size_t i = 0; i < search->word_count; i++) {
        walks[i] = chains_find(&index->postings, search->words[i].word);
        __builtin_prefetch(&index->postings.values[walks[i].at]);
    }
    for (size_t i = 0; i < search->word_count; i++)
        for (size_t at = walks[i].at; at < walks[i].end; at++) {
            __builtin_prefetch(&index->stamps[index->postings.values[at]]);
            __builtin_prefetch(&index->names[index->postings.values[at]]);
        }
    for (size_t i = 0; i < search->word_count; i++) {
        if (!effort_takes(search->reach->effort, (walks[i].end - walks[i].at) * LOOK_EFFORT))
            continue;
        for (uint32_t name; chain_next(&walks[i], &name);)
            take_name(search, name, &search->words[i]);
    }
    search->word_count = 0;
    crowd_visit(&search->crowd);
}

static void compare(struct near_search *search, uint32_t at)
{
    struct match_index *index = search->reach->index;
    const struct index_word *word = &index->words.list[at];
    unsigned allowed = edits_allowed(search->length, word->length);
    unsigned distance = allowed == 0 ? 1
                                     : near_distance(search->text, search->length, search->letters,
                                           word_text(&index->words, at), word->length, word->letters);
    if (distance > allowed || index->word_stamps[at] == index->word_stamp)
        return;
    index->word_stamps[at] = index->word_stamp; /* its names are paid for once, whatever came between */
    size_t longer = search->length > word->length ? search->length : word->length;
    __builtin_prefetch(&index->postings.starts[at]);
    uint32_t other = index_weight(word, TOKEN_CORE);
    uint32_t lighter = search->weight < other ? search->weight : other;
    search->words[search->word_count++] = (struct near_word){.word = at,
        .slip = (uint32_t)(lighter * distance / longer),
        .spare = search->weight + other - 2 * lighter};
    if (search->word_count == WORDS)
        visit_words(search);
}

static void compare_all(struct near_search *search)
{
    const struct words *words = &search->reach->index->words;
    for (size_t i = 0; i < search->candidate_count; i++)
        __builtin_prefetch(word_text(words, search->candidates[i]));
    for (size_t i = 0; i < search->candidate_count; i++)
        compare(search, search->candidates[i]);
    search->candidate_count = 0;
}

/* Most entries end here, without a look at the word itself. */
static void take_key(struct near_search *search, struct chain_walk walk, unsigned differ)
{
    const struct match_index *index = search->reach->index;
    for (uint32_t at; chain_next(&walk, &at);) {
        if (near_is_far(search->letters, walk.note, differ))
            continue;
        if (!effort_takes(search->reach->effort, WORD_EFFORT))
            return;
        if (search->seen[at % SEEN] == at)
            continue;
        search->seen[at % SEEN] = at;
        __builtin_prefetch(&index->words.list[at]);
        search->candidates[search->candidate_count++] = at;
        if (search->candidate_count == CANDIDATES)
            compare_all(search);
    }
}

static void take_keys(struct near_search *search)
{
    const struct chains *near = &search->reach->index->near;
    struct chain_walk walks[KEYS];
    for (size_t i = 0; i < search->key_count; i++) {
        walks[i] = chains_find(near, search->keys[i].hash);
        if (walks[i].at == walks[i].end)
            continue;
        __builtin_prefetch(&near->values[walks[i].at]);
        __builtin_prefetch(&near->notes[walks[i].at]);
    }
    for (size_t i = 0; i < search->key_count; i++)
        if (walks[i].at < walks[i].end &&
            effort_takes(search->reach->effort, (walks[i].end - walks[i].at) / ENTRIES_A_PAIR))
            take_key(search, walks[i], search->keys[i].differ);
    search->key_count = 0;
}

static void take_hash(uint64_t hash, unsigned differ, void *context)
{
    struct near_search *search = context;
    const struct chains *near = &search->reach->index->near;
    if (near->starts == NULL)
        return;
    __builtin_prefetch(&near->starts[chain_bucket(near, (uint32_t)(hash >> 32))]);
    search->keys[search->key_count++] = (struct near_key){.hash = hash, .differ = differ};
    if (search->key_count == KEYS)
        take_keys(search);
}

/* What may_qualify() needs to know of the query. */
static void sum_up(struct near_search *search)
{
    const struct parsed_name *query = search->reach->query;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class == TOKEN_CORE)
            search->core_weight += token->weight;
        else if (token->class == TOKEN_PLACE)
            search->places_weight += WEIGHT_PLACE;
        else
            search->generic_bits[i] = index_generic_bit(query->bytes + token->text, token->text_length);
    }
}

void reach_by_near(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    struct near_search search; /* large: not zeroed as a whole */
    search.reach = reach;
    search.core_weight = search.places_weight = 0;
    search.key_count = search.candidate_count = search.word_count = 0;
    search.crowd.reach = reach;
    search.crowd.count = 0;
    sum_up(&search);
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class != TOKEN_CORE)
            continue;
        search.text = query->bytes + token->text;
        search.length = token->text_length;
        search.letters = letters_of(search.text, search.length);
        search.weight = token->weight;
        memset(search.seen, 0xff, sizeof search.seen);
        index_next_word_stamp(reach->index);
        near_keys_sought(search.text, search.length, take_hash, &search);
        take_keys(&search);
        compare_all(&search);
    }
    visit_words(&search);
}
