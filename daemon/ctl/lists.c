/* lists.c - status, feeds, cases: the tables at a glance. */
#include "ctl.h"

#include "m13/casework.h"
#include "m13/clock.h"
#include "m13/control.h"
#include "m13/date.h"
#include "m13/decoder.h"
#include "m13/journal.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *string_of(json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

static int64_t integer_of(json_t *row, const char *key)
{
    return json_integer_value(json_object_get(row, key));
}

/* --- feeds -------------------------------------------------------------------------------------------------
 */

static const char *age_of(struct ctl *ctl, json_t *row, char out[64])
{
    json_t *hours = json_object_get(row, "age_hours");
    if (!json_is_number(hours))
        return SAY(ctl, "从未成功", "never");
    double age = json_number_value(hours);
    const char *stale = integer_of(row, "stale") ? SAY(ctl, "（过期）", " (stale)") : "";
    if (age < 48)
        snprintf(out, 64, "%.1f %s%s", age, SAY(ctl, "小时", "h"), stale);
    else
        snprintf(out, 64, "%.0f %s%s", age / 24, SAY(ctl, "天", "d"), stale);
    return out;
}

static const char *turn_of(struct ctl *ctl, json_t *row, char out[CLOCK_STRING_BYTES])
{
    if (!integer_of(row, "enabled"))
        return SAY(ctl, "已停用", "switched off");
    json_t *at = json_object_get(row, "next_turn_ts");
    return json_is_integer(at) ? clock_format_beijing(json_integer_value(at) * 1000, out) : "";
}

static void print_feed(struct ctl *ctl, json_t *row, void *context)
{
    char age[64], turn[CLOCK_STRING_BYTES], failures[24], rows[24];
    char *outcome = ctl_label(ctl, "outcome", string_of(row, "outcome"));
    snprintf(failures, sizeof failures, "%lld", (long long)integer_of(row, "failures"));
    snprintf(rows, sizeof rows, "%lld", (long long)integer_of(row, "rows"));
    const char *cells[] = {string_of(row, "feed"), string_of(row, "authority"), string_of(row, "outcome"),
        outcome, age_of(ctl, row, age), rows, failures, turn_of(ctl, row, turn), string_of(row, "detail")};
    grid_add(context, cells);
    free(outcome);
}

static void print_limits(struct ctl *ctl, json_t *row, void *context)
{
    (void)context;
    const char *limits = string_of(row, ctl->english ? "limits_en" : "limits_zh");
    if (*limits)
        printf("%s: %s\n", string_of(row, "feed"), limits);
}

/* Silence of an authority that nobody asks says nothing. */
static void print_not_asked(struct ctl *ctl, json_t *row, void *context)
{
    (void)context;
    if (strcmp(string_of(row, "coverage"), "feed") == 0)
        return;
    printf("%s  %s: %s\n", string_of(row, "authority"), string_of(row, ctl->english ? "name_en" : "name_zh"),
        string_of(row, ctl->english ? "coverage_en" : "coverage_zh"));
}

static void print_json_row(struct ctl *ctl, json_t *row, void *context)
{
    (void)ctl;
    (void)context;
    ctl_print_json(json_incref(row));
}

int verb_feeds(struct ctl *ctl)
{
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    if (ctl->json) {
        rows_each(ctl, "bi_feed", NULL, 0, print_json_row, NULL);
        return 0;
    }
    const char *zh[] = {
        "数据源", "机构", "结果", "", "距上次成功", "批准数", "连续失败", "下次（北京时间）", "说明"};
    const char *en[] = {
        "feed", "authority", "outcome", "", "age", "approvals", "failures", "next (Beijing)", "detail"};
    struct grid *grid = grid_new(9, ctl->english ? en : zh);
    rows_each(ctl, "bi_feed", NULL, 0, print_feed, grid);
    grid_print(grid);
    grid_free(grid);
    printf("\n%s\n", SAY(ctl, "各数据源看不到什么：", "What these registers cannot show:"));
    rows_each(ctl, "bi_feed", NULL, 0, print_limits, NULL);
    printf("\n%s\n", SAY(ctl, "没有数据源的机构：", "Authorities that no feed asks:"));
    rows_each(ctl, "bi_authority", NULL, 0, print_not_asked, NULL);
    return 0;
}

/* --- cases -------------------------------------------------------------------------------------------------
 */

/* `["a","b"]` of column missing, in words, parted by commas. */
static char *missing_of(struct ctl *ctl, json_t *row)
{
    struct text out = TEXT_WITH_CEILING(4096);
    json_t *list = json_loads(string_of(row, "missing"), 0, NULL), *code;
    size_t i;
    json_array_foreach(list, i, code)
    {
        char *label = ctl_label(ctl, "missing", json_string_value(code));
        text_append_string(&out, i ? SAY(ctl, "、", ", ") : "");
        text_append_string(&out, label);
        free(label);
    }
    json_decref(list);
    return out.bytes ? text_take(&out) : memory_copy_string("");
}

/* As exact as it is known: 2026-03-10, 2026-03, 2026, FIRST/LAST. */
static const char *decided_of(json_t *row, char out[DATE_STRING_BYTES])
{
    json_t *from = json_object_get(row, "decision_date_from_ts"),
           *to = json_object_get(row, "decision_date_to_ts");
    const int64_t second = CLOCK_DAY / 1000;
    if (!json_is_integer(from) || !json_is_integer(to))
        return "";
    struct date date = {
        (int32_t)(json_integer_value(from) / second), (int32_t)(json_integer_value(to) / second)};
    return date_format(date, out);
}

/* Of a candidate only the name in the foreign register is known. */
static const char *firm_of(struct ctl *ctl, json_t *row)
{
    const char *chinese = string_of(row, "firm_name"), *english = string_of(row, "firm_name_en");
    const char *first = ctl->english ? english : chinese, *second = ctl->english ? chinese : english;
    return *first ? first : *second ? second : string_of(row, "uscc");
}

static void print_case(struct ctl *ctl, json_t *row, void *context)
{
    char decided[DATE_STRING_BYTES];
    char *verdict = ctl_label(ctl, "verdict", string_of(row, "verdict"));
    char *stage = ctl_label(ctl, "stage", string_of(row, "stage"));
    char *missing = missing_of(ctl, row);
    const char *cells[] = {string_of(row, "case_id"), firm_of(ctl, row), string_of(row, "authority"),
        string_of(row, "number"), decided_of(row, decided), verdict, stage, missing,
        string_of(row, "device")};
    grid_add(context, cells);
    free(verdict);
    free(stage);
    free(missing);
}

int verb_cases(struct ctl *ctl)
{
    const struct rows_filter filters[] = {
        {"verdict = ?", ctl_take_option(ctl, "--verdict")},
        {"stage = ?", ctl_take_option(ctl, "--stage")},
        {"uscc = ?", ctl_take_option(ctl, "--firm")},
        {"decision_date_to >= ?", ctl_take_option(ctl, "--since")},
    };
    struct date since;
    const size_t verdicts = sizeof verdict_names / sizeof *verdict_names;
    if (ctl->count)
        return ctl_usage(ctl, "cases 只接受 --verdict、--stage、--firm、--since",
            "cases takes --verdict, --stage, --firm, --since");
    if (filters[3].value && date_parse(filters[3].value, DATE_FORM_ISO, &since) < 0)
        return ctl_usage(ctl, "--since 应为日期，如 2026-01-01", "--since takes a date such as 2026-01-01");
    /* A slip of the pen must not look like an empty list. */
    if (filters[0].value && !name_find(verdict_names, verdicts, filters[0].value))
        return ctl_usage(ctl, "--verdict 应为 eligible、pending、review、out_of_window 或 excluded",
            "--verdict is eligible, pending, review, out_of_window or excluded");
    if (filters[1].value && !name_find(case_stage_names, CASE_STAGES, filters[1].value))
        return ctl_usage(ctl, "没有这个环节（--stage lead、checking、notified ...）",
            "no such stage (--stage lead, checking, notified ...)");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    const size_t filter_count = sizeof filters / sizeof *filters;
    if (ctl->json) {
        rows_each(ctl, "bi_case", filters, filter_count, print_json_row, NULL);
        return 0;
    }
    const char *zh[] = {
        "线索", "企业", "机构", "批准编号", "批准日期", "初判结论", "环节", "待补", "登记产品名称"};
    const char *en[] = {
        "case", "firm", "authority", "number", "decided", "verdict", "stage", "missing", "device"};
    struct grid *grid = grid_new(9, ctl->english ? en : zh);
    rows_each(ctl, "bi_case", filters, filter_count, print_case, grid);
    if (grid_rows(grid))
        grid_print(grid);
    else
        puts(SAY(ctl, "没有符合条件的线索。", "No such case."));
    grid_free(grid);
    return 0;
}

/* --- status ------------------------------------------------------------------------------------------------
 */

static void take_answer(json_t *answer, void *context)
{
    json_object_update(context, answer);
}

#define DELIVERIES_IN(state)                                                                                 \
    "SELECT count(*) FROM delivery d JOIN outbox o ON o.id = d.outbox WHERE o.state = 'released' AND "       \
    "d.state = '" state "'"

static const struct {
    const char *key, *sql, *zh, *en;
} status_counts[] = {
    {"approvals", "SELECT count(*) FROM approval", "境外批准", "approvals"},
    {"makers", "SELECT count(*) FROM maker", "境外登记企业名称", "makers' spellings"},
    {"firms",
        "SELECT count(*) FROM local_record WHERE kind = 'firms' AND seq_to IS NULL AND withdrawn = 0 AND key "
        "NOT LIKE '%:%'",
        "北京企业", "firms"},
    {"candidates",
        "SELECT count(*) FROM local_record WHERE kind = 'firms' AND seq_to IS NULL AND withdrawn = 0 AND key "
        "LIKE '%:%'",
        "候选企业（仅知 SRN 或 FEI）", "candidates (known by SRN or FEI only)"},
    {"cases", "SELECT count(*) FROM case_file", "线索", "cases"},
    {"unclaimed", "SELECT count(*) FROM match WHERE seq_to IS NULL AND beijing = 1 AND band = 'none'",
        "待认领的在京企业", "unclaimed makers in Beijing"},
    {"matches_in_review", "SELECT count(*) FROM match WHERE seq_to IS NULL AND band = 'review'",
        "待人工核定的企业归属", "matches that wait for a person"},
    {"self_findings", "SELECT count(*) FROM self_finding_shown", "名录自查：认不出本企业的名称",
        "names that do not lead to their own firm (self-check)"},
    {"waiting", "SELECT count(*) FROM local_waiting WHERE missing <> 'document'", "等待所引用记录的本地记录",
        "local records that wait for another"},
    {"documents_awaited", "SELECT count(DISTINCT name) FROM local_waiting WHERE missing = 'document'",
        "尚未收到的材料文件", "documents named that have not arrived"},
    {"files_refused",
        "SELECT count(DISTINCT delivery) FROM local_file WHERE state = 'refused' AND taken_at > ? - 7 * "
        "86400000",
        "近七天退回的文件", "files refused within seven days"},
    {"feeds_failing", "SELECT count(*) FROM feed JOIN feed_state USING (name) WHERE enabled AND failures > 0",
        "失败的数据源", "feeds failing"},
    {"work_left", "SELECT count(*) FROM work", "待处理", "work left"},
    {"messages_waiting", DELIVERIES_IN("waiting"), "待投递", "deliveries waiting"},
    {"messages_failed", DELIVERIES_IN("failed"), "投递失败", "deliveries failed"},
    {"messages_unreachable", DELIVERIES_IN("unreachable"), "没有地址的投递", "deliveries without an address"},
    {"endpoints_disabled", "SELECT count(*) FROM endpoint WHERE disabled_at IS NOT NULL", "已停用的接收地址",
        "addresses disabled"},
    {"messages_draft", "SELECT count(*) FROM outbox WHERE state = 'draft'", "草稿通知", "messages in draft"},
    {"messages_held", "SELECT count(*) FROM outbox WHERE state = 'held'", "待放行通知",
        "messages held for release"},
};
enum { STATUS_COUNTS = sizeof status_counts / sizeof *status_counts };

/* The parameter, where there is one, is the time. */
static int64_t count_of(struct ctl *ctl, const char *sql)
{
    return store_value(ctl->store, 0, sql, strchr(sql, '?') ? "i" : "", ctl->now);
}

/* The last year that the holidays file lists, when that is over; 0 = none is listed, or it goes on. */
static int holidays_ended(const struct ctl *ctl)
{
    const size_t count = ctl->config->alerts.times.holiday_count;
    int listed, now, month, day;
    if (count == 0)
        return 0;
    day_to_civil(ctl->config->alerts.times.holidays[count - 1].day, &listed, &month, &day);
    day_to_civil(day_in_beijing(ctl->now), &now, &month, &day);
    return now > listed ? listed : 0;
}

/* What the daemon itself knows, if one runs; then what the database and the configuration say. */
static json_t *gather_status(struct ctl *ctl)
{
    char hash[DIGEST_HEX_BYTES];
    json_t *status = json_object();
    struct failure failure = {0};
    int r = control_ask(
        ctl->config->state, json_pack("{s:s}", "verb", "status"), NULL, 0, take_answer, status, &failure);
    json_object_del(status, "done");
    json_object_del(status, "exit");
    json_object_del(status, "problem");
    /* A daemon that cannot be asked is not one that does not run. */
    json_object_set_new(status, "running", r >= 0 || nobody_listens(r) ? json_boolean(r >= 0) : json_null());
    json_object_set_new(status, "unreachable", json_string(nobody_listens(r) ? "" : failure.text));
    json_object_set_new(status, "state", json_string(ctl->config->state));
    json_object_set_new(status, "version", json_string(M13_VERSION));
    json_object_set_new(status, "sandbox", json_string(decoder_sandbox_kind()));
    json_object_set_new(status, "alert_mode",
        json_string(name_code(alert_mode_names, ALERT_LIVE + 1, (int)ctl->config->alerts.mode)));
    json_object_set_new(status, "holidays_ended", json_integer(holidays_ended(ctl)));
    for (int i = 0; i < STATUS_COUNTS; i++)
        json_object_set_new(status, status_counts[i].key, json_integer(count_of(ctl, status_counts[i].sql)));
    coverage_gather(ctl, status);
    alarms_gather(ctl, status);
    int64_t unnamed = registry_each_unnamed(ctl->store, NULL, NULL);
    if (unnamed >= 0) /* the inbox is the daemon's own: others may not look into it */
        json_object_set_new(status, "files_unnamed", json_integer(unnamed));
    json_object_set_new(status, "journal_entries", json_integer(journal_head(ctl->store)));
    json_object_set_new(status, "journal_head", json_string(journal_head_hash(ctl->store, hash)));
    return status;
}

static const char *running_word(struct ctl *ctl, json_t *running)
{
    return json_is_true(running)    ? SAY(ctl, "运行中", "running")
           : json_is_false(running) ? SAY(ctl, "未运行", "not running")
                                    : SAY(ctl, "无法询问", "cannot be asked");
}

static void print_status(struct ctl *ctl, json_t *status)
{
    json_t *running = json_object_get(status, "running");
    printf("m13d %s  %s  %s %s\n", M13_VERSION, running_word(ctl, running), SAY(ctl, "数据目录", "state"),
        ctl->config->state);
    if (*string_of(status, "unreachable"))
        printf("  %s\n", string_of(status, "unreachable"));
    alarms_print(ctl, status);
    for (int i = 0; i < STATUS_COUNTS; i++)
        printf("  %10lld  %s\n", (long long)integer_of(status, status_counts[i].key),
            SAY(ctl, status_counts[i].zh, status_counts[i].en));
    if (integer_of(status, "files_unnamed") > 0)
        printf("  %10lld  %s\n", (long long)integer_of(status, "files_unnamed"),
            SAY(ctl, "材料文件尚无记录提到", "documents that no row names"));
    if (integer_of(status, "beijing_makers") > 0)
        printf("  ");
    coverage_print(ctl, status);
    printf("  %s: %lld %s, %.16s...\n", SAY(ctl, "日志链", "journal"),
        (long long)integer_of(status, "journal_entries"), SAY(ctl, "条", "entries"),
        string_of(status, "journal_head"));
    printf("  %s: %s; %s: %s\n", SAY(ctl, "解码沙箱", "decoder's sandbox"), string_of(status, "sandbox"),
        SAY(ctl, "通知方式", "alerts"), string_of(status, "alert_mode"));
    if (integer_of(status, "holidays_ended") > 0)
        printf(SAY(ctl, "  节假日安排只到 %lld 年：请在 holidays 文件中补充\n",
                   "  the holidays are known up to %lld: add the year's arrangement to the file holidays\n"),
            (long long)integer_of(status, "holidays_ended"));
    if (json_is_true(running))
        printf("  %s: p99 %lld us, max %lld us\n", SAY(ctl, "循环停顿", "loop stall"),
            (long long)integer_of(status, "stall_p99_us"), (long long)integer_of(status, "stall_max_us"));
}

int verb_status(struct ctl *ctl)
{
    if (ctl->count)
        return ctl_usage(ctl, "status 不接受参数", "status takes no argument");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    json_t *status = gather_status(ctl);
    if (ctl->json) {
        ctl_print_json(status);
        return 0;
    }
    print_status(ctl, status);
    json_decref(status);
    return 0;
}
