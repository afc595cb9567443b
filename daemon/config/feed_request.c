/* How a register is asked: the group `request` of a definition. */
#include "feed_tables.h"

#include "address.h"
#include "web.h"

#include "m13/config.h"
#include "m13/country.h"
#include "m13/limits.h"
#include "m13/text.h"

#include <string.h>

#define AT(member)       .place = offsetof(struct feed_definition, member)
#define COUNT_AT(member) .count_place = offsetof(struct feed_definition, member)
#define WORDS(table)     .words = (table), .word_count = sizeof(table) / sizeof *(table)

#define PATH_OF(place_of_query)                                                                              \
    {                                                                                                        \
        "path", SETTING_TEXT, .place = (place_of_query) + offsetof(struct feed_query, path),                 \
                              .required = true, .refuses = web_refuses_path                                  \
    }
#define QUERY_OF(place_of_query)                                                                             \
    {                                                                                                        \
        "query", SETTING_TEXT, .place = (place_of_query) + offsetof(struct feed_query, query),               \
                               .refuses = web_refuses_query                                                  \
    }
#define BODY_OF(place_of_query)                                                                              \
    {                                                                                                        \
        "body", SETTING_TEXT, .place = (place_of_query) + offsetof(struct feed_query, body),                 \
                              .refuses = web_refuses_body                                                    \
    }

static const struct setting_entry query_entries[] = {PATH_OF(0), QUERY_OF(0), BODY_OF(0)};
static const struct settings query = SETTINGS(query_entries);

static const struct setting_entry prime_entries[] = {PATH_OF(0), QUERY_OF(0)};
static const struct settings prime = SETTINGS(prime_entries);

static const struct setting_entry none_entries[] = {
    {"status", SETTING_INT, AT(none_status), .required = true, .least = 200, .most = 599},
    {"text", SETTING_TEXT, AT(none_text)},
};
static const struct settings none = SETTINGS(none_entries);

/* The feed room looks for such a member only where it stands at the top of the page. */
static const char *refuses_top_member(const char *value)
{
    return value[strcspn(value, ".[]*?/")] == '\0'
               ? NULL
               : "the name of a member at the top of the page, like \"totalElements\"";
}

#define OF_PAGES(member) .place = offsetof(struct feed_pages, member)
static const struct setting_entry pages_entries[] = {
    {"size", SETTING_NUMBER, OF_PAGES(size), .required = true, .least = 1, .most = 1000000},
    {"first", SETTING_NUMBER, OF_PAGES(first), .least = 0, .most = 1},
    {"total", SETTING_TEXT, OF_PAGES(total), .required = true, .refuses = refuses_top_member},
    {"size-told", SETTING_TEXT, OF_PAGES(size_told), .refuses = refuses_top_member},
    {"tail", SETTING_NUMBER, OF_PAGES(tail), .least = 1, .most = 100000000},
};
static const struct settings pages = SETTINGS(pages_entries);

static const char *refuses_feed(const char *value)
{
    bool good = value[0] >= 'a' && value[0] <= 'z' &&
                value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
    return good ? NULL : "the name of another feed: its file without .conf";
}

static const char *refuses_country(const char *value)
{
    return country_exists(value) ? NULL : "a country as two capitals (ISO 3166-1 alpha-2)";
}

static void read_each_feed(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    static const struct setting_entry entry = {"feed", SETTING_TEXT, .refuses = refuses_feed};
    struct feed_each *each = target;
    settings_read_value(reader, setting, &entry, &each->feed);
    each->line = conf_line(setting);
}

#define OF_EACH(member) .place = offsetof(struct feed_each, member)
static const struct setting_entry each_entries[] = {
    {"feed", SETTING_OWN, .required = true, .read = read_each_feed},
    {"member", SETTING_OWN, .required = true, .read = feed_read_each_member},
    {"countries", SETTING_TEXTS, OF_EACH(countries), .count_place = offsetof(struct feed_each, country_count),
        .refuses = refuses_country},
    {"a-turn", SETTING_NUMBER, OF_EACH(a_turn), .required = true, .least = 1, .most = 1000000},
};
static const struct settings each = SETTINGS(each_entries);

static const struct setting_entry find_entries[] = {
    PATH_OF(offsetof(struct feed_find, page)),
    QUERY_OF(offsetof(struct feed_find, page)),
    {"link", SETTING_TEXT, .place = offsetof(struct feed_find, link), .required = true},
    {"text", SETTING_TEXT, .place = offsetof(struct feed_find, text)},
};
static const struct settings find = SETTINGS(find_entries);

static const struct setting_entry control_entries[] = {
    PATH_OF(offsetof(struct feed_control, ask)),
    QUERY_OF(offsetof(struct feed_control, ask)),
    BODY_OF(offsetof(struct feed_control, ask)),
    {"total", SETTING_NUMBER, .place = offsetof(struct feed_control, total), .required = true, .least = 0,
        .most = 1000000000},
};
static const struct settings control = SETTINGS(control_entries);

/* A day in a request is written as a number of days, months and years: the other forms of dates are for
 * reading. */
static const struct name_entry query_date_names[] = {
    {DATE_FORM_ISO, "iso", "2026-01-05", "2026-01-05"},
    {DATE_FORM_PLAIN, "plain", "20260105", "20260105"},
    {DATE_FORM_US, "us", "01/05/2026", "01/05/2026"},
    {DATE_FORM_EU, "eu", "05/01/2026", "05/01/2026"},
    {DATE_FORM_SLASH, "slash", "2026/01/05", "2026/01/05"},
    {DATE_FORM_ZH, "zh", "2026年01月05日", "2026年01月05日"},
};

static const struct setting_entry request_entries[] = {
    {"base", SETTING_TEXT, AT(base), .required = true, .refuses = web_refuses_base},
    ADDRESS_ALLOW_HTTP,
    {"poll", SETTING_GROUP, AT(window), .group = &query},
    {"history", SETTING_GROUP, AT(history), .group = &query},
    {"dates", SETTING_WORD, AT(query_dates), WORDS(query_date_names)},
    {"headers", SETTING_TEXTS, AT(headers), COUNT_AT(header_count), .refuses = web_refuses_header},
    {"paging", SETTING_WORD, AT(paging), WORDS(feed_paging_names)},
    {"pages", SETTING_GROUP, AT(pages), .group = &pages},
    {"each", SETTING_GROUP, AT(each), .group = &each},
    {"find", SETTING_GROUP, AT(find), .group = &find},
    {"control", SETTING_GROUP, AT(control), .group = &control},
    {"prime", SETTING_GROUP, AT(prime), .group = &prime},
    {"ca-file", SETTING_TEXT, AT(ca_file)},
    {"none", SETTING_GROUP, .group = &none},
};
const struct settings feed_request_settings = SETTINGS(request_entries);
