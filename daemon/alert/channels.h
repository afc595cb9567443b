/* channels.h - the ways in which a message leaves (private to the room): one file each, in one table. */
#ifndef M13_ALERT_CHANNELS_H
#define M13_ALERT_CHANNELS_H

#include "m13/config.h"
#include "m13/http.h"
#include "m13/text.h"

struct loop;

struct parcel {
    const struct alert_channel *channel;
    const char *message_id, *body;
};

enum sending {
    SENDING_DONE,    /* the receiver has it */
    SENDING_RETRY,   /* not now: try again, not before `not_before` */
    SENDING_REFUSED, /* it will never take it */
};

struct sending_end {
    enum sending sending;
    char text[256];     /* proof, or problem: never an address, never a secret */
    int64_t not_before; /* wall; 0 = as the schedule has it */
};

struct channel {
    enum channel_kind kind;
    /* Starts to send. `ended` is called once, from the loop or at once. */
    void (*send)(struct http *http, const struct parcel *parcel,
        void (*ended)(const struct sending_end *end, void *context), void *context);
};
const struct channel *channel_of(enum channel_kind kind);

extern const struct channel channel_webhook, channel_file;

#endif
