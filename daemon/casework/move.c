/* move.c - a person moves a case to another stage, or gives it to somebody. */
#include "internal.h"
#include "stages.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/review.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { NOTE_BYTES = 4000, NAME_BYTES = 128 };
#define ORDER_SAY(order, zh, en) ((order)->english ? (en) : (zh))

const struct name_entry case_dispute_names[5] = {
    {0, "product", "非本企业产品", "not our product"},
    {1, "date", "批准日期", "the date"},
    {2, "renewal", "新批准或换证", "new or a renewal"},
    {3, "amount", "金额", "the amount"},
    {4, "other", "其他", "other"},
};

const struct name_entry dispute_outcome_names[3] = {
    {0, "upheld", "异议成立", "upheld"},
    {1, "partly", "异议部分成立", "partly upheld"},
    {2, "rejected", "异议不成立", "rejected"},
};

struct moving {
    struct store *store;
    const struct case_order *order;
    struct standing standing;
    const struct stage_move *move;
    const struct name_entry *about, *outcome; /* of a dispute that begins or ends; NULL = none */
};

/* --- may it be so -----------------------------------------------------------------------------------------
 */

static bool is_good_text(const char *text, size_t most)
{
    size_t length = text == NULL ? 0 : strlen(text);
    return length > 0 && length <= most && !string_is_blank(text) && utf8_is_valid(text, length);
}

static const struct name_entry *find_word(const struct name_entry *table, size_t count, const char *word)
{
    for (size_t i = 0; i < count && word != NULL; i++)
        if (string_equal(table[i].code, word) || string_equal(table[i].zh, word))
            return &table[i];
    return NULL;
}

static int find_case(struct store *store, const struct case_order *order, struct standing *ret_standing,
    struct failure *ret_failure)
{
    if (!is_good_text(order->note, NOTE_BYTES))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "请用 --note 写明理由（最多 %d 字节）",
                "the reason is needed: --note TEXT (at most %d bytes)"),
            NOTE_BYTES);
    if (store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM work WHERE kind = 'apply-local')", "") != 0)
        return fail(ret_failure, -EAGAIN,
            ORDER_SAY(order, "正在处理一份报送文件，请稍后再试",
                "an import is being applied: try again in a moment"));
    if (!standing_find(store, order->case_id, ret_standing))
        return fail(
            ret_failure, -ENOENT, ORDER_SAY(order, "没有线索 %s", "there is no case %s"), order->case_id);
    return 0;
}

static int find_move(struct moving *moving, struct failure *ret_failure)
{
    const struct case_order *order = moving->order;
    const struct name_entry *to = find_word(case_stage_names, CASE_STAGES, order->stage);
    const struct name_entry *from = &case_stage_names[moving->standing.stage];
    if (to != NULL)
        moving->move = stage_move_find(moving->standing.stage, (enum case_stage)to->value);
    if (moving->move != NULL)
        return 0;
    struct text allowed = TEXT_WITH_CEILING(1024);
    stage_moves_list(moving->standing.stage, order->english, &allowed);
    int r = fail(ret_failure, -EINVAL,
        ORDER_SAY(order, "%s 现为“%s”，不能转为“%s”；可转为：%s",
            "%s is in stage %s and cannot go to %s, only to: %s"),
        order->case_id, order->english ? from->code : from->zh,
        to == NULL       ? order->stage
        : order->english ? to->code
                         : to->zh,
        text_string(&allowed));
    text_free(&allowed);
    return r;
}

/* A dispute names its object when it begins, and how it ends when it ends. */
static int find_dispute(struct moving *moving, struct failure *ret_failure)
{
    const struct case_order *order = moving->order;
    bool begins = moving->move->to == STAGE_DISPUTED, ends = moving->move->from == STAGE_DISPUTED;
    char known[128];
    moving->about = find_word(case_dispute_names, 5, order->about);
    moving->outcome = find_word(dispute_outcome_names, 3, order->outcome);
    if (begins != (moving->about != NULL) || (order->about != NULL && !begins))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "异议须用 --about 写明对象，其他情形不用：%s",
                "a dispute, and nothing else, names its object with --about: %s"),
            name_list(case_dispute_names, 5, known, sizeof known));
    if (ends != (moving->outcome != NULL) || (order->outcome != NULL && !ends))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "异议结束时须用 --outcome 写明结果，其他情形不用：%s",
                "the end of a dispute, and nothing else, names its outcome with --outcome: %s"),
            name_list(dispute_outcome_names, 3, known, sizeof known));
    return 0;
}

static int check_guard(const struct moving *moving, struct failure *ret_failure)
{
    const struct stage_guard *guard = moving->move->guard;
    if (guard == NULL || guard->holds(&moving->standing))
        return 0;
    return fail(ret_failure, -EINVAL, ORDER_SAY(moving->order, "%s：%s", "%s: %s"), moving->order->case_id,
        moving->order->english ? guard->en : guard->zh);
}

/* --- two persons ------------------------------------------------------------------------------------------
 */

/* Whether somebody else has asked for the same on the same facts, and neither has taken it back since. */
static bool is_seconded(const struct moving *moving)
{
    const struct case_order *order = moving->order;
    if (order->second != NULL && order->second[0] != '\0')
        return !person_is_same(order->second, order->actor);
    bool seconded = false;
    struct query *q = query_bind(query(moving->store, "SELECT actor FROM case_proposal WHERE case_file = ? "
                                                      "AND stage = ? AND facts_hash = ?"),
        "itt", moving->standing.case_file, case_stage_names[moving->move->to].code,
        moving->standing.facts_hash);
    if (query_next(q))
        seconded = !person_is_same(query_text(q, 0), order->actor);
    query_end(q);
    return seconded;
}

static void propose(const struct moving *moving)
{
    query_run(
        query_bind(query(moving->store,
                       "INSERT OR REPLACE INTO case_proposal (case_file, stage, facts_hash, actor, note, at) "
                       "VALUES (?, ?, ?, ?, ?, ?)"),
            "itttti", moving->standing.case_file, case_stage_names[moving->move->to].code,
            moving->standing.facts_hash, moving->order->actor, moving->order->note, clock_wall()));
}

/* --- the move ---------------------------------------------------------------------------------------------
 */

int64_t case_journal(struct store *store, const struct case_note *note)
{
    struct text body = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    const char *const members[][2] = {{"case_id", note->case_id}, {"old", note->old}, {"new", note->new},
        {"note", note->note}, {"second", note->second}, {"about", note->about}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (i > 0 && (members[i][1] == NULL || members[i][1][0] == '\0'))
            continue;
        text_append_format(&body, "%c\"%s\":", i == 0 ? '{' : ',', members[i][0]);
        text_append_json(&body, members[i][1]);
    }
    text_append_character(&body, '}');
    int64_t seq = journal_append(store, note->actor, note->kind, note->case_id, text_string(&body));
    text_free(&body);
    query_run(
        query_bind(query(store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
            "iiittttt", note->case_file, seq, clock_wall(), note->kind, note->note, note->old, note->new,
            note->actor));
    return seq;
}

static const char *code_of(const struct name_entry *entry)
{
    return entry != NULL ? entry->code : "";
}

static void write_dispute(const struct moving *moving, int64_t seq)
{
    if (moving->about != NULL)
        query_run(query_bind(
            query(moving->store, "INSERT INTO case_dispute (case_file, about, opened_seq) VALUES (?, ?, ?)"),
            "iti", moving->standing.case_file, moving->about->code, seq));
    if (moving->outcome != NULL)
        query_run(
            query_bind(query(moving->store, "UPDATE case_dispute SET closed_seq = ?, outcome = ?, reason = ? "
                                            "WHERE case_file = ? AND closed_seq IS NULL"),
                "itti", seq, moving->outcome->code, moving->order->note, moving->standing.case_file));
}

/* "Not ours", and that is so: the matcher does not propose this firm for this maker again. An approval that
 * only paper shows has no maker to remember it of. */
static int remember_negative(const struct moving *moving, struct failure *ret_failure)
{
    char item[32], about[24] = "";
    int64_t maker = case_maker(moving->store, moving->standing.case_file, moving->standing.uscc);
    struct query *q = query_bind(
        query(moving->store, "SELECT about FROM case_dispute WHERE case_file = ? AND closed_seq IS NULL"),
        "i", moving->standing.case_file);
    if (query_next(q))
        snprintf(about, sizeof about, "%s", query_text(q, 0));
    query_end(q);
    if (!string_equal(code_of(moving->outcome), dispute_outcome_names[0].code) ||
        !string_equal(about, case_dispute_names[0].code) || maker == 0)
        return 0;
    snprintf(item, sizeof item, "M%lld", (long long)maker);
    struct review_result result;
    return review_decide(moving->store,
        &(struct review_order){.item = item,
            .decision = REVIEW_REJECT,
            .firm = moving->standing.uscc,
            .note = moving->order->note,
            .actor = moving->order->actor,
            .english = moving->order->english},
        &result, ret_failure);
}

/* A case that was withdrawn or rejected gave its room to others: when it is taken up again it is reckoned
 * anew, and stands in no batch until another one takes it. */
static void leave_batch(const struct moving *moving)
{
    char batch[128] = "";
    if (moving->move->from != STAGE_WITHDRAWN && moving->move->from != STAGE_REJECTED)
        return;
    struct query *q = query_bind(query(moving->store, "SELECT b.name FROM batch_case c JOIN batch b "
                                                      "ON b.id = c.batch WHERE c.case_file = ?"),
        "i", moving->standing.case_file);
    if (query_next(q))
        snprintf(batch, sizeof batch, "%s", query_text(q, 0));
    query_end(q);
    if (batch[0] == '\0')
        return;
    case_journal(moving->store, &(struct case_note){.kind = "batch",
                                    .case_file = moving->standing.case_file,
                                    .case_id = moving->standing.case_id,
                                    .old = batch,
                                    .new = "",
                                    .note = moving->order->note,
                                    .actor = moving->order->actor,
                                    .second = moving->order->second});
    query_run(query_bind(
        query(moving->store, "DELETE FROM batch_case WHERE case_file = ?"), "i", moving->standing.case_file));
}

static int make_move(const struct moving *moving, struct failure *ret_failure)
{
    const struct case_order *order = moving->order;
    const char *to = case_stage_names[moving->move->to].code;
    int r = remember_negative(moving, ret_failure);
    if (r < 0)
        return r;
    int64_t seq = case_journal(
        moving->store, &(struct case_note){.kind = "stage",
                           .case_file = moving->standing.case_file,
                           .case_id = moving->standing.case_id,
                           .old = case_stage_names[moving->move->from].code,
                           .new = to,
                           .note = order->note,
                           .actor = order->actor,
                           .second = order->second,
                           .about = moving->about != NULL ? moving->about->code : code_of(moving->outcome)});
    query_run(query_bind(query(moving->store, "UPDATE case_file SET stage = ?, stage_since = ? WHERE id = ?"),
        "tii", to, clock_wall(), moving->standing.case_file));
    query_run(query_bind(query(moving->store, "DELETE FROM case_proposal WHERE case_file = ?"), "i",
        moving->standing.case_file));
    write_dispute(moving, seq);
    leave_batch(moving);
    work_add(moving->store, "decide", moving->standing.uscc, true);
    return 0;
}

int case_move(struct store *store, const struct case_order *order, struct case_moved *ret_moved,
    struct failure *ret_failure)
{
    struct moving moving = {.store = store, .order = order};
    *ret_moved = (struct case_moved){0};
    int r = find_case(store, order, &moving.standing, ret_failure);
    if (r < 0)
        return r;
    r = find_move(&moving, ret_failure);
    if (moving.move == NULL)
        return r;
    if (r == 0)
        r = find_dispute(&moving, ret_failure);
    if (r == 0)
        r = check_guard(&moving, ret_failure);
    if (r < 0)
        return r;
    ret_moved->from = case_stage_names[moving.move->from].code;
    ret_moved->to = case_stage_names[moving.move->to].code;
    ret_moved->waits = moving.move->two_persons && !is_seconded(&moving);
    store_write(store);
    if (!ret_moved->waits)
        return make_move(&moving, ret_failure);
    propose(&moving);
    return 0;
}

int case_assign(
    struct store *store, const struct case_order *order, const char *officer, struct failure *ret_failure)
{
    struct standing standing = {0};
    char before[NAME_BYTES + 1] = "";
    int r = find_case(store, order, &standing, ret_failure);
    if (r < 0)
        return r;
    if (officer[0] != '\0' && !is_good_text(officer, NAME_BYTES))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "经办人姓名最多 %d 字节", "an officer's name has at most %d bytes"), NAME_BYTES);
    struct query *q =
        query_bind(query(store, "SELECT officer FROM case_file WHERE id = ?"), "i", standing.case_file);
    if (query_next(q))
        snprintf(before, sizeof before, "%s", query_text(q, 0));
    query_end(q);
    store_write(store);
    case_journal(store, &(struct case_note){.kind = "assign",
                            .case_file = standing.case_file,
                            .case_id = standing.case_id,
                            .old = before,
                            .new = officer,
                            .note = order->note,
                            .actor = order->actor});
    query_run(query_bind(
        query(store, "UPDATE case_file SET officer = ? WHERE id = ?"), "ti", officer, standing.case_file));
    return 0;
}

json_t *case_moved_json(const struct case_order *order, const struct case_moved *moved)
{
    return json_pack("{s:s, s:s, s:s, s:b}", "case_id", order->case_id, "from", moved->from, "to", moved->to,
        "waits", (int)moved->waits);
}
