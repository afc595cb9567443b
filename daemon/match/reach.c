/* reach.c - the roads from a query to the names that it might mean. */
#include "index.h"
#include "spoken.h"

#include <string.h>

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

static void visit_chain(
    const struct reach *reach, const struct chain_node *nodes, uint32_t node, bool by_glue)
{
    for (; node != NOTHING; node = nodes[node].next)
        visit(reach, nodes[node].value, by_glue);
}

void reach_by_glue(const struct reach *reach)
{
    char letters[NAME_LETTERS];
    const struct chains *glues = &reach->index->glues;
    for (int kind = GLUE_RAW; kind <= GLUE_CANONICAL; kind++) {
        size_t length = name_glue(reach->query, (enum glue_kind)kind, letters);
        if (length > 0)
            visit_chain(reach, glues->nodes, chains_find(glues, word_hash(letters, length)), true);
    }
}

static void visit_word(const struct reach *reach, const char *text, size_t length)
{
    uint32_t word;
    if (word_map_find(&reach->index->word_ids, text, length, &word))
        visit_chain(reach, reach->index->postings, reach->index->words[word].names, false);
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
        visit_chain(reach, joins->nodes, chains_find(joins, word_hash_end(hash)), false);
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
    const char *text;
    size_t length;
    uint32_t letters;
};

static void visit_near(uint64_t hash, void *context)
{
    const struct near_search *search = context;
    const struct match_index *index = search->reach->index;
    const struct chains *near = &index->near;
    for (uint32_t node = chains_find(near, hash); node != NOTHING; node = near->nodes[node].next) {
        const struct index_word *word = &index->words[near->nodes[node].value];
        unsigned allowed = edits_allowed(search->length, word->length);
        if (allowed > 0 && near_distance(search->text, search->length, search->letters, word->text,
                               word->length, word->letters) <= allowed)
            visit_chain(search->reach, index->postings, word->names, false);
    }
}

void reach_by_near(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class != TOKEN_CORE)
            continue;
        struct near_search search = {
            .reach = reach, .text = query->bytes + token->text, .length = token->text_length};
        search.letters = letters_of(search.text, search.length);
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
            char sound[SOUND_BYTES];
            uint64_t hash;
            if (sound_key(sound, sound_fold(letters, length, sound), &hash) && spoken)
                visit_chain(reach, sounds->nodes, chains_find(sounds, hash), false);
        }
    }
}
