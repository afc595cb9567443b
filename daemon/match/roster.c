#include "roster.h"

#include "index.h"
#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 256 }; /* names of one firm; more are not a firm's */
enum { MAKERS_A_PAGE = 64, FIRMS_A_PAGE = 16 };

/* All pages come from the same state of the database: while a file is applied, the work list does nothing
 * else, and afterwards the roster is taken anew. */
struct roster {
    struct store *store;
    struct match_index *index;
    struct digest_stream *stream;
    int64_t maker; /* last one that was learnt from */
    int64_t makers;
    char *firm; /* key of the last one that was read */
    bool makers_done, firms_done;
    char basis[DIGEST_HEX_BYTES];
};

struct roster *roster_begin(struct store *store)
{
    struct roster *roster = memory_get_zeroed(1, sizeof *roster);
    roster->store = store;
    roster->index = match_index_new();
    roster->stream = digest_begin();
    roster->firm = memory_copy_string("");
    digest_add(roster->stream, match_rules_version, strlen(match_rules_version));
    return roster;
}

static void learn_page(struct roster *roster)
{
    struct query *q =
        query_bind(query(roster->store, "SELECT id, name FROM maker WHERE id > ? ORDER BY id LIMIT ?"), "ii",
            roster->maker, (int64_t)MAKERS_A_PAGE);
    size_t rows = 0;
    for (; query_next(q); rows++) {
        roster->maker = query_integer(q, 0);
        match_index_learn(roster->index, query_text(q, 1));
    }
    query_end(q);
    roster->makers += (int64_t)rows;
    roster->makers_done = rows < MAKERS_A_PAGE;
}

/* --- one firm --------------------------------------------------------------------------------------------
 */

struct names {
    struct match_name list[NAMES_MOST];
    size_t count;
};

static void add_name(struct names *names, enum match_name_kind kind, const char *text, const char *country)
{
    if (!string_is_blank(text) && names->count < NAMES_MOST)
        names->list[names->count++] = (struct match_name){.kind = kind, .text = text, .country = country};
}

/* Parts the text in place: names by '|' or ';', and what follows '@' is the day until which a former one was
 * borne. */
static void add_names(struct names *names, enum match_name_kind kind, char *text)
{
    while (text != NULL) {
        char *part = text;
        size_t length = strcspn(part, "|;");
        text = part[length] == '\0' ? NULL : part + length + 1;
        part[length] = '\0';
        if (kind == MATCH_NAME_FORMER)
            part[strcspn(part, "@")] = '\0';
        add_name(names, kind, string_trim(part), NULL);
    }
}

static const char *member(const json_t *fields, const char *name)
{
    const char *value = json_string_value(json_object_get(fields, name));
    return value == NULL ? "" : value;
}

/* Its subsidiaries and parents. An agent, a distributor or whoever makes to order works for many firms: his
 * name says nothing. */
struct entities {
    struct roster *roster;
    json_t *records; /* of those that count: the names point into them */
    struct text srn, fei;
};

static void add_identifier(struct text *list, const char *identifier)
{
    if (string_is_blank(identifier))
        return;
    if (list->length > 0)
        text_append_character(list, '|');
    text_append_string(list, identifier);
}

static bool keep_entity(const struct local_record *record, void *context)
{
    struct entities *entities = context;
    json_t *fields = json_loads(record->fields, 0, NULL);
    const char *relation = member(fields, "relation");
    if (string_equal(relation, "subsidiary") || string_equal(relation, "parent")) {
        digest_add(entities->roster->stream, record->fields, strlen(record->fields) + 1);
        add_identifier(&entities->srn, member(fields, "srn"));
        add_identifier(&entities->fei, member(fields, "fei"));
        json_array_append(entities->records, fields);
    }
    json_decref(fields);
    return true;
}

/* Firms all over China may be delivered as candidates (the list of a register): those that sit elsewhere are
 * not for this bureau. */
static bool sits_elsewhere(const char *key, const json_t *fields)
{
    bool candidate = registry_is_candidate(key);
    if (!candidate || !string_is_blank(member(fields, "district")))
        return false;
    const char *country = member(fields, "country");
    const char *city = member(fields, "city");
    const char *address = string_is_blank(city) ? member(fields, "address") : city;
    return match_place_is_elsewhere(
        string_is_blank(country) ? "CN" : country, address, member(fields, "postcode"));
}

static void add_firm(struct roster *roster, const char *key, const json_t *fields)
{
    struct entities entities = {.roster = roster,
        .records = json_array(),
        .srn = TEXT_WITH_CEILING(4096),
        .fei = TEXT_WITH_CEILING(4096)};
    registry_each(roster->store, "entities", key, keep_entity, &entities);
    struct names names = {.count = 0};
    char *aliases = memory_copy_string(member(fields, "aliases"));
    char *former = memory_copy_string(member(fields, "former_names"));
    add_name(&names, MATCH_NAME_ZH, member(fields, "name_zh"), NULL);
    add_name(&names, MATCH_NAME_EN, member(fields, "name_en"), NULL);
    add_names(&names, MATCH_NAME_ALIAS, aliases);
    add_names(&names, MATCH_NAME_FORMER, former);
    size_t at;
    json_t *entity;
    json_array_foreach(entities.records, at, entity)
        add_name(&names, MATCH_NAME_ENTITY, member(entity, "name"), member(entity, "country"));
    match_index_add(roster->index, &(struct match_firm){.uscc = key,
                                       .name_zh = member(fields, "name_zh"),
                                       .names = names.list,
                                       .name_count = names.count,
                                       .srn = member(fields, "srn"),
                                       .fei = member(fields, "fei"),
                                       .owner_operator = member(fields, "owner_operator"),
                                       .entity_srn = text_string(&entities.srn),
                                       .entity_fei = text_string(&entities.fei)});
    free(aliases);
    free(former);
    text_free(&entities.srn);
    text_free(&entities.fei);
    json_decref(entities.records);
}

/* --- slices ----------------------------------------------------------------------------------------------
 */

struct row {
    char *key, *fields;
};

static size_t read_page(struct roster *roster, struct row rows[FIRMS_A_PAGE])
{
    struct query *q = query_bind(
        query(roster->store, "SELECT key, fields FROM local_record WHERE kind = 'firms' AND key > ? "
                             "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key LIMIT ?"),
        "ti", roster->firm, (int64_t)FIRMS_A_PAGE);
    size_t count = 0;
    for (; query_next(q); count++)
        rows[count] = (struct row){
            .key = memory_copy_string(query_text(q, 0)), .fields = memory_copy_string(query_text(q, 1))};
    query_end(q);
    return count;
}

static void take_row(struct roster *roster, struct row *row)
{
    json_error_t error;
    json_t *fields = json_loads(row->fields, 0, &error);
    if (fields == NULL)
        log_error("match: the record of firm %s is no JSON: %s", row->key, error.text);
    else if (!sits_elsewhere(row->key, fields)) {
        digest_add(roster->stream, row->key, strlen(row->key) + 1);
        digest_add(roster->stream, row->fields, strlen(row->fields) + 1);
        add_firm(roster, row->key, fields);
    }
    json_decref(fields);
    free(roster->firm);
    roster->firm = row->key;
    free(row->fields);
}

static void take_page(struct roster *roster)
{
    struct row rows[FIRMS_A_PAGE];
    size_t count = read_page(roster, rows);
    for (size_t i = 0; i < count; i++)
        take_row(roster, &rows[i]);
    roster->firms_done = count < FIRMS_A_PAGE;
}

static void digest_word(const char *word, size_t length, uint32_t weight, void *context)
{
    struct digest_stream *stream = context;
    digest_add(stream, word, length);
    digest_add(stream, &weight, sizeof weight);
}

static void finish(struct roster *roster)
{
    uint8_t digest[DIGEST_BYTES];
    index_each_frequent(roster->index, digest_word, roster->stream);
    digest_end(roster->stream, digest);
    roster->stream = NULL;
    digest_hex(digest, roster->basis);
}

bool roster_build(struct roster *roster, int64_t deadline_us)
{
    while (!roster->makers_done || !roster->firms_done) {
        if (!roster->makers_done)
            learn_page(roster);
        else
            take_page(roster);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    if (!match_index_build(roster->index, deadline_us))
        return false;
    if (roster->stream != NULL)
        finish(roster);
    return true;
}

struct match_index *roster_index(struct roster *roster)
{
    struct match_index *index = roster->index;
    roster->index = NULL;
    return index;
}

const char *roster_basis(const struct roster *roster)
{
    return roster->basis;
}

int64_t roster_makers(const struct roster *roster)
{
    return roster->makers;
}

void roster_free(struct roster *roster)
{
    if (roster == NULL)
        return;
    match_index_free(roster->index);
    digest_abandon(roster->stream);
    free(roster->firm);
    free(roster);
}

struct match_index *match_index_of_store(struct store *store)
{
    struct roster *roster = roster_begin(store);
    roster_build(roster, INT64_MAX);
    struct match_index *index = roster_index(roster);
    roster_free(roster);
    return index;
}
