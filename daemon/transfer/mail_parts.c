/* mail_parts.c - what a mail is made of: its header by us, its MIME body by libcurl. */
#include "mail_inside.h"

#include "inside.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- the door ---------------------------------------------------------------------------------------------
 */

/* Neither the end of a line nor anything else that has no shape. NULL has nothing in it. */
static bool is_clean(const char *text)
{
    if (text == NULL)
        return true;
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    return utf8_is_valid(text, strlen(text));
}

static bool is_address(const char *text)
{
    char *address = mail_address(text);
    bool same = string_equal(address, text);
    free(address);
    return same;
}

/* One word of the characters that stand in a header as they are, and end neither a word nor brackets. */
static bool is_token(const char *text)
{
    if (string_is_blank(text))
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("<>()\",;:\\", *at) != NULL)
            return false;
    return true;
}

static bool attachments_are_clean(const struct mail *mail)
{
    for (size_t i = 0; i < mail->attachment_count; i++)
        if (string_is_blank(mail->attachments[i].name) || !is_clean(mail->attachments[i].name) ||
            string_is_blank(mail->attachments[i].type) || !is_clean(mail->attachments[i].type))
            return false;
    return true;
}

static bool is_of_bearable_size(const struct mail *mail)
{
    size_t bytes = strlen(mail->text) + (mail->html != NULL ? strlen(mail->html) : 0);
    for (size_t i = 0; i < mail->attachment_count && bytes <= LIMIT_MAIL_BYTES; i++)
        bytes += mail->attachments[i].length;
    return bytes <= LIMIT_MAIL_BYTES && strlen(mail->subject) <= LIMIT_MAIL_HEADER_BYTES;
}

int mail_check(const struct mail *mail, struct failure *ret_failure)
{
    const struct {
        bool fine;
        const char *what;
    } asked[] = {
        {string_starts(mail->url, "smtp://") || string_starts(mail->url, "smtps://"),
            "the server's address does not begin with smtps:// or smtp://"},
        {is_clean(mail->url), "the server's address has a control character"},
        {is_clean(mail->user) && is_clean(mail->password), "user or password has a control character"},
        {is_address(mail->from.address), "the sender is no mail address"},
        {is_address(mail->to.address), "the receiver is no mail address"},
        {is_clean(mail->from.name), "the sender's name has a control character or is no UTF-8"},
        {is_clean(mail->to.name), "the receiver's name has a control character or is no UTF-8"},
        {is_clean(mail->subject), "the subject has a control character or is no UTF-8"},
        {is_token(mail->message_id), "the message id cannot stand in a header"},
        {attachments_are_clean(mail),
            "an attachment's name or type is empty, has a control character or is no UTF-8"},
        {is_of_bearable_size(mail), "it is too large"},
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (!asked[i].fine)
            return fail(ret_failure, -EINVAL, "this is no mail: %s", asked[i].what);
    return 0;
}

/* --- the header -------------------------------------------------------------------------------------------
 */

static void put_line(struct curl_slist **lines, struct text *line)
{
    transfer_add_line(lines, text_string(line));
    text_clear(line);
}

/* As RFC 5322, 3.3 has it; Beijing's time, where it is sent from and read. */
static void put_date(struct text *line, int64_t wall)
{
    char words[64];
    struct tm parts;
    time_t seconds = (time_t)((wall + 8 * CLOCK_HOUR) / CLOCK_SECOND);
    gmtime_r(&seconds, &parts);
    strftime(words, sizeof words, "%a, %d %b %Y %H:%M:%S +0800", &parts);
    text_append_string(line, words);
}

struct curl_slist *mail_headers(const struct mail *mail)
{
    struct curl_slist *lines = NULL;
    struct text line = TEXT_WITH_CEILING(4 * LIMIT_MAIL_HEADER_BYTES);
    text_append_string(&line, "Date: ");
    put_date(&line, mail->date);
    put_line(&lines, &line);
    text_append_string(&line, "From: ");
    mail_put_party(&line, line.length, &mail->from);
    put_line(&lines, &line);
    text_append_string(&line, "To: ");
    mail_put_party(&line, line.length, &mail->to);
    put_line(&lines, &line);
    text_append_format(&line, "Message-ID: <%s>", mail->message_id);
    put_line(&lines, &line);
    text_append_string(&line, "Subject: ");
    mail_put_words(&line, line.length, mail->subject);
    put_line(&lines, &line);
    /* No out-of-office notice comes back (RFC 3834). */
    transfer_add_line(&lines, "Auto-Submitted: auto-generated");
    text_free(&line);
    return lines;
}

/* --- the body ---------------------------------------------------------------------------------------------
 */

static void must(CURLcode code)
{
    if (code != CURLE_OK)
        log_fatal(EXIT_INTERNAL, "a mail cannot be put together: %s", curl_easy_strerror(code));
}

static curl_mime *mime_new(CURL *easy)
{
    curl_mime *mime = curl_mime_init(easy);
    if (mime == NULL)
        must(CURLE_OUT_OF_MEMORY);
    return mime;
}

static curl_mimepart *part_new(curl_mime *mime, const char *type)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    if (part == NULL)
        must(CURLE_OUT_OF_MEMORY);
    must(curl_mime_type(part, type));
    return part;
}

/* Base64 in any case: Chinese text passes every server, and no line is too long for one. Lines of text end in
 * CRLF before they are encoded (RFC 2045, 6.8). */
static void put_text(curl_mime *mime, const char *type, const char *text)
{
    struct text lines = TEXT_WITH_CEILING(2 * LIMIT_MAIL_BYTES);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\n' && (at == text || at[-1] != '\r'))
            text_append_character(&lines, '\r');
        text_append_character(&lines, *at);
    }
    curl_mimepart *part = part_new(mime, type);
    must(curl_mime_data(part, text_string(&lines), lines.length));
    must(curl_mime_encoder(part, "base64"));
    text_free(&lines);
}

static void put_attachment(curl_mime *mime, const struct mail_attachment *attachment)
{
    struct text line = TEXT_WITH_CEILING(4 * LIMIT_MAIL_HEADER_BYTES);
    struct curl_slist *lines = NULL;
    curl_mimepart *part = part_new(mime, attachment->type);
    must(curl_mime_data(part, attachment->bytes, attachment->length));
    must(curl_mime_encoder(part, "base64"));
    text_append_string(&line, "Content-Disposition: attachment");
    mail_put_parameter(&line, "filename", attachment->name);
    put_line(&lines, &line);
    must(curl_mime_headers(part, lines, 1));
    text_free(&line);
}

curl_mime *mail_body(CURL *easy, const struct mail *mail)
{
    curl_mime *mixed = mime_new(easy), *alternative = mime_new(easy);
    put_text(alternative, "text/plain; charset=utf-8", mail->text);
    if (mail->html != NULL)
        put_text(alternative, "text/html; charset=utf-8", mail->html);
    must(curl_mime_subparts(part_new(mixed, "multipart/alternative"), alternative));
    for (size_t i = 0; i < mail->attachment_count; i++)
        put_attachment(mixed, &mail->attachments[i]);
    return mixed;
}
