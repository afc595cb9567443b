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
    if (count == 0)
        text_append_string(&accepted, "nothing, there is none");
    if (meant != NULL)
        settings_problem(reader, setting, "`%s` is no %s; did you mean `%s`? Accepted: %s", name, what, meant,
            text_string(&accepted));
    else
        settings_problem(reader, setting, "`%s` is no %s. Accepted: %s", name, what, text_string(&accepted));
    text_free(&accepted);
}

static const struct setting_entry *find_entry(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (string_equal(settings->entries[i].name, name))
            return &settings->entries[i];
    return NULL;
}

/* Writes which groups lead to a setting of that name; no file nests them deeper than two. */
static bool find_home(const struct settings *top, const char *name, struct text *home)
{
    if (find_entry(top, name) != NULL) {
        text_append_string(home, "the top of the file, outside of any group");
        return true;
    }
    for (size_t i = 0; i < top->count; i++)
        if (top->entries[i].group != NULL && find_entry(top->entries[i].group, name) != NULL) {
            text_append_format(home, "group `%s`", top->entries[i].name);
            return true;
        }
    for (size_t i = 0; i < top->count; i++) {
        const struct settings *group = top->entries[i].group;
        for (size_t j = 0; group != NULL && j < group->count; j++)
            if (group->entries[j].group != NULL && find_entry(group->entries[j].group, name) != NULL) {
                text_append_format(
                    home, "group `%s` in group `%s`", group->entries[j].name, top->entries[i].name);
                return true;
            }
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
    } else if (reader->top != NULL && find_home(reader->top, name, &home)) {
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
