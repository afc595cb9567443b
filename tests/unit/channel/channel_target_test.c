/* Where messages may go: what a firm writes as its address is not to be trusted. */
#include "target.h"

#include "channels.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_public(const char *words)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, words, &four.sin_addr) == 1)
        return target_is_public((const struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, words, &six.sin6_addr), 1);
    return target_is_public((const struct sockaddr *)&six);
}

/* --- addresses -------------------------------------------------------------------------------------------
 */

static void inner_networks_are_not_public(void **state)
{
    (void)state;
    static const char *const inner[] = {"0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255",
        "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1",
        "ff02::1", "100::1", "2001:db8::1", "2001::1", "2001:10::1", "3fff::1", "4000::1", "64:ff9b:1::1"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        if (is_public(inner[i]))
            fail_msg("%s is taken for a public address", inner[i]);
}

static void inner_address_inside_of_an_outer_one_is_not_public(void **state)
{
    (void)state;
    static const char *const inner[] = {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
        "64:ff9b::10.1.2.3", "64:ff9b::127.0.0.1", "2002:0a01:0203::1",
        "2002:7f00:0001::", "2002:c0a8:0101::1"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        if (is_public(inner[i]))
            fail_msg("%s is taken for a public address", inner[i]);
}

static void neighbours_of_inner_networks_are_public(void **state)
{
    (void)state;
    static const char *const outer[] = {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9", "2002:0909:0909::1",
        "2001:200::1", "2001:db7::1", "2001:db9::1", "2400:3200::1", "2606:4700::1", "3ffe::1"};
    for (size_t i = 0; i < sizeof outer / sizeof *outer; i++)
        if (!is_public(outer[i]))
            fail_msg("%s is taken for an inner address", outer[i]);
}

static void what_is_no_internet_address_is_not_public(void **state)
{
    (void)state;
    const struct sockaddr local = {.sa_family = AF_UNIX};
    assert_false(target_is_public(&local));
}

/* --- as they are written ---------------------------------------------------------------------------------
 */

static const struct target_rules strict;

static void address_is_https_and_nothing_else(void **state)
{
    (void)state;
    static const char *const refused[] = {"http://hooks.firm.example/x", "ftp://hooks.firm.example/x",
        "file:///etc/passwd", "gopher://hooks.firm.example/", "HTTPS//hooks", "hooks.firm.example", "",
        "https://", "https://a b.example/", "https://hooks.firm.example\r\nHost: other/", "javascript:1",
        "unix:/run/docker.sock"};
    assert_null(target_refuses("https://hooks.firm.example:8443/x?y=z", &strict));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (target_refuses(refused[i], &strict) == NULL)
            fail_msg("%s is not refused", refused[i]);
}

static void credentials_stand_in_no_address(void **state)
{
    (void)state;
    assert_non_null(target_refuses("https://user@hooks.firm.example/x", &strict));
    assert_non_null(target_refuses("https://user:password@hooks.firm.example/x", &strict));
    assert_non_null(target_refuses("https://hooks.firm.example@10.0.0.1/x", &strict));
}

static void number_of_an_inner_address_is_refused_however_it_is_written(void **state)
{
    (void)state;
    static const char *const refused[] = {"https://127.0.0.1/", "https://127.1/", "https://2130706433/",
        "https://0x7f000001/", "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data", "https://[0:0:0:0:0:ffff:7f00:1]:443/",
        "https://10.0.0.1:22/"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (target_refuses(refused[i], &strict) == NULL)
            fail_msg("%s is not refused", refused[i]);
}

static void configuration_may_allow_more(void **state)
{
    (void)state;
    static const struct target_rules plain = {.allow_http = true}, inner = {.allow_private = true},
                                     both = {.allow_http = true, .allow_private = true};
    assert_null(target_refuses("http://hooks.firm.example/", &plain));
    assert_non_null(target_refuses("http://10.0.0.1/", &plain));
    assert_null(target_refuses("https://10.0.0.1/", &inner));
    assert_non_null(target_refuses("http://10.0.0.1/", &inner));
    assert_null(target_refuses("http://127.0.0.1:8080/", &inner)); /* nobody listens in between */
    assert_null(target_refuses("http://10.0.0.1/", &both));
}

static void robots_of_firms_live_at_their_services_host(void **state)
{
    (void)state;
    static const char *const hosts[] = {"oapi.dingtalk.com", NULL};
    static const struct target_rules robots = {.hosts = hosts};
    assert_null(target_refuses("https://oapi.dingtalk.com/robot/send?access_token=x", &robots));
    assert_null(target_refuses("https://OAPI.dingtalk.com/robot/send", &robots));
    assert_non_null(target_refuses("https://oapi.dingtalk.com.evil.example/robot/send", &robots));
    assert_non_null(target_refuses("https://evil.example/oapi.dingtalk.com", &robots));
    assert_non_null(target_refuses("https://oapi.dingtalk.com@evil.example/", &robots));
    assert_non_null(target_refuses("https://evil.example#oapi.dingtalk.com", &robots));
}

static void refusal_does_not_name_the_address(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "http://secret.firm.example/", "https://10.77.0.1/", "https://u:secret@firm.example/", "secret"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *problem = target_refuses(refused[i], &strict);
        assert_null(strstr(problem, "secret"));
        assert_null(strstr(problem, "firm"));
        assert_null(strstr(problem, "10.77"));
    }
}

/* --- whose rules -----------------------------------------------------------------------------------------
 */

static void rules_are_those_of_the_channel(void **state)
{
    (void)state;
    static const char *const hosts[] = {"open.feishu.cn", NULL};
    struct contact contact = {.address = "https://firm.example/"};
    struct alert_channel channel = {.kind = CHANNEL_FEISHU};
    struct parcel own = {.channel = &channel}, firms = {.channel = &channel, .contact = &contact};
    assert_null(target_rules_of(&own, hosts).hosts); /* a bureau may have a relay */
    assert_ptr_equal(target_rules_of(&firms, hosts).hosts, hosts);
    assert_false(target_rules_of(&firms, hosts).allow_private);
    assert_false(target_rules_of(&firms, hosts).allow_http);
    channel.allow_private = true;
    assert_null(target_rules_of(&firms, hosts).hosts);
    assert_true(target_rules_of(&firms, hosts).allow_private);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_networks_are_not_public),
        cmocka_unit_test(inner_address_inside_of_an_outer_one_is_not_public),
        cmocka_unit_test(neighbours_of_inner_networks_are_public),
        cmocka_unit_test(what_is_no_internet_address_is_not_public),
        cmocka_unit_test(address_is_https_and_nothing_else),
        cmocka_unit_test(credentials_stand_in_no_address),
        cmocka_unit_test(number_of_an_inner_address_is_refused_however_it_is_written),
        cmocka_unit_test(configuration_may_allow_more),
        cmocka_unit_test(robots_of_firms_live_at_their_services_host),
        cmocka_unit_test(refusal_does_not_name_the_address),
        cmocka_unit_test(rules_are_those_of_the_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
