#include "posting.h"

#include "conversation.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/url.h"

#include <stdlib.h>
#include <string.h>

enum { HEADERS_MOST = 8 };

/* One under way. */
struct post {
    sending_ended *ended;
    void *context;
    void (*judge)(const struct posting_reply *reply, const void *judge_context, struct sending_end *end);
    const void *judge_context;
    struct target_rules rules;
    struct conversation *conversation;
    struct text reply;
    bool of_firm;
    char *message_id;
    char sent_sha256[DIGEST_HEX_BYTES];
};

static void post_free(void *context)
{
    struct post *post = context;
    conversation_free(post->conversation);
    text_free(&post->reply);
    free(post->message_id);
    free(post);
}

/* --- what came ------------------------------------------------------------------------------------------
 */

/* libcurl's own words name the host: a firm's address stands in no log and no table. */
static const char *const fault_words[] = {
    [HTTP_FINE] = "",
    [HTTP_UNREACHABLE] = "it cannot be reached (name, connection or certificate)",
    [HTTP_RESET] = "the connection was lost before the answer was whole",
    [HTTP_TOO_SLOW] = "no whole answer came in time",
    [HTTP_TOO_LARGE] = "the answer is far too large",
    [HTTP_BOMB] = "the answer unpacks to far more than was sent",
    [HTTP_UNPACKABLE] = "the answer cannot be unpacked",
    [HTTP_FORBIDDEN] = "its address leads to one that is not public",
};

static void tell_answer(
    struct conversation *conversation, const struct http_answer *answer, const struct text *reply)
{
    if (answer->status > 0)
        conversation_tell_format(conversation, '<', "HTTP %d", answer->status);
    if (!string_is_blank(answer->content_type))
        conversation_tell_format(conversation, '<', "Content-Type: %s", answer->content_type);
    if (!string_is_blank(answer->retry_after))
        conversation_tell_format(conversation, '<', "Retry-After: %s", answer->retry_after);
    if (reply->length > 0) {
        conversation_tell_format(conversation, '<', "%s", "");
        conversation_tell(conversation, '<', text_string(reply), reply->length);
    }
    if (answer->fault != HTTP_FINE)
        conversation_tell_format(conversation, '*', "%s", answer->problem);
}

static bool on_reply(int status, const char *content_type, const char *bytes, size_t length, void *context)
{
    struct post *post = context;
    (void)status;
    (void)content_type;
    text_append(&post->reply, bytes, length);
    return true;
}

static void judge_answer(const struct post *post, const struct http_answer *answer, struct sending_end *end)
{
    char hex[DIGEST_HEX_BYTES];
    struct posting_reply reply = {.status = answer->status,
        .whole = answer->fault == HTTP_FINE,
        .fault = fault_words[answer->fault],
        .bytes = text_string(&post->reply),
        .length = post->reply.length,
        .wait = http_retry_after(answer->retry_after, clock_wall()),
        .of_firm = post->of_firm,
        .message_id = post->message_id};
    memcpy(reply.digest, digest_hex_of(reply.bytes, reply.length, hex), sizeof reply.digest - 1);
    end->sending = answer->fault == HTTP_FORBIDDEN ? SENDING_REFUSED : SENDING_RETRY;
    if (answer->status > 0 && answer->fault != HTTP_FORBIDDEN)
        post->judge(&reply, post->judge_context, end);
    else
        snprintf(end->text, sizeof end->text, "%s", reply.fault);
}

static void on_answer(const struct http_answer *answer, void *context)
{
    struct post *post = context;
    struct sending_end end = {0};
    memcpy(end.sent_sha256, post->sent_sha256, sizeof end.sent_sha256);
    judge_answer(post, answer, &end);
    tell_answer(post->conversation, answer, &post->reply);
    post->ended(&end, post->context);
    post_free(post);
}

/* --- what goes -------------------------------------------------------------------------------------------
 */

static void tell_request(const struct posting *posting, char *const *headers, size_t count)
{
    struct conversation *conversation = posting->conversation;
    char *host = url_host(posting->url);
    const char *path = strstr(posting->url, "://");
    path = path != NULL ? path + 3 + strcspn(path + 3, "/?") : "";
    conversation_tell_format(conversation, '>', "POST %s%s", *path == '/' ? "" : "/", path);
    conversation_tell_format(conversation, '>', "Host: %s", host != NULL ? host : "");
    for (size_t i = 0; i < count; i++)
        conversation_tell_format(conversation, '>', "%s", headers[i]);
    conversation_tell_format(conversation, '>', "%s", "");
    conversation_tell(conversation, '>', posting->body, strlen(posting->body));
    free(host);
}

static void refuse(const struct posting *posting, const char *problem, sending_ended *ended, void *context)
{
    struct sending_end end = {.sending = SENDING_REFUSED};
    snprintf(end.text, sizeof end.text, "%s", problem);
    conversation_tell_format(posting->conversation, '*', "%s", problem);
    conversation_free(posting->conversation);
    ended(&end, context);
}

void posting_send(struct courier *courier, const struct posting *posting, sending_ended *ended, void *context)
{
    const struct parcel *parcel = posting->parcel;
    struct target_rules rules = target_rules_of(parcel, posting->hosts);
    const char *problem = target_refuses(posting->url, &rules);
    if (problem != NULL) {
        refuse(posting, problem, ended, context);
        return;
    }
    char *headers[HEADERS_MOST] = {(char[]){"Content-Type: application/json; charset=utf-8"}};
    size_t count = 1;
    for (size_t i = 0; i < posting->header_count && count < HEADERS_MOST; i++)
        headers[count++] = posting->headers[i];
    struct post *post = memory_get_zeroed(1, sizeof *post);
    *post = (struct post){.ended = ended,
        .context = context,
        .judge = posting->judge,
        .judge_context = posting->judge_context,
        .rules = rules,
        .conversation = posting->conversation,
        .reply = TEXT_WITH_CEILING(LIMIT_DELIVERY_REPLY_BYTES),
        .of_firm = parcel->contact != NULL,
        .message_id = memory_copy_string(parcel->message_id)};
    digest_hex_of(posting->body, strlen(posting->body), post->sent_sha256);
    tell_request(posting, headers, count);
    http_start(courier->http,
        &(struct http_request){.url = posting->url,
            .post = posting->body,
            .headers = headers,
            .header_count = count,
            .maximum_bytes = LIMIT_DELIVERY_REPLY_BYTES,
            .milliseconds = LIMIT_DELIVERY_MS,
            .ca_file = parcel->channel->ca_file,
            .may_connect = target_admits,
            .may_connect_context = &post->rules,
            .dropped = post_free},
        &(struct http_events){on_reply, on_answer, post});
}
