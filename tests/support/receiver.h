/* receiver.h - whoever gets a message, on 127.0.0.1, on the loop under test: keeps what was sent, and answers
 * with the very bytes that it was told, however wrong they are. */
#ifndef M13_TEST_RECEIVER_H
#define M13_TEST_RECEIVER_H

#include <stddef.h>

struct event_base;
struct receiver;

struct receiver *receiver_new(struct event_base *base);
void receiver_free(struct receiver *receiver);
const char *receiver_url(const struct receiver *receiver); /* http://127.0.0.1:PORT */

/* All requests from now on are answered so; the connection ends behind it. */
void receiver_answer(struct receiver *receiver, int status, const char *headers, const char *body);
void receiver_answer_bytes(struct receiver *receiver, const char *bytes, size_t length);
/* The last bytes again and again, for as long as somebody reads. */
void receiver_never_ends(struct receiver *receiver);

int receiver_requests(const struct receiver *receiver);
const char *receiver_request(const struct receiver *receiver); /* the last one: first line, headers, body */
const char *receiver_body(const struct receiver *receiver);    /* of the last one */
/* Of the last one; "" = none. Valid until the next call. */
const char *receiver_header(struct receiver *receiver, const char *name);

#endif
