/* secret.h - does a conf file hold what belongs in a file of its own? */
#ifndef M13_SECRET_H
#define M13_SECRET_H

#include <stdbool.h>

/* Whether a value looks like a secret: a webhook secret, a URL with a password, a query with a key, an HTTP
 * header that carries credentials. */
bool secret_is_in(const char *string);
/* Whether a setting's name asks for one ("password", "api-key"). */
bool secret_is_named(const char *name);

#endif
