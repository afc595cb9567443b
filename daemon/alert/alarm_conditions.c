/* alarm_conditions.c - what is wrong now: what, since when, what to do. */
#include "alarm.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

enum {
    SENTENCE_BYTES = 4096,
    WORDS_SHOWN = 300,     /* of what a register, or a receiver, says */
    SHRUNK_TURNS = 2,      /* a file may be cut while it is being replaced: asked again, it is still short */
    ENDPOINT_FAILURES = 3, /* in a row: five minutes, by the schedule of retry.c */
    FIRMS_FAILING = 10,    /* so many receivers at once are no fault of theirs */
    DEAD_LETTERS = 10,
};
#define DEAD_LETTERS_WITHIN (7 * CLOCK_DAY)

struct sentence {
    struct text zh, en;
};
#define SENTENCE ((struct sentence){TEXT_WITH_CEILING(SENTENCE_BYTES), TEXT_WITH_CEILING(SENTENCE_BYTES)})

void alarm_conditions_add(struct alarm_conditions *conditions, enum alarm_kind kind, const char *subject,
    const char *detail_zh, const char *detail_en)
{
    conditions->examined[kind] = true;
    if (*detail_zh == '\0')
        return;
    MEMORY_GROW(conditions->items, conditions->count, conditions->capacity);
    conditions->items[conditions->count++] = (struct alarm_condition){.kind = kind,
        .subject = memory_copy_string(subject),
        .detail_zh = memory_copy_string(detail_zh),
        .detail_en = memory_copy_string(detail_en)};
}

void alarm_conditions_clear(struct alarm_conditions *conditions)
{
    for (size_t i = 0; i < conditions->count; i++) {
        free(conditions->items[i].subject);
        free(conditions->items[i].detail_zh);
        free(conditions->items[i].detail_en);
    }
    free(conditions->items);
    *conditions = (struct alarm_conditions){0};
}

static void add(
    struct alarm_conditions *conditions, enum alarm_kind kind, const char *subject, struct sentence *sentence)
{
    alarm_conditions_add(conditions, kind, subject, text_string(&sentence->zh), text_string(&sentence->en));
    text_free(&sentence->zh);
    text_free(&sentence->en);
}

/* --- feeds -----------------------------------------------------------------------------------------------
 */

/* Texts are the query's, and valid until its next row. */
struct feed_now {
    const char *name, *title_zh, *title_en, *outcome, *outcome_zh, *outcome_en, *detail, *drift;
    int64_t failures, fresh_ms;
    bool stale;
    char failed_since[CLOCK_STRING_BYTES], succeeded[CLOCK_STRING_BYTES], stale_since[CLOCK_STRING_BYTES];
};

static int shown(const char *words)
{
    return (int)utf8_cut(words, strnlen(words, WORDS_SHOWN));
}

static void add_failing(struct alarm_conditions *conditions, const struct feed_now *feed)
{
    struct sentence sentence = SENTENCE;
    text_append_format(&sentence.zh,
        "数据源 %s（%s）自 %s（北京时间）起连续 %lld 次查询失败，最近一次：%s（%.*s）；上次成功：%s。"
        "请检查本机网络和该登记网站能否访问；m13ctl feeds 显示各数据源的情况，排除后可用 m13ctl poll %s "
        "立即重查。",
        feed->name, feed->title_zh, feed->failed_since, (long long)feed->failures, feed->outcome_zh,
        shown(feed->detail), feed->detail, *feed->succeeded != '\0' ? feed->succeeded : "从未成功",
        feed->name);
    text_append_format(&sentence.en,
        "Feed %s (%s) has failed %lld times in a row since %s Beijing time, last: %s (%.*s); last success: "
        "%s. Check whether this machine has its network and the register can be reached; `m13ctl feeds` "
        "shows how each feed stands, `m13ctl poll %s` asks again at once.",
        feed->name, feed->title_en, (long long)feed->failures, feed->failed_since, feed->outcome_en,
        shown(feed->detail), feed->detail, *feed->succeeded != '\0' ? feed->succeeded : "never", feed->name);
    add(conditions, ALARM_FEED_FAILING, feed->name, &sentence);
}

static void add_stale(struct alarm_conditions *conditions, const struct feed_now *feed)
{
    struct sentence sentence = SENTENCE;
    text_append_format(&sentence.zh,
        "数据源 %s（%s）自 %s（北京时间）起超过更新期限（%lld 小时）；上次成功：%s，最近情况：%s（%.*s）。"
        "请运行 m13ctl feeds 查看下次查询时间；由人工下载的登记请用 m13ctl ingest %s 报入。",
        feed->name, feed->title_zh, feed->stale_since, (long long)(feed->fresh_ms / CLOCK_HOUR),
        *feed->succeeded != '\0' ? feed->succeeded : "从未成功", feed->outcome_zh, shown(feed->detail),
        feed->detail, feed->name);
    text_append_format(&sentence.en,
        "Feed %s (%s) has been older than its freshness target (%lld hours) since %s Beijing time; last "
        "success: %s, last word: %s (%.*s). `m13ctl feeds` shows when it is asked next; what is fetched by "
        "hand goes in by `m13ctl ingest %s`.",
        feed->name, feed->title_en, (long long)(feed->fresh_ms / CLOCK_HOUR), feed->stale_since,
        *feed->succeeded != '\0' ? feed->succeeded : "never", feed->outcome_en, shown(feed->detail),
        feed->detail, feed->name);
    add(conditions, ALARM_FEED_STALE, feed->name, &sentence);
}

static void add_shrunk(struct alarm_conditions *conditions, const struct feed_now *feed)
{
    struct sentence sentence = SENTENCE;
    text_append_format(&sentence.zh,
        "数据源 %s（%s）自 %s（北京时间）起返回的记录骤减（%.*s）；未采信，原有记录不变。"
        "请到该登记网站核对；如确已减少，请调整 feeds.d/%s.conf 中的 minimum-rows、largest-shrink。",
        feed->name, feed->title_zh, feed->failed_since, shown(feed->detail), feed->detail, feed->name);
    text_append_format(&sentence.en,
        "The register of feed %s (%s) has shrunk since %s Beijing time (%.*s); it was not believed, and what "
        "was known stands. Compare with the register's own site; if it is so, change minimum-rows and "
        "largest-shrink in feeds.d/%s.conf.",
        feed->name, feed->title_en, feed->failed_since, shown(feed->detail), feed->detail, feed->name);
    add(conditions, ALARM_FEED_SHRUNK, feed->name, &sentence);
}

static void add_drift(struct alarm_conditions *conditions, const struct feed_now *feed)
{
    struct sentence sentence = SENTENCE;
    text_append_format(&sentence.zh,
        "数据源 %s（%s）的登记出现未知取值或栏目变化（%.*s）。能读的已采用；请对照该登记网站核对 "
        "feeds.d/%s.conf 的字段和取值。",
        feed->name, feed->title_zh, shown(feed->drift), feed->drift, feed->name);
    text_append_format(&sentence.en,
        "The register of feed %s (%s) has values or columns that its definition does not know (%.*s). What "
        "can be read was taken; compare fields and values of feeds.d/%s.conf with the register's site.",
        feed->name, feed->title_en, shown(feed->drift), feed->drift, feed->name);
    add(conditions, ALARM_FEED_DRIFT, feed->name, &sentence);
}

/* Of one feed and one outage only one is told: why it fails says more than that it is stale. */
static void judge_feed(
    struct alarm_conditions *conditions, const struct config *config, const struct feed_now *feed)
{
    bool shrunk = feed->failures >= SHRUNK_TURNS && string_equal(feed->outcome, "shrunk");
    bool failing = !shrunk && feed->failures >= config->alerts.alarms.feed_failures;
    if (shrunk)
        add_shrunk(conditions, feed);
    else if (failing)
        add_failing(conditions, feed);
    else if (feed->stale)
        add_stale(conditions, feed);
    if (*feed->drift != '\0')
        add_drift(conditions, feed);
}

static void format_since(int64_t wall, char out[CLOCK_STRING_BYTES])
{
    out[0] = '\0';
    if (wall != 0)
        clock_format_beijing(wall, out);
}

/* Drift is asked of the last poll that brought rows: after the same bytes again it goes on. One that has
 * never succeeded counts from its first turn. */
static const char feeds_now[] =
    "SELECT f.name, f.title_zh, f.title_en, s.outcome, coalesce(l.zh, s.outcome), coalesce(l.en, s.outcome),"
    "    s.detail,"
    "    coalesce((SELECT iif(p.outcome = 'drift' OR p.drift <> '', p.detail, '') FROM poll p"
    "        WHERE p.feed = f.name AND p.state = 'applied' AND p.rows > 0 ORDER BY p.id DESC LIMIT 1), ''),"
    "    s.failures, f.fresh_ms, s.first_failed_at, s.last_success_at,"
    "    coalesce(h.fresh_until, f.fresh_ms + coalesce("
    "        (SELECT min(p.started_at) FROM poll p WHERE p.feed = f.name), s.next_at)),"
    "    coalesce(?1 NOT BETWEEN h.fresh_from AND h.fresh_until, ?1 > f.fresh_ms + coalesce("
    "        (SELECT min(p.started_at) FROM poll p WHERE p.feed = f.name), s.next_at))"
    " FROM feed f JOIN feed_state s USING (name) JOIN feed_freshness h USING (name)"
    " LEFT JOIN label l ON l.kind = 'outcome' AND l.code = iif(s.outcome = '', 'never', s.outcome)"
    " WHERE f.enabled ORDER BY f.name";

static void read_feeds(
    struct alarm_conditions *conditions, struct store *store, const struct config *config, int64_t now)
{
    struct query *q = query_bind(query(store, feeds_now), "i", now);
    while (query_next(q)) {
        struct feed_now feed = {.name = query_text(q, 0),
            .title_zh = query_text(q, 1),
            .title_en = query_text(q, 2),
            .outcome = query_text(q, 3),
            .outcome_zh = query_text(q, 4),
            .outcome_en = query_text(q, 5),
            .detail = query_text(q, 6),
            .drift = query_text(q, 7),
            .failures = query_integer(q, 8),
            .fresh_ms = query_integer(q, 9),
            .stale = query_integer(q, 13) != 0};
        format_since(query_integer(q, 10), feed.failed_since);
        format_since(query_integer(q, 11), feed.succeeded);
        format_since(query_integer(q, 12), feed.stale_since);
        judge_feed(conditions, config, &feed);
    }
    conditions->examined[ALARM_FEED_FAILING] = conditions->examined[ALARM_FEED_STALE] = true;
    conditions->examined[ALARM_FEED_SHRUNK] = conditions->examined[ALARM_FEED_DRIFT] = true;
}

/* --- the review queue ------------------------------------------------------------------------------------
 */

/* Open questions of table bi_review that a person of the bureau answers, and since when each has been asked:
 * whose a maker is, what a rule leaves open, of which product an approval is. */
static const char questions[] =
    "SELECT count(*), min(at) FROM ("
    "    SELECT j.at FROM match m CROSS JOIN journal j ON j.seq = m.seq_from"
    "    WHERE m.seq_to IS NULL AND m.band = 'review'"
    "    UNION ALL SELECT (SELECT max(e.at) FROM case_event e WHERE e.case_file = c.case_file"
    "        AND e.kind IN ('opened', 'verdict', 'product'))"
    "    FROM case_version c WHERE c.seq_to IS NULL AND (c.verdict = 'review'"
    "        OR c.product_id = '' AND c.verdict NOT IN ('excluded', 'out_of_window'))"
    ") WHERE at < ?";

static void read_review(
    struct alarm_conditions *conditions, struct store *store, const struct config *config, int64_t now)
{
    struct sentence sentence = SENTENCE;
    char since[CLOCK_STRING_BYTES];
    int64_t days = config->alerts.alarms.review_days;
    struct query *q = query_bind(query(store, questions), "i", now - days * CLOCK_DAY);
    if (query_next(q) && query_integer(q, 0) > 0) {
        int64_t count = query_integer(q, 0);
        format_since(query_integer(q, 1), since);
        text_append_format(&sentence.zh,
            "待人工核定的问题有 %lld 条超过 %lld 天，最早的一条始于 "
            "%s（北京时间）；在此之前相关线索不会有结论。"
            "请经办处室运行 m13ctl review list 逐条核定。",
            (long long)count, (long long)days, since);
        text_append_format(&sentence.en,
            "%lld question%s waited longer than %lld days for a person, the oldest since %s Beijing time; "
            "their cases stay undecided. The desk answers them: `m13ctl review list`.",
            (long long)count, count == 1 ? " has" : "s have", (long long)days, since);
    }
    query_end(q);
    add(conditions, ALARM_REVIEW_OLD, "", &sentence);
}

/* --- the disk ----------------------------------------------------------------------------------------------
 */

static long long tenths(int64_t bytes)
{
    return (long long)(bytes / (1024LL * 1024 * 1024 / 10));
}

/* Free space in tenths: the sentence stays the same while files come and go. */
static void read_disk(struct alarm_conditions *conditions, struct store *store, const struct config *config)
{
    struct sentence sentence = SENTENCE;
    struct statvfs disk;
    int64_t least = config->alerts.alarms.disk_bytes;
    if (statvfs(store_directory(store), &disk) < 0)
        return;
    long long left = tenths((int64_t)(disk.f_bavail * disk.f_frsize)), wanted = tenths(least);
    if ((int64_t)(disk.f_bavail * disk.f_frsize) < least) {
        text_append_format(&sentence.zh,
            "数据目录所在磁盘只剩 %lld.%lld GiB，低于 %lld.%lld GiB。请清理或扩容：磁盘写满时 m13d 会停止，"
            "已提交的数据不会丢失。",
            left / 10, left % 10, wanted / 10, wanted % 10);
        text_append_format(&sentence.en,
            "The disk of the state folder has %lld.%lld GiB left, less than %lld.%lld GiB. Make room: when "
            "it "
            "is full m13d stops; what was committed is not lost.",
            left / 10, left % 10, wanted / 10, wanted % 10);
    }
    add(conditions, ALARM_DISK_LOW, "", &sentence);
}

/* --- deliveries --------------------------------------------------------------------------------------------
 */

static void tell_own(struct store *store, const char *channel, struct sentence *sentence)
{
    struct query *q =
        query_bind(query(store, "SELECT failures, disabled_at IS NOT NULL, problem FROM endpoint "
                                "WHERE channel = ?1 AND recipient = '' "
                                "    AND (failures >= ?2 OR disabled_at IS NOT NULL)"),
            "ti", channel, (int64_t)ENDPOINT_FAILURES);
    if (query_next(q)) {
        const char *problem = query_text(q, 2);
        bool disabled = query_integer(q, 1) != 0;
        text_append_format(&sentence->zh, "通知渠道 %s %s（%.*s）。", channel,
            disabled ? "已被对方停用" : "连续发送失败", shown(problem), problem);
        text_append_format(&sentence->en, "Channel %s %s (%.*s). ", channel,
            disabled ? "was disabled by its receiver" : "keeps failing", shown(problem), problem);
    }
    query_end(q);
}

static void tell_dead(struct store *store, const char *channel, int64_t now, struct sentence *sentence)
{
    struct query *q = query_bind(
        query(store, "SELECT coalesce(sum(recipient = ''), 0), coalesce(sum(recipient <> ''), 0) "
                     "FROM delivery WHERE state = 'failed' AND last_attempt_at > ? AND channel = ?"),
        "it", now - DEAD_LETTERS_WITHIN, channel);
    int64_t own = 0, firms = 0;
    if (query_next(q)) {
        own = query_integer(q, 0);
        firms = query_integer(q, 1);
    }
    query_end(q);
    if (own == 0 && firms < DEAD_LETTERS)
        return;
    text_append_format(
        &sentence->zh, "通知渠道 %s 近七天有 %lld 条消息最终未能送达。", channel, (long long)own + firms);
    text_append_format(&sentence->en, "%lld messages of channel %s were given up within seven days. ",
        (long long)own + firms, channel);
}

static void tell_firms(struct store *store, const char *channel, struct sentence *sentence)
{
    int64_t failing = store_value(store, 0,
        "SELECT count(*) FROM endpoint WHERE channel = ? AND recipient <> '' AND failures >= ? "
        "    AND disabled_at IS NULL",
        "ti", channel, (int64_t)ENDPOINT_FAILURES);
    if (failing < FIRMS_FAILING)
        return;
    text_append_format(
        &sentence->zh, "通知渠道 %s 对 %lld 家企业连续发送失败。", channel, (long long)failing);
    text_append_format(
        &sentence->en, "Channel %s keeps failing for %lld firms at once. ", channel, (long long)failing);
}

static void read_channel(
    struct alarm_conditions *conditions, struct store *store, const char *channel, int64_t now)
{
    struct sentence sentence = SENTENCE;
    tell_own(store, channel, &sentence);
    tell_dead(store, channel, now, &sentence);
    tell_firms(store, channel, &sentence);
    if (sentence.zh.length > 0) {
        text_append_format(&sentence.zh,
            "请运行 m13ctl alerts list 查看，用 m13ctl alerts test %s 试发，排除后用 m13ctl alerts retry %s "
            "补发。",
            channel, channel);
        text_append_format(&sentence.en,
            "`m13ctl alerts list` shows them, `m13ctl alerts test %s` tries the channel, and `m13ctl alerts "
            "retry %s` sends again.",
            channel, channel);
    }
    add(conditions, ALARM_DELIVERY_FAILING, channel, &sentence);
}

void alarm_conditions_read(struct store *store, const struct config *config, bool costly, int64_t now,
    struct alarm_conditions *ret_conditions)
{
    read_feeds(ret_conditions, store, config, now);
    if (costly)
        read_review(ret_conditions, store, config, now);
    read_disk(ret_conditions, store, config);
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        read_channel(ret_conditions, store, config->alerts.channels[i].name, now);
    ret_conditions->examined[ALARM_DELIVERY_FAILING] = true;
}
