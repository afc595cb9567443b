/* register_server.c - the server: which answer a request gets, and which fault it meets. */
#include "register_server.h"

#include "register_dialect.h"
#include "register_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct register_server {
    struct evconnlistener *listener;
    struct connections connections;
    char url[40];
    struct dataset **datasets;
    size_t dataset_count;
    struct spoken {
        const struct dialect *dialect;
        struct dialect_rows rows;
    } spoken[16];
    size_t spoken_count;
    struct served {
        char *path, *file, *type;
    } served[16];
    size_t served_count;
    char *folder;
    struct scenario *scenario;
    bool validators;
    FILE *log;
    char **lines;
    int64_t requests;
};

/* --- answering -------------------------------------------------------------------------------------------
 */

static const char *type_of(const char *path)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".json", "application/json; charset=utf-8"}, {".csv", "text/csv"}, {".CSV", "text/csv"},
        {".html", "text/html; charset=utf-8"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {".xml", "application/xml"}, {".zip", "application/zip"}};
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].ending, ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static bool answer_from_file(const char *file, const char *type, struct register_answer *answer)
{
    struct stat about;
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(descriptor);
        return false;
    }
    struct tm broken;
    answer->status = 200;
    snprintf(answer->content_type, sizeof answer->content_type, "%s", type);
    strftime(answer->last_modified, sizeof answer->last_modified, "%a, %d %b %Y %H:%M:%S GMT",
        gmtime_r(&about.st_mtime, &broken));
    while (evbuffer_read(answer->body, descriptor, 1 << 20) > 0)
        continue;
    close(descriptor);
    return true;
}

static bool answer_from_folder(
    const char *folder, const struct register_request *request, struct register_answer *answer)
{
    char file[4096];
    if (folder == NULL || strstr(request->path, "..") != NULL)
        return false;
    snprintf(file, sizeof file, "%s%s", folder, request->path);
    return answer_from_file(file, type_of(file), answer);
}

/* A register that speaks for itself, or a path whose file does not tell its type. */
static bool answer_in_dialect(const struct register_server *server, const struct register_request *request,
    struct register_answer *answer)
{
    for (size_t i = 0; i < server->spoken_count; i++)
        if (server->spoken[i].dialect->answer(&server->spoken[i].rows, request, answer))
            return true;
    for (size_t i = 0; i < server->served_count; i++)
        if (strcmp(server->served[i].path, request->path) == 0)
            return answer_from_file(server->served[i].file, server->served[i].type, answer);
    return false;
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
    if (!found && !answer_in_dialect(server, request, answer) &&
        !answer_from_folder(server->folder, request, answer)) {
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
    json_t *line = json_pack("{s:I, s:s?, s:s?, s:s?, s:I, s:i, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
        "n", (json_int_t)server->requests + 1, "method", request->method, "target", request->target, "path",
        request->path, "page", (json_int_t)answer->page, "status", answer->status, "fault",
        fault != NULL ? fault->name : "", "if_none_match", request->if_none_match, "if_modified_since",
        request->if_modified_since, "accept_encoding", request->accept_encoding, "user_agent",
        request->user_agent, "cookie", request->cookie, "body", request->body);
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

static const struct fault *answer_request(
    void *context, const struct register_request *request, struct register_answer *answer)
{
    struct register_server *server = context;
    find_answer(server, request, answer);
    const struct fault *fault = scenario_meet(server->scenario, request->path, answer->page);
    if (fault != NULL)
        fault_apply(fault, answer);
    remember(server, request, answer, fault);
    return fault;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t descriptor, struct sockaddr *address,
    int length, void *context)
{
    (void)listener;
    (void)address;
    (void)length;
    struct register_server *server = context;
    connection_open(&server->connections, descriptor);
}

/* --- the server ------------------------------------------------------------------------------------------
 */

struct register_server *register_server_new(struct event_base *base, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct register_server *server = calloc(1, sizeof *server);
    server->connections = (struct connections){.base = base, .answer = answer_request, .context = server};
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
    connections_close(&server->connections);
    if (server->listener != NULL)
        evconnlistener_free(server->listener);
    for (size_t i = 0; i < server->dataset_count; i++)
        dataset_free(server->datasets[i]);
    free(server->datasets);
    for (size_t i = 0; i < server->spoken_count; i++)
        dialect_rows_release(&server->spoken[i].rows);
    for (size_t i = 0; i < server->served_count; i++) {
        free(server->served[i].path);
        free(server->served[i].file);
        free(server->served[i].type);
    }
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

int register_server_dialect(struct register_server *server, const char *name, const char *file)
{
    const struct dialect *dialect = dialect_find(name);
    struct dialect_rows rows;
    size_t place = 0;
    while (place < server->spoken_count && server->spoken[place].dialect != dialect)
        place++;
    if (dialect == NULL || place == sizeof server->spoken / sizeof *server->spoken) {
        fprintf(stderr, "%s: no such dialect, or too many\n", name);
        return -1;
    }
    if (!dialect_rows_read(file, &rows))
        return -1;
    if (place < server->spoken_count)
        dialect_rows_release(&server->spoken[place].rows);
    else
        server->spoken_count++;
    server->spoken[place] = (struct spoken){dialect, rows};
    return 0;
}

int register_server_serve(
    struct register_server *server, const char *path, const char *file, const char *type)
{
    if (server->served_count == sizeof server->served / sizeof *server->served)
        return -1;
    server->served[server->served_count++] = (struct served){strdup(path), strdup(file), strdup(type)};
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
    connections_close(&server->connections);
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
    server->connections.gzip = on;
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
