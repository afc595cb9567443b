/* channel_webhook.c - Standard Webhooks: a signed POST, at least once, the message id as idempotency key. */
#include "channels.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS = 4, SECRET_BYTES = 512 };

struct posting {
    void (*ended)(const struct sending_end *end, void *context);
    void *context;
    struct digest_stream *reply; /* of the receiver's words: the proof */
};

/* One signature for each secret in force, parted by blanks, so that a secret can be changed without a gap. */
static bool sign(const struct parcel *parcel, const char *body, int64_t seconds, struct text *header,
    char *ret_problem, size_t size)
{
    text_append_string(header, "webhook-signature: ");
    for (size_t i = 0; i < parcel->channel->secret_count; i++) {
        char secret[SECRET_BYTES] = "";
        FILE *file = fopen(parcel->channel->secret_files[i], "re");
        bool read = file && fgets(secret, sizeof secret, file);
        if (file)
            fclose(file);
        char *signature =
            read ? alert_webhook_signature(string_trim(secret), parcel->message_id, seconds, body) : NULL;
        explicit_bzero(secret, sizeof secret);
        if (!signature) {
            snprintf(ret_problem, size,
                "secret file %zu of the channel cannot be read, or is no whsec_ secret", i + 1);
            return false;
        }
        text_append_string(header, i ? " " : "");
        text_append_string(header, signature);
        free(signature);
    }
    return true;
}

static bool on_body(int status, const char *content_type, const char *bytes, size_t length, void *context)
{
    struct posting *posting = context;
    (void)status;
    (void)content_type;
    digest_add(posting->reply, bytes, length);
    return true;
}

static void judge(const struct http_answer *answer, struct sending_end *end)
{
    end->sending = SENDING_RETRY;
    if (answer->fault != HTTP_FINE) {
        snprintf(end->text, sizeof end->text, "%.200s", answer->problem);
        return;
    }
    int64_t wait = http_retry_after(answer->retry_after, clock_wall());
    if (wait >= 0)
        end->not_before = clock_wall() + wait;
    if (answer->status >= 200 && answer->status < 300)
        end->sending = SENDING_DONE;
    else if (answer->status == 410) /* the specification's word for "never again" */
        end->sending = SENDING_REFUSED;
    snprintf(end->text, sizeof end->text, "HTTP %d", answer->status);
}

static void on_answer(const struct http_answer *answer, void *context)
{
    struct posting *posting = context;
    struct sending_end end = {0};
    uint8_t digest[DIGEST_BYTES];
    char hex[DIGEST_HEX_BYTES];
    judge(answer, &end);
    digest_end(posting->reply, digest);
    if (end.sending == SENDING_DONE)
        snprintf(end.text, sizeof end.text, "HTTP %d, reply of %lld bytes, sha256 %.16s", answer->status,
            (long long)answer->bytes, digest_hex(digest, hex));
    posting->ended(&end, posting->context);
    free(posting);
}

static void send_webhook(struct courier *courier, const struct parcel *parcel,
    void (*ended)(const struct sending_end *end, void *context), void *context)
{
    struct sending_end end = {.sending = SENDING_RETRY};
    struct text signature = TEXT_WITH_CEILING(4096);
    char id[128], timestamp[64];
    int64_t seconds = clock_wall() / CLOCK_SECOND;
    char *body = json_dumps(parcel->facts, JSON_COMPACT);
    if (parcel->channel->secret_count > 0 &&
        !sign(parcel, body, seconds, &signature, end.text, sizeof end.text)) {
        text_free(&signature);
        free(body);
        ended(&end, context);
        return;
    }
    snprintf(id, sizeof id, "webhook-id: %s", parcel->message_id);
    snprintf(timestamp, sizeof timestamp, "webhook-timestamp: %lld", (long long)seconds);
    char *headers[HEADERS] = {
        (char[]){"Content-Type: application/json; charset=utf-8"}, id, timestamp, signature.bytes};
    struct posting *posting = memory_get_zeroed(1, sizeof *posting);
    *posting = (struct posting){.ended = ended, .context = context, .reply = digest_begin()};
    http_start(courier->http,
        &(struct http_request){.url = parcel->channel->url,
            .post = body,
            .headers = headers,
            .header_count = parcel->channel->secret_count > 0 ? HEADERS : HEADERS - 1,
            .maximum_bytes = LIMIT_DELIVERY_REPLY_BYTES,
            .milliseconds = LIMIT_DELIVERY_MS},
        &(struct http_events){on_body, on_answer, posting});
    text_free(&signature);
    free(body);
}

const struct channel channel_webhook = {CHANNEL_WEBHOOK, "webhook", send_webhook};
