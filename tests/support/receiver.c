#include "receiver.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MOST = 64, ENDLESS_BYTES = 64 * 1024 };

struct receiver {
    struct event_base *base;
    struct evconnlistener *listener;
    char url[40], header[1024];
    char *answer, *request;
    size_t answer_length;
    bool never_ends;
    int requests;
    struct bufferevent *connections[CONNECTIONS_MOST];
};

static void give_up(const char *what)
{
    fprintf(stderr, "receiver: %s\n", what);
    exit(1);
}

static void end_connection(struct receiver *receiver, struct bufferevent *connection)
{
    for (size_t i = 0; i < CONNECTIONS_MOST; i++)
        if (receiver->connections[i] == connection)
            receiver->connections[i] = NULL;
    bufferevent_free(connection);
}

/* --- what comes ------------------------------------------------------------------------------------------
 */

/* Bytes of the body of a request whose head is whole; -1 when it is not. */
static long body_length(const char *request, const char **ret_body)
{
    const char *end = strstr(request, "\r\n\r\n"), *length = strcasestr(request, "\r\nContent-Length:");
    if (end == NULL)
        return -1;
    *ret_body = end + 4;
    return length != NULL && length < end ? strtol(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

static void write_more(struct bufferevent *connection, void *context)
{
    struct receiver *receiver = context;
    if (!receiver->never_ends) {
        end_connection(receiver, connection);
        return;
    }
    for (size_t written = 0; written < ENDLESS_BYTES; written += receiver->answer_length)
        bufferevent_write(connection, receiver->answer, receiver->answer_length);
}

static void on_read(struct bufferevent *connection, void *context)
{
    struct receiver *receiver = context;
    struct evbuffer *input = bufferevent_get_input(connection);
    size_t length = evbuffer_get_length(input);
    char *request = calloc(1, length + 1);
    const char *body = NULL;
    evbuffer_copyout(input, request, length);
    long expected = body_length(request, &body);
    if (expected < 0 || strlen(body) < (size_t)expected) {
        free(request);
        return;
    }
    evbuffer_drain(input, length);
    free(receiver->request);
    receiver->request = request;
    receiver->requests++;
    if (receiver->answer_length == 0) {
        end_connection(receiver, connection);
        return;
    }
    bufferevent_setcb(connection, NULL, write_more, NULL, receiver);
    bufferevent_write(connection, receiver->answer, receiver->answer_length);
}

static void on_end(struct bufferevent *connection, short what, void *context)
{
    (void)what;
    end_connection(context, connection);
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t descriptor,
    struct sockaddr *address, int length, void *context)
{
    struct receiver *receiver = context;
    size_t free_one = 0;
    (void)listener;
    (void)address;
    (void)length;
    while (free_one < CONNECTIONS_MOST && receiver->connections[free_one] != NULL)
        free_one++;
    if (free_one == CONNECTIONS_MOST)
        give_up("too many connections");
    struct bufferevent *connection =
        bufferevent_socket_new(receiver->base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    receiver->connections[free_one] = connection;
    bufferevent_setcb(connection, on_read, NULL, on_end, receiver);
    bufferevent_enable(connection, EV_READ | EV_WRITE);
}

/* --- its life --------------------------------------------------------------------------------------------
 */

struct receiver *receiver_new(struct event_base *base)
{
    struct receiver *receiver = calloc(1, sizeof *receiver);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    receiver->base = base;
    receiver->listener = evconnlistener_new_bind(base, on_connection, receiver,
        LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, -1, (struct sockaddr *)&address, sizeof address);
    if (receiver->listener == NULL ||
        getsockname(evconnlistener_get_fd(receiver->listener), (struct sockaddr *)&address, &length) < 0)
        give_up("cannot listen on 127.0.0.1");
    snprintf(receiver->url, sizeof receiver->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    receiver_answer(receiver, 204, "", "");
    return receiver;
}

void receiver_free(struct receiver *receiver)
{
    for (size_t i = 0; i < CONNECTIONS_MOST; i++)
        if (receiver->connections[i] != NULL)
            bufferevent_free(receiver->connections[i]);
    evconnlistener_free(receiver->listener);
    free(receiver->answer);
    free(receiver->request);
    free(receiver);
}

const char *receiver_url(const struct receiver *receiver)
{
    return receiver->url;
}

void receiver_answer_bytes(struct receiver *receiver, const char *bytes, size_t length)
{
    free(receiver->answer);
    receiver->answer = malloc(length + 1);
    memcpy(receiver->answer, bytes, length);
    receiver->answer_length = length;
    receiver->never_ends = false;
}

void receiver_answer(struct receiver *receiver, int status, const char *headers, const char *body)
{
    size_t length = strlen(headers) + strlen(body) + 200;
    char *bytes = malloc(length);
    snprintf(bytes, length, "HTTP/1.1 %d Told\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%s",
        status, strlen(body), headers, body);
    receiver_answer_bytes(receiver, bytes, strlen(bytes));
    free(bytes);
}

void receiver_never_ends(struct receiver *receiver)
{
    receiver->never_ends = true;
}

int receiver_requests(const struct receiver *receiver)
{
    return receiver->requests;
}

const char *receiver_request(const struct receiver *receiver)
{
    return receiver->request != NULL ? receiver->request : "";
}

const char *receiver_body(const struct receiver *receiver)
{
    const char *body = "";
    (void)body_length(receiver_request(receiver), &body);
    return body;
}

const char *receiver_header(struct receiver *receiver, const char *name)
{
    char wanted[100];
    snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
    const char *found = strcasestr(receiver_request(receiver), wanted);
    const char *value = found != NULL ? found + strlen(wanted) : "";
    snprintf(receiver->header, sizeof receiver->header, "%.*s", (int)strcspn(value, "\r"), value);
    return receiver->header;
}
