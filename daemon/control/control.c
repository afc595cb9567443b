/* control.c - the daemon's end: accepts, reads one request a connection, hands it to its verb. */
#include "m13/control.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "protocol.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* A client that has said nothing for so long is sent away. */
#define SILENCE_MS 10000

struct control {
    struct loop *loop;
    int socket;
    struct sockaddr_un address;
    struct loop_watch *watch;
    const struct control_verb *verbs;
    size_t verb_count;
    void *context;
    struct control_request *first;
    size_t count;
};

struct control_request {
    struct control *control;
    struct control_request *next, *previous;
    int connection; /* -1 = the client has gone; its verb goes on to the end */
    struct loop_watch *watch;
    struct loop_timer *timer; /* until it has spoken */
    json_t *arguments;
    int files[CONTROL_MOST_FILES]; /* -1 = taken */
    size_t file_count;
    char actor[64];
};

/* --- the life of a request ---------------------------------------------------------------------------------
 */

static void request_free(struct control_request *request)
{
    struct control *control = request->control;
    if (request->previous != NULL)
        request->previous->next = request->next;
    else
        control->first = request->next;
    if (request->next != NULL)
        request->next->previous = request->previous;
    control->count--;
    loop_watch_free(request->watch);
    loop_timer_free(request->timer);
    for (size_t i = 0; i < request->file_count; i++)
        if (request->files[i] >= 0)
            close(request->files[i]);
    if (request->connection >= 0)
        close(request->connection);
    json_decref(request->arguments);
    free(request);
}

/* Who asks, by the kernel's word: a user's name, or the number where it has none. */
static void name_actor(struct control_request *request)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t length = sizeof peer;
    if (getsockopt(request->connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
        log_warning("control: the peer has no credentials: %s", strerror(errno));
    const struct passwd *user = getpwuid(peer.uid);
    snprintf(request->actor, sizeof request->actor, "%s", user != NULL ? user->pw_name : "");
    if (user == NULL)
        snprintf(request->actor, sizeof request->actor, "uid %lu", (unsigned long)peer.uid);
}

static void hand_over(struct control_request *request)
{
    struct control *control = request->control;
    const char *name = json_string_value(json_object_get(request->arguments, "verb"));
    for (size_t i = 0; i < control->verb_count; i++)
        if (string_equal(control->verbs[i].name, name)) {
            control->verbs[i].handle(request, control->context);
            return;
        }
    control_finish(request, EXIT_BAD_USAGE, "the daemon knows no such verb");
}

static void on_readable(int descriptor, int events, void *context)
{
    struct control_request *request = context;
    (void)events;
    if (request->arguments != NULL) {
        /* One request a connection: whatever comes now, or its end, is the client leaving. */
        char byte;
        if (recv(descriptor, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN)
            return;
        loop_watch_free(request->watch);
        request->watch = NULL;
        close(request->connection);
        request->connection = -1;
        return;
    }
    int r = packet_receive(descriptor, &request->arguments, request->files, &request->file_count);
    if (r == -EAGAIN || r == -EINTR)
        return;
    loop_timer_stop(request->timer);
    if (r == 1)
        hand_over(request);
    else if (r == -EBADMSG)
        control_finish(request, EXIT_BAD_USAGE, "the request is no JSON object of a reasonable size");
    else
        request_free(request);
}

static void on_silence(void *context)
{
    control_finish(context, EXIT_BAD_USAGE, "no request came");
}

static void on_connection(int descriptor, int events, void *context)
{
    struct control *control = context;
    (void)events;
    int connection = accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0)
        return;
    if (control->count >= LIMIT_CONTROL_CLIENTS) {
        close(connection);
        return;
    }
    struct control_request *request = memory_get_zeroed(1, sizeof *request);
    request->control = control;
    request->connection = connection;
    request->next = control->first;
    if (request->next != NULL)
        request->next->previous = request;
    control->first = request;
    control->count++;
    name_actor(request);
    request->watch = loop_watch_new(control->loop, connection, LOOP_READ, on_readable, request);
    request->timer = loop_timer_new(control->loop, LOOP_REAL, "control", on_silence, request);
    loop_timer_set_in(request->timer, SILENCE_MS);
}

/* --- the socket --------------------------------------------------------------------------------------------
 */

/* Our caller holds state/lock: a socket that stands there is a dead daemon's. */
static int open_socket(struct control *control, const char *state_directory)
{
    int r = control_address(state_directory, &control->address);
    if (r < 0)
        return r;
    control->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->socket < 0)
        return -errno;
    unlink(control->address.sun_path);
    /* Private until its mode is set: bind() would make it as the umask says. */
    mode_t mask = umask(0177);
    r = bind(control->socket, (struct sockaddr *)&control->address, sizeof control->address) < 0 ? -errno : 0;
    umask(mask);
    if (r == 0 &&
        (chmod(control->address.sun_path, 0660) < 0 || listen(control->socket, LIMIT_CONTROL_CLIENTS) < 0))
        r = -errno;
    return r;
}

struct control *control_new(struct loop *loop, const char *state_directory, const struct control_verb *verbs,
    size_t verb_count, void *context, struct failure *ret_failure)
{
    struct control *control = memory_get_zeroed(1, sizeof *control);
    *control = (struct control){
        .loop = loop, .socket = -1, .verbs = verbs, .verb_count = verb_count, .context = context};
    int r = open_socket(control, state_directory);
    if (r < 0) {
        fail(ret_failure, r, "%s/control: %s", state_directory, strerror(-r));
        if (control->socket >= 0)
            close(control->socket);
        free(control);
        return NULL;
    }
    control->watch = loop_watch_new(loop, control->socket, LOOP_READ, on_connection, control);
    return control;
}

void control_free(struct control *control)
{
    if (control == NULL)
        return;
    while (control->first != NULL)
        request_free(control->first);
    loop_watch_free(control->watch);
    unlink(control->address.sun_path);
    close(control->socket);
    free(control);
}

/* --- for the verbs
 * ------------------------------------------------------------------------------------------ */

json_t *control_arguments(struct control_request *request)
{
    return request->arguments;
}

const char *control_actor(const struct control_request *request)
{
    return request->actor;
}

size_t control_file_count(const struct control_request *request)
{
    return request->file_count;
}

int control_take_file(struct control_request *request, size_t index)
{
    if (index >= request->file_count)
        return -1;
    int file = request->files[index];
    request->files[index] = -1;
    return file;
}

void control_reply(struct control_request *request, json_t *object)
{
    /* A client that does not read, or has gone, misses its answers; the daemon waits for nobody. */
    if (request->connection >= 0)
        packet_send(request->connection, object, NULL, 0);
    json_decref(object);
}

void control_finish(struct control_request *request, int exit_code, const char *problem)
{
    control_reply(request,
        json_pack("{s:b, s:i, s:s}", "done", 1, "exit", exit_code, "problem", problem ? problem : ""));
    request_free(request);
}
