/* changes.c - which firms differ between two indexes, and which spellings that concerns. */
#include "decide.h"

#include "m13/memory.h"
#include "spoken.h"

#include <stdlib.h>
#include <string.h>

/* --- firms
 * -------------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool same_sources(const struct match_index *old, const struct index_firm *a,
    const struct match_index *now, const struct index_firm *b)
{
    if (a->source_count != b->source_count)
        return false;
    for (uint32_t i = 0; i < a->source_count; i++) {
        const struct index_source *own = &old->sources[a->first_source + i];
        const struct index_source *other = &now->sources[b->first_source + i];
        if (own->kind != other->kind || !same_text(own->text, other->text) ||
            !same_text(own->country, other->country))
            return false;
    }
    return true;
}

static bool same_record(const struct match_index *old, const struct index_firm *a,
    const struct match_index *now, const struct index_firm *b)
{
    for (int kind = 0; kind < IDENTIFIER_KINDS; kind++)
        if (strcmp(firm_identifiers(a, (enum identifier_kind)kind),
                firm_identifiers(b, (enum identifier_kind)kind)) != 0)
            return false;
    return same_text(a->name_zh, b->name_zh) && same_sources(old, a, now, b);
}

static void add_firm(
    struct match_index *changed, const struct match_index *from, const struct index_firm *firm)
{
    struct match_name *names = memory_get_zeroed(firm->source_count + 1, sizeof *names);
    for (uint32_t i = 0; i < firm->source_count; i++) {
        const struct index_source *source = &from->sources[firm->first_source + i];
        names[i] =
            (struct match_name){.kind = source->kind, .text = source->text, .country = source->country};
    }
    match_index_add(changed, &(struct match_firm){.uscc = firm->uscc,
                                 .name_zh = firm->name_zh,
                                 .names = names,
                                 .name_count = firm->source_count,
                                 .srn = firm_identifiers(firm, IDENTIFIER_SRN),
                                 .fei = firm_identifiers(firm, IDENTIFIER_FEI),
                                 .owner_operator = firm_identifiers(firm, IDENTIFIER_OWNER_OPERATOR),
                                 .entity_srn = firm_identifiers(firm, IDENTIFIER_ENTITY_SRN),
                                 .entity_fei = firm_identifiers(firm, IDENTIFIER_ENTITY_FEI)});
    free(names);
}

static bool same_frequent_words(const struct word_map *a, const struct word_map *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->capacity; i++) {
        const struct word_slot *slot = &a->slots[i];
        uint32_t weight;
        if (slot->key != NULL &&
            (!word_map_find(b, slot->key, slot->length, &weight) || weight != slot->value))
            return false;
    }
    return true;
}

static void share_frequent_words(struct match_index *changed, const struct word_map *words)
{
    for (size_t i = 0; changed->frequent.count == 0 && i < words->capacity; i++)
        if (words->slots[i].key != NULL)
            word_map_put(&changed->frequent, index_keep(changed, words->slots[i].key, words->slots[i].length),
                words->slots[i].length, words->slots[i].value);
    changed->is_checked = true;
}

static int by_uscc(const void *a, const void *b)
{
    const struct index_firm *own = *(const struct index_firm *const *)a;
    const struct index_firm *other = *(const struct index_firm *const *)b;
    return strcmp(own->uscc, other->uscc);
}

static const struct index_firm **sorted_firms(const struct match_index *index)
{
    const struct index_firm **firms = memory_get_zeroed(index->firm_count + 1, sizeof *firms);
    for (size_t i = 0; i < index->firm_count; i++)
        firms[i] = &index->firms[i];
    qsort(firms, index->firm_count, sizeof *firms, by_uscc);
    return firms;
}

bool index_differences(
    const struct match_index *old, const struct match_index *now, struct match_index *changed)
{
    if (!same_frequent_words(&old->frequent, &now->frequent))
        return false;
    share_frequent_words(changed, &now->frequent);
    const struct index_firm **a = sorted_firms(old);
    const struct index_firm **b = sorted_firms(now);
    for (size_t i = 0, j = 0; i < old->firm_count || j < now->firm_count;) {
        int order = i == old->firm_count ? 1 : j == now->firm_count ? -1 : strcmp(a[i]->uscc, b[j]->uscc);
        bool same = order == 0 && same_record(old, a[i], now, b[j]);
        if (order <= 0 && !same)
            add_firm(changed, old, a[i]);
        if (order >= 0 && !same)
            add_firm(changed, now, b[j]);
        i += order <= 0;
        j += order >= 0;
    }
    free(a);
    free(b);
    return true;
}

/* --- spellings
 * ------------------------------------------------------------------------------------------------ */

static void note_touched(uint32_t name, bool by_glue, void *context)
{
    (void)name;
    (void)by_glue;
    *(bool *)context = true;
}

/* All roads that match_find() may take. */
static bool form_touches(struct match_index *index, const struct normal_name *normal, struct form form)
{
    struct parsed_name parsed;
    bool touched = false;
    if (!form_parse(index, normal, form, &parsed))
        return false;
    struct reach reach = {
        .index = index, .query = &parsed, .each = note_touched, .context = &touched, .takes_all = true};
    index_next_stamp(index);
    reach_by_glue(&reach);
    if (!touched)
        reach_by_words(&reach);
    if (!touched)
        reach_by_near(&reach);
    if (!touched && form.kind == FORM_SPOKEN)
        reach_by_sound(&reach, SOUND_ALIKE);
    return touched;
}

static bool name_touches(struct match_index *index, const char *name)
{
    struct normal_name normal;
    struct parsed_name parsed;
    name_normalise(name, strlen(name), &normal);
    name_parse(&normal, 0, &parsed);
    bool touched = form_touches(index, &normal, (struct form){.kind = FORM_NAME});
    for (size_t i = 0; !touched && i < parsed.alias_count + parsed.reading_count; i++)
        touched =
            form_touches(index, &normal, (struct form){.kind = FORM_ALIAS, .number = parsed.alias_groups[i]});
    for (unsigned i = 0; !touched && i < NAME_VARIANTS; i++)
        touched = form_touches(index, &normal, (struct form){.kind = FORM_LATIN, .number = i});
    for (unsigned i = 0; !touched && i < SPOKEN_VARIANTS; i++)
        touched = form_touches(index, &normal, (struct form){.kind = FORM_SPOKEN, .number = i});
    return touched;
}

static bool identifier_touches(const struct match_index *index, enum identifier_kind kind, const char *list)
{
    char text[IDENTIFIER_BYTES];
    while (list != NULL && identifier_next(&list, text))
        if (chains_hold(&index->identifiers, identifier_hash(kind, text)))
            return true;
    return false;
}

bool index_touches(struct match_index *index, const struct match_query *query)
{
    match_index_build(index, INT64_MAX);
    const struct {
        enum identifier_kind kind;
        const char *list;
    } identifiers[] = {
        {IDENTIFIER_SRN, query->srn},
        {IDENTIFIER_ENTITY_SRN, query->srn},
        {IDENTIFIER_FEI, query->fei},
        {IDENTIFIER_ENTITY_FEI, query->fei},
        {IDENTIFIER_FEI, query->listed_fei},
        {IDENTIFIER_OWNER_OPERATOR, query->owner_operator},
        {IDENTIFIER_OWNER_OPERATOR, query->listed_owner_operator},
        {IDENTIFIER_USCC, query->uscc},
        {IDENTIFIER_USCC, query->name},
    };
    for (size_t i = 0; i < sizeof identifiers / sizeof *identifiers; i++)
        if (identifier_touches(index, identifiers[i].kind, identifiers[i].list))
            return true;
    return query->name != NULL && name_touches(index, query->name);
}
