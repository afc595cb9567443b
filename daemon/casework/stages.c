/* stages.c - the table of moves (measure13.md, Stage), and their guards. */
#include "stages.h"

#include "m13/money.h"
#include "m13/store.h"

#include <stdio.h>

/* --- the case ---------------------------------------------------------------------------------------------
 */

bool standing_find(struct store *store, const char *case_id, struct standing *ret_standing)
{
    struct query *q = query_bind(
        query(store,
            "SELECT f.id, f.stage, c.version, c.uscc, c.verdict, c.review_kind, c.facts_hash, f.case_id "
            "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
            "WHERE f.case_id = ?"),
        "t", case_id);
    bool found = query_next(q);
    *ret_standing = (struct standing){.store = store};
    if (found) {
        const struct name_entry *stage = name_find(case_stage_names, CASE_STAGES, query_text(q, 1));
        ret_standing->case_file = query_integer(q, 0);
        ret_standing->stage = stage != NULL ? (enum case_stage)stage->value : STAGE_LEAD;
        ret_standing->version = query_integer(q, 2);
        snprintf(ret_standing->uscc, sizeof ret_standing->uscc, "%s", query_text(q, 3));
        snprintf(ret_standing->verdict, sizeof ret_standing->verdict, "%s", query_text(q, 4));
        snprintf(ret_standing->review, sizeof ret_standing->review, "%s", query_text(q, 5));
        snprintf(ret_standing->facts_hash, sizeof ret_standing->facts_hash, "%s", query_text(q, 6));
        snprintf(ret_standing->case_id, sizeof ret_standing->case_id, "%s", query_text(q, 7));
    }
    query_end(q);
    return found;
}

/* --- guards -----------------------------------------------------------------------------------------------
 */

static bool has_verdict(const struct standing *standing, enum verdict verdict)
{
    return string_equal(standing->verdict, verdict_names[verdict].code);
}

/* As long as it is open whose it is, no firm hears of it; and what speaks against it is not sent as a lead.
 */
static bool may_be_told(const struct standing *standing)
{
    return !has_verdict(standing, VERDICT_EXCLUDED) && !has_verdict(standing, VERDICT_OUT_OF_WINDOW) &&
           !string_equal(standing->review, review_kind_names[REVIEW_IDENTITY].code);
}

static bool counts(const struct standing *standing, const char *sql)
{
    return store_value(standing->store, 0, sql, "i", standing->case_file) > 0;
}

/* Every line that passes rests on more than the firm's word. */
static bool is_reviewable(const struct standing *standing)
{
    return has_verdict(standing, VERDICT_ELIGIBLE) &&
           store_value(standing->store, 1,
               "SELECT count(*) FROM case_version c, json_each(c.trace) line "
               "WHERE c.case_file = ? AND c.seq_to IS NULL AND line.value ->> 'outcome' = 'pass' "
               "AND line.value ->> '$.fact.assurance' = 'claimed'",
               "i", standing->case_file) == 0;
}

static bool is_unfrozen(const struct standing *standing)
{
    return !counts(standing, "SELECT count(*) FROM batch_case WHERE case_file = ?");
}

/* Out of a frozen batch lead its publication, a withdrawal or a rejection, and no other way. */
static bool may_be_told_unfrozen(const struct standing *standing)
{
    return may_be_told(standing) && is_unfrozen(standing);
}

static bool is_in_published_batch(const struct standing *standing)
{
    return counts(standing, "SELECT count(*) FROM batch_case c JOIN batch b ON b.id = c.batch "
                            "WHERE c.case_file = ? AND b.state IN ('published', 'closed')");
}

static bool is_payable(const struct standing *standing)
{
    return counts(standing, "SELECT count(*) FROM batch_case c JOIN batch b ON b.id = c.batch "
                            "WHERE c.case_file = ? AND b.state = 'closed'") &&
           counts(standing, "SELECT count(*) FROM case_file f JOIN local_record r ON r.case_id = f.case_id "
                            "AND r.kind = 'payments' AND r.seq_to IS NULL AND r.withdrawn = 0 "
                            "AND r.fields ->> 'kind' = 'pay' WHERE f.id = ?");
}

static fen_t fen_of(const char *yuan)
{
    struct decimal decimal;
    fen_t fen;
    return money_decimal(yuan, &decimal) == 0 && money_yuan(decimal, &fen) == 0 ? fen : INT64_MAX;
}

/* What was paid for a case is at most what its batch has frozen. */
static bool is_paid_within_award(const struct standing *standing)
{
    fen_t paid = 0;
    if (!is_payable(standing))
        return false;
    struct query *q = query_bind(
        query(standing->store, "SELECT r.fields ->> 'amount_cny' FROM case_file f JOIN local_record r "
                               "ON r.case_id = f.case_id AND r.kind = 'payments' AND r.seq_to IS NULL "
                               "AND r.withdrawn = 0 AND r.fields ->> 'kind' = 'pay' WHERE f.id = ?"),
        "i", standing->case_file);
    while (query_next(q))
        paid = money_sum(paid, fen_of(query_text(q, 0)));
    query_end(q);
    return paid <= store_value(standing->store, 0, "SELECT award FROM batch_case WHERE case_file = ?", "i",
                       standing->case_file);
}

static bool is_recovered(const struct standing *standing)
{
    return counts(standing, "SELECT count(*) FROM case_file f JOIN local_record r ON r.case_id = f.case_id "
                            "AND r.kind = 'payments' AND r.seq_to IS NULL AND r.withdrawn = 0 "
                            "AND r.fields ->> 'kind' = 'recover' WHERE f.id = ?");
}

static const struct stage_guard told = {may_be_told,
    "归属未定、不符合或不在支持期间的线索不通知企业（先处理待核定事项）",
    "whose it is is open, or it does not qualify: the firm is not told"};
const struct stage_guard stage_reviewable = {is_reviewable,
    "只有初判符合、且各项依据均有材料或登记佐证（不是仅由企业自述）的线索才能核定",
    "only an eligible case of which no rule rests on a mere claim can be reviewed"};
static const struct stage_guard unfrozen = {
    is_unfrozen, "已列入封存的批次，不能退回补正", "it is in a frozen batch and cannot be returned"};
static const struct stage_guard told_and_unfrozen = {may_be_told_unfrozen,
    "归属未定、不符合、不在支持期间或已列入封存批次的线索不在此时通知企业",
    "whose it is is open, it does not qualify, or it is in a frozen batch: the firm is not told"};
static const struct stage_guard in_published_batch = {is_in_published_batch,
    "公示由批次进行（m13ctl batch publish）", "a case is published with its batch (m13ctl batch publish)"};
static const struct stage_guard payable = {is_paid_within_award,
    "须公示期已结束（批次已关闭）并有拨付记录（payments 表 pay 行），且合计不超过批次封存的金额",
    "its batch is not closed, the ledger (payments) has no entry \"pay\" for it, or more than its batch has "
    "frozen"};
static const struct stage_guard recovered = {is_recovered, "尚无追回记录（payments 表 recover 行）",
    "the ledger (payments) has no entry \"recover\" for it"};

/* --- the table --------------------------------------------------------------------------------------------
 */

static const struct stage_move moves[] = {
    {STAGE_LEAD, STAGE_CHECKING, NULL, false},
    {STAGE_LEAD, STAGE_NOTIFIED, &told, false},
    {STAGE_LEAD, STAGE_REJECTED, NULL, true},
    {STAGE_CHECKING, STAGE_NOTIFIED, &told, false},
    {STAGE_CHECKING, STAGE_APPLIED, NULL, false},
    {STAGE_CHECKING, STAGE_REJECTED, NULL, true},
    {STAGE_NOTIFIED, STAGE_CHECKING, NULL, false},
    {STAGE_NOTIFIED, STAGE_CONFIRMED, NULL, false},
    {STAGE_NOTIFIED, STAGE_DISPUTED, NULL, false},
    {STAGE_NOTIFIED, STAGE_DECLINED, NULL, false},
    {STAGE_NOTIFIED, STAGE_APPLIED, NULL, false},
    {STAGE_CONFIRMED, STAGE_DISPUTED, NULL, false},
    {STAGE_CONFIRMED, STAGE_DECLINED, NULL, false},
    {STAGE_CONFIRMED, STAGE_APPLIED, NULL, false},
    {STAGE_CONFIRMED, STAGE_REJECTED, NULL, true},
    {STAGE_DISPUTED, STAGE_CHECKING, &unfrozen, false},
    {STAGE_DISPUTED, STAGE_NOTIFIED, &told_and_unfrozen, false},
    {STAGE_DISPUTED, STAGE_CONFIRMED, &unfrozen, false},
    {STAGE_DISPUTED, STAGE_APPLIED, &unfrozen, false},
    {STAGE_DISPUTED, STAGE_PUBLISHED, &in_published_batch, false},
    {STAGE_DISPUTED, STAGE_WITHDRAWN, NULL, false},
    {STAGE_DISPUTED, STAGE_REJECTED, NULL, true},
    {STAGE_DECLINED, STAGE_CONFIRMED, NULL, false},
    {STAGE_DECLINED, STAGE_APPLIED, NULL, false},
    {STAGE_APPLIED, STAGE_RETURNED, NULL, false},
    {STAGE_APPLIED, STAGE_DISPUTED, NULL, false},
    {STAGE_APPLIED, STAGE_WITHDRAWN, NULL, false},
    {STAGE_APPLIED, STAGE_REVIEWED, &stage_reviewable, true},
    {STAGE_APPLIED, STAGE_REJECTED, NULL, true},
    {STAGE_RETURNED, STAGE_APPLIED, NULL, false},
    {STAGE_RETURNED, STAGE_WITHDRAWN, NULL, false},
    {STAGE_RETURNED, STAGE_REJECTED, NULL, true},
    {STAGE_REVIEWED, STAGE_RETURNED, &unfrozen, false},
    {STAGE_REVIEWED, STAGE_PUBLISHED, &in_published_batch, false},
    {STAGE_REVIEWED, STAGE_WITHDRAWN, NULL, false},
    {STAGE_REVIEWED, STAGE_REJECTED, NULL, true},
    {STAGE_PUBLISHED, STAGE_DISPUTED, NULL, false},
    {STAGE_PUBLISHED, STAGE_WITHDRAWN, NULL, false},
    {STAGE_PUBLISHED, STAGE_REJECTED, NULL, true},
    {STAGE_PUBLISHED, STAGE_PAID, &payable, false},
    {STAGE_PAID, STAGE_WATCHED, NULL, false},
    {STAGE_PAID, STAGE_RECOVERED, &recovered, true},
    {STAGE_WATCHED, STAGE_RECOVERED, &recovered, true},
    {STAGE_REJECTED, STAGE_CHECKING, NULL, true},
    {STAGE_WITHDRAWN, STAGE_CHECKING, NULL, false},
};

const struct stage_move *stage_move_find(enum case_stage from, enum case_stage to)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from && moves[i].to == to)
            return &moves[i];
    return NULL;
}

void stage_moves_list(enum case_stage from, bool english, struct text *out)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from)
            text_append_format(out, "%s%s",
                out->length == 0 ? ""
                : english        ? ", "
                                 : "、",
                english ? case_stage_names[moves[i].to].code : case_stage_names[moves[i].to].zh);
    if (out->length == 0)
        text_append_string(out, english ? "none" : "无");
}
