#include "align.h"

#include "spoken.h"
#include "tables.h"

#include <string.h>

enum { COST_MISSING = 30, COST_ELSEWHERE = 20, COST_CONFLICT = 300 };

const char *const place_relation_names[] = {"equal", "elsewhere", "missing", "conflict"};
const char *const align_how_names[] = {"exact", "synonym", "join", "loose", "sound", "edit"};

void align_query(
    const struct match_index *index, const struct parsed_name *query, struct align_side *ret_side)
{
    ret_side->count = query->count;
    ret_side->legal = query->legal;
    ret_side->is_read = false;
    ret_side->sounds = NULL;
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
            .loose = token->loose,
            .spoken = token->spoken,
            .shares = token->shares,
            .letters = letters_of(query->bytes + token->text, token->text_length),
            .raw_letters = letters_of(query->bytes + token->raw, token->raw_length)};
        words_find(&index->words, to->text, to->length, &to->word);
    }
}

void align_firm(const struct match_index *index, const struct index_name *name, struct align_side *ret_side)
{
    ret_side->count = name->token_count;
    ret_side->legal = index->legals[name->legal];
    ret_side->sounds = NULL;
    ret_side->is_read = name->latin && name->has_other;
    for (size_t i = 0; i < name->token_count; i++) {
        const struct index_token *token = &index->tokens[name->first_token + i];
        const struct index_word *word = &index->words.list[token->word];
        const struct index_word *raw = &index->words.list[token->raw];
        ret_side->tokens[i] = (struct align_token){.text = word_text(&index->words, token->word),
            .raw = word_text(&index->words, token->raw),
            .word = token->word,
            .length = word->length,
            .raw_length = raw->length,
            .weight = index_weight(word, token->class),
            .class = token->class,
            .position = token->position,
            .loose = token->loose,
            .shares = token->shares,
            .letters = word->letters,
            .raw_letters = raw->letters};
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

bool align_is_free(const struct align_side *side, const bool *used, size_t at)
{
    return at < side->count && !used[at] && side->tokens[at].class != TOKEN_PLACE;
}

void align_add_pair(struct alignment *a, const struct align_side *const sides[2], struct align_pair pair)
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
    a->loose = a->loose || pair.how == HOW_LOOSE || pair.how == HOW_SOUND;
    a->edited = a->edited || pair.how == HOW_EDIT;
    a->pairs[a->pair_count++] = pair;
}

static void pair_equal(struct alignment *a, const struct align_side *const sides[2])
{
    for (size_t i = 0; i < sides[0]->count; i++) {
        const struct align_token *own = &sides[0]->tokens[i];
        for (size_t j = 0; align_is_free(sides[0], a->used[0], i) && j < sides[1]->count; j++) {
            const struct align_token *other = &sides[1]->tokens[j];
            if (own->word != other->word || own->word == NOTHING || !align_is_free(sides[1], a->used[1], j))
                continue;
            enum align_how how = same_raw(own, other)         ? HOW_EXACT
                                 : own->loose || other->loose ? HOW_LOOSE
                                                              : HOW_SYNONYM;
            align_add_pair(a, sides,
                (struct align_pair){.first = {(uint8_t)i, (uint8_t)j}, .count = {1, 1}, .how = (uint8_t)how});
        }
    }
}

/* Letters of neighbouring free tokens as one stream: canonical, or as written. */
struct stream {
    const struct align_side *side;
    const bool *used;
    const char *bytes;
    size_t left;        /* of the present token */
    size_t next, count; /* next token; tokens taken */
    bool raw, loose;
};

static bool stream_extend(struct stream *stream)
{
    if (stream->count == JOIN_WORDS || !align_is_free(stream->side, stream->used, stream->next))
        return false;
    const struct align_token *token = &stream->side->tokens[stream->next++];
    stream->bytes = stream->raw ? token->raw : token->text;
    stream->left = stream->raw ? token->raw_length : token->length;
    stream->loose = stream->loose || token->loose;
    stream->count++;
    return true;
}

/* Blanks and "&" of a phrase as written do not count. */
static bool stream_skip(struct stream *stream)
{
    while (stream->left > 0 && (*stream->bytes == ' ' || *stream->bytes == '&'))
        stream->bytes++, stream->left--;
    return stream->left > 0;
}

/* Both sides letter by letter from tokens i and j on, until both end at the end of a token. */
static bool pair_join_at(
    struct alignment *a, const struct align_side *const sides[2], size_t i, size_t j, bool raw)
{
    struct stream own = {.side = sides[0], .used = a->used[0], .next = i, .raw = raw};
    struct stream other = {.side = sides[1], .used = a->used[1], .next = j, .raw = raw};
    if (!stream_extend(&own) || !stream_extend(&other))
        return false;
    for (;;) {
        bool more[2] = {stream_skip(&own), stream_skip(&other)};
        if (!more[0] && !more[1])
            break;
        if ((!more[0] && !stream_extend(&own)) || (!more[1] && !stream_extend(&other)))
            return false;
        if (!more[0] || !more[1])
            continue;
        if (*own.bytes != *other.bytes)
            return false;
        own.bytes++, own.left--;
        other.bytes++, other.left--;
    }
    if (own.count + other.count == 2)
        return false;
    /* Written alike, a translation is none. */
    bool loose = !raw && (own.loose || other.loose);
    align_add_pair(a, sides,
        (struct align_pair){.first = {(uint8_t)i, (uint8_t)j},
            .count = {(uint8_t)own.count, (uint8_t)other.count},
            .how = loose ? HOW_LOOSE : HOW_JOIN});
    return true;
}

static bool any_free(const struct align_side *side, const bool *used)
{
    for (size_t i = 0; i < side->count; i++)
        if (align_is_free(side, used, i))
            return true;
    return false;
}

static void pair_joins(struct alignment *a, const struct align_side *const sides[2])
{
    for (size_t i = 0; i < sides[0]->count && any_free(sides[1], a->used[1]); i++)
        for (size_t j = 0; j < sides[1]->count && align_is_free(sides[0], a->used[0], i); j++) {
            const struct align_token *own = &sides[0]->tokens[i];
            const struct align_token *other = &sides[1]->tokens[j];
            bool joined = own->text[0] == other->text[0] && pair_join_at(a, sides, i, j, false);
            if (!joined && own->raw[0] == other->raw[0] &&
                (own->raw != own->text || other->raw != other->text))
                pair_join_at(a, sides, i, j, true);
        }
}

/* As canonical, or as written: Deviaes is a slip away from Devices, whose canonical word is shorter. */
static bool are_near(const struct align_token *a, const struct align_token *b, unsigned edits)
{
    if (edits <= align_edits_allowed(a->class, a->length, b->class, b->length) &&
        near_distance(a->text, a->length, a->letters, b->text, b->length, b->letters) == edits)
        return true;
    bool rewritten = a->raw != a->text || b->raw != b->text;
    return rewritten && edits <= align_edits_allowed(a->class, a->raw_length, b->class, b->raw_length) &&
           near_distance(a->raw, a->raw_length, a->raw_letters, b->raw, b->raw_length, b->raw_letters) ==
               edits;
}

/* What a slip costs is left over on both sides. */
void align_charge_slips(struct alignment *a, unsigned edits, size_t length)
{
    struct align_pair *pair = &a->pairs[a->pair_count - 1];
    uint32_t lost = (uint32_t)(pair->weight * edits / length);
    pair->weight -= lost;
    a->left += 2ull * lost;
}

/* Translated trade words that one word of the other language stands for: 器械, device or instrument. */
static void pair_kin(struct alignment *a, const struct align_side *const sides[2])
{
    for (size_t i = 0; i < sides[0]->count; i++) {
        const struct align_token *own = &sides[0]->tokens[i];
        for (size_t j = 0; align_is_free(sides[0], a->used[0], i) && j < sides[1]->count; j++) {
            const struct align_token *other = &sides[1]->tokens[j];
            bool translated = (own->loose || (other->loose && !sides[1]->is_read)) &&
                              own->class == TOKEN_GENERIC && other->class == TOKEN_GENERIC &&
                              align_is_free(sides[1], a->used[1], j);
            if (translated && table_are_kin(own->text, own->length, other->text, other->length))
                align_add_pair(a, sides,
                    (struct align_pair){
                        .first = {(uint8_t)i, (uint8_t)j}, .count = {1, 1}, .how = HOW_LOOSE});
        }
    }
}

/* The nearest first. */
static void pair_near(struct alignment *a, const struct align_side *const sides[2])
{
    for (unsigned edits = 1; edits <= 2; edits++)
        for (size_t i = 0; i < sides[0]->count; i++)
            for (size_t j = 0; align_is_free(sides[0], a->used[0], i) && j < sides[1]->count; j++) {
                const struct align_token *own = &sides[0]->tokens[i];
                const struct align_token *other = &sides[1]->tokens[j];
                if (!align_is_free(sides[1], a->used[1], j) || !are_near(own, other, edits))
                    continue;
                align_add_pair(a, sides,
                    (struct align_pair){.first = {(uint8_t)i, (uint8_t)j},
                        .count = {1, 1},
                        .how = HOW_EDIT,
                        .edits = (uint8_t)edits});
                align_charge_slips(a, edits, own->length > other->length ? own->length : other->length);
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
    pair_kin(a, sides);
    align_sounds(a, sides);
    if (any_free(query, a->used[0]) && any_free(firm, a->used[1]))
        pair_near(a, sides);
    for (size_t i = 0; i < a->pair_count; i++)
        a->matched += a->pairs[i].weight;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->count; i++)
            if (align_is_free(sides[side], a->used[side], i)) {
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
