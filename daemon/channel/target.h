/* target.h - where a message may go (private to the room).
 *
 * Firms name their own addresses, so an address may be meant to reach what only this machine reaches: the
 * bureau's inner network, a cloud's metadata. It is judged twice: as it is written, and at each connection by
 * what its name has resolved to, since a name may resolve to something else a moment later (DNS rebinding).
 */
#ifndef M13_CHANNEL_TARGET_H
#define M13_CHANNEL_TARGET_H

#include <stdbool.h>

struct parcel;
struct sockaddr;

struct target_rules {
    bool allow_http, allow_private;
    const char *const *hosts; /* these alone, ended by NULL; NULL = any */
};

/* Those of its channel; `hosts` hold for firms' addresses, unless the channel allows private ones. */
struct target_rules target_rules_of(const struct parcel *parcel, const char *const *hosts);
/* NULL when `url` is one to which may be sent, else what is wrong: a clause that does not name it. */
const char *target_refuses(const char *url, const struct target_rules *rules);
/* For http_request.may_connect; `rules` is a struct target_rules. */
bool target_admits(const struct sockaddr *address, void *rules);
/* Whether an address belongs to the public internet, by IANA's registries of special-purpose addresses (RFC
 * 6890); IPv4 inside of IPv6 counts as the IPv4 that it is. */
bool target_is_public(const struct sockaddr *address);

#endif
