/* gather_payments.c - the ledger: entries of the firm, of its cases, and of its products, whoever had them
 * then. */
#include "gather.h"

#include "m13/memory.h"
#include "m13/store.h"

static const char entries_of_firm[] =
    "WITH mine (key) AS ("
    "SELECT key FROM local_record WHERE uscc = ?1 AND kind = 'payments' AND seq_to IS NULL "
    "UNION SELECT r.key FROM local_record p JOIN local_record r ON r.product_id = p.product_id "
    "AND r.kind = 'payments' AND r.seq_to IS NULL "
    "WHERE p.uscc = ?1 AND p.kind = 'products' AND p.seq_to IS NULL AND p.product_id <> '' "
    "UNION SELECT r.key FROM case_version c JOIN case_file f ON f.id = c.case_file "
    "JOIN local_record r ON r.case_id = f.case_id AND r.case_id <> '' AND r.kind = 'payments' AND r.seq_to "
    "IS NULL "
    "WHERE c.uscc = ?1 AND c.seq_to IS NULL) "
    "SELECT r.key, r.version, r.uscc, r.product_id, r.assurance, r.fields, coalesce(f.authority, ''), "
    "coalesce(f.number, ''), coalesce(f.item, ''), coalesce(c.uscc, ''), coalesce(c.product_id, '') "
    "FROM mine CROSS JOIN local_record r ON r.kind = 'payments' AND r.key = mine.key AND r.seq_to IS NULL "
    "LEFT JOIN case_file f ON f.case_id = r.case_id AND r.case_id <> '' "
    "LEFT JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
    "WHERE r.withdrawn = 0 ORDER BY r.key";

static enum payment_kind kind_of(const char *code)
{
    if (string_equal(code, "recover"))
        return PAYMENT_RECOVER;
    return string_equal(code, "pay") ? PAYMENT_PAY : PAYMENT_RESERVE;
}

static int year_of(struct date date)
{
    int first, last, month, day;
    if (!date_is_known(date))
        return 0;
    day_to_civil(date.first, &first, &month, &day);
    day_to_civil(date.last, &last, &month, &day);
    return first == last ? first : 0;
}

/* 2026-1 is a batch of 2026. */
static int batch_year(const char *batch, struct date paid)
{
    char year[5] = "";
    int64_t number;
    for (size_t i = 0; i < 4 && batch[i] >= '0' && batch[i] <= '9'; i++)
        year[i] = batch[i];
    if (string_to_integer(year, 2000, 2199, &number) == 0)
        return (int)number;
    return year_of(paid);
}

static int decision_year(
    const struct gathered_facts *gathered, json_t *fields, const struct fact_payment *entry)
{
    int64_t year;
    if (string_to_integer(gathered_field(fields, "decision_year"), 1900, 2199, &year) == 0)
        return (int)year;
    for (size_t i = 0; i < gathered->facts.item_count; i++) {
        const struct fact_item *item = &gathered->items[i];
        if (entry->number[0] != '\0' && string_equal(item->number, entry->number) &&
            string_equal(item->authority, entry->authority) && string_equal(item->item, entry->item))
            return year_of(item->decision);
    }
    return 0;
}

/* The registry has read the amount already; one that could not be read would leave no room. */
static fen_t amount_of(json_t *fields)
{
    struct decimal yuan;
    fen_t fen;
    if (money_decimal(gathered_field(fields, "amount_cny"), &yuan) < 0 || money_yuan(yuan, &fen) < 0)
        return INT64_MAX;
    return fen;
}

static void take_entry(struct gathered_facts *gathered, struct query *q)
{
    json_t *fields = json_loads(query_text(q, 5), 0, NULL);
    const char *owner = query_text(q, 2)[0] != '\0' ? query_text(q, 2) : query_text(q, 9);
    const char *product = query_text(q, 3)[0] != '\0' ? query_text(q, 3) : query_text(q, 10);
    struct fact_payment entry = {.payment_id = gathered_string(gathered, query_text(q, 0)),
        .policy = gathered_string(gathered, gathered_field(fields, "policy")),
        .kind = kind_of(gathered_field(fields, "kind")),
        .own = owner[0] == '\0' || string_equal(owner, gathered->facts.firm.uscc),
        .authority = gathered_string(gathered, query_text(q, 6)),
        .number = gathered_string(gathered, query_text(q, 7)),
        .item = gathered_string(gathered, query_text(q, 8)),
        .product_id = gathered_string(gathered, product),
        .batch = gathered_string(gathered, gathered_field(fields, "batch")),
        .amount = amount_of(fields),
        .source = gathered_source(
            gathered, "local_record:payments", query_text(q, 0), query_integer(q, 1), query_text(q, 4))};
    entry.batch_year = batch_year(entry.batch, gathered_date(fields, "paid_date"));
    entry.year = decision_year(gathered, fields, &entry);
    json_decref(fields);
    MEMORY_GROW(gathered->payments, gathered->facts.payment_count, gathered->payment_capacity);
    gathered->payments[gathered->facts.payment_count++] = entry;
}

/* A frozen award takes its room under the caps like a reservation, until the ledger itself reserves it or all
 * of it has been paid: an instalment leaves the rest committed. */
static const char frozen_of_firm[] =
    "SELECT f.case_id, f.authority, f.number, f.item, c.product_id, b.award, batch.name, batch.year, c.uscc, "
    "f.policy "
    "FROM case_version c CROSS JOIN batch_case b ON b.case_file = c.case_file "
    "CROSS JOIN batch ON batch.id = b.batch CROSS JOIN case_file f ON f.id = c.case_file "
    "WHERE (c.uscc = ?1 OR c.product_id IN (SELECT p.product_id FROM local_record p WHERE p.uscc = ?1 "
    "  AND p.kind = 'products' AND p.seq_to IS NULL AND p.product_id <> '')) AND c.seq_to IS NULL "
    "AND f.stage NOT IN ('rejected', 'withdrawn', 'recovered') "
    "AND NOT EXISTS (SELECT 1 FROM local_record r WHERE r.case_id = f.case_id AND r.kind = 'payments' "
    "  AND r.seq_to IS NULL AND r.withdrawn = 0 AND (f.stage IN ('paid', 'watched') "
    "  OR r.fields ->> 'kind' = 'reserve')) ORDER BY f.id";

static void take_frozen(struct gathered_facts *gathered, struct query *q)
{
    struct fact_payment entry = {.payment_id = gathered_string(gathered, query_text(q, 0)),
        .policy = gathered_string(gathered, query_text(q, 9)),
        .kind = PAYMENT_RESERVE,
        .own = string_equal(query_text(q, 8), gathered->facts.firm.uscc),
        .authority = gathered_string(gathered, query_text(q, 1)),
        .number = gathered_string(gathered, query_text(q, 2)),
        .item = gathered_string(gathered, query_text(q, 3)),
        .product_id = gathered_string(gathered, query_text(q, 4)),
        .batch = gathered_string(gathered, query_text(q, 6)),
        .batch_year = (int)query_integer(q, 7),
        .amount = query_integer(q, 5),
        .source = gathered_source(gathered, "batch_case", query_text(q, 0), 1, "verified")};
    entry.year = decision_year(gathered, NULL, &entry);
    MEMORY_GROW(gathered->payments, gathered->facts.payment_count, gathered->payment_capacity);
    gathered->payments[gathered->facts.payment_count++] = entry;
}

void gather_payments(struct gathered_facts *gathered)
{
    struct query *q = query_bind(query(gathered->store, entries_of_firm), "t", gathered->facts.firm.uscc);
    while (query_next(q))
        take_entry(gathered, q);
    if (store_value(gathered->store, 0, "SELECT EXISTS (SELECT 1 FROM batch_case)", "") == 0)
        return;
    q = query_bind(query(gathered->store, frozen_of_firm), "t", gathered->facts.firm.uscc);
    while (query_next(q))
        take_frozen(gathered, q);
}
