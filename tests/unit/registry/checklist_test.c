/* The papers of a case, slot by slot, and the files that nobody speaks of. */
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
    archive_import(archive, seen);
    archive_import(archive, (struct row){"documents", "M13-2026-00001|invoice", "", "1.pdf|2.pdf",
                                "{\"file\":\"1.pdf|2.pdf\"}", NULL, NULL, false});
    archive_import(archive, (struct row){"documents", "M13-2026-00002|cost", "", "3.pdf",
                                "{\"file\":\"3.pdf\"}", NULL, NULL, false});
    archive_arrive(archive, "合同.pdf", AA);
    archive_arrive(archive, "2.pdf", BB);
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
    archive_import(archive, (struct row){"sales", "S1", CHEN, "报关单.pdf|合同.pdf",
                                "{\"declaration_no\":\"1\"}", "P1", NULL, false});
    archive_import(
        archive, (struct row){"sales", "S2", CHEN, "发票.pdf", "{\"invoice_no\":\"1\"}", "P1", NULL, false});
    archive_import(archive, (struct row){"sales", "S3", CHEN, "不相干.pdf", "{}", "P2", NULL, false});
    archive_import(
        archive, (struct row){"sales", "S4", "91110114MA0DEMB219", "别家.pdf", "{}", "P1", NULL, false});
    archive_import(archive, seen);
    archive_arrive(archive, "报关单.pdf", AA);
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
    archive_import(archive, sale);
    struct text text = TEXT_WITH_CEILING(4000);
    assert_int_equal(registry_each_unnamed(archive->store, note_name, &text), 1);
    assert_string_equal(text_string(&text), "orphan.pdf:5 ");
    assert_int_equal(registry_each_unnamed(archive->store, NULL, NULL), 1);
    text_free(&text);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, archive_open, archive_close)
    const struct CMUnitTest tests[] = {
        CLAIM(the_checklist_of_a_case_tells_each_slot),
        CLAIM(papers_of_the_rows_that_a_case_rests_on_are_in_its_checklist),
        CLAIM(files_that_no_row_names_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
