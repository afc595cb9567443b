/* What a complete poll should have shown and did not: counted, told after two, and taken back. */
#include "claim_world.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Numbers by how often they were missed, those that are gone in brackets: "K1 0, K2 1, [K3]". */
static const char *listed(void)
{
    return value_of(&world,
        "SELECT group_concat(iif(gone_at IS NULL, number || ' ' || missed, '[' || number || ']'), ', ') "
        "FROM (SELECT * FROM approval JOIN listing ON approval = id ORDER BY number)");
}

static const char *journal(void)
{
    return value_of(&world, "SELECT group_concat(kind || ' ' || (body ->> 'number'), ', ') FROM journal "
                            "WHERE kind IN ('not-listed', 'listed-again')");
}

static int64_t show_window(const char *first, const char *last, const struct row *rows, size_t count)
{
    struct date since, until;
    assert_int_equal(date_parse(first, DATE_FORM_ISO, &since), 0);
    assert_int_equal(date_parse(last, DATE_FORM_ISO, &until), 0);
    return show(&world, "window", since.first, until.last, rows, count);
}

/* --- the whole register ----------------------------------------------------------------------------------
 */

static void what_one_poll_misses_is_not_gone(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    int64_t poll = SHOW_ALL(&world, {.number = "K1"});
    assert_ended(poll, FEED_VANISHED, "1 no longer shown");
    assert_string_equal(listed(), "K1 0, K2 1");
    assert_string_equal(journal(), "(null)");
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    assert_string_equal(listed(), "K1 0, K2 0");
}

static void what_two_polls_in_a_row_miss_is_gone(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    store_write(world.store);
    query_run(query(world.store,
        "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
        "VALUES (1, 1, 1, 'auto', 'the-firm', 'A1', 900, 1, '')"));
    SHOW_ALL(&world, {.number = "K1"});
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'decide'"), 0);
    SHOW_ALL(&world, {.number = "K1"});
    assert_string_equal(listed(), "K1 0, [K2]");
    assert_string_equal(journal(), "not-listed K2");
    assert_string_equal(value_of(&world, "SELECT key FROM work WHERE kind = 'decide'"), "the-firm");
    assert_string_equal(
        value_of(&world, "SELECT subject || ' ' || (body ->> 'poll') FROM journal WHERE kind = 'not-listed'"),
        "fda-510k 3");
}

static void what_is_gone_is_told_once(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    for (int i = 0; i < 2; i++)
        SHOW_ALL(&world, {.number = "K1"});
    int64_t poll = SHOW_ALL(&world, {.number = "K1"});
    assert_ended(poll, FEED_APPLIED, "1 row");
    assert_string_equal(journal(), "not-listed K2");
}

/* The journal tells both, so that what was known at any time can be said. */
static void what_comes_back_is_there_again(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"}, {.number = "K3"});
    for (int i = 0; i < 2; i++)
        SHOW_ALL(&world, {.number = "K1"});
    store_write(world.store);
    query_run(query(world.store,
        "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
        "VALUES (1, 1, 1, 'auto', 'the-firm', 'A1', 900, 1, '')"));
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"}, {.number = "K3", .device = "Changed"});
    assert_string_equal(listed(), "K1 0, K2 0, K3 0");
    assert_string_equal(journal(), "not-listed K2, not-listed K3, listed-again K2, listed-again K3");
    assert_string_equal(value_of(&world, "SELECT key FROM work WHERE kind = 'decide'"), "the-firm");
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM approval_version"), 4); /* only K3 has a new one */
}

static void a_history_is_as_complete_as_a_full_poll(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"}, {.number = "K2"});
    const struct row rows[] = {{.number = "K1"}};
    show(&world, "history", DAY_NONE, DAY_NONE, rows, 1);
    assert_string_equal(listed(), "K1 0, K2 1");
}

static void another_feeds_approvals_are_not_missed(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1"});
    for (int i = 0; i < 3; i++) {
        int64_t poll = world_poll_of(&world, "tga", "full", DAY_NONE, DAY_NONE, 1);
        world_decode(&world, poll);
        says_page(0, -1, "");
        says_row((struct row){.number = "T1", .authority = "TGA"});
        ends_well();
        world_work(&world);
    }
    assert_string_equal(listed(), "K1 0, T1 0");
}

/* --- windows of days -------------------------------------------------------------------------------------
 */

static void a_window_misses_what_was_decided_in_it_alone(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "before", .decided = "2026-03-09"},
        {.number = "first", .decided = "2026-03-10"}, {.number = "last", .decided = "2026-03-20"},
        {.number = "after", .decided = "2026-03-21"}, {.number = "shown", .decided = "2026-03-15"});
    const struct row shown[] = {{.number = "shown", .decided = "2026-03-15"}};
    int64_t poll = show_window("2026-03-10", "2026-03-20", shown, 1);
    assert_ended(poll, FEED_VANISHED, "2 no longer shown");
    assert_string_equal(listed(), "after 0, before 0, first 1, last 1, shown 0");
}

static void an_inexact_date_must_lie_in_the_window_as_a_whole(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "march", .decided = "2026-03"}, {.number = "year", .decided = "2026"},
        {.number = "no-date", .decided = ""});
    show_window("2026-03-02", "2026-03-31", NULL, 0);
    show_window("2026-03-01", "2026-03-30", NULL, 0);
    assert_string_equal(listed(), "march 0, no-date 0, year 0");
    show_window("2026-03-01", "2026-03-31", NULL, 0);
    assert_string_equal(listed(), "march 1, no-date 0, year 0");
    show_window("2026-01-01", "2026-12-31", NULL, 0);
    assert_string_equal(listed(), "[march], no-date 0, year 1");
}

static void the_present_date_of_an_approval_counts(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .decided = "2026-03-10"});
    SHOW_ALL(&world, {.number = "K1", .decided = "2025-03-10"});
    show_window("2026-03-01", "2026-03-31", NULL, 0);
    assert_string_equal(listed(), "K1 0");
    show_window("2025-03-01", "2025-03-31", NULL, 0);
    assert_string_equal(listed(), "K1 1");
}

/* The approval's date is that of the first feed; the weekly one was asked for days that it does not have. */
static void a_feed_is_asked_by_its_own_date(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world_reload(&world);
    SHOW_ALL(&world, {.number = "K1", .decided = "2026-03-10"});
    show_lines(&world, FDA_WEEKLY, "full", 1, line_of((struct row){.number = "K1", .decided = "2026-03-12"}));
    struct date since = date_of_day(day_from_civil(2026, 3, 9)),
                until = date_of_day(day_from_civil(2026, 3, 11));
    world_decode(&world, world_poll_of(&world, "fda-weekly", "window", since.first, until.first, 1));
    says_page(0, -1, "");
    ends_well();
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval_source WHERE missed > 0"), 0);
}

static void a_window_does_not_miss_what_another_feed_shows(void **state)
{
    (void)state;
    SHOW_ALL(&world, {.number = "K1", .decided = "2026-03-10"});
    world_decode(&world, world_poll_of(&world, "tga", "window", 20000, 21000, 1));
    says_page(0, -1, "");
    ends_well();
    world_work(&world);
    assert_string_equal(listed(), "K1 0");
}

static void days_before_1970_are_days(void **state)
{
    (void)state;
    SHOW_ALL(
        &world, {.number = "old", .decided = "1961-05-02"}, {.number = "older", .decided = "1960-05-02"});
    show_window("1961-01-01", "1971-12-31", NULL, 0);
    assert_string_equal(listed(), "old 1, older 0");
}

/* --- slices ----------------------------------------------------------------------------------------------
 */

enum { MANY = 700 };

static void show_many(const char *kind, int32_t since, int32_t until, int step)
{
    world_decode(&world, world_poll(&world, kind, since, until, 1));
    says_page(0, -1, "");
    for (int i = 0; i < MANY; i += step) {
        char number[16], decided[24];
        snprintf(number, sizeof number, "K%06d", i);
        snprintf(decided, sizeof decided, "2026-%02d-%02d", 1 + i % 3, 1 + i % 28);
        says_row((struct row){.number = number, .decided = decided});
    }
    ends_well();
    world_work(&world);
}

/* Slices of the least length: every approval is looked at once, wherever a slice ends. */
static void slices_miss_nobody_and_nobody_twice(void **state)
{
    (void)state;
    int32_t since = day_from_civil(2026, 1, 1), until = day_from_civil(2026, 2, 28);
    show_many("full", DAY_NONE, DAY_NONE, 1);
    show_many("full", DAY_NONE, DAY_NONE, 2);
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM listing WHERE missed = 1 AND gone_at IS NULL"), MANY / 2);
    assert_int_equal(count_of(&world, "SELECT vanished FROM poll WHERE id = 2"), MANY / 2);
    show_many("window", since, until, 3);
    int64_t expected = 0;
    for (int i = 0; i < MANY; i++)
        expected += i % 3 < 2 && i % 3 != 0; /* of January and February, and not shown */
    assert_int_equal(count_of(&world, "SELECT vanished FROM poll WHERE id = 3"), expected);
    show_many("full", DAY_NONE, DAY_NONE, MANY);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM listing WHERE gone_at IS NOT NULL"),
        count_of(&world, "SELECT count(*) FROM journal WHERE kind = 'not-listed'"));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM listing WHERE missed > 2"), 0);
}

static void windows_are_found_by_an_index(void **state)
{
    (void)state;
    char plan[1024] = "";
    struct query *q = query(world.store,
        "EXPLAIN QUERY PLAN SELECT 1 FROM approval_version v "
        "CROSS JOIN approval_source s ON s.feed = 1 AND s.approval = v.approval WHERE v.seq_to IS NULL "
        "AND (v.decision_first, v.approval) > (?, ?) AND v.decision_first <= ? "
        "ORDER BY v.decision_first, v.approval");
    query_bind(q, "iii", (int64_t)1, (int64_t)1, (int64_t)1);
    while (query_next(q))
        snprintf(plan + strlen(plan), sizeof plan - strlen(plan), "%s\n", query_text(q, 3));
    assert_non_null(strstr(plan, "SEARCH v USING INDEX approval_version_decided"));
    assert_null(strstr(plan, "SCAN"));
    assert_null(strstr(plan, "TEMP B-TREE"));
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(what_one_poll_misses_is_not_gone),
        CLAIM(what_two_polls_in_a_row_miss_is_gone),
        CLAIM(what_is_gone_is_told_once),
        CLAIM(what_comes_back_is_there_again),
        CLAIM(a_history_is_as_complete_as_a_full_poll),
        CLAIM(another_feeds_approvals_are_not_missed),
        CLAIM(a_window_misses_what_was_decided_in_it_alone),
        CLAIM(an_inexact_date_must_lie_in_the_window_as_a_whole),
        CLAIM(the_present_date_of_an_approval_counts),
        CLAIM(a_feed_is_asked_by_its_own_date),
        CLAIM(a_window_does_not_miss_what_another_feed_shows),
        CLAIM(days_before_1970_are_days),
        CLAIM(slices_miss_nobody_and_nobody_twice),
        CLAIM(windows_are_found_by_an_index),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
