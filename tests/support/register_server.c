/* register_server.c - connections: take a request, find its answer, send it or misbehave. */
#include "register_server.h"

#include "register_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MOST 65536

struct register_server {
    struct event_base *base;
    struct evconnlistener *listener;
    struct connection *connections;
    char url[40];
    struct dataset **datasets;
    size_t dataset_count;
    char *folder;
    struct scenario *scenario;
    bool validators, gzip;
    FILE *log;
    char **lines;
    int64_t requests;
};

struct connection {
    struct register_server *server;
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
        connection->server->connections = connection->next;
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
    bool packed = kind == FAULT_BOMB || (accepts && connection->server->gzip && answer->status == 200);
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

/* --- answering -------------------------------------------------------------------------------------------
 */

static const char *type_of(const char *path)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".json", "application/json; charset=utf-8"}, {".csv", "text/csv"},
        {".html", "text/html; charset=utf-8"}, {".xml", "application/xml"}, {".zip", "application/zip"}};
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].ending, ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static bool answer_from_folder(
    const char *folder, const struct register_request *request, struct register_answer *answer)
{
    char file[4096];
    struct stat about;
    if (folder == NULL || strstr(request->path, "..") != NULL)
        return false;
    snprintf(file, sizeof file, "%s%s", folder, request->path);
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(descriptor);
        return false;
    }
    struct tm broken;
    answer->status = 200;
    snprintf(answer->content_type, sizeof answer->content_type, "%s", type_of(file));
    strftime(answer->last_modified, sizeof answer->last_modified, "%a, %d %b %Y %H:%M:%S GMT",
        gmtime_r(&about.st_mtime, &broken));
    while (evbuffer_read(answer->body, descriptor, 1 << 20) > 0)
        continue;
    close(descriptor);
    return true;
}

/* As Express makes them: weak, from the body alone. */
static void add_etag(struct register_answer *answer)
{
    uint64_t hash = 14695981039346656037ull;
    size_t length = evbuffer_get_length(answer->body);
    const unsigned char *bytes = evbuffer_pullup(answer->body, -1);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 1099511628211ull;
    snprintf(answer->etag, sizeof answer->etag, "W/\"%zx-%016llx\"", length, (unsigned long long)hash);
}

static void find_answer(
    struct register_server *server, const struct register_request *request, struct register_answer *answer)
{
    bool found = false;
    answer->page = 1;
    for (size_t i = 0; !found && i < server->dataset_count; i++)
        if (strcmp(dataset_path(server->datasets[i]), request->path) == 0) {
            dataset_answer(server->datasets[i], request, answer);
            found = true;
        }
    if (!found && !answer_from_folder(server->folder, request, answer)) {
        answer->status = 404;
        strcpy(answer->content_type, "text/html; charset=utf-8");
        evbuffer_add_printf(answer->body, "<pre>Cannot GET this path</pre>\n");
    }
    if (!server->validators)
        answer->last_modified[0] = '\0';
    else if (answer->status == 200)
        add_etag(answer);
    if ((request->if_none_match != NULL && strcmp(request->if_none_match, answer->etag) == 0) ||
        (request->if_none_match == NULL && request->if_modified_since != NULL &&
            strcmp(request->if_modified_since, answer->last_modified) == 0))
        answer->status = 304;
}

static void remember(struct register_server *server, const struct register_request *request,
    const struct register_answer *answer, const struct fault *fault)
{
    json_t *line = json_pack("{s:I, s:s?, s:s?, s:s?, s:I, s:i, s:s, s:s?, s:s?, s:s?, s:s?}", "n",
        (json_int_t)server->requests + 1, "method", request->method, "target", request->target, "path",
        request->path, "page", (json_int_t)answer->page, "status", answer->status, "fault",
        fault != NULL ? fault->name : "", "if_none_match", request->if_none_match, "if_modified_since",
        request->if_modified_since, "accept_encoding", request->accept_encoding, "user_agent",
        request->user_agent);
    server->lines = realloc(server->lines, (size_t)(server->requests + 1) * sizeof *server->lines);
    if (line == NULL || server->lines == NULL)
        abort();
    server->lines[server->requests++] = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (server->log != NULL) {
        fprintf(server->log, "%s\n", server->lines[server->requests - 1]);
        fflush(server->log);
    }
}

static void answer_request(struct connection *connection, const struct register_request *request)
{
    struct register_server *server = connection->server;
    struct register_answer answer = {.body = evbuffer_new()};
    find_answer(server, request, &answer);
    connection->fault = scenario_meet(server->scenario, request->path, answer.page);
    if (connection->fault != NULL)
        fault_apply(connection->fault, &answer);
    remember(server, request, &answer, connection->fault);
    send_answer(connection, request, &answer);
    evbuffer_free(answer.body);
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
        {"User-Agent", &request->user_agent}};
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
    return strcmp(request->method, "GET") == 0;
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
}

static void take_request(struct connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->stream);
    if (connection->answering || evbuffer_search(input, "\r\n\r\n", 4, NULL).pos < 0) {
        if (evbuffer_get_length(input) > HEAD_MOST)
            connection_free(connection);
        return;
    }
    struct register_request request = {0};
    if (read_request(input, &request))
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

static void on_accept(struct evconnlistener *listener, evutil_socket_t descriptor, struct sockaddr *address,
    int length, void *context)
{
    (void)listener;
    (void)address;
    (void)length;
    struct register_server *server = context;
    struct connection *connection = calloc(1, sizeof *connection);
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->server = server;
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    server->connections = connection;
    connection->waiting = evbuffer_new();
    connection->timer = evtimer_new(server->base, on_timer, connection);
    connection->stream = bufferevent_socket_new(server->base, descriptor, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(connection->stream, on_bytes, on_drained, on_end, connection);
    bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
}

/* --- the server ------------------------------------------------------------------------------------------
 */

struct register_server *register_server_new(struct event_base *base, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct register_server *server = calloc(1, sizeof *server);
    server->base = base;
    server->listener = evconnlistener_new_bind(base, on_accept, server,
        LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 64,
        (const struct sockaddr *)&address, (int)sizeof address);
    if (server->listener == NULL ||
        getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&address, &length) != 0) {
        fprintf(stderr, "127.0.0.1:%d: %s\n", port, strerror(errno));
        register_server_free(server);
        return NULL;
    }
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return server;
}

void register_server_free(struct register_server *server)
{
    if (server == NULL)
        return;
    while (server->connections != NULL)
        connection_free(server->connections);
    if (server->listener != NULL)
        evconnlistener_free(server->listener);
    for (size_t i = 0; i < server->dataset_count; i++)
        dataset_free(server->datasets[i]);
    free(server->datasets);
    scenario_free(server->scenario);
    for (int64_t i = 0; i < server->requests; i++)
        free(server->lines[i]);
    free(server->lines);
    free(server->folder);
    free(server);
}

const char *register_server_url(const struct register_server *server)
{
    return server->url;
}

int register_server_dataset(struct register_server *server, const char *path, const char *file)
{
    struct dataset *dataset = dataset_read(path, file);
    if (dataset == NULL)
        return -1;
    for (size_t i = 0; i < server->dataset_count; i++)
        if (strcmp(dataset_path(server->datasets[i]), path) == 0) {
            dataset_free(server->datasets[i]);
            server->datasets[i] = dataset;
            return 0;
        }
    server->datasets = realloc(server->datasets, (server->dataset_count + 1) * sizeof *server->datasets);
    server->datasets[server->dataset_count++] = dataset;
    return 0;
}

void register_server_folder(struct register_server *server, const char *folder)
{
    free(server->folder);
    server->folder = folder != NULL ? strdup(folder) : NULL;
}

int register_server_scenario(struct register_server *server, const char *json)
{
    struct scenario *scenario = json != NULL ? scenario_parse(json) : NULL;
    if (json != NULL && scenario == NULL)
        return -1;
    /* Answers that are still under way have their fault in the old scenario: they end with it. */
    while (server->connections != NULL)
        connection_free(server->connections);
    scenario_free(server->scenario);
    server->scenario = scenario;
    return 0;
}

void register_server_validators(struct register_server *server, bool on)
{
    server->validators = on;
}

void register_server_gzip(struct register_server *server, bool on)
{
    server->gzip = on;
}

void register_server_log(struct register_server *server, FILE *log)
{
    server->log = log;
}

int64_t register_server_requests(const struct register_server *server)
{
    return server->requests;
}

const char *register_server_request(const struct register_server *server, int64_t number)
{
    return number >= 1 && number <= server->requests ? server->lines[number - 1] : NULL;
}
