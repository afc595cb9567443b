/* decide.c - an officer's word on a question, written with its journal entry and the work that follows. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/store.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int64_t review_item_number(const char *item, char letter)
{
    int64_t number = 0;
    if (item == NULL || item[0] != letter || string_to_integer(item + 1, 1, INT64_MAX, &number) < 0)
        return 0;
    return number;
}

static const char *note_of(const struct review_order *order)
{
    return order->note == NULL ? "" : order->note;
}

/* --- rows -------------------------------------------------------------------------------------------------
 */

static void hash_of(const json_t *basis, char out[DIGEST_HEX_BYTES], char **ret_json)
{
    *ret_json = json_dumps(basis, JSON_COMPACT);
    digest_hex_of(*ret_json, strlen(*ret_json), out);
}

/* A note that only comes now is worth a version. */
bool review_is_decided(const struct deciding *deciding, const struct decided_row *row)
{
    char hash[DIGEST_HEX_BYTES], *json;
    const struct review_order *order = deciding->order;
    hash_of(row->basis, hash, &json);
    free(json);
    return store_value(deciding->store, 0,
               "SELECT count(*) FROM review_decision WHERE item = ? AND maker = ? AND uscc = ? "
               "AND seq_to IS NULL AND decision = ? AND product_id = ? AND basis_hash = ? "
               "AND (? = '' OR note = ?)",
               "titttttt", deciding->item, row->maker, row->uscc, review_decision_names[order->decision].code,
               row->product_id, hash, note_of(order), note_of(order)) > 0;
}

static void tell_journal(struct deciding *deciding, const struct decided_row *row, const char *basis_hash)
{
    const struct review_order *order = deciding->order;
    struct text body = TEXT_WITH_CEILING(REVIEW_BODY_BYTES);
    text_append_string(&body, "{\"item\":");
    text_append_json(&body, deciding->item);
    text_append_format(&body, ",\"decision\":\"%s\",\"uscc\":", review_decision_names[order->decision].code);
    text_append_json(&body, row->uscc);
    text_append_string(&body, ",\"product_id\":");
    text_append_json(&body, row->product_id);
    text_append_string(&body, ",\"note\":");
    text_append_json(&body, note_of(order));
    text_append_format(&body, ",\"basis_hash\":\"%s\"}", basis_hash);
    deciding->seq =
        journal_append(deciding->store, order->actor, "review", deciding->item, text_string(&body));
    text_free(&body);
}

/* What this decision replaces: the earlier word on this firm, and an acceptance of another one. */
static void close_earlier(struct deciding *deciding, const struct decided_row *row)
{
    query_run(query_bind(
        query(deciding->store, "UPDATE review_decision SET seq_to = ? WHERE item = ? AND maker = ? "
                               "AND seq_to IS NULL AND (uscc = ? OR ? = 'accept' AND decision = 'accept')"),
        "ititt", deciding->seq, deciding->item, row->maker, row->uscc,
        review_decision_names[deciding->order->decision].code));
}

void review_write(struct deciding *deciding, const struct decided_row *row)
{
    struct store *store = deciding->store;
    const struct review_order *order = deciding->order;
    char hash[DIGEST_HEX_BYTES], *json;
    hash_of(row->basis, hash, &json);
    store_write(store);
    if (deciding->seq == 0)
        tell_journal(deciding, row, hash);
    close_earlier(deciding, row);
    int64_t version = 1 + store_value(store, 0,
                              "SELECT max(version) FROM review_decision WHERE item = ? AND maker = ? "
                              "AND uscc = ?",
                              "tit", deciding->item, row->maker, row->uscc);
    query_run(query_bind(
        query(store, "INSERT INTO review_decision (item, maker, uscc, version, seq_from, decision, "
                     "product_id, name, country, actor, note, at, basis, basis_hash) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "titiittttttitt", deciding->item, row->maker, row->uscc, version, deciding->seq,
        review_decision_names[order->decision].code, row->product_id, row->name, row->country, order->actor,
        note_of(order), clock_wall(), json, hash));
    free(json);
}

/* --- the order --------------------------------------------------------------------------------------------
 */

static int refuse_item(const struct review_order *order, struct failure *ret_failure)
{
    return fail(ret_failure, -ENOENT,
        REVIEW_SAY(order, "%s：没有可在此核定的这一事项（M…、P…、线索编号/R…，见 m13ctl review list）",
            "%s: no such question that can be answered here (M..., P..., CASE/R...: m13ctl review list)"),
        order->item);
}

static void name_firm(struct store *store, struct review_result *result)
{
    struct query *q = query_bind(
        query(store, "SELECT coalesce(fields ->> 'name_zh', fields ->> 'name_en', '') FROM local_record "
                     "WHERE kind = 'firms' AND key = ? AND seq_to IS NULL"),
        "t", result->uscc);
    if (query_next(q)) {
        const char *name = query_text(q, 0);
        size_t length = utf8_cut(name, strnlen(name, sizeof result->firm_name - 1));
        memcpy(result->firm_name, name, length);
    }
    query_end(q);
}

static bool is_good_text(const char *text, size_t most)
{
    size_t length = text == NULL ? 0 : strlen(text);
    return length <= most && utf8_is_valid(text == NULL ? "" : text, length);
}

/* A file that is sealed and not yet in all records: what is written between would be older than what the file
 * says and newer by its version. */
static bool is_being_applied(struct store *store)
{
    return store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM work WHERE kind = 'apply-local')", "") != 0;
}

int review_decide(struct store *store, const struct review_order *order, struct review_result *ret_result,
    struct failure *ret_failure)
{
    *ret_result = (struct review_result){.unchanged = true};
    struct deciding deciding = {.store = store, .order = order, .result = ret_result};
    if (!is_good_text(order->note, REVIEW_NOTE_BYTES) || !is_good_text(order->firm, REVIEW_NAME_BYTES) ||
        !is_good_text(order->product, REVIEW_NAME_BYTES) || !is_good_text(order->items, REVIEW_ITEMS_BYTES))
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "说明最多 %d 字节，须为 UTF-8 文字", "a note has at most %d bytes of UTF-8"),
            REVIEW_NOTE_BYTES);
    if (is_being_applied(store))
        return fail(ret_failure, -EAGAIN,
            REVIEW_SAY(order, "正在处理一份报送文件，请稍后再试",
                "an import is being applied: try again in a moment"));
    int64_t maker = review_item_number(order->item, 'M');
    int64_t case_file = review_item_number(order->item, 'P');
    int r = -ENOENT;
    if (maker > 0)
        r = review_decide_match(&deciding, maker, ret_failure);
    else if (case_file > 0)
        r = review_decide_product(&deciding, case_file, ret_failure);
    else if (order->item != NULL && strchr(order->item, '/') != NULL)
        r = review_decide_rule(&deciding, ret_failure);
    else
        return refuse_item(order, ret_failure);
    name_firm(store, ret_result);
    return r;
}

json_t *review_answer_json(const struct review_order *order, const struct review_result *result)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "item", order->item, "decided",
        review_decision_names[order->decision].code, "uscc", result->uscc, "firm_name", result->firm_name,
        "product_id", result->product, "makers", (json_int_t)result->makers, "unchanged",
        (int)result->unchanged);
}

int review_exit_code(int result)
{
    if (result == -EAGAIN)
        return EXIT_TRY_LATER;
    return result == -ENOENT ? EXIT_BAD_DATA : result < 0 ? EXIT_BAD_USAGE : EXIT_FINE;
}
