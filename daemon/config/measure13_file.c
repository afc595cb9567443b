#include "policy_files.h"

#include "parameters_text.h"

#include "m13/memory.h"
#include "m13/money.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define AT(member)   .place = offsetof(struct policy_parameters, member)
#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)

static const struct setting_entry force_entries[] = {
    {"first", SETTING_DATE, AT(force_first)},
    {"last", SETTING_DATE, AT(force_last)},
    {"last-filing-day", SETTING_DATE, AT(last_filing_day)},
    SOURCE_ENTRIES(force_source),
};
static const struct settings force = SETTINGS(force_entries);

/* --- what is newly approved --------------------------------------------------------------------------- */

static const struct setting_entry watch_entries[] = {
    {"first", SETTING_DATE, AT(watch_first), .required = true},
    {"last", SETTING_DATE, AT(watch_last), .required = true},
};
static const struct settings watch = SETTINGS(watch_entries);

static void read_watch(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct policy_parameters *parameters = target;
    parameters->watch_first = parameters->watch_last = DAY_NONE;
    if (string_equal(config_setting_get_string(setting), "none"))
        return;
    if (!config_setting_is_group(setting))
        settings_problem(reader, setting, "`watch`: accepted is { first = ...; last = ...; } or \"none\"");
    else
        settings_read(reader, setting, &watch, parameters);
}

static const struct setting_entry newly_entries[] = {
    {"mode", SETTING_WORD, AT(newly_mode), WORDS(newly_mode_names)},
    {"first", SETTING_DATE, AT(newly_first)},
    {"last", SETTING_DATE, AT(newly_last)},
    {"months", SETTING_INT, AT(newly_months), .least = 1, .most = 120},
    {"watch", SETTING_OWN, .read = read_watch},
    SOURCE_ENTRIES(newly_source),
};
static const struct settings newly = SETTINGS(newly_entries);

/* --- routes ------------------------------------------------------------------------------------------- */

#define OF_ROUTE(member) .place = offsetof(struct route_parameter, member)
static const struct setting_entry route_entries[] = {
    {"code", SETTING_TEXT, OF_ROUTE(code), .required = true},
    {"answer", SETTING_WORD, OF_ROUTE(answer), .required = true, WORDS(route_answer_names)},
    {"zh", SETTING_TEXT, OF_ROUTE(zh)},
    {"en", SETTING_TEXT, OF_ROUTE(en)},
};
static const struct settings route_settings = SETTINGS(route_entries);

struct route_parameter *policy_route(struct policy_parameters *parameters, const char *code)
{
    for (size_t i = 0; i < parameters->route_count; i++)
        if (string_equal(parameters->routes[i].code, code))
            return &parameters->routes[i];
    parameters->routes =
        memory_resize(parameters->routes, parameters->route_count + 1, sizeof *parameters->routes);
    struct route_parameter *route = &parameters->routes[parameters->route_count++];
    *route = (struct route_parameter){.code = memory_copy_string(code)};
    return route;
}

static const char *code_of(const config_setting_t *element)
{
    const config_setting_t *code = settings_member(element, "code");
    return code != NULL ? config_setting_get_string(code) : NULL;
}

static bool stands_before(const config_setting_t *list, size_t index, const char *code)
{
    for (size_t i = 0; i < index; i++)
        if (string_equal(code_of(settings_element(list, i)), code))
            return true;
    return false;
}

static void read_route(struct settings_reader *reader, config_setting_t *list, size_t index,
    struct policy_parameters *parameters)
{
    config_setting_t *element = settings_element(list, index);
    const char *code = code_of(element);
    if (code == NULL || code[0] == '\0' ||
        strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(code)) {
        settings_problem(reader, element,
            "a route: accepted is { code = \"510k\"; answer = \"yes\"; zh = \"...\"; en = \"...\"; }, the "
            "code of small "
            "letters, digits and hyphens");
        return;
    }
    if (stands_before(list, index, code))
        settings_problem(reader, element, "the route \"%s\" stands here twice", code);
    struct route_parameter *route = policy_route(parameters, code);
    settings_read(reader, element, &route_settings, route);
    if (route->zh == NULL)
        settings_need(reader, element, "zh", "the route is new");
    if (route->en == NULL)
        settings_need(reader, element, "en", "the route is new");
}

static void read_routes(struct settings_reader *reader, config_setting_t *setting, void *parameters)
{
    if (!config_setting_is_list(setting)) {
        settings_problem(
            reader, setting, "`list`: accepted is a list of groups: ( { code = ...; answer = ...; }, ... )");
        return;
    }
    for (size_t i = 0; i < settings_count(setting); i++)
        read_route(reader, setting, i, parameters);
}

static const struct setting_entry routes_entries[] = {
    {"list", SETTING_OWN, .read = read_routes},
    SOURCE_ENTRIES(routes_source),
};
static const struct settings routes = SETTINGS(routes_entries);

/* Groups are named like the parameters that they set (struct parameter_source). */
static const struct setting_entry file_entries[] = {
    {"in-force", SETTING_GROUP, .group = &force},
    {"newly-approved", SETTING_GROUP, .group = &newly},
    {"routes", SETTING_GROUP, .group = &routes},
    {"group-company", SETTING_GROUP, .group = &measure13_group_company},
    {"device", SETTING_GROUP, .group = &measure13_device},
    {"sale", SETTING_GROUP, .group = &measure13_sale},
    {"product", SETTING_GROUP, .group = &measure13_product},
    {"costs", SETTING_GROUP, .group = &measure13_costs},
    {"cost-window", SETTING_GROUP, .group = &measure13_cost_window},
    {"ratio", SETTING_GROUP, .group = &measure13_ratio},
    {"product-cap", SETTING_GROUP, .group = &measure13_product_cap},
    {"firm-cap", SETTING_GROUP, .group = &measure13_firm_cap},
    {"order", SETTING_GROUP, .group = &measure13_order},
    {"other-money", SETTING_GROUP, .group = &measure13_other_money},
    {"credit", SETTING_GROUP, .group = &measure13_credit},
    {"exchange-rate", SETTING_GROUP, .group = &measure13_exchange},
};
const struct settings measure13_settings = SETTINGS(file_entries);

/* --- what the values must be to each other ------------------------------------------------------------ */

void policy_check_source(
    struct settings_reader *reader, const config_setting_t *group, const struct parameter_source *source)
{
    const config_setting_t *to = settings_member(group, "to");
    if (to != NULL && source->from != DAY_NONE && source->to != DAY_NONE && source->to < source->from)
        settings_problem(reader, to, "`to` is earlier than `from`");
}

void policy_check_sources(
    struct settings_reader *reader, const config_setting_t *root, struct policy_parameters *parameters)
{
    for (size_t i = 0; i < parameters_source_count(); i++) {
        const struct parameter_source *source = parameters_source(parameters, i);
        policy_check_source(reader, settings_member(root, source->name), source);
    }
}

static void check_order(
    struct settings_reader *reader, const config_setting_t *group, int32_t first, int32_t last)
{
    if (group != NULL && config_setting_is_group(group) && first != DAY_NONE && last != DAY_NONE &&
        last < first)
        settings_problem(reader, group, "`%s`: `last` is earlier than `first`", config_setting_name(group));
}

/* Of the mode's settings some are needed, the others without effect; what has no effect is not kept, so that
 * it does not change the hash. */
static void check_mode(
    struct settings_reader *reader, const config_setting_t *group, struct policy_parameters *parameters)
{
    const enum newly_mode mode = parameters->newly_mode;
    const struct {
        const char *name;
        bool used, missing;
    } settings[] = {
        {"first", mode == NEWLY_SINCE || mode == NEWLY_INTERVAL, parameters->newly_first == DAY_NONE},
        {"last", mode == NEWLY_INTERVAL, parameters->newly_last == DAY_NONE},
        {"months", mode == NEWLY_ROLLING_MONTHS, parameters->newly_months == 0},
    };
    char reason[64];
    snprintf(reason, sizeof reason, "the mode is \"%s\"",
        name_code(newly_mode_names, NEWLY_ROLLING_MONTHS + 1, (int)mode));
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!settings[i].used)
            settings_inert(reader, group, settings[i].name, reason);
        else if (settings[i].missing)
            settings_need(reader, group, settings[i].name, reason);
    if (!settings[0].used)
        parameters->newly_first = DAY_NONE;
}

/* The band that is left to a person ends where what counts begins; the default band gives way in silence. */
static void check_watch(
    struct settings_reader *reader, const config_setting_t *group, struct policy_parameters *parameters)
{
    const config_setting_t *band = settings_member(group, "watch");
    check_order(reader, band, parameters->watch_first, parameters->watch_last);
    if (parameters->newly_first == DAY_NONE || parameters->watch_first == DAY_NONE ||
        parameters->watch_last < parameters->newly_first)
        return;
    if (band != NULL) {
        settings_problem(reader, band, "`watch` must end before `first`, from which on everything counts");
    } else if (parameters->watch_first < parameters->newly_first) {
        parameters->watch_last = parameters->newly_first - 1;
    } else {
        parameters->watch_first = parameters->watch_last = DAY_NONE;
    }
}

void measure13_check(
    struct settings_reader *reader, config_setting_t *root, struct policy_parameters *parameters)
{
    const config_setting_t *group = settings_member(root, "newly-approved");
    check_order(reader, settings_member(root, "in-force"), parameters->force_first, parameters->force_last);
    if (group != NULL && config_setting_is_group(group)) {
        check_order(reader, group, parameters->newly_first, parameters->newly_last);
        check_mode(reader, group, parameters);
        check_watch(reader, group, parameters);
    }
    measure13_check_money(reader, root, parameters);
    policy_check_sources(reader, root, parameters);
}
