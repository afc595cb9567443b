/* decide_product.c - which product an approval is of: written as a row of the list of products that the desk
 * itself delivers (kind scopes, verified), so that everything downstream takes it as it takes such a list. */
#include "internal.h"

#include "m13/date.h"
#include "m13/journal.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_BYTES = 512 };

struct linking {
    struct deciding *deciding;
    char *uscc, *authority, *number, *route, *decision, *facts_hash;
    const char *product, *from;
};

static bool read_case(struct linking *linking, int64_t case_file)
{
    struct query *q = query_bind(
        query(linking->deciding->store,
            "SELECT c.uscc, f.authority, f.number, v.route, coalesce(v.record ->> 'decision_date', ''), "
            "c.facts_hash FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
            "JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL WHERE f.id = ?"),
        "i", case_file);
    bool found = query_next(q);
    if (found) {
        char **texts[] = {&linking->uscc, &linking->authority, &linking->number, &linking->route,
            &linking->decision, &linking->facts_hash};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = memory_copy_string(query_text(q, (int)i));
    }
    query_end(q);
    return found;
}

static void release(struct linking *linking)
{
    char *texts[] = {linking->uscc, linking->authority, linking->number, linking->route, linking->decision,
        linking->facts_hash};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
}

/* --- may it be so -----------------------------------------------------------------------------------------
 */

static int check_product(struct linking *linking, struct failure *ret_failure)
{
    char owner[64] = "";
    struct query *q = query_bind(
        query(linking->deciding->store, "SELECT uscc FROM local_record WHERE kind = 'products' AND key = ? "
                                        "AND seq_to IS NULL AND withdrawn = 0"),
        "t", linking->product);
    bool found = query_next(q);
    if (found)
        snprintf(owner, sizeof owner, "%s", query_text(q, 0));
    query_end(q);
    if (!found)
        return fail(ret_failure, -ENOENT,
            REVIEW_SAY(linking->deciding->order, "%s：没有这个编号的产品，请先导入",
                "%s: no product with this number is known: import it first"),
            linking->product);
    if (!string_equal(owner, linking->uscc))
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "产品 %s 属于企业 %s，而线索属于 %s",
                "product %s is firm %s's, the case is %s's"),
            linking->product, owner, linking->uscc);
    return 0;
}

/* A list that somebody delivered says otherwise: it is his to withdraw. One device is one product. */
static int check_list(struct linking *linking, struct failure *ret_failure)
{
    bool certificate = string_equal(linking->route, "ce-mdr") || string_equal(linking->route, "ce-ivdr");
    if (certificate)
        return 0;
    char other[128] = "";
    struct query *q = query_bind(
        query(linking->deciding->store,
            "SELECT s.product_id FROM local_record s WHERE s.authority = ? AND s.number = ? "
            "AND s.number <> '' AND s.kind = 'scopes' AND s.seq_to IS NULL AND s.withdrawn = 0 "
            "AND s.product_id <> ? AND NOT (s.file = 0 AND EXISTS (SELECT 1 FROM review_decision d "
            "  WHERE d.item = ? AND d.product_id = s.product_id AND d.seq_to IS NULL))"),
        "tttt", linking->authority, linking->number, linking->product, linking->deciding->item);
    if (query_next(q))
        snprintf(other, sizeof other, "%s", query_text(q, 0));
    query_end(q);
    return *other == '\0' ? 0
                          : fail(ret_failure, -EINVAL,
                                REVIEW_SAY(linking->deciding->order,
                                    "产品清单（scopes）已将 %s %s 关联到 %s：请先将该行作废",
                                    "a list of products (scopes) links %s %s to %s: withdraw that row first"),
                                linking->authority, linking->number, other);
}

/* A certificate covers a product from the day on which the product came under it: only a person knows it. */
static int check_from(struct linking *linking, struct failure *ret_failure)
{
    struct date date;
    bool certificate = string_equal(linking->route, "ce-mdr") || string_equal(linking->route, "ce-ivdr");
    linking->from = linking->deciding->order->from;
    if (linking->from == NULL && !certificate && linking->decision[0] != '\0')
        linking->from = linking->decision;
    if (linking->from == NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "请用 --from 指明 %s %s 自何日起覆盖该产品",
                "name the day from which %s %s covers the product: --from DATE"),
            linking->authority, linking->number);
    if (date_parse(linking->from, DATE_FORM_ISO, &date) < 0)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "%s 不是 2026-01-31 这样的日期",
                "%s is no date such as 2026-01-31"),
            linking->from);
    return 0;
}

/* --- the row ----------------------------------------------------------------------------------------------
 */

/* The next version of a row of the desk's; `fields` NULL withdraws it. */
static void write_row(struct linking *linking, const char *product, const char *fields)
{
    struct store *store = linking->deciding->store;
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%s|%s|%s", linking->authority, linking->number, product);
    int64_t seq = linking->deciding->seq;
    int64_t last = store_value(
        store, 0, "SELECT max(version) FROM local_record WHERE kind = 'scopes' AND key = ?", "t", key);
    query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? WHERE kind = 'scopes' AND key = ? "
                                      "AND seq_to IS NULL"),
        "it", seq, key));
    query_run(query_bind(
        query(store, "INSERT INTO local_record (kind, key, version, seq_from, product_id, authority, number, "
                     "assurance, withdrawn, fields, file, row) "
                     "VALUES ('scopes', ?, ?, ?, ?, ?, ?, 'verified', ?, ?, 0, 0)"),
        "tiitttit", key, last + 1, seq, product, linking->authority, linking->number,
        (int64_t)(fields == NULL), fields == NULL ? "{}" : fields));
}

/* The desk thinks otherwise now: its earlier row goes. */
static void withdraw_earlier(struct linking *linking)
{
    struct store *store = linking->deciding->store;
    char *products[8];
    size_t count = 0;
    struct query *q =
        query_bind(query(store, "SELECT s.product_id FROM review_decision d CROSS JOIN local_record s "
                                "ON s.kind = 'scopes' AND s.key = ? || '|' || ? || '|' || d.product_id "
                                "AND s.seq_to IS NULL AND s.withdrawn = 0 AND s.file = 0 "
                                "WHERE d.item = ? AND d.product_id <> ? AND d.seq_to = ?"),
            "tttti", linking->authority, linking->number, linking->deciding->item, linking->product,
            linking->deciding->seq);
    while (count < sizeof products / sizeof *products && query_next(q))
        products[count++] = memory_copy_string(query_text(q, 0));
    query_end(q);
    for (size_t i = 0; i < count; i++) {
        write_row(linking, products[i], NULL);
        free(products[i]);
    }
}

static void write_link(struct linking *linking)
{
    json_t *fields = json_pack("{s:s, s:s, s:s, s:s}", "authority", linking->authority, "number",
        linking->number, "product_id", linking->product, "in_scope_from", linking->from);
    char *json = json_dumps(fields, JSON_COMPACT);
    write_row(linking, linking->product, json);
    free(json);
    json_decref(fields);
}

/* The approval's firms, and those whose cases were taken to be of this product. */
static void add_work(struct linking *linking)
{
    struct store *store = linking->deciding->store;
    struct query *q = query_bind(
        query(store, "SELECT c.uscc FROM case_file f JOIN case_version c ON c.case_file = f.id "
                     "AND c.seq_to IS NULL WHERE f.authority = ?1 AND f.number = ?2 AND f.approval > 0 "
                     "UNION SELECT uscc FROM case_version WHERE product_id = ?3 AND product_id <> '' "
                     "AND seq_to IS NULL"),
        "ttt", linking->authority, linking->number, linking->product);
    while (query_next(q))
        work_add(store, "decide", query_text(q, 0), true);
    work_add(store, "decide", linking->uscc, true);
}

static int link_product(struct linking *linking, struct failure *ret_failure)
{
    struct deciding *deciding = linking->deciding;
    int r = check_product(linking, ret_failure);
    if (r == 0)
        r = check_from(linking, ret_failure);
    if (r == 0)
        r = check_list(linking, ret_failure);
    if (r < 0)
        return r;
    json_t *basis = json_pack("{s:s, s:s}", "facts", linking->facts_hash, "from", linking->from);
    struct decided_row row = {0, linking->uscc, linking->product, "", "", basis};
    review_write(deciding, &row);
    withdraw_earlier(linking);
    write_link(linking);
    add_work(linking);
    json_decref(basis);
    return 0;
}

/* Linked so already, by whatever row. */
static bool is_linked(struct linking *linking)
{
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%s|%s|%s", linking->authority, linking->number, linking->product);
    return store_value(linking->deciding->store, 0,
               "SELECT count(*) FROM local_record WHERE kind = 'scopes' AND key = ? AND seq_to IS NULL "
               "AND withdrawn = 0 AND (? IS NULL OR fields ->> 'in_scope_from' = ?)",
               "ttt", key, linking->deciding->order->from, linking->deciding->order->from) > 0;
}

int review_decide_product(struct deciding *deciding, int64_t case_file, struct failure *ret_failure)
{
    const struct review_order *order = deciding->order;
    struct linking linking = {.deciding = deciding, .product = order->product};
    snprintf(deciding->item, sizeof deciding->item, "P%lld", (long long)case_file);
    if (order->decision == REVIEW_REJECT)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s：没有可否定的建议，请用 accept 和 --product 指明产品",
                "%s: there is no proposal to reject; accept it with --product"),
            order->item);
    if (order->product == NULL || order->firm != NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s 问的是产品：--product 编号", "%s asks for a product: --product ID"),
            order->item);
    if (!read_case(&linking, case_file))
        return fail(
            ret_failure, -ENOENT, REVIEW_SAY(order, "%s：没有这个事项", "%s: no such question"), order->item);
    snprintf(deciding->result->uscc, sizeof deciding->result->uscc, "%s", linking.uscc);
    snprintf(deciding->result->product, sizeof deciding->result->product, "%s", order->product);
    deciding->result->unchanged = is_linked(&linking);
    int r = deciding->result->unchanged ? 0 : link_product(&linking, ret_failure);
    release(&linking);
    return r;
}
