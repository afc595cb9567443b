/* first_page.c - where a poll begins. */
#include "m13/feed.h"
#include "m13/limits.h"
#include "m13/text.h"

#include <string.h>

/* Where a window has no beginning: no register of devices is older. */
#define FIRST_YEAR 1900

static void append_day(struct text *url, int32_t day, enum date_form form)
{
    int year, month, day_of_month;
    day_to_civil(day == DAY_NONE ? day_from_civil(FIRST_YEAR, 1, 1) : day, &year, &month, &day_of_month);
    switch (form) {
    case DATE_FORM_JA: /* forms that are read, never asked by: the definition's check refuses them */
    case DATE_FORM_MONTH:
    case DATE_FORM_EXCEL:
    case DATE_FORM_ULID:
    case DATE_FORM_ISO:
        text_append_format(url, "%04d-%02d-%02d", year, month, day_of_month);
        return;
    case DATE_FORM_PLAIN:
        text_append_format(url, "%04d%02d%02d", year, month, day_of_month);
        return;
    case DATE_FORM_US:
        text_append_format(url, "%02d/%02d/%04d", month, day_of_month, year);
        return;
    case DATE_FORM_EU:
        text_append_format(url, "%02d/%02d/%04d", day_of_month, month, year);
        return;
    case DATE_FORM_SLASH:
        text_append_format(url, "%04d/%02d/%02d", year, month, day_of_month);
        return;
    case DATE_FORM_ZH: /* 年, 月, 日 as a URL spells them */
        text_append_format(
            url, "%04d%%E5%%B9%%B4%02d%%E6%%9C%%88%02d%%E6%%97%%A5", year, month, day_of_month);
        return;
    }
}

static void append_filled(
    struct text *url, const char *pattern, enum date_form form, int32_t since, int32_t today)
{
    for (const char *at = pattern; *at != '\0';) {
        if (string_starts(at, "{since}")) {
            append_day(url, since, form);
            at += strlen("{since}");
        } else if (string_starts(at, "{today}")) {
            append_day(url, today, form);
            at += strlen("{today}");
        } else {
            text_append_character(url, *at++);
        }
    }
}

char *feed_url(
    const struct feed_definition *definition, const struct feed_query *query, int32_t since, int32_t today)
{
    if (query->path == NULL)
        query = &definition->window;
    struct text url = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    size_t base = strlen(definition->base);
    while (base > 0 && definition->base[base - 1] == '/')
        base--;
    text_append(&url, definition->base, base);
    append_filled(&url, query->path != NULL ? query->path : "/", definition->query_dates, since, today);
    if (query->query != NULL) {
        text_append_character(&url, '?');
        append_filled(&url, query->query, definition->query_dates, since, today);
    }
    return text_take(&url);
}
