/* R01 and R02: which decision dates count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static void decided_on(const char *iso)
{
    scene.items[0].decision = iso[0] != '\0' ? day_on(iso) : DATE_NONE;
    scene.sales[0].date = day_on("2029-06-01"); /* later than all of them: R11 does not speak here */
}

/* --- R01 ------------------------------------------------------------------------------------------------ */

static void the_first_day_of_the_policy_is_in_force(void **state)
{
    (void)state;
    decided_on("2025-11-24");
    assert_outcome(&scene, "R01", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void the_last_day_of_the_policy_is_in_force(void **state)
{
    (void)state;
    decided_on("2028-12-31");
    scene.items[0].number = "K280001";
    assert_outcome(&scene, "R01", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void the_day_after_the_policy_is_out_of_window(void **state)
{
    (void)state;
    decided_on("2029-01-01");
    assert_out_of_window(&scene, "R01");
    assert_verdict(&scene, VERDICT_OUT_OF_WINDOW);
}

static void the_day_before_the_policy_is_for_the_bureau_to_judge(void **state)
{
    (void)state;
    decided_on("2025-11-23");
    assert_review(&scene, "R01", REVIEW_ASSESSMENT);
    assert_review(&scene, "R02", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
}

static void the_first_day_of_the_watch_band_is_for_the_bureau_to_judge(void **state)
{
    (void)state;
    decided_on("2025-01-01");
    assert_review(&scene, "R02", REVIEW_ASSESSMENT);
    assert_verdict(&scene, VERDICT_REVIEW);
}

static void the_day_before_the_watch_band_is_out_of_window(void **state)
{
    (void)state;
    decided_on("2024-12-31");
    assert_out_of_window(&scene, "R01");
    assert_out_of_window(&scene, "R02");
    assert_verdict(&scene, VERDICT_OUT_OF_WINDOW);
}

static void without_a_watch_band_the_day_before_the_policy_is_out_of_window(void **state)
{
    (void)state;
    scene.parameters.watch_first = scene.parameters.watch_last = DAY_NONE;
    decided_on("2025-11-23");
    assert_out_of_window(&scene, "R01");
    assert_verdict(&scene, VERDICT_OUT_OF_WINDOW);
}

static void once_the_bureau_confirms_an_earlier_start_that_day_counts(void **state)
{
    (void)state;
    scene.parameters.newly_first = day_from_civil(2025, 1, 1);
    decided_on("2025-03-03");
    assert_review(&scene, "R01", REVIEW_ASSESSMENT);
    scene.parameters.newly_source.confirmed = true;
    assert_outcome(&scene, "R01", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_year_across_the_windows_edge_asks_for_the_exact_date(void **state)
{
    (void)state;
    decided_on("2025");
    assert_missing(&scene, "R01", "exact-date");
    assert_missing(&scene, "R02", "exact-date");
    assert_verdict(&scene, VERDICT_PENDING);
    decided_on("2025-11");
    assert_missing(&scene, "R01", "exact-date");
    assert_verdict(&scene, VERDICT_PENDING);
}

static void a_year_wholly_inside_the_window_needs_no_exact_date(void **state)
{
    (void)state;
    decided_on("2026");
    assert_outcome(&scene, "R01", RULE_PASS);
    assert_outcome(&scene, "R02", RULE_PASS);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
}

static void a_year_wholly_before_the_watch_band_is_out_of_window(void **state)
{
    (void)state;
    decided_on("2024");
    assert_verdict(&scene, VERDICT_OUT_OF_WINDOW);
}

static void a_month_wholly_in_the_watch_band_is_for_the_bureau_to_judge(void **state)
{
    (void)state;
    decided_on("2025-10");
    assert_verdict(&scene, VERDICT_REVIEW);
}

static void an_interval_across_the_end_of_the_policy_asks_for_the_exact_date(void **state)
{
    (void)state;
    scene.items[0].decision = (struct date){day_from_civil(2028, 12, 31), day_from_civil(2029, 1, 1)};
    assert_missing(&scene, "R01", "exact-date");
}

static void no_decision_date_asks_for_one(void **state)
{
    (void)state;
    decided_on("");
    assert_missing(&scene, "R01", "exact-date");
    assert_missing(&scene, "R02", "exact-date");
    assert_missing(&scene, "R11", "exact-date");
    assert_missing(&scene, "R19", "exact-date");
    assert_verdict(&scene, VERDICT_PENDING);
}

static void after_the_last_filing_day_a_person_judges(void **state)
{
    (void)state;
    scene.parameters.last_filing_day = scene.today;
    assert_outcome(&scene, "R01", RULE_PASS);
    scene.parameters.last_filing_day = scene.today - 1;
    assert_review(&scene, "R01", REVIEW_ASSESSMENT);
}

/* --- R02 ------------------------------------------------------------------------------------------------ */

static void an_interval_counts_its_first_and_last_day(void **state)
{
    static const struct {
        const char *day;
        enum rule_outcome outcome;
    } days[] = {{"2025-12-31", RULE_FAIL}, {"2026-01-01", RULE_PASS}, {"2026-12-31", RULE_PASS},
        {"2027-01-01", RULE_FAIL}, {"2026", RULE_PASS}, {"2026-06", RULE_PASS}};
    (void)state;
    scene.parameters.newly_mode = NEWLY_INTERVAL;
    scene.parameters.newly_first = day_from_civil(2026, 1, 1);
    scene.parameters.newly_last = day_from_civil(2026, 12, 31);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        decided_on(days[i].day);
        assert_outcome(&scene, "R02", days[i].outcome);
    }
}

static void a_rolling_window_reaches_back_its_months_from_today(void **state)
{
    (void)state;
    scene.parameters.newly_mode = NEWLY_ROLLING_MONTHS;
    scene.parameters.newly_months = 6;
    decided_on("2026-05-22"); /* today is 2026-11-22 */
    assert_outcome(&scene, "R02", RULE_PASS);
    decided_on("2026-05-21");
    assert_out_of_window(&scene, "R02");
    decided_on("2026-05");
    assert_missing(&scene, "R02", "exact-date");
}

static void by_calendar_year_a_decision_is_filed_in_the_year_after_it(void **state)
{
    (void)state;
    scene.parameters.newly_mode = NEWLY_CALENDAR_YEAR;
    scene.parameters.watch_first = scene.parameters.watch_last = DAY_NONE;
    scene.today = day_from_civil(2027, 1, 1);
    decided_on("2026-01-01");
    assert_outcome(&scene, "R02", RULE_PASS);
    decided_on("2025-12-31");
    assert_out_of_window(&scene, "R02");
    scene.today = day_from_civil(2026, 12, 31);
    assert_outcome(&scene, "R02", RULE_PASS);
}

/* What is filed is of one round: the year before it, neither an earlier nor its own. */
static void by_calendar_year_what_is_filed_in_the_year_of_its_decision_came_too_early(void **state)
{
    (void)state;
    scene.parameters.newly_mode = NEWLY_CALENDAR_YEAR;
    scene.parameters.watch_first = scene.parameters.watch_last = DAY_NONE;
    scene.items[0].applied_on = day_from_civil(2027, 3, 1);
    decided_on("2027-02-01");
    assert_out_of_window(&scene, "R02");
    decided_on("2026-12-31");
    assert_outcome(&scene, "R02", RULE_PASS);
    decided_on("2027");
    assert_out_of_window(&scene, "R02");
    decided_on("2025-12-31");
    assert_out_of_window(&scene, "R02");
}

static void an_unconfirmed_reading_is_printed_as_an_assumption(void **state)
{
    (void)state;
    assert_non_null(strstr(line_of(decided(&scene), "R02")->zh, "暂定"));
    assert_null(strstr(line_of(decided(&scene), "R01")->zh, "暂定"));
    scene.parameters.newly_source.confirmed = true;
    assert_null(strstr(line_of(decided(&scene), "R02")->zh, "暂定"));
}

static void the_line_shows_the_date_and_the_parameter_used(void **state)
{
    (void)state;
    const struct trace_line *line = line_of(decided(&scene), "R02");
    assert_string_equal(line->fact_value, "2026-03-10");
    assert_string_equal(line->fact->id, "FDA K260001");
    assert_string_equal(line->parameter->name, "newly-approved");
    assert_string_equal(line->parameter_value, "since 2025-11-24; review 2025-01-01..2025-11-23");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(the_first_day_of_the_policy_is_in_force),
        CLAIM(the_last_day_of_the_policy_is_in_force),
        CLAIM(the_day_after_the_policy_is_out_of_window),
        CLAIM(the_day_before_the_policy_is_for_the_bureau_to_judge),
        CLAIM(the_first_day_of_the_watch_band_is_for_the_bureau_to_judge),
        CLAIM(the_day_before_the_watch_band_is_out_of_window),
        CLAIM(without_a_watch_band_the_day_before_the_policy_is_out_of_window),
        CLAIM(once_the_bureau_confirms_an_earlier_start_that_day_counts),
        CLAIM(a_year_across_the_windows_edge_asks_for_the_exact_date),
        CLAIM(a_year_wholly_inside_the_window_needs_no_exact_date),
        CLAIM(a_year_wholly_before_the_watch_band_is_out_of_window),
        CLAIM(a_month_wholly_in_the_watch_band_is_for_the_bureau_to_judge),
        CLAIM(an_interval_across_the_end_of_the_policy_asks_for_the_exact_date),
        CLAIM(no_decision_date_asks_for_one),
        CLAIM(after_the_last_filing_day_a_person_judges),
        CLAIM(an_interval_counts_its_first_and_last_day),
        CLAIM(a_rolling_window_reaches_back_its_months_from_today),
        CLAIM(by_calendar_year_a_decision_is_filed_in_the_year_after_it),
        CLAIM(by_calendar_year_what_is_filed_in_the_year_of_its_decision_came_too_early),
        CLAIM(an_unconfirmed_reading_is_printed_as_an_assumption),
        CLAIM(the_line_shows_the_date_and_the_parameter_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
