/* posting.h - one message as one HTTP POST, for webhooks and robots (private to the room).
 *
 * It goes nowhere that target.h refuses, follows no redirect, takes no more of an answer than
 * LIMIT_DELIVERY_REPLY_BYTES, and says what became of it in words of its own: what libraries and receivers
 * say may hold the address. */
#ifndef M13_CHANNEL_POSTING_H
#define M13_CHANNEL_POSTING_H

#include "channels.h"
#include "target.h"

struct conversation;

struct posting_reply {
    int status;
    bool whole;        /* it came to its end */
    const char *fault; /* of one that did not */
    const char *bytes;
    size_t length;
    char digest[17]; /* the beginning of its SHA-256, in hexadecimal */
    int64_t wait;    /* Retry-After in ms; -1 = none */
    bool of_firm;    /* it went to a firm's own address */
    const char *message_id;
};

struct posting {
    const struct parcel *parcel;
    const char *url;
    const char *const *hosts; /* target_rules_of() */
    const char *body;
    char *const *headers; /* besides Content-Type */
    size_t header_count;
    struct conversation *conversation; /* its secrets are hidden already; the posting takes it */
    /* What an answer with a status means; `text` and `sending` (SENDING_RETRY) wait to be set. */
    void (*judge)(const struct posting_reply *reply, const void *judge_context, struct sending_end *end);
    const void *judge_context; /* static */
};

void posting_send(
    struct courier *courier, const struct posting *posting, sending_ended *ended, void *context);

#endif
