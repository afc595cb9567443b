#include "conf_file.h"

#include "conf_scan.h"
#include "secret.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int conf_line(const config_setting_t *setting)
{
    /* The hook points to the line of the value (place_values); a name stands where libconfig says. */
    if (config_setting_name(setting) == NULL && config_setting_get_hook(setting) != NULL)
        return *(const int *)config_setting_get_hook(setting);
    return (int)config_setting_source_line(setting);
}

char *conf_file_bytes(FILE *file, const char *name, struct config_problems *problems, size_t *ret_length)
{
    char *bytes = memory_get((size_t)LIMIT_CONF_BYTES + 2);
    errno = 0;
    *ret_length = fread(bytes, 1, (size_t)LIMIT_CONF_BYTES + 1, file);
    if (ferror(file)) {
        config_problem_add(problems, name, 0, "cannot be read: %s", strerror(errno));
    } else if (*ret_length > LIMIT_CONF_BYTES) {
        config_problem_add(problems, name, 0, "larger than %d bytes", LIMIT_CONF_BYTES);
    } else {
        bytes[*ret_length] = '\0';
        return bytes;
    }
    free(bytes);
    return NULL;
}

/* All settings below the root, in the order of the text. NULL after the last one. */
static config_setting_t *next_setting(config_setting_t *setting)
{
    if (config_setting_is_aggregate(setting) && config_setting_length(setting) > 0)
        return config_setting_get_elem(setting, 0);
    for (config_setting_t *parent = config_setting_parent(setting); parent != NULL;
         setting = parent, parent = config_setting_parent(parent)) {
        int next = config_setting_index(setting) + 1;
        if (next < config_setting_length(parent))
            return config_setting_get_elem(parent, (unsigned)next);
    }
    return NULL;
}

/* Gives every plain value the line on which it starts. */
static void place_values(config_setting_t *root, const struct conf_value_lines *lines)
{
    size_t count = 0;
    for (config_setting_t *setting = root; setting != NULL; setting = next_setting(setting))
        count += !config_setting_is_aggregate(setting);
    if (count != lines->count)
        return; /* a spelling that conf_scan() does not know: libconfig's lines are nearly right */
    int *line = lines->lines;
    for (config_setting_t *setting = root; setting != NULL; setting = next_setting(setting))
        if (!config_setting_is_aggregate(setting))
            config_setting_set_hook(setting, line++);
}

/* Escapes (\x..) can bring in what the text itself may not hold. */
static void check_strings(config_setting_t *root, const char *name, struct config_problems *problems)
{
    for (config_setting_t *setting = root; setting != NULL; setting = next_setting(setting)) {
        const char *string = config_setting_get_string(setting);
        if (string == NULL)
            continue;
        if (!utf8_is_valid(string, strlen(string)))
            config_problem_add(
                problems, name, conf_line(setting), "the escapes in this string give no UTF-8");
        else if (secret_is_in(string))
            config_problem_add(problems, name, conf_line(setting),
                "a secret in the text of a conf file: keep it in a file of its own (and replace it: it has "
                "been "
                "seen)");
    }
}

/* libconfig tells a mistake at the end of the file on the line behind the last one. */
static int line_of_error(const config_t *tree, const char *bytes)
{
    int last = 0;
    for (const char *end = strchr(bytes, '\n'); end != NULL; end = strchr(end + 1, '\n'))
        last++;
    return config_error_line(tree) > last ? last : config_error_line(tree);
}

static bool parse(const char *bytes, const char *name, const struct conf_value_lines *lines,
    struct config_problems *problems, config_t *tree)
{
    config_init(tree);
    if (config_read_string(tree, bytes) != CONFIG_TRUE) {
        const char *reason = config_error_text(tree);
        bool doubled = strcmp(reason, "duplicate setting name") == 0;
        config_problem_add(problems, name, line_of_error(tree, bytes), "%s%s", reason,
            doubled
                ? ": the group has a setting of this name already"
                : " near here; accepted: name = value; with strings in quotes, groups in { }, arrays in [ ], "
                  "lists in ( )");
        config_destroy(tree);
        return false;
    }
    config_setting_t *root = config_root_setting(tree);
    place_values(root, lines);
    check_strings(root, name, problems);
    return true;
}

bool conf_file_read(
    FILE *file, const char *name, struct config_problems *problems, struct conf_file *ret_conf_file)
{
    size_t length = 0;
    char *bytes = conf_file_bytes(file, name, problems, &length);
    if (bytes == NULL)
        return false;
    digest_hex_of(bytes, length, ret_conf_file->hash);
    if (length > 0 && bytes[length - 1] != '\n')
        memcpy(
            bytes + length++, "\n", 2); /* libconfig takes a comment that the file's end cuts for a mistake */
    struct conf_value_lines lines;
    bool good = conf_scan(bytes, length, name, problems, &lines) &&
                parse(bytes, name, &lines, problems, &ret_conf_file->tree);
    free(bytes);
    if (good)
        ret_conf_file->value_lines = lines.lines;
    else
        free(lines.lines);
    return good;
}

void conf_file_free(struct conf_file *conf_file)
{
    config_destroy(&conf_file->tree);
    free(conf_file->value_lines);
}
