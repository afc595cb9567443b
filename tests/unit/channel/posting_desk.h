/* posting_desk.h - one channel, one message and whoever gets it, on one loop. */
#ifndef M13_TEST_POSTING_DESK_H
#define M13_TEST_POSTING_DESK_H

#include "channels.h"
#include "receiver.h"

struct posting_desk {
    struct loop *loop;
    struct receiver *receiver;
    struct config config;
    struct courier courier;
    struct alert_channel
        channel; /* its url is the receiver's: private and without TLS, so both are allowed */
    struct contact contact;
    struct parcel parcel; /* of the channel's own address */
    json_t *facts;
    char *folder, *conversation;
    int times;
    struct sending_end end;
};

struct posting_desk *posting_desk_open(enum channel_kind kind, const char *path);
void posting_desk_close(struct posting_desk *desk);
/* To a firm's own address instead. */
void posting_desk_use_contact(struct posting_desk *desk, const char *address);
/* The n-th secret file, from 0. */
void posting_desk_secret(struct posting_desk *desk, size_t which, const char *content);
void posting_desk_facts(struct posting_desk *desk, const char *json);
/* Sends, and waits for the end; asserts that it comes once. */
const struct sending_end *posting_desk_send(struct posting_desk *desk);
/* The same as a test, with the conversation. */
const char *posting_desk_converse(struct posting_desk *desk);

#endif
