/* What is said of a changed case, and to whom. */
#include "alert_world.h"

#include "m13/clock.h"
#include "m13/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void next_morning(struct alert_world *world)
{
    at("2026-09-01T09:00:00+08:00");
    turn(world);
}

static void forget(struct alert_world *world)
{
    static const char *const tables[] = {
        "DELETE FROM delivery", "DELETE FROM told", "DELETE FROM outbox", "DELETE FROM notice"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        query_run(query(world->store, tables[i]));
}

/* --- to whom
 * ---------------------------------------------------------------------------------------------------- */

static void new_approval_is_told_to_its_firm(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    next_morning(world);
    assert_told(world, "A released K1");
    assert_row(world, "SELECT group_concat(channel || ' ' || state) FROM delivery", "bureau waiting");
}

static void question_of_assessment_may_be_told_to_the_firm_but_not_one_of_identity(void **state)
{
    struct alert_world *world = *state;
    decided(
        world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_REVIEW, REVIEW_ASSESSMENT, false});
    decided(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_REVIEW, REVIEW_IDENTITY, false});
    next_morning(world);
    assert_told(world, "A released K1, desk released K2");
}

/* Every verdict before, every verdict after: where it worsens or says no, no message has the firm for
 * audience. */
static void firm_is_told_nothing_negative(void **state)
{
    struct alert_world *world = *state;
    for (int before = 0; before < 5; before++)
        for (int after = 0; after < 5; after++)
            for (enum review_kind review = REVIEW_NOT; review <= REVIEW_ASSESSMENT; review++) {
                bool negative = after < before || after <= VERDICT_OUT_OF_WINDOW ||
                                (after == VERDICT_REVIEW && review != REVIEW_ASSESSMENT);
                forget(world);
                at("2026-09-01T08:00:00+08:00");
                decided(world, (struct case_told){anzhen, "K1", "verdict", verdict_names[before].code,
                                   (enum verdict)after, review, false});
                next_morning(world);
                assert_row(world, "SELECT group_concat(audience || ' ' || state) FROM outbox",
                    negative ? "desk released" : "firm released");
            }
}

static void refusal_of_old_approvals_is_no_news_to_anyone(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_EXCLUDED, REVIEW_NOT, true});
    decided(
        world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_OUT_OF_WINDOW, REVIEW_NOT, false});
    next_morning(world);
    assert_told(world, "");
}

/* Links to products, facts, sums, rates: nothing that anyone must act upon. */
static void new_facts_without_a_new_verdict_are_no_news(void **state)
{
    struct alert_world *world = *state;
    static const char *const kinds[] = {"facts", "product", "stage"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        decided(
            world, (struct case_told){anzhen, "K1", kinds[i], "pending", VERDICT_PENDING, REVIEW_NOT, false});
    next_morning(world);
    assert_told(world, "");
}

static void withdrawal_of_a_first_load_approval_reaches_the_desk_in_every_mode_that_sends(void **state)
{
    struct alert_world *world = *state;
    for (enum alert_mode mode = ALERT_RELEASE; mode <= ALERT_LIVE; mode++) {
        forget(world);
        world->config.alerts.mode = mode;
        decided(world,
            (struct case_told){anzhen, "K1", "verdict", "eligible", VERDICT_EXCLUDED, REVIEW_NOT, true});
        next_morning(world);
        assert_told(world, "desk released K1");
    }
}

static void what_a_held_case_would_be_now_is_the_desks_matter(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    decided(world, (struct case_told){anzhen, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    forget(world);
    tells(world,
        (struct case_told){anzhen, "K1", "difference", "eligible", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_told(world, "");
    /* Money is on its way: for the worse at once. */
    tells(world,
        (struct case_told){anzhen, "K2", "difference", "eligible", VERDICT_EXCLUDED, REVIEW_NOT, false});
    assert_told(world, "desk urgent released K2");
    next_morning(world);
    assert_told(world, "desk urgent released K2, desk released K1");
}

/* Whoever declined, was rejected or has been paid is invited to nothing by a fact that comes later. */
static void a_case_that_is_over_for_the_firm_is_the_desks_matter(void **state)
{
    struct alert_world *world = *state;
    static const char *const over[] = {"declined", "rejected", "withdrawn", "paid", "recovered"};
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        forget(world);
        at("2026-09-01T08:00:00+08:00");
        stage(world, "K1", over[i]);
        decided(world,
            (struct case_told){anzhen, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
        next_morning(world);
        assert_told(world, "desk released K1");
    }
    stage(world, "K1", "notified");
    tells(world, (struct case_told){anzhen, "K1", "verdict", "pending", VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_told(world, "desk released K1, A urgent released K1");
}

static void payment_that_should_not_have_been_is_told_at_once(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, true});
    forget(world);
    stage(world, "K1", "paid");
    tells(
        world, (struct case_told){anzhen, "K1", "verdict", "eligible", VERDICT_EXCLUDED, REVIEW_NOT, false});
    assert_told(world, "desk urgent released K1");
}

/* --- one message
 * ------------------------------------------------------------------------------------------------ */

static void one_firm_gets_one_message_however_many_its_cases(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    decided(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, false});
    decided(
        world, (struct case_told){anzhen, "K3", "opened", NULL, VERDICT_REVIEW, REVIEW_ASSESSMENT, false});
    next_morning(world);
    assert_told(world, "A released K1+K3, B released K2");
    assert_row(world, "SELECT cases FROM outbox ORDER BY id LIMIT 1", "[\"M13-2026-K1\",\"M13-2026-K3\"]");
}

static void what_was_written_is_not_written_again(void **state)
{
    struct alert_world *world = *state;
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_true(turn(world));
    assert_false(turn(world));
    assert_row(world, "SELECT count(*) FROM outbox", "1");
}

/* The turn is rolled back, as a kill would: the same events give the same id, others another. */
static void id_is_that_of_the_events(void **state)
{
    struct alert_world *world = *state;
    char ids[3][64] = {"", "", ""};
    int64_t seq[3] = {500, 500, 501};
    for (int i = 0; i < 3; i++) {
        store_savepoint(world->store);
        world->seq = seq[i];
        tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
        json_t *body = newest(world);
        snprintf(ids[i], sizeof ids[i], "%s", said(body, "id"));
        json_decref(body);
        store_roll_back(world->store);
    }
    assert_int_equal(strncmp(ids[0], "msg_", 4), 0);
    assert_string_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[0], ids[2]);
}

/* --- what it says
 * ----------------------------------------------------------------------------------------------- */

static void message_tells_what_was_approved_and_what_is_missing(void **state)
{
    struct alert_world *world = *state;
    tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    json_t *body = newest(world), *one = json_array_get(json_object_get(body, "cases"), 0);
    assert_string_equal(said(body, "type"), "m13.lead");
    assert_string_equal(said(body, "audience"), "firm");
    assert_true(json_is_true(json_object_get(body, "urgent")));
    assert_string_equal(said(json_object_get(body, "firm"), "name_zh"), "安诊（北京）医疗科技有限公司");
    assert_string_equal(said(one, "number"), "K1");
    assert_string_equal(said(one, "device"), "CardioWave \"Patch\"");
    assert_string_equal(said(one, "decision_date"), "2026-05-27");
    assert_string_equal(said(one, "url"), "https://fda.example/K1");
    assert_string_equal(said(one, "product_zh"), "心电贴");
    assert_string_equal(said(one, "stage"), "lead");
    assert_string_equal(said(one, "told_before"), "");
    json_t *missing = json_object_get(one, "missing");
    assert_int_equal(json_array_size(missing), 1);
    assert_string_equal(said(json_array_get(missing, 0), "fact"), "declaration");
    assert_string_equal(said(json_array_get(missing, 0), "zh"), "首次获证承诺");
    assert_non_null(strstr(said(one, "supply_zh"), "“首次获批承诺”"));
    assert_non_null(strstr(said(one, "supply_en"), "\"declarations of first approval\""));
    json_decref(body);
}

/* What has just been decided is told as it will be told from what is kept of it, a byte of the register's
 * that is no letter included. */
static void change_is_told_as_its_kept_trace_is(void **state)
{
    struct alert_world *world = *state;
    struct trace_line lines[] = {
        {.rule = "R01", .outcome = RULE_PASS, .zh = (char[]){"在有效期内。"}, .en = (char[]){"In force."}},
        {.rule = "R05",
            .outcome = RULE_FAIL,
            .missing = "exact-date",
            .supplier = SUPPLIER_BUREAU,
            .until = DAY_NONE,
            .zh = (char[]){"途径“510k\xff”不是批准。"},
            .en = (char[]){"510k\xff is none."}},
        {.rule = "R06",
            .outcome = RULE_MISSING,
            .missing = "declaration",
            .supplier = SUPPLIER_FIRM,
            .until = 20700,
            .zh = (char[]){"尚缺承诺。可由企业提供；涉及1元。"},
            .en = (char[]){""}},
        {.rule = "R11", .outcome = RULE_MISSING, .missing = "sale", .until = DAY_NONE},
        {.rule = "R15", .outcome = RULE_MISSING, .missing = "costs", .until = DAY_NONE},
        {.rule = "R22", .outcome = RULE_NOT_APPLICABLE, .until = DAY_NONE, .zh = (char[]){"无。"}},
    };
    const struct fact_item item = {.authority = "FDA", .number = "K1", .item = "1", .decision = DATE_NONE};
    const struct case_verdict verdict = {.item = &item,
        .verdict = VERDICT_ELIGIBLE,
        .trace = lines,
        .trace_count = sizeof lines / sizeof *lines};
    decided(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    struct text trace = TEXT_WITH_CEILING(10000);
    measure13_trace_json(&verdict, &trace);
    query_run(query_bind(query(world->store, "UPDATE case_version SET trace = ? WHERE seq_to IS NULL"), "t",
        text_string(&trace)));
    text_free(&trace);

    const struct case_change change = {.case_file = case_file(world, "K1"),
        .case_id = "M13-2026-K1",
        .uscc = anzhen,
        .kind = "verdict",
        .old_verdict = "",
        .verdict = &verdict};
    json_t *now = facts_of_change(world->store, &world->config, &change);
    json_t *kept = facts_of_case(world->store, &world->config, change.case_file, "verdict");
    static const char *const members[] = {"why_zh", "why_en", "near", "missing", "supply_zh", "supply_en"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        assert_true(json_equal(json_object_get(now, members[i]), json_object_get(kept, members[i])));
    json_t *why = json_object_get(now, "why_zh");
    assert_int_equal(json_array_size(why), 3);
    assert_string_equal(json_string_value(json_array_get(why, 0)), "途径“510k\uFFFD”不是批准。");
    assert_string_equal(json_string_value(json_array_get(why, 1)), "尚缺承诺。");
    assert_string_equal(said(json_array_get(json_object_get(now, "near"), 1), "date_by"), "2026-09-04");
    assert_int_equal(json_array_size(json_object_get(now, "missing")), 2); /* declaration, sale */
    json_decref(now);
    json_decref(kept);
}

/* Neither the award nor the sum that a near miss's sentence speaks of. */
static void message_names_no_amount(void **state)
{
    struct alert_world *world = *state;
    tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    json_t *body = newest(world), *one = json_array_get(json_object_get(body, "cases"), 0);
    char *whole = json_dumps(body, 0);
    assert_null(strstr(whole, "123456"));
    assert_null(strstr(whole, "award"));
    free(whole);
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(one, "why_zh"), 0)), "尚缺首次获证承诺。");
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(one, "why_en"), 0)), "No declaration yet.");
    assert_string_equal(said(json_array_get(json_object_get(one, "near"), 0), "zh"), "可由企业提供");
    json_decref(body);
}

static void case_as_it_stands_is_told_as_the_change_was(void **state)
{
    struct alert_world *world = *state;
    tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    json_t *body = newest(world), *one = json_array_get(json_object_get(body, "cases"), 0);
    json_t *now = facts_of_case(world->store, &world->config, case_file(world, "K1"), "reminder");
    static const char *const same[] = {"case_id", "authority", "authority_zh", "number", "url", "verdict",
        "verdict_zh", "limits_zh", "stage"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(said(now, same[i]), said(one, same[i]));
    const char *key;
    json_t *value;
    json_object_foreach(one, key, value) assert_non_null(json_object_get(now, key));
    assert_string_equal(said(now, "event"), "reminder");
    assert_null(facts_of_case(world->store, &world->config, 4711, "reminder"));
    json_decref(now);
    json_decref(body);
}

/* Bytes that are no text must not cost a firm its message. */
static void name_that_is_no_text_costs_no_message(void **state)
{
    struct alert_world *world = *state;
    query_run(query(world->store, "UPDATE local_record SET fields = '{\"name_zh\":\"' || CAST(x'B0B2D5EF' AS "
                                  "TEXT) || '\"}' WHERE kind = 'firms'"));
    tells(world, (struct case_told){anzhen, "K1", "opened", NULL, VERDICT_ELIGIBLE, REVIEW_NOT, false});
    assert_told(world, "A urgent released K1");
    json_decref(newest(world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(new_approval_is_told_to_its_firm),
        IN_WORLD(question_of_assessment_may_be_told_to_the_firm_but_not_one_of_identity),
        IN_WORLD(firm_is_told_nothing_negative),
        IN_WORLD(refusal_of_old_approvals_is_no_news_to_anyone),
        IN_WORLD(new_facts_without_a_new_verdict_are_no_news),
        IN_WORLD(withdrawal_of_a_first_load_approval_reaches_the_desk_in_every_mode_that_sends),
        IN_WORLD(what_a_held_case_would_be_now_is_the_desks_matter),
        IN_WORLD(a_case_that_is_over_for_the_firm_is_the_desks_matter),
        IN_WORLD(payment_that_should_not_have_been_is_told_at_once),
        IN_WORLD(one_firm_gets_one_message_however_many_its_cases),
        IN_WORLD(what_was_written_is_not_written_again),
        IN_WORLD(id_is_that_of_the_events),
        IN_WORLD(message_tells_what_was_approved_and_what_is_missing),
        IN_WORLD(change_is_told_as_its_kept_trace_is),
        IN_WORLD(message_names_no_amount),
        IN_WORLD(case_as_it_stands_is_told_as_the_change_was),
        IN_WORLD(name_that_is_no_text_costs_no_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
