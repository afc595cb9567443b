#include "fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check_fault(CURLcode code, bool connected, enum http_fault expected)
{
    struct http_verdict verdict;
    http_judge(code, &(struct http_stop){0}, connected, "", &verdict);
    assert_int_equal(verdict.fault, expected);
    assert_int_equal(*verdict.problem == '\0', code == CURLE_OK);
}

static void faults_of_the_network_are_told_apart(void **state)
{
    (void)state;
    check_fault(CURLE_OK, true, HTTP_FINE);
    check_fault(CURLE_COULDNT_RESOLVE_HOST, false, HTTP_UNREACHABLE);
    check_fault(CURLE_COULDNT_CONNECT, false, HTTP_UNREACHABLE);
    check_fault(CURLE_SSL_CONNECT_ERROR, false, HTTP_UNREACHABLE);
    check_fault(CURLE_PEER_FAILED_VERIFICATION, false, HTTP_UNREACHABLE);
    check_fault(CURLE_OPERATION_TIMEDOUT, false, HTTP_UNREACHABLE); /* in the handshake */
    check_fault(CURLE_OPERATION_TIMEDOUT, true, HTTP_TOO_SLOW);
    check_fault(CURLE_PARTIAL_FILE, true, HTTP_RESET);
    check_fault(CURLE_RECV_ERROR, true, HTTP_RESET);
    check_fault(CURLE_GOT_NOTHING, true, HTTP_RESET);
    check_fault(CURLE_HTTP2_STREAM, true, HTTP_RESET);
    check_fault(CURLE_FILESIZE_EXCEEDED, true, HTTP_TOO_LARGE);
    check_fault(CURLE_BAD_CONTENT_ENCODING, true, HTTP_UNPACKABLE);
}

static void our_own_reasons_to_stop_go_before_what_libcurl_makes_of_them(void **state)
{
    (void)state;
    static const enum http_fault words[] = {[STOP_ENOUGH] = HTTP_FINE,
        [STOP_HEADERS] = HTTP_TOO_LARGE,
        [STOP_LARGE] = HTTP_TOO_LARGE,
        [STOP_BOMB] = HTTP_BOMB};
    for (enum http_stop_cause cause = STOP_ENOUGH; cause <= STOP_BOMB; cause++) {
        struct http_verdict verdict;
        http_judge(CURLE_WRITE_ERROR, &(struct http_stop){cause, 10}, true, "said", &verdict);
        assert_int_equal(verdict.fault, words[cause]);
        assert_null(strstr(verdict.problem, "said"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_the_network_are_told_apart),
        cmocka_unit_test(our_own_reasons_to_stop_go_before_what_libcurl_makes_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
