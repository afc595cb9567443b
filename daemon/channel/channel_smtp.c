/* channel_smtp.c - e-mail: to a firm at its own address, to the desk and the operator at theirs. */
#include "smtp.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/letter.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

struct smtp_sending {
    sending_ended *ended;
    void *context;
    struct mail_party from, to;
    char sent_sha256[DIGEST_HEX_BYTES];
};

static void sending_free(void *context)
{
    struct smtp_sending *sending = context;
    mail_party_clear(&sending->from);
    mail_party_clear(&sending->to);
    free(sending);
}

static void finish(struct smtp_sending *sending, const struct sending_end *end)
{
    sending->ended(end, sending->context);
    sending_free(sending);
}

static void on_mail_ended(const struct mail_answer *answer, void *context)
{
    struct smtp_sending *sending = context;
    struct sending_end end = {.sending = SENDING_RETRY};
    smtp_judge(answer, sending->to.address, sending->from.address, clock_wall(), &end);
    memcpy(end.sent_sha256, sending->sent_sha256, sizeof end.sent_sha256);
    finish(sending, &end);
}

/* --- from and to ------------------------------------------------------------------------------------------
 */

static bool find_receiver(const struct courier *courier, const struct parcel *parcel,
    struct mail_party *ret_to, struct sending_end *end)
{
    if (parcel->contact != NULL) {
        ret_to->address = mail_address(parcel->contact->address);
        ret_to->name = memory_copy_string(parcel->contact->name);
        end->sending = SENDING_GONE;
        snprintf(end->text, sizeof end->text, "the firm's contact is no mail address");
        return ret_to->address != NULL;
    }
    bool desk = parcel->audience == AUDIENCE_DESK;
    const char *own = desk ? courier->config->alerts.desk.mail
                           : parcel->audience == AUDIENCE_OPERATOR
                          ? courier->config->alerts.operator.mail : NULL;
    end->sending = SENDING_RETRY;
    snprintf(end->text, sizeof end->text, "%s is not set, or no mail address",
        desk                                    ? "desk.mail"
        : parcel->audience == AUDIENCE_OPERATOR ? "operator.mail"
                                                : "the firm's contact");
    if (!mail_party_of(own, ret_to))
        return false;
    if (desk && string_is_blank(ret_to->name)) {
        free(ret_to->name);
        ret_to->name = memory_copy_string(courier->config->alerts.desk.name);
    }
    return true;
}

/* The same for every attempt at this message and receiver, so that a mailbox that has got it twice can say
 * so. Not of the address, which may be mended in between. */
static void put_message_id(struct text *out, const struct parcel *parcel, const char *from)
{
    static const char *const audiences[ALERT_AUDIENCES] = {"firm", "desk", "operator"};
    char hex[DIGEST_HEX_BYTES];
    struct text receiver = TEXT_WITH_CEILING(256);
    text_append_format(&receiver, "%s %s", audiences[parcel->audience], parcel->recipient);
    digest_hex_of(text_string(&receiver), receiver.length, hex);
    text_append_format(out, "%s.%.16s@%s", parcel->message_id, hex, mail_domain(from));
    text_free(&receiver);
}

/* --- what is sent -----------------------------------------------------------------------------------------
 */

/* Over subject, text and HTML, each with a NUL behind it, then each attachment's name, NUL and bytes: what
 * the receiver reads, without the frame around it, which is another one every time. */
static void digest_parts(const struct mail *mail, char out[DIGEST_HEX_BYTES])
{
    uint8_t digest[DIGEST_BYTES];
    struct digest_stream *stream = digest_begin();
    const char *const words[] = {mail->subject, mail->text, mail->html};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        digest_add(stream, words[i], strlen(words[i]) + 1);
    for (size_t i = 0; i < mail->attachment_count; i++) {
        digest_add(stream, mail->attachments[i].name, strlen(mail->attachments[i].name) + 1);
        digest_add(stream, mail->attachments[i].bytes, mail->attachments[i].length);
    }
    digest_end(stream, digest);
    digest_hex(digest, out);
}

static struct mail_attachment *as_mail_has_them(const struct attachment *attachments, size_t count)
{
    struct mail_attachment *parts = memory_get_zeroed(count + 1, sizeof *parts);
    for (size_t i = 0; i < count; i++)
        parts[i] = (struct mail_attachment){
            attachments[i].name, attachments[i].type, attachments[i].bytes, attachments[i].length};
    return parts;
}

/* With what is read at the door; false and a refusal when it is no mail. */
static bool hand_over(struct courier *courier, const struct parcel *parcel, struct mail *mail,
    struct smtp_sending *sending, struct sending_end *end)
{
    struct rendering rendering;
    struct attachment *attachments = NULL;
    struct failure failure = {0};
    struct text message_id = TEXT_WITH_CEILING(1024);
    enum alert_language language = parcel_language(parcel);
    render_message(courier->templates, courier->config, parcel->facts, language, &rendering);
    size_t count = attachments_of(courier->store, courier->config, parcel->facts, language, &attachments);
    struct mail_attachment *parts = as_mail_has_them(attachments, count);
    put_message_id(&message_id, parcel, sending->from.address);
    mail->message_id = text_string(&message_id);
    mail->subject = rendering.subject;
    mail->text = rendering.text;
    mail->html = rendering.html;
    mail->attachments = parts;
    mail->attachment_count = count;
    digest_parts(mail, sending->sent_sha256);
    int r = mail_start(
        courier->http, mail, &(struct mail_events){on_mail_ended, sending_free, sending}, NULL, &failure);
    if (r < 0) {
        end->sending = SENDING_REFUSED;
        snprintf(end->text, sizeof end->text, "%.200s", failure.text);
    }
    free(parts);
    attachments_free(attachments, count);
    rendering_clear(&rendering);
    text_free(&message_id);
    return r == 0;
}

static void send_mail(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    const struct alert_channel *channel = parcel->channel;
    struct sending_end end = {.sending = SENDING_RETRY};
    struct smtp_sending *sending = memory_get_zeroed(1, sizeof *sending);
    sending->ended = ended;
    sending->context = context;
    char *password = NULL;
    bool ready = find_receiver(courier, parcel, &sending->to, &end);
    if (ready && !mail_party_of(channel->from, &sending->from)) {
        ready = false;
        snprintf(end.text, sizeof end.text, "`from` of the channel is no mail address");
    }
    if (ready && channel->password_file != NULL) {
        password = channel_secret(channel->password_file, end.text, sizeof end.text);
        ready = password != NULL;
    }
    struct mail mail = {
        .url = channel->url,
        .plain = channel->allow_http && string_starts(channel->url, "smtp://"),
        .user = channel->user,
        .password = password,
        .ca_file = channel->ca_file,
        .from = sending->from,
        .to = sending->to,
        .date = clock_wall(),
        .conversation = parcel->conversation,
    };
    if (!ready || !hand_over(courier, parcel, &mail, sending, &end))
        finish(sending, &end);
    secret_free(password);
}

const struct channel channel_smtp = {CHANNEL_SMTP, "email", send_mail};
