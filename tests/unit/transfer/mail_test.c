/* What a mail server may do to us, and what we say about it. */
#include "m13/mail.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "m13/text.h"

#include "mail_server.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HELLO      "S: 220 mail.example.cn ready\nC: EHLO\nS: 250-mail.example.cn\nS: 250 SIZE 1000000\n"
#define SENDER     "C: MAIL FROM:<m13d@example.cn>\nS: 250 2.1.0 fine\n"
#define RECEIVER   "C: RCPT TO:<zhang@firm.example.cn>\nS: 250 2.1.5 fine\n"
#define MESSAGE    "C: DATA\nS: 354 go on\nM:\n"
#define TAKEN      "S: 250 2.0.0 queued as 4XyZ\n"
#define WHOLE      HELLO SENDER RECEIVER MESSAGE TAKEN "C: QUIT\n"
#define WITH_LOGIN "S: 220 mail.example.cn ready\nC: EHLO\nS: 250-mail.example.cn\nS: 250 AUTH LOGIN PLAIN\n"

static struct {
    char *folder, *heard, *conversation;
    bool ended, dropped;
    struct mail_answer answer;
    char reply[600], problem[600];
} desk;

static void on_ended(const struct mail_answer *answer, void *context)
{
    desk.ended = true;
    desk.answer = *answer;
    snprintf(desk.reply, sizeof desk.reply, "%s", answer->reply);
    snprintf(desk.problem, sizeof desk.problem, "%s", answer->problem);
    if (context != NULL)
        loop_stop(context);
}

static void on_dropped(void *context)
{
    (void)context;
    desk.dropped = true;
}

static struct mail a_mail(void)
{
    static char sender[] = "m13d@example.cn", receiver[] = "zhang@firm.example.cn";
    return (struct mail){
        .plain = true,
        .from = {NULL, sender},
        .to = {NULL, receiver},
        .message_id = "msg_01.abc@example.cn",
        .date = 1788220800000, /* 2026-09-01 08:00 Beijing */
        .subject = "text",
        .text = "first line\nsecond line\n",
        .html = "<p>first line</p>",
    };
}

static int begin(void **state)
{
    (void)state;
    memset(&desk, 0, sizeof desk);
    desk.folder = scratch_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(desk.heard);
    free(desk.conversation);
    scratch_remove(desk.folder);
    return 0;
}

static void send_with(const char *script, struct mail mail, struct http_patience patience)
{
    struct mail_server server;
    char *transcript = scratch_path(desk.folder, "transcript"), *talk = scratch_path(desk.folder, "talk");
    mail_server_start(&server, script, transcript);
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    struct failure failure = {0};
    http_set_patience(http, &patience);
    mail.url = mail.url != NULL ? mail.url : server.url;
    mail.conversation = fopen(talk, "w");
    assert_int_equal(
        mail_start(http, &mail, &(struct mail_events){on_ended, on_dropped, loop}, NULL, &failure), 0);
    loop_run(loop, false);
    assert_int_equal(http_under_way(http), 0);
    http_free(http);
    loop_free(loop);
    fclose(mail.conversation);
    assert_true(desk.ended);
    assert_false(desk.dropped);
    desk.heard = mail_server_end(&server);
    desk.conversation = scratch_read(talk, NULL);
    free(talk);
    free(transcript);
}

static void deliver(const char *script)
{
    send_with(script, a_mail(), (struct http_patience){0});
}

/* --- what goes well ---------------------------------------------------------------------------------------
 */

static void reply_to_the_message_is_the_proof(void **state)
{
    (void)state;
    deliver(WHOLE);
    assert_true(desk.answer.taken);
    assert_int_equal(desk.answer.stage, MAIL_MESSAGE);
    assert_int_equal(desk.answer.status, 250);
    assert_string_equal(desk.reply, "250 2.0.0 queued as 4XyZ");
    assert_string_equal(desk.problem, "");
    assert_non_null(strstr(desk.heard, "\r\nMessage-ID: <msg_01.abc@example.cn>\r\n"));
    assert_non_null(strstr(desk.heard, "\r\nDate: Tue, 01 Sep 2026 08:00:00 +0800\r\n"));
    assert_non_null(strstr(desk.heard, "\r\nAuto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(desk.heard, "QUIT\r\n"));
}

static void conversation_can_be_read_without_the_message(void **state)
{
    (void)state;
    deliver(WHOLE);
    assert_non_null(strstr(desk.conversation, "> RCPT TO:<zhang@firm.example.cn>"));
    assert_non_null(strstr(desk.conversation, "\n< 354 go on\n"));
    assert_non_null(strstr(desk.conversation, " bytes)\n< 250 2.0.0 queued as 4XyZ\n"));
    assert_null(strstr(desk.conversation, "Subject"));
}

static void receipt_counts_though_the_goodbye_never_comes(void **state)
{
    (void)state;
    int64_t begun = clock_monotonic();
    deliver(HELLO SENDER RECEIVER MESSAGE TAKEN "C: QUIT\nH\n");
    assert_true(desk.answer.taken);
    assert_true(clock_monotonic() - begun < 60 * CLOCK_SECOND); /* libcurl would wait for two minutes */
}

static void goodbye_is_no_proof(void **state)
{
    (void)state;
    /* It stands there before we have asked for it. */
    deliver(HELLO SENDER RECEIVER MESSAGE "S: 250 2.0.0 queued as 4XyZ\\x0d\\x0a221 2.0.0 Bye\nC: QUIT\n");
    assert_string_equal(desk.reply, "250 2.0.0 queued as 4XyZ");
    assert_true(desk.answer.taken);
}

static void receipt_counts_though_the_connection_goes_with_it(void **state)
{
    (void)state;
    deliver(HELLO SENDER RECEIVER MESSAGE TAKEN);
    assert_true(desk.answer.taken);
}

static void any_reply_of_success_takes_the_message(void **state)
{
    (void)state;
    deliver(HELLO SENDER RECEIVER MESSAGE "S: 251 taken along\nC: QUIT\n");
    assert_true(desk.answer.taken);
}

/* --- what the server will not ----------------------------------------------------------------------------
 */

static const struct {
    const char *what, *script;
    enum mail_stage stage;
    int status;
} refusals[] = {
    {"busy", "S: 421 4.3.2 too busy\nC: QUIT\n", MAIL_GREETING, 421},
    {"no service", "S: 554 no mail here\nC: QUIT\n", MAIL_GREETING, 554},
    {"sender", HELLO "C: MAIL\nS: 553 5.1.8 who?\nC: QUIT\n", MAIL_SENDER, 553},
    {"greylisted", HELLO SENDER "C: RCPT\nS: 451 4.7.1 come again\nC: QUIT\n", MAIL_RECIPIENT, 451},
    {"unknown", HELLO SENDER "C: RCPT\nS: 550-5.1.1 nobody\nS: 550 5.1.1 of that name\nC: QUIT\n",
        MAIL_RECIPIENT, 550},
    {"closing", HELLO SENDER "C: RCPT\nS: 421 going down\n", MAIL_RECIPIENT, 421},
    {"data", HELLO SENDER RECEIVER "C: DATA\nS: 451 no room\nC: QUIT\n", MAIL_DATA, 451},
    {"full", HELLO SENDER RECEIVER MESSAGE "S: 552 5.2.2 full\nC: QUIT\n", MAIL_MESSAGE, 552},
    {"silent after a refusal", HELLO SENDER "C: RCPT\nS: 550 no\nC: QUIT\nH\n", MAIL_RECIPIENT, 550},
};

static void refusal_is_told_with_its_stage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        deliver(refusals[i].script);
        if (desk.answer.stage != refusals[i].stage || desk.answer.status != refusals[i].status)
            print_error(
                "%s: %d %d %s\n", refusals[i].what, desk.answer.stage, desk.answer.status, desk.problem);
        assert_false(desk.answer.taken);
        assert_int_equal(desk.answer.stage, refusals[i].stage);
        assert_int_equal(desk.answer.status, refusals[i].status);
        assert_string_equal(desk.problem, "");
        assert_false(desk.answer.untrusted);
        end(NULL);
        begin(NULL);
    }
}

static void reply_belongs_to_its_own_command(void **state)
{
    (void)state;
    deliver(HELLO SENDER "C: RCPT\n");
    assert_int_equal(desk.answer.stage, MAIL_RECIPIENT);
    assert_int_equal(desk.answer.status, 0);
    assert_string_equal(desk.reply, "");
    assert_string_not_equal(desk.problem, "");
}

static void cut_after_the_message_is_no_receipt(void **state)
{
    (void)state;
    deliver(HELLO SENDER RECEIVER MESSAGE);
    assert_false(desk.answer.taken);
    assert_int_equal(desk.answer.stage, MAIL_MESSAGE);
    assert_int_equal(desk.answer.status, 0);
    assert_string_not_equal(desk.problem, "");
}

/* --- secrets ----------------------------------------------------------------------------------------------
 */

static struct mail with_login(void)
{
    struct mail mail = a_mail();
    mail.user = "m13d@example.cn";
    mail.password = "Tr0ub4dor&3";
    return mail;
}

static void assert_no_secret_in(const char *text)
{
    assert_null(strstr(text, "Tr0ub4dor&3"));
    assert_null(strstr(text, "VHIwdWI0ZG9yJjM="));                         /* of AUTH LOGIN */
    assert_null(strstr(text, "AG0xM2RAZXhhbXBsZS5jbgBUcjB1YjRkb3ImMw==")); /* of AUTH PLAIN */
}

static void password_is_said_to_the_server_alone(void **state)
{
    (void)state;
    send_with(WITH_LOGIN
        "C: AUTH PLAIN\nS: 334\nC: AG0xM2RAZXhhbXBsZS5jbgBUcjB1YjRkb3ImMw==\nS: 235 welcome\n" SENDER RECEIVER
            MESSAGE TAKEN,
        with_login(), (struct http_patience){0});
    assert_true(desk.answer.taken);
    assert_non_null(strstr(desk.conversation, "\n> AUTH PLAIN\n"));
    assert_non_null(strstr(desk.conversation, "\n> ***\n"));
    assert_no_secret_in(desk.conversation);
}

static void server_that_repeats_the_password_changes_nothing(void **state)
{
    (void)state;
    send_with(
        "S: 220 ready\nC: EHLO\nS: 250-mail\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: \n"
        "S: 334 UGFzc3dvcmQ6\nC: VHIwdWI0ZG9yJjM=\n"
        "S: 535 5.7.8 not VHIwdWI0ZG9yJjM= which is Tr0ub4dor&3\nC: QUIT\n",
        with_login(), (struct http_patience){0});
    assert_int_equal(desk.answer.stage, MAIL_LOGIN);
    assert_int_equal(desk.answer.status, 535);
    assert_string_equal(desk.reply, "535 5.7.8 not *** which is ***");
    assert_no_secret_in(desk.conversation);
}

static void nothing_is_said_to_a_server_without_tls(void **state)
{
    (void)state;
    struct mail mail = with_login();
    mail.plain = false;
    send_with(WITH_LOGIN "H\n", mail, (struct http_patience){0});
    assert_true(desk.answer.untrusted);
    assert_string_equal(desk.problem, "the server offers no TLS, and nothing is sent without");
    assert_null(strstr(desk.heard, "AUTH"));
    assert_null(strstr(desk.heard, "MAIL"));
}

static void server_that_refuses_tls_is_told_nothing(void **state)
{
    (void)state;
    struct mail mail = with_login();
    mail.plain = false;
    send_with("S: 220 ready\nC: EHLO\nS: 250-STARTTLS\nS: 250 AUTH PLAIN\nC: STARTTLS\nS: 454 not now\nH\n",
        mail, (struct http_patience){0});
    assert_int_equal(desk.answer.stage, MAIL_STARTTLS);
    assert_int_equal(desk.answer.status, 454);
    assert_null(strstr(desk.heard, "AUTH"));
    assert_null(strstr(desk.heard, "MAIL"));
}

static void reply_smuggled_in_before_tls_is_no_login(void **state)
{
    (void)state;
    struct mail mail = with_login();
    mail.plain = false;
    send_with("S: 220 ready\nC: EHLO\nS: 250-STARTTLS\nS: 250 AUTH PLAIN\nC: STARTTLS\n"
              "S: 220 go\\x0d\\x0a250 AUTH PLAIN\\x0d\\x0a235 welcome\nH\n",
        mail, (struct http_patience){.mail_login_ms = 300, .mail_ms = 300});
    assert_false(desk.answer.taken);
    assert_null(strstr(desk.heard, "AUTH"));
    assert_null(strstr(desk.heard, "MAIL"));
}

static void without_tls_mail_does_not_leave_the_machine(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    struct mail mail = a_mail();
    mail.url = "smtp://192.0.2.1:25"; /* RFC 5737: nobody's */
    assert_int_equal(mail_start(http, &mail, &(struct mail_events){on_ended, NULL, loop}, NULL, NULL), 0);
    loop_run(loop, false);
    assert_true(desk.answer.untrusted);
    assert_string_equal(desk.problem, "without TLS mail goes to this machine alone");
    http_free(http);
    loop_free(loop);
}

/* --- patience ---------------------------------------------------------------------------------------------
 */

static const struct http_patience short_patience = {.mail_login_ms = 200, .mail_ms = 400};

static void server_that_says_nothing_is_given_up(void **state)
{
    (void)state;
    send_with("H\n", a_mail(), short_patience);
    assert_int_equal(desk.answer.stage, MAIL_GREETING);
    assert_int_equal(desk.answer.status, 0);
    assert_string_not_equal(desk.problem, "");
}

static void server_that_falls_silent_after_the_message_is_given_up(void **state)
{
    (void)state;
    send_with(HELLO SENDER RECEIVER MESSAGE "H\n", a_mail(),
        (struct http_patience){.mail_login_ms = 400, .mail_ms = 800});
    assert_false(desk.answer.taken);
    assert_int_equal(desk.answer.status, 0);
    assert_string_not_equal(desk.problem, "");
}

static void greeting_without_an_end_of_line_is_given_up(void **state)
{
    (void)state;
    send_with("B: 1 220 rea\nH\n", a_mail(), short_patience);
    assert_int_equal(desk.answer.stage, MAIL_GREETING);
    assert_false(desk.answer.taken);
}

static void reply_without_end_is_given_up(void **state)
{
    (void)state;
    deliver("B: 4000 220-and so on and so on and so on\\x0d\\x0a\nH\n");
    assert_false(desk.answer.taken);
    assert_string_not_equal(desk.problem, "");
}

static void line_without_end_is_given_up(void **state)
{
    (void)state;
    send_with("B: 20000 220 and so on \nH\n", a_mail(), short_patience);
    assert_false(desk.answer.taken);
}

static void long_reply_is_cut_and_still_counts(void **state)
{
    (void)state;
    deliver(HELLO SENDER RECEIVER MESSAGE "B: 1 250 queued\nB: 500  and so on\nS: \nC: QUIT\n");
    assert_true(desk.answer.taken);
    assert_true(string_starts(desk.reply, "250 queued and so on and"));
    assert_true(strlen(desk.reply) < 512);
}

static void reply_is_clean_before_anyone_reads_it(void **state)
{
    (void)state;
    deliver(HELLO SENDER RECEIVER MESSAGE "S: 250 id\\x00=\\x1b[31m4X\\x07\\xff\\x9b\nC: QUIT\n");
    assert_true(desk.answer.taken);
    assert_true(utf8_is_valid(desk.reply, strlen(desk.reply)));
    for (const char *at = desk.reply; *at != '\0'; at++)
        assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
    assert_true(string_starts(desk.reply, "250 id = [31m4X "));
    assert_null(strchr(desk.conversation, 0x1b));
}

static void nonsense_is_no_reply(void **state)
{
    (void)state;
    send_with("S: hello\nS: 2x0 no\nS: 99\nH\n", a_mail(), short_patience);
    assert_int_equal(desk.answer.stage, MAIL_GREETING);
    assert_int_equal(desk.answer.status, 0);
}

/* --- ends from our side -----------------------------------------------------------------------------------
 */

static void whoever_asked_hears_that_it_was_dropped(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    struct mail mail = a_mail();
    mail.url = "smtp://127.0.0.1:9";
    mail_start(http, &mail, &(struct mail_events){on_ended, on_dropped, NULL}, NULL, NULL);
    http_free(http);
    assert_true(desk.dropped);
    assert_false(desk.ended);
    loop_free(loop);
}

static void what_is_given_up_says_nothing(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    struct mail_transfer *transfer;
    struct mail mail = a_mail();
    mail.url = "smtp://127.0.0.1:9";
    mail_start(http, &mail, &(struct mail_events){on_ended, on_dropped, NULL}, &transfer, NULL);
    mail_abort(transfer);
    mail_abort(NULL);
    assert_int_equal(http_under_way(http), 0);
    http_free(http);
    assert_false(desk.dropped);
    assert_false(desk.ended);
    loop_free(loop);
}

static void missing_authorities_end_it_before_a_word(void **state)
{
    (void)state;
    struct mail mail = a_mail();
    mail.ca_file = "/nowhere/authority.pem";
    mail.url = "smtp://127.0.0.1:9";
    struct loop *loop = loop_new();
    struct http *http = http_new(loop);
    mail_start(http, &mail, &(struct mail_events){on_ended, NULL, loop}, NULL, NULL);
    loop_run(loop, false);
    assert_true(desk.answer.untrusted);
    assert_string_equal(desk.problem, "ca-file cannot be read");
    http_free(http);
    loop_free(loop);
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(reply_to_the_message_is_the_proof),
        CLAIM(conversation_can_be_read_without_the_message),
        CLAIM(receipt_counts_though_the_goodbye_never_comes),
        CLAIM(goodbye_is_no_proof),
        CLAIM(receipt_counts_though_the_connection_goes_with_it),
        CLAIM(any_reply_of_success_takes_the_message),
        CLAIM(refusal_is_told_with_its_stage),
        CLAIM(reply_belongs_to_its_own_command),
        CLAIM(cut_after_the_message_is_no_receipt),
        CLAIM(password_is_said_to_the_server_alone),
        CLAIM(server_that_repeats_the_password_changes_nothing),
        CLAIM(nothing_is_said_to_a_server_without_tls),
        CLAIM(server_that_refuses_tls_is_told_nothing),
        CLAIM(reply_smuggled_in_before_tls_is_no_login),
        CLAIM(without_tls_mail_does_not_leave_the_machine),
        CLAIM(server_that_says_nothing_is_given_up),
        CLAIM(server_that_falls_silent_after_the_message_is_given_up),
        CLAIM(greeting_without_an_end_of_line_is_given_up),
        CLAIM(reply_without_end_is_given_up),
        CLAIM(line_without_end_is_given_up),
        CLAIM(long_reply_is_cut_and_still_counts),
        CLAIM(reply_is_clean_before_anyone_reads_it),
        CLAIM(nonsense_is_no_reply),
        CLAIM(whoever_asked_hears_that_it_was_dropped),
        CLAIM(what_is_given_up_says_nothing),
        CLAIM(missing_authorities_end_it_before_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
