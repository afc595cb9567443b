/* gather.c - all facts of one firm as they are known now. */
#include "gather.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>

const char *gathered_string(struct gathered_facts *gathered, const char *string)
{
    if (string == NULL || string[0] == '\0')
        return "";
    MEMORY_GROW(gathered->strings, gathered->string_count, gathered->string_capacity);
    return gathered->strings[gathered->string_count++] = memory_copy_string(string);
}

struct fact_source gathered_source(struct gathered_facts *gathered, const char *table, const char *id,
    int64_t version, const char *assurance)
{
    const struct name_entry *known =
        name_find(assurance_names, sizeof assurance_names / sizeof assurance_names[0], assurance);
    return (struct fact_source){.table = table,
        .id = gathered_string(gathered, id),
        .version = version,
        .assurance = known != NULL ? (enum assurance)known->value : ASSURANCE_CLAIMED};
}

struct fact_source gathered_local_source(struct gathered_facts *gathered, const struct local_record *record)
{
    static const struct {
        const char *kind, *table;
    } tables[] = {{"firms", "local_record:firms"}, {"products", "local_record:products"},
        {"declarations", "local_record:declarations"}, {"sales", "local_record:sales"}};
    const char *table = "local_record";
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (string_equal(tables[i].kind, record->kind))
            table = tables[i].table;
    return gathered_source(gathered, table, record->key, record->version, record->assurance);
}

struct gathered_facts *casework_gather(struct store *store, const char *uscc)
{
    struct gathered_facts *gathered = memory_get_zeroed(1, sizeof *gathered);
    gathered->store = store;
    gather_firm(gathered, uscc);
    gather_products(gathered);
    gather_approvals(gathered);
    gather_product_links(gathered);
    gather_declarations(gathered);
    gather_sales(gathered);
    gather_predecessors(gathered);
    gathered->facts.items = gathered->items;
    gathered->facts.sales = gathered->sales;
    return gathered;
}

const struct firm_facts *gathered_facts(const struct gathered_facts *gathered)
{
    return &gathered->facts;
}

void gathered_facts_free(struct gathered_facts *gathered)
{
    if (gathered == NULL)
        return;
    for (size_t i = 0; i < gathered->approval_count; i++) {
        approval_view_release(&gathered->approvals[i].view);
        free(gathered->approvals[i].predecessors);
    }
    for (size_t i = 0; i < gathered->string_count; i++)
        free(gathered->strings[i]);
    free(gathered->approvals);
    free(gathered->items);
    free(gathered->sales);
    free(gathered->products);
    free(gathered->strings);
    free(gathered);
}
