#include "touch.h"

#include "documents.h"

#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <jansson.h>
#include <string.h>

struct touching {
    struct store *store;
    struct local_seen *touched;
};

static void decide(struct touching *touching, const char *uscc)
{
    if (uscc == NULL || *uscc == '\0')
        return;
    uint64_t hash = local_seen_hash(0, uscc);
    if (local_seen_get(touching->touched, hash) != NULL)
        return;
    local_seen_put(touching->touched, hash)->state = SEEN_TAKEN;
    work_add(touching->store, "decide", uscc, true);
}

/* The one column of an open query. Joins are CROSS JOINs: without statistics SQLite may run them the other
 * way round, over all records of a kind. */
static void decide_each(struct touching *touching, struct query *q)
{
    while (query_next(q))
        decide(touching, query_text(q, 0));
}

/* When the product is not known yet, its own row will touch its firm. */
static void decide_owner(struct touching *touching, const char *product_id)
{
    decide_each(
        touching, query_bind(query(touching->store, "SELECT uscc FROM local_record "
                                                    "WHERE kind = 'products' AND key = ? AND seq_to IS NULL"),
                      "t", product_id));
}

/* Whose approval was taken to be for this product. */
static void decide_cases_of_product(struct touching *touching, const char *product_id)
{
    decide_each(
        touching, query_bind(query(touching->store, "SELECT uscc FROM case_version WHERE product_id = ? "
                                                    "AND product_id <> '' AND seq_to IS NULL"),
                      "t", product_id));
}

static void decide_firm_of_case(struct touching *touching, const char *case_id)
{
    decide_each(touching,
        query_bind(query(touching->store, "SELECT v.uscc FROM case_file c CROSS JOIN case_version v "
                                          "ON v.case_file = c.id AND v.seq_to IS NULL WHERE c.case_id = ?"),
            "t", case_id));
}

/* To whom the approval was matched, whoever's row this is. */
static void decide_firms_of_approval(struct touching *touching, const struct local_touch *touch)
{
    decide_each(touching,
        query_bind(
            query(touching->store, "SELECT v.uscc FROM approval a "
                                   "CROSS JOIN case_file c ON c.approval = a.id "
                                   "CROSS JOIN case_version v ON v.case_file = c.id AND v.seq_to IS NULL "
                                   "WHERE a.authority = ? AND a.number = ?"),
            "tt", touch->authority, touch->number));
}

/* --- identifiers -----------------------------------------------------------------------------------------
 */

/* Which fields are found by what they hold, lists part by part, up to a part's first `until`. */
static const struct identifier_kind {
    const char *kind, *field, *prefix, *until;
} identifying[] = {
    {"firms", "srn", "SRN:", "|"},
    {"firms", "fei", "FEI:", "|"},
    {"costs", "invoice_no", "INVOICE:", "|"},
    {"costs", "shares", "PRODUCT:", "|@"},
};

static void write_identifiers(
    struct store *store, const struct local_touch *touch, const struct identifier_kind *how, const char *list)
{
    struct text identifier = TEXT_WITH_CEILING(64 * 1024);
    while (list != NULL && *list != '\0') {
        text_clear(&identifier);
        text_append_string(&identifier, how->prefix);
        text_append(&identifier, list, strcspn(list, how->until));
        query_run(
            query_bind(query(store, "INSERT OR IGNORE INTO local_identifier (identifier, kind, key, uscc) "
                                    "VALUES (?, ?, ?, ?)"),
                "tttt", text_string(&identifier), touch->kind->kind, touch->key, touch->uscc));
        list += strcspn(list, "|");
        list += *list == '|';
    }
    text_free(&identifier);
}

static void renew_identifiers(struct store *store, const struct local_touch *touch)
{
    query_run(query_bind(query(store, "DELETE FROM local_identifier WHERE kind = ? AND key = ?"), "tt",
        touch->kind->kind, touch->key));
    if (touch->withdrawn || registry_is_candidate(touch->key))
        return;
    json_t *fields = json_loads(touch->fields, 0, NULL);
    for (size_t i = 0; i < sizeof identifying / sizeof identifying[0]; i++)
        if (string_equal(touch->kind->kind, identifying[i].kind))
            write_identifiers(store, touch, &identifying[i],
                json_string_value(json_object_get(fields, identifying[i].field)));
    json_decref(fields);
}

/* --- kinds -----------------------------------------------------------------------------------------------
 */

/* An approval's items share its costs: the firms of all products that it covers. */
static void follow_scope(struct touching *touching, const struct local_touch *touch)
{
    decide_owner(touching, touch->product_id);
    decide_firms_of_approval(touching, touch);
    decide_each(touching,
        query_bind(query(touching->store, "SELECT p.uscc FROM local_record s CROSS JOIN local_record p "
                                          "ON p.kind = 'products' AND p.key = s.product_id "
                                          "AND p.seq_to IS NULL "
                                          "WHERE s.authority = ? AND s.number = ? AND s.number <> '' "
                                          "AND s.kind = 'scopes' AND s.seq_to IS NULL"),
            "tt", touch->authority, touch->number));
}

/* Also whose costs wait for it. */
static void follow_product(struct touching *touching, const struct local_touch *touch)
{
    decide_each(
        touching, query_bind(query(touching->store, "SELECT DISTINCT uscc FROM local_identifier "
                                                    "WHERE identifier = 'PRODUCT:' || ? AND kind = 'costs'"),
                      "t", touch->product_id));
    decide_cases_of_product(touching, touch->product_id);
}

/* One invoice counts once, whoever shows it: as it was and as it is. */
static void decide_sharers(struct touching *touching, const struct local_touch *touch)
{
    decide_each(touching,
        query_bind(query(touching->store, "SELECT o.uscc FROM local_identifier m CROSS "
                                          "JOIN local_identifier o ON o.identifier = m.identifier "
                                          "AND o.kind = m.kind WHERE m.kind = ? AND m.key = ? "
                                          "AND m.identifier >= 'INVOICE:' AND m.identifier < 'INVOICE;'"),
            "tt", touch->kind->kind, touch->key));
}

static void follow_cost(struct touching *touching, const struct local_touch *touch)
{
    decide_sharers(touching, touch);
    renew_identifiers(touching->store, touch);
    decide_sharers(touching, touch);
}

static void follow_payment(struct touching *touching, const struct local_touch *touch)
{
    decide_owner(touching, touch->product_id);
    decide_cases_of_product(touching, touch->product_id);
}

/* Those that an officer's row names, and named before. */
static void follow_document(struct touching *touching, const struct local_touch *touch)
{
    struct text names = TEXT_WITH_CEILING(64 * 1024);
    text_append_string(&names, touch->document);
    struct query *q = query_bind(
        query(touching->store, "SELECT fields ->> 'file' FROM local_record WHERE kind = 'documents' "
                               "AND key = ? AND seq_to = ?"),
        "ti", touch->key, touch->seq);
    while (query_next(q)) {
        text_append_string(&names, names.length > 0 ? "|" : "");
        text_append_string(&names, query_text(q, 0));
    }
    query_end(q);
    local_document_seen(touching->store, text_string(&names), touch->seq);
    text_free(&names);
}

/* Parent and successor, as they are and as they were. */
static void decide_relatives(struct touching *touching, const struct local_touch *touch)
{
    struct query *q =
        query_bind(query(touching->store, "SELECT fields ->> 'parent_uscc', fields ->> 'successor_uscc' "
                                          "FROM local_record WHERE kind = 'firms' AND key = ? "
                                          "AND (seq_from = ? OR seq_to = ?)"),
            "tii", touch->key, touch->seq, touch->seq);
    while (query_next(q)) {
        decide(touching, query_text(q, 0));
        decide(touching, query_text(q, 1));
    }
    query_end(q);
}

static void follow_firm(struct touching *touching, const struct local_touch *touch)
{
    decide_relatives(touching, touch);
    renew_identifiers(touching->store, touch);
}

/* What is on paper only becomes an approval, and what people decide has its effect: casework's. */
static void follow_paper(struct touching *touching, const struct local_touch *touch)
{
    work_add(touching->store, "paper", touch->key, true);
    decide_firms_of_approval(touching, touch);
}

static void follow_decision(struct touching *touching, const struct local_touch *touch)
{
    work_add(touching->store, "enact", touch->case_id, true);
}

void local_touch(struct store *store, struct local_seen *touched, const struct local_touch *touch)
{
    static const struct {
        const char *kind;
        void (*follow)(struct touching *touching, const struct local_touch *touch);
    } followers[] = {
        {"firms", follow_firm},
        {"products", follow_product},
        {"scopes", follow_scope},
        {"approvals", follow_paper},
        {"decisions", follow_decision},
        {"answers", follow_decision},
        {"costs", follow_cost},
        {"payments", follow_payment},
        {"documents", follow_document},
    };
    struct touching touching = {store, touched};
    decide(&touching, touch->uscc);
    decide(&touching, touch->old_uscc);
    if (*touch->case_id != '\0')
        decide_firm_of_case(&touching, touch->case_id);
    for (size_t i = 0; i < sizeof followers / sizeof followers[0]; i++)
        if (string_equal(touch->kind->kind, followers[i].kind))
            followers[i].follow(&touching, touch);
}
