/* The current local records, for whoever decides with them. */
#include "m13/registry.h"

#include "m13/store.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    char *folder;
    struct store *store;
    struct text told; /* KEY;KEY; */
    int most;         /* records to be told of */
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct failure failure;
    fixture->folder = scratch_new();
    fixture->told = TEXT_WITH_CEILING(1 << 20);
    fixture->most = 1000;
    scratch_store(fixture->folder);
    assert_int_equal(store_open(fixture->folder, STORE_WRITER, &fixture->store, &failure), 0);
    store_write(fixture->store);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    store_commit(fixture->store);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    text_free(&fixture->told);
    free(fixture);
    return 0;
}

/* One version of a record. */
struct version {
    const char *kind, *key, *uscc;
    int version;
    bool old, withdrawn, unlisted;
};

static void know(struct fixture *fixture, struct version version)
{
    query_run(
        query_bind(query(fixture->store,
                       "INSERT INTO local_record (kind, key, version, seq_from, seq_to, uscc, product_id, "
                       "authority, number, case_id, assurance, withdrawn, unlisted, fields, file, row) "
                       "VALUES (?, ?, ?, 1, iif(?, 2, NULL), ?, 'P1', 'FDA', 'K1', 'M13-2026-00001', "
                       "'documented', ?, ?, '{\"a\":\"b\"}', 4, 5)"),
            "ttiitii", version.kind, version.key, (int64_t)version.version, (int64_t)version.old,
            version.uscc, (int64_t)version.withdrawn, (int64_t)version.unlisted));
}

static void know_sale(struct fixture *fixture, const char *key, const char *uscc)
{
    know(fixture, (struct version){.kind = "sales", .key = key, .uscc = uscc, .version = 3});
}

static bool note(const struct local_record *record, void *context)
{
    struct fixture *fixture = context;
    text_append_format(&fixture->told, "%s;", record->key);
    return --fixture->most > 0;
}

static bool check_members(const struct local_record *record, void *context)
{
    assert_string_equal(record->kind, "sales");
    assert_string_equal(record->uscc, "U1");
    assert_string_equal(record->product_id, "P1");
    assert_string_equal(record->authority, "FDA");
    assert_string_equal(record->number, "K1");
    assert_string_equal(record->case_id, "M13-2026-00001");
    assert_string_equal(record->assurance, "documented");
    assert_string_equal(record->fields, "{\"a\":\"b\"}");
    assert_int_equal(record->version, 3);
    assert_int_equal(record->file, 4);
    assert_int_equal(record->row, 5);
    assert_false(record->unlisted);
    return note(record, context);
}

static void a_record_is_told_with_all_that_is_known_of_it(void **state)
{
    struct fixture *fixture = *state;
    know_sale(fixture, "S1", "U1");
    registry_each(fixture->store, "sales", "U1", check_members, fixture);
    assert_string_equal(text_string(&fixture->told), "S1;");
}

static void old_and_withdrawn_versions_are_not_told(void **state)
{
    struct fixture *fixture = *state;
    know(fixture, (struct version){.kind = "sales", .key = "S2", .uscc = "U1", .version = 1, .old = true});
    know_sale(fixture, "S1", "U1");
    know(fixture,
        (struct version){.kind = "sales", .key = "S3", .uscc = "U1", .version = 2, .withdrawn = true});
    know(fixture, (struct version){.kind = "costs", .key = "C1", .uscc = "U1", .version = 1});
    know_sale(fixture, "S4", "U2");
    registry_each(fixture->store, "sales", "U1", note, fixture);
    assert_string_equal(text_string(&fixture->told), "S1;");
    text_clear(&fixture->told);
    registry_each(fixture->store, "sales", NULL, note, fixture);
    assert_string_equal(text_string(&fixture->told), "S1;S4;");
}

static bool check_unlisted(const struct local_record *record, void *context)
{
    assert_true(record->unlisted);
    return note(record, context);
}

static void what_a_full_list_no_longer_names_is_told_as_such(void **state)
{
    struct fixture *fixture = *state;
    know(fixture,
        (struct version){.kind = "firms", .key = "U1", .uscc = "U1", .version = 2, .unlisted = true});
    registry_each(fixture->store, "firms", NULL, check_unlisted, fixture);
    assert_string_equal(text_string(&fixture->told), "U1;");
}

static bool note_and_write(const struct local_record *record, void *context)
{
    struct fixture *fixture = context;
    query_run(query_bind(
        query(fixture->store, "UPDATE local_record SET seq_to = 9 WHERE kind = 'sales' AND key = ?"), "t",
        record->key));
    return note(record, context);
}

static void hundreds_come_in_order_while_the_table_is_written(void **state)
{
    struct fixture *fixture = *state;
    struct text expected = TEXT_WITH_CEILING(1 << 16);
    char key[16];
    for (int i = 299; i >= 0; i--) {
        snprintf(key, sizeof key, "S%03d", i);
        know_sale(fixture, key, "U1");
    }
    for (int i = 0; i < 300; i++)
        text_append_format(&expected, "S%03d;", i);
    registry_each(fixture->store, "sales", NULL, note, fixture);
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    text_clear(&fixture->told);
    registry_each(fixture->store, "sales", "U1", note_and_write, fixture);
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    text_free(&expected);
}

static void false_ends_it(void **state)
{
    struct fixture *fixture = *state;
    know_sale(fixture, "S1", "U1");
    know_sale(fixture, "S2", "U1");
    fixture->most = 1;
    registry_each(fixture->store, "sales", NULL, note, fixture);
    assert_string_equal(text_string(&fixture->told), "S1;");
}

static void candidates_are_told_by_their_key(void **state)
{
    (void)state;
    assert_true(registry_is_candidate("SRN:CN-MF-000012345"));
    assert_true(registry_is_candidate("FEI:3006400113"));
    assert_false(registry_is_candidate("91110000802100433B"));
    assert_false(registry_is_candidate(""));
    assert_false(registry_is_candidate("SRN"));
}

#define READ_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        READ_TEST(a_record_is_told_with_all_that_is_known_of_it),
        READ_TEST(old_and_withdrawn_versions_are_not_told),
        READ_TEST(what_a_full_list_no_longer_names_is_told_as_such),
        READ_TEST(hundreds_come_in_order_while_the_table_is_written),
        READ_TEST(false_ends_it),
        READ_TEST(candidates_are_told_by_their_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
