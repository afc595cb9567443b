/* notice.c - who hears of a change of a case, whether at once, and whether a person must release it first. */
#include "notice.h"

#include "calendar.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

enum { VERDICTS = sizeof verdict_names / sizeof *verdict_names };
static const char lead[] = "lead", question[] = "question", correction[] = "correction",
                  reminder[] = "reminder", deadline[] = "deadline";

/* --- when
 * ------------------------------------------------------------------------------------------------------- */

static int64_t end_of_quiet_period(struct store *store, const struct config *config,
    enum alert_audience audience, const char *uscc, int64_t case_file)
{
    struct told_word last;
    told_last(store, audience, uscc, case_file, &last);
    return audience == AUDIENCE_FIRM && last.any ? last.at + config->alerts.quiet_period_days * CLOCK_DAY : 0;
}

/* From the time of the event, not from that of the question: whoever was down at the digest's hour makes up
 * for it. */
static int64_t due_at(
    struct store *store, const struct config *config, const struct notice *notice, int64_t at)
{
    const struct alert_times *times = &config->alerts.times;
    if (notice->waits || config->alerts.mode == ALERT_DRAFT)
        return at;
    if (notice->urgent || string_equal(notice->kind, reminder) || string_equal(notice->kind, deadline))
        return calendar_after_quiet(times, at);
    /* Whoever works for a case that is not his own hears so with the next digest. */
    int64_t after =
        string_equal(notice->kind, correction)
            ? 0
            : end_of_quiet_period(store, config, notice->audience, notice->uscc, notice->case_file);
    return calendar_next_digest(times, after > at ? after : at);
}

void notice_put(struct store *store, const struct config *config, const struct notice *notice, int64_t now)
{
    const char *audience = name_code(alert_audience_names, ALERT_AUDIENCES, (int)notice->audience);
    char *facts = json_dumps(notice->facts, JSON_COMPACT);
    int64_t due = due_at(store, config, notice, now);
    store_write(store);
    query_run(query_bind(
        query(store, "INSERT INTO notice (audience, uscc, case_file, kind, urgent, waits, due_at, at, seq, "
                     "facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (audience, uscc, case_file) DO UPDATE SET kind = excluded.kind, "
                     "urgent = excluded.urgent, waits = excluded.waits, due_at = excluded.due_at, "
                     "at = excluded.at, seq = excluded.seq, facts = excluded.facts "
                     "WHERE excluded.kind <> 'reminder' OR notice.kind = 'reminder'"),
        "ttitiiiiit", audience, notice->uscc, notice->case_file, notice->kind, (int64_t)notice->urgent,
        (int64_t)notice->waits, due, now, notice->seq, facts));
    free(facts);
}

struct waiting_notice {
    struct notice notice;
    char *uscc, *kind;
    int64_t id, at;
};

static bool next_waiting(struct store *store, int64_t after, struct waiting_notice *ret_waiting)
{
    struct query *q =
        query_bind(query(store, "SELECT id, audience, uscc, case_file, kind, urgent, waits, at FROM notice "
                                "WHERE id > ? ORDER BY id LIMIT 1"),
            "i", after);
    if (!query_next(q))
        return false;
    const struct name_entry *audience = name_find(alert_audience_names, ALERT_AUDIENCES, query_text(q, 1));
    *ret_waiting = (struct waiting_notice){.id = query_integer(q, 0),
        .uscc = memory_copy_string(query_text(q, 2)),
        .kind = memory_copy_string(query_text(q, 4)),
        .at = query_integer(q, 7)};
    ret_waiting->notice = (struct notice){.audience = (enum alert_audience)audience->value,
        .uscc = ret_waiting->uscc,
        .case_file = query_integer(q, 3),
        .kind = ret_waiting->kind,
        .urgent = query_integer(q, 5) != 0,
        .waits = query_integer(q, 6) != 0};
    query_end(q);
    return true;
}

void notice_reschedule(struct store *store, const struct config *config)
{
    int64_t id = 0;
    store_write(store);
    for (bool more = true; more;) {
        struct waiting_notice waiting = {0};
        more = next_waiting(store, id, &waiting);
        if (more)
            query_run(query_bind(query(store, "UPDATE notice SET due_at = ? WHERE id = ?"), "ii",
                due_at(store, config, &waiting.notice, waiting.at), waiting.id));
        id = waiting.id;
        free(waiting.uscc);
        free(waiting.kind);
    }
}

/* --- who
 * -------------------------------------------------------------------------------------------------------- */

/* The codes of verdicts stand in order, from excluded to eligible. */
static bool is_worse(enum verdict verdict, const char *than)
{
    const struct name_entry *before = than != NULL ? name_find(verdict_names, VERDICTS, than) : NULL;
    return before != NULL && (int)verdict < before->value;
}

/* For the firm: it has declined, was refused, or has its money. What it hears then comes from a person. */
static bool is_over(struct store *store, int64_t case_file)
{
    return store_value(store, 0,
               "SELECT stage IN ('declined', 'rejected', 'withdrawn', 'published', 'paid', 'watched', "
               "'recovered') FROM case_file WHERE id = ?",
               "i", case_file) != 0;
}

/* The machine tells a firm nothing negative and nothing while it is open whose product it is (contract.md,
 * Alerts). */
static bool is_for_firms(enum verdict verdict, bool assessment)
{
    switch (verdict) {
    case VERDICT_PENDING:
    case VERDICT_ELIGIBLE:
        return true;
    case VERDICT_REVIEW:
        return assessment;
    case VERDICT_EXCLUDED:
    case VERDICT_OUT_OF_WINDOW:
        return false;
    }
    return false;
}

static const struct name_entry hindrances[] = {
    {0, "elsewhere", "已不归属该企业", "is no longer this firm's"},
    {1, "over", "企业已不申报或已办结", "is over for the firm"},
    {2, "worse", "结论已变化", "has another verdict by now"},
};

const struct name_entry *notice_hindrance(
    struct store *store, int64_t case_file, const char *uscc, const char *worse_than)
{
    const struct name_entry *hindrance = is_over(store, case_file) ? &hindrances[1] : NULL;
    struct query *q = query_bind(query(store, "SELECT uscc, verdict, review_kind FROM case_version "
                                              "WHERE case_file = ? AND seq_to IS NULL"),
        "i", case_file);
    if (query_next(q)) {
        const struct name_entry *verdict = name_find(verdict_names, VERDICTS, query_text(q, 1));
        bool assessment = string_equal(query_text(q, 2), review_kind_names[REVIEW_ASSESSMENT].code);
        if (!string_equal(query_text(q, 0), uscc))
            hindrance = &hindrances[0];
        else if (verdict != NULL && (!is_for_firms((enum verdict)verdict->value, assessment) ||
                                        is_worse((enum verdict)verdict->value, worse_than)))
            hindrance = &hindrances[2];
    }
    query_end(q);
    return hindrance;
}

/* --- what was heard before
 * -------------------------------------------------------------------------------------- */

/* With the firm a case may change its verdict: to the new firm it is no worse than before, it is new. */
static bool is_new_to_firm(struct store *store, const struct case_change *change)
{
    return string_equal(change->kind, "firm") ||
           store_value(store, 0,
               "SELECT count(*) FROM case_event WHERE case_file = ? AND seq = ? AND kind = 'firm'", "ii",
               change->case_file, change->seq) > 0;
}

/* --- what follows
 * ----------------------------------------------------------------------------------------------- */

struct telling {
    struct store *store;
    const struct config *config;
    const struct case_change *change;
    int64_t now;
    bool worse;
    bool doubted; /* whose it is */
};

static bool is_held(const struct case_change *change)
{
    return string_equal(change->kind, "difference"); /* of a case that is frozen or paid */
}

static void put_notice(
    const struct telling *telling, enum alert_audience audience, const char *kind, bool urgent, bool waits)
{
    const struct case_change *change = telling->change;
    json_t *facts = facts_of_change(telling->store, telling->config, change);
    notice_put(telling->store, telling->config,
        &(struct notice){.audience = audience,
            .uscc = change->uscc,
            .case_file = change->case_file,
            .kind = kind,
            .urgent = urgent,
            .waits = waits,
            .seq = change->seq,
            .facts = facts},
        telling->now);
    json_decref(facts);
}

static void drop_notice(const struct telling *telling, const char *audience)
{
    query_run(query_bind(query(telling->store, "DELETE FROM notice WHERE audience = ? AND uscc = ? "
                                               "AND case_file = ?"),
        "tti", audience, telling->change->uscc, telling->change->case_file));
}

/* What the first load of a register brings up is no news: a person releases it, and in mode `release` any
 * first notice. Until then a firm hears nothing more of that case. */
static void tell_firm(const struct telling *telling)
{
    const struct case_change *change = telling->change;
    bool eligible = change->verdict->verdict == VERDICT_ELIGIBLE;
    bool waits = !told_is_known(telling->store, change->uscc, change->case_file) &&
                 (change->first_load || telling->config->alerts.mode == ALERT_RELEASE);
    struct told_word last;
    recall_word(telling->store, AUDIENCE_DESK, change->uscc, change->case_file, telling->now);
    told_last(telling->store, AUDIENCE_FIRM, change->uscc, change->case_file, &last);
    if (last.any && !string_equal(last.kind, correction) &&
        string_equal(last.verdict, verdict_names[change->verdict->verdict].code))
        drop_notice(telling, "firm");
    else
        put_notice(telling, AUDIENCE_FIRM, lead, eligible && (last.any || !change->first_load), waits);
}

/* Old approvals of which a rule says no are no news to anyone; one that was in play before is the desk's
 * matter. */
static bool is_no_news(const struct case_change *change)
{
    bool no =
        change->verdict->verdict == VERDICT_EXCLUDED || change->verdict->verdict == VERDICT_OUT_OF_WINDOW;
    return no && (string_equal(change->kind, "opened") || string_equal(change->kind, "firm"));
}

/* A person at the desk hears of what a person must judge, and at once how a known case changes for the worse
 * when money is on its way. */
static void tell_desk(const struct telling *telling)
{
    const struct case_change *change = telling->change;
    bool opened = string_equal(change->kind, "opened");
    bool waits = opened && (change->first_load || telling->config->alerts.mode == ALERT_RELEASE);
    bool money = is_held(change) || is_over(telling->store, change->case_file);
    struct told_word last;
    /* Where it is doubted whose it is, a correction stands in the place of what was to be said. */
    if (!telling->doubted && (!is_held(change) || telling->worse))
        recall_word(telling->store, AUDIENCE_FIRM, change->uscc, change->case_file, telling->now);
    if (is_no_news(change))
        return;
    /* Held against the last word to whomever: what the firm has been told meanwhile the desk must hear is
     * otherwise. */
    told_last(telling->store, ALERT_AUDIENCES, change->uscc, change->case_file, &last);
    if (!is_held(change) && string_equal(last.kind, question) &&
        string_equal(last.verdict, verdict_names[change->verdict->verdict].code))
        drop_notice(telling, "desk");
    else
        put_notice(telling, AUDIENCE_DESK, question, telling->worse && money, waits);
}

/* --- the case is not theirs
 * --------------------------------------------------------------------------------------- */

/* What another firm may know of it: the register's entry. */
static json_t *facts_of_correction(const struct telling *telling)
{
    static const char *const own[] = {"product_id", "product_zh", "verdict", "verdict_zh", "verdict_en",
        "old_verdict", "supply_zh", "supply_en", "stage"};
    static const char *const lists[] = {"why_zh", "why_en", "missing", "near"};
    json_t *facts = facts_of_change(telling->store, telling->config, telling->change);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        json_object_set_new(facts, own[i], json_string(""));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        json_object_set_new(facts, lists[i], json_array());
    json_object_set_new(facts, "event", json_string(correction));
    return facts;
}

static void correct(const struct telling *telling, const char *uscc)
{
    int64_t case_file = telling->change->case_file;
    /* Also one that is on its way at this moment: whether it has arrived is asked when this is sent. */
    bool let_go = told_is_let_go(telling->store, uscc, case_file);
    recall_word(telling->store, AUDIENCE_FIRM, uscc, case_file, telling->now);
    if (!let_go)
        return;
    json_t *facts = facts_of_correction(telling);
    notice_put(telling->store, telling->config,
        &(struct notice){.audience = AUDIENCE_FIRM,
            .uscc = uscc,
            .case_file = case_file,
            .kind = correction,
            .seq = telling->change->seq,
            .facts = facts},
        telling->now);
    json_decref(facts);
}

/* Of the firms, and of the desk about these firms, that have been told, or are about to be, of a case that is
 * another's now, or perhaps: the next one by USCC. */
static bool next_misled(const struct telling *telling, const char *audience, char uscc[64])
{
    const struct case_change *change = telling->change;
    bool own = telling->doubted && string_equal(audience, "firm");
    bool found = false;
    struct query *q = query_bind(
        query(telling->store, "SELECT min(uscc) FROM (SELECT o.uscc AS uscc FROM told t JOIN outbox o "
                              "ON o.id = t.outbox WHERE t.case_file = ?1 AND o.audience = ?2 "
                              "AND o.state <> 'cancelled' UNION "
                              "SELECT n.uscc FROM notice n WHERE n.case_file = ?1 AND n.audience = ?2) "
                              "WHERE uscc > ?3 AND (uscc <> ?4 OR ?5)"),
        "ittti", change->case_file, audience, uscc, change->uscc, (int64_t)own);
    if (query_next(q) && !query_is_null(q, 0)) {
        snprintf(uscc, 64, "%s", query_text(q, 0));
        found = true;
    }
    query_end(q);
    return found;
}

static void correct_misled(const struct telling *telling)
{
    char uscc[64] = "";
    while (next_misled(telling, "firm", uscc))
        correct(telling, uscc);
    uscc[0] = '\0';
    while (next_misled(telling, "desk", uscc))
        recall_word(telling->store, AUDIENCE_DESK, uscc, telling->change->case_file, telling->now);
}

void notice_of_change(
    struct store *store, const struct config *config, const struct case_change *change, int64_t now)
{
    static const char *const counted[] = {"opened", "verdict", "difference", "firm"};
    bool counts = false;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        counts |= string_equal(counted[i], change->kind);
    if (!counts)
        return;
    bool worse = !is_new_to_firm(store, change) && is_worse(change->verdict->verdict, change->old_verdict);
    bool for_firm = !is_held(change) && !worse && !is_over(store, change->case_file) &&
                    is_for_firms(change->verdict->verdict, change->verdict->review == REVIEW_ASSESSMENT);
    bool doubted = !is_held(change) && change->verdict->verdict == VERDICT_REVIEW &&
                   change->verdict->review == REVIEW_IDENTITY;
    struct telling telling = {store, config, change, now, worse, doubted};
    store_write(store);
    correct_misled(&telling);
    if (for_firm)
        tell_firm(&telling);
    else
        tell_desk(&telling);
}
