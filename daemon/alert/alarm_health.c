/* alarm_health.c - once a week the operator hears that m13d lives: which alarms stand, how fresh each feed
 * is, how long the journal is and how it ends.
 *
 * A machine that is dead, or whose messages get lost, tells nothing: only a message that is missed shows it.
 * A week, since freshness targets are of days and people expect something of a Monday; and so the journal's
 * head stands outside at least so often (a year's cut can be seen to the week). */
#include "alarm.h"
#include "calendar.h"
#include "facts.h"
#include "notice.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/store.h"

#include <stdio.h>
#include <string.h>

/* 1970-01-01 was a Thursday. */
static int32_t monday_of(int32_t day)
{
    return day - (day + 3) % 7;
}

/* Its hour has come on the first working day of this week, or that day is over. */
static bool has_come(const struct alert_times *times, int32_t monday, int64_t now)
{
    int32_t today = day_in_beijing(now);
    int64_t midnight = (int64_t)today * CLOCK_DAY - 8 * CLOCK_HOUR;
    for (int32_t day = monday; day <= today; day++)
        if (calendar_begins_week(times, day))
            return day < today || now - midnight >= times->digest_at;
    return false;
}

static json_t *standing_of(struct store *store)
{
    json_t *standing = json_array();
    struct query *q =
        query(store, "SELECT id, kind, subject, detail_zh, detail_en, seen_at, times FROM alarm "
                     "WHERE healed_at IS NULL AND gone_at IS NULL AND times > 0 ORDER BY kind, subject");
    while (query_next(q))
        json_array_append_new(standing, alarm_told(q));
    return standing;
}

static json_t *feed_line(struct query *q)
{
    char line_zh[512], line_en[512], at[CLOCK_STRING_BYTES] = "";
    bool ever = !query_is_null(q, 3), stale = query_integer(q, 4) != 0;
    long long failures = (long long)query_integer(q, 5);
    if (ever)
        clock_format_beijing(query_integer(q, 3), at);
    snprintf(line_zh, sizeof line_zh, "上次成功 %s%s；最近结果：%.200s", ever ? at : "从未",
        stale ? "（过期）" : "", query_text(q, 6));
    snprintf(line_en, sizeof line_en, "last success %s%s; last outcome: %.200s", ever ? at : "never",
        stale ? " (stale)" : "", query_text(q, 7));
    if (failures > 0) {
        size_t zh = strlen(line_zh), en = strlen(line_en);
        snprintf(line_zh + zh, sizeof line_zh - zh, "，连续失败 %lld 次", failures);
        snprintf(line_en + en, sizeof line_en - en, ", failed %lld times in a row", failures);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "feed", query_text(q, 0), "title_zh", query_text(q, 1),
        "title_en", query_text(q, 2), "line_zh", line_zh, "line_en", line_en);
}

static json_t *feed_lines(struct store *store, int64_t now)
{
    json_t *lines = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT f.name, f.title_zh, f.title_en, s.last_success_at, "
            "    coalesce(?1 NOT BETWEEN h.fresh_from AND h.fresh_until, 1), s.failures, "
            "    coalesce(l.zh, s.outcome), coalesce(l.en, s.outcome) "
            "FROM feed f JOIN feed_state s USING (name) JOIN feed_freshness h USING (name) "
            "LEFT JOIN label l ON l.kind = 'outcome' AND l.code = iif(s.outcome = '', 'never', s.outcome) "
            "WHERE f.enabled ORDER BY f.name"),
        "i", now);
    while (query_next(q))
        json_array_append_new(lines, feed_line(q));
    return lines;
}

bool alarm_health_due(struct store *store, const struct config *config, int64_t now)
{
    char what[32], id[40];
    int32_t monday = monday_of(day_in_beijing(now));
    if (!alarm_has_channel(config) || !has_come(&config->alerts.times, monday, now))
        return false;
    snprintf(what, sizeof what, "week of %d", (int)monday);
    message_id_of(AUDIENCE_OPERATOR, "", "health", what, id);
    if (store_value(store, 0, "SELECT 1 FROM outbox WHERE message_id = ?", "t", id) != 0)
        return false;
    store_write(store);
    json_t *message = facts_of_message(store, id, "health", AUDIENCE_OPERATOR, false, "", now);
    json_object_set_new(message, "standing", standing_of(store));
    json_object_set_new(message, "feeds", feed_lines(store, now));
    json_object_set_new(message, "journal", alarm_journal_told(store));
    return compose_write(store, config, "health", false, message, journal_head(store), now) != 0;
}
