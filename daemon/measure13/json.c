#include "json.h"

void json_key(struct text *out, const char *name)
{
    char last = out->length > 0 ? out->bytes[out->length - 1] : '\0';
    if (last != '{' && last != '[')
        text_append_character(out, ',');
    text_append_json(out, name);
    text_append_character(out, ':');
}

void json_string(struct text *out, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    json_key(out, name);
    text_append_json(out, value);
}

void json_flag(struct text *out, const char *name, bool value)
{
    if (!value)
        return;
    json_key(out, name);
    text_append_string(out, "true");
}

void json_number(struct text *out, const char *name, int64_t value)
{
    json_key(out, name);
    text_append_integer(out, value);
}

void json_date(struct text *out, const char *name, struct date date)
{
    char string[DATE_STRING_BYTES];
    json_string(out, name, date_format(date, string));
}

void json_source_members(struct text *out, const struct fact_source *source)
{
    json_string(out, "table", source->table);
    json_string(out, "id", source->id);
    json_number(out, "version", source->version);
    json_string(out, "assurance",
        name_code(
            assurance_names, sizeof assurance_names / sizeof assurance_names[0], (int)source->assurance));
}

void json_source(struct text *out, const struct fact_source *source)
{
    json_key(out, "source");
    text_append_character(out, '{');
    json_source_members(out, source);
    text_append_character(out, '}');
}
