/* tables.c - what dashboards read: one entry a table (contract.md, Published database).
 *
 * Dates are TEXT YYYY-MM-DD and again *_ts, epoch seconds of 00:00 UTC (Grafana); instants are RFC 3339 and
 * again *_ts; decision dates are intervals: *_from, *_to, *_precision. Money is INTEGER fen and again *_cny.
 * Types are declared because Metabase reads them. */
#include "m13/publish.h"

#include "m13/text.h"

#define DAY(column)        "date(" column " * 86400, 'unixepoch')"
#define DAY_TS(column)     column " * 86400"
#define INSTANT(column)    "strftime('%Y-%m-%dT%H:%M:%SZ', " column " / 1000, 'unixepoch')"
#define INSTANT_TS(column) column " / 1000"
#define PRECISION(first, last)                                                                               \
    "CASE WHEN " first " IS NULL THEN '' WHEN " first " = " last " THEN 'day' "                              \
    "WHEN " last " - " first " < 31 THEN 'month' WHEN " last " - " first                                     \
    " < 366 THEN 'year' ELSE 'interval' END"

/* A feed is stale when its last success is older than its target, or when it never had one. */
#define FEED_IS_STALE "(f.enabled AND (s.last_success_at IS NULL OR :now - s.last_success_at > f.fresh_ms))"

const struct publish_table publish_tables[] = {
    {
        "bi_meta",
        "CREATE TABLE bi_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "SELECT 'schema_version', '1' "
        "UNION ALL SELECT 'published_at', " INSTANT(
            ":now") " "
                    "UNION ALL SELECT 'data_as_of', coalesce(" INSTANT(
                        "min(s.last_success_at)") ", '') "
                                                  "  FROM feed f JOIN feed_state s USING (name) WHERE "
                                                  "f.enabled "
                                                  "UNION ALL SELECT 'stale', coalesce(max(" FEED_IS_STALE
                                                  "), 0) FROM feed f JOIN feed_state s USING (name) "
                                                  "UNION ALL SELECT 'journal_entries', coalesce(max(seq), 0) "
                                                  "FROM journal "
                                                  "UNION ALL SELECT 'journal_head', coalesce((SELECT hash "
                                                  "FROM journal ORDER BY seq DESC LIMIT 1), '') "
                                                  "UNION ALL SELECT 'approvals', count(*) FROM approval "
                                                  "UNION ALL SELECT 'cases', count(*) FROM case_file",
    },
    {
        "bi_label",
        "CREATE TABLE bi_label (kind TEXT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, "
        "sort INTEGER NOT NULL, colour TEXT NOT NULL, PRIMARY KEY (kind, code))",
        NULL,
    },
    {
        "bi_rule",
        "CREATE TABLE bi_rule (rule TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL, cited TEXT NOT "
        "NULL, "
        "decides TEXT NOT NULL)",
        NULL,
    },
    {
        "bi_case",
        "CREATE TABLE bi_case (case_id TEXT PRIMARY KEY, policy TEXT NOT NULL, uscc TEXT NOT NULL, "
        "firm_name TEXT NOT NULL, firm_name_en TEXT NOT NULL, district TEXT NOT NULL, product_id TEXT NOT "
        "NULL, "
        "product_name TEXT NOT NULL, authority TEXT NOT NULL, number TEXT NOT NULL, item TEXT NOT NULL, "
        "route TEXT NOT NULL, status TEXT NOT NULL, device TEXT NOT NULL, manufacturer TEXT NOT NULL, "
        "holder TEXT NOT NULL, decision_date_from DATE, decision_date_from_ts INTEGER, decision_date_to "
        "DATE, "
        "decision_date_to_ts INTEGER, decision_date_precision TEXT NOT NULL, verdict TEXT NOT NULL, "
        "review_kind TEXT NOT NULL, stage TEXT NOT NULL, stage_since DATETIME NOT NULL, "
        "stage_since_ts INTEGER NOT NULL, amount_state TEXT NOT NULL, award INTEGER NOT NULL, award_cny REAL "
        "NOT NULL, "
        "missing TEXT NOT NULL, next_action TEXT NOT NULL, match_band TEXT NOT NULL, match_rule TEXT NOT "
        "NULL, "
        "score INTEGER NOT NULL, first_flagged DATETIME NOT NULL, first_flagged_ts INTEGER NOT NULL, "
        "first_load INTEGER NOT NULL, evidence_sha256 TEXT NOT NULL, evidence_url TEXT NOT NULL)",
        "SELECT f.case_id, f.policy, c.uscc, coalesce(firm.fields ->> 'name_zh', ''), "
        "coalesce(firm.fields ->> 'name_en', ''), coalesce(firm.fields ->> 'district', ''), c.product_id, "
        "coalesce(product.fields ->> 'name_zh', ''), f.authority, f.number, f.item, v.route, v.status, "
        "v.device, "
        "coalesce(maker.name, ''), v.holder, " DAY("v.decision_first") ", " DAY_TS(
            "v.decision_first") ", " DAY("v.decision_last") ", " DAY_TS("v.decision_last") ", " PRECISION("v."
                                                                                                          "de"
                                                                                                          "ci"
                                                                                                          "si"
                                                                                                          "on"
                                                                                                          "_f"
                                                                                                          "ir"
                                                                                                          "s"
                                                                                                          "t",
            "v.decision_last") ", "
                               "c.verdict, c.review_kind, f.stage, " INSTANT("f.stage_since") ", " INSTANT_TS(
                                   "f.stage_since") ", "
                                                    "c.amount_state, c.award, c.award / 100.0, c.missing, "
                                                    "c.next_action, coalesce(m.band, ''), "
                                                    "coalesce(m.rule, ''), coalesce(m.score, 0), " INSTANT(
                                                        "f.opened_at") ", " INSTANT_TS("f.opened_at") ", "
                                                                                                      "coales"
                                                                                                      "ce("
                                                                                                      "first."
                                                                                                      "kind "
                                                                                                      "= "
                                                                                                      "'histo"
                                                                                                      "ry', "
                                                                                                      "0), "
                                                                                                      "coales"
                                                                                                      "ce("
                                                                                                      "payloa"
                                                                                                      "d."
                                                                                                      "sha256"
                                                                                                      ", "
                                                                                                      "''), "
                                                                                                      "coales"
                                                                                                      "ce(v."
                                                                                                      "record"
                                                                                                      " ->> "
                                                                                                      "'url',"
                                                                                                      " '') "
                                                                                                      "FROM "
                                                                                                      "case_"
                                                                                                      "file "
                                                                                                      "f "
                                                                                                      "JOIN "
                                                                                                      "case_"
                                                                                                      "versio"
                                                                                                      "n c "
                                                                                                      "ON "
                                                                                                      "c."
                                                                                                      "case_"
                                                                                                      "file "
                                                                                                      "= "
                                                                                                      "f.id "
                                                                                                      "AND "
                                                                                                      "c.seq_"
                                                                                                      "to IS "
                                                                                                      "NULL "
                                                                                                      "JOIN "
                                                                                                      "approv"
                                                                                                      "al a "
                                                                                                      "ON "
                                                                                                      "a.id "
                                                                                                      "= "
                                                                                                      "f."
                                                                                                      "approv"
                                                                                                      "al "
                                                                                                      "JOIN "
                                                                                                      "approv"
                                                                                                      "al_"
                                                                                                      "versio"
                                                                                                      "n v "
                                                                                                      "ON "
                                                                                                      "v."
                                                                                                      "approv"
                                                                                                      "al = "
                                                                                                      "a.id "
                                                                                                      "AND "
                                                                                                      "v.seq_"
                                                                                                      "to IS "
                                                                                                      "NULL "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "maker "
                                                                                                      "ON "
                                                                                                      "maker."
                                                                                                      "id = "
                                                                                                      "v."
                                                                                                      "maker "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "match "
                                                                                                      "m ON "
                                                                                                      "m."
                                                                                                      "maker "
                                                                                                      "= "
                                                                                                      "v."
                                                                                                      "maker "
                                                                                                      "AND "
                                                                                                      "m.seq_"
                                                                                                      "to IS "
                                                                                                      "NULL "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "payloa"
                                                                                                      "d ON "
                                                                                                      "payloa"
                                                                                                      "d.id "
                                                                                                      "= "
                                                                                                      "v."
                                                                                                      "payloa"
                                                                                                      "d "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "poll "
                                                                                                      "first "
                                                                                                      "ON "
                                                                                                      "first."
                                                                                                      "id = "
                                                                                                      "a."
                                                                                                      "first_"
                                                                                                      "poll "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "local_"
                                                                                                      "record"
                                                                                                      " firm "
                                                                                                      "ON "
                                                                                                      "firm."
                                                                                                      "kind "
                                                                                                      "= "
                                                                                                      "'firms"
                                                                                                      "' AND "
                                                                                                      "firm."
                                                                                                      "key = "
                                                                                                      "c."
                                                                                                      "uscc "
                                                                                                      "AND "
                                                                                                      "firm."
                                                                                                      "seq_"
                                                                                                      "to IS "
                                                                                                      "NULL "
                                                                                                      "LEFT "
                                                                                                      "JOIN "
                                                                                                      "local_"
                                                                                                      "record"
                                                                                                      " produ"
                                                                                                      "ct ON "
                                                                                                      "produc"
                                                                                                      "t."
                                                                                                      "kind "
                                                                                                      "= "
                                                                                                      "'produ"
                                                                                                      "cts' "
                                                                                                      "AND "
                                                                                                      "produc"
                                                                                                      "t.key "
                                                                                                      "= "
                                                                                                      "c."
                                                                                                      "produc"
                                                                                                      "t_id "
                                                                                                      "  AND "
                                                                                                      "produc"
                                                                                                      "t.seq_"
                                                                                                      "to IS "
                                                                                                      "NULL "
                                                                                                      "ORDER "
                                                                                                      "BY "
                                                                                                      "f.id",
    },
    {
        "bi_case_rule",
        "CREATE TABLE bi_case_rule (case_id TEXT NOT NULL, rule TEXT NOT NULL, outcome TEXT NOT NULL, "
        "review_kind TEXT NOT NULL, fact TEXT NOT NULL, fact_value TEXT NOT NULL, assurance TEXT NOT NULL, "
        "parameter TEXT NOT NULL, parameter_value TEXT NOT NULL, confirmed INTEGER, missing TEXT NOT NULL, "
        "zh TEXT NOT NULL, en TEXT NOT NULL, PRIMARY KEY (case_id, rule))",
        "SELECT f.case_id, line.value ->> 'rule', line.value ->> 'outcome', coalesce(line.value ->> "
        "'review', ''), "
        "coalesce((line.value ->> '$.fact.table') || ' ' || (line.value ->> '$.fact.id'), ''), "
        "coalesce(line.value ->> '$.fact.value', ''), coalesce(line.value ->> '$.fact.assurance', ''), "
        "coalesce(line.value ->> '$.parameter.name', ''), coalesce(line.value ->> '$.parameter.value', ''), "
        "line.value ->> '$.parameter.confirmed', coalesce(line.value ->> 'missing', ''), line.value ->> "
        "'zh', "
        "line.value ->> 'en' "
        "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL, json_each(c.trace) "
        "line "
        "WHERE line.value ->> 'outcome' NOT IN ('pass', 'n/a') ORDER BY f.id, 2",
    },
    {
        "bi_feed",
        "CREATE TABLE bi_feed (feed TEXT PRIMARY KEY, authority TEXT NOT NULL, title_zh TEXT NOT NULL, "
        "title_en TEXT NOT NULL, enabled INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, "
        "last_success DATETIME, last_success_ts INTEGER, age_hours REAL, target_hours REAL NOT NULL, "
        "stale INTEGER NOT NULL, failures INTEGER NOT NULL, failing_since DATETIME, next_turn DATETIME, "
        "next_turn_ts INTEGER, rows INTEGER, register_date TEXT NOT NULL, newest_decision DATE, completeness "
        "TEXT NOT NULL, "
        "requests_today INTEGER NOT NULL, limits_zh TEXT NOT NULL, limits_en TEXT NOT NULL)",
        "SELECT f.name, f.authority, f.title_zh, f.title_en, f.enabled, s.outcome, s.detail, " INSTANT("s."
                                                                                                       "last_"
                                                                                                       "succe"
                                                                                                       "ss_"
                                                                                                       "at") ", " INSTANT_TS(
            "s.last_success_at") ", "
                                 "round((:now - s.last_success_at) / 3600000.0, 1), round(f.fresh_ms / "
                                 "3600000.0, 1), " FEED_IS_STALE ", "
                                 "s.failures, " INSTANT("s.first_failed_at") ", " INSTANT(
                                     "s.next_at") ", " INSTANT_TS("s.next_at") ", "
                                                                               "(SELECT count(*) FROM "
                                                                               "approval a WHERE a.feed = "
                                                                               "f.name), s.as_of, " DAY(
                                                                                   "s.newest_day") ", "
                                                                                                   "f."
                                                                                                   "completen"
                                                                                                   "ess, "
                                                                                                   "coalesce("
                                                                                                   "(SELECT "
                                                                                                   "sum("
                                                                                                   "requests)"
                                                                                                   " FROM "
                                                                                                   "request_"
                                                                                                   "budget b "
                                                                                                   "WHERE "
                                                                                                   "b.budget "
                                                                                                   "= "
                                                                                                   "f.budget "
                                                                                                   "AND "
                                                                                                   "b.day = "
                                                                                                   ":now / "
                                                                                                   "86400000)"
                                                                                                   ", 0), "
                                                                                                   "f.limits_"
                                                                                                   "zh, "
                                                                                                   "f.limits_"
                                                                                                   "en FROM "
                                                                                                   "feed f "
                                                                                                   "JOIN "
                                                                                                   "feed_"
                                                                                                   "state s "
                                                                                                   "USING "
                                                                                                   "(name) "
                                                                                                   "ORDER BY "
                                                                                                   "f.name",
    },
    {
        "bi_unclaimed",
        "CREATE TABLE bi_unclaimed (maker INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, "
        "city TEXT NOT NULL, postcode TEXT NOT NULL, identifiers TEXT NOT NULL, approvals INTEGER NOT NULL, "
        "authorities TEXT NOT NULL, newest_number TEXT NOT NULL, first_decision DATE, last_decision DATE, "
        "last_decision_ts INTEGER)",
        "SELECT maker.id, maker.name, maker.country, maker.city, maker.postcode, maker.identifiers, "
        "count(*), "
        "group_concat(DISTINCT a.authority), a.number, " DAY("min(v.decision_first)") ", " DAY(
            "max(v.decision_last)") ", " DAY_TS("max(v.decision_last)") " "
                                                                        "FROM match m JOIN maker ON maker.id "
                                                                        "= m.maker "
                                                                        "JOIN approval_version v ON v.maker "
                                                                        "= maker.id AND v.seq_to IS NULL "
                                                                        "JOIN approval a ON a.id = "
                                                                        "v.approval "
                                                                        "WHERE m.seq_to IS NULL AND "
                                                                        "m.beijing = 1 AND m.band = 'none' "
                                                                        "GROUP BY maker.id "
                                                                        "ORDER BY max(v.decision_last) DESC, "
                                                                        "maker.id",
    },
};
const size_t publish_table_count = sizeof publish_tables / sizeof *publish_tables;

const struct publish_table *publish_table(const char *name)
{
    for (size_t i = 0; i < publish_table_count; i++)
        if (string_equal(publish_tables[i].name, name))
            return &publish_tables[i];
    return NULL;
}
