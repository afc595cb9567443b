/* Parameters that have one value until a day and another one afterwards: the day of the application or of the
 * batch chooses, and the calendar where there is none yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/clock.h"
#include "m13/date.h"

#include <cmocka.h>

#include <string.h>

#define CASE "M13-2026-00001"

static struct failure failure;

/* The share of costs is 50 % before that day and 30 % from it. */
static void lower_the_ratio(enum applies_by by, int32_t from)
{
    struct policy_parameters *parameters = world.config.parameters;
    for (size_t i = 0; i < parameters_source_count(); i++) {
        if (strcmp(parameters_source(parameters, i)->name, "ratio") != 0)
            continue;
        struct policy_parameters *later = parameters_add_dated(parameters, i);
        parameters->ratio = 50;
        later->ratio = 30;
        parameters->ratio_source.applies_by = later->ratio_source.applies_by = by;
        parameters->ratio_source.to = from - 1;
        later->ratio_source.from = from;
    }
    assert_int_equal(parameters->dated_count, 1);
    parameters_seal(parameters);
    casework_reload(world.casework, &world.config);
}

/* It asks for its share of CNY 100,000. */
static void with_a_case_of_costs(void)
{
    world_eligible(&world);
    world_local(&world,
        (struct local_row){.kind = "costs",
            .key = "C1",
            .uscc = FIRM_A,
            .fields = "{\"cost_id\":\"C1\",\"payer\":\"北京安诊医疗科技有限公司\",\"authority\":\"FDA\","
                      "\"number\":\"K260001\",\"shares\":\"P1@100\",\"category\":\"official-fee\","
                      "\"paid_date\":\"2026-02-20\",\"amount\":\"100000.00\",\"currency\":\"CNY\","
                      "\"payee\":\"X\"}"});
    world_decide(&world, FIRM_A);
}

static int64_t award(void)
{
    return count_of(&world, "SELECT award FROM case_version WHERE seq_to IS NULL");
}

static void move(const char *stage, const char *actor)
{
    struct case_moved moved;
    struct case_order order = {.case_id = CASE, .stage = stage, .note = "why", .actor = actor};
    assert_int_equal(case_move(world.store, &order, &moved, &failure), 0);
    world_work(&world);
}

static void to_the_next_day(void)
{
    clock_jump_to(clock_wall() + CLOCK_DAY);
}

static void midnight(void)
{
    casework_reload(world.casework, &world.config); /* what m13d does at midnight in Beijing */
    world_work(&world);
}

static void a_value_of_tomorrow_holds_from_midnight(void **state)
{
    (void)state;
    lower_the_ratio(APPLIES_BY_BATCH, day_in_beijing(clock_wall()) + 1);
    with_a_case_of_costs();
    assert_int_equal(award(), 5000000);
    midnight();
    assert_int_equal(award(), 5000000); /* the day is the same */
    to_the_next_day();
    midnight();
    assert_int_equal(award(), 3000000);
    assert_string_equal(value_of(&world, "SELECT cause FROM case_event ORDER BY id DESC LIMIT 1"), "day");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
    to_the_next_day();
    casework_reload(world.casework, &world.config);
    assert_int_equal(work_left(world.store), 0); /* no edge of values lies between */
}

static void a_day_that_began_while_nothing_ran_is_noticed_at_the_start(void **state)
{
    (void)state;
    lower_the_ratio(APPLIES_BY_BATCH, day_in_beijing(clock_wall()) + 1);
    with_a_case_of_costs();
    world_work(&world);
    store_commit(world.store);
    world_reopen(&world);
    assert_int_equal(work_left(world.store), 0);
    to_the_next_day();
    world_reopen(&world);
    world_work(&world);
    assert_int_equal(award(), 3000000);
}

static void who_applied_before_keeps_the_value_of_that_day(void **state)
{
    (void)state;
    lower_the_ratio(APPLIES_BY_APPLICATION, day_in_beijing(clock_wall()) + 1);
    with_a_case_of_costs();
    move("notified", "li");
    move("applied", "li");
    assert_int_equal(facts_of(FIRM_A)->items[0].applied_on, day_in_beijing(clock_wall()));
    to_the_next_day();
    midnight();
    assert_int_equal(award(), 5000000);
    move("returned", "li"); /* and completes it later */
    move("applied", "li");
    assert_int_equal(award(), 5000000);
}

static void an_application_shortly_after_midnight_in_beijing_is_of_the_new_day(void **state)
{
    (void)state;
    int32_t today = day_in_beijing(clock_wall());
    lower_the_ratio(APPLIES_BY_APPLICATION, today + 1);
    with_a_case_of_costs();
    move("notified", "li");
    clock_jump_to((int64_t)(today + 1) * CLOCK_DAY - 8 * CLOCK_HOUR); /* still yesterday in UTC */
    move("applied", "li");
    assert_int_equal(facts_of(FIRM_A)->items[0].applied_on, today + 1);
    assert_int_equal(award(), 3000000);
}

static void a_frozen_case_is_of_its_batch_s_cut_off(void **state)
{
    (void)state;
    int32_t cutoff = day_in_beijing(clock_wall()) + 10;
    char day[DAY_STRING_BYTES];
    day_format(cutoff, day);
    lower_the_ratio(APPLIES_BY_BATCH, cutoff + 1);
    with_a_case_of_costs();
    static const char *const way[][2] = {
        {"notified", "li"}, {"applied", "li"}, {"reviewed", "li"}, {"reviewed", "wang"}};
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        move(way[i][0], way[i][1]);
    static const char *const signers[] = {"li", "li", "wang"};
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
        struct batch_done done;
        struct batch_order order = {.step = i == 0 ? BATCH_OPEN : BATCH_FREEZE,
            .name = "2026-1",
            .cutoff = i == 0 ? day : NULL,
            .actor = signers[i]};
        assert_int_equal(batch_do(world.store, world.config.parameters, &order, &done, &failure), 0);
        world_work(&world);
    }
    assert_string_equal(value_of(&world, "SELECT state FROM batch"), "frozen");
    assert_int_equal(facts_of(FIRM_A)->items[0].batched_on, cutoff);
    clock_jump_to(clock_wall() + 20 * CLOCK_DAY);
    midnight();
    assert_int_equal(award(), 5000000);
    /* Nor would it get another one now, though the batch is a new fact. */
    assert_int_equal(count_of(&world, "SELECT award FROM case_difference"), 5000000);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event WHERE kind = 'difference'"), 0);
}

/* --- near misses -----------------------------------------------------------------------------------------
 */

static void what_came_too_early_misses_a_date_in_the_window(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(
        &world, (struct approval_row){.number = "K240001", .decided = "2024-05-10", .maker = maker});
    world_scope(&world, "K240001", "P1");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K240001"), "out_of_window");
    assert_non_null(strstr(value_of(&world, "SELECT c.missing FROM case_version c JOIN case_file f "
                                            "ON f.id = c.case_file WHERE f.number = 'K240001' "
                                            "AND c.seq_to IS NULL"),
        "\"date-in-window\""));
    assert_string_equal(value_of(&world, "SELECT c.missing FROM case_version c JOIN case_file f "
                                         "ON f.id = c.case_file WHERE f.number = 'K260001' "
                                         "AND c.seq_to IS NULL"),
        "[]");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(a_value_of_tomorrow_holds_from_midnight),
        CLAIM(a_day_that_began_while_nothing_ran_is_noticed_at_the_start),
        CLAIM(who_applied_before_keeps_the_value_of_that_day),
        CLAIM(an_application_shortly_after_midnight_in_beijing_is_of_the_new_day),
        CLAIM(a_frozen_case_is_of_its_batch_s_cut_off),
        CLAIM(what_came_too_early_misses_a_date_in_the_window),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
