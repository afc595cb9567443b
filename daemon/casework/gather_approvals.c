/* gather_approvals.c - the approvals whose maker is recognised as the firm, and those of its cases whose
 * maker no longer is. */
#include "gather.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

struct found {
    int64_t approval, maker, match_version;
    bool recognised;
    enum match_strength link;
    char rule[16];
};
struct found_list {
    struct found *items;
    size_t count, capacity;
};

/* Both halves in one list, so that the order of items does not depend on which half an approval came from.
 * The second half leaves out what is recognised as another firm's: that firm's own decision takes the case
 * over, and no verdict against this one is pronounced on the way. */
static void find_approvals(struct store *store, const char *uscc, struct found_list *ret_list)
{
    struct query *q = query_bind(
        query(store,
            "SELECT v.approval, m.maker, m.version, m.band, m.rule, 1, a.authority, a.number "
            "FROM match m JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL "
            "JOIN approval a ON a.id = v.approval "
            "WHERE m.uscc = ?1 AND m.uscc <> '' AND m.seq_to IS NULL AND m.band IN ('auto', 'review') "
            "UNION ALL "
            "SELECT f.approval, coalesce(v.maker, 0), coalesce(m.version, 0), '', coalesce(m.rule, ''), 0, "
            "a.authority, a.number "
            "FROM case_version c JOIN case_file f ON f.id = c.case_file "
            "JOIN approval a ON a.id = f.approval "
            "JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL "
            "LEFT JOIN match m ON m.maker = v.maker AND m.seq_to IS NULL "
            "WHERE c.uscc = ?1 AND c.seq_to IS NULL "
            "AND (m.maker IS NULL OR m.band NOT IN ('auto', 'review') OR m.uscc = '') "
            "ORDER BY 7, 8"),
        "t", uscc);
    while (query_next(q)) {
        MEMORY_GROW(ret_list->items, ret_list->count, ret_list->capacity);
        struct found *found = &ret_list->items[ret_list->count++];
        *found = (struct found){.approval = query_integer(q, 0),
            .maker = query_integer(q, 1),
            .match_version = query_integer(q, 2),
            .link = string_equal(query_text(q, 3), "auto") ? LINK_AUTO : LINK_REVIEW,
            .recognised = query_integer(q, 5) != 0};
        snprintf(found->rule, sizeof found->rule, "%s", query_text(q, 4));
    }
}

/* A link that the matcher is sure of rests on the register's own spelling or identifier; any other is so far
 * an opinion. */
static struct fact_source link_source(struct gathered_facts *gathered, const struct found *found)
{
    char maker[24];
    snprintf(maker, sizeof maker, "%lld", (long long)found->maker);
    bool sure = found->recognised && found->link == LINK_AUTO;
    return gathered_source(gathered, "match", maker, found->match_version, sure ? "official" : "claimed");
}

static struct fact_source approval_source(struct gathered_facts *gathered, const struct approval_view *view)
{
    char id[256];
    snprintf(id, sizeof id, "%s|%s", view->record.value[RECORD_AUTHORITY], view->record.value[RECORD_NUMBER]);
    return gathered_source(gathered, "approval_version", id, view->version, "official");
}

static const char *first_seen_day(struct gathered_facts *gathered, int64_t wall)
{
    char day[DAY_STRING_BYTES];
    return gathered_string(gathered, day_format(day_in_beijing(wall), day));
}

static struct date date_or_none(const char *iso)
{
    struct date date;
    return date_parse(iso, DATE_FORM_ISO, &date) == 0 ? date : DATE_NONE;
}

static void add_item(
    struct gathered_facts *gathered, const struct found *found, const struct approval_view *view)
{
    const char *const *value = view->record.value;
    MEMORY_GROW(gathered->items, gathered->facts.item_count, gathered->item_capacity);
    gathered->items[gathered->facts.item_count++] = (struct fact_item){.authority = value[RECORD_AUTHORITY],
        .number = value[RECORD_NUMBER],
        .item = "1", /* FDA: one approval, one device */
        .route = value[RECORD_ROUTE],
        .status = value[RECORD_STATUS],
        .holder = value[RECORD_HOLDER],
        .manufacturer = value[RECORD_MANUFACTURER],
        .device = value[RECORD_DEVICE],
        .product_code = value[RECORD_PRODUCT_CODE],
        .decision = view->record.decision,
        .valid_to = date_or_none(value[RECORD_VALID_TO]),
        .gone = view->gone,
        .recognised = found->recognised,
        .link = found->link,
        .link_rule = gathered_string(gathered, found->rule),
        .product_id = "",
        .first_seen = first_seen_day(gathered, view->first_seen_at),
        .source = approval_source(gathered, view),
        .link_source = link_source(gathered, found),
        .declared_earlier = "",
        .declared_on = DATE_NONE};
}

void gather_approvals(struct gathered_facts *gathered)
{
    struct found_list list = {0};
    find_approvals(gathered->store, gathered->facts.firm.uscc, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct approval_view view;
        if (!approval_view(gathered->store, list.items[i].approval, &view))
            continue;
        MEMORY_GROW(gathered->approvals, gathered->approval_count, gathered->approval_capacity);
        const char *parent = view.record.value[RECORD_PARENT];
        gathered->approvals[gathered->approval_count++] = (struct gathered_approval){
            .view = view, .root = parent[0] != '\0' ? parent : view.record.value[RECORD_NUMBER]};
        add_item(gathered, &list.items[i], &view);
    }
    free(list.items);
}
