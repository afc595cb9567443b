#include "feed_check.h"

#include "address.h"
#include "web.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <string.h>

struct asking {
    struct settings_reader *reader;
    const config_setting_t *request, *schedule, *expect, *format;
    const struct feed_definition *definition;
    bool since; /* the regular request has {since} */
};

static bool query_has(const struct feed_query *query, const char *placeholder)
{
    return web_has_placeholder(query->path, placeholder) || web_has_placeholder(query->query, placeholder);
}

static void check_history(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    const config_setting_t *history = settings_member(asking->request, "history");
    if (history == NULL) {
        if (asking->since)
            settings_problem(asking->reader, asking->request,
                "`history` is missing: `poll` asks from {since} on, so the first load needs a request for "
                "all");
        settings_inert(asking->reader, asking->schedule, "full-every",
            "without a `history` of its own every turn asks for everything");
        return;
    }
    if (query_has(&definition->history, "{since}"))
        settings_problem(
            asking->reader, history, "`history`: {since} is not accepted here, it asks for everything");
    if (string_equal(definition->history.path, definition->window.path) &&
        string_equal(definition->history.query, definition->window.query))
        settings_inert(asking->reader, asking->request, "history", "it is the same as `poll`");
}

static void check_window(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    const config_setting_t *completeness = settings_member(asking->expect, "completeness");
    if (!asking->since)
        settings_inert(asking->reader, asking->schedule, "overlap", "`poll` has no {since}");
    if (!asking->since && !query_has(&definition->window, "{today}") &&
        !query_has(&definition->history, "{today}"))
        settings_inert(asking->reader, asking->request, "dates", "no request has {since} or {today}");
    const char *word = completeness != NULL ? config_setting_get_string(completeness) : NULL;
    if (string_equal(word, "window") && !asking->since)
        settings_problem(
            asking->reader, completeness, "`completeness`: \"window\" needs a `poll` with {since}");
    if (string_equal(word, "register") && asking->since)
        settings_problem(asking->reader, completeness,
            "`completeness`: \"register\" cannot be, since `poll` asks from {since} on only");
}

static void check_schedule(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    const config_setting_t *jitter = settings_member(asking->schedule, "jitter");
    const config_setting_t *fresh = settings_member(asking->expect, "fresh");
    const config_setting_t *full = settings_member(asking->schedule, "full-every");
    if (definition->every_ms % CLOCK_DAY != 0)
        settings_inert(asking->reader, asking->schedule, "at",
            "`every` is no whole number of days, so no time of day can be kept");
    if (jitter != NULL && definition->jitter_ms >= definition->every_ms)
        settings_problem(asking->reader, jitter, "`jitter` must be shorter than `every`");
    if (fresh != NULL && definition->fresh_ms < definition->every_ms)
        settings_problem(
            asking->reader, fresh, "`fresh` is shorter than `every`: the feed would always be stale");
    if (full != NULL && definition->full_every_ms < definition->every_ms)
        settings_problem(asking->reader, full, "`full-every` is shorter than `every`");
}

static bool is_json_path(const char *path)
{
    return path[0] != '\0' && path[0] != '.' && !string_ends(path, ".") && strstr(path, "..") == NULL;
}

static void check_format(const struct asking *asking)
{
    static const char *const of_json[] = {"rows", "total", "as-of"};
    static const char *const of_csv[] = {"separator", "quote"};
    const struct feed_definition *definition = asking->definition;
    if (!settings_has(asking->format, "kind"))
        return;
    if (definition->format == FORMAT_JSON)
        for (size_t i = 0; i < sizeof of_csv / sizeof *of_csv; i++)
            settings_inert(asking->reader, asking->format, of_csv[i], "it is for the kind \"csv\"");
    for (size_t i = 0; i < sizeof of_json / sizeof *of_json; i++) {
        const config_setting_t *setting = settings_member(asking->format, of_json[i]);
        const char *path = setting != NULL ? config_setting_get_string(setting) : NULL;
        if (definition->format == FORMAT_CSV)
            settings_inert(asking->reader, asking->format, of_json[i], "it is for the kind \"json\"");
        else if (path != NULL && !is_json_path(path))
            settings_problem(asking->reader, setting,
                "`%s`: \"%s\" is not accepted; accepted is a path of members, like \"meta.results.total\"",
                of_json[i], path);
    }
    if (definition->format == FORMAT_CSV && definition->quote == definition->separator)
        settings_problem(asking->reader, asking->format, "`quote` and `separator` are the same character");
    if (definition->total == NULL)
        settings_inert(asking->reader, asking->expect, "largest-shrink",
            "it compares totals that the register declares, and `format` names no `total`");
}

void feed_check_request(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    struct asking asking = {.reader = reader,
        .request = settings_member(root, "request"),
        .schedule = settings_member(root, "schedule"),
        .expect = settings_member(root, "expect"),
        .format = settings_member(root, "format"),
        .definition = definition,
        .since = query_has(&definition->window, "{since}")};
    address_check(reader, asking.request, "base", definition->base);
    if (definition->window.path != NULL) {
        check_history(&asking);
        check_window(&asking);
    }
    check_schedule(&asking);
    check_format(&asking);
}
