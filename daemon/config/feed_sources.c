/* Sources: how the fields of a row are called, by the format of the payload. */
#include "feed_check.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>

/* --- JSON ---------------------------------------------------------------------------------------------- */

/* Behind the bracket at `bracket`: [], [*], [0] or [key=value]; NULL when it is none of these. */
static const char *after_element(const char *bracket)
{
    const char *inside = bracket + 1, *end = strchr(inside, ']');
    if (end == NULL)
        return NULL;
    if (end == inside || (*inside == '*' && end == inside + 1))
        return end + 1;
    size_t digits = strspn(inside, "0123456789");
    if (digits <= 3 && inside + digits == end)
        return end + 1;
    const char *equals = memchr(inside, '=', (size_t)(end - inside));
    bool good = equals != NULL && equals != inside && memchr(inside, '[', (size_t)(end - inside)) == NULL;
    return good ? end + 1 : NULL;
}

/* Behind one segment: a name, `*`, or a name with elements; NULL when it is none of these. */
static const char *after_segment(const char *segment, bool stars, bool elements)
{
    size_t length = strcspn(segment, ".[]*?");
    const char *end = segment + length;
    if (length == 0)
        return stars && *segment == '*' ? segment + 1 : NULL;
    if (*end == '[')
        return elements ? after_element(end) : NULL;
    return end;
}

const char *feed_refuses_json_path(const char *path, bool stars, bool elements)
{
    const char *accepted =
        elements
            ? "a path of members, like \"a.b\", \"a[].b\", \"a[*].b\", \"a[0].b\", \"a[k=v].b\" or \"*.b\""
        : stars ? "a path of members, like \"meta.results\", or with `*` for every member: \"*\""
                : "a path of members, like \"meta.results.total\"";
    for (const char *segment = path;;) {
        const char *end = after_segment(segment, stars, elements);
        if (end == NULL)
            return accepted;
        if (*end == '\0')
            return NULL;
        if (*end != '.')
            return accepted;
        segment = end + 1;
    }
}

static const char *refuses_json_source(const char *source)
{
    return feed_refuses_json_path(source, true, true);
}

/* --- tables -------------------------------------------------------------------------------------------- */

/* NAME, NAME* or NAME#2, and ? behind it. */
static const char *refuses_column(const char *source)
{
    static const char accepted[] = "a column's name, or its beginning with `*` behind it, or with `#2` the "
                                   "second of that name; and `?` last where the column may be missing";
    size_t length = strlen(source);
    length -= length > 0 && source[length - 1] == '?';
    if (length > 0 && source[length - 1] == '*')
        return length > 1 ? NULL : accepted;
    size_t digits = 0;
    while (digits < length && source[length - 1 - digits] >= '0' && source[length - 1 - digits] <= '9')
        digits++;
    bool numbered = digits > 0 && digits < length && source[length - 1 - digits] == '#';
    if (numbered) {
        bool good = source[length - digits] != '0' && digits <= 2 && length > digits + 1;
        return good ? NULL : accepted;
    }
    return length > 0 ? NULL : accepted;
}

/* --- XML and HTML -------------------------------------------------------------------------------------- */

static void say_nothing(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

const char *feed_refuses_xpath(const char *expression)
{
    xmlGenericErrorFunc none = say_nothing;
    xmlSetGenericErrorFunc(NULL, none);
    xmlSetStructuredErrorFunc(NULL, NULL);
    xmlXPathCompExprPtr compiled = xmlXPathCompile((const xmlChar *)expression);
    xmlXPathFreeCompExpr(compiled);
    xmlSetGenericErrorFunc(NULL, NULL);
    return compiled != NULL ? NULL : "an XPath expression, like \"td[2]\" or \"a/@href\"";
}

/* --- all sources of a definition ----------------------------------------------------------------------- */

struct sources {
    struct settings_reader *reader;
    const char *(*refuses)(const char *source);
};

static void check_source(const struct sources *sources, const config_setting_t *setting, const char *source)
{
    const char *accepted =
        string_is_blank(source) ? NULL : sources->refuses(source); /* blank: told already */
    if (accepted != NULL)
        settings_problem(
            sources->reader, setting, "the source \"%s\" is not accepted; accepted is %s", source, accepted);
}

static void check_from(const struct sources *sources, const config_setting_t *from)
{
    const char *single = from != NULL ? config_setting_get_string(from) : NULL;
    if (single != NULL)
        check_source(sources, from, single);
    for (size_t i = 0; from != NULL && i < settings_count(from); i++) {
        const config_setting_t *element = settings_element(from, i);
        const char *source = config_setting_get_string(element);
        if (source != NULL)
            check_source(sources, element, source);
    }
}

static void check_condition(const struct sources *sources, const config_setting_t *condition)
{
    const config_setting_t *first = settings_count(condition) > 0 ? settings_element(condition, 0) : NULL;
    const char *source = first != NULL ? config_setting_get_string(first) : NULL;
    if (source != NULL)
        check_source(sources, first, source + (source[0] == '!'));
}

static void check_conditions(const struct sources *sources, const config_setting_t *conditions)
{
    for (size_t i = 0; conditions != NULL && i < settings_count(conditions); i++)
        check_condition(sources, settings_element(conditions, i));
}

/* Each of these is a condition, or a list of them. */
static void check_skip(const struct sources *sources, const config_setting_t *skip)
{
    for (size_t i = 0; skip != NULL && i < settings_count(skip); i++) {
        const config_setting_t *element = settings_element(skip, i);
        check_condition(sources, element);
        check_conditions(sources, element);
    }
}

static void check_template(const struct sources *sources, const config_setting_t *template)
{
    static const char of_row[] = "{row.";
    const char *text = template != NULL ? config_setting_get_string(template) : NULL;
    for (const char *at = text != NULL ? strstr(text, of_row) : NULL; at != NULL; at = strstr(at, of_row)) {
        at += strlen(of_row);
        char *source = memory_copy_bytes(at, strcspn(at, "}"));
        check_source(sources, template, source);
        free(source);
    }
}

static void check_member(const struct sources *sources, const config_setting_t *member)
{
    if (!config_setting_is_group(member)) {
        check_from(sources, member);
        return;
    }
    const config_setting_t *rules = settings_member(member, "rules");
    check_from(sources, settings_member(member, "from"));
    check_template(sources, settings_member(member, "template"));
    for (size_t i = 0; rules != NULL && i < settings_count(rules); i++) {
        const config_setting_t *rule = settings_element(rules, i);
        check_from(sources, settings_member(rule, "from"));
        check_template(sources, settings_member(rule, "template"));
        check_conditions(sources, settings_member(rule, "when"));
    }
}

void feed_check_sources(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    static const char *(*const of_formats[])(const char *) = {
        [FORMAT_JSON] = refuses_json_source,
        [FORMAT_CSV] = refuses_column,
        [FORMAT_XLSX] = refuses_column,
        [FORMAT_XML] = feed_refuses_xpath,
        [FORMAT_HTML] = feed_refuses_xpath,
    };
    const struct sources sources = {reader, of_formats[definition->format]};
    const config_setting_t *fields = settings_member(root, "fields");
    for (size_t i = 0; fields != NULL && i < settings_count(fields); i++)
        check_member(&sources, settings_element(fields, i));
    check_skip(&sources, settings_member(root, "skip"));
}
