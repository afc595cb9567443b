/* mail_talk.c - what is said and heard: how far it came, what the server said last, and what a person may see
 * of it. */
#include "mail_inside.h"

#include "m13/digest.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* The commands of ours that begin a stage. */
static const struct {
    const char *command;
    enum mail_stage stage;
} commands[] = {
    {"EHLO ", MAIL_HELLO},
    {"HELO ", MAIL_HELLO},
    {"STARTTLS", MAIL_STARTTLS},
    {"AUTH ", MAIL_LOGIN},
    {"MAIL FROM:", MAIL_SENDER},
    {"RCPT TO:", MAIL_RECIPIENT},
    {"DATA\r", MAIL_DATA},
};

/* --- secrets ----------------------------------------------------------------------------------------------
 */

static void erase(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

/* AUTH PLAIN (RFC 4616): all in one. */
static char *plain_login(const char *user, const char *password)
{
    size_t user_bytes = strlen(user) + 1, password_bytes = strlen(password),
           length = user_bytes + password_bytes + 1;
    char *bytes = memory_get_zeroed(1, length + 1);
    memcpy(bytes + 1, user, user_bytes);
    memcpy(bytes + 1 + user_bytes, password, password_bytes);
    char *encoded = base64_encode(bytes, length);
    explicit_bzero(bytes, length);
    free(bytes);
    return encoded;
}

void mail_talk_begin(struct mail_talk *talk, const struct mail *mail)
{
    *talk = (struct mail_talk){.out = mail->conversation};
    if (mail->user == NULL || string_is_blank(mail->password))
        return;
    talk->secrets[0] = plain_login(mail->user, mail->password);
    talk->secrets[1] = base64_encode(mail->password, strlen(mail->password));
    talk->secrets[2] = memory_copy_string(mail->password);
}

void mail_talk_end(struct mail_talk *talk)
{
    for (size_t i = 0; i < MAIL_SECRET_FORMS; i++)
        erase(talk->secrets[i]);
    *talk = (struct mail_talk){0};
}

/* Which secret begins here: some servers repeat what they were told. */
static size_t secret_at(const struct mail_talk *talk, const char *bytes, size_t length)
{
    for (size_t i = 0; i < MAIL_SECRET_FORMS; i++) {
        size_t secret = talk->secrets[i] != NULL ? strlen(talk->secrets[i]) : 0;
        if (secret > 0 && secret <= length && memcmp(talk->secrets[i], bytes, secret) == 0)
            return secret;
    }
    return 0;
}

/* One line for people: UTF-8 without control characters and secrets, cut at the ceiling. */
static void clean_line(const struct mail_talk *talk, const char *bytes, size_t length, struct text *out)
{
    const char *at = bytes, *end = bytes + length;
    while (end > at && (unsigned char)end[-1] <= ' ')
        end--;
    while (at < end) {
        size_t secret = secret_at(talk, at, (size_t)(end - at));
        char character[4];
        if (secret > 0) {
            text_append_string(out, "***");
            at += secret;
            continue;
        }
        uint32_t code_point = utf8_next(&at, end);
        bool shapeless = code_point < ' ' || (code_point >= 0x7f && code_point < 0xa0);
        text_append(out, character, utf8_put(shapeless ? ' ' : code_point, character));
    }
}

static void tell(struct mail_talk *talk, char mark, const char *bytes, size_t length)
{
    if (talk->out == NULL)
        return;
    struct text line = TEXT_WITH_CEILING(4096);
    clean_line(talk, bytes, length, &line);
    fprintf(talk->out, "%c %s\n", mark, text_string(&line));
    text_free(&line);
}

/* --- both sides -------------------------------------------------------------------------------------------
 */

static bool begins(const char *bytes, size_t length, const char *word)
{
    return length >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

void mail_said(struct mail_talk *talk, const char *bytes, size_t length)
{
    if (length == 6 && begins(bytes, length, "QUIT\r\n")) {
        talk->quit = true;
        tell(talk, '>', bytes, length);
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!begins(bytes, length, commands[i].command))
            continue;
        talk->stage = commands[i].stage;
        talk->status = 0;
        talk->reply[0] = '\0';
        if (talk->stage == MAIL_LOGIN) {
            /* The mechanism alone: behind it may stand the secret. */
            const char *blank = memchr(bytes + strlen("AUTH "), ' ', length - strlen("AUTH "));
            tell(talk, '>', bytes, blank != NULL ? (size_t)(blank - bytes) : length);
        } else {
            tell(talk, '>', bytes, length);
        }
        return;
    }
    /* What is no command answers a question of the login. */
    talk->status = 0;
    talk->reply[0] = '\0';
    tell(talk, '>', "***", 3);
}

/* Three digits; 0 when it is none. */
static int status_of(const char *bytes, size_t length)
{
    int status = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= length || bytes[i] < '0' || bytes[i] > '9')
            return 0;
        status = 10 * status + (bytes[i] - '0');
    }
    return length == 3 || bytes[3] == ' ' || bytes[3] == '\r' || bytes[3] == '\n' ? status : 0;
}

void mail_heard(struct mail_talk *talk, const char *bytes, size_t length)
{
    int status = status_of(bytes, length);
    if (talk->stage == MAIL_MESSAGE && talk->message_bytes > 0 && talk->out != NULL)
        fprintf(talk->out, "> (the message, %zu bytes)\n", talk->message_bytes);
    talk->message_bytes = 0;
    tell(talk, '<', bytes, length);
    /* A line in the middle of a reply, or nonsense; or the goodbye, which says nothing about the mail. */
    if (status == 0 || talk->quit)
        return;
    struct text line = TEXT_WITH_CEILING(4096);
    clean_line(talk, bytes, length, &line);
    size_t most = sizeof talk->reply - 1, kept = strlen(text_string(&line));
    if (kept > most)
        kept = utf8_cut(text_string(&line), most);
    memcpy(talk->reply, text_string(&line), kept);
    talk->reply[kept] = '\0';
    text_free(&line);
    talk->status = status;
    if (talk->stage == MAIL_DATA && status == 354) {
        talk->stage = MAIL_MESSAGE;
        talk->status = 0;
        talk->reply[0] = '\0';
    }
}

void mail_remarked(struct mail_talk *talk, const char *bytes, size_t length)
{
    tell(talk, '*', bytes, length);
}
