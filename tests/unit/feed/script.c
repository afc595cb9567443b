#include "script.h"

#include "m13/memory.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void remember(struct script *script, const struct script_request *request)
{
    struct text line = TEXT_WITH_CEILING(1 << 16);
    text_append_format(&line, "%s %s", request->method, request->target);
    if (*request->body != '\0')
        text_append_format(&line, " %s", request->body);
    if (*request->cookie != '\0')
        text_append_format(&line, " cookie=%s", request->cookie);
    assert_true((size_t)script->count < sizeof script->lines / sizeof *script->lines);
    script->lines[script->count++] = text_take(&line);
}

static const char *header(struct evhttp_request *request, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(request), name);
    return value != NULL ? value : "";
}

static void add_header(struct evhttp_request *request, const char *name, const char *value)
{
    if (value != NULL)
        evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

static void on_request(struct evhttp_request *wire, void *context)
{
    struct script *script = context;
    struct evbuffer *input = evhttp_request_get_input_buffer(wire), *output = evbuffer_new();
    struct text body = TEXT_WITH_CEILING(1 << 16);
    size_t length = evbuffer_get_length(input);
    text_append(&body, (const char *)evbuffer_pullup(input, -1), length);
    struct script_request request = {
        .method = evhttp_request_get_command(wire) == EVHTTP_REQ_POST ? "POST" : "GET",
        .target = evhttp_request_get_uri(wire),
        .body = text_string(&body),
        .cookie = header(wire, "Cookie"),
        .content_type = header(wire, "Content-Type"),
        .if_none_match = header(wire, "If-None-Match"),
    };
    struct script_answer answer = {
        .status = 200, .content_type = "application/json", .body = TEXT_WITH_CEILING(1 << 22)};
    remember(script, &request);
    script->answer(&request, &answer, script->context);
    add_header(wire, "Content-Type", answer.content_type);
    add_header(wire, "Set-Cookie", answer.set_cookie);
    add_header(wire, "ETag", answer.etag);
    add_header(wire, "Location", answer.location);
    evbuffer_add(output, text_string(&answer.body), answer.body.length);
    evhttp_send_reply(wire, answer.status, "as the test has it", output);
    evbuffer_free(output);
    text_free(&answer.body);
    text_free(&body);
}

void script_open_apart(struct script *script, struct event_base *base,
    void (*answer)(const struct script_request *request, struct script_answer *answer, void *context),
    void *context)
{
    *script = (struct script){.answer = answer, .context = context};
    script->http = evhttp_new(base);
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(script->http, "127.0.0.1", 0);
    assert_non_null(bound);
    evhttp_set_gencb(script->http, on_request, script);
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    assert_int_equal(getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &length), 0);
    snprintf(script->url, sizeof script->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

void script_open(struct script *script, struct world *world,
    void (*answer)(const struct script_request *request, struct script_answer *answer, void *context),
    void *context)
{
    script_open_apart(script, loop_base(world->loop), answer, context);
    free(world->definitions[0].base);
    world->definitions[0].base = memory_copy_string(script->url);
}

void script_close(struct script *script)
{
    evhttp_free(script->http);
    for (int i = 0; i < script->count; i++)
        free(script->lines[i]);
}

char *script_lines(const struct script *script, int first)
{
    struct text lines = TEXT_WITH_CEILING(1 << 20);
    for (int i = first - 1; i < script->count; i++)
        text_append_format(&lines, "%s%s", lines.length > 0 ? "\n" : "", script->lines[i]);
    return text_take(&lines);
}

int64_t script_number(const char *haystack, const char *name)
{
    for (const char *at = haystack; (at = strstr(at, name)) != NULL; at++) {
        const char *value = at + strlen(name);
        bool starts = at > haystack && strchr("?&\"{", at[-1]) != NULL;
        value += strspn(value, "\": =");
        if (starts && *value >= '0' && *value <= '9')
            return atoll(value);
    }
    return -1;
}

struct feed_definition *script_feed(
    struct world *world, const char *path, const char *query, const char *body)
{
    struct feed_definition *feed = &world->definitions[0];
    free(feed->window.path);
    free(feed->window.query);
    free(feed->history.path);
    free(feed->history.query);
    feed->window = (struct feed_query){.path = memory_copy_string(path),
        .query = memory_copy_string(query),
        .body = memory_copy_string(body)};
    feed->history = (struct feed_query){0};
    return feed;
}
