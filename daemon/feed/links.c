/* links.c - the next page, as a Link header names it (RFC 8288). */
#include "m13/feed.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "m13/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One link-value: `target` is what stands between the angle brackets. */
struct link {
    const char *target;
    size_t target_length;
    bool is_next;
    bool has_relation; /* only the first rel counts (3.3) */
    bool has_anchor;   /* then it speaks about another document (3.2) */
};

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static bool is_one_of_words(const char *words, size_t length, const char *wanted)
{
    const char *end = words + length;
    while (words < end) {
        size_t word = strcspn(words, " \t");
        if (word > (size_t)(end - words))
            word = (size_t)(end - words);
        if (word == strlen(wanted) && strncasecmp(words, wanted, word) == 0)
            return true;
        words += word + (words + word < end);
    }
    return false;
}

/* Reads `name[=value]`; returns what follows it. */
static const char *read_parameter(const char *at, struct link *link)
{
    const char *name = at;
    size_t name_length = strcspn(at, "=;, \t");
    const char *value = "";
    size_t value_length = 0;
    at = skip_blanks(at + name_length);
    if (*at == '=') {
        at = skip_blanks(at + 1);
        if (*at == '"') {
            value = ++at;
            while (*at != '\0' && *at != '"')
                at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
            value_length = (size_t)(at - value);
            at += *at == '"';
        } else {
            value = at;
            value_length = strcspn(at, ";, \t");
            at += value_length;
        }
    }
    if (name_length == 3 && strncasecmp(name, "rel", 3) == 0 && !link->has_relation) {
        link->has_relation = true;
        link->is_next = is_one_of_words(value, value_length, "next");
    }
    link->has_anchor = link->has_anchor || (name_length == 6 && strncasecmp(name, "anchor", 6) == 0);
    return at;
}

/* Reads one link-value from *cursor; false at the end of the header, or of what can be understood of it. */
static bool read_link(const char **cursor, struct link *link)
{
    const char *at = *cursor;
    *link = (struct link){0};
    at += strspn(at, ", \t");
    if (*at != '<')
        return false;
    link->target = ++at;
    link->target_length = strcspn(at, ">");
    at += link->target_length;
    if (*at != '>')
        return false;
    at = skip_blanks(at + 1);
    while (*at == ';') {
        at = skip_blanks(at + 1);
        at = skip_blanks(read_parameter(at, link));
    }
    *cursor = at;
    return *at == ',' || *at == '\0';
}

int feed_link_next(const char *header, const char *base_url, char **ret_url)
{
    struct link link;
    while (header != NULL && read_link(&header, &link)) {
        if (!link.is_next || link.has_anchor)
            continue;
        char *target = memory_copy_bytes(link.target, link.target_length);
        char *url = link.target_length <= LIMIT_URL_BYTES ? url_resolve(base_url, target) : NULL;
        free(target);
        if (url == NULL || !url_stays(url, base_url)) {
            free(url);
            return -EPERM;
        }
        *ret_url = url;
        return 1;
    }
    return 0;
}
