#include "json.h"

void put_key(struct text *out, const char *name)
{
    char last = out->length > 0 ? out->bytes[out->length - 1] : '\0';
    text_append_string(out, last != '{' && last != '[' ? ",\"" : "\"");
    text_append_string(out, name); /* our own words: nothing to escape */
    text_append_string(out, "\":");
}

void put_string(struct text *out, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    put_key(out, name);
    text_append_json(out, value);
}

void put_flag(struct text *out, const char *name, bool value)
{
    if (!value)
        return;
    put_key(out, name);
    text_append_string(out, "true");
}

void put_number(struct text *out, const char *name, int64_t value)
{
    put_key(out, name);
    text_append_integer(out, value);
}

void put_date(struct text *out, const char *name, struct date date)
{
    char string[DATE_STRING_BYTES];
    put_string(out, name, date_format(date, string));
}

void put_source_members(struct text *out, const struct fact_source *source)
{
    put_string(out, "table", source->table);
    put_string(out, "id", source->id);
    put_number(out, "version", source->version);
    put_string(out, "assurance",
        name_code(
            assurance_names, sizeof assurance_names / sizeof assurance_names[0], (int)source->assurance));
}

void put_source(struct text *out, const struct fact_source *source)
{
    put_key(out, "source");
    text_append_character(out, '{');
    put_source_members(out, source);
    text_append_character(out, '}');
}
