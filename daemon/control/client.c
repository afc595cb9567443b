#include "client.h"

#include "wire.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int64_t control_silence_ms = 10 * 1000;
/* The last packet; a problem in it may have an eighth, since escapes make six bytes of one. */
#define PROBLEM_BYTES 16384

struct packet {
    struct packet *next;
    size_t length;
    char bytes[];
};

enum phase {
    PHASE_LISTENS, /* for the request */
    PHASE_WORKS,   /* the handler has it */
    PHASE_TELLS,   /* finished; the last answers are still to go out */
};

struct control_request {
    struct loop *loop;
    struct client_events events;
    enum phase phase;
    int connection; /* -1: the peer has gone */
    struct loop_watch *watch;
    struct loop_timer *silence;
    uid_t user;
    char actor[64];
    json_t *arguments;
    int files[LIMIT_CONTROL_FILES]; /* -1 once taken */
    size_t file_count;
    struct packet *first, **last; /* answers that the socket did not take yet */
    size_t waiting_bytes;
};

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void hang_up(struct control_request *request)
{
    loop_watch_free(request->watch);
    request->watch = NULL;
    loop_timer_stop(request->silence);
    if (request->connection >= 0)
        close(request->connection);
    request->connection = -1;
    while (request->first != NULL) {
        struct packet *packet = request->first;
        request->first = packet->next;
        free(packet);
    }
    request->last = &request->first;
    request->waiting_bytes = 0;
}

void control_client_drop(struct control_request *request)
{
    request->events.gone(request, request->events.context);
    hang_up(request);
    loop_timer_free(request->silence);
    for (size_t i = 0; i < request->file_count; i++)
        if (request->files[i] >= 0)
            close(request->files[i]);
    json_decref(request->arguments);
    free(request);
}

/* While the handler works the request must stand. */
static void lose_peer(struct control_request *request)
{
    if (request->phase == PHASE_WORKS)
        hang_up(request);
    else
        control_client_drop(request);
}

/* --- answers ---------------------------------------------------------------------------------------------
 */

static void watch_for(struct control_request *request, int events)
{
    loop_watch_change(request->watch, events);
    if (events & LOOP_WRITE)
        loop_timer_set_in(request->silence, control_silence_ms);
    else
        loop_timer_stop(request->silence);
}

/* False when the peer is lost; the request may be freed then. */
static bool flush(struct control_request *request)
{
    bool progress = false;
    while (request->first != NULL) {
        struct packet *packet = request->first;
        int r = control_send(request->connection, packet->bytes, packet->length, NULL, 0);
        if (r == -EAGAIN || r == -ENOBUFS)
            break;
        if (r < 0) {
            lose_peer(request);
            return false;
        }
        request->first = packet->next;
        request->waiting_bytes -= packet->length;
        free(packet);
        progress = true;
    }
    if (request->first == NULL) {
        request->last = &request->first;
        watch_for(request, LOOP_READ);
    } else if (progress || !loop_timer_is_set(request->silence)) {
        watch_for(request, LOOP_READ | LOOP_WRITE);
    }
    return true;
}

static void queue(struct control_request *request, const char *bytes, size_t length)
{
    struct packet *packet = memory_get(sizeof *packet + length);
    *packet = (struct packet){.length = length};
    memcpy(packet->bytes, bytes, length);
    *request->last = packet;
    request->last = &packet->next;
    request->waiting_bytes += length;
}

/* An answer that cannot go out is told as such: silence would look like an answer that was not needed. */
static void queue_object(struct control_request *request, const json_t *object)
{
    char *bytes = json_dumps(object, JSON_COMPACT), instead[120];
    size_t length = bytes != NULL ? strlen(bytes) : 0;
    if (length > 0 && length <= LIMIT_CONTROL_PACKET_BYTES) {
        queue(request, bytes, length);
    } else {
        snprintf(instead, sizeof instead,
            "{\"problem\":\"an answer of %zu bytes cannot be sent; %d is the most\"}", length,
            LIMIT_CONTROL_PACKET_BYTES);
        queue(request, instead, strlen(instead));
    }
    free(bytes);
}

void control_reply(struct control_request *request, json_t *object)
{
    if (request->connection >= 0) {
        queue_object(request, object);
        if (request->waiting_bytes > LIMIT_CONTROL_WAITING_BYTES) {
            log_warning("control: %s does not take its answers and is dropped", request->actor);
            lose_peer(request);
        } else {
            flush(request);
        }
    }
    json_decref(object);
}

void control_finish(struct control_request *request, int exit_code, const char *problem)
{
    request->phase = PHASE_TELLS;
    if (request->connection < 0) {
        control_client_drop(request);
        return;
    }
    struct text last = TEXT_WITH_CEILING(PROBLEM_BYTES);
    text_append_format(&last, "{\"done\":true,\"exit\":%d", exit_code);
    if (problem != NULL && *problem != '\0') {
        text_append_string(&last, ",\"problem\":");
        text_append_json_bytes(&last, problem, utf8_cut(problem, strnlen(problem, PROBLEM_BYTES / 8)));
    }
    text_append_character(&last, '}');
    queue(request, text_string(&last), last.length);
    text_free(&last);
    if (flush(request) && request->first == NULL)
        control_client_drop(request);
}

/* --- the request -----------------------------------------------------------------------------------------
 */

static void refuse(struct control_request *request, const char *problem)
{
    log_notice("control: a request of %s is refused: %s", request->actor, problem);
    control_finish(request, EXIT_BAD_USAGE, problem);
}

static void take_request(struct control_request *request)
{
    static char bytes[LIMIT_CONTROL_REQUEST_BYTES];
    char problem[200];
    struct control_packet packet;
    int r = control_receive(request->connection, bytes, sizeof bytes, &packet);
    if (r == -EAGAIN)
        return;
    if (r == -EMSGSIZE || r == -E2BIG) {
        snprintf(problem, sizeof problem, "a request has %d bytes and %d files at most",
            LIMIT_CONTROL_REQUEST_BYTES, LIMIT_CONTROL_FILES);
        refuse(request, problem);
        return;
    }
    memcpy(request->files, packet.files, packet.file_count * sizeof packet.files[0]);
    request->file_count = packet.file_count;
    if (r < 0 || packet.length == 0) { /* it has gone, or has nothing to say */
        control_client_drop(request);
        return;
    }
    json_error_t error;
    request->arguments = json_loadb(bytes, packet.length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(request->arguments)) {
        snprintf(problem, sizeof problem, "a request is a JSON object%s%s", *error.text != '\0' ? ": " : "",
            error.text);
        refuse(request, problem);
        return;
    }
    request->phase = PHASE_WORKS;
    loop_timer_stop(request->silence);
    request->events.asked(request, request->events.context); /* may free it */
}

/* A client that has asked has nothing more to say: it has gone, or breaks the rule. */
static void on_ready(int descriptor, int events, void *context)
{
    struct control_request *request = context;
    (void)descriptor;
    if (request->phase == PHASE_LISTENS)
        take_request(request);
    else if (events & LOOP_READ)
        lose_peer(request);
    else if (flush(request) && request->phase == PHASE_TELLS && request->first == NULL)
        control_client_drop(request);
}

static void on_silence(void *context)
{
    struct control_request *request = context;
    log_notice("control: %s is silent and is dropped", request->actor);
    lose_peer(request);
}

/* --- who it is -------------------------------------------------------------------------------------------
 */

static uid_t read_actor(int connection, char *out, size_t bytes)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t length = sizeof peer;
    getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length);
    struct passwd entry, *found = NULL;
    char room[4096];
    getpwuid_r(peer.uid, &entry, room, sizeof room, &found);
    if (found != NULL)
        snprintf(out, bytes, "%s", found->pw_name);
    else
        snprintf(out, bytes, "uid %u", peer.uid);
    return peer.uid;
}

struct control_request *control_client_new(
    struct loop *loop, int connection, const struct client_events *events)
{
    struct control_request *request = memory_get_zeroed(1, sizeof *request);
    request->loop = loop;
    request->events = *events;
    request->connection = connection;
    request->last = &request->first;
    request->user = read_actor(connection, request->actor, sizeof request->actor);
    request->watch = loop_watch_new(loop, connection, LOOP_READ, on_ready, request);
    request->silence = loop_timer_new(loop, LOOP_REAL, "control client", on_silence, request);
    loop_timer_set_in(request->silence, control_silence_ms);
    return request;
}

json_t *control_arguments(struct control_request *request)
{
    return request->arguments;
}

const char *control_actor(const struct control_request *request)
{
    return request->actor;
}

uid_t control_user(const struct control_request *request)
{
    return request->user;
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
