/* batch.c - a batch of cases: opened, frozen by two persons, published, closed. */
#include "internal.h"
#include "stages.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ORDER_SAY(order, zh, en) ((order)->english ? (en) : (zh))
enum { BATCH_NAME_BYTES = 64 };

const struct name_entry batch_step_names[BATCH_STEPS] = {
    {BATCH_OPEN, "open", "建立", "opened"},
    {BATCH_FREEZE, "freeze", "封存", "frozen"},
    {BATCH_PUBLISH, "publish", "公示", "published"},
    {BATCH_CLOSE, "close", "关闭", "closed"},
};

struct batching {
    struct store *store;
    const struct policy_parameters *parameters;
    const struct batch_order *order;
    struct batch_done *done;
    int64_t id; /* 0 = there is no such batch */
    char state[16], signed_by[128], signed_hash[DIGEST_HEX_BYTES];
    int32_t cutoff, public_to;
};

/* --- what there is ----------------------------------------------------------------------------------------
 */

static void find_batch(struct batching *batching)
{
    struct query *q =
        query_bind(query(batching->store, "SELECT id, state, signed_by, signed_hash, cutoff_day, "
                                          "public_to FROM batch WHERE name = ?"),
            "t", batching->order->name);
    if (query_next(q)) {
        batching->id = query_integer(q, 0);
        snprintf(batching->state, sizeof batching->state, "%s", query_text(q, 1));
        snprintf(batching->signed_by, sizeof batching->signed_by, "%s", query_text(q, 2));
        snprintf(batching->signed_hash, sizeof batching->signed_hash, "%s", query_text(q, 3));
        batching->cutoff = query_day(q, 4);
        batching->public_to = query_day(q, 5);
    }
    query_end(q);
}

static int need_state(const struct batching *batching, const char *state, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    if (batching->id == 0)
        return fail(
            ret_failure, -ENOENT, ORDER_SAY(order, "没有批次 %s", "there is no batch %s"), order->name);
    if (string_equal(batching->state, state))
        return 0;
    return fail(ret_failure, -EINVAL,
        ORDER_SAY(order, "批次 %s 的状态为 %s，不是 %s", "batch %s is %s, not %s"), order->name,
        batching->state, state);
}

static int read_day(const struct batch_order *order, const char *option, const char *iso, int32_t *ret_day,
    struct failure *ret_failure)
{
    struct date date;
    if (iso == NULL || date_parse(iso, DATE_FORM_ISO, &date) < 0 || date.first != date.last)
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "%s 需要 2026-09-30 这样的日期", "%s takes a day such as 2026-09-30"), option);
    *ret_day = date.first;
    return 0;
}

static int64_t tell_journal(const struct batching *batching, const char *hash)
{
    const struct batch_order *order = batching->order;
    struct text body = TEXT_WITH_CEILING(4096);
    text_append_string(&body, "{\"batch\":");
    text_append_json(&body, order->name);
    text_append_format(&body, ",\"step\":\"%s\",\"waits\":%s,\"cases\":%lld,\"award\":%lld,\"hash\":",
        batch_step_names[order->step].code, batching->done->waits ? "true" : "false",
        (long long)batching->done->cases, (long long)batching->done->award);
    text_append_json(&body, hash);
    text_append_string(&body, ",\"parameters_hash\":");
    text_append_json(&body, batching->parameters->hash);
    text_append_character(&body, '}');
    int64_t seq = journal_append(batching->store, order->actor, "batch", order->name, text_string(&body));
    text_free(&body);
    return seq;
}

/* --- open -------------------------------------------------------------------------------------------------
 */

/* It begins with its year, 2026-1: the year of the firm's cap. */
static int64_t year_of(const char *name)
{
    char digits[5] = "";
    int64_t year = 0;
    for (size_t i = 0; i < 4 && name[i] != '\0'; i++)
        digits[i] = name[i];
    if (strlen(name) > BATCH_NAME_BYTES || (name[4] != '\0' && name[4] != '-') ||
        string_to_integer(digits, 2025, 2099, &year) < 0)
        return 0;
    return year;
}

/* Which batch a reviewed case waits for tells under which year's cap and which day's values it comes: so
 * there is one at a time. */
static bool is_any_open(struct store *store, char ret_name[BATCH_NAME_BYTES + 1])
{
    struct query *q = query(store, "SELECT name FROM batch WHERE state = 'open'");
    bool found = query_next(q);
    if (found)
        snprintf(ret_name, BATCH_NAME_BYTES + 1, "%s", query_text(q, 0));
    query_end(q);
    return found;
}

/* The firms of what it may take: they are reckoned for its year and its day before it is frozen. */
static void decide_waiting(struct store *store)
{
    struct query *q = query(store, "SELECT DISTINCT c.uscc FROM case_file f JOIN case_version c "
                                   "ON c.case_file = f.id AND c.seq_to IS NULL WHERE f.stage = 'reviewed' "
                                   "AND NOT EXISTS (SELECT 1 FROM batch_case b WHERE b.case_file = f.id)");
    while (query_next(q))
        work_add(store, "decide", query_text(q, 0), true);
}

static int open_batch(struct batching *batching, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    int32_t cutoff = 0;
    int64_t year = year_of(order->name);
    char name[BATCH_NAME_BYTES + 1];
    if (year == 0 || !utf8_is_valid(order->name, strlen(order->name)))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "批次名须以年份开头，如 2026-1：%s",
                "a batch's name begins with its year, as 2026-1: %s"),
            order->name);
    if (batching->id != 0)
        return fail(
            ret_failure, -EINVAL, ORDER_SAY(order, "已有批次 %s", "batch %s is there already"), order->name);
    int r = read_day(order, "--cut-off", order->cutoff, &cutoff, ret_failure);
    if (r < 0)
        return r;
    if (is_any_open(batching->store, name))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "批次 %s 尚未封存，封存后再建立下一批次",
                "batch %s is open: freeze it before the next one is opened"),
            name);
    store_write(batching->store);
    tell_journal(batching, "");
    query_run(
        query_bind(query(batching->store, "INSERT INTO batch (name, year, cutoff_day, state, opened_at, "
                                          "opened_by) VALUES (?, ?, ?, 'open', ?, ?)"),
            "tidit", order->name, year, cutoff, clock_wall(), order->actor));
    decide_waiting(batching->store);
    return 0;
}

/* --- freeze -----------------------------------------------------------------------------------------------
 */

/* Reviewed, in no batch, and applied for by the end of the cut-off day in Beijing. */
static const char ready_cases[] =
    "SELECT f.id, f.case_id, c.version, c.award, c.facts_hash, c.amount_state, c.uscc FROM case_file f "
    "JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL WHERE f.stage = 'reviewed' "
    "AND NOT EXISTS (SELECT 1 FROM batch_case b WHERE b.case_file = f.id) "
    "AND (SELECT min(e.at) FROM case_event e WHERE e.case_file = f.id AND e.kind = 'stage' "
    "  AND e.new = 'applied') < ? ORDER BY f.id";

static int64_t end_of_cutoff(const struct batching *batching)
{
    const int64_t day_ms = 86400000, beijing_ms = 8 * 3600000;
    return ((int64_t)batching->cutoff + 1) * day_ms - beijing_ms;
}

/* It may have been reviewed on facts that are no longer so. */
static int check_ready(
    const struct batching *batching, const char *case_id, bool settled, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    struct standing standing;
    if (!standing_find(batching->store, case_id, &standing) || !stage_reviewable.holds(&standing))
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "%s 核定之后依据有变化，现已不能封存：%s",
                "%s was reviewed on other facts and cannot be frozen as it is now: %s"),
            case_id, order->english ? stage_reviewable.en : stage_reviewable.zh);
    if (!settled)
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "%s 的金额尚未算定（支持比例未定，或费用、汇率不全），不能封存",
                "the amount of %s is not settled (no ratio is set, or costs or rates lack): it cannot be "
                "frozen"),
            case_id);
    return 0;
}

/* What the second person signs is what the first one signed: the same cases with the same awards. */
static int read_ready(struct batching *batching, char hash[DIGEST_HEX_BYTES], struct failure *ret_failure)
{
    struct digest_stream *stream = digest_begin();
    uint8_t digest[DIGEST_BYTES];
    int r = 0;
    struct query *q = query_bind(query(batching->store, ready_cases), "i", end_of_cutoff(batching));
    while (query_next(q)) {
        const char *case_id = query_text(q, 1), *facts = query_text(q, 4);
        if (r == 0)
            r = check_ready(batching, case_id,
                string_equal(query_text(q, 5), amount_state_names[AMOUNT_COMPLETE].code), ret_failure);
        int64_t award = query_integer(q, 3);
        digest_add(stream, case_id, strlen(case_id) + 1);
        digest_add(stream, facts, strlen(facts) + 1);
        digest_add(stream, &award, sizeof award);
        batching->done->cases++;
        batching->done->award = money_sum(batching->done->award, award);
    }
    digest_end(stream, digest);
    digest_hex(digest, hash);
    if (r == 0 && batching->done->cases == 0)
        r = fail(ret_failure, -EINVAL,
            ORDER_SAY(batching->order, "没有在截止日前申报、已核定而未入批次的线索",
                "no reviewed case that had applied by the cut-off is waiting for a batch"));
    return r;
}

static void freeze_cases(const struct batching *batching)
{
    struct store *store = batching->store;
    struct query *q = query_bind(query(store, ready_cases), "i", end_of_cutoff(batching));
    while (query_next(q)) {
        query_run(
            query_bind(query(store, "INSERT INTO batch_case (case_file, batch, version, award, facts_hash) "
                                    "VALUES (?, ?, ?, ?, ?)"),
                "iiiit", query_integer(q, 0), batching->id, query_integer(q, 2), query_integer(q, 3),
                query_text(q, 4)));
        case_journal(store, &(struct case_note){.kind = "batch",
                                .case_file = query_integer(q, 0),
                                .case_id = query_text(q, 1),
                                .old = "",
                                .new = batching->order->name,
                                .note = "freeze",
                                .actor = batching->order->actor,
                                .second = batching->signed_by});
        work_add(store, "decide", query_text(q, 6), true); /* its other cases: what is left under the caps */
    }
}

static int freeze_batch(struct batching *batching, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    char hash[DIGEST_HEX_BYTES];
    int r = need_state(batching, "open", ret_failure);
    if (r == 0 && store_value(batching->store, 0,
                      "SELECT count(*) FROM work WHERE kind LIKE 'decide%' OR kind IN "
                      "('apply', 'merge', 'apply-local', 'paper', 'enact', 'match', 'rematch')",
                      "") > 0)
        r = fail(ret_failure, -EAGAIN,
            ORDER_SAY(
                order, "有企业正在重新判断，请稍后再试", "firms are being decided: try again in a moment"));
    if (r == 0)
        r = read_ready(batching, hash, ret_failure);
    if (r < 0)
        return r;
    batching->done->waits = batching->signed_by[0] == '\0' ||
                            person_is_same(batching->signed_by, order->actor) ||
                            !string_equal(batching->signed_hash, hash);
    store_write(batching->store);
    int64_t seq = tell_journal(batching, hash);
    if (batching->done->waits) {
        query_run(
            query_bind(query(batching->store, "UPDATE batch SET signed_by = ?, signed_hash = ? WHERE id = ?"),
                "tti", order->actor, hash, batching->id));
        return 0;
    }
    freeze_cases(batching);
    query_run(query_bind(query(batching->store, "UPDATE batch SET state = 'frozen', parameters_hash = ?, "
                                                "frozen_at = ?, frozen_seq = ?, frozen_by = ? WHERE id = ?"),
        "tiiti", batching->parameters->hash, clock_wall(), seq, order->actor, batching->id));
    return 0;
}

/* --- publish, close ---------------------------------------------------------------------------------------
 */

static void count_cases(struct batching *batching)
{
    struct query *q = query_bind(
        query(batching->store, "SELECT count(*), coalesce(sum(award), 0) FROM batch_case WHERE batch = ?"),
        "i", batching->id);
    if (query_next(q))
        *batching->done = (struct batch_done){query_integer(q, 0), query_integer(q, 1), false};
    query_end(q);
}

static void publish_cases(const struct batching *batching)
{
    struct store *store = batching->store;
    struct query *q = query_bind(
        query(store, "SELECT f.id, f.case_id FROM batch_case b JOIN case_file f ON f.id = b.case_file "
                     "WHERE b.batch = ? AND f.stage = 'reviewed' ORDER BY f.id"),
        "i", batching->id);
    while (query_next(q)) {
        case_journal(store, &(struct case_note){.kind = "stage",
                                .case_file = query_integer(q, 0),
                                .case_id = query_text(q, 1),
                                .old = case_stage_names[STAGE_REVIEWED].code,
                                .new = case_stage_names[STAGE_PUBLISHED].code,
                                .note = batching->order->name,
                                .actor = batching->order->actor});
        query_run(query_bind(query(store, "UPDATE case_file SET stage = ?, stage_since = ? WHERE id = ?"),
            "tii", case_stage_names[STAGE_PUBLISHED].code, clock_wall(), query_integer(q, 0)));
    }
}

static int publish_batch(struct batching *batching, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    int32_t from = 0, to = 0;
    int r = need_state(batching, "frozen", ret_failure);
    if (r == 0)
        r = read_day(order, "--from", order->from, &from, ret_failure);
    if (r == 0)
        r = read_day(order, "--to", order->to, &to, ret_failure);
    if (r == 0 && to < from)
        r = fail(ret_failure, -EINVAL, ORDER_SAY(order, "--to 早于 --from：%s", "--to is before --from: %s"),
            order->to);
    if (r < 0)
        return r;
    store_write(batching->store);
    count_cases(batching);
    tell_journal(batching, "");
    publish_cases(batching);
    query_run(query_bind(query(batching->store, "UPDATE batch SET state = 'published', public_from = ?, "
                                                "public_to = ?, published_by = ? WHERE id = ?"),
        "ddti", from, to, order->actor, batching->id));
    return 0;
}

static int close_batch(struct batching *batching, struct failure *ret_failure)
{
    const struct batch_order *order = batching->order;
    char until[DAY_STRING_BYTES];
    int r = need_state(batching, "published", ret_failure);
    if (r < 0)
        return r;
    if (day_in_beijing(clock_wall()) <= batching->public_to)
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "公示到 %s 为止，尚未结束", "it is published until %s, which is not over"),
            day_format(batching->public_to, until));
    if (store_value(batching->store, 0,
            "SELECT count(*) FROM batch_case b JOIN case_file f ON f.id = b.case_file "
            "WHERE b.batch = ? AND f.stage = 'disputed'",
            "i", batching->id) > 0)
        return fail(ret_failure, -EINVAL,
            ORDER_SAY(order, "尚有异议未处理（m13ctl cases --stage disputed）",
                "an objection is open (m13ctl cases --stage disputed)"));
    store_write(batching->store);
    count_cases(batching);
    tell_journal(batching, "");
    query_run(query_bind(query(batching->store,
                             "UPDATE batch SET state = 'closed', closed_at = ?, closed_by = ? WHERE id = ?"),
        "iti", clock_wall(), order->actor, batching->id));
    return 0;
}

int batch_do(struct store *store, const struct policy_parameters *parameters, const struct batch_order *order,
    struct batch_done *ret_done, struct failure *ret_failure)
{
    static int (*const steps[BATCH_STEPS])(struct batching * batching, struct failure * ret_failure) = {
        [BATCH_OPEN] = open_batch,
        [BATCH_FREEZE] = freeze_batch,
        [BATCH_PUBLISH] = publish_batch,
        [BATCH_CLOSE] = close_batch};
    struct batching batching = {.store = store, .parameters = parameters, .order = order, .done = ret_done};
    *ret_done = (struct batch_done){0};
    find_batch(&batching);
    return steps[order->step](&batching, ret_failure);
}

json_t *batch_done_json(const struct batch_order *order, const struct batch_done *done)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:b}", "batch", order->name, "step",
        batch_step_names[order->step].code, "cases", (json_int_t)done->cases, "award",
        (json_int_t)done->award, "waits", (int)done->waits);
}
