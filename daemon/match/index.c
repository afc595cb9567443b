/* index.c - the firms of an index, as they are added; build.c makes them searchable. */
#include "index.h"

#include "m13/memory.h"
#include "m13/text.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, capacity;
    char bytes[];
};

static char *keep_room(struct match_index *index, size_t bytes)
{
    struct arena_block *block = index->strings;
    if (block == NULL || block->capacity - block->used < bytes) {
        size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = memory_get(sizeof *block + capacity);
        *block = (struct arena_block){.next = index->strings, .capacity = capacity};
        index->strings = block;
    }
    char *kept = block->bytes + block->used;
    block->used += bytes;
    return kept;
}

const char *index_keep(struct match_index *index, const char *bytes, size_t length)
{
    char *kept = keep_room(index, length + 1);
    memcpy(kept, bytes, length);
    kept[length] = '\0';
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
    struct match_index *index = memory_get_zeroed(1, sizeof *index);
    index->effort_most = EFFORT_MOST;
    index->near.is_mixed = true;
    index->near.has_notes = index->sounds.has_notes = index->sound_rows.has_notes = true;
    index->postings.is_numbered = true;
    return index;
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

static const char *keep_identifiers(struct match_index *index, const struct match_firm *firm)
{
    const char *const lists[] = {
        firm->srn, firm->fei, firm->owner_operator, firm->entity_srn, firm->entity_fei};
    enum { LISTS = sizeof lists / sizeof *lists };
    static const char none[LISTS];
    size_t lengths[LISTS];
    size_t all = 0;
    for (size_t i = 0; i < LISTS; i++) {
        lengths[i] = lists[i] == NULL ? 0 : strlen(lists[i]);
        all += lengths[i];
    }
    if (all == 0)
        return none;
    char *kept = keep_room(index, all + LISTS);
    char *to = kept;
    for (size_t i = 0; i < LISTS; i++) {
        if (lengths[i] > 0)
            memcpy(to, lists[i], lengths[i]);
        to[lengths[i]] = '\0';
        to += lengths[i] + 1;
    }
    return kept;
}

static struct index_source source_of(
    struct match_index *index, const struct index_firm *firm, const struct match_name *name)
{
    struct index_source source = {.kind = (uint8_t)name->kind};
    bool same = name->text != NULL && strcmp(name->text, firm->name_zh) == 0;
    source.text = same ? firm->name_zh : keep_string(index, name->text);
    if (name->country != NULL && strlen(name->country) < sizeof source.country)
        memcpy(source.country, name->country, strlen(name->country));
    return source;
}

void match_index_add(struct match_index *index, const struct match_firm *firm)
{
    if (index->is_built)
        index_unbuild(index);
    MEMORY_GROW(index->firms, index->firm_count, index->firm_capacity);
    struct index_firm *added = &index->firms[index->firm_count++];
    *added = (struct index_firm){
        .uscc = keep_string(index, firm->uscc),
        .name_zh = keep_string(index, firm->name_zh),
        .identifiers = keep_identifiers(index, firm),
        .is_candidate = string_starts(firm->uscc, "SRN:") || string_starts(firm->uscc, "FEI:"),
        .first_source = (uint32_t)index->source_count,
        .source_count = (uint32_t)firm->name_count,
    };
    for (size_t i = 0; i < firm->name_count; i++) {
        MEMORY_GROW(index->sources, index->source_count, index->source_capacity);
        index->sources[index->source_count++] = source_of(index, added, &firm->names[i]);
    }
}

const char *index_source_text(const struct match_index *index, const struct index_name *name)
{
    return index->sources[name->source].text;
}

size_t match_index_firms(const struct match_index *index)
{
    return index->firm_count;
}

void index_unbuild(struct match_index *index)
{
    words_empty(&index->words);
    chains_empty(&index->postings);
    chains_empty(&index->glues);
    chains_empty(&index->joins);
    chains_empty(&index->near);
    chains_empty(&index->sounds);
    chains_empty(&index->sound_rows);
    chains_empty(&index->identifiers);
    index->token_count = index->name_count = 0;
    index->built = index->settled = 0;
    index->is_built = index->is_checked = false;
}

void match_index_free(struct match_index *index)
{
    if (index == NULL)
        return;
    index_unbuild(index);
    word_map_free(&index->frequent);
    frequency_free(index->frequency);
    free(index->firms);
    free(index->sources);
    free(index->tokens);
    free(index->names);
    free(index->legals);
    free(index->stamps);
    free(index->word_stamps);
    index_keep_free(index->strings);
    free(index);
}
