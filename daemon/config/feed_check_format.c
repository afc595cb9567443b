/* The group `format`: what each kind of payload has, and what it has not. */
#include "feed_check.h"

#include "m13/config.h"
#include "m13/text.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define KIND(format) (1u << (format))

/* Which kinds a setting is for. */
static const struct own_setting {
    const char *name;
    unsigned kinds;
} own_settings[] = {
    {"charset", KIND(FORMAT_JSON) | KIND(FORMAT_CSV) | KIND(FORMAT_XML) | KIND(FORMAT_HTML)},
    {"sheet", KIND(FORMAT_XLSX)},
    {"rows", KIND(FORMAT_JSON) | KIND(FORMAT_XML) | KIND(FORMAT_HTML)},
    {"keys", KIND(FORMAT_JSON)},
    {"total", KIND(FORMAT_JSON) | KIND(FORMAT_XML) | KIND(FORMAT_HTML)},
    {"as-of", KIND(FORMAT_JSON) | KIND(FORMAT_XML) | KIND(FORMAT_HTML)},
    {"separator", KIND(FORMAT_CSV)},
    {"quote", KIND(FORMAT_CSV)},
};

static void check_kind(
    struct settings_reader *reader, const config_setting_t *format, const struct feed_definition *definition)
{
    for (size_t i = 0; i < COUNT(own_settings); i++) {
        if ((own_settings[i].kinds & KIND(definition->format)) != 0)
            continue;
        struct text kinds = TEXT_WITH_CEILING(64), reason = TEXT_WITH_CEILING(128);
        for (unsigned kind = FORMAT_JSON; kind <= FORMAT_HTML; kind++)
            if ((own_settings[i].kinds & KIND(kind)) != 0)
                text_append_format(&kinds, "%s\"%s\"", kinds.length > 0 ? ", " : "",
                    name_code(feed_format_names, FORMAT_HTML + 1, (int)kind));
        text_append_format(&reason, "it is for the kind %s", text_string(&kinds));
        settings_inert(reader, format, own_settings[i].name, text_string(&reason));
        text_free(&kinds);
        text_free(&reason);
    }
}

static void check_container(
    struct settings_reader *reader, const config_setting_t *format, const struct feed_definition *definition)
{
    if (definition->container == CONTAINER_NONE)
        settings_inert(reader, format, "member", "there is no `container`");
    else if (definition->format == FORMAT_XLSX)
        settings_problem(reader, settings_member(format, "container"),
            "`container`: a workbook is taken as it is, not out of a zip");
    else
        settings_need(reader, format, "member", "which file of the container is meant");
}

static void check_path(struct settings_reader *reader, const config_setting_t *format, const char *name,
    const char *accepted, const char *path)
{
    if (accepted != NULL)
        settings_problem(reader, settings_member(format, name),
            "`%s`: \"%s\" is not accepted; accepted is %s", name, path, accepted);
}

/* "/rss/channel/item": the reader goes through the document as it comes, and looks neither back nor ahead. */
static const char *refuses_element_path(const char *path)
{
    static const char accepted[] = "the path of an element, like \"/rss/channel/item\"";
    if (path[0] != '/')
        return accepted;
    while (*path == '/') {
        size_t length = strcspn(++path, "/");
        bool any = length == 1 && *path == '*';
        if (length == 0 || (!any && strcspn(path, "[]()@*=|'\" \t<>&") < length))
            return accepted;
        path += length;
    }
    return NULL;
}

/* A path besides `rows`, which may be left out. */
static void check_beside(struct settings_reader *reader, const config_setting_t *format,
    const struct feed_definition *definition, const char *name, const char *path)
{
    const char *accepted = NULL;
    if (path == NULL)
        return;
    switch (definition->format) {
    case FORMAT_JSON:
        accepted = feed_refuses_json_path(path, false, false);
        break;
    case FORMAT_XML:
        accepted = refuses_element_path(path);
        break;
    case FORMAT_HTML:
        accepted = feed_refuses_xpath(path);
        break;
    case FORMAT_CSV:
    case FORMAT_XLSX:
        return;
    }
    check_path(reader, format, name, accepted, path);
}

static void check_rows(
    struct settings_reader *reader, const config_setting_t *format, const struct feed_definition *definition)
{
    const char *rows = definition->rows;
    switch (definition->format) {
    case FORMAT_JSON:
        if (rows != NULL && !string_equal(rows, "."))
            check_path(reader, format, "rows", feed_refuses_json_path(rows, true, false), rows);
        break;
    case FORMAT_XML:
        if (settings_need(reader, format, "rows", "the path of a row's element") && rows != NULL)
            check_path(reader, format, "rows", refuses_element_path(rows), rows);
        break;
    case FORMAT_HTML:
        if (settings_need(reader, format, "rows", "the XPath of a row's node") && rows != NULL)
            check_path(reader, format, "rows", feed_refuses_xpath(rows), rows);
        break;
    case FORMAT_CSV:
    case FORMAT_XLSX:
        break;
    }
    check_beside(reader, format, definition, "total", definition->total);
    check_beside(reader, format, definition, "as-of", definition->as_of);
}

static void check_keys(
    struct settings_reader *reader, const config_setting_t *format, const struct feed_definition *definition)
{
    for (size_t i = 0; i < definition->key_count; i++)
        if (strpbrk(definition->keys[i], ".[]*?") != NULL)
            settings_problem(reader, settings_member(format, "keys"),
                "`keys`: \"%s\" is not accepted; accepted are names of members at the top of the document",
                definition->keys[i]);
}

void feed_check_format(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    const config_setting_t *format = settings_member(root, "format");
    if (!settings_has(format, "kind"))
        return;
    check_kind(reader, format, definition);
    check_container(reader, format, definition);
    check_rows(reader, format, definition);
    if (definition->format == FORMAT_JSON)
        check_keys(reader, format, definition);
    if (definition->format == FORMAT_CSV && definition->quote == definition->separator)
        settings_problem(reader, format, "`quote` and `separator` are the same character");
    feed_check_sources(reader, root, definition);
}
