/* Where a request may go: asked of every address that its name has, for every connection. */
#include "m13/http.h"
#include "m13/loop.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/http.h>
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
    int port, requests, asked, dropped;
    enum http_fault fault;
    char problem[200];
};

static void on_request(struct evhttp_request *request, void *context)
{
    struct desk *desk = context;
    desk->requests++;
    evhttp_send_reply(request, 204, "No Content", NULL);
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

static void on_dropped(void *context)
{
    ((struct desk *)context)->dropped++;
}

static bool nowhere(const struct sockaddr *address, void *context)
{
    (void)address;
    ((struct desk *)context)->asked++;
    return false;
}

static bool only_version_four(const struct sockaddr *address, void *context)
{
    ((struct desk *)context)->asked++;
    return address->sa_family == AF_INET;
}

static void start(
    struct desk *desk, const char *host, bool (*may_connect)(const struct sockaddr *address, void *context))
{
    char url[80];
    snprintf(url, sizeof url, "http://%s:%d/", host, desk->port);
    http_start(desk->http,
        &(struct http_request){.url = url,
            .maximum_bytes = 1000,
            .may_connect = may_connect,
            .may_connect_context = desk,
            .dropped = on_dropped},
        &(struct http_events){on_body, on_ended, desk});
}

static enum http_fault ask(
    struct desk *desk, const char *host, bool (*may_connect)(const struct sockaddr *address, void *context))
{
    start(desk, host, may_connect);
    loop_run(desk->loop, false);
    return desk->fault;
}

static int open_desk(void **state)
{
    static struct desk desk;
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    unsetenv("http_proxy");
    desk = (struct desk){.loop = loop_new()};
    desk.http = http_new(desk.loop);
    desk.server = evhttp_new(loop_base(desk.loop));
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(desk.server, "127.0.0.1", 0);
    assert_int_equal(getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &length), 0);
    desk.port = ntohs(address.sin_port);
    evhttp_set_gencb(desk.server, on_request, &desk);
    *state = &desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    http_free(desk->http);
    evhttp_free(desk->server);
    loop_free(desk->loop);
    return 0;
}

static void address_that_is_refused_gets_no_connection(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(ask(desk, "127.0.0.1", nowhere), HTTP_FORBIDDEN);
    assert_int_equal(desk->requests, 0);
    assert_true(desk->asked > 0);
    assert_null(strstr(desk->problem, "127"));
}

static void name_with_one_good_address_goes_there(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(ask(desk, "localhost", only_version_four), HTTP_FINE);
    assert_int_equal(desk->requests, 1);
}

static void connection_of_a_request_that_was_allowed_more_is_asked_for_too(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(ask(desk, "127.0.0.1", NULL), HTTP_FINE);
    assert_int_equal(ask(desk, "127.0.0.1", nowhere), HTTP_FORBIDDEN);
    assert_int_equal(ask(desk, "127.0.0.1", only_version_four), HTTP_FINE);
    assert_int_equal(desk->requests, 2);
}

static void admitted_address_where_nobody_listens_is_only_unreachable(void **state)
{
    struct desk *desk = *state;
    evhttp_free(desk->server);
    desk->server = evhttp_new(loop_base(desk->loop));
    assert_int_equal(ask(desk, "localhost", only_version_four), HTTP_UNREACHABLE);
}

/* 0.0.0.0 is this machine, but no name for it that would keep a proxy away. */
static void proxy_of_the_environment_is_not_used(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1/", 1), 0);
    assert_int_equal(ask(desk, "0.0.0.0", NULL), HTTP_UNREACHABLE);
    assert_int_equal(ask(desk, "0.0.0.0", only_version_four), HTTP_FINE);
    assert_int_equal(desk->requests, 1);
    unsetenv("http_proxy");
}

static void whoever_asked_hears_that_nothing_more_comes(void **state)
{
    struct desk *desk = *state;
    start(desk, "127.0.0.1", NULL);
    http_free(desk->http);
    desk->http = NULL;
    assert_int_equal(desk->dropped, 1);
}

#define ON_DESK(claim) cmocka_unit_test_setup_teardown(claim, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DESK(address_that_is_refused_gets_no_connection),
        ON_DESK(name_with_one_good_address_goes_there),
        ON_DESK(connection_of_a_request_that_was_allowed_more_is_asked_for_too),
        ON_DESK(admitted_address_where_nobody_listens_is_only_unreachable),
        ON_DESK(proxy_of_the_environment_is_not_used),
        ON_DESK(whoever_asked_hears_that_nothing_more_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
