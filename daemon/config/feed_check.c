#include "feed_check.h"

#include "address.h"
#include "web.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <string.h>
#include <strings.h>

struct asking {
    struct settings_reader *reader;
    const config_setting_t *request, *schedule, *expect;
    const struct feed_definition *definition;
    bool since; /* the regular request has {since} */
    bool each;  /* one request for each value of a list */
};

bool feed_query_has(const struct feed_query *query, const char *placeholder)
{
    return web_has_placeholder(query->path, placeholder) || web_has_placeholder(query->query, placeholder) ||
           web_has_placeholder(query->body, placeholder);
}

static void check_history(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    const config_setting_t *history = settings_member(asking->request, "history");
    if (history == NULL) {
        if (asking->since && !asking->each)
            settings_problem(asking->reader, asking->request,
                "`history` is missing: `poll` asks from {since} on, so the first load needs a request for "
                "all");
        if (definition->pages.tail == 0)
            settings_inert(asking->reader, asking->schedule, "full-every",
                "without a `history` of its own every turn asks for everything");
        return;
    }
    if (feed_query_has(&definition->history, "{since}"))
        settings_problem(
            asking->reader, history, "`history`: {since} is not accepted here, it asks for everything");
    if (string_equal(definition->history.path, definition->window.path) &&
        string_equal(definition->history.query, definition->window.query) &&
        string_equal(definition->history.body, definition->window.body))
        settings_inert(asking->reader, asking->request, "history", "it is the same as `poll`");
}

static void check_window(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    const config_setting_t *completeness = settings_member(asking->expect, "completeness");
    if (!asking->since)
        settings_inert(asking->reader, asking->schedule, "overlap", "`poll` has no {since}");
    if (!asking->since && !feed_query_has(&definition->window, "{today}") &&
        !feed_query_has(&definition->history, "{today}"))
        settings_inert(asking->reader, asking->request, "dates", "no request has {since} or {today}");
    const char *word = completeness != NULL ? config_setting_get_string(completeness) : NULL;
    if (string_equal(word, "register") && asking->since)
        settings_problem(asking->reader, completeness,
            "`completeness`: \"register\" cannot be, since `poll` asks from {since} on only");
    if (string_equal(word, "register") && asking->each)
        settings_problem(asking->reader, completeness,
            "`completeness`: \"register\" cannot be, since `each` asks for some in a turn only");
    if (string_equal(word, "register") && definition->pages.tail > 0 && definition->full_every_ms == 0)
        settings_problem(asking->reader, completeness,
            "`completeness`: \"register\" with a `tail` needs `full-every`, when the whole is asked for");
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

/* Content-Type tells the register how to read what we send; curl's own guess would be a web form. */
static void check_bodies(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    bool typed = false;
    for (size_t i = 0; i < definition->header_count; i++)
        typed = typed || strncasecmp(definition->headers[i], "content-type:", strlen("content-type:")) == 0;
    bool posts = definition->window.body != NULL || definition->history.body != NULL ||
                 definition->control.ask.body != NULL;
    if (posts && !typed)
        settings_problem(asking->reader, asking->request,
            "`headers` is missing a Content-Type: a `body` needs one, like \"Content-Type: "
            "application/json\"");
}

/* Every page is answered with a status of success. */
static void check_none(const struct asking *asking)
{
    const struct feed_definition *definition = asking->definition;
    if (definition->none_status >= 200 && definition->none_status < 300 && definition->none_text == NULL)
        settings_need(asking->reader, settings_member(asking->request, "none"), "text",
            "without it every good answer would mean \"no rows\"");
}

void feed_check_request(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    bool since = feed_query_has(&definition->window, "{since}");
    const config_setting_t *request = settings_member(root, "request");
    bool each = settings_has(request, "each");
    struct asking asking = {.reader = reader,
        .request = request,
        .schedule = settings_member(root, "schedule"),
        .expect = settings_member(root, "expect"),
        .definition = definition,
        .since = since,
        .each = each};
    if (request == NULL)
        return;
    address_check(reader, request, "base", definition->base);
    if (definition->base != NULL && !web_is_https(definition->base))
        settings_inert(reader, request, "ca-file", "the address is not https");
    if (!settings_has(request, "find"))
        settings_need(reader, request, "poll", "it has no default");
    if (definition->window.path != NULL) {
        check_history(&asking);
        check_window(&asking);
    }
    check_bodies(&asking);
    check_none(&asking);
    check_schedule(&asking);
    feed_check_paging(reader, root, definition);
}
