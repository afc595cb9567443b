/* gather_predecessors.c - earlier approvals that may be, or are, of the same product (R06).
 *
 * The firm's makers are those that are recognised as it, in doubt or not, so all their approvals are gathered
 * already: the search among them is in memory. */
#include "gather.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct predecessors {
    struct fact_predecessor *list;
    size_t count, capacity;
};

/* Approvals and their supplements have one root. A firm may have thousands, hence numbers instead of
 * searches. */
struct roots {
    size_t *number; /* by approval */
    size_t *place;  /* by number: of its candidate in the list at hand, counted from 1; 0 = none */
};

static void add(struct predecessors *predecessors, enum predecessor_kind kind,
    enum predecessor_likeness likeness, const char *authority, const char *number, const char *device,
    struct date decision, struct fact_source source)
{
    MEMORY_GROW(predecessors->list, predecessors->count, predecessors->capacity);
    predecessors->list[predecessors->count++] =
        (struct fact_predecessor){kind, likeness, authority, number, device, decision, source};
}

/* --- what the record itself names ----------------------------------------------------------------------- */

/* The approval that this one supplements: from our own approvals when it is known there. */
static void add_parent(struct gathered_facts *gathered, size_t index, struct predecessors *predecessors)
{
    const struct fact_item *item = &gathered->items[index];
    const char *parent = gathered_approval_of(gathered, index)->view.record.value[RECORD_PARENT];
    if (parent[0] == '\0')
        return;
    struct fact_source source = item->source;
    struct date decision = DATE_NONE;
    const char *device = "";
    struct approval_view view;
    int64_t known = approval_find(gathered->store, item->authority, parent);
    if (known != 0 && approval_view(gathered->store, known, &view)) {
        struct text id = TEXT_WITH_CEILING(1024);
        text_append_format(&id, "%s|%s", item->authority, parent);
        source = gathered_source(gathered, "approval_version", text_string(&id), view.version, "official");
        decision = view.record.decision;
        device = gathered_string(gathered, view.record.value[RECORD_DEVICE]);
        text_free(&id);
        approval_view_release(&view);
    }
    add(predecessors, PREDECESSOR_PARENT, LIKE_UNSAID, item->authority, parent, device, decision, source);
}

static bool is_listed_in(
    const struct gathered_facts *gathered, const struct fact_item *item, const char *number)
{
    return store_value(gathered->store, 0,
               "SELECT count(*) FROM local_record WHERE authority = ? AND number = ? AND kind = 'scopes' "
               "AND product_id = ? AND seq_to IS NULL AND withdrawn = 0",
               "ttt", item->authority, number, item->product_id) > 0;
}

/* A certificate that was issued again is the same one; a product that came into it afterwards is new. Whether
 * one that it listed from the beginning was in the old one, only the old one's list tells. */
static void add_recorded(struct gathered_facts *gathered, size_t index, struct predecessors *predecessors)
{
    const struct fact_item *item = &gathered->items[index];
    const char *recorded = gathered_approval_of(gathered, index)->view.record.value[RECORD_PREDECESSOR];
    enum predecessor_kind kind = PREDECESSOR_IDENTIFIER;
    if (recorded[0] == '\0')
        return;
    if (item->scope == ITEM_LISTED && !is_listed_in(gathered, item, recorded)) {
        if (date_is_known(item->approved) && item->decision.first > item->approved.last)
            return;
        kind = PREDECESSOR_CANDIDATE;
    }
    add(predecessors, kind, LIKE_UNSAID, item->authority, recorded, "", DATE_NONE, item->source);
}

/* --- what other approvals of the firm show -------------------------------------------------------------- */

/* Earlier for sure or possibly: a date that may be earlier is for a person to look at. */
static bool may_be_earlier(struct date other, struct date decision)
{
    if (!date_is_known(other) || !date_is_known(decision))
        return true;
    return other.first < decision.last;
}

static int compare_roots(const void *a, const void *b, void *context)
{
    const struct gathered_facts *gathered = context;
    return strcmp(gathered_approval_of(gathered, *(const size_t *)a)->root,
        gathered_approval_of(gathered, *(const size_t *)b)->root);
}

static struct roots number_roots(struct gathered_facts *gathered)
{
    size_t count = gathered->facts.item_count, number = 0;
    size_t *order = memory_get_zeroed(count + 1, sizeof *order);
    struct roots roots = {
        memory_get_zeroed(count + 1, sizeof(size_t)), memory_get_zeroed(count + 1, sizeof(size_t))};
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_roots, gathered);
    for (size_t i = 0; i < count; i++) {
        number += i > 0 && compare_roots(&order[i - 1], &order[i], gathered) != 0;
        roots.number[order[i]] = number;
    }
    free(order);
    return roots;
}

/* An approval with many supplements is one predecessor: the earliest of those that qualify stands for it. */
static void add_candidate(struct predecessors *predecessors, enum predecessor_likeness likeness,
    const struct fact_item *other, const char *root, size_t *place)
{
    if (*place == 0 || predecessors->list == NULL) {
        add(predecessors, PREDECESSOR_CANDIDATE, likeness, other->authority, root, other->device,
            other->decision, other->source);
        *place = predecessors->count;
        return;
    }
    struct fact_predecessor *known = &predecessors->list[*place - 1];
    if (other->decision.first < known->decision.first) {
        known->likeness = likeness;
        known->decision = other->decision;
        known->device = other->device;
        known->source = other->source;
    }
}

static bool is_same_word(const char *one, const char *other)
{
    return one[0] != '\0' && strcasecmp(one, other) == 0;
}

/* The same product by the lists, or by the register's own words for it. Two certificates with different
 * products of their lists are not alike, though their names are those of the certificates. */
static enum predecessor_likeness likeness_of(
    const struct gathered_facts *gathered, size_t index, size_t other)
{
    const struct fact_item *one = &gathered->items[index], *two = &gathered->items[other];
    const char *term = gathered_approval_of(gathered, index)->view.record.value[RECORD_TERM];
    if (one->product_id[0] != '\0' && string_equal(one->product_id, two->product_id))
        return LIKE_PRODUCT;
    if (one->scope == ITEM_LISTED && two->scope == ITEM_LISTED)
        return LIKE_UNSAID;
    if (one->product_code[0] != '\0' && string_equal(one->product_code, two->product_code))
        return LIKE_CODE;
    if (is_same_word(term, gathered_approval_of(gathered, other)->view.record.value[RECORD_TERM]))
        return LIKE_TERM;
    bool other_code = one->product_code[0] != '\0' && two->product_code[0] != '\0';
    return !other_code && is_same_word(one->device, two->device) ? LIKE_NAME : LIKE_UNSAID;
}

static void add_likely(struct gathered_facts *gathered, size_t index, const struct roots *roots,
    struct predecessors *predecessors)
{
    memset(roots->place, 0, gathered->facts.item_count * sizeof *roots->place);

    const struct fact_item *item = &gathered->items[index];
    const char *udi_di = gathered_approval_of(gathered, index)->view.record.value[RECORD_UDI_DI];
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        const struct fact_item *other = &gathered->items[i];
        const struct gathered_approval *of_other = gathered_approval_of(gathered, i);
        if (!other->recognised || other->scope == ITEM_JOINED ||
            !string_equal(other->authority, item->authority) || roots->number[i] == roots->number[index] ||
            string_equal(other->status, "refused") || !may_be_earlier(other->decision, item->decision))
            continue;
        enum predecessor_likeness likeness = likeness_of(gathered, index, i);
        if (gathered_identifiers_meet(udi_di, of_other->view.record.value[RECORD_UDI_DI]))
            add(predecessors, PREDECESSOR_IDENTIFIER, LIKE_UNSAID, other->authority, other->number,
                other->device, other->decision, other->source);
        else if (likeness != LIKE_UNSAID)
            add_candidate(predecessors, likeness, other, of_other->root, &roots->place[roots->number[i]]);
    }
}

/* --- what other entries of the register show ------------------------------------------------------------ */

/* A register that names no maker shows each local holder's entry as if it were a product of its own (Japan).
 * A like one of another holder is a candidate when it came not long before: the rule knows how long. */
static void add_of_other_holders(
    struct gathered_facts *gathered, size_t index, struct predecessors *predecessors)
{
    const struct fact_item *item = &gathered->items[index];
    if (item->device[0] == '\0' || item->holder[0] == '\0' || !date_is_known(item->decision))
        return;
    struct query *q =
        query_bind(query(gathered->store,
                       "SELECT a.number, v.device, v.decision_first, v.decision_last, v.version "
                       "FROM approval_version v JOIN approval a ON a.id = v.approval "
                       "WHERE v.device = ? COLLATE NOCASE AND v.decision_first <= ? AND v.seq_to IS NULL "
                       "AND v.maker IS NULL AND v.holder <> '' AND v.holder <> ? COLLATE NOCASE "
                       "AND a.authority = ? AND a.number <> ? ORDER BY v.decision_first DESC LIMIT 20"),
            "tittt", item->device, (int64_t)item->decision.last, item->holder, item->authority, item->number);
    while (query_next(q)) {
        struct text id = TEXT_WITH_CEILING(1024);
        text_append_format(&id, "%s|%s", item->authority, query_text(q, 0));
        add(predecessors, PREDECESSOR_CANDIDATE, LIKE_OTHER_HOLDER, item->authority,
            gathered_string(gathered, query_text(q, 0)), gathered_string(gathered, query_text(q, 1)),
            (struct date){(int32_t)query_integer(q, 2), (int32_t)query_integer(q, 3)},
            gathered_source(gathered, "approval_version", text_string(&id), query_integer(q, 4), "official"));
        text_free(&id);
    }
}

/* --- what other feeds know of the firm's devices ---------------------------------------------------------
 */

/* A device that was on the market under earlier law, or is listed somewhere: no approval, but a sign of one.
 */
struct evidence {
    const char *number, *device, *code, *term;
    bool of_old_law;
    struct date decision;
    struct fact_source source;
};

struct evidence_list {
    struct gathered_facts *gathered;
    const char *authority;
    struct evidence *items;
    size_t count, capacity;
};

/* On the market under the directives that went before. */
static bool is_of_old_law(const struct record *record)
{
    return string_equal(record->value[RECORD_ROUTE], "ce-legacy");
}

/* Where a record has no decision, the day on which it was made is the latest that it may be; but devices of
 * the old law were entered in masses, many of them after their successors. */
static struct date date_of_evidence(const struct record *record)
{
    struct date created;
    if (date_is_known(record->decision) || is_of_old_law(record) ||
        date_parse(record->value[RECORD_CREATED], DATE_FORM_ISO, &created) < 0)
        return record->decision;
    return created;
}

static bool take_evidence(const struct approval_evidence *evidence, void *context)
{
    struct evidence_list *list = context;
    const char *const *value = evidence->record.value;
    struct text id = TEXT_WITH_CEILING(1024);
    text_append_format(&id, "%s|%s", list->authority, value[RECORD_NUMBER]);
    MEMORY_GROW(list->items, list->count, list->capacity);
    list->items[list->count++] =
        (struct evidence){.number = gathered_string(list->gathered, value[RECORD_NUMBER]),
            .device = gathered_string(list->gathered, value[RECORD_DEVICE]),
            .code = gathered_string(list->gathered, value[RECORD_PRODUCT_CODE]),
            .term = gathered_string(list->gathered, value[RECORD_TERM]),
            .of_old_law = is_of_old_law(&evidence->record),
            .decision = date_of_evidence(&evidence->record),
            .source = gathered_source(
                list->gathered, "approval_version", text_string(&id), evidence->version, "official")};
    text_free(&id);
    return true;
}

/* EUDAMED's list of devices says nothing by which products could be told to be alike: then a person has to.
 */
static bool says_nothing(const struct evidence *evidence)
{
    return *evidence->code == '\0' && *evidence->term == '\0' && *evidence->device == '\0';
}

static bool is_evidence_for(
    const struct gathered_facts *gathered, size_t index, const struct evidence *evidence)
{
    const struct fact_item *item = &gathered->items[index];
    const char *term = gathered_approval_of(gathered, index)->view.record.value[RECORD_TERM];
    return may_be_earlier(evidence->decision, item->decision) &&
           (is_same_word(item->product_code, evidence->code) || is_same_word(term, evidence->term) ||
               is_same_word(item->device, evidence->device) ||
               (evidence->of_old_law && says_nothing(evidence)));
}

static void add_legacy(const struct gathered_facts *gathered, size_t index, const struct evidence_list *list,
    struct predecessors *predecessors)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_evidence_for(gathered, index, &list->items[i]))
            add(predecessors, PREDECESSOR_CANDIDATE, LIKE_LEGACY, list->authority, list->items[i].number,
                list->items[i].device, list->items[i].decision, list->items[i].source);
}

/* Items stand in order of authority, which is asked once. */
static void ask_for_evidence(
    struct gathered_facts *gathered, const char *authority, struct evidence_list *list)
{
    if (string_equal(list->authority, authority))
        return;
    list->gathered = gathered;
    list->authority = authority;
    list->count = 0;
    approvals_each_evidence(gathered->store,
        &(struct approval_evidence_query){
            .uscc = gathered->facts.firm.uscc, .authority = authority, .before = DAY_NONE},
        take_evidence, list);
}

void gather_predecessors(struct gathered_facts *gathered)
{
    struct roots roots = number_roots(gathered);
    struct evidence_list evidence = {.authority = ""};
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        struct predecessors predecessors = {0};
        add_parent(gathered, i, &predecessors);
        add_recorded(gathered, i, &predecessors);
        add_likely(gathered, i, &roots, &predecessors);
        add_of_other_holders(gathered, i, &predecessors);
        ask_for_evidence(gathered, gathered->items[i].authority, &evidence);
        add_legacy(gathered, i, &evidence, &predecessors);
        gathered->items[i].predecessors = gathered->of_items[i].predecessors = predecessors.list;
        gathered->items[i].predecessor_count = predecessors.count;
    }
    free(roots.number);
    free(roots.place);
    free(evidence.items);
}
