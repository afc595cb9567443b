/* How text stands in the header of a mail, what an address is, and what is refused at the door. */
#include "mail_inside.h"

#include "m13/digest.h"
#include "m13/mail.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- encoded words ----------------------------------------------------------------------------------------
 */

static char *words(size_t column, const char *text)
{
    struct text out = TEXT_WITH_CEILING(100000);
    mail_put_words(&out, column, text);
    text_append(&out, "", 0);
    return text_take(&out);
}

/* What a reader makes of it; each word by itself, which must be whole characters. */
static char *decoded(const char *encoded)
{
    struct text out = TEXT_WITH_CEILING(100000);
    for (const char *at = encoded; (at = strstr(at, "=?UTF-8?B?")) != NULL;) {
        at += strlen("=?UTF-8?B?");
        size_t length = strcspn(at, "?"), count;
        char word[100];
        uint8_t *bytes;
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        assert_int_equal(base64_decode(word, &bytes, &count), 0);
        assert_true(utf8_is_valid((char *)bytes, count));
        text_append(&out, (char *)bytes, count);
        free(bytes);
    }
    return text_take(&out);
}

static void assert_lines_are_short(const char *text, size_t column)
{
    for (;;) {
        size_t length = strcspn(text, "\r");
        assert_true(column + length <= 76);
        if (text[length] == '\0')
            return;
        assert_memory_equal(text + length, "\r\n ", 3);
        text += length + 2;
        column = 0;
    }
}

static void short_plain_text_stands_as_it_is(void **state)
{
    (void)state;
    char *text = words(9, "K262001 may count");
    assert_string_equal(text, "K262001 may count");
    free(text);
}

static void chinese_is_encoded(void **state)
{
    (void)state;
    char *text = words(9, "中文");
    assert_string_equal(text, "=?UTF-8?B?5Lit5paH?=");
    free(text);
}

static void words_are_cut_between_characters_at_any_length_and_column(void **state)
{
    (void)state;
    static const char line[] =
        "关于贵公司产品获得美国FDA批准的通知𠮷ĳ：PulseLeaf™ 血氧仪（K262001）已于2026年8月28日"
        "获批，可能符合第13条奖励条件，请查收附件";
    for (size_t column = 4; column < 80; column += 7) {
        for (size_t cut = 3; cut < strlen(line); cut++) {
            char part[sizeof line];
            snprintf(part, utf8_cut(line, cut) + 1, "%s", line);
            char *text = words(column, part), *back = decoded(text);
            assert_string_equal(back, part);
            if (column <= 76)
                assert_lines_are_short(text, column);
            free(text);
            free(back);
        }
    }
}

static void long_plain_text_is_encoded_since_nothing_else_can_fold_it(void **state)
{
    (void)state;
    char line[500];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    char *text = words(9, line), *back = decoded(text);
    assert_string_equal(back, line);
    assert_lines_are_short(text, 9);
    free(text);
    free(back);
}

static void text_that_looks_encoded_is_encoded(void **state)
{
    (void)state;
    char *text = words(9, "=?UTF-8?B?aGVsbG8=?="), *back = decoded(text);
    assert_string_equal(back, "=?UTF-8?B?aGVsbG8=?=");
    free(text);
    free(back);
}

static void assert_party(const char *name, const char *expected)
{
    char address[] = "a@b.cn", copy[300];
    snprintf(copy, sizeof copy, "%s", name);
    struct text out = TEXT_WITH_CEILING(1000);
    mail_put_party(&out, 4, &(struct mail_party){copy, address});
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void name_stands_beside_its_address(void **state)
{
    (void)state;
    assert_party("", "a@b.cn");
    assert_party("Zhang, San", "\"Zhang, San\" <a@b.cn>");
    assert_party("张三", "=?UTF-8?B?5byg5LiJ?= <a@b.cn>");
    assert_party("\"quoted\" <x@y.cn>", "=?UTF-8?B?InF1b3RlZCIgPHhAeS5jbj4=?= <a@b.cn>");
}

/* --- file names -------------------------------------------------------------------------------------------
 */

static void assert_parameter(const char *value, const char *expected)
{
    struct text out = TEXT_WITH_CEILING(10000);
    mail_put_parameter(&out, "filename", value);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void file_name_of_any_script_is_a_parameter(void **state)
{
    (void)state;
    assert_parameter("a.xlsx", ";\r\n filename*=UTF-8''a.xlsx");
    assert_parameter("产品 1.ics", ";\r\n filename*=UTF-8''%E4%BA%A7%E5%93%81%201.ics");
    assert_parameter("\"; x=\"y", ";\r\n filename*=UTF-8''%22%3B%20x%3D%22y");
}

static void long_file_name_is_told_in_sections(void **state)
{
    (void)state;
    assert_parameter("产品注册证书覆盖情况说明.xlsx",
        ";\r\n filename*0*=UTF-8''%E4%BA%A7%E5%93%81%E6%B3%A8%E5%86%8C%E8%AF%81%E4%B9%A6"
        ";\r\n filename*1*=%E8%A6%86%E7%9B%96%E6%83%85%E5%86%B5%E8%AF%B4%E6%98%8E"
        ";\r\n filename*2*=.xlsx");
}

/* --- addresses --------------------------------------------------------------------------------------------
 */

static void address_is_one_plain_word_at_a_domain(void **state)
{
    (void)state;
    static const char *const fine[] = {
        "zhang@firm.example.cn", "a.b+c@x.cn", "root@localhost", "O'Hara@x-y.cn"};
    static const char *const none[] = {"", "zhang", "@x.cn", "a@", "a@@x.cn", "a@b@x.cn", "a b@x.cn",
        ".a@x.cn", "a.@x.cn", "a..b@x.cn", "a@-x.cn", "a@x-.cn", "a@x..cn", "a@x.cn,b@x.cn", "a@x.cn b@x.cn",
        "a@x.cn\r\nRCPT TO:<b@x.cn>", "a@x.cn\n", "<a@x.cn>", "\"a\"@x.cn", "张@x.cn", "a@x.cn>",
        "a@x.cn\x01", "a\xff@x.cn", "a@\xff.cn", "a@x.cn/path", "a@x.cn:25", "a@x.cn?SIZE=1", "a@x%2ecn",
        "a@[127.0.0.1]", "a@x_y.cn"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        char *address = mail_address(fine[i]);
        assert_string_equal(address, fine[i]);
        free(address);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        char *address = mail_address(none[i]);
        if (address != NULL)
            print_error("%s is taken as %s\n", none[i], address);
        assert_null(address);
    }
    assert_null(mail_address(NULL));
}

static void domain_of_another_script_goes_in_its_ascii_form(void **state)
{
    (void)state;
    char *address = mail_address("zhang@例子.公司");
    assert_non_null(address);
    assert_string_equal(address, "zhang@xn--fsqu00a.xn--55qx5d");
    free(address);
}

static void address_has_the_lengths_of_the_standard(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'a', sizeof text);
    snprintf(text + 64, sizeof text - 64, "@x.cn");
    char *address = mail_address(text);
    assert_non_null(address);
    free(address);
    snprintf(text + 65, sizeof text - 65, "@x.cn");
    text[64] = 'a';
    assert_null(mail_address(text));
    snprintf(text, sizeof text, "a@%.63s.cn",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    address = mail_address(text);
    assert_non_null(address);
    free(address);
    snprintf(text, sizeof text, "a@%.64s.cn",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    assert_null(mail_address(text));
}

static void sender_has_a_name_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *address;
    } parties[] = {
        {"a@x.cn", NULL, "a@x.cn"},
        {" a@x.cn ", NULL, "a@x.cn"},
        {"医药健康产业处 <a@x.cn>", "医药健康产业处", "a@x.cn"},
        {"\"Desk, the\" <a@x.cn>", "Desk, the", "a@x.cn"},
        {"<a@x.cn>", "", "a@x.cn"},
    };
    struct mail_party party;
    for (size_t i = 0; i < sizeof parties / sizeof *parties; i++) {
        assert_true(mail_party_of(parties[i].text, &party));
        assert_string_equal(party.address, parties[i].address);
        assert_true(string_equal(party.name, parties[i].name));
        mail_party_clear(&party);
    }
    assert_false(mail_party_of("Desk a@x.cn", &party));
    assert_false(mail_party_of("Desk <a@x.cn", &party));
    assert_false(mail_party_of("Desk a@x.cn>", &party));
    assert_false(mail_party_of("", &party));
    assert_false(mail_party_of(NULL, &party));
}

/* --- codes ------------------------------------------------------------------------------------------------
 */

static void enhanced_code_stands_behind_the_status(void **state)
{
    (void)state;
    struct mail_enhanced code;
    assert_true(mail_enhanced_of("550 5.1.1 no such user", &code));
    assert_int_equal(code.class * 100 + code.subject * 10 + code.detail, 511);
    assert_true(mail_enhanced_of("452 4.2.2", &code));
    static const char *const none[] = {"", "550", "550 no", "550 5.1", "550 4.1.1 mixed", "550-5.1.1 more",
        "550 5.1.1x", "550 5.12345.1 x", "99 5.1.1 x", "650 6.1.1 x", "550  5.1.1 x",
        "550 5.10.0.0.1 address"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(mail_enhanced_of(none[i], &code));
}

/* --- the door ---------------------------------------------------------------------------------------------
 */

static int check(struct mail mail, const char *what)
{
    static char sender[] = "m13d@example.cn", receiver[] = "zhang@firm.example.cn";
    struct failure failure = {0};
    mail.url = mail.url != NULL ? mail.url : "smtps://mail.example.cn";
    mail.message_id = mail.message_id != NULL ? mail.message_id : "id@example.cn";
    mail.subject = mail.subject != NULL ? mail.subject : "";
    mail.from.address = mail.from.address != NULL ? mail.from.address : sender;
    mail.to.address = mail.to.address != NULL ? mail.to.address : receiver;
    mail.text = "";
    int r = mail_check(&mail, &failure);
    if (what != NULL)
        assert_non_null(strstr(failure.text, what));
    assert_null(strstr(failure.text, "evil"));
    return r;
}

static void header_cannot_be_smuggled_in(void **state)
{
    (void)state;
    static char line[] = "evil\r\nBcc: evil@example.cn", half[] = "evil\n", tab[] = "evil\x0b",
                bad[] = "evil\xff", address[] = "a@x.cn\r\nRCPT TO:<evil@x.cn>";
    char *const names[] = {line, half, tab, bad};
    assert_int_equal(check((struct mail){0}, NULL), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *evil = names[i];
        struct mail_attachment named = {evil, "text/plain", "", 0}, typed = {"a", evil, "", 0};
        assert_int_equal(check((struct mail){.subject = evil}, "the subject"), -EINVAL);
        assert_int_equal(check((struct mail){.from.name = evil}, "the sender's name"), -EINVAL);
        assert_int_equal(check((struct mail){.to.name = evil}, "the receiver's name"), -EINVAL);
        assert_int_equal(check((struct mail){.message_id = evil}, "the message id"), -EINVAL);
        assert_int_equal(check((struct mail){.user = evil}, "user or password"), -EINVAL);
        assert_int_equal(check((struct mail){.password = evil}, "user or password"), -EINVAL);
        assert_int_equal(
            check((struct mail){.attachments = &named, .attachment_count = 1}, "an attachment's"), -EINVAL);
        assert_int_equal(
            check((struct mail){.attachments = &typed, .attachment_count = 1}, "an attachment's"), -EINVAL);
    }
    assert_int_equal(check((struct mail){.from.address = address}, "the sender is"), -EINVAL);
    assert_int_equal(check((struct mail){.to.address = address}, "the receiver is"), -EINVAL);
    assert_int_equal(check((struct mail){.url = "https://evil.example.cn"}, "smtps://"), -EINVAL);
    assert_int_equal(check((struct mail){.message_id = "id> <evil@x.cn"}, "the message id"), -EINVAL);
    assert_int_equal(check((struct mail){.message_id = ""}, "the message id"), -EINVAL);
}

static void mail_that_no_server_takes_is_not_sent(void **state)
{
    (void)state;
    struct mail_attachment large = {"a.bin", "application/octet-stream", "", 13 * 1024 * 1024};
    assert_int_equal(
        check((struct mail){.attachments = &large, .attachment_count = 1}, "too large"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_plain_text_stands_as_it_is),
        cmocka_unit_test(chinese_is_encoded),
        cmocka_unit_test(words_are_cut_between_characters_at_any_length_and_column),
        cmocka_unit_test(long_plain_text_is_encoded_since_nothing_else_can_fold_it),
        cmocka_unit_test(text_that_looks_encoded_is_encoded),
        cmocka_unit_test(name_stands_beside_its_address),
        cmocka_unit_test(file_name_of_any_script_is_a_parameter),
        cmocka_unit_test(long_file_name_is_told_in_sections),
        cmocka_unit_test(address_is_one_plain_word_at_a_domain),
        cmocka_unit_test(domain_of_another_script_goes_in_its_ascii_form),
        cmocka_unit_test(address_has_the_lengths_of_the_standard),
        cmocka_unit_test(sender_has_a_name_or_none),
        cmocka_unit_test(enhanced_code_stands_behind_the_status),
        cmocka_unit_test(header_cannot_be_smuggled_in),
        cmocka_unit_test(mail_that_no_server_takes_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
