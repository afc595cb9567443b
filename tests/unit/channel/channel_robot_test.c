/* Robots of group chats: what they are told, how it is signed, and what their codes mean. */
#include "posting_desk.h"
#include "robot.h"

#include "m13/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WECOM_PATH    "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4"
#define DINGTALK_PATH "/robot/send?access_token=0123456789abcdef"
#define FEISHU_PATH   "/open-apis/bot/v2/hook/b34ad5c5-9f6e"

/* --- signatures: the published vectors --------------------------------------------------------------------
 */

static void dingtalk_signs_with_the_secret_as_the_key(void **state)
{
    (void)state;
    char *signature = dingtalk_signature("SECtest0123456789", 1700000000000);
    assert_string_equal(signature, "yBKp5IlG6qCzcQWmgyRK/ziJBdVNJmHfFE2ST/CzT/g=");
    free(signature);
}

static void feishu_signs_nothing_with_the_time_in_the_key(void **state)
{
    (void)state;
    char *signature = feishu_signature("feishu-secret", 1700000000);
    assert_string_equal(signature, "OrBzY1Y01Gq+HgJsl+7OfWcMVwc7YocohQm5iiZwjhU=");
    free(signature);
}

/* --- what goes -------------------------------------------------------------------------------------------
 */

static json_t *sent(struct posting_desk *desk)
{
    json_t *body = json_loads(receiver_body(desk->receiver), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(body);
    return body;
}

static const char *word(const json_t *body, const char *name)
{
    const char *value = json_string_value(json_object_get(body, name));
    return value ? value : "";
}

static void wecom_gets_plain_text(void **state)
{
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_WECOM, WECOM_PATH);
    receiver_answer(desk->receiver, 200, "", "{\"errcode\":0,\"errmsg\":\"ok\"}");
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_DONE);
    assert_true(string_starts(end->text, "HTTP 200, code 0, reply of 27 bytes, sha256 "));
    assert_true(string_starts(receiver_request(desk->receiver), "POST " WECOM_PATH " HTTP/1.1\r\n"));
    json_t *body = sent(desk);
    assert_string_equal(word(body, "msgtype"), "text");
    assert_non_null(strstr(word(json_object_get(body, "text"), "content"), "K262001"));
    assert_non_null(strstr(word(json_object_get(body, "text"), "content"), "010-5555-0100"));
    assert_null(strstr(receiver_body(desk->receiver), "91110108MA01ABCD5X"));
    json_decref(body);
    posting_desk_close(desk);
}

/* Base64 without its three characters that mean something in a query. */
static void encode(const char *base64, struct text *out)
{
    for (; *base64; base64++)
        text_append_string(out, *base64 == '+'   ? "%2B"
                                : *base64 == '/' ? "%2F"
                                : *base64 == '=' ? "%3D"
                                                 : (char[]){*base64, '\0'});
}

static void dingtalk_has_its_signature_in_the_query(void **state)
{
    struct text expected = TEXT_WITH_CEILING(1000);
    int64_t before = clock_wall(), time = 0;
    char digits[20] = "";
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_DINGTALK, DINGTALK_PATH);
    posting_desk_secret(desk, 0, "SECtest0123456789\n");
    receiver_answer(desk->receiver, 200, "", "{\"errcode\":0,\"errmsg\":\"ok\"}");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    const char *at = strstr(receiver_request(desk->receiver), "&timestamp=");
    assert_non_null(at);
    snprintf(digits, sizeof digits, "%.13s", at + strlen("&timestamp="));
    assert_int_equal(string_to_integer(digits, before, clock_wall(), &time), 0);
    char *signature = dingtalk_signature("SECtest0123456789", time);
    text_append_format(&expected, "POST " DINGTALK_PATH "&timestamp=%lld&sign=", (long long)time);
    encode(signature, &expected);
    text_append_string(&expected, " HTTP/1.1\r\n");
    assert_true(string_starts(receiver_request(desk->receiver), text_string(&expected)));
    free(signature);
    text_free(&expected);
    posting_desk_close(desk);
}

static void feishu_has_its_signature_in_the_body(void **state)
{
    int64_t time = 0;
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_FEISHU, FEISHU_PATH);
    posting_desk_secret(desk, 0, "feishu-secret");
    receiver_answer(desk->receiver, 200, "", "{\"StatusCode\":0,\"StatusMessage\":\"success\",\"code\":0}");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    json_t *body = sent(desk);
    assert_string_equal(word(body, "msg_type"), "text");
    assert_int_equal(string_to_integer(word(body, "timestamp"), 0, clock_wall() / CLOCK_SECOND, &time), 0);
    char *signature = feishu_signature("feishu-secret", time);
    assert_string_equal(word(body, "sign"), signature);
    assert_true(string_starts(receiver_request(desk->receiver), "POST " FEISHU_PATH " HTTP/1.1\r\n"));
    free(signature);
    json_decref(body);
    posting_desk_close(desk);
}

static void firms_secret_stands_behind_its_address(void **state)
{
    struct text address = TEXT_WITH_CEILING(1000);
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_FEISHU, FEISHU_PATH);
    posting_desk_secret(desk, 0, "the-bureaus-own");
    text_append_format(&address, "%s#feishu-secret", desk->channel.url);
    posting_desk_use_contact(desk, text_string(&address));
    receiver_answer(desk->receiver, 200, "", "{\"code\":0}");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    json_t *body = sent(desk);
    int64_t time = 0;
    assert_int_equal(string_to_integer(word(body, "timestamp"), 0, INT64_MAX, &time), 0);
    char *signature = feishu_signature("feishu-secret", time);
    assert_string_equal(word(body, "sign"), signature);
    assert_null(strstr(receiver_request(desk->receiver), "#"));
    assert_null(strstr(receiver_request(desk->receiver), "feishu-secret"));
    free(signature);
    json_decref(body);
    text_free(&address);
    posting_desk_close(desk);
}

static void robot_without_a_secret_is_not_signed(void **state)
{
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_FEISHU, FEISHU_PATH);
    receiver_answer(desk->receiver, 200, "", "{\"code\":0}");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    json_t *body = sent(desk);
    assert_null(json_object_get(body, "sign"));
    json_decref(body);
    desk->channel.kind = CHANNEL_DINGTALK;
    receiver_answer(desk->receiver, 200, "", "{\"errcode\":0}");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    assert_null(strstr(receiver_request(desk->receiver), "sign="));
    posting_desk_close(desk);
}

static void robots_of_firms_elsewhere_are_refused(void **state)
{
    static const enum channel_kind kinds[] = {CHANNEL_WECOM, CHANNEL_DINGTALK, CHANNEL_FEISHU};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct posting_desk *desk = posting_desk_open(kinds[i], "/send");
        desk->channel.allow_private = false;
        posting_desk_use_contact(desk, "https://robots.firm.example/send?key=1");
        const struct sending_end *end = posting_desk_send(desk);
        assert_int_equal(end->sending, SENDING_REFUSED);
        assert_string_equal(end->text, "its address is not at the robots' own host");
        posting_desk_close(desk);
    }
}

/* --- names from outside -----------------------------------------------------------------------------------
 */

static void check_plain(const char *text, size_t most, const char *expected)
{
    char *plain = robot_plain(text, most);
    assert_string_equal(plain, expected);
    free(plain);
}

static void tags_in_names_are_no_tags(void **state)
{
    (void)state;
    check_plain("<at user_id=\"all\">所有人</at>", 100, "＜at user_id=\"all\"＞所有人＜/at＞");
    check_plain("a\x1b[31m\tb\r\nc\x7f\xc2\x85", 100, "a[31mb\nc");
    check_plain("\xff\xfe", 100, "\xef\xbf\xbd\xef\xbf\xbd");
    check_plain("", 100, "");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    check_plain("批准", 6, "批准");
    check_plain("批准", 5, "批");
    check_plain("批<", 5, "批");
    check_plain("<<<<", 7, "＜＜");
}

static void robot_never_gets_more_than_it_takes(void **state)
{
    json_t *facts, *cases;
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_WECOM, WECOM_PATH);
    facts = json_deep_copy(desk->facts);
    cases = json_object_get(facts, "cases");
    for (int i = 0; i < 400; i++) {
        json_t *one = json_deep_copy(json_array_get(cases, 0));
        json_object_set_new(one, "number", json_string("<at user_id=\"all\">\xe6\x89\xb9\"\\</at>"));
        json_array_append_new(cases, one);
    }
    char *words = json_dumps(facts, 0);
    posting_desk_facts(desk, words);
    for (enum channel_kind kind = CHANNEL_WECOM; kind <= CHANNEL_FEISHU; kind++) {
        desk->channel.kind = kind;
        receiver_answer(desk->receiver, 200, "", "{\"errcode\":0,\"code\":0}");
        assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
        json_t *body = sent(desk);
        const char *text = kind == CHANNEL_FEISHU ? word(json_object_get(body, "content"), "text")
                                                  : word(json_object_get(body, "text"), "content");
        assert_true(strlen(text) > 0);
        assert_true(strlen(text) <= (kind == CHANNEL_WECOM ? 2048 : 8192));
        assert_true(strlen(receiver_body(desk->receiver)) <= (kind == CHANNEL_WECOM ? 4096 : 20 * 1024));
        assert_null(strchr(text, '<'));
        json_decref(body);
    }
    free(words);
    json_decref(facts);
    posting_desk_close(desk);
}

/* --- codes -----------------------------------------------------------------------------------------------
 */

struct told {
    int status;
    const char *body;
    enum sending own, firms; /* what becomes of a message of the bureau's robot, and of a firm's */
    int64_t wait;            /* at least; 0 = as the schedule has it */
};

static void check_code(struct posting_desk *desk, const struct told *told, enum sending expected)
{
    int64_t before = clock_wall();
    receiver_answer(desk->receiver, told->status, "Content-Type: application/json\r\n", told->body);
    const struct sending_end *end = posting_desk_send(desk);
    if (end->sending != expected)
        fail_msg("%s: %d (%s)", told->body, (int)end->sending, end->text);
    if (told->wait > 0)
        assert_in_range(
            end->not_before, before + told->wait, clock_wall() + told->wait + CLOCK_MINUTE); /* jitter */
    else
        assert_int_equal(end->not_before, 0);
    assert_string_not_equal(end->text, "");
    assert_null(strstr(end->text, "echo")); /* their words may hold our address */
    assert_false(end->acknowledged);
}

static void check_codes(enum channel_kind kind, const char *path, const struct told *told, size_t count)
{
    struct posting_desk *desk = posting_desk_open(kind, path);
    for (size_t i = 0; i < count; i++)
        check_code(desk, &told[i], told[i].own);
    char *address = strdup(desk->channel.url);
    posting_desk_use_contact(desk, address);
    for (size_t i = 0; i < count; i++)
        check_code(desk, &told[i], told[i].firms);
    free(address);
    posting_desk_close(desk);
}
#define CHECK_CODES(kind, path, told) check_codes((kind), (path), (told), sizeof(told) / sizeof *(told))

static void codes_of_wecom(void **state)
{
    static const struct told told[] = {
        {200, "{\"errcode\":0,\"errmsg\":\"ok\"}", SENDING_DONE, SENDING_DONE, 0},
        {200, "{\"errcode\":45009,\"errmsg\":\"api freq out of limit, echo\"}", SENDING_RETRY, SENDING_RETRY,
            CLOCK_MINUTE},
        {200, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url, echo\"}", SENDING_RETRY, SENDING_GONE, 0},
        {200, "{\"errcode\":-1,\"errmsg\":\"system busy\"}", SENDING_RETRY, SENDING_RETRY, 0},
        {200, "{\"errcode\":44004,\"errmsg\":\"empty content\"}", SENDING_REFUSED, SENDING_REFUSED, 0},
        {200, "{\"errcode\":12345678,\"errmsg\":\"echo\"}", SENDING_RETRY, SENDING_RETRY, 0},
        {500, "{\"errcode\":0}", SENDING_RETRY, SENDING_RETRY, 0},
    };
    (void)state;
    CHECK_CODES(CHANNEL_WECOM, WECOM_PATH, told);
}

static void codes_of_dingtalk(void **state)
{
    static const struct told told[] = {
        {200, "{\"errcode\":0,\"errmsg\":\"ok\"}", SENDING_DONE, SENDING_DONE, 0},
        {200, "{\"errcode\":130101,\"errmsg\":\"send too fast, exceed 20 times per minute\"}", SENDING_RETRY,
            SENDING_RETRY, 10 * CLOCK_MINUTE},
        {200, "{\"errcode\":310000,\"errmsg\":\"keywords not in content, more: [echo]\"}", SENDING_RETRY,
            SENDING_GONE, 0},
        {200, "{\"errcode\":310000,\"errmsg\":\"sign not match, more: [echo]\"}", SENDING_RETRY, SENDING_GONE,
            0},
        {200, "{\"errcode\":310000,\"errmsg\":\"invalid timestamp, more: [echo]\"}", SENDING_RETRY,
            SENDING_RETRY, 0},
        {200, "{\"errcode\":310000,\"errmsg\":\"ip 1.2.3.4 not in whitelist\"}", SENDING_RETRY, SENDING_GONE,
            0},
        {200, "{\"errcode\":310000}", SENDING_RETRY, SENDING_GONE, 0},
        {200, "{\"errcode\":310000,\"errmsg\":7}", SENDING_RETRY, SENDING_GONE, 0},
        {200, "{\"errcode\":400102,\"errmsg\":\"echo\"}", SENDING_RETRY, SENDING_GONE, 0},
        {200, "{\"errcode\":430102,\"errmsg\":\"echo\"}", SENDING_REFUSED, SENDING_REFUSED, 0},
    };
    (void)state;
    CHECK_CODES(CHANNEL_DINGTALK, DINGTALK_PATH, told);
}

static void codes_of_feishu(void **state)
{
    static const struct told told[] = {
        {200, "{\"code\":0,\"msg\":\"success\",\"data\":{}}", SENDING_DONE, SENDING_DONE, 0},
        {200, "{\"Extra\":null,\"StatusCode\":0,\"StatusMessage\":\"success\"}", SENDING_DONE, SENDING_DONE,
            0},
        {200, "{\"code\":11232,\"msg\":\"frequency limited echo\"}", SENDING_RETRY, SENDING_RETRY,
            CLOCK_MINUTE},
        {400, "{\"code\":9499,\"msg\":\"too many request\",\"data\":{}}", SENDING_RETRY, SENDING_RETRY,
            CLOCK_MINUTE},
        {400, "{\"code\":9499,\"msg\":\"Bad Request\",\"data\":{}}", SENDING_REFUSED, SENDING_REFUSED, 0},
        {200, "{\"code\":19021,\"msg\":\"sign match fail or timestamp is not within one hour\"}",
            SENDING_RETRY, SENDING_RETRY, 0},
        {200, "{\"code\":19001,\"msg\":\"incoming webhook access token invalid\"}", SENDING_RETRY,
            SENDING_GONE, 0},
        {200, "{\"code\":19024,\"msg\":\"Key Words Not Found\"}", SENDING_RETRY, SENDING_GONE, 0},
        {200, "{\"StatusCode\":0,\"code\":19024}", SENDING_RETRY, SENDING_GONE, 0},
    };
    (void)state;
    CHECK_CODES(CHANNEL_FEISHU, FEISHU_PATH, told);
}

static void answer_without_a_code_is_no_delivery(void **state)
{
    static const char *const bodies[] = {"", "ok", "null", "0", "[]", "{}", "{\"errcode\":\"0\"}",
        "{\"errcode\":0.0}", "{\"errcode\":false}", "{\"errcode\":null}", "{\"errcode\":[0]}", "{\"code\":0}",
        "{\"errcode\":0", "{\"errcode\":0}{\"errcode\":1}", "{\"errcode\":1,\"errcode\":0}",
        "{\"errcode\":99999999999999999999}", "<html>{\"errcode\":0}</html>"};
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_WECOM, WECOM_PATH);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        receiver_answer(desk->receiver, 200, "", bodies[i]);
        const struct sending_end *end = posting_desk_send(desk);
        if (end->sending != SENDING_RETRY)
            fail_msg("'%s': %s", bodies[i], end->text);
        assert_string_equal(end->text, "HTTP 200 without a code in the answer");
    }
    receiver_answer(desk->receiver, 503, "Retry-After: 30\r\n", "");
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    assert_true(desk->end.not_before > clock_wall());
    posting_desk_close(desk);
}

static void answer_that_is_not_whole_is_no_delivery(void **state)
{
    static const char cut[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"errcode\":0}";
    static const char endless[] = "HTTP/1.1 200 OK\r\n\r\n{\"errcode\":0}              ";
    static const char large[] = "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n{\"errcode\":0}";
    static const char nul[] = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"errcode\":0}\0";
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_WECOM, WECOM_PATH);
    receiver_answer_bytes(desk->receiver, cut, sizeof cut - 1);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    receiver_answer_bytes(desk->receiver, large, sizeof large - 1);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    receiver_answer_bytes(desk->receiver, nul, sizeof nul - 1);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    receiver_answer_bytes(desk->receiver, endless, sizeof endless - 1);
    receiver_never_ends(desk->receiver);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    assert_non_null(strstr(desk->end.text, "too large"));
    posting_desk_close(desk);
}

static void deep_answer_of_a_robot_is_no_delivery(void **state)
{
    static char deep[60001];
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_WECOM, WECOM_PATH);
    memset(deep, '[', sizeof deep - 1);
    receiver_answer(desk->receiver, 200, "", deep);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    posting_desk_close(desk);
}

/* --- a test's conversation --------------------------------------------------------------------------------
 */

static void conversation_with_a_robot_keeps_its_token_and_signature(void **state)
{
    (void)state;
    struct posting_desk *desk = posting_desk_open(CHANNEL_FEISHU, FEISHU_PATH);
    posting_desk_secret(desk, 0, "feishu-secret");
    receiver_answer(desk->receiver, 200, "", "{\"code\":19001,\"msg\":\"hook b34ad5c5-9f6e feishu-secret\"}");
    const char *told = posting_desk_converse(desk);
    json_t *body = sent(desk);
    assert_non_null(strstr(told, "> POST /open-apis/bot/v2/hook/...\n"));
    assert_non_null(strstr(told, "< {\"code\":19001,\"msg\":\"hook ... ...\"}"));
    assert_non_null(strstr(told, "K262001"));
    assert_null(strstr(told, "b34ad5c5"));
    assert_null(strstr(told, "feishu-secret"));
    assert_null(strstr(told, word(body, "sign")));
    json_decref(body);

    free(desk->channel.url);
    struct text url = TEXT_WITH_CEILING(200);
    text_append_format(&url, "%s" DINGTALK_PATH, receiver_url(desk->receiver));
    desk->channel.url = text_take(&url);
    desk->channel.kind = CHANNEL_DINGTALK;
    told = posting_desk_converse(desk);
    assert_non_null(strstr(told, "> POST /robot/send?access_token=...&timestamp=...&sign=...\n"));
    assert_null(strstr(told, "0123456789abcdef"));
    posting_desk_close(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dingtalk_signs_with_the_secret_as_the_key),
        cmocka_unit_test(feishu_signs_nothing_with_the_time_in_the_key),
        cmocka_unit_test(wecom_gets_plain_text),
        cmocka_unit_test(dingtalk_has_its_signature_in_the_query),
        cmocka_unit_test(feishu_has_its_signature_in_the_body),
        cmocka_unit_test(firms_secret_stands_behind_its_address),
        cmocka_unit_test(robot_without_a_secret_is_not_signed),
        cmocka_unit_test(robots_of_firms_elsewhere_are_refused),
        cmocka_unit_test(tags_in_names_are_no_tags),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(robot_never_gets_more_than_it_takes),
        cmocka_unit_test(codes_of_wecom),
        cmocka_unit_test(codes_of_dingtalk),
        cmocka_unit_test(codes_of_feishu),
        cmocka_unit_test(answer_without_a_code_is_no_delivery),
        cmocka_unit_test(answer_that_is_not_whole_is_no_delivery),
        cmocka_unit_test(deep_answer_of_a_robot_is_no_delivery),
        cmocka_unit_test(conversation_with_a_robot_keeps_its_token_and_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
