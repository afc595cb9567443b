/* channel_wecom.c - WeCom's robots of a group (企业微信群机器人,
 * developer.work.weixin.qq.com/document/path/91770). Nothing is signed: the key in the address is the secret.
 * 20 messages a minute. */
#include "robot.h"

#include "m13/clock.h"

static const char *const hosts[] = {"qyapi.weixin.qq.com", NULL};

static const struct robot_code codes[] = {
    {0, NULL, ROBOT_TAKEN, ""},
    {-1, NULL, ROBOT_BUSY, "the service is busy"},
    {45009, NULL, ROBOT_CROWDED, "too many messages in a minute"},
    {45033, NULL, ROBOT_CROWDED, "too many messages at once"},
    {40008, NULL, ROBOT_REJECTS, "it does not know this type of message"},
    {40035, NULL, ROBOT_REJECTS, "it does not understand the message"},
    {44004, NULL, ROBOT_REJECTS, "the message is empty"},
    {45002, NULL, ROBOT_REJECTS, "the message is too long"},
    {93000, NULL, ROBOT_MISPLACED, "there is no robot with this key"},
    {93004, NULL, ROBOT_MISPLACED, "the robot was removed or switched off"},
    {93008, NULL, ROBOT_MISPLACED, "the robot is not in the group any more"},
};

static json_t *write_message(const char *text, const char *secret, int64_t now, struct text *url)
{
    (void)secret;
    (void)now;
    (void)url;
    return json_pack("{s:s, s:{s:s}}", "msgtype", "text", "text", "content", text);
}

static const struct robot wecom = {
    .kind = CHANNEL_WECOM,
    .hosts = hosts,
    .text_bytes = 2048,
    .code_names = {"errcode"},
    .words_name = "errmsg",
    .codes = codes,
    .code_count = sizeof codes / sizeof *codes,
    .crowded_ms = CLOCK_MINUTE,
    .write = write_message,
};

static void send_to_wecom(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    robot_send(&wecom, courier, parcel, ended, context);
}

const struct channel channel_wecom = {CHANNEL_WECOM, "wecom", send_to_wecom};
