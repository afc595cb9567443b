/* frequent.c - the trade words that the makers tell, in an index of firms. */
#include "index.h"
#include "m13/clock.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* Mark of a word that some firm of ours has as its only name: "Precision (Beijing) Co., Ltd." */
enum { SOLE_NAME = 1 << 16 };

void index_classify(const struct match_index *index, struct parsed_name *parsed)
{
    for (size_t i = 0; i < parsed->count && index->frequent.count > 0; i++) {
        struct token *token = &parsed->tokens[i];
        uint32_t weight;
        bool frequent =
            token->class == TOKEN_CORE &&
            word_map_find(&index->frequent, parsed->bytes + token->text, token->text_length, &weight);
        if (!frequent || (index->is_checked && weight >= SOLE_NAME))
            continue;
        token->class = TOKEN_GENERIC;
        token->weight = (uint16_t)(weight % SOLE_NAME);
    }
}

/* While the firms are asked, all words count as frequent, so that their order says nothing. */
static void keep_sole_names(struct match_index *index, const char *source)
{
    struct normal_name normal;
    struct parsed_name parsed;
    name_normalise(source, strlen(source), &normal);
    name_parse(&normal, 0, &parsed);
    for (size_t i = 0; i < parsed.count; i++) {
        const struct token *token = &parsed.tokens[i];
        uint32_t weight;
        if (token->class == TOKEN_CORE &&
            !word_map_find(&index->frequent, parsed.bytes + token->text, token->text_length, &weight))
            return;
    }
    for (size_t i = 0; i < parsed.count; i++) {
        const struct token *token = &parsed.tokens[i];
        uint32_t *weight = word_map_value(&index->frequent, parsed.bytes + token->text, token->text_length);
        if (token->class == TOKEN_CORE && weight != NULL)
            *weight |= SOLE_NAME;
    }
}

bool index_know_frequent(struct match_index *index, int64_t deadline_us)
{
    if (index->is_checked)
        return true;
    if (index->frequency != NULL) {
        struct word_map words = {0};
        frequency_words(index->frequency, &words);
        for (size_t i = 0; i < words.capacity; i++)
            if (words.slots[i].key != NULL)
                word_map_put(&index->frequent, index_keep(index, words.slots[i].key, words.slots[i].length),
                    words.slots[i].length, words.slots[i].value);
        word_map_free(&words);
        frequency_free(index->frequency);
        index->frequency = NULL;
    }
    while (index->frequent.count > 0 && index->checked < index->source_count) {
        keep_sole_names(index, index->sources[index->checked++].text);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    index->is_checked = true;
    return true;
}

static int by_letters(const void *a, const void *b)
{
    const struct word_slot *own = *(const struct word_slot *const *)a;
    const struct word_slot *other = *(const struct word_slot *const *)b;
    size_t shorter = own->length < other->length ? own->length : other->length;
    int order = memcmp(own->key, other->key, shorter);
    return order != 0 ? order : (own->length > other->length) - (own->length < other->length);
}

void index_each_frequent(const struct match_index *index,
    void (*each)(const char *word, size_t length, uint32_t weight, void *context), void *context)
{
    const struct word_slot **slots = memory_get_zeroed(index->frequent.count + 1, sizeof *slots);
    size_t count = 0;
    for (size_t i = 0; i < index->frequent.capacity; i++)
        if (index->frequent.slots[i].key != NULL && index->frequent.slots[i].value < SOLE_NAME)
            slots[count++] = &index->frequent.slots[i];
    qsort(slots, count, sizeof *slots, by_letters);
    for (size_t i = 0; i < count; i++)
        each(slots[i]->key, slots[i]->length, slots[i]->value, context);
    free(slots);
}
