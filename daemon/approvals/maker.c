/* maker.c - who made it: a distinct spelling with its place, matched once; and whose decision rests on it. */
#include "sources.h"

#include "m13/parameters.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <stdio.h>

static void identifiers_json(const struct record *record, struct text *out)
{
    for (enum record_field field = 0; field < RECORD_FIELDS; field++) {
        const struct record_member *member = record_member(field);
        if (!member->identifies_maker || !*record->value[field])
            continue;
        text_append_character(out, out->length ? ',' : '{');
        text_append_json(out, member->name);
        text_append_character(out, ':');
        text_append_json(out, record->value[field]);
    }
    if (out->length)
        text_append_character(out, '}');
}

int64_t maker_of(struct store *store, const struct record *record)
{
    const char *name = record->value[RECORD_MANUFACTURER];
    if (!*name)
        return 0;
    struct text identifiers = TEXT_WITH_CEILING(64 * 1024);
    identifiers_json(record, &identifiers);
    const char *country = record->value[RECORD_COUNTRY], *city = record->value[RECORD_CITY];
    const char *postcode = record->value[RECORD_POSTCODE], *json = text_string(&identifiers);
    int64_t maker = store_value(store, 0,
        "SELECT id FROM maker WHERE name = ? AND country = ? AND city = ? "
        "AND postcode = ? AND identifiers = ?",
        "ttttt", name, country, city, postcode, json);
    if (!maker) {
        query_run(query_bind(
            query(store,
                "INSERT INTO maker (name, country, city, postcode, identifiers) VALUES (?, ?, ?, ?, ?)"),
            "ttttt", name, country, city, postcode, json));
        maker = store_last_id(store);
        char key[24];
        snprintf(key, sizeof key, "%lld", (long long)maker);
        work_add(store, "match", key, false);
    }
    text_free(&identifiers);
    return maker;
}

/* --- several makers ------------------------------------------------------------------------------------
 */

static bool is_among(const int64_t *makers, size_t count, int64_t maker)
{
    for (size_t i = 0; i < count; i++)
        if (makers[i] == maker)
            return true;
    return false;
}

static void end_maker(struct applying *applying, int64_t approval, int64_t maker)
{
    query_run(query_bind(query(applying->store, "UPDATE further_maker SET seq_to = ? WHERE approval = ? "
                                                "AND feed = ? AND maker = ? AND seq_to IS NULL"),
        "iiii", applying->seq, approval, applying->known.id, maker));
    decide_again(applying->approvals, approval, maker);
}

static void begin_maker(struct applying *applying, int64_t approval, int64_t maker)
{
    query_run(query_bind(
        query(applying->store, "INSERT INTO further_maker (approval, feed, maker, seq_from) "
                               "SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM further_maker "
                               "WHERE approval = ?1 AND feed = ?2 AND maker = ?3 AND seq_to IS NULL)"),
        "iiii", approval, applying->known.id, maker, applying->seq));
    if (store_changes(applying->store) > 0)
        decide_again(applying->approvals, approval, maker);
}

void makers_write(struct applying *applying, int64_t approval, const struct arrival *arrival)
{
    int64_t maker = 0;
    while ((maker = store_value(applying->store, 0,
                "SELECT min(maker) FROM further_maker WHERE approval = ? AND feed = ? AND maker > ? "
                "AND seq_to IS NULL",
                "iii", approval, applying->known.id, maker)) != 0)
        if (!is_among(arrival->further, arrival->further_count, maker))
            end_maker(applying, approval, maker);
    for (size_t i = 0; i < arrival->further_count; i++)
        begin_maker(applying, approval, arrival->further[i]);
}

/* Firms by a case come through the index on policy, authority and number: the case knows its approval too,
 * but is not found by it. */
void decide_again(struct approvals *approvals, int64_t approval, int64_t maker)
{
    struct store *store = approvals->store;
    struct query *q = query_bind(
        query(store, "SELECT uscc FROM match WHERE maker = ?1 AND seq_to IS NULL UNION "
                     "SELECT c.uscc FROM approval a CROSS JOIN case_file f ON f.policy = ?3 "
                     "AND f.authority = a.authority AND f.number = a.number "
                     "CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL WHERE a.id = ?2 "
                     "UNION SELECT r.uscc FROM approval a CROSS JOIN local_record r "
                     "ON r.authority = a.authority AND r.number = a.number AND r.number <> '' "
                     "AND r.seq_to IS NULL AND r.kind = 'approvals' WHERE a.id = ?2"),
        "iit", maker, approval, approvals->config->parameters->policy);
    while (query_next(q))
        if (*query_text(q, 0) != '\0')
            work_add(store, "decide", query_text(q, 0), true);
}
