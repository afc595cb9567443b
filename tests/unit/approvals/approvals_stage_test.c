/* Staged and sealed: what a decoder says, when it is believed, and what becomes of it when it is not. */
#include "claim_world.h"

#include "m13/limits.h"
#include "m13/text.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- sealing ---------------------------------------------------------------------------------------------
 */

static void records_are_invisible_until_the_decoder_has_ended_well(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, 3, "2026-11-20");
    says_rows(0, 3);
    world_work(&world);
    assert_string_equal(state_of(&world, poll), "staging");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 3);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 0);
    assert_false(approvals_are_idle(world.approvals));
    ends_well();
    assert_true(approvals_are_idle(world.approvals));
    assert_sealed(&world, poll);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 3);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 0);
    assert_ended(poll, FEED_APPLIED, "3 rows, 3 new");
}

static void the_journal_says_what_was_sealed(void **state)
{
    (void)state;
    char hash[DIGEST_HEX_BYTES], lines[8192], expected[1024];
    int64_t poll = world_begin(&world, "full", 2);
    snprintf(lines, sizeof lines, "%s\n%s\n", line_of((struct row){.number = "K000001"}),
        line_of((struct row){.number = "K000002"}));
    says_page(0, -1, "");
    says_row((struct row){.number = "K000001"});
    says_page(1, -1, "");
    says_row((struct row){.number = "K000002"});
    says_reject("decision_date", "is none", "32.13.2026");
    ends_well();
    assert_sealed(&world, poll);
    snprintf(expected, sizeof expected, "\"rows\":2,\"rejected\":1,\"records\":\"%s\",\"definition\":\"%s\"",
        digest_hex_of(lines, strlen(lines), hash), world.definitions[0].hash);
    assert_non_null(
        strstr(value_of(&world, "SELECT body FROM journal WHERE kind = 'poll-sealed'"), expected));
    assert_int_equal(count_of(&world, "SELECT json_array_length(body, '$.payloads') FROM journal"), 2);
    assert_string_equal(
        value_of(&world, "SELECT body ->> '$.payloads[1]' = (SELECT sha256 FROM payload WHERE page = 1) "
                         "FROM journal"),
        "1");
    assert_string_equal(
        value_of(&world, "SELECT subject || ' ' || (SELECT sealed_seq = seq FROM poll) FROM journal"),
        "fda-510k 1");
}

static void every_version_names_its_payload_and_row(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 2);
    says_page(0, -1, "");
    says_rows(0, 2);
    says_page(1, -1, "");
    says_rows(2, 1);
    ends_well();
    assert_sealed(&world, poll);
    assert_string_equal(
        value_of(&world,
            "SELECT group_concat(a.number || ' ' || p.page || ' ' || v.row, ', ') FROM approval a JOIN "
            "approval_version v ON v.approval = a.id JOIN payload p ON p.id = v.payload"),
        "K000000 0 1, K000001 0 2, K000002 1 1");
}

static void the_date_of_the_register_is_kept(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "2026-11-20");
    ends_well();
    assert_sealed(&world, poll);
    assert_string_equal(
        value_of(&world, "SELECT as_of FROM feed_state WHERE name = 'fda-510k'"), "2026-11-20");
}

/* --- pages and totals ------------------------------------------------------------------------------------
 */

static void a_page_without_rows_between_others_is_fine(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 3);
    says_page(0, 3, "");
    says_rows(0, 2);
    says_page(1, 3, "");
    says_page(2, 3, "");
    says_rows(2, 1);
    ends_well();
    assert_sealed(&world, poll);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM approval"), 3);
}

static void a_poll_without_a_page_is_a_register_without_rows(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 0);
    assert_true(decoder_stand_in.finished);
    ends_well();
    assert_sealed(&world, poll);
    assert_ended(poll, FEED_NONE, "0 rows");
}

static void fewer_rows_than_declared_are_incomplete(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 1);
    says_page(0, 4, "");
    says_rows(0, 3);
    ends_well();
    assert_refused(&world, poll, FEED_INCOMPLETE, "3 rows came, the register declares 4");
}

static void more_rows_than_declared_are_incomplete(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 1);
    says_page(0, 2, "");
    says_rows(0, 3);
    ends_well();
    assert_refused(&world, poll, FEED_INCOMPLETE, "3 rows came, the register declares 2");
}

static void rejected_rows_count_among_those_that_came(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 1);
    says_page(0, 3, "");
    says_rows(0, 2);
    says_reject("number", "is empty", "");
    ends_well();
    assert_sealed(&world, poll);
    assert_ended(poll, FEED_ROWS_REJECTED, "1 could not be read");
}

static void skipped_rows_count_among_those_that_came(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 1);
    says_page(0, 3, "");
    says_rows(0, 2);
    decoder_stand_in.skipped = 1;
    ends_well();
    assert_sealed(&world, poll);
}

/* Rows are added while we page: any count from the first total to the last is a complete picture. */
static void a_total_that_grows_from_page_to_page_is_complete(void **state)
{
    (void)state;
    for (int rows = 4; rows <= 6; rows++) {
        int64_t poll = world_begin(&world, "window", 2);
        says_page(0, 4, "");
        says_rows(0, 3);
        says_page(1, 6, "");
        says_rows(3, rows - 3);
        ends_well();
        assert_sealed(&world, poll);
    }
}

static void a_total_that_falls_from_page_to_page_is_incomplete(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 3);
    says_page(0, 4, "");
    says_rows(0, 3);
    says_page(1, 3, "");
    says_page(2, 4, "");
    says_rows(3, 1);
    ends_well();
    assert_refused(&world, poll, FEED_INCOMPLETE, "fell from page to page");
}

static void a_total_that_stands_behind_the_rows_counts(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "window", 1);
    says_page(0, -1, "");
    says_rows(0, 2);
    says_page(0, 3, "");
    ends_well();
    assert_refused(&world, poll, FEED_INCOMPLETE, "2 rows came, the register declares 3");
}

/* --- expectations ----------------------------------------------------------------------------------------
 */

static int64_t show_rows(const char *kind, int rows)
{
    int64_t poll = world_begin(&world, kind, 1);
    says_page(0, -1, "");
    says_rows(0, rows);
    ends_well();
    return poll;
}

static void a_whole_register_has_its_minimum_of_rows(void **state)
{
    (void)state;
    world.definitions[0].minimum_rows = 3;
    assert_refused(&world, show_rows("history", 2), FEED_INCOMPLETE, "at least 3 are expected");
    assert_refused(&world, show_rows("full", 0), FEED_INCOMPLETE, "at least 3 are expected");
    assert_sealed(&world, show_rows("window", 2));
    assert_sealed(&world, show_rows("manual", 1));
    assert_sealed(&world, show_rows("full", 3));
}

static void a_register_that_shrank_too_far_is_not_believed(void **state)
{
    (void)state;
    world.definitions[0].largest_shrink = 20;
    assert_sealed(&world, show_rows("history", 10));
    assert_sealed(&world, show_rows("window", 1));
    assert_sealed(&world, show_rows("full", 8));
    int64_t poll = show_rows("full", 6);
    store_commit(world.store);
    assert_ended(poll, FEED_SHRUNK, "from 8 to 6 rows");
    world_work(&world);
    /* The measure stays that of the last register that was believed. */
    assert_int_equal(count_of(&world, "SELECT total FROM feed_state WHERE name = 'fda-510k'"), 8);
    assert_sealed(&world, show_rows("manual", 1));
    assert_int_equal(count_of(&world, "SELECT total FROM feed_state WHERE name = 'fda-510k'"), 8);
    assert_sealed(&world, show_rows("full", 12));
}

static void a_payload_most_of_which_cannot_be_read_is_malformed(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "manual", 1);
    says_page(0, -1, "");
    says_rows(0, 1);
    says_reject("number", "is empty", "{}");
    says_reject("number", "is empty", "{}");
    ends_well();
    assert_refused(&world, poll, FEED_MALFORMED, "2 of 3 rows cannot be read");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM reject"), 2); /* for the person who looks why */
    assert_int_equal(count_of(&world, "SELECT rejected FROM poll"), 2);
}

static void rejects_are_kept_up_to_a_ceiling_and_all_counted(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "manual", 1);
    says_page(0, -1, "");
    for (int i = 0; i < LIMIT_REJECTS_KEPT + 5; i++)
        says_reject("number", "is empty", "");
    ends_well();
    assert_refused(&world, poll, FEED_MALFORMED, "10005 of 10005 rows");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM reject"), LIMIT_REJECTS_KEPT);
}

/* --- decoders that fail or lie ---------------------------------------------------------------------------
 */

static void each_end_of_a_decoder_has_its_word(void **state)
{
    (void)state;
    static const struct {
        enum decoder_outcome end;
        enum feed_outcome word;
    } ends_of[] = {{DECODER_MALFORMED, FEED_MALFORMED}, {DECODER_TOO_LARGE, FEED_TOO_LARGE},
        {DECODER_CRASHED, FEED_DECODER_FAILED}, {DECODER_TIMED_OUT, FEED_DECODER_FAILED},
        {DECODER_UNAVAILABLE, FEED_DECODER_FAILED}};
    for (size_t i = 0; i < sizeof ends_of / sizeof ends_of[0]; i++) {
        int64_t poll = world_begin(&world, "full", 1);
        says_page(0, -1, "");
        says_rows(0, 2);
        ends(&(struct decoder_result){.outcome = ends_of[i].end, .rows = 2, .text = "byte 7"});
        assert_refused(&world, poll, ends_of[i].word, "byte 7");
    }
}

static void a_decoder_that_counts_otherwise_is_not_believed(void **state)
{
    (void)state;
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 2);
    ends(&(struct decoder_result){.outcome = DECODER_OK, .rows = 3});
    assert_refused(&world, poll, FEED_DECODER_FAILED, "the decoder says 3 rows, 2 came");
}

static void try_line(const char *line)
{
    int64_t poll = world_begin(&world, "full", 1);
    says_page(0, -1, "");
    says_rows(0, 1);
    says_record(line);
    assert_true(decoder_stand_in.killed);
    says_rows(1, 1);
    ends_well();
    assert_refused(&world, poll, FEED_DECODER_FAILED, "no record of FDA in row 2 of page 0");
}

/* Else the daemon would end, at the apply and again at each start. */
static void a_line_that_is_no_record_is_not_believed(void **state)
{
    (void)state;
    try_line("{}");
    try_line("{\"authority\":\"FDA\"}");
    try_line("{\"authority\":\"FDA\",\"number\":\"K1\",\"decision_date\":\"soon\"}");
    try_line("{\"number\":\"K1\",\"authority\":\"FDA\"}");
    try_line("{\"authority\":\"FDA\",\"number\":\"K1\",\"loot\":\"x\"}");
}

/* The payload of one register must not reach the approvals of another. */
static void a_record_of_another_authority_is_not_believed(void **state)
{
    (void)state;
    try_line(line_of((struct row){.number = "K1", .authority = "TGA"}));
}

static void evidence_that_is_gone_is_told_by_name(void **state)
{
    (void)state;
    int64_t poll = world_poll(&world, "full", DAY_NONE, 20500, 2);
    char *sha256 = strdup(value_of(&world, "SELECT sha256 FROM payload WHERE page = 1"));
    char *file = scratch_path(world.folder, "evidence/%.2s/%s.zst", sha256, sha256);
    assert_int_equal(unlink(file), 0);
    world_decode(&world, poll);
    assert_true(decoder_stand_in.killed);
    ends_well();
    assert_refused(&world, poll, FEED_DECODER_FAILED, "page 1: evidence");
    assert_non_null(strstr(ended_turns[0].detail, sha256));
    free(file);
    free(sha256);
}

int main(void)
{
    world_clock();
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(records_are_invisible_until_the_decoder_has_ended_well),
        CLAIM(the_journal_says_what_was_sealed),
        CLAIM(every_version_names_its_payload_and_row),
        CLAIM(the_date_of_the_register_is_kept),
        CLAIM(a_page_without_rows_between_others_is_fine),
        CLAIM(a_poll_without_a_page_is_a_register_without_rows),
        CLAIM(fewer_rows_than_declared_are_incomplete),
        CLAIM(more_rows_than_declared_are_incomplete),
        CLAIM(rejected_rows_count_among_those_that_came),
        CLAIM(skipped_rows_count_among_those_that_came),
        CLAIM(a_total_that_grows_from_page_to_page_is_complete),
        CLAIM(a_total_that_falls_from_page_to_page_is_incomplete),
        CLAIM(a_total_that_stands_behind_the_rows_counts),
        CLAIM(a_whole_register_has_its_minimum_of_rows),
        CLAIM(a_register_that_shrank_too_far_is_not_believed),
        CLAIM(a_payload_most_of_which_cannot_be_read_is_malformed),
        CLAIM(rejects_are_kept_up_to_a_ceiling_and_all_counted),
        CLAIM(each_end_of_a_decoder_has_its_word),
        CLAIM(a_decoder_that_counts_otherwise_is_not_believed),
        CLAIM(a_line_that_is_no_record_is_not_believed),
        CLAIM(a_record_of_another_authority_is_not_believed),
        CLAIM(evidence_that_is_gone_is_told_by_name),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
