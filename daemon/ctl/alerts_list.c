/* alerts_list.c - `m13ctl alerts list` and `show`: which messages there are, and one as people read it. */
#include "alerts.h"

#include "m13/alert.h"
#include "m13/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MESSAGES = 200, ID_COLUMNS = 16, FIRM_COLUMNS = 24 };

static const char *member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

/* --- list ----------------------------------------------------------------------------------------------- */

static struct text cases_of(const json_t *message)
{
    struct text out = TEXT_WITH_CEILING(128);
    const json_t *cases = json_object_get(message, "cases");
    text_append_string(&out, json_string_value(json_array_get(cases, 0)));
    if (json_array_size(cases) > 1)
        text_append_format(&out, " +%zu", json_array_size(cases) - 1);
    return out;
}

/* What became of it on each way, the most attempts of one, and when the next one is due. */
static struct text ways_of(
    struct ctl *ctl, const json_t *message, json_int_t *ret_attempts, const char **ret_next)
{
    struct text out = TEXT_WITH_CEILING(4096);
    size_t i;
    json_t *delivery;
    *ret_attempts = 0;
    *ret_next = "";
    json_array_foreach(json_object_get(message, "deliveries"), i, delivery)
    {
        json_int_t attempts = json_integer_value(json_object_get(delivery, "attempts"));
        const char *next = member(delivery, "next_at");
        text_append_format(&out, "%s%s %s", i > 0 ? ", " : "", member(delivery, "channel"),
            alerts_state_word(ctl, member(delivery, "state")));
        *ret_attempts = attempts > *ret_attempts ? attempts : *ret_attempts;
        if (*next && (!**ret_next || strcmp(next, *ret_next) < 0))
            *ret_next = next;
    }
    return out;
}

static const char *beijing(const char *time, char out[CLOCK_STRING_BYTES])
{
    int64_t wall;
    return clock_parse(time, &wall) == 0 ? clock_format_beijing(wall, out) : "";
}

static void add_message(struct ctl *ctl, json_t *message, void *grid)
{
    char id[ID_COLUMNS + 1], made[CLOCK_STRING_BYTES], next[CLOCK_STRING_BYTES], attempts[24] = "";
    json_int_t most;
    const char *next_at;
    struct text cases = cases_of(message), ways = ways_of(ctl, message, &most, &next_at);
    snprintf(id, sizeof id, "%.*s", ID_COLUMNS, member(message, "message_id"));
    if (most > 0)
        snprintf(attempts, sizeof attempts, "%lld", (long long)most);
    const char *firm = member(message, "firm");
    char *whom = text_shortened(*firm ? firm : member(message, "uscc"), FIRM_COLUMNS);
    const char *cells[] = {id, beijing(member(message, "created_at"), made),
        alerts_audience_word(ctl, member(message, "audience")), whom,
        alerts_kind_word(ctl, member(message, "kind")), text_string(&cases),
        alerts_state_word(ctl, member(message, "state")), attempts, beijing(next_at, next),
        text_string(&ways)};
    grid_add(grid, cells);
    free(whom);
    text_free(&cases);
    text_free(&ways);
}

static void print_message(struct ctl *ctl, json_t *message, void *context)
{
    (void)ctl;
    (void)context;
    ctl_print_json(json_incref(message));
}

static void print_table(struct ctl *ctl, const struct alerts_filter *filter)
{
    const char *zh[] = {
        "编号", "时间（北京）", "对象", "企业", "类别", "线索", "状态", "次数", "下次", "各渠道"};
    const char *en[] = {
        "message", "made (Beijing)", "to", "firm", "kind", "cases", "state", "tries", "next", "channels"};
    struct grid *grid = grid_new(10, ctl->english ? en : zh);
    alerts_each(ctl, filter, add_message, grid);
    if (grid_rows(grid))
        grid_print(grid);
    else
        puts(SAY(ctl, "没有符合条件的通知。", "No such message."));
    if (grid_rows(grid) >= MOST_MESSAGES)
        printf(SAY(ctl, "只列最新 %d 条；可用 --state、--firm、--case 缩小范围，--json 列出全部。\n",
                   "The newest %d; --state, --firm, --case narrow it down, --json lists all.\n"),
            (int)MOST_MESSAGES);
    grid_free(grid);
}

int alerts_list(struct ctl *ctl)
{
    struct alerts_filter filter = {.state = ctl_take_option(ctl, "--state"),
        .uscc = ctl_take_option(ctl, "--firm"),
        .case_id = ctl_take_option(ctl, "--case"),
        .newest_first = !ctl->json,
        .most = ctl->json ? 0 : MOST_MESSAGES};
    if (ctl->count)
        return ctl_usage(
            ctl, "alerts list 只接受 --state、--firm、--case", "alerts list takes --state, --firm, --case");
    if (filter.state && !alerts_state_is_known(filter.state))
        return ctl_usage(ctl,
            "--state 应为 draft、held、waiting、delivered、failed、unreachable 或 cancelled",
            "--state is draft, held, waiting, delivered, failed, unreachable or cancelled");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    if (ctl->json)
        alerts_each(ctl, &filter, print_message, NULL);
    else
        print_table(ctl, &filter);
    return 0;
}

/* --- show ----------------------------------------------------------------------------------------------- */

static void print_names(struct ctl *ctl, const char *zh, const char *en, const json_t *names)
{
    size_t i;
    json_t *name;
    if (json_array_size(names) == 0)
        return;
    printf("%s: ", SAY(ctl, zh, en));
    json_array_foreach(names, i, name)
    {
        printf("%s%s", i > 0 ? SAY(ctl, "、", ", ") : "", json_string_value(name));
    }
    putchar('\n');
}

static void print_decided(struct ctl *ctl, const json_t *message)
{
    const char *who = member(message, "decided_by"), *when = member(message, "released_at");
    if (*who || *when)
        printf("%s: %s%s%s\n", SAY(ctl, "处置", "decided"), when, *who && *when ? " " : "", who);
}

static void print_as_read(struct ctl *ctl, const json_t *message)
{
    printf("%s  %s  %s%s%s  %s  %s\n", member(message, "message_id"),
        alerts_kind_word(ctl, member(message, "kind")),
        alerts_audience_word(ctl, member(message, "audience")), *member(message, "uscc") ? " " : "",
        member(message, "uscc"), alerts_state_word(ctl, member(message, "state")),
        member(message, "created_at"));
    print_names(ctl, "线索", "cases", json_object_get(message, "cases"));
    print_decided(ctl, message);
    printf(
        "%s: %s\n\n%s\n", SAY(ctl, "主题", "subject"), member(message, "subject"), member(message, "text"));
    print_names(ctl, "附件", "attachments", json_object_get(message, "attachments"));
    if (json_array_size(json_object_get(message, "deliveries")) > 0)
        printf("%s:\n", SAY(ctl, "投递", "deliveries"));
    alerts_print_deliveries(ctl, json_object_get(message, "deliveries"));
}

int alerts_show(struct ctl *ctl)
{
    const char *wanted = ctl_take_option(ctl, "--language");
    const struct name_entry *language = name_find(alert_language_names, ALERT_BOTH + 1, wanted);
    if (ctl->count != 1 || *ctl->arguments[0] == '-' || (wanted && !language))
        return ctl_usage(ctl, "alerts show 需要一个通知编号（或其开头）；--language zh|en|both",
            "alerts show takes the id of a message (or how it begins), and --language zh|en|both");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    json_t *message = alert_show(ctl->store, ctl->config, ctl->arguments[0],
        language ? (enum alert_language)language->value : ctl->config->alerts.language);
    if (!message) {
        fprintf(stderr, "m13ctl: %s: %s\n",
            SAY(ctl, "没有通知、或有多条通知的编号以此开头", "no message, or several, begin with"),
            ctl->arguments[0]);
        return EXIT_BAD_DATA;
    }
    const char *state = alerts_state_of(member(message, "state"), json_object_get(message, "deliveries"));
    json_object_set_new(message, "state", json_string(state));
    if (ctl->json)
        ctl_print_json(json_incref(message));
    else
        print_as_read(ctl, message);
    json_decref(message);
    return 0;
}
