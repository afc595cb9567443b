/* remind.c - once a day: who has not answered is reminded, and who has not applied is told of the deadline.
 *
 * What was told stands in the tables, so each look finds what is due from them alone. It goes from firm to
 * firm, so that a firm's cases come in one message. */
#include "notice.h"
#include "silence.h"

#include "calendar.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEIJING_HOURS = 8, USCC_BYTES = 64, LOOK_BYTES = 96 };
static const char look_name[] = "alerts-look"; /* meta: DAY, of a look under way also its last firm */

struct look {
    struct store *store;
    const struct config *config;
    int64_t now;
    int32_t day;
    char uscc[USCC_BYTES]; /* the last firm that was looked at */
    bool is_done;
    bool reminds, presses; /* a day with a digest; within the notice of the deadline */
};

/* --- when -------------------------------------------------------------------------------------------------
 */

/* A day's look begins with the digest's hour, whether or not there is a digest on it. */
static int32_t day_of_look(const struct alert_times *times, int64_t now)
{
    return day_in_beijing(now - times->digest_at);
}

int64_t silence_look_begin(const struct alert_times *times, int32_t day)
{
    return (int64_t)day * CLOCK_DAY - BEIJING_HOURS * CLOCK_HOUR + times->digest_at;
}

/* Not "later than the last one": a clock that was far ahead must not silence the days until then. */
static struct look find_look(struct store *store, const struct config *config, int64_t now)
{
    const struct alert_times *times = &config->alerts.times;
    struct look look = {.store = store, .config = config, .now = now, .day = day_of_look(times, now)};
    char today[LOOK_BYTES], *stands = store_meta(store, look_name);
    int length = snprintf(today, sizeof today, "%d", (int)look.day);
    if (stands != NULL && strncmp(stands, today, (size_t)length) == 0) {
        look.is_done = stands[length] == '\0';
        if (stands[length] == ' ')
            snprintf(look.uscc, sizeof look.uscc, "%s", stands + length + 1);
    }
    free(stands);
    int64_t begin = silence_look_begin(times, look.day);
    int32_t last = config->alerts.deadline.day, today_is = day_in_beijing(now);
    look.reminds = config->alerts.mode != ALERT_DRAFT && calendar_next_digest(times, begin) == begin;
    look.presses = config->alerts.mode != ALERT_DRAFT && last != DAY_NONE && today_is <= last &&
                   today_is >= last - config->alerts.deadline.notice_days;
    return look;
}

static void keep_look(struct look *look)
{
    char stands[LOOK_BYTES];
    if (look->is_done)
        snprintf(stands, sizeof stands, "%d", (int)look->day);
    else
        snprintf(stands, sizeof stands, "%d %s", (int)look->day, look->uscc);
    store_meta_set(look->store, look_name, stands);
}

int64_t silence_next(struct store *store, const struct config *config, int64_t now)
{
    struct look look = find_look(store, config, now);
    return look.is_done ? silence_look_begin(&config->alerts.times, look.day + 1) : now;
}

/* --- what is due ------------------------------------------------------------------------------------------
 */

bool reminder_is_due(const struct config *config, const struct silence *silence, int64_t at)
{
    int64_t quiet = config->alerts.quiet_period_days > 1 ? config->alerts.quiet_period_days : 1;
    if (silence->reminders >= (int64_t)config->alerts.reminder_count ||
        at < silence->last_at + quiet * CLOCK_DAY)
        return false;
    for (size_t i = 0; i < config->alerts.reminder_count; i++) {
        int64_t due = silence->since + config->alerts.reminder_days[i] * CLOCK_DAY;
        if (due <= at && due > silence->reminded_at)
            return true;
    }
    return false;
}

bool reminders_are_over(const struct config *config, const struct silence *silence)
{
    if (silence->reminders >= (int64_t)config->alerts.reminder_count)
        return true;
    for (size_t i = 0; i < config->alerts.reminder_count; i++)
        if (silence->since + config->alerts.reminder_days[i] * CLOCK_DAY > silence->reminded_at)
            return false;
    return true;
}

/* Cases of a firm, collected before anything is written of them. */
struct due_cases {
    int64_t *items;
    size_t count, capacity;
};

static void add_due(struct due_cases *due, int64_t case_file)
{
    MEMORY_GROW(due->items, due->count, due->capacity);
    due->items[due->count++] = case_file;
}

/* Nothing about the case is on its way: what comes anyway need not be reminded of. */
#define NOTHING_WAITS                                                                                        \
    "NOT EXISTS (SELECT 1 FROM notice n WHERE n.audience = 'firm' AND n.uscc = v.uscc "                      \
    "AND n.case_file = v.case_file) "                                                                        \
    "AND NOT EXISTS (SELECT 1 FROM told t CROSS JOIN outbox o ON o.id = t.outbox "                           \
    "WHERE t.case_file = v.case_file AND o.audience = 'firm' AND o.uscc = v.uscc "                           \
    "AND (o.state IN ('draft', 'held') OR (o.state = 'released' "                                            \
    "AND EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id AND d.state = 'waiting') "                   \
    "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = o.id AND d.state = 'delivered')))) "
#define MAY_BE_TOLD(of)                                                                                      \
    of ".verdict NOT IN ('excluded', 'out_of_window') AND " of ".review_kind <> 'identity' "

static void find_reminders(const struct look *look, struct due_cases *due)
{
    struct query *q = query_bind(
        query(look->store,
            "SELECT s.case_file, s.since, s.reminders, s.reminded_at, s.last_at FROM case_version v "
            "CROSS JOIN case_silent s ON s.case_file = v.case_file "
            "WHERE v.uscc = ? AND v.seq_to IS NULL AND s.stage = 'notified' AND " MAY_BE_TOLD(
                "s") "AND " NOTHING_WAITS "ORDER BY s.case_file"),
        "t", look->uscc);
    while (query_next(q)) {
        struct silence silence = {.since = query_integer(q, 1),
            .reminders = query_integer(q, 2),
            .reminded_at = query_integer(q, 3),
            .last_at = query_integer(q, 4)};
        if (reminder_is_due(look->config, &silence, look->now))
            add_due(due, query_integer(q, 0));
    }
}

/* Once for each deadline: one that is put off is another. It does not follow a message about the case within
 * a day, while there is time. */
static void find_pressing(const struct look *look, struct due_cases *due)
{
    char day[DAY_STRING_BYTES];
    int32_t last = look->config->alerts.deadline.day;
    struct query *q = query_bind(
        query(look->store,
            "SELECT v.case_file FROM case_version v CROSS JOIN case_file f ON f.id = v.case_file "
            "WHERE v.uscc = ?1 AND v.seq_to IS NULL AND f.stage IN ('lead', 'checking', 'notified', "
            "'confirmed') AND " MAY_BE_TOLD(
                "v") "AND " NOTHING_WAITS
                     "AND (SELECT max(coalesce(o.released_at, o.created_at)) <= ?3 FROM told t "
                     "CROSS JOIN outbox o ON o.id = t.outbox WHERE t.case_file = v.case_file "
                     "AND o.audience = 'firm' AND o.uscc = v.uscc AND o.state = 'released') "
                     "AND NOT EXISTS (SELECT 1 FROM told t CROSS JOIN outbox o ON o.id = t.outbox "
                     "WHERE t.case_file = v.case_file AND t.kind = 'deadline' AND o.audience = 'firm' "
                     "AND o.uscc = v.uscc AND (o.state <> 'cancelled' OR o.decided_by <> 'm13d') "
                     "AND coalesce(o.body ->> '$.deadline.day', ?2) = ?2) ORDER BY v.case_file"),
        "tti", look->uscc, day_format(last, day),
        day_in_beijing(look->now) >= last - 1 ? CLOCK_NEVER : look->now - CLOCK_DAY);
    while (query_next(q))
        add_due(due, query_integer(q, 0));
}

/* --- the notices ------------------------------------------------------------------------------------------
 */

/* With a journal entry of its own: the second reminder is another message than the first. */
static int64_t note_in_journal(struct store *store, const char *kind, const json_t *facts)
{
    const char *case_id = json_string_value(json_object_get(facts, "case_id"));
    struct text body = TEXT_WITH_CEILING(256);
    text_append_string(&body, "{\"case_id\":");
    text_append_json(&body, case_id);
    text_append_character(&body, '}');
    int64_t seq = journal_append(store, "m13d", kind, case_id, text_string(&body));
    text_free(&body);
    return seq;
}

/* Not with a verdict that is worse than the one it has heard: a reminder would be the first to say so. */
static bool is_as_it_was_told(const struct look *look, int64_t case_file)
{
    struct told_word last;
    told_last(look->store, AUDIENCE_FIRM, look->uscc, case_file, &last);
    return notice_hindrance(look->store, case_file, look->uscc, last.any ? last.verdict : NULL) == NULL;
}

static void put_all(const struct look *look, const char *kind, struct due_cases *due)
{
    for (size_t i = 0; i < due->count; i++) {
        json_t *facts = is_as_it_was_told(look, due->items[i])
                            ? facts_of_case(look->store, look->config, due->items[i], kind)
                            : NULL;
        if (facts == NULL)
            continue;
        struct notice notice = {.audience = AUDIENCE_FIRM,
            .uscc = look->uscc,
            .case_file = due->items[i],
            .kind = kind,
            .urgent = string_equal(kind, "deadline"),
            .seq = note_in_journal(look->store, kind, facts),
            .facts = facts};
        notice_put(look->store, look->config, &notice, look->now);
        json_decref(facts);
    }
    free(due->items);
    *due = (struct due_cases){0};
}

static bool next_firm(struct look *look)
{
    struct query *q =
        query_bind(query(look->store, "SELECT uscc FROM case_version INDEXED BY case_version_firm "
                                      "WHERE seq_to IS NULL AND uscc > ? ORDER BY uscc LIMIT 1"),
            "t", look->uscc);
    bool found = query_next(q);
    if (found)
        snprintf(look->uscc, sizeof look->uscc, "%s", query_text(q, 0));
    query_end(q);
    return found;
}

static void look_at_firm(const struct look *look)
{
    struct due_cases due = {0};
    if (look->presses)
        find_pressing(look, &due);
    put_all(look, "deadline", &due);
    if (look->reminds)
        find_reminders(look, &due);
    put_all(look, "reminder", &due);
}

bool remind_is_silent(struct store *store, int64_t case_file, const char *uscc)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM case_silent WHERE case_file = ? AND uscc = ? "
               "AND stage = 'notified')",
               "it", case_file, uscc) != 0;
}

/* Its message has waited for the end of the quiet hours, and in the meantime the firm has answered, or is no
 * longer to be told. */
void remind_drop_answered(struct store *store, const struct config *config, int64_t now)
{
    if (store_value(store, 0,
            "SELECT EXISTS (SELECT 1 FROM notice WHERE kind IN ('reminder', 'deadline') AND due_at <= ?)",
            "i", now) == 0)
        return;
    store_write(store);
    query_run(query_bind(
        query(store,
            "DELETE FROM notice WHERE due_at <= ?1 AND kind IN ('reminder', 'deadline') AND (?2 "
            "OR (kind = 'reminder' AND NOT EXISTS (SELECT 1 FROM case_silent s "
            "WHERE s.case_file = notice.case_file AND s.uscc = notice.uscc AND s.stage = 'notified')) "
            "OR NOT EXISTS (SELECT 1 FROM case_version v CROSS JOIN case_file f ON f.id = v.case_file "
            "WHERE v.case_file = notice.case_file AND v.seq_to IS NULL AND v.uscc = notice.uscc "
            "AND f.stage IN ('lead', 'checking', 'notified', 'confirmed') AND " MAY_BE_TOLD("v") "))"),
        "ii", now, (int64_t)(config->alerts.mode == ALERT_DRAFT)));
}

void remind_due(struct store *store, const struct config *config, int64_t now)
{
    struct look look = find_look(store, config, now);
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    if (look.is_done)
        return;
    store_write(store);
    look.is_done = !look.reminds && !look.presses;
    while (!look.is_done) {
        look.is_done = !next_firm(&look);
        if (!look.is_done)
            look_at_firm(&look);
        if (clock_monotonic_us() >= deadline)
            break;
    }
    keep_look(&look);
}
