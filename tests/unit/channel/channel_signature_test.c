/* How a receiver sees that a message is ours: Standard Webhooks. */
#include "channels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static const char secret[] = "whsec_bTEzZC10ZXN0LWtleS0wMTIzNDU2Nzg5YWJjZGVmMDE=";

static void signature_is_that_of_the_known_vector(void **state)
{
    (void)state;
    char *signature = webhook_signature(secret, "msg_01", 1700000000, "{\"a\":1}");
    assert_string_equal(signature, "v1,O0yHpwi5dSZIUPpVRXOLffiav/AK5m9sovbvqj0Qc88=");
    free(signature);
}

static void signature_covers_id_time_and_body(void **state)
{
    (void)state;
    const struct {
        const char *id;
        int64_t at;
        const char *body;
    } others[] = {{"msg_02", 1700000000, "{\"a\":1}"}, {"msg_01", 1700000001, "{\"a\":1}"},
        {"msg_01", 1700000000, "{}"}};
    char *known = webhook_signature(secret, "msg_01", 1700000000, "{\"a\":1}");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *other = webhook_signature(secret, others[i].id, others[i].at, others[i].body);
        assert_string_not_equal(other, known);
        free(other);
    }
    free(known);
}

static void what_is_no_secret_signs_nothing(void **state)
{
    (void)state;
    assert_null(webhook_signature("", "msg_01", 1, "{}"));
    assert_null(webhook_signature("bTEzZC10ZXN0", "msg_01", 1, "{}"));
    assert_null(webhook_signature("whsec_*not base64*", "msg_01", 1, "{}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature_is_that_of_the_known_vector),
        cmocka_unit_test(signature_covers_id_time_and_body),
        cmocka_unit_test(what_is_no_secret_signs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
