/* alerts.c - `m13ctl alerts`: what people do with messages. */
#include "alerts.h"

#include "m13/alert.h"
#include "m13/channel.h"
#include "m13/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *member(const json_t *answer, const char *name)
{
    const char *value = json_string_value(json_object_get(answer, name));
    return value ? value : "";
}

/* --- release, cancel, retry ------------------------------------------------------------------------------
 */

static const struct {
    const char *order, *zh, *en;
} done_words[] = {
    {"release", "已放行的通知", "messages released"},
    {"cancel", "已取消的通知", "messages cancelled"},
    {"retry", "将重试的投递", "deliveries that will be tried again"},
};

static void print_done(struct ctl *ctl, json_t *answer)
{
    long long count = json_integer_value(json_object_get(answer, "count"));
    for (size_t i = 0; i < sizeof done_words / sizeof *done_words; i++)
        if (string_equal(done_words[i].order, member(answer, "order")))
            printf("%s: %lld\n", SAY(ctl, done_words[i].zh, done_words[i].en), count);
}

struct ordered {
    const char *name; /* of the order */
    struct alert_order order;
};

static int do_here(struct ctl *ctl, void *context, json_t **ret_answer, struct failure *ret_failure)
{
    struct ordered *ordered = context;
    ordered->order.actor = ctl_own_name();
    int64_t count = alert_do(ctl->store, ctl->config, &ordered->order, ret_failure);
    if (count < 0)
        return (int)count;
    *ret_answer = json_pack("{s:s, s:I}", "order", ordered->name, "count", (json_int_t)count);
    return 0;
}

/* `all`: whether the order can be given for everything at once. */
static int give_order(
    struct ctl *ctl, const char *name, enum alert_verb verb, bool all, const char *zh, const char *en)
{
    struct ordered ordered = {name, {.verb = verb, .english = ctl->english}};
    const struct ctl_change change = {print_done, do_here, &ordered};
    ordered.order.all = all && ctl_take_flag(ctl, "--all");
    if (ctl->count != (ordered.order.all ? 0 : 1) || (ctl->count == 1 && *ctl->arguments[0] == '-'))
        return ctl_usage(ctl, zh, en);
    ordered.order.which = ordered.order.all ? NULL : ctl->arguments[0];
    return ctl_change(ctl,
        json_pack("{s:s, s:s, s:s*, s:b}", "verb", "alerts", "order", name, "which", ordered.order.which,
            "all", (int)ordered.order.all),
        &change);
}

static int release_messages(struct ctl *ctl)
{
    return give_order(ctl, "release", ALERT_DO_RELEASE, true,
        "alerts release 需要通知编号、线索编号或信用代码之一，或 --all",
        "alerts release takes the id of a message, a case or a USCC, or --all");
}

static int cancel_messages(struct ctl *ctl)
{
    return give_order(ctl, "cancel", ALERT_DO_CANCEL, false,
        "alerts cancel 需要通知编号、线索编号或信用代码之一",
        "alerts cancel takes the id of a message, a case or a USCC");
}

static int retry_deliveries(struct ctl *ctl)
{
    return give_order(ctl, "retry", ALERT_DO_RETRY, true, "alerts retry 需要通知编号或渠道名称，或 --all",
        "alerts retry takes the id of a message or the name of a channel, or --all");
}

/* --- test ------------------------------------------------------------------------------------------------
 */

static void print_conversation(json_t *answer, void *context)
{
    struct ctl *ctl = context;
    const char *line = json_string_value(json_object_get(answer, "line"));
    if (ctl->json && !json_object_get(answer, "problem"))
        ctl_print_json(json_incref(answer));
    else if (line)
        puts(line);
    else if (json_object_get(answer, "arrived"))
        printf("%s: %s\n",
            json_is_true(json_object_get(answer, "arrived")) ? SAY(ctl, "已送达", "arrived")
                                                             : SAY(ctl, "未送达", "did not arrive"),
            member(answer, "text"));
    fflush(stdout);
}

static int try_channel(struct ctl *ctl)
{
    struct failure failure = {0};
    const char *to = ctl_take_option(ctl, "--to");
    if (ctl->count != 1 || *ctl->arguments[0] == '-')
        return ctl_usage(ctl, "alerts test 需要 alerts.conf 中一个渠道的名称；--to 地址",
            "alerts test takes the name of a channel of alerts.conf, and --to ADDRESS");
    json_t *arguments = json_pack("{s:s, s:s, s:s*, s:b}", "verb", "alerts-test", "channel",
        ctl->arguments[0], "to", to, "english", (int)ctl->english);
    if (!arguments)
        return ctl_usage(ctl, "参数须为 UTF-8 文字", "arguments are UTF-8 text");
    int r = control_ask(ctl->config->state, arguments, NULL, 0, print_conversation, ctl, &failure);
    if (nobody_listens(r))
        fprintf(stderr, "m13ctl: %s\n",
            SAY(ctl, "m13d 未运行：测试通知由运行中的 m13d 发送",
                "m13d is not running: a test message is sent by the daemon"));
    else if (r != 0 && *failure.text)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

/* --- secret ----------------------------------------------------------------------------------------------
 */

/* One line for each file, in the order of alerts.conf: a message is signed with all of them. */
static int print_secret(struct ctl *ctl, const struct alert_channel *channel, size_t which, const char *uscc)
{
    struct failure failure = {0};
    char *secret = channel_firm_secret(channel, which, uscc, &failure);
    if (!secret) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        return EXIT_IO;
    }
    if (ctl->json)
        ctl_print_json(
            json_pack("{s:s, s:s, s:s}", "uscc", uscc, "channel", channel->name, "secret", secret));
    else
        printf("%s  %s\n", channel->name, secret);
    explicit_bzero(secret, strlen(secret));
    free(secret);
    return 0;
}

static bool is_known_firm(struct ctl *ctl, const char *uscc)
{
    return store_value(ctl->store, 0,
               "SELECT 1 FROM local_record WHERE kind = 'firms' AND key = ? AND seq_to IS NULL AND withdrawn "
               "= "
               "0",
               "t", uscc) > 0;
}

static int tell_secrets(struct ctl *ctl)
{
    size_t found = 0;
    if (ctl->count != 1 || *ctl->arguments[0] == '-')
        return ctl_usage(ctl, "alerts secret 需要一个信用代码", "alerts secret takes a USCC");
    const char *uscc = ctl->arguments[0];
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    /* A secret for a code with a slip in it would be good for nothing, and look good. */
    if (!is_known_firm(ctl, uscc)) {
        fprintf(stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这家企业", "no such firm"), uscc);
        return EXIT_BAD_DATA;
    }
    for (size_t i = 0; i < ctl->config->alerts.channel_count; i++) {
        const struct alert_channel *channel = &ctl->config->alerts.channels[i];
        if (channel->kind != CHANNEL_WEBHOOK || !channel->contacts)
            continue;
        for (size_t j = 0; j < channel->secret_count; j++, found++) {
            int r = print_secret(ctl, channel, j, uscc);
            exit_code = r > exit_code ? r : exit_code;
        }
    }
    if (found > 0)
        return exit_code;
    fprintf(stderr, "m13ctl: %s\n",
        SAY(ctl, "alerts.conf 中没有发往企业自有 Webhook 的渠道（contacts = true）",
            "alerts.conf has no webhook that goes to the firms' own addresses (contacts = true)"));
    return EXIT_BAD_CONFIG;
}

int verb_alerts(struct ctl *ctl)
{
    static const struct {
        const char *name;
        int (*run)(struct ctl *ctl);
    } parts[] = {{"list", alerts_list}, {"show", alerts_show}, {"release", release_messages},
        {"cancel", cancel_messages}, {"retry", retry_deliveries}, {"test", try_channel},
        {"secret", tell_secrets}};
    for (size_t i = 0; ctl->count && i < sizeof parts / sizeof *parts; i++)
        if (string_equal(parts[i].name, ctl->arguments[0])) {
            ctl->arguments++;
            ctl->count--;
            return parts[i].run(ctl);
        }
    return ctl_usage(ctl, "alerts 之后应为 list、show、release、cancel、retry、test 或 secret",
        "alerts is followed by list, show, release, cancel, retry, test or secret");
}
