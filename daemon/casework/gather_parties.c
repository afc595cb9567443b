/* gather_parties.c - who the names in records and registers are: the firm under any of its names, or a
 * company on record with it.
 *
 * Only what is written alike counts as the same: letters and digits, whatever their case, blanks and points.
 * Likeness is the matcher's business. */
#include "gather.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES_MOST = 16 * 1024 };

/* ASCII letters as capitals, digits and all other bytes of UTF-8; the rest left out. */
static char *fold(const char *name, size_t length)
{
    char *folded = memory_get(length + 1);
    size_t kept = 0;
    for (size_t i = 0; i < length && i < NAME_BYTES_MOST; i++) {
        char character = name[i];
        if (character >= 'a' && character <= 'z')
            folded[kept++] = (char)(character - 'a' + 'A');
        else if ((character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9') ||
                 (unsigned char)character >= 0x80)
            folded[kept++] = character;
    }
    folded[kept] = '\0';
    return folded;
}

static const char *folded_string(struct gathered_facts *gathered, const char *name, size_t length)
{
    char *folded = fold(name, length);
    const char *kept = gathered_string(gathered, folded);
    free(folded);
    return kept;
}

/* A list joined by '|'; of former names the day behind the @ is left out. */
void gather_own_name(struct gathered_facts *gathered, const char *name)
{
    for (const char *at = name; *at != '\0';) {
        size_t whole = strcspn(at, "|"), length = strcspn(at, "|@");
        const char *folded = folded_string(gathered, at, length);
        if (folded[0] != '\0') {
            MEMORY_GROW(gathered->own_names, gathered->own_name_count, gathered->own_name_capacity);
            gathered->own_names[gathered->own_name_count++] = folded;
        }
        at += whole + (at[whole] == '|');
    }
}

static bool take_entity(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    if (record->unlisted)
        return true;
    json_t *fields = json_loads(record->fields, 0, NULL);
    const struct name_entry *relation =
        name_find(entity_relation_names, ENTITY_RELATIONS, gathered_field(fields, "relation"));
    if (relation != NULL) {
        const char *name = gathered_field(fields, "name");
        MEMORY_GROW(gathered->entities, gathered->facts.entity_count, gathered->entity_capacity);
        MEMORY_GROW(gathered->entity_names, gathered->facts.entity_count, gathered->entity_name_capacity);
        gathered->entity_names[gathered->facts.entity_count] = folded_string(gathered, name, strlen(name));
        gathered->entities[gathered->facts.entity_count++] =
            (struct fact_entity){.name = gathered_string(gathered, name),
                .country = gathered_string(gathered, gathered_field(fields, "country")),
                .relation = (enum entity_relation)relation->value,
                .share = gathered_string(gathered, gathered_field(fields, "share")),
                .from = gathered_date(fields, "from"),
                .to = gathered_date(fields, "to"),
                .source = gathered_local_source(gathered, record)};
    }
    json_decref(fields);
    return true;
}

void gather_entities(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "entities", gathered->facts.firm.uscc, take_entity, gathered);
}

struct fact_party gathered_party(struct gathered_facts *gathered, const char *name)
{
    struct fact_party party = {.name = gathered_string(gathered, name)};
    char *folded = fold(party.name, strlen(party.name));
    for (size_t i = 0; i < gathered->own_name_count && folded[0] != '\0'; i++)
        party.firm = party.firm || strcmp(gathered->own_names[i], folded) == 0;
    for (size_t i = 0; i < gathered->facts.entity_count && folded[0] != '\0' && !party.firm; i++)
        if (party.entity == NULL && strcmp(gathered->entity_names[i], folded) == 0)
            party.entity = &gathered->entities[i];
    free(folded);
    return party;
}
