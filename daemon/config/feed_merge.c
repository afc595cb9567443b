/* Settings that name members of the record: which row of several counts, and which feed of several. */
#include "feed_tables.h"

#include "m13/record.h"
#include "m13/text.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Some members, and which are accepted. */
struct member_list {
    enum record_field *fields;
    size_t *count;
    size_t most;
    bool (*fits)(enum record_field field);
    const char *accepted;
};

static bool is_any(enum record_field field)
{
    return field != RECORD_AUTHORITY;
}

/* One that two records of the same approval may have different. */
static bool is_variable(enum record_field field)
{
    return field != RECORD_AUTHORITY && field != RECORD_NUMBER;
}

static bool is_date(enum record_field field)
{
    return record_member(field)->kind == RECORD_KIND_DATE;
}

static bool is_joinable(enum record_field field)
{
    return is_variable(field) && field != RECORD_URL && record_member(field)->kind == RECORD_KIND_TEXT;
}

static bool is_in(const struct member_list *list, enum record_field field)
{
    for (size_t i = 0; i < *list->count; i++)
        if (list->fields[i] == field)
            return true;
    return false;
}

static void read_member(struct settings_reader *reader, const config_setting_t *element, const char *name,
    struct member_list list)
{
    const char *word = config_setting_get_string(element);
    int field = word != NULL ? record_field_by_name(word) : -1;
    if (field < 0 || !list.fits((enum record_field)field))
        settings_problem(reader, element, "`%s`: \"%s\" is not accepted; accepted is %s", name,
            word != NULL ? word : "", list.accepted);
    else if (is_in(&list, (enum record_field)field))
        settings_problem(reader, element, "`%s`: \"%s\" stands here twice", name, word);
    else if (*list.count == list.most)
        settings_problem(reader, element, "`%s`: at most %zu members are accepted", name, list.most);
    else
        list.fields[(*list.count)++] = (enum record_field)field;
}

static void read_members(struct settings_reader *reader, config_setting_t *setting, struct member_list list)
{
    const char *name = config_setting_name(setting);
    if (config_setting_type(setting) == CONFIG_TYPE_STRING && list.most > 1) {
        read_member(reader, setting, name, list);
    } else if (settings_count(setting) == 0 || config_setting_is_group(setting)) {
        settings_problem(reader, setting, "`%s`: accepted is an array of %s", name, list.accepted);
    } else {
        for (size_t i = 0; i < settings_count(setting); i++)
            read_member(reader, settings_element(setting, i), name, list);
    }
}

static void read_one(struct settings_reader *reader, config_setting_t *setting, enum record_field *ret_field,
    bool (*fits)(enum record_field), const char *accepted)
{
    size_t count = 0;
    read_member(reader, setting, config_setting_name(setting),
        (struct member_list){
            .fields = ret_field, .count = &count, .most = 1, .fits = fits, .accepted = accepted});
}

/* --- source: one approval in several feeds ------------------------------------------------------------- */

static void read_rank(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    static const struct setting_entry entry = {"rank", SETTING_NUMBER, .least = 0, .most = 99};
    struct feed_source *source = target;
    settings_read_value(reader, setting, &entry, &source->rank);
    source->line = conf_line(setting);
}

static void read_wins(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_source *source = target;
    read_members(reader, setting,
        (struct member_list){source->wins, &source->win_count, COUNT(source->wins), is_variable,
            "members but `authority` and `number`"});
}

static const struct setting_entry source_entries[] = {
    {"rank", SETTING_OWN, .required = true, .read = read_rank},
    {"wins", SETTING_OWN, .read = read_wins},
    {"known-only", SETTING_FLAG, .place = offsetof(struct feed_source, known_only)},
};
const struct settings feed_source_settings = SETTINGS(source_entries);

/* --- repeated: one approval in several rows ------------------------------------------------------------ */

static void read_latest_by(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    read_one(reader, setting, &((struct feed_repeated *)target)->latest_by, is_variable,
        "a member but `authority` and `number`");
}

static void read_earliest(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_repeated *repeated = target;
    read_members(reader, setting,
        (struct member_list){repeated->earliest, &repeated->earliest_count, COUNT(repeated->earliest),
            is_date, "members that are dates"});
}

static void read_joined(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_repeated *repeated = target;
    read_members(reader, setting,
        (struct member_list){repeated->joined, &repeated->joined_count, COUNT(repeated->joined), is_joinable,
            "members that are text: no dates, no codes, neither `number` nor `url`"});
}

static void read_apart(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_repeated *repeated = target;
    read_members(reader, setting,
        (struct member_list){repeated->apart, &repeated->apart_count, COUNT(repeated->apart), is_variable,
            "members but `authority` and `number`"});
}

static const struct setting_entry repeated_entries[] = {
    {"latest-by", SETTING_OWN, .read = read_latest_by},
    {"earliest", SETTING_OWN, .read = read_earliest},
    {"joined", SETTING_OWN, .read = read_joined},
    {"apart", SETTING_OWN, .read = read_apart},
};
const struct settings feed_repeated_settings = SETTINGS(repeated_entries);

/* --- each ---------------------------------------------------------------------------------------------- */

void feed_read_each_member(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    read_one(reader, setting, &((struct feed_each *)target)->member, is_any, "a member but `authority`");
}

/* --- against the fields -------------------------------------------------------------------------------- */

static void check_element(struct settings_reader *reader, const struct feed_definition *definition,
    const config_setting_t *element, const char *name)
{
    const char *word = config_setting_get_string(element);
    int field = word != NULL ? record_field_by_name(word) : -1;
    if (field >= 0 && feed_mapping_of(definition, (enum record_field)field) == NULL)
        settings_problem(reader, element, "`%s`: \"%s\" has no effect: `fields` does not map it", name, word);
}

void feed_check_merging(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    static const struct {
        const char *group, *name;
    } places[] = {{"source", "wins"}, {"repeated", "latest-by"}, {"repeated", "earliest"},
        {"repeated", "joined"}, {"repeated", "apart"}};
    for (size_t i = 0; i < COUNT(places); i++) {
        const config_setting_t *setting =
            settings_member(settings_member(root, places[i].group), places[i].name);
        if (setting == NULL)
            continue;
        if (config_setting_type(setting) == CONFIG_TYPE_STRING)
            check_element(reader, definition, setting, places[i].name);
        for (size_t j = 0; j < settings_count(setting); j++)
            check_element(reader, definition, settings_element(setting, j), places[i].name);
    }
    if (definition->source.line > 0 && definition->source.rank == 0) {
        settings_inert(reader, settings_member(root, "source"), "known-only",
            "the feed of rank 0 is the one that makes approvals known");
        settings_inert(
            reader, settings_member(root, "source"), "wins", "the feed of rank 0 counts first anyway");
    }
    const config_setting_t *repeated = settings_member(root, "repeated");
    if (repeated != NULL && settings_count(repeated) == 0)
        settings_problem(reader, repeated, "`repeated` has no effect: it says nothing");
}
