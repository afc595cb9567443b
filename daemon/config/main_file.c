/* m13d.conf. */
#include "loading.h"

#include "address.h"
#include "web.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>

static const struct name_entry language_names[] = {
    {LANGUAGE_ZH, "zh", "中文", "Chinese"},
    {LANGUAGE_EN, "en", "英文", "English"},
};

static const struct name_entry log_level_names[] = {
    {LOG_LEVEL_ERROR, "error", "错误", "errors"},
    {LOG_LEVEL_WARNING, "warning", "警告", "warnings"},
    {LOG_LEVEL_NOTICE, "notice", "提示", "notices"},
    {LOG_LEVEL_INFO, "info", "信息", "information"},
    {LOG_LEVEL_DEBUG, "debug", "调试", "debugging"},
};

static void read_feeds_folder(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct loading *loading = target;
    const struct setting_entry entry = {.name = "feeds", .kind = SETTING_TEXT};
    settings_read_value(reader, setting, &entry, &loading->feeds);
    loading->feeds_line = conf_line(setting);
}

/* They wait until the feeds are known: loading_apply_overrides(). */
static void leave_for_later(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    (void)reader;
    (void)setting;
    (void)target;
}

#define AT(member)   .place = offsetof(struct loading, config.member)
#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)

static const struct setting_entry main_entries[] = {
    {"state", SETTING_TEXT, AT(state)},
    {"language", SETTING_WORD, AT(language), WORDS(language_names)},
    {"log-level", SETTING_WORD, AT(log_level), WORDS(log_level_names)},
    {"feeds", SETTING_OWN, .read = read_feeds_folder},
    {"publish-every", SETTING_DURATION, AT(publish_every_ms), .least = CLOCK_SECOND, .most = CLOCK_DAY},
    {"overrides", SETTING_OWN, .read = leave_for_later},
};
const struct settings main_settings = SETTINGS(main_entries);

/* --- overrides ---------------------------------------------------------------------------------------- */

static const struct setting_entry override_entries[] = {
    {"base", SETTING_TEXT, .place = offsetof(struct feed_definition, base), .refuses = web_refuses_base},
    ADDRESS_ALLOW_HTTP,
    {"minimum-rows", SETTING_NUMBER, .place = offsetof(struct feed_definition, minimum_rows), .least = 0,
        .most = 1000000000},
};
static const struct settings override_settings = SETTINGS(override_entries);

static bool is_in_folder(const struct loading *loading, const char *name)
{
    for (size_t i = 0; i < loading->feed_name_count; i++)
        if (string_equal(loading->feed_names[i], name))
            return true;
    return false;
}

/* Of a definition that has mistakes of its own the override is checked against an empty one. */
static void apply(struct loading *loading, struct settings_reader *reader, config_setting_t *override)
{
    struct feed_definition nothing = {0}, *definition = &nothing;
    for (size_t i = 0; i < loading->config.feed_count; i++)
        if (string_equal(loading->config.feeds[i]->name, config_setting_name(override)))
            definition = loading->config.feeds[i];
    settings_read(reader, override, &override_settings, definition);
    if (!settings_has(override, "base"))
        settings_inert(reader, override, "allow-http", "there is no `base` beside it");
    address_check(reader, override, "base", definition->base);
    free(nothing.base);
}

void loading_apply_overrides(struct loading *loading, struct settings_reader *reader, config_setting_t *root)
{
    config_setting_t *overrides = settings_member(root, "overrides");
    if (overrides == NULL)
        return;
    if (!config_setting_is_group(overrides)) {
        settings_problem(
            reader, overrides, "`overrides`: accepted is a group of groups: { FEED = { base = ...; }; ... }");
        return;
    }
    reader->top = &override_settings;
    for (size_t i = 0; i < settings_count(overrides); i++) {
        config_setting_t *override = settings_element(overrides, i);
        if (!is_in_folder(loading, config_setting_name(override)))
            settings_unknown(
                reader, override, "feed", (const char *const *)loading->feed_names, loading->feed_name_count);
        else if (!config_setting_is_group(override))
            settings_problem(reader, override, "`%s`: accepted is a group: { base = ...; }",
                config_setting_name(override));
        else
            apply(loading, reader, override);
    }
    reader->top = &main_settings;
}
