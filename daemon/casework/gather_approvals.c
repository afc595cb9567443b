/* gather_approvals.c - the approvals whose maker is recognised as the firm, those of its cases whose maker no
 * longer is, and those that a list of products claims for it. */
#include "gather.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

struct found_list {
    struct found_approval *items;
    size_t count, capacity;
};

/* Where rows of one number name several makers, the firm's own is the one that counts here: the surest, then
 * the version's. */
static const char approvals_of_firm[] =
    "WITH mine (approval, maker, worth) AS ("
    "SELECT v.approval, m.maker, iif(m.band = 'auto', 4, 2) + 1 FROM match m "
    "JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL "
    "WHERE m.uscc = ?1 AND m.uscc <> '' AND m.seq_to IS NULL AND m.band IN ('auto', 'review') "
    "UNION ALL SELECT k.approval, m.maker, iif(m.band = 'auto', 4, 2) FROM match m "
    "JOIN further_maker k ON k.maker = m.maker AND k.seq_to IS NULL "
    "WHERE m.uscc = ?1 AND m.uscc <> '' AND m.seq_to IS NULL AND m.band IN ('auto', 'review') "
    "UNION ALL SELECT f.approval, NULL, 0 FROM case_version c JOIN case_file f ON f.id = c.case_file "
    "WHERE c.uscc = ?1 AND c.seq_to IS NULL "
    "UNION ALL SELECT a.id, NULL, 0 FROM local_record p JOIN local_record s ON s.product_id = p.product_id "
    "AND s.kind = 'scopes' AND s.seq_to IS NULL AND s.withdrawn = 0 "
    "JOIN approval a ON a.authority = s.authority AND a.number = s.number "
    "WHERE p.uscc = ?1 AND p.kind = 'products' AND p.seq_to IS NULL AND p.withdrawn = 0 "
    "UNION ALL SELECT a.id, NULL, 0 FROM local_record p JOIN approval a ON a.authority = p.authority "
    "AND a.number = p.number "
    "WHERE p.uscc = ?1 AND p.kind = 'approvals' AND p.seq_to IS NULL AND p.withdrawn = 0), "
    "chosen (approval, maker, worth) AS ("
    "SELECT approval, maker, max((worth << 32) - coalesce(maker, 0)) FROM mine GROUP BY approval) "
    "SELECT a.id, coalesce(c.maker, v.maker, 0), coalesce(m.version, 0), coalesce(m.band, ''), "
    "coalesce(m.rule, ''), coalesce(m.uscc, ''), coalesce((SELECT min(o.uscc) FROM further_maker k "
    "CROSS JOIN match o ON o.maker = k.maker AND o.seq_to IS NULL AND o.band IN ('auto', 'review') "
    "AND o.uscc NOT IN ('', ?1) WHERE k.approval = a.id AND k.seq_to IS NULL), "
    "(SELECT o.uscc FROM match o WHERE o.maker = v.maker AND c.maker <> v.maker AND o.seq_to IS NULL "
    "AND o.band IN ('auto', 'review') AND o.uscc NOT IN ('', ?1)), '') FROM chosen c "
    "JOIN approval a ON a.id = c.approval AND a.purpose = 'approvals' "
    "JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
    "LEFT JOIN match m ON m.maker = coalesce(c.maker, v.maker) AND m.seq_to IS NULL "
    "ORDER BY a.authority, a.number";

static void read_approvals(struct store *store, const char *uscc, struct found_list *ret_list)
{
    struct query *q = query_bind(query(store, approvals_of_firm), "t", uscc);
    while (query_next(q)) {
        const char *band = query_text(q, 3), *firm = query_text(q, 5);
        bool matched = firm[0] != '\0' && (string_equal(band, "auto") || string_equal(band, "review"));
        MEMORY_GROW(ret_list->items, ret_list->count, ret_list->capacity);
        struct found_approval *found = &ret_list->items[ret_list->count++];
        *found = (struct found_approval){.approval = query_integer(q, 0),
            .maker = query_integer(q, 1),
            .match_version = query_integer(q, 2),
            .link = string_equal(band, "auto") ? LINK_AUTO : LINK_REVIEW,
            .recognised = matched && string_equal(firm, uscc),
            .matched_elsewhere = matched && !string_equal(firm, uscc)};
        snprintf(found->rule, sizeof found->rule, "%s", query_text(q, 4));
        snprintf(found->matched_firm, sizeof found->matched_firm, "%s", found->matched_elsewhere ? firm : "");
        snprintf(found->also_firm, sizeof found->also_firm, "%s", query_text(q, 6));
    }
}

struct found_list *find_approvals(struct store *store, const char *uscc)
{
    struct found_list *list = memory_get_zeroed(1, sizeof *list);
    read_approvals(store, uscc, list);
    if (list->count > 0)
        return list;
    found_list_free(list);
    return NULL;
}

void found_list_free(struct found_list *list)
{
    if (list != NULL)
        free(list->items);
    free(list);
}

/* The record names one of several makers: to this firm it is that by which the approval is its own. */
static void show_maker(struct gathered_facts *gathered, struct approval_view *view, int64_t maker)
{
    if (maker == 0 || maker == view->maker)
        return;
    struct query *q = query_bind(
        query(gathered->store, "SELECT name, country, city, postcode FROM maker WHERE id = ?"), "i", maker);
    if (query_next(q)) {
        view->maker = maker;
        view->record.value[RECORD_MANUFACTURER] = gathered_string(gathered, query_text(q, 0));
        view->record.value[RECORD_COUNTRY] = gathered_string(gathered, query_text(q, 1));
        view->record.value[RECORD_CITY] = gathered_string(gathered, query_text(q, 2));
        view->record.value[RECORD_POSTCODE] = gathered_string(gathered, query_text(q, 3));
    }
    query_end(q);
}

void gather_approvals(struct gathered_facts *gathered, const struct found_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct approval_view view;
        if (!approval_view(gathered->store, list->items[i].approval, &view))
            continue;
        show_maker(gathered, &view, list->items[i].maker);
        MEMORY_GROW(gathered->approvals, gathered->approval_count, gathered->approval_capacity);
        const char *parent = view.record.value[RECORD_PARENT];
        gathered->approvals[gathered->approval_count++] = (struct gathered_approval){
            .view = view, .root = parent[0] != '\0' ? parent : view.record.value[RECORD_NUMBER]};
        gather_items(gathered, gathered->approval_count - 1, &list->items[i]);
    }
}
