#include "canonical.h"

#include "m13/country.h"
#include "m13/date.h"
#include "m13/record.h"

static bool parse_form(const char *value, enum date_form form, struct date *ret_date)
{
    if (date_parse(value, form, ret_date) == 0)
        return true;
    return form == DATE_FORM_ISO && date_parse_stamp(value, ret_date) == 0;
}

static const char *format_date(struct date date, struct text *built)
{
    char iso[DATE_STRING_BYTES];
    text_clear(built);
    text_append_string(built, date_format(date, iso));
    return text_string(built);
}

static const char *canonical_date(const struct feed_mapping *mapping, const char *value, struct text *built)
{
    struct date date;
    for (size_t i = 0; i < mapping->date_form_count; i++)
        if (parse_form(value, mapping->date_forms[i], &date))
            return format_date(date, built);
    return "";
}

/* Most registers give codes, and need no names then. */
static const char *canonical_country(const char *value)
{
    if (country_exists(value))
        return value;
    const char *code = country_find(value);
    return code != NULL ? code : "";
}

const char *canonical_value(const struct feed_mapping *mapping, const char *value, struct text *built)
{
    if (*value == '\0')
        return value;
    if (record_member(mapping->field)->kind == RECORD_KIND_DATE)
        return canonical_date(mapping, value, built);
    return mapping->field == RECORD_COUNTRY ? canonical_country(value) : value;
}

const char *canonical_fixed(const struct feed_mapping *mapping, const char *value, struct text *built)
{
    struct date date;
    if (record_member(mapping->field)->kind != RECORD_KIND_DATE)
        return value;
    return date_parse(value, DATE_FORM_ISO, &date) == 0 ? format_date(date, built) : "";
}

void canonical_append_accepted(const struct feed_mapping *mapping, struct text *out)
{
    static const char *const examples[] = {
        [DATE_FORM_ISO] = "2026-01-05, 2026-01, 2026",
        [DATE_FORM_PLAIN] = "20260105",
        [DATE_FORM_US] = "01/05/2026 (month first)",
        [DATE_FORM_EU] = "05/01/2026 or 05.01.2026 (day first)",
        [DATE_FORM_SLASH] = "2026/1/5, 2026/1",
        [DATE_FORM_ZH] = "2026年1月5日, 2026年1月, 2026年",
        [DATE_FORM_JA] = "令和8年1月5日, R8.1.5",
        [DATE_FORM_MONTH] = "05-JAN-2026, 5 Jan 2026, Jan 5, 2026",
        [DATE_FORM_EXCEL] = "46027 (a spreadsheet's number of the day)",
        [DATE_FORM_ULID] = "a ULID",
    };
    if (mapping->field == RECORD_COUNTRY)
        text_append_string(out, "a country's name, or its code like CN");
    else if (record_member(mapping->field)->kind != RECORD_KIND_DATE)
        text_append_string(out, "any text");
    for (size_t i = 0; i < mapping->date_form_count; i++)
        text_append_format(out, "%s%s", i > 0 ? "; " : "", examples[mapping->date_forms[i]]);
}
