#include "settings.h"

#include "nearest.h"
#include "secret.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

size_t settings_mistakes(const struct config_problems *problems)
{
    return problems->count + problems->left_out;
}

void settings_problem(
    const struct settings_reader *reader, const config_setting_t *setting, const char *format, ...)
{
    struct failure failure;
    va_list arguments;
    va_start(arguments, format);
    vfail(&failure, -1, format, arguments);
    va_end(arguments);
    config_problem_add(reader->problems, reader->file, conf_line(setting), "%s", failure.text);
}

config_setting_t *settings_member(const config_setting_t *group, const char *name)
{
    return group != NULL && config_setting_is_group(group) ? config_setting_get_member(group, name) : NULL;
}

bool settings_has(const config_setting_t *group, const char *name)
{
    return settings_member(group, name) != NULL;
}

size_t settings_count(const config_setting_t *aggregate)
{
    return config_setting_is_aggregate(aggregate) ? (size_t)config_setting_length(aggregate) : 0;
}

config_setting_t *settings_element(const config_setting_t *aggregate, size_t index)
{
    return config_setting_get_elem(aggregate, (unsigned)index);
}

void settings_inert(
    const struct settings_reader *reader, const config_setting_t *group, const char *name, const char *reason)
{
    const config_setting_t *setting = settings_member(group, name);
    if (setting != NULL)
        settings_problem(reader, setting, "`%s` has no effect: %s", name, reason);
}

bool settings_need(
    const struct settings_reader *reader, const config_setting_t *group, const char *name, const char *reason)
{
    if (settings_has(group, name))
        return true;
    settings_problem(reader, group, "`%s` is missing: %s", name, reason);
    return false;
}

void settings_unknown(const struct settings_reader *reader, const config_setting_t *setting, const char *what,
    const char *const *known, size_t count)
{
    const char *name = config_setting_name(setting);
    const char *meant = nearest_word(name, known, count);
    struct text accepted = TEXT_WITH_CEILING(700);
    for (size_t i = 0; i < count; i++)
        text_append_format(&accepted, "%s%s", i > 0 ? ", " : "", known[i]);
    if (meant != NULL)
        settings_problem(reader, setting, "`%s` is no %s; did you mean `%s`? Accepted: %s", name, what, meant,
            text_string(&accepted));
    else
        settings_problem(reader, setting, "`%s` is no %s. Accepted: %s", name, what, text_string(&accepted));
    text_free(&accepted);
}

/* Writes the names of the groups that lead to a setting of that name, "schedule" or "alerts.desk". */
static bool find_home(const struct settings *settings, const char *name, const char *path, struct text *home)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting_entry *entry = &settings->entries[i];
        if (string_equal(entry->name, name)) {
            text_append_string(home, path[0] != '\0' ? path : "the top of the file, outside of any group");
            return true;
        }
    }
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting_entry *entry = &settings->entries[i];
        char below[128];
        snprintf(below, sizeof below, "%s%sgroup `%s`", path, path[0] != '\0' ? ", " : "", entry->name);
        if (entry->group != NULL && find_home(entry->group, name, below, home))
            return true;
    }
    return false;
}

static bool tell_elsewhere(const struct settings_reader *reader, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    for (size_t i = 0; i < reader->elsewhere_count; i++)
        if (string_equal(reader->elsewhere[i].name, name)) {
            settings_problem(
                reader, setting, "`%s` does not stand here but in %s", name, reader->elsewhere[i].where);
            return true;
        }
    return false;
}

static void tell_unknown(
    const struct settings_reader *reader, const config_setting_t *setting, const struct settings *settings)
{
    const char *name = config_setting_name(setting);
    struct text home = TEXT_WITH_CEILING(256);
    if (secret_is_named(name)) {
        settings_problem(reader, setting,
            "`%s`: secrets do not stand in a conf file but in files of their own (secret-files)", name);
    } else if (reader->top != NULL && find_home(reader->top, name, "", &home)) {
        settings_problem(
            reader, setting, "`%s` does not stand here; it belongs to %s", name, text_string(&home));
    } else if (!tell_elsewhere(reader, setting)) {
        const char *known[64];
        size_t count = 0;
        for (; count < settings->count && count < sizeof known / sizeof *known; count++)
            known[count] = settings->entries[count].name;
        settings_unknown(reader, setting, "known setting", known, count);
    }
    text_free(&home);
}

static const struct setting_entry *find_entry(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (string_equal(settings->entries[i].name, name))
            return &settings->entries[i];
    return NULL;
}

void settings_read(
    struct settings_reader *reader, config_setting_t *group, const struct settings *settings, void *target)
{
    for (size_t i = 0; i < settings_count(group); i++) {
        config_setting_t *setting = settings_element(group, i);
        const struct setting_entry *entry = find_entry(settings, config_setting_name(setting));
        if (entry != NULL)
            settings_read_value(reader, setting, entry, target);
        else
            tell_unknown(reader, setting, settings);
    }
    for (size_t i = 0; i < settings->count; i++)
        if (settings->entries[i].required)
            settings_need(reader, group, settings->entries[i].name, "it has no default");
}
