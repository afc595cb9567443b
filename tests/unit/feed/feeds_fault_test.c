/* Each fault of a register has its word, leaves nothing applied, and is over when the register is well. */
#include "world.h"

#include "internal.h"
#include "m13/http.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fault_case {
    const char *scenario; /* of the first request */
    const char *outcome, *detail;
};

static const struct fault_case faults[] = {
    {"\"do\":\"status\",\"status\":500,\"body\":\"<h1>Oops</h1>\"", "server-error",
        "HTTP 500: Oops; asked again"},
    {"\"do\":\"status\",\"status\":502", "server-error", "HTTP 502; asked again"},
    {"\"do\":\"status\",\"status\":503", "server-error", "HTTP 503"},
    {"\"do\":\"status\",\"status\":503,\"headers\":{\"Retry-After\":\"soon\"}", "server-error", "HTTP 503"},
    {"\"do\":\"status\",\"status\":403,\"body\":\"Forbidden\"", "refused", "HTTP 403: Forbidden; check path"},
    {"\"do\":\"status\",\"status\":404,\"body\":\"Cannot GET\"", "refused",
        "HTTP 404: Cannot GET; check path"},
    {"\"do\":\"status\",\"status\":400,\"body\":\"Search not supported\"", "refused", "Search not supported"},
    {"\"do\":\"status\",\"status\":301,\"headers\":{\"Location\":\"https://elsewhere.example/x\"}", "moved",
        "HTTP 301 to https://elsewhere.example/x"},
    {"\"do\":\"status\",\"status\":429", "rate-limited", "HTTP 429"},
    {"\"do\":\"status\",\"status\":429,\"headers\":{\"Retry-After\":\"300\"}", "retry-after",
        "HTTP 429, not before"},
    {"\"do\":\"status\",\"status\":503,\"headers\":{\"Retry-After\":\"300\"}", "retry-after",
        "HTTP 503, not before"},
    {"\"do\":\"status\",\"status\":204", "wrong-type", "HTTP 204, which was not asked for"},
    {"\"do\":\"not-modified\"", "wrong-type", "HTTP 304, which was not asked for"},
    {"\"do\":\"html\"", "wrong-type", "'text/html; charset=utf-8' instead of 'application/json': Scheduled"},
    {"\"do\":\"status\",\"status\":200,\"body\":\"{}\",\"content_type\":\"application/jsonp\"", "wrong-type",
        "'application/jsonp' instead of"},
    {"\"do\":\"reset\"", "reset", "Connection reset by peer; asked again"},
    {"\"do\":\"close\"", "reset", "Empty reply"},
    {"\"do\":\"close\",\"after\":100", "reset", "bytes remaining to read; asked again"},
    {"\"do\":\"endless\"", "too-large", "more than the 1048576 bytes that are allowed"},
    {"\"do\":\"flood\"", "too-large", "more than 65536 bytes of headers"},
    {"\"do\":\"bomb\"", "bomb", "unpacks to more than 300 times its size"},
    {"\"do\":\"status\",\"status\":200,\"body\":\"this is no "
     "gzip\",\"headers\":{\"Content-Encoding\":\"gzip\"}",
        "malformed", "; compare the stored payload"},
    {"\"do\":\"silence\"", "too-slow", "timed out"},
    {"\"do\":\"drip\",\"every_ms\":50", "too-slow", "timed out"},
    {"\"do\":\"link\",\"link\":\"<http://evil.example/x>; rel=next\"", "moved",
        "leaves the register's host: http://evil.example/x"},
};

static void check_fault(const struct fault_case *fault)
{
    struct world world;
    char scenario[512];
    world_open(&world);
    world.definitions[0].maximum_bytes = 1 << 20;
    if (strcmp(fault->outcome, "bomb") == 0)
        world.definitions[0].maximum_bytes = 64 << 20;
    snprintf(scenario, sizeof scenario, "[{\"request\":1,%s}]", fault->scenario);
    assert_int_equal(register_server_scenario(world.server, scenario), 0);
    world_start(&world);
    if (strcmp(fault->outcome, "too-slow") == 0)
        http_set_patience(world.feeds->http, &(struct http_patience){.connect_ms = 1000, .whole_ms = 120});

    world_run_turns(&world, "fda-510k", 1);
    char *outcome = world_text(&world, "SELECT outcome FROM feed_state");
    char *detail = world_text(&world, "SELECT detail FROM feed_state");
    if (strcmp(outcome, fault->outcome) != 0 || strstr(detail, fault->detail) == NULL)
        fail_msg("%s gives %s: %s", fault->scenario, outcome, detail);
    free(outcome);
    free(detail);
    assert_int_equal(world.fetched, 0);
    assert_int_equal(register_server_requests(world.server), 1);
    assert_sql(&world, "SELECT state, pages, next_url IS NULL, finished_at > 0 FROM poll", "failed|0|1|1");
    assert_sql(&world, "SELECT count(*) FROM payload", "0");
    assert_sql(&world, "SELECT count(*) FROM evidence", "0");
    assert_sql(&world, "SELECT failures, first_failed_at > 0, last_success_at FROM feed_state", "1|1|null");
    assert_sql(&world,
        "SELECT poll.outcome = feed_state.outcome AND poll.detail = feed_state.detail FROM poll, feed_state",
        "1");

    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT failures, first_failed_at, outcome FROM feed_state", "0|null|applied");
    assert_int_equal(world.fetched, 1);
    world_close(&world);
}

static void every_fault_has_its_word_and_passes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        check_fault(&faults[i]);
}

static void a_register_that_is_not_there_is_unreachable(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    free(world.definitions[0].base);
    world.definitions[0].base = strdup("http://127.0.0.1:1");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome FROM feed_state", "unreachable");
    world_close(&world);
}

static void https_is_spoken_or_nothing(void **state)
{
    (void)state;
    struct world world;
    char url[64];
    world_open(&world);
    /* The register answers plain HTTP where TLS was asked for. */
    snprintf(url, sizeof url, "https%s", register_server_url(world.server) + strlen("http"));
    free(world.definitions[0].base);
    world.definitions[0].base = strdup(url);
    world_start(&world);
    http_set_patience(world.feeds->http, &(struct http_patience){.connect_ms = 100, .whole_ms = 1000});
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome FROM feed_state", "unreachable");
    assert_int_equal(register_server_requests(world.server), 0);
    world_close(&world);
}

static void answer_once_with(struct world *world, int status, size_t length)
{
    char *scenario = malloc(length + 200);
    int start = sprintf(scenario, "[{\"request\":1,\"do\":\"status\",\"status\":%d,\"body\":\"", status);
    memset(scenario + start, ' ', length);
    strcpy(scenario + start + length, "\"}]");
    assert_int_equal(register_server_scenario(world->server, scenario), 0);
    free(scenario);
}

static void a_body_that_says_it_is_too_large_is_not_even_read(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    answer_once_with(&world, 200, (1 << 20) + 1);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome, detail LIKE '%file size exceeded%' FROM feed_state", "too-large|1");
    world_close(&world);
}

static void a_body_of_just_the_allowed_size_is_taken(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    answer_once_with(&world, 200, 1 << 20);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT bytes FROM payload", "1048576");
    world_close(&world);
}

/* An error page of any size ends the request early instead of filling memory. */
static void an_endless_error_page_is_still_that_error(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    world.definitions[0].maximum_bytes = 64 << 20;
    answer_once_with(&world, 500, 1 << 20);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_sql(&world, "SELECT outcome FROM feed_state", "server-error");
    assert_true(world_number(&world, "SELECT length(detail) FROM feed_state") < 500);
    world_close(&world);
}

static void a_key_in_the_address_is_kept_out_of_tables(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    free(world.definitions[0].history.query);
    world.definitions[0].history.query = strdup("limit=25&api_key=s3cret");
    free(world.definitions[0].content_type);
    world.definitions[0].content_type = NULL;
    register_server_scenario(world.server,
        "[{\"request\":1,\"do\":\"status\",\"status\":403,\"body\":\"not with api_key=s3cret\"},"
        " {\"do\":\"status\",\"status\":200,\"body\":\"{}\"}]");
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_non_null(strstr(world_request(&world, 1), "api_key=s3cret"));
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(world.fetched, 1);
    assert_sql(
        &world, "SELECT count(*) FROM poll WHERE detail LIKE '%s3cret%' OR next_url LIKE '%s3cret%'", "0");
    assert_sql(&world, "SELECT count(*) FROM feed_state WHERE detail LIKE '%s3cret%'", "0");
    assert_sql(&world, "SELECT url LIKE '%limit=25&api_key=***' FROM payload", "1");
    world_close(&world);
}

static bool a_request_is_out(struct world *world)
{
    return register_server_requests(world->server) > 0;
}

static void sockets_to_registers_are_closed_in_children(void **state)
{
    (void)state;
    struct world world;
    int found = 0;
    world_open(&world);
    register_server_scenario(world.server, "[{\"do\":\"silence\"}]");
    world_start(&world);
    world_run(&world, a_request_is_out);
    for (int descriptor = 3; descriptor < 200; descriptor++) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        char url[64];
        if (getpeername(descriptor, (struct sockaddr *)&peer, &length) != 0 || peer.sin_family != AF_INET)
            continue;
        snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(peer.sin_port));
        if (strcmp(url, register_server_url(world.server)) != 0)
            continue;
        assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        found++;
    }
    assert_int_equal(found, 1);
    world_close(&world); /* aborts the transfer */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_word_and_passes),
        cmocka_unit_test(a_register_that_is_not_there_is_unreachable),
        cmocka_unit_test(https_is_spoken_or_nothing),
        cmocka_unit_test(a_body_that_says_it_is_too_large_is_not_even_read),
        cmocka_unit_test(a_body_of_just_the_allowed_size_is_taken),
        cmocka_unit_test(an_endless_error_page_is_still_that_error),
        cmocka_unit_test(a_key_in_the_address_is_kept_out_of_tables),
        cmocka_unit_test(sockets_to_registers_are_closed_in_children),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
