/* register_connection.c - one client's connection: take a request, send its answer or misbehave on the wire.
 */
#include "register_parts.h"

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD_MOST 65536

struct connection {
    struct connections *all;
    struct connection *next, *previous;
    struct bufferevent *stream;
    struct event *timer;
    struct evbuffer *waiting;  /* what still goes out */
    const struct fault *fault; /* that this answer suffers */
    bool closing;              /* after the last byte */
    bool answering;
};

static void take_request(struct connection *connection);

static void connection_free(struct connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connection->all->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    bufferevent_free(connection->stream);
    event_free(connection->timer);
    evbuffer_free(connection->waiting);
    free(connection);
}

/* --- sending ---------------------------------------------------------------------------------------------
 */

static void start_timer(struct connection *connection, int64_t milliseconds)
{
    struct timeval delay = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    event_add(connection->timer, &delay);
}

static enum fault_kind fault_of(const struct connection *connection)
{
    return connection->fault != NULL ? connection->fault->kind : FAULT_NONE;
}

/* Everything is in the kernel's hands: what comes next. */
static void on_drained(struct bufferevent *stream, void *context)
{
    struct connection *connection = context;
    if (!connection->answering || event_pending(connection->timer, EV_TIMEOUT, NULL))
        return;
    switch (fault_of(connection)) {
    case FAULT_RESET: {
        struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(bufferevent_getfd(stream), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        connection_free(connection);
        return;
    }
    case FAULT_CLOSE:
        connection_free(connection);
        return;
    case FAULT_DRIP:
        if (evbuffer_get_length(connection->waiting) > 0) {
            start_timer(connection, connection->fault->every_ms);
            return;
        }
        break;
    case FAULT_ENDLESS: {
        static const char row[] = "{\"k_number\":\"K999999\",\"device_name\":\"Never Ending Device\"},\n";
        for (int i = 0; i < 1000; i++)
            bufferevent_write(stream, row, strlen(row));
        return;
    }
    case FAULT_FLOOD:
        for (int i = 0; i < 1000; i++)
            evbuffer_add_printf(bufferevent_get_output(stream), "X-Flood-%d: %060d\r\n", i, i);
        return;
    case FAULT_SILENCE:
        return;
    case FAULT_NONE:
    case FAULT_ANSWER:
    case FAULT_BOMB:
    case FAULT_TRUNCATE:
    case FAULT_LINK:
    case FAULT_TOTAL:
    case FAULT_NOT_MODIFIED:
    case FAULT_KINDS:
        break;
    }
    if (connection->closing) {
        connection_free(connection);
        return;
    }
    connection->answering = false;
    take_request(connection);
}

/* After a delay, or a drop of a drip. */
static void on_timer(evutil_socket_t descriptor, short events, void *context)
{
    (void)descriptor;
    (void)events;
    struct connection *connection = context;
    struct evbuffer *output = bufferevent_get_output(connection->stream);
    size_t length = evbuffer_get_length(connection->waiting);
    if (fault_of(connection) == FAULT_DRIP) {
        size_t drop = connection->fault->bytes > 0 ? (size_t)connection->fault->bytes : 1;
        length = drop < length ? drop : length;
    }
    if (length > 0)
        evbuffer_remove_buffer(connection->waiting, output, length);
    else
        on_drained(connection->stream, connection);
}

static void send_waiting(struct connection *connection)
{
    if (fault_of(connection) == FAULT_SILENCE)
        return;
    int64_t delay = connection->fault != NULL ? connection->fault->delay_ms : 0;
    if (delay > 0 || fault_of(connection) == FAULT_DRIP)
        start_timer(connection, delay);
    else if (evbuffer_get_length(connection->waiting) > 0)
        bufferevent_write_buffer(connection->stream, connection->waiting);
    else
        start_timer(connection, 0); /* nothing to say, so nothing that could drain */
}

static const char *reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 404:
        return "Not Found";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    default:
        return "Status";
    }
}

static void write_head(
    struct connection *connection, const struct register_answer *answer, bool packed, bool sized)
{
    struct evbuffer *head = evbuffer_new();
    evbuffer_add_printf(head,
        "HTTP/1.1 %d %s\r\nServer: open.fda.gov\r\nCache-Control: public, max-age=3600\r\n", answer->status,
        reason(answer->status));
    if (answer->status != 304)
        evbuffer_add_printf(head, "Content-Type: %s\r\n", answer->content_type);
    if (answer->etag[0] != '\0')
        evbuffer_add_printf(head, "ETag: %s\r\n", answer->etag);
    if (answer->last_modified[0] != '\0')
        evbuffer_add_printf(head, "Last-Modified: %s\r\n", answer->last_modified);
    if (answer->link[0] != '\0' && answer->status != 304)
        evbuffer_add_printf(head, "Link: %s\r\n", answer->link);
    evbuffer_add_printf(head, "%s", answer->headers);
    if (connection->fault != NULL && connection->fault->headers != NULL)
        evbuffer_add_printf(head, "%s", connection->fault->headers);
    if (packed)
        evbuffer_add_printf(head, "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
    if (sized && answer->status != 304)
        evbuffer_add_printf(head, "Content-Length: %zu\r\n", evbuffer_get_length(answer->body));
    if (connection->closing)
        evbuffer_add_printf(head, "Connection: close\r\n");
    if (fault_of(connection) != FAULT_FLOOD)
        evbuffer_add_printf(head, "\r\n");
    evbuffer_prepend_buffer(connection->waiting, head);
    evbuffer_free(head);
}

static void send_answer(
    struct connection *connection, const struct register_request *request, struct register_answer *answer)
{
    enum fault_kind kind = fault_of(connection);
    bool accepts = request->accept_encoding != NULL && strstr(request->accept_encoding, "gzip") != NULL;
    bool packed = kind == FAULT_BOMB || (accepts && connection->all->gzip && answer->status == 200);
    if (packed) {
        struct evbuffer *body = register_gzip(answer->body);
        evbuffer_free(answer->body);
        answer->body = body;
    }
    connection->closing = kind == FAULT_ENDLESS || kind == FAULT_BOMB;
    bool cut = kind == FAULT_RESET || kind == FAULT_CLOSE;
    size_t length = evbuffer_get_length(answer->body);
    size_t sent =
        cut ? (connection->fault->after >= 0 ? (size_t)connection->fault->after : length / 2) : length;
    write_head(connection, answer, packed, kind != FAULT_ENDLESS);
    if (kind == FAULT_CLOSE && connection->fault->after < 0)
        evbuffer_drain(connection->waiting, evbuffer_get_length(connection->waiting));
    else if (answer->status != 304 && kind != FAULT_FLOOD)
        evbuffer_remove_buffer(answer->body, connection->waiting, sent < length ? sent : length);
    connection->answering = true;
    send_waiting(connection);
}

/* --- requests --------------------------------------------------------------------------------------------
 */

static void read_header(struct register_request *request, char *line)
{
    const struct {
        const char *name;
        char **value;
    } wanted[] = {{"Host", &request->host}, {"If-None-Match", &request->if_none_match},
        {"If-Modified-Since", &request->if_modified_since}, {"Accept-Encoding", &request->accept_encoding},
        {"User-Agent", &request->user_agent}, {"Cookie", &request->cookie},
        {"Content-Length", &request->content_length}};
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return;
    *colon = '\0';
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcasecmp(line, wanted[i].name) == 0 && *wanted[i].value == NULL)
            *wanted[i].value = strdup(colon + 1 + strspn(colon + 1, " "));
}

/* The request line and the headers of interest; false when it is no HTTP. */
static bool read_request(struct evbuffer *input, struct register_request *request)
{
    size_t length;
    char *line = evbuffer_readln(input, &length, EVBUFFER_EOL_CRLF);
    char *target = line != NULL ? strchr(line, ' ') : NULL;
    char *version = target != NULL ? strchr(target + 1, ' ') : NULL;
    TAILQ_INIT(&request->query);
    if (version == NULL || strncmp(version, " HTTP/1.", 8) != 0) {
        free(line);
        return false;
    }
    *target = *version = '\0';
    request->method = strdup(line);
    request->target = strdup(target + 1);
    char *question = strchr(target + 1, '?');
    if (question != NULL) {
        *question = '\0';
        evhttp_parse_query_str(question + 1, &request->query);
    }
    request->path = strdup(target + 1);
    free(line);
    while ((line = evbuffer_readln(input, &length, EVBUFFER_EOL_CRLF)) != NULL && length > 0) {
        read_header(request, line);
        free(line);
    }
    free(line);
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "POST") == 0;
}

static void request_release(struct register_request *request)
{
    evhttp_clear_headers(&request->query);
    free(request->target);
    free(request->path);
    free(request->method);
    free(request->host);
    free(request->if_none_match);
    free(request->if_modified_since);
    free(request->accept_encoding);
    free(request->user_agent);
    free(request->cookie);
    free(request->content_length);
    free(request->body);
}

static void answer_request(struct connection *connection, const struct register_request *request)
{
    struct register_answer answer = {.body = evbuffer_new()};
    connection->fault = connection->all->answer(connection->all->context, request, &answer);
    send_answer(connection, request, &answer);
    evbuffer_free(answer.body);
}

/* Of the request whose head ends at `head`: how long its body is. */
static size_t body_length(struct evbuffer *input, size_t head)
{
    char text[HEAD_MOST + 1];
    size_t length = head < HEAD_MOST ? head : HEAD_MOST;
    evbuffer_copyout(input, text, length);
    text[length] = '\0';
    const char *header = strcasestr(text, "\r\ncontent-length:");
    return header != NULL ? (size_t)atoll(header + strlen("\r\ncontent-length:")) : 0;
}

static void take_request(struct connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->stream);
    ssize_t head = evbuffer_search(input, "\r\n\r\n", 4, NULL).pos;
    size_t length = head >= 0 ? body_length(input, (size_t)head) : 0;
    if (connection->answering || head < 0 || evbuffer_get_length(input) < (size_t)head + 4 + length) {
        if (evbuffer_get_length(input) > HEAD_MOST)
            connection_free(connection);
        return;
    }
    struct register_request request = {0};
    bool good = read_request(input, &request);
    if (good && length > 0) {
        request.body = calloc(1, length + 1);
        evbuffer_remove(input, request.body, length);
    }
    if (good)
        answer_request(connection, &request);
    else
        connection_free(connection);
    request_release(&request);
}

static void on_bytes(struct bufferevent *stream, void *context)
{
    (void)stream;
    take_request(context);
}

static void on_end(struct bufferevent *stream, short events, void *context)
{
    (void)stream;
    if (events & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        connection_free(context);
}

/* --- coming and going -------------------------------------------------------------------------------------
 */

void connection_open(struct connections *all, int descriptor)
{
    struct connection *connection = calloc(1, sizeof *connection);
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->all = all;
    connection->next = all->first;
    if (connection->next != NULL)
        connection->next->previous = connection;
    all->first = connection;
    connection->waiting = evbuffer_new();
    connection->timer = evtimer_new(all->base, on_timer, connection);
    connection->stream = bufferevent_socket_new(all->base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(connection->stream, on_bytes, on_drained, on_end, connection);
    bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
}

void connections_close(struct connections *all)
{
    while (all->first != NULL)
        connection_free(all->first);
}
