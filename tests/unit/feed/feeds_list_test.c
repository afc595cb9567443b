/* Feeds that ask for each value of a list: some a turn, behind the last one, until all were asked for. */
#include "script.h"

#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const values[] = {"CN-MF-1", "CN-MF-2", "CN-MF-3", "CN-MF-4", "CN-MF-5", NULL};
static const char *const no_values[] = {NULL};

struct devices {
    const char *unknown; /* values that are answered with 404; "all" */
    const char *empty;   /* with the configured answer for none */
    const char *large;   /* has 15 rows, the others one */
    const char *failing; /* with 500, once */
    const char *broken;  /* always, with this status */
    int status;          /* 0 = 500 */
    const char *same;    /* any: all answers have the same bytes */
};

static bool is(const char *value, const char *target)
{
    return value != NULL && (strcmp(value, "all") == 0 || strstr(target, value) != NULL);
}

static void answer_devices(const struct script_request *request, struct script_answer *answer, void *context)
{
    struct devices *devices = context;
    const char *target = request->target;
    if (is(devices->failing, target)) {
        devices->failing = NULL;
        answer->status = 500;
    } else if (is(devices->broken, target)) {
        answer->status = devices->status > 0 ? devices->status : 500;
    } else if (is(devices->unknown, target)) {
        answer->status = 404;
    } else if (is(devices->empty, target)) {
        answer->status = 302;
        answer->location = "/page-not-found";
    } else {
        text_append_format(&answer->body, "{\"of\":\"%s\",\"totalElements\":%d}",
            devices->same != NULL ? "any" : target, is(devices->large, target) ? 15 : 1);
    }
}

struct stage {
    struct world world;
    struct script script;
    struct devices devices;
    struct feed_definition *feed;
};

static void open_stage(struct stage *stage)
{
    static char feed[] = "eudamed-actors", total[] = "totalElements";
    stage->devices = (struct devices){0};
    world_open(&stage->world);
    script_open(&stage->script, &stage->world, answer_devices, &stage->devices);
    stage->world.values = values;
    stage->feed = script_feed(&stage->world, "/devices", "srn={each}", NULL);
    stage->feed->paging = PAGING_NONE;
    stage->feed->pages = (struct feed_pages){.size = 10, .total = total};
    stage->feed->each = (struct feed_each){.feed = feed, .member = RECORD_SRN, .a_turn = 2};
    stage->feed->none_status = 302;
    free(stage->feed->none_text);
    stage->feed->none_text = NULL;
}

static void close_stage(struct stage *stage)
{
    script_close(&stage->script);
    world_close(&stage->world);
}

static void run_turns(struct stage *stage, int turns)
{
    world_run_turns(&stage->world, "fda-510k", turns);
}

static void values_come_in_order_and_some_a_turn(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "GET /devices?srn=CN-MF-1\nGET /devices?srn=CN-MF-2");
    assert_sql(&stage.world, "SELECT kind, part, rotation_ended, pages FROM poll", "history|1|0|2");
    assert_sql(&stage.world, "SELECT each_after, last_full_at FROM feed_state", "CN-MF-2|null");
    run_turns(&stage, 1);
    assert_asked(&stage.script, 3, "GET /devices?srn=CN-MF-3\nGET /devices?srn=CN-MF-4");
    close_stage(&stage);
}

static void only_the_end_of_the_list_makes_it_a_full_poll(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    world_start(&stage.world);
    run_turns(&stage, 3);
    assert_asked(&stage.script, 5, "GET /devices?srn=CN-MF-5");
    assert_sql(&stage.world, "SELECT each_after = '', last_full_at IS NOT NULL FROM feed_state", "1|1");
    run_turns(&stage, 1);
    assert_asked(&stage.script, 6, "GET /devices?srn=CN-MF-1\nGET /devices?srn=CN-MF-2");
    assert_sql(&stage.world, "SELECT group_concat(kind), group_concat(rotation_ended) FROM poll",
        "history,history,history,full|0,0,1,0");
    close_stage(&stage);
}

static void a_turn_that_ends_on_the_last_value_ends_the_list(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT pages, rotation_ended FROM poll", "5|1");
    close_stage(&stage);
}

static void without_values_nothing_is_asked(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.world.values = no_values;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 0);
    assert_sql(&stage.world, "SELECT outcome, detail, last_full_at FROM feed_state",
        "none|feed eudamed-actors has no srn yet of which to ask|null");
    assert_sql(&stage.world, "SELECT count(*) FROM poll", "0");
    assert_true(world_number(&stage.world, "SELECT next_at FROM feed_state") - clock_wall() <= CLOCK_HOUR);
    close_stage(&stage);
}

static void values_that_vanish_behind_the_last_begin_the_list_anew(void **state)
{
    (void)state;
    static const char *const fewer[] = {"CN-MF-1", "CN-MF-2", NULL};
    struct stage stage;
    open_stage(&stage);
    world_start(&stage.world);
    run_turns(&stage, 2);
    stage.world.values = fewer;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 5, "GET /devices?srn=CN-MF-1\nGET /devices?srn=CN-MF-2");
    close_stage(&stage);
}

static void a_value_without_rows_does_not_keep_the_others(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    stage.devices.empty = "CN-MF-2";
    stage.devices.unknown = "CN-MF-5";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 5);
    assert_sql(&stage.world, "SELECT pages, values_done, rotation_ended, state FROM poll", "3|5|1|applied");
    close_stage(&stage);
}

static void no_value_with_rows_is_news_of_nothing(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.devices.empty = "all";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_int_equal(stage.world.fetched, 1); /* the decoder's side says what an empty poll means */
    assert_sql(&stage.world, "SELECT pages, state FROM poll", "0|applied");
    close_stage(&stage);
}

static void a_wrong_address_is_no_list_of_unknown_values(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.devices.unknown = "all";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world,
        "SELECT outcome, detail LIKE 'nothing for any of the 2 values%', each_after FROM feed_state",
        "refused|1|CN-MF-2");
    assert_int_equal(stage.world.fetched, 0);
    close_stage(&stage);
}

static void a_fault_keeps_the_place_in_the_list(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 4;
    stage.devices.failing = "CN-MF-3";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome, each_after FROM feed_state", "chain-broken|");
    world_restart(&stage.world);
    run_turns(&stage, 1);
    assert_asked(
        &stage.script, 3, "GET /devices?srn=CN-MF-3\nGET /devices?srn=CN-MF-3\nGET /devices?srn=CN-MF-4");
    assert_sql(&stage.world, "SELECT count(*), max(pages) FROM poll", "1|4");
    assert_sql(&stage.world, "SELECT each_after FROM feed_state", "CN-MF-4");
    close_stage(&stage);
}

static void a_value_that_can_never_be_had_does_not_end_the_list(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    stage.devices.broken = "CN-MF-3";
    world_start(&stage.world);
    run_turns(&stage, LIMIT_VALUE_ATTEMPTS - 1);
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "chain-broken");
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome, each_after = '' FROM feed_state", "applied|1");
    assert_sql(&stage.world, "SELECT count(*), max(pages), max(values_done) FROM poll", "1|4|5");
    assert_int_equal(stage.script.count, 2 + LIMIT_VALUE_ATTEMPTS + 2);
    close_stage(&stage);
}

static void a_value_that_is_refused_does_not_undo_those_before(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    stage.devices.broken = "CN-MF-4";
    stage.devices.status = 403;
    world_start(&stage.world);
    run_turns(&stage, LIMIT_VALUE_ATTEMPTS);
    assert_int_equal(stage.script.count, 3 + LIMIT_VALUE_ATTEMPTS + 1);
    assert_sql(&stage.world, "SELECT count(*), max(pages), max(values_done) FROM poll", "1|4|5");
    close_stage(&stage);
}

static void a_host_that_is_down_costs_a_turn_one_value_at_most(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    stage.devices.broken = "all";
    world_start(&stage.world);
    run_turns(&stage, LIMIT_VALUE_ATTEMPTS + 1);
    assert_asked(&stage.script, LIMIT_VALUE_ATTEMPTS,
        "GET /devices?srn=CN-MF-1\nGET /devices?srn=CN-MF-2\nGET /devices?srn=CN-MF-2\nGET "
        "/devices?srn=CN-MF-3");
    stage.devices.broken = NULL;
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome, each_after = '' FROM feed_state", "applied|1");
    close_stage(&stage);
}

static void what_could_not_be_read_is_asked_for_again(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.world.verdict = FEED_MALFORMED;
    world_start(&stage.world);
    run_turns(&stage, 1);
    stage.world.verdict = FEED_APPLIED;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 3, "GET /devices?srn=CN-MF-1\nGET /devices?srn=CN-MF-2");
    close_stage(&stage);
}

static void each_value_may_have_pages(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed = script_feed(&stage.world, "/devices", "srn={each}&page={page}", NULL);
    stage.feed->paging = PAGING_NUMBERED;
    stage.feed->each.a_turn = 3;
    stage.devices.large = "CN-MF-2";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1,
        "GET /devices?srn=CN-MF-1&page=0\nGET /devices?srn=CN-MF-2&page=0\nGET /devices?srn=CN-MF-2&page=1\n"
        "GET /devices?srn=CN-MF-3&page=0");
    close_stage(&stage);
}

static void two_values_with_the_same_answer_are_no_circle(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->paging = PAGING_NUMBERED;
    stage.devices.same = "all";
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT feed_state.outcome, pages FROM feed_state, poll", "applied|2");
    close_stage(&stage);
}

static void a_value_is_encoded_where_it_stands(void **state)
{
    (void)state;
    static const char *const odd[] = {"a/b &\"c", NULL};
    struct stage stage;
    open_stage(&stage);
    stage.world.values = odd;
    script_feed(&stage.world, "/of/{each}", "srn={each}", "{\"srn\":\"{each}\"}");
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "POST /of/a%2Fb%20%26%22c?srn=a%2Fb%20%26%22c {\"srn\":\"a/b &\\\"c\"}");
    close_stage(&stage);
}

static void the_same_answers_as_in_the_last_round_are_unchanged(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->each.a_turn = 5;
    world_start(&stage.world);
    run_turns(&stage, 2);
    assert_int_equal(stage.world.fetched, 1);
    assert_sql(&stage.world, "SELECT outcome, each_after FROM feed_state", "unchanged|");
    stage.devices.large = "CN-MF-4";
    run_turns(&stage, 1);
    assert_int_equal(stage.world.fetched, 2);
    stage.devices.large = NULL; /* as it was two rounds ago is news again */
    run_turns(&stage, 1);
    assert_int_equal(stage.world.fetched, 3);
    close_stage(&stage);
}

int main(void)
{
    world_begin_time("2026-11-22T00:00:00Z");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_order_and_some_a_turn),
        cmocka_unit_test(only_the_end_of_the_list_makes_it_a_full_poll),
        cmocka_unit_test(a_turn_that_ends_on_the_last_value_ends_the_list),
        cmocka_unit_test(without_values_nothing_is_asked),
        cmocka_unit_test(values_that_vanish_behind_the_last_begin_the_list_anew),
        cmocka_unit_test(a_value_without_rows_does_not_keep_the_others),
        cmocka_unit_test(no_value_with_rows_is_news_of_nothing),
        cmocka_unit_test(a_wrong_address_is_no_list_of_unknown_values),
        cmocka_unit_test(a_fault_keeps_the_place_in_the_list),
        cmocka_unit_test(a_value_that_can_never_be_had_does_not_end_the_list),
        cmocka_unit_test(a_value_that_is_refused_does_not_undo_those_before),
        cmocka_unit_test(a_host_that_is_down_costs_a_turn_one_value_at_most),
        cmocka_unit_test(what_could_not_be_read_is_asked_for_again),
        cmocka_unit_test(each_value_may_have_pages),
        cmocka_unit_test(two_values_with_the_same_answer_are_no_circle),
        cmocka_unit_test(a_value_is_encoded_where_it_stands),
        cmocka_unit_test(the_same_answers_as_in_the_last_round_are_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
