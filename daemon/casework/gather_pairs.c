/* gather_pairs.c - a product may need two certificates at once: one of the maker's quality system and one of
 * the product's technical documentation (MDR, Annex IX). Both list it, and it is one item.
 *
 * The item stays with the certificate where it is a case already, else with the one of the technical
 * documentation, which is the product's own. It counts from the day on which the product was in the scope of
 * both, and stands as long as both stand. */
#include "gather.h"

#include <string.h>

enum certificate_type { TYPE_OTHER, TYPE_QUALITY_SYSTEM, TYPE_DOCUMENTATION };

/* By the register's own code of the certificate's type (EUDAMED: refdata.certificate-mdr-type...). */
static enum certificate_type type_of(const struct gathered_facts *gathered, size_t item)
{
    const char *route = gathered_approval_of(gathered, item)->view.record.value[RECORD_SOURCE_ROUTE];
    if (strstr(route, "quality-management-system") != NULL)
        return TYPE_QUALITY_SYSTEM;
    return strstr(route, "technical-documentation") != NULL ? TYPE_DOCUMENTATION : TYPE_OTHER;
}

static bool is_pair(const struct gathered_facts *gathered, size_t a, size_t b)
{
    const struct fact_item *first = &gathered->items[a], *second = &gathered->items[b];
    if (first->scope != ITEM_LISTED || second->scope != ITEM_LISTED ||
        !string_equal(first->product_id, second->product_id) ||
        !string_equal(first->authority, second->authority) || !string_equal(first->route, second->route))
        return false;
    enum certificate_type types[] = {type_of(gathered, a), type_of(gathered, b)};
    return types[0] != types[1] && types[0] != TYPE_OTHER && types[1] != TYPE_OTHER;
}

static bool leads(const struct gathered_facts *gathered, size_t item, size_t other)
{
    bool known = gathered->of_items[item].is_case_of_product;
    bool other_known = gathered->of_items[other].is_case_of_product;
    return known != other_known ? known : type_of(gathered, item) == TYPE_DOCUMENTATION;
}

static bool is_later(struct date a, struct date b)
{
    return date_is_known(a) && (!date_is_known(b) || a.last > b.last);
}

static void join(struct fact_item *item, const struct fact_item *other)
{
    item->pair_number = other->number;
    item->pair_status = other->status;
    item->pair_source = other->source;
    if (is_later(other->decision, item->decision))
        item->decision = other->decision;
    if (is_later(other->approved, item->approved))
        item->approved = other->approved;
    if (date_is_known(other->out_of_scope) &&
        (!date_is_known(item->out_of_scope) || other->out_of_scope.first < item->out_of_scope.first))
        item->out_of_scope = other->out_of_scope;
    if (string_equal(item->status, "active") && !string_equal(other->status, "active"))
        item->status = other->status;
    item->gone = item->gone || other->gone;
}

/* A case never goes: it says where its product is. */
static void set_apart(struct fact_item *item, const struct fact_item *leading)
{
    item->scope = ITEM_JOINED;
    item->product_id = ""; /* the other one has it */
    item->pair_number = leading->number;
    item->pair_status = leading->status;
    item->pair_source = leading->source;
}

static void leave_out(struct gathered_facts *gathered, size_t item)
{
    size_t behind = --gathered->facts.item_count - item;
    memmove(&gathered->items[item], &gathered->items[item + 1], behind * sizeof *gathered->items);
    memmove(&gathered->of_items[item], &gathered->of_items[item + 1], behind * sizeof *gathered->of_items);
}

/* The place of its other certificate; itself when it has none. */
static size_t pair_of(const struct gathered_facts *gathered, size_t item)
{
    for (size_t i = item + 1; i < gathered->facts.item_count; i++)
        if (is_pair(gathered, item, i))
            return i;
    return item;
}

void gather_pairs(struct gathered_facts *gathered)
{
    for (size_t i = 0; i < gathered->facts.item_count;) {
        size_t other = gathered->items[i].scope == ITEM_LISTED ? pair_of(gathered, i) : i;
        if (other == i) {
            i++;
            continue;
        }
        bool first_leads = leads(gathered, i, other);
        size_t kept = first_leads ? i : other, left = first_leads ? other : i;
        join(&gathered->items[kept], &gathered->items[left]);
        if (gathered->of_items[left].is_case)
            set_apart(&gathered->items[left], &gathered->items[kept]);
        else
            leave_out(gathered, left);
    }
}
