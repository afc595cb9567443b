/* alarm_look.c - keeps table alarm, and tells the operator in one message what has changed. */
#include "alarm.h"
#include "facts.h"
#include "notice.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>

/* Feeds and channels have ceilings; what one message says of them has this one. */
enum { TOLD_BYTES = 64 * 1024 };

struct open_alarm {
    int64_t id;
    enum alarm_kind kind;
    char *subject;
    struct alarm_state state;
};

struct open_alarms {
    struct open_alarm *items;
    size_t count, capacity;
};

/* What one look has to tell. `what` tells it apart from all other looks, for the message's id. */
struct telling {
    json_t *raised, *healed;
    struct text what;
    int64_t repeated;
};

static const struct alarm_condition *condition_of(
    const struct alarm_conditions *conditions, enum alarm_kind kind, const char *subject)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (conditions->items[i].kind == kind && string_equal(conditions->items[i].subject, subject))
            return &conditions->items[i];
    return NULL;
}

/* --- the table -------------------------------------------------------------------------------------------
 */

/* What lies ahead was written under a clock that has been set back since, and would be waited for. */
static void forget_the_future(struct store *store, int64_t now)
{
    if (store_value(store, 0,
            "SELECT 1 FROM alarm WHERE healed_at IS NULL AND max(seen_at, coalesce(told_at, 0), "
            "coalesce(gone_at, 0)) > ?",
            "i", now) == 0)
        return;
    store_write(store);
    query_run(query_bind(
        query(store,
            "UPDATE alarm SET seen_at = min(seen_at, ?1), told_at = min(told_at, ?1), gone_at = min(gone_at, "
            "?1) WHERE healed_at IS NULL"),
        "i", now));
}

/* The words are written again when they have changed: `m13ctl status` shows the last ones. */
static void note_condition(struct store *store, const struct alarm_condition *condition, int64_t now)
{
    const char *kind = alarm_kind_names[condition->kind].code;
    int64_t known = store_value(store, 0,
        "SELECT 1 + (gone_at IS NULL AND detail_zh = ? AND detail_en = ?) FROM alarm "
        "WHERE kind = ? AND subject = ? AND healed_at IS NULL",
        "tttt", condition->detail_zh, condition->detail_en, kind, condition->subject);
    if (known == 2)
        return;
    store_write(store);
    query_run(query_bind(
        query(store,
            "INSERT INTO alarm (kind, subject, detail_zh, detail_en, seen_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, subject) WHERE healed_at IS NULL DO UPDATE SET gone_at = NULL, "
            "detail_zh = excluded.detail_zh, detail_en = excluded.detail_en"),
        "tttti", kind, condition->subject, condition->detail_zh, condition->detail_en, now));
}

static void read_open(struct store *store, struct open_alarms *open)
{
    struct query *q = query(store, "SELECT id, kind, subject, seen_at, told_at, gone_at, times FROM alarm "
                                   "WHERE healed_at IS NULL ORDER BY id");
    while (query_next(q)) {
        const struct name_entry *kind = name_find(alarm_kind_names, ALARM_KINDS, query_text(q, 1));
        if (kind == NULL)
            continue;
        MEMORY_GROW(open->items, open->count, open->capacity);
        open->items[open->count++] = (struct open_alarm){.id = query_integer(q, 0),
            .kind = (enum alarm_kind)kind->value,
            .subject = memory_copy_string(query_text(q, 2)),
            .state = {.seen_at = query_integer(q, 3),
                .told_at = query_integer(q, 4),
                .gone_at = query_integer(q, 5),
                .times = query_integer(q, 6)}};
    }
}

static void open_alarms_clear(struct open_alarms *open)
{
    for (size_t i = 0; i < open->count; i++)
        free(open->items[i].subject);
    free(open->items);
}

static void note_gone(struct store *store, struct open_alarm *alarm, int64_t now)
{
    if (alarm->state.gone_at != 0)
        return;
    alarm->state.gone_at = now;
    store_write(store);
    query_run(query_bind(query(store, "UPDATE alarm SET gone_at = ? WHERE id = ?"), "ii", now, alarm->id));
}

/* --- what is told ----------------------------------------------------------------------------------------
 */

json_t *alarm_told(struct query *q)
{
    char since[CLOCK_STRING_BYTES];
    const char *code = query_text(q, 1);
    const struct name_entry *kind = name_find(alarm_kind_names, ALARM_KINDS, code);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "kind", code, "kind_zh",
        kind != NULL ? kind->zh : code, "kind_en", kind != NULL ? kind->en : code, "subject",
        query_text(q, 2), "detail_zh", query_text(q, 3), "detail_en", query_text(q, 4), "since",
        clock_format(query_integer(q, 5), since), "times", (json_int_t)query_integer(q, 6));
}

json_t *alarm_journal_told(struct store *store)
{
    char hash[DIGEST_HEX_BYTES];
    return json_pack(
        "{s:I, s:s}", "seq", (json_int_t)journal_head(store), "hash", journal_head_hash(store, hash));
}

static json_t *told_of(struct store *store, int64_t id)
{
    struct query *q =
        query_bind(query(store, "SELECT id, kind, subject, detail_zh, detail_en, seen_at, times "
                                "FROM alarm WHERE id = ?"),
            "i", id);
    json_t *told = query_next(q) ? alarm_told(q) : NULL;
    query_end(q);
    return told;
}

/* Those that were told before and go on: a message always shows the whole picture. */
static json_t *standing_now(struct store *store, int64_t now)
{
    json_t *standing = json_array();
    struct query *q =
        query_bind(query(store, "SELECT id, kind, subject, detail_zh, detail_en, seen_at, times FROM alarm "
                                "WHERE healed_at IS NULL AND gone_at IS NULL AND times > 0 "
                                "    AND NOT (times = 1 AND told_at = ?) ORDER BY id"),
            "i", now);
    while (query_next(q))
        json_array_append_new(standing, alarm_told(q));
    return standing;
}

/* A feed that people have switched off is not well: nobody asks it. */
static bool is_switched_off(struct store *store, const struct open_alarm *alarm)
{
    return alarm->kind <= ALARM_FEED_DRIFT &&
           store_value(store, 0, "SELECT enabled FROM feed WHERE name = ?", "t", alarm->subject) == 0;
}

static json_t *healed_words(struct store *store, const struct open_alarm *alarm)
{
    static const struct {
        const char *zh, *en;
    } words[ALARM_KINDS] = {
        [ALARM_FEED_FAILING] = {"已恢复，查询成功。", "is answered again."},
        [ALARM_FEED_STALE] = {"已恢复更新。", "is fresh again."},
        [ALARM_FEED_SHRUNK] = {"返回的记录已恢复正常。", "shows its register whole again."},
        [ALARM_FEED_DRIFT] = {"近期查询未再出现新的未知取值或栏目变化；此前出现的仍请核对定义。",
            "shows nothing new of the kind; what came before is still to be looked at."},
        [ALARM_REVIEW_OLD] = {"积压的待核定问题已处理。", "The questions that waited are answered."},
        [ALARM_DISK_LOW] = {"磁盘空间已恢复。", "The disk has room again."},
        [ALARM_JOURNAL_BROKEN] = {"日志链检查已恢复正常；请查明此前的原因。",
            "The journal proves itself again; find out what it was."},
        [ALARM_DELIVERY_FAILING] = {"发送已恢复。", "delivers again."},
        [ALARM_PUBLISH_FAILING] = {"发布库已恢复更新。", "The published database is renewed again."},
    };
    bool off = is_switched_off(store, alarm);
    struct text zh = TEXT_WITH_CEILING(TOLD_BYTES), en = TEXT_WITH_CEILING(TOLD_BYTES);
    text_append_format(&zh, "%s%s%s", alarm->subject, *alarm->subject != '\0' ? " " : "",
        off ? "已停用，不再提醒。" : words[alarm->kind].zh);
    text_append_format(&en, "%s%s%s", alarm->subject, *alarm->subject != '\0' ? " " : "",
        off ? "was switched off: no more is said of it." : words[alarm->kind].en);
    json_t *told = told_of(store, alarm->id);
    json_object_set_new(told, "detail_zh", json_string(text_string(&zh)));
    json_object_set_new(told, "detail_en", json_string(text_string(&en)));
    text_free(&zh);
    text_free(&en);
    return told;
}

static const char *text_of(const json_t *told, const char *member)
{
    const char *text = json_string_value(json_object_get(told, member));
    return text != NULL ? text : "";
}

static void tell(struct store *store, const struct open_alarm *alarm, int64_t now, struct telling *telling)
{
    store_write(store);
    query_run(query_bind(
        query(store, "UPDATE alarm SET told_at = ?, times = times + 1 WHERE id = ?"), "ii", now, alarm->id));
    json_t *told = told_of(store, alarm->id);
    log_warning("alarm %s: %s", text_of(told, "kind"), text_of(told, "detail_en"));
    text_append_format(&telling->what, "%lld:%lld,", (long long)alarm->id, (long long)alarm->state.times + 1);
    if (alarm->state.times == 0)
        json_array_append(telling->raised, told);
    else
        telling->repeated++;
    json_decref(told);
}

static void clear(struct store *store, const struct open_alarm *alarm, int64_t now, struct telling *telling)
{
    json_t *told = healed_words(store, alarm);
    store_write(store);
    query_run(query_bind(query(store, "UPDATE alarm SET healed_at = ? WHERE id = ?"), "ii", now, alarm->id));
    log_notice("alarm %s is over: %s", text_of(told, "kind"), text_of(told, "detail_en"));
    text_append_format(&telling->what, "%lld:over,", (long long)alarm->id);
    json_array_append_new(telling->healed, told);
}

/* The all-clear of what nobody was told would be a riddle. */
static void forget(struct store *store, const struct open_alarm *alarm)
{
    store_write(store);
    query_run(query_bind(query(store, "DELETE FROM alarm WHERE id = ?"), "i", alarm->id));
}

static int64_t judge(struct store *store, const struct alarm_conditions *conditions, struct open_alarm *alarm,
    int64_t now, struct telling *telling)
{
    int64_t next;
    bool holds = conditions->examined[alarm->kind]
                     ? condition_of(conditions, alarm->kind, alarm->subject) != NULL
                     : alarm->state.gone_at == 0;
    if (!holds)
        note_gone(store, alarm, now);
    switch (alarm_decide(alarm->kind, &alarm->state, holds, now, &next)) {
    case ALARM_WAIT:
        break;
    case ALARM_TELL:
        tell(store, alarm, now, telling);
        break;
    case ALARM_CLEAR:
        clear(store, alarm, now, telling);
        break;
    case ALARM_FORGET:
        forget(store, alarm);
        break;
    }
    return next;
}

bool alarm_has_channel(const struct config *config)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        if (config->alerts.channels[i].to[AUDIENCE_OPERATOR])
            return true;
    return false;
}

/* Without a channel nothing is written: it would come in one flood with the first channel that does. */
static bool write_message(
    struct store *store, const struct config *config, const struct telling *telling, int64_t now)
{
    char id[40];
    if (!alarm_has_channel(config))
        return false;
    message_id_of(AUDIENCE_OPERATOR, "", "alarm", text_string(&telling->what), id);
    json_t *message = facts_of_message(store, id, "alarm", AUDIENCE_OPERATOR, true, "", now);
    json_object_set(message, "raised", telling->raised);
    json_object_set_new(message, "standing", standing_now(store, now));
    json_object_set(message, "healed", telling->healed);
    json_object_set_new(message, "journal", alarm_journal_told(store));
    return compose_write(store, config, "alarm", false, message, journal_head(store), now) != 0;
}

bool alarm_look(struct store *store, const struct config *config, const struct alarm_conditions *conditions,
    int64_t now, int64_t *ret_next_look)
{
    struct open_alarms open = {0};
    struct telling telling = {json_array(), json_array(), TEXT_WITH_CEILING(TOLD_BYTES), 0};
    *ret_next_look = CLOCK_NEVER;
    forget_the_future(store, now);
    for (size_t i = 0; i < conditions->count; i++)
        note_condition(store, &conditions->items[i], now);
    read_open(store, &open);
    for (size_t i = 0; i < open.count; i++) {
        int64_t next = judge(store, conditions, &open.items[i], now, &telling);
        *ret_next_look = next < *ret_next_look ? next : *ret_next_look;
    }
    bool written = telling.what.length > 0 && write_message(store, config, &telling, now);
    open_alarms_clear(&open);
    json_decref(telling.raised);
    json_decref(telling.healed);
    text_free(&telling.what);
    return written;
}
