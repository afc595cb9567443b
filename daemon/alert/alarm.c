/* alarm.c - when to tell of an alarm, to tell again, and to say that it is over. */
#include "alarm.h"

#include "m13/clock.h"

#include <stddef.h>

const struct name_entry alarm_kind_names[ALARM_KINDS] = {
    {ALARM_FEED_FAILING, "feed-failing", "数据源连续查询失败", "a feed keeps failing"},
    {ALARM_FEED_STALE, "feed-stale", "数据源超过更新期限", "a feed is stale"},
    {ALARM_FEED_SHRUNK, "feed-shrunk", "登记记录骤减，未采信", "a register has shrunk"},
    {ALARM_FEED_DRIFT, "feed-drift", "登记出现未知取值或栏目变化", "a register has changed its form"},
    {ALARM_REVIEW_OLD, "review-old", "待核定问题积压", "questions wait too long for a person"},
    {ALARM_DISK_LOW, "disk-low", "磁盘空间不足", "the disk is nearly full"},
    {ALARM_JOURNAL_BROKEN, "journal-broken", "日志链损坏", "the journal is broken"},
    {ALARM_DELIVERY_FAILING, "delivery-failing", "通知发送失败", "messages do not arrive"},
    {ALARM_PUBLISH_FAILING, "publish-failing", "发布库未能更新", "the published database is not renewed"},
};

/* How long a condition must hold before it is told, and how long it must be gone before that is.
 *
 * Hold: what is grave, or has counted its turns already, is told on sight; what mends itself after a restart
 * or with the next attempt is given the time for it. Gone: longer than what flaps is away, so that a feed
 * that fails every other day is one alarm; questions reach their age one after the other for days. */
static const struct {
    int64_t hold, quiet;
} pace_of[ALARM_KINDS] = {
    [ALARM_FEED_FAILING] = {0, 3 * CLOCK_DAY},
    [ALARM_FEED_STALE] = {CLOCK_HOUR, 3 * CLOCK_DAY},
    [ALARM_FEED_SHRUNK] = {0, 3 * CLOCK_DAY},
    [ALARM_FEED_DRIFT] = {0, 3 * CLOCK_DAY},
    [ALARM_REVIEW_OLD] = {0, 7 * CLOCK_DAY},
    [ALARM_DISK_LOW] = {0, CLOCK_DAY},
    [ALARM_JOURNAL_BROKEN] = {0, CLOCK_DAY},
    [ALARM_DELIVERY_FAILING] = {CLOCK_HOUR, CLOCK_DAY},
    [ALARM_PUBLISH_FAILING] = {15 * CLOCK_MINUTE, CLOCK_DAY},
};

/* From one telling to the next: whoever was away on the first day hears of it on the second; what nobody
 * mends within a month is known, stands in the weekly sign of life too, and would only teach people to look
 * away. */
static int64_t wait_after(int64_t times)
{
    static const int64_t waits[] = {CLOCK_DAY, 3 * CLOCK_DAY, 7 * CLOCK_DAY, 14 * CLOCK_DAY, 30 * CLOCK_DAY};
    const int64_t last = (int64_t)(sizeof waits / sizeof *waits) - 1;
    return waits[times - 1 < last ? times - 1 : last];
}

static enum alarm_action decide_gone(
    enum alarm_kind kind, const struct alarm_state *state, int64_t now, int64_t *ret_next_look)
{
    *ret_next_look = CLOCK_NEVER;
    if (state->times == 0)
        return ALARM_FORGET;
    int64_t over = (state->gone_at != 0 ? state->gone_at : now) + pace_of[kind].quiet;
    if (now >= over)
        return ALARM_CLEAR;
    *ret_next_look = over;
    return ALARM_WAIT;
}

enum alarm_action alarm_decide(
    enum alarm_kind kind, const struct alarm_state *state, bool holds, int64_t now, int64_t *ret_next_look)
{
    if (!holds)
        return decide_gone(kind, state, now, ret_next_look);
    int64_t due =
        state->times == 0 ? state->seen_at + pace_of[kind].hold : state->told_at + wait_after(state->times);
    if (now >= due) {
        *ret_next_look = now + wait_after(state->times + 1);
        return ALARM_TELL;
    }
    *ret_next_look = due;
    return ALARM_WAIT;
}
