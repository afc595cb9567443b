/* The several requests of one poll: pages, lists, an address that must be found, questions asked before. */
#include "feed_check.h"

#include "web.h"

#include "m13/text.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct paging {
    struct settings_reader *reader;
    const config_setting_t *request;
    const struct feed_definition *definition;
    bool each; /* one request for each value of a list */
};

/* A query of the request, by its name in the file. */
struct named_query {
    const char *name;
    const struct feed_query *query;
};

static const char *const page_placeholders[] = {"{page}", "{offset}", "{from}", "{to}"};

static bool query_turns_pages(const struct feed_query *query)
{
    for (size_t i = 0; i < COUNT(page_placeholders); i++)
        if (feed_query_has(query, page_placeholders[i]))
            return true;
    return false;
}

static void refuse_page_placeholders(const struct paging *paging, const struct named_query *named)
{
    for (size_t i = 0; i < COUNT(page_placeholders); i++)
        if (feed_query_has(named->query, page_placeholders[i]))
            settings_problem(paging->reader, settings_member(paging->request, named->name),
                "`%s`: nothing fills %s: it is for `paging = \"numbered\"`", named->name,
                page_placeholders[i]);
}

static void check_numbered(const struct paging *paging, const struct named_query *named)
{
    if (!query_turns_pages(named->query))
        settings_problem(paging->reader, settings_member(paging->request, named->name),
            "`%s`: {page}, {offset}, {from} or {to} must stand in it, or all numbered pages are the same",
            named->name);
    if (feed_query_has(named->query, "{since}") && paging->definition->pages.tail > 0)
        settings_problem(paging->reader, settings_member(paging->request, named->name),
            "`%s`: {since} is not accepted beside a `tail`: both say where a poll begins", named->name);
}

static void check_each_placeholder(const struct paging *paging, const struct named_query *named)
{
    bool has = feed_query_has(named->query, "{each}");
    const config_setting_t *setting = settings_member(paging->request, named->name);
    if (has && !paging->each)
        settings_problem(
            paging->reader, setting, "`%s`: nothing fills {each}: there is no `each`", named->name);
    if (!has && paging->each)
        settings_problem(paging->reader, setting,
            "`%s`: {each} must stand in it, or the request is the same for every value", named->name);
    if (paging->each && feed_query_has(named->query, "{since}"))
        settings_problem(paging->reader, setting,
            "`%s`: {since} is not accepted beside `each`: the next turn goes on behind the last value",
            named->name);
}

static void check_queries(const struct paging *paging)
{
    const struct named_query queries[] = {
        {"poll", &paging->definition->window}, {"history", &paging->definition->history}};
    for (size_t i = 0; i < COUNT(queries); i++) {
        if (queries[i].query->path == NULL)
            continue;
        check_each_placeholder(paging, &queries[i]);
        if (paging->definition->paging == PAGING_NUMBERED)
            check_numbered(paging, &queries[i]);
        else
            refuse_page_placeholders(paging, &queries[i]);
    }
}

/* Asked once, before the pages: there is nothing yet that a placeholder could stand for. */
static void check_plain_queries(const struct paging *paging)
{
    static const char *const others[] = {"{since}", "{today}", "{each}"};
    const struct named_query queries[] = {{"find", &paging->definition->find.page},
        {"control", &paging->definition->control.ask}, {"prime", &paging->definition->prime}};
    for (size_t i = 0; i < COUNT(queries); i++) {
        bool has = query_turns_pages(queries[i].query);
        for (size_t j = 0; j < COUNT(others); j++)
            has = has || feed_query_has(queries[i].query, others[j]);
        if (has)
            settings_problem(paging->reader, settings_member(paging->request, queries[i].name),
                "`%s`: placeholders are not filled here", queries[i].name);
    }
}

static void check_pages(const struct paging *paging, const config_setting_t *format)
{
    const struct feed_definition *definition = paging->definition;
    if (definition->paging != PAGING_NUMBERED) {
        settings_inert(paging->reader, paging->request, "pages", "it is for `paging = \"numbered\"`");
        settings_inert(paging->reader, paging->request, "control",
            "its answer tells a total as numbered pages do, and `paging` is not \"numbered\"");
        return;
    }
    settings_need(paging->reader, paging->request, "pages", "numbered pages have a size and a total");
    if (settings_has(format, "kind") &&
        (definition->format != FORMAT_JSON || definition->container != CONTAINER_NONE))
        settings_problem(paging->reader, settings_member(paging->request, "paging"),
            "`paging`: \"numbered\" is for the kind \"json\" without a container, whose pages tell the "
            "total");
}

static void check_each(const struct paging *paging)
{
    const struct feed_definition *definition = paging->definition;
    const config_setting_t *each = settings_member(paging->request, "each");
    if (each == NULL)
        return;
    settings_inert(paging->reader, paging->request, "history", "a feed with `each` asks value by value");
    if (definition->paging == PAGING_LINK)
        settings_problem(paging->reader, settings_member(paging->request, "paging"),
            "`paging`: beside `each` \"none\" and \"numbered\" are accepted");
    const config_setting_t *pages = settings_member(paging->request, "pages");
    settings_inert(
        paging->reader, pages, "tail", "with `each` every value is asked for from its first page on");
    if (definition->each.a_turn > definition->requests_a_day)
        settings_problem(paging->reader, settings_member(each, "a-turn"),
            "`a-turn`: %lld values need more requests than the %lld that `budget` allows a day",
            (long long)definition->each.a_turn, (long long)definition->requests_a_day);
}

static void check_find(const struct paging *paging)
{
    if (!settings_has(paging->request, "find"))
        return;
    static const char reason[] = "`find` leads to the payload";
    static const char *const without[] = {"poll", "history", "each", "paging", "pages", "control", "dates"};
    for (size_t i = 0; i < COUNT(without); i++)
        settings_inert(paging->reader, paging->request, without[i], reason);
}

void feed_check_paging(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    const config_setting_t *request = settings_member(root, "request");
    const struct paging paging = {reader, request, definition, settings_has(request, "each")};
    check_find(&paging);
    check_plain_queries(&paging);
    if (settings_has(paging.request, "find"))
        return;
    check_queries(&paging);
    check_pages(&paging, settings_member(root, "format"));
    check_each(&paging);
}
