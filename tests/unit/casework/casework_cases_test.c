/* Cases: opened, changed, left alone, handed from firm to firm; on a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/parameters.h"

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct told *last_told(void)
{
    assert_true(world.told_count > 0);
    return &world.told[world.told_count - 1];
}

/* --- opening -------------------------------------------------------------------------------------------- */

static void an_approval_of_a_firm_opens_a_case(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_string_equal(
        value_of(&world, "SELECT case_id || ' ' || policy || ' ' || authority || ' ' || item || ' ' || "
                         "stage FROM case_file"),
        "M13-2026-00001 M13 FDA 1 lead");
    assert_string_equal(
        value_of(&world, "SELECT uscc || ' ' || product_id || ' ' || amount_state || ' ' || award || "
                         "' ' || missing || ' ' || next_action FROM case_version"),
        FIRM_A " P1 none 0 [] invite");
    assert_string_equal(
        value_of(&world, "SELECT kind || ' ' || cause || ' ' || old || ' ' || new || ' ' || actor FROM "
                         "case_event"),
        "opened approval  eligible m13d");
    assert_int_equal(world.told_count, 1);
    assert_string_equal(last_told()->kind, "opened");
    assert_string_equal(last_told()->old_verdict, "");
    assert_string_equal(last_told()->case_id, "M13-2026-00001");
    assert_false(last_told()->first_load);
}

static void the_journal_holds_each_version(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    char expected[512];
    char *facts_hash = strdup(value_of(&world, "SELECT facts_hash FROM case_version"));
    snprintf(expected, sizeof expected,
        "{\"case_id\":\"M13-2026-00001\",\"old\":\"\",\"new\":\"eligible\",\"facts_hash\":\"%s\","
        "\"parameters_hash\":"
        "\"%s\"}",
        facts_hash, world.config.parameters->hash);
    free(facts_hash);
    assert_string_equal(value_of(&world, "SELECT body FROM journal WHERE kind = 'case'"), expected);
    assert_int_equal(count_of(&world, "SELECT seq FROM journal WHERE kind = 'case'"),
        count_of(&world, "SELECT seq_from FROM case_version"));
    assert_int_equal(count_of(&world, "SELECT opened_seq FROM case_file"), last_told()->seq);
    assert_int_equal(count_of(&world, "SELECT seq FROM case_event"), last_told()->seq);
    store_commit(world.store);
    struct failure failure = {0};
    assert_int_equal(journal_verify(world.store, &failure), 0);
}

static void what_came_with_the_first_load_is_flagged_as_no_news(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(
        &world, (struct approval_row){
                    .number = "K050001", .decided = "2005-03-10", .maker = maker, .first_load = true});
    world_decide(&world, FIRM_A);
    assert_int_equal(world.told_count, 2);
    assert_true(world.told[0].first_load); /* K050001: in order of number */
    assert_false(world.told[1].first_load);
    assert_string_equal(verdict_of(&world, "K050001"), "out_of_window");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event WHERE cause = 'first-load'"), 1);
}

static void numbers_of_cases_have_no_gaps_and_start_anew_each_beijing_year(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world), new_year;
    world_decide(&world, FIRM_A);
    world_approve(
        &world, (struct approval_row){.number = "K260002", .decided = "2026-04-10", .maker = maker});
    world_approve(
        &world, (struct approval_row){.number = "K260003", .decided = "2026-04-11", .maker = maker});
    world_decide(&world, FIRM_A);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(case_id) FROM (SELECT case_id FROM case_file ORDER BY id)"),
        "M13-2026-00001,M13-2026-00002,M13-2026-00003");
    assert_int_equal(clock_parse("2026-12-31T16:00:00Z", &new_year), 0); /* 1 January in Beijing */
    clock_jump_to(new_year);
    world_approve(
        &world, (struct approval_row){.number = "K260004", .decided = "2026-04-12", .maker = maker});
    world_decide(&world, FIRM_A);
    assert_string_equal(value_of(&world, "SELECT max(case_id) FROM case_file"), "M13-2027-00001");
}

static void a_turn_that_was_not_committed_leaves_nothing(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    store_commit(world.store);
    int64_t entries = journal_head(world.store);
    world_decide(&world, FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);

    world_reopen(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), 0);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event"), 0);
    assert_int_equal(journal_head(world.store), entries);

    world_approve(
        &world, (struct approval_row){.number = "K260000", .decided = "2026-01-10", .maker = maker});
    world_decide(&world, FIRM_A); /* the number was not used up */
    store_commit(world.store);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file WHERE case_id LIKE '%-00001'"), 1);
}

/* --- no change, and change ------------------------------------------------------------------------------ */

static void deciding_again_writes_nothing(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    store_commit(world.store);
    int64_t entries = journal_head(world.store);
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_A);
    assert_int_equal(journal_head(world.store), entries);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), 1);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event"), 1);
    assert_int_equal(world.told_count, 1);
}

static void facts_that_come_in_change_the_verdict_step_by_step(void **state)
{
    (void)state;
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    int64_t maker = world_maker(&world, "Beijing Anzhen Medical Co., Ltd.");
    world_match(&world, maker, "auto", FIRM_A, "A1");
    world_approve(
        &world, (struct approval_row){.number = "K260001", .decided = "2026-03-10", .maker = maker});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "pending");
    assert_string_equal(
        value_of(&world, "SELECT missing || next_action FROM case_version WHERE seq_to IS NULL"),
        "[\"product-link\",\"declaration\"]link-product");

    world_product(&world, "P1", FIRM_A);
    world_scope(&world, "K260001", "P1");
    world_decide(&world, FIRM_A);
    assert_string_equal(last_told()->kind, "product");
    assert_string_equal(
        value_of(&world, "SELECT missing || next_action FROM case_version WHERE seq_to IS NULL"),
        "[\"declaration\",\"sale\"]ask-firm");

    world_declare(&world, FIRM_A, "P1");
    world_decide(&world, FIRM_A);
    assert_string_equal(last_told()->kind, "facts");
    assert_string_equal(value_of(&world, "SELECT cause FROM case_event ORDER BY id DESC"), "declaration");

    world_sell(&world, "S1", FIRM_A, "P1", "US", "2026-05-04", "1");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_string_equal(last_told()->kind, "verdict");
    assert_string_equal(last_told()->old_verdict, "pending");
    assert_string_equal(
        value_of(&world, "SELECT kind || cause || old || new FROM case_event ORDER BY id DESC LIMIT 1"),
        "verdictsalespendingeligible");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version WHERE seq_to IS NULL"), 1);
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM case_version a JOIN case_version b ON b.version = "
                         "a.version + 1 AND a.seq_to = b.seq_from"),
        3);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
}

static void a_withdrawn_approval_closes_the_claim(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = "withdrawn"});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "excluded");
    assert_string_equal(
        value_of(&world, "SELECT cause FROM case_event ORDER BY id DESC LIMIT 1"), "approval");
    assert_string_equal(
        value_of(&world, "SELECT missing || next_action FROM case_version WHERE seq_to IS NULL"), "[]none");
}

static void nothing_is_asked_for_an_excluded_case(void **state)
{
    (void)state;
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    int64_t maker = world_maker(&world, "Beijing Anzhen Medical Co., Ltd.");
    world_match(&world, maker, "auto", FIRM_A, "A1");
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = "cancelled"});
    world_decide(&world, FIRM_A); /* neither product nor declaration nor sale */
    assert_string_equal(
        value_of(&world, "SELECT verdict || missing || next_action FROM case_version"), "excluded[]none");
}

static void an_approval_that_is_no_longer_listed_is_for_the_desk(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_vanish(&world, "K260001");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "review/identity");
    assert_string_equal(
        value_of(&world, "SELECT next_action FROM case_version WHERE seq_to IS NULL"), "clear-identity");
}

static void an_assessment_that_becomes_a_matter_of_identity_is_told(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(
        &world, (struct approval_row){
                    .number = "K260001", .decided = "2026-03-10", .maker = maker, .route = "510k-special"});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "review/assessment");
    world_match(&world, maker, "review", FIRM_A, "R1");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "review/identity");
    assert_string_equal(
        value_of(&world, "SELECT kind || ' ' || old || ' ' || new FROM case_event ORDER BY id DESC"),
        "verdict assessment identity");
}

/* --- whose it is ---------------------------------------------------------------------------------------- */

static void a_maker_in_doubt_is_one_case_of_one_firm(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    world_match(&world, maker, "review", FIRM_A, "R2");
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_B);
    assert_string_equal(verdict_of(&world, "K260001"), "review/identity");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
    assert_string_equal(value_of(&world, "SELECT uscc FROM case_version"), FIRM_A);
}

static void a_case_moves_to_the_other_firm(const char *first, const char *second)
{
    int64_t maker = world_eligible(&world);
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    world_decide(&world, FIRM_A);
    world_match(&world, maker, "auto", FIRM_B, "A0");
    world_product(&world, "P1", FIRM_B); /* and the product with it */
    world_decide(&world, first);
    world_decide(&world, second);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), 2);
    assert_string_equal(value_of(&world, "SELECT uscc FROM case_version WHERE seq_to IS NULL"), FIRM_B);
    assert_string_equal(
        value_of(&world, "SELECT old || ' ' || new FROM case_event WHERE kind = 'firm'"), FIRM_A " " FIRM_B);
    for (size_t i = 0; i < world.told_count; i++)
        assert_string_not_equal(world.told[i].verdict, "excluded"); /* nobody is refused on the way */
}

static void a_case_moves_whichever_firm_is_decided_first(void **state)
{
    (void)state;
    a_case_moves_to_the_other_firm(FIRM_A, FIRM_B);
}

static void a_case_moves_also_when_the_new_firm_is_decided_first(void **state)
{
    (void)state;
    a_case_moves_to_the_other_firm(FIRM_B, FIRM_A);
}

static void a_maker_that_is_nobodys_any_more_ends_the_firms_claim(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_match(&world, maker, "none", "", "");
    world_decide(&world, FIRM_A);
    assert_string_equal(
        verdict_of(&world, "K260001"), "review/identity"); /* a list of products still claims it */
    world_drop_scope(&world, "K260001", "P1");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "excluded");
    world_scope(&world, "K260001", "P1");
    world_match(&world, maker, "auto", FIRM_A, "A3");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
}

static void a_firm_withdrawn_from_the_registry_is_an_open_identity(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_local(
        &world, (struct local_row){
                    .kind = "firms", .key = FIRM_A, .uscc = FIRM_A, .fields = "{}", .withdrawn = true});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "review/identity");
}

/* --- parameters ----------------------------------------------------------------------------------------- */

static void a_change_of_parameters_decides_all_and_writes_what_it_touches(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_approve(
        &world, (struct approval_row){
                    .number = "K260009", .decided = "2026-03-10", .maker = maker, .product_code = "DQK"});
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    int64_t other = world_maker(&world, "Anzhen Devices");
    world_match(&world, other, "auto", FIRM_B, "A1");
    world_approve(
        &world, (struct approval_row){.number = "K260100", .decided = "2026-06-10", .maker = other});
    world_decide(&world, FIRM_A);
    world_decide(&world, FIRM_B);
    assert_string_equal(verdict_of(&world, "K260100"), "pending");
    int64_t versions = count_of(&world, "SELECT count(*) FROM case_version");

    struct policy_parameters *parameters = world.config.parameters;
    casework_reload(world.casework, &world.config); /* the same ones */
    assert_int_equal(work_left(world.store), 0);

    parameters->newly_mode = NEWLY_INTERVAL;
    parameters->newly_first = day_from_civil(2026, 1, 1);
    parameters->newly_last = day_from_civil(2026, 5, 31);
    parameters->watch_first = parameters->watch_last = DAY_NONE;
    parameters_seal(parameters);
    casework_reload(world.casework, &world.config);
    assert_int_equal(work_left(world.store), 1);
    world_work(&world);
    assert_string_equal(verdict_of(&world, "K260100"), "out_of_window");
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_event WHERE cause = 'parameters'"),
        count_of(&world, "SELECT count(*) FROM case_file")); /* the window stands in every trace */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"),
        versions + count_of(&world, "SELECT count(*) FROM case_file"));
}

static void a_parameter_that_touches_no_trace_writes_nothing(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    int64_t versions = count_of(&world, "SELECT count(*) FROM case_version");
    struct policy_parameters *parameters = world.config.parameters;
    for (size_t i = 0; i < parameters->route_count; i++)
        if (strcmp(parameters->routes[i].code, "pma-panel-track") == 0)
            parameters->routes[i].answer = ROUTE_YES;
    parameters_seal(parameters);
    casework_reload(world.casework, &world.config);
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_version"), versions);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM journal WHERE kind = 'parameters'"), 2);
}

static void parameters_changed_between_two_runs_are_noticed_at_the_start(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    store_commit(world.store);
    world_reopen(&world);
    assert_int_equal(work_left(world.store), 0);
    world.config.parameters->newly_first = day_from_civil(2026, 6, 1);
    parameters_seal(world.config.parameters);
    world_reopen(&world);
    assert_int_equal(work_left(world.store), 1);
    world_work(&world);
    assert_string_equal(verdict_of(&world, "K260001"), "out_of_window");
}

static void where_the_calendar_decides_a_new_day_decides_again(void **state)
{
    (void)state;
    struct policy_parameters *parameters = world.config.parameters;
    parameters->newly_mode = NEWLY_ROLLING_MONTHS;
    parameters->newly_months = 8;
    parameters->watch_first = parameters->watch_last = DAY_NONE;
    parameters_seal(parameters);
    world_approve(&world,
        (struct approval_row){.number = "K260002", .decided = "2026-03-22", .maker = world_eligible(&world)});
    casework_reload(world.casework, &world.config);
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260002"), "review/assessment"); /* a candidate predecessor */
    casework_reload(world.casework, &world.config);
    assert_int_equal(work_left(world.store), 0); /* the same day */
    clock_jump_to(clock_wall() + 8 * CLOCK_HOUR);
    casework_reload(world.casework, &world.config);
    world_work(&world);
    assert_string_equal(verdict_of(&world, "K260002"), "out_of_window");
    assert_string_equal(value_of(&world, "SELECT cause FROM case_event ORDER BY id DESC LIMIT 1"), "day");
}

/* --- verify --------------------------------------------------------------------------------------------- */

static char difference[256];

static void keep_difference(const char *case_id, const char *what, void *context)
{
    (void)context;
    snprintf(difference, sizeof difference, "%s: %s", case_id, what);
}

static int64_t differences(void)
{
    difference[0] = '\0';
    return casework_verify(world.store, &world.config, keep_difference, NULL);
}

static void every_stored_case_follows_from_its_facts(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    for (int i = 2; i < 9; i++) {
        char number[32];
        snprintf(number, sizeof number, "K26000%d", i);
        world_approve(
            &world, (struct approval_row){.number = number, .decided = "2026-05-10", .maker = maker});
    }
    world_decide(&world, FIRM_A);
    assert_int_equal(differences(), 0);
}

static void a_verdict_that_was_tampered_with_is_found(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    query_run(query(world.store, "UPDATE case_version SET verdict = 'pending'"));
    assert_int_equal(differences(), 1);
    assert_non_null(strstr(difference, "M13-2026-00001: the stored verdict"));
    query_run(query(
        world.store, "UPDATE case_version SET verdict = 'eligible', trace = replace(trace, 'pass', 'PASS')"));
    assert_int_equal(differences(), 1);
    assert_non_null(strstr(difference, "trace"));
    query_run(query(world.store, "UPDATE case_version SET trace = replace(trace, 'PASS', 'pass')"));
    assert_int_equal(differences(), 0);
    query_run(query(world.store, "UPDATE case_version SET facts = replace(facts, 'US', 'UX')"));
    assert_int_equal(differences(), 1);
    assert_non_null(strstr(difference, "hash"));
}

static void facts_that_no_decision_has_seen_are_found(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_sell(&world, "S2", FIRM_A, "P1", "US", "2026-06-04", "5");
    assert_int_equal(differences(), 1);
    assert_non_null(strstr(difference, "facts have changed"));
    world_decide(&world, FIRM_A);
    assert_int_equal(differences(), 0);
    world_match(&world, maker, "auto", FIRM_B, "A0");
    world_product(&world, "P1", FIRM_B);
    assert_int_equal(differences(), 1);
    assert_non_null(strstr(difference, "no longer among"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(an_approval_of_a_firm_opens_a_case),
        CLAIM(the_journal_holds_each_version),
        CLAIM(what_came_with_the_first_load_is_flagged_as_no_news),
        CLAIM(a_turn_that_was_not_committed_leaves_nothing),
        CLAIM(deciding_again_writes_nothing),
        CLAIM(facts_that_come_in_change_the_verdict_step_by_step),
        CLAIM(a_withdrawn_approval_closes_the_claim),
        CLAIM(nothing_is_asked_for_an_excluded_case),
        CLAIM(an_approval_that_is_no_longer_listed_is_for_the_desk),
        CLAIM(an_assessment_that_becomes_a_matter_of_identity_is_told),
        CLAIM(a_maker_in_doubt_is_one_case_of_one_firm),
        CLAIM(a_case_moves_whichever_firm_is_decided_first),
        CLAIM(a_case_moves_also_when_the_new_firm_is_decided_first),
        CLAIM(a_maker_that_is_nobodys_any_more_ends_the_firms_claim),
        CLAIM(a_firm_withdrawn_from_the_registry_is_an_open_identity),
        CLAIM(a_change_of_parameters_decides_all_and_writes_what_it_touches),
        CLAIM(a_parameter_that_touches_no_trace_writes_nothing),
        CLAIM(parameters_changed_between_two_runs_are_noticed_at_the_start),
        CLAIM(every_stored_case_follows_from_its_facts),
        CLAIM(a_verdict_that_was_tampered_with_is_found),
        CLAIM(facts_that_no_decision_has_seen_are_found),
        /* last, for they move the clock */
        CLAIM(where_the_calendar_decides_a_new_day_decides_again),
        CLAIM(numbers_of_cases_have_no_gaps_and_start_anew_each_beijing_year),
    };
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
