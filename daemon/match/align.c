#include "align.h"

#include "tables.h"

#include <string.h>

enum { JOIN_WORDS = 4, TRADE_LETTERS = 7, COST_MISSING = 30, COST_ELSEWHERE = 20, COST_CONFLICT = 300 };

const char *const place_relation_names[] = {"equal", "elsewhere", "missing", "conflict"};
const char *const align_how_names[] = {"exact", "synonym", "join", "loose", "edit"};

void align_query(
    const struct match_index *index, const struct parsed_name *query, struct align_side *ret_side)
{
    ret_side->count = query->count;
    ret_side->legal = query->legal;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        struct align_token *to = &ret_side->tokens[i];
        *to = (struct align_token){.text = query->bytes + token->text,
            .raw = query->bytes + token->raw,
            .word = NOTHING,
            .length = token->text_length,
            .raw_length = token->raw_length,
            .weight = token->weight,
            .class = token->class,
            .position = token->position,
            .loose = token->loose};
        word_map_find(&index->word_ids, to->text, to->length, &to->word);
    }
}

void align_firm(const struct match_index *index, const struct index_name *name, struct align_side *ret_side)
{
    ret_side->count = name->token_count;
    ret_side->legal = name->legal;
    for (size_t i = 0; i < name->token_count; i++) {
        const struct index_token *token = &index->tokens[name->first_token + i];
        const struct index_word *word = &index->words[token->word];
        const struct index_word *raw = &index->words[token->raw];
        ret_side->tokens[i] = (struct align_token){.text = word->text,
            .raw = raw->text,
            .word = token->word,
            .length = word->length,
            .raw_length = raw->length,
            .weight = token->weight,
            .class = token->class,
            .position = token->position,
            .loose = token->loose};
    }
}

static bool same_raw(const struct align_token *a, const struct align_token *b)
{
    return a->raw_length == b->raw_length && memcmp(a->raw, b->raw, a->raw_length) == 0;
}

/* A translation equals only itself. */
static bool same_token(const struct align_token *a, const struct align_token *b)
{
    return a->word == b->word && a->word != NOTHING && a->class == b->class &&
           ((!a->loose && !b->loose) || same_raw(a, b));
}

bool align_is_same(const struct align_side *query, const struct align_side *firm)
{
    if (query->count != firm->count)
        return false;
    for (size_t i = 0; i < query->count; i++) {
        const struct align_token *a = &query->tokens[i];
        const struct align_token *b = &firm->tokens[i];
        if (!same_token(a, b) || (a->class == TOKEN_PLACE && a->position != b->position))
            return false;
    }
    return true;
}

bool legal_agrees(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0)
        return ((a | b) & ~table_legal_tacit()) == 0 || (a | b) == 0;
    return (a & b) != 0;
}

/* ----------------------------------------------------------------------------------------------- pairs */

static bool is_free(const struct align_side *side, const bool *used, size_t at)
{
    return at < side->count && !used[at] && side->tokens[at].class != TOKEN_PLACE;
}

static void add_pair(struct alignment *a, const struct align_side *const sides[2], struct align_pair pair)
{
    uint32_t weight[2] = {0, 0};
    bool core[2] = {false, false};
    for (int side = 0; side < 2; side++)
        for (size_t i = pair.first[side]; i < (size_t)pair.first[side] + pair.count[side]; i++) {
            const struct align_token *token = &sides[side]->tokens[i];
            weight[side] += token->weight;
            core[side] = core[side] || token->class == TOKEN_CORE;
            a->used[side][i] = true;
        }
    pair.is_core = core[0] && core[1];
    pair.weight = weight[0] < weight[1] ? weight[0] : weight[1];
    a->core_agrees = a->core_agrees || pair.is_core;
    a->loose = a->loose || pair.how == HOW_LOOSE;
    a->edited = a->edited || pair.how == HOW_EDIT;
    a->pairs[a->pair_count++] = pair;
}

static void pair_equal(struct alignment *a, const struct align_side *const sides[2])
{
    for (size_t i = 0; i < sides[0]->count; i++) {
        const struct align_token *own = &sides[0]->tokens[i];
        for (size_t j = 0; is_free(sides[0], a->used[0], i) && j < sides[1]->count; j++) {
            const struct align_token *other = &sides[1]->tokens[j];
            if (own->word != other->word || own->word == NOTHING || !is_free(sides[1], a->used[1], j))
                continue;
            enum align_how how = same_raw(own, other)         ? HOW_EXACT
                                 : own->loose || other->loose ? HOW_LOOSE
                                                              : HOW_SYNONYM;
            add_pair(a, sides,
                (struct align_pair){.first = {(uint8_t)i, (uint8_t)j}, .count = {1, 1}, .how = (uint8_t)how});
        }
    }
}

struct run {
    char letters[NAME_LETTERS];
    size_t length;
    bool loose;
};

/* Free neighbours [first, first + count) in one, canonical or as written; false when they are none. */
static bool join(const struct align_side *side, const bool *used, size_t first, size_t count, bool raw,
    struct run *ret_run)
{
    ret_run->length = 0;
    ret_run->loose = false;
    for (size_t i = first; i < first + count; i++) {
        const struct align_token *token = &side->tokens[i];
        if (!is_free(side, used, i))
            return false;
        const char *bytes = raw ? token->raw : token->text;
        size_t length = raw ? token->raw_length : token->length;
        ret_run->loose = ret_run->loose || token->loose;
        for (size_t j = 0; j < length; j++) {
            if (bytes[j] == ' ' || bytes[j] == '&')
                continue;
            if (ret_run->length == NAME_LETTERS)
                return false;
            ret_run->letters[ret_run->length++] = bytes[j];
        }
    }
    return true;
}

static bool pair_join_at(struct alignment *a, const struct align_side *const sides[2], size_t i, size_t j)
{
    struct run own;
    struct run other;
    for (size_t n = 1; n <= JOIN_WORDS; n++)
        for (size_t m = 1; m <= JOIN_WORDS; m++)
            for (int raw = 0; n + m > 2 && raw < 2; raw++) {
                if (!join(sides[0], a->used[0], i, n, raw == 1, &own) ||
                    !join(sides[1], a->used[1], j, m, raw == 1, &other) || own.length != other.length ||
                    memcmp(own.letters, other.letters, own.length) != 0)
                    continue;
                /* Written alike, a translation is none. */
                enum align_how how = raw == 0 && (own.loose || other.loose) ? HOW_LOOSE : HOW_JOIN;
                add_pair(a, sides,
                    (struct align_pair){.first = {(uint8_t)i, (uint8_t)j},
                        .count = {(uint8_t)n, (uint8_t)m},
                        .how = (uint8_t)how});
                return true;
            }
    return false;
}

static bool any_free(const struct align_side *side, const bool *used)
{
    for (size_t i = 0; i < side->count; i++)
        if (is_free(side, used, i))
            return true;
    return false;
}

static void pair_joins(struct alignment *a, const struct align_side *const sides[2])
{
    for (size_t i = 0; i < sides[0]->count && any_free(sides[1], a->used[1]); i++)
        for (size_t j = 0; j < sides[1]->count && is_free(sides[0], a->used[0], i); j++)
            if (is_free(sides[1], a->used[1], j) &&
                sides[0]->tokens[i].text[0] == sides[1]->tokens[j].text[0])
                pair_join_at(a, sides, i, j);
}

/* Edits between two single tokens, as canonical or as written, or more than any rule allows. */
static unsigned edits_between(const struct align_token *a, const struct align_token *b)
{
    unsigned canonical = edit_distance(a->text, a->length, b->text, b->length);
    unsigned raw = edit_distance(a->raw, a->raw_length, b->raw, b->raw_length);
    return canonical < raw ? canonical : raw;
}

/* Core words that differ by a slip or two; or a slip in a long trade word, which makes it look like core
 * (Madical, Tecnnology). */
static bool are_near(const struct align_token *a, const struct align_token *b, unsigned edits)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    if (a->class == TOKEN_GENERIC && b->class == TOKEN_GENERIC)
        return false;
    bool both_core = a->class == b->class;
    unsigned allowed = both_core ? edits_allowed(a->length, b->length) : shorter >= TRADE_LETTERS ? 1 : 0;
    return edits <= allowed && edits_between(a, b) == edits;
}

/* The nearest first. What a slip costs is left over on both sides. */
static void pair_near(struct alignment *a, const struct align_side *const sides[2])
{
    for (unsigned edits = 1; edits <= 2; edits++)
        for (size_t i = 0; i < sides[0]->count; i++)
            for (size_t j = 0; is_free(sides[0], a->used[0], i) && j < sides[1]->count; j++) {
                const struct align_token *own = &sides[0]->tokens[i];
                const struct align_token *other = &sides[1]->tokens[j];
                if (!is_free(sides[1], a->used[1], j) || !are_near(own, other, edits))
                    continue;
                add_pair(a, sides,
                    (struct align_pair){.first = {(uint8_t)i, (uint8_t)j},
                        .count = {1, 1},
                        .how = HOW_EDIT,
                        .edits = (uint8_t)edits});
                struct align_pair *pair = &a->pairs[a->pair_count - 1];
                size_t length = own->length > other->length ? own->length : other->length;
                uint32_t lost = (uint32_t)(pair->weight * edits / length);
                pair->weight -= lost;
                a->left += 2ull * lost;
            }
}

/* ---------------------------------------------------------------------------------------------- places */

static bool has_place(const struct align_side *side, const struct align_token *place, bool with_position)
{
    for (size_t i = 0; i < side->count; i++) {
        const struct align_token *token = &side->tokens[i];
        bool same = token->class == TOKEN_PLACE && token->length == place->length &&
                    memcmp(token->text, place->text, place->length) == 0;
        if (same && (!with_position || token->position == place->position))
            return true;
    }
    return false;
}

struct place_count {
    size_t all, shared, in_place, other_than_china;
};

static struct place_count count_places(const struct align_side *of, const struct align_side *in)
{
    struct place_count count = {0};
    for (size_t i = 0; i < of->count; i++) {
        const struct align_token *token = &of->tokens[i];
        if (token->class != TOKEN_PLACE)
            continue;
        count.all++;
        count.shared += has_place(in, token, false);
        count.in_place += has_place(in, token, true);
        count.other_than_china +=
            token->length != strlen(place_china) || memcmp(token->text, place_china, token->length) != 0;
    }
    return count;
}

static enum place_relation relate_places(
    const struct align_side *query, const struct align_side *firm, size_t *ret_shared)
{
    struct place_count own = count_places(query, firm);
    struct place_count other = count_places(firm, query);
    *ret_shared = own.shared < other.shared ? own.shared : other.shared;
    if (own.in_place == own.all && other.in_place == other.all && own.all == other.all)
        return PLACES_EQUAL;
    if (own.shared == own.all && other.shared == other.all)
        return PLACES_ELSEWHERE;
    if (*ret_shared == 0 && own.other_than_china > 0 && other.other_than_china > 0)
        return PLACES_CONFLICT;
    return PLACES_MISSING;
}

/* ---------------------------------------------------------------------------------------------- result */

static bool core_in_order(const struct alignment *a)
{
    for (size_t i = 0; i < a->pair_count; i++)
        for (size_t j = 0; j < a->pair_count; j++)
            if (a->pairs[i].is_core && a->pairs[j].is_core && a->pairs[i].first[0] < a->pairs[j].first[0] &&
                a->pairs[i].first[1] > a->pairs[j].first[1])
                return false;
    return true;
}

static int cost_of(enum place_relation relation)
{
    switch (relation) {
    case PLACES_EQUAL:
        return 0;
    case PLACES_ELSEWHERE:
        return COST_ELSEWHERE;
    case PLACES_MISSING:
        return COST_MISSING;
    case PLACES_CONFLICT:
        return COST_CONFLICT;
    }
    return COST_CONFLICT;
}

void align(const struct align_side *query, const struct align_side *firm, struct alignment *ret_alignment)
{
    struct alignment *a = ret_alignment;
    const struct align_side *const sides[2] = {query, firm};
    a->pair_count = 0;
    memset(a->used[0], 0, query->count);
    memset(a->used[1], 0, firm->count);
    a->matched = a->left = 0;
    a->left_over = a->core_agrees = a->loose = a->edited = false;
    a->left_any[0] = a->left_any[1] = a->left_core[0] = a->left_core[1] = false;
    pair_equal(a, sides);
    pair_joins(a, sides);
    if (any_free(query, a->used[0]) && any_free(firm, a->used[1]))
        pair_near(a, sides);
    for (size_t i = 0; i < a->pair_count; i++)
        a->matched += a->pairs[i].weight;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->count; i++)
            if (is_free(sides[side], a->used[side], i)) {
                a->left += sides[side]->tokens[i].weight;
                a->left_over = true;
                a->left_core[side] = a->left_core[side] || sides[side]->tokens[i].class == TOKEN_CORE;
                a->left_any[side] = true;
            }
    size_t shared;
    a->places = relate_places(query, firm, &shared);
    a->matched += shared * WEIGHT_PLACE;
    a->core_in_order = core_in_order(a);
    a->base = a->matched == 0 ? 0 : (int)(1000 * a->matched / (a->matched + a->left));
    a->score = a->base - cost_of(a->places);
    a->score = a->score < 0 ? 0 : a->score;
}
