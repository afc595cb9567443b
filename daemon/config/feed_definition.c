#include "m13/feed_definition.h"

#include "ca_file.h"
#include "feed_check.h"
#include "feed_fields.h"
#include "feed_house.h"
#include "feed_tables.h"
#include "paths.h"
#include "settings.h"
#include "web.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

/* --- what a definition may say ------------------------------------------------------------------------ */

#define AT(member)       .place = offsetof(struct feed_definition, member)
#define COUNT_AT(member) .count_place = offsetof(struct feed_definition, member)
#define WORDS(table)     .words = (table), .word_count = sizeof(table) / sizeof *(table)

static const char *refuses_code(const char *value)
{
    bool good = value[0] >= 'A' && value[0] <= 'Z' &&
                value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] == '\0';
    return good ? NULL : "an authority's code in capitals, as in authorities.conf, like \"FDA\"";
}

static const char *refuses_route(const char *value)
{
    bool good = value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0' && value[0] != '\0';
    return good ? NULL : "a route's code of small letters, digits and hyphens, like \"510k-special\"";
}

static const char *refuses_type(const char *value)
{
    const char *slash = strchr(value, '/');
    bool good = slash != NULL && slash != value && slash[1] != '\0' && strpbrk(value, " ;,\"") == NULL;
    return good ? NULL : "a media type without parameters, like \"application/json\"";
}

static const struct setting_entry pair_entries[] = {
    {"zh", SETTING_TEXT, .place = offsetof(struct text_pair, zh), .required = true},
    {"en", SETTING_TEXT, .place = offsetof(struct text_pair, en), .required = true},
};
static const struct settings pair = SETTINGS(pair_entries);

static const struct setting_entry budget_entries[] = {
    {"group", SETTING_TEXT, AT(budget)},
    {"a-minute", SETTING_NUMBER, AT(requests_a_minute), .least = 1, .most = 6000},
    {"a-day", SETTING_NUMBER, AT(requests_a_day), .least = 1, .most = 1000000},
};
static const struct settings budget = SETTINGS(budget_entries);

static const struct setting_entry schedule_entries[] = {
    {"every", SETTING_DURATION, AT(every_ms), .least = CLOCK_MINUTE, .most = 366 * CLOCK_DAY},
    {"at", SETTING_TIME_OF_DAY, AT(at_ms)},
    {"jitter", SETTING_DURATION, AT(jitter_ms), .least = 0, .most = CLOCK_DAY},
    {"overlap", SETTING_DAYS, AT(overlap_days), .least = 1, .most = 3660},
    {"full-every", SETTING_DURATION, AT(full_every_ms), .least = CLOCK_HOUR, .most = 3660 * CLOCK_DAY},
};
static const struct settings schedule = SETTINGS(schedule_entries);

static const struct setting_entry expect_entries[] = {
    {"completeness", SETTING_WORD, AT(completeness), .required = true, WORDS(feed_completeness_names)},
    {"fresh", SETTING_DURATION, AT(fresh_ms), .least = CLOCK_MINUTE, .most = 3660 * CLOCK_DAY},
    {"content-type", SETTING_TEXT, AT(content_type), .refuses = refuses_type},
    {"maximum-bytes", SETTING_SIZE, AT(maximum_bytes), .least = 1024, .most = LIMIT_PAYLOAD_BYTES},
    {"minimum-rows", SETTING_NUMBER, AT(minimum_rows), .least = 0, .most = 1000000000},
    {"largest-shrink", SETTING_NUMBER, AT(largest_shrink), .least = 0, .most = 99},
};
static const struct settings expect = SETTINGS(expect_entries);

static const struct setting_entry definition_entries[] = {
    {"enabled", SETTING_FLAG, AT(enabled)},
    {"purpose", SETTING_WORD, AT(purpose), WORDS(feed_purpose_names)},
    {"source", SETTING_GROUP, AT(source), .group = &feed_source_settings},
    {"authority", SETTING_TEXT, AT(authority), .required = true, .refuses = refuses_code},
    {"title", SETTING_GROUP, AT(title), .required = true, .group = &pair},
    {"covers", SETTING_GROUP, AT(covers), .required = true, .group = &pair},
    {"limits", SETTING_GROUP, AT(limits), .required = true, .group = &pair},
    {"routes", SETTING_TEXTS, AT(routes), COUNT_AT(route_count), .refuses = refuses_route},
    {"request", SETTING_GROUP, .required = true, .group = &feed_request_settings},
    {"budget", SETTING_GROUP, .group = &budget},
    {"schedule", SETTING_GROUP, .group = &schedule},
    {"expect", SETTING_GROUP, .required = true, .group = &expect},
    {"format", SETTING_GROUP, .required = true, .group = &feed_format_settings},
    {"repeated", SETTING_GROUP, AT(repeated), .group = &feed_repeated_settings},
    {"fields", SETTING_OWN, .required = true, .read = feed_read_fields},
    {"skip", SETTING_OWN, .read = feed_read_skip},
};
static const struct settings definition_settings = SETTINGS(definition_entries);

/* --- reading ------------------------------------------------------------------------------------------ */

/* "conf/feeds.d/fda-510k.conf" is the feed fda-510k. */
static char *name_of_file(const char *file_name)
{
    const char *slash = strrchr(file_name, '/');
    const char *name = slash != NULL ? slash + 1 : file_name;
    size_t length = strlen(name);
    return memory_copy_bytes(name, string_ends(name, ".conf") ? length - strlen(".conf") : length);
}

static struct feed_definition *new_definition(const char *file_name)
{
    struct feed_definition *definition = memory_get_zeroed(1, sizeof *definition);
    definition->name = name_of_file(file_name);
    definition->file = memory_copy_string(file_name);
    definition->enabled = true;
    definition->query_dates = DATE_FORM_ISO;
    definition->maximum_bytes = LIMIT_PAYLOAD_BYTES_DEFAULT;
    definition->requests_a_minute = 10;
    definition->requests_a_day = 500;
    definition->every_ms = CLOCK_DAY;
    definition->at_ms = -1;
    definition->jitter_ms = -1;
    definition->fresh_ms = -1;
    definition->overlap_days = 30;
    definition->largest_shrink = 10;
    definition->separator = ',';
    definition->quote = '"';
    definition->repeated.latest_by = RECORD_FIELDS;
    return definition;
}

static const char *usual_type(const struct feed_definition *definition)
{
    static const char *const of_formats[] = {
        [FORMAT_JSON] = "application/json",
        [FORMAT_CSV] = "text/csv",
        [FORMAT_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [FORMAT_XML] = "application/xml",
        [FORMAT_HTML] = "text/html",
    };
    return definition->container == CONTAINER_ZIP ? "application/zip" : of_formats[definition->format];
}

/* Defaults that rest on other settings. */
static void complete(struct feed_definition *definition)
{
    if (definition->budget == NULL)
        definition->budget = web_host(definition->base);
    if (definition->jitter_ms < 0)
        definition->jitter_ms = definition->every_ms / 10;
    if (definition->fresh_ms < 0)
        definition->fresh_ms = 3 * definition->every_ms;
    if (definition->content_type == NULL)
        definition->content_type = memory_copy_string(usual_type(definition));
    definition->newest = definition->completeness == COMPLETENESS_WINDOW && definition->pages.tail == 0 &&
                         definition->each.feed == NULL && !feed_query_has(&definition->window, "{since}");
    if (definition->rows == NULL)
        definition->rows = memory_copy_string("");
    if (definition->history.path == NULL)
        definition->history = (struct feed_query){0};
}

static void find_ca_file(struct feed_definition *definition, const struct feed_house *house)
{
    if (definition->ca_file == NULL || house->folder == NULL)
        return;
    char *path = path_from(house->folder, definition->ca_file);
    free(definition->ca_file);
    definition->ca_file = path;
}

/* The authority has words and markets; the feeds of a budget agree on it. */
static void check_house(struct settings_reader *reader, const config_setting_t *root,
    const struct feed_definition *definition, const struct feed_house *house)
{
    if (house->parameters != NULL && parameters_authority(house->parameters, definition->authority) == NULL)
        settings_problem(reader, settings_member(root, "authority"),
            "`authority`: \"%s\" is not known; accepted is a code of authorities.conf, where a new one is "
            "added",
            definition->authority);
    if (definition->ca_file != NULL && definition->enabled && house->folder != NULL)
        ca_file_check(reader, settings_member(settings_member(root, "request"), "ca-file"),
            definition->ca_file, "an enabled feed needs it (`enabled = false;` until it is there)");
    const config_setting_t *group = settings_member(root, "budget");
    for (size_t i = 0; i < house->feed_count; i++) {
        const struct feed_definition *other = house->feeds[i];
        if (string_equal(other->budget, definition->budget) &&
            (other->requests_a_minute != definition->requests_a_minute ||
                other->requests_a_day != definition->requests_a_day)) {
            settings_problem(reader, group != NULL ? group : root,
                "`budget`: the feed %s gives the group \"%s\" %lld requests a minute and %lld a day; all its "
                "feeds must say the same",
                other->name, other->budget, (long long)other->requests_a_minute,
                (long long)other->requests_a_day);
            return;
        }
    }
}

struct feed_definition *feed_definition_read_among(
    FILE *file, const char *file_name, const struct feed_house *house, struct config_problems *problems)
{
    size_t mistakes = settings_mistakes(problems);
    struct conf_file conf;
    if (!conf_file_read(file, file_name, problems, &conf))
        return NULL;
    struct settings_reader reader = {.file = file_name, .problems = problems, .top = &definition_settings};
    struct feed_definition *definition = new_definition(file_name);
    memcpy(definition->hash, conf.hash, sizeof definition->hash);
    config_setting_t *root = config_root_setting(&conf.tree);
    settings_read(&reader, root, &definition_settings, definition);
    feed_check_needed(&reader, root, definition);
    feed_check_fields(&reader, root, definition);
    feed_check_merging(&reader, root, definition);
    feed_check_request(&reader, root, definition);
    feed_check_format(&reader, root, definition);
    if (settings_mistakes(problems) == mistakes) {
        complete(definition);
        find_ca_file(definition, house);
        check_house(&reader, root, definition, house);
    }
    conf_file_free(&conf);
    if (settings_mistakes(problems) == mistakes)
        return definition;
    feed_definition_free(definition);
    return NULL;
}

struct feed_definition *feed_definition_read(
    FILE *file, const char *file_name, struct config_problems *problems)
{
    const struct feed_house alone = {0};
    return feed_definition_read_among(file, file_name, &alone, problems);
}

/* --- the rest of its life ----------------------------------------------------------------------------- */

const struct feed_mapping *feed_mapping_of(const struct feed_definition *definition, enum record_field field)
{
    for (size_t i = 0; i < definition->mapping_count; i++)
        if (definition->mappings[i].field == field)
            return &definition->mappings[i];
    return NULL;
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

void feed_definition_free(struct feed_definition *definition)
{
    if (definition == NULL)
        return;
    const struct feed_pages *pages = &definition->pages;
    char *const owned[] = {definition->name, definition->file, definition->authority, definition->title.zh,
        definition->title.en, definition->covers.zh, definition->covers.en, definition->limits.zh,
        definition->limits.en, definition->base, definition->none_text, definition->content_type,
        definition->budget, definition->rows, definition->total, definition->as_of, pages->total,
        pages->size_told, definition->each.feed, definition->find.link, definition->find.text,
        definition->ca_file, definition->member, definition->sheet};
    const struct feed_query *const queries[] = {&definition->window, &definition->history, &definition->prime,
        &definition->find.page, &definition->control.ask};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        free(queries[i]->path);
        free(queries[i]->query);
        free(queries[i]->body);
    }
    free_strings(definition->routes, definition->route_count);
    free_strings(definition->headers, definition->header_count);
    free_strings(definition->each.countries, definition->each.country_count);
    free_strings(definition->keys, definition->key_count);
    for (size_t i = 0; i < definition->mapping_count; i++)
        feed_mapping_release(&definition->mappings[i]);
    free(definition->mappings);
    for (size_t i = 0; i < definition->skip_count; i++)
        feed_conditions_free(definition->skip[i].conditions, definition->skip[i].condition_count);
    free(definition->skip);
    free(definition);
}
