#include "alerts_file.h"

#include "address.h"
#include "paths.h"
#include "web.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define AT(member)   .place = offsetof(struct config, alerts.member)
#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)

/* --- channels ----------------------------------------------------------------------------------------- */

#define OF_CHANNEL(member) .place = offsetof(struct alert_channel, member)
static const struct setting_entry channel_entries[] = {
    {"kind", SETTING_WORD, OF_CHANNEL(kind), .required = true, WORDS(channel_kind_names)},
    {"url", SETTING_TEXT, OF_CHANNEL(url), .refuses = web_refuses_url},
    {"secret-files", SETTING_TEXTS, OF_CHANNEL(secret_files),
        .count_place = offsetof(struct alert_channel, secret_count)},
    ADDRESS_ALLOW_HTTP,
    {"path", SETTING_TEXT, OF_CHANNEL(path)},
};
static const struct settings channel_settings = SETTINGS(channel_entries);

/* Which settings are of which kind, and which of those it cannot do without. */
static const struct {
    const char *name;
    enum channel_kind kind;
    bool needed;
    const char *reason;
} kind_settings[] = {
    {"url", CHANNEL_WEBHOOK, true, "it says where the webhook goes"},
    {"secret-files", CHANNEL_WEBHOOK, true, "each message is signed (Standard Webhooks)"},
    {"allow-http", CHANNEL_WEBHOOK, false, ""},
    {"path", CHANNEL_FILE, true, "it says which file the messages are appended to"},
};

static void check_kind(
    struct settings_reader *reader, const config_setting_t *setting, const struct alert_channel *channel)
{
    char reason[64];
    snprintf(reason, sizeof reason, "the kind is \"%s\"",
        name_code(channel_kind_names, CHANNEL_KINDS, (int)channel->kind));
    for (size_t i = 0; i < sizeof kind_settings / sizeof *kind_settings; i++)
        if (kind_settings[i].kind != channel->kind)
            settings_inert(reader, setting, kind_settings[i].name, reason);
        else if (kind_settings[i].needed)
            settings_need(reader, setting, kind_settings[i].name, kind_settings[i].reason);
    if (channel->kind == CHANNEL_WEBHOOK)
        address_check(reader, setting, "url", channel->url);
}

static void read_channels(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct config *config = target;
    if (!config_setting_is_group(setting)) {
        settings_problem(
            reader, setting, "`channels`: accepted is a group of groups: { NAME = { kind = ...; }; ... }");
        return;
    }
    size_t count = settings_count(setting);
    config->alerts.channels = memory_get_zeroed(count + 1, sizeof *config->alerts.channels);
    for (size_t i = 0; i < count; i++) {
        config_setting_t *element = settings_element(setting, i);
        struct alert_channel *channel = &config->alerts.channels[config->alerts.channel_count++];
        channel->name = memory_copy_string(config_setting_name(element));
        if (!config_setting_is_group(element)) {
            settings_problem(reader, element, "`%s`: accepted is a group: { kind = ...; }", channel->name);
            continue;
        }
        size_t mistakes = settings_mistakes(reader->problems);
        settings_read(reader, element, &channel_settings, channel);
        channel->allow_http = address_is_permitted(element);
        if (settings_mistakes(reader->problems) == mistakes)
            check_kind(reader, element, channel);
    }
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static const struct setting_entry desk_entries[] = {
    {"name", SETTING_TEXT, AT(desk.name)},
    {"phone", SETTING_TEXT, AT(desk.phone)},
    {"mail", SETTING_TEXT, AT(desk.mail)},
    {"address", SETTING_TEXT, AT(desk.address)},
};
static const struct settings desk = SETTINGS(desk_entries);

static const struct setting_entry file_entries[] = {
    {"mode", SETTING_WORD, AT(mode), WORDS(alert_mode_names)},
    {"desk", SETTING_GROUP, .group = &desk},
    {"channels", SETTING_OWN, .read = read_channels},
};
static const struct settings file_settings = SETTINGS(file_entries);

static const struct setting_entry top_entries[] = {
    {"alerts", SETTING_GROUP, .group = &file_settings},
};
const struct settings alerts_settings = SETTINGS(top_entries);

/* A bare name of a secret is one of systemd's credentials where those are in use. Whether the file can be
 * read is not asked here: `m13d check` and m13ctl run as people who may not read it. */
static char *place_of_secret(const char *folder, const char *name)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (credentials != NULL && credentials[0] == '/' && strchr(name, '/') == NULL)
        return path_join(credentials, name);
    return path_from(folder, name);
}

static void make_absolute(const char *folder, struct alert_channel *channel)
{
    if (channel->path != NULL) {
        char *path = path_from(folder, channel->path);
        free(channel->path);
        channel->path = path;
    }
    for (size_t i = 0; i < channel->secret_count; i++) {
        char *path = place_of_secret(folder, channel->secret_files[i]);
        free(channel->secret_files[i]);
        channel->secret_files[i] = path;
    }
}

void alerts_check(
    struct settings_reader *reader, config_setting_t *root, const char *folder, struct config *config)
{
    const config_setting_t *alerts = settings_member(root, "alerts");
    for (size_t i = 0; i < config->alerts.channel_count; i++)
        make_absolute(folder, &config->alerts.channels[i]);
    if (config->alerts.mode == ALERT_DRAFT || alerts == NULL)
        return;
    if (config->alerts.channel_count == 0)
        settings_problem(
            reader, alerts, "`channels` is missing: the mode sends messages, so at least one is needed");
    static const char reason[] =
        "whoever is told something must know whom to ask (unless the mode is \"draft\")";
    const config_setting_t *group = settings_member(alerts, "desk");
    if (!settings_need(reader, alerts, "desk", reason))
        return;
    for (size_t i = 0; i < desk.count; i++)
        settings_need(reader, group, desk.entries[i].name, reason);
}

void alerts_release(struct config *config)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++) {
        struct alert_channel *channel = &config->alerts.channels[i];
        free(channel->name);
        free(channel->url);
        for (size_t j = 0; j < channel->secret_count; j++)
            free(channel->secret_files[j]);
        free(channel->secret_files);
        free(channel->path);
    }
    free(config->alerts.channels);
    free(config->alerts.desk.name);
    free(config->alerts.desk.phone);
    free(config->alerts.desk.mail);
    free(config->alerts.desk.address);
}
