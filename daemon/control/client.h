/* client.h - one connection: its request, its answers, its end. */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include "m13/control.h"

#include <stdint.h>

/* A client that says nothing, or takes no answer, for so long is dropped: m13ctl speaks at once. 10,000;
 * tests cannot wait. */
extern int64_t control_silence_ms;

struct client_events {
    /* A request has come: control_arguments() and the rest may be asked. */
    void (*asked)(struct control_request *request, void *context);
    /* It is about to be freed. */
    void (*gone)(struct control_request *request, void *context);
    void *context;
};

/* Takes the connection over. */
struct control_request *control_client_new(
    struct loop *loop, int connection, const struct client_events *events);
void control_client_drop(struct control_request *request); /* frees it at once, without a word */

#endif
