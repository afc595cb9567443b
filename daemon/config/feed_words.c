/* The words that the fields of a definition give, held against those that the rest of m13d knows. */
#include "feed_fields.h"

#include "m13/country.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/record.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

struct fields {
    struct settings_reader *reader;
    const config_setting_t *group; /* `fields` */
    const struct feed_definition *definition;
};

/* As in record.h; the rules (R10) know no other. */
static const char *const statuses[] = {
    "active", "suspended", "withdrawn", "cancelled", "expired", "reclassified", "refused", "unknown"};

static bool is_status(const struct feed_definition *definition, const char *word)
{
    (void)definition;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (string_equal(statuses[i], word))
            return true;
    return false;
}

static bool is_route(const struct feed_definition *definition, const char *word)
{
    for (size_t i = 0; i < definition->route_count; i++)
        if (string_equal(definition->routes[i], word))
            return true;
    return string_equal(word, "unknown");
}

static bool is_country(const struct feed_definition *definition, const char *word)
{
    (void)definition;
    return country_exists(word);
}

static const struct vocabulary {
    enum record_field field;
    bool (*knows)(const struct feed_definition *definition, const char *word);
    const char *accepted;
} vocabularies[] = {
    {RECORD_ROUTE, is_route, "one of the definition's `routes`, or \"unknown\""},
    {RECORD_STATUS, is_status,
        "active, suspended, withdrawn, cancelled, expired, reclassified, refused or unknown"},
    {RECORD_COUNTRY, is_country, "a country as two capitals (ISO 3166-1 alpha-2)"},
};

static bool word_is_known(const struct feed_definition *definition, const struct feed_mapping *mapping,
    const char *word, const char **ret_accepted)
{
    for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++)
        if (vocabularies[i].field == mapping->field) {
            *ret_accepted = vocabularies[i].accepted;
            return vocabularies[i].knows(definition, word);
        }
    struct date date;
    *ret_accepted = "a date like \"2026-01-05\"";
    return record_member(mapping->field)->kind != RECORD_KIND_DATE ||
           date_parse(word, DATE_FORM_ISO, &date) == 0;
}

static void check_word(const struct fields *fields, const struct feed_mapping *mapping,
    const config_setting_t *group, const char *name)
{
    const config_setting_t *setting = settings_member(group, name);
    const char *word = setting != NULL ? config_setting_get_string(setting) : NULL;
    const char *accepted = NULL;
    if (word != NULL && !word_is_known(fields->definition, mapping, word, &accepted))
        settings_problem(
            fields->reader, setting, "`%s`: \"%s\" is not accepted; accepted is %s", name, word, accepted);
}

/* A member that is mapped earlier in wire order, or a source of the row. */
static bool placeholder_is_filled(const struct feed_definition *definition, const char *name)
{
    if (string_starts(name, "row."))
        return name[strlen("row.")] != '\0';
    int field = record_field_by_name(name);
    return field == RECORD_AUTHORITY ||
           (field > 0 && field < RECORD_URL && feed_mapping_of(definition, (enum record_field)field) != NULL);
}

static void check_template(
    const struct fields *fields, const struct feed_mapping *mapping, const config_setting_t *group)
{
    const config_setting_t *setting = settings_member(group, "template");
    const char *template = setting != NULL ? config_setting_get_string(setting) : NULL;
    if (template == NULL)
        return;
    if (mapping->field != RECORD_URL) {
        settings_problem(fields->reader, setting, "`template` is for the member `url` alone");
        return;
    }
    for (const char *brace = strpbrk(template, "{}"); brace != NULL; brace = strpbrk(brace, "{}")) {
        size_t length = strcspn(brace + 1, "{}");
        char *name = memory_copy_bytes(brace + 1, length);
        bool good = *brace == '{' && brace[1 + length] == '}';
        if (!good)
            settings_problem(fields->reader, setting, "`template`: a brace is not closed, or not opened");
        else if (!placeholder_is_filled(fields->definition, name))
            settings_problem(fields->reader, setting,
                "`template`: nothing fills {%s}; accepted is a member that `fields` maps, or {row.SOURCE}",
                name);
        free(name);
        if (!good)
            return;
        brace += length + 2;
    }
}

static void check_mapping(const struct fields *fields, const struct feed_mapping *mapping)
{
    const config_setting_t *group = settings_member(fields->group, record_member(mapping->field)->name);
    const config_setting_t *rules = settings_member(group, "rules");
    check_word(fields, mapping, group, "is");
    check_word(fields, mapping, group, "otherwise");
    check_template(fields, mapping, group);
    for (size_t i = 0; rules != NULL && i < settings_count(rules); i++) {
        const config_setting_t *rule = settings_element(rules, i);
        check_word(fields, mapping, rule, "is");
        check_template(fields, mapping, rule);
    }
}

/* With `otherwise` the routes that can come out are known; one that is listed and cannot is a mistake. */
static void check_routes(const struct fields *fields, const config_setting_t *root)
{
    const struct feed_mapping *mapping = feed_mapping_of(fields->definition, RECORD_ROUTE);
    const config_setting_t *routes = settings_member(root, "routes");
    if (mapping == NULL || routes == NULL || (mapping->unmatched == NULL && mapping->value == NULL))
        return;
    for (size_t i = 0; i < fields->definition->route_count; i++) {
        const char *route = fields->definition->routes[i];
        bool given = string_equal(mapping->unmatched, route) || string_equal(mapping->value, route);
        for (size_t j = 0; j < mapping->rule_count && !given; j++)
            given = mapping->rules[j].value == NULL || string_equal(mapping->rules[j].value, route);
        if (!given)
            settings_problem(
                fields->reader, routes, "`routes`: the member `route` never gives \"%s\"", route);
    }
}

void feed_check_fields(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    struct fields fields = {
        .reader = reader, .group = settings_member(root, "fields"), .definition = definition};
    for (size_t i = 0; i < definition->mapping_count; i++)
        check_mapping(&fields, &definition->mappings[i]);
    check_routes(&fields, root);
}
