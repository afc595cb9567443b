/* reach.c - the roads from a query to the names that it might mean: glue, words, sounds. */
#include "index.h"
#include "spoken.h"
#include "tables.h"

#include <string.h>

/* In token pairs that could be compared meanwhile: to tell whether a name can come to anything. */
enum { NAME_EFFORT = 12 };
/* To hear whether a word is alike. */
enum { WORD_SOUND_EFFORT = 40 };

static void next_stamp(uint16_t *stamp, uint16_t *stamps, size_t count)
{
    if (++*stamp != 0)
        return;
    memset(stamps, 0, count * sizeof *stamps);
    *stamp = 1;
}

void index_next_stamp(struct match_index *index)
{
    next_stamp(&index->stamp, index->stamps, index->name_count);
}

void index_next_word_stamp(struct match_index *index)
{
    next_stamp(&index->word_stamp, index->word_stamps, index->words.count);
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

void crowd_add(struct crowd *crowd, uint32_t name)
{
    struct match_index *index = crowd->reach->index;
    if (crowd_knows(crowd, name))
        return;
    index->stamps[name] = index->stamp;
    crowd->names[crowd->count++] = name;
    if (crowd->count == CROWD)
        crowd_visit(crowd);
}

void crowd_visit(struct crowd *crowd)
{
    const struct match_index *index = crowd->reach->index;
    for (size_t i = 0; i < crowd->count; i++)
        __builtin_prefetch(&index->tokens[index->names[crowd->names[i]].first_token]);
    for (size_t i = 0; i < crowd->count; i++) {
        const struct index_name *name = &index->names[crowd->names[i]];
        for (size_t at = name->first_token; at < name->first_token + name->token_count; at++)
            __builtin_prefetch(&index->words.list[index->tokens[at].word]);
    }
    for (size_t i = 0; i < crowd->count; i++)
        crowd->reach->each(crowd->names[i], false, crowd->reach->context);
    crowd->count = 0;
}

/* The names of a list that is affordable. */
static void add_chain(struct crowd *crowd, struct chain_walk walk)
{
    enum { AHEAD = 16 };
    const struct match_index *index = crowd->reach->index;
    if (walk.at == walk.end || !reach_affords(crowd->reach, walk.end - walk.at))
        return;
    const uint32_t *values = walk.chains->values;
    uint32_t fetched = walk.at;
    for (uint32_t name; chain_next(&walk, &name);) {
        for (; fetched < walk.end && fetched < walk.at + AHEAD; fetched++) {
            __builtin_prefetch(&index->stamps[values[fetched]]);
            __builtin_prefetch(&index->names[values[fetched]]);
        }
        crowd_add(crowd, name);
    }
}

static void visit_glue(const struct reach *reach, uint32_t name)
{
    struct match_index *index = reach->index;
    if (index->stamps[name] == index->stamp)
        return;
    index->stamps[name] = index->stamp;
    reach->each(name, true, reach->context);
}

uint64_t glue_hash(const char *letters, size_t length)
{
    return word_hash_end(word_number_of(letters, length).number);
}

static void visit_glues(const struct reach *reach, const char *letters, size_t length)
{
    struct chain_walk walk = chains_find(&reach->index->glues, glue_hash(letters, length));
    for (uint32_t name; chain_next(&walk, &name);)
        visit_glue(reach, name);
}

void reach_by_glue(const struct reach *reach)
{
    char letters[NAME_LETTERS];
    for (int kind = GLUE_RAW; kind <= GLUE_CANONICAL; kind++) {
        size_t length = name_glue(reach->query, (enum glue_kind)kind, letters);
        if (length == 0)
            continue;
        visit_glues(reach, letters, length);
        /* A Chinese name that is read out may end with its form: "... youxian gongsi". */
        size_t cursor = 0;
        for (size_t form; (form = table_legal_reading(letters, length, &cursor)) > 0;)
            visit_glues(reach, letters, length - form);
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
    struct word_number joined = {.power = 1};
    for (size_t count = 1; count <= JOIN_WORDS && first + count <= query->count; count++) {
        const struct token *token = &query->tokens[first + count - 1];
        if (token->class == TOKEN_PLACE || length + token->text_length > JOIN_LETTERS)
            return;
        memcpy(letters + length, query->bytes + token->text, token->text_length);
        joined = word_numbers_joined(joined, word_number_of(letters + length, token->text_length));
        length += token->text_length;
        each(reach, count, chains_find(joins, word_hash_end(joined.number)), context);
        if (count > 1)
            each(reach, count, names_of(reach->index, letters, length), context);
    }
}

static void add_join(const struct reach *reach, size_t count, struct chain_walk walk, void *context)
{
    (void)reach;
    (void)count;
    add_chain(context, walk);
}

void reach_by_words(const struct reach *reach)
{
    const struct parsed_name *query = reach->query;
    struct crowd crowd;
    crowd.reach = reach;
    crowd.count = 0;
    for (size_t i = 0; i < query->count; i++) {
        const struct token *token = &query->tokens[i];
        if (token->class == TOKEN_CORE)
            add_chain(&crowd, names_of(reach->index, query->bytes + token->text, token->text_length));
        if (token->class != TOKEN_PLACE)
            each_join(reach, i, add_join, &crowd);
    }
    crowd_visit(&crowd);
}

/* --- by one token ----------------------------------------------------------------------------------------
 */

/* The lists that token `at` takes part in: how many names, and, when asked, adds them. */
struct one_token {
    size_t at, first, names;
    struct crowd *crowd; /* NULL: they are counted only */
};

static void take_list(const struct reach *reach, size_t count, struct chain_walk walk, void *context)
{
    struct one_token *one = context;
    (void)reach;
    if (one->first + count <= one->at)
        return;
    one->names += walk.end - walk.at;
    if (one->crowd != NULL)
        add_chain(one->crowd, walk);
}

static size_t lists_of_token(const struct reach *reach, size_t at, struct crowd *crowd)
{
    const struct parsed_name *query = reach->query;
    const struct token *token = &query->tokens[at];
    struct one_token one = {.at = at, .first = at, .crowd = crowd};
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
            reach->query->tokens[i].class == TOKEN_CORE ? lists_of_token(reach, i, NULL) : SIZE_MAX;
        if (names < least) {
            least = names;
            rarest = i;
        }
    }
    struct crowd crowd;
    crowd.reach = reach;
    crowd.count = 0;
    if (rarest < reach->query->count)
        lists_of_token(reach, rarest, &crowd);
    crowd_visit(&crowd);
}

/* --- by sound --------------------------------------------------------------------------------------------
 */

/* One to three core words of the query in a row, one of them read. */
struct sound_run {
    struct sound_ways ways;
    struct sound_key keys[2];
    size_t key_count;
    enum sound_likeness likeness;
};

static bool is_alike(const struct reach *reach, const struct sound_run *run, uint32_t word)
{
    const struct words *words = &reach->index->words;
    struct sound_ways ways;
    size_t longer;
    sound_fold_ways(word_text(words, word), words->list[word].length, &ways);
    return sound_between(&run->ways, &ways, &longer) <= SOUND_SLIPS;
}

/* Words that sound like the run lead to all names that have them. A word that sounds in two ways may come
 * twice: it is paid for each time, whichever comes first. */
static void add_words(struct crowd *crowd, const struct sound_run *run, const struct sound_key *key)
{
    struct match_index *index = crowd->reach->index;
    struct chain_walk walk = chains_find(&index->sounds, key->consonants);
    for (uint32_t word; chain_next(&walk, &word);) {
        bool same = walk.note == key->whole;
        if (!same && (run->likeness == SOUND_SAME || !effort_takes(crowd->reach->effort, WORD_SOUND_EFFORT)))
            continue;
        if (index->word_stamps[word] == index->word_stamp || (!same && !is_alike(crowd->reach, run, word)))
            continue;
        index->word_stamps[word] = index->word_stamp;
        add_chain(crowd, chains_find(&index->postings, word));
    }
}

/* Rows of words that have its consonants. */
static void add_rows(struct crowd *crowd, const struct sound_run *run, const struct sound_key *key)
{
    struct chain_walk walk = chains_find(&crowd->reach->index->sound_rows, key->consonants);
    for (uint32_t name; chain_next(&walk, &name);)
        if ((run->likeness == SOUND_ALIKE || walk.note == key->whole) && reach_affords(crowd->reach, 1))
            crowd_add(crowd, name);
}

void reach_by_sound(const struct reach *reach, enum sound_likeness likeness)
{
    const struct parsed_name *query = reach->query;
    struct sound_run run; /* large: not zeroed */
    struct crowd crowd;
    crowd.reach = reach;
    crowd.count = 0;
    run.likeness = likeness;
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
            if (!spoken)
                continue;
            run.key_count = sound_keys(letters, length, run.keys);
            sound_fold_ways(letters, length, &run.ways);
            index_next_word_stamp(reach->index);
            for (size_t way = 0; way < run.key_count; way++) {
                add_words(&crowd, &run, &run.keys[way]);
                add_rows(&crowd, &run, &run.keys[way]);
            }
        }
    }
    crowd_visit(&crowd);
}
