/* index.c - firms are added, then indexed one by one, in slices. */
#include "index.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "spoken.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, capacity;
    char bytes[];
};

const char *index_keep(struct match_index *index, const char *bytes, size_t length)
{
    struct arena_block *block = index->strings;
    if (block == NULL || block->capacity - block->used < length + 1) {
        size_t capacity = length + 1 > BLOCK_BYTES ? length + 1 : BLOCK_BYTES;
        block = memory_get(sizeof *block + capacity);
        *block = (struct arena_block){.next = index->strings, .capacity = capacity};
        index->strings = block;
    }
    char *kept = block->bytes + block->used;
    memcpy(kept, bytes, length);
    kept[length] = '\0';
    block->used += length + 1;
    return kept;
}

void index_keep_free(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

static const char *keep_string(struct match_index *index, const char *string)
{
    return string == NULL || *string == '\0' ? "" : index_keep(index, string, strlen(string));
}

struct match_index *match_index_new(void)
{
    tables_load();
    return memory_get_zeroed(1, sizeof(struct match_index));
}

void match_index_learn(struct match_index *index, const char *name)
{
    struct normal_name normal;
    struct parsed_name parsed;
    if (index->frequency == NULL)
        index->frequency = frequency_new();
    name_normalise(name, strlen(name), &normal);
    name_parse(&normal, 0, &parsed);
    frequency_add(index->frequency, &parsed);
}

void match_index_add(struct match_index *index, const struct match_firm *firm)
{
    MEMORY_GROW(index->firms, index->firm_count, index->firm_capacity);
    index->firms[index->firm_count++] = (struct index_firm){
        .uscc = keep_string(index, firm->uscc),
        .name_zh = keep_string(index, firm->name_zh),
        .srn = keep_string(index, firm->srn),
        .fei = keep_string(index, firm->fei),
        .owner_operator = keep_string(index, firm->owner_operator),
        .entity_srn = keep_string(index, firm->entity_srn),
        .entity_fei = keep_string(index, firm->entity_fei),
        .is_candidate = string_starts(firm->uscc, "SRN:") || string_starts(firm->uscc, "FEI:"),
        .first_source = (uint32_t)index->source_count,
        .source_count = (uint32_t)firm->name_count,
    };
    for (size_t i = 0; i < firm->name_count; i++) {
        MEMORY_GROW(index->sources, index->source_count, index->source_capacity);
        index->sources[index->source_count++] =
            (struct index_source){.text = keep_string(index, firm->names[i].text),
                .country = keep_string(index, firm->names[i].country),
                .kind = firm->names[i].kind};
    }
    index->is_built = false;
}

const char *index_source_text(const struct match_index *index, const struct index_name *name)
{
    return index->sources[name->source].text;
}

size_t match_index_firms(const struct match_index *index)
{
    return index->firm_count;
}

void match_index_free(struct match_index *index)
{
    if (index == NULL)
        return;
    word_map_free(&index->word_ids);
    word_map_free(&index->frequent);
    frequency_free(index->frequency);
    chains_free(&index->glues);
    chains_free(&index->joins);
    chains_free(&index->near);
    chains_free(&index->sounds);
    chains_free(&index->identifiers);
    free(index->firms);
    free(index->sources);
    free(index->words);
    free(index->postings);
    free(index->tokens);
    free(index->names);
    free(index->stamps);
    index_keep_free(index->strings);
    free(index);
}

/* -------------------------------------------------------------------------------------------- building */

static uint32_t intern(struct match_index *index, const char *text, size_t length)
{
    uint32_t id;
    if (word_map_find(&index->word_ids, text, length, &id))
        return id;
    MEMORY_GROW(index->words, index->word_count, index->word_capacity);
    id = (uint32_t)index->word_count++;
    const char *kept = index_keep(index, text, length);
    index->words[id] = (struct index_word){
        .text = kept, .letters = letters_of(text, length), .length = (uint16_t)length, .names = NOTHING};
    word_map_put(&index->word_ids, kept, length, id);
    return id;
}

struct near_target {
    struct match_index *index;
    uint32_t word;
};

static void add_near(uint64_t hash, unsigned differ, void *context)
{
    (void)differ;
    struct near_target *target = context;
    chains_add(&target->index->near, hash, target->word, target->index->words[target->word].letters);
}

static void post_core(struct match_index *index, uint32_t word, uint32_t name)
{
    struct index_word *entry = &index->words[word];
    if (entry->names != NOTHING && index->postings[entry->names].value == name)
        return;
    MEMORY_GROW(index->postings, index->posting_count, index->posting_capacity);
    index->postings[index->posting_count] = (struct chain_node){.value = name, .next = entry->names};
    entry->names = (uint32_t)index->posting_count++;
    if (!entry->is_core) {
        entry->is_core = true;
        struct near_target target = {.index = index, .word = word};
        near_keys_stored(entry->text, entry->length, add_near, &target);
    }
}

/* Two to four neighbours written as one, when a core is among them; in the reading of a Chinese name, which
 * never carries an automatic match, core words only. */
static void add_joins(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    for (size_t first = 0; first < parsed->count; first++) {
        uint64_t hash = WORD_HASH_START;
        size_t length = 0;
        bool core = false;
        for (size_t count = 1; count <= JOIN_WORDS && first + count <= parsed->count; count++) {
            const struct token *token = &parsed->tokens[first + count - 1];
            length += token->text_length;
            if (token->class == TOKEN_PLACE || length > JOIN_LETTERS ||
                (index->names[name].latin && token->class != TOKEN_CORE))
                break;
            core = core || token->class == TOKEN_CORE;
            hash = word_hash_more(hash, parsed->bytes + token->text, token->text_length);
            if (core && count > 1)
                chains_add(&index->joins, word_hash_end(hash), name, NOTHING);
        }
    }
}

/* One to three core words in a row, by their sound. */
static void add_sounds(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    for (size_t first = 0; first < parsed->count; first++) {
        char letters[SOUND_BYTES];
        size_t length = 0;
        for (size_t count = 1; count <= SOUND_WORDS && first + count <= parsed->count; count++) {
            const struct token *token = &parsed->tokens[first + count - 1];
            if (token->class != TOKEN_CORE || length + token->text_length > SOUND_BYTES)
                break;
            memcpy(letters + length, parsed->bytes + token->text, token->text_length);
            length += token->text_length;
            uint64_t hash[2];
            size_t ways = sound_keys(letters, length, hash);
            for (size_t way = 0; way < ways; way++)
                chains_add(&index->sounds, hash[way], name, NOTHING);
        }
    }
}

static void add_glues(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    char raw[NAME_LETTERS];
    char canonical[NAME_LETTERS];
    size_t raw_length = name_glue(parsed, GLUE_RAW, raw);
    size_t length = name_glue(parsed, GLUE_CANONICAL, canonical);
    if (raw_length > 0)
        chains_add(&index->glues, word_hash(raw, raw_length), name, NOTHING);
    if (length > 0 && (length != raw_length || memcmp(raw, canonical, length) != 0))
        chains_add(&index->glues, word_hash(canonical, length), name, NOTHING);
}

static void add_pinyin(struct match_index *index, const struct parsed_name *chinese, uint32_t name)
{
    char letters[NAME_LETTERS];
    for (int with_legal = 0; with_legal < 2; with_legal++) {
        size_t length = name_pinyin_glue(chinese, with_legal == 1, letters);
        if (length > 0)
            chains_add(&index->glues, word_hash(letters, length), name, NOTHING);
    }
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

static uint32_t add_tokens(struct match_index *index, const struct parsed_name *parsed, uint32_t name)
{
    uint32_t first = (uint32_t)index->token_count;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        MEMORY_GROW(index->tokens, index->token_count, index->token_capacity);
        uint32_t word = intern(index, parsed->bytes + token->text, token->text_length);
        uint32_t raw = word;
        if (token->raw != token->text)
            raw = intern(index, parsed->bytes + token->raw, token->raw_length);
        index->tokens[index->token_count++] = (struct index_token){.word = word,
            .raw = raw,
            .weight = token->weight,
            .class = token->class,
            .position = token->position,
            .loose = token->loose,
            .shares = token->shares};
        if (token->class == TOKEN_CORE)
            post_core(index, word, name);
    }
    return first;
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
        .legal = parsed->legal,
        .source = source,
        .token_count = (uint8_t)parsed->count,
        .kind = (uint8_t)kind,
        .latin = latin,
        .is_short = kind == MATCH_NAME_ALIAS && parsed->legal == 0,
        .has_beside = parsed->has_beside};
    index->names[name].first_token = add_tokens(index, parsed, name);
    summarise(&index->names[name], parsed);
    add_joins(index, parsed, name);
    add_sounds(index, parsed, name);
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
    if (own != NOTHING)
        add_glues(index, &parsed, own);
    for (size_t i = 0; i < parsed.alias_count; i++) {
        name_parse(&normal, parsed.alias_groups[i], &other);
        index_classify(index, &other);
        enum match_name_kind kind = source->kind == MATCH_NAME_ENTITY ? source->kind : MATCH_NAME_ALIAS;
        uint32_t alias = add_name(index, firm, at, &other, kind, false);
        if (alias != NOTHING)
            add_glues(index, &other, alias);
    }
    for (unsigned variant = 0; variant < NAME_VARIANTS; variant++) {
        if (!name_in_latin(&parsed, variant, &other))
            continue;
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
    for (int kind = 0; kind < IDENTIFIER_KINDS; kind++) {
        const char *cursor = firm_identifiers(firm, (enum identifier_kind)kind);
        char identifier[IDENTIFIER_BYTES];
        while (identifier_next(&cursor, identifier))
            if (identifier_is_good((enum identifier_kind)kind, identifier))
                chains_add(&index->identifiers, identifier_hash((enum identifier_kind)kind, identifier), at,
                    NOTHING);
    }
}

/* About what a Chinese and an English name need; more firms with more names only make a table grow. */
static void reserve(struct match_index *index)
{
    word_map_reserve(&index->word_ids, index->source_count);
    chains_reserve(&index->glues, index->source_count * 2);
    chains_reserve(&index->joins, index->source_count * 2);
    chains_reserve(&index->near, index->source_count * 3);
}

#define SHRINK(array, count, capacity)                                                                       \
    ((array) = memory_resize((array), (count) + 1, sizeof *(array)), (capacity) = (count) + 1)

/* The names of each word side by side, as chains_compact() does. */
static void compact_postings(struct match_index *index)
{
    struct chain_node *postings = memory_get_zeroed(index->posting_count + 1, sizeof *postings);
    size_t count = 0;
    for (size_t i = 0; i < index->word_count; i++) {
        uint32_t from = index->words[i].names;
        if (from == NOTHING)
            continue;
        index->words[i].names = (uint32_t)count;
        for (; from != NOTHING; from = index->postings[from].next) {
            postings[count] = index->postings[from];
            postings[count].next = (uint32_t)count + 1;
            count++;
        }
        postings[count - 1].next = NOTHING;
    }
    free(index->postings);
    index->postings = postings;
    index->posting_capacity = index->posting_count + 1;
}

/* All firms are in: a table at a time is put in order for searching, and what was held for growing is given
 * back. True when all are. */
static bool compact(struct match_index *index, int64_t deadline_us)
{
    struct chains *const chains[] = {
        &index->glues, &index->joins, &index->near, &index->sounds, &index->identifiers};
    while (index->compacted < sizeof chains / sizeof *chains) {
        chains_compact(chains[index->compacted++]);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    compact_postings(index);
    SHRINK(index->words, index->word_count, index->word_capacity);
    SHRINK(index->tokens, index->token_count, index->token_capacity);
    SHRINK(index->names, index->name_count, index->name_capacity);
    index->compacted = 0;
    return true;
}

bool match_index_build(struct match_index *index, int64_t deadline_us)
{
    if (index->is_built)
        return true;
    if (!index_know_frequent(index, deadline_us))
        return false;
    if (index->built == 0)
        reserve(index);
    while (index->built < index->firm_count) {
        index_firm(index, (uint32_t)index->built++);
        if (clock_monotonic_us() >= deadline_us && index->built < index->firm_count)
            return false;
    }
    if (!compact(index, deadline_us))
        return false;
    free(index->stamps);
    index->stamps = memory_get_zeroed(index->name_count + 1, sizeof *index->stamps);
    index->stamp = 0;
    index->china = NOTHING;
    word_map_find(&index->word_ids, place_china, strlen(place_china), &index->china);
    index->is_built = true;
    return true;
}
