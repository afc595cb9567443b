/* channels.h - the ways in which a message leaves (private to the room): one file each, in one table
 * (channels.c). */
#ifndef M13_ALERT_CHANNELS_H
#define M13_ALERT_CHANNELS_H

#include "m13/config.h"
#include "m13/contacts.h"
#include "m13/http.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdio.h>

struct loop;
struct store;
struct templates;

/* What all channels send with; lives as long as any sending. */
struct courier {
    struct loop *loop;
    struct store *store;
    struct http *http;
    struct templates *templates;
    const struct config *config;
};

struct parcel {
    const struct alert_channel *channel;
    const char *message_id;
    const char *recipient;         /* USCC, or "" */
    const struct contact *contact; /* a firm's address, for this moment only; NULL = the channel's own */
    const json_t *facts;           /* facts.h */
    enum alert_audience audience;
    FILE *conversation; /* of a test: everything said and heard but secrets is written here; NULL = no test */
};

enum sending {
    SENDING_DONE,    /* the receiver has it */
    SENDING_RETRY,   /* not now: try again, not before `not_before` */
    SENDING_REFUSED, /* it will never take this message */
    SENDING_GONE,    /* it will never take any: the endpoint is disabled */
};

struct sending_end {
    enum sending sending;
    char text[256]; /* proof, or problem: never an address, never a secret, no control characters */
    char sent_sha256[65];
    int64_t not_before; /* wall; 0 = as the schedule has it. Also of SENDING_DONE: the next one to this
                           endpoint */
    bool acknowledged;  /* {"ack":true} */
};

typedef void sending_ended(const struct sending_end *end, void *context);

struct channel {
    enum channel_kind kind;
    const char *contact; /* whose addresses of contacts.db it uses: email, webhook, wecom, ...; NULL = none */
    /* Starts to send. `ended` is called once, from the loop or at once; what is needed of the parcel
     * afterwards is copied. */
    void (*send)(struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context);
};
const struct channel *channel_of(enum channel_kind kind);
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

/* signature.c: base64, the caller frees. DingTalk: HMAC(key = secret, message = time "\n" secret); Feishu the
 * other way round: HMAC(key = time "\n" secret, message = ""). */
char *dingtalk_signature(const char *secret, int64_t milliseconds);
char *feishu_signature(const char *secret, int64_t seconds);

#endif
