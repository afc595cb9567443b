/* url.c - addresses: resolved, compared, and masked before anyone reads them. */
#include "m13/url.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- parts -----------------------------------------------------------------------------------------------
 */

static CURLU *parse(const char *url)
{
    CURLU *parts = curl_url();
    if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK)
        return parts;
    curl_url_cleanup(parts);
    return NULL;
}

/* A part as text; "" when it is absent. The caller frees with curl_free. */
static char *part(CURLU *parts, CURLUPart wanted)
{
    char *value = NULL;
    if (curl_url_get(parts, wanted, &value, wanted == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) != CURLUE_OK)
        value = NULL;
    return value;
}

static bool part_is_same(CURLU *a, CURLU *b, CURLUPart wanted)
{
    char *left = part(a, wanted), *right = part(b, wanted);
    bool same = left != NULL && right != NULL && strcasecmp(left, right) == 0;
    curl_free(left);
    curl_free(right);
    return same;
}

static bool part_is(CURLU *parts, CURLUPart wanted, const char *expected)
{
    char *value = part(parts, wanted);
    bool same = value != NULL && strcasecmp(value, expected) == 0;
    curl_free(value);
    return same;
}

static bool has_part(CURLU *parts, CURLUPart wanted)
{
    char *value = part(parts, wanted);
    curl_free(value);
    return value != NULL;
}

char *url_resolve(const char *base, const char *reference)
{
    CURLU *parts = parse(base);
    char *resolved = NULL, *copy = NULL;
    if (parts == NULL)
        return NULL;
    if ((reference == NULL || curl_url_set(parts, CURLUPART_URL, reference, 0) == CURLUE_OK) &&
        (part_is(parts, CURLUPART_SCHEME, "https") || part_is(parts, CURLUPART_SCHEME, "http"))) {
        curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
        if (curl_url_get(parts, CURLUPART_URL, &resolved, 0) == CURLUE_OK &&
            strlen(resolved) <= LIMIT_URL_BYTES)
            copy = memory_copy_string(resolved);
        curl_free(resolved);
    }
    curl_url_cleanup(parts);
    return copy;
}

bool url_stays(const char *url, const char *base)
{
    CURLU *there = parse(url), *here = parse(base);
    bool stays = there != NULL && here != NULL && part_is_same(there, here, CURLUPART_SCHEME) &&
                 part_is_same(there, here, CURLUPART_HOST) && part_is_same(there, here, CURLUPART_PORT) &&
                 !has_part(there, CURLUPART_USER) && !has_part(there, CURLUPART_PASSWORD);
    curl_url_cleanup(there);
    curl_url_cleanup(here);
    return stays;
}

bool url_is_plain(const char *url)
{
    CURLU *parts = parse(url);
    bool plain = parts != NULL && part_is(parts, CURLUPART_SCHEME, "http");
    curl_url_cleanup(parts);
    return plain;
}

bool url_is_loopback(const char *url)
{
    static const char *const hosts[] = {"localhost", "[::1]"};
    CURLU *parts = parse(url);
    char *host = parts != NULL ? part(parts, CURLUPART_HOST) : NULL;
    bool loopback = host != NULL && string_starts(host, "127.");
    for (size_t i = 0; host != NULL && i < sizeof hosts / sizeof *hosts; i++)
        loopback = loopback || strcasecmp(host, hosts[i]) == 0;
    curl_free(host);
    curl_url_cleanup(parts);
    return loopback;
}

char *url_host(const char *url)
{
    CURLU *parts = parse(url);
    char *host = parts != NULL ? part(parts, CURLUPART_HOST) : NULL, *copy = NULL;
    size_t length = host != NULL ? strlen(host) : 0;
    if (length > 2 && host[0] == '[')
        copy = memory_copy_bytes(host + 1, length - 2);
    else if (length > 0)
        copy = memory_copy_string(host);
    for (char *at = copy; at != NULL && *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    curl_free(host);
    curl_url_cleanup(parts);
    return copy;
}

bool url_has_user(const char *url)
{
    CURLU *parts = parse(url);
    bool has = parts != NULL && (has_part(parts, CURLUPART_USER) || has_part(parts, CURLUPART_PASSWORD));
    curl_url_cleanup(parts);
    return has;
}

/* --- secrets ---------------------------------------------------------------------------------------------
 */

char *url_masked(const char *text)
{
    static const char *const secrets[] = {"api_key", "apikey", "api-key", "access_token", "token"};
    struct text masked = TEXT_WITH_CEILING(2 * LIMIT_URL_BYTES);
    while (*text != '\0') {
        size_t length = 0;
        for (size_t i = 0; length == 0 && i < sizeof secrets / sizeof *secrets; i++)
            if (strncasecmp(text, secrets[i], strlen(secrets[i])) == 0)
                length = strlen(secrets[i]);
        size_t joint =
            length > 0 ? strspn(text + length, "=") + (strncasecmp(text + length, "%3D", 3) == 0 ? 3 : 0) : 0;
        if (joint == 0) {
            text_append_character(&masked, *text++);
            continue;
        }
        text_append(&masked, text, length + joint);
        text += length + joint;
        text_append_string(&masked, "***");
        text += strcspn(text, "&; \t\r\n\"'<>#");
    }
    text_append(&masked, "", 0);
    return text_take(&masked);
}
