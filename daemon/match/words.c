/* words.c - the words of all names, each once. */
#include "index.h"
#include "m13/clock.h"
#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_SLOTS = 64, STRIDE = 4096 };

/* While the index is filled: 32 bits of the word's hash, and its number + 1; 0 = free. */
struct word_place {
    uint32_t tag, word;
};

static struct word_place *place_of(struct word_place *places, size_t capacity, uint32_t tag)
{
    size_t at = tag & (capacity - 1);
    while (places[at].word != 0)
        at = (at + 1) & (capacity - 1);
    return &places[at];
}

/* At most two thirds full, so that a search for an absent word ends soon. */
void words_reserve(struct words *words, size_t count)
{
    size_t capacity = words->place_count == 0 ? FEWEST_SLOTS : words->place_count;
    while (capacity * 2 < count * 3)
        capacity *= 2;
    if (capacity == words->place_count)
        return;
    struct word_place *places = memory_get_zeroed(capacity, sizeof *places);
    for (size_t i = 0; i < words->place_count; i++)
        if (words->places[i].word != 0)
            *place_of(places, capacity, words->places[i].tag) = words->places[i];
    free(words->places);
    words->places = places;
    words->place_count = capacity;
}

static bool is_word(const struct words *words, uint32_t word, const char *text, size_t length)
{
    return words->list[word].length == length && memcmp(word_text(words, word), text, length) == 0;
}

static uint32_t keep_text(struct words *words, const char *text, size_t length)
{
    if (words->text_capacity - words->text_bytes < length) {
        words->text_capacity += words->text_capacity / 2 + length + FEWEST_SLOTS;
        words->texts = memory_resize(words->texts, words->text_capacity, 1);
    }
    memcpy(words->texts + words->text_bytes, text, length);
    words->text_bytes += length;
    return (uint32_t)(words->text_bytes - length);
}

uint32_t words_fetch(const struct words *words, const char *text, size_t length)
{
    uint32_t tag = (uint32_t)(word_hash(text, length) >> 32);
    if (words->place_count > 0)
        __builtin_prefetch(&words->places[tag & (words->place_count - 1)]);
    return tag;
}

uint32_t words_intern(struct words *words, const char *text, size_t length, uint32_t tag)
{
    if (words->place_count * 2 < (words->count + 1) * 3)
        words_reserve(words, words->count + 1);
    size_t at = tag & (words->place_count - 1);
    for (; words->places[at].word != 0; at = (at + 1) & (words->place_count - 1))
        if (words->places[at].tag == tag && is_word(words, words->places[at].word - 1, text, length))
            return words->places[at].word - 1;
    if (words->count == INDEX_WORDS_MOST)
        log_fatal(EXIT_INTERNAL, "match: the firms' names have more than %d words", INDEX_WORDS_MOST);
    MEMORY_GROW(words->list, words->count, words->capacity);
    uint32_t word = (uint32_t)words->count++;
    words->list[word] = (struct index_word){.text = keep_text(words, text, length),
        .letters = letters_of(text, length),
        .length = (uint16_t)length};
    words->places[at] = (struct word_place){.tag = tag, .word = word + 1};
    return word;
}

bool words_find(const struct words *words, const char *text, size_t length, uint32_t *ret_word)
{
    struct chain_walk walk = chains_find(&words->by_hash, word_hash(text, length));
    for (uint32_t word; chain_next(&walk, &word);)
        if (is_word(words, word, text, length)) {
            *ret_word = word;
            return true;
        }
    return false;
}

bool words_settle(struct words *words, int64_t deadline_us)
{
    while (words->step < words->place_count) {
        const struct word_place *place = &words->places[words->step++];
        if (place->word != 0)
            chains_add(&words->by_hash, (uint64_t)place->tag << 32, place->word - 1, NOTHING);
        if (words->step % STRIDE == 0 && clock_monotonic_us() >= deadline_us)
            return false;
    }
    free(words->places);
    words->places = NULL;
    words->place_count = words->step = 0;
    return chains_settle(&words->by_hash, deadline_us);
}

void words_empty(struct words *words)
{
    chains_empty(&words->by_hash);
    free(words->places);
    free(words->list);
    free(words->texts);
    *words = (struct words){0};
}
