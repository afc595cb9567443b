/* Clients that keep to no rule: none costs more than its own connection. */
#include "client.h"
#include "listening.h"
#include "scratch.h"

#include "m13/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct heard heard;

static int connect_raw(struct listening *listening)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control", listening->folder);
    int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    return client;
}

static int send_raw(int client, const void *bytes, size_t length, size_t descriptor_count)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(253 * sizeof(int))];
    } control = {0};
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
        control.header.cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        memset(CMSG_DATA(&control.header), 0, descriptor_count * sizeof(int)); /* standard input, often */
    }
    return sendmsg(client, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void say(int client, const char *text)
{
    assert_int_equal(send_raw(client, text, strlen(text), 0), 0);
}

static void stop_loop(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events;
    loop_stop(context);
}

static void stop_now(void *loop)
{
    loop_stop(loop);
}

/* Turns the loop until something can be read, and reads it: "" = the daemon has hung up. */
static const char *listen_to(struct listening *listening, int client)
{
    static char bytes[300000];
    struct loop_watch *watch = loop_watch_new(listening->loop, client, LOOP_READ, stop_loop, listening->loop);
    loop_run(listening->loop, false);
    loop_watch_free(watch);
    ssize_t length = recv(client, bytes, sizeof bytes - 1, 0);
    bytes[length > 0 ? length : 0] = '\0';
    return bytes;
}

/* After everything the socket still serves the next one, and nothing was left open. */
static void assert_all_is_well(struct listening *listening, int descriptors_before)
{
    ask(listening, "{\"verb\":\"echo\",\"words\":[1]}", NULL, 0, &heard);
    assert_string_equal(heard.text, "{\"word\":1}\nexit 0: \n");
    assert_int_equal(open_descriptors(), descriptors_before);
}

static void what_is_no_request_is_refused(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    static const char *const requests[] = {"x", "[]", "\"verb\"", "{", "{}}",
        "{\"verb\":\"echo\",\"verb\":\"who\"}", "{\"verb\":\"\xff\"}", "{\"verb\":\"a\\u0000b\"}", "null",
        " "};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        int client = connect_raw(listening);
        say(client, requests[i]);
        const char *answer = listen_to(listening, client);
        if (strstr(answer, "\"done\":true,\"exit\":64,\"problem\":\"a request is a JSON object") == NULL)
            fail_msg("'%s' is answered by '%s'", requests[i], answer);
        assert_string_equal(listen_to(listening, client), "");
        close(client);
    }
    assert_int_equal(listening->asked, 0);
    assert_all_is_well(listening, before);
}

static void a_request_may_be_as_large_as_the_ceiling_and_no_larger(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    char *bytes = malloc(LIMIT_CONTROL_REQUEST_BYTES + 1);
    memset(bytes, '[', LIMIT_CONTROL_REQUEST_BYTES + 1); /* and as deep as it can be */
    for (size_t more = 0; more < 2; more++) {
        int client = connect_raw(listening);
        assert_int_equal(send_raw(client, bytes, LIMIT_CONTROL_REQUEST_BYTES + more, more), 0);
        const char *answer = listen_to(listening, client);
        assert_non_null(strstr(
            answer, more ? "a request has 65536 bytes and 64 files at most" : "maximum parsing depth"));
        close(client);
    }
    free(bytes);
    assert_all_is_well(listening, before);
}

static void descriptors_beyond_the_count_are_closed(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    static const size_t counts[] = {65, 128, 253};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        int client = connect_raw(listening);
        static const char request[] = "{\"verb\":\"files\"}";
        assert_int_equal(send_raw(client, request, sizeof request - 1, counts[i]), 0);
        assert_non_null(strstr(listen_to(listening, client), "64 files at most"));
        close(client);
    }
    assert_int_equal(listening->asked, 0);
    assert_all_is_well(listening, before);
}

static void descriptors_of_a_broken_request_are_closed(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    int client = connect_raw(listening);
    assert_int_equal(send_raw(client, "no json", 7, 40), 0);
    assert_non_null(strstr(listen_to(listening, client), "\"exit\":64"));
    close(client);
    client = connect_raw(listening);
    assert_int_equal(send_raw(client, "", 0, 40), 0); /* nothing said, but files */
    assert_string_equal(listen_to(listening, client), "");
    close(client);
    assert_all_is_well(listening, before);
}

static void whoever_goes_before_the_answer_is_forgotten(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    int client = connect_raw(listening);
    assert_int_equal(send_raw(client, "{\"verb\":\"keep\"}", 15, 5), 0);
    while (listening->kept == NULL)
        ask(listening, "{\"verb\":\"who\"}", NULL, 0, &heard);
    close(client);
    ask(listening, "{\"verb\":\"who\"}", NULL, 0, &heard);    /* some turns */
    assert_int_equal(control_file_count(listening->kept), 5); /* the request stands */
    control_reply(listening->kept, json_pack("{s:i}", "into", 0));
    control_finish(listening->kept, 0, "nobody hears it");
    assert_all_is_well(listening, before);
}

static void two_requests_on_one_connection_are_one_too_many(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    int client = connect_raw(listening);
    say(client, "{\"verb\":\"keep\"}");
    assert_int_equal(send_raw(client, "{\"verb\":\"echo\"}", 15, 9), 0);
    assert_string_equal(listen_to(listening, client), "");
    assert_int_equal(listening->asked, 1);
    control_finish(listening->kept, 0, NULL);
    close(client);
    assert_all_is_well(listening, before);
}

static void a_silent_client_is_dropped(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    control_silence_ms = 20;
    int client = connect_raw(listening);
    assert_string_equal(listen_to(listening, client), "");
    close(client);
    control_silence_ms = 10000;
    assert_all_is_well(listening, before);
}

static void a_verb_that_takes_its_time_is_not_silence(void **state)
{
    struct listening *listening = *state;
    control_silence_ms = 20;
    int client = connect_raw(listening), other = connect_raw(listening);
    say(client, "{\"verb\":\"keep\"}");
    assert_string_equal(listen_to(listening, other), ""); /* 20 ms have passed */
    control_finish(listening->kept, 0, NULL);
    assert_string_equal(listen_to(listening, client), "{\"done\":true,\"exit\":0}");
    close(client);
    close(other);
    control_silence_ms = 10000;
}

static void who_does_not_take_its_answers_is_dropped(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    control_silence_ms = 20;
    int client = connect_raw(listening), other = connect_raw(listening);
    say(client, "{\"verb\":\"flood\",\"count\":100,\"bytes\":100000}"); /* 10 MB, and it reads none of it */
    assert_string_equal(listen_to(listening, other), "");
    close(other);
    int packets = 0;
    char bytes[200000];
    control_silence_ms = 10000;
    ask(listening, "{\"verb\":\"who\"}", NULL, 0, &heard); /* some turns: its time is over */
    while (recv(client, bytes, sizeof bytes, 0) > 0)
        packets++;
    assert_true(packets < 100);
    close(client);
    assert_all_is_well(listening, before);
}

static void answers_beyond_the_ceiling_are_not_kept(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors();
    int client = connect_raw(listening);
    say(client, "{\"verb\":\"flood\",\"count\":400,\"bytes\":100000}"); /* 40 MB at once */
    ask(listening, "{\"verb\":\"who\"}", NULL, 0, &heard);
    char bytes[200000];
    int packets = 0;
    while (recv(client, bytes, sizeof bytes, 0) > 0)
        packets++;
    assert_true(packets < 20);
    close(client);
    assert_all_is_well(listening, before);
}

static void more_clients_than_the_cap_wait_their_turn(void **state)
{
    struct listening *listening = *state;
    int before = open_descriptors(), clients[60];
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        clients[i] = connect_raw(listening);
        say(clients[i], i < LIMIT_CONTROL_CLIENTS ? "{\"verb\":\"keep\"}" : "{\"verb\":\"who\"}");
    }
    int last = connect_raw(listening);
    say(last, "{\"verb\":\"who\"}");
    struct loop_timer *timer = loop_timer_new(listening->loop, LOOP_REAL, "stop", stop_now, listening->loop);
    loop_timer_set_in(timer, 20);
    loop_run(listening->loop, false);
    assert_int_equal(listening->asked, LIMIT_CONTROL_CLIENTS); /* nobody else was heard */
    loop_timer_free(timer);

    close(clients[3]);                        /* one goes: but its request stands, and so does its place */
    control_finish(listening->kept, 0, NULL); /* another's is done: the next is heard */
    assert_non_null(strstr(listen_to(listening, last), "actor"));
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++)
        if (i != 3)
            close(clients[i]);
    close(last);
    control_free(listening->control); /* with 31 requests that are never finished */
    listening->control = NULL;
    assert_int_equal(open_descriptors(), before - 1);
}

static void leave_no_room(struct listening *listening, int **ret_descriptors, size_t *ret_count)
{
    (void)listening;
    *ret_descriptors = calloc(4096, sizeof **ret_descriptors);
    for (*ret_count = 0; *ret_count < 4096; ++*ret_count)
        if (((*ret_descriptors)[*ret_count] = dup(0)) < 0)
            break;
}

static void without_descriptors_to_be_had_the_loop_does_not_spin(void **state)
{
    struct listening *listening = *state;
    int client = connect_raw(listening), *descriptors;
    size_t count;
    struct loop_timer *timer = loop_timer_new(listening->loop, LOOP_REAL, "stop", stop_now, listening->loop);
    say(client, "{\"verb\":\"who\"}");
    leave_no_room(listening, &descriptors, &count);
    struct loop_health before, after;
    loop_health(listening->loop, &before);
    loop_timer_set_in(timer, 50);
    loop_run(listening->loop, false);
    loop_health(listening->loop, &after);
    for (size_t i = 0; i < count; i++)
        close(descriptors[i]);
    free(descriptors);
    assert_true(after.turns - before.turns < 20);
    assert_non_null(strstr(listen_to(listening, client), "actor")); /* a second later */
    loop_timer_free(timer);
    close(client);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, listening_open, listening_close)
    const struct CMUnitTest tests[] = {
        CLAIM(what_is_no_request_is_refused),
        CLAIM(a_request_may_be_as_large_as_the_ceiling_and_no_larger),
        CLAIM(descriptors_beyond_the_count_are_closed),
        CLAIM(descriptors_of_a_broken_request_are_closed),
        CLAIM(whoever_goes_before_the_answer_is_forgotten),
        CLAIM(two_requests_on_one_connection_are_one_too_many),
        CLAIM(a_silent_client_is_dropped),
        CLAIM(a_verb_that_takes_its_time_is_not_silence),
        CLAIM(who_does_not_take_its_answers_is_dropped),
        CLAIM(answers_beyond_the_ceiling_are_not_kept),
        CLAIM(more_clients_than_the_cap_wait_their_turn),
        CLAIM(without_descriptors_to_be_had_the_loop_does_not_spin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
