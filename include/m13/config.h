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
enum channel_kind { CHANNEL_WEBHOOK, CHANNEL_FILE };

struct alert_channel {
    char *name;
    enum channel_kind kind;
    char *url;           /* webhook */
    char **secret_files; /* webhook: whsec_... one a file; several = rotation */
    size_t secret_count;
    char *path; /* file: NDJSON is appended, one message a line */
    bool allow_http;
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
        struct alert_channel *channels;
        size_t channel_count;
        struct {
            char *name, *phone, *mail, *address;
        } desk;
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
    alert_mode_names[ALERT_LIVE + 1], channel_kind_names[CHANNEL_FILE + 1];

#endif
