#include "feed_fields.h"

#include "web.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

/* --- conditions --------------------------------------------------------------------------------------- */

static const char condition_form[] = "( (\"source\", \"value\", ...), ... )";

/* "" = empty, a trailing * matches the rest; an asterisk elsewhere would be taken for itself in silence. */
static bool value_is_good(
    struct settings_reader *reader, const config_setting_t *element, const struct feed_condition *condition)
{
    const char *value = config_setting_get_string(element);
    const char *asterisk = value != NULL ? strchr(value, '*') : NULL;
    if (value == NULL)
        settings_problem(reader, element, "a condition: accepted is %s", condition_form);
    else if (asterisk != NULL && asterisk[1] != '\0')
        settings_problem(reader, element, "\"%s\": an asterisk is accepted at the end only", value);
    else if (asterisk == value)
        settings_problem(reader, element, "\"*\" matches everything, so the condition has no effect");
    else {
        for (size_t i = 0; i < condition->value_count; i++)
            if (strcmp(condition->values[i], value) == 0) {
                settings_problem(reader, element, "\"%s\" stands here twice", value);
                return false;
            }
        return true;
    }
    return false;
}

static struct feed_condition read_condition(struct settings_reader *reader, config_setting_t *list)
{
    struct feed_condition condition = {0};
    const char *source =
        settings_count(list) >= 2 ? config_setting_get_string(settings_element(list, 0)) : NULL;
    if (source == NULL || string_is_blank(source) || string_equal(source, "!")) {
        settings_problem(reader, list, "a condition: accepted is %s, or (\"!source\", ...) for the contrary",
            condition_form);
        return condition;
    }
    condition.negated = source[0] == '!';
    condition.source = memory_copy_string(source + condition.negated);
    condition.values = memory_get_zeroed(settings_count(list), sizeof *condition.values);
    for (size_t i = 1; i < settings_count(list); i++) {
        const config_setting_t *element = settings_element(list, i);
        if (value_is_good(reader, element, &condition))
            condition.values[condition.value_count++] =
                memory_copy_string(config_setting_get_string(element));
    }
    return condition;
}

static bool is_sequence(const config_setting_t *setting)
{
    return config_setting_is_aggregate(setting) && !config_setting_is_group(setting);
}

static bool holds_conditions(const config_setting_t *setting)
{
    bool good = config_setting_is_list(setting) && settings_count(setting) > 0;
    for (size_t i = 0; good && i < settings_count(setting); i++)
        good = is_sequence(settings_element(setting, i));
    return good;
}

/* `list` holds_conditions(). */
static void read_conditions(struct settings_reader *reader, config_setting_t *list,
    struct feed_condition **ret_conditions, size_t *ret_count)
{
    *ret_conditions = memory_get_zeroed(settings_count(list), sizeof **ret_conditions);
    for (size_t i = 0; i < settings_count(list); i++)
        (*ret_conditions)[(*ret_count)++] = read_condition(reader, settings_element(list, i));
}

/* ("source", "value") leaves a row out, and so does ( ("source", "value"), ("other", "value") ), where both
 * hold. */
void feed_read_skip(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_definition *definition = target;
    if (!holds_conditions(setting)) {
        settings_problem(reader, setting,
            "`skip`: accepted is %s; a list of conditions in it must hold as a whole", condition_form);
        return;
    }
    definition->skip = memory_get_zeroed(settings_count(setting), sizeof *definition->skip);
    for (size_t i = 0; i < settings_count(setting); i++) {
        config_setting_t *element = settings_element(setting, i);
        struct feed_skip *skip = &definition->skip[definition->skip_count++];
        if (holds_conditions(element)) {
            read_conditions(reader, element, &skip->conditions, &skip->condition_count);
        } else {
            skip->conditions = memory_get_zeroed(1, sizeof *skip->conditions);
            skip->conditions[skip->condition_count++] = read_condition(reader, element);
        }
    }
}

/* --- rules -------------------------------------------------------------------------------------------- */

static void read_when(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_rule *rule = target;
    if (holds_conditions(setting))
        read_conditions(reader, setting, &rule->conditions, &rule->condition_count);
    else
        settings_problem(reader, setting, "`when`: accepted is %s", condition_form);
}

/* Between two values anything may stand, blanks too. */
const char *feed_refuses_join(const char *join)
{
    return strlen(join) <= 16 ? NULL : "at most 16 bytes";
}

#define OF_RULE(member)       .place = offsetof(struct feed_rule, member)
#define COUNT_OF_RULE(member) .count_place = offsetof(struct feed_rule, member)
static const struct setting_entry rule_entries[] = {
    {"is", SETTING_TEXT, OF_RULE(value)},
    {"from", SETTING_TEXTS, OF_RULE(sources), COUNT_OF_RULE(source_count)},
    {"join", SETTING_TEXT, OF_RULE(join), .refuses = feed_refuses_join},
    {"template", SETTING_TEXT, OF_RULE(url_template), .refuses = web_refuses_template},
    {"when", SETTING_OWN, .required = true, .read = read_when},
};
static const struct settings rule_settings = SETTINGS(rule_entries);

void feed_check_join(
    struct settings_reader *reader, const config_setting_t *group, const char *join, size_t source_count)
{
    if (join != NULL && source_count < 2)
        settings_inert(reader, group, "join", "it joins several sources, and `from` names fewer than two");
}

void feed_read_rules(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_mapping *mapping = target;
    if (!config_setting_is_list(setting) || settings_count(setting) == 0) {
        settings_problem(
            reader, setting, "`rules`: accepted is a list of groups: ( { is = ...; when = ...; }, ... )");
        return;
    }
    mapping->rules = memory_get_zeroed(settings_count(setting), sizeof *mapping->rules);
    for (size_t i = 0; i < settings_count(setting); i++) {
        config_setting_t *element = settings_element(setting, i);
        struct feed_rule *rule = &mapping->rules[mapping->rule_count++];
        if (!config_setting_is_group(element)) {
            settings_problem(reader, element, "a rule: accepted is a group: { is = ...; when = ...; }");
            continue;
        }
        settings_read(reader, element, &rule_settings, rule);
        int gives =
            settings_has(element, "is") + settings_has(element, "from") + settings_has(element, "template");
        if (gives != 1)
            settings_problem(reader, element, "a rule gives exactly one of `is`, `from` and `template`");
        feed_check_join(reader, element, rule->join, rule->source_count);
    }
}

void feed_rule_release(struct feed_rule *rule)
{
    free(rule->value);
    for (size_t i = 0; i < rule->source_count; i++)
        free(rule->sources[i]);
    free(rule->sources);
    free(rule->join);
    free(rule->url_template);
    feed_conditions_free(rule->conditions, rule->condition_count);
}

void feed_conditions_free(struct feed_condition *conditions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(conditions[i].source);
        for (size_t j = 0; j < conditions[i].value_count; j++)
            free(conditions[i].values[j]);
        free(conditions[i].values);
    }
    free(conditions);
}
