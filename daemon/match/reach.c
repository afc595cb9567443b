/* reach.c - the roads from a query to the names that it might mean: glue, words, sounds. */
#include "index.h"
#include "spoken.h"
#include "tables.h"

#include <string.h>

/* In token pairs that could be compared meanwhile: to tell whether a name can come to anything. */
enum { NAME_EFFORT = 12, AHEAD = 8 };

void index_next_stamp(struct match_index *index)
{
    if (++index->stamp != 0)
        return;
    memset(index->stamps, 0, index->name_count * sizeof *index->stamps);
    index->stamp = 1;
}

bool effort_takes(struct effort *effort, size_t pairs)
{
    if (effort == NULL)
        return true;
    effort->exceeded = effort->exceeded || pairs > effort->left;
    effort->left -= effort->exceeded ? 0 : pairs;
    return !effort->exceeded;
}

bool reach_affords(const struct reach *reach, size_t names)
{
    return effort_takes(reach->effort, names * (NAME_EFFORT + reach->query->count / 2));
}

void reach_visit(const struct reach *reach, uint32_t name, bool by_glue)
{
    struct match_index *index = reach->index;
    if (index->stamps[name] == index->stamp)
        return;
    index->stamps[name] = index->stamp;
    reach->each(name, by_glue, reach->context);
}

/* Memory is slow and the names of a list lie anywhere in it: what comes soon is fetched already. */
static void fetch_ahead(const struct match_index *index, const struct chain_walk *walk)
{
    const uint32_t *values = walk->chains->values;
    if (walk->at + 2 * AHEAD < walk->end)
        __builtin_prefetch(&index->names[values[walk->at + 2 * AHEAD]]);
    if (walk->at + AHEAD < walk->end)
        __builtin_prefetch(&index->tokens[index->names[values[walk->at + AHEAD]].first_token]);
}

static void visit_chain(const struct reach *reach, struct chain_walk walk)
{
    if (walk.at == walk.end || !reach_affords(reach, walk.end - walk.at))
        return;
    for (uint32_t name; chain_next(&walk, &name);) {
        fetch_ahead(reach->index, &walk);
        reach_visit(reach, name, false);
    }
}

void reach_by_glue(const struct reach *reach)
{
    char letters[NAME_LETTERS];
    const struct chains *glues = &reach->index->glues;
    for (int kind = GLUE_RAW; kind <= GLUE_CANONICAL; kind++) {
        size_t length = name_glue(reach->query, (enum glue_kind)kind, letters);
        if (length == 0)
            continue;
        struct chain_walk walk = chains_find(glues, word_hash_fast(letters, length));
        for (uint32_t name; chain_next(&walk, &name);)
            reach_visit(reach, name, true);
    }
}

/* Names that have the word as core. */
static struct chain_walk names_of(const struct match_index *index, const char *text, size_t length)
{
    uint32_t word;
    if (words_find(&index->words, text, length, &word))
        return chains_find(&index->postings, word);
    return (struct chain_walk){.chains = &index->postings};
}

/* Calls `each` for the lists to which tokens [first, first + count) lead, for `count` from 1 on: neighbours
 * of the query as one word, or as neighbours written otherwise, of a firm. */
static void each_join(const struct reach *reach, size_t first,
    void (*each)(const struct reach *reach, size_t count, struct chain_walk walk, void *context),
    void *context)
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
        each(reach, count, chains_find(joins, word_hash_end(hash)), context);
        if (count > 1)
            each(reach, count, names_of(reach->index, letters, length), context);
    }
}

static void visit_join(const struct reach *reach, size_t count, struct chain_walk walk, void *context)
{
    (void)count;
    (void)context;
    visit_chain(reach, walk);
}

void reach_by_words(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class == TOKEN_CORE)
            visit_chain(reach, names_of(reach->index, query->bytes + token->text, token->text_length));
        if (token->class != TOKEN_PLACE)
            each_join(reach, i, visit_join, NULL);
    }
}

/* --- by one token ----------------------------------------------------------------------------------------
 */

/* The lists that token `at` takes part in: how many names, and, when asked, visits them. */
struct one_token {
    size_t at, first, names;
    bool visits;
};

static void take_list(const struct reach *reach, size_t count, struct chain_walk walk, void *context)
{
    struct one_token *one = context;
    if (one->first + count <= one->at)
        return;
    one->names += walk.end - walk.at;
    if (one->visits)
        visit_chain(reach, walk);
}

static size_t lists_of_token(const struct reach *reach, size_t at, bool visits)
{
    const struct parsed_name *query = reach->query;
    const struct token *token = &query->tokens[at];
    struct one_token one = {.at = at, .first = at, .visits = visits};
    take_list(reach, 1, names_of(reach->index, query->bytes + token->text, token->text_length), &one);
    for (one.first = at + 1 > JOIN_WORDS ? at + 1 - JOIN_WORDS : 0; one.first <= at; one.first++)
        if (query->tokens[one.first].class != TOKEN_PLACE)
            each_join(reach, one.first, take_list, &one);
    return one.names;
}

void reach_by_rarest_word(const struct reach *reach)
{
    size_t rarest = reach->query->count;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < reach->query->count; i++) {
        size_t names =
            reach->query->tokens[i].class == TOKEN_CORE ? lists_of_token(reach, i, false) : SIZE_MAX;
        if (names < least) {
            least = names;
            rarest = i;
        }
    }
    if (rarest < reach->query->count)
        lists_of_token(reach, rarest, true);
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
                visit_chain(reach, chains_find(sounds, hash[way]));
        }
    }
}
