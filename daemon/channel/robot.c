#include "robot.h"

#include "conversation.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* --- the text --------------------------------------------------------------------------------------------
 */

char *robot_plain(const char *text, size_t most_bytes)
{
    struct text plain = TEXT_WITH_CEILING(most_bytes);
    const char *end = text + strlen(text);
    while (text < end && !plain.overflowed) {
        char bytes[4];
        uint32_t code_point = utf8_next(&text, end);
        if ((code_point < 0x20 && code_point != '\n') || (code_point >= 0x7f && code_point < 0xa0))
            continue;
        if (code_point == '<' || code_point == '>')
            code_point += 0xff00 - 0x20;
        text_append(&plain, bytes, utf8_put(code_point, bytes)); /* past the ceiling: nothing of it */
    }
    plain.overflowed = false;
    text_append(&plain, "", 0);
    return text_take(&plain);
}

/* --- the answer ------------------------------------------------------------------------------------------
 */

static const struct robot_code unknown = {0, NULL, ROBOT_BUSY, "a code that m13d does not know"};

static const json_t *code_of(const struct robot *robot, const json_t *answer)
{
    const json_t *code = json_object_get(answer, robot->code_names[0]);
    if (code == NULL && robot->code_names[1] != NULL)
        code = json_object_get(answer, robot->code_names[1]);
    return json_is_integer(code) ? code : NULL;
}

static const struct robot_code *meaning_of(const struct robot *robot, int64_t code, const char *words)
{
    for (size_t i = 0; i < robot->code_count; i++)
        if (robot->codes[i].code == code &&
            (robot->codes[i].says == NULL ||
                (words != NULL && strcasestr(words, robot->codes[i].says) != NULL)))
            return &robot->codes[i];
    return &unknown;
}

/* All robots of a service hit its limit in the same second, at the digest's hour: they come back spread out.
 */
static int64_t crowded_wait(const struct robot *robot, const char *message_id)
{
    uint8_t digest[DIGEST_BYTES];
    digest_of(message_id, strlen(message_id), digest);
    int64_t drawn = digest[0] << 16 | digest[1] << 8 | digest[2];
    return robot->crowded_ms + (robot->crowded_jitter_ms > 0 ? drawn % robot->crowded_jitter_ms : 0);
}

static void apply(const struct robot *robot, const struct posting_reply *reply, enum robot_word word,
    struct sending_end *end)
{
    switch (word) {
    case ROBOT_TAKEN:
        end->sending = SENDING_DONE;
        return;
    case ROBOT_BUSY:
        return;
    case ROBOT_CROWDED:
        end->not_before = clock_wall() + crowded_wait(robot, reply->message_id);
        return;
    case ROBOT_REJECTS:
        end->sending = SENDING_REFUSED;
        return;
    case ROBOT_MISPLACED:
        /* The desk hears at once that a firm's robot has to be asked for anew. The bureau's own is mended
         * within days, by whom the alarm reaches, and then takes what waits. */
        end->sending = reply->of_firm ? SENDING_GONE : SENDING_RETRY;
        return;
    }
}

static void judge_code(const struct robot *robot, const struct posting_reply *reply, const json_t *answer,
    struct sending_end *end)
{
    const json_t *code = code_of(robot, answer);
    if (code == NULL) {
        snprintf(end->text, sizeof end->text, "HTTP %d without a code in the answer", reply->status);
        return;
    }
    int64_t number = json_integer_value(code);
    const struct robot_code *meaning =
        meaning_of(robot, number, json_string_value(json_object_get(answer, robot->words_name)));
    bool fine = reply->status >= 200 && reply->status < 300;
    apply(robot, reply, meaning->word == ROBOT_TAKEN && !fine ? ROBOT_BUSY : meaning->word, end);
    if (end->sending == SENDING_DONE)
        snprintf(end->text, sizeof end->text, "HTTP %d, code 0, reply of %zu bytes, sha256 %s", reply->status,
            reply->length, reply->digest);
    else
        snprintf(end->text, sizeof end->text, "HTTP %d, code %lld: %s", reply->status, (long long)number,
            meaning->text);
}

void robot_judge(const struct posting_reply *reply, const void *robot, struct sending_end *end)
{
    if (reply->wait >= 0)
        end->not_before = clock_wall() + reply->wait;
    if (!reply->whole) {
        snprintf(end->text, sizeof end->text, "HTTP %d, but %s", reply->status, reply->fault);
        return;
    }
    json_t *answer = json_loadb(reply->bytes, reply->length, JSON_REJECT_DUPLICATES, NULL);
    judge_code(robot, reply, answer, end);
    json_decref(answer);
}

/* --- a message -------------------------------------------------------------------------------------------
 */

/* Where it goes and what signs it: behind # in the address, or in a file of its own. */
struct robot_address {
    char *url, *secret;
};

static void address_free(struct robot_address *address)
{
    secret_free(address->url);
    secret_free(address->secret);
}

static bool find_address(
    const struct parcel *parcel, struct robot_address *ret_address, char *ret_problem, size_t size)
{
    const struct alert_channel *channel = parcel->channel;
    *ret_address = (struct robot_address){.url = parcel_url(parcel, ret_problem, size)};
    if (ret_address->url == NULL)
        return false;
    char *fragment = strchr(ret_address->url, '#');
    if (fragment != NULL) {
        ret_address->secret = memory_copy_string(fragment + 1);
        explicit_bzero(fragment, strlen(fragment));
    }
    if (parcel->contact != NULL || channel->secret_count == 0)
        return true;
    secret_free(ret_address->secret);
    ret_address->secret = channel_secret(channel->secret_files[0], ret_problem, size);
    return ret_address->secret != NULL;
}

static void hide(const struct robot *robot, const struct robot_address *address, const char *url,
    struct conversation *conversation)
{
    const char *last = strrchr(address->url, '/');
    conversation_hide_query(conversation, url);
    conversation_hide(conversation, address->secret, 0);
    if (robot->token_is_in_path && last != NULL)
        conversation_hide(conversation, last + 1, 0);
}

static void post_text(const struct robot *robot, struct courier *courier, const struct parcel *parcel,
    const struct robot_address *address, sending_ended *ended, void *context)
{
    struct text url = TEXT_WITH_CEILING(2 * LIMIT_URL_BYTES);
    char *rendered = render_robot(
        courier->templates, courier->config, parcel->facts, parcel_language(parcel), robot->text_bytes);
    char *plain = robot_plain(rendered, robot->text_bytes);
    bool signs = !string_is_blank(address->secret);
    text_append_string(&url, address->url);
    json_t *message = robot->write(plain, signs ? address->secret : NULL, clock_wall(), &url);
    char *body = json_dumps(message, JSON_COMPACT);
    struct conversation *conversation = conversation_new(parcel->conversation);
    hide(robot, address, text_string(&url), conversation);
    conversation_hide(conversation, json_string_value(json_object_get(message, "sign")), 8);
    posting_send(courier,
        &(struct posting){.parcel = parcel,
            .url = text_string(&url),
            .hosts = robot->hosts,
            .body = body,
            .conversation = conversation,
            .judge = robot_judge,
            .judge_context = robot},
        ended, context);
    json_decref(message);
    free(body);
    free(plain);
    free(rendered);
    secret_free(text_take(&url));
}

void robot_send(const struct robot *robot, struct courier *courier, const struct parcel *parcel,
    sending_ended *ended, void *context)
{
    struct robot_address address;
    struct sending_end end = {.sending = SENDING_RETRY};
    if (find_address(parcel, &address, end.text, sizeof end.text))
        post_text(robot, courier, parcel, &address, ended, context);
    else
        ended(&end, context);
    address_free(&address);
}
