/* channel_dingtalk.c - DingTalk's robots (钉钉自定义机器人). The time in milliseconds is signed, time and
 * signature go into the query. 20 messages a minute; above that the robot is deaf for ten minutes. */
#include "robot.h"

#include "m13/clock.h"

#include <string.h>

static const char *const hosts[] = {"oapi.dingtalk.com", NULL};

static const struct robot_code codes[] = {
    {0, NULL, ROBOT_TAKEN, ""},
    {-1, NULL, ROBOT_BUSY, "the service is busy"},
    {130101, NULL, ROBOT_CROWDED, "too many messages in a minute: it is deaf for ten"},
    {410100, NULL, ROBOT_CROWDED, "too many messages in a minute: it is deaf for ten"},
    /* One code for all that its security settings check; the words tell which. */
    {310000, "timestamp", ROBOT_BUSY, "the time of the signature is not accepted: is the clock right?"},
    {310000, "过期", ROBOT_BUSY, "the time of the signature is not accepted: is the clock right?"},
    {310000, "keyword", ROBOT_MISPLACED, "it wants a keyword that our messages do not have"},
    {310000, "关键词", ROBOT_MISPLACED, "it wants a keyword that our messages do not have"},
    {310000, "whitelist", ROBOT_MISPLACED, "it takes no message from our IP address"},
    {310000, "白名单", ROBOT_MISPLACED, "it takes no message from our IP address"},
    {310000, "sign", ROBOT_MISPLACED, "the signature is not accepted: its secret is another one"},
    {310000, "签名", ROBOT_MISPLACED, "the signature is not accepted: its secret is another one"},
    {310000, NULL, ROBOT_MISPLACED, "its security settings (keyword, signature, IP) refuse our messages"},
    {40035, NULL, ROBOT_REJECTS, "it does not understand the message"},
    {400105, NULL, ROBOT_REJECTS, "it does not know this type of message"},
    {430101, NULL, ROBOT_REJECTS, "a link in the message is not liked"},
    {430102, NULL, ROBOT_REJECTS, "the text of the message is not liked"},
    {430104, NULL, ROBOT_REJECTS, "the message is not liked"},
    {300001, NULL, ROBOT_MISPLACED, "there is no robot with this token"},
    {400013, NULL, ROBOT_MISPLACED, "its group was dissolved"},
    {400101, NULL, ROBOT_MISPLACED, "there is no robot with this token"},
    {400102, NULL, ROBOT_MISPLACED, "the robot was switched off"},
    {400106, NULL, ROBOT_MISPLACED, "there is no such robot"},
};

/* Base64 has three characters that mean something else in a query. */
static void append_encoded(struct text *url, const char *base64)
{
    for (; *base64 != '\0'; base64++) {
        if (strchr("+/=", *base64) != NULL)
            text_append_format(url, "%%%02X", (unsigned char)*base64);
        else
            text_append_character(url, *base64);
    }
}

static json_t *write_message(const char *text, const char *secret, int64_t now, struct text *url)
{
    if (secret != NULL) {
        char *signature = dingtalk_signature(secret, now);
        text_append_format(
            url, "%ctimestamp=%lld&sign=", strchr(text_string(url), '?') != NULL ? '&' : '?', (long long)now);
        append_encoded(url, signature);
        secret_free(signature);
    }
    return json_pack("{s:s, s:{s:s}}", "msgtype", "text", "text", "content", text);
}

static const struct robot dingtalk = {
    .kind = CHANNEL_DINGTALK,
    .hosts = hosts,
    .text_bytes = 8192,
    .code_names = {"errcode"},
    .words_name = "errmsg",
    .codes = codes,
    .code_count = sizeof codes / sizeof *codes,
    .crowded_ms = 10 * CLOCK_MINUTE,
    .write = write_message,
};

static void send_to_dingtalk(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    robot_send(&dingtalk, courier, parcel, ended, context);
}

const struct channel channel_dingtalk = {CHANNEL_DINGTALK, "dingtalk", send_to_dingtalk};
