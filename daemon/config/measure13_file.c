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

/* --- when applications are taken -------------------------------------------------------------------------
 */

static const struct setting_entry filing_entries[] = {
    {"first", SETTING_DATE, AT(filing_first)},
    {"last", SETTING_DATE, AT(filing_last)},
    SOURCE_ENTRIES(filing_source),
};
static const struct settings filing = SETTINGS(filing_entries);

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

/* --- one value, or several for different days ----------------------------------------------------------- */

static void read_parameter(struct settings_reader *reader, config_setting_t *setting, void *target);

/* Groups are named like the parameters that they set (struct parameter_source). */
#define PARAMETER(name, settings)                                                                            \
    {                                                                                                        \
        (name), SETTING_OWN, .group = &(settings), .read = read_parameter                                    \
    }
static const struct setting_entry file_entries[] = {
    PARAMETER("in-force", force),
    PARAMETER("newly-approved", newly),
    PARAMETER("filing-window", filing),
    PARAMETER("routes", routes),
    PARAMETER("first-approval", measure13_first_approval),
    PARAMETER("group-company", measure13_group_company),
    PARAMETER("device", measure13_device),
    PARAMETER("sale", measure13_sale),
    PARAMETER("product", measure13_product),
    PARAMETER("costs", measure13_costs),
    PARAMETER("cost-window", measure13_cost_window),
    PARAMETER("ratio", measure13_ratio),
    PARAMETER("product-cap", measure13_product_cap),
    PARAMETER("firm-cap", measure13_firm_cap),
    PARAMETER("order", measure13_order),
    PARAMETER("other-money", measure13_other_money),
    PARAMETER("credit", measure13_credit),
    PARAMETER("exchange-rate", measure13_exchange),
};
const struct settings measure13_settings = SETTINGS(file_entries);

static size_t parameter_named(struct policy_parameters *parameters, const char *name)
{
    size_t i = 0;
    while (i + 1 < parameters_source_count() && !string_equal(parameters_source(parameters, i)->name, name))
        i++;
    return i;
}

static const struct settings *settings_of(const char *name)
{
    for (size_t i = 0; i < sizeof file_entries / sizeof *file_entries; i++)
        if (string_equal(file_entries[i].name, name))
            return file_entries[i].group;
    return NULL;
}

/* Every element is a value, also one that is no group, so that the checks find each value at its place. */
static void read_parameter(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct policy_parameters *parameters = target;
    const char *name = config_setting_name(setting);
    size_t index = parameter_named(parameters, name);
    if (config_setting_is_group(setting))
        settings_read(reader, setting, settings_of(name), parameters);
    else if (!config_setting_is_list(setting) || settings_count(setting) == 0)
        settings_problem(reader, setting,
            "`%s`: accepted is a group: { ... }, or a list of groups for different days: "
            "( { to = \"2026-12-31\"; ... }, { from = \"2027-01-01\"; ... } )",
            name);
    for (size_t i = 0; config_setting_is_list(setting) && i < settings_count(setting); i++) {
        config_setting_t *element = settings_element(setting, i);
        struct policy_parameters *values = i == 0 ? parameters : parameters_add_dated(parameters, index);
        if (config_setting_is_group(element))
            settings_read(reader, element, settings_of(name), values);
        else
            settings_problem(reader, element, "`%s`: accepted in the list is a group: { from = ...; }", name);
    }
}

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

/* A window is known by both its days, and only as a document says so. */
static void check_filing(
    struct settings_reader *reader, const config_setting_t *group, const struct policy_parameters *parameters)
{
    bool any = settings_has(group, "first") || settings_has(group, "last");
    check_order(reader, group, parameters->filing_first, parameters->filing_last);
    if (any && settings_need(reader, group, "first", "a window has both its days") &&
        settings_need(reader, group, "last", "a window has both its days"))
        settings_need(reader, group, "cited", "firms are told these days only as a document gives them");
}

/* --- every value, and their days ------------------------------------------------------------------------ */

static void check_value(struct settings_reader *reader, const char *name, const config_setting_t *group,
    struct policy_parameters *values, const struct parameter_source *source)
{
    if (!config_setting_is_group(group))
        return;
    if (string_equal(name, "in-force")) {
        check_order(reader, group, values->force_first, values->force_last);
    } else if (string_equal(name, "newly-approved")) {
        check_order(reader, group, values->newly_first, values->newly_last);
        check_mode(reader, group, values);
        check_watch(reader, group, values);
    } else if (string_equal(name, "filing-window")) {
        check_filing(reader, group, values);
    }
    measure13_check_money(reader, name, group, values);
    policy_check_source(reader, group, source);
}

/* One value a day: the next one begins on the day after the one before has ended. */
static void check_days(struct settings_reader *reader, const config_setting_t *element,
    const struct parameter_source *before, const struct parameter_source *source)
{
    char ends[DAY_STRING_BYTES], begins[DAY_STRING_BYTES];
    const char *name = source->name;
    if (!settings_need(reader, element, "from", "there is a value before this one"))
        return;
    day_format(source->from, begins);
    day_format(before->to, ends);
    if (before->applies_by != source->applies_by)
        settings_problem(reader, element, "`%s`: all its values must have the same `applies-by`", name);
    if (before->to == DAY_NONE)
        settings_problem(reader, element,
            "`%s`: the value before has no `to`, so it overlaps with this one, from %s on", name, begins);
    else if (source->from <= before->to)
        settings_problem(reader, element,
            "`%s`: this value begins on %s and overlaps with the one before, which ends on %s", name, begins,
            ends);
    else if (source->from > before->to + 1)
        settings_problem(reader, element,
            "`%s`: there is a gap between the value before, which ends on %s, and this one, which begins on "
            "%s",
            name, ends, begins);
}

static void check_list(struct settings_reader *reader, const config_setting_t *list, size_t index,
    struct policy_parameters *parameters)
{
    struct policy_parameters *values = parameters;
    const struct parameter_source *before = parameters_source(parameters, index);
    check_value(reader, before->name, settings_element(list, 0), values, before);
    for (size_t i = 0, element = 1; i < parameters->dated_count; i++) {
        if (parameters->dated[i].begin != parameter_lines[index].source)
            continue;
        const config_setting_t *group = settings_element(list, element++);
        values = parameters->dated[i].values;
        const struct parameter_source *source = parameters_source(values, index);
        check_value(reader, source->name, group, values, source);
        if (config_setting_is_group(group))
            check_days(reader, group, before, source);
        before = source;
    }
}

void measure13_check(
    struct settings_reader *reader, config_setting_t *root, struct policy_parameters *parameters)
{
    for (size_t i = 0; i < parameters_source_count(); i++) {
        const struct parameter_source *source = parameters_source(parameters, i);
        const config_setting_t *setting = settings_member(root, source->name);
        if (setting != NULL && config_setting_is_list(setting) && settings_count(setting) > 0)
            check_list(reader, setting, i, parameters);
        else if (setting != NULL)
            check_value(reader, source->name, setting, parameters, source);
    }
}
