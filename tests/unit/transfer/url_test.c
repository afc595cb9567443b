#include "m13/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE "https://api.fda.gov/device/510k.json?limit=1000"

static void keys_never_reach_a_log(void **state)
{
    (void)state;
    static const struct {
        const char *text, *masked;
    } cases[] = {
        {"https://h/x?api_key=abc123&limit=1", "https://h/x?api_key=***&limit=1"},
        {"https://h/x?limit=1&API_KEY=abc", "https://h/x?limit=1&API_KEY=***"},
        {"https://h/x?apikey%3Dsecret%26a&b=c", "https://h/x?apikey%3D***&b=c"},
        {"page 1: GET /x?access_token=s3cret failed", "page 1: GET /x?access_token=*** failed"},
        {"https://h/x?search_after=0%3DK991234", "https://h/x?search_after=0%3DK991234"},
        {"a token, a key", "a token, a key"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *masked = url_masked(cases[i].text);
        assert_string_equal(masked, cases[i].masked);
        free(masked);
    }
}

static void this_machine_is_told_from_others(void **state)
{
    (void)state;
    assert_true(url_is_loopback("http://127.0.0.1:8080/x"));
    assert_true(url_is_loopback("http://localhost/x"));
    assert_true(url_is_loopback("http://[::1]:80/x"));
    assert_false(url_is_loopback("https://api.fda.gov/x"));
    assert_false(url_is_loopback("https://localhost.example/x"));
    assert_true(url_is_plain("http://127.0.0.1/"));
    assert_false(url_is_plain("https://127.0.0.1/"));
    assert_false(url_is_plain("not a url"));
    assert_false(url_stays("not a url", BASE));
}

static void host_is_read_as_a_connection_will_have_it(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
    } cases[] = {
        {"https://Hooks.Firm.Example:8443/x", "hooks.firm.example"},
        {"https://[2001:DB8::1]:1/", "2001:db8::1"},
        {"https://2130706433/", "127.0.0.1"},
        {"https://0x7f.1/", "127.0.0.1"},
        {"https://0177.0.0.1/", "127.0.0.1"},
        {"https://a@127.0.0.1/", "127.0.0.1"},
        {"nonsense", NULL},
        {"https://a b/", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *host = url_host(cases[i].url);
        if (cases[i].host == NULL)
            assert_null(host);
        else
            assert_string_equal(host, cases[i].host);
        free(host);
    }
    assert_true(url_has_user("https://a@b.example/"));
    assert_true(url_has_user("https://:p@b.example/"));
    assert_false(url_has_user("https://b.example/@a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_never_reach_a_log),
        cmocka_unit_test(this_machine_is_told_from_others),
        cmocka_unit_test(host_is_read_as_a_connection_will_have_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
