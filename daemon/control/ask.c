/* ask.c - m13ctl's end. */
#include "m13/control.h"
#include "protocol.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int reach(const char *state_directory)
{
    struct sockaddr_un address;
    int r = control_address(state_directory, &address);
    int connection = r < 0 ? -1 : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (r == 0 && connection < 0)
        r = -errno;
    if (r == 0 && connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
        r = -errno;
    if (r < 0 && connection >= 0)
        close(connection);
    return r < 0 ? r : connection;
}

/* Answers until the one that says `done`. */
static int hear(
    int connection, void (*each)(json_t *answer, void *context), void *context, struct failure *ret_failure)
{
    for (;;) {
        json_t *answer;
        int descriptors[CONTROL_MOST_FILES];
        size_t count;
        int r = packet_receive(connection, &answer, descriptors, &count);
        while (count > 0)
            close(descriptors[--count]); /* a daemon sends none */
        if (r <= 0)
            return fail(ret_failure, r < 0 ? r : -ECONNRESET, "m13d has hung up before it was done");
        bool done = json_is_true(json_object_get(answer, "done"));
        int exit_code = (int)json_integer_value(json_object_get(answer, "exit"));
        each(answer, context);
        json_decref(answer);
        if (done)
            return exit_code;
    }
}

int control_ask(const char *state_directory, json_t *arguments, const int *descriptors,
    size_t descriptor_count, void (*each)(json_t *answer, void *context), void *context,
    struct failure *ret_failure)
{
    int connection = reach(state_directory);
    int r = connection < 0 ? connection : packet_send(connection, arguments, descriptors, descriptor_count);
    json_decref(arguments);
    if (r < 0)
        fail(ret_failure, r, "%s/control: %s", state_directory, strerror(-r));
    else
        r = hear(connection, each, context, ret_failure);
    if (connection >= 0)
        close(connection);
    return r;
}
