/* url.h - addresses of pages. */
#ifndef M13_URL_H
#define M13_URL_H

#include <stdbool.h>
#include <stddef.h>

/* `reference` (NULL = none) resolved against `base`, without fragment; NULL when either is no http or https
 * URL, or the result is longer than LIMIT_URL_BYTES. The caller frees. */
char *url_resolve(const char *base, const char *reference);
/* Same scheme, host and port, and no user or password in `url`. */
bool url_stays(const char *url, const char *base);
bool url_is_plain(const char *url); /* http */
bool url_is_loopback(const char *url);
/* In lower case, an IPv4 address in dotted form however it was written, IPv6 without brackets; NULL when it
 * cannot be understood. The caller frees. */
char *url_host(const char *url);
bool url_has_user(const char *url); /* or a password */
/* For logs and details: the value of api_key= (and of its kin) replaced by asterisks. The caller frees. */
char *url_masked(const char *text);

#endif
