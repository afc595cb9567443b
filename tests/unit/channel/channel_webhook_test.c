/* Messages to a webhook: signed, judged by the status alone, and safe from what comes back. */
#include "posting_desk.h"

#include "scratch.h"

#include "m13/clock.h"
#include "m13/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char first_secret[] = "whsec_bTEzZC10ZXN0LWtleS0wMTIzNDU2Nzg5YWJjZGVmMDE=",
                  second_secret[] = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcyB0ZXN0LCBsb25n",
                  uscc[] = "91110108MA01ABCD5X";

static int open_webhook(void **state)
{
    struct posting_desk *desk = posting_desk_open(CHANNEL_WEBHOOK, "/hook");
    posting_desk_secret(desk, 0, "whsec_bTEzZC10ZXN0LWtleS0wMTIzNDU2Nzg5YWJjZGVmMDE=\n");
    *state = desk;
    return 0;
}

static int close_webhook(void **state)
{
    posting_desk_close(*state);
    return 0;
}

/* --- what goes -------------------------------------------------------------------------------------------
 */

static char *expected_signature(struct posting_desk *desk, const char *secret)
{
    int64_t seconds;
    assert_int_equal(
        string_to_integer(receiver_header(desk->receiver, "webhook-timestamp"), 0, INT64_MAX, &seconds), 0);
    return webhook_signature(secret, "msg_01", seconds, receiver_body(desk->receiver));
}

static void message_is_signed_with_each_secret_in_force(void **state)
{
    struct posting_desk *desk = *state;
    struct text both = TEXT_WITH_CEILING(1000);
    posting_desk_secret(desk, 1, second_secret);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    char *first = expected_signature(desk, first_secret), *second = expected_signature(desk, second_secret);
    text_append_format(&both, "%s %s", first, second);
    assert_string_equal(receiver_header(desk->receiver, "webhook-signature"), text_string(&both));
    assert_string_equal(receiver_header(desk->receiver, "webhook-id"), "msg_01");
    assert_string_equal(receiver_header(desk->receiver, "content-type"), "application/json; charset=utf-8");
    assert_true(string_starts(receiver_request(desk->receiver), "POST /hook HTTP/1.1\r\n"));
    free(first);
    free(second);
    text_free(&both);
}

static void body_holds_the_facts_and_their_words(void **state)
{
    struct posting_desk *desk = *state;
    char hex[DIGEST_HEX_BYTES];
    const struct sending_end *end = posting_desk_send(desk);
    const char *body = receiver_body(desk->receiver);
    json_t *told = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    assert_string_equal(json_string_value(json_object_get(told, "type")), "m13.lead");
    assert_non_null(strstr(json_string_value(json_object_get(told, "text_zh")), "K262001"));
    assert_non_null(strstr(json_string_value(json_object_get(told, "text_en")), "K262001"));
    assert_string_equal(end->sent_sha256, digest_hex_of(body, strlen(body), hex));
    json_decref(told);
}

static void firm_has_a_secret_of_its_own(void **state)
{
    struct posting_desk *desk = *state;
    struct failure failure = {0};
    posting_desk_use_contact(desk, desk->channel.url);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    char *secret = channel_firm_secret(&desk->channel, 0, uscc, &failure);
    char *other = channel_firm_secret(&desk->channel, 0, "91110105MA01WXYZ3T", &failure);
    char *signature = expected_signature(desk, secret), *of_other = expected_signature(desk, other),
         *of_channel = expected_signature(desk, first_secret);
    const char *sent = receiver_header(desk->receiver, "webhook-signature");
    assert_string_equal(sent, signature);
    assert_string_not_equal(sent, of_other);
    assert_string_not_equal(sent, of_channel);
    char *const all[] = {secret, other, signature, of_other, of_channel};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

/* The value is Python's: hmac.digest(b"m13d-test-key-0123456789abcdef01", b"m13d " + uscc, "sha256"). */
static void secret_of_a_firm_is_the_known_one(void **state)
{
    struct posting_desk *desk = *state;
    char *secret = channel_firm_secret(&desk->channel, 0, uscc, NULL);
    assert_string_equal(secret, "whsec_ruRHzpjhbtGjD+ScAFyE5EH3KZeqyPJdiXbymcmsKXs=");
    free(secret);
}

static void secret_that_is_none_sends_nothing_and_is_not_told(void **state)
{
    struct posting_desk *desk = *state;
    static const char *const bad[] = {
        "", "\n", "Xsecret", "whsec_", "whsec_c2hvcnQ=", "whsec_*not*base64*but*long*enough*", "whsec_a b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct failure failure = {0};
        posting_desk_secret(desk, 0, bad[i]);
        const struct sending_end *end = posting_desk_send(desk);
        assert_int_equal(end->sending, SENDING_RETRY);
        assert_string_not_equal(end->text, "");
        assert_null(strstr(end->text, "Xsecret"));
        assert_null(strstr(end->text, desk->folder));
        assert_null(channel_firm_secret(&desk->channel, 0, uscc, &failure));
        assert_null(strstr(failure.text, "Xsecret"));
    }
    assert_null(channel_firm_secret(&desk->channel, 1, uscc, NULL));
    remove(desk->channel.secret_files[0]);
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    assert_int_equal(receiver_requests(desk->receiver), 0);
}

static void address_may_stand_in_a_file(void **state)
{
    struct posting_desk *desk = *state;
    char *file = scratch_path(desk->folder, "url"), *url = desk->channel.url;
    scratch_write(file, url, strlen(url));
    desk->channel.url = NULL;
    desk->channel.url_file = file;
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_DONE);
    scratch_write(file, "two\nlines", strlen("two\nlines"));
    assert_int_equal(posting_desk_send(desk)->sending, SENDING_RETRY);
    assert_int_equal(receiver_requests(desk->receiver), 1);
    desk->channel.url = url;
    free(file);
}

/* --- what comes ------------------------------------------------------------------------------------------
 */

static void status_says_what_became_of_it(void **state)
{
    struct posting_desk *desk = *state;
    static const struct {
        int status;
        enum sending sending;
    } cases[] = {{200, SENDING_DONE}, {201, SENDING_DONE}, {202, SENDING_DONE}, {204, SENDING_DONE},
        {299, SENDING_DONE}, {301, SENDING_RETRY}, {302, SENDING_RETRY}, {307, SENDING_RETRY},
        {400, SENDING_RETRY}, {401, SENDING_RETRY}, {403, SENDING_RETRY}, {404, SENDING_RETRY},
        {410, SENDING_GONE}, {413, SENDING_RETRY}, {429, SENDING_RETRY}, {500, SENDING_RETRY},
        {502, SENDING_RETRY}, {503, SENDING_RETRY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[20];
        receiver_answer(desk->receiver, cases[i].status, "Location: http://127.0.0.1:1/other\r\n", "");
        const struct sending_end *end = posting_desk_send(desk);
        if (end->sending != cases[i].sending)
            fail_msg("HTTP %d became %d", cases[i].status, (int)end->sending);
        snprintf(words, sizeof words, "HTTP %d", cases[i].status);
        assert_true(string_starts(end->text, words));
        assert_int_equal(end->not_before, 0);
    }
    assert_int_equal(receiver_requests(desk->receiver), (int)(sizeof cases / sizeof *cases));
}

static void proof_is_the_status_and_a_digest_of_the_reply(void **state)
{
    struct posting_desk *desk = *state;
    receiver_answer(desk->receiver, 200, "", "thanks");
    assert_string_equal(posting_desk_send(desk)->text, "HTTP 200, reply of 6 bytes, sha256 a6a2729cbf6bcadc");
}

static void receiver_says_how_long_it_wants_to_be_left_alone(void **state)
{
    struct posting_desk *desk = *state;
    int64_t before = clock_wall();
    receiver_answer(desk->receiver, 429, "Retry-After: 120\r\n", "");
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_RETRY);
    assert_in_range(end->not_before, before + 120 * CLOCK_SECOND, clock_wall() + 120 * CLOCK_SECOND);
    receiver_answer(desk->receiver, 503, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", "");
    before = clock_wall();
    int64_t not_before = posting_desk_send(desk)->not_before;
    assert_in_range(not_before, before, clock_wall()); /* long past: now */
    receiver_answer(desk->receiver, 503, "Retry-After: soon\r\n", "");
    assert_int_equal(posting_desk_send(desk)->not_before, 0);
}

static void acknowledgement_is_a_small_object_that_says_so(void **state)
{
    struct posting_desk *desk = *state;
    static const char *const yes[] = {"{\"ack\":true}", " {\"ack\" : true, \"ticket\": 7}\n"};
    static const char *const no[] = {"", "{}", "{\"ack\":false}", "{\"ack\":1}", "{\"ack\":\"true\"}",
        "{\"ack\":null}", "[true]", "true", "{\"ack\":true", "{\"ack\":true}{}",
        "{\"ack\":true,\"ack\":true}", "{\"nested\":{\"ack\":true}}"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        receiver_answer(desk->receiver, 200, "Content-Type: application/json\r\n", yes[i]);
        assert_true(posting_desk_send(desk)->acknowledged);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        receiver_answer(desk->receiver, 200, "Content-Type: application/json\r\n", no[i]);
        const struct sending_end *end = posting_desk_send(desk);
        assert_int_equal(end->sending, SENDING_DONE);
        if (end->acknowledged)
            fail_msg("%s is no acknowledgement", no[i]);
    }
    receiver_answer(desk->receiver, 500, "", yes[0]);
    assert_false(posting_desk_send(desk)->acknowledged);
}

/* --- what is wrong ---------------------------------------------------------------------------------------
 */

static void check_bytes(
    struct posting_desk *desk, const char *bytes, size_t length, enum sending expected, const char *what)
{
    receiver_answer_bytes(desk->receiver, bytes, length);
    const struct sending_end *end = posting_desk_send(desk);
    if (end->sending != expected)
        fail_msg("%s: %d (%s)", what, (int)end->sending, end->text);
    assert_string_not_equal(end->text, "");
    assert_false(end->acknowledged);
    for (const char *byte = end->text; *byte; byte++)
        assert_in_range(*byte, ' ', '~');
}
#define CHECK(desk, bytes, expected) check_bytes((desk), (bytes), sizeof(bytes) - 1, (expected), #bytes)

static void answer_that_is_none_is_no_delivery(void **state)
{
    struct posting_desk *desk = *state;
    CHECK(desk, "", SENDING_RETRY);
    CHECK(desk, "\0\0\0\0", SENDING_RETRY);
    CHECK(desk, "220 mail.example ESMTP\r\n", SENDING_RETRY);
    CHECK(desk, "HTTP/1.1 \r\n\r\n", SENDING_RETRY);
    CHECK(desk, "HTTP/1.1 100 Continue\r\n\r\n", SENDING_RETRY);
    CHECK(desk, "HTTP/1.1 99999 Odd\r\n\r\n", SENDING_RETRY);
}

/* It has taken the message, and would have it twice. */
static void answer_that_breaks_off_after_a_good_status_is_a_delivery(void **state)
{
    struct posting_desk *desk = *state;
    CHECK(desk, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ack\":true}", SENDING_DONE);
    CHECK(desk, "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n{\"ack\":true}", SENDING_DONE);
    CHECK(desk, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n{\"ack\":true}",
        SENDING_DONE);
    CHECK(desk, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", SENDING_DONE);
    CHECK(desk, "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{\"ack\":true}", SENDING_RETRY);
}

static void strange_words_stay_out_of_the_proof(void **state)
{
    struct posting_desk *desk = *state;
    CHECK(desk, "HTTP/1.1 200 \x1b[31m\r\nContent-Length: 4\r\n\r\n\x1b[2J", SENDING_DONE);
    CHECK(desk, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"ack\":tru\0e}", SENDING_DONE);
    CHECK(desk, "HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n127.0.0.1", SENDING_RETRY);
}

static void reply_without_end_is_cut(void **state)
{
    struct posting_desk *desk = *state;
    static const char endless[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[[[[[[[[[[[[[[[[";
    receiver_answer_bytes(desk->receiver, endless, sizeof endless - 1);
    receiver_never_ends(desk->receiver);
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_DONE);
    assert_non_null(strstr(end->text, " and more"));
}

static void deep_reply_is_no_acknowledgement(void **state)
{
    struct posting_desk *desk = *state;
    char deep[4000];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    receiver_answer(desk->receiver, 200, "", deep);
    assert_false(posting_desk_send(desk)->acknowledged);
}

/* --- where ------------------------------------------------------------------------------------------------
 */

static void firms_address_inside_is_refused_before_anything_is_sent(void **state)
{
    struct posting_desk *desk = *state;
    desk->channel.allow_private = false;
    desk->channel.allow_http = true;
    posting_desk_use_contact(desk, desk->channel.url);
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_REFUSED);
    assert_string_equal(end->text, "its address is not a public one");
    assert_int_equal(receiver_requests(desk->receiver), 0);
}

/* Its name tells nothing: only where it leads. */
static void name_that_leads_inside_is_refused_at_the_connection(void **state)
{
    struct posting_desk *desk = *state;
    char url[100];
    snprintf(url, sizeof url, "http://localhost%s", strrchr(desk->channel.url, ':'));
    desk->channel.allow_private = false;
    desk->channel.allow_http = true;
    posting_desk_use_contact(desk, url);
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_REFUSED);
    assert_string_equal(end->text, "its address leads to one that is not public");
    assert_int_equal(receiver_requests(desk->receiver), 0);
}

static void nobody_there_is_told_without_his_name(void **state)
{
    struct posting_desk *desk = *state;
    posting_desk_use_contact(desk, "http://127.0.0.1:1/of-a-firm");
    const struct sending_end *end = posting_desk_send(desk);
    assert_int_equal(end->sending, SENDING_RETRY);
    assert_non_null(strstr(end->text, "cannot be reached"));
    assert_null(strstr(end->text, "of-a-firm"));
}

static void daemon_that_stops_in_the_middle_leaves_nothing(void **state)
{
    struct posting_desk *desk = *state;
    channel_webhook.send(&desk->courier, &desk->parcel, NULL, NULL);
    assert_int_equal(http_under_way(desk->courier.http), 1); /* the rest is the sanitizer's to say */
}

/* --- a test's conversation --------------------------------------------------------------------------------
 */

static void conversation_shows_all_but_secrets(void **state)
{
    struct posting_desk *desk = *state;
    struct text url = TEXT_WITH_CEILING(200);
    text_append_format(&url, "%s?token=s3cr3t-t0k3n&from=m13d", desk->channel.url);
    free(desk->channel.url);
    desk->channel.url = text_take(&url);
    receiver_answer(desk->receiver, 200, "Content-Type: text/plain\r\n", "taken \x1b[31m with s3cr3t-t0k3n");
    const char *told = posting_desk_converse(desk);
    static const char *const shown[] = {"> POST /hook?token=...&from=...", "> Host: 127.0.0.1\n",
        "> webhook-id: msg_01", "> webhook-signature: v1,", "> {\"id\":\"msg_01\"", "< HTTP 200\n",
        "< Content-Type: text/plain\n", "< taken .[31m with ...\n"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!strstr(told, shown[i]))
            fail_msg("'%s' is not in:\n%s", shown[i], told);
    assert_null(strstr(told, "s3cr3t"));
    assert_null(strstr(told, strchr(receiver_header(desk->receiver, "webhook-signature"), ',') + 10));
    assert_null(strstr(told, "whsec_"));
    assert_null(strchr(told, '\x1b'));
}

static void conversation_tells_what_libraries_say(void **state)
{
    struct posting_desk *desk = *state;
    receiver_answer_bytes(desk->receiver, "", 0);
    assert_non_null(strstr(posting_desk_converse(desk), "\n* ")); /* libcurl's words, in full */
    desk->channel.allow_private = false;
    assert_string_equal(posting_desk_converse(desk), "* its address is not https\n");
}

#define ON_DESK(claim) cmocka_unit_test_setup_teardown(claim, open_webhook, close_webhook)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DESK(message_is_signed_with_each_secret_in_force),
        ON_DESK(body_holds_the_facts_and_their_words),
        ON_DESK(firm_has_a_secret_of_its_own),
        ON_DESK(secret_of_a_firm_is_the_known_one),
        ON_DESK(secret_that_is_none_sends_nothing_and_is_not_told),
        ON_DESK(address_may_stand_in_a_file),
        ON_DESK(status_says_what_became_of_it),
        ON_DESK(proof_is_the_status_and_a_digest_of_the_reply),
        ON_DESK(receiver_says_how_long_it_wants_to_be_left_alone),
        ON_DESK(acknowledgement_is_a_small_object_that_says_so),
        ON_DESK(answer_that_is_none_is_no_delivery),
        ON_DESK(answer_that_breaks_off_after_a_good_status_is_a_delivery),
        ON_DESK(strange_words_stay_out_of_the_proof),
        ON_DESK(reply_without_end_is_cut),
        ON_DESK(deep_reply_is_no_acknowledgement),
        ON_DESK(firms_address_inside_is_refused_before_anything_is_sent),
        ON_DESK(name_that_leads_inside_is_refused_at_the_connection),
        ON_DESK(nobody_there_is_told_without_his_name),
        ON_DESK(daemon_that_stops_in_the_middle_leaves_nothing),
        ON_DESK(conversation_shows_all_but_secrets),
        ON_DESK(conversation_tells_what_libraries_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
