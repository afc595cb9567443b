/* channel_webhook.c - Standard Webhooks (standardwebhooks.com, specification 1.0): a signed POST, at least
 * once, the message id as idempotency key.
 *
 * A status of the 200s is the receiver's word, whatever comes behind it; 410 says never again; all else is
 * tried again, as the specification has it. */
#include "conversation.h"
#include "posting.h"

#include "m13/clock.h"
#include "m13/letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACKNOWLEDGEMENT_BYTES = 4096, /* {"ack":true} and what somebody else may add */
    SIGNATURES_BYTES = 4096,
    SIGNATURE_SHOWN = 9, /* v1, and the beginning */
};

/* --- what goes -------------------------------------------------------------------------------------------
 */

/* A firm has a secret of its own; a test may go to an address of nobody. */
static char *signing_secret(const struct parcel *parcel, size_t which, char *ret_problem, size_t size)
{
    char *secret = channel_secret(parcel->channel->secret_files[which], ret_problem, size);
    if (secret == NULL || parcel->contact == NULL || string_is_blank(parcel->recipient))
        return secret;
    char *derived = secret_of_firm(secret, parcel->recipient);
    secret_free(secret);
    return derived;
}

static char *sign(
    const struct parcel *parcel, size_t which, int64_t seconds, const char *body, struct sending_end *end)
{
    snprintf(end->text, sizeof end->text, "secret file %zu of the channel holds no whsec_ secret", which + 1);
    char *secret = signing_secret(parcel, which, end->text, sizeof end->text);
    char *signature = secret != NULL ? webhook_signature(secret, parcel->message_id, seconds, body) : NULL;
    secret_free(secret);
    return signature;
}

/* One signature for each secret in force, parted by blanks, so that a secret can be changed without a gap. */
static bool sign_all(const struct parcel *parcel, int64_t seconds, const char *body, struct text *header,
    struct conversation *conversation, struct sending_end *end)
{
    text_append_string(header, "webhook-signature:");
    for (size_t i = 0; i < parcel->channel->secret_count; i++) {
        char *signature = sign(parcel, i, seconds, body, end);
        if (signature == NULL)
            return false;
        conversation_hide(conversation, signature, SIGNATURE_SHOWN);
        text_append_format(header, " %s", signature);
        free(signature);
    }
    return true;
}

/* --- what comes ------------------------------------------------------------------------------------------
 */

static bool is_acknowledgement(const struct posting_reply *reply)
{
    if (!reply->whole || reply->length > ACKNOWLEDGEMENT_BYTES)
        return false;
    json_t *answer = json_loadb(reply->bytes, reply->length, JSON_REJECT_DUPLICATES, NULL);
    bool acknowledged = json_is_true(json_object_get(answer, "ack"));
    json_decref(answer);
    return acknowledged;
}

static void judge_reply(const struct posting_reply *reply, const void *context, struct sending_end *end)
{
    (void)context;
    if (reply->status >= 200 && reply->status < 300) {
        end->sending = SENDING_DONE;
        end->acknowledged = is_acknowledgement(reply);
        snprintf(end->text, sizeof end->text, "HTTP %d, reply of %zu bytes%s, sha256 %s", reply->status,
            reply->length, reply->whole ? "" : " and more", reply->digest);
        return;
    }
    if (reply->status == 410)
        end->sending = SENDING_GONE;
    else if (reply->wait >= 0)
        end->not_before = clock_wall() + reply->wait;
    bool redirects = reply->status >= 300 && reply->status < 400;
    snprintf(end->text, sizeof end->text, "HTTP %d%s", reply->status,
        redirects ? ": it sends us elsewhere, where nobody has told us to go" : "");
}

/* --- a message -------------------------------------------------------------------------------------------
 */

/* A browser's part of the address; libcurl does not send it either. */
static void cut_fragment(char *url)
{
    url[strcspn(url, "#")] = '\0';
}

static void post_message(struct courier *courier, const struct parcel *parcel, const char *url,
    sending_ended *ended, void *context)
{
    struct sending_end end = {.sending = SENDING_RETRY};
    struct text signatures = TEXT_WITH_CEILING(SIGNATURES_BYTES);
    char id[128], timestamp[64];
    int64_t seconds = clock_wall() / CLOCK_SECOND;
    char *body = render_webhook(courier->templates, courier->config, parcel->facts);
    struct conversation *conversation = conversation_new(parcel->conversation);
    conversation_hide_query(conversation, url);
    if (parcel->channel->secret_count > 0 &&
        !sign_all(parcel, seconds, body, &signatures, conversation, &end)) {
        conversation_tell_format(conversation, '*', "%s", end.text);
        conversation_free(conversation);
        ended(&end, context);
    } else {
        snprintf(id, sizeof id, "webhook-id: %s", parcel->message_id);
        snprintf(timestamp, sizeof timestamp, "webhook-timestamp: %lld", (long long)seconds);
        char *headers[] = {id, timestamp, signatures.bytes};
        posting_send(courier,
            &(struct posting){.parcel = parcel,
                .url = url,
                .body = body,
                .headers = headers,
                .header_count = parcel->channel->secret_count > 0 ? 3 : 2,
                .conversation = conversation,
                .judge = judge_reply},
            ended, context);
    }
    text_free(&signatures);
    free(body);
}

static void send_webhook(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    struct sending_end end = {.sending = SENDING_RETRY};
    char *url = parcel_url(parcel, end.text, sizeof end.text);
    if (url == NULL) {
        ended(&end, context);
        return;
    }
    cut_fragment(url);
    post_message(courier, parcel, url, ended, context);
    secret_free(url);
}

const struct channel channel_webhook = {CHANNEL_WEBHOOK, "webhook", send_webhook};
