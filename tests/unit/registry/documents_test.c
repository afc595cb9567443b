/* Documents: what a row rests on when its file is there, when it is not, and when an officer has seen it. */
#include "documents.h"

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

#define CHEN "91110108MA0DEMA17F"
#define AA   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BB   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct archive {
    char *folder;
    struct store *store;
    struct work *work;
    struct local_documents documents;
    char decided[4000]; /* firms, each with a blank behind */
    int assessed;
    int64_t hurry; /* microseconds of a slice */
};

static bool decide(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)cursor;
    (void)deadline_us;
    struct archive *archive = context;
    size_t used = strlen(archive->decided);
    snprintf(archive->decided + used, sizeof archive->decided - used, "%s ", key);
    return true;
}

static void on_assessed(void *context)
{
    struct archive *archive = context;
    archive->assessed++;
}

static int set_up(void **state)
{
    struct archive *archive = calloc(1, sizeof *archive);
    struct failure failure = {0};
    archive->folder = scratch_new();
    archive->hurry = 5000;
    if (store_open(archive->folder, STORE_WRITER, &archive->store, &failure) < 0)
        return -1;
    archive->work = work_new(archive->store);
    archive->documents = (struct local_documents){archive->store, on_assessed, archive};
    local_document_register(&archive->documents, archive->work);
    work_register(archive->work, &(struct work_kind){"decide", 100, decide, archive});
    *state = archive;
    return 0;
}

static int tear_down(void **state)
{
    struct archive *archive = *state;
    work_free(archive->work);
    store_close(archive->store);
    scratch_remove(archive->folder);
    free(archive);
    return 0;
}

struct row {
    const char *kind, *key, *uscc, *names, *fields;
    const char *product_id, *case_id;
};

static int64_t next_seq(struct archive *archive)
{
    return journal_append(archive->store, "m13d", "import", "rows.csv", "{}");
}

/* As an import applies it: a new version, its use, its assurance; `seq` = its journal entry. */
static void apply(struct archive *archive, int64_t seq, struct row row)
{
    struct store *store = archive->store;
    store_write(store);
    local_document_note_use(store, row.kind, row.key, row.names);
    const char *base = local_kind(row.kind)->assurance;
    int64_t version = store_value(store, 0,
        "SELECT version FROM local_record WHERE kind = ? AND key = ? AND seq_to IS NULL", "tt", row.kind,
        row.key);
    query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? "
                                      "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
        "itt", seq, row.kind, row.key));
    query_run(query_bind(
        query(store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, case_id, "
                     "assurance, fields, file, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 2)"),
        "ttiittttt", row.kind, row.key, version + 1, seq, row.uscc, row.product_id ? row.product_id : "",
        row.case_id ? row.case_id : "",
        local_document_assurance(store, row.uscc, row.product_id ? row.product_id : "",
            row.case_id ? row.case_id : "", row.names, base),
        row.fields ? row.fields : "{}"));
    if (string_equal(row.kind, "documents"))
        local_document_seen(store, row.names, seq);
}

static int64_t import(struct archive *archive, struct row row)
{
    int64_t seq = next_seq(archive);
    apply(archive, seq, row);
    store_commit(archive->store);
    return seq;
}

static void finish_work(struct archive *archive)
{
    bool more = true;
    for (int turns = 0; more; turns++) {
        assert_true(turns < 5000);
        store_write(archive->store);
        more = work_slice(archive->work, clock_monotonic_us() + archive->hurry);
        store_commit(archive->store);
    }
}

static bool arrive(struct archive *archive, const char *name, const char *sha256)
{
    bool new = local_document_arrived(archive->store, name, sha256, 1000);
    store_commit(archive->store);
    finish_work(archive);
    return new;
}

/* "ASSURANCE VERSION FILE" of the current version. */
static const char *standing(struct archive *archive, const char *kind, const char *key)
{
    static char text[100];
    struct query *q = query_bind(query(archive->store, "SELECT assurance, version, file FROM local_record "
                                                       "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
        "tt", kind, key);
    assert_true(query_next(q));
    snprintf(text, sizeof text, "%s %lld %lld", query_text(q, 0), (long long)query_integer(q, 1),
        (long long)query_integer(q, 2));
    assert_false(query_next(q));
    return text;
}

static const struct row sale = {"sales", "S1", CHEN, "合同.pdf", "{\"amount\":\"1\"}", NULL, NULL};
#define SEEN   "{\"file\":\"合同.pdf\",\"original_seen_by\":\"李\",\"seen_on\":\"2026-07-01\"}"
#define UNSEEN "{\"file\":\"合同.pdf\"}"
static const struct row seen = {"documents", "M13-2026-00001|contract", "", "合同.pdf", SEEN, NULL, NULL};

/* --- arrival ---------------------------------------------------------------------------------------------
 */

static void a_name_alone_is_a_claim(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    assert_string_equal(standing(archive, "sales", "S1"), "claimed 1 1");
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
    import(archive, sale);
    assert_true(arrive(archive, "合同.pdf", AA));
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
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
    arrive(archive, "合同.pdf", AA);
    import(archive, sale);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 1 1");
}

static void the_same_bytes_again_are_no_news(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    assert_true(arrive(archive, "合同.pdf", AA));
    int64_t head = journal_head(archive->store);
    assert_false(arrive(archive, "合同.pdf", AA));
    assert_int_equal(journal_head(archive->store), head);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
}

static void other_bytes_under_the_name_are_a_new_version(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    arrive(archive, "合同.pdf", AA);
    archive->decided[0] = '\0';
    assert_true(arrive(archive, "合同.pdf", BB));
    assert_int_equal(
        store_value(archive->store, 0,
            "SELECT count(*) FROM local_document WHERE seq_to IS NOT NULL AND sha256 = ?", "t", AA),
        1);
    assert_int_equal(store_value(archive->store, 0,
                         "SELECT version FROM local_document WHERE seq_to IS NULL AND sha256 = ?", "t", BB),
        2);
    /* As well founded as before, on something else: its firm is looked at again. */
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
    assert_string_equal(archive->decided, CHEN " ");
}

static void a_row_of_several_files_waits_for_the_last(void **state)
{
    struct archive *archive = *state;
    struct row both = sale;
    both.names = "a.pdf|b.pdf|a.pdf";
    import(archive, both);
    arrive(archive, "a.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "claimed 1 1");
    arrive(archive, "b.pdf", BB);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
}

static void what_is_better_founded_stays_so(void **state)
{
    struct archive *archive = *state;
    assert_string_equal(local_document_assurance(archive->store, "", "", "", "", "official"), "official");
    arrive(archive, "合同.pdf", AA);
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
    import(archive, sale);
    struct row corrected = sale;
    corrected.names = "发票.pdf";
    import(archive, corrected);
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "claimed 2 1");
    assert_false(local_document_is_named(archive->store, "合同.pdf"));
    arrive(archive, "发票.pdf", BB);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 0");
}

static void a_withdrawn_row_is_left_alone(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    store_write(archive->store);
    query_run(query(archive->store, "UPDATE local_record SET withdrawn = 1"));
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "claimed 1 1");
    assert_string_equal(archive->decided, "");
}

/* --- two firms -------------------------------------------------------------------------------------------
 */

#define SIZH "91110114MA0DEMB219"

static void what_came_for_one_firm_says_nothing_for_another(void **state)
{
    struct archive *archive = *state;
    struct row other = {"sales", "S2", SIZH, "合同.pdf", NULL, NULL, NULL};
    import(archive, sale);
    arrive(archive, "合同.pdf", AA);
    assert_false(local_document_is_anothers(archive->store, CHEN, "", "", "合同.pdf"));
    assert_true(local_document_is_anothers(archive->store, SIZH, "", "", "合同.pdf"));
    assert_false(local_document_is_anothers(archive->store, "", "", "", "合同.pdf"));
    import(archive, other);
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S2"), "claimed 1 1");
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
    /* And its own rows go on resting on it. */
    import(archive, sale);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 1");
}

static void a_name_that_two_firms_use_is_not_taken_while_they_do(void **state)
{
    struct archive *archive = *state;
    struct row other = {"sales", "S2", SIZH, "合同.pdf", NULL, NULL, NULL};
    import(archive, sale);
    import(archive, other);
    assert_false(local_document_is_named(archive->store, "合同.pdf"));
    other.names = "91110114MA0DEMB219-合同.pdf";
    import(archive, other);
    assert_true(local_document_is_named(archive->store, "合同.pdf"));
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
    assert_string_equal(standing(archive, "sales", "S2"), "claimed 2 1");
}

static void a_products_rows_are_its_firms(void **state)
{
    struct archive *archive = *state;
    import(archive, (struct row){"products", "P1", CHEN, "", NULL, NULL, NULL});
    import(archive, (struct row){"products", "P2", SIZH, "", NULL, NULL, NULL});
    import(archive, sale);
    import(archive, (struct row){"scopes", "FDA|K1|P1", "", "合同.pdf", NULL, "P1", NULL});
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "scopes", "FDA|K1|P1"), "documented 2 0");
    import(archive, (struct row){"scopes", "FDA|K2|P2", "", "合同.pdf", NULL, "P2", NULL});
    assert_string_equal(standing(archive, "scopes", "FDA|K2|P2"), "claimed 1 1");
    /* Of a product that nobody knows yet there is no firm that it could be taken from. */
    import(archive, (struct row){"scopes", "FDA|K3|P3", "", "合同.pdf", NULL, "P3", NULL});
    assert_string_equal(standing(archive, "scopes", "FDA|K3|P3"), "documented 1 1");
}

static void a_candidates_files_are_those_of_the_firm_that_it_becomes(void **state)
{
    struct archive *archive = *state;
    struct row row = sale;
    row.uscc = "SRN:CN-MF-000012345";
    import(archive, row);
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
    store_write(archive->store);
    query_run(query_bind(query(archive->store, "INSERT INTO local_identifier (identifier, kind, key, uscc) "
                                               "VALUES ('SRN:CN-MF-000012345', 'firms', ?1, ?1)"),
        "t", CHEN));
    import(archive, sale);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 1");
}

/* --- originals -------------------------------------------------------------------------------------------
 */

static void a_row_is_verified_when_an_officer_has_seen_the_original(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    arrive(archive, "合同.pdf", AA);
    int64_t seq = import(archive, seen);
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S1"), "verified 3 0");
    assert_int_equal(store_value(archive->store, 0,
                         "SELECT seq_from FROM local_record WHERE kind = 'sales' AND version = 3", ""),
        seq);
    /* The officer's own row came with that very journal entry. */
    assert_string_equal(standing(archive, "documents", seen.key), "verified 1 1");
}

static void an_original_seen_before_its_copy_came_counts_when_it_comes(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    import(archive, seen);
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S1"), "claimed 1 1");
    assert_string_equal(standing(archive, "documents", seen.key), "claimed 1 1");
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "verified 2 0");
    assert_string_equal(standing(archive, "documents", seen.key), "verified 2 0");
}

static void both_who_and_when_are_needed(void **state)
{
    static const char *const fields[] = {
        UNSEEN, "{\"original_seen_by\":\"李\"}", "{\"seen_on\":\"2026-07-01\"}"};
    struct archive *archive = *state;
    import(archive, sale);
    arrive(archive, "合同.pdf", AA);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct row half = seen;
        half.fields = fields[i];
        import(archive, half);
        finish_work(archive);
        assert_string_equal(standing(archive, "sales", "S1"), "documented 2 0");
    }
}

static void of_other_bytes_the_original_must_be_seen_again(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    import(archive, seen);
    arrive(archive, "合同.pdf", AA);
    assert_string_equal(standing(archive, "sales", "S1"), "verified 2 0");
    arrive(archive, "合同.pdf", BB);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 0");
    import(archive, seen);
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S1"), "verified 4 0");
}

static void a_list_that_leaves_the_officers_row_out_is_no_new_seeing(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    import(archive, seen);
    arrive(archive, "合同.pdf", AA);
    arrive(archive, "合同.pdf", BB);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 0");
    import(archive, seen);
    store_write(archive->store); /* as a full list without it leaves it */
    query_run(query(
        archive->store, "UPDATE local_record SET unlisted = 1 WHERE kind = 'documents' AND seq_to IS NULL"));
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 3 0");
}

static void an_officers_word_taken_back_counts_no_more(void **state)
{
    struct archive *archive = *state;
    import(archive, sale);
    arrive(archive, "合同.pdf", AA);
    import(archive, seen);
    finish_work(archive);
    struct row other = seen;
    other.names = "另一份.pdf";
    int64_t seq = next_seq(archive);
    apply(archive, seq, other);
    local_document_seen(archive->store, "合同.pdf|另一份.pdf", seq); /* named now, and named before */
    finish_work(archive);
    assert_string_equal(standing(archive, "sales", "S1"), "documented 4 0");
}

/* --- whose ------------------------------------------------------------------------------------------------
 */

static void rows_without_a_firm_speak_of_a_product_that_has_one(void **state)
{
    struct archive *archive = *state;
    import(archive, (struct row){"products", "P1", CHEN, "", NULL, NULL, NULL});
    import(archive, (struct row){"scopes", "FDA|K1|P1", "", "范围.pdf", NULL, "P1", NULL});
    arrive(archive, "范围.pdf", AA);
    assert_string_equal(archive->decided, CHEN " ");
}

static void a_thousand_rows_of_one_contract_take_several_turns(void **state)
{
    struct archive *archive = *state;
    int64_t seq = next_seq(archive);
    for (int i = 0; i < 1000; i++) {
        char key[20];
        snprintf(key, sizeof key, "S%04d", i);
        struct row row = sale;
        row.key = key;
        apply(archive, seq, row);
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
    finish_work(archive);
    assert_false(local_document_pending(archive->store));
    assert_int_equal(archive->assessed, 1);
    assert_int_equal(
        store_value(archive->store, 0,
            "SELECT count(*) FROM local_record WHERE assurance = 'documented' AND version = 2", ""),
        1000);
    assert_int_equal(store_value(archive->store, 0, "SELECT count(*) FROM local_record", ""), 2000);
}

/* --- the checklist of a case -----------------------------------------------------------------------------
 */

static void list(const struct document_slot *slot, void *context)
{
    static const char *const states[] = {"missing", "awaited", "there"};
    struct text *text = context;
    text_append_format(text, "%s %s %s %.2s %s %s; ", slot->slot, states[slot->state], slot->file,
        slot->sha256, slot->seen_by, slot->seen_on);
}

static void the_checklist_of_a_case_tells_each_slot(void **state)
{
    struct archive *archive = *state;
    struct text text = TEXT_WITH_CEILING(4000);
    import(archive, seen);
    import(archive, (struct row){"documents", "M13-2026-00001|invoice", "", "1.pdf|2.pdf",
                        "{\"file\":\"1.pdf|2.pdf\"}", NULL, NULL});
    import(archive,
        (struct row){"documents", "M13-2026-00002|cost", "", "3.pdf", "{\"file\":\"3.pdf\"}", NULL, NULL});
    arrive(archive, "合同.pdf", AA);
    arrive(archive, "2.pdf", BB);
    registry_each_slot(archive->store, "M13-2026-00001", list, &text);
    assert_string_equal(text_string(&text),
        "certificate missing    ; contract there 合同.pdf aa 李 2026-07-01; customs missing    ; "
        "invoice awaited 1.pdf   ; invoice there 2.pdf bb  ; receipt missing    ; cost missing    ; "
        "audit missing    ; commitment missing    ; ");
    text_free(&text);
}

static void papers_of_the_rows_that_a_case_rests_on_are_in_its_checklist(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    struct text text = TEXT_WITH_CEILING(4000);
    store_write(store);
    query_run(query(store, "INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll) "
                           "VALUES (1, 'FDA', 'K1', 'fda-510k', 1, 1)"));
    query_run(query(store,
        "INSERT INTO case_file (id, case_id, policy, authority, number, item, approval, opened_at, "
        "opened_seq, stage, stage_since) "
        "VALUES (1, 'M13-2026-00001', 'm13', 'FDA', 'K1', 'P1', 1, 1, 1, 'lead', 1)"));
    query_run(
        query(store, "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
                     "review_kind, amount_state, award, missing, next_action, facts_hash, "
                     "parameters_hash, facts, trace) VALUES (1, 1, 1, 1, '" CHEN
                     "', 'P1', 'pending', '', 'none', 0, '[]', '', '', '', '', '')"));
    import(archive,
        (struct row){"sales", "S1", CHEN, "报关单.pdf|合同.pdf", "{\"declaration_no\":\"1\"}", "P1", NULL});
    import(archive, (struct row){"sales", "S2", CHEN, "发票.pdf", "{\"invoice_no\":\"1\"}", "P1", NULL});
    import(archive, (struct row){"sales", "S3", CHEN, "不相干.pdf", "{}", "P2", NULL});
    import(archive, (struct row){"sales", "S4", "91110114MA0DEMB219", "别家.pdf", "{}", "P1", NULL});
    import(archive, seen);
    arrive(archive, "报关单.pdf", AA);
    registry_each_slot(store, "M13-2026-00001", list, &text);
    assert_string_equal(text_string(&text),
        "certificate missing    ; contract awaited 合同.pdf  李 2026-07-01; customs awaited 合同.pdf   ; "
        "customs there 报关单.pdf aa  ; invoice awaited 发票.pdf   ; receipt missing    ; cost missing    ; "
        "audit missing    ; commitment missing    ; ");
    text_free(&text);
}

/* --- files that nobody speaks of -------------------------------------------------------------------------
 */

static void note_name(const char *name, int64_t bytes, void *context)
{
    text_append_format(context, "%s:%lld ", name, (long long)bytes);
}

static void files_that_no_row_names_are_told(void **state)
{
    struct archive *archive = *state;
    static const char *const files[] = {"合同.pdf", "orphan.pdf", "~$orphan.pdf", "empty.pdf"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = scratch_path(archive->folder, "inbox/files/%s", files[i]);
        scratch_write(path, "12345", i == 3 ? 0 : 5);
        free(path);
    }
    import(archive, sale);
    struct text text = TEXT_WITH_CEILING(4000);
    assert_int_equal(registry_each_unnamed(archive->store, note_name, &text), 1);
    assert_string_equal(text_string(&text), "orphan.pdf:5 ");
    assert_int_equal(registry_each_unnamed(archive->store, NULL, NULL), 1);
    text_free(&text);
}

static void a_name_longer_than_any_file_can_have_only_waits(void **state)
{
    struct archive *archive = *state;
    char name[2001];
    memset(name, 'n', 2000);
    name[2000] = '\0';
    struct row row = seen;
    row.names = name;
    import(archive, row);
    finish_work(archive);
    assert_string_equal(standing(archive, "documents", seen.key), "claimed 1 1");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
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
        CLAIM(an_original_seen_before_its_copy_came_counts_when_it_comes),
        CLAIM(both_who_and_when_are_needed),
        CLAIM(of_other_bytes_the_original_must_be_seen_again),
        CLAIM(a_list_that_leaves_the_officers_row_out_is_no_new_seeing),
        CLAIM(an_officers_word_taken_back_counts_no_more),
        CLAIM(rows_without_a_firm_speak_of_a_product_that_has_one),
        CLAIM(a_thousand_rows_of_one_contract_take_several_turns),
        CLAIM(the_checklist_of_a_case_tells_each_slot),
        CLAIM(papers_of_the_rows_that_a_case_rests_on_are_in_its_checklist),
        CLAIM(files_that_no_row_names_are_told),
        CLAIM(a_name_longer_than_any_file_can_have_only_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
