/* settings.h - a table of settings is all there is to know about a group of a conf file.
 *
 * Each entry says name, kind, where the value goes, and what is accepted; settings_read() holds a group to
 * its table and reports every unknown, misplaced, ill-typed and missing setting with its line. What depends
 * on several settings is checked by the file's own code, with settings_inert() for what would have no effect.
 */
#ifndef M13_SETTINGS_H
#define M13_SETTINGS_H

#include "conf_file.h"

#include "m13/name_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_kind {
    SETTING_TEXT,        /* char *: a string, not blank */
    SETTING_TEXTS,       /* char **, size_t: a string, or an array of different strings */
    SETTING_FLAG,        /* bool: true, false */
    SETTING_NUMBER,      /* int64_t */
    SETTING_INT,         /* int */
    SETTING_DURATION,    /* int64_t, ms: "90s", "20m", "6h", "10d", "2w" */
    SETTING_DAYS,        /* int64_t, days: "10d", "2w" */
    SETTING_TIME_OF_DAY, /* int64_t, ms of the day: "06:30" */
    SETTING_SIZE,        /* int64_t, bytes: "4096", "64K", "64M", "2G" */
    SETTING_DATE,        /* int32_t, day: "2025-11-24" */
    SETTING_YUAN,        /* int64_t, fen: "1,000,000" */
    SETTING_WORD,        /* an enumeration: one of `words` */
    SETTING_GROUP,       /* a group with a table of its own, into the same target moved by `place` */
    SETTING_OWN,         /* `read` does everything */
};

struct settings;
struct settings_reader;

struct setting_entry {
    const char *name;
    enum setting_kind kind;
    size_t place;
    bool required;
    int64_t least, most; /* of numbers, durations, days, sizes, yuan; both 0 = any */
    const struct name_entry *words;
    size_t word_count;
    size_t count_place; /* of SETTING_TEXTS */
    const struct settings *group;
    /* Of SETTING_TEXT and each of SETTING_TEXTS: what is accepted, or NULL when the value is good. */
    const char *(*refuses)(const char *value);
    void (*read)(struct settings_reader *reader, config_setting_t *setting, void *target);
};

struct settings {
    const struct setting_entry *entries;
    size_t count;
};
#define SETTINGS(entries)                                                                                    \
    {                                                                                                        \
        (entries), sizeof(entries) / sizeof *(entries)                                                       \
    }

/* A name that is no setting of this file but of another place, with the place: "alerts.conf". */
struct setting_elsewhere {
    const char *name, *where;
};

struct settings_reader {
    const char *file; /* for messages */
    struct config_problems *problems;
    const struct settings *top; /* of the file: where a misplaced setting is looked for */
    const struct setting_elsewhere *elsewhere;
    size_t elsewhere_count;
};

/* Reads a group into `target`. Strings there are replaced (freed) by the values read, so that defaults may
 * stand in it before. */
void settings_read(
    struct settings_reader *reader, config_setting_t *group, const struct settings *settings, void *target);
/* One value by its entry, for readers of their own. */
void settings_read_value(struct settings_reader *reader, config_setting_t *setting,
    const struct setting_entry *entry, void *target);

void settings_problem(const struct settings_reader *reader, const config_setting_t *setting,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "`name` has no effect: reason" if the group has that setting. */
void settings_inert(const struct settings_reader *reader, const config_setting_t *group, const char *name,
    const char *reason);
/* "`name` is missing: reason" unless the group has that setting; whether it has. */
bool settings_need(const struct settings_reader *reader, const config_setting_t *group, const char *name,
    const char *reason);
/* A name that is not known: says so, with the nearest of `known`. */
void settings_unknown(const struct settings_reader *reader, const config_setting_t *setting, const char *what,
    const char *const *known, size_t count);

config_setting_t *settings_member(const config_setting_t *group, const char *name); /* NULL in NULL */
bool settings_has(const config_setting_t *group, const char *name);
size_t settings_count(const config_setting_t *aggregate);
config_setting_t *settings_element(const config_setting_t *aggregate, size_t index);

/* All mistakes so far, told or left out: compare before and after. */
size_t settings_mistakes(const struct config_problems *problems);

#endif
