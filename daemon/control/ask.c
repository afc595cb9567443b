/* ask.c - m13ctl's end. */
#include "m13/control.h"

#include "wire.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int send_request(int connection, json_t *arguments, const int *descriptors, size_t descriptor_count,
    struct failure *ret_failure)
{
    char *request = json_dumps(arguments, JSON_COMPACT);
    size_t length = request != NULL ? strlen(request) : 0;
    int r = 0;
    if (request == NULL)
        r = fail(ret_failure, -EINVAL, "the request is no JSON object");
    else if (length > LIMIT_CONTROL_REQUEST_BYTES)
        r = fail(ret_failure, -E2BIG, "the request has %zu bytes; %d are taken at once", length,
            LIMIT_CONTROL_REQUEST_BYTES);
    else if (descriptor_count > LIMIT_CONTROL_FILES)
        r = fail(
            ret_failure, -E2BIG, "%zu files; %d are taken at once", descriptor_count, LIMIT_CONTROL_FILES);
    else
        r = control_send(connection, request, length, descriptors, descriptor_count);
    free(request);
    /* A daemon that went while it was asked, or would not hear us, has left its reason to be read. */
    if (r == -EPIPE || r == -ECONNRESET)
        return 0;
    if (r < 0 && r != -EINVAL && r != -E2BIG)
        fail(ret_failure, r, "m13d cannot be asked: %s", strerror(-r));
    return r;
}

static int receive_answer(int connection, char *bytes, json_t **ret_answer, struct failure *ret_failure)
{
    struct control_packet packet;
    int r = control_receive(connection, bytes, LIMIT_CONTROL_PACKET_BYTES, &packet);
    for (size_t i = 0; i < packet.file_count; i++) /* no answer has any */
        close(packet.files[i]);
    if (r < 0 || packet.length == 0)
        return fail(ret_failure, -ECONNRESET, "m13d went away before it had answered%s%s", r < 0 ? ": " : "",
            r < 0 ? strerror(-r) : "");
    *ret_answer = json_loadb(bytes, packet.length, 0, NULL);
    if (!json_is_object(*ret_answer)) {
        json_decref(*ret_answer);
        return fail(ret_failure, -EPROTO, "what m13d answers is not understood: are both of one version?");
    }
    return 0;
}

static int read_answers(
    int connection, void (*each)(json_t *answer, void *context), void *context, struct failure *ret_failure)
{
    char *bytes = memory_get(LIMIT_CONTROL_PACKET_BYTES);
    int r;
    for (bool done = false; !done;) {
        json_t *answer = NULL;
        r = receive_answer(connection, bytes, &answer, ret_failure);
        if (r < 0)
            break;
        const char *problem = json_string_value(json_object_get(answer, "problem"));
        done = json_is_true(json_object_get(answer, "done"));
        if (done) {
            r = (int)json_integer_value(json_object_get(answer, "exit"));
            if (problem != NULL)
                fail(ret_failure, -ECANCELED, "%s", problem);
        }
        /* The last one tells nothing but the exit code, unless there is a problem. */
        if (!done || problem != NULL)
            each(answer, context);
        json_decref(answer);
    }
    free(bytes);
    return r;
}

int control_ask(const char *state_directory, json_t *arguments, const int *descriptors,
    size_t descriptor_count, void (*each)(json_t *answer, void *context), void *context,
    struct failure *ret_failure)
{
    int connection = control_connect(state_directory, ret_failure), r = connection;
    if (connection >= 0)
        r = send_request(connection, arguments, descriptors, descriptor_count, ret_failure);
    if (r >= 0)
        r = read_answers(connection, each, context, ret_failure);
    if (connection >= 0)
        close(connection);
    json_decref(arguments);
    return r;
}
