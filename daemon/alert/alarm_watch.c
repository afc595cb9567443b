/* alarm_watch.c - when to look at what may be wrong: a minute after something was written, else every hour.
 */
#include "alarm.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>

#define LOOK_SOON    CLOCK_MINUTE /* however much is written meanwhile */
#define LOOK_MOST    CLOCK_HOUR   /* a feed becomes stale, and a disk full, without a word of ours */
#define COSTLY_EVERY (6 * CLOCK_HOUR)
#define SLICE_PAUSE  CLOCK_SECOND

struct alarm_watch {
    struct loop *loop;
    struct store *store;
    const struct config *config;
    struct alert_outside outside;
    void (*told)(void *context);
    void *context;
    struct loop_timer *look, *slice;
    struct alarm_journal journal;
    struct failure journal_failure; /* "" = it proves itself, as far as it was walked */
    bool started, soon;
    int64_t looked_at, costly_at; /* wall */
};

/* --- what no other part of the room reads ---------------------------------------------------------------
 */

static void judge_journal(struct alarm_watch *watch)
{
    bool more = false;
    struct failure failure = {0};
    alarm_journal_step(&watch->journal, watch->store, &watch->outside, &more, &failure);
    watch->journal_failure = failure;
    if (more && watch->started)
        loop_timer_set_in(watch->slice, SLICE_PAUSE);
}

static void add_journal(const struct alarm_watch *watch, struct alarm_conditions *conditions)
{
    char zh[1024] = "", en[1024] = "";
    const char *what = watch->journal_failure.text;
    if (*what != '\0') {
        snprintf(zh, sizeof zh,
            "日志链损坏（%.300s）：数据库可能被改动或被换成旧备份。请保留现场，运行 m13ctl verify，"
            "并与以往运维消息、备份清单所载的日志条数和末条哈希核对；查明之前不要据此发放资金。",
            what);
        snprintf(en, sizeof en,
            "The chain of the journal is broken (%.300s): the database may have been changed, or replaced by "
            "an older backup. Keep everything as it is, run `m13ctl verify`, compare with the journal's "
            "length "
            "and head in earlier messages and in manifests of backups; pay nothing on its word before that.",
            what);
    }
    alarm_conditions_add(conditions, ALARM_JOURNAL_BROKEN, "", zh, en);
}

static void add_publication(const struct alarm_watch *watch, struct alarm_conditions *conditions)
{
    char zh[1024] = "", en[1024] = "";
    if (watch->outside.publish_problem == NULL)
        return;
    const char *problem = watch->outside.publish_problem(watch->outside.context);
    if (*problem != '\0') {
        snprintf(zh, sizeof zh,
            "发布库 published/m13.db 未能更新（%.300s）：看板仍显示旧数据。请检查磁盘空间和 published "
            "目录的权限；m13d 会继续重试。",
            problem);
        snprintf(en, sizeof en,
            "published/m13.db could not be renewed (%.300s): dashboards show old data. Check the disk's room "
            "and the permissions of the folder `published`; m13d goes on trying.",
            problem);
    }
    alarm_conditions_add(conditions, ALARM_PUBLISH_FAILING, "", zh, en);
}

/* --- looking -----------------------------------------------------------------------------------------------
 */

static bool is_costly_due(const struct alarm_watch *watch, int64_t now)
{
    return now >= watch->costly_at || watch->costly_at > now + COSTLY_EVERY;
}

/* When to look again at the latest. */
static int64_t look(struct alarm_watch *watch, bool costly)
{
    int64_t now = clock_wall(), next;
    struct alarm_conditions conditions = {0};
    judge_journal(watch);
    alarm_conditions_read(watch->store, watch->config, costly, now, &conditions);
    add_journal(watch, &conditions);
    add_publication(watch, &conditions);
    bool written = alarm_look(watch->store, watch->config, &conditions, now, &next);
    bool alive = alarm_health_due(watch->store, watch->config, now);
    alarm_conditions_clear(&conditions);
    watch->looked_at = now;
    watch->costly_at = costly ? now + COSTLY_EVERY : watch->costly_at;
    if (written || alive)
        watch->told(watch->context);
    return next;
}

/* At the full hour: that is when the weekly sign of life is due. */
static void on_look(void *context)
{
    struct alarm_watch *watch = context;
    watch->soon = false;
    int64_t next = look(watch, is_costly_due(watch, clock_wall()));
    int64_t now = clock_wall(), hour = now - now % LOOK_MOST + LOOK_MOST;
    loop_timer_set_in(watch->look, (next < hour ? next : hour) - now);
}

static void on_slice(void *context)
{
    struct alarm_watch *watch = context;
    judge_journal(watch);
    if (*watch->journal_failure.text != '\0')
        alarm_watch_changed(watch);
}

void alarm_watch_changed(struct alarm_watch *watch)
{
    if (!watch->started || watch->soon)
        return;
    int64_t since = clock_wall() - watch->looked_at;
    watch->soon = true;
    loop_timer_set_in(watch->look, since < 0 ? LOOK_SOON : since < LOOK_SOON ? LOOK_SOON - since : 0);
}

void alarm_watch_look(struct alarm_watch *watch)
{
    look(watch, true);
}

void alarm_watch_start(struct alarm_watch *watch)
{
    watch->started = true;
    loop_timer_set_in(watch->look, 0);
}

/* --- the object ------------------------------------------------------------------------------------------
 */

struct alarm_watch *alarm_watch_new(
    struct loop *loop, struct store *store, const struct config *config, void (*told)(void *), void *context)
{
    struct alarm_watch *watch = memory_get_zeroed(1, sizeof *watch);
    *watch = (struct alarm_watch){
        .loop = loop, .store = store, .config = config, .told = told, .context = context};
    watch->look = loop_timer_new(loop, LOOP_CLOCK, "alarms", on_look, watch);
    watch->slice = loop_timer_new(loop, LOOP_REAL, "journal check", on_slice, watch);
    return watch;
}

void alarm_watch_reload(struct alarm_watch *watch, const struct config *config)
{
    watch->config = config;
    alarm_watch_changed(watch);
}

void alarm_watch_outside(struct alarm_watch *watch, const struct alert_outside *outside)
{
    watch->outside = *outside;
}

void alarm_watch_free(struct alarm_watch *watch)
{
    if (watch == NULL)
        return;
    loop_timer_free(watch->look);
    loop_timer_free(watch->slice);
    free(watch);
}
