/* Approvals on paper: cases like those of a register, under the same number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define NAME "Beijing Anzhen Medical Co., Ltd."

static void have_firm(void)
{
    world_firm(&world, FIRM_A, NAME); /* under this very name */
    world_product(&world, "P1", FIRM_A);
    world_scope(&world, "K260001", "P1");
    world_declare(&world, FIRM_A, "P1");
    world_sell(&world, "S1", FIRM_A, "P1", "US", "2026-05-04", "12000.00");
}

static void register_shows(const char *decided, const char *status)
{
    int64_t maker = world_maker(&world, NAME);
    world_match(&world, maker, "auto", FIRM_A, "A1");
    world_approve(&world,
        (struct approval_row){.number = "K260001", .decided = decided, .maker = maker, .status = status});
    world_decide(&world, FIRM_A);
}

/* Of the only case: "M13-2026-00001 eligible/". */
static const char *outcome(void)
{
    return value_of(&world,
        "SELECT f.case_id || ' ' || c.verdict || '/' || c.review_kind FROM case_version c "
        "JOIN case_file f ON f.id = c.case_file WHERE c.seq_to IS NULL");
}

static const char *fact(const char *path)
{
    static char said[256];
    struct query *q =
        query_bind(query(world.store, "SELECT json_extract(facts, ?) FROM case_version WHERE seq_to IS NULL"),
            "t", path);
    snprintf(said, sizeof said, "%s", query_next(q) ? query_text(q, 0) : "(no case)");
    query_end(q);
    return said;
}

static void a_certificate_on_file_in_the_firm_s_name_is_a_case(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    assert_string_equal(outcome(), "M13-2026-00001 eligible/");
    assert_string_equal(fact("$.approval.source.table"), "local_record:approvals");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void what_the_firm_only_claims_waits_for_the_certificate(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "claimed", false);
    assert_string_equal(outcome(), "M13-2026-00001 pending/");
    assert_string_equal(
        value_of(&world, "SELECT missing FROM case_version WHERE seq_to IS NULL"), "[\"approval-document\"]");
}

static void a_certificate_in_another_s_name_is_for_a_person(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", "Somebody Inc.", "documented", false);
    assert_string_equal(outcome(), "M13-2026-00001 review/identity");
}

static void a_later_row_of_the_register_is_the_same_case_and_wins_on_facts(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    register_shows("2026-02-27", "active");
    assert_string_equal(outcome(), "M13-2026-00001 eligible/");
    assert_string_equal(fact("$.approval.decision"), "2026-02-27");
    assert_string_equal(fact("$.approval.source.table"), "approval_version");
    assert_string_equal(fact("$.paper.decision"), "2026-03-10"); /* it stays as a claim */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 1);
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void both_orders_of_arrival_give_the_same_case(void **state)
{
    char first[512], other[512];
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    register_shows("2026-02-27", "active");
    snprintf(first, sizeof first, "%s %s", outcome(), fact("$.approval.decision"));
    world_close(&world);
    world_open(&world);
    have_firm();
    register_shows("2026-02-27", "active");
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    snprintf(other, sizeof other, "%s %s", outcome(), fact("$.approval.decision"));
    assert_string_equal(first, "M13-2026-00001 eligible/ 2026-02-27");
    assert_string_equal(first, other);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
}

static void a_paper_s_day_counts_inside_the_register_s_year(void **state)
{
    (void)state;
    have_firm();
    register_shows("2026", "active");
    assert_string_equal(fact("$.approval.decision"), "2026");
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    assert_string_equal(fact("$.approval.decision"), "2026-03-10");
    assert_string_equal(outcome(), "M13-2026-00001 eligible/");
    world_paper(&world, "K260001", FIRM_A, "2025-12-30", NAME, "documented", false); /* not inside it */
    assert_string_equal(fact("$.approval.decision"), "2026");
}

static void a_mere_claim_of_a_day_does_not_count(void **state)
{
    (void)state;
    have_firm();
    register_shows("2026", "active");
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "claimed", false);
    assert_string_equal(fact("$.approval.decision"), "2026");
}

static void the_register_s_withdrawal_ends_what_paper_says(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    register_shows("2026-03-10", "withdrawn");
    assert_string_equal(outcome(), "M13-2026-00001 excluded/");
}

static void a_paper_of_another_firm_contests_what_the_register_shows(void **state)
{
    (void)state;
    have_firm();
    world_firm(&world, FIRM_B, "北京另一家医疗科技有限公司");
    register_shows("2026-03-10", "active");
    world_paper(&world, "K260001", FIRM_B, "2026-03-10", NAME, "documented", false);
    assert_string_equal(outcome(), "M13-2026-00001 review/identity");
    assert_string_equal(value_of(&world, "SELECT uscc FROM case_version WHERE seq_to IS NULL"), FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_file"), 1);
}

static void a_paper_that_is_withdrawn_leaves_a_case_that_nothing_shows(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", false);
    world_drop_scope(&world, "K260001", "P1");
    world_paper(&world, "K260001", FIRM_A, "2026-03-10", NAME, "documented", true);
    assert_string_equal(outcome(), "M13-2026-00001 excluded/");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_paper_that_names_no_firm_is_matched_by_its_maker(void **state)
{
    (void)state;
    have_firm();
    world_paper(&world, "K260001", "", "2026-03-10", NAME, "documented", false);
    int64_t maker = count_of(&world, "SELECT id FROM maker WHERE name = '" NAME "'");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'match'"), 1);
    world_match(&world, maker, "auto", FIRM_A, "A1");
    world_decide(&world, FIRM_A);
    assert_string_equal(outcome(), "M13-2026-00001 eligible/");
}

static void an_earlier_paper_is_a_predecessor(void **state)
{
    (void)state;
    have_firm();
    world_scope(&world, "K190001", "P1");
    world_paper(&world, "K190001", FIRM_A, "2019-02-01", NAME, "documented", false);
    register_shows("2026-03-10", "active");
    assert_string_equal(verdict_of(&world, "K260001"), "review/assessment");
}

#define CLAIM(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_certificate_on_file_in_the_firm_s_name_is_a_case),
        CLAIM(what_the_firm_only_claims_waits_for_the_certificate),
        CLAIM(a_certificate_in_another_s_name_is_for_a_person),
        CLAIM(a_later_row_of_the_register_is_the_same_case_and_wins_on_facts),
        CLAIM(both_orders_of_arrival_give_the_same_case),
        CLAIM(a_paper_s_day_counts_inside_the_register_s_year),
        CLAIM(a_mere_claim_of_a_day_does_not_count),
        CLAIM(the_register_s_withdrawal_ends_what_paper_says),
        CLAIM(a_paper_of_another_firm_contests_what_the_register_shows),
        CLAIM(a_paper_that_is_withdrawn_leaves_a_case_that_nothing_shows),
        CLAIM(a_paper_that_names_no_firm_is_matched_by_its_maker),
        CLAIM(an_earlier_paper_is_a_predecessor),
    };
    world_clock();
    return cmocka_run_group_tests_name("approvals on paper", tests, NULL, NULL);
}
