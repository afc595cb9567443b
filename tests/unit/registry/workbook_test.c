/* Workbooks of several sheets. */
#include "delivery.h"

#include "m13/journal.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

static void sheets_of_two_kinds_are_taken_together(void **state)
{
    struct bureau *bureau = *state;
    /* The product's firm stands on a later sheet. */
    struct import_result result = deliver(bureau, "1.xlsx", "a1",
        "[产品]\n产品编号|uscc|产品名称\nP1|" CHEN "|心电\nP2|" SIZH "|超声\n"
        "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n");
    assert_counts(result, 3, 0, 0, 0);
    assert_string_equal(result.kind, "products, firms");
    assert_int_equal(result.sheets, 2);
    assert_int_equal(result.id, 1);
    assert_true(result.firms_changed);
    assert_int_equal(result.waiting, 1); /* P2: nobody knows its firm */
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_file WHERE delivery = 1 AND state = 'applied'"), 2);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record r JOIN local_file f ON f.id = r.file "
                                    "AND f.kind = r.kind AND f.seq = r.seq_from"),
        3);
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM journal WHERE kind = 'import' AND subject = '1.xlsx' "
                       "AND body ->> 'sheet' IN ('产品', '企业') AND body ->> 'sha256' = 'a1'"),
        2);
    assert_true(deliver(bureau, "1.xlsx", "a1", "").known);
}

static void notes_and_forms_that_nobody_filled_in_are_left_out(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "1.xlsx", "a1",
        "[填写说明]\n请按表头填写|谢谢\n[产品]\n产品编号|uscc|产品名称\n[企业]\nuscc|企业名称\n" CHEN
        "|晨岚\n[空表]");
    assert_counts(result, 1, 0, 0, 0);
    assert_string_equal(result.kind, "firms");
    assert_int_equal(result.sheets, 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file"), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE sheet = '企业'"), 1);
}

static void one_sheet_that_nobody_understands_refuses_them_all(void **state)
{
    struct bureau *bureau = *state;
    assert_refused(
        deliver(bureau, "1.xlsx", "a1", "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[统计]\n年度|合计\n2026|3\n"),
        "工作表“统计”：");
    assert_refused(deliver(bureau, "2.xlsx", "a2",
                       "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[企业]\nuscc|企业名称\n" SIZH "|思卓\n"),
        "有两个工作表同名");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(journal_head(bureau->store), 0);
}

static void one_record_on_two_sheets_is_told_by_their_names(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "1.xlsx", "a1",
        "[海淀]\nuscc|企业名称\n" CHEN "|晨岚\n" SIZH "|思卓\n"
        "[昌平]\nuscc|企业名称\n" SIZH "|别的名字\n" CHEN "|晨岚\n");
    assert_counts(result, 2, 0, 1, 1);
    assert_says(rejects(bureau), "昌平2 uscc: 与工作表“海淀”第 3 行是同一条记录，内容不同");
    assert_string_equal(field(bureau, "firms", SIZH, "name_zh"), "思卓");
    assert_string_equal(result.kind, "firms");
}

/* P1 is a product and a sale. */
static void one_key_in_two_kinds_is_two_records(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.xlsx", "a1",
                      "[产品]\n产品编号|uscc|产品名称\nP1|" CHEN
                      "|心电\n[销售]\n销售编号|uscc|产品编号|最终目的国|日期|金额|币种\nP1|" CHEN
                      "|P1|US|2026-05-20|1|USD\n"),
        2, 0, 0, 0);
}

static void rows_wait_for_what_nobody_has_reported(void **state)
{
    struct bureau *bureau = *state;
    const char *header = "销售编号|uscc|产品编号|最终目的国|日期|金额|币种\n";
    char table[2000];
    snprintf(table, sizeof table,
        "%sS1|" CHEN "|P1|US|2026-05-20|1|USD\nS2|" CHEN "|P1|US|2026-05-20|1|USD\nS3|" SIZH
        "|P1|US|2026-05-20|1|USD\nS4|" CHEN "|P2|US|2026-05-20|1|USD\nS5|" CHEN "|P2|US|何时|1|USD\n",
        header);
    deliver(bureau, "0.xlsx", "a0",
        "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[产品]\n产品编号|uscc|产品名称\nP1|" CHEN "|心电\n");
    struct import_result result = deliver(bureau, "1.csv", "a1", table);
    assert_counts(result, 4, 0, 0, 1);
    assert_int_equal(result.waiting, 2); /* S3 and S4; S5 was not taken */
    assert_int_equal(number(bureau, "SELECT count(DISTINCT key) FROM local_waiting"), 2);
    /* Unchanged rows wait no less. */
    snprintf(table, sizeof table, "%sS3|||||1|\nS1||||||\n", header);
    assert_int_equal(deliver(bureau, "2.csv", "a2", table).waiting, 1);
    /* The other side arrives. */
    assert_int_equal(deliver(bureau, "3.csv", "a3", "uscc|企业名称\n" SIZH "|思卓\n").waiting, 0);
    assert_int_equal(number(bureau, "SELECT count(DISTINCT key) FROM local_waiting"), 1);
}

static void a_double_is_found_however_far_apart(void **state)
{
    struct bureau *bureau = *state;
    struct text table = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&table, "产品编号|uscc|产品名称\n");
    for (int i = 0; i < 5000; i++)
        text_append_format(&table, "P%04d|%s|心电\n", i, CHEN);
    text_append_string(&table, "P0000|" CHEN "|心电\nP2500|" CHEN "|超声\n");
    struct import_result result = deliver(bureau, "1.csv", "a1", text_string(&table));
    text_free(&table);
    assert_counts(result, 5000, 0, 1, 1);
    assert_int_equal(result.waiting, 5000);
    assert_says(rejects(bureau), "5003 产品编号: 与第 2502 行是同一条记录，内容不同");
}

static void too_many_sheets_are_refused(void **state)
{
    struct bureau *bureau = *state;
    char book[20000] = "";
    for (int i = 0; i < 70; i++)
        sprintf(book + strlen(book), "[%d]\nuscc|企业名称\n91110108MA%06d0X|第%d公司\n", i, i, i);
    assert_refused(deliver(bureau, "1.xlsx", "a1", book), "工作表太多");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(sheets_of_two_kinds_are_taken_together),
        CLAIM(notes_and_forms_that_nobody_filled_in_are_left_out),
        CLAIM(one_sheet_that_nobody_understands_refuses_them_all),
        CLAIM(one_record_on_two_sheets_is_told_by_their_names),
        CLAIM(one_key_in_two_kinds_is_two_records),
        CLAIM(rows_wait_for_what_nobody_has_reported),
        CLAIM(a_double_is_found_however_far_apart),
        CLAIM(too_many_sheets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
