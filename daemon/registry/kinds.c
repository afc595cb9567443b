/* kinds.c - the kinds of local records, as contract.md lists them (Local records); kinds/ has their columns.
 */
#include "m13/registry.h"

#include "kinds/columns.h"

#define COLUMNS(table)                                                                                       \
    .columns = table##_columns, .column_count = sizeof table##_columns / sizeof table##_columns[0]

const struct local_kind local_kinds[] = {
    {"firms", "企业", "firms", "documented", FULL_LIST_ALL, COLUMNS(firm), .key_instead = {"srn", "fei"}},
    {"entities", "关联主体", "related entities", "claimed", FULL_LIST_OF_FIRMS, COLUMNS(entity)},
    {"products", "产品", "products", "documented", FULL_LIST_OF_FIRMS, COLUMNS(product)},
    {"approvals", "境外批准", "approvals", "claimed", FULL_LIST_OF_FIRMS, COLUMNS(approval)},
    {"scopes", "批准范围", "scopes of approvals", "claimed", FULL_LIST_NEVER, COLUMNS(scope)},
    {"declarations", "首次获批承诺", "declarations of first approval", "claimed", FULL_LIST_OF_FIRMS,
        COLUMNS(declaration)},
    {"sales", "境外销售", "sales abroad", "claimed", FULL_LIST_OF_FIRMS, COLUMNS(sale)},
    {"costs", "费用", "costs", "claimed", FULL_LIST_OF_FIRMS, COLUMNS(cost)},
    {"payments", "支持资金", "payments", "documented", FULL_LIST_ALL, COLUMNS(payment)},
    {"fx", "汇率", "exchange rates", "documented", FULL_LIST_NEVER, COLUMNS(fx)},
    {"credit", "信用", "credit flags", "documented", FULL_LIST_ALL, COLUMNS(credit)},
    {"contacts", "联系方式", "contacts", "claimed", FULL_LIST_OF_FIRMS, .personal = true, COLUMNS(contact)},
    {"documents", "材料", "documents", "claimed", FULL_LIST_NEVER, COLUMNS(document)},
    {"decisions", "核定", "decisions", "verified", FULL_LIST_NEVER, COLUMNS(decision)},
    {"answers", "企业答复", "answers of firms", "claimed", FULL_LIST_NEVER, COLUMNS(answer)},
};
const size_t local_kind_count = sizeof local_kinds / sizeof local_kinds[0];

const struct local_kind *local_kind(const char *kind)
{
    for (size_t i = 0; i < local_kind_count; i++)
        if (string_equal(local_kinds[i].kind, kind))
            return &local_kinds[i];
    return NULL;
}

int local_column_index(const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key))
            return (int)i;
    return -1;
}

bool registry_is_candidate(const char *uscc)
{
    return string_starts(uscc, "SRN:") || string_starts(uscc, "FEI:");
}
