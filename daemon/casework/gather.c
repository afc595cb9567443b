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
        {"declarations", "local_record:declarations"}, {"sales", "local_record:sales"},
        {"entities", "local_record:entities"}, {"costs", "local_record:costs"},
        {"credit", "local_record:credit"}, {"approvals", "local_record:approvals"}};
    const char *table = "local_record";
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (string_equal(tables[i].kind, record->kind))
            table = tables[i].table;
    return gathered_source(gathered, table, record->key, record->version, record->assurance);
}

const char *gathered_field(const json_t *fields, const char *name)
{
    const char *value = json_string_value(json_object_get(fields, name));
    return value != NULL ? value : "";
}

struct date gathered_date(const json_t *fields, const char *name)
{
    struct date date;
    return date_parse(gathered_field(fields, name), DATE_FORM_ISO, &date) == 0 ? date : DATE_NONE;
}

const struct gathered_approval *gathered_approval_of(const struct gathered_facts *gathered, size_t item)
{
    return &gathered->approvals[gathered->of_items[item].approval];
}

static void gather_all(struct gathered_facts *gathered, const struct found_list *approvals)
{
    struct firm_facts *facts = &gathered->facts;
    gather_entities(gathered);
    gather_products(gathered);
    gather_approvals(gathered, approvals);
    gather_pairs(gathered);
    gather_product_links(gathered);
    gather_rulings(gathered);
    gather_papers(gathered);
    gather_declarations(gathered);
    gather_sales(gathered);
    gather_predecessors(gathered);
    gather_costs(gathered);
    gather_rates(gathered);
    gather_credit(gathered);
    gather_payments(gathered);
    facts->items = gathered->items;
    facts->sales = gathered->sales;
    facts->entities = gathered->entities;
    facts->costs = gathered->costs;
    facts->rates = gathered->rates;
    facts->flags = gathered->flags;
    facts->payments = gathered->payments;
}

struct gathered_facts *casework_gather(struct store *store, const char *uscc)
{
    struct gathered_facts *gathered = memory_get_zeroed(1, sizeof *gathered);
    struct found_list *approvals = find_approvals(store, uscc);
    gathered->store = store;
    gather_firm(gathered, uscc);
    if (approvals != NULL)
        gather_all(gathered, approvals);
    found_list_free(approvals);
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
    for (size_t i = 0; i < gathered->approval_count; i++)
        approval_view_release(&gathered->approvals[i].view);
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        free(gathered->of_items[i].predecessors);
        free(gathered->of_items[i].rulings);
    }
    for (size_t i = 0; i < gathered->string_count; i++)
        free(gathered->strings[i]);
    for (size_t i = 0; i < gathered->share_count; i++)
        free(gathered->shares[i]);
    void *const arrays[] = {gathered->approvals, gathered->items, gathered->of_items, gathered->sales,
        gathered->products, gathered->entities, gathered->entity_names, gathered->own_names, gathered->costs,
        gathered->shares, gathered->rates, gathered->flags, gathered->payments, gathered->strings, gathered};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}
