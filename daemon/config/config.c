#include "m13/config.h"

#include "alerts_file.h"
#include "loading.h"
#include "paths.h"
#include "policy_files.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where a setting belongs that stands in the wrong file. */
static const struct setting_elsewhere elsewhere[] = {
    {"state", "m13d.conf"},
    {"language", "m13d.conf"},
    {"log-level", "m13d.conf"},
    {"feeds", "m13d.conf"},
    {"publish-every", "m13d.conf"},
    {"overrides", "m13d.conf"},
    {"alerts", "alerts.conf"},
    {"mode", "alerts.conf (group `alerts`)"},
    {"desk", "alerts.conf (group `alerts`)"},
    {"operator", "alerts.conf (group `alerts`)"},
    {"digest", "alerts.conf (group `alerts`)"},
    {"quiet", "alerts.conf (group `alerts`)"},
    {"holidays", "alerts.conf (group `alerts`)"},
    {"reminders", "alerts.conf (group `alerts`)"},
    {"deadline", "alerts.conf (group `alerts`)"},
    {"templates", "alerts.conf (group `alerts`)"},
    {"alarms", "alerts.conf (group `alerts`)"},
    {"channels", "alerts.conf (group `alerts`)"},
    {"authorities", "authorities.conf"},
    {"in-force", "measure13.conf"},
    {"newly-approved", "measure13.conf"},
    {"routes", "measure13.conf"},
    {"product-cap", "measure13.conf"},
    {"firm-cap", "measure13.conf"},
    {"authority", "a definition in the folder of feeds"},
    {"request", "a definition in the folder of feeds"},
    {"schedule", "a definition in the folder of feeds"},
    {"fields", "a definition in the folder of feeds"},
};

struct settings_reader loading_reader(
    const struct loading *loading, const char *file, const struct settings *settings)
{
    return (struct settings_reader){.file = file,
        .problems = loading->problems,
        .top = settings,
        .elsewhere = elsewhere,
        .elsewhere_count = sizeof elsewhere / sizeof *elsewhere};
}

void loading_note_hash(struct loading *loading, const char *name, const char *hash)
{
    struct text line = TEXT_WITH_CEILING(4096 + sizeof loading->config.hash);
    text_append_format(&line, "%s %s\n", name, hash);
    MEMORY_GROW(loading->hashes, loading->hash_count, loading->hash_capacity);
    loading->hashes[loading->hash_count++] = text_take(&line);
}

/* A file beside m13d.conf, or that itself. False when it is not there, or cannot be parsed (which is told).
 */
static bool read_file(struct loading *loading, const char *path, const char *name, bool optional,
    struct conf_file *ret_conf_file, bool *ret_absent)
{
    FILE *file = path_open(path);
    *ret_absent = file == NULL && errno == ENOENT;
    if (file == NULL) {
        if (!*ret_absent || !optional)
            config_problem_add(loading->problems, path, 0, "cannot be read: %s", strerror(errno));
        return false;
    }
    bool good = conf_file_read(file, path, loading->problems, ret_conf_file);
    fclose(file);
    if (good)
        loading_note_hash(loading, name, ret_conf_file->hash);
    return good;
}

static void read_authorities(struct loading *loading)
{
    char *path = path_join(loading->folder, "authorities.conf");
    struct conf_file conf;
    bool absent;
    bool good = read_file(loading, path, "authorities.conf", true, &conf, &absent);
    loading->authorities_are_known = good || absent;
    if (good) {
        struct settings_reader reader = loading_reader(loading, path, &authorities_settings);
        config_setting_t *root = config_root_setting(&conf.tree);
        settings_read(&reader, root, &authorities_settings, loading->config.parameters);
        policy_check_source(&reader, root, &loading->config.parameters->authorities_source);
        policy_check_sources(&reader, root, loading->config.parameters);
        conf_file_free(&conf);
    }
    free(path);
}

static void read_measure13(struct loading *loading)
{
    char *path = path_join(loading->folder, "measure13.conf");
    struct conf_file conf;
    bool absent;
    if (read_file(loading, path, "measure13.conf", true, &conf, &absent)) {
        struct settings_reader reader = loading_reader(loading, path, &measure13_settings);
        config_setting_t *root = config_root_setting(&conf.tree);
        settings_read(&reader, root, &measure13_settings, loading->config.parameters);
        measure13_check(&reader, root, loading->config.parameters);
        conf_file_free(&conf);
    }
    free(path);
}

static void read_alerts(struct loading *loading)
{
    char *path = path_join(loading->folder, "alerts.conf");
    struct conf_file conf;
    bool absent;
    if (read_file(loading, path, "alerts.conf", true, &conf, &absent)) {
        config_setting_t *root = config_root_setting(&conf.tree);
        alerts_read(loading, path, root);
        alerts_read_holidays(loading, path, root);
        conf_file_free(&conf);
    } else if (absent) {
        alerts_read_holidays(loading, path, NULL);
    }
    free(path);
}

static void read_all(struct loading *loading, const char *file)
{
    struct settings_reader reader = loading_reader(loading, file, &main_settings);
    struct conf_file main_file;
    bool absent;
    bool good = read_file(loading, file, "m13d.conf", false, &main_file, &absent);
    if (good)
        settings_read(&reader, config_root_setting(&main_file.tree), &main_settings, loading);
    if (!absent) {
        read_authorities(loading);
        read_measure13(loading);
        read_alerts(loading);
        loading_read_feeds(loading);
    }
    if (good) {
        loading_apply_overrides(loading, &reader, config_root_setting(&main_file.tree));
        conf_file_free(&main_file);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What rests on everything: absolute paths, hashes. */
static void complete(struct loading *loading)
{
    struct config *config = &loading->config;
    char *state = path_from(loading->folder, config->state);
    free(config->state);
    config->state = state;
    parameters_seal(config->parameters);

    if (loading->hash_count > 0)
        qsort(loading->hashes, loading->hash_count, sizeof *loading->hashes, by_text);
    struct digest_stream *digest = digest_begin();
    for (size_t i = 0; i < loading->hash_count; i++)
        digest_add(digest, loading->hashes[i], strlen(loading->hashes[i]));
    uint8_t hash[DIGEST_BYTES];
    digest_end(digest, hash);
    digest_hex(hash, config->hash);
}

static void release(struct config *config)
{
    free(config->file);
    free(config->state);
    for (size_t i = 0; i < config->feed_count; i++)
        feed_definition_free(config->feeds[i]);
    free(config->feeds);
    parameters_free(config->parameters);
    alerts_release(config);
}

static void release_loading(struct loading *loading)
{
    free(loading->folder);
    free(loading->feeds);
    for (size_t i = 0; i < loading->feed_name_count; i++)
        free(loading->feed_names[i]);
    free(loading->feed_names);
    for (size_t i = 0; i < loading->hash_count; i++)
        free(loading->hashes[i]);
    free(loading->hashes);
}

struct config *config_load(const char *file, struct config_problems *problems)
{
    size_t mistakes = settings_mistakes(problems);
    struct loading loading = {.problems = problems,
        .folder = path_folder(file),
        .config = {.file = memory_copy_string(file),
            .state = memory_copy_string("/var/lib/m13d"),
            .language = LANGUAGE_ZH,
            .log_level = LOG_LEVEL_INFO,
            .parameters = parameters_default(),
            .publish_every_ms = 30 * CLOCK_SECOND}};
    struct config *config = NULL;
    alerts_set_defaults(&loading.config);
    read_all(&loading, file);
    if (settings_mistakes(problems) == mistakes) {
        complete(&loading);
        config = memory_get(sizeof *config);
        *config = loading.config;
    } else {
        release(&loading.config);
    }
    release_loading(&loading);
    return config;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    release(config);
    free(config);
}

const struct feed_definition *config_feed(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->feed_count; i++)
        if (string_equal(config->feeds[i]->name, name))
            return config->feeds[i];
    return NULL;
}
