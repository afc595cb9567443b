#include "frequency.h"

#include "fold.h"
#include "m13/memory.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAMES_LEAST = 2000,   /* fewer tell nothing */
    PER_MILLE = 4,        /* of the names: matching-evidence.md, section 2 */
    SHORTEST = 3,         /* letters: below are initials */
    WEIGHT_RAREST = 5500, /* of a word at the limit: 1000 ln (1000 / 4), rounded */
    WEIGHT_DOUBLE = 693   /* less for each doubling: 1000 ln 2 */
};

struct hash_set {
    uint64_t *slots; /* 0 = free */
    size_t count, capacity;
};

struct counted {
    char *word;
    size_t times;
};

struct frequency {
    struct hash_set names, pairs;
    struct word_map words; /* to indices of `counted` */
    struct counted *counted;
    size_t count, capacity;
};

struct frequency *frequency_new(void)
{
    return memory_get_zeroed(1, sizeof(struct frequency));
}

void frequency_free(struct frequency *frequency)
{
    if (frequency == NULL)
        return;
    for (size_t i = 0; i < frequency->count; i++)
        free(frequency->counted[i].word);
    word_map_free(&frequency->words);
    free(frequency->names.slots);
    free(frequency->pairs.slots);
    free(frequency->counted);
    free(frequency);
}

static void put(struct hash_set *set, uint64_t hash)
{
    size_t at = hash & (set->capacity - 1);
    while (set->slots[at] != 0)
        at = (at + 1) & (set->capacity - 1);
    set->slots[at] = hash;
}

static bool contains(const struct hash_set *set, uint64_t hash)
{
    for (size_t at = hash & (set->capacity - 1); set->slots[at] != 0; at = (at + 1) & (set->capacity - 1))
        if (set->slots[at] == hash)
            return true;
    return false;
}

/* True when it is new. */
static bool take(struct hash_set *set, uint64_t hash)
{
    hash += hash == 0;
    if (set->count * 3 >= set->capacity * 2) {
        struct hash_set old = *set;
        set->capacity = old.capacity == 0 ? 1024 : old.capacity * 2;
        set->slots = memory_get_zeroed(set->capacity, sizeof *set->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i] != 0)
                put(set, old.slots[i]);
        free(old.slots);
    }
    if (contains(set, hash))
        return false;
    put(set, hash);
    set->count++;
    return true;
}

/* Latin, not too short; and no Mandarin syllables: in "Zhong Ke Yi An" each of them is common, and all are
 * the name. */
static bool may_be_trade_word(const struct parsed_name *parsed, const struct token *token)
{
    const char *text = parsed->bytes + token->text;
    if (token->class != TOKEN_CORE || token->loose || token->text_length < SHORTEST)
        return false;
    for (size_t i = 0; i < token->text_length; i++)
        if (text[i] < 'a' || text[i] > 'z')
            return false;
    return !table_is_brand(text, token->text_length) && !han_spells(text, token->text_length);
}

/* Order and repetition of the others say nothing. */
static uint64_t hash_others(const struct parsed_name *parsed, const struct token *of)
{
    uint64_t sum = 0;
    const char *text = parsed->bytes + of->text;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        const char *other = parsed->bytes + token->text;
        bool same = token->text_length == of->text_length && memcmp(text, other, of->text_length) == 0;
        if (token->class == TOKEN_CORE && !same)
            sum += word_hash(other, token->text_length);
    }
    return sum;
}

static void count_word(struct frequency *frequency, const char *text, size_t length)
{
    uint32_t at;
    if (!word_map_find(&frequency->words, text, length, &at)) {
        MEMORY_GROW(frequency->counted, frequency->count, frequency->capacity);
        at = (uint32_t)frequency->count++;
        frequency->counted[at] = (struct counted){.word = memory_copy_bytes(text, length)};
        word_map_put(&frequency->words, frequency->counted[at].word, length, at);
    }
    frequency->counted[at].times++;
}

void frequency_add(struct frequency *frequency, const struct parsed_name *parsed)
{
    char glue[NAME_LETTERS];
    size_t length = parsed->overflowed ? 0 : name_glue(parsed, GLUE_CANONICAL, glue);
    if (length == 0 || !take(&frequency->names, word_hash(glue, length)))
        return;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        uint64_t others = may_be_trade_word(parsed, token) ? hash_others(parsed, token) : 0;
        if (others == 0)
            continue;
        const char *text = parsed->bytes + token->text;
        uint64_t pair = word_hash_end(others) ^ word_hash(text, token->text_length); /* not to be swapped */
        if (take(&frequency->pairs, pair))
            count_word(frequency, text, token->text_length);
    }
}

static uint32_t weight_of(size_t count, size_t names)
{
    uint32_t weight = WEIGHT_RAREST;
    for (size_t limit = 2 * PER_MILLE * names; count * 1000 >= limit && weight > WEIGHT_DOUBLE; limit *= 2)
        weight -= WEIGHT_DOUBLE;
    return weight;
}

void frequency_words(const struct frequency *frequency, struct word_map *ret_words)
{
    size_t names = frequency->names.count;
    if (names < NAMES_LEAST)
        return;
    for (size_t i = 0; i < frequency->words.capacity; i++) {
        const struct word_slot *slot = &frequency->words.slots[i];
        if (slot->key != NULL && frequency->counted[slot->value].times * 1000 >= PER_MILLE * names)
            word_map_put(
                ret_words, slot->key, slot->length, weight_of(frequency->counted[slot->value].times, names));
    }
}
