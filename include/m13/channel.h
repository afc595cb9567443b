/* channel.h - the ways in which a message leaves: file, e-mail, signed webhook, robots of group chats.
 *
 * A channel is given one message for one receiver, sends it once and says what became of it: whether to try
 * again, when and how often is not its business. What it sends are the words of m13/letter.h; an address of a
 * firm and a secret are in its hands for that moment alone, and stand in nothing that it says. */
#ifndef M13_CHANNEL_H
#define M13_CHANNEL_H

#include "m13/config.h"
#include "m13/contacts.h"
#include "m13/failure.h"
#include "m13/http.h"

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
    const json_t *facts;           /* as m13/letter.h has it */
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

/* With which secret messages to a firm's own webhook are signed (`m13ctl alerts secret`): derived from the
 * channel's `which`-th secret file (from 0), so that nobody has to keep a list; whsec_ and base64. The caller
 * erases and frees. NULL: -EACCES the file cannot be read, -EINVAL there is none such. */
char *channel_firm_secret(
    const struct alert_channel *channel, size_t which, const char *uscc, struct failure *ret_failure);

#endif
