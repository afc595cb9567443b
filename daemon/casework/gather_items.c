/* gather_items.c - which items an approval has for the firm: one device, or the products that a list names.
 *
 * An item is a case's key and never changes; its product does. So items that are known as cases keep their
 * place: a row of the list goes to the item that has its product, then to one that has none any more, and
 * only then to a new one. */
#include "gather.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

/* A row of the list, of whichever firm. */
struct scope_row {
    const char *product_id, *owner; /* its firm; "" = not known yet */
    struct date from, until;
    struct fact_source source;
    bool mine, placed;
};

/* An item that is a case already. */
struct known_item {
    const char *item, *product_id;
    int64_t number;
    bool mine, placed;
};

/* The paper on file for this approval: what its certificate is said to be. */
struct paper_claim {
    bool there, mine; /* mine: it names this firm */
    bool mine_before; /* so did one that another firm's has replaced */
    const char *uscc;
    const char *rival; /* the firm that such a one named; "" = none */
    const char *decided;
    struct date decision;
    struct fact_source source;
};

struct placing {
    struct gathered_facts *gathered;
    size_t approval;
    const struct found_approval *found;
    struct scope_row *rows;
    size_t row_count, row_capacity;
    struct known_item *known;
    size_t known_count, known_capacity;
    int64_t last_number;
    struct paper_claim paper;
    bool certificate; /* one that covers many products */
};

/* --- what is known -------------------------------------------------------------------------------------- */

static const struct record *record_of(const struct placing *placing)
{
    return &placing->gathered->approvals[placing->approval].view.record;
}

static bool covers_many(const char *route)
{
    return string_equal(route, "ce-mdr") || string_equal(route, "ce-ivdr");
}

static void read_paper(struct placing *placing, struct query *q, json_t *fields)
{
    struct gathered_facts *gathered = placing->gathered;
    const char *uscc = query_text(q, 7);
    placing->paper = (struct paper_claim){.there = true,
        .mine = string_equal(uscc, gathered->facts.firm.uscc),
        .uscc = gathered_string(gathered, uscc),
        .rival = "",
        .decided = gathered_string(gathered, gathered_field(fields, "decision_date")),
        .decision = gathered_date(fields, "decision_date"),
        .source = gathered_source(
            gathered, "local_record:approvals", query_text(q, 1), query_integer(q, 2), query_text(q, 3))};
}

static void read_scope(struct placing *placing, struct query *q, json_t *fields)
{
    struct gathered_facts *gathered = placing->gathered;
    MEMORY_GROW(placing->rows, placing->row_count, placing->row_capacity);
    placing->rows[placing->row_count++] =
        (struct scope_row){.product_id = gathered_string(gathered, query_text(q, 0)),
            .owner = gathered_string(gathered, query_text(q, 5)),
            .from = gathered_date(fields, "in_scope_from"),
            .until = gathered_date(fields, "out_of_scope_on"),
            .source = gathered_source(
                gathered, "local_record:scopes", query_text(q, 1), query_integer(q, 2), query_text(q, 3)),
            .mine = string_equal(query_text(q, 5), gathered->facts.firm.uscc)};
}

/* One number has one row, and the last word in it: but a paper that a firm has sent, and never withdrawn, is
 * not undone by another firm's. */
static void read_rivals(struct placing *placing)
{
    struct paper_claim *paper = &placing->paper;
    struct query *q =
        query_bind(query(placing->gathered->store,
                       "SELECT r.uscc FROM local_record r WHERE r.kind = 'approvals' AND r.key = ? "
                       "AND r.uscc <> '' AND r.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM local_record l "
                       "WHERE l.kind = r.kind AND l.key = r.key AND l.uscc = r.uscc "
                       "AND l.version > r.version) ORDER BY r.version DESC"),
            "t", paper->source.id);
    while (query_next(q)) {
        if (string_equal(query_text(q, 0), placing->gathered->facts.firm.uscc))
            paper->mine_before = !paper->mine;
        else if (paper->rival[0] == '\0')
            paper->rival = gathered_string(placing->gathered, query_text(q, 0));
    }
}

/* Its list of products, and its paper. */
static void read_rows(struct placing *placing)
{
    struct query *q = query_bind(
        query(placing->gathered->store,
            "SELECT s.product_id, s.key, s.version, s.assurance, s.fields, coalesce(p.uscc, ''), "
            "s.kind = 'approvals', s.uscc "
            "FROM local_record s LEFT JOIN local_record p ON p.product_id = s.product_id "
            "AND p.product_id <> '' AND p.kind = 'products' AND p.seq_to IS NULL AND p.withdrawn = 0 "
            "WHERE s.authority = ? AND s.number = ? AND s.number <> '' "
            "AND s.kind IN ('scopes', 'approvals') "
            "AND s.seq_to IS NULL AND s.withdrawn = 0 ORDER BY s.product_id"),
        "tt", record_of(placing)->value[RECORD_AUTHORITY], record_of(placing)->value[RECORD_NUMBER]);
    while (query_next(q)) {
        json_t *fields = json_loads(query_text(q, 4), 0, NULL);
        if (query_integer(q, 6) != 0)
            read_paper(placing, q, fields);
        else
            read_scope(placing, q, fields);
        json_decref(fields);
    }
    if (placing->paper.there)
        read_rivals(placing);
}

/* Rows of one number may name makers of several firms. */
static bool is_also_of(const struct placing *placing, const char *uscc)
{
    return placing->found->also_firm[0] != '\0' &&
           store_value(placing->gathered->store, 0,
               "SELECT count(*) FROM (SELECT maker FROM further_maker WHERE approval = ?1 AND seq_to IS NULL "
               "UNION SELECT maker FROM approval_version WHERE approval = ?1 AND seq_to IS NULL) k "
               "CROSS JOIN match m ON m.maker = k.maker AND m.seq_to IS NULL "
               "AND m.band IN ('auto', 'review') WHERE m.uscc = ?2",
               "it", placing->found->approval, uscc) > 0;
}

/* Whether another firm's case goes on being that firm's: its maker is recognised as it, or the list names a
 * product of it. Else the firm that is recognised takes the case over. */
static bool keeps_its_case(const struct placing *placing, const char *uscc)
{
    if (!placing->found->recognised || string_equal(placing->found->matched_firm, uscc) ||
        is_also_of(placing, uscc))
        return true;
    for (size_t i = 0; i < placing->row_count; i++)
        if (string_equal(placing->rows[i].owner, uscc))
            return true;
    return false;
}

static void read_known(struct placing *placing)
{
    struct gathered_facts *gathered = placing->gathered;
    struct query *q =
        query_bind(query(gathered->store,
                       "SELECT f.item, c.product_id, c.uscc FROM case_file f JOIN case_version c "
                       "ON c.case_file = f.id AND c.seq_to IS NULL WHERE f.approval = ? ORDER BY f.id"),
            "i", placing->found->approval);
    while (query_next(q)) {
        const char *uscc = query_text(q, 2);
        int64_t number = 0;
        string_to_integer(query_text(q, 0), 1, INT32_MAX, &number);
        if (number > placing->last_number)
            placing->last_number = number;
        MEMORY_GROW(placing->known, placing->known_count, placing->known_capacity);
        placing->known[placing->known_count++] =
            (struct known_item){.item = gathered_string(gathered, query_text(q, 0)),
                .product_id = gathered_string(gathered, query_text(q, 1)),
                .number = number,
                .mine = string_equal(uscc, gathered->facts.firm.uscc) || !keeps_its_case(placing, uscc)};
    }
}

/* --- one item ------------------------------------------------------------------------------------------- */

static bool is_on_paper(const struct placing *placing)
{
    return placing->gathered->approvals[placing->approval].view.payload == 0;
}

/* The matcher does not know the maker, and the paper names the firm. */
static bool links_by_paper(const struct placing *placing)
{
    return !placing->found->recognised && (placing->paper.mine || placing->paper.mine_before);
}

/* Nothing shows the approval any more: its paper was withdrawn before any register had it. */
static bool is_shown(const struct placing *placing)
{
    return !is_on_paper(placing) || placing->paper.there;
}

/* A certificate in the firm's own name is the firm's; any other that it brings is for a person to look at. */
static enum match_strength paper_strength(const struct fact_item *item)
{
    return item->maker_party.firm || item->holder_party.firm ? LINK_AUTO : LINK_REVIEW;
}

/* A link that the matcher is sure of rests on the register's own spelling or identifier, or (H1) on an
 * officer's word; any other is so far an opinion. */
static struct fact_source link_source(const struct placing *placing)
{
    struct gathered_facts *gathered = placing->gathered;
    const struct found_approval *found = placing->found;
    char maker[24];
    if (links_by_paper(placing))
        return placing->paper.source;
    snprintf(maker, sizeof maker, "%lld", (long long)found->maker);
    bool sure = found->recognised && found->link == LINK_AUTO;
    const char *assurance = !sure ? "claimed" : string_equal(found->rule, "H1") ? "verified" : "official";
    return gathered_source(gathered, "match", maker, found->match_version, assurance);
}

static struct fact_source approval_source(const struct placing *placing)
{
    struct gathered_facts *gathered = placing->gathered;
    const struct approval_view *view = &gathered->approvals[placing->approval].view;
    char id[256];
    if (is_on_paper(placing) && placing->paper.there)
        return placing->paper.source;
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

static const struct known_item *known_as(const struct placing *placing, const char *item)
{
    for (size_t i = 0; i < placing->known_count; i++)
        if (string_equal(placing->known[i].item, item))
            return &placing->known[i];
    return NULL;
}

/* Two intervals of days: the inner one, and not the same. */
static bool is_inside(struct date inner, struct date outer)
{
    return date_is_known(inner) && date_is_known(outer) && inner.first >= outer.first &&
           inner.last <= outer.last && (inner.first > outer.first || inner.last < outer.last);
}

/* The register wins on facts. But where it gives a year only, the certificate that is on file tells the day:
 * a mere claim does not. */
static void take_paper(const struct placing *placing, struct fact_item *item)
{
    const struct paper_claim *paper = &placing->paper;
    if (links_by_paper(placing)) {
        item->recognised = true;
        item->link = paper_strength(item);
        item->link_rule = "PAPER";
    }
    item->recognised = item->recognised && is_shown(placing);
    item->paper_date = "";
    if (!paper->there)
        return;
    item->on_paper = is_on_paper(placing);
    item->paper_date = paper->decided;
    item->paper_source = paper->source;
    item->dated_by_paper = !item->on_paper && paper->source.assurance >= ASSURANCE_DOCUMENTED &&
                           is_inside(paper->decision, item->decision);
    if (item->dated_by_paper)
        item->approved = item->decision = paper->decision;
}

static struct fact_item *add_item(struct placing *placing, const char *item)
{
    struct gathered_facts *gathered = placing->gathered;
    const struct approval_view *view = &gathered->approvals[placing->approval].view;
    const struct found_approval *found = placing->found;
    const char *const *value = view->record.value;
    MEMORY_GROW(gathered->items, gathered->facts.item_count, gathered->item_capacity);
    MEMORY_GROW(gathered->of_items, gathered->facts.item_count, gathered->of_item_capacity);
    gathered->of_items[gathered->facts.item_count] =
        (struct gathered_item){.approval = placing->approval, .is_case = known_as(placing, item) != NULL};
    struct fact_item *added = &gathered->items[gathered->facts.item_count++];
    *added = (struct fact_item){.authority = value[RECORD_AUTHORITY],
        .number = value[RECORD_NUMBER],
        .item = item,
        .scope = ITEM_ONE_DEVICE,
        .approved = view->record.decision,
        .out_of_scope = DATE_NONE,
        .maker_party = gathered_party(gathered, value[RECORD_MANUFACTURER]),
        .holder_party = gathered_party(gathered, value[RECORD_HOLDER]),
        .other_claimant = "",
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
        .source = approval_source(placing),
        .link_source = link_source(placing),
        .declared_earlier = "",
        .declared_on = DATE_NONE};
    take_paper(placing, added);
    return added;
}

static void link_product(struct placing *placing, struct scope_row *row, struct fact_item *item)
{
    row->placed = true;
    item->by_list = true;
    item->product_id = row->product_id;
    item->product_source = row->source;
    if (!placing->certificate)
        return;
    item->scope = ITEM_LISTED;
    item->decision = row->from;
    item->out_of_scope = row->until;
}

/* One device has one claimant. A certificate may list products of several firms. */
static void name_other_claimant(const struct placing *placing, struct fact_item *item)
{
    const struct found_approval *found = placing->found;
    if (placing->certificate)
        return;
    if (found->matched_elsewhere) {
        item->other_claimant = gathered_string(placing->gathered, found->matched_firm);
        item->claimant_source = item->link_source;
        return;
    }
    if (found->also_firm[0] != '\0') {
        item->other_claimant = gathered_string(placing->gathered, found->also_firm);
        item->claimant_source = item->link_source;
        return;
    }
    if (placing->paper.there && !placing->paper.mine && placing->paper.uscc[0] != '\0') {
        item->other_claimant = placing->paper.uscc;
        item->claimant_source = placing->paper.source;
        return;
    }
    if (placing->paper.there && placing->paper.rival[0] != '\0') {
        item->other_claimant = placing->paper.rival;
        item->claimant_source = placing->paper.source;
        return;
    }
    for (size_t i = 0; i < placing->row_count; i++) {
        const struct scope_row *row = &placing->rows[i];
        if (row->mine || row->owner[0] == '\0')
            continue;
        item->other_claimant = row->owner;
        item->claimant_source = row->source;
        return;
    }
}

/* --- placing -------------------------------------------------------------------------------------------- */

static struct known_item *with_product(struct placing *placing, const char *product_id)
{
    for (size_t i = 0; i < placing->known_count; i++)
        if (placing->known[i].mine && !placing->known[i].placed &&
            string_equal(placing->known[i].product_id, product_id))
            return &placing->known[i];
    return NULL;
}

static bool is_listed(const struct placing *placing, const char *product_id)
{
    for (size_t i = 0; i < placing->row_count; i++)
        if (placing->rows[i].mine && string_equal(placing->rows[i].product_id, product_id))
            return true;
    return false;
}

/* One without a product first, then one whose product the list does not name any more. */
static struct known_item *free_item(struct placing *placing)
{
    struct known_item *free_one = with_product(placing, "");
    for (size_t i = 0; i < placing->known_count && free_one == NULL; i++)
        if (placing->known[i].mine && !placing->known[i].placed &&
            !is_listed(placing, placing->known[i].product_id))
            free_one = &placing->known[i];
    return free_one;
}

static const char *new_item(struct placing *placing)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)++placing->last_number);
    return gathered_string(placing->gathered, number);
}

static void place_row(struct placing *placing, struct scope_row *row, struct known_item *known)
{
    if (known != NULL)
        known->placed = true;
    struct fact_item *item = add_item(placing, known != NULL ? known->item : new_item(placing));
    link_product(placing, row, item);
    placing->gathered->of_items[placing->gathered->facts.item_count - 1].is_case_of_product =
        known != NULL && string_equal(known->product_id, row->product_id);
    name_other_claimant(placing, item);
}

static void place_rows(struct placing *placing)
{
    for (size_t i = 0; i < placing->row_count; i++) {
        struct known_item *known =
            placing->rows[i].mine ? with_product(placing, placing->rows[i].product_id) : NULL;
        if (known != NULL)
            place_row(placing, &placing->rows[i], known);
    }
    for (size_t i = 0; i < placing->row_count; i++)
        if (placing->rows[i].mine && !placing->rows[i].placed)
            place_row(placing, &placing->rows[i], free_item(placing));
}

/* The approval as a whole: one device, whose product an identifier may tell, or a certificate whose list is
 * not known. */
static void place_whole(struct placing *placing, struct known_item *known)
{
    if (known != NULL)
        known->placed = true;
    struct fact_item *item = add_item(placing, known != NULL ? known->item : new_item(placing));
    item->scope = placing->certificate ? ITEM_UNLISTED : ITEM_ONE_DEVICE;
    name_other_claimant(placing, item);
}

/* Cases of products that the list named once. */
static void place_dropped(struct placing *placing)
{
    for (size_t i = 0; i < placing->known_count; i++) {
        const struct known_item *known = &placing->known[i];
        if (!known->mine || known->placed)
            continue;
        struct fact_item *item = add_item(placing, known->item);
        item->scope = ITEM_DROPPED;
        item->product_id = known->product_id;
        item->product_source = gathered_source(placing->gathered, "case_file", known->item, 0, "claimed");
    }
}

static struct known_item *first_of_mine(struct placing *placing)
{
    struct known_item *provisional = with_product(placing, "");
    for (size_t i = 0; i < placing->known_count && provisional == NULL && !placing->certificate; i++)
        if (placing->known[i].mine)
            provisional = &placing->known[i];
    return provisional;
}

static size_t count_mine(const struct placing *placing, bool of_rows)
{
    size_t count = 0;
    for (size_t i = 0; i < placing->row_count && of_rows; i++)
        count += placing->rows[i].mine;
    for (size_t i = 0; i < placing->known_count && !of_rows; i++)
        count += placing->known[i].mine;
    return count;
}

void gather_items(struct gathered_facts *gathered, size_t approval, const struct found_approval *found)
{
    struct placing placing = {.gathered = gathered, .approval = approval, .found = found};
    placing.certificate = covers_many(record_of(&placing)->value[RECORD_ROUTE]);
    read_rows(&placing);
    read_known(&placing);
    bool listed = count_mine(&placing, true) > 0;
    /* What is recognised as another firm's is that firm's: its own decision takes the case over, and no
     * verdict against this one is pronounced on the way. */
    if (listed || !found->matched_elsewhere) {
        if (listed)
            place_rows(&placing);
        else if (!placing.certificate || count_mine(&placing, false) == 0 || first_of_mine(&placing) != NULL)
            place_whole(&placing, first_of_mine(&placing));
        place_dropped(&placing);
    }
    free(placing.rows);
    free(placing.known);
}
