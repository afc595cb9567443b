/* One function per kind of setting: from what stands in the file to what stands in the target. */
#include "settings.h"

#include "nearest.h"
#include "secret.h"
#include "values.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/money.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct settings_reader *reader;
    config_setting_t *setting;
    const struct setting_entry *entry;
    void *place;  /* of the value in the target */
    void *target; /* the whole of it */
};

static const char *name_of(const config_setting_t *setting)
{
    while (config_setting_name(setting) == NULL)
        setting = config_setting_parent(setting);
    return config_setting_name(setting);
}

static void refuse(const struct reading *reading, const config_setting_t *setting, const char *accepted)
{
    const char *string = config_setting_get_string(setting);
    char excerpt[VALUE_EXCERPT_BYTES];
    if (string == NULL || secret_is_in(string))
        settings_problem(reading->reader, setting, "`%s`: accepted is %s", name_of(setting), accepted);
    else
        settings_problem(reading->reader, setting, "`%s`: \"%s\" is not accepted; accepted is %s",
            name_of(setting), value_excerpt(string, excerpt), accepted);
}

/* The string of a setting that must be one, or NULL after telling the problem. */
static const char *string_of(
    const struct reading *reading, const config_setting_t *setting, const char *accepted)
{
    const char *string = config_setting_get_string(setting);
    if (string == NULL)
        refuse(reading, setting, accepted);
    return string;
}

static bool in_range(const struct setting_entry *entry, int64_t number)
{
    return (entry->least == 0 && entry->most == 0) || (number >= entry->least && number <= entry->most);
}

static bool text_is_good(const struct reading *reading, const config_setting_t *setting)
{
    const char *string = string_of(reading, setting, "a string in quotes");
    if (string == NULL)
        return false;
    const char *accepted = string_is_blank(string) ? "a string that is not blank" : NULL;
    if (reading->entry->refuses != NULL)
        accepted = reading->entry->refuses(string);
    if (accepted != NULL)
        refuse(reading, setting, accepted);
    return accepted == NULL;
}

static void read_text(const struct reading *reading)
{
    if (!text_is_good(reading, reading->setting))
        return;
    char **place = reading->place;
    free(*place);
    *place = memory_copy_string(config_setting_get_string(reading->setting));
}

static bool is_doubled(
    const struct reading *reading, const config_setting_t *element, char *const *texts, size_t count)
{
    const char *string = config_setting_get_string(element);
    char excerpt[VALUE_EXCERPT_BYTES];
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], string) == 0) {
            settings_problem(reading->reader, element, "`%s`: \"%s\" stands here twice", name_of(element),
                value_excerpt(string, excerpt));
            return true;
        }
    return false;
}

static void read_texts(const struct reading *reading)
{
    char ***place = reading->place;
    size_t *count = (size_t *)((char *)reading->target + reading->entry->count_place);
    for (size_t i = 0; i < *count; i++)
        free((*place)[i]);
    free(*place);
    *place = NULL;
    *count = 0;

    config_setting_t *setting = reading->setting;
    bool single = config_setting_type(setting) == CONFIG_TYPE_STRING;
    if (!single && (!config_setting_is_array(setting) && !config_setting_is_list(setting))) {
        refuse(reading, setting, "a string, or an array of strings: [\"one\", \"two\"]");
        return;
    }
    size_t elements = single ? 1 : settings_count(setting);
    *place = memory_get_zeroed(elements + 1, sizeof **place);
    for (size_t i = 0; i < elements; i++) {
        const config_setting_t *element = single ? setting : settings_element(setting, i);
        if (text_is_good(reading, element) && !is_doubled(reading, element, *place, *count))
            (*place)[(*count)++] = memory_copy_string(config_setting_get_string(element));
    }
}

static void read_flag(const struct reading *reading)
{
    if (config_setting_type(reading->setting) != CONFIG_TYPE_BOOL) {
        refuse(reading, reading->setting, "true or false, without quotes");
        return;
    }
    *(bool *)reading->place = config_setting_get_bool(reading->setting) != 0;
}

static bool number_of(const struct reading *reading, int64_t *ret_number)
{
    int type = config_setting_type(reading->setting);
    *ret_number = config_setting_get_int64(reading->setting);
    if ((type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) && in_range(reading->entry, *ret_number))
        return true;
    char accepted[96];
    snprintf(accepted, sizeof accepted, "a whole number without quotes, %lld to %lld",
        (long long)reading->entry->least, (long long)reading->entry->most);
    refuse(reading, reading->setting, accepted);
    return false;
}

static void read_number(const struct reading *reading)
{
    int64_t number;
    if (number_of(reading, &number))
        *(int64_t *)reading->place = number;
}

static void read_int(const struct reading *reading)
{
    int64_t number;
    if (number_of(reading, &number))
        *(int *)reading->place = (int)number;
}

/* A string that `parse` understands and whose number is in the range of the entry. */
static bool measure_of(const struct reading *reading, int (*parse)(const char *, int64_t *),
    const char *accepted, int64_t *ret_number)
{
    const char *string = string_of(reading, reading->setting, accepted);
    if (string == NULL)
        return false;
    if (parse(string, ret_number) == 0 && in_range(reading->entry, *ret_number))
        return true;
    refuse(reading, reading->setting, accepted);
    return false;
}

static const char *duration_accepted(int64_t least, int64_t most, char *out, size_t bytes)
{
    char from[VALUE_STRING_BYTES], to[VALUE_STRING_BYTES];
    snprintf(out, bytes, "a whole number with a unit (s, m, h, d, w), like \"6h\", from %s to %s",
        value_show_duration(least, from), value_show_duration(most, to));
    return out;
}

static void read_duration(const struct reading *reading)
{
    char accepted[160];
    int64_t ms;
    duration_accepted(reading->entry->least, reading->entry->most, accepted, sizeof accepted);
    if (measure_of(reading, value_duration, accepted, &ms))
        *(int64_t *)reading->place = ms;
}

static int days_of(const char *string, int64_t *ret_days)
{
    int64_t ms;
    int r = value_duration(string, &ms);
    *ret_days = r == 0 ? ms / CLOCK_DAY : 0;
    return r == 0 && ms % CLOCK_DAY != 0 ? -1 : r;
}

static void read_days(const struct reading *reading)
{
    char accepted[160];
    int64_t days;
    snprintf(accepted, sizeof accepted, "whole days (d) or weeks (w), like \"10d\", from %lldd to %lldd",
        (long long)reading->entry->least, (long long)reading->entry->most);
    if (measure_of(reading, days_of, accepted, &days))
        *(int64_t *)reading->place = days;
}

static void read_time_of_day(const struct reading *reading)
{
    int64_t ms;
    if (measure_of(reading, value_time_of_day, "a time of day in Beijing, \"00:00\" to \"23:59\"", &ms))
        *(int64_t *)reading->place = ms;
}

static void read_size(const struct reading *reading)
{
    char accepted[160], from[VALUE_STRING_BYTES], to[VALUE_STRING_BYTES];
    int64_t bytes;
    snprintf(accepted, sizeof accepted, "a size in bytes, or with K, M or G, like \"64M\", from %s to %s",
        value_show_size(reading->entry->least, from), value_show_size(reading->entry->most, to));
    if (measure_of(reading, value_size, accepted, &bytes))
        *(int64_t *)reading->place = bytes;
}

static int yuan_of(const char *string, int64_t *ret_fen)
{
    return money_parse(string, 2, ret_fen);
}

static void read_yuan(const struct reading *reading)
{
    char accepted[160], from[MONEY_STRING_BYTES], to[MONEY_STRING_BYTES];
    int64_t fen;
    snprintf(accepted, sizeof accepted, "an amount in yuan, like \"1,000,000\", from %s to %s",
        money_format_yuan(reading->entry->least, from), money_format_yuan(reading->entry->most, to));
    if (measure_of(reading, yuan_of, accepted, &fen))
        *(int64_t *)reading->place = fen;
}

static void read_date(const struct reading *reading)
{
    static const char accepted[] = "a day that exists, like \"2025-11-24\"";
    const char *string = string_of(reading, reading->setting, accepted);
    int32_t day;
    if (string == NULL)
        return;
    if (value_day(string, &day) == 0)
        *(int32_t *)reading->place = day;
    else
        refuse(reading, reading->setting, accepted);
}

static void read_word(const struct reading *reading)
{
    const struct setting_entry *entry = reading->entry;
    char accepted[512], list[400];
    snprintf(accepted, sizeof accepted, "one of: %s",
        name_list(entry->words, entry->word_count, list, sizeof list));
    const char *string = string_of(reading, reading->setting, accepted);
    if (string == NULL)
        return;
    const struct name_entry *word = name_find(entry->words, entry->word_count, string);
    if (word != NULL)
        *(int *)reading->place = word->value;
    else
        refuse(reading, reading->setting, accepted);
}

static void read_group(const struct reading *reading)
{
    if (config_setting_is_group(reading->setting))
        settings_read(reading->reader, reading->setting, reading->entry->group, reading->place);
    else
        refuse(reading, reading->setting, "a group: { name = value; }");
}

static void read_own(const struct reading *reading)
{
    reading->entry->read(reading->reader, reading->setting, reading->target);
}

static void (*const readers[])(const struct reading *) = {
    [SETTING_TEXT] = read_text,
    [SETTING_TEXTS] = read_texts,
    [SETTING_FLAG] = read_flag,
    [SETTING_NUMBER] = read_number,
    [SETTING_INT] = read_int,
    [SETTING_DURATION] = read_duration,
    [SETTING_DAYS] = read_days,
    [SETTING_TIME_OF_DAY] = read_time_of_day,
    [SETTING_SIZE] = read_size,
    [SETTING_DATE] = read_date,
    [SETTING_YUAN] = read_yuan,
    [SETTING_WORD] = read_word,
    [SETTING_GROUP] = read_group,
    [SETTING_OWN] = read_own,
};

void settings_read_value(struct settings_reader *reader, config_setting_t *setting,
    const struct setting_entry *entry, void *target)
{
    struct reading reading = {.reader = reader,
        .setting = setting,
        .entry = entry,
        .place = (char *)target + entry->place,
        .target = target};
    readers[entry->kind](&reading);
}
