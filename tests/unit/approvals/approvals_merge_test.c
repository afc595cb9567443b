/* Several rows, or several feeds, of one approval: which value counts, whatever the order in which they come.
 */
#include "merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 6 };

static struct record record_of(const char *members)
{
    char line[1024];
    struct record record;
    snprintf(line, sizeof line, "{\"authority\":\"CE\",\"number\":\"N1\"%s%s}", *members ? "," : "", members);
    if (record_read(line, strlen(line), &record) != 0)
        fail_msg("%s", line);
    return record;
}

/* What a merged line says besides authority and number, which it always has. */
static const char *behind_number(struct text *line)
{
    static char members[4096];
    static const char head[] = "{\"authority\":\"CE\",\"number\":\"N1\"";
    assert_true(string_starts(text_string(line), head));
    const char *rest = text_string(line) + strlen(head);
    snprintf(members, sizeof members, "%s", *rest == ',' ? rest + 1 : rest);
    members[strlen(members) - 1] = '\0';
    text_free(line);
    return members;
}

/* --- rows of one poll ------------------------------------------------------------------------------------
 */

static struct merge_row rows[MOST];
static char lines[MOST][1024];

static size_t give_rows(const char *const *members, size_t count, size_t first)
{
    for (size_t i = 0; i < count; i++) {
        const char *given = members[(first + i) % count];
        snprintf(lines[i], sizeof lines[i], "{\"authority\":\"CE\",\"number\":\"N1\"%s%s}", *given ? "," : "",
            given);
        rows[i] = (struct merge_row){.line = lines[i], .record = record_of(given)};
    }
    return count;
}

/* The same in any order of the rows, in which the one that gave the members must be the same too. */
static void assert_rows_merge(const struct feed_repeated *repeated, const char *const *members, size_t count,
    size_t giver, const char *expected)
{
    for (size_t first = 0; first < count; first++) {
        struct text out = TEXT_WITH_CEILING(65536);
        give_rows(members, count, first);
        size_t base = merge_rows(repeated, rows, count, &out);
        assert_string_equal(behind_number(&out), expected);
        assert_int_equal((first + base) % count, giver);
        for (size_t i = 0; i < count; i++)
            record_release(&rows[i].record);
    }
}

#define ROWS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static void the_row_that_is_latest_gives_the_members(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {.latest_by = RECORD_VALID_FROM};
    assert_rows_merge(&repeated,
        ROWS("\"status\":\"active\",\"valid_from\":\"2024-01-05\"",
            "\"status\":\"withdrawn\",\"valid_from\":\"2026-01-05\"",
            "\"status\":\"suspended\",\"device\":\"Pump\",\"valid_from\":\"2025\""),
        1, "\"status\":\"withdrawn\",\"valid_from\":\"2026-01-05\"");
}

static void a_date_that_ends_later_is_later(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {.latest_by = RECORD_DECISION_DATE};
    assert_rows_merge(&repeated, ROWS("\"decision_date\":\"2026-11-30\"", "\"decision_date\":\"2026\""), 1,
        "\"decision_date\":\"2026\"");
}

static void a_row_without_the_value_is_never_the_latest(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {.latest_by = RECORD_DETAIL};
    assert_rows_merge(&repeated, ROWS("\"status\":\"active\"", "\"detail\":\"a\""), 1, "\"detail\":\"a\"");
}

static void rows_that_are_equally_late_are_told_apart_by_their_line(void **state)
{
    (void)state;
    const struct feed_repeated by_line = {.latest_by = RECORD_FIELDS};
    assert_rows_merge(
        &by_line, ROWS("\"device\":\"A\"", "\"device\":\"C\"", "\"device\":\"B\""), 1, "\"device\":\"C\"");
    const struct feed_repeated by_status = {.latest_by = RECORD_STATUS};
    assert_rows_merge(&by_status,
        ROWS("\"status\":\"active\",\"device\":\"B\"", "\"status\":\"active\",\"device\":\"A\""), 0,
        "\"status\":\"active\",\"device\":\"B\"");
}

static void the_earliest_of_its_dates_is_when_it_was_decided(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {.latest_by = RECORD_VALID_FROM,
        .earliest = {RECORD_DECISION_DATE, RECORD_RECEIVED_DATE},
        .earliest_count = 2};
    assert_rows_merge(&repeated,
        ROWS("\"decision_date\":\"2023-05-02\"", "\"decision_date\":\"2022-05\"",
            "\"decision_date\":\"2025-01-01\",\"valid_from\":\"2025-01-01\"", "\"status\":\"active\""),
        2, "\"decision_date\":\"2022-05\",\"valid_from\":\"2025-01-01\"");
}

static void different_values_are_joined_once_each_and_in_order(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {
        .latest_by = RECORD_FIELDS, .joined = {RECORD_MODELS, RECORD_SCOPE}, .joined_count = 2};
    assert_rows_merge(&repeated,
        ROWS("\"models\":\"B\",\"scope\":\"X; Z\"", "\"models\":\"A; C\"",
            "\"models\":\"B\",\"scope\":\"Y; X\""),
        2, "\"models\":\"A; B; C\",\"scope\":\"X; Y; Z\"");
}

static void a_row_alone_stays_as_it_is(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {
        .latest_by = RECORD_FIELDS, .earliest = {RECORD_DECISION_DATE}, .earliest_count = 1};
    assert_rows_merge(&repeated, ROWS("\"device\":\"Pump\",\"decision_date\":\"2026\""), 0,
        "\"device\":\"Pump\",\"decision_date\":\"2026\"");
}

static void what_is_too_long_for_a_record_overflows(void **state)
{
    (void)state;
    const struct feed_repeated repeated = {
        .latest_by = RECORD_FIELDS, .joined = {RECORD_MODELS}, .joined_count = 1};
    struct text out = TEXT_WITH_CEILING(40);
    give_rows(ROWS("\"models\":\"AAAAAAAAAA\"", "\"models\":\"BBBBBBBBBB\""), 0);
    merge_rows(&repeated, rows, 2, &out);
    assert_true(out.overflowed);
    text_free(&out);
    for (size_t i = 0; i < 2; i++)
        record_release(&rows[i].record);
}

/* --- records of several feeds ----------------------------------------------------------------------------
 */

struct told {
    const char *feed;
    int64_t rank;
    enum record_field wins; /* RECORD_FIELDS = none */
    bool removed;
    const char *members;
};

static void assert_sources_merge(const struct told *told, size_t count, const char *expected)
{
    for (size_t first = 0; first < count; first++) {
        struct merge_source sources[MOST];
        const struct merge_source *in_order[MOST];
        struct text out = TEXT_WITH_CEILING(65536);
        for (size_t i = 0; i < count; i++) {
            const struct told *one = &told[(first + i) % count];
            sources[i] = (struct merge_source){.feed = one->feed,
                .defined = !one->removed,
                .rank = one->rank,
                .wins = record_fields_of(&one->wins, 1),
                .record = record_of(one->members)};
            in_order[i] = &sources[i];
        }
        qsort(in_order, count, sizeof *in_order, merge_compare_sources);
        merge_sources(in_order, count, &out);
        assert_string_equal(behind_number(&out), expected);
        for (size_t i = 0; i < count; i++)
            record_release(&sources[i].record);
    }
}

#define ASSERT_MERGED(expected, ...)                                                                         \
    assert_sources_merge((const struct told[]){__VA_ARGS__},                                                 \
        sizeof((const struct told[]){__VA_ARGS__}) / sizeof(struct told), expected)

static void of_each_member_the_first_value_counts(void **state)
{
    (void)state;
    ASSERT_MERGED("\"status\":\"active\",\"device\":\"Pump\",\"scope\":\"A; B\"",
        {"list", 0, RECORD_FIELDS, false, "\"status\":\"active\",\"device\":\"Pump\""},
        {"details", 1, RECORD_FIELDS, false, "\"status\":\"suspended\",\"scope\":\"A; B\""},
        {"more", 2, RECORD_FIELDS, false, "\"device\":\"Other\",\"scope\":\"C\""});
}

static void feeds_of_one_rank_count_by_name(void **state)
{
    (void)state;
    ASSERT_MERGED("\"device\":\"Of a\"", {"b", 0, RECORD_FIELDS, false, "\"device\":\"Of b\""},
        {"a", 0, RECORD_FIELDS, false, "\"device\":\"Of a\""});
}

static void what_a_feed_wins_counts_before_lower_ranks(void **state)
{
    (void)state;
    ASSERT_MERGED("\"status\":\"cancelled\",\"device\":\"Pump\",\"decision_date\":\"2020-01-01\"",
        {"list", 0, RECORD_FIELDS, false,
            "\"status\":\"active\",\"device\":\"Pump\",\"decision_date\":\"2020-01-01\""},
        {"cancellations", 1, RECORD_STATUS, false,
            "\"status\":\"cancelled\",\"device\":\"?\",\"decision_date\":\"2026-01-01\""});
}

static void a_winner_without_the_value_wins_nothing(void **state)
{
    (void)state;
    ASSERT_MERGED("\"status\":\"active\"", {"list", 0, RECORD_FIELDS, false, "\"status\":\"active\""},
        {"cancellations", 1, RECORD_STATUS, false, ""});
}

static void of_two_winners_the_lower_rank_wins(void **state)
{
    (void)state;
    ASSERT_MERGED("\"status\":\"suspended\"", {"list", 0, RECORD_FIELDS, false, "\"status\":\"active\""},
        {"second", 2, RECORD_STATUS, false, "\"status\":\"cancelled\""},
        {"first", 1, RECORD_STATUS, false, "\"status\":\"suspended\""});
}

static void what_another_maker_has_is_not_the_makers(void **state)
{
    (void)state;
    ASSERT_MERGED("\"manufacturer\":\"Acme Inc\",\"postcode\":\"02110\",\"device\":\"Pump\"",
        {"approvals", 0, RECORD_FIELDS, false, "\"manufacturer\":\"Acme Inc\""},
        {"same", 1, RECORD_FIELDS, false, "\"manufacturer\":\"ACME INC\",\"postcode\":\"02110\""},
        {"listings", 3, RECORD_CITY, false,
            "\"manufacturer\":\"Beijing Chenlan\",\"country\":\"CN\",\"city\":\"Beijing\",\"postcode\":"
            "\"100176\",\"device\":\"Pump\""});
}

static void a_feed_that_names_no_maker_fills_what_the_others_leave(void **state)
{
    (void)state;
    ASSERT_MERGED("\"manufacturer\":\"Acme Inc\",\"city\":\"Boston\"",
        {"approvals", 0, RECORD_FIELDS, false, "\"manufacturer\":\"Acme Inc\""},
        {"details", 1, RECORD_FIELDS, false, "\"city\":\"Boston\""});
}

static void a_feed_that_was_removed_comes_last_and_wins_nothing(void **state)
{
    (void)state;
    ASSERT_MERGED("\"status\":\"active\",\"device\":\"New\",\"scope\":\"A\"",
        {"old", 0, RECORD_STATUS, true, "\"status\":\"cancelled\",\"device\":\"Old\",\"scope\":\"A\""},
        {"new", 5, RECORD_FIELDS, false, "\"status\":\"active\",\"device\":\"New\""});
}

/* --- the same facts --------------------------------------------------------------------------------------
 */

static bool same(const char *a, const char *b)
{
    struct record record_a = record_of(a), record_b = record_of(b);
    bool is_same = merge_is_same(&record_a, &record_b);
    assert_int_equal(merge_is_same(&record_b, &record_a), is_same);
    record_release(&record_a);
    record_release(&record_b);
    return is_same;
}

static void joined_values_in_another_order_are_the_same(void **state)
{
    (void)state;
    assert_true(same("\"models\":\"A; B; C\"", "\"models\":\"C; A; B\""));
    assert_true(same("\"models\":\"A; B; A\"", "\"models\":\"B; A\""));
    assert_false(same("\"models\":\"A; B\"", "\"models\":\"A; C\""));
    assert_false(same("\"models\":\"A; B\"", "\"models\":\"A\""));
    assert_false(same("\"models\":\"A; B\"", "\"models\":\"A; B; C\""));
    assert_false(same("\"models\":\"A B\"", "\"models\":\"B A\""));
    assert_false(same("\"models\":\"A; B\"", "\"scope\":\"A; B\""));
    assert_false(same("\"models\":\"A;B\"", "\"models\":\"B;A\""));
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        cmocka_unit_test(the_row_that_is_latest_gives_the_members),
        cmocka_unit_test(a_date_that_ends_later_is_later),
        cmocka_unit_test(a_row_without_the_value_is_never_the_latest),
        cmocka_unit_test(rows_that_are_equally_late_are_told_apart_by_their_line),
        cmocka_unit_test(the_earliest_of_its_dates_is_when_it_was_decided),
        cmocka_unit_test(different_values_are_joined_once_each_and_in_order),
        cmocka_unit_test(a_row_alone_stays_as_it_is),
        cmocka_unit_test(what_is_too_long_for_a_record_overflows),
        cmocka_unit_test(of_each_member_the_first_value_counts),
        cmocka_unit_test(feeds_of_one_rank_count_by_name),
        cmocka_unit_test(what_a_feed_wins_counts_before_lower_ranks),
        cmocka_unit_test(a_winner_without_the_value_wins_nothing),
        cmocka_unit_test(of_two_winners_the_lower_rank_wins),
        cmocka_unit_test(what_another_maker_has_is_not_the_makers),
        cmocka_unit_test(a_feed_that_names_no_maker_fills_what_the_others_leave),
        cmocka_unit_test(a_feed_that_was_removed_comes_last_and_wins_nothing),
        cmocka_unit_test(joined_values_in_another_order_are_the_same),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
