#include "web.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char digits[] = "0123456789";
static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static const char *after_scheme(const char *url)
{
    if (string_starts(url, "https://"))
        return url + strlen("https://");
    if (string_starts(url, "http://"))
        return url + strlen("http://");
    return NULL;
}

static size_t host_length(const char *host)
{
    if (*host == '[') {
        size_t length = strspn(host + 1, "0123456789abcdefABCDEF:.") + 1;
        return host[length] == ']' ? length + 1 : 0;
    }
    char allowed[sizeof letters_and_digits + 2];
    memcpy(allowed, letters_and_digits, sizeof letters_and_digits - 1);
    memcpy(allowed + sizeof letters_and_digits - 1, "-.", 3);
    return strspn(host, allowed);
}

/* Behind host and port; NULL when there is no good host or port. */
static const char *after_host(const char *url)
{
    const char *host = after_scheme(url);
    if (host == NULL)
        return NULL;
    size_t length = host_length(host);
    const char *end = host + length;
    if (length == 0 || *host == '.' || *host == '-')
        return NULL;
    if (*end != ':')
        return end;
    char port[8] = "";
    int64_t number;
    size_t port_length = strspn(end + 1, digits);
    if (port_length == 0 || port_length >= sizeof port)
        return NULL;
    memcpy(port, end + 1, port_length);
    return string_to_integer(port, 1, 65535, &number) == 0 ? end + 1 + port_length : NULL;
}

const char *web_refuses_base(const char *base)
{
    const char *rest = after_host(base);
    return rest != NULL && *rest == '\0' ? NULL
                                         : "https://HOST or https://HOST:PORT, without a path or a final /";
}

/* Printable ASCII without those that no URL holds as they are; % only before two hexadecimal digits. */
static bool is_encoded(const char *string)
{
    for (const char *byte = string; *byte != '\0'; byte++) {
        if (*byte <= ' ' || *byte > '~' || strchr("\"<>\\^`|[]#", *byte) != NULL)
            return false;
        if (*byte == '%' && strspn(byte + 1, "0123456789abcdefABCDEF") < 2)
            return false;
    }
    return strlen(string) < LIMIT_URL_BYTES;
}

const char *web_refuses_url(const char *url)
{
    const char *rest = after_host(url);
    bool good =
        rest != NULL && (*rest == '\0' || *rest == '/') && is_encoded(rest) && strpbrk(rest, "{}") == NULL;
    return good ? NULL : "https://HOST[:PORT][/PATH], percent-encoded";
}

#define PLACEHOLDERS "{since}, {today}, {page}, {offset}, {from}, {to}, {each}"

/* Bytes of the placeholder at the start of `string`; 0 = there is none that a request fills. */
static size_t placeholder_length(const char *string)
{
    static const char *const known[] = {
        "{since}", "{today}", "{page}", "{offset}", "{from}", "{to}", "{each}"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (string_starts(string, known[i]))
            return strlen(known[i]);
    return 0;
}

/* Only the placeholders that a request fills, and no other brace. */
static bool placeholders_are_known(const char *string)
{
    for (const char *brace = strpbrk(string, "{}"); brace != NULL; brace = strpbrk(brace, "{}")) {
        size_t length = placeholder_length(brace);
        if (length == 0)
            return false;
        brace += length;
    }
    return true;
}

const char *web_refuses_path(const char *path)
{
    bool good =
        path[0] == '/' && is_encoded(path) && strchr(path, '?') == NULL && placeholders_are_known(path);
    return good ? NULL
                : "a path that starts with /, percent-encoded, its query apart; placeholders: " PLACEHOLDERS;
}

const char *web_refuses_query(const char *query)
{
    return is_encoded(query) && query[0] != '?' && placeholders_are_known(query)
               ? NULL
               : "a query without the leading ?, percent-encoded ([ is %5B, ] is %5D, \" is %22, a blank is "
                 "+ or %20); placeholders: " PLACEHOLDERS;
}

/* JSON has braces of its own: only what looks like a placeholder, a small word in braces, must be one. */
const char *web_refuses_body(const char *body)
{
    for (const char *brace = strchr(body, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        size_t length = strspn(brace + 1, "abcdefghijklmnopqrstuvwxyz_-");
        if (length > 0 && brace[1 + length] == '}' && placeholder_length(brace) == 0)
            return "text whose only words in braces are the placeholders " PLACEHOLDERS;
    }
    return strlen(body) < LIMIT_URL_BYTES ? NULL : "a shorter text";
}

const char *web_refuses_header(const char *header)
{
    static const char *const ours[] = {"host", "range", "connection", "content-length", "transfer-encoding",
        "accept-encoding", "if-none-match", "if-modified-since", "authorization", "cookie"};
    size_t length = strcspn(header, ":");
    char allowed[sizeof letters_and_digits + 2];
    memcpy(allowed, letters_and_digits, sizeof letters_and_digits - 1);
    memcpy(allowed + sizeof letters_and_digits - 1, "-_", 3);
    bool good = length > 0 && strspn(header, allowed) == length && string_starts(header + length, ": ") &&
                !string_is_blank(header + length + 2);
    for (const char *byte = header; good && *byte != '\0'; byte++)
        good = *byte >= ' ' && *byte <= '~';
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        good = good && (strlen(ours[i]) != length || strncasecmp(ours[i], header, length) != 0);
    return good ? NULL
                : "\"Name: value\" in ASCII, and none that m13d sets itself (Host, Range, Connection, "
                  "Accept-Encoding, If-...) or that carries credentials";
}

const char *web_refuses_template(const char *template)
{
    const char *rest = after_host(template);
    bool good = rest != NULL && *rest == '/' && web_is_https(template);
    bool inside = false; /* of braces, where a source may be called anything */
    for (const char *byte = template; good && *byte != '\0'; byte++) {
        inside = (inside || *byte == '{') && *byte != '}';
        good = inside || (*byte > ' ' && *byte <= '~' && strchr("\"<>\\^`|", *byte) == NULL);
    }
    return good && strchr(template, '{') != NULL ? NULL
                                                 : "https://HOST/... with members of the record or sources "
                                                   "of the row in braces: {number}, {row.NAME}";
}

bool web_has_placeholder(const char *string, const char *placeholder)
{
    return string != NULL && strstr(string, placeholder) != NULL;
}

bool web_is_https(const char *url)
{
    return string_starts(url, "https://");
}

char *web_host(const char *url)
{
    const char *host = after_scheme(url);
    return host != NULL ? memory_copy_bytes(host, host_length(host)) : memory_copy_string("");
}

bool web_is_loopback(const char *url)
{
    const char *host = after_scheme(url);
    if (host == NULL)
        return false;
    size_t length = host_length(host);
    if ((length == 9 && strncasecmp(host, "localhost", length) == 0) ||
        (length == 5 && strncmp(host, "[::1]", length) == 0))
        return true;
    /* An address, not a name that begins like one: 127.evil.example is anywhere. */
    return string_starts(host, "127.") && strspn(host, "0123456789.") == length;
}
