/* paper.c - an approval that is on paper only: it is as good a case as one that a register shows.
 *
 * Its row of kind `approvals` becomes an approval with a version of ours (no payload, row 0). When a register
 * shows the same number, its record takes the version's place, and the paper stays beside it as what it is: a
 * claim. Hence both orders of arrival end with the same approval, and the same case. */
#include "gather.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct paper_row {
    struct store *store;
    const char *authority, *number;
    json_t *fields;
    int64_t seq;
};

/* The members of a record that the row's columns give. */
static const struct {
    const char *column;
    enum record_field field;
} columns[] = {
    {"route", RECORD_ROUTE},
    {"status", RECORD_STATUS},
    {"holder", RECORD_HOLDER},
    {"manufacturer", RECORD_MANUFACTURER},
    {"decision_date", RECORD_DECISION_DATE},
    {"valid_to", RECORD_VALID_TO},
    {"predecessor_number", RECORD_PREDECESSOR},
};

static void fill_record(const struct paper_row *row, struct record *record)
{
    for (int field = 0; field < RECORD_FIELDS; field++)
        record->value[field] = "";
    record->value[RECORD_AUTHORITY] = row->authority;
    record->value[RECORD_NUMBER] = row->number;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        record->value[columns[i].field] = gathered_field(row->fields, columns[i].column);
    if (record->value[RECORD_ROUTE][0] == '\0')
        record->value[RECORD_ROUTE] = "unknown";
    if (record->value[RECORD_STATUS][0] == '\0')
        record->value[RECORD_STATUS] = "active"; /* who shows a certificate says that it stands */
    if (record->value[RECORD_MANUFACTURER][0] == '\0')
        record->value[RECORD_MANUFACTURER] = record->value[RECORD_HOLDER];
    record->decision = gathered_date(row->fields, "decision_date");
}

/* Matched like a maker of whom a register gives no more than the name; 0 = none is named. */
static int64_t maker_of(struct store *store, const char *name)
{
    char key[24];
    if (name[0] == '\0')
        return 0;
    int64_t maker = store_value(store, 0,
        "SELECT id FROM maker WHERE name = ? AND country = '' AND city = '' AND postcode = '' AND "
        "identifiers = ''",
        "t", name);
    if (maker != 0)
        return maker;
    query_run(query_bind(query(store, "INSERT INTO maker (name, country, city, postcode, identifiers) "
                                      "VALUES (?, '', '', '', '')"),
        "t", name));
    maker = store_last_id(store);
    snprintf(key, sizeof key, "%lld", (long long)maker);
    work_add(store, "match", key, false);
    return maker;
}

static int64_t approval_of(const struct paper_row *row)
{
    int64_t approval = approval_find(row->store, row->authority, row->number);
    if (approval != 0)
        return approval;
    query_run(query_bind(
        query(row->store, "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                          "VALUES (?, ?, '', ?, 0)"),
        "tti", row->authority, row->number, clock_wall()));
    return store_last_id(row->store);
}

struct standing_version {
    int64_t version;
    bool of_register, same;
};

static struct standing_version standing_version(struct store *store, int64_t approval, const char *content)
{
    struct standing_version standing = {0};
    struct query *q =
        query_bind(query(store, "SELECT version, payload <> 0, content = ? FROM approval_version "
                                "WHERE approval = ? AND seq_to IS NULL"),
            "ti", content, approval);
    if (query_next(q))
        standing = (struct standing_version){
            query_integer(q, 0), query_integer(q, 1) != 0, query_integer(q, 2) != 0};
    query_end(q);
    return standing;
}

static void write_version(const struct paper_row *row, int64_t approval, const struct record *record,
    const struct text *line, const char *content, const struct standing_version *standing)
{
    int64_t maker = maker_of(row->store, record->value[RECORD_MANUFACTURER]);
    query_run(query_bind(
        query(row->store, "UPDATE approval_version SET seq_to = ? WHERE approval = ? AND seq_to IS NULL"),
        "ii", row->seq, approval));
    query_run(query_bind(
        query(row->store,
            "INSERT INTO approval_version (approval, version, seq_from, payload, row, content, maker, route, "
            "status, holder, device, product_code, parent, decision_first, decision_last, record) "
            "VALUES (?, ?, ?, 0, 0, ?, nullif(?, 0), ?, ?, ?, '', '', '', ?, ?, ?)"),
        "iiititttddt", approval, standing->version + 1, row->seq, content, maker, record->value[RECORD_ROUTE],
        record->value[RECORD_STATUS], record->value[RECORD_HOLDER], record->decision.first,
        record->decision.last, text_string(line)));
}

static void enter(const struct paper_row *row)
{
    struct record record = {0};
    struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    char content[DIGEST_HEX_BYTES];
    fill_record(row, &record);
    record_write(&record, &line);
    digest_hex_of(line.bytes, line.length, content);
    store_write(row->store);
    int64_t approval = approval_of(row);
    struct standing_version standing = standing_version(row->store, approval, content);
    if (!standing.of_register && !standing.same)
        write_version(row, approval, &record, &line, content, &standing);
    text_free(&line);
}

/* Whose cases it bears on: the firm that it names, and those that have cases of this approval. */
static void decide_firms(struct store *store, const char *authority, const char *number, const char *uscc)
{
    struct query *q =
        query_bind(query(store, "SELECT c.uscc FROM approval a CROSS JOIN case_file f ON f.approval = a.id "
                                "CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
                                "WHERE a.authority = ? AND a.number = ?"),
            "tt", authority, number);
    while (query_next(q))
        work_add(store, "decide", query_text(q, 0), true);
    if (uscc[0] != '\0')
        work_add(store, "decide", uscc, true);
}

/* A paper that is withdrawn leaves its approval behind: the case says that nothing shows it any more. */
bool paper_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct casework *casework = context;
    struct store *store = casework->store;
    (void)cursor;
    (void)deadline_us;
    struct query *q = query_bind(
        query(store, "SELECT authority, number, fields, seq_from, withdrawn, uscc FROM local_record "
                     "WHERE kind = 'approvals' AND key = ? AND seq_to IS NULL"),
        "t", key);
    if (!query_next(q))
        return true;
    char *authority = memory_copy_string(query_text(q, 0)), *number = memory_copy_string(query_text(q, 1));
    char *uscc = memory_copy_string(query_text(q, 5));
    json_t *fields = json_loads(query_text(q, 2), 0, NULL);
    int64_t seq = query_integer(q, 3);
    bool withdrawn = query_integer(q, 4) != 0;
    query_end(q);
    if (!withdrawn)
        enter(&(struct paper_row){store, authority, number, fields, seq});
    decide_firms(store, authority, number, uscc);
    json_decref(fields);
    free(authority);
    free(number);
    free(uscc);
    return true;
}
