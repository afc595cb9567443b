/* bound.c - whether a name can come to anything at all, told before it is laid against the query.
 *
 * Most names that share a word with a query share nothing else. What agrees at most, and what is left over at
 * least, follows from numbers and letters of their words: a token that equals none of the other side, is near
 * none, and could not be made of its letters has no partner. A name that falls short of the review by this
 * count does so in judge() (judge.c) all the more: no answer changes. */
#include "decide.h"
#include "tables.h"

#include <string.h>

void bound_query(const struct match_index *index, const struct align_side *query, struct bound *ret_bound)
{
    *ret_bound = (struct bound){.index = index, .query = query, .is_latin = true};
    for (size_t i = 0; i < query->count; i++) {
        const struct align_token *token = &query->tokens[i];
        ret_bound->tokens[i] = (struct bound_token){.letters = token->letters,
            .raw_letters = token->raw_letters,
            .length = token->length,
            .raw_length = token->raw_length,
            .weight = token->weight,
            .class = token->class,
            .rewritten = token->letters != token->raw_letters || token->length != token->raw_length};
        ret_bound->spoken = ret_bound->spoken || token->spoken;
        ret_bound->cores += token->class == TOKEN_CORE;
        ret_bound->loose = ret_bound->loose || token->loose;
        ret_bound->is_latin =
            ret_bound->is_latin && ((token->letters | token->raw_letters) & LETTERS_NOT_LATIN) == 0;
        if (token->class != TOKEN_PLACE)
            ret_bound->free |= 1ull << i;
        else if (token->length != strlen(place_china) || memcmp(token->text, place_china, token->length) != 0)
            ret_bound->elsewhere = true;
    }
}

/* One side's tokens that equal none of the other's, as bits. */
struct rest {
    const struct bound_token *tokens;
    uint64_t free;
    uint64_t paired;  /* of these: they may find a partner */
    uint32_t letters; /* of all of them, as canonical and as written */
    bool generic;     /* trade words among them */
};

static struct rest rest_of(const struct bound_token *tokens, uint64_t free)
{
    struct rest rest = {.tokens = tokens, .free = free};
    for (; free != 0; free &= free - 1) {
        const struct bound_token *token = &tokens[__builtin_ctzll(free)];
        rest.letters |= token->letters | token->raw_letters;
        rest.generic = rest.generic || token->class == TOKEN_GENERIC;
    }
    rest.letters = letters_once(rest.letters);
    return rest;
}

/* What a Chinese name's reading and translation were read from is never near Latin letters, nor made of them.
 */
static void read_tokens(const struct bound *bound, const struct index_name *name, uint64_t free,
    struct bound_token ret_tokens[NAME_TOKENS])
{
    const struct index_word *words = bound->index->words.list;
    for (; free != 0; free &= free - 1) {
        int at = __builtin_ctzll(free);
        const struct index_token *token = &bound->index->tokens[name->first_token + (uint32_t)at];
        const struct index_word *word = &words[token->word];
        const struct index_word *raw =
            name->latin && token->loose && bound->is_latin ? word : &words[token->raw];
        ret_tokens[at] = (struct bound_token){word->letters, raw->letters, word->length, raw->length,
            index_weight(word, token->class), token->class, word != raw};
    }
}

static bool within(size_t a_length, uint32_t a_letters, size_t b_length, uint32_t b_letters, unsigned edits)
{
    size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
    return difference <= edits && !near_is_far(a_letters, b_letters, (unsigned)(2 * edits - difference));
}

/* are_near() of align.c, without a look at the words. */
static bool may_be_near(const struct bound_token *a, const struct bound_token *b)
{
    unsigned edits = align_edits_allowed(a->class, a->length, b->class, b->length);
    if (edits > 0 && within(a->length, a->letters, b->length, b->letters, edits))
        return true;
    edits = a->rewritten || b->rewritten
                ? align_edits_allowed(a->class, a->raw_length, b->class, b->raw_length)
                : 0;
    return edits > 0 && within(a->raw_length, a->raw_letters, b->raw_length, b->raw_letters, edits);
}

/* Every letter of it is on the other side. */
static bool may_be_joined(const struct bound_token *token, const struct rest *other)
{
    return (letters_once(token->letters) & ~other->letters) == 0 ||
           (letters_once(token->raw_letters) & ~other->letters) == 0;
}

static void join_rest(struct rest *own, const struct rest *other, bool kin)
{
    for (uint64_t free = own->free; free != 0; free &= free - 1) {
        const struct bound_token *token = &own->tokens[__builtin_ctzll(free)];
        if (may_be_joined(token, other) || (kin && token->class == TOKEN_GENERIC && other->generic))
            own->paired |= free & -free;
    }
}

static void pair_rests(struct rest *ours, struct rest *theirs, bool kin)
{
    join_rest(ours, theirs, kin);
    join_rest(theirs, ours, kin);
    for (uint64_t left = ours->free; left != 0; left &= left - 1) {
        uint64_t bit = left & -left;
        uint64_t right = (ours->paired & bit) != 0 ? theirs->free & ~theirs->paired : theirs->free;
        for (; right != 0; right &= right - 1)
            if (may_be_near(&ours->tokens[__builtin_ctzll(left)], &theirs->tokens[__builtin_ctzll(right)])) {
                ours->paired |= bit;
                theirs->paired |= right & -right;
            }
    }
}

struct sums {
    uint64_t paired, left;
    bool core, left_core; /* among those */
};

static struct sums sum_of(const struct rest *rest)
{
    struct sums sums = {0};
    for (uint64_t free = rest->free; free != 0; free &= free - 1) {
        const struct bound_token *token = &rest->tokens[__builtin_ctzll(free)];
        bool paired = (rest->paired & free & -free) != 0;
        bool core = token->class == TOKEN_CORE;
        sums.paired += paired ? token->weight : 0;
        sums.left += paired ? 0 : token->weight;
        sums.core = sums.core || (core && paired);
        sums.left_core = sums.left_core || (core && !paired);
    }
    return sums;
}

/* What is known of the two so far. */
struct shared {
    uint64_t query, name; /* tokens that are still free, as bits */
    uint64_t weight;
    bool core, loose;
    bool conflict; /* of places */
};

static bool shares_place(const struct align_side *query, uint32_t word)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->tokens[i].class == TOKEN_PLACE && query->tokens[i].word == word)
            return true;
    return false;
}

static void share_places(const struct bound *bound, const struct index_name *name, struct shared *shared)
{
    const struct index_token *tokens = &bound->index->tokens[name->first_token];
    bool elsewhere = false;
    bool any = false;
    for (size_t j = 0; j < name->token_count; j++) {
        shared->loose = shared->loose || tokens[j].loose;
        if (tokens[j].class != TOKEN_PLACE) {
            shared->name |= 1ull << j;
            continue;
        }
        bool same = shares_place(bound->query, tokens[j].word);
        shared->weight += same ? WEIGHT_PLACE : 0;
        any = any || same;
        elsewhere = elsewhere || tokens[j].word != bound->index->china;
    }
    shared->conflict = !any && elsewhere && bound->elsewhere;
}

/* pair_equal() of align.c: the same pairs. */
static void share_words(const struct bound *bound, const struct index_name *name, struct shared *shared)
{
    const struct index_token *tokens = &bound->index->tokens[name->first_token];
    for (uint64_t own = shared->query; own != 0; own &= own - 1) {
        const struct align_token *token = &bound->query->tokens[__builtin_ctzll(own)];
        for (uint64_t other = shared->name; token->word != NOTHING && other != 0; other &= other - 1) {
            const struct index_token *its = &tokens[__builtin_ctzll(other)];
            if (its->word != token->word)
                continue;
            uint16_t weight = index_weight(&bound->index->words.list[its->word], its->class);
            shared->weight += token->weight < weight ? token->weight : weight;
            shared->core = shared->core || (token->class == TOKEN_CORE && its->class == TOKEN_CORE);
            shared->query &= ~(own & -own);
            shared->name &= ~(other & -other);
            break;
        }
    }
}

bool bound_allows(const struct bound *bound, uint32_t at)
{
    const struct index_name *name = &bound->index->names[at];
    struct shared shared = {.query = bound->free, .loose = bound->loose};
    share_places(bound, name, &shared);
    share_words(bound, name, &shared);
    /* What merely sounds alike is none in another town (judge.c); how it sounds is not told here. */
    if (bound->spoken)
        return !shared.conflict;
    if ((shared.query | shared.name) == 0)
        return true;
    struct bound_token tokens[NAME_TOKENS]; /* large: not zeroed */
    read_tokens(bound, name, shared.name, tokens);
    struct rest own = rest_of(bound->tokens, shared.query);
    struct rest other = rest_of(tokens, shared.name);
    pair_rests(&own, &other, shared.loose);
    struct sums ours = sum_of(&own);
    struct sums theirs = sum_of(&other);
    if (!shared.core && !(ours.core && theirs.core))
        return false;
    if (bound->whole && ours.left + theirs.left > 0)
        return false;
    uint64_t matched = shared.weight + (ours.paired < theirs.paired ? ours.paired : theirs.paired);
    bool shortened = bound->query->legal == 0 && ours.left == 0 && !theirs.left_core;
    bool whole_core = (shared.loose || !bound->is_latin) && !ours.left_core && !theirs.left_core;
    return matched > 0 && (int)(1000 * matched / (matched + ours.left + theirs.left)) >=
                              base_needed(shared.conflict, shortened, whole_core);
}
