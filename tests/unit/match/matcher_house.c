#include "matcher_house.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void open_house(struct house *house)
{
    struct failure failure = {0};
    scratch_store(house->folder);
    if (store_open(house->folder, STORE_WRITER, &house->store, &failure) != 0)
        fail_msg("%s", failure.text);
    house->work = work_new(house->store);
    house->matcher = matcher_new(house->store);
    matcher_register_work(house->matcher, house->work);
    store_commit(house->store);
}

static void close_house(struct house *house)
{
    matcher_free(house->matcher);
    work_free(house->work);
    store_close(house->store);
}

int house_begin(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    house->folder = scratch_new();
    open_house(house);
    store_write(house->store);
    query_run(
        query(house->store, "INSERT INTO local_file (id, name, sha256, kind, delivered_by, taken_at, state) "
                            "VALUES (1, 'f', 'x', 'firms', 'inbox', 0, 'applied')"));
    *state = house;
    return 0;
}

int house_end(void **state)
{
    struct house *house = *state;
    close_house(house);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

void house_reopen(struct house *house)
{
    close_house(house);
    open_house(house);
}

static size_t run_slices(struct house *house, int64_t microseconds)
{
    size_t turns = 0;
    bool more;
    do {
        more = work_slice(house->work, clock_monotonic_us() + microseconds);
        store_commit(house->store);
    } while (more && ++turns < 100000);
    assert_false(more);
    return turns;
}

size_t house_run(struct house *house)
{
    return run_slices(house, 1);
}

void house_hurry(struct house *house)
{
    run_slices(house, 1000000);
}

int64_t house_count(struct house *house, const char *sql)
{
    return store_value(house->store, -1, sql, "");
}

int64_t house_add_maker(
    struct house *house, const char *name, const char *country, const char *city, const char *identifiers)
{
    store_write(house->store);
    query_run(query_bind(query(house->store, "INSERT INTO maker (name, country, city, postcode, identifiers) "
                                             "VALUES (?, ?, ?, '', ?)"),
        "tttt", name, country, city, identifiers));
    int64_t id = store_last_id(house->store);
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)id);
    work_add(house->store, "match", key, false);
    return id;
}

void house_write_firm(struct house *house, const char *uscc, const char *fields)
{
    store_write(house->store);
    int64_t seq = journal_append(house->store, "m13d", "import", uscc, "{}");
    int64_t version = store_value(
        house->store, 0, "SELECT max(version) FROM local_record WHERE kind = 'firms' AND key = ?", "t", uscc);
    query_run(query_bind(query(house->store, "UPDATE local_record SET seq_to = ? WHERE kind = 'firms' AND "
                                             "key = ? AND seq_to IS NULL"),
        "it", seq, uscc));
    query_run(query_bind(
        query(house->store,
            "INSERT INTO local_record (kind, key, version, seq_from, uscc, assurance, "
            "withdrawn, fields, file, row) VALUES ('firms', ?, ?, ?, ?, 'official', ?, ?, 1, 1)"),
        "tiitit", uscc, version + 1, seq, uscc, (int64_t)(fields == NULL), fields == NULL ? "{}" : fields));
}

void house_import_firm(struct house *house, const char *uscc, const char *fields)
{
    house_write_firm(house, uscc, fields);
    store_commit(house->store);
    matcher_firms_changed(house->matcher);
    store_commit(house->store);
}

struct current house_current_of(struct house *house, int64_t maker)
{
    struct current current = {.version = 0};
    struct query *q =
        query_bind(query(house->store, "SELECT band, uscc, rule, version, score, beijing, why, "
                                       "seq_from FROM match WHERE maker = ? AND seq_to IS NULL"),
            "i", maker);
    assert_true(query_next(q));
    snprintf(current.band, sizeof current.band, "%s", query_text(q, 0));
    snprintf(current.uscc, sizeof current.uscc, "%s", query_text(q, 1));
    snprintf(current.rule, sizeof current.rule, "%s", query_text(q, 2));
    current.version = query_integer(q, 3);
    current.score = query_integer(q, 4);
    current.beijing = query_integer(q, 5);
    current.has_why = *query_text(q, 6) != '\0';
    current.seq_from = query_integer(q, 7);
    assert_false(query_next(q));
    return current;
}
