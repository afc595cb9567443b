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
#include <string.h>

enum { KEY_BYTES = 512, PRODUCTS_MOST = 256 };

/* A product, and the day from which the approval covers it. */
struct covered {
    char *product;
    const char *from; /* NULL = not said */
    char *written_from;
};
struct linking {
    struct deciding *deciding;
    char *uscc, *authority, *number, *route, *decision, *facts_hash;
    struct covered covered[PRODUCTS_MOST];
    size_t count;
};

static bool is_certificate(const struct linking *linking)
{
    return string_equal(linking->route, "ce-mdr") || string_equal(linking->route, "ce-ivdr");
}

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
    for (size_t i = 0; i < linking->count; i++) {
        free(linking->covered[i].product);
        free(linking->covered[i].written_from);
    }
}

static bool names(const struct linking *linking, const char *product)
{
    for (size_t i = 0; i < linking->count; i++)
        if (string_equal(linking->covered[i].product, product))
            return true;
    return false;
}

static void add_covered(struct linking *linking, const char *product, size_t length, const char *from)
{
    struct covered *covered = &linking->covered[linking->count++];
    covered->product = memory_get(length + 1);
    memcpy(covered->product, product, length);
    covered->product[length] = '\0';
    covered->written_from = from == NULL ? NULL : memory_copy_string(from);
    covered->from = covered->written_from;
}

/* "P1@2026-03-10|P2": products, each with its own day where that is not --from. */
static bool read_items(struct linking *linking, const char *items)
{
    while (*items != '\0') {
        size_t whole = strcspn(items, "|"), length = strcspn(items, "|@");
        char from[32] = "";
        if (length == 0 || linking->count == PRODUCTS_MOST || whole - length > sizeof from)
            return false;
        if (whole > length)
            snprintf(from, sizeof from, "%.*s", (int)(whole - length - 1), items + length + 1);
        add_covered(linking, items, length, from[0] != '\0' ? from : linking->deciding->order->from);
        items += whole + (items[whole] == '|');
    }
    return linking->count > 0;
}

/* --- may it be so -----------------------------------------------------------------------------------------
 */

static int check_product(struct linking *linking, const char *product, struct failure *ret_failure)
{
    char owner[64] = "";
    struct query *q = query_bind(
        query(linking->deciding->store, "SELECT uscc FROM local_record WHERE kind = 'products' AND key = ? "
                                        "AND seq_to IS NULL AND withdrawn = 0"),
        "t", product);
    bool found = query_next(q);
    if (found)
        snprintf(owner, sizeof owner, "%s", query_text(q, 0));
    query_end(q);
    if (!found)
        return fail(ret_failure, -ENOENT,
            REVIEW_SAY(linking->deciding->order, "%s：没有这个编号的产品，请先导入",
                "%s: no product with this number is known: import it first"),
            product);
    if (!string_equal(owner, linking->uscc))
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "产品 %s 属于企业 %s，而线索属于 %s",
                "product %s is firm %s's, the case is %s's"),
            product, owner, linking->uscc);
    return 0;
}

/* A list that somebody delivered says otherwise: it is his to withdraw. One device is one product. */
static int check_list(struct linking *linking, struct failure *ret_failure)
{
    if (is_certificate(linking))
        return 0;
    if (linking->count > 1)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "%s %s 不是证书：一项批准对应一个产品",
                "%s %s is no certificate: it is of one product"),
            linking->authority, linking->number);
    char other[128] = "";
    struct query *q = query_bind(
        query(linking->deciding->store,
            "SELECT s.product_id FROM local_record s WHERE s.authority = ? AND s.number = ? "
            "AND s.number <> '' AND s.kind = 'scopes' AND s.seq_to IS NULL AND s.withdrawn = 0 "
            "AND s.product_id <> ? AND NOT (s.file = 0 AND EXISTS (SELECT 1 FROM review_decision d "
            "  WHERE d.item = ? AND d.product_id = s.product_id AND d.seq_to IS NULL))"),
        "tttt", linking->authority, linking->number, linking->covered[0].product, linking->deciding->item);
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
static int check_from(struct linking *linking, struct covered *covered, struct failure *ret_failure)
{
    struct date date;
    if (covered->from == NULL && !is_certificate(linking) && linking->decision[0] != '\0')
        covered->from = linking->decision;
    if (covered->from == NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order,
                "请指明 %s %s 自何日起覆盖产品 %s：--from 日期，或 --items 产品@日期",
                "name the day from which %s %s covers product %s: --from DATE, or --items PRODUCT@DATE"),
            linking->authority, linking->number, covered->product);
    if (date_parse(covered->from, DATE_FORM_ISO, &date) < 0)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(linking->deciding->order, "%s 不是 2026-01-31 这样的日期",
                "%s is no date such as 2026-01-31"),
            covered->from);
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

/* The desk thinks otherwise now: its earlier rows go. */
static void withdraw_earlier(struct linking *linking)
{
    struct store *store = linking->deciding->store;
    char *products[PRODUCTS_MOST];
    size_t count = 0;
    struct query *q = query_bind(
        query(store, "SELECT DISTINCT s.product_id FROM review_decision d CROSS JOIN local_record s "
                     "ON s.kind = 'scopes' AND s.authority = ? AND s.number = ? AND s.number <> '' "
                     "AND s.seq_to IS NULL AND s.withdrawn = 0 AND s.file = 0 "
                     "AND instr('|' || d.product_id || '|', '|' || s.product_id || '|') > 0 "
                     "WHERE d.item = ? AND d.seq_to = ?"),
        "ttti", linking->authority, linking->number, linking->deciding->item, linking->deciding->seq);
    while (count < PRODUCTS_MOST && query_next(q))
        if (!names(linking, query_text(q, 0)))
            products[count++] = memory_copy_string(query_text(q, 0));
    query_end(q);
    for (size_t i = 0; i < count; i++) {
        write_row(linking, products[i], NULL);
        free(products[i]);
    }
}

/* What somebody delivered of the row, its models and its document, stays in it. */
static json_t *delivered_fields(struct linking *linking, const char *product)
{
    struct query *q =
        query_bind(query(linking->deciding->store, "SELECT fields FROM local_record WHERE kind = 'scopes' "
                                                   "AND key = ? || '|' || ? || '|' || ? AND seq_to IS NULL "
                                                   "AND withdrawn = 0"),
            "ttt", linking->authority, linking->number, product);
    json_t *fields = query_next(q) ? json_loads(query_text(q, 0), 0, NULL) : NULL;
    query_end(q);
    return fields != NULL ? fields : json_object();
}

static void write_link(struct linking *linking, const struct covered *covered)
{
    json_t *fields = delivered_fields(linking, covered->product);
    json_object_set_new(fields, "authority", json_string(linking->authority));
    json_object_set_new(fields, "number", json_string(linking->number));
    json_object_set_new(fields, "product_id", json_string(covered->product));
    json_object_set_new(fields, "in_scope_from", json_string(covered->from));
    char *json = json_dumps(fields, JSON_COMPACT);
    write_row(linking, covered->product, json);
    free(json);
    json_decref(fields);
}

/* The approval's firms, and those whose cases were taken to be of these products. */
static void add_work(struct linking *linking)
{
    struct store *store = linking->deciding->store;
    for (size_t i = 0; i < linking->count; i++) {
        struct query *q = query_bind(
            query(store, "SELECT c.uscc FROM case_file f JOIN case_version c ON c.case_file = f.id "
                         "AND c.seq_to IS NULL WHERE f.authority = ?1 AND f.number = ?2 AND f.approval > 0 "
                         "UNION SELECT uscc FROM case_version WHERE product_id = ?3 AND product_id <> '' "
                         "AND seq_to IS NULL"),
            "ttt", linking->authority, linking->number, linking->covered[i].product);
        while (query_next(q))
            work_add(store, "decide", query_text(q, 0), true);
    }
    work_add(store, "decide", linking->uscc, true);
}

static int check(struct linking *linking, struct failure *ret_failure)
{
    int r = check_list(linking, ret_failure);
    for (size_t i = 0; i < linking->count && r == 0; i++) {
        r = check_product(linking, linking->covered[i].product, ret_failure);
        if (r == 0)
            r = check_from(linking, &linking->covered[i], ret_failure);
    }
    return r;
}

static int link_products(struct linking *linking, struct failure *ret_failure)
{
    struct deciding *deciding = linking->deciding;
    struct text products = TEXT_WITH_CEILING(64 * 1024), from = TEXT_WITH_CEILING(64 * 1024);
    int r = check(linking, ret_failure);
    if (r < 0)
        return r;
    for (size_t i = 0; i < linking->count; i++) {
        text_append_format(&products, "%s%s", i > 0 ? "|" : "", linking->covered[i].product);
        text_append_format(&from, "%s%s", i > 0 ? "|" : "", linking->covered[i].from);
    }
    json_t *basis = json_pack("{s:s, s:s}", "facts", linking->facts_hash, "from", text_string(&from));
    struct decided_row row = {0, linking->uscc, text_string(&products), "", "", basis};
    review_write(deciding, &row);
    withdraw_earlier(linking);
    for (size_t i = 0; i < linking->count; i++)
        write_link(linking, &linking->covered[i]);
    add_work(linking);
    json_decref(basis);
    text_free(&products);
    text_free(&from);
    return 0;
}

/* Linked so already, by whatever row. */
static bool is_linked(struct linking *linking, const struct covered *covered)
{
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%s|%s|%s", linking->authority, linking->number, covered->product);
    return store_value(linking->deciding->store, 0,
               "SELECT count(*) FROM local_record WHERE kind = 'scopes' AND key = ? AND seq_to IS NULL "
               "AND withdrawn = 0 AND (? IS NULL OR fields ->> 'in_scope_from' = ?)",
               "ttt", key, covered->from, covered->from) > 0;
}

static bool are_linked(struct linking *linking)
{
    for (size_t i = 0; i < linking->count; i++)
        if (!is_linked(linking, &linking->covered[i]))
            return false;
    return true;
}

static int refuse_order(const struct review_order *order, struct failure *ret_failure)
{
    if (order->decision == REVIEW_REJECT)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s：没有可否定的建议，请用 accept 和 --product 指明产品",
                "%s: there is no proposal to reject; accept it with --product"),
            order->item);
    if ((order->product == NULL) == (order->items == NULL) || order->firm != NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s 问的是产品：--product 编号，或证书的 --items 编号@日期|编号@日期",
                "%s asks for a product: --product ID, or --items ID@DATE|ID@DATE of a certificate"),
            order->item);
    return 0;
}

static bool read_products(struct linking *linking)
{
    const struct review_order *order = linking->deciding->order;
    if (order->items != NULL)
        return read_items(linking, order->items);
    add_covered(linking, order->product, strlen(order->product), order->from);
    return true;
}

int review_decide_product(struct deciding *deciding, int64_t case_file, struct failure *ret_failure)
{
    const struct review_order *order = deciding->order;
    struct linking linking = {.deciding = deciding};
    snprintf(deciding->item, sizeof deciding->item, "P%lld", (long long)case_file);
    int r = refuse_order(order, ret_failure);
    if (r < 0)
        return r;
    if (!read_case(&linking, case_file))
        return fail(
            ret_failure, -ENOENT, REVIEW_SAY(order, "%s：没有这个事项", "%s: no such question"), order->item);
    if (read_products(&linking)) {
        snprintf(deciding->result->uscc, sizeof deciding->result->uscc, "%s", linking.uscc);
        snprintf(deciding->result->product, sizeof deciding->result->product, "%s",
            order->items != NULL ? order->items : order->product);
        deciding->result->unchanged = are_linked(&linking);
        r = deciding->result->unchanged ? 0 : link_products(&linking, ret_failure);
    } else {
        r = fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "--items 应为 编号@日期|编号@日期：%s", "--items is ID@DATE|ID@DATE: %s"),
            order->items);
    }
    release(&linking);
    return r;
}
