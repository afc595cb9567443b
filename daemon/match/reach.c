/* reach.c - the roads from a query to the names that it might mean. */
#include "index.h"
#include "spoken.h"
#include "tables.h"

#include <string.h>

enum { LEAST_BASE = 600, ROUNDING = 64000, SEEN = 256 };

void index_next_stamp(struct match_index *index)
{
    if (++index->stamp != 0)
        return;
    memset(index->stamps, 0, index->name_count * sizeof *index->stamps);
    index->stamp = 1;
}

static void visit(const struct reach *reach, uint32_t name, bool by_glue)
{
    struct match_index *index = reach->index;
    if (index->stamps[name] == index->stamp)
        return;
    index->stamps[name] = index->stamp;
    reach->each(name, by_glue, reach->context);
}

static void visit_chain(const struct reach *reach, struct chain_walk walk, bool by_glue)
{
    for (uint32_t name; chain_next(&walk, &name);)
        visit(reach, name, by_glue);
}

void reach_by_glue(const struct reach *reach)
{
    char letters[NAME_LETTERS];
    const struct chains *glues = &reach->index->glues;
    for (int kind = GLUE_RAW; kind <= GLUE_CANONICAL; kind++) {
        size_t length = name_glue(reach->query, (enum glue_kind)kind, letters);
        if (length > 0)
            visit_chain(reach, chains_find(glues, word_hash_fast(letters, length)), true);
    }
}

static void visit_word(const struct reach *reach, const char *text, size_t length)
{
    uint32_t word;
    if (words_find(&reach->index->words, text, length, &word))
        visit_chain(reach, chains_find(&reach->index->postings, word), false);
}

/* Neighbours of the query as one word, or as neighbours written otherwise, of a firm. */
static void visit_joins(const struct reach *reach, size_t first)
{
    const struct parsed_name *query = reach->query;
    const struct chains *joins = &reach->index->joins;
    char letters[JOIN_LETTERS];
    size_t length = 0;
    uint64_t hash = WORD_HASH_START;
    for (size_t count = 1; count <= JOIN_WORDS && first + count <= query->count; count++) {
        const struct token *token = &query->tokens[first + count - 1];
        if (token->class == TOKEN_PLACE || length + token->text_length > JOIN_LETTERS)
            return;
        memcpy(letters + length, query->bytes + token->text, token->text_length);
        hash = word_hash_more(hash, letters + length, token->text_length);
        length += token->text_length;
        visit_chain(reach, chains_find(joins, word_hash_end(hash)), false);
        if (count > 1)
            visit_word(reach, letters, length);
    }
}

void reach_by_words(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class == TOKEN_CORE)
            visit_word(reach, query->bytes + token->text, token->text_length);
        if (token->class != TOKEN_PLACE)
            visit_joins(reach, i);
    }
}

struct near_search {
    const struct reach *reach;
    const char *text; /* of the present word */
    size_t length;
    uint32_t letters, weight;
    uint32_t core_weight, places_weight; /* of the whole query */
    uint32_t generic_bits[NAME_TOKENS];
    uint32_t seen[SEEN]; /* words that were looked at last: two that are near share several keys */
};

/* What is merely near leads to review at best: names that too little else agrees with are not laid against
 * the query token by token. Trade words that agree only by a slip or when joined are not foreseen here; a
 * name that lives on these and on a slip in its core is let go. `slip`: weight that the slip costs on each
 * side. */
static bool may_qualify(const struct near_search *search, const struct index_name *name, uint32_t slip)
{
    const struct match_index *index = search->reach->index;
    const struct parsed_name *query = search->reach->query;
    bool kin = name->latin &&
               !index->firms[name->firm].has_latin; /* trade words may agree with others than themselves */
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
    missing += core > search->core_weight ? core - search->core_weight : search->core_weight - core;
    missing += 2 * slip;
    uint32_t matched = (shared < theirs ? shared : theirs) +
                       (core < search->core_weight ? core : search->core_weight) + search->places_weight;
    matched -= slip < matched ? slip : matched;
    return matched * 1000ull + ROUNDING >= (uint64_t)LEAST_BASE * (matched + missing);
}

static void visit_names_near(const struct near_search *search, uint32_t word, unsigned distance)
{
    const struct reach *reach = search->reach;
    struct match_index *index = reach->index;
    size_t length = index->words.list[word].length;
    size_t longer = search->length > length ? search->length : length;
    uint32_t slip = (uint32_t)(search->weight * distance / longer);
    struct chain_walk walk = chains_find(&index->postings, word);
    for (uint32_t name; chain_next(&walk, &name);) {
        if (index->stamps[name] == index->stamp)
            continue;
        /* Another word of it may be nearer: it is asked again then. */
        if (reach->takes_all || may_qualify(search, &index->names[name], slip))
            visit(reach, name, false);
    }
}

static void visit_near(uint64_t hash, unsigned differ, void *context)
{
    struct near_search *search = context;
    const struct match_index *index = search->reach->index;
    struct chain_walk walk = chains_find(&index->near, hash);
    for (uint32_t at; chain_next(&walk, &at);) {
        /* Most end here, without a look at the word itself. */
        if (search->seen[at % SEEN] == at || near_is_far(search->letters, walk.note, differ))
            continue;
        search->seen[at % SEEN] = at;
        const struct index_word *word = &index->words.list[at];
        unsigned allowed = edits_allowed(search->length, word->length);
        unsigned distance = allowed == 0 ? 1
                                         : near_distance(search->text, search->length, search->letters,
                                               word_text(&index->words, at), word->length, word->letters);
        if (distance <= allowed)
            visit_names_near(search, at, distance);
    }
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
        near_keys_sought(search.text, search.length, visit_near, &search);
    }
}

/* One to three core words in a row, one of them read: by the sound of all of them together. */
void reach_by_sound(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    const struct chains *sounds = &reach->index->sounds;
    for (size_t first = 0; first < query->count; first++) {
        char letters[SOUND_BYTES];
        size_t length = 0;
        bool spoken = false;
        for (size_t count = 1; count <= SOUND_WORDS && first + count <= query->count; count++) {
            const struct token *token = &query->tokens[first + count - 1];
            if (token->class != TOKEN_CORE || length + token->text_length > SOUND_BYTES)
                break;
            memcpy(letters + length, query->bytes + token->text, token->text_length);
            length += token->text_length;
            spoken = spoken || token->spoken;
            uint64_t hash[2];
            size_t ways = spoken ? sound_keys(letters, length, hash) : 0;
            for (size_t way = 0; way < ways; way++)
                visit_chain(reach, chains_find(sounds, hash[way]), false);
        }
    }
}
