/* register_server_main.c - the register server as a program. */
#include "register_server.h"

#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "register_server [OPTION]...   a regulator's register on 127.0.0.1, for tests and the demonstration\n"
    "\n"
    "  --dataset PATH=FILE   rows of PATH (e.g. /device/510k.json=rows.ndjson), one JSON object a line, "
    "served\n"
    "                        as openFDA would: limit, skip, search, sort, search_after, Link, meta, errors\n"
    "  --dialect NAME=FILE   a register with a way of its own over rows of FILE, one JSON object a line:\n"
    "                        eudamed-certificates, eudamed-certificate-details, eudamed-actors,\n"
    "                        eudamed-devices, tga-artg, roszdravnadzor-elk, cdsco-import\n"
    "  --serve PATH|FILE|TYPE  PATH is FILE, of this content type\n"
    "  --folder DIR          any other path is a file below DIR, as it is\n"
    "  --scenario FILE       faults, see below\n"
    "  --log FILE            one JSON object a request: n, method, target, path, page, status, fault,\n"
    "                        if_none_match, if_modified_since, accept_encoding, user_agent, cookie, body\n"
    "  --etag                send ETag (and Last-Modified for files), answer 304 to them\n"
    "  --gzip                compress when the client accepts it\n"
    "  --port N              default 0: a free one\n"
    "\n"
    "Prints `listening on http://127.0.0.1:PORT`, and stops on SIGTERM, SIGINT, or when standard input "
    "closes.\n"
    "SIGHUP reads datasets and scenario again, and forgets what the scenario had counted.\n"
    "\n"
    "A scenario is a JSON array; the first fault that fits a request is applied to it. A fault:\n"
    "  \"path\": \"/device/510k.json\", \"page\": 2     only requests that fit (page of a chain, from 1)\n"
    "  \"request\": 3   or   \"from\": 2, \"to\": 4     the n-th of those that fit; default all\n"
    "  \"delay_ms\": 500                            before the answer, with any of:\n"
    "  \"do\": \"delay\"         nothing else\n"
    "        \"status\"        \"status\", \"headers\": {}, \"body\", \"content_type\" instead of the "
    "answer\n"
    "        \"html\"          a page of maintenance with 200\n"
    "        \"wrong-json\"    JSON of another shape with 200\n"
    "        \"truncate\"      a whole answer with the first half of the document (\"after\": bytes)\n"
    "        \"reset\"         half of the body (\"after\": bytes), then the connection is reset\n"
    "        \"close\"         closes without an answer, or after \"after\" bytes of the body\n"
    "        \"drip\"          \"bytes\" (1) every \"every_ms\" (100)\n"
    "        \"silence\"       takes the request, never answers\n"
    "        \"endless\"       a body that never stops\n"
    "        \"flood\"         headers that never stop\n"
    "        \"bomb\"          gzip that unpacks to \"bytes\" (32 MiB) more, a thousandfold\n"
    "        \"link\"          \"link\": another Link header; \"\" = none\n"
    "        \"total\"         \"total\": another declared total\n"
    "        \"not-modified\"  304, whatever was asked\n";

struct program {
    struct event_base *base;
    struct register_server *server;
    char *datasets[32]; /* PATH=FILE */
    size_t dataset_count;
    char *dialects[32]; /* NAME=FILE */
    size_t dialect_count;
    char *serves[32]; /* PATH|FILE|TYPE */
    size_t serve_count;
    const char *scenario;
};

static char *read_file(const char *file)
{
    FILE *stream = fopen(file, "re");
    char *text = NULL;
    size_t capacity = 0;
    if (stream == NULL || getdelim(&text, &capacity, '\0', stream) < 0)
        perror(file);
    if (stream != NULL)
        fclose(stream);
    return text;
}

static int serve(struct register_server *server, char *argument)
{
    char *file = strchr(argument, '|'), *type = strrchr(argument, '|');
    if (file == NULL || file == type)
        return -1;
    *file = *type = '\0';
    return register_server_serve(server, argument, file + 1, type + 1);
}

static int load(struct program *program)
{
    for (size_t i = 0; i < program->dialect_count; i++) {
        char *file = strchr(program->dialects[i], '=');
        *file = '\0';
        int r = register_server_dialect(program->server, program->dialects[i], file + 1);
        *file = '=';
        if (r != 0)
            return r;
    }
    for (size_t i = 0; i < program->dataset_count; i++) {
        char *file = strchr(program->datasets[i], '=');
        *file = '\0';
        int r = register_server_dataset(program->server, program->datasets[i], file + 1);
        *file = '=';
        if (r != 0)
            return r;
    }
    if (program->scenario == NULL)
        return 0;
    char *json = read_file(program->scenario);
    int r = json != NULL ? register_server_scenario(program->server, json) : -1;
    free(json);
    return r;
}

static void on_stop(evutil_socket_t signal, short events, void *context)
{
    (void)signal;
    (void)events;
    event_base_loopbreak(context);
}

static void on_input(evutil_socket_t descriptor, short events, void *context)
{
    (void)events;
    char bytes[256];
    if (read(descriptor, bytes, sizeof bytes) <= 0)
        event_base_loopbreak(context);
}

static void on_reload(evutil_socket_t signal, short events, void *context)
{
    (void)signal;
    (void)events;
    load(context);
}

static void run(struct program *program)
{
    struct event *terminate = evsignal_new(program->base, SIGTERM, on_stop, program->base);
    struct event *interrupt = evsignal_new(program->base, SIGINT, on_stop, program->base);
    struct event *reload = evsignal_new(program->base, SIGHUP, on_reload, program);
    struct event *input =
        event_new(program->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, program->base);
    event_add(terminate, NULL);
    event_add(interrupt, NULL);
    event_add(reload, NULL);
    /* A terminal, a pipe or a socket tells when its other end is gone; /dev/null or a file does not. */
    if (event_add(input, NULL) != 0)
        fprintf(stderr, "standard input cannot be watched, ignoring it\n");
    printf("listening on %s\n", register_server_url(program->server));
    fflush(stdout);
    event_base_dispatch(program->base);
    event_free(terminate);
    event_free(interrupt);
    event_free(reload);
    event_free(input);
}

static const struct option options[] = {
    {"dataset", required_argument, NULL, 'd'},
    {"dialect", required_argument, NULL, 'D'},
    {"serve", required_argument, NULL, 'S'},
    {"folder", required_argument, NULL, 'f'},
    {"scenario", required_argument, NULL, 's'},
    {"log", required_argument, NULL, 'l'},
    {"etag", no_argument, NULL, 'e'},
    {"gzip", no_argument, NULL, 'g'},
    {"port", required_argument, NULL, 'p'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

int main(int argc, char **argv)
{
    struct program program = {0};
    const char *folder = NULL;
    FILE *log = NULL;
    bool validators = false, gzip = false;
    uint16_t port = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'd' && strchr(optarg, '=') != NULL && program.dataset_count < 32)
            program.datasets[program.dataset_count++] = optarg;
        else if (option == 'D' && strchr(optarg, '=') != NULL && program.dialect_count < 32)
            program.dialects[program.dialect_count++] = optarg;
        else if (option == 'S' && program.serve_count < 32)
            program.serves[program.serve_count++] = optarg;
        else if (option == 'f')
            folder = optarg;
        else if (option == 's')
            program.scenario = optarg;
        else if (option == 'l' && (log = fopen(optarg, "ae")) == NULL)
            perror(optarg);
        else if (option == 'e')
            validators = true;
        else if (option == 'g')
            gzip = true;
        else if (option == 'p')
            port = (uint16_t)atoi(optarg);
        else if (option != 'l' || log == NULL) {
            fputs(help, option == 'h' ? stdout : stderr);
            return option == 'h' ? 0 : 64;
        }
    }
    signal(SIGPIPE, SIG_IGN);
    program.base = event_base_new();
    program.server = register_server_new(program.base, port);
    int result = 69;
    if (program.server != NULL) {
        register_server_folder(program.server, folder);
        register_server_validators(program.server, validators);
        register_server_gzip(program.server, gzip);
        register_server_log(program.server, log);
        for (size_t i = 0; i < program.serve_count && result == 69; i++)
            result = serve(program.server, program.serves[i]) == 0 ? 69 : 64;
        if (result == 69)
            result = load(&program) == 0 ? 0 : 65;
        if (result == 0)
            run(&program);
    }
    register_server_free(program.server);
    event_base_free(program.base);
    if (log != NULL)
        fclose(log);
    return result;
}
