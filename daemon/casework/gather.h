/* gather.h - the facts of one firm while they are put together. */
#ifndef M13_CASEWORK_GATHER_H
#define M13_CASEWORK_GATHER_H

#include "m13/approvals.h"
#include "m13/casework.h"
#include "m13/registry.h"

/* An approval that is, or was, recognised as the firm's. Approval and item have the same place. */
struct gathered_approval {
    struct approval_view view;
    const char *root; /* number of the approval that this one supplements, or its own */
    struct fact_predecessor *predecessors;
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
    size_t item_capacity;
    struct fact_sale *sales;
    size_t sale_capacity;
    struct product_link *products;
    size_t product_count, product_capacity;
    char **strings; /* all copies that the facts point into */
    size_t string_count, string_capacity;
};

const char *gathered_string(struct gathered_facts *gathered, const char *string); /* a copy; NULL gives "" */
struct fact_source gathered_source(struct gathered_facts *gathered, const char *table, const char *id,
    int64_t version, const char *assurance);
struct fact_source gathered_local_source(struct gathered_facts *gathered, const struct local_record *record);

/* In this order. */
void gather_firm(struct gathered_facts *gathered, const char *uscc);
void gather_products(struct gathered_facts *gathered);
void gather_approvals(struct gathered_facts *gathered);
void gather_product_links(struct gathered_facts *gathered);
void gather_declarations(struct gathered_facts *gathered);
void gather_sales(struct gathered_facts *gathered);
void gather_predecessors(struct gathered_facts *gathered);

#endif
