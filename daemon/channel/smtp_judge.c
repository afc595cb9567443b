/* smtp_judge.c - replies of mail servers (RFC 5321, 4.2; RFC 3463) -> what becomes of the message.
 *
 * What is wrong with the channel (login, sender, relaying, trust) is no fault of the message nor of its
 * receiver: it is tried again, for as long as the schedule has it, while somebody mends it. */
#include "smtp.h"

#include "m13/clock.h"

#include <string.h>

enum { ANY = -1 };

/* The first that fits. Of a reply without an enhanced code subject and detail are 0. */
static const struct {
    enum mail_stage first, last;
    int status_from, status_to, subject, detail;
    enum sending sending;
    const char *words;
} meanings[] = {
    {MAIL_GREETING, MAIL_STARTTLS, 400, 499, ANY, ANY, SENDING_RETRY, "the mail server is not ready"},
    {MAIL_LOGIN, MAIL_LOGIN, 400, 499, ANY, ANY, SENDING_RETRY, "the mail server cannot check the login now"},
    {MAIL_SENDER, MAIL_MESSAGE, 400, 499, ANY, ANY, SENDING_RETRY, "the mail server says: not now"},
    {MAIL_GREETING, MAIL_STARTTLS, 500, 599, ANY, ANY, SENDING_RETRY,
        "this channel is turned away by the mail server"},
    {MAIL_LOGIN, MAIL_LOGIN, 500, 599, ANY, ANY, SENDING_RETRY,
        "user or password of this channel is refused by the mail server"},
    {MAIL_SENDER, MAIL_SENDER, 552, 552, ANY, ANY, SENDING_REFUSED, "the message is too large"},
    {MAIL_SENDER, MAIL_SENDER, 500, 599, 3, 4, SENDING_REFUSED, "the message is too large"},
    {MAIL_SENDER, MAIL_SENDER, 500, 599, ANY, ANY, SENDING_RETRY,
        "the sender of this channel is refused by the mail server"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 530, 530, ANY, ANY, SENDING_RETRY, "the mail server wants a login"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 500, 599, 7, ANY, SENDING_RETRY,
        "the mail server sends nothing on for this channel"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 500, 599, 1, 7, SENDING_RETRY,
        "the sender of this channel is refused by the mail server"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 500, 599, 1, 8, SENDING_RETRY,
        "the sender of this channel is refused by the mail server"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 500, 599, 1, ANY, SENDING_GONE, "there is no such address"},
    /* RFC 3463 would have a full mailbox come back as 4.2.2. A server that says 5.2.2 or 552 asks not to be
     * given this message again (RFC 5321, 4.2.1); the next one may find room. */
    {MAIL_RECIPIENT, MAIL_MESSAGE, 500, 599, 2, 2, SENDING_REFUSED, "the mailbox is full"},
    {MAIL_RECIPIENT, MAIL_MESSAGE, 552, 552, 0, 0, SENDING_REFUSED, "the mailbox is full"},
    {MAIL_RECIPIENT, MAIL_RECIPIENT, 500, 599, ANY, ANY, SENDING_REFUSED,
        "the mail server refuses the receiver"},
    {MAIL_DATA, MAIL_MESSAGE, 500, 599, ANY, ANY, SENDING_REFUSED, "the mail server refuses the message"},
};

/* --- words without addresses ------------------------------------------------------------------------------
 */

static bool token_is(const char *token, size_t length, const char *part, size_t part_length)
{
    return length == part_length && strncasecmp(token, part, length) == 0;
}

/* The address, what stands before its `@` and what stands behind. */
static bool names_the(const char *address, const char *token, size_t length)
{
    const char *domain = mail_domain(address);
    size_t local = domain > address ? (size_t)(domain - address) - 1 : 0;
    return token_is(token, length, address, local) || token_is(token, length, domain, strlen(domain));
}

static bool is_address_like(const char *token, size_t length)
{
    return memchr(token, '@', length) != NULL || memmem(token, length, "%40", 3) != NULL;
}

/* Control characters are gone already (m13/mail.h). */
static void put_without_addresses(
    struct text *out, const char *text, const char *receiver, const char *sender)
{
    static const char between[] = " <>()[]{},;:\"'`";
    while (*text != '\0') {
        size_t length = strcspn(text, between);
        if (length == 0) {
            text_append_character(out, *text++);
            continue;
        }
        bool told = !is_address_like(text, length) && !names_the(receiver, text, length) &&
                    !names_the(sender, text, length);
        text_append(out, told ? text : "***", told ? length : 3);
        text += length;
    }
}

/* --- the meaning ------------------------------------------------------------------------------------------
 */

static const char *words_of_an_early_end(const struct mail_answer *answer)
{
    if (answer->untrusted)
        return "the mail server cannot be trusted, so nothing was sent";
    if (answer->stage == MAIL_MESSAGE)
        return "the mail server has not said whether it has the message, which goes again under the same id";
    return answer->stage == MAIL_GREETING ? "the mail server cannot be reached"
                                          : "the conversation with the mail server broke off";
}

static const char *meaning_of(const struct mail_answer *answer, enum sending *ret_sending)
{
    struct mail_enhanced code = {0};
    if (!mail_enhanced_of(answer->reply, &code))
        code = (struct mail_enhanced){0};
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (answer->stage < meanings[i].first || answer->stage > meanings[i].last ||
            answer->status < meanings[i].status_from || answer->status > meanings[i].status_to ||
            (meanings[i].subject != ANY && meanings[i].subject != code.subject) ||
            (meanings[i].detail != ANY && meanings[i].detail != code.detail))
            continue;
        *ret_sending = meanings[i].sending;
        return meanings[i].words;
    }
    *ret_sending = SENDING_RETRY;
    return words_of_an_early_end(answer);
}

void smtp_judge(const struct mail_answer *answer, const char *receiver, const char *sender, int64_t now,
    struct sending_end *ret_end)
{
    struct text text = TEXT_WITH_CEILING(4096);
    if (answer->taken) {
        ret_end->sending = SENDING_DONE;
        put_without_addresses(&text, answer->reply, receiver, sender);
    } else {
        text_append_string(&text, meaning_of(answer, &ret_end->sending));
        const char *said = answer->problem[0] != '\0' ? answer->problem : answer->reply;
        text_append_string(&text, said[0] != '\0' ? ": " : "");
        put_without_addresses(&text, said, receiver, sender);
    }
    bool put_off = answer->stage >= MAIL_SENDER && answer->status >= 400 && answer->status < 500;
    if (put_off)
        ret_end->not_before = now + SMTP_PATIENCE_MS;
    size_t length = strlen(text_string(&text)), most = sizeof ret_end->text - 1;
    if (length > most)
        length = utf8_cut(text_string(&text), most);
    memcpy(ret_end->text, text_string(&text), length);
    ret_end->text[length] = '\0';
    text_free(&text);
}
