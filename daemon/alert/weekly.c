/* weekly.c - once a week the desk hears of those whom messages do not move or do not reach: a person may
 * telephone. */
#include "notice.h"
#include "silence.h"

#include "calendar.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/journal.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>

/* So many rows of each list stand in the message: what is longer is not read in a message. */
enum { ROWS_SHOWN = 200, WEEK_BYTES = 32, DAYS_OF_WEEK = 7, THURSDAY = 4 };
static const char weekly[] = "weekly", week_name[] = "alerts-week";

/* --- the week ---------------------------------------------------------------------------------------------
 */

static int32_t monday_of(int64_t now)
{
    int32_t day = day_in_beijing(now);
    return day - day_of_week(day) + 1;
}

/* ISO 8601: a week is of the year that its Thursday lies in. */
static const char *name_week(int32_t monday, char out[WEEK_BYTES])
{
    int year, month, day;
    int32_t thursday = monday + THURSDAY - 1;
    day_to_civil(thursday, &year, &month, &day);
    snprintf(out, WEEK_BYTES, "%04d-W%02d", year,
        (int)((thursday - day_from_civil(year, 1, 1)) / DAYS_OF_WEEK + 1));
    return out;
}

/* A week in which nobody works has no list. */
static bool has_begun(const struct alert_times *times, int32_t monday, int64_t now)
{
    for (int32_t day = monday; day < monday + DAYS_OF_WEEK; day++)
        if (calendar_begins_week(times, day))
            return silence_look_begin(times, day) <= now;
    return false;
}

static bool was_looked_at(struct store *store, const char *week)
{
    char *last = store_meta(store, week_name);
    bool looked = string_equal(last, week);
    free(last);
    return looked;
}

/* --- the lists --------------------------------------------------------------------------------------------
 */

struct lists {
    struct store *store;
    const struct config *config;
    int64_t now;
    json_t *silent, *unreachable, *dead;
    int64_t left_out;
};

/* Columns 0 to 3: uscc, case_id, since, times. */
static json_t *add_row(struct lists *lists, json_t *list, struct query *q)
{
    char day[DAY_STRING_BYTES];
    if (json_array_size(list) >= ROWS_SHOWN) {
        lists->left_out++;
        return NULL;
    }
    const char *uscc = query_text(q, 0);
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:I}", "uscc", uscc, "name_zh", "", "case_id",
        query_text(q, 1), "since", day_format(day_in_beijing(query_integer(q, 2)), day), "times",
        (json_int_t)query_integer(q, 3));
    struct query *firm = query_bind(
        query(lists->store, "SELECT fields ->> 'name_zh' FROM local_record WHERE kind = 'firms' AND key = ? "
                            "AND seq_to IS NULL"),
        "t", uscc);
    if (query_next(firm))
        json_object_set_new(row, "name_zh", json_string(query_text(firm, 0)));
    query_end(firm);
    json_array_append_new(list, row);
    return row;
}

/* Still nothing when the last word has had its quiet period, too. */
static void list_silent(struct lists *lists)
{
    struct query *q = query(lists->store,
        "SELECT uscc, case_id, told_at, reminders, since, reminded_at, last_at FROM case_silent "
        "WHERE stage = 'notified' AND verdict NOT IN ('excluded', 'out_of_window') "
        "AND review_kind <> 'identity' ORDER BY told_at, case_id");
    while (query_next(q)) {
        struct silence silence = {.reminders = query_integer(q, 3),
            .since = query_integer(q, 4),
            .reminded_at = query_integer(q, 5),
            .last_at = query_integer(q, 6)};
        if (reminders_are_over(lists->config, &silence) &&
            silence.last_at + lists->config->alerts.quiet_period_days * CLOCK_DAY <= lists->now)
            add_row(lists, lists->silent, q);
    }
}

/* Of the case of a told row `t` in a message `o` to a firm: it is still this firm's, nothing has come of it,
 * and no later message about it has reached the firm. */
#define IS_UNHEARD                                                                                           \
    "EXISTS (SELECT 1 FROM case_version v WHERE v.case_file = f.id AND v.seq_to IS NULL "                    \
    "AND v.uscc = o.uscc) AND f.stage IN ('lead', 'checking', 'notified') "                                  \
    "AND NOT EXISTS (SELECT 1 FROM told l CROSS JOIN outbox p ON p.id = l.outbox "                           \
    "CROSS JOIN delivery e ON e.outbox = p.id AND e.state = 'delivered' AND " GOES_TO_FIRM(                  \
        "e") "WHERE l.case_file = f.id AND p.id > o.id AND p.audience = 'firm' AND p.uscc = o.uscc) "

static void list_unreachable(struct lists *lists)
{
    struct query *q = query(lists->store,
        "SELECT o.uscc, min(f.case_id), min(o.created_at), count(DISTINCT o.id) FROM delivery u "
        "CROSS JOIN outbox o ON o.id = u.outbox AND o.audience = 'firm' AND o.state = 'released' "
        "CROSS JOIN told t ON t.outbox = o.id CROSS JOIN case_file f ON f.id = t.case_file "
        "WHERE u.state = 'unreachable' AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id "
        "AND d.recipient <> '' AND d.state <> 'unreachable') AND " IS_UNHEARD
        "GROUP BY o.uscc ORDER BY 3, 1");
    while (query_next(q))
        add_row(lists, lists->unreachable, q);
}

/* What another channel has brought, or may still bring, is not dead. The desk's own dead letters are told
 * once. */
static void list_dead(struct lists *lists)
{
    struct query *q = query_bind(
        query(lists->store,
            "SELECT o.uscc, coalesce((SELECT min(f.case_id) FROM told t CROSS JOIN case_file f "
            "ON f.id = t.case_file WHERE t.outbox = o.id AND (o.audience = 'desk' OR " IS_UNHEARD ")), '') "
            "AS case_id, d.last_attempt_at, d.attempts, d.channel, d.problem FROM delivery d "
            "CROSS JOIN outbox o ON o.id = d.outbox AND o.state = 'released' WHERE d.state = 'failed' "
            "AND NOT EXISTS (SELECT 1 FROM delivery x WHERE x.outbox = o.id "
            "AND x.state IN ('waiting', 'delivered') AND (x.recipient <> '' OR d.recipient = '')) "
            "AND iif(o.audience = 'firm', case_id <> '', o.audience = 'desk' AND d.last_attempt_at > ?) "
            "ORDER BY d.last_attempt_at, d.outbox, d.channel"),
        "i", lists->now - DAYS_OF_WEEK * CLOCK_DAY);
    while (query_next(q)) {
        json_t *row = add_row(lists, lists->dead, q);
        json_object_set_new(row, "channel", json_string(query_text(q, 4)));
        json_object_set_new(row, "problem", json_string(query_text(q, 5)));
    }
}

/* --- the message ------------------------------------------------------------------------------------------
 */

static bool write_lists(struct lists *lists, const char *week)
{
    char id[40];
    message_id_of(AUDIENCE_DESK, "", weekly, week, id);
    json_t *message = facts_of_message(lists->store, id, weekly, AUDIENCE_DESK, false, "", lists->now);
    json_object_set(message, "silent", lists->silent);
    json_object_set(message, "unreachable", lists->unreachable);
    json_object_set(message, "dead", lists->dead);
    json_object_set_new(message, "left_out", json_integer(lists->left_out));
    return compose_write(lists->store, lists->config, weekly, false, message, journal_head(lists->store),
               lists->now) != 0;
}

bool weekly_due(struct store *store, const struct config *config, int64_t now)
{
    char week[WEEK_BYTES];
    int32_t monday = monday_of(now);
    name_week(monday, week);
    if (!has_begun(&config->alerts.times, monday, now) || was_looked_at(store, week))
        return false;
    struct lists lists = {.store = store,
        .config = config,
        .now = now,
        .silent = json_array(),
        .unreachable = json_array(),
        .dead = json_array()};
    store_write(store);
    store_meta_set(store, week_name, week);
    list_silent(&lists);
    list_unreachable(&lists);
    list_dead(&lists);
    bool written =
        json_array_size(lists.silent) + json_array_size(lists.unreachable) + json_array_size(lists.dead) >
            0 &&
        write_lists(&lists, week);
    json_decref(lists.silent);
    json_decref(lists.unreachable);
    json_decref(lists.dead);
    return written && config->alerts.mode != ALERT_DRAFT;
}
