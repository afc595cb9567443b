/* asked.c - by which values of this feed's records another feed asks its register. */
#include "sources.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

record_fields asked_of_feed(const struct config *config, const char *feed)
{
    record_fields asked = 0;
    for (size_t i = 0; i < config->feed_count; i++)
        if (string_equal(config->feeds[i]->each.feed, feed))
            asked |= record_fields_of(&config->feeds[i]->each.member, 1);
    return asked;
}

static void write_value(struct store *store, const struct known_feed *feed, int64_t approval,
    const struct record *record, enum record_field field)
{
    char *values = memory_copy_string(record->value[field]), *rest = values;
    while (*rest != '\0') {
        char *end = strstr(rest, MERGE_SEPARATOR);
        if (end != NULL)
            *end = '\0';
        query_run(query_bind(
            query(store, "INSERT OR IGNORE INTO asked_value (feed, member, value, approval, country) "
                         "VALUES (?, ?, ?, ?, ?)"),
            "ittit", feed->id, record_member(field)->name, rest, approval, record->value[RECORD_COUNTRY]));
        rest = end != NULL ? end + strlen(MERGE_SEPARATOR) : rest + strlen(rest);
    }
    free(values);
}

void asked_write(
    struct store *store, const struct known_feed *feed, int64_t approval, const struct record *record)
{
    query_run(query_bind(
        query(store, "DELETE FROM asked_value WHERE feed = ? AND approval = ?"), "ii", feed->id, approval));
    for (enum record_field field = 0; field < RECORD_FIELDS; field++)
        if ((feed->asked >> field & 1) != 0)
            write_value(store, feed, approval, record, field);
}

static bool is_of_country(const struct feed_each *each, const char *country)
{
    for (size_t i = 0; i < each->country_count; i++)
        if (string_equal(each->countries[i], country))
            return true;
    return each->country_count == 0;
}

char *approvals_next_value(struct store *store, const struct feed_each *each, const char *after)
{
    char *value = NULL;
    struct query *q = query_bind(
        query(store, "SELECT v.value, v.country FROM approval_feed f "
                     "CROSS JOIN asked_value v ON v.feed = f.id AND v.member = ?2 AND v.value > ?3 "
                     "CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = v.approval "
                     "WHERE f.name = ?1 AND s.gone_at IS NULL ORDER BY v.value"),
        "ttt", each->feed, record_member(each->member)->name, after);
    while (value == NULL && query_next(q))
        if (is_of_country(each, query_text(q, 1)))
            value = memory_copy_string(query_text(q, 0));
    query_end(q);
    return value;
}
