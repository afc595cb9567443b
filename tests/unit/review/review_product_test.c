/* Which product an approval is of: a row of the desk's own list, on the day that counts. */
#include "matcher_house.h"

#include "m13/review.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

static void write_record(struct house *house, const char *kind, const char *key, const char *uscc,
    const char *product, const char *number, int64_t file)
{
    store_write(house->store);
    query_run(
        query_bind(query(house->store,
                       "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, authority, "
                       "number, assurance, fields, file, row) "
                       "VALUES (?, ?, 1, 1, ?, ?, 'FDA', ?, 'claimed', '{}', ?, 1)"),
            "ttttti", kind, key, uscc, product, number, file));
}

/* Case 1 of firm A: an approval by this route, without a product. */
static int begin(void **state, const char *route, const char *decision_date)
{
    house_begin(state);
    struct house *house = *state;
    char record[64];
    snprintf(record, sizeof record, "{\"decision_date\":\"%s\"}", decision_date);
    query_run(
        query(house->store, "INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll) "
                            "VALUES (1, 'FDA', 'K1', 'feed', 0, 1)"));
    query_run(query_bind(
        query(house->store,
            "INSERT INTO approval_version (approval, version, seq_from, payload, row, content, route, "
            "status, holder, device, product_code, parent, record) "
            "VALUES (1, 1, 1, 1, 1, '', ?, 'active', '', 'Pump', '', '', ?)"),
        "tt", route, record));
    query_run(
        query(house->store, "INSERT INTO case_file (id, case_id, policy, authority, number, item, approval, "
                            "opened_at, opened_seq, stage_since) "
                            "VALUES (1, 'M13-2026-00001', 'M13', 'FDA', 'K1', '1', 1, 0, 1, 0)"));
    query_run(query(house->store,
        "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
        "review_kind, amount_state, award, missing, next_action, facts_hash, "
        "parameters_hash, facts, trace) VALUES (1, 1, 1, 0, '" FIRM_A
        "', '', 'pending', '', 'none', 0, '[]', '', 'h', '', '{}', '[]')"));
    write_record(house, "products", "P-1", FIRM_A, "P-1", "", 1);
    write_record(house, "products", "P-2", FIRM_A, "P-2", "", 1);
    write_record(house, "products", "P-3", FIRM_B, "P-3", "", 1);
    query_run(query(house->store, "DELETE FROM work"));
    store_commit(house->store);
    return 0;
}

static int one_device(void **state)
{
    return begin(state, "510k", "2026-03");
}

static int certificate(void **state)
{
    return begin(state, "ce-mdr", "2026-03-02");
}

static int accept(struct house *house, const char *product, const char *from)
{
    struct review_result result;
    struct failure failure = {0};
    int r = review_decide(house->store,
        &(struct review_order){.item = "P1", .product = product, .from = from, .actor = "li"}, &result,
        &failure);
    store_commit(house->store);
    return r < 0 ? r : result.unchanged;
}

static int64_t links(struct house *house, const char *condition)
{
    char sql[512];
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM local_record WHERE kind = 'scopes' AND seq_to IS NULL AND "
        "withdrawn = 0 AND %s",
        condition);
    sqlite3_stmt *statement;
    sqlite3_prepare_v2(store_handle(house->store), sql, -1, &statement, NULL);
    sqlite3_step(statement);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

static void device_is_of_its_product_since_the_decision_as_exactly_as_that_is_known(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept(house, "P-1", NULL), 0);
    assert_int_equal(
        links(house, "key = 'FDA|K1|P-1' AND assurance = 'verified' AND file = 0 AND "
                     "fields ->> 'in_scope_from' = '2026-03' AND fields ->> 'product_id' = 'P-1'"),
        1);
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM journal WHERE kind = 'review' AND subject = 'P1' "
                           "AND body ->> 'product_id' = 'P-1'"),
        1);
    assert_int_equal(accept(house, "P-1", NULL), 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision"), 1);
}

static void another_product_takes_the_place_of_the_first(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept(house, "P-1", NULL), 0);
    assert_int_equal(accept(house, "P-2", NULL), 0);
    assert_int_equal(links(house, "1"), 1);
    assert_int_equal(links(house, "product_id = 'P-2'"), 1);
    assert_int_equal(accept(house, "P-1", NULL), 0);
    assert_int_equal(links(house, "product_id = 'P-1' AND version = 3"), 1);
    assert_int_equal(links(house, "1"), 1);
}

static void row_that_somebody_delivered_is_his_to_withdraw(void **state)
{
    struct house *house = *state;
    write_record(house, "scopes", "FDA|K1|P-1", "", "P-1", "K1", 1);
    assert_int_equal(accept(house, "P-2", NULL), -EINVAL);
    assert_int_equal(accept(house, "P-1", NULL), 1);
    assert_int_equal(links(house, "1"), 1);
}

static void product_must_be_known_and_the_firms(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept(house, "P-9", NULL), -ENOENT);
    assert_int_equal(accept(house, "P-3", NULL), -EINVAL);
    assert_int_equal(accept(house, NULL, NULL), -EINVAL);
    assert_int_equal(accept(house, "P-1", "2026-02-30"), -EINVAL);
    assert_int_equal(links(house, "1"), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM journal WHERE kind = 'review'"), 0);
}

static void certificate_covers_its_product_since_a_day_that_is_named(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept(house, "P-1", NULL), -EINVAL);
    assert_int_equal(accept(house, "P-1", "2026-04-05"), 0);
    assert_int_equal(links(house, "fields ->> 'in_scope_from' = '2026-04-05'"), 1);
    assert_int_equal(accept(house, "P-1", "2026-04-06"), 0);
    assert_int_equal(links(house, "fields ->> 'in_scope_from' = '2026-04-06'"), 1);
    assert_int_equal(links(house, "1"), 1);
}

static int accept_items(struct house *house, const char *items, const char *from)
{
    struct review_result result;
    struct failure failure = {0};
    int r = review_decide(house->store,
        &(struct review_order){.item = "P1", .items = items, .from = from, .actor = "li"}, &result, &failure);
    store_commit(house->store);
    return r < 0 ? r : result.unchanged;
}

static void officer_says_which_products_a_certificate_covers(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept_items(house, "P-1@2026-04-05|P-2", "2026-05-01"), 0);
    assert_int_equal(links(house, "product_id = 'P-1' AND fields ->> 'in_scope_from' = '2026-04-05'"), 1);
    assert_int_equal(links(house, "product_id = 'P-2' AND fields ->> 'in_scope_from' = '2026-05-01' "
                                  "AND assurance = 'verified'"),
        1);
    assert_int_equal(accept_items(house, "P-1@2026-04-05|P-2@2026-05-01", NULL), 1);
    assert_int_equal(accept_items(house, "P-2@2026-05-01|P-1@2026-04-06", NULL), 0);
    assert_int_equal(links(house, "1"), 2);
    assert_int_equal(accept(house, "P-2", "2026-05-02"), 0); /* that one alone, after all */
    assert_int_equal(links(house, "1"), 1);
    assert_int_equal(links(house, "product_id = 'P-2'"), 1);
}

static void list_of_products_is_taken_as_a_whole_or_not_at_all(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept_items(house, "P-1@2026-04-05|P-9@2026-04-05", NULL), -ENOENT);
    assert_int_equal(
        accept_items(house, "P-1@2026-04-05|P-3@2026-04-05", NULL), -EINVAL);   /* another firm's */
    assert_int_equal(accept_items(house, "P-1@2026-04-05|P-2", NULL), -EINVAL); /* since when? */
    assert_int_equal(accept_items(house, "P-1@yesterday", NULL), -EINVAL);
    assert_int_equal(accept_items(house, "@2026-04-05", NULL), -EINVAL);
    assert_int_equal(accept_items(house, "", "2026-04-05"), -EINVAL);
    assert_int_equal(links(house, "1"), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision"), 0);
}

static void one_device_is_not_several_products(void **state)
{
    struct house *house = *state;
    assert_int_equal(accept_items(house, "P-1|P-2", NULL), -EINVAL);
    assert_int_equal(accept_items(house, "P-1", NULL), 0);
}

static void what_was_delivered_of_a_row_stays_in_it(void **state)
{
    struct house *house = *state;
    write_record(house, "scopes", "FDA|K1|P-1", "", "P-1", "K1", 1);
    query_run(query(
        house->store, "UPDATE local_record SET fields = '{\"models\":\"A, B\"}' WHERE kind = 'scopes'"));
    assert_int_equal(accept(house, "P-1", "2026-04-05"), 0);
    assert_int_equal(
        links(house, "fields ->> 'models' = 'A, B' AND fields ->> 'in_scope_from' = '2026-04-05'"), 1);
}

/* Its versions would cross with those of the file. */
static void nothing_is_decided_while_a_file_is_being_applied(void **state)
{
    struct house *house = *state;
    store_write(house->store);
    work_add(house->store, "apply-local", "1", false);
    assert_int_equal(accept(house, "P-1", NULL), -EAGAIN);
    assert_int_equal(links(house, "1"), 0);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work WHERE kind = 'apply-local'"));
    assert_int_equal(accept(house, "P-1", NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            device_is_of_its_product_since_the_decision_as_exactly_as_that_is_known, one_device, house_end),
        cmocka_unit_test_setup_teardown(another_product_takes_the_place_of_the_first, one_device, house_end),
        cmocka_unit_test_setup_teardown(
            row_that_somebody_delivered_is_his_to_withdraw, one_device, house_end),
        cmocka_unit_test_setup_teardown(product_must_be_known_and_the_firms, one_device, house_end),
        cmocka_unit_test_setup_teardown(
            nothing_is_decided_while_a_file_is_being_applied, one_device, house_end),
        cmocka_unit_test_setup_teardown(
            officer_says_which_products_a_certificate_covers, certificate, house_end),
        cmocka_unit_test_setup_teardown(
            list_of_products_is_taken_as_a_whole_or_not_at_all, certificate, house_end),
        cmocka_unit_test_setup_teardown(one_device_is_not_several_products, one_device, house_end),
        cmocka_unit_test_setup_teardown(what_was_delivered_of_a_row_stays_in_it, certificate, house_end),
        cmocka_unit_test_setup_teardown(
            certificate_covers_its_product_since_a_day_that_is_named, certificate, house_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
