/* Documents: what a row rests on when its file is there, when it is not, and when an officer has seen it. */
#include "archive.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- arrival ---------------------------------------------------------------------------------------------
 */

static void a_name_alone_is_a_claim(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "claimed 1 1");
    assert_true(local_document_is_named(archive->store, "合同.pdf"));
    assert_false(local_document_is_named(archive->store, "合同.PDF"));
    assert_int_equal(
        store_value(archive->store, 0,
            "SELECT count(*) FROM local_waiting WHERE missing = 'document' AND name = '合同.pdf'", ""),
        1);
}

static void a_row_is_documented_when_its_file_has_come(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    assert_true(archive_arrive(archive, "合同.pdf", AA));
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    assert_string_equal(archive->decided, CHEN " ");
    assert_int_equal(archive->assessed, 1);
    struct query *q = query(archive->store,
        "SELECT j.kind, j.subject, j.body ->> 'sha256', r.fields, o.seq_to = r.seq_from, r.uscc "
        "FROM local_record r JOIN journal j ON j.seq = r.seq_from "
        "JOIN local_record o ON o.kind = r.kind AND o.key = r.key AND o.version = 1 WHERE r.version = 2");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "document");
    assert_string_equal(query_text(q, 1), "合同.pdf");
    assert_string_equal(query_text(q, 2), AA);
    assert_string_equal(query_text(q, 3), "{\"amount\":\"1\"}");
    assert_int_equal(query_integer(q, 4), 1);
    assert_string_equal(query_text(q, 5), CHEN);
    query_end(q);
    assert_int_equal(
        store_value(archive->store, -1, "SELECT count(*) FROM local_waiting WHERE missing = 'document'", ""),
        0);
}

static void a_file_may_come_before_its_row(void **state)
{
    struct archive *archive = *state;
    archive_arrive(archive, "合同.pdf", AA);
    archive_import(archive, sale);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 1 1");
}

static void the_same_bytes_again_are_no_news(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    assert_true(archive_arrive(archive, "合同.pdf", AA));
    int64_t head = journal_head(archive->store);
    assert_false(archive_arrive(archive, "合同.pdf", AA));
    assert_int_equal(journal_head(archive->store), head);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
}

static void other_bytes_under_the_name_are_a_new_version(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    archive->decided[0] = '\0';
    assert_true(archive_arrive(archive, "合同.pdf", BB));
    assert_int_equal(
        store_value(archive->store, 0,
            "SELECT count(*) FROM local_document WHERE seq_to IS NOT NULL AND sha256 = ?", "t", AA),
        1);
    assert_int_equal(store_value(archive->store, 0,
                         "SELECT version FROM local_document WHERE seq_to IS NULL AND sha256 = ?", "t", BB),
        2);
    /* As well founded as before, on something else: its firm is looked at again. */
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    assert_string_equal(archive->decided, CHEN " ");
}

static void a_row_of_several_files_waits_for_the_last(void **state)
{
    struct archive *archive = *state;
    struct row both = sale;
    both.names = "a.pdf|b.pdf|a.pdf";
    archive_import(archive, both);
    archive_arrive(archive, "a.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "claimed 1 1");
    archive_arrive(archive, "b.pdf", BB);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
}

static void what_is_better_founded_stays_so(void **state)
{
    struct archive *archive = *state;
    assert_string_equal(local_document_assurance(archive->store, "", "", "", "", "official"), "official");
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(
        local_document_assurance(archive->store, "", "", "", "合同.pdf", "official"), "official");
    assert_string_equal(
        local_document_assurance(archive->store, "", "", "", "合同.pdf", "verified"), "verified");
    assert_string_equal(
        local_document_assurance(archive->store, "", "", "", "gone.pdf", "documented"), "documented");
    assert_string_equal(local_document_assurance(archive->store, "", "", "", "", "claimed"), "claimed");
    assert_string_equal(
        local_document_assurance(archive->store, "", "", "", "|合同.pdf|", "claimed"), "documented");
}

static void a_row_that_names_another_file_rests_on_that_one(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    struct row corrected = sale;
    corrected.names = "发票.pdf";
    archive_import(archive, corrected);
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "claimed 2 1");
    assert_false(local_document_is_named(archive->store, "合同.pdf"));
    archive_arrive(archive, "发票.pdf", BB);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 0");
}

static void a_withdrawn_row_is_left_alone(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    store_write(archive->store);
    query_run(query(archive->store, "UPDATE local_record SET withdrawn = 1"));
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "claimed 1 1");
    assert_string_equal(archive->decided, "");
}

/* --- two firms -------------------------------------------------------------------------------------------
 */

#define SIZH "91110114MA0DEMB219"

static void what_came_for_one_firm_says_nothing_for_another(void **state)
{
    struct archive *archive = *state;
    struct row other = {"sales", "S2", SIZH, "合同.pdf", NULL, NULL, NULL, false};
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    assert_false(local_document_is_anothers(archive->store, CHEN, "", "", "合同.pdf"));
    assert_true(local_document_is_anothers(archive->store, SIZH, "", "", "合同.pdf"));
    assert_false(local_document_is_anothers(archive->store, "", "", "", "合同.pdf"));
    archive_import(archive, other);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S2"), "claimed 1 1");
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    /* And its own rows go on resting on it. */
    archive_import(archive, sale);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 1");
}

static void a_name_that_two_firms_use_is_not_taken_while_they_do(void **state)
{
    struct archive *archive = *state;
    struct row other = {"sales", "S2", SIZH, "合同.pdf", NULL, NULL, NULL, false};
    archive_import(archive, sale);
    archive_import(archive, other);
    assert_false(local_document_is_named(archive->store, "合同.pdf"));
    other.names = "91110114MA0DEMB219-合同.pdf";
    archive_import(archive, other);
    assert_true(local_document_is_named(archive->store, "合同.pdf"));
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    assert_string_equal(archive_standing(archive, "sales", "S2"), "claimed 2 1");
}

static void a_products_rows_are_its_firms(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, (struct row){"products", "P1", CHEN, "", NULL, NULL, NULL, false});
    archive_import(archive, (struct row){"products", "P2", SIZH, "", NULL, NULL, NULL, false});
    archive_import(archive, sale);
    archive_import(archive, (struct row){"scopes", "FDA|K1|P1", "", "合同.pdf", NULL, "P1", NULL, false});
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "scopes", "FDA|K1|P1"), "documented 2 0");
    archive_import(archive, (struct row){"scopes", "FDA|K2|P2", "", "合同.pdf", NULL, "P2", NULL, false});
    assert_string_equal(archive_standing(archive, "scopes", "FDA|K2|P2"), "claimed 1 1");
    /* Of a product that nobody knows yet there is no firm that it could be taken from. */
    archive_import(archive, (struct row){"scopes", "FDA|K3|P3", "", "合同.pdf", NULL, "P3", NULL, false});
    assert_string_equal(archive_standing(archive, "scopes", "FDA|K3|P3"), "documented 1 1");
}

static void a_candidates_files_are_those_of_the_firm_that_it_becomes(void **state)
{
    struct archive *archive = *state;
    struct row row = sale;
    row.uscc = "SRN:CN-MF-000012345";
    archive_import(archive, row);
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    store_write(archive->store);
    query_run(query_bind(query(archive->store, "INSERT INTO local_identifier (identifier, kind, key, uscc) "
                                               "VALUES ('SRN:CN-MF-000012345', 'firms', ?1, ?1)"),
        "t", CHEN));
    archive_import(archive, sale);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 1");
}

/* --- originals -------------------------------------------------------------------------------------------
 */

static void a_row_is_verified_when_an_officer_has_seen_the_original(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    int64_t seq = archive_import(archive, seen);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "verified 3 0");
    assert_int_equal(store_value(archive->store, 0,
                         "SELECT seq_from FROM local_record WHERE kind = 'sales' AND version = 3", ""),
        seq);
    /* The officer's own row came with that very journal entry. */
    assert_string_equal(archive_standing(archive, "documents", seen.key), "verified 1 1");
}

static void what_a_file_in_the_inbox_says_of_originals_verifies_nothing(void **state)
{
    struct archive *archive = *state;
    struct row said = seen;
    said.by_inbox = true;
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    archive_import(archive, said);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    archive_import(archive, seen); /* the very same, by an officer */
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "verified 3 0");
    /* And nobody takes his place by changing what he said. */
    said.fields = "{\"file\":\"合同.pdf\",\"original_seen_by\":\"王\",\"seen_on\":\"2026-07-02\"}";
    archive_import(archive, said);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 4 0");
}

static void an_original_seen_before_its_copy_came_counts_when_it_comes(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_import(archive, seen);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "claimed 1 1");
    assert_string_equal(archive_standing(archive, "documents", seen.key), "claimed 1 1");
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "verified 2 0");
    assert_string_equal(archive_standing(archive, "documents", seen.key), "verified 2 0");
}

static void both_who_and_when_are_needed(void **state)
{
    static const char *const fields[] = {
        UNSEEN, "{\"original_seen_by\":\"李\"}", "{\"seen_on\":\"2026-07-01\"}"};
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct row half = seen;
        half.fields = fields[i];
        archive_import(archive, half);
        archive_finish_work(archive);
        assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 2 0");
    }
}

static void of_other_bytes_the_original_must_be_seen_again(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_import(archive, seen);
    archive_arrive(archive, "合同.pdf", AA);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "verified 2 0");
    archive_arrive(archive, "合同.pdf", BB);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 0");
    archive_import(archive, seen);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "verified 4 0");
}

static void a_list_that_leaves_the_officers_row_out_is_no_new_seeing(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_import(archive, seen);
    archive_arrive(archive, "合同.pdf", AA);
    archive_arrive(archive, "合同.pdf", BB);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 0");
    archive_import(archive, seen);
    store_write(archive->store); /* as a full list without it leaves it */
    query_run(query(
        archive->store, "UPDATE local_record SET unlisted = 1 WHERE kind = 'documents' AND seq_to IS NULL"));
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 3 0");
}

static void an_officers_word_taken_back_counts_no_more(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, sale);
    archive_arrive(archive, "合同.pdf", AA);
    archive_import(archive, seen);
    archive_finish_work(archive);
    struct row other = seen;
    other.names = "另一份.pdf";
    int64_t seq = archive_next_seq(archive);
    archive_apply(archive, seq, other);
    local_document_seen(archive->store, "合同.pdf|另一份.pdf", seq); /* named now, and named before */
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "sales", "S1"), "documented 4 0");
}

/* --- whose ------------------------------------------------------------------------------------------------
 */

static void rows_without_a_firm_speak_of_a_product_that_has_one(void **state)
{
    struct archive *archive = *state;
    archive_import(archive, (struct row){"products", "P1", CHEN, "", NULL, NULL, NULL, false});
    archive_import(archive, (struct row){"scopes", "FDA|K1|P1", "", "范围.pdf", NULL, "P1", NULL, false});
    archive_arrive(archive, "范围.pdf", AA);
    assert_string_equal(archive->decided, CHEN " ");
}

static void a_thousand_rows_of_one_contract_take_several_turns(void **state)
{
    struct archive *archive = *state;
    int64_t seq = archive_next_seq(archive);
    for (int i = 0; i < 1000; i++) {
        char key[20];
        snprintf(key, sizeof key, "S%04d", i);
        struct row row = sale;
        row.key = key;
        archive_apply(archive, seq, row);
    }
    local_document_arrived(archive->store, "合同.pdf", AA, 1000);
    store_commit(archive->store);
    assert_true(local_document_pending(archive->store));
    store_write(archive->store);
    assert_true(work_slice(archive->work, clock_monotonic_us()));
    store_commit(archive->store);
    assert_true(local_document_pending(archive->store));
    assert_int_equal(archive->assessed, 0);
    int64_t first = store_value(
        archive->store, 0, "SELECT count(*) FROM local_record WHERE assurance = 'documented'", "");
    assert_true(first > 0 && first < 1000);
    archive->hurry = 500;
    archive_finish_work(archive);
    assert_false(local_document_pending(archive->store));
    assert_int_equal(archive->assessed, 1);
    assert_int_equal(
        store_value(archive->store, 0,
            "SELECT count(*) FROM local_record WHERE assurance = 'documented' AND version = 2", ""),
        1000);
    assert_int_equal(store_value(archive->store, 0, "SELECT count(*) FROM local_record", ""), 2000);
}

static void a_name_longer_than_any_file_can_have_only_waits(void **state)
{
    struct archive *archive = *state;
    char name[2001];
    memset(name, 'n', 2000);
    name[2000] = '\0';
    struct row row = seen;
    row.names = name;
    archive_import(archive, row);
    archive_finish_work(archive);
    assert_string_equal(archive_standing(archive, "documents", seen.key), "claimed 1 1");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, archive_open, archive_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_name_alone_is_a_claim),
        CLAIM(a_row_is_documented_when_its_file_has_come),
        CLAIM(a_file_may_come_before_its_row),
        CLAIM(the_same_bytes_again_are_no_news),
        CLAIM(other_bytes_under_the_name_are_a_new_version),
        CLAIM(a_row_of_several_files_waits_for_the_last),
        CLAIM(what_is_better_founded_stays_so),
        CLAIM(a_row_that_names_another_file_rests_on_that_one),
        CLAIM(a_withdrawn_row_is_left_alone),
        CLAIM(what_came_for_one_firm_says_nothing_for_another),
        CLAIM(a_name_that_two_firms_use_is_not_taken_while_they_do),
        CLAIM(a_products_rows_are_its_firms),
        CLAIM(a_candidates_files_are_those_of_the_firm_that_it_becomes),
        CLAIM(a_row_is_verified_when_an_officer_has_seen_the_original),
        CLAIM(what_a_file_in_the_inbox_says_of_originals_verifies_nothing),
        CLAIM(an_original_seen_before_its_copy_came_counts_when_it_comes),
        CLAIM(both_who_and_when_are_needed),
        CLAIM(of_other_bytes_the_original_must_be_seen_again),
        CLAIM(a_list_that_leaves_the_officers_row_out_is_no_new_seeing),
        CLAIM(an_officers_word_taken_back_counts_no_more),
        CLAIM(rows_without_a_firm_speak_of_a_product_that_has_one),
        CLAIM(a_thousand_rows_of_one_contract_take_several_turns),
        CLAIM(a_name_longer_than_any_file_can_have_only_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
