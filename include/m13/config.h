/* config.h - conf files to one immutable `struct config`.
 *
 * Reading never half-succeeds: either the whole configuration is good, or all its mistakes are listed with
 * file, line and what is accepted. Reload builds a new one and swaps it in. Every setting has a working
 * default but the alert channels; a file with nothing but `state = "...";` is valid (contract.md,
 * Configuration). */
#ifndef M13_CONFIG_H
#define M13_CONFIG_H

#include "m13/failure.h"
#include "m13/feed_definition.h"
#include "m13/name_table.h"
#include "m13/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* --- mistakes
 * ------------------------------------------------------------------------------------------------ */

struct config_problem {
    char *file;
    int line; /* 0 = the file as a whole */
    char *text;
};
struct config_problems {
    struct config_problem *items; /* at most LIMIT_PROBLEMS; `left_out` counts the rest */
    size_t count, capacity, left_out;
};
void config_problem_add(struct config_problems *problems, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void config_problems_print(const struct config_problems *problems, FILE *out); /* FILE:LINE: text */
void config_problems_free(struct config_problems *problems);

/* --- the configuration
 * ------------------------------------------------------------------------------------------ */

enum language { LANGUAGE_ZH, LANGUAGE_EN };
enum alert_mode { ALERT_DRAFT, ALERT_RELEASE, ALERT_LIVE };
enum channel_kind {
    CHANNEL_WEBHOOK,
    CHANNEL_FILE,
    CHANNEL_SMTP,
    CHANNEL_WECOM,
    CHANNEL_DINGTALK,
    CHANNEL_FEISHU,
    CHANNEL_KINDS /* count */
};
enum alert_audience { AUDIENCE_FIRM, AUDIENCE_DESK, AUDIENCE_OPERATOR, ALERT_AUDIENCES };
enum alert_language { ALERT_ZH, ALERT_EN, ALERT_BOTH };
enum { ALERT_REMINDERS_MOST = 3 };

/* A way out. One with `contacts` goes to each firm's own address of that kind (m13/contacts.h); any other has
 * one address, the bureau's own: `url`, `path`, or by mail desk.mail and operator.mail. */
struct alert_channel {
    char *name;
    enum channel_kind kind;
    bool to[ALERT_AUDIENCES]; /* whose messages it carries */
    bool contacts;            /* smtp: always, for the messages to firms */
    char *url;      /* webhook, robots; smtp: smtps://HOST[:PORT], or smtp://HOST[:PORT] with STARTTLS */
    char *url_file; /* webhook, robots, instead of `url`: the file that holds it, since the address of a robot
                       (WeCom's key, DingTalk's access_token) is a secret itself */
    char *
        *secret_files; /* webhook: whsec_... one a file, several = rotation; dingtalk, feishu: at most one */
    size_t secret_count;
    char *path;                 /* file: NDJSON is appended, one message a line */
    char *ca_file;              /* PEM, trusted besides the system's authorities; NULL = these alone */
    char *from;                 /* smtp: "NAME <ADDRESS>" or an address */
    char *user, *password_file; /* smtp: both or neither */
    bool allow_http;            /* also http; of smtp: no TLS, to loopback alone */
    bool allow_private;         /* also to addresses that are not public; true of a `url` of this machine */
    int64_t per_minute;         /* messages to one address; 0 = no limit; default 20, feishu 100, others 0 */
    enum alert_language language;
};

/* Which hours and days messages keep. Times of day are of Beijing, in ms since midnight. */
struct alert_times {
    int64_t digest_at;            /* what is not urgent goes out then; default 09:00 */
    bool digest_all_days;         /* also when nobody works */
    int64_t quiet_from, quiet_to; /* nothing goes to firms and desk in between; equal = no quiet hours, the
                                     default; over midnight is fine */
    struct alert_holiday {
        int32_t day;
        bool works; /* a Saturday or Sunday on which people work (调休) */
        char *name;
    } * holidays; /* in order of day */
    size_t holiday_count;
};

struct config {
    char *file;  /* m13d.conf as given */
    char *state; /* folder */
    enum language language;
    int log_level;                  /* enum log_level */
    struct feed_definition **feeds; /* in order of name, overrides applied */
    size_t feed_count;
    struct policy_parameters *parameters;
    struct {
        enum alert_mode mode;
        enum alert_language language; /* of those who have said nothing else; default Chinese */
        struct alert_channel *channels;
        size_t channel_count;
        struct {
            char *name, *phone, *mail, *address;
        } desk;
        struct {
            char *mail;
        } operator;
        struct alert_times times;
        int64_t
            quiet_period_days; /* between two messages to a firm about one case, if not urgent; default 7 */
        int64_t reminder_days[ALERT_REMINDERS_MOST]; /* after the first notice; default 30, 90 */
        size_t reminder_count;
        struct {
            int32_t day;         /* DAY_NONE = none is configured */
            char *name;          /* 2026年度第二批申报截止 */
            int64_t notice_days; /* so long before, firms with an open case are told; default 14 */
        } deadline;
        char *templates; /* folder; NULL = those that m13d brings */
        struct {
            int64_t feed_failures; /* so many turns in a row; default 3 */
            int64_t review_days;   /* the oldest question of the review queue; default 30 */
            int64_t disk_bytes;    /* free where the state lies; default 2 GiB */
        } alarms;
    } alerts;
    int64_t publish_every_ms; /* at most one publication in so long */
    char hash[65];            /* SHA-256 over all files read, in order of name */
};

/* Reads m13d.conf and what stands beside it (authorities.conf, measure13.conf, alerts.conf, feeds.d). NULL
 * when there is any problem. A missing m13d.conf is a problem; the files beside it are optional. Relative
 * paths in a file start at that file's folder. (Not `config_read`: libconfig has a function of that name.) */
struct config *config_load(const char *file, struct config_problems *problems);
void config_free(struct config *config);                                                  /* NULL is fine */
const struct feed_definition *config_feed(const struct config *config, const char *name); /* or NULL */

extern const struct name_entry feed_format_names[FORMAT_HTML + 1], feed_paging_names[PAGING_NUMBERED + 1],
    feed_container_names[CONTAINER_ZIP + 1], feed_purpose_names[PURPOSE_EVIDENCE + 1],
    feed_fold_names[FOLD_CYRILLIC + 1], feed_completeness_names[COMPLETENESS_REGISTER + 1],
    feed_charset_names[CHARSET_CP1251 + 1], date_form_names[DATE_FORM_ULID + 1],
    alert_mode_names[ALERT_LIVE + 1], channel_kind_names[CHANNEL_KINDS],
    alert_audience_names[ALERT_AUDIENCES], alert_language_names[ALERT_BOTH + 1];

#endif
