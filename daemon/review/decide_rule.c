/* decide_rule.c - what a rule leaves to a person: its question stands in the trace of the case's current
 * version, with a hash that tells the rules whether the answer is to the question that they ask. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked {
    char *uscc, *question, *facts_hash, *zh;
};

static void release(struct asked *asked)
{
    free(asked->uscc);
    free(asked->question);
    free(asked->facts_hash);
    free(asked->zh);
}

bool review_item_of_rule(const char *item, struct rule_item *ret_item)
{
    const char *slash = item == NULL ? NULL : strchr(item, '/');
    char digits[3];
    int64_t number;
    if (slash == NULL || slash == item || strlen(item) >= REVIEW_ITEM_BYTES || slash[1] != 'R' ||
        strlen(slash) < 4 || (slash[4] != '\0' && (slash[4] != '/' || slash[5] == '\0')))
        return false;
    snprintf(digits, sizeof digits, "%s", slash + 2);
    if (string_to_integer(digits, 0, 99, &number) < 0)
        return false;
    snprintf(ret_item->case_id, REVIEW_ITEM_BYTES, "%.*s", (int)(slash - item), item);
    snprintf(ret_item->rule, REVIEW_RULE_BYTES, "%.3s", slash + 1);
    ret_item->about = slash[4] == '/' ? slash + 5 : slash + 4;
    return true;
}

/* Open, or answered and still the same question. */
static bool find_question(struct store *store, const struct rule_item *item, struct asked *ret_asked)
{
    static const char of_rule[] =
        "SELECT c.uscc, line.value ->> 'question', c.facts_hash, line.value ->> 'zh' "
        "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
        "CROSS JOIN json_each(c.trace) line WHERE f.case_id = ? "
        "AND line.value ->> 'rule' = ? AND ?3 = '' "
        "AND line.value ->> 'question' IS NOT NULL";
    static const char of_one[] =
        "SELECT c.uscc, one.value ->> 'question', c.facts_hash, one.value ->> 'zh' "
        "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
        "CROSS JOIN json_each(c.trace) line CROSS JOIN json_each(line.value -> 'asked') one "
        "WHERE f.case_id = ? AND line.value ->> 'rule' = ? AND one.value ->> 'about' = ?";
    *ret_asked = (struct asked){0};
    struct query *q = query_bind(query(store, item->about[0] == '\0' ? of_rule : of_one), "ttt",
        item->case_id, item->rule, item->about);
    bool found = query_next(q);
    if (found)
        *ret_asked =
            (struct asked){memory_copy_string(query_text(q, 0)), memory_copy_string(query_text(q, 1)),
                memory_copy_string(query_text(q, 2)), memory_copy_string(query_text(q, 3))};
    query_end(q);
    return found;
}

static int refuse_order(const struct review_order *order, struct failure *ret_failure)
{
    if (order->product != NULL || order->items != NULL || order->from != NULL || order->firm != NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s 问的是规则，只接受 --note", "%s asks for a rule: it takes --note alone"),
            order->item);
    if (order->note == NULL || order->note[0] == '\0')
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s：请用 --note 写明理由", "%s: a decision needs its reason: --note TEXT"),
            order->item);
    return 0;
}

static void write_answer(struct deciding *deciding, const struct asked *asked)
{
    json_t *basis = json_pack(
        "{s:s, s:s, s:s}", "question", asked->question, "facts", asked->facts_hash, "zh", asked->zh);
    struct decided_row row = {0, asked->uscc, "", "", "", basis};
    review_write(deciding, &row);
    work_add(deciding->store, "decide", asked->uscc, true);
    json_decref(basis);
}

/* The facts may have moved on while the question is the same: that it has been answered is enough. */
static bool is_answered(const struct deciding *deciding, const struct asked *asked)
{
    const struct review_order *order = deciding->order;
    return store_value(deciding->store, 0,
               "SELECT count(*) FROM review_decision WHERE item = ? AND maker = 0 AND uscc = ? "
               "AND seq_to IS NULL AND decision = ? AND note = ? AND basis ->> 'question' = ?",
               "ttttt", deciding->item, asked->uscc, review_decision_names[order->decision].code, order->note,
               asked->question) > 0;
}

/* One device has one claimant: whose it is cannot be said twice. A certificate lists products of several
 * firms. */
static bool is_settled_otherwise(
    const struct deciding *deciding, const char *case_id, const char *rule, const char *uscc)
{
    return deciding->order->decision == REVIEW_ACCEPT && string_equal(rule, "R07") &&
           store_value(deciding->store, 0,
               "SELECT count(*) FROM case_file f JOIN approval_version v ON v.approval = f.approval "
               "AND v.seq_to IS NULL AND v.route NOT IN ('ce-mdr', 'ce-ivdr') "
               "JOIN case_file other ON other.approval = f.approval AND other.id <> f.id "
               "JOIN review_decision d ON d.item = other.case_id || '/R07' AND d.maker = 0 "
               "AND d.decision = 'accept' AND d.seq_to IS NULL AND d.uscc <> ? WHERE f.case_id = ?",
               "tt", uscc, case_id) > 0;
}

/* An invoice is money once, and a product's part of a cost is for one case: what has been let in elsewhere
 * must first be left out there. The case that has it, or "". */
static void find_other_case_of_cost(struct deciding *deciding, const struct rule_item *item, const char *uscc,
    char ret_case[REVIEW_ITEM_BYTES])
{
    struct query *q = query_bind(
        query(deciding->store,
            "SELECT other.case_id FROM review_decision d "
            "JOIN case_file other ON other.case_id = substr(d.item, 1, instr(d.item, '/R15/') - 1) "
            "JOIN case_version theirs ON theirs.case_file = other.id AND theirs.seq_to IS NULL AND "
            "theirs.uscc = d.uscc "
            "JOIN case_file f ON f.case_id = ?1 "
            "JOIN case_version ours ON ours.case_file = f.id AND ours.seq_to IS NULL "
            "JOIN local_record cost ON cost.kind = 'costs' AND cost.key = ?2 AND cost.seq_to IS NULL "
            "JOIN local_record same ON same.kind = 'costs' AND same.seq_to IS NULL AND same.withdrawn = 0 "
            "AND same.key = substr(d.item, instr(d.item, '/R15/') + 5) "
            "WHERE d.item LIKE '%/R15/%' AND d.decision = 'accept' AND d.seq_to IS NULL AND d.maker = 0 AND "
            "d.item <> ?3 "
            // the same line for another case of the product, or another line about the same invoice
            "AND ((same.key = cost.key AND d.uscc = ?4 AND theirs.product_id = ours.product_id) "
            "OR (same.key <> cost.key AND coalesce(cost.fields ->> 'invoice_no', '') <> '' "
            "AND same.fields ->> 'invoice_no' = cost.fields ->> 'invoice_no' "
            "AND (coalesce(same.fields ->> 'payee', '') = '' OR coalesce(cost.fields ->> 'payee', '') = '' "
            "OR lower(same.fields ->> 'payee') = lower(cost.fields ->> 'payee')) "
            "AND (d.uscc <> ?4 OR same.fields ->> 'amount' = cost.fields ->> 'amount'))) LIMIT 1"),
        "tttt", item->case_id, item->about, deciding->order->item, uscc);
    ret_case[0] = '\0';
    if (query_next(q))
        snprintf(ret_case, REVIEW_ITEM_BYTES, "%s", query_text(q, 0));
    query_end(q);
}

static int refuse_settled(
    struct deciding *deciding, const struct rule_item *item, const char *uscc, struct failure *ret_failure)
{
    const struct review_order *order = deciding->order;
    char other[REVIEW_ITEM_BYTES];
    if (is_settled_otherwise(deciding, item->case_id, item->rule, uscc))
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s：该批准已认定归另一企业，请先更正那一核定",
                "%s: the approval has been found to be another firm's: correct that decision first"),
            order->item);
    if (item->about[0] == '\0' || order->decision != REVIEW_ACCEPT)
        return 0;
    find_other_case_of_cost(deciding, item, uscc, other);
    if (other[0] == '\0')
        return 0;
    return fail(ret_failure, -EINVAL,
        REVIEW_SAY(order, "%s：这笔费用（同一发票）已计入线索 %s，请先在该线索核定为不计入",
            "%s: this cost (or its invoice) has been let in for case %s: leave it out there first"),
        order->item, other);
}

int review_decide_rule(struct deciding *deciding, struct failure *ret_failure)
{
    const struct review_order *order = deciding->order;
    struct rule_item item;
    struct asked asked;
    int r = refuse_order(order, ret_failure);
    if (r < 0)
        return r;
    if (!review_item_of_rule(order->item, &item) || !find_question(deciding->store, &item, &asked))
        return fail(ret_failure, -ENOENT,
            REVIEW_SAY(order, "%s：该线索的这条规则没有待核定的问题",
                "%s: this rule asks nothing of a person in this case"),
            order->item);
    memcpy(deciding->item, order->item, strlen(order->item) + 1); /* it fits: it has been taken apart */
    r = refuse_settled(deciding, &item, asked.uscc, ret_failure);
    if (r == 0) {
        snprintf(deciding->result->uscc, sizeof deciding->result->uscc, "%s", asked.uscc);
        if (!is_answered(deciding, &asked)) {
            write_answer(deciding, &asked);
            deciding->result->unchanged = false;
        }
    }
    release(&asked);
    return r;
}
