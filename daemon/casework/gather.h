/* gather.h - the facts of one firm while they are put together. */
#ifndef M13_CASEWORK_GATHER_H
#define M13_CASEWORK_GATHER_H

#include "m13/approvals.h"
#include "m13/casework.h"
#include "m13/registry.h"

#include <jansson.h>

/* An approval that is, or was, recognised as the firm's, or that a list of products claims for it. */
struct gathered_approval {
    struct approval_view view;
    const char *root; /* number of the approval that this one supplements, or its own */
};

/* Beside each item, at the same place. */
struct gathered_item {
    size_t approval;
    struct fact_predecessor *predecessors;
    struct fact_ruling *rulings;
    size_t ruling_capacity;
    bool is_case, is_case_of_product; /* known already; of the product that it has now */
};

struct product_link { /* UDI-DIs of the firm's products, for approvals that no scope row links */
    const char *product_id, *udi_di;
    struct fact_source source;
};

struct gathered_facts {
    struct store *store;
    struct firm_facts facts;
    struct gathered_approval *approvals;
    size_t approval_count, approval_capacity;
    struct fact_item *items;
    struct gathered_item *of_items;
    size_t item_capacity, of_item_capacity;
    struct fact_sale *sales;
    size_t sale_capacity;
    struct product_link *products;
    size_t product_count, product_capacity;
    struct fact_entity *entities;
    size_t entity_capacity;
    const char **entity_names; /* folded */
    size_t entity_name_capacity;
    const char **own_names; /* folded */
    size_t own_name_count, own_name_capacity;
    struct fact_cost *costs;
    size_t cost_capacity;
    struct fact_share **shares; /* that the costs point into */
    size_t share_count, share_capacity;
    struct fact_rate *rates;
    size_t rate_capacity;
    struct fact_flag *flags;
    size_t flag_capacity;
    struct fact_payment *payments;
    size_t payment_capacity;
    char **strings; /* all copies that the facts point into */
    size_t string_count, string_capacity;
};

const char *gathered_string(struct gathered_facts *gathered, const char *string); /* a copy; NULL gives "" */
struct fact_source gathered_source(struct gathered_facts *gathered, const char *table, const char *id,
    int64_t version, const char *assurance);
struct fact_source gathered_local_source(struct gathered_facts *gathered, const struct local_record *record);

const struct gathered_approval *gathered_approval_of(const struct gathered_facts *gathered, size_t item);
const struct product_link *gathered_product(const struct gathered_facts *gathered, const char *product_id);
/* Members of a record's fields: the registry's own JSON, an object of strings. */
const char *gathered_field(const json_t *fields, const char *name);
struct date gathered_date(const json_t *fields, const char *name);
/* Whether two lists of identifiers, joined by '|', share one. */
bool gathered_identifiers_meet(const char *a, const char *b);

/* gather_parties.c: who a name is. Names are the same when their letters and digits are. */
void gather_own_name(struct gathered_facts *gathered, const char *name);
void gather_entities(struct gathered_facts *gathered);
struct fact_party gathered_party(struct gathered_facts *gathered, const char *name);

/* gather_items.c: the items of one approval that is in place. */
struct found_approval {
    int64_t approval, maker, match_version;
    bool recognised, matched_elsewhere;
    enum match_strength link;
    char rule[16], matched_firm[64];
    char also_firm[64]; /* another firm that is recognised as another maker of it; "" = none */
};
void gather_items(struct gathered_facts *gathered, size_t approval, const struct found_approval *found);

/* Most firms have no approval, and then nothing else of them matters: NULL. */
struct found_list;
struct found_list *find_approvals(struct store *store, const char *uscc);
void found_list_free(struct found_list *list); /* NULL is fine */

/* In this order. */
void gather_firm(struct gathered_facts *gathered, const char *uscc);
void gather_products(struct gathered_facts *gathered);
void gather_approvals(struct gathered_facts *gathered, const struct found_list *list);
void gather_product_links(struct gathered_facts *gathered);
void gather_declarations(struct gathered_facts *gathered);
void gather_sales(struct gathered_facts *gathered);
void gather_predecessors(struct gathered_facts *gathered);
void gather_costs(struct gathered_facts *gathered);
void gather_rates(struct gathered_facts *gathered); /* of the costs' and sales' currencies and months */
void gather_credit(struct gathered_facts *gathered);
void gather_payments(struct gathered_facts *gathered);
/* gather_people.c */
void gather_rulings(struct gathered_facts *gathered);
void gather_papers(struct gathered_facts *gathered); /* application and batch */
/* gather_pairs.c: a quality-system certificate and the certificate of the technical documentation that list
 * the same product are one item. */
void gather_pairs(struct gathered_facts *gathered);

#endif
