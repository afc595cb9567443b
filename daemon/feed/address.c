/* address.c - what a query asks at a place of a chain: its address, and the body of a POST. */
#include "m13/feed.h"
#include "m13/limits.h"
#include "m13/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Where a window has no beginning: no register of devices is older. */
#define FIRST_YEAR 1900

static void print_day(struct text *out, int32_t day, enum date_form form)
{
    int year, month, day_of_month;
    day_to_civil(day == DAY_NONE ? day_from_civil(FIRST_YEAR, 1, 1) : day, &year, &month, &day_of_month);
    switch (form) {
    case DATE_FORM_JA: /* forms that are read, never asked by: the definition's check refuses them */
    case DATE_FORM_MONTH:
    case DATE_FORM_EXCEL:
    case DATE_FORM_ULID:
    case DATE_FORM_ISO:
        text_append_format(out, "%04d-%02d-%02d", year, month, day_of_month);
        return;
    case DATE_FORM_PLAIN:
        text_append_format(out, "%04d%02d%02d", year, month, day_of_month);
        return;
    case DATE_FORM_US:
        text_append_format(out, "%02d/%02d/%04d", month, day_of_month, year);
        return;
    case DATE_FORM_EU:
        text_append_format(out, "%02d/%02d/%04d", day_of_month, month, year);
        return;
    case DATE_FORM_SLASH:
        text_append_format(out, "%04d/%02d/%02d", year, month, day_of_month);
        return;
    case DATE_FORM_ZH:
        text_append_format(out, "%04d年%02d月%02d日", year, month, day_of_month);
        return;
    }
}

/* --- values -----------------------------------------------------------------------------------------------
 */

enum escaping { ESCAPE_URL, ESCAPE_JSON };

/* As it stands in a URL. A date of ours may have slashes; a value out of a register must not. */
static void append_percent(struct text *out, const char *value, bool slashes)
{
    for (; *value != '\0'; value++)
        if (isalnum((unsigned char)*value) || strchr("-._~", *value) != NULL || (slashes && *value == '/'))
            text_append_character(out, *value);
        else
            text_append_format(out, "%%%02X", (unsigned)(unsigned char)*value);
}

/* As it stands between the quotes of a JSON string. */
static void append_json_inside(struct text *out, const char *value)
{
    struct text quoted = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    text_append_json(&quoted, value);
    if (quoted.length > 2)
        text_append(out, quoted.bytes + 1, quoted.length - 2);
    text_free(&quoted);
}

/* --- placeholders -----------------------------------------------------------------------------------------
 */

static const char *const placeholders[] = {
    "{since}", "{today}", "{page}", "{offset}", "{from}", "{to}", "{each}"};
enum { PLACEHOLDER_TODAY = 1, PLACEHOLDER_EACH = 6 };

static void print_value(struct text *value, size_t placeholder, const struct feed_definition *definition,
    const struct feed_place *place)
{
    int64_t size = definition->pages.size;
    const int64_t numbers[] = {0, 0, definition->pages.first + place->page, place->page * size,
        place->page * size + 1, (place->page + 1) * size};
    if (placeholder <= PLACEHOLDER_TODAY)
        print_day(value, placeholder == 0 ? place->since : place->today, definition->query_dates);
    else if (placeholder < sizeof numbers / sizeof *numbers)
        text_append_integer(value, numbers[placeholder]);
    else
        text_append_string(value, place->each);
}

/* Whatever else stands in braces is the query's own: bodies are JSON. */
static void append_filled(struct text *out, const char *pattern, const struct feed_definition *definition,
    const struct feed_place *place, enum escaping escaping)
{
    struct text value = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    while (*pattern != '\0') {
        size_t found = 0, count = sizeof placeholders / sizeof *placeholders;
        while (found < count && !string_starts(pattern, placeholders[found]))
            found++;
        if (found == count) {
            text_append_character(out, *pattern++);
            continue;
        }
        text_clear(&value);
        print_value(&value, found, definition, place);
        if (escaping == ESCAPE_URL)
            append_percent(out, text_string(&value), found != PLACEHOLDER_EACH);
        else
            append_json_inside(out, text_string(&value));
        pattern += strlen(placeholders[found]);
    }
    text_free(&value);
}

static size_t base_length(const struct feed_definition *definition)
{
    size_t length = strlen(definition->base);
    while (length > 0 && definition->base[length - 1] == '/')
        length--;
    return length;
}

char *feed_url(
    const struct feed_definition *definition, const struct feed_query *query, const struct feed_place *place)
{
    if (query->path == NULL)
        query = &definition->window;
    struct text url = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    text_append(&url, definition->base, base_length(definition));
    append_filled(&url, query->path != NULL ? query->path : "/", definition, place, ESCAPE_URL);
    if (query->query != NULL) {
        text_append_character(&url, '?');
        append_filled(&url, query->query, definition, place, ESCAPE_URL);
    }
    return text_take(&url);
}

bool feed_header_is(const char *header, const char *name)
{
    size_t length = strlen(name);
    return strncasecmp(header, name, length) == 0 && header[length] == ':';
}

static bool sends_json(const struct feed_definition *definition)
{
    for (size_t i = 0; i < definition->header_count; i++)
        if (feed_header_is(definition->headers[i], "Content-Type"))
            return strcasestr(definition->headers[i], "json") != NULL;
    return true;
}

char *feed_body(
    const struct feed_definition *definition, const struct feed_query *query, const struct feed_place *place)
{
    if (query->path == NULL)
        query = &definition->window;
    if (query->body == NULL)
        return NULL;
    struct text body = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    append_filled(&body, query->body, definition, place, sends_json(definition) ? ESCAPE_JSON : ESCAPE_URL);
    text_append(&body, "", 0);
    return text_take(&body);
}
