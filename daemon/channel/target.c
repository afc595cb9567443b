#include "target.h"

#include "channels.h"

#include "m13/text.h"
#include "m13/url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- addresses -------------------------------------------------------------------------------------------
 */

struct network {
    uint8_t bytes[16];
    unsigned bits;
};

/* https://www.iana.org/assignments/iana-ipv4-special-registry: what is not globally reachable. */
static const struct network special_v4[] = {
    {{0}, 8},             /* this network; 0.0.0.0 is this machine */
    {{10}, 8},            /* private, RFC 1918 */
    {{100, 64}, 10},      /* shared behind carriers' NAT, RFC 6598; clouds have metadata there */
    {{127}, 8},           /* loopback */
    {{169, 254}, 16},     /* link-local; metadata of clouds */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* protocol assignments */
    {{192, 0, 2}, 24},    /* documentation */
    {{192, 88, 99}, 24},  /* relays of 6to4, withdrawn */
    {{192, 168}, 16},     /* private */
    {{198, 18}, 15},      /* benchmarks */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 4},           /* multicast */
    {{240}, 4},           /* reserved, and broadcast */
};

/* Of IPv6 only 2000::/3 is given out, and of that not these: iana-ipv6-special-registry. */
static const struct network global_v6 = {{0x20}, 3};
static const struct network special_v6[] = {
    {{0x20, 0x01}, 23},             /* protocol assignments: Teredo, benchmarks, ORCHID */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x3f, 0xff}, 20},             /* documentation, RFC 9637 */
};

/* Where IPv6 holds an IPv4 address, and behind how many bytes. */
static const struct {
    struct network network;
    size_t at;
} holders_of_v4[] = {
    {{{[10] = 0xff, [11] = 0xff}, 96}, 12}, /* ::ffff:0:0/96, mapped */
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},   /* 64:ff9b::/96, NAT64 */
    {{{0x20, 0x02}, 16}, 2},                /* 2002::/16, 6to4 */
};

static bool is_in(const uint8_t *bytes, const struct network *network)
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    uint8_t mask = (uint8_t)(0xff00U >> rest);
    return memcmp(bytes, network->bytes, whole) == 0 &&
           (rest == 0 || (bytes[whole] & mask) == network->bytes[whole]);
}

static bool is_in_any(const uint8_t *bytes, const struct network *networks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(bytes, &networks[i]))
            return true;
    return false;
}

#define IS_IN_ANY(bytes, networks) is_in_any((bytes), (networks), sizeof(networks) / sizeof *(networks))

static bool is_public_v6(const uint8_t *bytes)
{
    for (size_t i = 0; i < sizeof holders_of_v4 / sizeof *holders_of_v4; i++)
        if (is_in(bytes, &holders_of_v4[i].network))
            return !IS_IN_ANY(bytes + holders_of_v4[i].at, special_v4);
    return is_in(bytes, &global_v6) && !IS_IN_ANY(bytes, special_v6);
}

bool target_is_public(const struct sockaddr *address)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    if (address->sa_family == AF_INET) {
        memcpy(&four, address, sizeof four);
        return !IS_IN_ANY((const uint8_t *)&four.sin_addr, special_v4);
    }
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&six, address, sizeof six);
    return is_public_v6(six.sin6_addr.s6_addr);
}

bool target_admits(const struct sockaddr *address, void *rules)
{
    return ((const struct target_rules *)rules)->allow_private || target_is_public(address);
}

/* --- as it is written ------------------------------------------------------------------------------------
 */

struct target_rules target_rules_of(const struct parcel *parcel, const char *const *hosts)
{
    const struct alert_channel *channel = parcel->channel;
    return (struct target_rules){.allow_http = channel->allow_http,
        .allow_private = channel->allow_private,
        .hosts = parcel->contact != NULL && !channel->allow_private ? hosts : NULL};
}

/* An address instead of a name: 0 when it is one. */
static int literal(const char *host, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    *ret_address = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1)
        memcpy(ret_address, &four, sizeof four);
    else if (inet_pton(AF_INET6, host, &six.sin6_addr) == 1)
        memcpy(ret_address, &six, sizeof six);
    else
        return -1;
    return 0;
}

static bool is_listed(const char *host, const char *const *hosts)
{
    while (*hosts != NULL && strcmp(*hosts, host) != 0)
        hosts++;
    return *hosts != NULL;
}

static const char *refuses_host(const char *host, const struct target_rules *rules)
{
    struct sockaddr_storage address;
    if (rules->hosts != NULL && !is_listed(host, rules->hosts))
        return "its address is not at the robots' own host";
    if (literal(host, &address) == 0 && !rules->allow_private &&
        !target_is_public((const struct sockaddr *)&address))
        return "its address is not a public one";
    return NULL;
}

const char *target_refuses(const char *url, const struct target_rules *rules)
{
    bool plain = string_starts(url, "http://");
    char *host = plain || string_starts(url, "https://") ? url_host(url) : NULL;
    const char *problem = NULL;
    if (host == NULL)
        problem = "its address is no https address";
    else if (url_has_user(url))
        problem = "its address has a user or a password in it";
    else if (plain && !rules->allow_http && !(rules->allow_private && url_is_loopback(url)))
        problem = "its address is not https";
    else
        problem = refuses_host(host, rules);
    free(host);
    return problem;
}
