/* main.c - m13ctl [-c FILE] VERB [--json] [--lang zh|en]: the operator's program. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <errno.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_CONFIG "/etc/m13d/m13d.conf"

static const struct {
    const char *name;
    int (*run)(struct ctl *ctl);
    const char *arguments;
    const char *zh, *en;
} verbs[] = {
    {"status", verb_status, "", "运行概况", "health at a glance"},
    {"feeds", verb_feeds, "", "各数据源：最近成功、时效、失败、局限",
        "each feed: last success, age, failures, limits"},
    {"cases", verb_cases, "[--verdict V] [--stage S] [--firm USCC] [--since DATE]", "线索列表", "the cases"},
    {"case", verb_case, "CASE --stage STAGE --note TEXT [--about OBJECT] [--outcome OUTCOME]",
        "办理一条线索：转到另一阶段，并写明理由", "move a case to another stage, with the reason"},
    {"assign", verb_assign, "CASE OFFICER --note TEXT", "指派经办人", "give a case to an officer"},
    {"batch", verb_batch,
        "open NAME --cut-off DATE | freeze NAME | publish NAME --from DATE --to DATE | close NAME",
        "批次：建立、封存、公示、关闭", "batches: open, freeze, publish, close"},
    {"explain", verb_explain, "CASE", "一条线索的全部依据：从规则到原始字节",
        "one case, from rule to source bytes"},
    {"alerts", verb_alerts,
        "list [--state S] [--firm USCC] [--case CASE] | show ID [--language zh|en|both] | release "
        "ID|CASE|USCC|--all | cancel ID|CASE|USCC | retry ID|CHANNEL|--all | test CHANNEL [--to ADDRESS] | "
        "secret USCC",
        "通知：列表、查看、放行、取消、重试、测试渠道、企业 Webhook 密钥",
        "messages: list, read, release, cancel, try again, test a channel, a firm's webhook secret"},
    {"seen", verb_seen, "NUMBER|NAME", "某批准或企业是否见过、何时、在哪份数据中",
        "whether an approval or maker was seen, when, in which payload"},
    {"why-not", verb_why_not, "USCC [NUMBER]", "企业（或其某批准）为何没有线索、或不是初判符合",
        "why a firm, or an approval of it, has no case, or not an eligible one"},
    {"match", verb_match, "[--text] [FILE]",
        "企业名称匹配（CSV，表头 name[,country,city,identifier]；--text 用文字说明）",
        "match maker names (CSV with header name[,country,city,identifier]; --text: in words)"},
    {"review", verb_review,
        "list [--kind match|product|rule|self-check] [--firm USCC] [--decided] | show ID | accept ID [--firm "
        "USCC] "
        "[--product ID] "
        "[--items ID@DATE|ID@DATE...] [--from DATE] [--note TEXT] | reject ID [--note TEXT]",
        "待人工核定：企业归属、产品关联、规则判断、名录自查",
        "what waits for a person: matches, products, rules, names of firms"},
    {"poll", verb_poll, "FEED...", "立即查询数据源", "ask feeds now"},
    {"ingest", verb_ingest, "FEED FILE... --fetched-at TIME",
        "手工取得的数据（本网络无法访问的登记库；多个文件按页的顺序）",
        "payloads fetched by hand, of a register that this network cannot reach; files in the order of "
        "pages"},
    {"import", verb_import, "[--allow-shrink] FILE...", "导入本地记录", "take local records"},
    {"imports", verb_imports, "[ID]", "收到的文件；一个文件的逐条问题",
        "files that came; what was wrong with one of them"},
    {"records", verb_records, "[KIND] [--firm USCC] [--waiting] [--history KEY]",
        "本地记录：现有的、等待中的、一条的全部版本",
        "local records: those known, those that wait, all versions of one"},
    {"template", verb_template, "[KIND -o FILE.xlsx]", "空白填报表（all：全部）",
        "an empty form to fill in (all: every kind)"},
    {"ask", verb_ask, "CASE -o FILE.xlsx", "请企业补充材料的填报表，已填好已知内容",
        "the form in which a firm supplies what a case misses, filled in with what is known"},
    {"roster", verb_roster, "[-o FILE.xlsx]", "待认领的在京企业；填上信用代码后可直接导入",
        "makers in Beijing that nobody has claimed; filled in, the sheet can be imported"},
    {"forget", verb_forget, "USCC", "彻底删除一家企业的联系人", "erase a firm's contacts for good"},
    {"verify", verb_verify, "", "校验数据库、日志链、证据与全部结论",
        "check database, journal, evidence and every verdict"},
};

static int print_usage(const struct ctl *ctl, FILE *out)
{
    fprintf(out, "%s: m13ctl [-c FILE] [--json] [--lang zh|en] VERB\n\n", SAY(ctl, "用法", "usage"));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        fprintf(out, "  %s %s\n      %s\n", verbs[i].name, verbs[i].arguments,
            SAY(ctl, verbs[i].zh, verbs[i].en));
    }
    return EXIT_BAD_USAGE;
}

int ctl_usage(const struct ctl *ctl, const char *zh, const char *en)
{
    fprintf(stderr, "m13ctl: %s\n", SAY(ctl, zh, en));
    return EXIT_BAD_USAGE;
}

static int open_store(struct ctl *ctl, enum store_mode mode)
{
    struct failure failure = {0};
    int r = store_open(ctl->config->state, mode, &ctl->store, &failure);
    if (r == 0)
        return 0;
    fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r == -ENOENT        ? EXIT_UNAVAILABLE
           : r == -EWOULDBLOCK ? EXIT_TRY_LATER
           : r == -EPROTO      ? EXIT_BAD_DATA
                               : EXIT_IO;
}

int ctl_open_reader(struct ctl *ctl)
{
    int exit_code = open_store(ctl, STORE_READER);
    char *stood_at = exit_code ? NULL : store_meta(ctl->store, "clock-stood-at");
    if (stood_at) /* of a replay: ages are told by its clock */
        clock_parse(stood_at, &ctl->now);
    free(stood_at);
    return exit_code;
}

int ctl_open_writer(struct ctl *ctl)
{
    return open_store(ctl, STORE_WRITER);
}

const char *ctl_own_name(void)
{
    struct passwd *user = getpwuid(getuid());
    return user ? user->pw_name : "?";
}

const char *ctl_take_option(struct ctl *ctl, const char *name)
{
    for (int i = 0; i + 1 < ctl->count; i++) {
        if (!string_equal(ctl->arguments[i], name))
            continue;
        const char *value = ctl->arguments[i + 1];
        ctl->count -= 2;
        memmove(
            ctl->arguments + i, ctl->arguments + i + 2, (size_t)(ctl->count - i) * sizeof *ctl->arguments);
        return value;
    }
    return NULL;
}

bool ctl_take_flag(struct ctl *ctl, const char *name)
{
    for (int i = 0; i < ctl->count; i++) {
        if (!string_equal(ctl->arguments[i], name))
            continue;
        ctl->count--;
        memmove(
            ctl->arguments + i, ctl->arguments + i + 1, (size_t)(ctl->count - i) * sizeof *ctl->arguments);
        return true;
    }
    return false;
}

char *ctl_label(struct ctl *ctl, const char *kind, const char *code)
{
    char *label = NULL;
    struct query *q = query_bind(
        query(ctl->store, "SELECT zh, en FROM label WHERE kind = ? AND code = ?"), "tt", kind, code);
    if (query_next(q))
        label = memory_copy_string(query_text(q, ctl->english));
    query_end(q);
    return label ? label : memory_copy_string(code);
}

void ctl_print_json(json_t *object)
{
    /* A decimal as it was meant: 0.7, and not the nearest binary fraction to seventeen digits. */
    json_dumpf(object, stdout, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(object);
}

/* Options that every verb takes, wherever they stand. */
static bool take_common_options(struct ctl *ctl, const char **ret_config, const char **ret_language)
{
    int kept = 0;
    for (int i = 0; i < ctl->count; i++) {
        char *argument = ctl->arguments[i];
        bool has_value = i + 1 < ctl->count;
        if (string_equal(argument, "--json"))
            ctl->json = true;
        else if (string_equal(argument, "-c") && has_value)
            *ret_config = ctl->arguments[++i];
        else if (string_equal(argument, "--lang") && has_value)
            *ret_language = ctl->arguments[++i];
        else
            ctl->arguments[kept++] = argument;
    }
    ctl->count = kept;
    return !*ret_language || string_equal(*ret_language, "zh") || string_equal(*ret_language, "en");
}

static int run_verb(struct ctl *ctl, const char *config_file, const char *language)
{
    struct config_problems problems = {0};
    ctl->config = config_load(config_file, &problems);
    config_problems_print(&problems, stderr);
    config_problems_free(&problems);
    if (!ctl->config)
        return EXIT_BAD_CONFIG;
    if (!language)
        ctl->english = ctl->config->language == LANGUAGE_EN;
    const char *name = ctl->arguments[0];
    ctl->arguments++;
    ctl->count--;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (string_equal(verbs[i].name, name))
            return verbs[i].run(ctl);
    fprintf(stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这个命令", "no such verb"), name);
    return print_usage(ctl, stderr);
}

int main(int argc, char **argv)
{
    const char *config_file = DEFAULT_CONFIG, *language = NULL;
    struct ctl ctl = {.count = argc - 1, .arguments = argv + 1};
    setlocale(LC_CTYPE, "C.UTF-8");
    log_open("m13ctl", LOG_LEVEL_WARNING);
    bool understood = take_common_options(&ctl, &config_file, &language);
    ctl.english = language && string_equal(language, "en");
    ctl.now = clock_wall();
    if (!understood)
        return ctl_usage(&ctl, "--lang 只能是 zh 或 en", "--lang is zh or en");
    if (ctl.count == 0)
        return print_usage(&ctl, stderr);
    if (string_equal(ctl.arguments[0], "--help")) {
        print_usage(&ctl, stdout);
        return 0;
    }
    if (string_equal(ctl.arguments[0], "--version")) {
        puts("m13ctl " M13_VERSION);
        return 0;
    }
    int exit_code = run_verb(&ctl, config_file, language);
    store_close(ctl.store);
    config_free(ctl.config);
    return exit_code;
}
