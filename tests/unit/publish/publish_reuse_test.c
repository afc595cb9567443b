/* What cases that have not changed have given is taken from the last publication, when that one can be
 * trusted. */
#include "as_child.h"
#include "world.h"

#include "m13/clock.h"
#include "m13/journal.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct world world;

/* Runs `sql` on the file that is published: what a later publication shows of it was taken from there. */
static void alter_published(const char *sql)
{
    sqlite3 *database;
    assert_int_equal(sqlite3_open_v2(world.published, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    sqlite3_close(database);
}

static void publish_at(int64_t now)
{
    world_commit(&world);
    if (publish_as_child(world.folder, now, NULL) != 0)
        fail_msg("%s", as_child_words);
}

/* Two cases, published; the lines of both carry a mark that the working database does not know. */
static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_approval(&world, "K260002", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    world_case(&world, "K260002", "declaration");
    publish_at(NOW);
    alter_published("UPDATE bi_case_rule SET fact = 'mark'");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static const char *lines(void)
{
    return published_text(&world,
        "SELECT group_concat(substr(case_id, 10) || ' ' || fact || ' ' || missing, ', ') FROM "
        "(SELECT * FROM bi_case_rule ORDER BY case_id)");
}

#define READ_ANEW "K260001 K260001 declaration, K260002 K260002 declaration"

static void lines_of_cases_that_have_not_changed_are_taken_over(void **state)
{
    (void)state;
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), "K260001 mark declaration, K260002 mark declaration");
}

static const char *questions(void)
{
    return published_text(&world,
        "SELECT group_concat(kind || ' ' || number || ' ' || substr(question_en, 1, 8), ', ') FROM "
        "(SELECT * FROM bi_review ORDER BY kind, number)");
}

static void questions_of_cases_that_have_not_changed_are_taken_over(void **state)
{
    (void)state;
    alter_published("UPDATE bi_review SET question_en = 'mark'");
    world_case(&world, "K260002", "sale");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(questions(), "product K260001 mark, product K260002 Of which");
}

static const char *devices(void)
{
    return published_text(&world,
        "SELECT group_concat(substr(c.case_id, 10) || ' ' || device || ' ' || holder, ', ') FROM "
        "(SELECT * FROM bi_case ORDER BY case_id) c JOIN bi_approval a USING (authority, number)");
}

static void cases_are_taken_over_while_approvals_and_firms_are_as_they_were(void **state)
{
    (void)state;
    alter_published("UPDATE bi_case SET device = 'mark'; UPDATE bi_approval SET holder = 'mark'");
    world_case(&world, "K260002", "sale");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(devices(), "K260001 mark mark, K260002 Infusion pump mark");
    world_approval(&world, "K260003", "auto", 20522, 20522);
    publish_at(NOW + 2 * CLOCK_MINUTE);
    assert_string_equal(devices(), "K260001 Infusion pump Holder, K260002 Infusion pump Holder");
}

/* No version of a case goes without another that follows it; but if one did, its rows would go. */
static void a_case_that_is_gone_is_published_no_more(void **state)
{
    (void)state;
    store_write(world.store);
    query_run(query(world.store, "UPDATE case_version SET seq_to = 9 WHERE case_file = 1"));
    publish_at(NOW + CLOCK_MINUTE);
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_case"), 1);
    assert_string_equal(lines(), "K260002 mark declaration");
}

static void events_are_taken_over_and_new_ones_read(void **state)
{
    (void)state;
    alter_published("UPDATE bi_event SET cause = 'mark'");
    world_case(&world, "K260002", "sale");
    publish_at(NOW + 1);
    assert_string_equal(published_text(&world, "SELECT group_concat(event_id || event || ' ' || cause, ', ') "
                                               "FROM (SELECT * FROM bi_event ORDER BY event_id)"),
        "1opened mark, 2opened mark, 3facts sales,costs");
    publish_at(NOW + CLOCK_DAY);
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_event WHERE cause = 'mark'"), 0);
}

static void questions_of_makers_are_read_each_time(void **state)
{
    (void)state;
    store_write(world.store);
    query_run(query(world.store,
        "UPDATE match SET band = 'review', rule = 'R10' WHERE maker = (SELECT max(maker) FROM match)"));
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(questions(), "match  Is this , product K260001 Of which, product K260002 Of which");
    alter_published("UPDATE bi_review SET question_en = 'mark'");
    publish_at(NOW + 2 * CLOCK_MINUTE);
    assert_string_equal(questions(), "match  Is this , product K260001 mark, product K260002 mark");
}

static void lines_of_a_case_that_has_changed_are_read(void **state)
{
    (void)state;
    world_case(&world, "K260002", "sale");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), "K260001 mark declaration, K260002 K260002 sale");
}

static void lines_of_a_new_case_are_read(void **state)
{
    (void)state;
    world_approval(&world, "K260000", "auto", 20522, 20522);
    world_case(&world, "K260000", "sale");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), "K260000 K260000 sale, K260001 mark declaration, K260002 mark declaration");
}

static void all_is_read_anew_each_day(void **state)
{
    (void)state;
    publish_at(NOW + CLOCK_DAY);
    assert_string_equal(lines(), READ_ANEW);
}

static void nothing_is_taken_from_a_file_of_another_layout(void **state)
{
    (void)state;
    alter_published("PRAGMA user_version = 1");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
}

/* A backup was restored: the same numbers of versions, another life. */
static void nothing_is_taken_from_a_file_of_another_journal(void **state)
{
    (void)state;
    alter_published("UPDATE bi_meta SET value = replace(value, substr(value, 1, 1), 'x') "
                    "WHERE name = 'journal_head'");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
}

static void nothing_is_taken_from_a_file_that_is_ahead_of_the_journal(void **state)
{
    (void)state;
    alter_published("UPDATE bi_meta SET value = value + 1 WHERE name = 'journal_entries'");
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
}

static void a_damaged_file_is_done_without(void **state)
{
    (void)state;
    size_t length;
    char *bytes = scratch_read(world.published, &length);
    /* First its tables' pages, then the schema as well, then all but the name. */
    memset(bytes + 16384, 0x5a, length - 16384);
    scratch_write(world.published, bytes, length);
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
    memset(bytes, 0x5a, length);
    scratch_write(world.published, bytes, length);
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
    scratch_write(world.published, "", 0);
    publish_at(NOW + CLOCK_MINUTE);
    assert_string_equal(lines(), READ_ANEW);
    free(bytes);
}

/* Whatever was changed and published in between, the lines are those of a publication from nothing. */
static void taking_over_gives_what_reading_gives(void **state)
{
    (void)state;
    static const char *const missing[] = {"declaration", "sale", "product-link"};
    publish_at(NOW + CLOCK_DAY);
    for (int round = 0; round < 12; round++) {
        char number[16];
        snprintf(number, sizeof number, "K27%04d", round % 5);
        if (round < 5)
            world_approval(&world, number, "auto", 20522, 20522);
        world_case(&world, number, missing[round % 3]);
        if (round % 3 == 0)
            world_case(&world, number, missing[(round + 1) % 3]);
        publish_at(NOW + CLOCK_DAY + round * CLOCK_MINUTE);
    }
    char *taken = strdup(lines());
    assert_null(strstr(taken, "mark"));
    publish_at(NOW + 2 * CLOCK_DAY);
    assert_string_equal(taken, lines());
    free(taken);
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(lines_of_cases_that_have_not_changed_are_taken_over),
        CLAIM(lines_of_a_case_that_has_changed_are_read),
        CLAIM(questions_of_cases_that_have_not_changed_are_taken_over),
        CLAIM(cases_are_taken_over_while_approvals_and_firms_are_as_they_were),
        CLAIM(a_case_that_is_gone_is_published_no_more),
        CLAIM(events_are_taken_over_and_new_ones_read),
        CLAIM(questions_of_makers_are_read_each_time),
        CLAIM(lines_of_a_new_case_are_read),
        CLAIM(all_is_read_anew_each_day),
        CLAIM(nothing_is_taken_from_a_file_of_another_layout),
        CLAIM(nothing_is_taken_from_a_file_of_another_journal),
        CLAIM(nothing_is_taken_from_a_file_that_is_ahead_of_the_journal),
        CLAIM(a_damaged_file_is_done_without),
        CLAIM(taking_over_gives_what_reading_gives),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
