/* What is said of a changed case, to whom, and whether it goes out by itself. */
#include "outbox.h"

#include "m13/clock.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char anzhen[] = "91110108MA01AAAA1X", boyan[] = "91110108MA01BBBB2Y";
static char channel_name[] = "bureau", desk_name[] = "医药健康产业处", desk_phone[] = "010-5555-0100";

struct world {
    char *folder;
    struct store *store;
    struct config config;
    struct alert_channel channel;
    struct outbox *outbox;
    int64_t seq;
};

/* --- the house
 * ----------------------------------------------------------------------------------------------
 */

static void add_firm(struct world *world, const char *uscc, const char *name)
{
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO local_record (kind, key, version, seq_from, assurance, fields, file, "
                       "row) VALUES ('firms', ?, 1, 1, 'documented', json_object('name_zh', ?), 1, 1)"),
            "tt", uscc, name));
}

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct failure failure = {0};
    int64_t wall;
    assert_int_equal(clock_parse("2026-09-01T08:00:00+08:00", &wall), 0);
    clock_override(wall);
    world->folder = scratch_new();
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    store_write(world->store);
    query_run(query(world->store,
        "INSERT INTO local_file (id, name, sha256, kind, delivered_by, taken_at, state, rows, added, seq) "
        "VALUES (1, 'firms.csv', '', 'firms', 'inbox', 0, 'applied', 2, 2, 1)"));
    add_firm(world, anzhen, "北京安诊医疗科技有限公司");
    add_firm(world, boyan, "北京博研医疗器械有限公司");
    world->channel = (struct alert_channel){.name = channel_name, .kind = CHANNEL_FILE};
    world->config.alerts.mode = ALERT_LIVE;
    world->config.alerts.channels = &world->channel;
    world->config.alerts.channel_count = 1;
    world->config.alerts.desk.name = desk_name;
    world->config.alerts.desk.phone = desk_phone;
    world->outbox = outbox_new(world->store, &world->config);
    world->seq = 100;
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    outbox_free(world->outbox);
    store_commit(world->store);
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

/* --- changes
 * ------------------------------------------------------------------------------------------------
 */

struct change {
    const char *uscc, *number, *kind, *old_verdict;
    enum verdict verdict;
    enum review_kind review;
    bool first_load;
};

/* A trace with one line that is missing a fact, and one about money. */
static void tell(struct world *world, struct change told)
{
    struct trace_line trace[] = {
        {.rule = "R03", .outcome = RULE_PASS, .zh = (char[]){"机构在列。"}, .en = (char[]){"Listed."}},
        {.rule = "R06",
            .outcome = RULE_MISSING,
            .missing = "declaration",
            .zh = (char[]){"尚缺首次获证承诺。"},
            .en = (char[]){"No declaration yet."}},
        {.rule = "R18",
            .outcome = RULE_MISSING,
            .missing = "cost",
            .zh = (char[]){"测算上限为 123456 元。"},
            .en = (char[]){"Ceiling 123456."}},
    };
    struct fact_item item = {.authority = "FDA",
        .number = told.number,
        .item = "1",
        .device = "CardioWave \"Patch\"",
        .decision = {20600, 20600},
        .first_seen = "2026-08-30"};
    struct case_verdict verdict = {.item = &item,
        .verdict = told.verdict,
        .review = told.review,
        .award = 12345600,
        .trace = trace,
        .trace_count = sizeof trace / sizeof *trace};
    char case_id[64];
    snprintf(case_id, sizeof case_id, "M13-2026-%s", told.number);
    outbox_collect(world->outbox, &(struct case_change){.case_file = 1,
                                      .case_id = case_id,
                                      .uscc = told.uscc,
                                      .kind = told.kind,
                                      .old_verdict = told.old_verdict ? told.old_verdict : "",
                                      .verdict = &verdict,
                                      .first_load = told.first_load,
                                      .seq = world->seq++});
}

static void assert_messages(struct world *world, const char *sql, const char *expected)
{
    char *found = NULL;
    struct query *q = query(world->store, sql);
    if (query_next(q))
        found = strdup(query_text(q, 0));
    query_end(q);
    assert_non_null(found);
    assert_string_equal(found, expected);
    free(found);
}

#define AUDIENCES "SELECT coalesce(group_concat(audience || ' ' || state), '') FROM outbox"

static json_t *only_body(struct world *world)
{
    struct query *q = query(world->store, "SELECT body FROM outbox");
    assert_true(query_next(q));
    json_t *body = json_loads(query_text(q, 0), 0, NULL);
    assert_non_null(body);
    assert_false(query_next(q));
    return body;
}

static const char *text_of(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

/* --- to whom
 * ------------------------------------------------------------------------------------------------
 */

static void new_approval_is_told_to_its_firm(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    assert_true(outbox_write(world->outbox));
    assert_messages(world, AUDIENCES, "firm released");
    assert_messages(world, "SELECT group_concat(channel || ' ' || state) FROM delivery", "bureau waiting");
}

static void question_of_assessment_may_be_told_to_the_firm_but_not_one_of_identity(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_REVIEW, REVIEW_ASSESSMENT, false});
    tell(world, (struct change){boyan, "K2", "opened", NULL, VERDICT_REVIEW, REVIEW_IDENTITY, false});
    outbox_write(world->outbox);
    assert_messages(world,
        "SELECT group_concat(audience || ' ' || uscc) FROM (SELECT * FROM outbox ORDER BY id)",
        "firm 91110108MA01AAAA1X,desk 91110108MA01BBBB2Y");
}

/* Every verdict before, every verdict after: where it worsens or says no, no message has the firm for
 * audience. */
static void firm_is_told_nothing_negative(void **state)
{
    struct world *world = *state;
    for (int before = 0; before < 5; before++)
        for (int after = 0; after < 5; after++)
            for (enum review_kind review = REVIEW_NOT; review <= REVIEW_ASSESSMENT; review++) {
                bool negative = after < before || after <= VERDICT_OUT_OF_WINDOW ||
                                (after == VERDICT_REVIEW && review != REVIEW_ASSESSMENT);
                query_run(query(world->store, "DELETE FROM delivery"));
                query_run(query(world->store, "DELETE FROM outbox"));
                tell(world, (struct change){anzhen, "K1", "verdict", verdict_names[before].code,
                                (enum verdict)after, review, false});
                assert_true(outbox_write(world->outbox));
                assert_messages(world, AUDIENCES, negative ? "desk released" : "firm released");
            }
}

static void refusal_of_old_approvals_is_no_news_to_anyone(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_EXCLUDED, REVIEW_NOT, true});
    tell(world, (struct change){anzhen, "K2", "opened", NULL, VERDICT_OUT_OF_WINDOW, REVIEW_NOT, false});
    assert_false(outbox_write(world->outbox));
}

static void new_facts_without_a_new_verdict_are_no_news(void **state)
{
    struct world *world = *state;
    static const char *const kinds[] = {"facts", "product", "firm", "stage"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        tell(world, (struct change){anzhen, "K1", kinds[i], "pending", VERDICT_PENDING, REVIEW_NOT, false});
    assert_false(outbox_write(world->outbox));
}

/* --- one message
 * --------------------------------------------------------------------------------------------
 */

static void one_firm_gets_one_message_however_many_its_cases(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    tell(world, (struct change){boyan, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    tell(world, (struct change){anzhen, "K3", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    outbox_write(world->outbox);
    assert_messages(world,
        "SELECT group_concat(uscc || ' ' || cases, ' ') FROM (SELECT * FROM outbox ORDER BY id)",
        "91110108MA01AAAA1X [\"M13-2026-K1\",\"M13-2026-K3\"] 91110108MA01BBBB2Y [\"M13-2026-K2\"]");
}

static void what_was_written_is_not_written_again(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    assert_true(outbox_write(world->outbox));
    assert_false(outbox_write(world->outbox));
    assert_messages(world, "SELECT count(*) FROM outbox", "1");
}

/* The turn is rolled back, as a kill would: the same events give the same id, others another. */
static void id_is_that_of_the_events(void **state)
{
    struct world *world = *state;
    char ids[3][64] = {"", "", ""};
    int64_t seq[3] = {500, 500, 501};
    for (int i = 0; i < 3; i++) {
        store_savepoint(world->store);
        world->seq = seq[i];
        tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
        outbox_write(world->outbox);
        struct query *q = query(world->store, "SELECT message_id FROM outbox");
        assert_true(query_next(q));
        snprintf(ids[i], sizeof ids[i], "%s", query_text(q, 0));
        query_end(q);
        store_roll_back(world->store);
    }
    assert_int_equal(strncmp(ids[0], "msg_", 4), 0);
    assert_string_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[0], ids[2]);
}

/* --- what it says
 * -------------------------------------------------------------------------------------------
 */

static void message_tells_what_was_approved_what_is_missing_and_whom_to_call(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    outbox_write(world->outbox);
    json_t *body = only_body(world), *one = json_array_get(json_object_get(body, "cases"), 0);
    assert_string_equal(text_of(body, "type"), "m13.lead");
    assert_string_equal(text_of(json_object_get(body, "firm"), "name_zh"), "北京安诊医疗科技有限公司");
    assert_string_equal(text_of(one, "number"), "K1");
    assert_string_equal(text_of(one, "device"), "CardioWave \"Patch\"");
    assert_string_equal(json_string_value(json_array_get(json_object_get(one, "missing"), 0)), "declaration");
    assert_int_equal(json_array_size(json_object_get(one, "missing")), 1);
    assert_non_null(strstr(text_of(body, "text_zh"), "尚缺首次获证承诺。"));
    assert_non_null(strstr(text_of(body, "text_zh"), "010-5555-0100"));
    assert_non_null(strstr(text_of(body, "text_en"), "No declaration yet."));
    json_decref(body);
}

static void message_names_no_amount_but_the_caps_of_the_text(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    outbox_write(world->outbox);
    json_t *body = only_body(world);
    char *whole = json_dumps(body, 0);
    assert_null(strstr(whole, "123456"));
    assert_null(strstr(whole, "award"));
    assert_non_null(strstr(text_of(body, "text_zh"), "最高100万元"));
    assert_non_null(strstr(text_of(body, "text_zh"), "非承诺"));
    free(whole);
    json_decref(body);
}

static void approval_of_a_first_load_is_told_as_an_earlier_one(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    outbox_write(world->outbox);
    json_t *body = only_body(world);
    assert_non_null(strstr(text_of(body, "text_zh"), "已于2026-05-27获批"));
    json_decref(body);
}

/* --- whether it goes out
 * ------------------------------------------------------------------------------------
 */

static void draft_is_written_and_goes_nowhere(void **state)
{
    struct world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    outbox_write(world->outbox);
    assert_messages(world, AUDIENCES, "firm draft");
    assert_messages(world, "SELECT count(*) FROM delivery", "0");
}

static void first_load_waits_for_a_person_and_does_not_ride_along_with_news(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    tell(world, (struct change){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    outbox_write(world->outbox);
    assert_messages(world,
        "SELECT group_concat(state || ' ' || cases, ' ') FROM (SELECT * FROM outbox ORDER BY id)",
        "held [\"M13-2026-K1\"] released [\"M13-2026-K2\"]");
    assert_messages(world, "SELECT count(*) FROM delivery", "1");
}

static void in_mode_release_whatever_a_firm_is_told_waits(void **state)
{
    struct world *world = *state;
    world->config.alerts.mode = ALERT_RELEASE;
    tell(world, (struct change){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    tell(world, (struct change){boyan, "K2", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    outbox_write(world->outbox);
    assert_messages(world, AUDIENCES, "firm held,firm held");
}

static void withdrawal_of_a_first_load_approval_reaches_the_desk_at_once(void **state)
{
    struct world *world = *state;
    for (enum alert_mode mode = ALERT_RELEASE; mode <= ALERT_LIVE; mode++) {
        query_run(query(world->store, "DELETE FROM delivery"));
        query_run(query(world->store, "DELETE FROM outbox"));
        world->config.alerts.mode = mode;
        tell(world, (struct change){anzhen, "K1", "verdict", "eligible", VERDICT_EXCLUDED, REVIEW_NOT, true});
        outbox_write(world->outbox);
        assert_messages(world, AUDIENCES, "desk released");
    }
}

static void what_a_held_case_would_be_now_is_the_desks_matter(void **state)
{
    struct world *world = *state;
    tell(world, (struct change){anzhen, "K1", "difference", "eligible", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    tell(world, (struct change){anzhen, "K2", "difference", "eligible", VERDICT_EXCLUDED, REVIEW_NOT, false});
    assert_true(outbox_write(world->outbox));
    assert_messages(world, AUDIENCES, "desk released");
    json_t *body = only_body(world);
    char *json = json_dumps(body, JSON_COMPACT);
    assert_non_null(strstr(json, "已封存或已拨付，不变；按现有事实会是：初判不符合"));
    free(json);
    json_decref(body);
}

/* Whoever declined, was rejected or has been paid is invited to nothing by a fact that comes later. */
static void a_case_that_is_over_for_the_firm_is_the_desks_matter(void **state)
{
    struct world *world = *state;
    static const char *const over[] = {"declined", "rejected", "withdrawn", "paid", "recovered"};
    query_run(query(world->store, "INSERT INTO approval (authority, number, feed, first_seen_at, first_poll) "
                                  "VALUES ('FDA', 'K1', 'f', 0, 0)"));
    query_run(query(world->store,
        "INSERT INTO case_file (id, case_id, policy, authority, number, item, approval, "
        "opened_at, opened_seq, stage_since) VALUES (1, 'M13-2026-K1', 'M13', 'FDA', 'K1', '1', "
        "(SELECT id FROM approval), 0, 1, 0)"));
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        query_run(query(world->store, "DELETE FROM delivery"));
        query_run(query(world->store, "DELETE FROM outbox"));
        query_run(query_bind(query(world->store, "UPDATE case_file SET stage = ?"), "t", over[i]));
        tell(world, (struct change){anzhen, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
        assert_true(outbox_write(world->outbox));
        assert_messages(world, AUDIENCES, "desk released");
    }
    query_run(query(world->store, "UPDATE case_file SET stage = 'notified'"));
    tell(world, (struct change){anzhen, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_true(outbox_write(world->outbox));
    assert_messages(world, AUDIENCES, "desk released,firm released");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(new_approval_is_told_to_its_firm),
        IN_WORLD(a_case_that_is_over_for_the_firm_is_the_desks_matter),
        IN_WORLD(question_of_assessment_may_be_told_to_the_firm_but_not_one_of_identity),
        IN_WORLD(firm_is_told_nothing_negative),
        IN_WORLD(refusal_of_old_approvals_is_no_news_to_anyone),
        IN_WORLD(new_facts_without_a_new_verdict_are_no_news),
        IN_WORLD(one_firm_gets_one_message_however_many_its_cases),
        IN_WORLD(what_was_written_is_not_written_again),
        IN_WORLD(id_is_that_of_the_events),
        IN_WORLD(message_tells_what_was_approved_what_is_missing_and_whom_to_call),
        IN_WORLD(message_names_no_amount_but_the_caps_of_the_text),
        IN_WORLD(approval_of_a_first_load_is_told_as_an_earlier_one),
        IN_WORLD(draft_is_written_and_goes_nowhere),
        IN_WORLD(first_load_waits_for_a_person_and_does_not_ride_along_with_news),
        IN_WORLD(in_mode_release_whatever_a_firm_is_told_waits),
        IN_WORLD(withdrawal_of_a_first_load_approval_reaches_the_desk_at_once),
        IN_WORLD(what_a_held_case_would_be_now_is_the_desks_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
