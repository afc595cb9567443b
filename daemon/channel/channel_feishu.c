/* channel_feishu.c - Feishu's robots (飞书自定义机器人, open.feishu.cn). The time in seconds goes into the
 * body with its signature, of which it is the key, not the message. 100 messages a minute, 5 a second, 20 KB
 * each; whole and half hours are crowded (11232). */
#include "robot.h"

#include "m13/clock.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const hosts[] = {"open.feishu.cn", "open.larksuite.com", NULL};

static const struct robot_code codes[] = {
    {0, NULL, ROBOT_TAKEN, ""},
    {11232, NULL, ROBOT_CROWDED, "too many messages at once"},
    {9499, "too many", ROBOT_CROWDED, "too many messages at once"},
    {9499, NULL, ROBOT_REJECTS, "it does not understand the message"},
    {19002, NULL, ROBOT_REJECTS, "it does not understand the message"},
    /* One code for a wrong secret and a wrong time: a clock that went astray must not lose us every firm. */
    {19021, NULL, ROBOT_BUSY,
        "the signature is not accepted: its secret is another one, or a clock is wrong"},
    {19001, NULL, ROBOT_MISPLACED, "there is no robot with this token"},
    {19007, NULL, ROBOT_MISPLACED, "the robot was switched off"},
    {19022, NULL, ROBOT_MISPLACED, "it takes no message from our IP address"},
    {19024, NULL, ROBOT_MISPLACED, "it wants a keyword that our messages do not have"},
};

static json_t *write_message(const char *text, const char *secret, int64_t now, struct text *url)
{
    json_t *message = json_pack("{s:s, s:{s:s}}", "msg_type", "text", "content", "text", text);
    (void)url;
    if (secret != NULL) {
        char seconds[32], *signature = feishu_signature(secret, now / CLOCK_SECOND);
        snprintf(seconds, sizeof seconds, "%lld", (long long)(now / CLOCK_SECOND));
        json_object_set_new(message, "timestamp", json_string(seconds));
        json_object_set_new(message, "sign", json_string(signature));
        secret_free(signature);
    }
    return message;
}

static const struct robot feishu = {
    .kind = CHANNEL_FEISHU,
    .hosts = hosts,
    .text_bytes = 8192, /* as JSON twice as long at most */
    .code_names = {"code", "StatusCode"},
    .words_name = "msg",
    .codes = codes,
    .code_count = sizeof codes / sizeof *codes,
    .crowded_ms = CLOCK_MINUTE,
    .crowded_jitter_ms = CLOCK_MINUTE,
    .token_is_in_path = true,
    .write = write_message,
};

static void send_to_feishu(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    robot_send(&feishu, courier, parcel, ended, context);
}

const struct channel channel_feishu = {CHANNEL_FEISHU, "feishu", send_to_feishu};
