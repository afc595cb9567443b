#include "secret.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {"secret", "password", "passwd", "passphrase", "token", "access_token",
    "access-token", "api_key", "api-key", "apikey", "credentials", "authorization", "cookie", "x-api-key"};

/* Query parameters that carry one besides: WeCom's robots have `key`, DingTalk's `access_token` and `sign`.
 */
static const char *const parameters[] = {"key", "sig", "sign", "signature"};

static bool is_one_of(const char *word, size_t length, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncasecmp(list[i], word, length) == 0)
            return true;
    return false;
}

#define IS_ONE_OF(word, length, list) is_one_of((word), (length), (list), sizeof(list) / sizeof *(list))

bool secret_is_named(const char *name)
{
    return IS_ONE_OF(name, strlen(name), names);
}

/* whsec_ and at least 16 characters of base64, as Standard Webhooks writes its secrets. */
static bool holds_webhook_secret(const char *string)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const char *found = strstr(string, "whsec_");
    return found != NULL && strspn(found + strlen("whsec_"), base64) >= 16;
}

static bool holds_user_of_url(const char *string)
{
    const char *authority = strstr(string, "://");
    if (authority == NULL)
        return false;
    authority += 3;
    return authority[strcspn(authority, "@/?# ")] == '@';
}

static bool holds_secret_parameter(const char *string)
{
    for (const char *at = string; at != NULL; at = strpbrk(at, "?&")) {
        at += *at == '?' || *at == '&';
        size_t length = strcspn(at, "=?& ");
        if (at[length] == '=' && at[length + 1] != '\0' && at[length + 1] != '&' &&
            (IS_ONE_OF(at, length, names) || IS_ONE_OF(at, length, parameters)))
            return true;
    }
    return false;
}

static bool is_secret_header(const char *string)
{
    size_t length = strcspn(string, ": ");
    return string[length] == ':' && IS_ONE_OF(string, length, names);
}

bool secret_is_in(const char *string)
{
    return holds_webhook_secret(string) || holds_user_of_url(string) || holds_secret_parameter(string) ||
           is_secret_header(string);
}
