/* build.c - the firms of an index are made searchable, one by one, in slices. */
#include "index.h"
#include "m13/clock.h"
#include "m13/memory.h"
#include "spoken.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

struct near_target {
    struct match_index *index;
    uint32_t word;
};

static void add_near(uint64_t hash, unsigned differ, void *context)
{
    (void)differ;
    struct near_target *target = context;
    chains_add(&target->index->near, hash, target->word, target->index->words.list[target->word].letters);
}

/* Once for each word of a name. */
static void post_core(struct match_index *index, uint32_t word, uint32_t name)
{
    for (size_t at = index->names[name].first_token; at + 1 < index->token_count; at++)
        if (index->tokens[at].word == word && index->tokens[at].class == TOKEN_CORE)
            return;
    chains_add(&index->postings, word, name, NOTHING);
    struct index_word *entry = &index->words.list[word];
    if (entry->is_core)
        return;
    entry->is_core = true;
    struct near_target target = {.index = index, .word = word};
    near_keys_stored(word_text(&index->words, word), entry->length, add_near, &target);
    struct sound_key keys[2];
    size_t ways = sound_keys(word_text(&index->words, word), entry->length, keys);
    for (size_t way = 0; way < ways; way++)
        chains_add(&index->sounds, keys[way].consonants, word, keys[way].whole);
}

/* Two to four neighbours written as one, when a core is among them; in the reading of a Chinese name, which
 * never carries an automatic match, core words only. */
static void add_joins(struct match_index *index, const struct parsed_name *parsed,
    const struct word_number numbers[], uint32_t name)
{
    for (size_t first = 0; first < parsed->count; first++) {
        struct word_number joined = {.power = 1};
        size_t length = 0;
        bool core = false;
        for (size_t count = 1; count <= JOIN_WORDS && first + count <= parsed->count; count++) {
            const struct token *token = &parsed->tokens[first + count - 1];
            length += token->text_length;
            if (token->class == TOKEN_PLACE || length > JOIN_LETTERS ||
                (index->names[name].latin && token->class != TOKEN_CORE))
                break;
            core = core || token->class == TOKEN_CORE;
            joined = word_numbers_joined(joined, numbers[first + count - 1]);
            if (core && count > 1)
                chains_add(&index->joins, word_hash_end(joined.number), name, NOTHING);
        }
    }
}

/* Two or three core words in a row, by their sound; of one, its own (post_core). */
static void add_sounds(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    for (size_t first = 0; first + 1 < parsed->count; first++) {
        char letters[SOUND_BYTES];
        size_t length = 0;
        for (size_t count = 1; count <= SOUND_WORDS && first + count <= parsed->count; count++) {
            const struct token *token = &parsed->tokens[first + count - 1];
            if (token->class != TOKEN_CORE || length + token->text_length > SOUND_BYTES)
                break;
            memcpy(letters + length, parsed->bytes + token->text, token->text_length);
            length += token->text_length;
            struct sound_key keys[2];
            size_t ways = count == 1 ? 0 : sound_keys(letters, length, keys);
            for (size_t way = 0; way < ways; way++)
                chains_add(&index->sound_rows, keys[way].consonants, name, keys[way].whole);
        }
    }
}

static void count_numbers(const struct parsed_name *parsed, struct word_number ret_numbers[NAME_TOKENS])
{
    for (size_t i = 0; i < parsed->count; i++)
        ret_numbers[i] =
            word_number_of(parsed->bytes + parsed->tokens[i].text, parsed->tokens[i].text_length);
}

/* What glue_hash() gives for both glues of the name; canonical words have nothing in them that a glue leaves
 * out. */
static void add_glues(struct match_index *index, const struct parsed_name *parsed,
    const struct word_number numbers[], uint32_t name)
{
    struct word_number canonical = {.power = 1};
    bool as_written = true;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        if (token->class == TOKEN_PLACE && token->position == POSITION_TAIL)
            canonical = word_numbers_joined(canonical, word_number_of("|", 1));
        canonical = word_numbers_joined(canonical, numbers[i]);
        as_written = as_written && token->raw_length == token->text_length &&
                     memcmp(parsed->bytes + token->raw, parsed->bytes + token->text, token->raw_length) == 0;
    }
    uint64_t hash = word_hash_end(canonical.number);
    chains_add(&index->glues, hash, name, NOTHING);
    char raw[NAME_LETTERS];
    size_t length = as_written ? 0 : name_glue(parsed, GLUE_RAW, raw);
    if (length > 0 && glue_hash(raw, length) != hash)
        chains_add(&index->glues, glue_hash(raw, length), name, NOTHING);
}

/* Without its legal form, which a query may have behind it (reach_by_glue). */
static void add_pinyin(struct match_index *index, const struct parsed_name *chinese, uint32_t name)
{
    char letters[NAME_LETTERS];
    size_t with_legal;
    size_t length = name_pinyin_glue(chinese, letters, &with_legal);
    if (length > 0)
        chains_add(&index->glues, glue_hash(letters, length), name, NOTHING);
}

uint32_t index_generic_bit(const char *word, size_t length)
{
    return 1u << (word_hash(word, length) & 31);
}

/* What may_qualify() (reach.c) asks. */
static void summarise(struct index_name *name, const struct parsed_name *parsed)
{
    uint32_t generic = 0;
    uint32_t core = 0;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        if (token->class == TOKEN_GENERIC) {
            name->generic_mask |= index_generic_bit(parsed->bytes + token->text, token->text_length);
            generic += token->weight;
        } else if (token->class == TOKEN_CORE) {
            core += token->weight;
        }
    }
    name->generic_weight = (uint16_t)(generic / INDEX_WEIGHT_UNIT);
    name->core_weight = (uint16_t)((core + INDEX_WEIGHT_UNIT - 1) / INDEX_WEIGHT_UNIT);
}

/* A word weighs the same in all names; should two tables differ, the heavier counts, whatever comes first. */
static void weigh(struct index_word *word, const struct token *token)
{
    if (token->class != TOKEN_PLACE && token->weight > word->weights[token->class])
        word->weights[token->class] = token->weight;
}

static void add_tokens(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    uint32_t tags[NAME_TOKENS][2]; /* of both texts; large: not zeroed */
    index->names[name].first_token = (uint32_t)index->token_count;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        tags[i][0] = words_fetch(&index->words, parsed->bytes + token->text, token->text_length);
        if (token->raw != token->text)
            tags[i][1] = words_fetch(&index->words, parsed->bytes + token->raw, token->raw_length);
    }
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        MEMORY_GROW(index->tokens, index->token_count, index->token_capacity);
        uint32_t word =
            words_intern(&index->words, parsed->bytes + token->text, token->text_length, tags[i][0]);
        uint32_t raw = word;
        if (token->raw != token->text)
            raw = words_intern(&index->words, parsed->bytes + token->raw, token->raw_length, tags[i][1]);
        weigh(&index->words.list[word], token);
        index->tokens[index->token_count++] = (struct index_token){.word = word & (INDEX_WORDS_MOST - 1),
            .raw = raw,
            .class = token->class & 3u,
            .position = token->position & 3u,
            .loose = token->loose,
            .shares = token->shares};
        if (token->class == TOKEN_CORE)
            post_core(index, word, name);
    }
}

/* There are a few dozen. */
static uint16_t intern_legal(struct match_index *index, uint64_t legal)
{
    for (size_t i = 0; i < index->legal_count; i++)
        if (index->legals[i] == legal)
            return (uint16_t)i;
    MEMORY_GROW(index->legals, index->legal_count, index->legal_capacity);
    index->legals[index->legal_count] = legal;
    return (uint16_t)index->legal_count++;
}

static uint32_t add_name(struct match_index *index, uint32_t firm, uint32_t source,
    const struct parsed_name *parsed, enum match_name_kind kind, bool latin)
{
    if (parsed->overflowed || parsed->count == 0)
        return NOTHING;
    MEMORY_GROW(index->names, index->name_count, index->name_capacity);
    uint32_t name = (uint32_t)index->name_count++;
    /* An alias without a legal form is a short name: it never carries an automatic match alone. */
    index->names[name] = (struct index_name){.firm = firm,
        .legal = intern_legal(index, parsed->legal),
        .source = source,
        .token_count = (uint8_t)parsed->count,
        .kind = kind & 15u,
        .latin = latin,
        .is_short = kind == MATCH_NAME_ALIAS && parsed->legal == 0,
        .has_beside = parsed->has_beside};
    struct word_number numbers[NAME_TOKENS]; /* large: not zeroed */
    count_numbers(parsed, numbers);
    add_tokens(index, parsed, name);
    summarise(&index->names[name], parsed);
    add_joins(index, parsed, numbers, name);
    add_sounds(index, parsed, name);
    if (!latin)
        add_glues(index, parsed, numbers, name);
    return name;
}

static void index_source(struct match_index *index, uint32_t firm, uint32_t at)
{
    const struct index_source *source = &index->sources[at];
    struct normal_name normal;
    struct parsed_name parsed;
    struct parsed_name other;
    bool chinese = false;
    name_normalise(source->text, strlen(source->text), &normal);
    name_parse(&normal, 0, &parsed);
    index_classify(index, &parsed);
    uint32_t own = add_name(index, firm, at, &parsed, source->kind, false);
    for (size_t i = 0; i < parsed.alias_count + parsed.reading_count; i++) {
        name_parse(&normal, parsed.alias_groups[i], &other);
        index_classify(index, &other);
        enum match_name_kind kind = source->kind == MATCH_NAME_ENTITY ? source->kind : MATCH_NAME_ALIAS;
        uint32_t alias = add_name(index, firm, at, &other, kind, false);
        if (alias != NOTHING && i >= parsed.alias_count)
            index->names[alias].is_short = true;
    }
    for (unsigned variant = 0; variant < NAME_VARIANTS && name_in_latin(&parsed, variant, &other);
         variant++) {
        uint32_t name = add_name(index, firm, at, &other, source->kind, true);
        if (name == NOTHING)
            continue;
        chinese = true;
        if (variant == 0)
            add_pinyin(index, &parsed, name);
    }
    bool its_own = own != NOTHING && source->kind != MATCH_NAME_ENTITY;
    index->firms[firm].has_chinese |= its_own && chinese;
    index->firms[firm].has_latin |= its_own && !chinese;
}

static void index_firm(struct match_index *index, uint32_t at)
{
    struct index_firm *firm = &index->firms[at];
    firm->first_name = (uint32_t)index->name_count;
    for (uint32_t i = 0; i < firm->source_count; i++)
        index_source(index, at, firm->first_source + i);
    firm->name_count = (uint32_t)index->name_count - firm->first_name;
    for (uint32_t name = firm->first_name; name < index->name_count; name++)
        index->names[name].has_other = firm->has_latin;
    for (int kind = 0; kind < IDENTIFIER_KINDS; kind++) {
        const char *cursor = firm_identifiers(firm, (enum identifier_kind)kind);
        char identifier[IDENTIFIER_BYTES];
        while (identifier_next(&cursor, identifier))
            if (identifier_is_good((enum identifier_kind)kind, identifier))
                chains_add(&index->identifiers, identifier_hash((enum identifier_kind)kind, identifier), at,
                    NOTHING);
    }
}

#define SHRINK(array, count, capacity)                                                                       \
    ((array) = memory_resize((array), (count) + 1, sizeof *(array)), (capacity) = (count) + 1)

/* All firms are in: the tables are put in order, and what was held for growing is given back. */
static bool settle(struct match_index *index, int64_t deadline_us)
{
    struct chains *const chains[] = {&index->glues, &index->joins, &index->near, &index->sounds,
        &index->sound_rows, &index->identifiers, &index->postings};
    if (!words_settle(&index->words, deadline_us))
        return false;
    while (index->settled < sizeof chains / sizeof *chains) {
        if (!chains_settle(chains[index->settled], deadline_us))
            return false;
        index->settled++;
    }
    SHRINK(index->words.list, index->words.count, index->words.capacity);
    SHRINK(index->words.texts, index->words.text_bytes, index->words.text_capacity);
    SHRINK(index->tokens, index->token_count, index->token_capacity);
    SHRINK(index->names, index->name_count, index->name_capacity);
    SHRINK(index->firms, index->firm_count, index->firm_capacity);
    SHRINK(index->sources, index->source_count, index->source_capacity);
    return true;
}

bool match_index_build(struct match_index *index, int64_t deadline_us)
{
    if (index->is_built)
        return true;
    if (!index_know_frequent(index, deadline_us))
        return false;
    /* About what a Chinese and an English name need; more only make the table grow. */
    if (index->built == 0)
        words_reserve(&index->words, index->source_count);
    while (index->built < index->firm_count) {
        index_firm(index, (uint32_t)index->built++);
        if (clock_monotonic_us() >= deadline_us && index->built < index->firm_count)
            return false;
    }
    if (!settle(index, deadline_us))
        return false;
    free(index->stamps);
    index->stamps = memory_get_zeroed(index->name_count + 1, sizeof *index->stamps);
    free(index->word_stamps);
    index->word_stamps = memory_get_zeroed(index->words.count + 1, sizeof *index->word_stamps);
    index->stamp = index->word_stamp = 0;
    index->china = NOTHING;
    words_find(&index->words, place_china, strlen(place_china), &index->china);
    index->is_built = true;
    return true;
}
