/* channels.h - what the channels share (private to the room): one file each, in one table (channels.c). */
#ifndef M13_CHANNEL_CHANNELS_H
#define M13_CHANNEL_CHANNELS_H

#include "m13/channel.h"
#include "m13/text.h"

extern const struct channel channel_webhook, channel_file, channel_smtp, channel_wecom, channel_dingtalk,
    channel_feishu;

/* In what the receiver reads: the firm's own wish, else the channel's. */
enum alert_language parcel_language(const struct parcel *parcel);
/* Where it goes: the firm's address, or the channel's `url` or what its file holds. NULL and a problem. The
 * caller frees with secret_free(): a robot's address is its key. */
char *parcel_url(const struct parcel *parcel, char *ret_problem, size_t size);

/* secrets.c: reads one secret of a file, trimmed. NULL and a problem that names no content. */
char *channel_secret(const char *file, char *ret_problem, size_t size);
void secret_free(char *secret); /* erased first; NULL is fine */
/* The key bytes of whsec_ and base64; the caller erases and frees. -EINVAL when it is none, or too short. */
int webhook_key(const char *secret, uint8_t **ret_key, size_t *ret_length);
/* The secret of one firm's own webhook, derived from the channel's: HMAC-SHA256(key, "m13d " + USCC), as
 * whsec_ and base64. NULL when `secret` is none. The caller frees with secret_free(). */
char *secret_of_firm(const char *secret, const char *uscc);

/* signature.c: what receivers want to see; the caller frees. Standard Webhooks: "v1,<base64>" of HMAC-SHA256
 * over "id.timestamp.body"; NULL when the secret is no `whsec_` + base64. */
char *webhook_signature(const char *secret, const char *id, int64_t timestamp_seconds, const char *body);
/* Base64. DingTalk: HMAC(key = secret, message = time "\n" secret); Feishu the other way round:
 * HMAC(key = time "\n" secret, message = ""). */
char *dingtalk_signature(const char *secret, int64_t milliseconds);
char *feishu_signature(const char *secret, int64_t seconds);

#endif
