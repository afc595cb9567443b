/* What a mail server's answer means for a message, and what of it may be kept. */
#include "smtp.h"

#include "m13/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIVER "zhang.san@firm.example.cn"
#define SENDER   "m13@desk.example.cn"
#define NOW      1788220800000

static struct sending_end end_of(enum mail_stage stage, const char *reply)
{
    struct sending_end end = {0};
    struct mail_answer answer = {.stage = stage,
        .status = atoi(reply),
        .reply = reply,
        .problem = reply[0] == '\0' ? "Recv failure" : ""};
    answer.taken = stage == MAIL_MESSAGE && answer.status / 100 == 2;
    smtp_judge(&answer, RECEIVER, SENDER, NOW, &end);
    return end;
}

static const struct {
    enum mail_stage stage;
    const char *reply;
    enum sending sending;
    const char *words;
} cases[] = {
    {MAIL_MESSAGE, "250 2.0.0 Ok: queued as 4XyZ", SENDING_DONE, "250 2.0.0 Ok: queued as 4XyZ"},
    {MAIL_MESSAGE, "251 2.1.5 forwarded", SENDING_DONE, "251 2.1.5 forwarded"},
    /* not now */
    {MAIL_GREETING, "421 4.3.2 too busy", SENDING_RETRY, "the mail server is not ready: 421 4.3.2 too busy"},
    {MAIL_LOGIN, "454 4.7.0 no database", SENDING_RETRY, "cannot check the login now"},
    {MAIL_RECIPIENT, "451 4.7.1 greylisted", SENDING_RETRY, "not now: 451"},
    {MAIL_RECIPIENT, "452 4.2.2 full", SENDING_RETRY, "not now: 452"},
    {MAIL_RECIPIENT, "421 closing", SENDING_RETRY, "not now: 421"},
    {MAIL_MESSAGE, "451 local error", SENDING_RETRY, "not now: 451"},
    /* the channel */
    {MAIL_GREETING, "554 no service for you", SENDING_RETRY, "this channel is turned away"},
    {MAIL_HELLO, "550 your name is wrong", SENDING_RETRY, "this channel is turned away"},
    {MAIL_STARTTLS, "501 no", SENDING_RETRY, "this channel is turned away"},
    {MAIL_LOGIN, "535 5.7.8 no", SENDING_RETRY, "user or password of this channel is refused"},
    {MAIL_LOGIN, "534 5.7.9 stronger", SENDING_RETRY, "user or password of this channel is refused"},
    {MAIL_SENDER, "530 5.7.0 log in first", SENDING_RETRY, "the sender of this channel is refused"},
    {MAIL_SENDER, "553 5.7.1 not yours", SENDING_RETRY, "the sender of this channel is refused"},
    {MAIL_RECIPIENT, "554 5.7.1 relay access denied", SENDING_RETRY, "sends nothing on for this channel"},
    {MAIL_RECIPIENT, "530 log in first", SENDING_RETRY, "wants a login"},
    {MAIL_RECIPIENT, "550 5.1.8 sender's domain", SENDING_RETRY, "the sender of this channel is refused"},
    {MAIL_RECIPIENT, "553 5.1.7 sender's form", SENDING_RETRY, "the sender of this channel is refused"},
    /* the message */
    {MAIL_SENDER, "552 5.3.4 too large", SENDING_REFUSED, "too large"},
    {MAIL_SENDER, "554 5.3.4 too large", SENDING_REFUSED, "too large"},
    {MAIL_MESSAGE, "554 5.7.1 looks like spam", SENDING_REFUSED, "refuses the message"},
    {MAIL_DATA, "554 no", SENDING_REFUSED, "refuses the message"},
    /* the mailbox */
    {MAIL_RECIPIENT, "552 5.2.2 full", SENDING_REFUSED, "the mailbox is full"},
    {MAIL_RECIPIENT, "552 full", SENDING_REFUSED, "the mailbox is full"},
    {MAIL_MESSAGE, "552 5.2.2 full", SENDING_REFUSED, "the mailbox is full"},
    {MAIL_MESSAGE, "550 5.2.2 full", SENDING_REFUSED, "the mailbox is full"},
    {MAIL_MESSAGE, "552 5.3.4 too large", SENDING_REFUSED, "refuses the message"},
    {MAIL_RECIPIENT, "550 5.2.1 switched off", SENDING_REFUSED, "refuses the receiver"},
    {MAIL_RECIPIENT, "550 no code", SENDING_REFUSED, "refuses the receiver"},
    /* the address */
    {MAIL_RECIPIENT, "550 5.1.1 no such user", SENDING_GONE, "there is no such address"},
    {MAIL_RECIPIENT, "550 5.1.2 no such domain", SENDING_GONE, "there is no such address"},
    {MAIL_RECIPIENT, "556 5.1.10 takes no mail", SENDING_GONE, "there is no such address"},
    /* nothing said */
    {MAIL_GREETING, "", SENDING_RETRY, "cannot be reached: Recv failure"},
    {MAIL_RECIPIENT, "", SENDING_RETRY, "broke off: Recv failure"},
    {MAIL_MESSAGE, "", SENDING_RETRY, "goes again under the same id: Recv failure"},
};

static void reply_means_what_its_command_and_code_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sending_end end = end_of(cases[i].stage, cases[i].reply);
        if (end.sending != cases[i].sending || strstr(end.text, cases[i].words) == NULL)
            print_error("%d %s: %d %s\n", cases[i].stage, cases[i].reply, end.sending, end.text);
        assert_int_equal(end.sending, cases[i].sending);
        assert_non_null(strstr(end.text, cases[i].words));
    }
}

static void server_that_puts_us_off_has_its_minutes(void **state)
{
    (void)state;
    assert_true(end_of(MAIL_RECIPIENT, "451 4.7.1 greylisted").not_before >= NOW + 5 * CLOCK_MINUTE);
    assert_true(end_of(MAIL_MESSAGE, "451 later").not_before >= NOW + 5 * CLOCK_MINUTE);
    assert_int_equal(end_of(MAIL_GREETING, "421 busy").not_before, 0);
    assert_int_equal(end_of(MAIL_RECIPIENT, "550 no").not_before, 0);
    assert_int_equal(end_of(MAIL_MESSAGE, "250 fine").not_before, 0);
}

static void server_without_trust_was_told_nothing(void **state)
{
    (void)state;
    struct sending_end end = {0};
    struct mail_answer answer = {.stage = MAIL_STARTTLS,
        .status = 220,
        .reply = "220 go",
        .problem = "SSL certificate problem: certificate has expired",
        .untrusted = true};
    smtp_judge(&answer, RECEIVER, SENDER, NOW, &end);
    assert_int_equal(end.sending, SENDING_RETRY);
    assert_string_equal(end.text, "the mail server cannot be trusted, so nothing was sent: "
                                  "SSL certificate problem: certificate has expired");
}

static void text_holds_no_address_whatever_the_server_says(void **state)
{
    (void)state;
    static const char *const said[] = {
        "550 5.1.1 <zhang.san@firm.example.cn>: no such user",
        "550 5.1.1 ZHANG.SAN@FIRM.EXAMPLE.CN unknown",
        "550 5.1.1 user zhang.san is unknown at firm.example.cn",
        "550 5.1.1 zhang.san%40firm.example.cn",
        "550 5.1.1 to=zhang.san@firm.example.cn,from=m13@desk.example.cn",
        "550 5.1.1 \"zhang.san\" (Zhang.San)",
        "550 5.1.1 another@elsewhere.example.cn knows",
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct sending_end end = end_of(MAIL_RECIPIENT, said[i]);
        assert_null(strcasestr(end.text, "zhang"));
        assert_null(strcasestr(end.text, "firm.example"));
        assert_null(strcasestr(end.text, "elsewhere"));
        assert_null(strchr(end.text, '@'));
        assert_non_null(strstr(end.text, "***"));
    }
}

static void long_reply_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t before = 0; before < 4; before++) {
        char reply[500] = "250 ";
        memset(reply + 4, 'x', before);
        for (size_t at = 4 + before; at + 3 < sizeof reply; at += 3)
            memcpy(reply + at, "满", 3);
        struct sending_end end = end_of(MAIL_MESSAGE, reply);
        assert_true(strlen(end.text) > 250);
        assert_true(utf8_is_valid(end.text, strlen(end.text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reply_means_what_its_command_and_code_say),
        cmocka_unit_test(server_that_puts_us_off_has_its_minutes),
        cmocka_unit_test(server_without_trust_was_told_nothing),
        cmocka_unit_test(text_holds_no_address_whatever_the_server_says),
        cmocka_unit_test(long_reply_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
