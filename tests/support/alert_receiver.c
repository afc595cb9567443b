/* alert_receiver - many receivers of webhooks in one program, each with its manners by its path:
 *
 *   /well/NAME         takes each message at once
 *   /slow/MS/NAME      takes it after so many milliseconds
 *   /later/SECONDS/NAME  answers the first message of NAME with 429 and Retry-After, takes all others
 *   /hang/NAME         never answers
 *
 * Prints its address on stdout, appends a line "MS PATH STATUS WEBHOOK-ID" per request to the file named, MS
 * since its start, and ends when stdin is closed. */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { NAMES_MOST = 65536 };

struct receiver {
    struct event_base *base;
    FILE *log;
    int64_t begun_at;
    bool asked[NAMES_MOST]; /* who has had his 429, by a hash of the path */
};

struct pause {
    struct receiver *receiver;
    struct evhttp_request *request;
    struct event *timer;
};

static int64_t milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void answer(struct receiver *receiver, struct evhttp_request *request, int status)
{
    const char *id = evhttp_find_header(evhttp_request_get_input_headers(request), "webhook-id");
    fprintf(receiver->log, "%" PRId64 " %s %d %s\n", milliseconds_now() - receiver->begun_at,
        evhttp_request_get_uri(request), status, id ? id : "-");
    fflush(receiver->log); /* who kills the sender wants to know what had come */
    evhttp_send_reply(request, status, status == 200 ? "OK" : "Too Many Requests", NULL);
}

static void on_pause_over(evutil_socket_t descriptor, short events, void *context)
{
    struct pause *pause = context;
    (void)descriptor, (void)events;
    answer(pause->receiver, pause->request, 200);
    event_free(pause->timer);
    free(pause);
}

static void answer_after(struct receiver *receiver, struct evhttp_request *request, long milliseconds)
{
    struct pause *pause = calloc(1, sizeof *pause);
    const struct timeval wait = {milliseconds / 1000, milliseconds % 1000 * 1000};
    if (!pause)
        abort();
    *pause = (struct pause){receiver, request, NULL};
    pause->timer = evtimer_new(receiver->base, on_pause_over, pause);
    evtimer_add(pause->timer, &wait);
}

static size_t place_of(const char *path)
{
    uint32_t hash = 2166136261U;
    for (; *path; path++)
        hash = (hash ^ (uint8_t)*path) * 16777619U;
    return hash % NAMES_MOST;
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct receiver *receiver = context;
    const char *path = evhttp_request_get_uri(request);
    long number = 0;
    const char *behind = strchr(path + 1, '/');
    if (behind)
        number = strtol(behind + 1, NULL, 10);
    if (strncmp(path, "/hang/", 6) == 0)
        return;
    if (strncmp(path, "/slow/", 6) == 0) {
        answer_after(receiver, request, number);
        return;
    }
    bool *asked = &receiver->asked[place_of(path)];
    if (strncmp(path, "/later/", 7) == 0 && !*asked) {
        char seconds[32];
        snprintf(seconds, sizeof seconds, "%ld", number);
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", seconds);
        *asked = true;
        answer(receiver, request, 429);
        return;
    }
    answer(receiver, request, 200);
}

static void on_stdin(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor, (void)events;
    event_base_loopbreak(context);
}

static int port_of(struct evhttp_bound_socket *bound)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &length) < 0)
        return -1;
    return ntohs(address.sin_port);
}

int main(int count, char **arguments)
{
    static struct receiver receiver;
    if (count != 2) {
        fprintf(stderr, "usage: alert_receiver LOG\n");
        return 64;
    }
    receiver.begun_at = milliseconds_now();
    receiver.log = fopen(arguments[1], "we");
    receiver.base = event_base_new();
    struct evhttp *server = receiver.base ? evhttp_new(receiver.base) : NULL;
    struct evhttp_bound_socket *bound =
        server ? evhttp_bind_socket_with_handle(server, "127.0.0.1", 0) : NULL;
    if (!receiver.log || !bound) {
        fprintf(stderr, "alert_receiver: cannot listen or write\n");
        return 74;
    }
    evhttp_set_gencb(server, on_request, &receiver);
    printf("http://127.0.0.1:%d\n", port_of(bound));
    fflush(stdout);
    struct event *end = event_new(receiver.base, 0, EV_READ, on_stdin, receiver.base);
    event_add(end, NULL);
    event_base_dispatch(receiver.base);
    event_free(end);
    evhttp_free(server);
    event_base_free(receiver.base);
    fclose(receiver.log);
    return 0;
}
