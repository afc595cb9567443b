/* Who is trusted, and whose cookies go where. */
#include "inside.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <errno.h>
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

struct desk {
    struct loop *loop;
    struct http *http;
    struct evhttp *server;
    char url[40];
    int requests;
    char cookie[100]; /* of the last request */
    enum http_fault fault;
    char problem[200];
};

static void on_request(struct evhttp_request *request, void *context)
{
    struct desk *desk = context;
    const char *cookie = evhttp_find_header(evhttp_request_get_input_headers(request), "Cookie");
    struct evbuffer *body = evbuffer_new();
    desk->requests++;
    snprintf(desk->cookie, sizeof desk->cookie, "%s", cookie != NULL ? cookie : "");
    evhttp_add_header(evhttp_request_get_output_headers(request), "Set-Cookie", "visit=1; Path=/");
    evbuffer_add_printf(body, "hello");
    evhttp_send_reply(request, 200, "OK", body);
    evbuffer_free(body);
}

static bool on_body(int status, const char *content_type, const char *bytes, size_t length, void *context)
{
    (void)status;
    (void)content_type;
    (void)bytes;
    (void)length;
    (void)context;
    return true;
}

static void on_ended(const struct http_answer *answer, void *context)
{
    struct desk *desk = context;
    desk->fault = answer->fault;
    snprintf(desk->problem, sizeof desk->problem, "%s", answer->problem);
    loop_stop(desk->loop);
}

static void ask(struct desk *desk, struct http_jar *jar, const char *ca_file)
{
    struct http_request request = {.url = desk->url, .maximum_bytes = 1000, .jar = jar, .ca_file = ca_file};
    http_start(desk->http, &request, &(struct http_events){on_body, on_ended, desk});
    loop_run(desk->loop, false);
}

static void open_desk(struct desk *desk)
{
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    unsetenv("http_proxy");
    *desk = (struct desk){.loop = loop_new()};
    desk->http = http_new(desk->loop);
    desk->server = evhttp_new(loop_base(desk->loop));
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(desk->server, "127.0.0.1", 0);
    assert_int_equal(getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &length), 0);
    snprintf(desk->url, sizeof desk->url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    evhttp_set_gencb(desk->server, on_request, desk);
}

static void close_desk(struct desk *desk)
{
    http_free(desk->http);
    evhttp_free(desk->server);
    loop_free(desk->loop);
}

static void cookies_stay_in_their_jar(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    struct http_jar *mine = http_jar_new(), *other = http_jar_new();
    ask(&desk, mine, NULL);
    assert_string_equal(desk.cookie, "");
    ask(&desk, mine, NULL);
    assert_string_equal(desk.cookie, "visit=1");
    ask(&desk, other, NULL);
    assert_string_equal(desk.cookie, "");
    ask(&desk, NULL, NULL);
    assert_string_equal(desk.cookie, "");
    http_jar_free(mine);
    http_jar_free(other);
    http_jar_free(NULL);
    close_desk(&desk);
}

static void without_its_authorities_nobody_is_asked(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk);
    ask(&desk, NULL, "/nowhere/authority.pem");
    assert_int_equal(desk.fault, HTTP_UNREACHABLE);
    assert_string_equal(desk.problem, "ca-file cannot be read: No such file or directory");
    assert_int_equal(desk.requests, 0);
    close_desk(&desk);
}

static void the_systems_authorities_stay_trusted_beside_the_files(void **state)
{
    (void)state;
    static const char mine[] = "mine, without an end of line";
    char *folder = scratch_new(), *file = scratch_path(folder, "authority.pem");
    scratch_write(file, mine, strlen(mine));
    struct text pem;
    assert_int_equal(authorities_read(file, &pem), 0);
    assert_true(string_starts(text_string(&pem), "mine, without an end of line\n"));
    text_free(&pem);
    assert_int_equal(authorities_read(folder, &pem), -EIO);
    text_free(&pem);
    free(file);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_stay_in_their_jar),
        cmocka_unit_test(without_its_authorities_nobody_is_asked),
        cmocka_unit_test(the_systems_authorities_stay_trusted_beside_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
