/* control.h - the control socket: how m13ctl asks a running daemon to do something.
 *
 * A SOCK_SEQPACKET Unix socket at state/control: one request a connection, a JSON object {"verb":"poll",...}
 * with file descriptors by SCM_RIGHTS where the verb takes files; the answer is one or more JSON objects, one
 * a packet, the last with "done":true and "exit":CODE. The peer's user (SO_PEERCRED) is the actor; a verb
 * that changes something asks whether that user may. Verbs stand in one table. */
#ifndef M13_CONTROL_H
#define M13_CONTROL_H

#include "m13/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct loop;
struct store;
struct control;
struct control_request;

struct control_verb {
    const char *name;
    /* Answers now or later, with control_reply() and at last control_finish(). When the peer goes in between,
     * the answers lead nowhere, and the request stands until it is finished all the same. */
    void (*handle)(struct control_request *request, void *context);
};

/* Replaces a stale socket: the caller holds the store's lock. `verbs` are borrowed. So many clients at once,
 * the others wait (LIMIT_CONTROL_CLIENTS); one that sends nothing for ten seconds is dropped. */
struct control *control_new(struct loop *loop, const char *state_directory, const struct control_verb *verbs,
    size_t verb_count, void *context, struct failure *ret_failure);
/* Drops all clients. Requests that are not finished yet are gone: their handlers must not touch them. */
void control_free(struct control *control); /* NULL is fine */

json_t *control_arguments(struct control_request *request);       /* borrowed */
const char *control_actor(const struct control_request *request); /* user name of the peer */
uid_t control_user(const struct control_request *request);
size_t control_file_count(const struct control_request *request);
/* Of any kind: the handler asks whether it is a regular file, and closes it. -1 when there is none. */
int control_take_file(struct control_request *request, size_t index);
void control_reply(struct control_request *request, json_t *object); /* takes the reference */
/* Frees the request. `problem` (may be NULL) is for a person. */
void control_finish(struct control_request *request, int exit_code, const char *problem);

/* m13ctl's end: sends `arguments` (takes the reference) with descriptors (64 at most), calls `each` for every
 * answer, returns the exit code; -ENOENT or -ECONNREFUSED when no daemon listens. The last packet is an
 * answer only when it has a "problem", which is then in *ret_failure, too. */
int control_ask(const char *state_directory, json_t *arguments, const int *descriptors,
    size_t descriptor_count, void (*each)(json_t *answer, void *context), void *context,
    struct failure *ret_failure);

#endif
