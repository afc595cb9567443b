/* The desk hears of each local file of which something was not taken, and of no other. */
#include "receipt.h"

#include "m13/clock.h"
#include "m13/registry.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct world {
    char *folder;
    struct store *store;
    struct config config;
    struct alert_channel channel;
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct failure failure = {0};
    int64_t wall;
    assert_int_equal(clock_parse("2026-09-01T08:00:00+08:00", &wall), 0);
    clock_override(wall);
    world->folder = scratch_new();
    scratch_store(world->folder);
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    store_write(world->store);
    query_run(
        query(world->store, "INSERT INTO local_file (id, name, sheet, sha256, kind, delivered_by, taken_at, "
                            "state, rows, rejected) "
                            "VALUES (1, '企业.xlsx', '企业', 'aa', 'firms', 'zhang', 0, 'sealed', 3, 1), "
                            "       (2, '企业.xlsx', '产品', 'aa', 'products', 'zhang', 0, 'sealed', 2, 1), "
                            "       (3, '别的.csv', '', 'bb', 'firms', 'zhang', 0, 'sealed', 9, 1)"));
    query_run(query(world->store,
        "INSERT INTO local_reject (file, row, field, reason, expected) VALUES "
        "(1, 4, '统一社会信用代码', '“9111”不是统一社会信用代码', '18 位'), "
        "(2, 2, '产品名称', '缺少必填项', '名称'), (3, 7, '企业名称', '缺少必填项', '名称')"));
    static char name[] = "desk";
    world->channel = (struct alert_channel){.name = name, .kind = CHANNEL_FILE, .to = {true, true, true}};
    world->config.alerts.mode = ALERT_LIVE;
    world->config.alerts.channels = &world->channel;
    world->config.alerts.channel_count = 1;
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    store_commit(world->store);
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

static bool write_receipt(struct world *world, const struct import_result *result)
{
    return receipt_write(world->store, &world->config, result, clock_wall());
}

static const struct import_result two_faults = {.id = 1,
    .file = "企业.xlsx",
    .by = "zhang",
    .kind = "firms, products",
    .sheets = 2,
    .rows = 5,
    .added = 3,
    .rejected = 2};

static char *only_body(struct world *world)
{
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM outbox", ""), 1);
    struct query *q = query(world->store, "SELECT body, audience, kind FROM outbox");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 1), "desk");
    assert_string_equal(query_text(q, 2), "receipt");
    char *body = strdup(query_text(q, 0));
    query_end(q);
    return body;
}

static void a_file_with_faults_is_told_with_each_of_them(void **state)
{
    struct world *world = *state;
    assert_true(write_receipt(world, &two_faults));
    char *body = only_body(world);
    assert_non_null(strstr(body, "\"sheet\":\"企业\",\"row\":4,\"field\":\"统一社会信用代码\""));
    assert_non_null(strstr(body, "\"sheet\":\"产品\",\"row\":2"));
    assert_non_null(strstr(body, "\"reason\":\"“9111”不是统一社会信用代码\",\"expected\":\"18 位\""));
    assert_non_null(strstr(body, "\"file\":\"企业.xlsx\""));
    assert_null(strstr(body, "\"row\":7")); /* of another file */
    free(body);
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM delivery", ""), 1);
}

static void a_clean_file_and_a_known_one_are_no_news(void **state)
{
    struct world *world = *state;
    struct import_result clean = two_faults, known = two_faults;
    clean.rejected = 0;
    known.known = true;
    assert_false(write_receipt(world, &clean));
    assert_false(write_receipt(world, &known));
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM outbox", ""), 0);
}

static void a_refused_file_is_told_with_its_reason(void **state)
{
    struct world *world = *state;
    struct import_result refused = {.id = 3, .file = "别的.csv", .by = "inbox", .kind = ""};
    strcpy(refused.problem, "无法判断这是哪一种表");
    assert_true(write_receipt(world, &refused));
    char *body = only_body(world);
    assert_non_null(strstr(body, "\"problem\":\"无法判断这是哪一种表\""));
    free(body);
}

static void in_draft_it_is_written_and_stays(void **state)
{
    struct world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    assert_true(write_receipt(world, &two_faults));
    free(only_body(world));
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM delivery", ""), 0);
    assert_int_equal(
        store_value(world->store, 0, "SELECT count(*) FROM outbox WHERE state = 'draft'", ""), 1);
}

static void records_gone_from_a_full_list_are_worth_a_word(void **state)
{
    struct world *world = *state;
    struct import_result shorter = two_faults;
    shorter.rejected = 0;
    shorter.unlisted = 2;
    assert_true(write_receipt(world, &shorter));
    free(only_body(world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_file_with_faults_is_told_with_each_of_them, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_clean_file_and_a_known_one_are_no_news, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_refused_file_is_told_with_its_reason, open_world, close_world),
        cmocka_unit_test_setup_teardown(in_draft_it_is_written_and_stays, open_world, close_world),
        cmocka_unit_test_setup_teardown(
            records_gone_from_a_full_list_are_worth_a_word, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
