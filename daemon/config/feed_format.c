/* What form a payload has: the group `format` of a definition. */
#include "feed_tables.h"

#include "m13/config.h"
#include "m13/text.h"

#include <string.h>

#define AT(member)       .place = offsetof(struct feed_definition, member)
#define COUNT_AT(member) .count_place = offsetof(struct feed_definition, member)
#define WORDS(table)     .words = (table), .word_count = sizeof(table) / sizeof *(table)

static void read_separator(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    const char *value = config_setting_get_string(setting);
    if (value != NULL && strlen(value) == 1 && strchr("\r\n\"", value[0]) == NULL)
        ((struct feed_definition *)target)->separator = value[0];
    else
        settings_problem(
            reader, setting, "`separator`: accepted is one character, like \",\" \";\" \"|\" \"\\t\"");
}

static void read_quote(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    const char *value = config_setting_get_string(setting);
    if (string_equal(value, "none"))
        ((struct feed_definition *)target)->quote = '\0';
    else if (value != NULL && strlen(value) == 1 && strchr("\r\n", value[0]) == NULL)
        ((struct feed_definition *)target)->quote = value[0];
    else
        settings_problem(
            reader, setting, "`quote`: accepted is one character, or \"none\" where quotes are data");
}

static const struct setting_entry format_entries[] = {
    {"container", SETTING_WORD, AT(container), WORDS(feed_container_names)},
    {"member", SETTING_TEXT, AT(member)},
    {"kind", SETTING_WORD, AT(format), .required = true, WORDS(feed_format_names)},
    {"charset", SETTING_WORD, AT(charset), WORDS(feed_charset_names)},
    {"sheet", SETTING_TEXT, AT(sheet)},
    {"rows", SETTING_TEXT, AT(rows)},
    {"keys", SETTING_TEXTS, AT(keys), COUNT_AT(key_count)},
    {"total", SETTING_TEXT, AT(total)},
    {"as-of", SETTING_TEXT, AT(as_of)},
    {"separator", SETTING_OWN, .read = read_separator},
    {"quote", SETTING_OWN, .read = read_quote},
};
const struct settings feed_format_settings = SETTINGS(format_entries);
