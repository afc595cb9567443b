/* why_not.c - `m13ctl why-not USCC [NUMBER]`: why a firm, or an approval for it, has no case, or not an
 * eligible one; gathered as JSON, then told by why_not_tell.c. */
#include "why_not.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/match.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *why_not_string(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void set_string(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, json_string(value));
}

/* --- the firm ---------------------------------------------------------------------------------------------
 */

static json_t *gather_names(const json_t *fields)
{
    static const char *const keys[] = {
        "name_zh", "name_en", "aliases", "former_names", "srn", "fei", "owner_operator"};
    json_t *names = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (*why_not_string(fields, keys[i]))
            set_string(names, keys[i], why_not_string(fields, keys[i]));
    return names;
}

/* standing: unknown, withdrawn, candidate, unlisted, known. */
static json_t *gather_firm(struct ctl *ctl, const char *uscc)
{
    json_t *firm =
        json_pack("{s:s, s:s, s:{}, s:s}", "uscc", uscc, "standing", "unknown", "names", "now", "");
    struct query *q = query_bind(query(ctl->store, "SELECT withdrawn, unlisted, fields FROM local_record "
                                                   "WHERE kind = 'firms' AND key = ? AND seq_to IS NULL"),
        "t", uscc);
    if (query_next(q)) {
        json_t *fields = json_loads(query_text(q, 2), 0, NULL);
        set_string(firm, "standing",
            query_integer(q, 0)           ? "withdrawn"
            : registry_is_candidate(uscc) ? "candidate"
            : query_integer(q, 1)         ? "unlisted"
                                          : "known");
        json_object_set_new(firm, "names", gather_names(fields));
        json_decref(fields);
    }
    query_end(q);
    q = query_bind(
        query(ctl->store, "SELECT key FROM local_identifier WHERE identifier = ? AND kind = 'firms'"), "t",
        uscc);
    if (query_next(q)) /* the candidate has become a firm */
        set_string(firm, "now", query_text(q, 0));
    query_end(q);
    return firm;
}

/* --- approvals --------------------------------------------------------------------------------------------
 */

/* Where the approval stands as to this firm: matched (auto or review), elsewhere (another firm's), none,
 * waiting (not matched yet), no-maker (the register names none). */
static const char *relation_of(const char *band, const char *matched, const char *uscc, bool has_maker)
{
    if (!has_maker)
        return "no-maker";
    if (!*band)
        return "waiting";
    if (!*matched)
        return "none";
    if (!string_equal(matched, uscc))
        return "elsewhere";
    return string_equal(band, "auto") ? "matched" : "review";
}

static json_t *gather_case(struct query *q)
{
    if (!*query_text(q, 12))
        return json_null();
    json_t *found = json_pack("{s:s, s:s, s:s, s:s}", "case_id", query_text(q, 12), "verdict",
        query_text(q, 13), "uscc", query_text(q, 14), "product_id", query_text(q, 15));
    json_t *lines = json_array(), *line, *trace = json_loads(query_text(q, 16), 0, NULL);
    size_t i;
    json_array_foreach(trace, i, line)
    {
        const char *outcome = why_not_string(line, "outcome");
        if (!string_equal(outcome, "pass") && !string_equal(outcome, "n/a"))
            json_array_append(lines, line);
    }
    json_decref(trace);
    json_object_set_new(found, "lines", lines);
    json_t *missing = json_loads(query_text(q, 17), 0, NULL);
    json_object_set_new(found, "missing", missing ? missing : json_array());
    json_object_set_new(found, "decided_last", json_integer(query_integer(q, 18)));
    return found;
}

static void add_approval(json_t *approvals, struct query *q, const char *uscc)
{
    json_t *why = *query_text(q, 11) ? json_loads(query_text(q, 11), 0, NULL) : NULL;
    json_array_append_new(
        approvals, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "authority",
                       query_text(q, 0), "number", query_text(q, 1), "device", query_text(q, 2),
                       "decision_date", query_text(q, 3), "manufacturer", query_text(q, 4), "country",
                       query_text(q, 5), "city", query_text(q, 6), "relation",
                       relation_of(query_text(q, 8), query_text(q, 9), uscc, query_integer(q, 7) != 0),
                       "matched", query_text(q, 9), "rule", query_text(q, 10), "question", query_text(q, 19),
                       "why", why ? why : json_object(), "case", gather_case(q)));
}

#define APPROVAL_COLUMNS                                                                                     \
    "SELECT a.authority, a.number, v.device, coalesce(v.record ->> 'decision_date', ''), "                   \
    "coalesce(maker.name, ''), coalesce(maker.country, ''), coalesce(maker.city, ''), coalesce(v.maker, "    \
    "0), "                                                                                                   \
    "coalesce(m.band, ''), coalesce(m.uscc, ''), coalesce(m.rule, ''), coalesce(m.why, ''), "                \
    "coalesce(f.case_id, ''), coalesce(c.verdict, ''), coalesce(c.uscc, ''), coalesce(c.product_id, ''), "   \
    "coalesce(c.trace, ''), coalesce(c.missing, ''), coalesce(v.decision_last, 0), "                         \
    "coalesce('M' || (SELECT min(o.id) FROM maker o WHERE o.name = maker.name AND o.country = "              \
    "maker.country), '') "
#define APPROVAL_JOINS                                                                                       \
    "LEFT JOIN maker ON maker.id = " CHOSEN_MAKER                                                            \
    " LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL "                                         \
    "LEFT JOIN case_file f ON f.approval = a.id "                                                            \
    "LEFT JOIN case_version c INDEXED BY case_version_current ON c.case_file = f.id AND c.seq_to IS NULL "

static json_t *approvals_of_number(struct ctl *ctl, const char *uscc, const char *number)
{
    json_t *approvals = json_array();
    struct query *q = query_bind(
        query(ctl->store, APPROVAL_COLUMNS "FROM approval a CROSS JOIN approval_version v ON "
                                           "v.approval = a.id AND v.seq_to IS NULL " APPROVAL_JOINS
                                           "WHERE a.number = upper(?2) ORDER BY a.authority, f.id"),
        "tt", uscc, number);
    while (query_next(q))
        add_approval(approvals, q, uscc);
    return approvals;
}

/* Those that are recognised as the firm's, or might be. */
static json_t *approvals_of_firm(struct ctl *ctl, const char *uscc)
{
    json_t *approvals = json_array();
    struct query *q = query_bind(
        query(ctl->store,
            "WITH mine AS (SELECT k.approval FROM match m CROSS JOIN approval_maker k ON k.maker = m.maker "
            "AND k.seq_to IS NULL WHERE m.uscc = ?1 AND m.uscc <> '' AND m.seq_to IS NULL "
            "UNION SELECT f.approval FROM case_version c CROSS JOIN case_file f ON f.id = c.case_file "
            "WHERE c.uscc = ?1 AND c.seq_to IS NULL) " APPROVAL_COLUMNS
            "FROM mine CROSS JOIN approval a ON a.id = mine.approval "
            "CROSS JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL " APPROVAL_JOINS
            "ORDER BY v.decision_last DESC, a.number, f.id"),
        "t", uscc);
    while (query_next(q))
        add_approval(approvals, q, uscc);
    return approvals;
}

/* --- time -------------------------------------------------------------------------------------------------
 */

/* Days left of what is configured; null = no such day is set. */
static void set_days_left(json_t *days, const char *key, int32_t last, int32_t today)
{
    json_object_set_new(days, key, last == DAY_NONE ? json_null() : json_integer((json_int_t)last - today));
}

/* Of each case: until when a payment of its costs counts. */
static void set_payment_days(struct ctl *ctl, json_t *approvals, int32_t today)
{
    size_t i;
    json_t *approval;
    json_array_foreach(approvals, i, approval)
    {
        json_t *found = json_object_get(approval, "case");
        json_int_t decided = json_integer_value(json_object_get(found, "decided_last"));
        json_object_del(found, "decided_last");
        if (decided > 0)
            json_object_set_new(found, "days_left_to_pay",
                json_integer(decided + ctl->config->parameters->window_days - today));
    }
}

static json_t *gather_days(struct ctl *ctl)
{
    int32_t today = day_in_beijing(ctl->now);
    json_t *days = json_object();
    set_days_left(days, "policy_ends", ctl->config->parameters->force_last, today);
    set_days_left(days, "last_filing_day", ctl->config->parameters->last_filing_day, today);
    return days;
}

/* --- registers --------------------------------------------------------------------------------------------
 */

/* Who is not in a register that was never read has not been refused by it. */
static json_t *feeds_never_read(struct ctl *ctl)
{
    json_t *feeds = json_array();
    struct query *q = query(ctl->store, "SELECT f.name FROM feed f LEFT JOIN feed_state s USING (name) "
                                        "WHERE NOT f.enabled OR s.last_success_at IS NULL ORDER BY f.name");
    while (query_next(q))
        json_array_append_new(feeds, json_string(query_text(q, 0)));
    return feeds;
}

static json_t *paper_rows(struct ctl *ctl, const char *number)
{
    json_t *rows = json_array();
    struct query *q = query_bind(
        query(ctl->store, "SELECT key FROM local_record WHERE kind = 'approvals' AND number = upper(?) "
                          "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key"),
        "t", number);
    while (query_next(q))
        json_array_append_new(rows, json_string(query_text(q, 0)));
    return rows;
}

int verb_why_not(struct ctl *ctl)
{
    const char *uscc = ctl->count ? ctl->arguments[0] : "";
    const char *number = ctl->count == 2 ? ctl->arguments[1] : NULL;
    if (ctl->count < 1 || ctl->count > 2)
        return ctl_usage(ctl, "why-not 需要一个统一社会信用代码，另可加一个批准编号",
            "why-not takes a USCC, and a number if you like");
    if (!registry_is_candidate(uscc) && uscc_check(uscc) == USCC_SHAPE_WRONG) {
        fprintf(stderr,
            SAY(ctl, "m13ctl: %s 不是统一社会信用代码（18 位）\n", "m13ctl: %s is no USCC (18 characters)\n"),
            uscc);
        return EXIT_BAD_USAGE;
    }
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    json_t *told = json_pack("{s:o, s:s}", "firm", gather_firm(ctl, uscc), "number", number ? number : "");
    json_t *approvals = number ? approvals_of_number(ctl, uscc, number) : approvals_of_firm(ctl, uscc);
    set_payment_days(ctl, approvals, day_in_beijing(ctl->now));
    json_object_set_new(told, "approvals", approvals);
    if (number)
        json_object_set_new(told, "paper", paper_rows(ctl, number));
    json_object_set_new(told, "days_left", gather_days(ctl));
    json_object_set_new(told, "feeds_never_read", feeds_never_read(ctl));
    bool known = string_equal(why_not_string(json_object_get(told, "firm"), "standing"), "known");
    bool seen = json_array_size(approvals) > 0;
    if (ctl->json)
        ctl_print_json(json_incref(told));
    else
        why_not_tell(ctl, told);
    json_decref(told);
    return known || seen ? 0 : EXIT_BAD_DATA;
}
