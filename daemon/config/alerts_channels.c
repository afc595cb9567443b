#include "alerts_channels.h"

#include "address.h"
#include "ca_file.h"
#include "mail_address.h"
#include "paths.h"
#include "web.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)

/* --- one channel -------------------------------------------------------------------------------------- */

static const char smtp_accepted[] = "smtps://HOST[:PORT], or smtp://HOST[:PORT] with STARTTLS";

static const char *after_smtp_scheme(const char *url)
{
    if (string_starts(url, "smtps://"))
        return url + strlen("smtps://");
    return string_starts(url, "smtp://") ? url + strlen("smtp://") : NULL;
}

/* A server of mail as an address of the web, to be looked at with its functions. The caller frees. */
static char *smtp_as_web(const char *url)
{
    struct text web = TEXT_WITH_CEILING(strlen(url) + sizeof "https://");
    text_append_format(&web, "https://%s", after_smtp_scheme(url));
    return text_take(&web);
}

static const char *refuses_url(const char *url)
{
    if (after_smtp_scheme(url) == NULL)
        return web_refuses_url(url);
    char *web = smtp_as_web(url);
    bool good = web_refuses_base(web) == NULL;
    free(web);
    return good ? NULL : smtp_accepted;
}

static void read_audiences(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct alert_channel *channel = target;
    bool single = config_setting_type(setting) == CONFIG_TYPE_STRING;
    size_t count = single ? 1 : settings_count(setting);
    if (count == 0 || config_setting_is_group(setting)) {
        settings_problem(reader, setting,
            "`to`: accepted is one or several of: firm, desk, operator, like [\"desk\", \"operator\"]");
        return;
    }
    const struct setting_entry entry = {.name = "to", .kind = SETTING_WORD, WORDS(alert_audience_names)};
    for (size_t i = 0; i < count; i++) {
        config_setting_t *element = single ? setting : settings_element(setting, i);
        int audience = -1;
        settings_read_value(reader, element, &entry, &audience);
        if (audience >= 0 && channel->to[audience])
            settings_problem(reader, element, "`to`: \"%s\" stands here twice",
                name_code(alert_audience_names, ALERT_AUDIENCES, audience));
        if (audience >= 0)
            channel->to[audience] = true;
    }
}

#define AT(member) .place = offsetof(struct alert_channel, member)
static const struct setting_entry channel_entries[] = {
    {"kind", SETTING_WORD, AT(kind), .required = true, WORDS(channel_kind_names)},
    {"to", SETTING_OWN, .read = read_audiences},
    {"contacts", SETTING_FLAG, AT(contacts)},
    {"url", SETTING_TEXT, AT(url), .refuses = refuses_url},
    {"url-file", SETTING_TEXT, AT(url_file)},
    {"secret-files", SETTING_TEXTS, AT(secret_files),
        .count_place = offsetof(struct alert_channel, secret_count)},
    {"path", SETTING_TEXT, AT(path)},
    {"ca-file", SETTING_TEXT, AT(ca_file)},
    {"from", SETTING_TEXT, AT(from), .refuses = mail_refuses_mailbox},
    {"user", SETTING_TEXT, AT(user), .refuses = mail_refuses_line},
    {"password-file", SETTING_TEXT, AT(password_file)},
    ADDRESS_ALLOW_HTTP,
    {"allow-private", SETTING_FLAG, AT(allow_private)},
    {"per-minute", SETTING_NUMBER, AT(per_minute), .least = 0, .most = 100000},
    {"language", SETTING_WORD, AT(language), WORDS(alert_language_names)},
};
static const struct settings channel_settings = SETTINGS(channel_entries);

enum {
    WEBHOOK = 1 << CHANNEL_WEBHOOK,
    SMTP = 1 << CHANNEL_SMTP,
    FILES = 1 << CHANNEL_FILE,
    WECOM = 1 << CHANNEL_WECOM,
    SIGNED_ROBOTS = 1 << CHANNEL_DINGTALK | 1 << CHANNEL_FEISHU,
    WEB = WEBHOOK | WECOM | SIGNED_ROBOTS,
};

/* Which settings are of which kinds, and which kinds cannot do without. */
static const struct {
    const char *name;
    unsigned kinds, needed;
    const char *reason;
} kind_settings[] = {
    {"contacts", WEB, 0, ""},
    {"url", WEB | SMTP, SMTP, "it says which server takes the mail"},
    {"url-file", WEB, 0, ""},
    {"secret-files", WEBHOOK | SIGNED_ROBOTS, WEBHOOK, "each message is signed (Standard Webhooks)"},
    {"path", FILES, FILES, "it says which file the messages are appended to"},
    {"ca-file", WEB | SMTP, 0, ""},
    {"from", SMTP, SMTP, "a mail needs a sender"},
    {"user", SMTP, 0, ""},
    {"password-file", SMTP, 0, ""},
    {"allow-http", WEB | SMTP, 0, ""},
    {"allow-private", WEB, 0, ""},
    {"per-minute", WEB | SMTP, 0, ""},
};

static void check_smtp(
    struct settings_reader *reader, const config_setting_t *setting, const struct alert_channel *channel)
{
    if (settings_has(setting, "user") || settings_has(setting, "password-file")) {
        settings_need(reader, setting, "user", "there is a `password-file`");
        settings_need(reader, setting, "password-file", "there is a `user`");
    }
    if (channel->url == NULL)
        return;
    const config_setting_t *url = settings_member(setting, "url");
    if (after_smtp_scheme(channel->url) == NULL) {
        settings_problem(reader, url, "`url`: of the kind \"smtp\" accepted is %s", smtp_accepted);
        return;
    }
    if (string_starts(channel->url, "smtps://")) {
        settings_inert(reader, setting, "allow-http", "smtps:// is TLS from the first byte on");
        return;
    }
    char *web = smtp_as_web(channel->url);
    if (channel->allow_http && !web_is_loopback(web))
        settings_problem(reader, settings_member(setting, "allow-http"),
            "`allow-http`: mail goes without TLS to this machine's own addresses only");
    free(web);
}

/* Where a webhook or a robot goes: each firm's own address, or one that stands here. */
static void check_web(
    struct settings_reader *reader, const config_setting_t *setting, const struct alert_channel *channel)
{
    if (channel->contacts) {
        settings_inert(reader, setting, "url", "each firm has an address of its own (`contacts = true`)");
        settings_inert(
            reader, setting, "url-file", "each firm has an address of its own (`contacts = true`)");
        if (channel->kind != CHANNEL_WEBHOOK)
            settings_inert(reader, setting, "secret-files",
                "the secret of a firm's own robot stands behind # in its address");
    } else if (settings_has(setting, "url-file")) {
        settings_inert(reader, setting, "url", "the address is in `url-file`");
    } else {
        settings_need(reader, setting, "url",
            "it says where the messages go (or `url-file`, or `contacts = true` for the firms' own "
            "addresses)");
    }
    if (channel->url != NULL && after_smtp_scheme(channel->url) != NULL)
        settings_problem(reader, settings_member(setting, "url"),
            "`url`: of the kind \"%s\" accepted is https://HOST[:PORT][/PATH]",
            name_code(channel_kind_names, CHANNEL_KINDS, (int)channel->kind));
    else
        address_check(reader, setting, "url", channel->url);
    if (channel->kind != CHANNEL_WEBHOOK && channel->secret_count > 1)
        settings_problem(reader, settings_member(setting, "secret-files"),
            "`secret-files`: a robot has one secret, so accepted is one file");
}

static void check_kind(
    struct settings_reader *reader, const config_setting_t *setting, const struct alert_channel *channel)
{
    char reason[64];
    const unsigned kind = 1U << channel->kind;
    snprintf(reason, sizeof reason, "the kind is \"%s\"",
        name_code(channel_kind_names, CHANNEL_KINDS, (int)channel->kind));
    for (size_t i = 0; i < sizeof kind_settings / sizeof *kind_settings; i++)
        if ((kind_settings[i].kinds & kind) == 0)
            settings_inert(reader, setting, kind_settings[i].name, reason);
        else if ((kind_settings[i].needed & kind) != 0)
            settings_need(reader, setting, kind_settings[i].name, kind_settings[i].reason);
    if (channel->kind == CHANNEL_SMTP)
        check_smtp(reader, setting, channel);
    else if ((kind & WEB) != 0)
        check_web(reader, setting, channel);
}

void channels_read(struct settings_reader *reader, config_setting_t *setting, void *target)
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

/* --- what rests on the rest of the file ---------------------------------------------------------------- */

/* A bare name of a secret is one of systemd's credentials where those are in use. Whether the file can be
 * read is not asked here: `m13d check` and m13ctl run as people who may not read it. */
static void place_secret(const char *folder, char **file)
{
    if (*file == NULL)
        return;
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    bool is_credential = credentials != NULL && credentials[0] == '/' && strchr(*file, '/') == NULL;
    char *path = is_credential ? path_join(credentials, *file) : path_from(folder, *file);
    free(*file);
    *file = path;
}

static void place(const char *folder, char **file)
{
    if (*file == NULL)
        return;
    char *path = path_from(folder, *file);
    free(*file);
    *file = path;
}

/* What a firm must hear goes to the firms' own addresses where they are used, and to robots only what the
 * desk would read there. */
static void set_defaults(
    const config_setting_t *setting, const struct config *config, struct alert_channel *channel)
{
    static const int64_t per_minute[CHANNEL_KINDS] = {
        [CHANNEL_WECOM] = 20, [CHANNEL_DINGTALK] = 20, [CHANNEL_FEISHU] = 100};
    const unsigned kind = 1U << channel->kind;
    if (!settings_has(setting, "to")) {
        bool robot = (kind & (WECOM | SIGNED_ROBOTS)) != 0, mail = channel->kind == CHANNEL_SMTP;
        channel->to[AUDIENCE_FIRM] = !robot || channel->contacts;
        channel->to[AUDIENCE_DESK] = !channel->contacts && (!mail || config->alerts.desk.mail != NULL);
        channel->to[AUDIENCE_OPERATOR] =
            !channel->contacts && !robot && (!mail || config->alerts.operator.mail != NULL);
    }
    if (!settings_has(setting, "per-minute"))
        channel->per_minute = per_minute[channel->kind];
    if (!settings_has(setting, "language"))
        channel->language = config->alerts.language;
    if (channel->kind == CHANNEL_SMTP)
        channel->contacts = true;
    else if (channel->url != NULL && web_is_loopback(channel->url))
        channel->allow_private = true;
}

static void check_audiences(struct settings_reader *reader, const config_setting_t *setting,
    const struct config *config, const struct alert_channel *channel)
{
    const config_setting_t *to = settings_member(setting, "to");
    if (channel->kind == CHANNEL_SMTP) {
        if (channel->to[AUDIENCE_DESK] && config->alerts.desk.mail == NULL)
            settings_problem(
                reader, to, "`to`: the desk has no address: `desk = { mail = ...; };` is missing");
        if (channel->to[AUDIENCE_OPERATOR] && config->alerts.operator.mail == NULL)
            settings_problem(
                reader, to, "`to`: the operator has no address: `operator = { mail = ...; };` is missing");
    } else if (channel->contacts && (channel->to[AUDIENCE_DESK] || channel->to[AUDIENCE_OPERATOR])) {
        settings_problem(reader, to,
            "`to`: with `contacts = true` messages go to the firms' own addresses, so accepted is \"firm\" "
            "alone; the desk and the operator need a channel with a `url`");
    }
}

static bool go_to_the_same_place(const struct alert_channel *a, const struct alert_channel *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->contacts || b->contacts)
        return a->contacts == b->contacts;
    return string_equal(a->url, b->url) && string_equal(a->url_file, b->url_file) &&
           string_equal(a->path, b->path);
}

/* Nobody hears the same thing twice. */
static void check_doubles(struct settings_reader *reader, const config_setting_t *setting,
    const struct config *config, const struct alert_channel *channel)
{
    for (const struct alert_channel *other = config->alerts.channels; other < channel; other++)
        for (int audience = 0; audience < ALERT_AUDIENCES; audience++)
            if (channel->to[audience] && other->to[audience] && go_to_the_same_place(other, channel)) {
                settings_problem(reader, setting,
                    "`%s`: what it sends to \"%s\" the channel `%s` sends to the same addresses; give one of "
                    "them another `to`",
                    channel->name, name_code(alert_audience_names, ALERT_AUDIENCES, audience), other->name);
                return;
            }
}

void channels_settle(struct settings_reader *reader, const config_setting_t *channels, const char *folder,
    struct config *config)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++) {
        struct alert_channel *channel = &config->alerts.channels[i];
        const config_setting_t *setting = settings_element(channels, i);
        for (size_t j = 0; j < channel->secret_count; j++)
            place_secret(folder, &channel->secret_files[j]);
        place_secret(folder, &channel->url_file);
        place_secret(folder, &channel->password_file);
        place(folder, &channel->path);
        place(folder, &channel->ca_file);
        if (channel->ca_file != NULL)
            ca_file_check(reader, settings_member(setting, "ca-file"), channel->ca_file,
                "the channel trusts what it holds");
        set_defaults(setting, config, channel);
        check_audiences(reader, setting, config, channel);
        check_doubles(reader, setting, config, channel);
    }
}

void channels_check_mode(
    struct settings_reader *reader, const config_setting_t *alerts, struct config *config)
{
    static const enum alert_audience needed[] = {AUDIENCE_FIRM, AUDIENCE_DESK};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        bool carried = false;
        for (size_t j = 0; j < config->alerts.channel_count; j++)
            carried = carried || config->alerts.channels[j].to[needed[i]];
        if (!carried)
            settings_problem(reader, settings_member(alerts, "channels"),
                "`channels`: the mode sends messages, and no channel carries those to \"%s\": one of them "
                "needs it in its `to`",
                name_code(alert_audience_names, ALERT_AUDIENCES, (int)needed[i]));
    }
}

void channels_release(struct config *config)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++) {
        struct alert_channel *channel = &config->alerts.channels[i];
        for (size_t j = 0; j < channel->secret_count; j++)
            free(channel->secret_files[j]);
        char *const texts[] = {channel->name, channel->url, channel->url_file, channel->path,
            channel->ca_file, channel->from, channel->user, channel->password_file};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            free(texts[j]);
        free(channel->secret_files);
    }
    free(config->alerts.channels);
}
