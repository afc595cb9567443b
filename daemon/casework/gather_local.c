/* gather_local.c - what the bureau and the firm have put on record: the firm, products, declarations, sales.
 */
#include "gather.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <jansson.h>
#include <string.h>

/* --- the firm ------------------------------------------------------------------------------------------- */

static bool take_firm(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    struct fact_firm *firm = &gathered->facts.firm;
    json_t *fields = json_loads(record->fields, 0, NULL);
    firm->known = true;
    firm->candidate = registry_is_candidate(record->key);
    firm->unlisted = record->unlisted;
    firm->name_zh = gathered_string(gathered, gathered_field(fields, "name_zh"));
    firm->name_en = gathered_string(gathered, gathered_field(fields, "name_en"));
    firm->beijing_from = gathered_date(fields, "beijing_from");
    firm->beijing_to = gathered_date(fields, "beijing_to");
    firm->status = gathered_string(gathered, gathered_field(fields, "status"));
    firm->source = gathered_local_source(gathered, record);
    static const char *const names[] = {"uscc", "name_zh", "name_en", "aliases", "former_names"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        gather_own_name(gathered, gathered_field(fields, names[i]));
    json_decref(fields);
    return false;
}

void gather_firm(struct gathered_facts *gathered, const char *uscc)
{
    gathered->facts.firm = (struct fact_firm){.uscc = gathered_string(gathered, uscc),
        .name_zh = "",
        .name_en = "",
        .beijing_from = DATE_NONE,
        .beijing_to = DATE_NONE,
        .status = ""};
    registry_each(gathered->store, "firms", uscc, take_firm, gathered);
}

/* --- products and what links an approval to one --------------------------------------------------------- */

static bool take_product(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    json_t *fields = json_loads(record->fields, 0, NULL);
    MEMORY_GROW(gathered->products, gathered->product_count, gathered->product_capacity);
    gathered->products[gathered->product_count++] =
        (struct product_link){.product_id = gathered_string(gathered, record->product_id),
            .udi_di = gathered_string(gathered, gathered_field(fields, "udi_di")),
            .source = gathered_local_source(gathered, record)};
    json_decref(fields);
    return true;
}

void gather_products(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "products", gathered->facts.firm.uscc, take_product, gathered);
}

const struct product_link *gathered_product(const struct gathered_facts *gathered, const char *product_id)
{
    for (size_t i = 0; i < gathered->product_count; i++)
        if (string_equal(gathered->products[i].product_id, product_id))
            return &gathered->products[i];
    return NULL;
}

bool gathered_identifiers_meet(const char *a, const char *b)
{
    for (size_t length; *a != '\0'; a += length + (a[length] == '|')) {
        length = strcspn(a, "|");
        for (const char *at = b; length > 0 && *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
            if (strcspn(at, "|") == length && memcmp(at, a, length) == 0)
                return true;
    }
    return false;
}

static void link_by_identifier(struct gathered_facts *gathered, struct fact_item *item, const char *udi_di)
{
    for (size_t i = 0; i < gathered->product_count; i++) {
        if (!gathered_identifiers_meet(udi_di, gathered->products[i].udi_di))
            continue;
        item->product_id = gathered->products[i].product_id;
        item->product_source = gathered->products[i].source;
        return;
    }
}

/* One device whose list is not there may be known by its identifier. */
void gather_product_links(struct gathered_facts *gathered)
{
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        struct fact_item *item = &gathered->items[i];
        if (item->scope == ITEM_ONE_DEVICE && item->product_id[0] == '\0')
            link_by_identifier(
                gathered, item, gathered_approval_of(gathered, i)->view.record.value[RECORD_UDI_DI]);
    }
}

/* --- declarations of first approval --------------------------------------------------------------------- */

static bool take_declaration(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    json_t *fields = NULL;
    if (record->unlisted)
        return true;
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        struct fact_item *item = &gathered->items[i];
        if (!string_equal(item->product_id, record->product_id) ||
            !string_equal(item->authority, record->authority))
            continue;
        if (fields == NULL)
            fields = json_loads(record->fields, 0, NULL);
        item->declared = true;
        item->declared_first = string_equal(gathered_field(fields, "first_approval"), "yes");
        item->declared_earlier = gathered_string(gathered, gathered_field(fields, "earlier_approvals"));
        item->declared_on = gathered_date(fields, "signed_on");
        item->declaration_source = gathered_local_source(gathered, record);
    }
    json_decref(fields);
    return true;
}

void gather_declarations(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "declarations", gathered->facts.firm.uscc, take_declaration, gathered);
}

/* --- sales ---------------------------------------------------------------------------------------------- */

static int sign_of(const char *amount)
{
    if (strpbrk(amount, "123456789") == NULL)
        return 0;
    return amount[0] == '-' ? -1 : 1;
}

static bool is_linked(const struct gathered_facts *gathered, const char *product_id)
{
    for (size_t i = 0; i < gathered->facts.item_count; i++)
        if (product_id[0] != '\0' && string_equal(gathered->items[i].product_id, product_id))
            return true;
    return false;
}

static bool take_sale(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    if (record->unlisted || !is_linked(gathered, record->product_id))
        return true;
    json_t *fields = json_loads(record->fields, 0, NULL);
    MEMORY_GROW(gathered->sales, gathered->facts.sale_count, gathered->sale_capacity);
    gathered->sales[gathered->facts.sale_count++] =
        (struct fact_sale){.sale_id = gathered_string(gathered, gathered_field(fields, "sale_id")),
            .product_id = gathered_string(gathered, record->product_id),
            .country = gathered_string(gathered, gathered_field(fields, "country")),
            .date = gathered_date(fields, "date"),
            .amount = gathered_string(gathered, gathered_field(fields, "amount")),
            .currency = gathered_string(gathered, gathered_field(fields, "currency")),
            .amount_sign = sign_of(gathered_field(fields, "amount")),
            .return_of = gathered_string(gathered, gathered_field(fields, "return_of")),
            .related = gathered_string(gathered, gathered_field(fields, "related")),
            .trade_mode = gathered_string(gathered, gathered_field(fields, "trade_mode")),
            .seller = gathered_party(gathered, gathered_field(fields, "seller")),
            .buyer = gathered_party(gathered, gathered_field(fields, "buyer")),
            .source = gathered_local_source(gathered, record)};
    json_decref(fields);
    return true;
}

/* In ten-thousandths of the currency's unit; false when the text has more decimals or is no amount. */
static bool magnitude(const struct fact_sale *sale, int64_t *ret_units)
{
    enum { DECIMALS = 4 };
    const char *amount = sale->amount;
    return money_parse(amount + strspn(amount, "+-"), DECIMALS, ret_units) == 0;
}

/* Whether the returns of a sale add up to it. A return that cannot be set against it (another currency, no
 * readable amount) counts as all of it: what is left would have to be shown. */
static bool is_returned_whole(const struct firm_facts *facts, const struct fact_sale *sale)
{
    int64_t sold = 0, returned = 0;
    bool readable = magnitude(sale, &sold), any = false;
    for (size_t i = 0; i < facts->sale_count; i++) {
        const struct fact_sale *back = &facts->sales[i];
        int64_t units;
        if (!string_equal(back->return_of, sale->sale_id))
            continue;
        any = true;
        if (!magnitude(back, &units) || !string_equal(back->currency, sale->currency) ||
            __builtin_add_overflow(returned, units, &returned))
            return true;
    }
    return any && (!readable || returned >= sold);
}

static void net_of_returns(struct gathered_facts *gathered)
{
    bool any = false;
    for (size_t i = 0; i < gathered->facts.sale_count; i++)
        any |= gathered->sales[i].return_of[0] != '\0';
    if (!any)
        return;
    gathered->facts.sales = gathered->sales;
    for (size_t i = 0; i < gathered->facts.sale_count; i++)
        gathered->sales[i].returned_whole = is_returned_whole(&gathered->facts, &gathered->sales[i]);
}

void gather_sales(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "sales", gathered->facts.firm.uscc, take_sale, gathered);
    net_of_returns(gathered);
}
