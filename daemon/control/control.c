/* control.c - the listening socket and the table of verbs. */
#include "m13/control.h"

#include "client.h"
#include "wire.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections taken in one turn. */
#define ACCEPTS_A_TURN 16
/* Without a descriptor to be had, accept() would fail as often as it is called. */
#define PAUSE_MS 1000

struct control {
    struct loop *loop;
    char *socket_path;
    const struct control_verb *verbs;
    size_t verb_count;
    void *context;
    int listener;
    struct loop_watch *watch;
    struct loop_timer *pause;
    struct control_request *clients[LIMIT_CONTROL_CLIENTS];
    size_t client_count;
};

/* --- requests --------------------------------------------------------------------------------------------
 */

static void finish_unknown(struct control *control, struct control_request *request, const char *verb)
{
    struct text problem = TEXT_WITH_CEILING(1000);
    text_append_format(&problem, "no such verb: '%.50s'; there are", verb != NULL ? verb : "");
    for (size_t i = 0; i < control->verb_count; i++)
        text_append_format(&problem, "%s %s", i > 0 ? "," : "", control->verbs[i].name);
    control_finish(request, EXIT_BAD_USAGE, text_string(&problem));
    text_free(&problem);
}

static void on_asked(struct control_request *request, void *context)
{
    struct control *control = context;
    const char *verb = json_string_value(json_object_get(control_arguments(request), "verb"));
    for (size_t i = 0; i < control->verb_count; i++)
        if (string_equal(control->verbs[i].name, verb)) {
            control->verbs[i].handle(request, control->context);
            return;
        }
    finish_unknown(control, request, verb);
}

static void on_gone(struct control_request *request, void *context)
{
    struct control *control = context;
    size_t place = 0;
    while (control->clients[place] != request)
        place++;
    control->clients[place] = control->clients[--control->client_count];
    if (!loop_timer_is_set(control->pause))
        loop_watch_change(control->watch, LOOP_READ);
}

/* --- connections -----------------------------------------------------------------------------------------
 */

static void on_connection(int descriptor, int events, void *context)
{
    struct control *control = context;
    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN && control->client_count < LIMIT_CONTROL_CLIENTS; i++) {
        int connection = accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
            break;
        if (connection < 0) {
            log_error("control: no connection can be taken: %s", strerror(errno));
            loop_watch_change(control->watch, 0);
            loop_timer_set_in(control->pause, PAUSE_MS);
            return;
        }
        control->clients[control->client_count++] = control_client_new(
            control->loop, connection, &(struct client_events){on_asked, on_gone, control});
    }
    if (control->client_count == LIMIT_CONTROL_CLIENTS)
        loop_watch_change(control->watch, 0); /* the others wait in the kernel until one goes */
}

static void on_pause_over(void *context)
{
    struct control *control = context;
    loop_watch_change(control->watch, LOOP_READ);
}

struct control *control_new(struct loop *loop, const char *state_directory, const struct control_verb *verbs,
    size_t verb_count, void *context, struct failure *ret_failure)
{
    int listener = control_listen(state_directory, ret_failure);
    if (listener < 0)
        return NULL;
    struct control *control = memory_get_zeroed(1, sizeof *control);
    control->loop = loop;
    control->verbs = verbs;
    control->verb_count = verb_count;
    control->context = context;
    control->listener = listener;
    struct text path = TEXT_WITH_CEILING(4096);
    text_append_format(&path, "%s/control", state_directory);
    control->socket_path = text_take(&path);
    control->watch = loop_watch_new(loop, listener, LOOP_READ, on_connection, control);
    control->pause = loop_timer_new(loop, LOOP_REAL, "control", on_pause_over, control);
    return control;
}

void control_free(struct control *control)
{
    if (control == NULL)
        return;
    while (control->client_count > 0)
        control_client_drop(control->clients[control->client_count - 1]);
    loop_watch_free(control->watch);
    loop_timer_free(control->pause);
    close(control->listener);
    unlink(control->socket_path);
    free(control->socket_path);
    free(control);
}
