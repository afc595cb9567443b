#include "feed_fields.h"

#include "values.h"
#include "web.h"

#include "m13/config.h"
#include "m13/memory.h"
#include "m13/record.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define OF(member)       .place = offsetof(struct feed_mapping, member)
#define COUNT_OF(member) .count_place = offsetof(struct feed_mapping, member)

static void read_forms(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_mapping *mapping = target;
    const size_t known = sizeof date_form_names / sizeof *date_form_names;
    char list[200];
    for (size_t i = 0; i < settings_count(setting); i++) {
        const config_setting_t *element = settings_element(setting, i);
        const struct name_entry *form = name_find(date_form_names, known, config_setting_get_string(element));
        bool doubled = false;
        for (size_t j = 0; form != NULL && j < mapping->date_form_count; j++)
            doubled = doubled || (int)mapping->date_forms[j] == form->value;
        if (form == NULL)
            settings_problem(reader, element, "`forms`: accepted are %s",
                name_list(date_form_names, known, list, sizeof list));
        else if (doubled)
            settings_problem(reader, element, "`forms`: \"%s\" stands here twice", form->code);
        else
            mapping->date_forms[mapping->date_form_count++] = (enum date_form)form->value;
    }
    if (settings_count(setting) == 0)
        settings_problem(reader, setting, "`forms`: accepted is an array of %s, in the order of trying",
            name_list(date_form_names, known, list, sizeof list));
}

/* A mark may be a line's end, or any other text that is there. */
static void read_mark(struct settings_reader *reader, config_setting_t *setting, char **ret_mark)
{
    const char *text = config_setting_get_string(setting);
    if (text != NULL && *text != '\0' && (!string_is_blank(text) || string_equal(text, "\n")))
        *ret_mark = memory_copy_string(text);
    else
        settings_problem(reader, setting,
            "`%s`: accepted is a string that is not blank, or \"\\n\" for a line's end",
            config_setting_name(setting));
}

static void read_after(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    read_mark(reader, setting, &((struct feed_mapping *)target)->after);
}

static void read_before(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    read_mark(reader, setting, &((struct feed_mapping *)target)->before);
}

static const struct setting_entry mapping_entries[] = {
    {"from", SETTING_TEXTS, OF(sources), COUNT_OF(source_count)},
    {"is", SETTING_TEXT, OF(value)},
    {"join", SETTING_TEXT, OF(join), .refuses = feed_refuses_join},
    {"rules", SETTING_OWN, .read = feed_read_rules},
    {"otherwise", SETTING_TEXT, OF(unmatched)},
    {"forms", SETTING_OWN, .read = read_forms},
    {"required", SETTING_FLAG, OF(required)},
    {"after", SETTING_OWN, .read = read_after},
    {"before", SETTING_OWN, .read = read_before},
    {"fold", SETTING_WORD, OF(fold), .words = feed_fold_names, .word_count = FOLD_CYRILLIC + 1},
    {"template", SETTING_TEXT, OF(url_template), .refuses = web_refuses_template},
};
static const struct settings mapping_settings = SETTINGS(mapping_entries);

/* Whether any text of the row can become the value. */
static bool has_sources(const struct feed_mapping *mapping)
{
    bool own = mapping->source_count > 0 && mapping->url_template == NULL &&
               (mapping->unmatched == NULL || mapping->rule_count == 0);
    for (size_t i = 0; i < mapping->rule_count && !own; i++)
        own = mapping->rules[i].source_count > 0;
    return own;
}

/* What is done to a source's text. */
static void check_cutting(
    struct settings_reader *reader, const config_setting_t *setting, const struct feed_mapping *mapping)
{
    static const char *const names[] = {"after", "before", "fold"};
    enum record_kind kind = record_member(mapping->field)->kind;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!has_sources(mapping))
            settings_inert(reader, setting, names[i], "no source gives the value");
    if (has_sources(mapping) && kind == RECORD_KIND_DATE)
        settings_inert(
            reader, setting, "fold", "this member is a date, and its forms know full-width digits");
    if (has_sources(mapping) && kind == RECORD_KIND_CODE)
        settings_inert(reader, setting, "fold", "this member is a code");
}

/* A member that is the same for every row. */
static void check_fixed(struct settings_reader *reader, const config_setting_t *setting)
{
    for (size_t i = 0; i < mapping_settings.count; i++)
        if (!string_equal(mapping_settings.entries[i].name, "is"))
            settings_inert(
                reader, setting, mapping_settings.entries[i].name, "`is` gives the value of every row");
}

/* What the settings of one member must be to each other. */
static void check_mapping(
    struct settings_reader *reader, const config_setting_t *setting, const struct feed_mapping *mapping)
{
    bool date = record_member(mapping->field)->kind == RECORD_KIND_DATE;
    const char *name = config_setting_name(setting);
    if (mapping->field == RECORD_NUMBER || mapping->field == RECORD_URL)
        settings_inert(reader, setting, "is", "this member is another for every row");
    if (mapping->value != NULL) {
        check_fixed(reader, setting);
        return;
    }
    if (mapping->source_count == 0 && mapping->rule_count == 0 && mapping->url_template == NULL)
        settings_problem(reader, setting, "`%s`: nothing gives its value; accepted is a source (`from`), %s",
            name, mapping->field == RECORD_URL ? "`rules` or a `template`" : "`rules`, or one value (`is`)");
    feed_check_join(reader, setting, mapping->join, mapping->source_count);
    if (mapping->rule_count == 0)
        settings_inert(reader, setting, "otherwise", "there are no `rules` that could leave a row over");
    if (mapping->unmatched != NULL && mapping->rule_count > 0) {
        settings_inert(reader, setting, "from", "`otherwise` stands for every row that no rule matches");
        settings_inert(reader, setting, "template", "`otherwise` stands for every row that no rule matches");
    } else if (mapping->url_template != NULL) {
        settings_inert(reader, setting, "from", "`template` gives the value");
    }
    check_cutting(reader, setting, mapping);
    if (!date)
        settings_inert(reader, setting, "forms", "this member is no date");
    else if (mapping->date_form_count == 0)
        settings_problem(reader, setting,
            "`%s`: a date needs `forms`, so that nothing is guessed: { from = ...; "
            "forms = [\"iso\"]; }",
            name);
    if (mapping->field == RECORD_NUMBER && settings_has(setting, "required") && !mapping->required)
        settings_problem(reader, settings_member(setting, "required"),
            "`required`: a record without a number cannot be kept, so only true is accepted");
}

/* `number = "k_number";` is short for `number = { from = "k_number"; };`. */
static void read_mapping(
    struct settings_reader *reader, config_setting_t *setting, struct feed_mapping *mapping)
{
    size_t mistakes = settings_mistakes(reader->problems);
    int type = config_setting_type(setting);
    if (type == CONFIG_TYPE_STRING || type == CONFIG_TYPE_ARRAY)
        settings_read_value(reader, setting, &mapping_entries[0], mapping);
    else if (type == CONFIG_TYPE_GROUP)
        settings_read(reader, setting, &mapping_settings, mapping);
    else
        settings_problem(reader, setting, "`%s`: accepted is a source, an array of sources, or a group",
            config_setting_name(setting));
    if (settings_mistakes(reader->problems) == mistakes)
        check_mapping(reader, setting, mapping);
    if (mapping->field == RECORD_NUMBER)
        mapping->required = true;
}

static void tell_unknown_member(struct settings_reader *reader, const config_setting_t *setting)
{
    const char *known[RECORD_FIELDS];
    size_t count = 0;
    if (string_equal(config_setting_name(setting), record_member(RECORD_AUTHORITY)->name)) {
        settings_problem(reader, setting, "`authority` is not mapped: it is the definition's own");
        return;
    }
    for (int field = RECORD_NUMBER; field < RECORD_FIELDS; field++)
        known[count++] = record_member((enum record_field)field)->name;
    settings_unknown(reader, setting, "member of a record", known, count);
}

static int by_field(const void *a, const void *b)
{
    return (int)((const struct feed_mapping *)a)->field - (int)((const struct feed_mapping *)b)->field;
}

void feed_read_fields(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct feed_definition *definition = target;
    if (!config_setting_is_group(setting)) {
        settings_problem(reader, setting, "`fields`: accepted is a group: { number = \"source\"; ... }");
        return;
    }
    definition->mappings = memory_get_zeroed(settings_count(setting) + 1, sizeof *definition->mappings);
    for (size_t i = 0; i < settings_count(setting); i++) {
        config_setting_t *member = settings_element(setting, i);
        int field = record_field_by_name(config_setting_name(member));
        if (field <= RECORD_AUTHORITY) {
            tell_unknown_member(reader, member);
            continue;
        }
        struct feed_mapping *mapping = &definition->mappings[definition->mapping_count++];
        mapping->field = (enum record_field)field;
        read_mapping(reader, member, mapping);
    }
    qsort(definition->mappings, definition->mapping_count, sizeof *definition->mappings, by_field);
}

/* A roster has no approvals, and a feed of a higher rank fills what the first one leaves open. */
void feed_check_needed(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition)
{
    const config_setting_t *fields = settings_member(root, "fields");
    if (fields == NULL || !config_setting_is_group(fields))
        return;
    settings_need(reader, fields, "number", "every record has one");
    if (definition->purpose == PURPOSE_APPROVALS && definition->source.rank == 0) {
        settings_need(reader, fields, "route", "the rules ask whether it is an approval at all");
        settings_need(reader, fields, "status", "the rules ask whether the approval stands");
        settings_need(reader, fields, "decision_date", "the rules ask whether the approval is new");
    }
    if (definition->purpose != PURPOSE_EVIDENCE && definition->source.rank == 0 &&
        !settings_has(fields, "holder"))
        settings_need(reader, fields, "manufacturer", "without it or `holder` no firm can be recognised");
    if (settings_has(fields, "route"))
        settings_need(reader, root, "routes", "they are what the member `route` may give");
    else if (definition->purpose != PURPOSE_APPROVALS || definition->source.rank > 0)
        settings_inert(reader, root, "routes", "`fields` does not map `route`");
}

void feed_mapping_release(struct feed_mapping *mapping)
{
    for (size_t i = 0; i < mapping->source_count; i++)
        free(mapping->sources[i]);
    free(mapping->sources);
    free(mapping->join);
    for (size_t i = 0; i < mapping->rule_count; i++)
        feed_rule_release(&mapping->rules[i]);
    free(mapping->rules);
    free(mapping->unmatched);
    free(mapping->value);
    free(mapping->after);
    free(mapping->before);
    free(mapping->url_template);
}
