/* web.h - what may stand in a conf file where an address, a query or a header is asked for.
 *
 * The functions `web_refuses_*` return NULL when the value is good, else what is accepted. */
#ifndef M13_WEB_H
#define M13_WEB_H

#include <stdbool.h>

const char *web_refuses_base(const char *base);         /* scheme://host[:port] */
const char *web_refuses_url(const char *url);           /* base, and perhaps a path */
const char *web_refuses_path(const char *path);         /* of a request, with placeholders */
const char *web_refuses_query(const char *query);       /* percent-encoded, with placeholders */
const char *web_refuses_body(const char *body);         /* of a POST, with placeholders */
const char *web_refuses_header(const char *header);     /* "Name: value" */
const char *web_refuses_template(const char *template); /* of a page for people; its placeholders unchecked */

bool web_has_placeholder(const char *string, const char *placeholder); /* NULL has none */
bool web_is_https(const char *url);
bool web_is_loopback(const char *url); /* 127.0.0.0/8, [::1], localhost */
char *web_host(const char *url);       /* without port; the caller frees */

#endif
