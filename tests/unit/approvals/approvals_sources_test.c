/* One approval in several feeds, and in several rows of one: what it is made of, and what is written. */
#include "claim_world.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FDA(members) "{\"authority\":\"FDA\"," members "}"

static const char *versions(void)
{
    return value_of(&world, "SELECT group_concat(number || ' ' || version || ': ' || device, ', ') FROM "
                            "(SELECT * FROM approval a JOIN approval_version v ON v.approval = a.id "
                            "ORDER BY number, version)");
}

static const char *current(const char *member)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT record ->> '%s' FROM approval_version WHERE seq_to IS NULL", member);
    return value_of(&world, sql);
}

/* Everything that a day without news must leave alone. */
static char *knowledge(void)
{
    struct text all = TEXT_WITH_CEILING(1024 * 1024);
    static const char *const selects[] = {"SELECT group_concat(id || number || feed || first_poll || purpose "
                                          "|| ifnull(gone_at, '')) FROM approval",
        "SELECT group_concat(approval || '.' || version || record || ifnull(seq_to, '')) FROM "
        "approval_version",
        "SELECT group_concat(feed || '.' || approval || '.' || poll || '.' || seen_at || ifnull(version, '') "
        "|| "
        "ifnull(record, '') || missed) FROM approval_source",
        "SELECT count(*) FROM maker", "SELECT count(*) FROM work"};
    for (size_t i = 0; i < sizeof selects / sizeof *selects; i++)
        text_append_string(&all, value_of(&world, selects[i]));
    return text_take(&all);
}

/* --- several feeds ---------------------------------------------------------------------------------------
 */

static void the_second_feed_fills_what_the_first_leaves_open(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world_reload(&world);
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    int64_t poll = show_lines(
        &world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"device\":\"PUMP\",\"brand\":\"Flow\""));
    assert_ended(poll, FEED_CHANGED, "1 row, 1 changed");
    assert_string_equal(versions(), "K1 1: Pump, K1 2: Pump");
    assert_string_equal(current("brand"), "Flow");
    assert_string_equal(
        value_of(&world, "SELECT payload || ' ' || row || ' ' || sources FROM approval_version "
                         "WHERE seq_to IS NULL"),
        "1 1 "
        "[{\"feed\":\"fda-510k\",\"payload\":1,\"row\":1},{\"feed\":\"fda-weekly\",\"payload\":2,\"row\":1}"
        "]");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 1);
}

static void a_feed_that_adds_nothing_makes_no_version(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    int64_t poll = show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Other\""));
    assert_ended(poll, FEED_APPLIED, "1 row");
    poll = show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Another\""));
    assert_ended(poll, FEED_APPLIED, "1 row");
    assert_string_equal(versions(), "K1 1: Pump");
    assert_string_equal(
        value_of(&world, "SELECT group_concat(ifnull(record ->> 'device', 'as version ' || version)) "
                         "FROM (SELECT * FROM approval_source ORDER BY feed)"),
        "as version 1,Another");
}

static void what_the_first_feed_says_next_is_merged_too(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"brand\":\"Flow\""));
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Pumps\""));
    assert_string_equal(versions(), "K1 1: Pump, K1 2: Pump, K1 3: Pumps");
    assert_string_equal(current("brand"), "Flow");
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\""));
    assert_string_equal(current("brand"), "(null)");
}

static void other_ranks_count_from_the_reload_on(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K1\",\"device\":\"Pump\""),
        FDA("\"number\":\"K2\",\"device\":\"Alone\""));
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Weekly\""));
    assert_string_equal(versions(), "K1 1: Pump, K2 1: Alone");
    world.definitions[FDA_510K].source.rank = 1;
    world_reload(&world);
    assert_string_equal(versions(), "K1 1: Pump, K1 2: Weekly, K2 1: Alone");
    assert_string_equal(
        value_of(&world, "SELECT j.kind || ' ' || j.subject FROM journal j JOIN approval_version v "
                         "ON v.seq_from = j.seq WHERE v.version = 2"),
        "feed-merging fda-510k");
    char *before = knowledge();
    world_reload(&world);
    char *after = knowledge();
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void other_members_are_won_from_the_reload_on(void **state)
{
    (void)state;
    show_lines(
        &world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"status\":\"active\",\"device\":\"Pump\""));
    show_lines(&world, FDA_WEEKLY, "full", 1,
        FDA("\"number\":\"K1\",\"status\":\"withdrawn\",\"device\":\"Other\""));
    assert_string_equal(current("status"), "active");
    world.definitions[FDA_WEEKLY].source =
        (struct feed_source){.rank = 1, .wins = {RECORD_STATUS}, .win_count = 1};
    world_reload(&world);
    assert_string_equal(current("status"), "withdrawn");
    assert_string_equal(current("device"), "Pump");
}

static void reload_without(enum world_feed removed)
{
    static struct feed_definition *kept[WORLD_FEEDS];
    world.config.feeds = kept;
    world.config.feed_count = 0;
    for (int i = 0; i < WORLD_FEEDS; i++)
        if (i != (int)removed)
            kept[world.config.feed_count++] = world.feeds[i];
    world_reload(&world);
}

static void a_feed_that_is_removed_leaves_its_records_behind_those_of_others(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world_reload(&world);
    show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K1\",\"device\":\"Pump\",\"brand\":\"Flow\""),
        FDA("\"number\":\"K2\",\"device\":\"Alone\""));
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K1\",\"device\":\"Weekly\""));
    reload_without(FDA_510K);
    assert_string_equal(versions(), "K1 1: Pump, K1 2: Weekly, K2 1: Alone");
    assert_string_equal(
        value_of(&world, "SELECT record ->> 'brand' FROM approval_version WHERE version = 2"), "Flow");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval WHERE gone_at IS NOT NULL"), 0);
}

/* The name is another's from now on; nothing is new, and nothing is lost. */
static void a_feed_that_is_renamed_makes_nothing_new(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "history", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    reload_without(FDA_510K);
    int64_t poll = show_lines(&world, FDA_WEEKLY, "history", 1, FDA("\"number\":\"K1\",\"device\":\"Pump\""));
    assert_ended(poll, FEED_APPLIED, "1 row");
    assert_string_equal(versions(), "K1 1: Pump");
    assert_string_equal(value_of(&world, "SELECT feed || ' ' || first_poll FROM approval"), "fda-510k 1");
}

/* --- several rows ----------------------------------------------------------------------------------------
 */

static void repeat_by_date(void)
{
    world.definitions[FDA_510K].repeated = (struct feed_repeated){.latest_by = RECORD_VALID_FROM,
        .earliest = {RECORD_DECISION_DATE},
        .earliest_count = 1,
        .joined = {RECORD_SCOPE},
        .joined_count = 1};
}

static const char first_issue[] =
    FDA("\"number\":\"K1\",\"status\":\"active\",\"decision_date\":\"2025-03-01\","
        "\"valid_from\":\"2025-03-01\",\"scope\":\"A\"");
static const char second_issue[] =
    FDA("\"number\":\"K1\",\"status\":\"suspended\",\"decision_date\":\"2026-03-01\","
        "\"valid_from\":\"2026-03-01\",\"scope\":\"B\"");
static const char other_number[] = FDA("\"number\":\"K2\",\"valid_from\":\"2026-03-01\",\"scope\":\"B\"");

static void rows_of_one_number_are_one_record(void **state)
{
    (void)state;
    repeat_by_date();
    int64_t poll = show_lines(&world, FDA_510K, "full", 3, first_issue, other_number, second_issue);
    assert_ended(poll, FEED_APPLIED, "3 rows, 2 new");
    assert_string_equal(value_of(&world, "SELECT record FROM approval_version WHERE approval = 1"),
        FDA("\"number\":\"K1\",\"status\":\"suspended\",\"decision_date\":\"2025-03-01\","
            "\"valid_from\":\"2026-03-01\",\"scope\":\"A; B\""));
    assert_int_equal(count_of(&world, "SELECT row FROM approval_version WHERE approval = 1"), 3);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM reject"), 0);
}

static void their_order_changes_nothing(void **state)
{
    (void)state;
    repeat_by_date();
    show_lines(&world, FDA_510K, "full", 3, first_issue, second_issue, other_number);
    char *before = knowledge();
    int64_t poll = show_lines(&world, FDA_510K, "full", 3, second_issue, other_number, first_issue);
    assert_ended(poll, FEED_APPLIED, "3 rows");
    char *after = knowledge();
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void rows_of_one_number_are_found_by_an_index(void **state)
{
    (void)state;
    char plan[1024] = "";
    struct query *q = query(world.store,
        "EXPLAIN QUERY PLAN SELECT seq, payload, row, record FROM staged INDEXED BY staged_number "
        "WHERE poll = ? AND number = ? ORDER BY seq");
    query_bind(q, "it", (int64_t)1, "K1");
    while (query_next(q))
        snprintf(plan + strlen(plan), sizeof plan - strlen(plan), "%s\n", query_text(q, 3));
    assert_string_equal(plan, "SEARCH staged USING INDEX staged_number (poll=? AND number=?)\n");
}

static void more_rows_than_are_made_one_are_told(void **state)
{
    (void)state;
    repeat_by_date();
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    for (int i = 0; i < LIMIT_REPEATED_ROWS + 2; i++)
        says_record(first_issue);
    ends_well();
    assert_sealed(&world, poll);
    assert_ended(poll, FEED_ROWS_REJECTED, "1 new, 2 could not be read");
}

static void rows_that_are_too_long_together_are_told(void **state)
{
    (void)state;
    repeat_by_date();
    world.definitions[FDA_510K].repeated.joined[1] = RECORD_MODELS;
    world.definitions[FDA_510K].repeated.joined_count = 2;
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 1);
    world_decode(&world, poll);
    says_page(0, -1, "");
    for (int letter = 'a'; letter <= 'c'; letter++) {
        struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
        text_append_string(&line, "{\"authority\":\"FDA\",\"number\":\"K1\",\"models\":\"");
        for (int i = 0; i < 200 * 1024; i++)
            text_append_character(&line, (char)letter);
        text_append_string(&line, "\"}");
        says_record(text_string(&line));
        text_free(&line);
    }
    ends_well();
    assert_sealed(&world, poll);
    assert_ended(poll, FEED_ROWS_REJECTED, "1 could not be read");
    assert_string_equal(
        value_of(&world, "SELECT reason FROM reject"), "its rows together are too long for one record");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 0);
}

/* A renewal brings a new date under the old number. */
static void the_earliest_date_does_not_move_later(void **state)
{
    (void)state;
    repeat_by_date();
    show_lines(&world, FDA_510K, "full", 1, first_issue);
    show_lines(&world, FDA_510K, "full", 1, second_issue);
    assert_string_equal(value_of(&world, "SELECT record FROM approval_version WHERE seq_to IS NULL"),
        FDA("\"number\":\"K1\",\"status\":\"suspended\",\"decision_date\":\"2025-03-01\","
            "\"valid_from\":\"2026-03-01\",\"scope\":\"B\""));
    char *before = knowledge();
    int64_t poll = show_lines(&world, FDA_510K, "full", 1, second_issue);
    assert_ended(poll, FEED_APPLIED, "1 row");
    char *after = knowledge();
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static const char *makers(void)
{
    return value_of(&world, "SELECT group_concat(name) FROM (SELECT name FROM approval_maker JOIN maker "
                            "ON maker.id = maker WHERE seq_to IS NULL ORDER BY name)");
}

/* ANVISA has a row for each maker of a registration. */
static void all_makers_of_a_number_are_kept(void **state)
{
    (void)state;
    repeat_by_date();
    const char *const rows[] = {FDA("\"number\":\"K1\",\"manufacturer\":\"A\",\"country\":\"CN\""),
        FDA("\"number\":\"K1\",\"manufacturer\":\"B\",\"country\":\"CN\""),
        FDA("\"number\":\"K1\",\"manufacturer\":\"C\",\"country\":\"CN\"")};
    show_lines(&world, FDA_510K, "full", 4, rows[0], rows[1], rows[2], rows[0]);
    assert_string_equal(makers(), "A,B,C");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'match'"), 3);
    show_lines(&world, FDA_510K, "full", 3, rows[2], rows[0], rows[1]);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM further_maker"), 2);
    store_write(world.store);
    query_run(query(world.store,
        "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
        "SELECT id, 1, 1, 'auto', 'firm-' || name, 'A1', 900, 1, '' FROM maker"));
    show_lines(&world, FDA_510K, "full", 2, rows[2], rows[0]);
    assert_string_equal(makers(), "A,C");
    assert_string_equal(
        value_of(&world, "SELECT group_concat(key) FROM work WHERE kind = 'decide'"), "firm-B");
    show_lines(&world, FDA_510K, "full", 3, rows[2], rows[0], rows[1]);
    assert_string_equal(makers(), "A,B,C");
}

/* --- days without news -----------------------------------------------------------------------------------
 */

static void a_day_without_news_writes_no_row_of_any_approval(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K1\""), FDA("\"number\":\"K2\""));
    show_lines(&world, FDA_WEEKLY, "full", 1, FDA("\"number\":\"K2\",\"device\":\"Pump\""));
    char *before = knowledge();
    int64_t poll =
        show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K2\""), FDA("\"number\":\"K1\""));
    assert_ended(poll, FEED_APPLIED, "2 rows");
    char *after = knowledge();
    assert_string_equal(before, after);
    assert_string_equal(
        value_of(&world, "SELECT group_concat(poll) FROM (SELECT * FROM listing ORDER BY approval)"), "3,3");
    free(before);
    free(after);
}

static void values_in_another_order_are_no_news(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"models\":\"A; B; C\""));
    char *before = knowledge();
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"models\":\"C; A; B\""));
    char *after = knowledge();
    assert_string_equal(before, after);
    free(before);
    free(after);
    show_lines(&world, FDA_510K, "full", 1, FDA("\"number\":\"K1\",\"models\":\"C; A; D\""));
    assert_string_equal(current("models"), "C; A; D");
}

static void a_window_notes_what_it_shows(void **state)
{
    (void)state;
    show_lines(&world, FDA_510K, "full", 2, FDA("\"number\":\"K1\""), FDA("\"number\":\"K2\""));
    show_lines(&world, FDA_510K, "window", 1, FDA("\"number\":\"K2\""));
    assert_string_equal(
        value_of(&world, "SELECT group_concat(poll) FROM (SELECT * FROM listing ORDER BY approval)"), "1,2");
}

/* --- still listed ----------------------------------------------------------------------------------------
 */

static const char *gone(void)
{
    return value_of(&world, "SELECT group_concat(number) FROM approval WHERE gone_at IS NOT NULL");
}

static void show_k1_alone(enum world_feed feed, int times)
{
    for (int i = 0; i < times; i++)
        show_lines(&world, feed, "full", 1, FDA("\"number\":\"K1\""));
}

static void show_both(enum world_feed feed)
{
    show_lines(&world, feed, "full", 2, FDA("\"number\":\"K1\""), FDA("\"number\":\"K2\""));
}

static void of_two_feeds_that_of_lower_rank_is_asked(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world_reload(&world);
    show_both(FDA_510K);
    show_both(FDA_WEEKLY);
    show_k1_alone(FDA_WEEKLY, 3);
    assert_string_equal(gone(), "(null)");
    show_k1_alone(FDA_510K, 2);
    assert_string_equal(gone(), "K2");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM journal WHERE kind = 'not-listed'"), 1);
}

static void a_register_is_asked_before_a_window(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world.definitions[FDA_WEEKLY].completeness = COMPLETENESS_REGISTER;
    world_reload(&world);
    show_both(FDA_510K);
    show_both(FDA_WEEKLY);
    show_k1_alone(FDA_510K, 3);
    assert_string_equal(gone(), "(null)");
    show_k1_alone(FDA_WEEKLY, 2);
    assert_string_equal(gone(), "K2");
}

static void other_words_of_the_definition_are_judged_by_at_the_reload(void **state)
{
    (void)state;
    world.definitions[FDA_WEEKLY].source.rank = 1;
    world_reload(&world);
    show_both(FDA_510K);
    show_both(FDA_WEEKLY);
    show_k1_alone(FDA_WEEKLY, 2);
    assert_string_equal(gone(), "(null)");
    world.definitions[FDA_WEEKLY].completeness = COMPLETENESS_REGISTER;
    world_reload(&world);
    assert_string_equal(gone(), "K2");
}

static void the_silence_of_a_removed_feed_is_not_asked(void **state)
{
    (void)state;
    show_both(FDA_510K);
    show_both(FDA_WEEKLY);
    show_k1_alone(FDA_510K, 2);
    assert_string_equal(gone(), "K2");
    reload_without(FDA_510K);
    assert_string_equal(gone(), "(null)");
    assert_string_equal(value_of(&world, "SELECT group_concat(kind) FROM journal WHERE kind LIKE '%listed%'"),
        "not-listed,listed-again");
}

static void what_a_removed_feed_alone_has_lost_stays_gone(void **state)
{
    (void)state;
    show_both(FDA_510K);
    show_k1_alone(FDA_510K, 2);
    reload_without(FDA_510K);
    assert_string_equal(gone(), "K2");
}

static void a_list_of_evidence_says_nothing_of_an_approvals_end(void **state)
{
    (void)state;
    world.definitions[FDA_LISTING].completeness = COMPLETENESS_REGISTER;
    world_reload(&world);
    show_both(FDA_510K);
    show_both(FDA_LISTING);
    show_k1_alone(FDA_LISTING, 3);
    assert_string_equal(gone(), "(null)");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval_source WHERE gone_at IS NOT NULL"), 1);
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(the_second_feed_fills_what_the_first_leaves_open),
        CLAIM(a_feed_that_adds_nothing_makes_no_version),
        CLAIM(what_the_first_feed_says_next_is_merged_too),
        CLAIM(other_ranks_count_from_the_reload_on),
        CLAIM(other_members_are_won_from_the_reload_on),
        CLAIM(a_feed_that_is_removed_leaves_its_records_behind_those_of_others),
        CLAIM(a_feed_that_is_renamed_makes_nothing_new),
        CLAIM(rows_of_one_number_are_one_record),
        CLAIM(their_order_changes_nothing),
        CLAIM(rows_of_one_number_are_found_by_an_index),
        CLAIM(more_rows_than_are_made_one_are_told),
        CLAIM(rows_that_are_too_long_together_are_told),
        CLAIM(the_earliest_date_does_not_move_later),
        CLAIM(all_makers_of_a_number_are_kept),
        CLAIM(a_day_without_news_writes_no_row_of_any_approval),
        CLAIM(values_in_another_order_are_no_news),
        CLAIM(a_window_notes_what_it_shows),
        CLAIM(of_two_feeds_that_of_lower_rank_is_asked),
        CLAIM(a_register_is_asked_before_a_window),
        CLAIM(other_words_of_the_definition_are_judged_by_at_the_reload),
        CLAIM(the_silence_of_a_removed_feed_is_not_asked),
        CLAIM(what_a_removed_feed_alone_has_lost_stays_gone),
        CLAIM(a_list_of_evidence_says_nothing_of_an_approvals_end),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
