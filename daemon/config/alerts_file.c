#include "alerts_file.h"

#include "alerts_channels.h"
#include "holidays_file.h"
#include "mail_address.h"
#include "paths.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(member)   .place = offsetof(struct config, alerts.member)
#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)

/* --- the tables --------------------------------------------------------------------------------------- */

static const struct setting_entry desk_entries[] = {
    {"name", SETTING_TEXT, AT(desk.name), .refuses = mail_refuses_line},
    {"phone", SETTING_TEXT, AT(desk.phone), .refuses = mail_refuses_line},
    {"mail", SETTING_TEXT, AT(desk.mail), .refuses = mail_refuses_address},
    {"address", SETTING_TEXT, AT(desk.address), .refuses = mail_refuses_line},
};
static const struct settings desk = SETTINGS(desk_entries);

static const struct setting_entry operator_entries[] = {
    {"mail", SETTING_TEXT, AT(operator.mail), .refuses = mail_refuses_address},
};
static const struct settings operator_settings = SETTINGS(operator_entries);

static void read_days_of_digest(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    static const struct name_entry names[] = {
        {false, "working", "工作日", "working days"},
        {true, "all", "每天", "every day"},
    };
    const struct setting_entry entry = {.name = "days", .kind = SETTING_WORD, WORDS(names)};
    struct config *config = target;
    int all = config->alerts.times.digest_all_days;
    settings_read_value(reader, setting, &entry, &all);
    config->alerts.times.digest_all_days = all != 0;
}

static const struct setting_entry digest_entries[] = {
    {"at", SETTING_TIME_OF_DAY, AT(times.digest_at)},
    {"days", SETTING_OWN, .read = read_days_of_digest},
};
static const struct settings digest = SETTINGS(digest_entries);

static const struct setting_entry quiet_entries[] = {
    {"from", SETTING_TIME_OF_DAY, AT(times.quiet_from), .required = true},
    {"to", SETTING_TIME_OF_DAY, AT(times.quiet_to), .required = true},
};
static const struct settings quiet = SETTINGS(quiet_entries);

static const struct setting_entry deadline_entries[] = {
    {"day", SETTING_DATE, AT(deadline.day), .required = true},
    {"name", SETTING_TEXT, AT(deadline.name), .required = true, .refuses = mail_refuses_line},
    {"notice", SETTING_DAYS, AT(deadline.notice_days), .least = 1, .most = 365},
};
static const struct settings deadline = SETTINGS(deadline_entries);

static const struct setting_entry alarms_entries[] = {
    {"feed-failures", SETTING_NUMBER, AT(alarms.feed_failures), .least = 1, .most = 1000},
    {"review-age", SETTING_DAYS, AT(alarms.review_days), .least = 1, .most = 3650},
    {"disk-free", SETTING_SIZE, AT(alarms.disk_bytes), .least = (int64_t)1 << 20, .most = (int64_t)1 << 50},
};
static const struct settings alarms = SETTINGS(alarms_entries);

/* [] = none; a default is replaced whole. */
static void read_reminders(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct config *config = target;
    size_t count = settings_count(setting);
    if (config_setting_is_group(setting) || !config_setting_is_aggregate(setting) ||
        count > ALERT_REMINDERS_MOST) {
        settings_problem(reader, setting,
            "`reminders`: accepted are at most %d waits after the first notice: [\"30d\", \"90d\"]; [] = "
            "none",
            ALERT_REMINDERS_MOST);
        return;
    }
    const struct setting_entry entry = {.name = "reminders", .kind = SETTING_DAYS, .least = 1, .most = 3650};
    config->alerts.reminder_count = count;
    for (size_t i = 0; i < count; i++) {
        int64_t *days = &config->alerts.reminder_days[i];
        *days = 0;
        settings_read_value(reader, settings_element(setting, i), &entry, days);
        if (i > 0 && *days != 0 && *days <= days[-1])
            settings_problem(reader, settings_element(setting, i),
                "`reminders`: each must be later than the one before it");
    }
}

static void leave_to_the_reader_of_holidays(
    struct settings_reader *reader, config_setting_t *setting, void *target)
{
    (void)target;
    const char *path = config_setting_get_string(setting);
    if (path == NULL || string_is_blank(path))
        settings_problem(reader, setting, "`holidays`: accepted is the name of a file, in quotes");
}

static const struct setting_entry file_entries[] = {
    {"mode", SETTING_WORD, AT(mode), WORDS(alert_mode_names)},
    {"language", SETTING_WORD, AT(language), WORDS(alert_language_names)},
    {"desk", SETTING_GROUP, .group = &desk},
    {"operator", SETTING_GROUP, .group = &operator_settings},
    {"digest", SETTING_GROUP, .group = &digest},
    {"quiet", SETTING_GROUP, .group = &quiet},
    {"holidays", SETTING_OWN, .read = leave_to_the_reader_of_holidays},
    {"quiet-period", SETTING_DAYS, AT(quiet_period_days), .least = 0, .most = 365},
    {"reminders", SETTING_OWN, .read = read_reminders},
    {"deadline", SETTING_GROUP, .group = &deadline},
    {"templates", SETTING_TEXT, AT(templates)},
    {"alarms", SETTING_GROUP, .group = &alarms},
    {"channels", SETTING_OWN, .read = channels_read},
};
static const struct settings file_settings = SETTINGS(file_entries);

static const struct setting_entry top_entries[] = {
    {"alerts", SETTING_GROUP, .group = &file_settings},
};
static const struct settings top_settings = SETTINGS(top_entries);

void alerts_set_defaults(struct config *config)
{
    config->alerts.mode = ALERT_DRAFT;
    config->alerts.language = ALERT_ZH;
    config->alerts.times.digest_at = 9 * CLOCK_HOUR;
    config->alerts.quiet_period_days = 7;
    config->alerts.reminder_days[0] = 30;
    config->alerts.reminder_days[1] = 90;
    config->alerts.reminder_count = 2;
    config->alerts.deadline.day = DAY_NONE;
    config->alerts.deadline.notice_days = 14;
    config->alerts.alarms.feed_failures = 3;
    config->alerts.alarms.review_days = 30;
    config->alerts.alarms.disk_bytes = (int64_t)2 << 30;
}

/* --- what the settings must be to each other ---------------------------------------------------------- */

/* Nobody is told something without knowing whom to ask. */
static void check_desk(struct settings_reader *reader, const config_setting_t *alerts)
{
    static const char reason[] =
        "whoever is told something must know whom to ask (unless the mode is \"draft\")";
    if (!settings_need(reader, alerts, "desk", reason))
        return;
    for (size_t i = 0; i < desk.count; i++)
        settings_need(reader, settings_member(alerts, "desk"), desk.entries[i].name, reason);
}

void alerts_read(struct loading *loading, const char *path, config_setting_t *root)
{
    struct config *config = &loading->config;
    struct settings_reader reader = loading_reader(loading, path, &top_settings);
    size_t mistakes = settings_mistakes(loading->problems);
    settings_read(&reader, root, &top_settings, config);
    /* What channels are to each other is asked of those alone that say what they mean. */
    bool clean = settings_mistakes(loading->problems) == mistakes;

    const config_setting_t *alerts = settings_member(root, "alerts");
    if (config->alerts.templates != NULL) {
        char *folder = path_from(loading->folder, config->alerts.templates);
        free(config->alerts.templates);
        config->alerts.templates = folder;
    }
    if (clean)
        channels_settle(&reader, settings_member(alerts, "channels"), loading->folder, config);
    if (config->alerts.mode == ALERT_DRAFT || alerts == NULL)
        return;
    if (config->alerts.channel_count == 0)
        settings_problem(
            &reader, alerts, "`channels` is missing: the mode sends messages, so at least one is needed");
    else if (clean)
        channels_check_mode(&reader, alerts, config);
    check_desk(&reader, alerts);
}

/* --- the holidays ------------------------------------------------------------------------------------- */

void alerts_read_holidays(struct loading *loading, const char *path, const config_setting_t *root)
{
    const config_setting_t *setting = settings_member(settings_member(root, "alerts"), "holidays");
    const char *named = setting != NULL ? config_setting_get_string(setting) : NULL;
    if (setting != NULL && (named == NULL || string_is_blank(named)))
        return;
    char hash[DIGEST_HEX_BYTES] = "", *holidays = setting != NULL ? path_from(loading->folder, named)
                                                                  : path_join(loading->folder, "holidays");
    FILE *file = path_open(holidays);
    if (file != NULL) {
        holidays_read(file, holidays, loading->problems, &loading->config.alerts.times, hash);
        loading_note_hash(loading, "holidays", hash);
        fclose(file);
    } else if (setting != NULL) {
        config_problem_add(loading->problems, path, conf_line(setting), "`holidays`: %s cannot be read: %s",
            holidays, strerror(errno));
    } else if (errno != ENOENT) {
        config_problem_add(loading->problems, holidays, 0, "cannot be read: %s", strerror(errno));
    }
    free(holidays);
}

void alerts_release(struct config *config)
{
    channels_release(config);
    char *const texts[] = {config->alerts.desk.name, config->alerts.desk.phone, config->alerts.desk.mail,
        config->alerts.desk.address, config->alerts.operator.mail, config->alerts.deadline.name,
        config->alerts.templates};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    holidays_release(&config->alerts.times);
}
